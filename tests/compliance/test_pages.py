"""The screens: what each person finds on them, what is absent for her, and that they stay cheap."""

import re
from datetime import date, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from compliance import actions, documents, tablet
from compliance.models import Assessment, Device, Quarantined, Report, ZeroToleranceCase
from core import pdf, storage
from core.audit import System
from core.errors import Denied
from core.ids import new_id
from core.models import AuditRecord, Job
from factories import actions as factories
from tests.compliance.test_actions import jpeg
from tests.world import SETUP

EXITS, DRILLS, WAGE = "emergency-exits-clear", "evacuation-drills", "minimum-wage-paid"
BASE = "/app/assessments/"


@pytest.fixture
def see(client):
    """Open an address as somebody; returns (status, text)."""

    def look(person, address, **data):
        client.force_login(person)
        response = client.get(BASE + address, data)
        return response.status_code, response.content.decode()

    return look


@pytest.fixture
def send(client):
    """Send a form as somebody; returns the response."""

    def post(person, address, **data):
        client.force_login(person)
        return client.post(BASE + address, data)

    return post


def cost(client, person, address):
    client.force_login(person)
    client.get(BASE + address)
    with CaptureQueriesContext(connection) as spent:
        assert client.get(BASE + address).status_code == 200
    return len(spent)


# --- the list and the plan --------------------------------------------------------------------------------------


class TestList:
    def test_each_sees_her_own(self, world, see):
        planned = world.planned()
        for person in (world.sokha, world.vannak, world.rith):
            assert planned.number in see(person, "")[1]
        status, text = see(world.omar, "")
        assert status == 200
        assert planned.number not in text
        assert "No assessments yet" in text

    def test_for_the_factory_and_others_the_page_is_absent(self, world, see):
        world.planned()
        for person in (world.mony, world.dara, world.person("Nobody")):
            assert see(person, "")[0] == 404

    def test_states_and_words_narrow_it(self, world, see):
        planned = world.planned()
        reviewed = world.in_review({EXITS: "compliant"}, site=world.new_site("Blue Kettle"))
        text = see(world.sokha, "", state="in_review")[1]
        assert reviewed.number in text
        assert planned.number not in text
        assert planned.number in see(world.sokha, "", q="heron")[1]
        assert reviewed.number not in see(world.sokha, "", q="heron")[1]
        assert planned.number in see(world.sokha, "", state="no-such-state")[1]

    def test_two_and_twelve_cost_the_same(self, world, client):
        costs = []
        for n in range(12):
            world.planned(site=world.new_site(f"Site {n}"))
            if n in (1, 11):
                costs.append(cost(client, world.sokha, ""))
        assert costs[0] == costs[1]


