"""The workflow of an assessment as one table: from, verb, to, who, audit word."""

from typing import NamedTuple


class Row(NamedTuple):
    source: str
    verb: str
    target: str
    who: str
    audit: str


TABLE = [
    Row("planned", "start", "in_progress", "an assessor of it", "assessment.started"),
    Row("planned", "cancel", "cancelled", "programme manager", "assessment.cancelled"),
    Row("in_progress", "submit", "in_review", "its lead assessor", "assessment.submitted"),
    Row("in_progress", "cancel", "cancelled", "programme manager", "assessment.cancelled"),
    Row("in_review", "return", "in_progress", "lead assessor", "assessment.returned"),
    Row("in_review", "issue", "issued", "lead assessor", "report.issued"),
]
STATES = ["planned", "in_progress", "in_review", "issued", "cancelled"]
OPEN = ("planned", "in_progress")


def step(state: str, verb: str) -> Row:
    """The row for a verb in a state. LookupError when the table has none."""
    for row in TABLE:
        if (row.source, row.verb) == (state, verb):
            return row
    raise LookupError(f"{verb} is not possible when {state}")
