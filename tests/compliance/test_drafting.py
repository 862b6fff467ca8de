"""The drafting desk: an assessor writes her visit up, three texts for three readers, with phrases and photos."""

from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from compliance import actions, queries
from compliance.queries.drafting import phrases
from core import storage
from core.errors import Denied, Invalid, WrongState
from core.ids import new_id
from core.models import AuditRecord
from tests.compliance.test_actions import jpeg

EXITS, DRILLS, AGE = "emergency-exits-clear", "evacuation-drills", "under-age-workers"


def keep_photo(world, assessment):
    data = jpeg()
    return actions.keep_evidence(
        assessment=assessment, evidence_id=new_id(), kind="photo", data=data, sha256=storage.sha256_of(data),
        taken_at="", by=world.chanthou,
    )  # fmt: skip


@pytest.fixture
def drafting(world):
    """A visit that is over, with one non-compliance still without its words, and one photo at no question."""
    assessment = world.planned()
    world.send(
        assessment, world.chanthou, (EXITS, "state", "non_compliant"), (DRILLS, "state", "compliant"),
        (EXITS, "extent", {"n": 2, "of": 9, "where": "Hall 2"}),
    )  # fmt: skip
    keep_photo(world, assessment)
    actions.hand_in(assessment=assessment, by=world.chanthou, visited_on=date(2026, 3, 3))
    assessment.refresh_from_db()
    return assessment


def address(assessment, end=""):
    return f"/app/assessments/{assessment.number}/write/{end}"


def write(client, assessment, *, key=EXITS, seen=None, **texts):
    answer = assessment.answers.filter(question_key=key).first()
    given = {"question": key, "seen": answer.revision if seen is None else seen, "report_text": "", "comment": "",
             "note": ""}  # fmt: skip
    return client.post(address(assessment, "texts/"), given | texts, follow=True)


class TestWriting:
    def test_the_three_texts_are_kept_apart_and_each_is_an_operation(self, world, drafting, client):
        client.force_login(world.rith)
        before = drafting.operations.count()
        write(client, drafting, report_text="Two exits were locked.\r\nOne was blocked.", note="Ask the guard.")
        answer = drafting.answers.get(question_key=EXITS)
        assert (answer.report_text, answer.comment, answer.note) == (
            "Two exits were locked.\nOne was blocked.", "", "Ask the guard.",
        )  # fmt: skip
        assert drafting.operations.count() == before + 2
        record = AuditRecord.objects.get(verb="answer.written")
        assert record.facts["fields"] == ["report_text", "note"] and "exits" not in str(record.facts["fields"])
        # Nothing that did not change is written again.
        write(client, drafting, report_text="Two exits were locked.\r\nOne was blocked.", note="Ask the guard.")
        assert drafting.operations.count() == before + 2

    def test_not_over_words_a_colleague_wrote_meanwhile(self, world, drafting, client):
        client.force_login(world.rith)
        seen = drafting.answers.get(question_key=EXITS).revision
        actions.write_texts(
            assessment=drafting, question_key=EXITS, texts={"report_text": "Hers first."}, by=world.chanthou
        )
        response = write(client, drafting, seen=seen, report_text="Mine second.")
        html = response.content.decode()
        assert response.status_code == 409 and "Hers first." in html and "Mine second." in html
        assert drafting.answers.get(question_key=EXITS).report_text == "Hers first."

    def test_only_its_assessors_and_only_until_it_goes_to_review(self, world, drafting, client):
        texts = {"report_text": "x"}
        for other in (world.vannak, world.sokha, world.mony, world.layla):
            with pytest.raises(Denied):
                actions.write_texts(assessment=drafting, question_key=EXITS, texts=texts, by=other)
            client.force_login(other)
            assert client.get(address(drafting)).status_code == 404
            assert write(client, drafting, report_text="x").status_code == 404
        with pytest.raises(Invalid):
            actions.write_texts(assessment=drafting, question_key="no-such", texts=texts, by=world.rith)
        actions.submit(assessment=drafting, by=world.chanthou, rest_not_asked=True)
        with pytest.raises(WrongState):
            actions.write_texts(assessment=drafting, question_key=EXITS, texts=texts, by=world.rith)
        client.force_login(world.rith)
        assert client.get(address(drafting)).status_code == 302

    def test_the_report_holds_the_text_for_the_factory_and_neither_of_the_others(self, world, drafting):
        texts = {"report_text": "Two exits were locked.", "comment": "Sentinel comment.", "note": "Sentinel note."}
        actions.write_texts(assessment=drafting, question_key=EXITS, texts=texts, by=world.rith)
        actions.submit(assessment=drafting, by=world.chanthou, rest_not_asked=True)
        drafting.refresh_from_db()
        report = actions.issue_report(assessment=drafting, by=world.vannak)
        finding = report.findings.get(question_key=EXITS)
        assert finding.words.body == {"text": "Two exits were locked."} and "Sentinel" not in str(report.facts)


