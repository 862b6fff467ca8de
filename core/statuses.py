"""The one table of statuses: for every status its shape, its word and its colour, always all three.

Screens, letters and paper read it; nothing else names a status to people. It decides nothing: which status a thing
has is the business of the app that owns the thing. It refuses unknown keys, so that no page invents a status.
"""

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

Words = str | Promise


@dataclass(frozen=True)
class Status:
    """One row. `icon` is a shape of the sprite; `token` one of good, bad, open, none, move.

    `aside` is said under the word wherever the status stands, because without it the word would claim too much.
    """

    key: str
    family: str
    word: Words
    icon: str
    token: str
    aside: Words = ""


ROWS = (
    # An answer of an assessor. "Unanswered" is an empty place, which is not the same as "not asked".
    Status("compliant", "answer", _("Compliant"), "good", "good"),
    Status("non_compliant", "answer", _("Non-compliant"), "bad", "bad"),
    Status("not_applicable", "answer", _("Not applicable"), "na", "none"),
    Status("not_asked", "answer", _("Not asked"), "notasked", "none"),
    Status("undetermined", "answer", _("Could not be determined"), "unknown", "open"),
    Status("unanswered", "answer", _("No answer yet"), "blank", "none"),
    # A public issue. The word "compliant" does not exist here, and nothing found is grey, not green.
    Status("violation_found", "public", _("Violation found"), "bad", "bad"),
    Status("found_again", "public", _("Found again"), "again", "bad"),
    Status("reported_fixed", "public", _("Reported fixed"), "half", "open", _("nobody has checked yet")),
    Status("verified_fixed", "public", _("Verified fixed"), "verified", "good"),
    Status("no_violation_found", "public", _("No violation found"), "none", "none"),
    Status("withheld", "public", _("Withheld"), "withheld", "none"),
    # A plan item, in the words outsiders read.
    Status("not_started", "plan", _("Not started"), "start", "none"),
    Status("on_track", "plan", _("On track"), "track", "move"),
    Status("behind_schedule", "plan", _("Behind schedule"), "behind", "bad"),
    # Where a recorded thing is.
    Status("on_this_tablet", "where", _("On this tablet"), "tablet", "none"),
    Status("sending", "where", _("Sending"), "send", "move"),
    Status("safe", "where", _("Safe on the server"), "safe", "good"),
    Status("quarantined", "where", _("In quarantine"), "lock", "open"),
    # The work itself.
    Status("done", "machinery", pgettext_lazy("status of a step", "Done"), "tick", "none"),
    Status("partly", "machinery", _("Partly done"), "dots", "none"),
    Status("take_care", "machinery", _("Take care"), "care", "open"),
    Status("conflict", "machinery", _("Two answers differ"), "conflict", "bad"),
    Status("serious_harm", "machinery", _("Serious harm"), "harm", "bad"),
    Status("sealed", "machinery", _("Sealed"), "lock", "none"),
    Status("do_not_tell", "machinery", _("Do not tell"), "hush", "bad"),
    # Sides are not statuses: round and square, never one colour against another.
    Status("worker_side", "people", _("Worker side"), "worker", "none"),
    Status("management_side", "people", _("Management side"), "manager", "none"),
    Status("empty_seat", "people", _("Empty seat"), "seat-round", "none"),
)

STATUSES = {row.key: row for row in ROWS}

FAMILY_WORDS = {
    "answer": _("An answer"),
    "public": _("A public issue"),
    "plan": _("A plan item"),
    "where": _("Where it is"),
    "machinery": _("The work"),
    "people": _("People"),
}

# Families borrow: a public issue can also be not asked, a plan item ends as a public issue does.
_BORROWED = {
    "public": ("not_asked", "undetermined"),
    "plan": ("reported_fixed", "verified_fixed"),
}


def status(key: str) -> Status:
    """The row of a status. Raises KeyError with the key where there is none."""
    return STATUSES[key]


def family(name: str) -> tuple[Status, ...]:
    """All statuses a thing of this family can have, in the order every screen uses."""
    own = tuple(row for row in ROWS if row.family == name)
    if not own:
        raise KeyError(name)
    return own + tuple(STATUSES[key] for key in _BORROWED.get(name, ()))
