"""After issue: a request, a decision with its reason, and a new version that names the old."""

from datetime import date

import pytest

from compliance import actions, documents, issued
from compliance.models import CorrectionAsk, Finding, Report
from core.actions.removals import agree_to_remove, ask_to_remove
from core.audit import System
from core.errors import Denied, Invalid, WrongState
from improvement_plans import actions as plans
from improvement_plans.models import PlanItem

EXITS, DRILLS, WAGE = "emergency-exits-clear", "evacuation-drills", "minimum-wage-paid"
BASE = "/app/assessments/"


@pytest.fixture
def report(world):
    assert world.mony
    return world.report(
        {EXITS: "non_compliant", WAGE: "non_compliant", DRILLS: "compliant"},
        extra=[
            (EXITS, "report_text", "Two exits were locked."),
            (EXITS, "extent", {"n": 2, "of": 9, "where": "Building B"}),
            (WAGE, "report_text", "Three are paid less."),
        ],
    )


@pytest.fixture
def ask(world, report):
    return actions.ask_for_correction(report=report, question_key=EXITS, text="It was one exit.", by=world.mony)


def correct(world, ask, **change):
    given = {
        "question_key": EXITS,
        "state": "non_compliant",
        "text": "One exit was locked.",
        "extent_n": 1,
        "extent_of": 9,
    }
    return actions.correct(ask=ask, reason="The plan shows it.", by=world.vannak, **(given | change))


class TestAsking:
    def test_managers_and_staff_ask_and_nobody_else(self, world, report):
        for person in (world.mony, world.vannak, world.dara, world.chanthou):
            actions.ask_for_correction(report=report, text="Something is wrong.", by=person)
        for person in (world.layla, world.person("Nobody")):
            with pytest.raises(Denied):
                actions.ask_for_correction(report=report, text="x", by=person)
        with pytest.raises(Invalid):
            actions.ask_for_correction(report=report, text=" ", by=world.mony)
        with pytest.raises(Invalid, match="not in the report"):
            actions.ask_for_correction(report=report, question_key="no-such", text="x", by=world.mony)

    def test_a_refusal_has_its_reason_and_changes_nothing(self, world, ask, client):
        with pytest.raises(Invalid, match="reason"):
            actions.refuse_correction(ask=ask, reason=" ", by=world.vannak)
        actions.refuse_correction(ask=ask, reason="Both photos show locks.", by=world.vannak)
        assert Report.objects.count() == 1
        client.force_login(world.mony)
        page = client.get(f"{BASE}reports/{ask.report_id}/").content.decode()
        assert "Both photos show locks." in page
        assert "Not corrected" in page
        with pytest.raises(WrongState, match="decided"):
            correct(world, ask)

    def test_only_a_lead_assessor_decides(self, world, ask, client):
        for person in (world.mony, world.sokha, world.chanthou, world.layla):
            with pytest.raises(Denied):
                actions.refuse_correction(ask=ask, reason="x", by=person)
            client.force_login(person)
            assert client.get(f"{BASE}corrections/{ask.pk}/").status_code == 404

    def test_who_reads_for_a_buyer_or_workers_sees_no_request(self, world, ask, client):
        reader = world.person("Kunthea")
        actions.name_union_reader(
            site=world.site, user=reader, since=date(2026, 1, 1), until=date(2027, 12, 31), by=world.sokha
        )
        client.force_login(reader)
        page = client.get(f"{BASE}reports/{ask.report_id}/").content.decode()
        assert "It was one exit." not in page


