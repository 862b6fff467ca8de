"""Reminders of what is due, once each; and of the hours a case has. The program writes them, nobody else."""

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from compliance import clocks, queries
from compliance.models import CaseReminder, ClockReminder
from core import access, audit, queue
from core.days import morning, today
from core.errors import Denied
from core.ids import new_id
from core.models import User
from core.roles import Right


def _only_the_program(by):
    if not isinstance(by, audit.System):
        raise Denied(_("The program itself looks at what is due."))


@transaction.atomic
def remind(*, programme, by) -> int:
    """Of one programme: everything that is nearly due, or late, and of which nobody was reminded at that step.

    Each person gets one neutral letter for all of it, at eight in the morning where the programme is. Records
    clocks.looked-at with how many. Run again: nothing more. Returns how many reminders there were.
    """
    _only_the_program(by)
    (times,) = queries.times_of([programme])
    staff, rows, people = queries.staff_of(programme), [], set()
    for name in queries.CLOCK_WORDS:
        late = queries.due_before(name, [times])
        for step in clocks.STEPS:
            found = queries.due_before(name, [times], ahead=step + 1)
            if step != clocks.LATE:
                found = found.exclude(pk__in=late.values("pk"))
            for subject in queries.not_reminded(name, step, found):
                rows.append(ClockReminder(programme=programme, clock=name, subject=subject.pk, step=step))
                people |= queries.people_to_remind(name, subject, step, staff)
    ClockReminder.objects.bulk_create(rows, batch_size=500)
    _write_to(people, programme)
    if rows:
        audit.record("clocks.looked-at", programme, by=by, programme=programme, reminders=len(rows), people=len(people))
    return len(rows)


@transaction.atomic
def remind_of_cases(*, programme, by) -> int:
    """Of one programme's open cases: the hours after the authorities were told are over and the step is not taken.

    Its readers of the programme's staff get one neutral letter, now: hours count. Records case.reminded on the case
    and no number anywhere. Run again: nothing more.
    """
    _only_the_program(by)
    people, n = set(), 0
    for case, name in queries.case_clocks_over(programme, timezone.now()):
        CaseReminder.objects.create(case=case, clock=name)
        audit.record("case.reminded", case, by=by, programme=programme, clock=name)
        staff = access.holders(Right.OPEN_ZERO_TOLERANCE, programme).values("user_id")
        readers = access.holders(Right.READ_CASE, case).filter(user_id__in=staff)
        people |= set(readers.values_list("user_id", flat=True))
        n += 1
    _write_to(people, None)
    return n


def _write_to(people, programme):
    """One letter each; in the morning of the programme, or now where hours count."""
    at = None
    if programme is not None:
        at = max(morning(programme, today(programme)), timezone.now())
    for pk in User.objects.filter(pk__in=people, is_active=True).exclude(email="").values_list("pk", flat=True):
        queue.enqueue("compliance.write_of_something", due_at=at, user_id=pk, key=new_id())
