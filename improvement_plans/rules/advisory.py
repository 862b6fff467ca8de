"""How an advisory committee is made up, by the dated terms of its programme, and who of each group counts on a day.

Three groups are not three equal thirds: each has the seats its terms give it. Nothing here blocks; it is told.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from improvement_plans.rules.parity import Seat, in_office

GOVERNMENT, EMPLOYERS, WORKERS = "government", "employers", "workers"
GROUPS = (GOVERNMENT, EMPLOYERS, WORKERS)
HOUSE_SEATS = 2  # of each group where a programme said nothing: the house's own choice, no law
HOUSE_RHYTHM = 183  # days


@dataclass(frozen=True)
class Terms:
    """What holds on a day: seats of each group, and within how many days it meets again (0: nobody said)."""

    seats: Mapping[str, int]
    rhythm_days: int = HOUSE_RHYTHM


def terms_of(said: Mapping | None) -> Terms:
    """The terms a programme's setting says: {"seats": {group: n}, "rhythm_days": n}; the house's where it is silent."""
    said = said or {}
    seats = said.get("seats") or {}
    return Terms({group: int(seats.get(group, HOUSE_SEATS)) for group in GROUPS}, said.get("rhythm_days", HOUSE_RHYTHM))


@dataclass(frozen=True)
class Count:
    """One group on a day: who was there, of those in office, of the seats it has."""

    group: str
    here: int
    in_office: int
    seats: int

    @property
    def empty(self) -> int:
        """Seats nobody holds."""
        return max(0, self.seats - self.in_office)

    @property
    def over(self) -> int:
        """Members more than there are seats."""
        return max(0, self.in_office - self.seats)


def counted(seats: Iterable[Seat], on: date, terms: Terms, present: Collection[str] | None = None) -> list[Count]:
    """Each group on a day. `present`: keys of seats; None counts everybody in office. A seat's `side` is its group."""
    office = [seat for seat in seats if in_office(seat.since, seat.until, on)]
    return [
        Count(
            group,
            sum(1 for seat in office if seat.side == group and (present is None or seat.key in present)),
            sum(1 for seat in office if seat.side == group),
            terms.seats[group],
        )
        for group in GROUPS
    ]


def attendance(meetings: Iterable[Mapping[str, Collection[int]]]) -> dict[str, tuple[int, int]]:
    """{group: (here, seats)} over meetings, each {group: (here, in office, seats)}. No part of a whole is a rate alone.

    A group with more members than seats counts by its members, so that nobody is more than all.
    """
    sums = dict.fromkeys(GROUPS, (0, 0))
    for meeting in meetings:
        for group, (here, office, seats) in meeting.items():
            sums[group] = (sums[group][0] + here, sums[group][1] + max(office, seats))
    return sums


def days_overdue(terms: Terms, last: date | None, today: date) -> int:
    """By how many days the next meeting is late; 0 where it is not, or it never met, or nobody said how often."""
    if not terms.rhythm_days or last is None:
        return 0
    return max(0, (today - last).days - terms.rhythm_days)
