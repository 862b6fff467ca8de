"""Whether a factory works, as one table: from, verb, to, who, audit word."""

from typing import NamedTuple


class Row(NamedTuple):
    source: str
    verb: str
    target: str
    who: str
    audit: str


TABLE = [
    Row("active", "stop", "seasonal", "programme manager", "site.stopped"),
    Row("seasonal", "reopen", "active", "programme manager", "site.reopened"),
    Row("seasonal", "suspend", "suspended", "programme manager", "site.suspended"),
    Row("seasonal", "close", "closed", "programme manager", "site.closed"),
    Row("seasonal", "leave", "left", "programme manager", "site.left"),
    Row("active", "suspend", "suspended", "programme manager", "site.suspended"),
    Row("active", "close", "closed", "programme manager", "site.closed"),
    Row("active", "leave", "left", "programme manager", "site.left"),
    Row("suspended", "close", "closed", "programme manager", "site.closed"),
    Row("suspended", "leave", "left", "programme manager", "site.left"),
    Row("suspended", "reopen", "active", "programme manager", "site.reopened"),
    Row("closed", "reopen", "active", "programme manager", "site.reopened"),
    Row("left", "reopen", "active", "programme manager", "site.reopened"),
]
STATES = ["active", "seasonal", "suspended", "closed", "left"]


def step_to(state: str, target: str) -> Row:
    """The row that leads from a state to another. LookupError when the table has none."""
    for row in TABLE:
        if (row.source, row.target) == (state, target):
            return row
    raise LookupError(f"{target} is not possible when {state}")
