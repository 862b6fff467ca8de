"""Relations with buyers, requests in bulk, what a scope opens, two yeses to a name, and the ledger both sides read."""

from datetime import date, timedelta

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from core.audit import System
from core.days import today
from core.errors import Denied, Invalid, WrongState
from factories import actions, issued, permissions
from factories.models import BuyerRelation, Consent, ConsentRequest, NamingConsent

SETUP = System("test")
LONG_AGO = date(2025, 1, 1)
CONSENTS = "/app/factories/consents/"


@pytest.fixture
def buyer(world):
    return actions.create_buyer(name="Marmalade Outfitters", by=SETUP)


@pytest.fixture
def iris(world, buyer):
    person = world.person("Iris")
    actions.add_buyer_member(buyer=buyer, user=person, since=LONG_AGO, by=SETUP)
    return person


@pytest.fixture
def related(world, buyer):
    return actions.record_relation(site=world.site, buyer=buyer, since=LONG_AGO, by=world.mony)


@pytest.fixture
def ahead(world):
    return today(world.programme) + timedelta(days=100)


# report, progress
@pytest.mark.parametrize(("scope", "opens"), [("report", "10"), ("progress", "01"), ("both", "11")])
def test_a_scope_opens_what_it_says_and_the_factory_is_seen(world, buyer, iris, scope, opens):
    actions.give_consent(site=world.site, buyer=buyer, scope=scope, since=LONG_AGO, by=world.mony)
    found = "".join("01"[permissions.consents(iris, scope=one).exists()] for one in ("report", "progress"))
    assert found == opens
    assert permissions.can_read_site(iris, world.site)


def test_a_buyers_exit_is_a_record(world, buyer, iris, related):
    with pytest.raises(Denied):
        actions.end_relation(relation=related, until=date(2026, 1, 1), reason="price", by=world.rith)
    ended = actions.end_relation(
        relation=related, until=date(2026, 6, 30), reason="conditions", announced_on=date(2026, 1, 10), by=iris
    )
    assert (ended.until, ended.exit_reason) == (date(2026, 6, 30), "conditions")
    with pytest.raises(WrongState):
        actions.end_relation(relation=related, until=date(2026, 6, 30), reason="price", by=iris)
    with pytest.raises(Invalid, match="still ordered"):
        actions.record_relation(site=world.site, buyer=buyer, since=date(2026, 1, 1), by=iris)
    actions.record_relation(site=world.site, buyer=buyer, since=date(2026, 7, 1), by=iris)


def test_a_buyer_asks_many_and_each_answers_for_itself(world, buyer, iris, related, ahead):
    second, third = world.new_site("Tin Kite"), world.new_site("Blue Kettle")
    actions.record_relation(site=second, buyer=buyer, since=LONG_AGO, by=SETUP)
    with pytest.raises(Invalid, match="order from"):
        actions.request_consents(buyer=buyer, sites=[third], until=ahead, by=iris)
    for stranger in (SETUP, world.sokha):
        with pytest.raises(Denied):
            actions.request_consents(buyer=buyer, sites=[second], until=ahead, by=stranger)
    made = actions.request_consents(buyer=buyer, sites=[world.site, second], until=ahead, words="We buy", by=iris)
    assert len(made) == 2
    assert actions.request_consents(buyer=buyer, sites=[world.site, second], until=ahead, by=iris) == []
    with pytest.raises(Denied):
        actions.answer_request(request=made[0], allow=True, by=world.sokha)
    with pytest.raises(Invalid, match="more than"):
        actions.answer_request(request=made[0], allow=True, until=ahead + timedelta(days=1), by=world.mony)
    answered = actions.answer_request(request=made[0], allow=True, scope="report", by=world.mony)
    assert (answered.answer, answered.consent.scope, answered.consent.until) == ("part", "report", ahead)
    actions.name_manager(site=second, user=world.mony, since=LONG_AGO, by=SETUP)
    assert actions.answer_request(request=made[1], allow=False, by=world.mony).answer == "refused"
    assert Consent.objects.count() == 1
    with pytest.raises(WrongState):
        actions.answer_request(request=made[1], allow=True, by=world.mony)


