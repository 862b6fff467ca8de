"""What writing does, refuses and leaves behind. Each refusal is a sentence, and nothing is written by it."""

from datetime import date, timedelta

import pytest

from compliance import actions as compliance
from core import access, queue
from core.audit import System
from core.errors import Denied, Invalid, WrongState
from core.models import AuditRecord, Job
from core.redaction import redact, verify
from core.roles import Right
from improvement_plans import actions, tasks
from improvement_plans.issued import fixes
from improvement_plans.models import Agreement, ItemChange, ItemFact, Plan, PlanItem
from improvement_plans.permissions import seats_today
from improvement_plans.queries.plans import with_facts
from tests.improvement_plans.conftest import TODAY
from tests.world import SETUP

pytestmark = pytest.mark.django_db

EXITS, DRILLS, WAGES = "emergency-exits-clear", "evacuation-drills", "minimum-wage-paid"
OPENER = System("plan-opener")


def verbs(subject):
    return list(AuditRecord.objects.filter(subject_id=str(subject.pk)).order_by("at").values_list("verb", flat=True))


def facts(item):
    return list(item.facts.order_by("round", "at").values_list("round", "kind"))


# --- committees ---------------------------------------------------------------------------------------------------


def test_a_seat_brings_its_right_and_takes_it_away(floor, clock):
    member = floor.worker_chair
    assert access.has(floor.sreymom, Right.SIT_WORKER_SIDE, floor.site)
    actions.end_seat(member=member, on=TODAY, by=floor.world.dara)
    assert access.has(floor.sreymom, Right.SIT_WORKER_SIDE, floor.site), "the last day is still hers"
    clock.on(TODAY + timedelta(days=1))
    assert not access.has(floor.sreymom, Right.SIT_WORKER_SIDE, floor.site)
    assert not seats_today(floor.sreymom, floor.world.programme).exists()


def test_the_right_ends_at_midnight_where_the_factory_stands(floor, clock):
    floor.seat("worker", floor.sreymom, until=TODAY)
    clock.on(TODAY, hour=16)  # 23:00 in Phnom Penh
    assert access.has(floor.sreymom, Right.SIT_WORKER_SIDE, floor.site)
    clock.on(TODAY, hour=17)
    assert not access.has(floor.sreymom, Right.SIT_WORKER_SIDE, floor.site)


def test_a_seat_for_later_begins_by_itself(floor, clock):
    floor.seat("worker", floor.sreymom, since=date(2026, 12, 1))
    assert not access.has(floor.sreymom, Right.SIT_WORKER_SIDE, floor.site)
    job = Job.objects.get(name="improvement_plans.seat_begins")
    assert job.due_at.isoformat() == "2026-11-30T17:00:00+00:00"
    clock.on(date(2026, 12, 1))
    assert queue.run(job.pk) == "done"
    assert access.has(floor.sreymom, Right.SIT_WORKER_SIDE, floor.site)


def test_one_of_two_seats_ends_and_the_right_stays(floor, clock):
    member = floor.worker_chair
    safety = actions.create_committee(site=floor.site, kind="osh", formed_on=date(2025, 1, 1), by=floor.world.dara)
    actions.seat_member(
        committee=safety, user=floor.sreymom, side="worker", sex="f", chosen_by="union", since=date(2025, 2, 1),
        by=floor.world.dara,
    )  # fmt: skip
    actions.end_seat(member=member, on=TODAY, by=floor.world.dara)
    clock.on(TODAY + timedelta(days=1))
    assert access.has(floor.sreymom, Right.SIT_WORKER_SIDE, floor.site)


def test_nobody_sits_twice_in_one_committee(floor):
    seat = floor.worker_chair
    with pytest.raises(Invalid, match="Nobody sits twice"):
        floor.seat("management", floor.sreymom)
    with pytest.raises(Invalid, match="Nobody sits twice"):
        floor.seat("management", floor.sreymom, since=seat.until, until=None)
    floor.seat("management", floor.sreymom, since=seat.until + timedelta(days=1), until=None)


