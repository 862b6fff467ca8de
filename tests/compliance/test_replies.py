"""The factory's right of reply: what it may read of a draft, what it says, what is decided, what the report keeps."""

import io
from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from compliance import actions, documents, queries
from compliance.models import DraftFinding, Evidence, FactoryReply, ReplyDecision, ReplyEvidence, ReportReply
from core import actions as core
from core import storage
from core.actions.removals import agree_to_remove, ask_to_remove
from core.days import today
from core.errors import Denied, Invalid, WrongState
from core.ids import new_id
from core.models import AuditRecord
from tests.compliance.test_actions import jpeg
from tests.world import SETUP

EXITS, DRILLS, WAGE, AGE = "emergency-exits-clear", "evacuation-drills", "minimum-wage-paid", "under-age-workers"
BASE = "/app/assessments/"


@pytest.fixture
def window(world):
    """A draft before Mony: exits with a photo and a place, wages with a place and none, a child at work, a note."""
    core.set_programme_setting(
        programme=world.programme, key="clocks", value={}, in_force_from=today(world.programme),
        by=SETUP,
    )  # fmt: skip
    photo, data = new_id(), jpeg()
    planned = world.planned()
    world.send(
        planned, world.chanthou,
        (EXITS, "state", "non_compliant"), (EXITS, "report_text", "Two exits were locked."),
        (EXITS, "extent", {"n": 2, "of": 9, "where": "Building B"}), (EXITS, f"photo:{photo}", True),
        (EXITS, "note", "sentinel-note"), (EXITS, "comment", "sentinel-comment"),
        (WAGE, "state", "non_compliant"), (WAGE, "report_text", "Some are paid less."),
        (WAGE, "extent", {"n": 3, "of": 40, "where": "sentinel-sewing-line-4"}),
        (AGE, "state", "non_compliant"), (AGE, "report_text", "sentinel-child"),
        ("@interviews", f"interview:{new_id()}", {"people": 7, "sex": "women", "department": "sentinel-cutting"}),
    )  # fmt: skip
    actions.keep_evidence(
        assessment=planned, evidence_id=photo, data=data, sha256=storage.sha256_of(data), kind="photo",
        taken_at="2026-03-02T09:41:07", by=world.chanthou,
    )  # fmt: skip
    actions.submit(assessment=planned, by=world.chanthou, rest_not_asked=True)
    actions.accept(assessment=planned, question_keys=[EXITS, WAGE, AGE], by=world.vannak)
    assert world.mony
    return actions.offer(assessment=planned, by=world.vannak)


def draft_of(window, key):
    return DraftFinding.objects.get(window=window, question__key=key)


def answers(world, window):
    actions.reply(draft=draft_of(window, EXITS), stance="agrees", text="", by=world.mony)
    actions.reply(draft=draft_of(window, WAGE), stance="disputes", text="The lists show 40 of 40.", by=world.mony)


class TestWhatTheFactoryReads:
    def test_the_finding_its_law_and_extent_and_nothing_that_leads_to_a_person(self, world, window, client):
        client.force_login(world.mony)
        page = client.get(f"{BASE}drafts/{window.pk}/").content.decode()
        for told in ("Two exits were locked.", "2 of 9 exits", "Building B", "C155", "Some are paid less."):
            assert told in page, told
        assert "sentinel" not in page
        for hidden in ("Chanthou", "Rith", "interview", "09:41"):
            assert hidden not in page, hidden

    def test_a_place_is_told_only_where_a_photo_or_document_shows_it(self, window):
        assert draft_of(window, EXITS).body["where"] == "Building B"
        assert draft_of(window, WAGE).body["where"] == ""

    def test_serious_harm_is_not_in_it_and_leaves_no_gap(self, world, window, client):
        assert not DraftFinding.objects.filter(question__key=AGE).exists()
        client.force_login(world.mony)
        page = client.get(f"{BASE}drafts/{window.pk}/").content.decode()
        assert "0 of 2 answered" in page
        assert "legal age" not in page

    def test_for_everybody_else_it_does_not_exist(self, world, window, client):
        sreymom = world.person("Sreymom")
        for person in (world.sokha, world.vannak, world.chanthou, world.dara, world.layla, sreymom):
            client.force_login(person)
            assert client.get(f"{BASE}drafts/{window.pk}/").status_code == 404
            address = f"{BASE}drafts/findings/{draft_of(window, EXITS).pk}/"
            assert client.post(address, {"stance": "agrees"}).status_code == 404
            assert client.post(f"{BASE}drafts/{window.pk}/end/").status_code == 404

    def test_taken_back_it_is_gone_for_the_factory_too(self, world, window, client):
        actions.take_back(assessment=window.assessment, by=world.vannak)
        client.force_login(world.mony)
        assert client.get(f"{BASE}drafts/{window.pk}/").status_code == 404
        with pytest.raises(Denied):
            actions.reply(draft=draft_of(window, EXITS), stance="agrees", text="", by=world.mony)

    def test_it_stands_on_her_home_page_until_the_report(self, world, window, client):
        client.force_login(world.mony)
        assert f"{BASE}drafts/{window.pk}/" in client.get("/app/").content.decode()


