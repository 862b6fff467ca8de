"""Suspected serious harm from a tablet: never refused, never twice, and for everybody but its readers it does not exist."""

import json
from datetime import date, timedelta

import pytest
from django.core import mail

from compliance import actions, forms, rules, tasks
from compliance.models import CaseNote, Device, Operation, ZeroToleranceCase
from core import access
from core import actions as core
from core.ids import new_id
from core.models import Job
from core.roles import Right
from tests.world import SETUP

WORDS = "sentinel-harm seen at the back door"


@pytest.fixture
def assessment(world):
    return world.planned()


@pytest.fixture
def tell(client):
    """Send what somebody wrote from her tablet; returns the response."""

    def post(person, assessment, case_id=None, token=None, **changed):
        token = token or actions.register_device(device_id=new_id(), name="T", by=person)
        body = {"id": str(case_id or new_id()), "kind": "child-labour", "text": WORDS} | changed
        return client.post(
            f"/api/v1/tablet/assessments/{assessment.pk}/harm",
            json.dumps(body),
            "application/json",
            headers={"Authorization": f"Bearer {token}"},
        )

    return post


def set_harm(world, **value):
    core.set_programme_setting(
        programme=world.programme, key="harm", value=value, in_force_from=date.today() - timedelta(days=2), by=SETUP
    )


def test_it_opens_one_case_whose_readers_the_programme_names(world, assessment, tell):
    set_harm(world, line="Day and night", number="000 000 0101", readers=[str(world.dara.pk)])
    case_id = new_id()
    for _ in range(2):
        answer = tell(world.rith, assessment, case_id)
        assert answer.json() == {"id": str(case_id), "state": "safe"}
    case = ZeroToleranceCase.objects.get()
    assert (case.pk, case.kind, case.cycle, case.opened_by) == (case_id, "child-labour", assessment.cycle, world.rith)
    assert CaseNote.objects.get().body == {"text": WORDS}
    readers = {person for person in (world.sokha, world.vannak, world.chanthou, world.rith, world.dara)
               if access.has(person, Right.READ_CASE, case)}  # fmt: skip
    assert readers == {world.dara, world.rith}


def test_where_nobody_is_named_who_plans_visits_reads_it(world, assessment, tell):
    tell(world.rith, assessment)
    assert access.has(world.sokha, Right.READ_CASE, ZeroToleranceCase.objects.get())


def test_a_letter_says_only_that_something_waits(world, assessment, tell):
    world.sokha.email = "sokha@example.org"
    world.sokha.save()
    tell(world.rith, assessment)
    (job,) = Job.objects.filter(name="compliance.write_of_something")
    assert str(ZeroToleranceCase.objects.get().pk) not in str(job.arguments)
    tasks.write_of_something(**job.arguments)
    (letter,) = mail.outbox
    for word in ("sentinel", "harm", "case", "Paper Heron", assessment.number):
        assert word not in letter.subject + letter.body


@pytest.mark.parametrize("how", ["withdrawn", "closed"])
def test_it_is_taken_from_somebody_who_lost_her_right_or_account(world, assessment, tell, how):
    token = actions.register_device(device_id=new_id(), name="T", by=world.rith)
    if how == "withdrawn":
        access.revoke(user=world.rith, right=Right.ASSESS, anchor=world.programme)
    else:
        core.deactivate(user=world.rith, programme=world.programme, by=SETUP)
    assert tell(world.rith, assessment, token=token).status_code == 200
    assert ZeroToleranceCase.objects.get().opened_by == world.rith


def test_its_existence_shows_nowhere(world, assessment, tell, client):
    """Every page and answer that others may open is the same with and without it."""
    pages = ["", "tablets/", "kept-aside/", f"{assessment.number}/", "reports/", "cases/"]
    apis = ["assessments", f"assessments/{assessment.pk}", f"assessments/{assessment.pk}/evidence"]
    token = actions.register_device(device_id=new_id(), name="T", by=world.chanthou)
    told = actions.register_device(device_id=new_id(), name="T", by=world.rith)
    Device.objects.update(last_contact_at=None)
    set_harm(world, readers=[str(world.dara.pk)])

    def look():
        seen = {}
        for person in (world.sokha, world.vannak, world.chanthou, world.layla, world.mony):
            client.force_login(person)
            for page in ["/app/", *(f"/app/assessments/{one}" for one in pages)]:
                answer = client.get(page)
                text = answer.content.decode()
                seen[person.username, page] = (answer.status_code, "Serious harm<" in text, "sentinel" in text)
        client.logout()
        for one in apis:
            answer = client.get(f"/api/v1/tablet/{one}", headers={"Authorization": f"Bearer {token}"}).json()
            answer.pop("server_time", None)
            seen[one] = answer
        return seen

    before = look()
    tell(world.rith, assessment, token=told)
    assert ZeroToleranceCase.objects.count() == 1
    assert look() == before
    assert not any(value[2] for key, value in before.items() if isinstance(key, tuple))
    assert not Operation.objects.exists()
    assessment.refresh_from_db()
    assert (assessment.state, assessment.revision) == ("planned", 0)


def test_a_stranger_hears_that_there_is_nothing(world, assessment, tell):
    for person in (world.omar, world.vannak):
        assert tell(person, assessment).status_code == 404
    case_id = new_id()
    tell(world.rith, assessment, case_id)
    assert tell(world.chanthou, assessment, case_id).status_code == 400
    assert CaseNote.objects.count() == 1


@pytest.mark.parametrize("wrong", [{"kind": "gossip"}, {"text": "  "}])
def test_what_says_nothing_is_refused_with_a_sentence(world, assessment, tell, wrong):
    answer = tell(world.rith, assessment, **wrong)
    assert answer.status_code == 400
    assert not ZeroToleranceCase.objects.exists()


def test_the_tablet_is_told_whom_to_call_and_not_who_reads(world, assessment, client):
    set_harm(world, line="Day and night", number="000 000 0101", readers=[str(world.dara.pk)])
    token = actions.register_device(device_id=new_id(), name="T", by=world.rith)
    answer = client.get("/api/v1/tablet/assessments", headers={"Authorization": f"Bearer {token}"}).json()
    assert answer["harm"] == {"line": "Day and night", "number": "000 000 0101"}
    assert str(world.dara.pk) not in json.dumps(answer)


def test_screens_and_rules_name_the_same_kinds():
    assert list(forms.CASE_KINDS) == rules.CASE_KINDS
