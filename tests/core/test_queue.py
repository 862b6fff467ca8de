"""The job row is the truth: it lives and dies with its transaction, and whatever is killed is taken up again."""

import contextlib
import os
import subprocess
import sys
import threading
import time
from datetime import timedelta
from pathlib import Path

import pytest
from django.conf import settings as active
from django.db import connection, transaction
from django.utils import timezone

from core import queue
from core.ids import new_id
from core.models import Job, Periodic

ROOT = Path(__file__).resolve().parent.parent.parent
State = Job.State


@pytest.fixture(autouse=True)
def no_periodic(monkeypatch):
    """Nothing comes again by itself but what a test registers."""
    monkeypatch.setattr(queue, "_periodic", {})


@pytest.fixture
def calls(monkeypatch):
    """A job "test.note" that notes what it was called with; `calls.fails` makes it raise."""

    class Calls(list):
        fails = None

        def __call__(self, **ids):
            self.append(ids)
            if self.fails:
                raise self.fails

    noted = Calls()
    monkeypatch.setitem(queue._jobs, "test.note", noted)
    return noted


@pytest.fixture
def sent(monkeypatch):
    """Ids of the jobs handed to the broker."""
    handed = []
    monkeypatch.setattr(queue, "_send", handed.append)
    return handed


@pytest.fixture
def clock(monkeypatch):
    now = [timezone.now()]
    monkeypatch.setattr("django.utils.timezone.now", lambda: now[0])

    def forward(**by):
        now[0] += timedelta(**by)
        return now[0]

    return forward


class TestEnqueue:
    def test_the_job_is_told_after_commit_only(self, db, calls, sent, django_capture_on_commit_callbacks):
        with django_capture_on_commit_callbacks(execute=True):
            row = queue.enqueue("test.note", thing=new_id())
            assert (row.state, sent) == (State.WAITING, [])
        assert sent == [row.pk]

    def test_a_rollback_leaves_no_job_and_tells_nobody(self, db, calls, sent, django_capture_on_commit_callbacks):
        with django_capture_on_commit_callbacks(execute=True), pytest.raises(LookupError), transaction.atomic():
            queue.enqueue("test.note", thing="1")
            raise LookupError
        assert (Job.objects.count(), sent) == (0, [])

    def test_work_for_later_waits_for_its_day(self, db, calls, sent, django_capture_on_commit_callbacks):
        with django_capture_on_commit_callbacks(execute=True):
            queue.enqueue("test.note", due_at=timezone.now() + timedelta(days=1))
        assert (sent, queue.sweep(), queue.run_waiting()) == ([], 0, 0)

    def test_a_broker_that_is_away_loses_nothing(
        self, db, calls, monkeypatch, django_capture_on_commit_callbacks, settings
    ):
        def away(*args, **kwargs):
            raise ConnectionError

        settings.EMBEDDED_WORKER = False
        monkeypatch.setattr("celery.current_app.send_task", away)
        with django_capture_on_commit_callbacks(execute=True):
            row = queue.enqueue("test.note", thing="1")
        assert queue.run(row.pk) == State.DONE

    def test_ids_arrive_as_texts(self, db, calls):
        key = new_id()
        queue.run(queue.enqueue("test.note", thing=key, n=3).pk)
        assert calls == [{"thing": str(key), "n": "3"}]

    def test_one_name_is_one_job(self, calls):
        with pytest.raises(ValueError):
            queue.job("test.note")(lambda: None)


