"""How a body is to be made up, by a dated rule of its country: data in `bodies/`, judged here on one day.

A rule warns. It never blocks by itself; a programme may make one of its codes binding (rules.parity).
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from fractions import Fraction

from improvement_plans.rules.parity import SIDES, Seat, in_office, sits_twice, sitting_on

# Who may name a member. A programme's rule may know more; these are what a seat can say.
WAYS = ("election", "union", "employer")
WOMEN = ("", "floor", "majority", "proportion")


@dataclass(frozen=True)
class Band:
    """What holds from so many workers on. 0 and None: nothing is asked."""

    workers: int
    least: int = 0
    most: int | None = None
    worker_least: int = 0
    worker_most: int | None = None
    management_least: int = 0
    management_most: int | None = None
    unchecked: bool = False


@dataclass(frozen=True)
class Composition:
    """One rule for one body of one country, from `since` to `until` (None: not known or no end).

    `women`: "floor" (at least `women_least`), "majority", or "proportion" to the women in the workforce.
    `quorum`: "" is more than half of all seats, "each_side" besides half of each side. `unchecked`: names of what was
    not read in a source; a band says it for itself.
    """

    key: str
    body: str
    country: str
    bands: tuple[Band, ...] = ()
    since: date | None = None
    until: date | None = None
    needed_from: int = 0
    equal: bool = True
    sided: bool = True
    women: str = ""
    women_least: int = 0
    chosen_by: dict = field(default_factory=dict)
    term_months: int | None = None
    outside_least: int = 0
    quorum: str = ""
    rhythm_days: int | None = None
    seats_per_union: int | None = None
    unchecked: frozenset = frozenset()
    source: str = ""


@dataclass(frozen=True)
class Reason:
    """One thing a rule says of a body on a day: a code for a sentence, and the numbers in it."""

    code: str
    numbers: dict = field(default_factory=dict)
    unchecked: bool = False


def rule_of(rules: Iterable[Composition], body: str, country: str, on: date) -> Composition | None:
    """The rule of a body in force on a day: the country's own, else the default's ("")."""
    held = [
        rule
        for rule in rules
        if rule.body == body and rule.country in (country, "") and in_office(rule.since or date.min, rule.until, on)
    ]
    return max(held, key=lambda rule: (rule.country != "", rule.since or date.min), default=None)


def band_of(rule: Composition, headcount: int | None) -> Band | None:
    """The band a headcount falls into. Without a headcount only a rule of one band has an answer."""
    if headcount is None:
        return rule.bands[0] if len(rule.bands) == 1 else None
    return max((band for band in rule.bands if band.workers <= headcount), key=lambda b: b.workers, default=None)


def validity(
    body: Composition,
    members: Sequence[Seat],
    headcount: int | None,
    day: date,
    *,
    women_share: Fraction | None = None,
    met_on: date | None = None,
) -> tuple[Reason, ...]:
    """What the body's rule says against it on a day; nothing: it is made up as the rule asks.

    `women_share`: the part of women in the workforce. `met_on`: when the body last met, None when it never did.
    """
    found: list[Reason] = []

    def add(code: str, by: str = "", unchecked: bool = False, **numbers: int) -> None:
        found.append(Reason(code, numbers, unchecked or by in body.unchecked))

    sitting = sitting_on(members, day)
    office = [seat for seat in members if in_office(seat.since, seat.until, day)]
    if sits_twice(office):
        add("one_person_two_sides")
    if any(seat.contested for seat in sitting):
        add("seat_contested")
    _numbers(body, sitting, headcount, add)
    _people(body, sitting, day, women_share, add)
    if body.rhythm_days and met_on and (day - met_on).days > body.rhythm_days:
        add("meeting_overdue", "rhythm", days=(day - met_on).days, most=body.rhythm_days)
    return tuple(found)


def _numbers(body: Composition, sitting: Sequence[Seat], headcount: int | None, add: Callable[..., None]) -> None:
    if headcount is None and (len(body.bands) > 1 or body.needed_from):
        add("headcount_unknown")
    if headcount is not None and headcount < body.needed_from:
        add("not_asked_for", "needed_from", workers=headcount, need=body.needed_from)
        return
    band = band_of(body, headcount)
    if band is None:
        return
    have = len(sitting)
    if have < band.least:
        add("too_few_members", unchecked=band.unchecked, have=have, need=band.least)
    if band.most is not None and have > band.most:
        add("too_many_members", unchecked=band.unchecked, have=have, most=band.most)
    for side in SIDES:
        here = sum(1 for seat in sitting if seat.side == side)
        least, most = getattr(band, f"{side}_least"), getattr(band, f"{side}_most")
        if here < least:
            add(f"too_few_{side}", unchecked=band.unchecked, have=here, need=least)
        if most is not None and here > most:
            add(f"too_many_{side}", unchecked=band.unchecked, have=here, most=most)


def _people(
    body: Composition, sitting: Sequence[Seat], day: date, women_share: Fraction | None, add: Callable[..., None]
) -> None:
    women = sum(1 for seat in sitting if seat.sex == "f")
    unsaid = sum(1 for seat in sitting if seat.sex == "x")
    need = {
        "floor": body.women_least,
        "majority": len(sitting) // 2 + 1 if sitting else 0,
        "proportion": int(women_share * len(sitting)) if women_share is not None else 0,
    }.get(body.women, 0)
    if body.women == "proportion" and women_share is None:
        add("women_in_workforce_unknown", "women")
    if women + unsaid < need:
        add("too_few_women", "women", have=women, need=need)
    elif women < need:
        add("women_not_known", "women", have=women, need=need)
    outside = sum(1 for seat in sitting if seat.outside)
    if outside < body.outside_least:
        add("too_few_outside", "outside", have=outside, need=body.outside_least)
    for side, ways in body.chosen_by.items():
        if any(seat.side == side and seat.chosen_by not in ways for seat in sitting):
            add(f"{side}_not_chosen_so", "chosen_by")
    if body.term_months and any(day >= months_after(seat.since, body.term_months) for seat in sitting):
        add("term_over", "term", months=body.term_months)
    if body.seats_per_union is not None:
        held: dict[str, int] = {}
        for seat in sitting:
            if seat.union:
                held[seat.union] = held.get(seat.union, 0) + 1
        if held and max(held.values()) > body.seats_per_union:
            add("too_many_of_a_union", "seats_per_union", have=max(held.values()), most=body.seats_per_union)


def months_after(day: date, months: int) -> date:
    """The same day so many months later, or the last of that month."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    for last in (day.day, 30, 29, 28):
        try:
            return date(year, month + 1, min(day.day, last))
        except ValueError:
            continue
    raise ValueError(day)