class TestPlanning:
    def form(self, world, **other):
        return {
            "programme": "KH", "site": world.site.pk, "version": world.version.pk, "lead": world.chanthou.pk,
            "assessors": [world.rith.pk], "planned_from": "2026-03-02", "planned_until": "2026-03-03",
        } | other  # fmt: skip

    def test_a_manager_plans(self, world, send):
        response = send(world.sokha, "plan/", **self.form(world))
        planned = Assessment.objects.get()
        assert response["Location"] == f"{BASE}{planned.number}/"
        assert (planned.cycle.number, planned.members.count()) == (1, 2)

    def test_what_the_action_refuses_stands_on_the_form(self, world, send):
        response = send(world.sokha, "plan/", **self.form(world, planned_until="2026-03-01"))
        assert response.status_code == 400
        assert "The last day is before the first." in response.content.decode()
        assert not Assessment.objects.exists()

    def test_a_second_visit_may_stay_in_the_cycle(self, world, send):
        send(world.sokha, "plan/", **self.form(world))
        send(
            world.sokha,
            "plan/",
            **self.form(world, same_cycle="on", planned_from="2026-05-04", planned_until="2026-05-04"),
        )
        assert {planned.cycle.number for planned in Assessment.objects.all()} == {1}
        text = send(world.sokha, "plan/", **self.form(world, site=world.new_site("New").pk, same_cycle="on"))
        assert "This factory has no cycle yet." in text.content.decode()

    def test_factories_and_people_of_other_programmes_cannot_be_chosen(self, world, send, see):
        assert "Cedar" not in see(world.sokha, "plan/")[1]
        for other in ({"site": world.other_site.pk}, {"lead": world.omar.pk}, {"lead": world.dara.pk}):
            assert send(world.sokha, "plan/", **self.form(world, **other)).status_code == 400
        assert not Assessment.objects.exists()

    def test_interviews_are_spread_over_departments_none_so_small_that_a_person_is_known(self, world, send):
        planned = {"departments": "Sewing, lines 1 to 4: 240\n\n Cutting and washing 60\n"}
        for wrong in ("Sewing", "240", "Sewing 240\nSewing: 60", "Boilers 2", f"{'x' * 41} 60"):
            answer = send(world.sokha, "plan/", **self.form(world, departments=wrong))
            assert answer.status_code == 400 and not Assessment.objects.exists()
        assert send(world.sokha, "plan/", **self.form(world, **planned)).status_code == 302
        assessment = Assessment.objects.get()
        groups = {"Sewing, lines 1 to 4": 240, "Cutting and washing": 60}
        assert tablet.visit(assessment, world.chanthou)["headcounts"]["department"] == groups
        later = {"planned_from": "2026-05-04", "planned_until": "2026-05-04"}
        send(world.sokha, "plan/", **self.form(world, site=world.new_site("New").pk, **later))
        other = Assessment.objects.exclude(pk=assessment.pk).get()
        assert "department" not in tablet.visit(other, world.chanthou)["headcounts"]

    def test_only_who_plans_finds_the_page(self, world, see, send):
        for person in (world.vannak, world.chanthou, world.mony):
            assert see(person, "plan/")[0] == 404
        assert send(world.layla, "plan/", **self.form(world)).status_code == 404


class TestAssessment:
    def test_counts_and_what_is_missing(self, world, see):
        planned = world.planned()
        world.send(planned, world.chanthou, (EXITS, "state", "non_compliant"), (EXITS, f"photo:{new_id()}", True))
        world.send(planned, world.rith, (EXITS, "state", "compliant"))
        _, text = see(world.sokha, f"{planned.number}/")
        for words in ("Two answers differ on 1 question", "1 photo is still on a tablet", "Tablet", "last contact"):
            assert words in text

    def test_strangers_learn_nothing(self, world, see):
        number = world.planned().number
        for person in (world.mony, world.dara, world.layla, world.omar, world.person("Ny", "assessor")):
            assert see(person, f"{number}/")[0] == 404
            assert see(person, "KH-2026-9999/")[0] == 404

    def test_a_manager_calls_off_after_one_question_and_says_why(self, world, see, send):
        planned = world.planned()
        assert "Call off the visit to Paper Heron Sewing?" in see(world.sokha, f"{planned.number}/cancel/")[1]
        assert see(world.chanthou, f"{planned.number}/cancel/")[0] == 404
        assert send(world.chanthou, f"{planned.number}/cancel/").status_code == 404
        assert send(world.sokha, f"{planned.number}/cancel/", because="bad-mood").status_code == 400
        send(world.sokha, f"{planned.number}/cancel/", because="staff")
        planned.refresh_from_db()
        assert (planned.state, planned.cancelled_because) == ("cancelled", "staff")
        assert "Assessors or interpreters are not available" in see(world.sokha, f"{planned.number}/")[1]

    def test_the_lead_sends_to_review_here_too(self, world, see, send):
        planned = world.planned()
        world.send(planned, world.chanthou, (EXITS, "state", "compliant"))
        assert "The 6 questions without an answer were not asked." in see(world.chanthou, f"{planned.number}/")[1]
        assert "Send to review" not in see(world.rith, f"{planned.number}/")[1]
        day = {"visited_on": "2026-03-03"}
        refused = send(world.chanthou, f"{planned.number}/submit/", **day)
        assert (refused.status_code, "6 questions have no answer" in refused.content.decode()) == (409, True)
        assert send(world.rith, f"{planned.number}/submit/", rest_not_asked="on", **day).status_code == 403
        send(world.chanthou, f"{planned.number}/submit/", rest_not_asked="on", **day)
        planned.refresh_from_db()
        assert (planned.state, planned.visited_on) == ("in_review", date(2026, 3, 3))

    def test_the_cost_does_not_grow_with_answers(self, world, client):
        planned = world.planned()
        world.send(planned, world.chanthou, (EXITS, "state", "compliant"))
        before = cost(client, world.sokha, f"{planned.number}/")
        world.send(planned, world.rith, *[(key, "state", "compliant") for key in (DRILLS, WAGE, "under-age-workers")])
        assert cost(client, world.sokha, f"{planned.number}/") == before


