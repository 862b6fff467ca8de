"""What a plan item is to those who read it, and whose signature stands. It refuses to sum up a fix: reported, agreed,
verified and confirmed stay four facts, and an item's word is worked out anew whenever somebody reads it.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from improvement_plans.rules.parity import SIDES

REPORTED, AGREED, VERIFIED, CONFIRMED = "reported", "agreed", "verified", "confirmed"
REOPENED, WITHDRAWN = "reopened", "withdrawn"
FOUR = (REPORTED, AGREED, VERIFIED, CONFIRMED)

CAUSES = (
    "nobody_named",
    "rule_unknown",
    "not_trained",
    "equipment",
    "time_or_people",
    "cost",
    "orders",
    "habit",
    "other",
)


def item_status(facts: Collection[str], *, due_on: date | None, planned: bool, today: date) -> str:
    """The outsiders' word for an item: a key of core.statuses.

    `facts` are the kinds recorded in the item's running round. `planned`: somebody wrote what will change, by whom
    and by when. Being late is said whether or not anybody planned.
    """
    if VERIFIED in facts or CONFIRMED in facts:
        return "verified_fixed"
    if REPORTED in facts:
        return "reported_fixed"
    if due_on is not None and due_on < today:
        return "behind_schedule"
    return "on_track" if planned and due_on is not None else "not_started"


# The board's columns, left to right, and the order of urgency in a list: worst first, then the oldest.
BOARD = ("not_started", "on_track", "behind_schedule", "reported_fixed", "verified_fixed")
URGENCY = ("behind_schedule", "not_started", "reported_fixed", "on_track", "verified_fixed")


def urgency(status: str, due_on: date | None, since: date) -> tuple[int, date, date]:
    """Sort key: worst status first, then the earliest due, then the oldest."""
    return URGENCY.index(status), due_on or date.max, since


def placed(order: list[str], one: str, before: str = "") -> list[str]:
    """The order after one was put before another of it; at the end where that other is not in it."""
    rest = [other for other in order if other != one]
    at = rest.index(before) if before in rest else len(rest)
    return [*rest[:at], one, *rest[at:]]


def days_late(due_on: date | None, today: date) -> int:
    """Whole days after the due day; 0 when not late or without a due day."""
    return max(0, (today - due_on).days) if due_on else 0


def steps_in(text: str) -> list[str]:
    """The steps of what will change: a step on each line."""
    return [line.strip() for line in text.splitlines() if line.strip()]


def carried(before: str, after: str, done: Mapping[str, str]) -> dict[str, str]:
    """What is done of the steps after they were written anew: {number: day} of those whose line stayed as it was.

    A step that moved takes its day along; one that was written otherwise is to be said again.
    """
    left: dict[str, list[str]] = {}
    for number, line in enumerate(steps_in(before), start=1):
        if str(number) in done:
            left.setdefault(line, []).append(done[str(number)])
    kept = {}
    for number, line in enumerate(steps_in(after), start=1):
        if left.get(line):
            kept[str(number)] = left[line].pop(0)
    return kept


@dataclass(frozen=True)
class Signature:
    """One co-chair's word on one edition of an item, or on one round of its fix."""

    about: str
    edition: int
    side: str
    decision: str


def standing_signatures(given: Iterable[Signature], about: str, edition: int) -> Mapping[str, Signature]:
    """The word of each side that counts now: its last one on this edition. `given` is oldest first.

    Whoever holds the chair today, a signature stands: it was given by the co-chair of its day.
    """
    return {one.side: one for one in given if (one.about, one.edition) == (about, edition)}


def both_agree(standing: Mapping[str, Signature]) -> bool:
    """Have both sides agreed, with or without a remark?"""
    return all(side in standing and standing[side].decision != "declined" for side in SIDES)
