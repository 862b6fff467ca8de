"""The database keeps the promises, also for a line that forgets to ask the actions."""

from datetime import date

import pytest
from django.db import IntegrityError, connection, transaction

from core.errors import WrongState
from improvement_plans import actions
from improvement_plans.models import Agreement, ItemChange, ItemFact, Member, Plan, PlanItem

pytestmark = pytest.mark.django_db


def refused(write, *args, **kwargs):
    with pytest.raises(IntegrityError), transaction.atomic():
        write(*args, **kwargs)


def row(floor, **facts):
    return {
        "committee": floor.committee, "side": "worker", "sex": "f", "chosen_by": "union", "since": date(2025, 1, 10),
    } | facts  # fmt: skip


def test_nobody_sits_on_both_sides_on_one_day(floor):
    seat = floor.worker_chair
    other = row(floor, user=seat.user, side="management", chosen_by="employer", since=seat.until, until=None)
    refused(Member.objects.create, **other)
    Member.objects.create(**other | {"since": date(2028, 1, 10)})
    later = Member.objects.get(user=seat.user, side="management")
    refused(Member.objects.filter(pk=later.pk).update, since=seat.until)


def test_a_side_has_one_co_chair_a_day(floor):
    seat = floor.worker_chair
    refused(Member.objects.create, **row(floor, co_chair=True, since=seat.until))
    Member.objects.create(**row(floor, co_chair=False, since=seat.until))
    Member.objects.create(**row(floor, co_chair=True, since=date(2028, 1, 10)))


@pytest.mark.parametrize(
    "wrong",
    [
        {"side": "both"},
        {"sex": "?"},
        {"chosen_by": "lottery"},
        {"side": "management", "chosen_by": "election"},
        {"until": date(2024, 12, 31)},
    ],
)
def test_a_seat_says_what_is_possible(floor, wrong):
    refused(Member.objects.create, **row(floor, **wrong))


def test_the_management_side_answers_and_the_worker_side_witnesses(floor):
    item = floor.planned()
    refused(PlanItem.objects.filter(pk=item.pk).update, responsible=floor.worker_chair)
    refused(PlanItem.objects.filter(pk=item.pk).update, witness=floor.management_chair)
    refused(Member.objects.filter(pk=floor.worker_chair.pk).update, side="management", chosen_by="employer")


def test_who_answers_sits_in_this_factory(floor):
    item = floor.planned()
    site = floor.world.new_site("Tin Kettle")
    other = actions.create_committee(site=site, kind="bipartite", formed_on=date(2025, 1, 1), by=floor.world.dara)
    elsewhere = Member.objects.create(**row(floor, committee=other, side="management", chosen_by="employer"))
    refused(PlanItem.objects.filter(pk=item.pk).update, responsible=elsewhere)


def test_a_plan_stays_in_its_factory(floor):
    floor.report()
    plan = Plan.objects.get()
    refused(Plan.objects.filter(pk=plan.pk).update, site=floor.world.new_site("Tin Kettle"))


def test_a_duty_has_a_finding_and_a_day(floor):
    floor.report()
    item = PlanItem.objects.filter(pk=floor.item().pk)
    for wrong in ({"duty_since": None}, {"duty": False}, {"finding": None}, {"origin": "idea"}, {"issue": ""}):
        refused(item.update, **wrong)


def signature(floor, item, **facts):
    return {
        "item": item, "about": "plan", "edition": 1, "side": "worker", "member": floor.worker_chair,
        "decision": "agreed", "on": date(2026, 11, 27), "parity": {},
    } | facts  # fmt: skip


def test_a_signature_is_of_a_co_chair_of_its_side(floor):
    item = floor.planned()
    plain = floor.seat("worker", name="Bopha")
    refused(Agreement.objects.create, **signature(floor, item, side="management"))
    refused(Agreement.objects.create, **signature(floor, item, member=plain))
    refused(Agreement.objects.create, **signature(floor, item, decision="agreed_with_remark"))
    refused(Agreement.objects.create, **signature(floor, item, digest="ab"))
    Agreement.objects.create(**signature(floor, item))


def test_facts_are_told_apart(floor):
    item = floor.planned()
    mony = floor.world.mony
    fact = {"item": item, "round": 1, "on": date(2026, 11, 27), "kind": "reported", "by": mony}
    for wrong in (
        {"kind": "done"},
        {"by": None},
        {"by": None, "by_system": "clock"},
        {"by_system": "clock"},
        {"how": "visit"},
        {"kind": "verified"},
        {"kind": "verified", "how": "phone"},
        {"kind": "confirmed"},
        {"kind": "reopened"},
    ):
        refused(ItemFact.objects.create, **fact | wrong)
    ItemFact.objects.create(**fact)
    refused(ItemFact.objects.create, **fact)


def test_what_was_said_cannot_be_changed(floor):
    item = floor.planned()
    actions.agree_item(item=item, by=floor.sreymom)
    actions.report_done(item=item, text="Done.", by=floor.world.mony)
    for model in (ItemChange, Agreement, ItemFact):
        kept = model.objects.get()
        with pytest.raises(WrongState):
            kept.save()
        with pytest.raises(WrongState):
            model.objects.all().delete()
        for verb in (f"UPDATE {model._meta.db_table} SET on = on", f"DELETE FROM {model._meta.db_table}"):
            with pytest.raises(Exception, match="frozen"), transaction.atomic(), connection.cursor() as cursor:
                cursor.execute(verb.replace("SET on = on", 'SET "on" = "on"'))
