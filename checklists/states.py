"""The way of one version of a checklist as one table: from, verb, to, who, audit word."""

from typing import NamedTuple


class Row(NamedTuple):
    source: str
    verb: str
    target: str
    who: str
    audit: str


TABLE = [
    Row("draft", "save", "draft", "checklist editor", "checklist.draft-saved"),
    Row("draft", "send", "in_review", "checklist editor", "checklist.sent"),
    Row("draft", "import", "published", "the program itself", "checklist.published"),
    Row("in_review", "return", "draft", "checklist editor", "checklist.returned"),
    Row("in_review", "publish", "published", "a checklist editor who did not save last", "checklist.published"),
    Row("published", "retire", "retired", "checklist editor", "checklist.retired"),
]
STATES = ["draft", "in_review", "published", "retired"]


def step(state: str, verb: str) -> Row:
    """The row for a verb in a state. LookupError when the table has none."""
    for row in TABLE:
        if (row.source, row.verb) == (state, verb):
            return row
    raise LookupError(f"{verb} is not possible when {state}")
