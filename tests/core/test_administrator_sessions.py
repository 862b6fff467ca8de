"""An administrator reads others' data only in a short session with a number; every request in it is written down."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from core import access
from core import actions as core
from core.actions.administrators import close_session, open_session
from core.errors import Denied, Invalid, WrongState
from core.models import AdministratorSession, AuditRecord
from core.roles import Right
from tests.world import SETUP


@pytest.fixture
def nary(world):
    return world.person("Nary", "administrator")


def opened(world, by, **change):
    given = {"programme": world.programme, "reason": "fault-reported", "request": "REQ-2026/17", "by": by}
    return open_session(**(given | change))


def reads(user, world):
    return access.has(user, Right.READ_REPORTS, world.programme)


def test_she_reads_while_it_is_open_and_no_longer(world, nary, monkeypatch):
    assert not reads(nary, world)
    session = opened(world, nary, minutes=120)
    assert reads(nary, world) and not access.has(nary, Right.READ_REPORTS, world.other_programme)
    later = timezone.now() + timedelta(hours=2, seconds=1)
    with monkeypatch.context() as clock:
        clock.setattr("django.utils.timezone.now", lambda: later)
        assert not reads(nary, world)
        with pytest.raises(WrongState):
            close_session(session=session, by=nary)
    close_session(session=session, by=nary)
    assert not reads(nary, world)


def test_what_her_role_brings_stays_when_the_session_ends(world, nary):
    core.assign_role(user=nary, programme=world.programme, role="adviser", by=SETUP)
    close_session(session=opened(world, nary), by=nary)
    assert reads(nary, world)


@pytest.mark.parametrize(
    "change", [{"reason": "because"}, {"request": ""}, {"request": "two words"}, {"minutes": 121}, {"minutes": 0}]
)
def test_without_reason_number_or_end_there_is_none(world, nary, change):
    with pytest.raises(Invalid):
        opened(world, nary, **change)
    assert not reads(nary, world)


def test_only_an_administrator_and_one_at_a_time(world, nary):
    for who in (world.sokha, world.layla, SETUP):
        with pytest.raises(Denied):
            opened(world, who)
    session = opened(world, nary)
    with pytest.raises(WrongState):
        opened(world, nary)
    with pytest.raises(Denied):
        close_session(session=session, by=world.sokha)


def test_the_database_refuses_a_longer_one(world, nary):
    now = timezone.now()
    with pytest.raises(IntegrityError), transaction.atomic():
        AdministratorSession.objects.create(
            user=nary, programme=world.programme, reason="x", request="x", since=now, until=now + timedelta(hours=3)
        )


def test_every_request_is_written_down_and_every_page_says_so(client, world, nary):
    report = world.report()
    client.force_login(nary)
    address = f"/app/assessments/reports/{report.pk}/"
    assert client.get(address).status_code == 404
    assert not AuditRecord.objects.filter(verb="admin.request").exists()
    given = {"programme": world.programme.pk, "reason": "data-repair", "request": "R-7", "minutes": 30}
    assert client.post("/app/administrator/", given).status_code == 302
    for page in ("/app/", address, "/app/administrator/"):
        html = client.get(page).content.decode()
        assert "Administrator session in Cambodia" in html
    rows = AuditRecord.objects.filter(verb="admin.request", actor_id=nary.pk)
    views = [row.facts["view"] for row in rows.order_by("at")]
    assert views == ["core:home", "compliance:report", "core:administrator-sessions"]
    session = AdministratorSession.objects.get()
    client.post(f"/app/administrator/{session.pk}/close/")
    before = rows.count()
    assert client.get(address).status_code == 404
    assert "Administrator session in" not in client.get("/app/").content.decode()
    assert rows.count() == before
    client.force_login(world.sokha)
    assert client.get("/app/administrator/").status_code == 404