# --- evidence ---------------------------------------------------------------------------------------------------


class TestEvidence:
    @pytest.fixture
    def photo(self, world):
        planned, data = world.planned(), jpeg(exif=True)
        return actions.keep_evidence(
            assessment=planned, evidence_id=new_id(), data=data, sha256=storage.sha256_of(data), kind="photo",
            taken_at="", by=world.chanthou,
        )  # fmt: skip

    def test_a_picture_is_shown_so_that_nothing_else_happens(self, world, client, photo):
        client.force_login(world.rith)
        response = client.get(f"{BASE}evidence/{photo.pk}/")
        assert response.status_code == 200
        assert response["Content-Type"] == "image/jpeg"
        assert response["Content-Disposition"].startswith("inline")
        assert "sandbox" in response["Content-Security-Policy"]
        assert response["X-Content-Type-Options"] == "nosniff"
        assert b"sentinel-place" not in response.content

    def test_a_document_leaves_as_a_file(self, world, client):
        planned, data = world.planned(), b"%PDF-1.7\n%%EOF\n"
        kept = actions.keep_evidence(
            assessment=planned, evidence_id=new_id(), data=data, sha256=storage.sha256_of(data), kind="document",
            taken_at="", by=world.chanthou,
        )  # fmt: skip
        client.force_login(world.vannak)
        response = client.get(f"{BASE}evidence/{kept.pk}/")
        assert response["Content-Disposition"] == f'attachment; filename="{kept.pk}.pdf"'

    def test_only_for_who_sees_the_assessment(self, world, see, photo):
        for person in (world.mony, world.dara, world.layla, world.omar):
            assert see(person, f"evidence/{photo.pk}/")[0] == 404

    def test_a_file_gone_from_the_store_is_absent(self, world, see, photo):
        storage.store().remove(photo.stored)
        assert see(world.rith, f"evidence/{photo.pk}/")[0] == 404


# --- the review desk --------------------------------------------------------------------------------------------


