"""Who sees which factory, and who may do what: the whole table, person by person."""

from datetime import date, timedelta

import pytest

from core import access
from core.audit import System
from core.days import today
from core.errors import Denied
from core.models import Programme
from core.roles import ROLES, Right
from factories import actions, permissions
from factories.models import Site, SiteManager
from factories.rules import SiteRow

SETUP = System("test")
LONG_AGO = date(2025, 1, 1)


@pytest.fixture
def people(world):
    """Everybody there is, by name; three factories: of KH, of JO, of a register."""
    world.other_site  # noqa: B018
    actions.import_sites(rows=[SiteRow("list.csv", "", 2, "KH", "Wooden Moon", "Road 9")], by=SETUP)
    buyer = actions.create_buyer(name="Marmalade Outfitters", by=SETUP)
    stranger_buyer = actions.create_buyer(name="Velvet Anchor", by=SETUP)
    found = {
        "setup": SETUP,
        "manager of KH": world.sokha,
        "lead assessor": world.vannak,
        "assessor": world.rith,
        "adviser": world.dara,
        "manager of JO": world.layla,
        "assessor of JO": world.omar,
        "factory manager": world.mony,
        "buyer with consent": world.person("Iris"),
        "buyer without": world.person("Jonas"),
        "worker member": world.person("Sreymom"),
        "management member": world.person("Kosal"),
    }
    for role in ("administrator", "analyst", "government-officer", "advisory-member", "checklist-editor"):
        found[role] = world.person(role.title().replace("-", ""), role)
    actions.add_buyer_member(buyer=buyer, user=found["buyer with consent"], since=LONG_AGO, by=SETUP)
    actions.add_buyer_member(buyer=stranger_buyer, user=found["buyer without"], since=LONG_AGO, by=SETUP)
    actions.give_consent(site=world.site, buyer=buyer, since=LONG_AGO, by=world.mony)
    # One floor up: what the committee's action does when somebody takes a seat.
    access.grant(user=found["worker member"], right=Right.SIT_WORKER_SIDE, anchor=world.site)
    access.grant(user=found["management member"], right=Right.SIT_MANAGEMENT_SIDE, anchor=world.site)
    left = world.person("Lefther", "programme-manager")
    left.is_active = False
    found["deactivated manager"] = left
    return found


def names(user):
    return sorted(permissions.visible_to(user).values_list("name", flat=True))


KH, JO, REGISTER = "Paper Heron Sewing", "Cedar Line", "Wooden Moon"
SEEN = {
    "setup": [JO, KH, REGISTER],
    "manager of KH": [KH, REGISTER],
    "lead assessor": [KH],
    "assessor": [KH],
    "adviser": [KH],
    "manager of JO": [JO, REGISTER],
    "assessor of JO": [JO],
    "factory manager": [KH],
    "worker member": [KH],
    "management member": [KH],
    "buyer with consent": [KH],
    "buyer without": [],
    "administrator": [],
    "analyst": [],
    "government-officer": [],
    "advisory-member": [],
    "checklist-editor": [],
    "deactivated manager": [],
}


def test_who_sees_which_factory(people, django_assert_num_queries):
    assert {who: names(person) for who, person in people.items()} == SEEN
    for who, person in people.items():
        for site in Site.objects.all():
            assert permissions.can_read_site(person, site) == (site.name in SEEN[who])


def test_a_stranger_sees_nothing(people):
    from django.contrib.auth.models import AnonymousUser

    assert names(AnonymousUser()) == []
    assert not permissions.consents(AnonymousUser()).exists()


# who: manage the list, import a register, import for KH, open a cycle, add a buyer, say yes for the factory,
# read who may read
MAY = {
    "setup": "1111100",
    "manager of KH": "1011101",
    "manager of JO": "0000100",
    "factory manager": "0000011",
    "administrator": "0000100",
}


def test_who_may_do_what(people, world):
    def row(person):
        answers = [
            permissions.can_manage_factories(person, world.programme),
            permissions.can_import(person, None),
            permissions.can_import(person, world.programme),
            permissions.can_open_cycle(person, world.site),
            permissions.can_create_buyer(person),
            permissions.can_give_consent(person, world.site),
        ]
        reads = person is not SETUP and permissions.can_read_consents(person, world.site)
        return "".join("01"[answer] for answer in (*answers, reads))

    assert {who: row(person) for who, person in people.items()} == dict.fromkeys(people, "0000000") | MAY


def test_a_refusal_is_the_same_whether_the_factory_exists_or_not(people, world):
    with pytest.raises(Denied, match="There is nothing here that you may read"):
        permissions.check_can_read_site(people["buyer without"], world.site)
    with pytest.raises(Denied, match="There is nothing here that you may read"):
        permissions.check_can_read_consents(people["assessor"], world.site)


def test_staff_rights_open_the_programmes_factories_and_no_other_right_does(world):
    opening = set()
    for right in {right for role in ROLES.values() if role.anchor == "programme" for right in role.rights}:
        person = world.person(f"holder{right}")
        access.grant(user=person, right=right, anchor=world.programme)
        if permissions.can_read_site(person, world.site):
            opening.add(right)
    assert opening == set(permissions.STAFF)


# --- consents in time ------------------------------------------------------------------------------------------


