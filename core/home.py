"""The registry that apps fill for `/app/`: what waits for a person today, what she keeps an eye on beside it, and the
places in her menu.

A section is a function `(user) -> list[Line]`; a panel is `(user) -> Panel | None`; a place is a function
`(user, held) -> Place | None`, where `held` is what the person may do now (core.access.Held): the menu stands on every
page and asks once for all places. Apps register in their AppConfig.ready(), so the ground floor knows nobody above it.
"""

from dataclasses import dataclass

from django.conf import settings
from django.utils.functional import SimpleLazyObject
from django.utils.translation import get_language, get_language_bidi

from core import access


@dataclass(frozen=True)
class Line:
    """One thing to do: words, address, order (smaller is more urgent)."""

    text: str
    url: str
    order: int = 50
    small: str = ""


@dataclass(frozen=True)
class Panel:
    """A part of the page drawn by its app: template and what it is given. Beside the lines, or `wide` under them."""

    template: str
    context: dict
    order: int = 50
    wide: bool = False


@dataclass(frozen=True)
class Place:
    """One entry of the menu."""

    title: str
    url: str
    order: int = 50


_sections: list = []
_panels: list = []
_places: list = []


def register_section(function):
    _sections.append(function)
    return function


def register_panel(function):
    _panels.append(function)
    return function


def register_place(function):
    _places.append(function)
    return function


def lines_for(user):
    return sorted((line for section in _sections for line in section(user)), key=lambda line: line.order)


def panels_for(user):
    found = (panel(user) for panel in _panels)
    return sorted((panel for panel in found if panel), key=lambda panel: panel.order)


def places_for(user, held=None):
    held = held or access.held(user)
    found = (place(user, held) for place in _places)
    return sorted((place for place in found if place), key=lambda place: place.order)


def desk_nav(request):
    """The menu of the signed-in desk as base templates want it: a list of {title, url, current}."""
    if not request.user.is_authenticated:
        return []
    places = places_for(request.user, access.held_in(request))
    current = max((place.url for place in places if request.path.startswith(place.url)), key=len, default=None)
    return [{"title": place.title, "url": place.url, "current": place.url == current} for place in places]


def page_context(request):
    """For every template: the demonstration strip, the language's direction and state, the menu (made when used)."""
    return {
        "demonstration": settings.DEMONSTRATION,
        "direction": "rtl" if get_language_bidi() else "ltr",
        "unreviewed": get_language() in settings.UNREVIEWED_LANGUAGES,
        "desk_nav": SimpleLazyObject(lambda: desk_nav(request)),
    }