class TestSaying:
    def test_who_disputes_says_why_and_every_word_is_kept(self, world, window):
        draft = draft_of(window, EXITS)
        with pytest.raises(Invalid, match="not right"):
            actions.reply(draft=draft, stance="disputes", text=" ", by=world.mony)
        actions.reply(draft=draft, stance="disputes", text="One exit, not two.", by=world.mony)
        actions.reply(draft=draft, stance="agrees", text="We looked again.", by=world.mony)
        assert FactoryReply.objects.count() == 2
        row = next(row for row in queries.replies_of(window.assessment) if row.question.key == EXITS)
        assert (row.reply.stance, row.reply.body["text"]) == ("agrees", "We looked again.")

    def test_after_the_last_day_and_after_her_own_word_nothing_more_is_taken(self, world, window):
        actions.say_no_more(window=window, by=world.mony)
        with pytest.raises(WrongState, match="over"):
            actions.reply(draft=draft_of(window, EXITS), stance="agrees", text="", by=world.mony)

    def test_a_photo_is_drawn_anew_and_read_by_both_sides_only(self, world, window, client):
        client.force_login(world.mony)
        sent = SimpleUploadedFile("../../x.png", jpeg(), "image/png")
        address = f"{BASE}drafts/findings/{draft_of(window, EXITS).pk}/"
        assert client.post(address, {"stance": "agrees", "file": sent}).status_code == 302
        kept = ReplyEvidence.objects.get()
        for person, status in ((world.mony, 200), (world.vannak, 200), (world.chanthou, 404), (world.layla, 404)):
            client.force_login(person)
            response = client.get(f"{BASE}drafts/files/{kept.pk}/")
            assert response.status_code == status
        assert Evidence.objects.count() == 1

    @pytest.mark.parametrize(
        "data", [b"<svg xmlns='http://www.w3.org/2000/svg'><script>1</script></svg>", b"<html>", b"%PDF-1.4 <script>"]
    )
    def test_a_hostile_file_is_refused_with_a_sentence_and_the_words_are_not_lost(self, world, window, client, data):
        client.force_login(world.mony)
        address = f"{BASE}drafts/findings/{draft_of(window, WAGE).pk}/"
        sent = SimpleUploadedFile("photo.png", data, "image/png")
        response = client.post(address, {"stance": "disputes", "text": "Our words.", "file": sent})
        assert response.status_code == 400
        assert "Our words." in response.content.decode()
        assert not ReplyEvidence.objects.exists()
        assert io.BytesIO(data)


