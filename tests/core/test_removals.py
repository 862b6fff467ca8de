"""The redaction drill: two people remove words or a file; they are gone from every copy and everything verifies."""

import io
from datetime import date

import pytest
from django.core.management import call_command
from PIL import Image

from checklists.actions import import_document
from checklists.imports import read_yaml
from compliance import actions as compliance
from compliance import sync
from compliance.models import (
    Answer,
    CaseNote,
    Evidence,
    FindingPlace,
    FindingText,
    OperationPayload,
    Quarantined,
    ReportAnswer,
    ReportDocument,
)
from core import actions as core
from core import queue, storage
from core.actions.removals import agree_to_remove, ask_to_remove
from core.errors import Denied, Invalid, WrongState
from core.home import lines_for
from core.ids import new_id
from core.models import AuditRecord, Redaction, RemovalAsk
from core.redaction import verify
from tests.disclosure.past import publish, regime
from tests.world import SETUP, SMALL, operation

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


FACT = "keeper-of-the-key"


@pytest.fixture
def with_text(world):
    """The world's checklist has a question that is answered in words."""
    document, _refused = read_yaml(SMALL)
    point = document["clusters"][-1]["points"][-1]
    point["questions"].append(
        {
            "key": FACT,
            "kind": "text",
            "text": "Who keeps the key?",
            "required": False,
            "tags": [],
            "level": "enterprise",
        }
    )
    world.__dict__["version"] = import_document(document=document, by=SETUP)[0]
    return world


@pytest.mark.parametrize("start", ["kept aside", "place", "extent", "typed answer", "answer's change"])
def test_typed_words_go_wherever_they_lie(client, with_text, start):
    """Kept aside, as the place of a finding, as an answer that is no finding: one removal reaches all of them."""
    world = with_text
    regime(world)
    question, field = (EXITS, "extent") if start in ("place", "extent", "kept aside") else (FACT, "value")
    value = {"n": 2, "of": 9, "workers": None, "where": WORDS} if field == "extent" else WORDS
    assessment = world.in_review(
        {EXITS: "non_compliant"}, extra=[(question, field, value), ("no-such-question", field, value)]
    )
    # What arrives late is kept aside: the same words once more.
    assert world.send(assessment, world.rith, (question, field, value))["receipts"][0]["outcome"] == "quarantined"
    report = compliance.issue_report(assessment=assessment, by=world.vannak, on=date(2026, 3, 23))
    publish(world)
    compliance.ask_for_documents(report=report, by=world.vannak)
    queue.run_waiting()
    assert "entinel" in everywhere(world) and compliance.verify_report(report)
    remove(
        world,
        {
            "kept aside": lambda: Quarantined.objects.get(body__question=question),
            "place": lambda: FindingPlace.objects.get(),
            "extent": lambda: OperationPayload.objects.get(operation__field="extent"),
            "typed answer": lambda: ReportAnswer.objects.get(question_key=FACT),
            "answer's change": lambda: OperationPayload.objects.get(operation__field="value"),
        }[start](),
    )
    queue.run_waiting()
    assert "entinel" not in everywhere(world)
    report = type(report).objects.get(pk=report.pk)
    assert compliance.verify_report(report)
    for row in OperationPayload.objects.select_related("operation"):
        assert verify(row, row.operation.digest)
    call_command("verify_disclosures")
    client.force_login(world.vannak)
    page = client.get(f"/app/assessments/reports/{report.pk}/").content.decode()
    assert "removed by law on" in page
    client.force_login(world.sokha)
    assert "removed by law" in client.get("/app/assessments/tablets/").content.decode()


def test_a_changed_place_or_answer_is_found_out(with_text):
    report = with_text.report(
        extra=[(EXITS, "extent", {"n": 2, "of": 9, "workers": None, "where": WORDS}), (FACT, "value", WORDS)]
    )
    for model in (FindingPlace, ReportAnswer):
        row = model.objects.get()
        assert compliance.verify_report(report)
        model.objects.filter(pk=row.pk).update(body={"text": "It was open."})
        assert not compliance.verify_report(report)
        model.objects.filter(pk=row.pk).update(body=row.body)


