"""Pure decisions of improvement plans: may a committee decide on a day, and which word outsiders read for an item.

It knows no database, no clock and no person: the day is always given. It refuses to sum up a fix: reported, agreed,
verified and confirmed stay four facts, and an item's word is worked out anew whenever somebody reads it.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

WORKER, MANAGEMENT = "worker", "management"
SIDES = (WORKER, MANAGEMENT)

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

# What no decision can do without, whatever a programme sets. The rest warns.
ALWAYS_BLOCKS = frozenset({"not_formed", "dissolved", "no_worker_side", "no_management_side"})
GOOD = frozenset({"enough_people", "equal", "co_chairs_in_office"})


@dataclass(frozen=True)
class Seat:
    """One dated seat. `until` is the last day in office; None: no end is set."""

    key: str
    side: str
    since: date
    until: date | None = None
    co_chair: bool = False
    chosen_by: str = ""


def in_office(since: date, until: date | None, on: date) -> bool:
    """Is a term of these days running on the day? The last day counts, the day after does not."""
    return since <= on and (until is None or on <= until)


@dataclass(frozen=True)
class Parity:
    """Who counts on one day, and what that means. `codes` name sentences; the good ones come first.

    `chairs_until`: last days of the co-chairs in office. `emptied_on`: the last day of the newest seat that the
    smaller side lost within a month.
    """

    on: date
    worker: int
    management: int
    worker_seats: int
    management_seats: int
    quorum: int
    worker_co_chair: str
    management_co_chair: str
    chairs_until: tuple[date | None, ...]
    codes: tuple[str, ...]
    blocking: tuple[str, ...]
    emptied_on: date | None = None

    @property
    def equal(self) -> bool:
        return self.worker == self.management

    @property
    def worker_side(self) -> tuple[int, int]:
        """How many are here, of how many seats."""
        return self.worker, self.worker_seats

    @property
    def management_side(self) -> tuple[int, int]:
        return self.management, self.management_seats

    @property
    def answer(self) -> str:
        """yes, warning or no: may the committee decide on this day?"""
        if self.blocking:
            return "no"
        return "yes" if set(self.codes) <= GOOD else "warning"

    def snapshot(self) -> dict[str, object]:
        """What is kept beside a signature: numbers and codes, no person."""
        return {
            "on": self.on.isoformat(),
            "answer": self.answer,
            "worker": [self.worker, self.worker_seats],
            "management": [self.management, self.management_seats],
            "quorum": self.quorum,
            "codes": list(self.codes),
        }


def parity(
    seats: Sequence[Seat],
    on: date,
    *,
    formed_on: date | None = None,
    dissolved_on: date | None = None,
    present: Collection[str] | None = None,
    quorum: int | None = None,
    blocks: Iterable[str] = (),
) -> Parity:
    """Count both sides on a day. `present` are keys of seats, None counts everybody in office.

    A side has as many seats as the larger side has members in office, so an empty seat shows on the smaller one.
    Without a `quorum` more than half of all seats are needed. `blocks` are codes a programme made binding.
    """
    sitting = [seat for seat in seats if in_office(seat.since, seat.until, on)]
    office = {side: [seat for seat in sitting if seat.side == side] for side in SIDES}
    places = max(len(office[WORKER]), len(office[MANAGEMENT]))
    here = {side: sum(1 for seat in office[side] if present is None or seat.key in present) for side in SIDES}
    needed = quorum if quorum is not None else places + 1 if places else 1
    chairing = [seat for seat in sitting if seat.co_chair]
    chairs = {side: next((seat.key for seat in chairing if seat.side == side), "") for side in SIDES}

    codes: list[str] = []
    if formed_on is not None and on < formed_on:
        codes.append("not_formed")
    if dissolved_on is not None and on > dissolved_on:
        codes.append("dissolved")
    codes += [f"no_{side}_side" for side in SIDES if not office[side]]
    codes.append("enough_people" if sum(here.values()) >= needed else "too_few")
    if all(chairs.values()):
        codes.append("co_chairs_in_office")
    codes += [f"no_{side}_co_chair" for side in SIDES if not chairs[side]]
    codes.append("equal" if here[WORKER] == here[MANAGEMENT] else "not_equal")
    if any(seat.side == WORKER and seat.chosen_by == "employer" for seat in sitting):
        codes.append("worker_chosen_by_employer")
    codes.sort(key=lambda code: code not in GOOD)

    binding = (ALWAYS_BLOCKS | frozenset(blocks)) - GOOD
    smaller = WORKER if here[WORKER] < here[MANAGEMENT] else MANAGEMENT
    lost = [seat.until for seat in seats if seat.side == smaller and seat.until is not None and seat.until < on]
    emptied_on = max(lost, default=None) if here[WORKER] != here[MANAGEMENT] else None
    return Parity(
        on=on,
        worker=here[WORKER],
        management=here[MANAGEMENT],
        worker_seats=places,
        management_seats=places,
        quorum=needed,
        worker_co_chair=chairs[WORKER],
        management_co_chair=chairs[MANAGEMENT],
        chairs_until=tuple(seat.until for seat in chairing),
        codes=tuple(codes),
        blocking=tuple(code for code in codes if code in binding),
        emptied_on=emptied_on if emptied_on and on - emptied_on <= timedelta(days=31) else None,
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


def days_late(due_on: date | None, today: date) -> int:
    """Whole days after the due day; 0 when not late or without a due day."""
    return max(0, (today - due_on).days) if due_on else 0


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


def terms_overlap(since: date, until: date | None, other_since: date, other_until: date | None) -> bool:
    """Do two terms share a day?"""
    return since <= (other_until or date.max) and other_since <= (until or date.max)
