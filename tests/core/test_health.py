"""What machines ask: alive, ready, how many jobs wait. Nothing of anybody."""

from django.db import OperationalError, connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from core.models import Job


def test_it_counts_jobs_by_what_they_wait_for(client, db):
    now = timezone.now()
    Job.objects.create(name="a")
    Job.objects.create(name="b", state="running", leased_until=now)
    Job.objects.create(name="c", state="dead", finished_at=now)
    Job.objects.create(name="d", state="done", finished_at=now)
    with CaptureQueriesContext(connection) as asked:
        answer = client.get("/health/")
    assert answer.json() == {"live": True, "ready": True, "jobs": {"waiting": 2, "dead": 1}}
    assert len(asked) == 2


def test_without_a_database_it_is_alive_and_not_ready(client, db, monkeypatch):
    def away(*args, **kwargs):
        raise OperationalError("no database")

    monkeypatch.setattr(Job.objects, "filter", away)
    answer = client.get("/health/")
    assert (answer.status_code, answer.json()) == (503, {"live": True, "ready": False})
