"""Days are the programme's: "on a day" means the date where the factory stands."""

from datetime import date
from zoneinfo import ZoneInfo

from django.utils import timezone


def today(programme) -> date:
    """The date now where the programme is."""
    return timezone.now().astimezone(ZoneInfo(programme.time_zone)).date()
