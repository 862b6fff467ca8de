"""What every file form shares: a place, a problem, keys, days, texts that fit their column."""

import re
from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from typing import Any

Place = tuple[Any, ...]
Problem = tuple[Place, str]

KEY = re.compile(r"^[a-z0-9]+(-[a-z0-9]+)*$")
# A name that an expression can read after a dot.
NAME = re.compile(r"^[a-z][a-z0-9_]*$")
LANGUAGE = re.compile(r"^[a-z]{2,3}(-[A-Za-z0-9]{2,8})*$")
COUNTRY = re.compile(r"^[A-Z]{2}$")
# Characters that no text of a person holds and that databases refuse.
UNREADABLE = re.compile("[\x00\ud800-\udfff]")
EXPRESSION = 2000


class Sentence(str):
    """A sentence for a person. It reads in English by itself, and remembers its holes: who shows it says it in the
    reader's language (checklists/sentences.py)."""

    template: str
    holes: dict[str, Any]

    def __new__(cls, template: str, holes: dict[str, Any]) -> "Sentence":
        made = super().__new__(cls, template % holes if holes else template)
        made.template, made.holes = template, holes
        return made


def say(template: str, **holes: Any) -> Sentence:
    """A sentence with these words in its holes, such as say("«%(name)s» is missing.", name="key")."""
    return Sentence(template, holes)


def is_day(value: Any) -> bool:
    """Is this a day of the calendar, written as 2026-01-31?"""
    try:
        return isinstance(value, str) and len(value) == 10 and date.fromisoformat(value).isoformat() == value
    except ValueError:
        return False


def whole(value: Any, least: int = 0, most: int = 10**6) -> bool:
    """Is this a whole number between these two?"""
    return isinstance(value, int) and not isinstance(value, bool) and least <= value <= most


def items(node: Any, name: str) -> Iterator[tuple[int, Any]]:
    """(position, item) of the list that stands under a name; nothing where there is no list."""
    found = node.get(name) if isinstance(node, dict) else None
    yield from enumerate(found if isinstance(found, list) else [])


def unknown(node: Mapping[Any, Any], words: Iterable[str], place: Place, of: str) -> Iterator[Problem]:
    """Names that are not words of this part of the form."""
    for name in sorted(set(map(str, node)) - set(words)):
        yield (*place, name), say("«%(name)s» is not a word of %(of)s.", name=name, of=of)


def text(value: Any, place: Place, limit: int = 0, needed: bool = False) -> Iterator[Problem]:
    """One text: there when it is needed, readable, and no longer than its place. 0: as long as it likes."""
    name = place[-1] if place else "text"
    if value is None or value == "":
        if needed:
            yield place, say("«%(name)s» is missing.", name=name)
    elif not isinstance(value, str):
        yield place, say("«%(name)s» is not a text. Put it in quotation marks.", name=name)
    elif UNREADABLE.search(value):
        yield place, say("«%(name)s» holds a character that is no part of a text.", name=name)
    elif limit and len(value) > limit:
        yield (
            place,
            say("«%(name)s» has %(n)s characters. At most %(limit)s are taken.", name=name, n=len(value), limit=limit),
        )


def texts(
    node: Mapping[str, Any], place: Place, limits: Mapping[str, int], numbered: Mapping[str, int] | None = None
) -> Iterator[Problem]:
    """Values that should be text and are not, or are too long; those `numbered` may be whole numbers as well."""
    for name, limit in limits.items():
        yield from text(node.get(name), (*place, name), limit)
    for name, limit in (numbered or {}).items():
        value = node.get(name)
        value = str(value) if isinstance(value, int) and not isinstance(value, bool) else value
        yield from text(value, (*place, name), limit)


def expression(value: Any, place: Place) -> Iterator[Problem]:
    """A rule is one text. Whether it says something is for the engine to judge (checklists/expressions.py)."""
    yield from text(value, place, EXPRESSION)


def listed(values: Any, place: Place, allowed: Iterable[str] | None = None) -> Iterator[Problem]:
    """A list of short texts, each once, and each one of those allowed where they are named."""
    if values is None:
        return
    if not isinstance(values, list):
        yield place, say("Write «%(place)s» as a list.", place=place[-1])
        return
    known = None if allowed is None else set(allowed)
    seen: set[str] = set()
    for n, value in enumerate(values):
        if not isinstance(value, str) or not value.strip() or UNREADABLE.search(value):
            yield (*place, n), say("Each is a text of its own. Put it in quotation marks.")
            continue
        if known is not None and value not in known:
            yield (
                (*place, n),
                say("«%(value)s» is not one of: %(known)s.", value=value[:40], known=", ".join(sorted(known))),
            )
        elif value in seen:
            yield (*place, n), say("«%(value)s» stands here twice.", value=value[:40])
        seen.add(value)


def keyed(node: Any, place: Place, seen: set[str], of: str, limit: int = 60) -> Iterator[Problem]:
    """A key of small letters, digits and hyphens that no other of its kind has."""
    key = node.get("key")
    if not isinstance(key, str) or not KEY.fullmatch(key):
        yield (*place, "key"), say("A %(of)s needs a key of small letters, digits and hyphens.", of=of)
    elif len(key) > limit:
        yield (*place, "key"), say("«key» has %(n)s characters. At most %(limit)s are taken.", n=len(key), limit=limit)
    elif key in seen:
        yield (*place, "key"), say("The key «%(key)s» is used twice.", key=key)
    if isinstance(key, str):
        seen.add(key)