class TestDeciding:
    def test_a_disputed_finding_holds_the_report_up_until_it_is_decided(self, world, window):
        answers(world, window)
        actions.say_no_more(window=window, by=world.mony)
        with pytest.raises(WrongState, match="not decided"):
            actions.issue_report(assessment=window.assessment, by=world.vannak)
        decided = {"draft": draft_of(window, WAGE), "by": world.vannak}
        with pytest.raises(Invalid, match="reason"):
            actions.decide_reply(**decided, outcome="upheld", reason="")
        actions.decide_reply(**decided, outcome="upheld", reason="Three slips were less.")
        assert actions.issue_report(assessment=window.assessment, by=world.vannak)

    def test_only_a_lead_assessor_decides(self, world, window):
        answers(world, window)
        for other in (world.sokha, world.chanthou, world.mony):
            with pytest.raises(Denied):
                actions.decide_reply(draft=draft_of(window, WAGE), outcome="upheld", reason="x", by=other)

    def test_later_words_of_the_factory_ask_for_another_decision(self, world, window):
        answers(world, window)
        draft = draft_of(window, WAGE)
        actions.decide_reply(draft=draft, outcome="upheld", reason="Three slips.", by=world.vannak)
        actions.reply(draft=draft, stance="disputes", text="These were from May.", by=world.mony)
        actions.say_no_more(window=window, by=world.mony)
        with pytest.raises(WrongState, match="not decided"):
            actions.issue_report(assessment=window.assessment, by=world.vannak)

    def test_amended_and_withdrawn_change_the_record_like_anything_else(self, world, window):
        answers(world, window)
        amended = {"draft": draft_of(window, WAGE), "by": world.vannak, "outcome": "amended", "reason": "The lists."}
        with pytest.raises(Invalid, match="will say"):
            actions.decide_reply(**amended)
        actions.decide_reply(**amended, text="One was paid less.")
        actions.decide_reply(draft=draft_of(window, EXITS), outcome="withdrawn", reason="A drill.", by=world.vannak)
        said = {one.question_key: one for one in window.assessment.answers.all()}
        assert (said[WAGE].report_text, said[EXITS].state) == ("One was paid less.", "undetermined")
        assert ReplyDecision.objects.count() == 2

    def test_the_desk_shows_what_was_said_and_takes_the_decision(self, world, window, client):
        answers(world, window)
        client.force_login(world.vannak)
        address = f"{BASE}{window.assessment.number}/review/"
        page = client.get(address, {"question": WAGE}).content.decode()
        assert "The lists show 40 of 40." in page
        assert "Disputes it: to be decided" in page
        draft = draft_of(window, WAGE)
        client.post(f"{address}decide/{draft.pk}/", {"outcome": "upheld", "reason": "Three slips were less."})
        assert "Disputes it: decided" in client.get(address, {"question": WAGE}).content.decode()
        client.force_login(world.mony)
        assert "Three slips were less." in client.get(f"{BASE}drafts/{window.pk}/").content.decode()


class TestTheReport:
    @pytest.fixture
    def report(self, world, window):
        answers(world, window)
        actions.decide_reply(draft=draft_of(window, WAGE), outcome="upheld", reason="Three slips.", by=world.vannak)
        return actions.issue_report(assessment=window.assessment, by=world.vannak, on=window.until + timedelta(days=1))

    def test_it_keeps_the_reply_with_its_proof_and_says_that_nobody_checked_it(self, world, report, client):
        assert actions.verify_report(report)
        html = documents.html(report, "en")
        for said in ("The lists show 40 of 40.", "not verified", "upholds the finding", "Three slips."):
            assert said in html, said
        assert "sentinel-child" in html, "issued, it is told as before"

    def test_changed_words_of_a_reply_break_the_proof(self, report):
        row = ReportReply.objects.get(question_key=WAGE)
        row.body = row.body | {"text": "We agree."}
        row.save()
        assert not actions.verify_report(report)

    def test_two_people_remove_a_reply_everywhere_and_the_proof_holds(self, world, report):
        said = FactoryReply.objects.get(draft__question__key=WAGE)
        about = {"kind": "compliance.factoryreply", "subject_id": said.pk}
        removal = ask_to_remove(**about, reason="worker-named", by=world.vannak)
        agree_to_remove(ask=removal, by=world.sokha)
        assert FactoryReply.objects.get(pk=said.pk).body is None
        assert ReportReply.objects.get(question_key=WAGE).body is None
        assert actions.verify_report(report)
        assert "40 of 40" not in documents.html(report, "en")

    def test_no_word_of_it_is_in_the_record_of_acts(self, report):
        assert "40 of 40" not in str(list(AuditRecord.objects.values_list("facts", flat=True)))
