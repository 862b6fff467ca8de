"""Who may do what, as a table: one line per person, one column per thing that can be done."""

from datetime import date, timedelta

import pytest
from django.contrib.auth.models import AnonymousUser

from core.errors import Denied
from factories import actions as factories
from improvement_plans import actions
from improvement_plans import permissions as may
from improvement_plans.models import Plan
from improvement_plans.queries import face, item_view
from tests.improvement_plans.conftest import TODAY

pytestmark = pytest.mark.django_db

#  person       reads  changes reports signs verifies keeps  opens  sees names
TABLE = {
    "sokha":    ("yes", "yes", "no",  "no",  "no",  "yes", "yes", "yes"),
    "vannak":   ("yes", "no",  "no",  "no",  "yes", "no",  "yes", "yes"),
    "dara":     ("yes", "yes", "no",  "no",  "yes", "yes", "yes", "yes"),
    "chanthou": ("no",  "no",  "no",  "no",  "yes", "no",  "no",  "no"),
    "sophal":   ("no",  "no",  "no",  "no",  "no",  "no",  "no",  "no"),
    "mony":     ("yes", "yes", "yes", "no",  "no",  "no",  "yes", "no"),
    "sreymom":  ("yes", "yes", "no",  "yes", "no",  "no",  "yes", "yes"),
    "vuthy":    ("yes", "yes", "yes", "yes", "no",  "no",  "yes", "yes"),
    "bopha":    ("yes", "yes", "no",  "no",  "no",  "no",  "yes", "yes"),
    "gone":     ("no",  "no",  "no",  "no",  "no",  "no",  "no",  "no"),
    "safety":   ("yes", "no",  "no",  "no",  "no",  "no",  "yes", "no"),
    "nina":     ("yes", "no",  "no",  "no",  "no",  "no",  "no",  "no"),
    "stranger": ("no",  "no",  "no",  "no",  "no",  "no",  "no",  "no"),
    "layla":    ("no",  "no",  "no",  "no",  "no",  "no",  "no",  "no"),
    "omar":     ("no",  "no",  "no",  "no",  "no",  "no",  "no",  "no"),
    "inactive": ("no",  "no",  "no",  "no",  "no",  "no",  "no",  "no"),
    "anybody":  ("no",  "no",  "no",  "no",  "no",  "no",  "no",  "no"),
}  # fmt: skip


@pytest.fixture
def people(floor):
    """Everybody in the table, around one planned item."""
    world = floor.world
    floor.planned()
    found = {name: getattr(world, name) for name in ("sokha", "vannak", "dara", "chanthou", "mony", "layla", "omar")}
    found |= {"sreymom": floor.sreymom, "vuthy": floor.vuthy, "nina": floor.buyer_reader}
    found |= {name: world.person(name.capitalize()) for name in ("bopha", "gone", "safety", "stranger", "inactive")}
    floor.seat("worker", found["bopha"])
    floor.seat("worker", found["gone"], until=TODAY - timedelta(days=1))
    floor.seat("management", found["inactive"])
    found["inactive"].is_active = False
    found["inactive"].save()
    osh = actions.create_committee(site=floor.site, kind="osh", formed_on=date(2025, 1, 1), by=world.dara)
    actions.seat_member(
        committee=osh, user=found["safety"], side="worker", sex="x", chosen_by="union", since=date(2025, 1, 1),
        by=world.dara,
    )  # fmt: skip
    found["sophal"] = world.person("Sophal", "assessor")
    found["anybody"] = AnonymousUser()
    return found


def asked(check, *args):
    try:
        check(*args)
    except Denied:
        return "no"
    return "yes"


@pytest.mark.parametrize("name", TABLE)
def test_who_may_do_what(floor, people, name):
    user, plan, site = people[name], Plan.objects.get(), floor.site
    told = (
        asked(may.check_can_read_plan, user, plan),
        asked(may.check_can_change, user, plan),
        asked(may.check_can_report, user, plan),
        asked(may.check_can_sign, user, plan),
        asked(may.check_can_verify, user, plan),
        asked(may.check_can_keep_committee, user, site),
        asked(may.check_can_open_plan, user, site),
        "yes" if may.standing(user, plan).sees_names else "no",
    )
    assert told == TABLE[name]


@pytest.mark.parametrize("name", TABLE)
def test_lists_and_pages_say_the_same_as_the_check(floor, people, name):
    user, plan = people[name], Plan.objects.get()
    reads = TABLE[name][0] == "yes"
    assert may.plans_visible_to(user).filter(pk=plan.pk).exists() == reads
    assert may.items_visible_to(user).exists() == reads
    assert (item_view(user, floor.item().pk) is not None) == reads
    assert may.committees_visible_to(user).exists() == (reads and name != "nina")


@pytest.mark.parametrize("name", [name for name in TABLE if TABLE[name][0] == "yes"])
def test_a_workers_name_stays_in_committee_and_programme(floor, people, name):
    view = item_view(people[name], floor.item().pk)
    seen = TABLE[name][7] == "yes"
    assert ("Sreymom" in view.witness.words) == seen
    assert ("Vuthy" in view.responsible.words) == (name != "nina")


def test_a_buyer_reads_side_and_role(floor, people):
    who = may.standing(people["nina"], Plan.objects.get())
    seat = floor.seat("worker", name="Channary")
    assert face(floor.worker_chair, who).words == "Worker co-chair"
    assert face(seat, who).words == "Member of the worker side"


def test_a_consent_opens_what_it_says_and_as_long_as_it_says(floor, clock):
    """For one cycle: that cycle's plan only. Ended: nothing. A plan without a cycle is never a buyer's."""
    user = floor.buyer_reader
    item = floor.planned()
    plan = item.plan
    own = actions.open_plan(site=floor.site, committee=floor.committee, by=floor.sreymom)
    assert set(may.plans_visible_to(user)) == {plan}
    assert own not in may.plans_visible_to(user)
    factories.end_consent(consent=floor.consent, by=floor.world.mony)
    assert not may.plans_visible_to(user).exists()
    clock.on(date(2027, 11, 27))
    floor.report({"evacuation-drills": "non_compliant"}, on=date(2027, 10, 4))
    newer = Plan.objects.exclude(pk__in=[plan.pk, own.pk]).get()
    factories.give_consent(
        site=floor.site, buyer=floor.consent.buyer, cycle=newer.cycle, since=date(2027, 11, 27),
        until=date(2027, 11, 30), by=floor.world.mony,
    )  # fmt: skip
    assert set(may.plans_visible_to(user)) == {newer}
    clock.forward(days=4)
    assert not may.plans_visible_to(user).exists()


def test_another_programme_stays_outside(floor):
    floor.planned()
    floor.report(site=floor.world.new_site("Tin Kettle"))
    assert may.plans_visible_to(floor.world.dara).count() == 2
    assert may.plans_visible_to(floor.sreymom).count() == 1
    assert not may.plans_visible_to(floor.world.layla).exists()
