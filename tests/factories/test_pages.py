"""The screens: what each person finds on them, and that they stay cheap."""

from datetime import date, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from core.audit import System
from core.days import today
from core.home import lines_for, places_for
from factories import actions
from factories.models import Consent, Site
from factories.rules import SiteRow

SETUP = System("test")
LONG_AGO = date(2025, 1, 1)


@pytest.fixture
def buyer(world):
    return actions.create_buyer(name="Marmalade Outfitters", by=SETUP)


@pytest.fixture
def iris(world, buyer):
    person = world.person("Iris")
    actions.add_buyer_member(buyer=buyer, user=person, since=LONG_AGO, by=SETUP)
    return person


@pytest.fixture
def see(client):
    """Open an address as somebody; returns (status, text)."""

    def look(person, address, **data):
        client.force_login(person)
        response = client.get(address, data)
        return response.status_code, response.content.decode()

    return look


def page_of(site):
    return reverse("factories:site", args=[site.ref])


LIST = "/app/factories/"


# --- the list --------------------------------------------------------------------------------------------------


def test_a_stranger_is_asked_to_sign_in(client, world):
    for address in (LIST, page_of(world.site), LIST + "consents/"):
        response = client.get(address)
        assert (response.status_code, response["Location"].split("?")[0]) == (302, "/app/sign-in/")


def test_the_list_shows_what_the_person_may_see(world, see):
    world.site, world.other_site  # noqa: B018
    actions.import_sites(rows=[SiteRow("list.csv", "", 2, "KH", "Wooden Moon", "Road 9")], by=SETUP)
    _, text = see(world.sokha, LIST)
    assert "Paper Heron Sewing" in text
    assert "Wooden Moon" in text
    assert "from a register" in text
    assert "Cedar Line" not in text
    assert "Wooden Moon" not in see(world.rith, LIST)[1]
    assert "No factories yet" in see(world.person("Nobody"), LIST)[1]


@pytest.mark.parametrize("words", ["heron", "PAPER  heron", "ｐａｐｅｒ", "KH-F-0001", "kh-f-0001", "road 4, paper"])
def test_search_by_name_number_and_address(world, see, words):
    world.site  # noqa: B018
    world.new_site("Blue Kettle", address="Somewhere")
    status, text = see(world.sokha, LIST, q=words)
    assert status == 200
    assert "Paper Heron Sewing" in text
    assert "Blue Kettle" not in text


def test_search_without_a_match_says_so_and_shows_the_way_out(world, see):
    world.site  # noqa: B018
    for words in ("herron mil", "<script>", "%", "'; --", "□"):
        status, text = see(world.sokha, LIST, q=words)
        assert status == 200
        assert "No factory matches" in text
        assert "<script>" not in text
        assert f'href="{LIST}"' in text


def test_the_list_is_paged_and_bad_pages_do_no_harm(world, see):
    rows = [SiteRow("list.csv", "", n, "KH", f"Mill {n:03d}", "Road 1") for n in range(51)]
    actions.import_sites(rows=rows, programme=world.programme, by=SETUP)
    _, first = see(world.sokha, LIST, q="mill")
    assert "Mill 049" in first
    assert "Mill 050" not in first
    assert "q=mill" in first
    assert "Mill 050" in see(world.sokha, LIST, q="mill", page="2")[1]
    for page in ("0", "99", "x"):
        assert see(world.sokha, LIST, page=page)[0] == 200


# --- a factory -------------------------------------------------------------------------------------------------


def test_a_factory_by_number_and_by_key(world, see):
    for ref in (world.site.number, world.site.pk):
        status, text = see(world.rith, f"{LIST}{ref}/")
        assert status == 200
        assert "Paper Heron Sewing" in text
        assert "1,240" in text
        assert "Cambodia" in text


