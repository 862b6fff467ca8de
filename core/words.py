"""Dates and ages in words, the same on screens, in letters and on paper.

It never writes a date in digits only and never rounds an age up: 21 months have passed when the 21st is complete.
"""

from datetime import date, datetime

from django.utils import dateformat, timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

# The program's languages, each as its readers call it. Django calls Khmer by its English name.
OWN_NAMES = {"en": "English", "km": "ខ្មែរ", "ar": "العربية"}


def as_day(value: date | datetime) -> date:
    """The day a moment falls on in the time zone in force (the programme's, where a view has activated it)."""
    if isinstance(value, datetime):
        return (timezone.localtime(value) if timezone.is_aware(value) else value).date()
    return value


def long_date(value: date | datetime) -> str:
    """ "10 November 2026" in the reader's language."""
    return dateformat.format(as_day(value), pgettext("a date in Django's letters, as in 10 November 2026", "j F Y"))


def day_month(value: date | datetime) -> str:
    """ "10 Nov" in the reader's language, where the year is plain."""
    return dateformat.format(as_day(value), pgettext("a day without its year, as in 10 Nov", "j M"))


def comma() -> str:
    """What stands between two facts of one line: Arabic has a comma of its own."""
    return pgettext("between two facts of one line", ", ")


def whole_months(start: date, end: date) -> int:
    """Complete months between two days; 0 where `end` is not later."""
    months = (end.year - start.year) * 12 + end.month - start.month
    return max(0, months - (end.day < start.day))


def age(start: date | datetime, end: date | datetime) -> str:
    """ "21 months", or "12 days" under one month. An end before the start counts as less than a day."""
    first, last = as_day(start), as_day(end)
    months = whole_months(first, last)
    if months:
        return ngettext("%(n)d month", "%(n)d months", months) % {"n": months}
    days = (last - first).days
    if days < 1:
        return _("less than a day")
    return ngettext("%(n)d day", "%(n)d days", days) % {"n": days}