def test_earlier_editions_of_the_words_go_too_and_later_ones_stay(world):
    """Typing makes editions: a draft with the name must not outlive the text that was removed."""
    assessment = world.planned()
    ids = [new_id() for _ in range(3)]
    texts = ["Sentinel Sok sa", WORDS, "The exit was locked"]
    for n, (pk, text) in enumerate(zip(ids, texts, strict=True)):
        sent = operation(EXITS, "note", text, base=ids[n - 1 : n] if n else (), id=pk)
        sync.receive(assessment_id=assessment.pk, device=world.tablet(world.chanthou), operations=[sent], seen=0)
    remove(world, OperationPayload.objects.get(pk=ids[1]))
    assert "entinel" not in everywhere(world)
    assert Answer.objects.get(assessment=assessment).note == "The exit was locked"


def test_two_texts_that_were_joined_go_with_what_was_made_of_them(world):
    """Two tablets wrote apart; the report joins both. Either end finds the other."""
    for start in ("finding", "one of two"):
        site = world.new_site(f"Mill {start}")
        other = "The second exit was clear."
        report = world.report(site=site, extra=[(EXITS, "report_text", WORDS), (EXITS, "report_text", other)])
        words = FindingText.objects.get(finding__report=report, finding__question_key=EXITS)
        assert set(words.body["text"].split("\n\n")) == {WORDS, other}
        one = OperationPayload.objects.get(operation__assessment=report.assessment, body__value=WORDS)
        remove(world, words if start == "finding" else one)
        queue.run_waiting()
        assert "entinel" not in everywhere(world)
        left = Answer.objects.get(assessment=report.assessment, question_key=EXITS).report_text
        assert left == ("" if start == "finding" else other)


def test_tablets_hear_of_files_of_what_was_kept_aside_and_of_earlier_places(world):
    first = world.report(extra=[(EXITS, "extent", {"n": 2, "of": 9, "workers": None, "where": WORDS})])
    assessment = world.planned(on=date(2026, 9, 7))
    aside, photo = new_id(), new_id()
    sent = [operation("no-such-question", "note", WORDS, id=aside)]
    device = world.tablet(world.chanthou)
    sync.receive(assessment_id=assessment.pk, device=device, operations=sent, seen=0)
    data = picture()
    facts = {"sha256": storage.sha256_of(data), "kind": "photo", "taken_at": "", "by": world.chanthou}
    kept = compliance.keep_evidence(assessment=assessment, evidence_id=photo, data=data, **facts)
    for row in (Quarantined.objects.get(), kept, FindingPlace.objects.get(finding__report=first)):
        remove(world, row)
    core.end_role(assignment=world.rith.roles.get(), by=SETUP)
    for who in (world.chanthou, world.rith):
        told = sync.receive(assessment_id=assessment.pk, device=world.tablet(who), operations=[], seen=0)
        assert told["redacted"] == sorted([str(aside), str(photo)])
        assert told["redacted_last"] == [EXITS]


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


def test_words_are_named_from_where_they_stand_and_the_second_person_hears_of_it(client, world):
    """Nobody has to know an identifier: the link beside the words carries it, and both people see which they are."""
    report = world.report(extra=[(EXITS, "report_text", WORDS)])
    words = FindingText.objects.get(finding__report=report, finding__question_key=EXITS)
    client.force_login(world.dara)
    report_page = f"/app/assessments/reports/{report.pk}/"
    link = f"/app/removals/?kind=compliance.findingtext&amp;subject_id={words.pk}"
    assert link not in client.get(report_page).content.decode(), "an adviser removes nothing"
    client.force_login(world.sokha)
    assert link in client.get(report_page).content.decode()
    html = client.get(link.replace("&amp;", "&")).content.decode()
    assert f"{report.assessment.number} · {EXITS}" in html and "entinel" not in html
    given = {"kind": "compliance.findingtext", "subject_id": str(words.pk)}
    assert client.post("/app/removals/", given).status_code == 400, "a reason is asked for"
    assert client.post("/app/removals/", given | {"reason": "worker-named"}).status_code == 302
    said = "1 removal waits for a second person"
    assert said not in [line.text for line in lines_for(world.sokha)]
    assert said in [line.text for line in lines_for(world.vannak)]
    client.force_login(world.layla)
    foreign = client.get(link.replace("&amp;", "&")).content.decode()
    assert report.assessment.number not in foreign and EXITS not in foreign
    assert said not in [line.text for line in lines_for(world.layla)]
    agree_to_remove(ask=RemovalAsk.objects.get(), by=world.vannak)
    assert said not in [line.text for line in lines_for(world.vannak)]
