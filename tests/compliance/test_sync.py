"""Receiving operations: stored once, merged, or kept aside. Nothing an assessor recorded is dropped."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from compliance import actions
from compliance.models import Answer, EvidenceLink, Operation, OperationPayload, Quarantined
from compliance.sync import receive
from core import actions as core
from core.errors import Denied, Invalid
from core.ids import new_id
from core.models import AuditRecord, RoleAssignment
from tests.world import SETUP, operation

EXITS, WAGE = "emergency-exits-clear", "minimum-wage-paid"


def outcomes(answer):
    return [receipt["outcome"] for receipt in answer["receipts"]]


@pytest.fixture
def assessment(world):
    return world.planned()


def test_an_answer_is_stored_applied_and_receipted(world, assessment):
    answer = world.send(
        assessment, world.chanthou, (EXITS, "state", "non_compliant"), (EXITS, "extent", {"n": 2, "of": 9})
    )
    assert outcomes(answer) == ["accepted", "accepted"]
    row = Answer.objects.get(assessment=assessment, question_key=EXITS)
    assert (row.state, row.extent_n, row.extent_of) == ("non_compliant", 2, 9)
    assert answer["revision"] == 2
    assert all(op.digest == op.payload.digest for op in Operation.objects.select_related("payload"))


def test_the_first_answer_starts_the_assessment(world, assessment):
    assert world.send(assessment, world.rith, (EXITS, "state", "compliant"))["state"] == "in_progress"


def test_a_repeated_batch_changes_nothing_and_gets_its_receipts(world, assessment):
    """The reply was cut after the commit: the tablet sends the same again."""
    ops = [operation(EXITS, "state", "compliant"), operation(WAGE, "state", "non_compliant", sequence=2)]
    device = world.tablet(world.chanthou)
    receive(assessment_id=assessment.pk, device=device, operations=ops, seen=0)
    before = list(Answer.objects.order_by("question_key").values())
    again = receive(assessment_id=assessment.pk, device=device, operations=ops, seen=0)
    assert outcomes(again) == ["already", "already"]
    assert Operation.objects.count() == 2
    assert list(Answer.objects.order_by("question_key").values()) == before


def test_two_people_from_one_base_is_a_conflict_and_both_are_kept(world, assessment):
    world.send(assessment, world.chanthou, (EXITS, "state", "non_compliant"))
    answer = world.send(assessment, world.rith, (EXITS, "state", "compliant"))
    assert outcomes(answer) == ["conflict"]
    row = Answer.objects.get(question_key=EXITS)
    assert (row.state, row.conflicts) == (None, ["state"])
    assert Operation.objects.count() == 2
    settled = [operation["id"] for operation in answer["operations"]] + [answer["receipts"][0]["id"]]
    answer = world.send(assessment, world.rith, (EXITS, "state", "non_compliant", settled))
    assert outcomes(answer) == ["accepted"]
    row.refresh_from_db()
    assert (row.state, row.conflicts) == ("non_compliant", [])


def test_different_questions_and_notes_merge_silently(world, assessment):
    world.send(assessment, world.chanthou, (EXITS, "note", "Exit 4: cartons."), (EXITS, "state", "non_compliant"))
    answer = world.send(assessment, world.rith, (EXITS, "note", "Exit 5: padlock."), (WAGE, "state", "compliant"))
    assert outcomes(answer) == ["accepted", "accepted"]
    row = Answer.objects.get(question_key=EXITS)
    assert (row.state, set(row.note.split("\n\n"))) == ("non_compliant", {"Exit 4: cartons.", "Exit 5: padlock."})


def test_a_tablet_gets_what_it_has_not_seen_and_not_its_own_back(world, assessment):
    first = world.send(assessment, world.chanthou, (EXITS, "state", "compliant"))
    answer = world.send(assessment, world.rith, (WAGE, "state", "compliant"))
    assert [op["question"] for op in answer["operations"]] == [EXITS]
    assert answer["operations"][0]["author"]["name"] == "Chanthou"
    later = world.send(assessment, world.chanthou, seen=first["revision"])
    assert [op["question"] for op in later["operations"]] == [WAGE]


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        (("no-such-question", "state", "compliant"), "unknown-question"),
        ((EXITS, "score", 3), "unknown-field"),
        ((EXITS, "photo:not-an-id", True), "unknown-field"),
        ((EXITS, "state", "fine"), "bad-value"),
        ((EXITS, "value", 3), "bad-value"),
        (("workers-count", "value", "many"), "bad-value"),
        (("workers-count", "state", "compliant"), "bad-value"),
        ((EXITS, "extent", {"n": 9, "of": 2}), "bad-value"),
    ],
)
def test_what_does_not_fit_is_kept_aside_with_its_reason(world, assessment, change, reason):
    answer = world.send(assessment, world.chanthou, change, (WAGE, "state", "compliant"))
    assert outcomes(answer) == ["quarantined", "accepted"]
    assert answer["receipts"][0]["reason"].endswith(".")
    aside = Quarantined.objects.get()
    assert (aside.reason, aside.body["question"], aside.body["value"]) == (reason, change[0], change[2])
    again = world.send(assessment, world.chanthou, change)
    assert outcomes(again) == ["quarantined"]


def test_a_withdrawn_right_sends_work_to_quarantine(world, assessment):
    core.end_role(assignment=RoleAssignment.objects.get(user=world.rith), by=SETUP)
    answer = world.send(assessment, world.rith, (EXITS, "state", "compliant"))
    assert outcomes(answer) == ["quarantined"]
    assert answer["operations"] == []
    assert Quarantined.objects.get().reason == "right-withdrawn"


def test_work_that_comes_after_closing_is_kept_aside(world):
    assessment = world.in_review({EXITS: "compliant"})
    answer = world.send(assessment, world.rith, (WAGE, "state", "non_compliant"))
    assert outcomes(answer) == ["quarantined"]
    assert not Answer.objects.filter(question_key=WAGE).exists()


def test_an_assessor_of_another_programme_hears_that_nothing_is_here(world, assessment):
    with pytest.raises(Denied) as refusal:
        world.send(assessment, world.omar, (EXITS, "state", "compliant"))
    assert str(refusal.value) == "There is nothing here that you may read."
    assert (Operation.objects.count(), Quarantined.objects.count()) == (0, 0)


def test_the_id_of_another_assessments_operation_is_not_taken(world, assessment):
    other = world.planned(site=world.new_site("Blue Kettle"))
    change = operation(EXITS, "state", "compliant")
    device = world.tablet(world.chanthou)
    receive(assessment_id=assessment.pk, device=device, operations=[change], seen=0)
    answer = receive(assessment_id=other.pk, device=device, operations=[change], seen=0)
    assert outcomes(answer) == ["quarantined"]
    assert not Answer.objects.filter(assessment=other).exists()


def test_a_batch_that_is_too_long_is_refused_whole(world, assessment):
    with pytest.raises(Invalid):
        world.send(assessment, world.chanthou, *[(EXITS, "note", str(n)) for n in range(301)])
    assert Operation.objects.count() == 0


def test_a_photo_is_linked_to_many_answers_and_unlinked(world, assessment):
    photo = new_id()
    first = world.send(assessment, world.chanthou, (EXITS, f"photo:{photo}", True), (WAGE, f"photo:{photo}", True))
    linked = EvidenceLink.objects.filter(linked=True)
    assert {link.question_key for link in linked} == {EXITS, WAGE}
    world.send(assessment, world.chanthou, (EXITS, f"photo:{photo}", False, [first["receipts"][0]["id"]]))
    assert [link.question_key for link in linked.all()] == [WAGE]
    assert actions.photos_waiting(assessment) == 1


def test_a_removed_value_still_proves_itself_and_reads_as_nothing(world, assessment):
    from core.redaction import redact, verify

    answer = world.send(assessment, world.chanthou, (EXITS, "note", "A name that must go"))
    payload = OperationPayload.objects.get(pk=answer["receipts"][0]["id"])
    redact(payload=payload, asked_by=world.sokha, agreed_by=world.vannak, reason="worker-named")
    payload.refresh_from_db()
    assert payload.body is None
    assert verify(payload, payload.operation.digest)
    seen = world.send(assessment, world.rith)["operations"]
    assert seen[0]["value"] is None


def test_audit_of_a_batch_names_no_word_typed(world, assessment):
    world.send(assessment, world.chanthou, (EXITS, "note", "sentinel-word"))
    rows = AuditRecord.objects.filter(verb="operations.received")
    assert rows.count() == 1
    assert "sentinel-word" not in str(list(rows.values()))


def test_one_batch_costs_the_same_at_one_and_at_three_hundred(world, assessment):
    """Yardstick: at most 12 statements, whatever the size (BEGIN and COMMIT not counted)."""
    keys = [EXITS, WAGE, "under-age-workers", "overtime-premium-paid", "evacuation-drills"]
    world.send(assessment, world.chanthou, (EXITS, "note", "warm"))

    def cost(changes):
        device = world.tablet(world.chanthou)
        ops = [operation(*change, sequence=n) for n, change in enumerate(changes)]
        with CaptureQueriesContext(
            connection,
        ) as queries:
            receive(assessment_id=assessment.pk, device=device, operations=ops, seen=0)
        return len([q for q in queries if not q["sql"].startswith(("BEGIN", "SAVEPOINT", "RELEASE", "COMMIT"))])

    one = cost([(EXITS, "state", "compliant")])
    many = cost([(keys[n % 5], ["note", "comment", "report_text"][n % 3], str(n)) for n in range(300)])
    assert one == many <= 12
