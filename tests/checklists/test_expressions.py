"""The language of rules, judged by the contract that also judges the tablet."""

import json
from pathlib import Path

import pytest

from checklists.expressions import UNKNOWN, check, evaluate, reads
from core.errors import Invalid

CASES = json.loads((Path(__file__).parent.parent / "contracts" / "expressions.json").read_text(encoding="utf-8"))
NAMES = ("param", "facts", "value", "row")


def outcome(case):
    value = evaluate(case["expression"], case.get("answers", {}), **{name: case.get(name) for name in NAMES})
    return {"unknown": True} if value is UNKNOWN else value


@pytest.mark.parametrize("case", [case for case in CASES if "gives" in case], ids=lambda case: case["name"])
def test_a_rule_comes_to_what_the_contract_says(case):
    assert check(case["expression"]) == []
    found = outcome(case)
    assert (found, type(found) is bool) == (case["gives"], type(case["gives"]) is bool)


@pytest.mark.parametrize("case", [case for case in CASES if "refused_at" in case], ids=lambda case: case["name"])
def test_what_is_no_rule_is_refused_with_its_place_in_a_sentence(case):
    (problem,) = check(case["expression"])
    assert problem.position == case["refused_at"]
    assert problem.sentence[0].isupper() or problem.sentence[0] in "«"
    assert problem.sentence.endswith((".", "?"))
    assert evaluate(case["expression"], {}) is UNKNOWN
    with pytest.raises(Invalid, match=r"\(character \d+\)"):
        reads(case["expression"])


def test_a_rule_says_what_it_reads():
    rule = 'answered("a") && answers["b"] > param["c"] || answers["t"].rows.exists(r, r.x > answers["d-e"])'
    assert reads(rule) == {"a", "b", "t", "d-e"}


@pytest.mark.parametrize(
    "hostile",
    [
        "(" * 10_000 + "1" + ")" * 10_000,
        "[" * 10_000 + "]" * 10_000,
        "!" * 10_000 + "true",
        "-" * 1_000 + "1",
        "[" + "1, " * 600 + "1]",
        "true ? 1 : " * 150 + "1",
        'answers["t"].rows' + ".filter(r, true)" * 100,
        'answers["t"].rows' + ".map(r, [r, r])" * 20,
        "1" * 1_500,
        'answers["t"].rows.all(a, answers["t"].rows.all(b, answers["t"].rows.all(c, true)))',
        "\x00",
        "9" * 30,
    ],
    ids=lambda text: text[:24],
)
def test_a_hostile_rule_is_refused_before_it_runs(hostile):
    assert check(hostile)


@pytest.mark.parametrize("nothing", [None, 3, ["1"], {"a": 1}])
def test_what_is_no_text_is_no_rule(nothing):
    assert check(nothing)


def test_the_longest_rule_of_the_language_still_runs():
    assert evaluate(" + ".join(["1"] * 500), {}) == 500
    assert evaluate(" && ".join(['answers["a"]'] * 120), {"a": True}) is True


@pytest.mark.parametrize("value", [10**400, float("nan"), float("inf"), object(), {"rows": "no"}, {"rows": [3]}, b"x"])
def test_a_value_no_answer_holds_is_absent(value):
    assert evaluate('answered("a")', {"a": value}) is False


def test_unknown_is_never_taken_for_false():
    with pytest.raises(TypeError):
        bool(UNKNOWN)
