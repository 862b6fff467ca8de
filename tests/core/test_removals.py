"""The redaction drill: two people remove words or a file; they are gone from every copy and everything verifies."""

import io

import pytest
from django.core.management import call_command
from PIL import Image

from compliance import actions as compliance
from compliance import sync
from compliance.models import Answer, CaseNote, Evidence, FindingText, OperationPayload, ReportDocument
from core import actions as core
from core import queue, storage
from core.actions.removals import agree_to_remove, ask_to_remove
from core.errors import Denied, Invalid, WrongState
from core.ids import new_id
from core.models import AuditRecord, Redaction, RemovalAsk
from core.redaction import verify
from tests.disclosure.past import publish, regime
from tests.world import SETUP

EXITS = "emergency-exits-clear"
WORDS = "Sentinel Sok said the exit was locked"


def remove(world, row, by=None, agreed_by=None):
    ask = ask_to_remove(kind=row._meta.label_lower, subject_id=row.pk, reason="worker-named", by=by or world.sokha)
    return agree_to_remove(ask=ask, by=agreed_by or world.vannak)


def everywhere(world):
    """Every text the database and the store hold, as one."""
    from django.apps import apps

    rows = [list(model.objects.values()) for model in apps.get_models() if model._meta.managed]
    store = storage.store()
    names = store.keys()
    return str(rows) + str([store.get(name) for name in names])


@pytest.mark.parametrize("start", ["finding", "operation"])
def test_the_drill(world, start):
    regime(world)
    report = world.report(extra=[(EXITS, "report_text", WORDS)])
    compliance.ask_for_documents(report=report, by=world.vannak)
    queue.run_waiting()
    publish(world)
    assessment = report.assessment
    finding = FindingText.objects.get(finding__report=report, finding__question_key=EXITS)
    operation = OperationPayload.objects.get(operation__field="report_text", operation__assessment=assessment)
    old = set(ReportDocument.objects.filter(report=report).values_list("stored", flat=True))
    assert old and "entinel" in everywhere(world)
    remove(world, finding if start == "finding" else operation)
    queue.run_waiting()
    assert "entinel" not in everywhere(world)
    assert Answer.objects.get(assessment=assessment, question_key=EXITS).report_text == ""
    assert Answer.objects.get(assessment=assessment, question_key=EXITS).state == "non_compliant"
    made = ReportDocument.objects.filter(report=report)
    assert made.exists() and not old & set(made.values_list("stored", flat=True))
    for row in OperationPayload.objects.select_related("operation"):
        assert verify(row, row.operation.digest)
    assert compliance.verify_report(report)
    call_command("verify_disclosures")
    assert Redaction.objects.count() == 2


def test_tablets_are_told_and_a_repeat_is_harmless(world):
    assessment = world.planned()
    first = new_id()
    sent = [sync.Incoming(first, 1, EXITS, "note", WORDS, [], 0, "2026-03-02T09:00:00+07:00")]
    device = world.tablet(world.chanthou)

    def send(operations, device=device):
        return sync.receive(assessment_id=assessment.pk, device=device, operations=operations, seen=0)

    assert send(sent)["redacted"] == []
    remove(world, OperationPayload.objects.get(pk=first))
    assert Answer.objects.get(assessment=assessment).note == ""
    other = send([], device=world.tablet(world.rith))
    assert other["redacted"] == [str(first)]
    assert [row["value"] for row in other["operations"]] == [None]
    assert send(sent)["receipts"][0]["outcome"] == "already"
    assert "entinel" not in everywhere(world)


def picture():
    out = io.BytesIO()
    Image.new("RGB", (40, 30), "red").save(out, "JPEG")
    return out.getvalue()


