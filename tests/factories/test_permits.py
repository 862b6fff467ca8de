"""Permits and their reminders: once each, on the programme's day, in neutral words."""

from datetime import date, timedelta

import pytest
from django.core import mail
from django.db import IntegrityError, transaction
from django.urls import reverse

from core.audit import System
from core.days import today
from core.errors import Denied, Invalid, WrongState
from core.models import Job
from factories import actions, tasks
from factories.models import Permit, PermitReminder

SETUP = System("test")
PDF = b"%PDF-1.4\n1 0 obj\n<<>>\nendobj\ntrailer\n<<>>\n%%EOF\n"


@pytest.fixture
def permit(world):
    day = today(world.programme)
    world.mony.email = "mony@example.org"
    world.mony.save()
    return actions.record_permit(
        site=world.site, kind="boiler", issued_on=day - timedelta(days=300), expires_on=day + timedelta(days=40),
        number="B-7", authority="Ministry", paper=PDF, by=world.mony,
    )  # fmt: skip


def test_reminders_are_asked_for_the_days_that_still_come(world, permit):
    jobs = Job.objects.filter(name="factories.remind_of_permit").order_by("due_at")
    assert [job.arguments["days"] for job in jobs] == ["30", "7"]
    first = jobs[0].due_at
    assert (first.hour, first.date()) == (1, permit.expires_on - timedelta(days=30))  # eight in Phnom Penh


def test_a_reminder_goes_once_and_names_nothing(world, permit):
    for _again in range(2):
        tasks.remind_of_permit(permit_id=str(permit.pk), days="30")
    tasks.remind_of_permit(permit_id=str(permit.pk), days="7")
    assert len(mail.outbox) == 2
    for letter in mail.outbox:
        assert letter.to == ["mony@example.org"]
        for word in ("Heron", "boiler", "B-7", "ermit"):
            assert word not in letter.subject + letter.body
    assert PermitReminder.objects.count() == 2


def test_nobody_is_reminded_of_what_was_replaced(world, permit):
    day = today(world.programme)
    newer = actions.record_permit(
        site=world.site, kind="boiler", issued_on=day, expires_on=day + timedelta(days=365), replaces=permit,
        by=world.sokha,
    )  # fmt: skip
    tasks.remind_of_permit(permit_id=str(permit.pk), days="30")
    assert mail.outbox == []
    permit.refresh_from_db()
    assert (permit.ended_on, newer.ended_on) == (day, None)
    with pytest.raises(WrongState):
        actions.end_permit(permit=permit, on=day, by=world.sokha)


def test_the_paper_is_kept_with_its_digest_and_read_inside_only(world, permit, client):
    assert permit.paper_type == "application/pdf"
    assert len(permit.paper_sha256) == 64
    address = reverse("factories:permit-paper", args=[world.site.ref, permit.pk])
    client.force_login(world.rith)
    answer = client.get(address)
    assert (answer.content, answer["X-Content-Type-Options"]) == (PDF, "nosniff")
    assert answer["Content-Disposition"].startswith("attachment")
    client.force_login(world.layla)
    assert client.get(address).status_code == 404
    with pytest.raises(Invalid):
        actions.record_permit(site=world.site, kind="fire", issued_on=date(2026, 1, 1), paper=b"MZ what", by=SETUP)


def test_who_records_and_what_the_database_refuses(world, permit):
    for person in (world.rith, world.layla):
        with pytest.raises(Denied):
            actions.record_permit(site=world.site, kind="fire", issued_on=date(2026, 1, 1), by=person)
    for change in ({"expires_on": date(1990, 1, 1)}, {"ended_on": date(1990, 1, 1)}, {"paper_sha256": ""}):
        with pytest.raises(IntegrityError), transaction.atomic():
            Permit.objects.update(**change)
    tasks.remind_of_permit(permit_id=str(permit.pk), days="30")
    with pytest.raises(IntegrityError), transaction.atomic():
        PermitReminder.objects.create(permit=permit, days_before=30, letters=1)
