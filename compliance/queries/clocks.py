"""What is due and what is late, by the clocks and the working calendar of each programme.

Nothing of this is stored: a list is one comparison of a column with a day (clocks.latest_start), so it is right at
every moment and takes as many statements for ten factories as for twenty thousand. Clocks of cases are not here.
"""

from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import Count, Exists, OuterRef, Q, Value
from django.utils.translation import gettext_lazy as _

from compliance import clocks, rules
from compliance.models import Advisee, Assessment, ClockReminder, CommentWindow, Report
from compliance.states import VISITING
from core import access
from core.days import Calendar, today
from core.models import Programme, ProgrammeSetting
from core.roles import Right
from factories.models import Site

CLOCK_WORDS = {
    "report": _("A report is to be issued"),
    "comment": _("The factory may comment on a draft"),
    "progress-1": _("The first progress report"),
    "progress-2": _("The second progress report"),
    "next": _("The next assessment"),
}
# A progress report nobody sent for this long is not waited for any more: the next assessment says more.
LONGEST_WAIT = timedelta(days=500)


@dataclass(frozen=True)
class Times:
    """The clocks and the calendar of one programme on its day."""

    programme: Programme
    clocks: dict
    calendar: Calendar
    day: date

    def started_by(self, name: str, as_of: date) -> date:
        """The latest start of what is due before a day."""
        return clocks.latest_start(as_of, self.clocks[name], self.calendar.is_free)

    def due_on(self, name: str, start: date) -> date:
        return clocks.due_on(start, self.clocks[name], self.calendar.is_free)


def times_of(programmes) -> list[Times]:
    """The times of each programme. One query, whatever their number."""
    programmes = list(programmes)
    rows = ProgrammeSetting.objects.filter(programme__in=programmes, key__in=["clocks", "calendar"])
    said: dict = {}
    for row in rows.order_by("in_force_from"):
        said.setdefault((row.programme_id, row.key), []).append(row)
    found = []
    for programme in programmes:
        day = today(programme)
        in_force = {
            key: next((r.value for r in reversed(said.get((programme.pk, key), [])) if r.in_force_from <= day), {})
            for key in ("clocks", "calendar")
        }
        calendar = Calendar(programme, in_force["calendar"])
        found.append(Times(programme, clocks.of_setting(in_force["clocks"]), calendar, day))
    return found


def due_before(name: str, times: list[Times], ahead: int = 0):
    """What is due before the day so many days ahead in these programmes, and not done: a queryset.

    Of assessments (report, next), of comment windows (comment) or of reports (progress). Each has `programme_id_` and
    `start`.
    """
    return FIND[name](name, times, ahead)


def _started(name, times, ahead, column, programme):
    found = Q(pk__in=[])
    for one in times:
        start = one.started_by(name, one.day + timedelta(days=ahead))
        found |= Q(**{programme: one.programme.pk, f"{column}__lte": start})
    return found


def _reports_due(name, times, ahead):
    issued = Report.objects.filter(assessment=OuterRef("pk"))
    return (
        Assessment.objects.filter(_started(name, times, ahead, "visited_on", "programme"), cycle__isnull=False)
        .exclude(state__in=["issued", "cancelled", "not_held"])
        .exclude(Exists(issued))
        .select_related("cycle__site", "programme")
        .prefetch_related("members")
        .order_by("visited_on", "pk")
    )


def _windows_due(name, times, ahead):
    found = Q(pk__in=[])
    for one in times:
        found |= Q(assessment__programme=one.programme, until__lt=one.day + timedelta(days=ahead))
    return (
        CommentWindow.objects.filter(found, taken_back_at=None, said_at=None, assessment__state="comment_window")
        .select_related("assessment__cycle__site", "assessment__programme")
        .order_by("until", "pk")
    )


def _progress_due(name, times, ahead):
    came = _progress["came"](int(name[-1]), OuterRef("assessment__cycle"))
    later = Report.objects.filter(
        assessment__cycle__site=OuterRef("assessment__cycle__site"), visited_on__gt=OuterRef("visited_on")
    )
    oldest = min((one.day for one in times), default=date.max) - (LONGEST_WAIT if times else timedelta(0))
    return (
        Report.objects.filter(
            _started(name, times, ahead, "issued_on", "assessment__programme"), superseded_by=None,
            assessment__cycle__isnull=False, issued_on__gte=oldest,
        )
        .exclude(assessment__kind="self")
        .exclude(Exists(came))
        .exclude(Exists(later))
        .select_related("assessment__cycle__site", "assessment__programme")
        .order_by("issued_on", "pk")
    )  # fmt: skip


def _next_due(name, times, ahead):
    """The last assessment of each factory that works, where none is planned or under way."""
    another = Assessment.objects.filter(cycle__site=OuterRef("cycle__site")).filter(
        Q(state__in=VISITING) | Q(visited_on__gt=OuterRef("visited_on"), outcome__in=["", "partial"])
    )
    return (
        Assessment.objects.filter(
            _started(name, times, ahead, "visited_on", "programme"), cycle__site__status=Site.Status.ACTIVE,
            cycle__site__survivor=None,
        )
        .exclude(state="cancelled")
        .exclude(outcome__in=rules.NOT_HELD)
        .exclude(kind="self")
        .exclude(Exists(another))
        .select_related("cycle__site__programme", "programme")
        .order_by("visited_on", "pk")
    )  # fmt: skip


