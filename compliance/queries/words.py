"""How facts are said on screens."""

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from checklists.rules import choice_key, choice_text

# Word and shape of each state of the work. An answer's words stand in core.statuses.
STATE_WORDS = {
    "planned": (gettext_lazy("Planned"), "cal"),
    "in_progress": (gettext_lazy("In progress"), "tablet"),
    "drafting": (gettext_lazy("Being written"), "pen"),
    "in_review": (gettext_lazy("In review"), "list"),
    "comment_window": (gettext_lazy("With the factory"), "reply"),
    "issued": (gettext_lazy("Report issued"), "doc"),
    "not_held": (gettext_lazy("Did not take place"), "lock"),
    "cancelled": (gettext_lazy("Called off"), "close"),
}


# Why a visit was called off. Keys as in rules.CANCELLED_BECAUSE.
CANCELLED_WORDS = {
    "factory-asked": gettext_lazy("The factory asked for it"),
    "staff": gettext_lazy("Assessors or interpreters are not available"),
    "travel": gettext_lazy("The road or the weather does not allow it"),
    "unrest": gettext_lazy("Strike or unrest"),
    "conflict": gettext_lazy("A conflict of interest became known"),
    "planned-twice": gettext_lazy("It was planned twice or by mistake"),
    "other": gettext_lazy("Another reason"),
}


# What a visit came to, and what makes its record less sure.
VISIT_WORDS = {
    "partial": gettext_lazy("Only part of the visit was possible"),
    "refused": gettext_lazy("Access was refused"),
    "closed": gettext_lazy("The factory was closed"),
    "coaching": gettext_lazy("Signs that workers were told what to answer"),
    "conflicting-records": gettext_lazy("Records that contradict each other"),
    "time-cut-short": gettext_lazy("The time was cut short"),
    "other": gettext_lazy("Something else"),
}


def extent_words(thing, noun) -> str:
    """ "2 of 9 exits", "2 exits", or nothing; `thing` is an answer or a finding, `noun` the question's."""
    n, of = thing.extent_n, thing.extent_of
    if n is None:
        return ""
    said = str(n) if of is None else _("%(n)s of %(of)s") % {"n": n, "of": of}
    return f"{said} {noun}".strip()


def band_words(thing) -> str:
    """How many workers it touches, as a band."""
    return _("%(band)s workers") % {"band": thing.extent_workers.replace("-", "–")} if thing.extent_workers else ""


def value_words(value, unit="", choices=()) -> str:
    """The answer to a question that is no finding, as words: yes, 12 drills, a text, the words of a choice, 3 rows."""
    said = {choice_key(choice): choice_text(choice) for choice in choices}
    if isinstance(value, dict):
        rows = len(value.get("rows") or [])
        return ngettext("%(n)d row", "%(n)d rows", rows) % {"n": rows}
    if isinstance(value, str) and said:
        return said.get(value, value)
    if value is None:
        return ""
    if isinstance(value, bool):
        return _("Yes") if value else _("No")
    if isinstance(value, list):
        return ", ".join(said.get(item, str(item)) for item in value)
    return f"{value} {unit}".strip()
