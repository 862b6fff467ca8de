"""Pure decisions: merging operations, the age of a non-compliance, what a compliance point comes to."""

import json
import math
import re
from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any, NamedTuple
from uuid import UUID

STATES = ["compliant", "non_compliant", "not_applicable", "not_asked", "undetermined"]
# The states in which the question was asked and decided: only these count in a rate.
DECIDED = {"compliant", "non_compliant"}
WORKER_BANDS = ["1-9", "10-49", "50-249", "250+"]

TEXTS = ("note", "comment", "report_text")
FIELDS = ("state", "value", "extent", "ask", *TEXTS)
MAX_TEXT = 20_000


# Half a character, as when a tablet cuts a text in the middle of one, and the NUL: no database keeps them.
_HALVES = re.compile("[\ud800-\udfff]")


def readable(value: Any) -> Any:
    """A JSON value as it can be kept. Nothing a person can read is lost.

    Half a character becomes U+FFFD, a NUL is left out, and what is called a number and is none becomes its name.
    """
    if isinstance(value, str):
        return _HALVES.sub("\ufffd", value.replace("\x00", ""))
    if isinstance(value, float) and not math.isfinite(value):
        return str(value)
    if isinstance(value, dict):
        return {readable(key): readable(item) for key, item in value.items()}
    if isinstance(value, list):
        return [readable(item) for item in value]
    return value


class Op(NamedTuple):
    """What merging needs of an operation. `base`: ids of the operations it was made from."""

    id: str
    base: tuple[str, ...]
    value: Any
    revision: int | None = None


class Resolved(NamedTuple):
    """One field as its operations make it: ids of the heads, the value, whether people must settle it."""

    heads: tuple[str, ...]
    value: Any
    conflict: bool


def heads(operations: Iterable[Op]) -> list[Op]:
    """The operations of one question and field that no other known one was made from, sorted by id.

    Depends on the set of operations alone: neither order of arrival nor any clock matters, twice is once.
    """
    known = {operation.id: operation for operation in operations}
    covered = {base for operation in known.values() for base in operation.base}
    return [known[key] for key in sorted(known) if key not in covered]


def canonical(value: Any) -> str:
    """A JSON value as one text; equal values give equal texts. 1 and 1.0 are one number, as in JavaScript."""
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    if isinstance(value, dict):
        return "{" + ",".join(f"{json.dumps(key)}:{canonical(value[key])}" for key in sorted(value)) + "}"
    if isinstance(value, list):
        return "[" + ",".join(map(canonical, value)) + "]"
    return json.dumps(value)


def resolve(field: str, operations: Iterable[Op]) -> Resolved:
    """The state of one field. Twin of tablet/src/heads.js; tests/contracts/heads.json judges both.

    Unequal heads: a conflict for state, value and extent; texts are kept one after the other; a photo linked by
    anybody is linked; the last "ask" stands.
    """
    ends = heads(operations)
    ids = tuple(operation.id for operation in ends)
    if not ends:
        return Resolved(ids, None, False)
    if len({canonical(operation.value) for operation in ends}) == 1:
        return Resolved(ids, ends[0].value, False)
    if field.startswith("photo:"):
        return Resolved(ids, any(operation.value is True for operation in ends), False)
    if field in TEXTS:
        texts = [operation.value for operation in ends if isinstance(operation.value, str) and operation.value.strip()]
        return Resolved(ids, "\n\n".join(dict.fromkeys(texts)), False)
    if field == "ask":
        latest = max(ends, key=lambda operation: (operation.revision is None, operation.revision or 0, operation.id))
        return Resolved(ids, latest.value, False)
    return Resolved(ids, None, True)


def fits(kind: str, field: str, value: Any) -> bool:
    """May this field of an answer to a question of this kind hold this value? (`value` is checked by checklists.)"""
    if field == "state":
        return kind == "finding" and (value is None or value in STATES)
    if field == "extent":
        return value is None or _is_extent(value)
    if field in TEXTS:
        return isinstance(value, str) and len(value) <= MAX_TEXT
    if field == "ask":
        return value is None or (isinstance(value, dict) and _is_id(value.get("colleague")))
    if field.startswith("photo:"):
        return isinstance(value, bool)
    return field == "value"


def _is_id(value: Any) -> bool:
    try:
        return isinstance(value, str) and bool(UUID(value))
    except ValueError:
        return False


def _is_extent(value: Any) -> bool:
    if not isinstance(value, dict) or set(value) - {"n", "of", "workers", "where"}:
        return False
    n, of, workers, where = (value.get(name) for name in ("n", "of", "workers", "where"))
    for number in (n, of):
        if number is not None and (isinstance(number, bool) or not isinstance(number, int) or not 0 <= number < 10**7):
            return False
    if n is not None and of is not None and n > of:
        return False
    return (workers is None or workers in WORKER_BANDS) and (
        where is None or (isinstance(where, str) and len(where) <= 200)
    )


class Age(NamedTuple):
    """first_found_on: since when it stands unbroken; times: how often found in that run; relapsed: was gone before."""

    first_found_on: date | None
    times: int
    relapsed: bool


def age(history: Sequence[tuple[date, str]], visited_on: date, state: str) -> Age:
    """The age of a non-compliance. history: (visit's day, state) of earlier issued reports, oldest first.

    Only "compliant" ends a run: a question not asked, not applicable or not determined proves nothing was fixed.
    """
    if state != "non_compliant":
        return Age(None, 0, False)
    first, times = visited_on, 1
    index = len(history)
    while index and history[index - 1][1] != "compliant":
        index -= 1
        if history[index][1] == "non_compliant":
            first, times = history[index][0], times + 1
    relapsed = any(earlier == "non_compliant" for _, earlier in history[:index])
    return Age(first, times, relapsed)


def point_state(states: Iterable[str]) -> str | None:
    """What a compliance point comes to: one failed question makes it non-compliant; None when nothing was decided.

    Formula: docs/reference/figures.md.
    """
    decided = [state for state in states if state in DECIDED]
    if not decided:
        return None
    return "non_compliant" if "non_compliant" in decided else "compliant"