FIND = {
    "report": _reports_due, "comment": _windows_due, "progress-1": _progress_due, "progress-2": _progress_due,
    "next-from": _next_due, "next": _next_due,
}  # fmt: skip


# What the floor that holds the plans tells of progress reports.
_progress: dict = {}


def register_progress(came, addresses):
    """Progress reports lie with the plan of a cycle, a floor above. `came`: (1 or 2, cycle) -> a queryset of those that
    came; `addresses`: (person, cycles) -> {cycle: where this person writes the next one}.
    """
    _progress.update(came=came, addresses=addresses)


def progress_addresses(user, reports) -> dict:
    """{report: where this person writes the progress report of its cycle}. One query."""
    where = _progress["addresses"](user, [report.assessment.cycle_id for report in reports])
    return {report.pk: where[report.assessment.cycle_id] for report in reports if report.assessment.cycle_id in where}


def not_reminded(name: str, step: int, found):
    """Of these, those of which nobody was reminded at this step."""
    told = ClockReminder.objects.filter(clock=name, step=step, subject=OuterRef("pk"))
    return found.exclude(Exists(told))


def site_of(subject) -> Site:
    return (subject if isinstance(subject, Assessment) else subject.assessment).cycle.site


def start_of(name: str, subject) -> date:
    if name == "comment":
        return subject.until
    return subject.visited_on if isinstance(subject, Assessment) else subject.issued_on


def due_day(name: str, subject, times: Times) -> date:
    """The last day in time."""
    return subject.until if name == "comment" else times.due_on(name, start_of(name, subject))


# --- for people ------------------------------------------------------------------------------------------------

# Who sees that a thing is late, by what she holds in the programme.
SHOWN_TO = {
    "report": (Right.PLAN_VISITS, Right.LEAD_ASSESSMENTS),
    "comment": (Right.LEAD_ASSESSMENTS,),
    "progress-1": (Right.PLAN_VISITS, Right.ADVISE),
    "progress-2": (Right.PLAN_VISITS, Right.ADVISE),
    "next": (Right.PLAN_VISITS,),
}


def _held_in(user):
    """{programme: rights} of this person in programmes. Two queries."""
    held = access.rights_by_anchor(user, {right for rights in SHOWN_TO.values() for right in rights}, Programme)
    programmes = Programme.objects.in_bulk(held) if held else {}
    return {programmes[pk]: rights for pk, rights in held.items()}


def late(user) -> list:
    """[(clock, queryset, times by programme)] of what is late where this person is told of it."""
    held = _held_in(user)
    if not held:
        return []
    times = {one.programme.pk: one for one in times_of(held)}
    found = []
    for name, rights in SHOWN_TO.items():
        here = [times[programme.pk] for programme, own in held.items() if own & set(rights)]
        if here:
            found.append((name, due_before(name, here), times))
    return found


def late_counts(user) -> dict:
    """{clock: how much is late} where this person is told of it, without what is not late. One query beside those of
    `late`."""
    rows = [
        found.order_by().annotate(clock=Value(name)).values("clock").annotate(n=Count("pk")).values_list("clock", "n")
        for name, found, _times in late(user)
    ]
    counts = dict(rows[0].union(*rows[1:], all=True)) if rows else {}
    return {name: counts[name] for name in SHOWN_TO if counts.get(name)}


def sees_clocks(user) -> bool:
    """Is this person told of anything that is late? For doors."""
    return bool(_held_in(user))


def own_progress_late(user):
    """Progress reports the person's own factories owe, late ones: [(which, report)]. For the factory's managers."""
    sites = Site.objects.filter(pk__in=access.anchors(user, Right.MANAGE_FACTORY, Site)).select_related("programme")
    programmes = {site.programme for site in sites if site.programme}
    if not programmes:
        return []
    times = times_of(programmes)
    return [
        (int(name[-1]), report)
        for name in ("progress-1", "progress-2")
        for report in due_before(name, times).filter(assessment__cycle__site__in=sites)
    ]


def people_to_remind(name: str, subject, step: int, staff: dict) -> set:
    """Ids of who hears of it: who can do something about it, and when it is late who answers for it as well.

    staff: {right: ids} in the programme, read once for all (`staff_of`). Of a next assessment nobody of a factory
    hears: it is not announced.
    """
    found: set = set()
    if name == "report":
        found |= staff[Right.ASSESS] & {member.user_id for member in subject.members.all()}
        if subject.state not in VISITING:
            found |= staff[Right.LEAD_ASSESSMENTS]
    if name == "comment":
        found |= staff[Right.LEAD_ASSESSMENTS] if step < 0 else _managers(site_of(subject))
    if name.startswith("progress"):
        site = site_of(subject)
        found |= _managers(site) | set(Advisee.objects.filter(site=site, until=None).values_list("user_id", flat=True))
    if name == "next" or (step < 0 and name == "report"):
        found |= staff[Right.PLAN_VISITS]
    return found


def staff_of(programme) -> dict:
    """{right: ids of who holds it} in a programme, for reminders."""
    rights = (Right.ASSESS, Right.LEAD_ASSESSMENTS, Right.PLAN_VISITS)
    return {right: set(access.holders(right, programme).values_list("user_id", flat=True)) for right in rights}


def _managers(site):
    return set(access.holders(Right.MANAGE_FACTORY, site).values_list("user_id", flat=True))