@pytest.mark.parametrize(
    "side, wrong, sentence",
    [
        ("worker", {"name": ""}, "Name the member"),
        ("both", {"name": "A"}, "Name the side"),
        ("management", {"name": "A", "chosen_by": "election"}, "named by the employer"),
        ("worker", {"name": "A", "until": date(2024, 1, 1)}, "before the first"),
        ("worker", {"name": "A", "since": date(2024, 1, 1)}, "outside the committee"),
        ("worker", {"name": "A", "sex": "?"}, "how the member was chosen"),
        ("worker", {"name": "A", "co_chair": True}, "has a co-chair"),
    ],
)
def test_a_seat_that_cannot_be(floor, side, wrong, sentence):
    _ = floor.chairs
    before = floor.committee.members.count()
    with pytest.raises(Invalid, match=sentence):
        floor.seat(side, **wrong)
    assert floor.committee.members.count() == before


def test_who_manages_the_factory_does_not_sit_for_the_workers(floor):
    with pytest.raises(Invalid, match="does not sit on the worker side"):
        floor.seat("worker", floor.world.mony)


def test_the_employer_never_writes_down_the_worker_side(floor):
    with pytest.raises(Denied):
        floor.seat("worker", name="A", by=floor.world.mony)
    floor.seat("management", name="A", by=floor.world.mony)
    with pytest.raises(Denied):
        actions.end_seat(member=floor.worker_chair, on=TODAY, by=floor.world.mony)


def test_no_name_reaches_the_audit_record(floor):
    member = floor.seat("worker", name="Bopha Keo")
    assert not any("Bopha" in str(facts) for facts in AuditRecord.objects.values_list("facts", flat=True))
    assert verbs(member) == ["member.seated"]


def test_a_dissolved_committee_ends_every_seat_and_the_next_one_takes_its_plans(floor, clock):
    floor.full()
    item = floor.planned()
    actions.dissolve_committee(committee=floor.committee, on=TODAY, by=floor.world.dara)
    assert set(floor.committee.members.values_list("until", flat=True)) == {TODAY}
    clock.forward(days=1)
    new = actions.create_committee(site=floor.site, kind="bipartite", formed_on=TODAY, by=floor.world.dara)
    with pytest.raises(Denied):
        actions.agree_item(item=item, by=floor.sreymom)
    for side, user in (("worker", floor.sreymom), ("management", floor.vuthy)):
        actions.seat_member(
            committee=new, user=user, side=side, sex="x", chosen_by="union" if side == "worker" else "employer",
            since=TODAY, co_chair=True, by=floor.world.dara,
        )  # fmt: skip
    item = actions.change_item(item=item, steps="As before, and a lamp.", reason="New term", by=floor.vuthy)
    assert item.responsible == floor.management_chair, "who answered before stays named until somebody else is"
    assert actions.agree_item(item=item, by=floor.sreymom).member.committee == new


def test_who_answers_is_named_from_the_plans_own_committee(floor):
    item = floor.planned()
    osh = actions.create_committee(site=floor.site, kind="osh", formed_on=date(2025, 1, 1), by=floor.world.dara)
    other = actions.seat_member(
        committee=osh, user=None, name="A", side="management", sex="m", chosen_by="employer", since=TODAY,
        by=floor.world.dara,
    )  # fmt: skip
    with pytest.raises(Invalid, match="in office in this committee"):
        actions.change_item(item=item, responsible=other, reason="Why", by=floor.world.mony)


# --- plans and items ----------------------------------------------------------------------------------------------


def test_a_report_opens_the_plan_of_its_cycle(floor):
    _ = floor.committee
    report = floor.report({EXITS: "non_compliant", DRILLS: "compliant", WAGES: "undetermined"})
    plan = Plan.objects.get()
    assert (plan.cycle, plan.committee, plan.opened_on) == (report.assessment.cycle, floor.committee, report.issued_on)
    item = plan.items.get()
    assert (item.question_key, item.duty, item.duty_since) == (EXITS, True, report.issued_on)
    assert item.issue == report.findings.get(question_key=EXITS).question.issue
    assert verbs(plan) == ["plan.opened"]
    assert verbs(item) == ["item.added"]


