"""Who answers for a factory and who acts for a buyer: invited by e-mail, named on acceptance, ended on a screen."""

from datetime import date, timedelta

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from core import access
from core.actions import accept_invitation, end_role, withdraw_invitation
from core.actions.invitations import token_of
from core.audit import System
from core.errors import Denied, Invalid, WrongState
from core.models import AuditRecord, Invitation, User
from core.roles import Right
from factories import actions, permissions
from factories.models import Buyer, Invited, SiteManager

SETUP = System("test")
LONG_AGO = date(2025, 1, 1)
PEOPLE = "/app/factories/people/"
PASSWORD = "a long enough password"


@pytest.fixture
def admin(world):
    return world.person("Admin", "administrator")


@pytest.fixture
def buyer(world):
    return actions.create_buyer(name="Marmalade Outfitters", by=SETUP)


def accepted(name="New Person", **wanted):
    """Somebody new opens the letter and accepts."""
    invitation = Invitation.objects.filter(**wanted).latest("created_at")
    return accept_invitation(token=token_of(invitation), name=name, password=PASSWORD)


# who: name a factory's people, add a buyer, name a buyer's first person, name a buyer's next person
@pytest.mark.parametrize(
    ("who", "may"),
    [
        ("sokha", "1110"), ("admin", "1110"), ("layla", "0110"), ("rith", "0000"), ("vannak", "0000"), ("dara", "0000"),
        ("mony", "0000"), ("iris", "0001"), ("nobody", "0000"),
    ],
)  # fmt: skip
def test_who_names_whom(world, admin, buyer, who, may):
    manned = actions.create_buyer(name="Velvet Anchor", by=SETUP)
    iris = world.person("Iris")
    actions.add_buyer_member(buyer=manned, user=iris, since=LONG_AGO, by=SETUP)
    people = {"admin": admin, "iris": iris, "nobody": world.person("Nobody")}
    person = people.get(who) or getattr(world, who)
    answers = [
        permissions.can_name_people(person, world.programme),
        permissions.can_create_buyer(person),
        permissions.can_name_buyer_people(person, buyer),
        permissions.can_name_buyer_people(person, manned),
    ]
    assert "".join("01"[answer] for answer in answers) == may
    # And the actions ask exactly that.
    asked = [
        lambda: actions.invite_manager(site=world.site, email="new@mill.example", by=person),
        lambda: actions.create_buyer(name="Third", by=person),
        lambda: actions.invite_buyer_member(buyer=buyer, email="a@b.example", by=person),
    ]
    for ask, answer in zip(asked, answers, strict=False):
        if answer:
            ask()
        else:
            with pytest.raises(Denied):
                ask()


def test_a_manager_is_invited_on_the_screen_and_answers_once_she_accepts(world, client):
    client.force_login(world.sokha)
    page = client.get(PEOPLE, {"factory": world.site.number}).content.decode()
    assert "Paper Heron Sewing" in page and "No factory manager is named yet" in page
    sent = {"site": world.site.number, "email": "mony@mill.example", "language": "km"}
    text = client.post(PEOPLE, sent, follow=True).content.decode()
    assert "on its way" in text and "mony@mill.example" in text
    assert not SiteManager.objects.exists()
    mony = accepted("Mony Chea", email="mony@mill.example")
    assert access.has(mony, Right.MANAGE_FACTORY, world.site)
    assert SiteManager.objects.get().user == mony
    text = client.get(PEOPLE, {"factory": world.site.number}).content.decode()
    assert "Mony Chea" in text and "mony@mill.example" not in text
    # Addresses stay out of the audit record.
    assert "mony@mill.example" not in str(list(AuditRecord.objects.values()))
    end = reverse("factories:end-manager", args=[world.site.number, SiteManager.objects.get().pk])
    assert "Does Mony Chea leave?" in client.get(end).content.decode()
    client.post(end)
    assert not access.has(mony, Right.MANAGE_FACTORY, world.site)
    assert client.post(end).status_code == 404


