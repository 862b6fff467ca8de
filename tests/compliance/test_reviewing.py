"""The review desk at work: threads, accepted and returned answers, the second reading, what the checks find."""

import re
from datetime import date

import pytest

from checklists.models import Question
from compliance import actions, queries, rules
from compliance.models import ReviewComment, ReviewDraw
from core import actions as core
from core.actions.removals import agree_to_remove, ask_to_remove
from core.days import today
from core.errors import Denied, Invalid, WrongState
from core.models import AuditRecord
from tests.world import SETUP

EXITS, DRILLS, WAGE, OVERTIME = (
    "emergency-exits-clear", "evacuation-drills", "minimum-wage-paid", "overtime-premium-paid"
)  # fmt: skip
WORDS = "Exit 4 was narrowed to 60 cm by cartons and exit 5 was closed with a padlock that nobody could open."


@pytest.fixture
def reviewed(world):
    return world.in_review(
        {EXITS: "non_compliant", DRILLS: "compliant", WAGE: "compliant", OVERTIME: "compliant"},
        extra=[(EXITS, "report_text", WORDS)],
    )


def verdict(assessment, key):
    return queries.review_desk(assessment, wanted=key).current.verdict


class TestThreads:
    def test_reviewers_and_assessors_talk_and_nobody_else(self, world, reviewed):
        said = {"assessment": reviewed, "question_key": EXITS}
        actions.comment(**said, text="Say where the key was.", by=world.vannak)
        actions.comment(**said, text="Not beside the door.", by=world.chanthou)
        for other in (world.sokha, world.dara, world.mony, world.layla):
            with pytest.raises(Denied):
                actions.comment(**said, text="x", by=other)
        desk = queries.review_desk(reviewed, wanted=EXITS)
        assert [one.body["text"] for one in desk.thread] == ["Say where the key was.", "Not beside the door."]
        with pytest.raises(Invalid):
            actions.comment(**said, text="  ", by=world.vannak)

    def test_the_record_of_acts_holds_none_of_the_words(self, world, reviewed):
        actions.comment(assessment=reviewed, question_key=EXITS, text="Sentinel words.", by=world.vannak)
        assert "Sentinel" not in str(list(AuditRecord.objects.values_list("facts", flat=True)))

    def test_no_reader_of_the_report_meets_them(self, world, reviewed, client):
        actions.comment(assessment=reviewed, question_key=EXITS, text="Sentinel words.", by=world.vannak)
        report = actions.issue_report(assessment=reviewed, by=world.vannak)
        for reader in (world.mony, world.vannak):
            client.force_login(reader)
            assert b"Sentinel" not in client.get(f"/app/assessments/reports/{report.pk}/").content

    def test_two_people_can_remove_them(self, world, reviewed):
        said = actions.comment(assessment=reviewed, question_key=EXITS, text="Sok said it.", by=world.vannak)
        removal = ask_to_remove(
            kind="compliance.reviewcomment", subject_id=said.pk, reason="worker-named", by=world.vannak
        )
        agree_to_remove(ask=removal, by=world.sokha)
        assert ReviewComment.objects.get().body is None