def test_naming_takes_two_yeses_and_either_ends_it(world, buyer, iris):
    site = world.site
    with pytest.raises(Denied):
        actions.say_name(site=site, buyer=buyer, side="buyer", by=world.mony)
    with pytest.raises(Denied):
        actions.say_name(site=site, buyer=buyer, side="site", by=iris)
    actions.say_name(site=site, buyer=buyer, side="site", by=world.mony)
    assert issued.named_buyers(site.pk) == []
    naming = actions.say_name(site=site, buyer=buyer, side="buyer", by=iris)
    assert issued.named_buyers(site.pk) == ["Marmalade Outfitters"]
    assert not permissions.consents(iris).exists()
    with pytest.raises(Denied):
        actions.end_naming(naming=naming, by=world.sokha)
    actions.end_naming(naming=naming, by=iris)
    assert issued.named_buyers(site.pk) == []


def test_both_sides_read_the_same_ledger_on_their_screens(world, buyer, iris, related, ahead, client):
    client.force_login(iris)
    text = client.post(
        CONSENTS + "ask/", {"buyer": buyer.pk, "sites": [world.site.pk], "scope": "both", "until": ahead.isoformat(),
                            "words": "We buy trousers"}, follow=True,
    ).content.decode()  # fmt: skip
    assert "waits for an answer" in text
    page = reverse("factories:site", args=[world.site.ref])
    client.force_login(world.mony)
    text = client.get(page).content.decode()
    assert "A request is waiting" in text and "We buy trousers" in text
    asked = ConsentRequest.objects.get()
    client.post(reverse("factories:answer-request", args=[world.site.ref, asked.pk]), {"answer": "progress"})
    assert "The progress of every cycle" in client.get(page).content.decode()
    client.post(reverse("factories:site-naming", args=[world.site.ref]), {"buyer": buyer.pk})
    client.force_login(iris)
    text = client.get(CONSENTS).content.decode()
    assert "The progress of every cycle" in text and "Allowed in part" in text and "One yes of two" in text
    client.post(CONSENTS + "naming/", {"buyer": buyer.pk, "site": world.site.pk})
    assert "Both have said yes" in client.get(CONSENTS).content.decode()
    client.force_login(world.sokha)
    assert client.post(CONSENTS + "ask/", {}).status_code == 404


def test_a_buyers_screen_costs_the_same_for_two_and_for_twelve(world, buyer, iris, ahead, client):
    def grow(start, count):
        for n in range(start, count):
            site = world.new_site(f"Mill {n}")
            actions.name_manager(site=site, user=world.mony, since=LONG_AGO, by=SETUP)
            actions.record_relation(site=site, buyer=buyer, since=LONG_AGO, by=SETUP)
            actions.give_consent(site=site, buyer=buyer, since=LONG_AGO, by=world.mony)
            actions.say_name(site=site, buyer=buyer, side="site", by=world.mony)
            actions.request_consents(buyer=buyer, sites=[site], until=ahead, by=iris)
            actions.record_building(site=world.site, kind="store", name=f"Hall {n}", by=SETUP)
            actions.record_permit(site=world.site, kind="fire", issued_on=LONG_AGO, number=str(n), by=SETUP)
            actions.count_workers(
                site=world.site, counted_on=LONG_AGO + timedelta(days=n), total=9, parts=[("sex", "men", 9)], by=SETUP
            )

    def costs():
        found = []
        for person, address in ((iris, CONSENTS), (world.mony, reverse("factories:history", args=[world.site.ref]))):
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


