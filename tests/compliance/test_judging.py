"""Rules of the checklist at the server's doors: what is taken, what stops the way to review, what reviewers see first."""

from datetime import date

import pytest

from checklists.actions import import_document, set_parameter
from checklists.imports import read_yaml
from compliance import actions, judging, queries
from core.errors import WrongState
from factories import actions as factories
from tests.world import SETUP, SMALL

RULES = [
    {"key": "women", "kind": "number", "constraint": {"when": "value >= 0", "says": "Write 0 or more."}},
    {"key": "men", "kind": "number", "constraint": {"when": 'value < 100 * answers["women"]', "says": "Too many men."}},
    {"key": "all", "kind": "number", "compute": 'answers["women"] + answers["men"]'},
    {"key": "agreement", "kind": "text", "required_when": 'answers["women"] > 500'},
    {
        "key": "hours-kept",
        "kind": "finding",
        "issue": "Hours over the cap",
        "explain": "Nobody works longer than the cap.",
        "visible_when": 'answers["women"] > 0',
        "suggest": [{"when": 'answers["all"] > 900', "state": "non_compliant", "because": "So many people."}],
    },
]
CHECKS = [
    {
        "key": "headcount",
        "when": 'answers["all"] > facts.workers',
        "says": "More people than workers.",
        "questions": ["women", "men"],
    }
]


@pytest.fixture
def assessment(world):
    """A visit on a checklist with rules."""
    document, _ = read_yaml(SMALL)
    point = document["clusters"][0]["points"][0]
    point["questions"] += [
        {"text": f"About {one['key']}?", "level": "enterprise", "required": False} | one for one in RULES
    ]
    point["questions"][-1]["required"] = True
    document["checks"] = CHECKS
    world.__dict__["version"] = import_document(document=document, by=SETUP)[0]
    return world.planned()


def send(world, assessment, *changes):
    return [one["outcome"] for one in world.send(assessment, world.chanthou, *changes)["receipts"]]


def submit(world, assessment, **more):
    return actions.submit(assessment=assessment, by=world.chanthou, visited_on=date(2026, 3, 2), **more)


def test_a_number_that_cannot_be_is_kept_aside_with_its_reason(world, assessment):
    answer = world.send(assessment, world.chanthou, ("women", "value", -1), ("women", "value", 3))
    assert [one["outcome"] for one in answer["receipts"]] == ["quarantined", "accepted"]
    assert answer["receipts"][0]["reason"] == "The checklist says that this value cannot be."
    assert assessment.quarantined.get().body["value"] == -1


def test_a_value_that_other_answers_refuse_is_taken_and_stops_the_way_to_review(world, assessment):
    """Whether it is refused must not depend on which answer arrives first."""
    assert send(world, assessment, ("men", "value", 700), ("women", "value", 1)) == ["accepted", "accepted"]
    with pytest.raises(WrongState, match="1 value cannot be"):
        submit(world, assessment, rest_not_asked=True)
    send(world, assessment, ("women", "value", 80))
    answer = assessment.answers.get(question_key="women")
    assert answer.conflicts == ["value"]  # made without the first in sight: people settle it


def test_a_question_that_is_not_asked_needs_no_answer(world, assessment):
    left = judging.left(judging.judge(assessment, {}))
    assert "hours-kept" in left
    send(world, assessment, ("women", "value", 0))
    answers = {one.question_key: one for one in assessment.answers.all()}
    assert "hours-kept" not in judging.left(judging.judge(assessment, answers))


def test_a_question_required_by_a_rule_is_left_until_it_is_answered(world, assessment):
    before = set(judging.left(judging.judge(assessment, {})))
    send(world, assessment, ("women", "value", 501))
    answers = {one.question_key: one for one in assessment.answers.all()}
    assert set(judging.left(judging.judge(assessment, answers))) - before == {"agreement"}


