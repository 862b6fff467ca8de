"""What is recorded of the visit itself: what it came to at the gate, how sure the record is, who takes which section."""

import re
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from compliance import actions, documents, issued, rules, tablet
from compliance.models import Answer, Assessment
from core import redaction
from core.errors import Denied, Invalid, WrongState
from core.ids import new_id
from core.models import AuditRecord

EXITS, DRILLS = "emergency-exits-clear", "evacuation-drills"
OUTCOME, RELIABLE = rules.OUTCOME, rules.RELIABLE
ON = date(2026, 3, 2)


def submit(assessment, world, **more):
    return actions.submit(assessment=assessment, by=world.chanthou, rest_not_asked=True, visited_on=ON, **more)


class TestOutcome:
    @pytest.mark.parametrize("outcome", rules.NOT_HELD)
    def test_a_visit_nobody_was_let_into_ends_without_a_report_and_the_cycle_stays_open(self, world, outcome):
        assessment = world.planned()
        world.send(assessment, world.rith, (OUTCOME, "value", outcome), (OUTCOME, "report_text", "The guard said no."))
        ended = submit(assessment, world)
        assert (ended.state, ended.outcome, ended.visited_on) == ("not_held", outcome, ON)
        assert AuditRecord.objects.get(verb="assessment.not-held").facts["outcome"] == outcome
        for verb in (actions.send_back, actions.issue_report):
            with pytest.raises(WrongState):
                verb(assessment=ended, by=world.vannak)
        again = actions.plan_assessment(
            programme=world.programme, site=world.site, version=world.version, lead=world.chanthou, assessors=[],
            planned_from=ON, planned_until=ON, by=world.sokha, cycle=assessment.cycle,
        )  # fmt: skip
        assert again.cycle == assessment.cycle

    def test_a_refused_visit_is_not_no_violation(self, world):
        """It gives no report, no finding, no figure, and the last report stands as it stood."""
        before = world.report({EXITS: "non_compliant"}, on=date(2025, 3, 2))
        assessment = world.planned()
        world.send(assessment, world.rith, (OUTCOME, "value", "refused"), (OUTCOME, "report_text", "No."))
        submit(assessment, world)
        assert [one.id for one in issued.issued_reports(world.programme.pk)] == [before.pk]
        (visit,) = issued.visits_not_held(world.programme.pk)
        assert (visit.site_id, visit.visited_on, visit.outcome) == (world.site.pk, ON, "refused")
        assert issued.visits_not_held(world.programme.pk, until=date(2026, 3, 1)) == []
        later = world.report({EXITS: "non_compliant"}, on=date(2026, 4, 2))
        assert later.visit_count == 2
        assert later.findings.get(question_key=EXITS).times_found == 2

    def test_it_needs_a_reason_and_nothing_found_out(self, world):
        assessment = world.planned()
        world.send(assessment, world.rith, (OUTCOME, "value", "refused"))
        with pytest.raises(WrongState, match="Write why"):
            submit(assessment, world)
        world.send(assessment, world.rith, (OUTCOME, "report_text", "No."), (EXITS, "state", "compliant"))
        with pytest.raises(WrongState, match="visit was partial"):
            submit(assessment, world)
        assert Assessment.objects.get().state == "in_progress"

    def test_two_who_differ_on_it_settle_it_first(self, world):
        assessment = world.planned()
        for person, said in ((world.rith, "refused"), (world.chanthou, "closed")):
            world.send(assessment, person, (OUTCOME, "value", said))
        with pytest.raises(WrongState, match="differ on 1 question"):
            submit(assessment, world)

    def test_a_photo_is_reason_enough_once_it_has_arrived(self, world):
        assessment = world.planned()
        world.send(assessment, world.rith, (OUTCOME, "value", "closed"), (OUTCOME, f"photo:{new_id()}", True))
        with pytest.raises(WrongState, match="photo has not arrived"):
            submit(assessment, world)

    def test_part_of_a_visit_is_a_report_that_says_so(self, world):
        assessment = world.planned()
        world.send(
            assessment, world.rith, (EXITS, "state", "compliant"), (OUTCOME, "value", "partial"),
            (OUTCOME, "report_text", "Power failed at noon."), (OUTCOME, "note", "sentinel-note"),
        )  # fmt: skip
        assert submit(assessment, world).state == "in_review"
        report = actions.issue_report(assessment=assessment, by=world.vannak)
        assert report.facts["visit"]["outcome"]["said"] == "partial"
        assert "Power failed" not in str(report.facts)
        assert actions.verify_report(report)
        page = documents.html(report, "en")
        assert "Only part of the visit was possible" in page
        assert "Power failed at noon." in page
        assert "sentinel" not in page

    def test_at_the_desk_the_lead_or_the_manager_writes_it_down(self, world, client):
        assessment = world.planned()
        told = {"assessment": assessment, "outcome": "closed", "why": "A holiday.", "visited_on": ON}
        for person in (world.rith, world.vannak, world.layla):
            with pytest.raises(Denied):
                actions.end_not_held(by=person, **told)
        for wrong in ({"outcome": "partial"}, {"why": "  "}):
            with pytest.raises(Invalid):
                actions.end_not_held(by=world.sokha, **(told | wrong))
        address = f"/app/assessments/{assessment.number}/not-held/"
        for person in (world.rith, world.layla):
            client.force_login(person)
            assert client.get(address).status_code == 404
        client.force_login(world.sokha)
        client.post(address, {"outcome": "closed", "why": "A holiday.", "visited_on": "2026-03-02"})
        assert Assessment.objects.get().state == "not_held"
        assert Answer.objects.get(question_key=OUTCOME).report_text == "A holiday."
        text = client.get(f"/app/assessments/{assessment.number}/").content.decode()
        assert "The factory was closed" in text

    def test_what_comes_after_it_ended_is_kept_aside(self, world):
        assessment = world.planned()
        actions.end_not_held(assessment=assessment, outcome="closed", why="Closed.", visited_on=ON, by=world.chanthou)
        answer = world.send(assessment, world.rith, (EXITS, "state", "compliant"))
        assert (answer["state"], answer["receipts"][0]["outcome"]) == ("not_held", "quarantined")
        assert tablet.for_tablet(world.rith) == []


