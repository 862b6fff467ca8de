"""Administrators see what failed and try it again; nobody else sees that there is anything, and no words of anybody."""

import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from core import actions, home, queue
from core.audit import System
from core.errors import Denied, WrongState
from core.ids import new_id
from core.models import AuditRecord, Job
from tests.world import PASSWORD


@pytest.fixture
def dead(db):
    return Job.objects.create(
        name="test.note", state="dead", attempts=5, finished_at=timezone.now(), error="SMTPServerDisconnected",
        arguments={"change": "a-word-of-somebody"},
    )  # fmt: skip


@pytest.fixture
def dalin(world):
    return world.person("Dalin", "administrator")


def signed_in(client, user):
    assert client.login(username=user.username, password=PASSWORD)
    return client


def test_it_shows_counts_and_the_dead_and_never_what_they_were_called_with(client, dalin, dead):
    Job.objects.create(name="test.wait")
    page = signed_in(client, dalin).get("/app/jobs/").content.decode()
    assert "test.note" in page and "SMTPServerDisconnected" in page and "test.wait" not in page
    said = dict(re.findall(r"<dt>([^<]+)</dt><dd class=\"num\">(\d+)</dd>", page))
    assert (said["Waiting"], said["Being done"], said["Failed"]) == ("1", "0", "1")
    assert "a-word-of-somebody" not in page


def test_the_number_of_questions_does_not_grow(client, dalin, dead):
    signed_in(client, dalin).get("/app/jobs/")

    def asked():
        with CaptureQueriesContext(connection) as found:
            client.get("/app/jobs/")
        return len(found)

    few = asked()
    for _ in range(10):
        Job.objects.create(name="test.note", state="dead", finished_at=timezone.now())
    assert asked() == few


def test_the_button_tries_it_again_with_all_attempts_and_says_who(
    client, dalin, dead, monkeypatch, django_capture_on_commit_callbacks
):
    sent = []
    monkeypatch.setattr(queue, "_send", sent.append)
    with django_capture_on_commit_callbacks(execute=True):
        answer = signed_in(client, dalin).post(reverse("core:retry-job", args=[dead.pk]), follow=True)
    assert "tried again" in answer.content.decode()
    dead.refresh_from_db()
    assert (dead.state, dead.attempts, dead.finished_at, dead.error) == ("waiting", 0, None, "")
    assert sent == [dead.pk]
    record = AuditRecord.objects.get(verb="job.retried")
    assert (record.actor_id, record.subject_id, record.facts) == (dalin.pk, str(dead.pk), {"job": "test.note"})


def test_pressed_twice_it_is_asked_once(dalin, dead):
    actions.retry_job(job_id=dead.pk, by=dalin)
    for job_id in (dead.pk, new_id()):
        with pytest.raises(WrongState):
            actions.retry_job(job_id=job_id, by=dalin)
    assert AuditRecord.objects.filter(verb="job.retried").count() == 1


def test_the_program_itself_may(dead):
    assert actions.retry_job(job_id=dead.pk, by=System("repair")).state == "waiting"


def test_to_everybody_else_there_is_nothing(client, world, dead):
    signed_in(client, world.sokha)
    assert client.get("/app/jobs/").status_code == 404
    assert client.post(reverse("core:retry-job", args=[dead.pk])).status_code == 404
    with pytest.raises(Denied):
        actions.retry_job(job_id=dead.pk, by=world.sokha)
    dead.refresh_from_db()
    assert dead.state == "dead"


def test_today_tells_administrators_and_nobody_else(world, dalin, dead):
    def line(user):
        return [one.text for one in home.lines_for(user) if one.url == "/app/jobs/"]

    assert line(dalin) == ["1 piece of background work failed"]
    assert line(world.sokha) == []
    Job.objects.update(state="done")
    assert line(dalin) == []