class TestRun:
    def test_twice_is_once(self, db, calls):
        row = queue.enqueue("test.note")
        assert [queue.run(row.pk), queue.run(row.pk)] == [State.DONE, "taken"]
        assert len(calls) == 1
        row.refresh_from_db()
        assert row.finished_at and row.leased_until is None

    def test_a_failing_job_waits_longer_each_time_and_is_dead_after_five(self, db, calls, clock):
        calls.fails = RuntimeError("Sentinel Sok")
        row = queue.enqueue("test.note")
        waits = []
        for _ in range(queue.ATTEMPTS - 1):
            assert queue.run(row.pk) == State.WAITING
            row.refresh_from_db()
            waits.append(row.due_at - timezone.now())
            clock(seconds=waits[-1].total_seconds())
        assert waits == sorted(set(waits)) and waits[0] >= timedelta(seconds=1)
        assert queue.run(row.pk) == State.DEAD
        row.refresh_from_db()
        assert (row.attempts, row.error, len(calls)) == (5, "RuntimeError", 5)
        assert "entinel" not in str(row.__dict__)
        clock(days=1)
        assert (queue.run(row.pk), queue.sweep()) == ("taken", 0)

    def test_a_message_sent_twice_does_not_use_up_the_attempts(self, db, calls, clock):
        calls.fails = RuntimeError()
        row = queue.enqueue("test.note")
        queue.run(row.pk)
        assert [queue.run(row.pk) for _ in range(9)] == ["taken"] * 9
        row.refresh_from_db()
        assert (row.state, row.attempts) == (State.WAITING, 1)

    def test_a_job_that_got_well_forgets_its_error(self, db, calls, clock):
        calls.fails = RuntimeError()
        row = queue.enqueue("test.note")
        queue.run(row.pk)
        calls.fails = None
        clock(minutes=1)
        assert queue.run(row.pk) == State.DONE
        row.refresh_from_db()
        assert row.error == ""

    def test_a_name_nobody_knows_is_kept_and_in_the_end_dead(self, db, clock):
        row = queue.enqueue("test.nobody-knows")
        states = []
        for _ in range(queue.ATTEMPTS):
            states.append(queue.run(row.pk))
            clock(minutes=5)
        assert states == [State.WAITING] * 4 + [State.DEAD]
        row.refresh_from_db()
        assert row.error == "KeyError"

    def test_an_id_nobody_knows_does_nothing(self, db):
        assert queue.run(new_id()) == "taken"


class TestLease:
    def held(self, clock):
        """A job a worker took and never gave back."""
        now = clock()
        return Job.objects.create(name="test.note", state=State.RUNNING, attempts=1, leased_until=now + queue.LEASE)

    def test_while_it_runs_nobody_else_takes_it(self, db, calls, clock):
        row = self.held(clock)
        clock(seconds=50)
        assert (queue.run(row.pk), calls) == ("taken", [])

    def test_when_it_ran_out_the_job_is_taken_again(self, db, calls, clock):
        row = self.held(clock)
        clock(minutes=11)
        assert (queue.run(row.pk), len(calls)) == (State.DONE, 1)

    def test_who_comes_back_after_losing_it_changes_nothing(self, db, calls, clock, monkeypatch):
        """A worker is stopped for long; another takes its job and is still at it when the first one fails."""
        row = queue.enqueue("test.note")

        def slow():
            clock(minutes=11)
            monkeypatch.setitem(queue._jobs, "test.note", lambda: None)
            Job.objects.filter(pk=row.pk).update(attempts=2, leased_until=timezone.now() + queue.LEASE)
            raise RuntimeError

        monkeypatch.setitem(queue._jobs, "test.note", slow)
        queue.run(row.pk)
        row.refresh_from_db()
        assert (row.state, row.attempts, row.error) == (State.RUNNING, 2, "")

    def test_a_job_that_kills_its_worker_each_time_is_dead_in_the_end(self, db, clock, monkeypatch):
        class Killed(BaseException):
            """Stands for SIGKILL: nothing after it runs."""

        def kill():
            raise Killed

        monkeypatch.setitem(queue._jobs, "test.note", kill)
        row = queue.enqueue("test.note")
        for _ in range(queue.ATTEMPTS):
            with pytest.raises(Killed):
                queue.run(row.pk)
            clock(minutes=11)
        assert queue.run(row.pk) == State.DEAD
        row.refresh_from_db()
        assert row.error == "LeaseRanOut" and row.finished_at