def test_every_form_opens_for_who_may_and_for_nobody_else(world, client):
    from factories.records import RECORDS

    own = {"other-name", "sector", "workers", "season", "building", "permit", "buyer"}
    for what in RECORDS:
        address = reverse("factories:record", args=[world.site.ref, what])
        for person, status in ((world.sokha, 200), (world.mony, 200 if what in own else 403), (world.rith, 403)):
            client.force_login(person)
            assert client.get(address).status_code == status, (what, person.username)
        client.force_login(world.sokha)
        if RECORDS[what].fields.keys() - {"status"}:
            assert client.post(address, {}).status_code == 400, what
        client.force_login(world.layla)
        assert client.get(address).status_code == 404
    client.force_login(world.sokha)
    address = reverse("factories:record", args=[world.site.ref, "name"])
    assert client.post(address, {"name": "Golden Heron", "on": "2026-03-01"}).status_code == 302
    text = client.get(reverse("factories:history", args=[world.site.ref])).content.decode()
    assert "Golden Heron" in text and "Paper Heron Sewing" in text
    client.force_login(world.person("Nobody"))
    assert client.get(reverse("factories:history", args=[world.site.ref])).status_code == 404


def test_the_database_refuses_what_goes_round_the_actions(world, buyer, iris, related, ahead):
    actions.request_consents(buyer=buyer, sites=[world.site], until=ahead, by=iris)
    actions.say_name(site=world.site, buyer=buyer, side="site", by=world.mony)
    actions.give_consent(site=world.site, buyer=buyer, since=LONG_AGO, by=world.mony)
    for model, change in (
        (BuyerRelation, {"until": date(1990, 1, 1), "exit_reason": "price"}),
        (BuyerRelation, {"until": date(2026, 1, 1)}),
        (ConsentRequest, {"answer": "refused"}),
        (NamingConsent, {"buyer_said_at": "2026-01-01T00:00Z"}),
        (NamingConsent, {"site_said_at": None, "site_said_by": None}),
        (Consent, {"scope": "all"}),
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            model.objects.update(**change)
    for twice in (
        lambda: BuyerRelation.objects.create(site=world.site, buyer=buyer, since=LONG_AGO),
        lambda: NamingConsent.objects.create(
            site=world.site, buyer=buyer, site_said_at="2026-01-01T00:00Z", site_said_by=world.mony
        ),
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            twice()


def test_a_buyer_of_many_factories_finds_turns_pages_and_asks_all(world, buyer, iris, ahead, client):
    """Sixty factories are two pages; what was found is asked at once; the page costs the same for two and for sixty."""
    client.force_login(iris)

    def grow(start, end):
        for n in range(start, end):
            site = world.new_site(f"Mill {n:03}" if n < 50 else f"Reed {n:03}")
            actions.record_relation(site=site, buyer=buyer, since=LONG_AGO, by=SETUP)

    def cost(address):
        client.get(address)
        with CaptureQueriesContext(connection) as said:
            assert client.get(address).status_code == 200
        return len(said)

    grow(0, 2)
    few = cost(CONSENTS)
    grow(2, 60)
    assert cost(CONSENTS) == few and cost(CONSENTS + "?q=e&factories=2") <= few
    first, second = (client.get(f"{CONSENTS}?factories={n}").content.decode() for n in (1, 2))
    assert first.count('name="sites"') == 50 and second.count('name="sites"') == 10
    assert "Reed 059" not in first and "Reed 059" in second
    found = client.get(CONSENTS + "?q=reed").content.decode()
    assert found.count('name="sites"') == 10 and "everybody" in first
    given = {"buyer": buyer.pk, "scope": "both", "until": ahead.isoformat()}
    assert client.post(CONSENTS + "ask/", given).status_code == 400
    assert client.post(CONSENTS + "ask/", given | {"q": "reed", "everybody": "on"}).status_code == 302
    assert ConsentRequest.objects.count() == 10
    assert client.post(CONSENTS + "ask/", given | {"everybody": "on"}).status_code == 302
    assert ConsentRequest.objects.count() == 60
