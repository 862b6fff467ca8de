"""What each action changes, whom it asks, what it records; and what the database itself refuses."""

from datetime import date, timedelta

import pytest
from django.db import IntegrityError, transaction

from core import access
from core.audit import System
from core.days import today
from core.errors import Denied, Invalid, WrongState
from core.models import AuditRecord
from core.roles import Right
from factories import actions
from factories.issued import site_facts
from factories.models import Buyer, BuyerMember, Consent, Cycle, Site, SiteManager
from factories.rules import SiteRow

SETUP = System("test")
LONG_AGO = date(2025, 1, 1)


def last_record():
    return AuditRecord.objects.order_by("at", "pk").last()


@pytest.fixture
def registered(db):
    """A place known from a register, in no programme."""
    actions.import_sites(rows=[SiteRow("list.csv", "", 2, "KH", "Wooden Moon", "Road 9")], by=SETUP)
    return Site.objects.get(name="Wooden Moon")


@pytest.fixture
def buyer(world):
    return actions.create_buyer(name="Marmalade Outfitters", by=SETUP)


# --- sites -----------------------------------------------------------------------------------------------------


def test_a_new_factory_gets_the_next_number(world):
    first, second = world.new_site("One"), world.new_site("Two")
    assert (first.number, second.number) == ("KH-F-0001", "KH-F-0002")
    assert world.other_site.number == "JO-F-0001"
    record = last_record()
    assert (record.verb, record.programme_id, record.facts) == (
        "site.enrolled",
        world.other_programme.pk,
        {"number": "JO-F-0001"},
    )


def test_the_same_place_is_not_created_twice(world):
    world.new_site("Blue Kettle", address="Road 4, Kandal")
    with pytest.raises(Invalid, match="known already"):
        world.new_site("BLUE KETTLE", address="road 4 – Kandal")
    assert world.new_site("Blue Kettle", address="Road 5, Kandal").number == "KH-F-0002"


@pytest.mark.parametrize(
    "facts",
    [
        {"country": "Cambodia"},
        {"country": "K1"},
        {"workers": 5, "workers_on": None},
        {"workers": -5},
        {"name": "□"},
        {"name": "x" * 256},
        {"sector": "x" * 121},
    ],
)
def test_what_cannot_be_kept_is_invalid_and_uses_no_number(world, facts):
    with pytest.raises(Invalid):
        world.new_site(**({"name": "Mill"} | facts))
    assert world.new_site("Good").number == "KH-F-0001"


def test_a_registered_place_is_enrolled_once(world, registered):
    site = actions.enrol_site(site=registered, programme=world.programme, by=world.sokha)
    assert (site.programme, site.number, site.status_since) == (
        world.programme,
        "KH-F-0001",
        today(world.programme),
    )
    with pytest.raises(WrongState):
        actions.enrol_site(site=registered, programme=world.other_programme, by=SETUP)


def test_a_factory_closes_and_reopens_by_the_table(world):
    site = world.site
    assert actions.close_site(site=site, status="suspended", by=world.sokha).status == "suspended"
    assert actions.close_site(site=site, status="closed", by=world.sokha).status_since == today(world.programme)
    assert last_record().verb == "site.closed"
    for impossible in ("suspended", "closed", "left", "burnt"):
        with pytest.raises(WrongState):
            actions.close_site(site=site, status=impossible, by=world.sokha)
    assert actions.close_site(site=site, status="active", by=world.sokha).status == "active"


def test_cycles_count_from_one_and_go_forward(world, registered):
    first = actions.open_cycle(site=world.site, on=date(2026, 3, 2), by=world.sokha)
    second = actions.open_cycle(site=world.site, on=date(2027, 3, 2), by=SETUP)
    assert (first.number, second.number, second.programme) == (1, 2, world.programme)
    with pytest.raises(Invalid):
        actions.open_cycle(site=world.site, on=date(2027, 3, 2), by=SETUP)
    with pytest.raises(WrongState):
        actions.open_cycle(site=registered, on=date(2027, 3, 2), by=SETUP)
    actions.close_site(site=world.site, status="closed", by=SETUP)
    with pytest.raises(WrongState):
        actions.open_cycle(site=world.site, on=date(2028, 3, 2), by=SETUP)


