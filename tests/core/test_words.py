"""Ages and dates in words."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from core.words import age, long_date, whole_months


@pytest.mark.parametrize(
    ("start", "end", "said"),
    [
        (date(2025, 5, 14), date(2027, 3, 2), "21 months"),
        (date(2025, 5, 14), date(2026, 10, 20), "17 months"),
        (date(2026, 11, 10), date(2026, 12, 10), "1 month"),
        (date(2026, 11, 10), date(2026, 12, 9), "29 days"),
        (date(2026, 11, 10), date(2026, 11, 11), "1 day"),
        (date(2026, 11, 10), date(2026, 11, 10), "less than a day"),
        (date(2026, 11, 10), date(2026, 11, 1), "less than a day"),
    ],
)
def test_age(start, end, said):
    assert age(start, end) == said


@given(st.dates(date(2000, 1, 1), date(2050, 1, 1)), st.integers(0, 4000), st.integers(0, 400))
def test_an_age_never_shrinks_and_is_never_rounded_up(start, days, more):
    end = start + timedelta(days=days)
    months = whole_months(start, end)
    assert whole_months(start, end + timedelta(days=more)) >= months
    assert months * 28 <= days


def test_a_moment_falls_on_the_day_of_the_zone_in_force():
    late = datetime(2026, 11, 10, 20, 0, tzinfo=UTC)
    assert long_date(late) == "10 November 2026"
    with timezone.override(ZoneInfo("Asia/Phnom_Penh")):
        assert long_date(late) == "11 November 2026"