def test_the_job_may_run_twice(floor):
    floor.planned()
    report = floor.report({EXITS: "non_compliant", DRILLS: "non_compliant"}, on=date(2026, 11, 2), issued_on=TODAY)
    before = (PlanItem.objects.count(), ItemFact.objects.count(), AuditRecord.objects.count())
    tasks.after_report(report_id=str(report.pk))
    assert before == (PlanItem.objects.count(), ItemFact.objects.count(), AuditRecord.objects.count())


def test_the_report_asks_for_the_job_by_its_name(floor):
    floor.world.report()
    assert Job.objects.filter(name="improvement_plans.after_report").exists()
    assert "improvement_plans.after_report" in queue.known_jobs()


def test_a_duty_needs_no_committee_and_a_committee_takes_it_over(floor):
    floor.report()
    plan = Plan.objects.get()
    assert plan.committee is None
    assert plan.items.get().duty
    _ = floor.committee
    plan.refresh_from_db()
    assert plan.committee == floor.committee


def test_planning_records_what_changed_and_why(floor):
    item = floor.planned()
    assert (item.edition, item.first_due_on, item.slips, item.planned) == (2, date(2026, 12, 11), 0, True)
    with pytest.raises(Invalid, match="Say why"):
        actions.change_item(item=item, due_on=date(2026, 12, 18), by=floor.world.mony)
    item = actions.change_item(item=item, due_on=date(2026, 12, 18), reason="The door came late.", by=floor.vuthy)
    change = ItemChange.objects.get(item=item, edition=3)
    assert (change.fields, change.from_on, change.to_on) == (["due_on"], date(2026, 12, 11), date(2026, 12, 18))
    assert change.words.body["reason"] == "The door came late."
    assert (item.slips, item.first_due_on) == (1, date(2026, 12, 11))
    item = actions.change_item(item=item, due_on=date(2026, 12, 14), reason="Sooner.", by=floor.sreymom)
    assert item.slips == 1, "an earlier day is no slip"
    assert "door" not in str(list(AuditRecord.objects.values_list("facts", flat=True)))


def test_what_is_the_same_records_nothing(floor):
    item = floor.planned()
    actions.change_item(item=item, steps=item.steps, due_on=item.due_on, by=floor.world.mony)
    assert ItemChange.objects.filter(item=item).count() == 1


def test_the_words_of_a_change_can_be_removed_and_the_rest_still_proves(floor):
    item = floor.planned()
    change = ItemChange.objects.get(item=item)
    assert verify(change.words, change.digest)
    redact(payload=change.words, asked_by=floor.world.dara, agreed_by=floor.world.sokha, reason="worker-named")
    change = ItemChange.objects.get(item=item)
    assert change.words.body is None
    assert verify(change.words, change.digest)


@pytest.mark.parametrize(
    "wrong, sentence",
    [
        ({"responsible": "worker"}, "Only the management side answers"),
        ({"witness": "management"}, "sits on the worker side"),
        ({"due_on": date(2026, 11, 26)}, "past already"),
        ({"cause": "weather"}, "not on the list"),
        ({"steps": "x" * 4001}, "at most 4000"),
        ({"issue": "Other"}, "keeps its name"),
        ({"round": 9}, "cannot be changed"),
    ],
)
def test_a_plan_that_cannot_be(floor, wrong, sentence):
    floor.report(on=date(2026, 10, 5))
    worker, management = floor.chairs
    people = {"worker": worker, "management": management}
    wrong = {name: people.get(value, value) for name, value in wrong.items()}
    with pytest.raises(Invalid, match=sentence):
        actions.change_item(item=floor.item(), by=floor.world.mony, **wrong)
    assert not ItemChange.objects.exists()


def test_a_day_is_moved_never_taken_away(floor):
    item = floor.planned()
    with pytest.raises(Invalid, match="never taken away"):
        actions.change_item(item=item, due_on=None, reason="No.", by=floor.world.mony)


