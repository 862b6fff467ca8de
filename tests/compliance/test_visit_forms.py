"""Forms of the visit that are no questions: nobody is named, they merge like answers, and a report tells counts."""

from datetime import date

import pytest
from django.urls import reverse

from checklists.actions import import_document
from checklists.imports import read_yaml
from compliance import actions, documents, visit_forms
from compliance.visit_forms import CLOSING, INTERVIEWS, OPENING, TRAY
from core.errors import WrongState
from core.ids import new_id
from core.storage import sha256_of
from factories import actions as factories
from tests.compliance.test_actions import jpeg
from tests.compliance.test_judging import submit
from tests.world import SETUP, SMALL

ID = "0190c1a2-0000-7000-8000-00000000a001"
ONE = {"people": 1, "sex": "women", "contract": "fixed-term", "migrant": "no", "language": "km", "privacy": True}
NOTE = {"kind": "note", "text": "No soap", "tag": {"building": "B", "floor": "2"}, "reason": "", "questions": []}


@pytest.mark.parametrize(
    ("key", "field", "value", "fits"),
    [
        (INTERVIEWS, f"interview:{ID}", ONE, True),
        (INTERVIEWS, f"interview:{ID}", ONE | {"department": "Cutting"}, True),
        (INTERVIEWS, f"interview:{ID}", None, True),
        (INTERVIEWS, f"interview:{ID}", ONE | {"name": "Sok Dara"}, False),
        (INTERVIEWS, f"interview:{ID}", ONE | {"department": "x" * 41}, False),
        (INTERVIEWS, f"interview:{ID}", ONE | {"people": 0}, False),
        (INTERVIEWS, f"interview:{ID}", {"sex": "women"}, False),
        (INTERVIEWS, f"interview:{ID}", ONE | {"privacy": "yes"}, False),
        (INTERVIEWS, f"interview:{ID}", [ONE], False),
        (INTERVIEWS, "interview:1", None, False),
        (INTERVIEWS, "held", "2026-03-02", False),
        (OPENING, "held", "2026-03-02", True),
        (OPENING, "held", "20260302", False),
        (OPENING, "attended:workers", {"n": 4, "roles": "two members of the committee"}, True),
        (OPENING, "attended:workers", {"n": 4, "names": "Sok Dara"}, False),
        (OPENING, "attended:workers", {"n": -1}, False),
        (OPENING, "attended:buyers", {"n": 1}, False),
        (OPENING, "signed:workers", "signed", False),
        (CLOSING, "signed:workers", "refused", True),
        (CLOSING, "signed:union", None, True),
        (CLOSING, "signed:workers", "agreed", False),
        ("exits", "held", "2026-03-02", False),
        (TRAY, f"item:{ID}", NOTE, True),
        (TRAY, f"item:{ID}", {"kind": "photo", "at": "2026-03-02T09:00:00+07:00"}, True),
        (TRAY, f"item:{ID}", None, True),
        (TRAY, f"item:{ID}", NOTE | {"kind": "voice"}, False),
        (TRAY, f"item:{ID}", NOTE | {"text": "x" * 201}, False),
        (TRAY, f"item:{ID}", NOTE | {"who": "Sok Dara"}, False),
        (TRAY, f"item:{ID}", NOTE | {"tag": {"person": "Sok Dara"}}, False),
        (TRAY, f"item:{ID}", NOTE | {"questions": [1]}, False),
        (TRAY, "item:1", None, False),
        (TRAY, f"photo:{ID}", True, False),
    ],
)
def test_what_may_stand_in_a_form(key, field, value, fits):
    assert visit_forms.fits(key, field, value) is fits


def interviews(*groups):
    return {f"interview:{n}": {"people": 1} | one for n, one in enumerate(groups)}


def test_a_dimension_with_a_group_under_five_is_left_out_as_a_whole():
    """With the number of all and of the women, the number of the men is known."""
    form = interviews(*[{"sex": "women", "contract": "permanent"}] * 6, *[{"sex": "men", "contract": "agency"}] * 4)
    assert visit_forms.interviews_in_counts(form, 15) == {
        "planned": 15, "done": 10, "people": 10, "interpreter": 0, "privacy": 0, "groups": {},
    }  # fmt: skip
    form |= {"interview:x": {"people": 3, "sex": "men", "contract": "agency", "interpreter": True}}
    told = visit_forms.interviews_in_counts(form, None)
    assert (told["done"], told["people"]) == (11, 13)
    assert "interpreter" not in told, "one interview with an interpreter is one person's"
    assert told["groups"]["sex"] == {"men": 7, "women": 6}
    del form["interview:0"]["sex"]
    assert "sex" not in visit_forms.interviews_in_counts(form, None)["groups"]


def test_a_department_is_never_reported():
    form = interviews(*[{"department": "Cutting"}] * 6, *[{"department": "Sewing"}] * 6)
    assert visit_forms.interviews_in_counts(form, None)["groups"] == {}


def test_nothing_planned_and_nothing_done_says_nothing():
    assert visit_forms.interviews_in_counts(None, None) is None
    assert visit_forms.meeting_in_counts({}) is None


@pytest.fixture
def planned(world):
    return world.planned()


def test_two_assessors_interviews_stand_beside_each_other_and_one_taken_back_is_gone(world, planned):
    mine, theirs = new_id(), new_id()
    world.send(planned, world.chanthou, (INTERVIEWS, f"interview:{mine}", ONE))
    answer = world.send(planned, world.rith, (INTERVIEWS, f"interview:{theirs}", ONE), ("@else", "held", None))
    assert [one["outcome"] for one in answer["receipts"]] == ["accepted", "quarantined"]
    form = planned.answers.get(question_key=INTERVIEWS)
    assert (set(form.value), form.conflicts) == ({f"interview:{mine}", f"interview:{theirs}"}, [])


