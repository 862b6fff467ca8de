"""The only way to ask for background work.

`enqueue` writes a job row in the business transaction; after commit the broker is told its id; the worker takes the
row with a lease. Whatever dies in between, `sweep` finds the row and sends it again. So no broker can lose work, and
a job may run twice: every job is an action that can be repeated.

What comes again by itself is registered with `periodic`. When it is due stands in the database and the sweeper moves it
on, so there is one schedule whatever the broker, and of two sweepers at once one asks for the work.
"""

import logging
import threading
import time
from contextlib import contextmanager
from datetime import timedelta

from django.conf import settings
from django.db import DatabaseError, connection, transaction
from django.db.models import F, Q
from django.utils import timezone

from core.ids import new_id
from core.models import Job, Periodic

log = logging.getLogger("openfloor.queue")

# A worker renews its lease while it works: who died is noticed after a minute, however long the work is.
LEASE = timedelta(minutes=1)
RENEWED_EVERY = 20  # seconds
# What is not over then hangs: its lease is left to run out.
LONGEST = timedelta(hours=2)
RESEND_AFTER = timedelta(seconds=30)
ATTEMPTS = 5
# How long what is done stays to be looked at. What is dead stays until somebody decides.
DONE_KEPT = timedelta(days=30)

_jobs: dict = {}
_periodic: dict = {}

# Set by config/embedded.py where no broker is named: only the process that holds the worker can hand it a job.
worker_in_this_process = False


def job(name):
    """Decorator for a function in a tasks.py: takes ids as keyword arguments, calls one action."""

    def register(function):
        if _jobs.setdefault(name, function) is not function:
            raise ValueError(f"Two jobs are called {name}.")
        return function

    return register


def known_jobs():
    return dict(_jobs)


def periodic(name: str, *, every: timedelta) -> None:
    """Ask for this job again and again, without arguments; first when a sweeper sees it first. Beside its `@job`."""
    if _periodic.setdefault(name, every) != every:
        raise ValueError(f"{name} has two rhythms.")


def known_periodic():
    return dict(_periodic)


def enqueue(name: str, *, due_at=None, **ids) -> Job:
    """Record a job by name in the running transaction. ids: JSON values, normally strings of keys."""
    job_row = Job.objects.create(
        id=new_id(),
        name=name,
        arguments={key: str(value) for key, value in ids.items()},
        due_at=due_at or timezone.now(),
    )
    if due_at is None:
        tell(job_row)
    return job_row


def enqueue_all(name: str, every: list[dict]) -> list[Job]:
    """The same job once for each of these ids: one statement for a thousand of them."""
    now = timezone.now()
    rows = [
        Job(id=new_id(), name=name, arguments={key: str(value) for key, value in ids.items()}, due_at=now)
        for ids in every
    ]
    Job.objects.bulk_create(rows, batch_size=1000)
    for job_row in rows:
        tell(job_row)
    return rows


def tell(job_row) -> None:
    """Tell the broker of a recorded job once the running transaction stands."""
    transaction.on_commit(lambda: _send(job_row.pk))


def is_waiting(name: str, **ids) -> bool:
    """Is this very job recorded and not finished yet?"""
    arguments = {key: str(value) for key, value in ids.items()}
    return Job.objects.filter(name=name, arguments=arguments, finished_at=None).exists()


def is_dead(name: str, **ids) -> bool:
    """Was this very job tried to the end, the last time it was asked for?"""
    arguments = {key: str(value) for key, value in ids.items()}
    last = Job.objects.filter(name=name, arguments=arguments).order_by("-created_at").first()
    return last is not None and last.state == Job.State.DEAD


def _send(job_id):
    from celery import current_app

    if settings.EMBEDDED_WORKER and not worker_in_this_process:
        return  # the web process sweeps it up
    try:
        current_app.send_task("core.run_job", args=[str(job_id)])
    except Exception:  # the broker is away: the row stands, the sweeper sends it later
        log.warning("The broker did not take job %s; it is sent again later.", job_id)


