"""What may stand as the answer to an information question."""

import math
import re
from collections.abc import Mapping, Sequence
from typing import Any

from checklists.rules.question import MAX_ROWS, choice_key
from checklists.rules.words import UNREADABLE, is_day

MAX_TEXT = 20_000
MAX_CELL = 200  # of a text in a table: a cell is a mark or a few words
# How a row of sampled records is called: never a name.
_CODE = re.compile(r"^[A-Za-z]{0,3}-?[0-9]{1,4}$")


def answers_value(
    kind: str, choices: Sequence[Any], value: Any, columns: Sequence[Any] = (), rows: Mapping[str, Any] | None = None
) -> bool:
    """May this value stand as the answer to an information question of this kind?"""
    if value is None:
        return True
    number = isinstance(value, int) and not isinstance(value, bool)
    number = number or (isinstance(value, float) and math.isfinite(value))
    match kind:
        case "yes_no":
            return isinstance(value, bool)
        case "number" | "money":
            return number
        case "percent":
            return number and 0 <= value <= 100
        case "text" | "information":
            return isinstance(value, str) and len(value) <= MAX_TEXT and not UNREADABLE.search(value)
        case "date":
            return is_day(value)
        case "choice":
            return isinstance(value, str) and value in map(choice_key, choices)
        case "many_choice":
            keys = set(map(choice_key, choices))
            return isinstance(value, list) and all(isinstance(item, str) and item in keys for item in value)
        case "table":
            return _table(value, columns, rows or {})
    return False


def _table(value: Any, columns: Sequence[Any], limits: Mapping[str, Any]) -> bool:
    """Rows of typed cells. A row may be called by a code; a cell may be empty; what is computed is not stored.

    Fewer rows than the plan asks are taken: a table grows while it is filled.
    """
    if not isinstance(value, dict) or set(value) != {"rows"} or not isinstance(value["rows"], list):
        return False
    if len(value["rows"]) > (limits.get("max") or MAX_ROWS):
        return False
    typed = {column["key"]: column for column in columns if not column.get("compute")}
    return all(_row(row, typed) for row in value["rows"])


def _row(row: Any, columns: Mapping[str, Any]) -> bool:
    if not isinstance(row, dict) or set(row) - set(columns) - {"code"}:
        return False
    code = row.get("code")
    if code is not None and not (isinstance(code, str) and _CODE.fullmatch(code)):
        return False
    return all(
        answers_value(column["kind"], column.get("choices") or [], row.get(key))
        and not (isinstance(row.get(key), str) and len(row[key]) > MAX_CELL)
        for key, column in columns.items()
    )