def test_who_left_does_not_answer_for_anything_new(floor, clock):
    gone = floor.seat("management", name="Gone", until=TODAY - timedelta(days=1))
    floor.report(on=date(2026, 10, 5))
    with pytest.raises(Invalid, match="in office"):
        actions.change_item(item=floor.item(), responsible=gone, by=floor.world.mony)


def test_an_idea_is_no_duty(floor):
    _ = floor.worker_chair
    plan = actions.open_plan(site=floor.site, committee=floor.committee, by=floor.sreymom)
    item = actions.add_item(plan=plan, issue="Quieter  fans in ironing", by=floor.sreymom)
    assert (item.issue, item.origin, item.duty) == ("Quieter fans in ironing", "idea", False)
    with pytest.raises(Invalid, match="from its finding"):
        actions.add_item(plan=plan, issue="Exits", origin="report", by=floor.sreymom)


def test_planning_a_finding_writes_into_the_item_the_report_brought(floor):
    report = floor.report(on=date(2026, 10, 5))
    _ = floor.chairs
    finding = report.findings.get(question_key=EXITS)
    plan = Plan.objects.get()
    item = actions.add_item_from_finding(
        plan=plan, finding=finding, steps="Clear them.", due_on=date(2026, 12, 1), responsible=floor.management_chair,
        by=floor.world.mony,
    )  # fmt: skip
    assert item.pk == floor.item().pk
    assert item.planned
    with pytest.raises(WrongState, match="planned already"):
        actions.add_item_from_finding(plan=plan, finding=finding, steps="Other.", by=floor.world.mony)
    with pytest.raises(Invalid, match="non-compliant"):
        actions.add_item_from_finding(plan=plan, finding=report.findings.get(question_key=DRILLS), by=floor.world.mony)


# --- signatures ---------------------------------------------------------------------------------------------------


def test_two_sides_agree_to_the_plan(floor):
    floor.full()
    item = floor.planned()
    one = actions.agree_item(item=item, by=floor.sreymom)
    two = actions.agree_item(item=item, remark="ល្អ", by=floor.vuthy)
    assert (one.about, one.edition, one.side, one.decision, one.digest) == ("plan", 2, "worker", "agreed", "")
    assert (two.decision, two.words.body) == ("agreed_with_remark", {"text": "ល្អ", "language": ""})
    assert verify(two.words, two.digest)
    assert one.parity["answer"] == "yes"
    assert not item.facts.exists(), "agreeing to a plan is no fact of a fix"


def test_pressing_twice_signs_once(floor):
    item = floor.planned()
    assert actions.agree_item(item=item, by=floor.sreymom) == actions.agree_item(item=item, by=floor.sreymom)
    actions.decline_item(item=item, by=floor.sreymom)
    assert Agreement.objects.count() == 2


def test_only_co_chairs_in_office_sign(floor, clock):
    item = floor.planned()
    plain = floor.world.person("Bopha")
    floor.seat("worker", plain)
    for user in (plain, floor.world.mony, floor.world.dara, floor.world.sokha, SETUP):
        with pytest.raises(Denied, match="co-chair"):
            actions.agree_item(item=item, by=user)
    clock.on(floor.worker_chair.until)
    actions.agree_item(item=item, by=floor.sreymom)
    clock.forward(days=1)
    with pytest.raises(Denied, match="co-chair"):
        actions.decline_item(item=item, by=floor.sreymom)


def test_a_seat_that_ended_the_night_before_warns_and_does_not_stop(floor):
    floor.full(workers=3)
    floor.seat("worker", name="Bopha", until=TODAY - timedelta(days=1))
    signed = actions.agree_item(item=floor.planned(), by=floor.sreymom)
    assert signed.parity == {
        "on": "2026-11-27", "answer": "warning", "worker": [3, 4], "management": [4, 4], "quorum": 5,
        "codes": ["enough_people", "co_chairs_in_office", "not_equal"], "rule": "default-bipartite",
        "headcount": 1240,
    }  # fmt: skip


