"""The only door to the CEL engine. Runs rules of the language in grammar.py; anything else is refused before it.

Three-valued: what cannot be known is UNKNOWN, neither true nor false. CEL's own errors are that third value: reading an
answer that is not there is an error, `&&` and `||` pass over it where the other side decides, the rest hands it on.
"""

import functools
import logging
import math
from collections.abc import Mapping
from datetime import date
from typing import Any, NamedTuple

import cel

from checklists.expressions import grammar
from checklists.expressions.grammar import Problem, Reading, Refusal
from core.errors import Invalid


class _Unknown:
    """The third value."""

    def __repr__(self) -> str:
        return "UNKNOWN"

    def __bool__(self) -> bool:
        raise TypeError("What is unknown is neither true nor false.")


UNKNOWN = _Unknown()
# The engine logs every error of our functions; to us each is an unknown value.
logging.getLogger("cel").setLevel(logging.CRITICAL)


class _Compiled(NamedTuple):
    """A rule ready to run; `looks`: (macro, what it asks of one row), in the order in which `.look(n)` names them."""

    reading: Reading
    program: Any
    looks: list[tuple[str, Any]]


@functools.lru_cache(maxsize=8192)
def _compiled(expression: str) -> _Compiled:
    reading = grammar.read(expression)
    try:
        looks = [(macro, cel.compile(source)) for macro, source in reading.looks]
        return _Compiled(reading, cel.compile(reading.source), looks)
    except ValueError as error:
        raise Refusal(Problem(0, "This is not a rule.")) from error


def check(expression: Any) -> list[Problem]:
    """What is wrong with a rule, with the position; empty when it can run."""
    try:
        _compiled(expression) if isinstance(expression, str) else grammar.read(expression)
    except Refusal as refusal:
        return [refusal.problem]
    return []


def reading(expression: str) -> Reading:
    """All that a rule reads. Raises Invalid with a sentence where the text is no rule."""
    try:
        return _compiled(expression).reading
    except Refusal as refusal:
        raise Invalid(f"{refusal.problem.sentence} (character {refusal.problem.position + 1})") from None


def reads(expression: str) -> set[str]:
    """Keys of the questions a rule reads. Raises Invalid with a sentence where the text is no rule."""
    return set(reading(expression).answers)


def impossible(constraint: Mapping[str, Any] | None, value: Any) -> bool:
    """Does a constraint that reads nothing but the value refuse it? Such a value cannot stand anywhere."""
    if not constraint or value is None or check(constraint["when"]):
        return False
    asked = reading(constraint["when"])
    alone = not (asked.answers or asked.params or asked.facts or asked.columns)
    return alone and evaluate(constraint["when"], {}, value=value) is False


def evaluate(
    expression: str,
    answers: Mapping[str, Any],
    *,
    param: Mapping[str, Any] | None = None,
    facts: Mapping[str, Any] | None = None,
    value: Any = None,
    row: Mapping[str, Any] | None = None,
) -> Any:
    """What a rule comes to, or UNKNOWN. Never raises for what an answer holds; a text that is no rule is UNKNOWN."""
    try:
        asked, program, looks = _compiled(expression)
    except Refusal:
        return UNKNOWN
    known = {key: plain(answers.get(key)) for key in asked.answers}
    names: dict[str, Any] = {}
    if known:
        names["answers"] = {key: one for key, one in known.items() if one is not None}
        names["answered"] = {key: one is not None for key, one in known.items()}
    if asked.params:
        names["param"] = _plain_map({key: (param or {}).get(key) for key in asked.params})
    if asked.facts:
        names["facts"] = _plain_map({key: (facts or {}).get(key) for key in asked.facts})
    if "value" in asked.names and (entered := plain(value)) is not None:
        names["value"] = entered
    if "row" in asked.names:
        names["row"] = _plain_map({key: (row or {}).get(key) for key in asked.columns})
    functions = {**_FUNCTIONS, "look": _looking(looks, names)} if looks else _FUNCTIONS
    return _run(program, cel.Context(names, functions))


def _run(program: Any, context: Any) -> Any:
    try:
        return _result(program.execute(context))
    except (ValueError, TypeError, RuntimeError, LookupError, ArithmeticError):
        return UNKNOWN