class TestPhrases:
    def test_slots_of_which_the_record_knows_are_filled_the_others_stay(self, drafting):
        item = queries.drafting_desk(drafting, wanted=EXITS).current
        answer, phrase = item.answer, "In {where}, {n} of {of} exits were locked since {date}."
        assert (answer.extent_n, answer.extent_of) == (2, 9)
        offered = {"finding": [phrase], "good_practice": ["Exits are free."]}
        item.question = type("Asked", (), {"phrases": offered})()
        assert phrases(item) == [("finding", "In Hall 2, 2 of 9 exits were locked since {date}.")]

    def test_a_slot_left_open_is_said_when_saved_and_is_a_reason_to_look(self, world, drafting, client):
        client.force_login(world.rith)
        html = write(client, drafting, report_text="In {where} two exits were locked.").content.decode()
        assert "curly brackets is still to be filled in" in html
        assert "open-slot" in queries.drafting_desk(drafting, wanted=EXITS).current.reasons


class TestPhotos:
    def test_a_photo_is_picked_and_left(self, world, drafting, client):
        client.force_login(world.rith)
        photo = drafting.evidence.get()
        for picked, here in (("yes", True), ("no", False)):
            client.post(address(drafting, "photo/"), {"question": EXITS, "photo": str(photo.pk), "picked": picked})
            desk = queries.drafting_desk(drafting, wanted=EXITS)
            assert [one.here for one in desk.photos] == [here]
            assert [link.about for link in desk.current.evidence] == ([photo.pk] if here else [])

    def test_a_photo_of_another_visit_is_absent(self, world, drafting, client):
        other = world.planned(site=world.new_site("Tin Kite"))
        theirs = keep_photo(world, other)
        client.force_login(world.rith)
        for photo in (str(theirs.pk), "no-uuid"):
            given = {"question": EXITS, "photo": photo, "picked": "yes"}
            assert client.post(address(drafting, "photo/"), given).status_code == 404
        with pytest.raises(Invalid):
            actions.pick_photo(assessment=drafting, question_key=EXITS, evidence=theirs, picked=True, by=world.rith)


class TestDesk:
    def test_it_names_what_is_left_and_leads_there_from_home_and_assessment(self, world, drafting, client):
        client.force_login(world.rith)
        assert address(drafting) in client.get("/app/").content.decode()
        assert address(drafting) in client.get(f"/app/assessments/{drafting.number}/").content.decode()
        html = client.get(address(drafting)).content.decode()
        for words in ("Report text", "Internal comment", "Field note", "Never leaves", "Photos of this visit"):
            assert words in html
        assert "No report text" in html and "0 with a report text" in html

    def test_words_of_other_factories_reports_are_not_shown_to_who_writes(self, world, drafting, client):
        words = "Two of nine emergency exits on the second floor were locked with a chain during work."
        world.report(site=world.new_site("Tin Kite"), extra=[(EXITS, "report_text", words)])
        actions.write_texts(assessment=drafting, question_key=EXITS, texts={"report_text": words}, by=world.rith)
        assert "twin" not in queries.drafting_desk(drafting, wanted=EXITS).current.reasons
        assert "twin" in queries.review_desk(drafting, wanted=EXITS).current.reasons

    def test_it_costs_the_same_for_one_and_for_many_photos(self, world, drafting):
        costs = []
        for more in (0, 5):
            for _n in range(more):
                photo = keep_photo(world, drafting)
                actions.pick_photo(assessment=drafting, question_key=EXITS, evidence=photo, picked=True, by=world.rith)
            queries.drafting_desk(drafting)
            with CaptureQueriesContext(connection) as spent:
                queries.drafting_desk(queries.own_assessment(world.rith, drafting.number))
            costs.append(len(spent))
        assert costs[0] == costs[1] <= 9