class TestVerdicts:
    def test_what_changes_after_it_was_accepted_is_to_be_read_again(self, world, reviewed):
        actions.accept(assessment=reviewed, question_keys=[EXITS], by=world.vannak)
        assert verdict(reviewed, EXITS) == "accepted"
        actions.edit_report_text(assessment=reviewed, question_key=EXITS, text="Other words.", by=world.vannak)
        assert verdict(reviewed, EXITS) == "changed"

    def test_a_question_is_returned_with_words_and_goes_back_with_the_assessment(self, world, reviewed, client):
        returned = {"assessment": reviewed, "question_key": EXITS}
        with pytest.raises(Invalid):
            actions.return_question(**returned, text="", by=world.vannak)
        actions.return_question(**returned, text="Which exit?", by=world.vannak)
        assert queries.review_desk(reviewed).first[0].reasons[-1] == "returned"
        actions.send_back(assessment=reviewed, by=world.vannak)
        client.force_login(world.rith)
        page = client.get(f"/app/assessments/{reviewed.number}/").content.decode()
        assert "Which exit?" in page
        assert "Returned" in page
        client.post(f"/app/assessments/{reviewed.number}/comment/", {"question": EXITS, "text": "Exit 5."})
        assert ReviewComment.objects.count() == 2
        client.force_login(world.sokha)
        assert "Which exit?" not in client.get(f"/app/assessments/{reviewed.number}/").content.decode()

    def test_only_in_review_and_only_by_a_lead_assessor(self, world, reviewed):
        for other in (world.sokha, world.chanthou, world.mony):
            with pytest.raises(Denied):
                actions.accept(assessment=reviewed, question_keys=[EXITS], by=other)
        actions.issue_report(assessment=reviewed, by=world.vannak)
        with pytest.raises(WrongState):
            actions.accept(assessment=reviewed, question_keys=[EXITS], by=world.vannak)

    def test_a_draft_is_offered_when_every_non_compliance_was_read_and_none_is_returned(self, world, reviewed):
        core.set_programme_setting(
            programme=world.programme, key="clocks", value={}, in_force_from=today(world.programme),
            by=SETUP,
        )  # fmt: skip
        with pytest.raises(WrongState, match="1 non-compliance is not accepted yet"):
            actions.offer(assessment=reviewed, by=world.vannak)
        actions.accept(assessment=reviewed, question_keys=[EXITS], by=world.vannak)
        actions.return_question(assessment=reviewed, question_key=WAGE, text="How many?", by=world.vannak)
        with pytest.raises(WrongState, match="returned"):
            actions.offer(assessment=reviewed, by=world.vannak)
        actions.accept(assessment=reviewed, question_keys=[WAGE], by=world.vannak)
        assert actions.offer(assessment=reviewed, by=world.vannak)


class TestSecondReading:
    @pytest.fixture
    def drawn(self, world, reviewed):
        return actions.draw_second_reading(assessment=reviewed, by=world.vannak, seed="known")

    def test_it_is_drawn_once_and_can_be_drawn_again_from_its_seed(self, world, reviewed, drawn):
        decided = [EXITS, DRILLS, WAGE, OVERTIME]
        in_order = [key for key in Question.objects.values_list("key", flat=True) if key in decided]
        assert drawn.keys == rules.draw("known", in_order, 10)
        assert (len(drawn.keys), drawn.of) == (1, 4)
        with pytest.raises(WrongState, match="drawn already"):
            actions.draw_second_reading(assessment=reviewed, by=world.vannak)

    def test_seeds_differ_and_every_question_can_be_drawn(self):
        keys = [f"q-{n}" for n in range(20)]
        draws = [rules.draw(str(n), keys, 10) for n in range(200)]
        assert {key for one in draws for key in one} == set(keys)
        assert all(len(one) == 2 for one in draws)
        assert rules.draw("x", keys, 0) == []

    def test_somebody_else_reads_it_and_what_differs_is_returned(self, world, reviewed, drawn):
        other = world.person("Bopha", "lead-assessor")
        key = drawn.keys[0]
        actions.accept(assessment=reviewed, question_keys=[key], by=world.vannak)
        again = {"assessment": reviewed, "question_key": key}
        with pytest.raises(Denied, match="first"):
            actions.read_second(**again, agrees=True, by=world.vannak)
        actions.read_second(**again, agrees=False, text="The photo shows another door.", by=other)
        assert verdict(reviewed, key) == "returned"
        with pytest.raises(WrongState):
            actions.read_second(**again, agrees=True, by=other)
        with pytest.raises(Invalid):
            actions.read_second(assessment=reviewed, question_key="pay", agrees=True, by=other)
        assert ReviewDraw.objects.get().readings.get().agrees is False