# --- people ----------------------------------------------------------------------------------------------------


def test_a_manager_holds_the_right_from_naming_to_end(world):
    mony = world.mony
    assert access.has(mony, Right.MANAGE_FACTORY, world.site)
    manager = SiteManager.objects.get(user=mony)
    again = actions.name_manager(site=world.site, user=mony, since=date(2024, 5, 5), by=world.sokha)
    assert again.pk == manager.pk
    ended = actions.end_manager(manager=manager, by=world.sokha)
    assert ended.until == today(world.programme)
    assert not access.has(mony, Right.MANAGE_FACTORY, world.site)
    with pytest.raises(WrongState):
        actions.end_manager(manager=manager, by=world.sokha)
    actions.name_manager(site=world.site, user=mony, since=today(world.programme), by=world.sokha)
    assert access.has(mony, Right.MANAGE_FACTORY, world.site)
    assert SiteManager.objects.filter(user=mony).count() == 2


def test_nobody_is_named_before_the_day(world, buyer, registered):
    person = world.person("Bopha")
    tomorrow = today(world.programme) + timedelta(days=1)
    with pytest.raises(Invalid, match="future"):
        actions.name_manager(site=world.site, user=person, since=tomorrow, by=SETUP)
    with pytest.raises(Invalid, match="future"):
        actions.add_buyer_member(buyer=buyer, user=person, since=tomorrow + timedelta(days=2), by=SETUP)
    with pytest.raises(WrongState):
        actions.name_manager(site=registered, user=person, since=LONG_AGO, by=SETUP)


def test_buyers_people_come_and_go(world, buyer):
    first, second = world.person("Iris"), world.person("Jonas")
    member = actions.add_buyer_member(buyer=buyer, user=first, since=LONG_AGO, by=world.sokha)
    assert access.has(first, Right.ACT_FOR_BUYER, buyer)
    with pytest.raises(Denied, match="own people"):
        actions.add_buyer_member(buyer=buyer, user=second, since=LONG_AGO, by=world.sokha)
    actions.add_buyer_member(buyer=buyer, user=second, since=LONG_AGO, by=first)
    actions.end_buyer_member(member=member, by=second)
    assert not access.has(first, Right.ACT_FOR_BUYER, buyer)
    with pytest.raises(Invalid, match="known already"):
        actions.create_buyer(name="marmalade  OUTFITTERS", by=world.sokha)


# --- consents --------------------------------------------------------------------------------------------------


def test_a_manager_gives_and_ends_a_consent(world, buyer):
    mony = world.mony
    cycle = actions.open_cycle(site=world.site, on=LONG_AGO, by=SETUP)
    day = today(world.programme)
    consent = actions.give_consent(
        site=world.site, buyer=buyer, cycle=cycle, since=day, until=day + timedelta(days=30), by=mony
    )
    assert last_record().facts["buyer"] == str(buyer.pk)
    with pytest.raises(WrongState, match="may read that already"):
        actions.give_consent(site=world.site, buyer=buyer, cycle=cycle, since=day, until=None, by=mony)
    ended = actions.end_consent(consent=consent, by=mony)
    assert ended.ended_by == mony
    assert last_record().verb == "consent.ended"
    with pytest.raises(WrongState):
        actions.end_consent(consent=consent, by=mony)
    actions.give_consent(site=world.site, buyer=buyer, cycle=cycle, since=day, by=mony)


def test_a_consent_is_for_the_own_factory_and_for_days_ahead(world, buyer):
    foreign = actions.open_cycle(site=world.other_site, on=LONG_AGO, by=SETUP)
    day = today(world.programme)
    with pytest.raises(Invalid, match="another factory"):
        actions.give_consent(site=world.site, buyer=buyer, cycle=foreign, since=day, by=world.mony)
    with pytest.raises(Invalid, match="ahead"):
        actions.give_consent(site=world.site, buyer=buyer, since=LONG_AGO, until=day - timedelta(days=1), by=world.mony)