def test_what_one_may_not_see_does_not_exist(world, see, client, buyer):
    consent = actions.give_consent(site=world.site, buyer=buyer, since=LONG_AGO, by=world.mony)
    absent = see(world.omar, f"{LIST}KH-F-9999/")
    assert absent[0] == 404
    for address in (
        page_of(world.site),
        f"{LIST}{world.site.pk}/",
        reverse("factories:end-consent", args=[world.site.ref, consent.pk]),
    ):
        assert see(world.omar, address)[0] == 404
        assert see(world.omar, address)[1] == absent[1]
    assert client.post(reverse("factories:give-consent", args=[world.site.ref]), {}).status_code == 404


def test_a_registered_place_says_what_it_is(world, see):
    actions.import_sites(rows=[SiteRow("list.csv", "", 2, "KH", "Wooden Moon", "Road 9")], by=SETUP)
    status, text = see(world.sokha, page_of(Site.objects.get(name="Wooden Moon")))
    assert status == 200
    assert "takes part in no programme" in text
    assert "Who may read" not in text


def test_a_closed_factory_says_since_when(world, see):
    actions.close_site(site=world.site, status="closed", by=world.sokha)
    assert "Closed since" in see(world.sokha, page_of(world.site))[1]


def test_the_factory_learns_no_day_that_lies_ahead(world, see):
    """A cycle may open on the day of a visit nobody there must know of."""
    day = today(world.programme)
    visited = actions.open_cycle(site=world.site, on=day - timedelta(days=400), by=SETUP)
    actions.make_cycle_known(cycle=visited, on=day - timedelta(days=399), by=SETUP)
    # Planned for a day that passed, and nobody came: that day must not be learnt either.
    actions.open_cycle(site=world.site, on=day - timedelta(days=9), by=SETUP)
    actions.open_cycle(site=world.site, on=day + timedelta(days=9), by=SETUP)
    seen = see(world.mony, page_of(world.site))[1]
    assert "Cycle 1" in seen
    assert "ycle 2" not in seen
    assert "ycle 3" not in seen
    assert "Cycle 3" in see(world.rith, page_of(world.site))[1]


def test_a_buyer_sees_a_band_no_person_and_only_opened_cycles(world, see, buyer, iris):
    first = actions.open_cycle(site=world.site, on=date(2025, 3, 2), by=SETUP)
    actions.make_cycle_known(cycle=first, on=date(2025, 3, 3), by=SETUP)
    actions.open_cycle(site=world.site, on=date(2026, 3, 2), by=SETUP)
    actions.give_consent(site=world.site, buyer=buyer, cycle=first, since=LONG_AGO, by=world.mony)
    text = see(iris, page_of(world.site))[1]
    assert "Cycle 1" in text
    assert "Cycle 2" not in text
    assert "1,000–4,999" in text
    assert "1,240" not in text
    assert "Mony" not in text
    assert "Who may read" not in text


# --- who may read ----------------------------------------------------------------------------------------------


def test_a_manager_allows_and_ends(world, client, see, buyer, iris):
    cycle = actions.open_cycle(site=world.site, on=LONG_AGO, by=SETUP)
    actions.make_cycle_known(cycle=cycle, on=date(2025, 3, 3), by=SETUP)
    assert "Nobody outside reads your reports" in see(world.mony, page_of(world.site))[1]
    assert see(iris, page_of(world.site))[0] == 404
    client.force_login(world.mony)
    until = today(world.programme) + timedelta(days=20)
    response = client.post(
        reverse("factories:give-consent", args=[world.site.ref]),
        {"buyer": buyer.pk, "cycle": cycle.pk, "until": until.isoformat()},
        follow=True,
    )
    text = response.content.decode()
    assert "Marmalade Outfitters may read from today" in text
    consent = Consent.objects.get()
    assert (consent.cycle, consent.until, consent.given_by) == (cycle, until, world.mony)
    assert see(iris, page_of(world.site))[0] == 200

    end = reverse("factories:end-consent", args=[world.site.ref, consent.pk])
    status, question = see(world.mony, end)
    assert status == 200
    assert "cannot be called back" in question
    assert "Keep it" in question
    assert Consent.objects.get().ended_at is None
    client.force_login(world.mony)
    assert "Ended by the factory" in client.post(end, follow=True).content.decode()
    assert see(iris, page_of(world.site))[0] == 404
    client.force_login(world.mony)
    again = client.post(end)
    assert (again.status_code, "ended already" in again.content.decode()) == (409, True)


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"buyer": ""}, "Who may read"),
        ({"since": "2020-01-01"}, "Choose today or a later day."),
        ({"until": "2020-01-01"}, "Choose a day that lies ahead."),
        ({"cycle": "01890000-0000-7000-8000-000000000000"}, "What"),
    ],
)
def test_a_form_sent_back_keeps_what_was_written(world, client, buyer, wrong, said):
    client.force_login(world.mony)
    until = (today(world.programme) + timedelta(days=20)).isoformat()
    response = client.post(
        reverse("factories:give-consent", args=[world.site.ref]),
        {"buyer": buyer.pk, "cycle": "every", "until": until} | wrong,
    )
    text = response.content.decode()
    assert response.status_code == 400
    assert "Not saved yet" in text
    assert said in text
    assert not Consent.objects.exists()


