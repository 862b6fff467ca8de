"""When a thing is due. Pure: a clock is a length counted from a start; the working calendar comes in as a function.

Names of clocks: `report` from the last day at the factory to the issued report; `comment` while the factory may answer
a draft, of length 0 where a small programme does without; `progress-1` and `progress-2` from the report to the
factory's own word on it; `next-from` and `next` open and end the time in which the next assessment falls, from the last
one; `case-begun` and `case-followed` from telling the authorities of serious harm to their beginning and to our asking
after it.
"""

from collections.abc import Callable, Mapping
from datetime import date, datetime, timedelta
from typing import Any, NamedTuple

WORKING_DAYS, DAYS, HOURS = "working-days", "days", "hours"
UNITS = (WORKING_DAYS, DAYS, HOURS)
LONGEST = 2000  # of any unit: five years of days


class Clock(NamedTuple):
    length: int
    unit: str


# What holds where a programme says nothing else in its dated setting `clocks`.
DEFAULTS = {
    "report": Clock(20, WORKING_DAYS),
    "comment": Clock(7, WORKING_DAYS),
    "progress-1": Clock(30, DAYS),
    "progress-2": Clock(180, DAYS),
    "next-from": Clock(300, DAYS),
    "next": Clock(395, DAYS),
    "case-begun": Clock(48, HOURS),
    "case-followed": Clock(72, HOURS),
}
IN_HOURS = {"case-begun", "case-followed"}
MAY_BE_NONE = {"comment"}
# People are reminded this many days before a thing is due, and on the first day it is late.
BEFORE, LATE = 5, -1
STEPS = (BEFORE, LATE)


def misfit(value: Any) -> str | None:
    """Which clock of a programme's setting cannot be, by its name; None when all can. {"report": [20, "days"]}."""
    if not isinstance(value, Mapping):
        return "clocks"
    for name, given in value.items():
        shape = isinstance(given, (list, tuple)) and len(given) == 2
        if name not in DEFAULTS or not shape or type(given[0]) is not int:
            return str(name)
        if not (0 if name in MAY_BE_NONE else 1) <= given[0] <= LONGEST:
            return str(name)
        if given[1] not in UNITS or (given[1] == HOURS) != (name in IN_HOURS):
            return str(name)
    return None


def of_setting(value: Any) -> dict[str, Clock]:
    """A programme's clocks: what its setting says, the rest by default. What cannot be is left aside."""
    own = {name: given for name, given in value.items() if not misfit({name: given})} if value else {}
    return DEFAULTS | {name: Clock(*given) for name, given in own.items()}


def due_on(start: date, clock: Clock, is_free: Callable[[date], bool]) -> date:
    """The last day in time. Working days: the n-th working day after the start, which itself does not count."""
    if clock.unit != WORKING_DAYS:
        return start + timedelta(days=clock.length)
    day, left = start, clock.length
    while left:
        day += timedelta(days=1)
        left -= not is_free(day)
    return day


def latest_start(before: date, clock: Clock, is_free: Callable[[date], bool]) -> date:
    """The latest start of what is due before a day: whatever began then or earlier is late on that day.

    So a list of what is late is one comparison of a column, however many rows there are.
    """
    if clock.unit != WORKING_DAYS:
        return before - timedelta(days=clock.length + 1)
    day, left = before, clock.length
    while left:
        day -= timedelta(days=1)
        left -= not is_free(day)
    return day - timedelta(days=1)


def due_at(start: datetime, clock: Clock) -> datetime:
    """The moment a clock of hours runs out. Hours do not wait for working days."""
    return start + timedelta(hours=clock.length)
