"""What machines ask: alive, what answers, how many jobs wait. Nothing of anybody."""

import pytest
from django.db import OperationalError, connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from core import background, health
from core.models import Job

WELL = {"database": True, "store": True, "broker": True}
TOKEN = "a-token-for-counters"


@pytest.fixture(autouse=True)
def embedded(settings):
    settings.EMBEDDED_WORKER = True


def raising(*args, **kwargs):
    raise OperationalError("postgres://openfloor:secret@127.0.0.1")


def test_it_counts_jobs_by_what_they_wait_for(client, db):
    now = timezone.now()
    Job.objects.create(name="a")
    Job.objects.create(name="b", state="running", leased_until=now)
    Job.objects.create(name="c", state="dead", finished_at=now)
    Job.objects.create(name="d", state="done", finished_at=now)
    with CaptureQueriesContext(connection) as asked:
        answer = client.get("/health/")
    assert answer.json() == {"live": True, "ready": True, **WELL, "jobs": {"waiting": 2, "dead": 1}}
    assert len(asked) == 2


@pytest.mark.parametrize("part", ["database", "store", "broker"])
def test_each_part_that_is_away_is_named_and_nothing_else_said(client, db, monkeypatch, part):
    monkeypatch.setattr(health, f"_{part}", raising)
    answer = client.get("/health/")
    assert answer.status_code == 503
    body = answer.json()
    assert body["live"] and not body["ready"]
    assert {name: body[name] for name in WELL} == WELL | {part: False}
    assert "secret" not in answer.content.decode()
    assert client.get("/health/live/").json() == {"live": True}


def test_a_database_without_tables_is_not_ready(client, db, monkeypatch):
    monkeypatch.setattr(background, "counts", raising)
    answer = client.get("/health/")
    assert (answer.status_code, answer.json()["ready"]) == (503, False)


def test_a_broker_nobody_is_at_does_not_answer(settings, monkeypatch):
    from celery import current_app
    from kombu import Connection

    settings.EMBEDDED_WORKER = False
    monkeypatch.setattr(health, "SECONDS", 0.5)
    monkeypatch.setattr(
        current_app, "connection_for_write", lambda **kw: Connection("amqp://127.0.0.1:1//", connect_timeout=0.5)
    )
    assert health.parts()["broker"] is False


class TestMetrics:
    def test_without_a_token_there_is_no_such_address(self, client, db):
        assert client.get("/metrics", headers={"Authorization": "Bearer "}).status_code == 404

    @pytest.mark.parametrize("given", ["", "Bearer ", "Bearer wrong", "Bearer ключ"])
    def test_a_wrong_token_finds_nothing(self, client, db, settings, given):
        settings.METRICS_TOKEN = TOKEN
        assert client.get("/metrics", headers={"Authorization": given}).status_code == 404

    def test_counters_in_plain_text(self, client, db, settings):
        settings.METRICS_TOKEN = TOKEN
        Job.objects.create(name="a")
        answer = client.get("/metrics", headers={"Authorization": f"Bearer {TOKEN}"})
        lines = answer.content.decode().splitlines()
        assert answer["Content-Type"].startswith("text/plain")
        assert 'openfloor_up{part="database"} 1' in lines
        assert 'openfloor_jobs{state="waiting"} 1' in lines and 'openfloor_jobs{state="dead"} 0' in lines
