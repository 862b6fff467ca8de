"""A tablet with work on it that is not heard of: people are told on day 3 and day 5, once each."""

from datetime import timedelta

import pytest
from django.core import mail
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from compliance import actions, rules, tasks
from compliance.models import Device
from core.audit import System
from core.errors import Denied
from core.models import AuditRecord, Job

BY = System("silence")


@pytest.fixture
def tablet(world):
    """Rith's tablet during a visit; he and Sokha have an address for letters."""
    for person in (world.rith, world.sokha, world.chanthou):
        person.email = f"{person.username}@example.org"
        person.save()
    world.send(world.planned(), world.rith, ("evacuation-drills", "state", "compliant"))
    return world.tablet(world.rith)


def silent_for(tablet, days, **told):
    Device.objects.filter(pk=tablet.pk).update(last_contact_at=timezone.now() - timedelta(days=days, hours=1), **told)


def letters():
    """Do the jobs that were asked for; returns to whom letters went, in order."""
    for job in Job.objects.filter(name="compliance.write_of_silence").order_by("pk"):
        tasks.write_of_silence(**job.arguments)
    Job.objects.all().delete()
    sent = [to for message in mail.outbox for to in message.to]
    mail.outbox.clear()
    return sorted(sent)


def test_its_person_is_told_on_day_3_and_who_plans_visits_on_day_5_once_each(tablet):
    silent_for(tablet, 2)
    assert actions.tell_of_silence(by=BY) == 0
    silent_for(tablet, 3)
    assert [actions.tell_of_silence(by=BY) for _ in range(3)] == [1, 0, 0]
    assert letters() == ["rith@example.org"]
    since = Device.objects.get(pk=tablet.pk).last_contact_at
    Device.objects.filter(pk=tablet.pk).update(
        last_contact_at=since - timedelta(days=2), told_of_silence_since=since - timedelta(days=2)
    )
    assert [actions.tell_of_silence(by=BY) for _ in range(3)] == [1, 0, 0]
    assert letters() == ["rith@example.org", "sokha@example.org"]
    assert AuditRecord.objects.filter(verb="device.silent").count() == 2


def test_a_new_silence_is_told_of_again(tablet):
    silent_for(tablet, 9)
    assert actions.tell_of_silence(by=BY) == 1
    silent_for(tablet, 4)  # it was heard of in between
    assert actions.tell_of_silence(by=BY) == 1


def test_a_tablet_with_nothing_to_lose_may_be_silent(world, tablet):
    quiet = world.tablet(world.vannak)
    silent_for(quiet, 30, unsent=0)
    assert actions.tell_of_silence(by=BY) == 0
    silent_for(quiet, 30, unsent=4)
    assert actions.tell_of_silence(by=BY) == 1


def test_a_tablet_cut_off_is_not_told_of(world, tablet):
    silent_for(tablet, 9)
    actions.revoke_device(device=tablet, by=world.sokha)
    assert actions.tell_of_silence(by=BY) == 0


def test_a_letter_names_nothing_and_is_the_same_when_repeated(tablet):
    silent_for(tablet, 3)
    actions.tell_of_silence(by=BY)
    job = Job.objects.get(name="compliance.write_of_silence")
    for _ in range(2):
        tasks.write_of_silence(**job.arguments)
    first, second = mail.outbox
    assert first.message()["Message-ID"] == second.message()["Message-ID"]
    assert "Paper Heron" not in first.body + first.subject


def test_only_the_program_itself_looks(world, tablet):
    with pytest.raises(Denied):
        actions.tell_of_silence(by=world.sokha)


@given(st.integers(0, 400), st.booleans())
def test_a_silence_is_told_of_on_day_3_and_5_only_where_something_may_be_lost(days, at_risk):
    day = rules.silence(days, at_risk=at_risk)
    assert day == (0 if not at_risk or days < 3 else 3 if days < 5 else 5)


@pytest.mark.parametrize(
    ("version", "newest", "old"),
    [("0.9", "0.10", True), ("0.10", "0.9", False), ("1.0", "1.0", False), ("", "1.0", False), ("1", "1.1", True)],
)
def test_versions_are_compared_number_by_number(version, newest, old):
    assert rules.older(version, newest) is old