def test_the_bytes_of_a_photo_are_destroyed_and_the_hash_stays(client, world):
    assessment, data = world.planned(), picture()
    facts = {"sha256": storage.sha256_of(data), "kind": "photo", "taken_at": "", "by": world.chanthou}
    kept = compliance.keep_evidence(assessment=assessment, evidence_id=new_id(), data=data, **facts)
    again = compliance.keep_evidence(assessment=assessment, evidence_id=new_id(), data=data, **facts)
    client.force_login(world.sokha)
    assert client.get(f"/app/assessments/evidence/{kept.pk}/").status_code == 200
    remove(world, kept)
    queue.run_waiting()
    assert not storage.store().has(kept.stored)
    for row in (kept, again):
        row.refresh_from_db()
        assert row.redacted_at and row.sha256 == facts["sha256"]
        assert client.get(f"/app/assessments/evidence/{row.pk}/").status_code == 404
    # The tablet sends it again under its id: nothing comes back.
    compliance.keep_evidence(assessment=assessment, evidence_id=kept.pk, data=data, **facts)
    assert not storage.store().has(kept.stored) and Evidence.objects.count() == 2


def test_a_note_of_a_case_is_removed_by_its_readers_only(client, world):
    report = world.report()
    case = compliance.open_case(
        programme=world.programme, cycle=report.assessment.cycle, kind="violence", text=WORDS,
        readers=[world.dara], by=world.chanthou,
    )  # fmt: skip
    note = CaseNote.objects.get(case=case)
    with pytest.raises(Denied):
        remove(world, note)
    ask = ask_to_remove(kind="compliance.casenote", subject_id=note.pk, reason="worker-named", by=world.dara)
    client.force_login(world.vannak)
    assert str(note.pk) not in client.get("/app/removals/").content.decode()
    assert client.post(f"/app/removals/{ask.pk}/agree/").status_code in (403, 404)
    agree_to_remove(ask=ask, by=world.chanthou)
    assert "entinel" not in everywhere(world)


def test_it_takes_two_people_who_may_and_a_reason(world):
    report = world.report(extra=[(EXITS, "report_text", WORDS)])
    words = FindingText.objects.get(finding__report=report, finding__question_key=EXITS)
    given = {"kind": "compliance.findingtext", "subject_id": words.pk, "reason": "worker-named"}
    for who in (world.chanthou, world.layla, world.mony):
        with pytest.raises(Denied):
            ask_to_remove(**given, by=who)
    with pytest.raises(Invalid):
        ask_to_remove(**(given | {"reason": "because"}), by=world.sokha)
    for wrong in ({"kind": "core.user"}, {"subject_id": "x"}, {"subject_id": new_id()}):
        with pytest.raises(Denied):
            ask_to_remove(**(given | wrong), by=world.sokha)
    ask = ask_to_remove(**given, by=world.sokha)
    assert ask_to_remove(**given, by=world.vannak) == ask
    for who in (world.sokha, world.chanthou, world.layla):
        with pytest.raises(Denied):
            agree_to_remove(ask=ask, by=who)
    words.refresh_from_db()
    assert words.body == {"text": WORDS}
    agree_to_remove(ask=ask, by=world.vannak)
    with pytest.raises(WrongState):
        agree_to_remove(ask=ask, by=world.vannak)
    assert "entinel" not in str(list(AuditRecord.objects.values()))


def test_who_lost_the_right_meanwhile_counts_no_more(world):
    report = world.report(extra=[(EXITS, "report_text", WORDS)])
    words = FindingText.objects.get(finding__report=report, finding__question_key=EXITS)
    ask = ask_to_remove(kind="compliance.findingtext", subject_id=words.pk, reason="court-order", by=world.sokha)
    core.end_role(assignment=world.sokha.roles.get(), by=SETUP)
    with pytest.raises(Denied):
        agree_to_remove(ask=ask, by=world.vannak)


def test_the_screen_never_shows_the_words(client, world):
    report = world.report(extra=[(EXITS, "report_text", WORDS)])
    words = FindingText.objects.get(finding__report=report, finding__question_key=EXITS)
    client.force_login(world.mony)
    assert client.get("/app/removals/").status_code == 404
    client.force_login(world.sokha)
    given = {"kind": "compliance.findingtext", "subject_id": words.pk, "reason": "worker-named"}
    assert client.post("/app/removals/", given).status_code == 302
    client.force_login(world.vannak)
    html = client.get("/app/removals/").content.decode()
    ask = RemovalAsk.objects.get()
    assert f"{ask.pk}/agree/" in html and "entinel" not in html
    assert client.post(f"/app/removals/{ask.pk}/agree/").status_code == 302
    assert str(words.pk) not in client.get("/app/removals/").content.decode()