class TestReview:
    @pytest.fixture
    def reviewed(self, world):
        extra = [
            (EXITS, "report_text", "First words."),
            (EXITS, "note", "A field note."),
            (EXITS, "comment", "A comment."),
        ]
        return world.in_review({EXITS: "non_compliant", DRILLS: "compliant"}, extra=extra)

    def text_form(self, text, seen, question=EXITS):
        return {"question": question, "text": text, "seen": seen}

    def test_three_texts_stand_apart(self, world, see, reviewed):
        _, text = see(world.vannak, f"{reviewed.number}/review/", question=EXITS)
        for words in (
            "First words.",
            "A field note.",
            "Never leaves",
            "A comment.",
            "For reviewers",
            "For the factory",
        ):
            assert words in text
        assert "Check: no photo or document" in text
        assert "Not yet checked by a lawyer" in text

    def test_only_lead_assessors_of_the_programme(self, world, see, send, reviewed):
        for person in (world.sokha, world.chanthou, world.mony, world.layla):
            for address in ("review/", "review/issue/"):
                assert see(person, f"{reviewed.number}/{address}")[0] == 404
            for address in ("review/text/", "review/return/", "review/issue/"):
                assert send(person, f"{reviewed.number}/{address}", **self.text_form("x", 0)).status_code == 404
        reviewed.refresh_from_db()
        assert reviewed.state == "in_review"

    def test_a_question_that_is_none_is_absent(self, world, see, reviewed):
        assert see(world.vannak, f"{reviewed.number}/review/", question="no-such")[0] == 404

    def test_words_are_saved_as_an_operation_and_the_old_ones_stay_on_record(self, world, send, reviewed):
        answer = reviewed.answers.get(question_key=EXITS)
        response = send(
            world.vannak, f"{reviewed.number}/review/text/", **self.text_form("Better words.", answer.revision)
        )
        assert response["Location"] == f"{BASE}{reviewed.number}/review/?question={EXITS}"
        answer.refresh_from_db()
        assert answer.report_text == "Better words."
        assert reviewed.operations.filter(question_key=EXITS, field="report_text").count() == 2

    def test_words_somebody_else_wrote_meanwhile_are_not_written_over(self, world, send, reviewed):
        answer = reviewed.answers.get(question_key=EXITS)
        seen = answer.revision
        actions.edit_report_text(assessment=reviewed, question_key=EXITS, text="Theirs.", by=world.vannak)
        response = send(world.vannak, f"{reviewed.number}/review/text/", **self.text_form("Mine.", seen))
        text = response.content.decode()
        assert response.status_code == 409
        assert "This text changed while you wrote" in text
        assert "Theirs." in text
        assert "Mine.</textarea>" in text
        answer.refresh_from_db()
        assert answer.report_text == "Theirs."
        send(world.vannak, f"{reviewed.number}/review/text/", **self.text_form("Mine.", answer.revision))
        answer.refresh_from_db()
        assert answer.report_text == "Mine."

    def test_the_desk_returns_and_issues(self, world, see, send, reviewed):
        send(world.vannak, f"{reviewed.number}/review/return/")
        reviewed.refresh_from_db()
        assert reviewed.state == "drafting"
        assert send(world.vannak, f"{reviewed.number}/review/issue/").status_code == 409
        actions.submit(assessment=reviewed, by=world.chanthou, rest_not_asked=True, visited_on=date(2026, 3, 3))
        _, text = see(world.vannak, f"{reviewed.number}/review/issue/")
        for words in (
            "6 answers are frozen",
            "1 non-compliance at once",
            "1 of them is a critical issue",
            "4 questions",
        ):
            assert words in text
        response = send(world.vannak, f"{reviewed.number}/review/issue/")
        report = Report.objects.get()
        assert response["Location"] == f"{BASE}reports/{report.pk}/"

    def test_after_issue_it_can_be_read_and_not_written(self, world, see, send, reviewed):
        actions.issue_report(assessment=reviewed, by=world.vannak)
        _, text = see(world.vannak, f"{reviewed.number}/review/", question=EXITS)
        assert "Save the text" not in text
        assert "Return to the assessors" not in text
        seen = reviewed.answers.get(question_key=EXITS).revision
        assert send(world.vannak, f"{reviewed.number}/review/text/", **self.text_form("Late.", seen)).status_code == 409
        assert reviewed.answers.get(question_key=EXITS).report_text == "First words."

    def test_before_review_there_is_nothing_to_read_here(self, world, client):
        planned = world.planned()
        client.force_login(world.vannak)
        assert client.get(f"{BASE}{planned.number}/review/")["Location"] == f"{BASE}{planned.number}/"

    def test_typed_words_are_words(self, world, see, send, reviewed):
        answer = reviewed.answers.get(question_key=EXITS)
        send(world.vannak, f"{reviewed.number}/review/text/", **self.text_form("<script>x</script>", answer.revision))
        assert "<script>x" not in see(world.vannak, f"{reviewed.number}/review/", question=EXITS)[1]


# --- reports ----------------------------------------------------------------------------------------------------


