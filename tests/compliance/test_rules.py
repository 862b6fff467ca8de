"""Merging, age and points: pure rules, no database."""

import json
import random
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from compliance import rules
from compliance.rules import Op

CASES = json.loads((Path(__file__).parent.parent / "contracts" / "heads.json").read_text())


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["name"])
def test_the_server_resolves_as_the_contract_says(case):
    """The tablet is judged by the same file (tests/tablet/heads.test.mjs)."""
    ops = [Op(op["id"], tuple(op["base"]), op["value"], op.get("revision")) for op in case["operations"]]
    outcome = rules.resolve(case["field"], ops)
    assert (list(outcome.heads), outcome.value, outcome.conflict) == (case["heads"], case["value"], case["conflict"])


@st.composite
def histories(draw):
    """Operations in which each may be made from any earlier ones, as two to five tablets would make them."""
    ops = []
    for n in range(draw(st.integers(1, 12))):
        earlier = [op.id for op in ops]
        base = draw(st.lists(st.sampled_from(earlier), max_size=3, unique=True)) if earlier else []
        ops.append(Op(f"{n:02}", tuple(base), draw(st.sampled_from([*rules.STATES, None])), n + 1))
    return ops


@given(histories(), st.randoms())
def test_order_and_repetition_never_change_the_outcome(ops, rng):
    shuffled = ops + random.Random(rng.random()).sample(ops, k=len(ops) // 2)
    rng.shuffle(shuffled)
    for field in ("state", "note", "photo:x"):
        assert rules.resolve(field, shuffled) == rules.resolve(field, ops)


@given(histories())
def test_no_answer_is_silently_overwritten(ops):
    """Every operation is a head, or somebody made a later one from it, knowing it."""
    ends = {op.id for op in rules.heads(ops)}
    seen_by_others = {base for op in ops for base in op.base}
    assert all(op.id in ends or op.id in seen_by_others for op in ops)
    assert ends, "something is always there"


@given(histories())
def test_settling_from_all_heads_ends_a_conflict(ops):
    ends = rules.resolve("state", ops).heads
    settled = rules.resolve("state", [*ops, Op("zz", ends, "compliant", 99)])
    assert (settled.value, settled.conflict) == ("compliant", False)


@pytest.mark.parametrize(
    ("history", "state", "expected"),
    [
        ([], "non_compliant", (date(2026, 1, 1), 1, False)),
        ([], "compliant", (None, 0, False)),
        ([(date(2025, 1, 1), "non_compliant")], "non_compliant", (date(2025, 1, 1), 2, False)),
        ([(date(2025, 1, 1), "compliant")], "non_compliant", (date(2026, 1, 1), 1, False)),
        # Found, fixed, found again: the clock starts anew, and it says so.
        (
            [(date(2024, 1, 1), "non_compliant"), (date(2025, 1, 1), "compliant")],
            "non_compliant",
            (date(2026, 1, 1), 1, True),
        ),
        # A visit that did not ask proves no fix: the age goes on.
        (
            [(date(2024, 1, 1), "non_compliant"), (date(2025, 1, 1), "not_asked")],
            "non_compliant",
            (date(2024, 1, 1), 2, False),
        ),
        ([(date(2025, 1, 1), "undetermined")], "non_compliant", (date(2026, 1, 1), 1, False)),
    ],
)
def test_the_age_of_a_non_compliance(history, state, expected):
    assert rules.age(history, date(2026, 1, 1), state) == rules.Age(*expected)


@pytest.mark.parametrize(
    ("states", "expected"),
    [
        (["compliant", "compliant"], "compliant"),
        (["compliant", "non_compliant"], "non_compliant"),
        (["not_asked", "not_applicable"], None),
        (["undetermined", "compliant"], "compliant"),
        ([], None),
    ],
)
def test_one_failed_question_makes_the_point_non_compliant(states, expected):
    assert rules.point_state(states) == expected


@pytest.mark.parametrize(
    ("field", "value", "taken"),
    [
        ("state", "non_compliant", True),
        ("state", "bad", False),
        ("extent", {"n": 2, "of": 9, "workers": "10-49", "where": "B"}, True),
        ("extent", {"n": 10, "of": 9}, False),
        ("extent", {"n": -1}, False),
        ("extent", {"n": True}, False),
        ("extent", {"name": "x"}, False),
        ("note", "x" * 20_001, False),
        ("note", 3, False),
        ("photo:1", True, True),
        ("photo:1", "yes", False),
        ("ask", {"colleague": "01a20571-f4b9-7e1e-aa60-6d1fa5008ba6"}, True),
        ("ask", {"colleague": "1"}, False),
        ("ask", "Rith", False),
    ],
)
def test_what_a_field_may_hold(field, value, taken):
    assert rules.fits("finding", field, value) is taken


def test_only_finding_questions_have_a_state():
    assert not rules.fits("number", "state", "compliant")