def test_reviewers_see_what_rules_suggest_and_what_does_not_fit(world, assessment):
    send(
        world, assessment, ("women", "value", 900), ("men", "value", 800), ("hours-kept", "state", "compliant")
    )  # fmt: skip
    desk = queries.review_desk(queries.desk_assessment(world.vannak, assessment.number))
    found = {item.question.key: item for item in desk.first}
    assert found["hours-kept"].reasons == ["rule-suggests"]
    assert found["hours-kept"].suggested["because"] == "So many people."
    assert found["women"].reasons == found["men"].reasons == ["check-failed"]
    assert found["women"].misfits == ["More people than workers."]
    assert {item.question.key: item.value for item in desk.items}["all"].startswith("1700")


def test_an_answer_to_a_question_not_to_be_asked_is_shown_and_kept(world, assessment):
    send(world, assessment, ("women", "value", 0), ("hours-kept", "state", "non_compliant"))
    desk = queries.review_desk(queries.desk_assessment(world.vannak, assessment.number))
    assert "hidden" in {item.question.key: item for item in desk.first}["hours-kept"].reasons


def test_the_desk_shows_each_reason_in_words(world, assessment, client):
    send(world, assessment, ("women", "value", 900), ("men", "value", 800), ("hours-kept", "state", "compliant"))
    submit(world, assessment, rest_not_asked=True)
    client.force_login(world.vannak)
    page = client.get(f"/app/assessments/{assessment.number}/review/?question=hours-kept").content.decode()
    assert "So many people." in page
    page = client.get(f"/app/assessments/{assessment.number}/review/?question=women").content.decode()
    assert "More people than workers." in page


def test_tablet_and_server_read_the_same_beside_answers(world, assessment):
    unknown = {"women": None, "men": None, "migrants": None}
    assert judging.names(assessment) == {"param": {}, "facts": {"workers": 1240, "day": "2026-03-02"} | unknown}


def test_facts_come_from_the_newest_count_of_workers_by_the_day_of_the_visit(world, assessment):
    """What is counted after the visit does not change what was judged at the visit."""
    parts = [("sex", "women", 700), ("sex", "men", 90), ("nationality", "KH", 760), ("nationality", "BD", 30)]
    factories.count_workers(site=world.site, counted_on=date(2026, 2, 1), total=800, parts=parts, by=world.sokha)
    factories.count_workers(site=world.site, counted_on=date(2026, 3, 20), total=20, by=world.sokha)
    facts = judging.names(assessment)["facts"]
    assert facts == {"workers": 800, "women": 700, "men": 90, "migrants": 30, "day": "2026-03-02"}


def test_the_law_is_that_of_the_factory_s_region_and_a_grade_has_a_key_of_its_own(world, assessment):
    for value, more in ((200, {}), (210, {"zone": "Kandal"}), (230, {"zone": "Kandal", "grade": "Grade 3"})):
        set_parameter(country="KH", key="wage", value=value, since=date(2026, 1, 1), by=SETUP, **more)
    set_parameter(country="KH", key="wage", value=999, since=date(2026, 1, 1), zone="Pailin", by=SETUP)
    assert judging.names(assessment)["param"] == {"wage": 210, "wage-grade-3": 230}


def test_a_typed_question_that_needs_an_answer_is_left_as_the_tablet_counts_it(world, assessment):
    """Whether a question needs an answer is said by the checklist, not by its kind."""
    before = judging.left(judging.judge(assessment, {}))
    typed = {key for key, one in judging.rules_of(assessment.version_id).questions.items() if one["kind"] != "finding"}
    needed = {key for key in typed if judging.rules_of(assessment.version_id).questions[key].get("required")}
    assert needed - {"all"} == set(before) & typed != set()


def test_a_report_says_computed_values(world, assessment):
    send(world, assessment, ("women", "value", 900), ("men", "value", 100))
    submit(world, assessment, rest_not_asked=True)
    assessment.refresh_from_db()
    report = actions.issue_report(assessment=assessment, by=world.vannak, on=date(2026, 3, 23))
    assert {one["key"]: one.get("value") for one in report.facts["information"]}["all"] == 1000