def test_an_administrator_does_the_same_without_seeing_the_factory(world, admin, client):
    client.force_login(admin)
    assert client.get(reverse("factories:site", args=[world.site.ref])).status_code == 404
    sent = {"site": world.site.number, "email": "mony@mill.example", "language": "en"}
    assert client.post(PEOPLE, sent).status_code == 302
    assert access.has(accepted(), Right.MANAGE_FACTORY, world.site)


def test_a_buyer_is_added_and_its_people_name_each_other(world, client):
    client.force_login(world.sokha)
    text = client.post(PEOPLE + "buyers/", {"name": "Meadow"}, follow=True).content.decode()
    assert "Meadow" in text and "Nobody yet" in text
    meadow = Buyer.objects.get()
    page = reverse("factories:buyer", args=[meadow.pk])
    assert client.post(page, {"email": "ana@meadow.example", "language": "en"}).status_code == 302
    ana = accepted("Ana Ruiz", email="ana@meadow.example")
    assert access.has(ana, Right.ACT_FOR_BUYER, meadow)
    # From now on the programme learns how many, not who, and names nobody.
    text = client.get(page).content.decode()
    assert "1 person acts for it" in text and "Ana Ruiz" not in text and "Send the invitation" not in text
    assert client.post(page, {"email": "own@friend.example", "language": "en"}).status_code == 403
    client.force_login(ana)
    assert client.post(page, {"email": "jo@meadow.example", "language": "en"}).status_code == 302
    assert Invitation.objects.get(email="jo@meadow.example").invited_by is None
    assert Invited.objects.get(invitation__email="jo@meadow.example").asked_by == ana
    jo = accepted("Jo Larsen", email="jo@meadow.example")
    client.force_login(ana)
    assert "Jo Larsen" in client.get(page).content.decode()
    member = meadow.members.get(user=jo)
    end = reverse("factories:end-member", args=[meadow.pk, member.pk])
    client.force_login(world.sokha)
    assert client.get(end).status_code == 404
    client.force_login(ana)
    client.post(end)
    assert not access.has(jo, Right.ACT_FOR_BUYER, meadow)


def test_two_invitations_of_one_person_become_one_letter_that_carries_both(world, buyer):
    second = world.new_site("Tin Kite")
    for site in (world.site, second):
        actions.invite_manager(site=site, email="m@mill.example", by=world.sokha)
    actions.invite_buyer_member(buyer=buyer, email="M@mill.example", by=world.sokha)
    assert Invitation.objects.filter(withdrawn_at=None).count() == 1
    person = accepted(withdrawn_at=None)
    assert all(access.has(person, Right.MANAGE_FACTORY, site) for site in (world.site, second))
    assert access.has(person, Right.ACT_FOR_BUYER, buyer)
    with pytest.raises(Invalid, match="a moment ago"):
        for _ in range(2):
            actions.invite_manager(site=world.site, email="other@mill.example", by=world.sokha)


def test_an_invitation_is_worth_what_its_asker_may_do_on_that_day(world, buyer):
    actions.invite_manager(site=world.site, email="m@mill.example", by=world.sokha)
    actions.invite_buyer_member(buyer=buyer, email="b@buyer.example", by=world.sokha)
    actions.add_buyer_member(buyer=buyer, user=world.person("Iris"), since=LONG_AGO, by=SETUP)
    # The buyer has its first person by now: a programme manager names no second one.
    late = accepted(email="b@buyer.example")
    assert not access.has(late, Right.ACT_FOR_BUYER, buyer)
    end_role(assignment=world.programme.role_assignments.get(user=world.sokha), by=SETUP)
    with pytest.raises(Invalid):
        accepted(email="m@mill.example")
    assert not SiteManager.objects.exists()