def test_who_looks_at_a_visit_sees_interviews_held_of_those_planned(world, client):
    def page(visit, person):
        client.force_login(person)
        return client.get(reverse("compliance:assessment", args=[visit.number])).content.decode()

    factories.count_workers(site=world.site, counted_on=date(2026, 2, 1), total=800, by=SETUP)
    assert "Interviews:" not in page(world.planned(world.new_site("Blue Kettle")), world.sokha), "no plan, no number"
    document, _ = read_yaml(SMALL)
    plan = {"interviews": {"bands": [{"from": 1, "to": 500, "take": 8}, {"from": 501, "take": 25}]}}
    world.version = import_document(document=document | {"key": "planned", "sampling": plan}, by=SETUP)[0]
    visit = world.planned()
    assert "Interviews: 0 held of 25 planned." in page(visit, world.sokha)
    world.send(visit, world.chanthou, *[(INTERVIEWS, f"interview:{new_id()}", ONE) for _ in range(3)])
    world.send(visit, world.rith, (INTERVIEWS, f"interview:{new_id()}", ONE))
    assert "Interviews: 4 held of 25 planned." in page(visit, world.vannak)


def test_two_counts_of_one_side_wait_for_people_as_any_answer(world, planned):
    world.send(planned, world.chanthou, (OPENING, "attended:union", {"n": 2, "roles": ""}))
    world.send(planned, world.rith, (OPENING, "attended:union", {"n": 3, "roles": ""}))
    assert planned.answers.get(question_key=OPENING).conflicts == ["attended:union"]
    with pytest.raises(WrongState, match="differ"):
        submit(world, planned, rest_not_asked=True)


def test_a_report_tells_interviews_and_meetings_as_counts_and_no_role(world, planned):
    factories.count_workers(site=world.site, counted_on=date(2026, 2, 1), total=800, by=SETUP)
    world.send(
        planned, world.chanthou, *[(INTERVIEWS, f"interview:{new_id()}", ONE) for _ in range(6)],
        (OPENING, "held", "2026-03-02"), (OPENING, "attended:workers", {"n": 4, "roles": "a machine mechanic"}),
        (CLOSING, "signed:workers", "signed"), (CLOSING, "signed:management", "refused"),
    )  # fmt: skip
    submit(world, planned, rest_not_asked=True)
    report = actions.issue_report(assessment=planned, by=world.vannak, on=date(2026, 3, 23))
    assert report.facts["interviews"]["done"] == report.facts["interviews"]["privacy"] == 6
    assert report.facts["opening"] == {"held": "2026-03-02", "sides": {"workers": {"n": 4, "signed": None}}}
    assert report.facts["closing"]["sides"]["management"]["signed"] == "refused"
    assert "mechanic" not in str(report.facts)
    assert actions.verify_report(report)
    page = documents.html(report, "en")
    for said in ("6 interviews were held.", "In private: 6.", "Worker representatives", "refused to sign the summary"):
        assert said in page
    assert "mechanic" not in page


class TestTray:
    """Taken first, placed later: nothing of it may be forgotten on the way to review, whatever the client says."""

    def lay(self, world, planned, *things):
        world.send(
            planned,
            world.chanthou,
            *((TRAY, f"item:{new_id() if one.get('kind') == 'note' else ID}", one) for one in things),
        )

    def test_what_waits_in_the_tray_is_said_before_review(self, world, planned):
        world.send(planned, world.chanthou, ("emergency-exits-clear", "state", "compliant"))
        self.lay(
            world,
            planned,
            NOTE,
            NOTE | {"reason": "Seen again: soap."},
            NOTE | {"questions": ["emergency-exits-clear"]},
        )
        with pytest.raises(WrongState, match="1 thing in the capture tray") as refusal:
            submit(world, planned, rest_not_asked=True)
        assert refusal.value.code == "tray"

    def test_a_photo_in_the_tray_must_arrive_and_stand_at_a_question(self, world, planned):
        self.lay(world, planned, {"kind": "photo"})
        with pytest.raises(WrongState, match="1 photo has not arrived"):
            submit(world, planned, rest_not_asked=True)
        data = jpeg()
        actions.keep_evidence(
            assessment=planned,
            evidence_id=ID,
            data=data,
            sha256=sha256_of(data),
            kind="photo",
            taken_at="",
            by=world.rith,
        )
        assert planned.evidence.get().author == world.chanthou, "who laid it there took it, whoever carries it"
        with pytest.raises(WrongState, match="capture tray"):
            submit(world, planned, rest_not_asked=True)
        world.send(planned, world.chanthou, ("emergency-exits-clear", f"photo:{ID}", True))
        assert submit(world, planned, rest_not_asked=True).state == "in_review"

    def test_two_who_placed_one_thing_need_not_settle_it(self, world, planned):
        field = f"item:{ID}"
        for person, more in (
            (world.chanthou, {"reason": "Seen again."}),
            (world.rith, {"questions": ["emergency-exits-clear"]}),
        ):
            world.send(planned, person, (TRAY, field, NOTE | more))
        assert planned.answers.get(question_key=TRAY).conflicts == []
        assert submit(world, planned, rest_not_asked=True).state == "in_review"
