"""What a programme set for review, and the days in which a factory reads a draft: are they over?

How long they have says the clock `comment`; 0 where a small programme issues reports without them. Dated setting
`second-reading` {"share": 10}: per cent of the decided answers.
"""

from compliance import clocks
from compliance.models import CommentWindow
from compliance.rules import SECOND_READING
from core.days import Calendar, setting


def is_offered(programme, on) -> bool:
    """Does a factory comment on a draft before its report is issued, as set on a day? One query."""
    return _clock(programme, on).length > 0


def last_day(programme, opened_on):
    """The last day of a window that opens on a day, by the programme's clock and working calendar. Two queries."""
    return clocks.due_on(opened_on, _clock(programme, opened_on), Calendar(programme).is_free)


def _clock(programme, on):
    return clocks.of_setting(setting(programme, "clocks", on))["comment"]


def second_reading_share(programme, on) -> int:
    """Of a hundred decided answers how many a second person reads, as set on a day. One query."""
    return int((setting(programme, "second-reading", on) or {}).get("share", SECOND_READING))


def open_window(assessment) -> CommentWindow | None:
    """The window that stands now, or stood last before the report. One query."""
    return assessment.windows.filter(taken_back_at=None).first()


def window_is_over(window, on) -> bool:
    """Has its last day passed, or did the factory say that nothing more will come?"""
    return window.said_at is not None or on > window.until