def test_nobody_names_herself(world, buyer):
    User.objects.filter(pk=world.sokha.pk).update(email="sokha@programme.example")
    world.sokha.refresh_from_db()
    for email in ("Sokha@programme.example", " sokha@programme.example "):
        with pytest.raises(Denied, match="herself"):
            actions.invite_manager(site=world.site, email=email, by=world.sokha)
        with pytest.raises(Denied, match="herself"):
            actions.invite_buyer_member(buyer=buyer, email=email, by=world.sokha)
    with pytest.raises(Denied, match="herself"):
        actions.name_manager(site=world.site, user=world.sokha, since=LONG_AGO, by=world.sokha)
    with pytest.raises(Denied, match="herself"):
        actions.add_buyer_member(buyer=buyer, user=world.sokha, since=LONG_AGO, by=world.sokha)
    # Not by another address of hers either: she accepts what she asked for, and is not named.
    actions.invite_manager(site=world.site, email="other@post.example", by=world.sokha)
    User.objects.filter(pk=world.sokha.pk).update(email="other@post.example")
    world.sokha.refresh_from_db()
    accept_invitation(token=token_of(Invitation.objects.get()), by=world.sokha)
    assert not SiteManager.objects.exists()


def test_what_cannot_be_is_said(world, client):
    client.force_login(world.sokha)
    for sent, said in (
        (
            {"site": "KH-F-9999", "email": "m@mill.example", "language": "en"},
            "No factory of your list has this number.",
        ),
        ({"site": world.site.number, "email": "no address", "language": "en"}, "valid email"),
    ):
        answer = client.post(PEOPLE, sent)
        assert (answer.status_code, said in answer.content.decode()) == (400, True), sent
    actions.create_buyer(name="Meadow", by=SETUP)
    answer = client.post(PEOPLE + "buyers/", {"name": "meadow"})
    assert (answer.status_code, "known already" in answer.content.decode()) == (400, True)
    old = world.new_site("Tin Kite")
    actions.merge_sites(source=old, target=world.site, on=LONG_AGO, by=SETUP)
    with pytest.raises(WrongState, match="stands for this one"):
        actions.invite_manager(site=old, email="m@mill.example", by=world.sokha)
    loose = actions.create_buyer(name="Loose", by=SETUP)
    with pytest.raises(WrongState, match="not known in any programme"):
        actions.invite_buyer_member(buyer=loose, email="m@mill.example", by=SETUP)


def test_outsiders_find_nothing(world, buyer, client):
    row = SiteManager.objects.get(user=world.mony)
    addresses = [
        PEOPLE, reverse("factories:buyer", args=[buyer.pk]),
        reverse("factories:end-manager", args=[world.site.number, row.pk]),
    ]  # fmt: skip
    for person in (world.rith, world.vannak, world.mony, world.person("Nobody")):
        client.force_login(person)
        for address in addresses:
            assert client.get(address).status_code == 404, (person.username, address)
            assert client.post(address, {}).status_code == 404
        assert client.post(PEOPLE + "buyers/", {"name": "x"}).status_code == 404
    client.force_login(world.layla)
    assert client.get(PEOPLE, {"factory": world.site.number}).status_code == 200
    assert "Paper Heron" not in client.get(PEOPLE, {"factory": world.site.number}).content.decode()
    assert client.post(addresses[2]).status_code == 404
    sent = {"site": world.site.number, "email": "m@mill.example", "language": "en"}
    assert client.post(PEOPLE, sent).status_code == 400
    assert not Invited.objects.exists()


def test_a_withdrawn_invitation_waits_no_more(world, client):
    row = actions.invite_manager(site=world.site, email="m@mill.example", by=world.sokha)
    withdraw_invitation(invitation=row.invitation, by=world.sokha)
    client.force_login(world.sokha)
    assert "m@mill.example" not in client.get(PEOPLE).content.decode()