class TestReports:
    @pytest.fixture
    def report(self, world):
        return world.report(extra=[(EXITS, "report_text", "Two exits were locked."), (EXITS, "note", "sentinel-note")])

    @pytest.fixture
    def buyer(self, world):
        person = world.person("Iris")
        buyer = factories.create_buyer(name="Marmalade Outfitters", by=SETUP)
        factories.add_buyer_member(buyer=buyer, user=person, since=date(2025, 1, 1), by=SETUP)
        return person, buyer

    def test_the_factory_reads_it_and_every_opening_is_written_down(self, world, see, report):
        status, text = see(world.mony, f"reports/{report.pk}/")
        assert status == 200
        assert "Two exits were locked." in text
        assert "sentinel" not in text
        opened = AuditRecord.objects.get(verb="report.opened")
        assert (opened.actor_id, opened.subject_id) == (world.mony.pk, str(report.pk))

    def test_who_may_not_read_it_hears_that_there_is_nothing(self, world, see, report, buyer):
        missing = see(world.layla, f"reports/{new_id()}/")
        for person in (world.layla, world.omar, buyer[0], world.person("Nobody")):
            for address in (f"reports/{report.pk}/", f"reports/{report.pk}/pdf/"):
                assert see(person, address)[0] == 404
            assert report.assessment.number not in see(person, "reports/")[1]
        assert see(world.layla, f"reports/{report.pk}/") == missing
        assert not AuditRecord.objects.filter(verb="report.opened").exists()

    def test_a_buyer_reads_while_the_consent_lasts(self, world, see, report, buyer):
        person, firm = buyer
        day = date.today() - timedelta(days=1)
        consent = factories.give_consent(
            site=world.site, buyer=firm, cycle=report.assessment.cycle, since=day, until=None, by=world.mony
        )
        assert see(person, f"reports/{report.pk}/")[0] == 200
        assert report.assessment.number in see(person, "reports/")[1]
        factories.end_consent(consent=consent, by=world.mony)
        assert see(person, f"reports/{report.pk}/")[0] == 404

    def test_who_reads_it_among_the_staff(self, world, see, report):
        for person in (world.sokha, world.vannak, world.chanthou, world.dara):
            assert see(person, f"reports/{report.pk}/")[0] == 200
        assert see(world.person("Ny", "assessor"), f"reports/{report.pk}/")[0] == 404

    def test_the_pdf_is_being_made(self, world, see, report, monkeypatch):
        monkeypatch.setattr(pdf, "available", lambda: True)
        status, text = see(world.mony, f"reports/{report.pk}/pdf/")
        assert (status, "The PDF is being made." in text) == (200, True)
        see(world.mony, f"reports/{report.pk}/pdf/")
        # Asked for once, however often the page is loaded again.
        assert Job.objects.filter(name="compliance.make_documents", arguments__report_id=str(report.pk)).count() == 1
        assert not AuditRecord.objects.filter(verb="report.opened").exists()

    def test_where_no_pdf_can_be_made_the_page_says_what_is_missing(self, world, see, report, monkeypatch):
        monkeypatch.setattr(pdf, "available", lambda: False)
        status, text = see(world.mony, f"reports/{report.pk}/pdf/")
        assert (status, "apt-get install" in text) == (200, True)

    def test_the_pdf_leaves_in_the_language_of_its_reader(self, world, client, report, monkeypatch):
        monkeypatch.setattr(pdf, "available", lambda: True)
        monkeypatch.setattr(pdf, "stamped", lambda data, html, stylesheet: data + b" stamped")
        for language in ("en", "km"):
            actions.keep_document(
                report=report, language=language, form="pdf", data=f"%PDF {language}".encode(), by=System("test")
            )
        reader = world.person("Sreymom", language="km")
        factories.name_manager(site=world.site, user=reader, since=date(2020, 1, 1), by=SETUP)
        client.force_login(reader)
        response = client.get(f"{BASE}reports/{report.pk}/pdf/")
        assert response.content == b"%PDF km stamped"
        assert response["Content-Disposition"] == f'attachment; filename="{documents.file_name(report)}"'
        assert AuditRecord.objects.get(verb="report.opened").facts == {"form": "pdf", "reads_as": "management"}

    def test_two_and_many_cost_the_same(self, world, client, report):
        second = world.report(on=date(2027, 3, 1))
        before = [cost(client, world.mony, "reports/"), cost(client, world.mony, f"reports/{second.pk}/")]
        for year in range(2028, 2031):
            newest = world.report({EXITS: "non_compliant", DRILLS: "non_compliant"}, on=date(year, 3, 1))
        assert [cost(client, world.mony, "reports/"), cost(client, world.mony, f"reports/{newest.pk}/")] == before


# --- serious harm -----------------------------------------------------------------------------------------------