def test_a_programme_may_stop_unequal_sides(floor):
    from core.actions import set_programme_setting

    set_programme_setting(
        programme=floor.world.programme, key="committee", value={"blocks": ["not_equal"]},
        in_force_from=TODAY, by=SETUP,
    )  # fmt: skip
    floor.full(workers=3)
    item = floor.planned()
    with pytest.raises(WrongState, match="not equal in number"):
        actions.agree_item(item=item, by=floor.sreymom)
    floor.seat("worker", name="Bopha")
    actions.agree_item(item=item, by=floor.sreymom)


def test_a_side_without_members_decides_nothing(floor, clock):
    item = floor.planned()
    actions.end_seat(member=floor.management_chair, on=TODAY, by=floor.world.dara)
    clock.forward(days=1)
    with pytest.raises(WrongState, match="Nobody sits on the management side"):
        actions.agree_item(item=item, by=floor.sreymom)


def test_the_first_signature_stands_when_its_co_chair_is_replaced(floor, clock):
    item = floor.planned()
    actions.report_done(item=item, text="Cleared.", by=floor.world.mony)
    first = actions.agree_item(item=item, by=floor.sreymom)
    actions.end_seat(member=floor.worker_chair, on=TODAY, by=floor.world.dara)
    new = floor.world.person("Srey Leak")
    floor.seat("worker", new, co_chair=True, since=TODAY + timedelta(days=1))
    clock.forward(days=1)
    actions.agree_item(item=item, by=floor.vuthy)
    assert facts(item) == [(1, "reported"), (1, "agreed")]
    assert list(Agreement.objects.filter(side="worker")) == [first]


def test_a_change_asks_both_again(floor):
    item = floor.planned()
    actions.agree_item(item=item, by=floor.sreymom)
    actions.change_item(item=item, steps="Only one exit.", reason="Cost", by=floor.world.mony)
    with pytest.raises(WrongState, match="changed after you opened it"):
        actions.agree_item(item=item, by=floor.vuthy, about="plan", edition=2)
    assert actions.agree_item(item=item, by=floor.vuthy, about="plan", edition=3).edition == 3


def test_a_signature_for_the_plan_is_never_taken_for_the_fix(floor):
    """The fix is reported while the co-chair still reads the plan: her answer was to another question."""
    item = floor.planned()
    actions.report_done(item=item, text="Done.", by=floor.world.mony)
    with pytest.raises(WrongState, match="changed after you opened it"):
        actions.agree_item(item=item, by=floor.sreymom, about="plan", edition=2)


def test_an_unplanned_item_has_nothing_to_sign(floor):
    _ = floor.chairs
    floor.report(on=date(2026, 10, 5))
    with pytest.raises(WrongState, match="Write first"):
        actions.agree_item(item=floor.item(), by=floor.sreymom)


# --- the facts of a fix -------------------------------------------------------------------------------------------


def test_four_facts_four_days(floor, clock):
    item = floor.planned()
    place = (floor.site.pk, EXITS)
    clock.on(date(2026, 12, 1))
    actions.report_done(item=item, text="Cleared and marked.", by=floor.world.mony)
    clock.on(date(2026, 12, 2))
    actions.agree_item(item=item, by=floor.sreymom)
    assert fixes([floor.site.pk])[place]["agreed_on"] is None, "one side is not both"
    actions.agree_item(item=item, by=floor.vuthy)
    clock.on(date(2026, 12, 4))
    actions.verify_item(item=item, how="visit", text="Both open.", by=floor.world.dara)
    clock.on(date(2027, 11, 30))
    floor.report({EXITS: "compliant"}, on=date(2027, 11, 1), issued_on=date(2027, 11, 22))
    assert fixes([floor.site.pk]) == {
        place: {
            "finding_id": item.finding_id,
            "reported_on": date(2026, 12, 1),
            "agreed_on": date(2026, 12, 2),
            "verified_on": date(2026, 12, 4),
            "confirmed_on": date(2027, 11, 22),
        }
    }
    assert verbs(item)[-5:] == ["item.agreed", "item.agreed", "fix.agreed", "fix.verified", "fix.confirmed"]
    assert "Both open" not in str(list(AuditRecord.objects.values_list("facts", flat=True)))


