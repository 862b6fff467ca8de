"""The facts of a fix as one table: which may follow which, who says it, the audit word.

An item has rounds. In one round each fact is said once; `reopened` closes the round and the next one starts empty.
"""

from collections.abc import Collection
from typing import NamedTuple


class Row(NamedTuple):
    """`after`: facts this round must have already. `never_after`: facts that make it too late."""

    fact: str
    who: str
    after: tuple[str, ...]
    never_after: tuple[str, ...]
    audit: str


TABLE = [
    Row("reported", "factory manager or management member", (), ("verified", "confirmed"), "fix.reported"),
    Row("agreed", "both co-chairs", ("reported",), ("confirmed",), "fix.agreed"),
    Row("verified", "adviser or assessor", (), ("confirmed",), "fix.verified"),
    Row("confirmed", "the next assessment's report", (), (), "fix.confirmed"),
    Row("reopened", "adviser, assessor or a later report", (), (), "fix.reopened"),
    Row("withdrawn", "a corrected report", (), (), "item.withdrawn"),
]
ROWS = {row.fact: row for row in TABLE}


def may_follow(fact: str, said: Collection[str]) -> bool:
    """May this fact be said in a round in which these were?"""
    row = ROWS[fact]
    if fact in said or "withdrawn" in said:
        return False
    return all(kind in said for kind in row.after) and not any(kind in said for kind in row.never_after)
