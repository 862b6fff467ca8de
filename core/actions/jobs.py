"""Writers of the ground floor: what becomes of background work that failed."""

from django.db import transaction
from django.utils import timezone

from core import access, audit, queue
from core.errors import Denied, WrongState
from core.models import Job, Programme
from core.roles import Right


def check_can_see_jobs(by):
    """An administrator of any programme, or the program itself: jobs belong to the instance, not to a programme."""
    if isinstance(by, audit.System) or access.has_anywhere(by, Right.ADMINISTER, Programme):
        return
    raise Denied("Only an administrator looks after background work.")


@transaction.atomic
def retry_job(*, job_id, by) -> Job:
    """Try a dead job again, with all its attempts. Who may see jobs. Records job.retried.

    Raises WrongState when it is not dead (any more): of two who press the button, one asks.
    """
    check_can_see_jobs(by)
    again = Job.objects.filter(pk=job_id, state=Job.State.DEAD).update(
        state=Job.State.WAITING, attempts=0, due_at=timezone.now(), finished_at=None, leased_until=None, error=""
    )
    if not again:
        raise WrongState("This work is not waiting for anybody. Look at the list again.")
    row = Job.objects.get(pk=job_id)
    audit.record("job.retried", row, by=by, job=row.name)
    queue.tell(row)
    return row