def test_one_side_that_does_not_agree_leaves_it_reported(floor):
    item = floor.planned()
    actions.report_done(item=item, text="Done.", by=floor.world.mony)
    actions.agree_item(item=item, by=floor.vuthy)
    actions.decline_item(item=item, remark="The key was not beside the door.", by=floor.sreymom)
    assert facts(item) == [(1, "reported")]
    actions.agree_item(item=item, by=floor.sreymom)
    assert facts(item) == [(1, "reported"), (1, "agreed")]
    with pytest.raises(WrongState, match="Nothing is left to sign"):
        actions.decline_item(item=item, by=floor.sreymom)


def test_only_management_reports_and_only_the_programme_verifies(floor):
    item = floor.planned()
    for user in (floor.sreymom, floor.world.dara, floor.world.sokha):
        with pytest.raises(Denied, match="management"):
            actions.report_done(item=item, text="Done.", by=user)
    for user in (floor.sreymom, floor.vuthy, floor.world.mony, floor.world.sokha):
        with pytest.raises(Denied, match="adviser or an assessor"):
            actions.verify_item(item=item, how="visit", by=user)
    with pytest.raises(Invalid, match="what was done"):
        actions.report_done(item=item, text="  ", by=floor.vuthy)
    actions.report_done(item=item, text="Done.", by=floor.vuthy)
    actions.verify_item(item=item, how="document", by=floor.world.vannak)


def test_an_adviser_who_sits_in_the_committee_does_not_check_it(floor):
    item = floor.planned()
    floor.seat("management", floor.world.dara, by=floor.world.sokha)
    with pytest.raises(Denied):
        actions.verify_item(item=item, how="visit", by=floor.world.dara)


def test_what_is_not_fixed_is_opened_again_and_keeps_its_history(floor):
    item = floor.planned()
    with pytest.raises(WrongState, match="Nobody says"):
        actions.reopen_item(item=item, reason="Blocked.", by=floor.world.dara)
    actions.report_done(item=item, text="Done.", by=floor.world.mony)
    with pytest.raises(Invalid, match="what is not fixed"):
        actions.reopen_item(item=item, reason=" ", by=floor.world.dara)
    item = actions.reopen_item(item=item, reason="Exit 4 is blocked.", by=floor.world.dara)
    assert item.round == 2
    assert fixes([floor.site.pk])[(floor.site.pk, EXITS)]["reported_on"] is None
    actions.report_done(item=item, text="Now it is.", by=floor.world.mony)
    assert facts(item) == [(1, "reported"), (1, "reopened"), (2, "reported")]


def test_a_reported_fix_is_not_planned_again(floor):
    item = floor.planned()
    actions.report_done(item=item, text="Done.", by=floor.world.mony)
    with pytest.raises(WrongState, match="reported fixed"):
        actions.change_item(item=item, steps="Other", reason="Why", by=floor.world.mony)
    with pytest.raises(WrongState, match="already"):
        actions.report_done(item=item, text="Done.", by=floor.world.mony)


def test_no_day_to_come(floor):
    with pytest.raises(Invalid, match="still to come"):
        actions.report_done(item=floor.planned(), text="Done.", by=floor.world.mony, on=TODAY + timedelta(days=1))


# --- the next report ----------------------------------------------------------------------------------------------


def next_report(floor, clock, states, on=date(2027, 10, 4)):
    clock.on(on + timedelta(days=30))
    return floor.report(states, on=on)


def test_found_again_goes_on_in_the_new_plan(floor, clock):
    old = floor.planned()
    report = next_report(floor, clock, {EXITS: "non_compliant"})
    new = floor.item()
    assert new.pk != old.pk
    assert (new.continues_id, new.plan.cycle) == (old.pk, report.assessment.cycle)
    assert new.duty_since == old.duty_since, "the clock does not start again"
    assert (new.steps, new.due_on, new.responsible) == (old.steps, old.due_on, floor.management_chair)
    assert facts(old) == [(1, "reopened")]
    assert fixes([floor.site.pk])[(floor.site.pk, EXITS)]["finding_id"] == new.finding_id
    with pytest.raises(WrongState, match="newer plan"):
        actions.report_done(item=old, text="Done.", by=floor.world.mony)