def test_the_database_refuses_an_invitation_to_two_things_or_to_none(world, buyer):
    row = actions.invite_manager(site=world.site, email="m@mill.example", by=world.sokha)
    for change in ({"buyer": buyer}, {"site": None}):
        with pytest.raises(IntegrityError), transaction.atomic():
            Invited.objects.filter(pk=row.pk).update(**change)


def test_the_screens_cost_the_same_for_two_and_for_twelve(world, client, buyer):
    iris = world.person("Iris")
    actions.add_buyer_member(buyer=buyer, user=iris, since=LONG_AGO, by=SETUP)

    def grow(start, count):
        for n in range(start, count):
            site = world.new_site(f"Mill {n}")
            actions.invite_manager(site=site, email=f"m{n}@mill.example", by=world.sokha)
            actions.name_manager(site=world.site, user=world.person(f"M{n}"), since=LONG_AGO, by=SETUP)
            other = actions.create_buyer(name=f"Buyer {n}", by=SETUP)
            actions.invite_buyer_member(buyer=other, email=f"b{n}@buyer.example", by=world.sokha)
            actions.add_buyer_member(buyer=buyer, user=world.person(f"B{n}"), since=LONG_AGO, by=SETUP)
            actions.record_relation(site=site, buyer=buyer, since=LONG_AGO, by=SETUP)
            actions.invite_buyer_member(buyer=buyer, email=f"c{n}@buyer.example", by=iris)

    def costs():
        found = []
        page = reverse("factories:buyer", args=[buyer.pk])
        for person, address in (
            (world.sokha, f"{PEOPLE}?factory={world.site.number}"),
            (world.sokha, page),
            (iris, page),
        ):
            client.force_login(person)
            client.get(address)
            with CaptureQueriesContext(connection) as said:
                assert client.get(address).status_code == 200
            found.append(len(said))
        return found

    grow(0, 2)
    few = costs()
    grow(2, 12)
    assert costs() == few
    assert max(few) <= 40


# --- what waits on the home page ---------------------------------------------------------------------------------


def test_a_request_a_doubt_and_a_permit_wait_on_the_right_home_pages(world, buyer):
    from core.days import today
    from core.home import lines_for
    from factories.rules import SiteRow

    def lines(person):
        return [line.text for line in lines_for(person) if line.url.startswith("/app/factories/")]

    assert lines(world.mony) == lines(world.sokha) == []
    iris, day = world.person("Iris"), today(world.programme)
    actions.add_buyer_member(buyer=buyer, user=iris, since=LONG_AGO, by=SETUP)
    actions.record_relation(site=world.site, buyer=buyer, since=LONG_AGO, by=SETUP)
    asked = actions.request_consents(buyer=buyer, sites=[world.site], until=day + timedelta(days=99), by=iris)
    near = actions.record_permit(
        site=world.site, kind="fire", issued_on=LONG_AGO, expires_on=day + timedelta(days=20), by=SETUP
    )
    actions.record_permit(
        site=world.site, kind="lift", issued_on=LONG_AGO, expires_on=day + timedelta(days=90), by=SETUP
    )
    assert lines(world.mony) == ["Answer Marmalade Outfitters", "Renew a permit: Fire safety"]
    waits = "1 request of a buyer has no answer"
    assert lines(world.sokha) == [waits]
    assert lines(world.rith) == lines(world.layla) == []
    for name in ("Lucky Star Sewing", "Lucky Star Sewin"):
        row = SiteRow("list.csv", "", 2, "KH", name, "12 Harbour Road, Kandal 12000")
        actions.import_sites(rows=[row], programme=world.programme, by=SETUP)
    assert sorted(lines(world.sokha)) == ["1 pair may be one factory", waits]
    assert lines(world.layla) == lines(world.rith) == []
    actions.answer_request(request=asked[0], allow=False, by=world.mony)
    actions.end_permit(permit=near, on=day, by=SETUP)
    assert lines(world.mony) == []
