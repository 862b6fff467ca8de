"""What was released, as Atom: valid, the same ids for ever, with the proof of each release, and nothing but frozen facts."""

import re
import xml.etree.ElementTree as ET
from datetime import date, datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from disclosure import actions
from factories import actions as factories
from tests.disclosure.past import AS_OF, publish, regime, usual, visits
from tests.world import SETUP

ATOM = "{http://www.w3.org/2005/Atom}"
FACTORY = "/disclosure/paper-heron-sewing.atom"
FEEDS = ["/data/feeds/all.atom", "/data/feeds/country-kh.atom", FACTORY]


@pytest.fixture
def released(world):
    regime(world)
    usual(world)
    return publish(world)


def read(client, address, **headers):
    """The feed's own facts and its entries, once everything RFC 4287 demands is there."""
    response = client.get(address, headers=headers)
    assert response["Content-Type"] == "application/atom+xml; charset=utf-8"
    root = ET.fromstring(response.content)
    assert root.tag == f"{ATOM}feed"
    for thing in (root, *root.iter(f"{ATOM}entry")):
        for name in ("id", "title", "updated"):
            (one,) = thing.findall(f"{ATOM}{name}")
            assert one.text
        assert re.fullmatch(r"urn:uuid:[0-9a-f-]{36}", thing.find(f"{ATOM}id").text)
        assert datetime.fromisoformat(thing.find(f"{ATOM}updated").text).tzinfo
    assert {link.get("rel") for link in root.findall(f"{ATOM}link")} == {"self", "alternate"}
    assert root.find(f"{ATOM}author/{ATOM}name").text
    return root, [{child.tag.removeprefix(ATOM): child.text for child in entry} for entry in root.iter(f"{ATOM}entry")]


@pytest.mark.parametrize("address", FEEDS)
def test_each_release_is_told_with_the_digest_of_its_manifest(client, released, address):
    root, entries = read(client, address)
    assert len(entries) == 1 and released.digest in entries[0]["summary"]
    assert f"KH-1 {released.digest}" in root.find(f"{ATOM}subtitle").text
    assert root.find(f"{ATOM}entry/{ATOM}category").get("term") == f"sha256:{released.digest}"


def test_ids_stay_whatever_the_language_and_whatever_comes_after(client, world, released):
    before = {address: read(client, address)[1][0]["id"] for address in FEEDS}
    factories.close_site(site=world.site, status="closed", by=SETUP)
    publish(world, AS_OF + timedelta(days=1))
    for address, known in before.items():
        root, entries = read(client, address, **{"accept-language": "ar"})
        assert [len(entries), entries[1]["id"]] == [2, known]
        assert root.get("{http://www.w3.org/XML/1998/namespace}lang") == "ar"
        assert entries[0]["id"] != known
    assert len({*before.values()}) == 2, "the release is the same entry in both lists of releases"


def test_a_factorys_feed_tells_what_its_page_says_and_only_when_it_is_new(client, world, released):
    for day in (1, 2):
        publish(world, AS_OF + timedelta(days=day))
    _root, entries = read(client, FACTORY)
    assert (
        len(entries) == 1 and "1 violation found (open for 16 months); 2 without a violation" in entries[0]["summary"]
    )
    assert "as of 5 October 2026" in entries[0]["title"]


def test_a_country_without_a_released_factory_has_no_feed(client, world, released):
    visits(world, (date(2024, 1, 9), {}), (date(2025, 2, 3), {}), site=world.new_site("Cedar", country="JO"))
    assert client.get("/data/feeds/country-jo.atom").status_code == 404
    publish(world)
    _root, entries = read(client, "/data/feeds/country-jo.atom")
    assert "KH-2" in entries[0]["title"]
    assert client.get("/disclosure/nobody.atom").status_code == 404


def test_what_is_withheld_is_no_longer_told(client, world, released):
    ask = actions.ask_to_withhold(slug="paper-heron-sewing", reason="person-at-risk", by=world.sokha)
    etag = client.get(FACTORY)["ETag"]
    actions.agree_to_withhold(ask=ask, by=world.person("Thida", "programme-manager"))
    response = client.get(FACTORY, headers={"if-none-match": etag})
    assert response.status_code == 200 and "violation" not in response.content.decode()
    assert "a person could be harmed" in read(client, FACTORY)[1][0]["summary"]


@pytest.mark.parametrize("address", FEEDS)
def test_a_reader_that_comes_often_is_sent_it_once(client, released, address):
    first = client.get(address)
    assert client.get(address, headers={"if-none-match": first["ETag"]}).status_code == 304
    other = client.get(address, headers={"if-none-match": first["ETag"], "accept-language": "km"})
    assert other.status_code == 200, "another language is another feed"
    assert not first.cookies and client.post(address).status_code == 405


@pytest.mark.parametrize("address", FEEDS)
def test_feeds_ask_as_few_questions_for_twelve_releases_as_for_two(client, world, released, address):
    def ask(days):
        for day in days:
            publish(world, AS_OF + timedelta(days=day))
        with CaptureQueriesContext(connection) as asked:
            read(client, address)
        return len(asked)

    assert ask([1]) == ask(range(2, 12)) <= 5


def test_a_name_with_signs_of_xml_stays_a_name(client, world):
    regime(world)
    site = world.new_site("Heron & <Sons>")
    visits(world, (date(2024, 1, 9), {}), (date(2025, 2, 3), {}), site=site)
    publish(world)
    root, _entries = read(client, "/disclosure/heron-sons.atom")
    assert root.find(f"{ATOM}title").text == "Heron & <Sons>"
