"""The workflow of an assessment as one table: from, verb, to, who, audit word.

`drafting` is the writing that is left when the visit is over; a visit that left none goes to review at once. Access
refused ends as `not_held`; a partial visit is reviewed like any other, with its outcome and reason on record. In
`comment_window` the factory reads the draft, for as many working days as its programme set; where none are set, a
report is issued from review. `superseded` is said of one version of a report: the assessment keeps `issued`.
"""

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
    Row("in_progress", "hand_in", "drafting", "its lead assessor", "assessment.handed-in"),
    Row("in_progress", "submit", "in_review", "its lead assessor", "assessment.submitted"),
    Row("in_progress", "cancel", "cancelled", "programme manager", "assessment.cancelled"),
    Row("planned", "not_held", "not_held", "its lead assessor or a programme manager", "assessment.not-held"),
    Row("in_progress", "not_held", "not_held", "its lead assessor or a programme manager", "assessment.not-held"),
    Row("drafting", "not_held", "not_held", "its lead assessor or a programme manager", "assessment.not-held"),
    Row("drafting", "submit", "in_review", "its lead assessor", "assessment.submitted"),
    Row("in_review", "return", "drafting", "lead assessor", "assessment.returned"),
    Row("in_review", "offer", "comment_window", "lead assessor", "assessment.offered"),
    Row("in_review", "issue", "issued", "lead assessor, where no window is set", "report.issued"),
    Row("comment_window", "take_back", "in_review", "lead assessor", "assessment.taken-back"),
    Row("comment_window", "issue", "issued", "lead assessor, when the window is over", "report.issued"),
    Row("issued", "correct", "superseded", "lead assessor, on a request", "report.corrected"),
]
STATES = ["planned", "in_progress", "drafting", "in_review", "comment_window", "issued", "not_held", "cancelled"]
# In these the tablets of its assessors are written from.
OPEN = ("planned", "in_progress", "drafting")
# The visit has not ended yet.
VISITING = ("planned", "in_progress")
# What a reviewer may read: from the first reading on, for ever.
READ = ("in_review", "comment_window", "issued")


def step(state: str, verb: str) -> Row:
    """The row for a verb in a state. LookupError when the table has none."""
    for row in TABLE:
        if (row.source, row.verb) == (state, verb):
            return row
    raise LookupError(f"{verb} is not possible when {state}")