def test_a_yes_without_a_last_day_lasts_until_the_factory_ends_it_and_may_begin_later(world, client, see, buyer, iris):
    client.force_login(world.mony)
    give, day = reverse("factories:give-consent", args=[world.site.ref]), today(world.programme)
    later = (day + timedelta(days=5)).isoformat()
    text = client.post(
        give, {"buyer": buyer.pk, "cycle": "every", "since": later, "until": ""}, follow=True
    ).content.decode()
    assert "Not yet open" in text and "until the factory ends it" in text
    assert see(iris, page_of(world.site))[0] == 404
    actions.end_consent(consent=Consent.objects.get(), by=world.mony)
    client.force_login(world.mony)
    client.post(give, {"buyer": buyer.pk, "cycle": "every", "until": ""})
    assert Consent.objects.get(ended_at=None).until is None
    assert see(iris, page_of(world.site))[0] == 200
    assert "until the factory ends it" in see(iris, LIST + "consents/")[1]


def test_a_request_is_answered_for_one_cycle_only(world, client, buyer, iris):
    cycle = actions.open_cycle(site=world.site, on=LONG_AGO, by=SETUP)
    actions.make_cycle_known(cycle=cycle, on=date(2025, 3, 3), by=SETUP)
    ahead = today(world.programme) + timedelta(days=50)
    actions.record_relation(site=world.site, buyer=buyer, since=LONG_AGO, by=SETUP)
    (asked,) = actions.request_consents(buyer=buyer, sites=[world.site], until=ahead, by=iris)
    address = reverse("factories:answer-request", args=[world.site.ref, asked.pk])
    client.force_login(world.mony)
    assert client.post(address, {"answer": "allow", "cycle": "7"}).status_code == 404
    assert client.post(address, {"answer": "allow", "cycle": "x"}).status_code == 404
    assert client.post(address, {"answer": "allow", "cycle": "1"}).status_code == 302
    asked.refresh_from_db()
    assert (asked.answer, asked.consent.cycle) == ("part", cycle)


def test_others_read_the_ledger_but_change_nothing(world, client, see, buyer):
    actions.give_consent(site=world.site, buyer=buyer, since=LONG_AGO, by=world.mony)
    text = see(world.sokha, page_of(world.site))[1]
    assert "Marmalade Outfitters" in text
    assert ">End it<" not in text
    assert "Allow" not in text
    assert "Marmalade Outfitters" not in see(world.rith, page_of(world.site))[1]
    client.force_login(world.sokha)
    response = client.post(reverse("factories:give-consent", args=[world.site.ref]), {"buyer": buyer.pk})
    assert response.status_code == 403
    assert "Only a manager of the factory" in response.content.decode()
    client.force_login(world.sokha)
    assert (
        client.post(reverse("factories:end-consent", args=[world.site.ref, Consent.objects.get().pk])).status_code
        == 404
    )