def run(job_id) -> str:
    """Take the job's lease and do it. Returns its state; "taken" when somebody else has it or it is finished."""
    now = timezone.now()
    claimed = (
        Job.objects.filter(pk=job_id)
        .filter(
            Q(state=Job.State.WAITING, attempts=0)
            # A message sent twice must not use up the attempts before the wait between them is over.
            | Q(state=Job.State.WAITING, due_at__lte=now)
            | Q(state=Job.State.RUNNING, leased_until__lt=now)
        )
        .update(state=Job.State.RUNNING, leased_until=now + LEASE, attempts=F("attempts") + 1)
    )
    if not claimed:
        return "taken"
    row = Job.objects.get(pk=job_id)
    # Only while the lease is still this one: who comes back after losing it changes nothing.
    mine = Job.objects.filter(pk=job_id, state=Job.State.RUNNING, attempts=row.attempts)
    if row.attempts > ATTEMPTS:
        # Each attempt took its worker along: no exception was ever seen.
        log.error("Job %s (%s) ended its worker %s times; it is not tried again.", row.pk, row.name, ATTEMPTS)
        mine.update(state=Job.State.DEAD, leased_until=None, finished_at=now, error="LeaseRanOut")
        return Job.State.DEAD
    try:
        with _renewed(mine):
            _jobs[row.name](**row.arguments)
    except Exception as error:
        log.exception("Job %s (%s) failed, attempt %s.", row.pk, row.name, row.attempts)
        dead = row.attempts >= ATTEMPTS
        mine.update(
            state=Job.State.DEAD if dead else Job.State.WAITING,
            leased_until=None,
            finished_at=timezone.now() if dead else None,
            due_at=timezone.now() + timedelta(seconds=2**row.attempts),
            error=type(error).__name__,
        )
        return Job.State.DEAD if dead else Job.State.WAITING
    mine.update(state=Job.State.DONE, leased_until=None, finished_at=timezone.now(), error="")
    return Job.State.DONE


@contextmanager
def _renewed(mine):
    """While the work goes on, its lease does not run out."""
    over = threading.Event()
    ends = time.monotonic() + LONGEST.total_seconds()

    def renew():
        while not over.wait(RENEWED_EVERY) and time.monotonic() < ends:
            try:
                mine.update(leased_until=timezone.now() + LEASE)
            except DatabaseError:
                log.warning("A lease could not be renewed; it is tried again.")
            finally:
                connection.close()  # this thread's own

    thread = threading.Thread(target=renew, daemon=True, name="lease")
    thread.start()
    try:
        yield
    finally:
        over.set()
        thread.join()


def sweep() -> int:
    """Ask for the periodic work that is due; send again what was not taken and what a dead worker left.

    Returns how many were sent again.
    """
    now = timezone.now()
    _ask_for_periodic(now)
    rows = Job.objects.filter(
        Q(state=Job.State.WAITING, due_at__lt=now - RESEND_AFTER)
        | Q(state=Job.State.WAITING, attempts__gt=0, due_at__lt=now)
        | Q(state=Job.State.RUNNING, leased_until__lt=now)
    )
    due = list(rows.order_by("due_at").values_list("pk", flat=True)[:500])
    for job_id in due:
        _send(job_id)
    return len(due)


def _ask_for_periodic(now):
    later = set(Periodic.objects.filter(due_at__gt=now).values_list("name", flat=True))
    for name in sorted(set(_periodic) - later):
        with transaction.atomic():
            Periodic.objects.bulk_create([Periodic(name=name, due_at=now)], ignore_conflicts=True)
            # Who comes second waits for the first, and finds it moved on.
            moved = Periodic.objects.filter(name=name, due_at__lte=now).update(due_at=now + _periodic[name])
            if moved and not is_waiting(name):
                enqueue(name)


def forget_done() -> int:
    """Take away what was done long ago. Returns how many."""
    return Job.objects.filter(state=Job.State.DONE, finished_at__lt=timezone.now() - DONE_KEPT).delete()[0]


def run_waiting(limit=1000) -> int:
    """Do what is due in this process, now. For commands that must finish before they return, and for tests."""
    done = 0
    while done < limit:
        row = Job.objects.filter(state=Job.State.WAITING, due_at__lte=timezone.now()).order_by("created_at").first()
        if row is None:
            break
        run(row.pk)
        done += 1
    return done