class TestReliability:
    def test_it_stays_with_the_report_for_ever_and_its_words_can_be_removed(self, world):
        assessment = world.planned()
        world.send(
            assessment, world.rith, (EXITS, "state", "compliant"), (RELIABLE, "value", ["coaching", "time-cut-short"]),
            (RELIABLE, "report_text", "Three answered in the same words."),
        )  # fmt: skip
        submit(assessment, world)
        report = actions.issue_report(assessment=assessment, by=world.vannak)
        assert report.facts["visit"]["reliability"]["said"] == ["coaching", "time-cut-short"]
        page = documents.html(report, "en")
        assert "Signs that workers were told what to answer · The time was cut short" in re.sub(r"\s+", " ", page)
        assert "Three answered in the same words." in page
        words = report.answers.get(question_key=RELIABLE)
        redaction.redact(payload=words, asked_by=world.sokha, agreed_by=world.vannak, reason="worker-named")
        assert actions.verify_report(report)
        after = documents.html(report, "en")
        assert "same words" not in after
        assert "Signs that workers" in after

    def test_a_report_nobody_doubted_says_nothing_of_it(self, world):
        report = world.report()
        assert "visit" not in report.facts
        assert "less sure" not in documents.html(report, "en")


class TestSections:
    def test_the_last_word_on_who_takes_a_section_stands_and_is_no_conflict(self, world, client):
        assessment = world.planned()
        key = "@section:osh"
        for person, who in ((world.rith, world.rith), (world.chanthou, world.chanthou)):
            world.send(assessment, person, (key, "ask", {"colleague": str(who.pk)}))
        answer = Answer.objects.get()
        assert (answer.ask, answer.conflicts) == (world.chanthou.pk, [])


@pytest.mark.parametrize(
    "change",
    [
        (OUTCOME, "value", "fine"),
        (OUTCOME, "state", "compliant"),
        (OUTCOME, "extent", None),
        (RELIABLE, "value", "coaching"),
        (RELIABLE, "value", ["coaching", "coaching"]),
        (RELIABLE, "value", [{}]),
        ("@section:osh", "ask", "Rith"),
        ("@section:osh", "note", "x"),
        ("@section:", "ask", None),
        ("@harm", "value", "x"),
    ],
)
def test_what_cannot_be_said_of_a_visit_is_kept_aside(world, change):
    assessment = world.planned()
    assert world.send(assessment, world.rith, change)["receipts"][0]["outcome"] == "quarantined"
    assert not Answer.objects.exists()


@given(st.sampled_from(["", *rules.OUTCOMES]), st.booleans(), st.integers(0, 9))
def test_nothing_found_out_is_ever_lost_behind_a_refused_visit(outcome, has_reason, decided):
    misfit = rules.outcome_misfit(outcome, has_reason=has_reason, decided=decided)
    if misfit is None and outcome:
        assert has_reason
        assert outcome == "partial" or not decided