def _looking(looks: list[tuple[str, Any]], names: dict[str, Any]) -> Any:
    """The function `look` of one run: a macro asks its condition or value of each row, one after the other."""

    def look(items: Any, number: float) -> Any:
        macro, program = looks[int(number)]
        row: list[Any] = []
        context = cel.Context(names, _FUNCTIONS)
        context.set_variable_resolver(lambda name: row[0] if name == "item" else None)
        found = []
        for item in _list(items):
            row[:] = [item]
            found.append(_run(program, context))
        return _LOOKS[macro](items, found)

    return look


def plain(value: Any) -> Any:
    """A JSON value as rules see it: every number a double; None for what counts as absent."""
    if isinstance(value, bool):
        return value
    if isinstance(value, (int, float)):
        try:
            number = float(value)
        except OverflowError:
            return None
        return number if math.isfinite(number) else None
    if isinstance(value, str):
        return value or None
    if isinstance(value, (list, tuple)):
        return [item for item in map(plain, value) if item is not None] or None
    if isinstance(value, Mapping):
        if "rows" in value:
            rows = [_plain_map(row) for row in value["rows"] or [] if isinstance(row, Mapping)]
            return {"rows": rows} if rows else None
        return _plain_map(value) or None
    return None


def _plain_map(items: Mapping[str, Any]) -> dict[str, Any]:
    return {str(key): one for key, one in ((key, plain(item)) for key, item in items.items()) if one is not None}


def _result(value: Any) -> Any:
    if isinstance(value, (bool, str)):
        return value
    if isinstance(value, float):
        return value + 0.0 if math.isfinite(value) else UNKNOWN
    if isinstance(value, list):
        items = [_result(item) for item in value]
        return UNKNOWN if any(item is UNKNOWN for item in items) else items
    if isinstance(value, dict):
        return {key: _result(item) for key, item in value.items()}
    return UNKNOWN


# --- functions -------------------------------------------------------------------------------------------------------


def _list(value: Any) -> list[Any]:
    if not isinstance(value, list):
        raise ValueError("not a list")
    return value


def _number(value: Any) -> float:
    if not isinstance(value, float):
        raise ValueError("not a number")
    return value


def _sum(items: Any) -> float:
    total = 0.0
    for item in _list(items):  # one after the other, as JavaScript adds; sum() of later Pythons adds otherwise
        total += _number(item)
    return total


def _count(items: Any) -> float:
    return float(len(items if isinstance(items, str) else _list(items)))


def _share(part: Any, whole: Any) -> float:
    if _number(whole) <= 0:
        raise ValueError("no whole")
    return _number(part) / whole * 100.0


def _divisor(value: Any) -> float:
    if _number(value) == 0:
        raise ValueError("divided by zero")
    return float(value)


def _day(value: Any) -> date:
    day = date.fromisoformat(value)
    if len(value) != 10 or day.isoformat() != value:
        raise ValueError("not a day")
    return day


def _days_between(first: Any, last: Any) -> float:
    return float((_day(last) - _day(first)).days)


def _years_between(first: Any, last: Any) -> float:
    start, end = _day(first), _day(last)
    if end < start:
        return -_years_between(last, first)
    return float(end.year - start.year - ((end.month, end.day) < (start.month, start.day)))


def _all_known(found: list[Any]) -> list[Any]:
    if any(one is UNKNOWN for one in found):
        raise ValueError("a row is unknown")
    return found


def _decided(found: list[Any]) -> list[Any]:
    """Conditions of rows; what is none is unknown."""
    return [one if isinstance(one, bool) else UNKNOWN for one in found]


def _filter(items: list[Any], found: list[Any]) -> list[Any]:
    return [item for item, kept in zip(items, _all_known(_decided(found)), strict=True) if kept]


def _exists(_items: list[Any], found: list[Any]) -> bool:
    """One row that holds is enough; else one that is unknown leaves it open."""
    return any(one is True for one in found) or any(_all_known(_decided(found)))


def _all(_items: list[Any], found: list[Any]) -> bool:
    """One row that does not hold is enough; else one that is unknown leaves it open."""
    return not any(one is False for one in found) and all(_all_known(_decided(found)))


_LOOKS = {"filter": _filter, "map": lambda _items, found: _all_known(found), "exists": _exists, "all": _all}
_FUNCTIONS = {
    "sum": _sum,
    "count": _count,
    "share": _share,
    "divisor": _divisor,
    "days_between": _days_between,
    "years_between": _years_between,
}
