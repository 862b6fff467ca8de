"""Who opened our report: managers see whom they may; a reader of the worker side is never named, dated or counted.

And nobody assesses a factory she advises.
"""

from datetime import date

import pytest

from compliance import actions
from compliance.models import Advisee
from core.errors import Denied, Invalid
from factories import actions as factories
from improvement_plans import actions as plans
from tests.world import SETUP

PAGE = "/app/assessments/reports/opened/"
ON = date(2026, 3, 2)


@pytest.fixture
def report(world):
    world.mony  # noqa: B018  (she is made when first asked for)
    return world.report()


def page(client, user):
    client.force_login(user)
    return client.get(PAGE).content.decode()


def seat(world, user, side):
    committee = world.__dict__.get("committee") or plans.create_committee(
        site=world.site, kind="bipartite", formed_on=date(2025, 1, 10), by=world.dara
    )
    world.__dict__["committee"] = committee
    chosen = "election" if side == "worker" else "employer"
    return plans.seat_member(
        committee=committee, side=side, sex="f", chosen_by=chosen, since=date(2025, 1, 10), user=user, by=world.dara
    )


def test_a_worker_is_never_named_also_when_her_seat_has_ended_or_she_changed_sides(client, world, report):
    bopha, vuthy = world.person("Bopha"), world.person("Vuthy")
    place = seat(world, bopha, "worker")
    seat(world, vuthy, "management")
    for who in (bopha, bopha, vuthy, world.vannak, world.mony):
        actions.open_report(report=report, by=who)
    for _ in range(2):
        html = page(client, world.mony)
        assert "Bopha" not in html and html.count("worker side</bdi>") == 1
        assert "Vuthy" in html and "Lead assessor" in html and "Vannak" not in html
        if place:
            plans.end_seat(member=place, on=date(2026, 1, 1), by=world.dara)
            place = None
            factories.name_manager(site=world.site, user=bopha, since=date(2026, 2, 1), by=SETUP)
    assert "Reports of your factory" not in page(client, world.vannak)
    assert report.facts["number"] in page(client, world.vannak)


def test_a_buyer_is_named_by_its_firm(client, world, report):
    buyer = factories.create_buyer(name="Northwind Shirts", by=SETUP)
    nora = world.person("Nora")
    factories.add_buyer_member(buyer=buyer, user=nora, since=date(2026, 1, 1), by=SETUP)
    factories.give_consent(site=world.site, buyer=buyer, since=date(2026, 1, 1), by=world.mony)
    actions.open_report(report=report, by=nora)
    html = page(client, world.mony)
    assert "Northwind Shirts" in html and "Nora" not in html


def test_another_factory_sees_nothing_of_it(client, world, report):
    actions.open_report(report=report, by=world.vannak)
    other = world.person("Rany")
    factories.name_manager(site=world.new_site("White Heron"), user=other, since=date(2020, 1, 1), by=SETUP)
    html = page(client, other)
    assert report.facts["number"] not in html and "Lead assessor" not in html


def test_it_asks_as_few_questions_for_many_openings(client, world, report, django_assert_max_num_queries):
    client.force_login(world.mony)
    for readers in (2, 12):
        for _ in range(readers):
            actions.open_report(report=report, by=world.vannak)
        with django_assert_max_num_queries(40):
            client.get(PAGE)


# --- advice ---


@pytest.fixture
def adviser(world):
    return world.person("Sophal", "adviser", "assessor")


def plan(world, lead, on=ON):
    return actions.plan_assessment(
        programme=world.programme, site=world.site, version=world.version, lead=lead, assessors=[],
        planned_from=on, planned_until=on, by=world.sokha,
    )  # fmt: skip


def test_who_advises_a_factory_does_not_assess_it(world, adviser):
    advisee = actions.assign_adviser(user=adviser, site=world.site, since=date(2025, 1, 1), by=world.sokha)
    assert actions.assign_adviser(user=adviser, site=world.site, since=ON, by=world.sokha) == advisee
    with pytest.raises(Invalid, match="Sophal advises this factory"):
        plan(world, adviser)
    assert plan(world, world.chanthou)


def test_who_advised_in_the_last_cycle_does_not_either_and_may_later(world, adviser):
    world.planned(on=date(2025, 2, 3))
    advisee = actions.assign_adviser(user=adviser, site=world.site, since=date(2024, 6, 1), by=world.sokha)
    actions.end_advice(advisee=advisee, until=date(2025, 2, 3), by=world.sokha)
    with pytest.raises(Invalid, match="in this cycle"):
        plan(world, adviser)
    world.planned(on=date(2025, 9, 1))
    assert plan(world, adviser)


def test_only_a_manager_assigns_and_only_advisers(world, adviser):
    with pytest.raises(Denied):
        actions.assign_adviser(user=adviser, site=world.site, since=ON, by=world.vannak)
    with pytest.raises(Invalid):
        actions.assign_adviser(user=world.rith, site=world.site, since=ON, by=world.sokha)
    assert not Advisee.objects.exists()