def test_said_to_be_fixed_and_found_again_needs_a_new_plan(floor, clock):
    old = floor.planned()
    actions.report_done(item=old, text="Done.", by=floor.world.mony)
    next_report(floor, clock, {EXITS: "non_compliant"})
    new = floor.item()
    assert (new.steps, new.due_on, new.responsible) == ("", None, None)
    assert fixes([floor.site.pk])[(floor.site.pk, EXITS)]["reported_on"] is None


def test_a_relapse_after_a_confirmation_starts_its_own_clock(floor, clock):
    floor.planned()
    next_report(floor, clock, {EXITS: "compliant"})
    report = next_report(floor, clock, {EXITS: "non_compliant"}, on=date(2028, 10, 2))
    assert floor.item().duty_since == report.issued_on
    assert facts(floor.item().continues) == [(1, "confirmed"), (1, "reopened")]


def self_report(floor, states, on):
    """What the factory says of itself, issued, and what follows from it by itself."""
    world = floor.world
    assessment = compliance.plan_assessment(
        programme=world.programme, site=world.site, version=world.version, lead=world.chanthou,
        assessors=[world.rith], planned_from=on, planned_until=on, kind="self", why="Nobody else was free.",
        by=world.sokha,
    )  # fmt: skip
    world.send(assessment, world.chanthou, *((key, "state", state) for key, state in states.items()))
    compliance.hand_in(assessment=assessment, by=world.chanthou, visited_on=on)
    compliance.submit(assessment=assessment, by=world.chanthou, rest_not_asked=True)
    assessment.refresh_from_db()
    report = compliance.issue_report(assessment=assessment, by=world.vannak)
    tasks.after_report(report_id=str(report.pk))
    return report


def test_what_a_factory_says_of_itself_is_no_breach_found(floor):
    """It opens items, as the factory's own, labelled so: no duty by law, no clock of one, nothing in public."""
    self_report(floor, {EXITS: "non_compliant"}, on=date(2026, 10, 5))
    item = floor.item()
    assert (item.origin, item.duty, item.duty_since) == ("self", False, None)
    assert item.finding.report.assessment.kind == "self"
    assert with_facts(PlanItem.objects.all()).get().report_kind == "self"
    assert fixes([floor.site.pk]) == {}


def test_assessors_who_find_the_same_make_it_a_duty_that_goes_on_from_it(floor, clock):
    self_report(floor, {EXITS: "non_compliant"}, on=date(2026, 10, 5))
    own = floor.item()
    report = next_report(floor, clock, {EXITS: "non_compliant"}, on=date(2027, 10, 4))
    newer = PlanItem.objects.get(finding__report=report)
    assert (newer.continues, newer.origin, newer.duty_since) == (own, "report", report.issued_on)


def test_what_a_factory_says_of_itself_neither_confirms_nor_opens_again_nor_doubles(floor):
    found = floor.planned()
    floor.report({DRILLS: "non_compliant"}, on=date(2026, 10, 6))
    drills = floor.item(DRILLS)
    self_report(floor, {EXITS: "non_compliant", DRILLS: "compliant"}, on=date(2026, 11, 2))
    assert list(PlanItem.objects.filter(question_key=EXITS)) == [found]
    assert facts(found) == facts(drills) == []
    found.refresh_from_db()
    assert found.duty


@pytest.mark.parametrize("state", ["not_asked", "not_applicable", "undetermined"])
def test_what_was_not_found_out_says_nothing(floor, clock, state):
    item = floor.planned()
    next_report(floor, clock, {EXITS: state})
    assert facts(item) == []
    assert PlanItem.objects.count() == 1