class TestChecks:
    def reasons(self, assessment, key=EXITS):
        return queries.review_desk(assessment, wanted=key).current.reasons

    def test_words_that_stand_in_another_factorys_report_are_shown_with_their_twin(self, world):
        other = world.new_site("Blue Kettle")
        report = world.report(site=other, extra=[(EXITS, "report_text", WORDS.replace("60 cm", "70 cm"))])
        now = world.in_review({EXITS: "non_compliant"}, extra=[(EXITS, "report_text", WORDS)])
        item = queries.review_desk(now, wanted=EXITS).current
        assert "twin" in item.reasons
        assert (item.twin["report"], item.twin["factory"]) == (report.pk, "Blue Kettle")

    def test_its_own_earlier_report_is_no_twin(self, world):
        world.report(on=date(2025, 3, 3), extra=[(EXITS, "report_text", WORDS)])
        now = world.in_review({EXITS: "non_compliant"}, extra=[(EXITS, "report_text", WORDS)])
        assert "twin" not in self.reasons(now)

    def test_the_checklists_own_words_are_no_likeness(self, world):
        explain = "Exits are clear and open from inside without a key while anyone works. Two were not."
        world.report(site=world.new_site("Blue Kettle"), extra=[(EXITS, "report_text", explain)])
        now = world.in_review({EXITS: "non_compliant"}, extra=[(EXITS, "report_text", explain)])
        assert "twin" not in self.reasons(now)

    def test_a_finding_without_a_law(self, world):
        now = world.in_review({EXITS: "non_compliant", DRILLS: "non_compliant"})
        assert "no-law" in self.reasons(now, DRILLS)
        assert "no-law" not in self.reasons(now, EXITS)

    def test_numbers_in_the_text_that_differ_from_the_record(self, world):
        extra = [(EXITS, "extent", {"n": 2, "of": 9}), (EXITS, "report_text", "On the day 3 of 9 exits were shut.")]
        assert "numbers-differ" in self.reasons(world.in_review({EXITS: "non_compliant"}, extra=extra))

    @pytest.mark.parametrize(
        ("text", "n", "of", "differs"),
        [
            ("2 of 9 exits", 2, 9, False),
            ("2 out of the 9 exits", 2, 9, False),
            ("31 of 50 slips, of which 13/50 in May", 31, 50, False),
            ("13 of 50 slips", 31, 50, True),
            ("two exits", 2, 9, False),
            ("13 of 50 slips", None, None, False),
        ],
    )
    def test_how_an_extent_is_read_in_words(self, text, n, of, differs):
        assert rules.numbers_differ(text, n, of) is differs

    @pytest.mark.parametrize(
        ("sources", "evidence", "union", "weak"),
        [
            (["worker-interviews", "documents"], 0, None, "only-interviews"),
            (["worker-interviews", "documents"], 1, None, ""),
            (["worker-interviews", "observation"], 0, None, ""),
            (["union-interviews"], 0, 1, "source-at-risk"),
            (["union-interviews", "management-interviews"], 0, None, "source-at-risk"),
            (["union-interviews"], 0, 4, "only-interviews"),
            (["union-interviews", "worker-interviews"], 0, 1, "only-interviews"),
            ([], 0, 1, ""),
        ],
    )
    def test_what_a_finding_rests_on(self, sources, evidence, union, weak):
        assert rules.rests_on(sources, evidence, union) == weak

    def test_required_questions_that_are_left_are_counted_on_the_desk(self, world, reviewed, client):
        client.force_login(world.vannak)
        page = client.get(f"/app/assessments/{reviewed.number}/review/").content.decode()
        assert re.search(r"3 required questions have no answer", page)


class TestDesk:
    def post(self, client, person, assessment, **data):
        client.force_login(person)
        return client.post(f"/app/assessments/{assessment.number}/review/judge/", data)

    def test_one_key_accepts_and_goes_on_to_the_next(self, world, reviewed, client):
        response = self.post(client, world.vannak, reviewed, verb="accept", question=EXITS, next=DRILLS)
        assert response["Location"].endswith(f"?question={DRILLS}")
        assert verdict(reviewed, EXITS) == "accepted"

    def test_what_nothing_was_found_about_is_accepted_at_once_and_a_non_compliance_never(self, world, reviewed, client):
        self.post(client, world.vannak, reviewed, verb="accept-rest")
        assert verdict(reviewed, DRILLS) == "accepted"
        assert verdict(reviewed, EXITS) == ""

    def test_for_others_it_is_absent(self, world, reviewed, client):
        for person in (world.sokha, world.chanthou, world.mony, world.layla):
            assert self.post(client, person, reviewed, verb="accept", question=EXITS).status_code == 404
        assert self.post(client, world.vannak, reviewed, verb="no-such").status_code == 404
