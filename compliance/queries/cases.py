"""Cases of serious harm, for the named few."""

from django.db.models import F, Q
from django.utils import timezone

from compliance import clocks, permissions, rules
from compliance.models import Assessment, ZeroToleranceCase
from core import access
from core.days import setting, today
from core.models import AuditRecord, Programme, RoleAssignment, User
from core.roles import Right


def cases(user):
    """The cases this person reads, open ones first, then the newest."""
    return (
        permissions.cases_visible_to(user)
        .select_related("site", "programme")
        .order_by(F("closed_at").asc(nulls_first=True), "-opened_at")
    )


def case(user, case_id):
    """One case with its notes, if this person reads it."""
    return (
        permissions.cases_visible_to(user)
        .filter(pk=case_id)
        .select_related("site", "programme", "opened_by", "closed_by")
        .prefetch_related("notes__written_by", "steps__by", "notices__told_by", "notices__acknowledged_by")
        .first()
    )


def case_subject(user, number) -> Assessment | None:
    """The assessment in whose cycle this person may open a case: of a programme whose staff she is, and seen by her."""
    seen = Q(pk__in=permissions.visible_to(user).values("pk"))
    read = Q(pk__in=permissions.reports_visible_to(user).values("assessment"))
    return (
        Assessment.objects.filter(
            seen | read, number=number, cycle__isnull=False,
            programme__in=access.anchors(user, Right.OPEN_ZERO_TOLERANCE, Programme),
        )
        .select_related("cycle__site", "programme")
        .first()
    )  # fmt: skip


def readers_of(case):
    """Who reads a case now: people by name, each with `officer`."""
    staff = set(access.holders(Right.OPEN_ZERO_TOLERANCE, case.programme).values_list("user_id", flat=True))
    people = User.objects.filter(pk__in=access.holders(Right.READ_CASE, case)).order_by("first_name", "username")
    for person in people:
        person.officer = person.pk not in staff
    return list(people)


def identity_openings(case):
    """[(when, person, reason code)] of every time the sealed identity was read."""
    rows = AuditRecord.objects.filter(verb="case.identity-opened", subject_id=str(case.pk)).order_by("at")
    people = User.objects.in_bulk({row.actor_id for row in rows})
    return [(row.at, people.get(row.actor_id), row.facts.get("because", "")) for row in rows]


def case_visit(user, visit_id):
    """The visit from which this person may open a case: one she sees, of a programme whose staff she is."""
    return (
        permissions.visits_visible_to(user)
        .filter(pk=visit_id, programme__in=access.anchors(user, Right.OPEN_ZERO_TOLERANCE, Programme))
        .select_related("site", "programme")
        .first()
    )


def case_readers(programme, *, but=None):
    """Who can be named a reader of a case: the programme's staff and the officers the ministry named."""
    officers = RoleAssignment.objects.filter(programme=programme, role="government-officer").filter(
        Q(until=None) | Q(until__gt=timezone.now())
    )
    staff = access.holders(Right.OPEN_ZERO_TOLERANCE, programme)
    people = User.objects.filter(Q(pk__in=staff) | Q(pk__in=officers.values("user")), is_active=True)
    return people.exclude(pk=but and but.pk).order_by("first_name", "username")


def harm_setting(programme_id, on) -> dict:
    """What a programme says of serious harm on a day: {"line", "number", "readers": [ids of people]}. One query."""
    return setting(programme_id, "harm", on) or {}


def harm_readers(programme):
    """Who reads what a tablet sends of serious harm: the people the programme names, else who plans its visits."""
    named = harm_setting(programme.pk, today(programme)).get("readers", [])
    people = User.objects.filter(is_active=True)
    planners = access.holders(Right.PLAN_VISITS, programme)
    return list(people.filter(pk__in=named)) or list(people.filter(pk__in=planners))


def last_answers(case) -> dict:
    """{step: its last answer, or "" for done} of a case whose steps were fetched."""
    return {step.step: step.answer for step in sorted(case.steps.all(), key=lambda one: (one.at, one.pk))}


def case_hours(case, when: dict) -> list:
    """[(clock, the moment it runs out)] of a case: from the first time an authority was told, while the step is open.

    when: the programme's clocks. The steps and notices were fetched.
    """
    told = min((notice.told_at for notice in case.notices.all() if notice.party in rules.AUTHORITIES), default=None)
    if told is None or case.closed_at:
        return []
    taken = {step.step for step in case.steps.all()}
    steps = (("case-begun", "begun"), ("case-followed", "followed"))
    return [(name, clocks.due_at(told, when[name])) for name, step in steps if step not in taken]


def case_clocks_over(programme, now) -> list:
    """[(case, clock)] of open cases of a programme whose hours are over and of which nobody was reminded."""
    when = clocks.of_setting(setting(programme, "clocks"))
    open_cases = ZeroToleranceCase.objects.filter(programme=programme, closed_at=None, notices__isnull=False)
    found = open_cases.distinct().prefetch_related("notices", "steps", "reminders")
    return [
        (case, name)
        for case in found
        for name, over in case_hours(case, when)
        if over <= now and name not in {reminder.clock for reminder in case.reminders.all()}
    ]