def test_a_consent_of_one_factory_does_not_answer_at_another(world, client, buyer):
    consent = actions.give_consent(site=world.site, buyer=buyer, since=LONG_AGO, by=world.mony)
    elsewhere = world.new_site("Tin Kite")
    actions.name_manager(site=elsewhere, user=world.mony, since=LONG_AGO, by=SETUP)
    client.force_login(world.mony)
    assert client.post(reverse("factories:end-consent", args=[elsewhere.ref, consent.pk])).status_code == 404
    assert Consent.objects.get().ended_at is None


def test_a_buyers_page_says_which_factory_and_until_when(world, see, buyer, iris):
    assert "No factory lets you read yet" in see(iris, LIST + "consents/")[1]
    actions.give_consent(site=world.site, buyer=buyer, since=LONG_AGO, until=date(2099, 11, 30), by=world.mony)
    text = see(iris, LIST + "consents/")[1]
    assert "Paper Heron Sewing" in text
    assert "30 November 2099" in text
    assert "Paper Heron Sewing" not in see(world.sokha, LIST + "consents/")[1]


# --- home and menu ---------------------------------------------------------------------------------------------


def test_a_consent_that_ends_soon_waits_on_both_home_pages(world, buyer, iris):
    day = today(world.programme)
    for days, expected in ((90, 0), (20, 1)):
        consent = actions.give_consent(
            site=world.site, buyer=buyer, since=day, until=day + timedelta(days=days), by=world.mony
        )
        ours = [line for line in lines_for(world.mony) if "Marmalade" in line.text]
        theirs = [line for line in lines_for(iris) if "Paper Heron" in line.text]
        assert (len(ours), len(theirs)) == (expected, expected)
        assert not [line for line in lines_for(world.sokha) if "Marmalade" in line.text]
        if not expected:
            actions.end_consent(consent=consent, by=world.mony)
    assert ours[0].url == page_of(world.site) + "#readers"
    assert theirs[0].url == LIST + "consents/"


def test_each_person_finds_her_place_in_the_menu(world, iris):
    def titles(person):
        return [place.title for place in places_for(person) if place.url.startswith(LIST)]

    assert titles(world.rith) == ["Factories"]
    assert titles(iris) == ["Opened to us"]
    assert titles(world.mony) == ["Our factory"]
    assert titles(world.person("Nobody")) == []
    assert titles(world.person("Admin", "administrator")) == ["Factories’ people"]
    assert titles(world.person("Both", "administrator", "assessor")) == ["Factories"]
    actions.name_manager(site=world.new_site("Tin Kite"), user=world.mony, since=LONG_AGO, by=SETUP)
    assert titles(world.mony) == ["Our factories"]


# --- cost ------------------------------------------------------------------------------------------------------


def test_queries_do_not_grow_with_the_world(world, client, iris):
    """With 2 and with 12 of everything."""
    extra = [actions.create_buyer(name=f"Buyer {n}", by=SETUP) for n in range(12)]

    def grow(start, count):
        for n in range(start, count):
            site = world.site if n == 0 else world.new_site(f"Mill {n}")
            actions.name_manager(site=site, user=world.mony, since=LONG_AGO, by=SETUP)
            actions.name_manager(site=world.site, user=world.person(f"Manager{n}"), since=LONG_AGO, by=SETUP)
            actions.open_cycle(site=world.site, on=date(2020, 1, 1) + timedelta(days=n), by=SETUP)
            until = today(world.programme) + timedelta(days=9)
            for buyer, where in ((iris.buyers.get().buyer, site), (extra[n], world.site)):
                actions.give_consent(site=where, buyer=buyer, since=LONG_AGO, until=until, by=world.mony)

    def cost(person, address):
        client.force_login(person)
        client.get(address)
        with CaptureQueriesContext(connection) as said:
            assert client.get(address).status_code == 200
        return len(said)

    def costs():
        found = {}
        for person in (world.sokha, world.mony, iris):
            for address in (LIST, LIST + "?q=mill", page_of(world.site), LIST + "consents/"):
                found[person.username, address] = cost(person, address)
            with CaptureQueriesContext(connection) as said:
                lines_for(person)
            found[person.username, "home"] = len(said)
        return found

    grow(0, 2)
    few = costs()
    grow(2, 12)
    assert costs() == few
    assert max(few.values()) < 45, few
