"""From review to the report: the factory's days for comment, and the states around them."""

from datetime import date, timedelta

import pytest

from compliance import actions, queries
from compliance.models import Answer, Quarantined
from compliance.states import OPEN, STATES, TABLE
from core import actions as core
from core.days import today
from core.errors import Denied, WrongState
from tests.world import SETUP

EXITS = "emergency-exits-clear"


@pytest.fixture
def days(world):
    """From today on factories have some working days to comment."""

    def give(n=7):
        core.set_programme_setting(
            programme=world.programme, key="clocks", value={"comment": [n, "working-days"]},
            in_force_from=today(world.programme), by=SETUP,
        )  # fmt: skip

    return give


def again(assessment):
    assessment.refresh_from_db()
    return assessment


def read(world):
    """An assessment in review whose one non-compliance is accepted."""
    assessment = world.in_review({EXITS: "non_compliant"})
    actions.accept(assessment=assessment, question_keys=[EXITS], by=world.vannak)
    return assessment


def test_every_state_of_the_table_is_one_of_an_assessment_or_of_a_report():
    for row in TABLE:
        assert row.source in STATES
        assert row.target in [*STATES, "superseded"]
    assert set(OPEN) < set(STATES)


def test_where_nothing_is_set_a_factory_has_seven_working_days(world):
    programme = world.other_programme
    assert queries.is_offered(programme, date(2026, 3, 2))
    assert queries.last_day(programme, date(2026, 7, 1)) == date(2026, 7, 10), "over a Saturday and a Sunday"


def test_a_small_programme_issues_without_a_window_and_offers_nothing(world):
    assessment = world.in_review({EXITS: "non_compliant"})
    actions.accept(assessment=assessment, question_keys=[EXITS], by=world.vannak)
    with pytest.raises(WrongState, match="no days for comment"):
        actions.offer(assessment=assessment, by=world.vannak)
    assert again(assessment).state == "in_review"
    assert actions.issue_report(assessment=assessment, by=world.vannak)


class TestTheWindow:
    def test_the_report_waits_until_the_last_day_is_over(self, world, days):
        days(5)
        assessment = read(world)
        with pytest.raises(WrongState, match="comments first"):
            actions.issue_report(assessment=assessment, by=world.vannak)
        window = actions.offer(assessment=assessment, by=world.vannak)
        assert again(assessment).state == "comment_window"
        with pytest.raises(WrongState, match="may still comment"):
            actions.issue_report(assessment=assessment, by=world.vannak, on=window.until)
        report = actions.issue_report(assessment=assessment, by=world.vannak, on=window.until + timedelta(days=1))
        assert (report.version, again(assessment).state) == (1, "issued")

    def test_only_a_lead_assessor_offers_and_takes_back(self, world, days):
        days(5)
        assessment = read(world)
        for other in (world.sokha, world.chanthou, world.mony, world.layla):
            for verb in (actions.offer, actions.take_back):
                with pytest.raises(Denied):
                    verb(assessment=assessment, by=other)

    def test_a_draft_taken_back_is_in_review_and_can_be_offered_again(self, world, days):
        days(5)
        assessment = read(world)
        first = actions.offer(assessment=assessment, by=world.vannak)
        actions.take_back(assessment=assessment, by=world.vannak)
        assert again(assessment).state == "in_review"
        assert queries.open_window(assessment) is None
        second = actions.offer(assessment=assessment, by=world.vannak)
        assert queries.open_window(assessment) == second != first

    def test_what_a_tablet_sends_meanwhile_is_kept_aside_and_cannot_slip_in(self, world, days):
        days(5)
        assessment = read(world)
        actions.offer(assessment=assessment, by=world.vannak)
        world.send(assessment, world.rith, (EXITS, "note", "Late."))
        item = Quarantined.objects.get()
        with pytest.raises(WrongState, match="reading the draft"):
            actions.decide_quarantined(item=item, decision="released", why="It fits.", by=world.sokha)
        assert Answer.objects.get().note == ""


class TestDrafting:
    def test_when_the_visit_is_over_words_are_still_written_and_then_it_goes_to_review(self, world):
        planned = world.planned()
        world.send(planned, world.chanthou, (EXITS, "state", "non_compliant"))
        actions.hand_in(assessment=planned, by=world.chanthou, visited_on=date(2026, 3, 3))
        assert again(planned).state == "drafting"
        world.send(planned, world.rith, (EXITS, "report_text", "Two exits were locked."))
        actions.submit(assessment=planned, by=world.chanthou, rest_not_asked=True)
        assert (again(planned).state, planned.visited_on) == ("in_review", date(2026, 3, 3))
        assert planned.answers.get().report_text == "Two exits were locked."

    def test_only_its_lead_says_that_the_visit_is_over(self, world):
        planned = world.planned()
        world.send(planned, world.chanthou, (EXITS, "state", "non_compliant"))
        for other in (world.rith, world.sokha, world.vannak):
            with pytest.raises(Denied):
                actions.hand_in(assessment=planned, by=other)

    def test_a_visit_that_took_place_is_not_called_off(self, world):
        planned = world.planned()
        world.send(planned, world.chanthou, (EXITS, "state", "non_compliant"))
        actions.hand_in(assessment=planned, by=world.chanthou)
        with pytest.raises(WrongState):
            actions.cancel(assessment=planned, by=world.sokha)