class TestCases:
    def form(self, world, number, **other):
        return {
            "assessment": number, "kind": "violence", "text": "Seen at the gate.", "readers": [world.sokha.pk]
        } | other  # fmt: skip

    @pytest.fixture
    def case(self, world, send):
        planned = world.planned()
        send(world.rith, "cases/open/", **self.form(world, planned.number))
        return ZeroToleranceCase.objects.get()

    def test_only_the_readers_named_find_anything(self, world, see, case):
        for reader in (world.rith, world.sokha):
            assert "Paper Heron Sewing" in see(reader, "cases/")[1]
            status, text = see(reader, f"cases/{case.pk}/")
            assert status == 200
            assert "Seen at the gate." in text
        for person in (world.vannak, world.chanthou, world.dara, world.mony, world.layla, world.person("Nobody")):
            assert see(person, "cases/")[0] == 404
            assert see(person, f"cases/{case.pk}/")[0] == 404

    def test_the_assessment_shows_no_trace(self, world, see, send):
        planned = world.planned()

        def page(person):
            # The form's token is new with every page.
            return re.sub(r'name="csrfmiddlewaretoken" value="\w+"', "", see(person, f"{planned.number}/")[1])

        before = {person: page(person) for person in (world.vannak, world.chanthou)}
        send(world.rith, "cases/open/", **self.form(world, planned.number))
        for person, text in before.items():
            assert page(person) == text

    def test_who_opens_one(self, world, see, send):
        planned = world.planned()
        for person in (world.mony, world.layla, world.omar, world.person("Nobody")):
            assert see(person, "cases/open/", assessment=planned.number)[0] == 404
            assert send(person, "cases/open/", **self.form(world, planned.number)).status_code == 404
        assert see(world.rith, "cases/open/")[0] == 404
        assert not ZeroToleranceCase.objects.exists()

    def test_an_adviser_comes_from_a_report_and_goes_back_there(self, world, see):
        report = world.report()
        number = report.assessment.number
        assert f"cases/open/?assessment={number}" in see(world.dara, f"reports/{report.pk}/")[1]
        assert "cases/open" not in see(world.mony, f"reports/{report.pk}/")[1]
        assert f'href="{BASE}reports/"' in see(world.dara, "cases/open/", assessment=number)[1]
        assert f'href="{BASE}{number}/"' in see(world.rith, "cases/open/", assessment=number)[1]

    def test_nobody_outside_the_programme_can_be_named_a_reader(self, world, send):
        planned = world.planned()
        wrong = self.form(world, planned.number, readers=[world.layla.pk])
        assert send(world.rith, "cases/open/", **wrong).status_code == 400
        assert not ZeroToleranceCase.objects.exists()

    def test_a_reader_closes_it_once_with_an_outcome(self, world, see, send, case):
        assert send(world.sokha, f"cases/{case.pk}/", do="close", outcome="whatever").status_code == 400
        send(world.sokha, f"cases/{case.pk}/", do="close", outcome="handed-over")
        case.refresh_from_db()
        assert (case.outcome, case.closed_by) == ("handed-over", world.sokha)
        assert "Handed to the authorities" in see(world.rith, f"cases/{case.pk}/")[1]
        assert send(world.rith, f"cases/{case.pk}/", do="close", outcome="put-right").status_code == 400
        assert send(world.vannak, f"cases/{case.pk}/", do="close", outcome="put-right").status_code == 404

    def test_the_browser_keeps_no_copy(self, world, client, case):
        client.force_login(world.rith)
        for address in ("cases/", f"cases/{case.pk}/"):
            assert "no-store" in client.get(BASE + address)["Cache-Control"]

    def test_two_and_twelve_cost_the_same(self, world, client, case):
        costs = []
        for n in range(2, 13):
            actions.open_case(
                programme=world.programme,
                cycle=case.cycle,
                kind="violence",
                text=f"Seen {n}.",
                readers=[],
                by=world.rith,
            )
            if n in (2, 12):
                costs.append(cost(client, world.rith, "cases/"))
        assert costs[0] == costs[1]


# --- tablets ----------------------------------------------------------------------------------------------------


