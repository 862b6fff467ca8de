"""All rules of a checklist at once, judged by the contract that also judges the tablet."""

import json
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from checklists.expressions import Rules, problems

CASES = json.loads((Path(__file__).parent.parent / "contracts" / "rules.json").read_text(encoding="utf-8"))


def seen(judgement, gives):
    return {name: getattr(judgement, name) for name in gives}


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["name"])
def test_rules_come_to_what_the_contract_says(case):
    judgement = Rules(case["blueprint"]).judge(case["answers"], case["param"], case["facts"])
    assert seen(judgement, case["gives"]) == case["gives"]
    for step in case["then"]:
        before = judgement.runs
        judgement.change(step["key"], step["value"])
        assert seen(judgement, step["gives"]) == step["gives"]
        if "runs" in step:
            assert judgement.runs - before == step["runs"], step


ASPECTS = ("visible", "required", "values", "computed", "rows", "suggested", "refused", "failed")
WITH_STEPS = [case for case in CASES if case["then"]]


@settings(max_examples=150, deadline=None)
@given(st.data())
def test_following_changes_comes_to_the_same_as_judging_anew(data):
    """Only what read something changed runs again; nothing may be forgotten by that."""
    case = data.draw(st.sampled_from(WITH_STEPS))
    rules = Rules(case["blueprint"])
    answers = dict(case["answers"])
    judgement = rules.judge(answers, case["param"], case["facts"])
    for _ in range(data.draw(st.integers(1, 6))):
        key = data.draw(st.sampled_from(sorted(rules.questions)))
        value = data.draw(st.sampled_from([None, 0, 3, 12, True, False, "2026-01-01", "non_compliant"]))
        answers[key] = value
        judgement.change(key, value)
    anew = rules.judge(answers, case["param"], case["facts"])
    for aspect in ASPECTS:
        assert getattr(judgement, aspect) == getattr(anew, aspect), aspect


def question(key, kind="number", **more):
    return {"key": key, "kind": kind, "text": key, **more}


def document(*questions, **more):
    return {"clusters": [{"key": "c", "points": [{"key": "p", "questions": list(questions)}]}], **more}


FIRST = ("clusters", 0, "points", 0, "questions", 0)


@pytest.mark.parametrize(
    ("wrong", "place", "words"),
    [
        (document(question("a", visible_when="hours > 3")), (*FIRST, "visible_when"), "hours"),
        (document(question("a", visible_when='answers["b"]')), (*FIRST, "visible_when"), "«b», and there is none"),
        (document(question("a", compute='answered("b")')), (*FIRST, "compute"), "«b», and there is none"),
        (document(question("a", required_when="value > 3")), (*FIRST, "required_when"), "«value» cannot be read here"),
        (document(question("a", compute="row.x")), (*FIRST, "compute"), "«row» cannot be read here"),
        (
            document(question("a", constraint={"when": "value >", "says": "x"})),
            (*FIRST, "constraint", "when"),
            "A value is missing",
        ),
        (
            document(question("a", suggest=[{"when": "1 < 2 < 3", "state": "compliant", "because": "x"}])),
            (*FIRST, "suggest", 0, "when"),
            "two things at a time",
        ),
        (
            document(question("a", choices=[{"key": "x", "text": "x", "when": 'answers["zz"] == 1'}])),
            (*FIRST, "choices", 0, "when"),
            "«zz»",
        ),
        (
            document(question("a"), checks=[{"key": "k", "when": 'answers["zz"] > 1', "says": "x"}]),
            ("checks", 0, "when"),
            "«zz»",
        ),
        (document(question("a", visible_when=3)), (*FIRST, "visible_when"), "quotation marks"),
        (
            document(
                question(
                    "a", "table",
                    columns=[
                        {"key": "x", "kind": "number", "compute": "row.y"},
                        {"key": "y", "kind": "number", "compute": "1"},
                    ],
                )
            ),
            (*FIRST, "columns", 0, "compute"),
            "not to its left",
        ),
    ],
)  # fmt: skip
def test_a_rule_that_cannot_run_is_named_with_its_place(wrong, place, words):
    ((where, sentence),) = problems(wrong)
    assert where == place
    assert words in sentence


def test_questions_that_wait_for_one_another_are_named_with_the_way_round():
    wrong = document(
        question("a", visible_when='answers["b"] > 1'),
        question("b", compute='answers["c"] + 1'),
        question("c", visible_when='answers["a"] > 1'),
        question("d", visible_when='answers["a"] > 1'),
        question("e", visible_when='answers["e"] > 1'),
    )
    found = {place[5]: sentence for place, sentence in problems(wrong)}
    assert found[0] == "These questions wait for one another: a → b → c → a."
    assert found[4] == "These questions wait for one another: e → e."
    assert set(found) == {0, 1, 2, 4}


def test_a_column_may_read_entered_columns_on_both_sides():
    columns = [
        {"key": "x", "kind": "number", "compute": "row.y + 1"},
        {"key": "y", "kind": "number"},
        {"key": "z", "kind": "number", "compute": "row.x + row.y"},
    ]
    assert problems(document(question("a", "table", columns=columns))) == []


@pytest.mark.parametrize(
    "odd", [None, [], "text", {"clusters": 3}, {"clusters": [3, {"points": ["x"]}]}, {"checks": 1}]
)
def test_a_document_that_is_none_has_no_rules(odd):
    assert problems(odd) == []