def test_nobody_else_says_yes_for_a_factory(world, buyer):
    mony = world.mony
    consent = actions.give_consent(site=world.site, buyer=buyer, since=LONG_AGO, by=mony)
    manager = SiteManager.objects.get(user=mony)
    elsewhere = world.person("Srey")
    actions.name_manager(site=world.new_site("Tin Kite"), user=elsewhere, since=LONG_AGO, by=SETUP)
    actions.end_manager(manager=manager, by=SETUP)
    for person in (SETUP, world.sokha, world.vannak, elsewhere, mony):
        with pytest.raises(Denied, match="Only a manager of the factory"):
            actions.give_consent(site=world.site, buyer=buyer, since=LONG_AGO, by=person)
        with pytest.raises(Denied, match="Only a manager of the factory"):
            actions.end_consent(consent=consent, by=person)


# --- facts for the floors above --------------------------------------------------------------------------------


def test_site_facts_hold_a_band_and_no_count(world, django_assert_num_queries):
    sites = [world.site, world.other_site, world.new_site("Salt Bicycle", workers=None, workers_on=None)]
    with django_assert_num_queries(1):
        facts = site_facts([site.pk for site in sites])
    assert set(facts) == {site.pk for site in sites}
    assert facts[world.site.pk] == {
        "name": "Paper Heron Sewing",
        "number": "KH-F-0001",
        "address": "National Road 4, Paper Heron Sewing",
        "country": "KH",
        "region": "Kandal",
        "sector": "Apparel",
        "products": "Trousers and jackets",
        "workers_band": "1,000–4,999",
        "status": "active",
        "status_since": world.site.status_since,
        "programme_id": world.programme.pk,
    }
    assert facts[sites[2].pk]["workers_band"] == ""


# --- the database keeps the promises ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("model", "change"),
    [
        (Site, {"country": "Cambodia"[:2]}),
        (Site, {"latitude": 11.5, "longitude": None}),
        (Site, {"latitude": None, "longitude": 104.9}),
        (Site, {"latitude": 91.0, "longitude": 104.9}),
        (Site, {"workers": None}),
        (Site, {"number": ""}),
        (Site, {"programme": None}),
        (Cycle, {"number": 0}),
        (SiteManager, {"until": date(1990, 1, 1)}),
        (BuyerMember, {"until": date(1990, 1, 1)}),
        (Consent, {"until": date(1990, 1, 1)}),
        (Consent, {"ended_at": "2026-01-01T00:00Z"}),
    ],
)
def test_the_database_refuses_what_goes_round_the_actions(world, buyer, model, change):
    actions.give_consent(site=world.site, buyer=buyer, since=LONG_AGO, by=world.mony)
    actions.add_buyer_member(buyer=buyer, user=world.dara, since=LONG_AGO, by=SETUP)
    actions.open_cycle(site=world.site, on=LONG_AGO, by=SETUP)
    with pytest.raises(IntegrityError), transaction.atomic():
        model.objects.update(**change)


def test_the_database_knows_each_thing_once(world, buyer):
    manager = {"site": world.site, "user": world.mony, "since": LONG_AGO}
    actions.add_buyer_member(buyer=buyer, user=world.dara, since=LONG_AGO, by=SETUP)
    actions.open_cycle(site=world.site, on=LONG_AGO, by=SETUP)
    for twice in (
        lambda: SiteManager.objects.create(**manager),
        lambda: BuyerMember.objects.create(buyer=buyer, user=world.dara, since=LONG_AGO),
        lambda: Cycle.objects.create(site=world.site, programme=world.programme, number=1, opened_on=LONG_AGO),
        lambda: Buyer.objects.create(name=buyer.name),
        lambda: Site.objects.create(name="x", address="x", country="KH", match_key=world.site.match_key),
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            twice()
