"""What no database takes must not hold up a batch: a tablet would send it again for ever, and everything behind it."""

import pytest

from compliance import rules
from compliance.models import Answer, Operation, Quarantined
from compliance.sync import receive
from core.ids import new_id
from tests.world import operation

EXITS, WAGE = "emergency-exits-clear", "minimum-wage-paid"
HALF, NUL = "half a smile \ud83d", "nul \x00 and on"


@pytest.fixture
def assessment(world):
    return world.planned()


def send(world, assessment, change):
    device = world.tablet(world.chanthou)
    return receive(assessment_id=assessment.pk, device=device, operations=[change], seen=0)


def outcomes(answer):
    return [receipt["outcome"] for receipt in answer["receipts"]]


@pytest.mark.parametrize(("typed", "kept"), [(HALF, "half a smile \ufffd"), (NUL, "nul  and on")])
def test_a_text_with_half_a_character_is_taken_as_it_can_be_read(world, assessment, typed, kept):
    """A tablet that cuts a text after so many units cuts an emoji in two."""
    answer = world.send(
        assessment, world.chanthou, (EXITS, "note", typed), (EXITS, "extent", {"n": 1, "of": 2, "where": typed}),
        (WAGE, "state", "compliant"),
    )  # fmt: skip
    assert outcomes(answer) == ["accepted"] * 3
    row = Answer.objects.get(question_key=EXITS)
    assert (row.note, row.extent_where) == (kept, kept)
    assert all(one.digest == one.payload.digest for one in Operation.objects.select_related("payload"))


def test_sent_again_it_is_known(world, assessment):
    change = operation(EXITS, "note", HALF)
    for outcome in ("accepted", "already"):
        answer = send(world, assessment, change)
        assert outcomes(answer) == [outcome]


@pytest.mark.parametrize(
    "change",
    [
        (EXITS, "state", HALF),
        (EXITS, "state", NUL),
        (EXITS, "extent", {"n": float("inf")}),
        (EXITS, "ask", {"colleague": "Rith"}),
        (EXITS, "ask", {"colleague": HALF}),
        (EXITS, "ask", {"colleague": ""}),
        ("workers-count", "value", float("nan")),
        ("no\x00question", "state", "compliant"),
        (EXITS, "photo:\x00", True),
        (EXITS, HALF, True),
    ],
)
def test_what_cannot_stand_is_kept_aside_and_the_rest_is_taken(world, assessment, change):
    answer = world.send(assessment, world.chanthou, change, (WAGE, "state", "compliant"))
    assert outcomes(answer) == ["quarantined", "accepted"]
    assert Quarantined.objects.get().body["id"] == answer["receipts"][0]["id"]


def test_a_colleague_is_asked_by_her_id(world, assessment):
    answer = world.send(assessment, world.chanthou, (EXITS, "ask", {"colleague": str(world.rith.pk)}))
    assert outcomes(answer) == ["accepted"]
    assert Answer.objects.get().ask == world.rith.pk


def test_a_strange_time_of_a_tablet_holds_up_nothing(world, assessment):
    change = operation(EXITS, "state", "compliant", id=new_id())
    change.at = "\x00" * 3 + HALF * 9
    assert outcomes(send(world, assessment, change)) == ["accepted"]


def test_readable_leaves_alone_what_can_be_kept():
    value = {"a": ["ភ្នំពេញ", "😀", 1, 2.5, None, True], "b": {"c": ""}}
    assert rules.readable(value) == value
    assert rules.readable(rules.readable(HALF)) == rules.readable(HALF)
