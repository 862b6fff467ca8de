from django.apps import AppConfig
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext


class Disclosure(AppConfig):
    name = "disclosure"

    def ready(self):
        from core.home import register_place, register_section
        from disclosure import removals, tasks  # noqa: F401
        from disclosure.portfolio import tasks as of_portfolios  # noqa: F401

        register_place(_releases)
        register_section(_waiting)
        register_place(_portfolio)


def _waiting(user):
    """Today's lines, before all others: a page to withhold, or a release, waits for a second person."""
    from core.home import Line
    from disclosure.permissions import programmes_of
    from disclosure.queries import release_asks, withholdings_for

    lines = []
    if n := withholdings_for(user)[0].exclude(asked_by=user.pk).count():
        words = ngettext("%(n)d page waits to be withheld or shown", "%(n)d pages wait to be withheld or shown", n)
        lines.append(Line(words % {"n": n}, reverse("disclosure:withhold"), order=5))
    if n := release_asks(programmes_of(user)).filter(agreement=None).exclude(asked_by=user.pk).count():
        words = ngettext("%(n)d release waits for a second person", "%(n)d releases wait for a second person", n)
        lines.append(Line(words % {"n": n}, reverse("disclosure:releases"), order=6))
    return lines


def _releases(user, held):
    """The menu's entry, for whoever publishes for a programme."""
    from core.home import Place
    from core.roles import Right

    if held.any(Right.PUBLISH_DISCLOSURE):
        return Place(_("Releases"), reverse("disclosure:releases"), order=70)
    return None


def _portfolio(user, held):
    """For a buyer's people."""
    from core.home import Place
    from core.roles import Right

    if held.any(Right.ACT_FOR_BUYER):
        return Place(_("Portfolio"), reverse("portfolio:home"), order=15)
    return None
