"""Days are the programme's: "on a day" means the date where the factory stands, and its working calendar is one."""

from datetime import date, datetime, time, timedelta
from functools import cache
from zoneinfo import ZoneInfo

from django.utils import timezone

from core.models import ProgrammeSetting
from core.prepared import prepared

# The dated settings a programme may have: what each says. One that is not here does not exist.
SETTINGS = {
    "advisory": 'Seats of each group of the advisory committee, and within how many days it meets again: \
`{"seats": {"government": 5, "employers": 3, "workers": 3}, "rhythm_days": 183}`',
    "calendar": 'Days nobody works beside weekend and public holidays, and days that are worked all the same: \
`{"free": {"2026-11-09": "why"}, "working": ["2026-12-31"]}`',
    "clocks": 'Other lengths of clocks: `{"report": [20, "working-days"], "comment": [0, "working-days"]}`',
    "committee": 'Of a committee: `{"quorum": 4, "blocks": [codes that stop a decision instead of warning]}`',
    "committees-read-reports": "`false`: members of a committee and union readers do not read their factory's reports; \
its managers still do. They go on reading their plan",
    "harm": 'Whom tablets name for serious harm, and who reads a case by default: `{"line": "Day and night", \
"number": "…", "readers": [ids of people]}`',
    "concerns": "Where people who work at a factory raise a concern, said on its public page. Only a service that "
    'answers in a set time: `{"name": "…", "phone": "…", "address": "https://…", "answer_days": 3}`',
    "ladder": 'Who is told of what slips: `{"rungs": [{"told": "committee", "slips": 1}], "every": 30}`',
    "reminders": 'When the week\'s letter goes out: `{"weekday": 1, "hour": 8}`',
    "second-reading": 'The part of answers drawn for a second reading, in percent: `{"share": 10}`',
    "statements": 'In how many days a private word is answered: `{"answer_days": 14}`',
    "tablet-passphrase": "`true`: a tablet asks for a passphrase",
}


def today(programme) -> date:
    """The date now where the programme is."""
    return day_of(timezone.now(), programme.time_zone)


def day_of(moment: datetime, zone: str) -> date:
    """The date of a moment in a time zone, as the programme's `time_zone` names it."""
    return moment.astimezone(ZoneInfo(zone)).date()


def end_of(programme, day: date) -> datetime:
    """The moment a day is over where the programme is: up to when a grant "until that day" holds."""
    return datetime.combine(day + timedelta(days=1), time(), ZoneInfo(programme.time_zone))


def morning(programme, day: date) -> datetime:
    """Eight in the morning where the programme is: when letters of that day go out."""
    return datetime.combine(day, time(8), ZoneInfo(programme.time_zone))


def setting(programme, key: str, on: date | None = None):
    """What a dated setting of a programme (or of its id, with a day) says on a day, today when none is given.

    None where nobody set it. One query.
    """
    rows = ProgrammeSetting.objects.filter(programme=programme, key=key, in_force_from__lte=on or today(programme))
    return rows.order_by("-in_force_from").values_list("value", flat=True).first()


def in_force(key: str, on: date | None = None) -> dict:
    """{programme id: what a dated setting says there on a day, today when none is given}. One query.

    Programmes in which nobody set it are left out.
    """
    now, rows = timezone.now(), _said(key)
    return {programme: value for programme, zone, since, value in rows if since <= (on or day_of(now, zone))}


@prepared(ProgrammeSetting._meta.get_field("key"))
def _said(key):
    rows = ProgrammeSetting.objects.filter(key=key).order_by("in_force_from")
    return rows.values_list("programme_id", "programme__time_zone", "in_force_from", "value")


@cache
def public_holidays(country: str, year: int) -> dict[date, str]:
    """{day: its name} as the library `holidays` knows them; empty for a country it does not know."""
    import holidays

    try:
        return dict(holidays.country_holidays(country, years=year))
    except NotImplementedError:
        return {}


class Calendar:
    """The days a programme works: not on its weekend, nor on its country's public holidays.

    What the library does not know, such as a day the government gives at short notice, stands in the programme's dated
    setting `calendar`: {"free": {"2026-11-09": "why"}, "working": ["2026-12-31"]}. One query.
    """

    def __init__(self, programme, own=None):
        """own: the value of the setting where it was read already."""
        own = (setting(programme, "calendar") if own is None else own) or {}
        self.country, self.weekend = programme.country, frozenset(programme.weekend)
        self.free = {date.fromisoformat(day): words for day, words in own.get("free", {}).items()}
        self.working = {date.fromisoformat(day) for day in own.get("working", [])}

    def holiday(self, day: date) -> str:
        """What the day is called; empty when it is none."""
        if day in self.working:
            return ""
        return self.free.get(day) or public_holidays(self.country, day.year).get(day, "")

    def is_free(self, day: date) -> bool:
        """Does nobody work on that day?"""
        if day in self.working:
            return False
        return day.isoweekday() in self.weekend or bool(self.holiday(day))
