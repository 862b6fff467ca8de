"""Finding factories in the current releases: the words somebody typed, and filters, each defined once.

The page, its CSV, the API and docs/reference/filters.md read `FILTERS`; none of them names a filter itself. What is
found stands in name order: there is no order by what was found.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Case, Exists, OuterRef, Q, When
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from disclosure import rules, withheld
from disclosure.lines import size
from disclosure.models import Entry, RegisterLine
from factories.issued import latin, nearest, pieces

LOOKED_AT, NEAREST = 500, 8
OPEN_FACTORY = ("active", "suspended")
CLOSED_FACTORY = ("closed", "left")


@dataclass(frozen=True)
class Filter:
    """One filter. `of`: what it is asked of, a factory or one issue at it; those of one issue hold together.

    `read` tidies what stands in the address and raises ValueError where it cannot be read. `kind` says how a form asks:
    choice (`column` of the register's lines whose values are offered), issue, words, day.
    """

    name: str
    word: str | Promise
    meaning: str
    of: str
    kind: str
    where: Callable[[Any], Q]
    read: Callable[[str], Any] = str
    column: str = ""


def _one_of(*values):
    def read(text):
        if text not in values:
            raise ValueError(text)
        return text

    return read


def _status(value):
    return Q(status__in=rules.OPEN) if value == "open" else Q(status=value)


def _standing(value):
    return Q(standing__in=OPEN_FACTORY if value == "open" else CLOSED_FACTORY)


STATUS_WORDS = ("open", *rules.STATUSES)
FILTERS = (
    Filter(
        "country",
        _("Country"),
        "ISO 3166-1, two letters",
        "factory",
        "choice",
        lambda v: Q(country=v),
        str.upper,
        "country",
    ),
    Filter(
        "region",
        _("Province or zone"),
        "as the factory's page writes it",
        "factory",
        "choice",
        lambda v: Q(region=v),
        column="region",
    ),
    Filter(
        "sector",
        _("Sector"),
        "as the factory's page writes it",
        "factory",
        "choice",
        lambda v: Q(sector=v),
        column="sector",
    ),
    Filter(
        "products",
        _("Products"),
        "a part of what it makes, in any script",
        "factory",
        "words",
        lambda v: Q(products__contains=latin(v)),
    ),
    Filter(
        "size",
        _("People who work there"),
        "a size band: under-50, 50-249, 250-999, 1000-4999, 5000-or-more",
        "factory",
        "choice",
        lambda v: Q(size=v),
        size,
        "size",
    ),
    Filter(
        "standing",
        _("Open or closed"),
        "open: active or suspended; closed: closed, or left the programme",
        "factory",
        "either",
        _standing,
        _one_of("open", "closed"),
    ),
    Filter(
        "from",
        _("Visited from"),
        "the last public visit was on this day or later",
        "factory",
        "day",
        lambda v: Q(last_on__gte=v),
        date.fromisoformat,
    ),
    Filter(
        "until",
        _("Visited until"),
        "the last public visit was on this day or earlier",
        "factory",
        "day",
        lambda v: Q(last_on__lte=v),
        date.fromisoformat,
    ),
    Filter("issue", _("Issue"), "the key of a question", "issue", "issue", lambda v: Q(question_key=v)),
    Filter(
        "cluster", _("Group of issues"), "the key of a cluster of questions", "issue", "cluster", lambda v: Q(cluster=v)
    ),
    Filter(
        "status",
        _("Status of any issue"),
        "a status, or open for both that say a violation stands",
        "issue",
        "status",
        _status,
        _one_of(*STATUS_WORDS),
    ),
)


def read(given) -> tuple[dict, list[str]]:
    """({name: value} of the filters set in an address or a form, [names of those that cannot be read])."""
    chosen, unreadable = {}, []
    for one in FILTERS:
        text = (given.get(one.name) or "").strip()[:120]
        if text:
            try:
                chosen[one.name] = one.read(text)
            except ValueError:
                unreadable.append(one.name)
    return chosen, unreadable


def where(name: str, value) -> Q:
    """The condition one filter sets."""
    return next(one for one in FILTERS if one.name == name).where(value)


def lines(chosen: dict, held=None, programme: str = ""):
    """The register's lines that hold what was chosen, in name order. A lazy queryset.

    Filters of issues hold of one and the same issue, and of what is not withheld: a status must not be found out.
    """
    found = RegisterLine.objects.order_by("sorts_as", "pk")
    if programme:
        found = found.filter(programme__code=programme.upper())
    of_issue = Q()
    for one in FILTERS:
        if one.name in chosen:
            if one.of == "factory":
                found = found.filter(one.where(chosen[one.name]))
            else:
                of_issue &= one.where(chosen[one.name])
    if of_issue:
        found = found.filter(Exists(_entries(of_issue, chosen, held or withheld.now())))
    return found


def _entries(condition, chosen, held):
    """Entries of a line's factory that hold the condition. What is withheld is found under "withheld" and no other."""
    entries = Entry.objects.filter(released_factory=OuterRef("pk"))
    if not held.sites:
        return entries.filter(condition)
    if chosen.get("status") == "withheld":
        rest = Q()
        for name in chosen.keys() & {"issue", "cluster"}:
            rest &= where(name, chosen[name])
        return entries.filter(rest, ~withheld.whole_page()).filter(condition | ~Q(withheld.not_said()))
    return entries.filter(withheld.not_said(), condition)


def called(found, words: str):
    """(lines of those lines that the words name, are these only near?). One to four queries before the lines are read.

    The words as they stand; else each of them somewhere; else names a slip or two of the finger away. Any script, old
    names and numbers too.
    """
    typed = latin(words)
    if not typed:
        return found.none(), False
    for exact in (found.filter(latin__contains=typed), _with_each(found, typed.split())):
        if exact.exists():
            return exact, False
    near = _near(found, words)
    return found.filter(pk__in=near), bool(near)


def _with_each(found, words):
    for word in words[:8]:
        found = found.filter(latin__contains=word)
    return found


def _near(found, words):
    looked = pieces(words)
    if not looked:
        return []
    held = sum(Case(When(latin__contains=piece, then=1), default=0) for piece in looked)
    rows = found.annotate(held=held).filter(held__gt=0).order_by("-held", "pk").values_list("pk", "latin")[:LOOKED_AT]
    return nearest(words, [(pk, name) for pk, names in rows for name in names.split("\n")], NEAREST)