class TestTablets:
    @pytest.fixture
    def aside(self, world):
        """Two things sent too late, and one to a question nobody knows."""
        assessment = world.in_review({EXITS: "compliant"})
        world.send(assessment, world.rith, (EXITS, "state", "non_compliant"), (EXITS, "note", "sentinel-note"))
        return assessment

    def test_a_manager_sees_tablets_and_what_was_kept_aside(self, world, see, aside):
        _, text = see(world.sokha, "tablets/")
        for words in ("Chanthou", "Rith", "In quarantine", "The assessment was closed before this arrived."):
            assert words in text
        assert "answer: <bdi>Non-compliant</bdi>" in text
        # Typed words stay closed: a manager learns how long a note is.
        assert "sentinel" not in text
        assert "13 letters" in text

    def test_others_see_their_own_tablets_only(self, world, see, aside):
        _, text = see(world.rith, "tablets/")
        assert "Cut it off" in text
        assert "Kept aside" not in text
        assert "Chanthou" not in text
        assert "Rith" not in see(world.layla, "tablets/")[1]
        for person in (world.mony, world.dara):
            assert see(person, "tablets/")[0] == 404

    def test_one_cuts_off_ones_own_tablet(self, world, send):
        tablet = world.tablet(world.rith)
        for person in (world.vannak, world.chanthou, world.layla):
            assert send(person, f"tablets/{tablet.pk}/revoke/").status_code == 404
        assert Device.objects.get(pk=tablet.pk).revoked_at is None
        send(world.rith, f"tablets/{tablet.pk}/revoke/")
        assert Device.objects.get(pk=tablet.pk).revoked_at is not None

    def test_a_manager_cuts_off_the_tablet_of_an_assessor_of_hers_and_of_nobody_else(self, world, send):
        here, elsewhere = world.tablet(world.rith), world.tablet(world.omar)
        assert send(world.sokha, f"tablets/{elsewhere.pk}/revoke/").status_code == 404
        send(world.sokha, f"tablets/{here.pk}/revoke/")
        assert Device.objects.get(pk=here.pk).revoked_at is not None
        assert Device.objects.get(pk=elsewhere.pk).revoked_at is None
        with pytest.raises(Denied):
            actions.revoke_device(device=elsewhere, by=world.sokha)

    def test_a_manager_sees_what_each_tablet_said_of_itself(self, world, see, aside, settings):
        settings.TABLET_VERSION = "0.10"
        Device.objects.filter(user=world.rith).update(client_version="0.9", unsent=61)
        Device.objects.filter(user=world.chanthou).update(client_version="0.10", unsent=0)
        text = see(world.sokha, "tablets/")[1]
        assert "61, as last told" in text
        assert text.count("older than 0.10") == 1

    def test_a_manager_of_the_programme_decides(self, world, see, send, aside):
        item = Quarantined.objects.order_by("received_at").first()
        for person in (world.rith, world.vannak, world.layla):
            assert send(person, f"kept-aside/{item.pk}/", decision="released", why="x").status_code == 404
            status, text = see(person, "kept-aside/")
            assert status == (200 if person is world.layla else 404)
            assert "exits" not in text
        for said in (
            {"decision": "perhaps", "why": "x"},
            {"decision": "rejected", "why": " "},
            {"decision": "rejected"},
        ):
            assert send(world.sokha, f"kept-aside/{item.pk}/", **said).status_code == 400
        text = see(world.sokha, f"kept-aside/{item.pk}/")[1]
        assert "Non-compliant" in text
        assert "sentinel" not in text
        send(world.sokha, f"kept-aside/{item.pk}/", decision="rejected", why="Rith took it back.")
        item.refresh_from_db()
        assert (item.decision, item.decided_by, item.why) == ("rejected", world.sokha, "Rith took it back.")
        assert "Rith took it back." in see(world.sokha, "kept-aside/")[1]
        assert Quarantined.objects.count() == 2

    def test_two_and_twelve_cost_the_same(self, world, client, aside):
        before = cost(client, world.sokha, "tablets/")
        for n in range(10):
            assessment = world.in_review({EXITS: "compliant"}, site=world.new_site(f"Site {n}"))
            world.send(assessment, world.rith, (EXITS, "state", "non_compliant"))
            world.tablet(world.person(f"Assessor {n}", "assessor"))
        assert cost(client, world.sokha, "tablets/") == before