@pytest.fixture
def reader(world):
    """A buyer's person and a function that gives a consent of the world's factory."""
    buyer = actions.create_buyer(name="Teapot & Sons", by=SETUP)
    iris = world.person("Iris")
    actions.add_buyer_member(buyer=buyer, user=iris, since=LONG_AGO, by=SETUP)

    def give(**days):
        return actions.give_consent(site=world.site, buyer=buyer, by=world.mony, **days)

    return iris, give


@pytest.mark.parametrize(
    ("since", "until", "open_today"),
    [(-10, None, True), (0, 0, True), (-10, 0, True), (0, 5, True), (1, 5, False), (1, None, False)],
)
def test_a_consent_opens_from_its_first_to_its_last_day(world, reader, since, until, open_today):
    iris, give = reader
    day = today(world.programme)
    give(since=day + timedelta(days=since), until=None if until is None else day + timedelta(days=until))
    assert (names(iris) == [KH]) == open_today
    assert permissions.consents(iris).exists() == open_today


def test_the_day_is_the_one_where_the_factory_stands(world, reader, monkeypatch):
    """At 18:00 UTC on the 10th it is the 11th in Phnom Penh: what ends on the 10th has ended."""
    from datetime import UTC, datetime

    iris, give = reader
    give(since=LONG_AGO, until=(end := today(world.programme) + timedelta(days=30)))
    assert names(iris) == [KH]
    evening = datetime(end.year, end.month, end.day, tzinfo=UTC)
    for hour, seen in ((16, [KH]), (18, [])):
        monkeypatch.setattr("core.days.timezone.now", lambda hour=hour: evening.replace(hour=hour))
        assert names(iris) == seen


def test_past_days_answer_for_themselves(world, reader):
    iris, give = reader
    consent = give(since=date(2026, 1, 1), until=date(2099, 1, 1))
    for on, seen in ((date(2025, 12, 31), 0), (date(2026, 1, 1), 1), (date(2099, 1, 1), 1), (date(2099, 1, 2), 0)):
        assert permissions.consents(iris, on).count() == seen
        assert permissions.consented_sites(iris, on).count() == seen
    actions.end_consent(consent=consent, by=world.mony)
    assert not permissions.consents(iris, date(2026, 6, 1)).exists()
    assert names(iris) == []


def test_who_leaves_the_buyer_reads_no_more(world, reader):
    iris, give = reader
    give(since=LONG_AGO)
    assert names(iris) == [KH]
    actions.end_buyer_member(member=iris.buyers.get(), by=SETUP)
    assert names(iris) == []


def test_a_right_that_has_run_out_opens_nothing(world):
    from django.utils import timezone

    access.grant(
        user=world.mony, right=Right.MANAGE_FACTORY, anchor=world.site, until=timezone.now() - timedelta(seconds=1)
    )
    assert names(world.mony) == []
    assert not permissions.can_give_consent(world.mony, world.site)


def test_where_a_person_stands(people, world):
    stands = {who: permissions.standing(person, world.site) for who, person in people.items() if person is not SETUP}
    inside = {"manager of KH", "lead assessor", "assessor", "adviser"}
    of_it = {"factory manager", "worker member", "management member"}
    for who, where in stands.items():
        assert where == ("staff" if who in inside else "factory" if who in of_it else "outside"), who


def test_seeing_takes_two_queries_however_many_programmes_and_factories(world, django_assert_num_queries):
    from core.actions import create_programme

    for n in range(12):
        code = "X" + "ABCDEFGHIJKL"[n]
        programme = create_programme(
            code=code, name=code, country="KH", time_zone="Asia/Tokyo", languages=["en"], by=SETUP
        )
        world.new_site(f"Mill {n}", programme=programme)
    assert Programme.objects.count() == 13
    actions.name_manager(site=world.site, user=world.dara, since=LONG_AGO, by=SETUP)
    assert SiteManager.objects.count() == 1
    with django_assert_num_queries(2):
        assert names(world.dara) == [KH]


# who: record facts, keep the site, decide a doubt, read suspicions, write one down, read permits, act for the buyer,
# record a relation
MAY_MORE = {
    "setup": "11000101",
    "manager of KH": "11111101",
    "lead assessor": "00011100",
    "assessor": "00001100",
    "adviser": "00001100",
    "factory manager": "10000101",
    "worker member": "00000100",
    "management member": "00000100",
    "buyer with consent": "00000011",
}


def test_who_may_do_what_with_the_past_of_a_factory(people, world):
    from factories.models import Buyer, ImportDoubt

    buyer = Buyer.objects.get(name="Marmalade Outfitters")
    doubt = ImportDoubt(known=world.site, newer=world.new_site("Tin Kite"), score=90)

    def row(person):
        answers = [
            permissions.can_record_facts(person, world.site),
            permissions.can_keep_site(person, world.site),
            permissions.can_decide_doubt(person, doubt),
            permissions.can_read_suspicions(person, world.programme),
            permissions.can_record_suspicion(person, world.programme),
            permissions.can_read_permits(person, world.site),
            permissions.can_act_for_buyer(person, buyer),
            permissions.can_record_relation(person, world.site, buyer),
        ]
        return "".join("01"[answer] for answer in answers)

    assert {who: row(person) for who, person in people.items()} == dict.fromkeys(people, "00000000") | MAY_MORE
