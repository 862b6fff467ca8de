"""One line of the results, and how it is measured: medians of runs that alternate with their yardstick."""

import statistics
import time
from dataclasses import dataclass
from functools import wraps

from django.db import connection
from django.test.utils import CaptureQueriesContext

RUNS = 7
NOT_COUNTED = ("BEGIN", "COMMIT", "SAVEPOINT", "RELEASE", "ROLLBACK")

KEYS: dict = {}


@dataclass(frozen=True)
class Line:
    """A measured figure. `ratio`: value to yardstick; None where nothing is measured against.

    `most_queries` is the target that can fail a run; `goal` holds the others, as (words, reached).
    """

    key: str
    value: float
    unit: str
    size: str
    queries: int | None = None
    yardstick: float | None = None
    ratio: float | None = None
    note: str = ""
    most_queries: int | None = None
    goal: tuple = ("", True)

    @property
    def too_many(self):
        return self.queries is not None and self.most_queries is not None and self.queries > self.most_queries

    def as_json(self):
        names = ("key", "value", "unit", "size", "queries", "yardstick", "ratio", "note")
        return {name: getattr(self, name) for name in names}


def key(name):
    """Decorator: a function `(place) -> lines` that measures one key."""

    def register(function):
        KEYS[name] = function
        return function

    return register


def statements(function) -> int:
    """How many statements a call takes; beginning and ending a transaction are not counted."""
    with CaptureQueriesContext(connection) as asked:
        function()
    return sum(1 for query in asked if not query["sql"].upper().startswith(NOT_COUNTED))


def seconds(function) -> float:
    started = time.perf_counter()
    function()
    return time.perf_counter() - started


def alternately(ours, theirs, runs=RUNS):
    """Medians in milliseconds of two calls that take turns, so that both meet the same machine."""
    times = [(seconds(ours), seconds(theirs)) for _ in range(runs)]
    return tuple(round(statistics.median(each) * 1000, 2) for each in zip(*times, strict=True))


def median(function, runs=RUNS) -> float:
    """The median of a call in milliseconds."""
    return round(statistics.median(seconds(function) for _ in range(runs)) * 1000, 2)


def fed(function, supply):
    """A call without arguments that takes the next of a supply made beforehand: making it is not measured."""
    things = iter(supply)

    @wraps(function)
    def call():
        return function(next(things))

    return call