class TestTheNewVersion:
    def test_it_names_the_old_one_and_both_verify(self, world, report, ask):
        new = correct(world, ask)
        report.refresh_from_db()
        assert (new.version, new.supersedes, new.visit_count) == (2, report, report.visit_count)
        assert new.facts["corrects"]["digest"] == report.digest
        assert actions.verify_report(new)
        assert actions.verify_report(report)
        new.assessment.refresh_from_db()
        assert new.assessment.state == "issued"

    def test_only_what_was_corrected_differs(self, world, report, ask):
        new = correct(world, ask)
        before, after = ({one.question_key: one for one in each.findings.all()} for each in (report, new))
        assert before.keys() == after.keys()
        assert [key for key in before if before[key].digest != after[key].digest] == [EXITS]
        assert (after[EXITS].extent_n, after[EXITS].words.body["text"]) == (1, "One exit was locked.")
        assert after[WAGE].words.body == before[WAGE].words.body
        assert after[EXITS].first_found_on == before[EXITS].first_found_on

    def test_the_old_pages_say_that_they_are_superseded(self, world, report, ask, client):
        new = correct(world, ask)
        client.force_login(world.mony)
        page = client.get(f"{BASE}reports/{report.pk}/").content.decode()
        assert "A new version replaces this report" in page
        assert f"{BASE}reports/{new.pk}/" in page
        assert "version 1 of" in client.get(f"{BASE}reports/{new.pk}/").content.decode()
        assert "version 2" in documents.html(new, "en")

    def test_a_superseded_report_is_not_corrected_again(self, world, report, ask):
        other = actions.ask_for_correction(report=report, question_key=WAGE, text="Four.", by=world.mony)
        new = correct(world, ask)
        with pytest.raises(WrongState, match="new version"):
            correct(world, other, question_key=WAGE)
        with pytest.raises(WrongState, match="new version"):
            actions.ask_for_correction(report=report, text="x", by=world.mony)
        third = correct(world, actions.ask_for_correction(report=new, text="Four.", by=world.mony), question_key=WAGE)
        assert (third.version, third.supersedes) == (3, new)

    def test_words_removed_by_law_stay_removed(self, world, report, ask):
        about = {
            "kind": "compliance.findingtext",
            "subject_id": Finding.objects.get(report=report, question_key=WAGE).pk,
        }
        removal = ask_to_remove(**about, reason="worker-named", by=world.vannak)
        agree_to_remove(ask=removal, by=world.sokha)
        new = correct(world, ask)
        words = new.findings.get(question_key=WAGE).words
        assert (words.body, bool(words.redacted_at)) == (None, True)
        assert actions.verify_report(new)

    def test_the_public_delay_does_not_begin_anew(self, world, report, ask):
        new = correct(world, ask)
        fact = issued.issued_reports(world.programme.pk)[0]
        assert (fact.id, fact.version, fact.issued_on) == (new.pk, 2, report.issued_on)
        assert new.issued_on > report.issued_on
        then = issued.issued_reports(world.programme.pk, until=report.issued_on)
        assert [one.id for one in then] == [report.pk], "on an earlier day the first version stood"

    def test_the_plan_goes_on_with_the_new_version(self, world, report, ask):
        by = System("plan-opener")
        plans.follow_report(report=report, by=by)
        assert PlanItem.objects.count() == 2
        new = correct(world, ask, state="compliant", text="", extent_n=None, extent_of=None)
        plans.follow_report(report=new, by=by)
        items = {item.question_key: item for item in PlanItem.objects.all()}
        assert items[EXITS].facts.filter(kind="withdrawn").exists()
        assert not items[WAGE].facts.filter(kind="withdrawn").exists()

    def test_the_screen_makes_it(self, world, report, ask, client):
        client.force_login(world.vannak)
        page = client.get(f"{BASE}corrections/{ask.pk}/").content.decode()
        assert "It was one exit." in page
        assert "Two exits were locked." in page
        form = {
            "outcome": "accepted", "reason": "The plan shows it.", "question": EXITS, "state": "non_compliant",
            "text": "One exit was locked.", "extent_n": 1, "extent_of": 9, "where": "Building B",
        }  # fmt: skip
        assert client.post(f"{BASE}corrections/{ask.pk}/", form | {"extent_n": 12}).status_code == 400
        response = client.post(f"{BASE}corrections/{ask.pk}/", form)
        assert response["Location"] == f"{BASE}reports/{Report.objects.get(version=2).pk}/"
        assert CorrectionAsk.objects.get().decision.made.version == 2

    def test_a_request_about_the_whole_report_corrects_nothing_until_somebody_says_where(self, world, report, client):
        """Else the first question of the checklist would become compliant by a single press."""
        whole = actions.ask_for_correction(report=report, text="Something is wrong.", by=world.mony)
        client.force_login(world.vannak)
        page = f"{BASE}corrections/{whole.pk}/"
        refused = client.post(page, {"outcome": "accepted", "reason": "It is so."})
        assert "Choose where the report is corrected." in refused.content.decode()
        opened = client.get(page).content.decode()
        assert opened.count('<option value="" selected>Choose one') == 3
        assert "Two exits were locked." not in opened
        assert "Two exits were locked." in client.get(f"{page}?question={EXITS}").content.decode()
        assert Report.objects.count() == 1