def test_the_sweeper_sends_what_was_left_and_nothing_else(db, sent, clock):
    now = clock()

    def row(state=State.WAITING, due=0, leased=None, **facts):
        leased = None if leased is None else now + timedelta(seconds=leased)
        ended = now if state in (State.DONE, State.DEAD) else None
        due_at = now + timedelta(seconds=due)
        return Job.objects.create(
            name="test.note", state=state, due_at=due_at, leased_until=leased, finished_at=ended, **facts
        ).pk

    left = {
        row(due=-31),  # told to a broker that lost it
        row(due=-1, attempts=1),  # failed, and has waited
        row(state=State.RUNNING, leased=-1, attempts=1),  # its worker died
    }
    for _ in range(1):
        row(due=-5)  # on its way
        row(due=60)  # for later
        row(due=2, attempts=1)  # failed, still waits
        row(state=State.RUNNING, leased=60, attempts=1, due=-999)  # being done
        row(state=State.DONE, due=-999)
        row(state=State.DEAD, due=-999)
    assert queue.sweep() == 3
    assert set(sent) == left


def test_where_the_worker_lives_elsewhere_a_command_tells_nobody(db, settings, monkeypatch):
    """With no broker only the web process can do the work: a command leaves its row to the sweeper there."""
    settings.EMBEDDED_WORKER = True
    monkeypatch.setattr(queue, "worker_in_this_process", False)
    monkeypatch.setattr("celery.current_app.send_task", lambda *a, **k: pytest.fail("told into its own memory"))
    queue._send(new_id())


class TestPeriodic:
    @pytest.fixture(autouse=True)
    def daily(self, no_periodic):
        queue.periodic("test.note", every=timedelta(days=1))

    def asked(self):
        return Job.objects.filter(name="test.note").count()

    def test_it_is_asked_for_at_once_and_again_when_due(self, db, calls, sent, clock):
        assert [(queue.sweep(), self.asked()) for _ in range(2)] == [(0, 1)] * 2
        queue.run_waiting()
        clock(hours=23)
        queue.sweep()
        assert self.asked() == 1
        clock(hours=1)
        queue.sweep()
        assert self.asked() == 2

    def test_after_a_long_sleep_it_is_asked_for_once(self, db, calls, sent, clock):
        queue.sweep()
        queue.run_waiting()
        clock(days=30)
        queue.sweep()
        queue.sweep()
        assert self.asked() == 2

    def test_while_the_last_one_still_waits_no_other_is_asked_for(self, db, calls, sent, clock):
        queue.sweep()
        clock(days=1)
        queue.sweep()
        assert self.asked() == 1

    def test_cut_off_between_the_two_writes_neither_stands(self, db, monkeypatch):
        monkeypatch.setattr(queue, "enqueue", lambda name: (_ for _ in ()).throw(LookupError))
        with pytest.raises(LookupError):
            queue.sweep()
        assert not Periodic.objects.exists()

    def test_one_name_has_one_rhythm(self):
        queue.periodic("test.note", every=timedelta(days=1))
        with pytest.raises(ValueError):
            queue.periodic("test.note", every=timedelta(days=2))

    def test_what_was_done_long_ago_is_taken_away_and_what_is_dead_stays(self, db, clock):
        now = clock()
        for state in (State.DONE, State.DEAD):
            for days in (29, 31):
                Job.objects.create(name="test.note", state=state, finished_at=now - timedelta(days=days))
        assert queue.forget_done() == 1
        assert Job.objects.filter(state=State.DEAD).count() == 2


# --- the carriers, for real ---------------------------------------------------------------------------------------


def until(true, seconds=20):
    """Ask again and again, for a bounded time."""
    ends = time.monotonic() + seconds
    while time.monotonic() < ends:
        if true():
            return True
        time.sleep(0.05)
    return False


def is_done(row):
    """Is the job done? What a broker on a shared machine lost meanwhile is sent again, as the sweeper does."""
    queue.sweep()
    return Job.objects.get(pk=row.pk).state == State.DONE


