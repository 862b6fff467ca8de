"""May a committee decide on a day? Both sides counted, its quorum, and what its composition rule says of it."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

WORKER, MANAGEMENT = "worker", "management"
SIDES = (WORKER, MANAGEMENT)

# What no decision can do without, whatever a programme sets. The rest warns.
ALWAYS_BLOCKS = frozenset({"not_formed", "dissolved", "no_worker_side", "no_management_side"})
GOOD = frozenset({"enough_people", "equal", "co_chairs_in_office", "not_asked_for"})
# What a body without two sides, such as one for complaints, is not asked.
OF_SIDES = frozenset({"no_worker_side", "no_management_side", "no_worker_co_chair", "no_management_co_chair"})


@dataclass(frozen=True)
class Seat:
    """One dated seat. `until` is the last day in office; None: no end is set. `person`: to tell who sits twice."""

    key: str
    side: str
    since: date
    until: date | None = None
    co_chair: bool = False
    chosen_by: str = ""
    sex: str = "x"
    person: str = ""
    union: str = ""
    outside: bool = False
    contested: bool = False


def in_office(since: date, until: date | None, on: date) -> bool:
    """Is a term of these days running on the day? The last day counts, the day after does not."""
    return since <= on and (until is None or on <= until)


def sitting_on(seats: Iterable[Seat], on: date) -> list[Seat]:
    """Who counts on a day: in office, and on one side. Who sits on both sides counts for neither."""
    office = [seat for seat in seats if in_office(seat.since, seat.until, on)]
    twice = sits_twice(office)
    return [seat for seat in office if not seat.person or seat.person not in twice]


def sits_twice(office: Iterable[Seat]) -> set[str]:
    """People with a seat on more than one side, among seats in office."""
    held: dict[str, set[str]] = {}
    for seat in office:
        if seat.person:
            held.setdefault(seat.person, set()).add(seat.side)
    return {person for person, sides in held.items() if len(sides) > 1}


@dataclass(frozen=True)
class Parity:
    """Who counts on one day, and what that means. `codes` name sentences; the good ones come first.

    `chairs_until`: last days of the co-chairs in office. `emptied_on`: the last day of the newest seat that the
    smaller side lost within a month. `reasons`: what the composition rule says; `sided`: are there two sides at all?
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
    reasons: tuple = ()
    rule: str = ""
    headcount: int | None = None

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
            "rule": self.rule,
            "headcount": self.headcount,
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
    reasons: Sequence = (),
    equal: bool = True,
    sided: bool = True,
    each_side: bool = False,
    rule: str = "",
    headcount: int | None = None,
) -> Parity:
    """Count both sides on a day. `present` are keys of seats, None counts everybody in office.

    A side has as many seats as the larger side has members in office, so an empty seat shows on the smaller one.
    Without a `quorum` more than half of all seats are needed, and with `each_side` half of each side too. `blocks` are
    codes a programme made binding. `reasons` come from `composition.validity`; one that rests on an unchecked number
    never blocks. `equal` and `sided`: does the rule ask for equal sides, or for sides at all?
    """
    sitting = sitting_on(seats, on)
    office = {side: [seat for seat in sitting if seat.side == side] for side in SIDES}
    places = max(len(office[WORKER]), len(office[MANAGEMENT]))
    here = {side: sum(1 for seat in office[side] if present is None or seat.key in present) for side in SIDES}
    seated = 2 * places if sided else len(sitting)
    needed = quorum if quorum is not None else seated // 2 + 1
    chairing = [seat for seat in sitting if seat.co_chair]
    chairs = {side: next((seat.key for seat in chairing if seat.side == side), "") for side in SIDES}

    codes: list[str] = []
    if formed_on is not None and on < formed_on:
        codes.append("not_formed")
    if dissolved_on is not None and on > dissolved_on:
        codes.append("dissolved")
    codes += [f"no_{side}_side" for side in SIDES if not office[side]]
    enough = sum(here.values()) >= needed
    if each_side:
        enough = enough and all(2 * here[side] >= places for side in SIDES)
    codes.append("enough_people" if enough else "too_few")
    if all(chairs.values()):
        codes.append("co_chairs_in_office")
    codes += [f"no_{side}_co_chair" for side in SIDES if not chairs[side]]
    if equal:
        codes.append("equal" if here[WORKER] == here[MANAGEMENT] else "not_equal")
    if any(seat.side == WORKER and seat.chosen_by == "employer" for seat in sitting):
        codes.append("worker_chosen_by_employer")
    if not sided:
        codes = [code for code in codes if code not in OF_SIDES]
        if not sitting:
            codes.append("nobody_sits")
    unchecked = {reason.code for reason in reasons if reason.unchecked}
    codes += [reason.code for reason in reasons if reason.code not in codes]
    codes.sort(key=lambda code: code not in GOOD)

    binding = (ALWAYS_BLOCKS | {"nobody_sits"} | (frozenset(blocks) - unchecked)) - GOOD
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
        reasons=tuple(reasons),
        rule=rule,
        headcount=headcount,
    )


def terms_overlap(since: date, until: date | None, other_since: date, other_until: date | None) -> bool:
    """Do two terms share a day?"""
    return since <= (other_until or date.max) and other_since <= (until or date.max)