def test_reports_may_be_followed_in_any_order(floor, clock):
    """A job of an older report comes late: the items end as if it had come in time."""
    _ = floor.committee
    clock.on(date(2027, 12, 1))
    first = floor.world.report({EXITS: "non_compliant", DRILLS: "non_compliant"}, on=date(2026, 10, 5))
    second = floor.world.report({EXITS: "non_compliant", DRILLS: "compliant"}, on=date(2027, 10, 4))
    for report in (second, first):
        tasks.after_report(report_id=str(report.pk))
    exits = PlanItem.objects.filter(question_key=EXITS).order_by("finding__report__visited_on")
    assert exits[1].continues == exits[0]
    assert facts(exits[0]) == [(1, "reopened")]
    assert facts(PlanItem.objects.get(question_key=DRILLS)) == [(1, "confirmed")]


def test_a_corrected_report_takes_back_what_it_no_longer_finds(floor, clock):
    report = floor.report({EXITS: "non_compliant", DRILLS: "non_compliant"}, on=date(2026, 10, 5))
    corrected = corrected_version(report, without=DRILLS)
    tasks.after_report(report_id=str(corrected.pk))
    assert facts(PlanItem.objects.get(question_key=DRILLS)) == [(1, "withdrawn")]
    kept = PlanItem.objects.get(question_key=EXITS)
    assert (facts(kept), kept.finding.report_id) == ([], corrected.pk)
    assert set(fixes([floor.site.pk])) == {(floor.site.pk, EXITS)}
    tasks.after_report(report_id=str(report.pk))
    assert PlanItem.objects.count() == 2, "a superseded report says nothing more"


def test_a_correction_gives_the_earlier_item_its_word_back(floor, clock):
    """Found again by mistake: the newer item is withdrawn, and the older one is confirmed as it should have been."""
    old = floor.planned()
    report = next_report(floor, clock, {EXITS: "non_compliant"})
    tasks.after_report(report_id=str(corrected_version(report, without=EXITS).pk))
    assert facts(old) == [(1, "reopened"), (2, "confirmed")]
    newer = PlanItem.objects.get(plan__cycle=report.assessment.cycle)
    assert (facts(newer), newer.continues) == ([(1, "withdrawn")], None)
    assert fixes([floor.site.pk])[(floor.site.pk, EXITS)]["confirmed_on"] == report.issued_on


def corrected_version(report, without):
    """Version 2 of a report. No action writes one yet, so its frozen rows are written here."""
    from compliance.models import Finding, Report

    new = Report.objects.create(
        assessment=report.assessment, version=2, supersedes=report, visited_on=report.visited_on,
        issued_on=report.issued_on, issued_by=report.issued_by, visit_count=report.visit_count, facts={}, digest="v2",
    )  # fmt: skip
    for old in report.findings.all():
        compliant = old.question_key == without
        Finding.objects.create(
            report=new, question=old.question, question_key=old.question_key, point_key=old.point_key,
            cluster_key=old.cluster_key, state="compliant" if compliant else old.state, digest="-",
            first_found_on=None if compliant else old.first_found_on,
            times_found=0 if compliant else old.times_found, position=old.position,
        )  # fmt: skip
    return new


def test_only_the_program_or_a_lead_lets_a_report_speak(floor):
    report = floor.report()
    with pytest.raises(Denied):
        actions.confirm_from_report(report=report, by=floor.world.mony)
    with pytest.raises(Denied):
        actions.follow_report(report=report, by=floor.world.vannak)
    assert actions.confirm_from_report(report=report, by=floor.world.vannak) == {
        "confirmed": 0, "reopened": 0, "withdrawn": 0,
    }  # fmt: skip


def test_fixes_cost_the_same_for_many_factories(floor, django_assert_num_queries):
    sites = [floor.site, floor.world.new_site("Tin Kettle")]
    for site in sites:
        floor.report({EXITS: "non_compliant", DRILLS: "non_compliant"}, site=site)
    with django_assert_num_queries(2):
        assert len(fixes([site.pk for site in sites])) == 4
    with django_assert_num_queries(2):
        fixes([floor.site.pk])