@pytest.fixture
def committing(django_db_setup, django_db_blocker):
    """The database with real commits. Only job rows are written, and taken away again."""
    with django_db_blocker.unblock():
        yield
        Job.objects.filter(name__startswith="test.").delete()
        connection.close()


def test_the_lease_is_renewed_while_the_work_goes_on(committing, monkeypatch):
    """Else work of more than a minute would be begun a second time beside itself."""
    monkeypatch.setattr(queue, "RENEWED_EVERY", 0.02)
    ended = []

    def until_it_is():
        first = Job.objects.get(pk=row.pk).leased_until
        ended.append(until(lambda: Job.objects.get(pk=row.pk).leased_until > first))

    monkeypatch.setitem(queue._jobs, "test.long", until_it_is)
    row = Job.objects.create(name="test.long")
    assert queue.run(row.pk) == State.DONE
    assert ended == [True]
    row.refresh_from_db()
    assert row.leased_until is None


def test_two_sweepers_at_once_ask_for_it_once(committing, monkeypatch):
    """Each has read that it is due before either writes: on either database the second finds it moved on."""
    queue.periodic("test.twice", every=timedelta(days=1))
    both, real = threading.Barrier(2), transaction.atomic

    def met(*args, **kwargs):
        with contextlib.suppress(threading.BrokenBarrierError):
            both.wait(10)
        return real(*args, **kwargs)

    monkeypatch.setattr(queue, "_send", lambda job_id: None)
    monkeypatch.setattr(queue, "is_waiting", lambda name: False)  # only the row decides
    monkeypatch.setattr(queue.transaction, "atomic", met)
    failed = []

    def one():
        try:
            queue.sweep()
        except Exception as error:
            failed.append(error)
        finally:
            connection.close()

    Periodic.objects.create(name="test.twice", due_at=timezone.now() - timedelta(minutes=1))
    try:
        threads = [threading.Thread(target=one) for _ in range(2)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(40)
        assert not failed
        assert Job.objects.filter(name="test.twice").count() == 1
    finally:
        Periodic.objects.filter(name="test.twice").delete()


EMBEDDED = """
import sys, time
import django
django.setup()
from django.db import transaction
from django.utils import timezone
from config import embedded
from core import queue
from core.models import Job

@queue.job("test.note")
def note(word):
    print("did", word, flush=True)

Job.objects.create(name="test.note", arguments={"word": "what-was-left"}, state="running", attempts=1,
                   leased_until=timezone.now() - queue.LEASE)
embedded.start()
with transaction.atomic():
    queue.enqueue("test.note", word="this")
ends = time.monotonic() + 40
while time.monotonic() < ends and Job.objects.exclude(state="done").filter(name="test.note").exists():
    time.sleep(0.05)
print("states", sorted(Job.objects.filter(name="test.note").values_list("state", flat=True)))
"""


@pytest.mark.skipif(not active.DATABASES["default"]["ENGINE"].endswith("sqlite3"), reason="the embedded form is SQLite")
def test_with_no_broker_the_web_process_does_the_work(committing, tmp_path):
    """In a process of its own: what is asked for is done at once, and what a dead one left is swept up."""
    import sqlite3

    with sqlite3.connect(connection.settings_dict["NAME"]) as ours, sqlite3.connect(tmp_path / "own.sqlite3") as own:
        ours.backup(own)
    ours.close()
    own.close()
    env = {key: value for key, value in os.environ.items() if key != "CELERY_BROKER_URL"} | {
        "DATABASE_URL": f"sqlite:///{tmp_path / 'own.sqlite3'}",
        "DJANGO_SETTINGS_MODULE": "config.settings.test",
        "VAR_DIR": str(tmp_path),
    }
    ran = subprocess.run(
        [sys.executable, "-c", EMBEDDED], cwd=ROOT, env=env, capture_output=True, text=True, timeout=90
    )
    assert "did this" in ran.stdout, ran.stderr
    assert "did what-was-left" in ran.stdout
    assert "states ['done', 'done']" in ran.stdout
