"""What becomes of work the server could not take: released by the merge of every change, or rejected. Never lost."""

import json

import pytest

from compliance import actions, sync
from compliance.models import Answer, Operation, Quarantined
from core import access
from core import actions as core
from core.errors import Denied, Invalid, WrongState
from core.ids import new_id
from core.models import AuditRecord
from core.roles import Right
from tests.world import SETUP, operation

EXITS, DRILLS = "emergency-exits-clear", "evacuation-drills"


def release(world, item, **changed):
    told = {"decision": "released", "why": "She was still at the factory.", "by": world.sokha} | changed
    return actions.decide_quarantined(item=item, **told)


@pytest.fixture
def late(world):
    """Rith's answer after his right was withdrawn, made from what Chanthou wrote before."""
    assessment = world.planned()
    first = operation(EXITS, "state", "compliant")
    world.send(assessment, world.chanthou)
    sync.receive(assessment_id=assessment.pk, device=world.tablet(world.chanthou), operations=[first], seen=0)
    access.revoke(user=world.rith, right=Right.ASSESS, anchor=world.programme)
    answer = world.send(assessment, world.rith, (EXITS, "state", "non_compliant", [first.id]))
    assert answer["receipts"][0]["outcome"] == "quarantined"
    return Quarantined.objects.get()


def test_released_work_is_merged_as_its_authors_from_its_base(world, late):
    assert Answer.objects.get().state == "compliant"
    item = release(world, late)
    made = Operation.objects.get(pk=late.operation_id)
    assert (made.author, made.device, made.sequence) == (world.rith, world.tablet(world.rith), 1)
    assert (Answer.objects.get().state, Answer.objects.get().conflicts) == ("non_compliant", [])
    assert item.became == "applied"
    told = AuditRecord.objects.get(verb="quarantine.decided")
    assert (told.actor_id, told.facts["became"]) == (world.sokha.pk, "applied")
    assert "factory" not in json.dumps(told.facts)  # what she wrote stays with the thing itself


def test_released_work_reaches_the_other_tablet_and_is_not_taken_twice(world, late):
    seen = world.send(late.assessment, world.chanthou)["revision"]
    release(world, late)
    told = world.send(late.assessment, world.chanthou, seen=seen)
    assert [one["id"] for one in told["operations"]] == [str(late.operation_id)]
    assert told["operations"][0]["author"]["id"] == str(world.rith.pk)
    again = release(world, late)
    assert again.became == "applied"
    assert Operation.objects.filter(author=world.rith).count() == 1


def test_released_work_that_differs_is_a_conflict_people_settle(world, late):
    newer = operation(EXITS, "state", "not_applicable", [Operation.objects.get(author=world.chanthou).pk])
    sync.receive(assessment_id=late.assessment_id, device=world.tablet(world.chanthou), operations=[newer], seen=0)
    release(world, late)
    assert Answer.objects.get().conflicts == ["state"]


class TestInReview:
    def item(self, world, change):
        assessment = world.in_review({EXITS: "compliant"})
        world.send(assessment, world.rith, change)
        return Quarantined.objects.get()

    def test_what_fits_is_taken(self, world):
        release(world, self.item(world, (DRILLS, "note", "Two drills a year.")))
        assert Answer.objects.get(question_key=DRILLS).note == "Two drills a year."

    def test_a_difference_nobody_there_can_settle_is_refused_and_nothing_changes(self, world):
        item = self.item(world, (EXITS, "state", "non_compliant"))
        with pytest.raises(WrongState, match="Return the assessment first"):
            release(world, item)
        item.refresh_from_db()
        assert (item.decided_at, Operation.objects.count()) == (None, 1)
        actions.send_back(assessment=item.assessment, by=world.vannak)
        release(world, item)
        assert Answer.objects.get().conflicts == ["state"]

    def test_a_photo_that_has_not_arrived_is_refused(self, world):
        item = self.item(world, (EXITS, f"photo:{new_id()}", True))
        with pytest.raises(WrongState, match="photo has not arrived"):
            release(world, item)


def test_after_the_report_it_becomes_a_note_for_the_correction(world, client):
    report = world.report()
    world.send(report.assessment, world.rith, (EXITS, "state", "compliant"))
    item = release(world, Quarantined.objects.get())
    assert item.became == "correction-note"
    assert Answer.objects.get().state == "non_compliant"
    assert actions.verify_report(report)
    client.force_login(world.vannak)
    assert "For the next correction" in client.get(f"/app/assessments/{report.assessment.number}/").content.decode()


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        (("no-such-question", "state", "compliant"), "not in the checklist"),
        ((EXITS, "colour", "red"), "not known here"),
        ((EXITS, "note", "x" * 20_001), "too long"),
    ],
)
def test_what_the_checklist_has_no_place_for_cannot_be_released(world, change, sentence):
    assessment = world.planned()
    world.send(assessment, world.chanthou, change)
    item = Quarantined.objects.get()
    assert item.body["value"] == change[2]
    with pytest.raises(WrongState, match=sentence):
        release(world, item)
    assert actions.decide_quarantined(item=item, decision="rejected", why="Old checklist.", by=world.sokha).decided_at


def test_work_for_a_visit_called_off_stays_aside(world):
    assessment = world.planned()
    actions.cancel(assessment=assessment, by=world.sokha)
    world.send(assessment, world.rith, (EXITS, "state", "compliant"))
    with pytest.raises(WrongState, match="did not take place"):
        release(world, Quarantined.objects.get())


def test_a_second_change_under_one_id_is_released_under_its_own(world):
    assessment = world.planned()
    one = operation(EXITS, "note", "first")
    for value in ("first", "second"):
        one.value = value
        sync.receive(assessment_id=assessment.pk, device=world.tablet(world.rith), operations=[one], seen=0)
    item = Quarantined.objects.get()
    assert item.reason == "id-used"
    release(world, item)
    assert Operation.objects.filter(pk=item.pk).exists()
    assert set(Answer.objects.get().note.split("\n\n")) == {"first", "second"}


def test_only_a_manager_decides_and_says_why(world, late):
    for person in (world.rith, world.vannak, world.layla):
        with pytest.raises(Denied):
            release(world, late, by=person)
    for why in ("", "  ", "x" * 501):
        with pytest.raises(Invalid):
            release(world, late, why=why)
    release(world, late)
    with pytest.raises(WrongState):
        release(world, late, decision="rejected")


def test_a_closed_account_sends_to_quarantine_and_reads_nothing(world, client):
    assessment = world.planned()
    world.send(assessment, world.chanthou, (EXITS, "note", "sentinel"))
    tablet_id = new_id()
    token = actions.register_device(device_id=tablet_id, name="T", by=world.rith)
    core.deactivate(user=world.rith, programme=world.programme, by=SETUP)
    bearer = {"headers": {"Authorization": f"Bearer {token}"}}
    one = operation(DRILLS, "state", "compliant")
    body = {"device_id": str(tablet_id), "seen": 0, "operations": [one.as_json()]}
    answer = client.post(
        f"/api/v1/tablet/assessments/{assessment.pk}/operations", json.dumps(body), "application/json", **bearer
    )
    assert answer.json()["receipts"][0]["outcome"] == "quarantined"
    assert answer.json()["operations"] == []
    assert "sentinel" not in answer.content.decode()
    for address in ("assessments", f"assessments/{assessment.pk}", f"assessments/{assessment.pk}/evidence"):
        assert client.get(f"/api/v1/tablet/{address}", **bearer).status_code == 401
    release(world, Quarantined.objects.get(reason="account-disabled"))
    assert Operation.objects.get(pk=one.id).author == world.rith
