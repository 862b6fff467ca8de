"""What the world reads: the same on the page, in the table and in JSON; for everybody; without scripts or a session."""

import csv
import io
import json
import re
from datetime import date, timedelta

import pytest

from factories import actions as factories
from tests.disclosure.past import AS_OF, publish, regime, usual, verified, visits
from tests.world import SETUP

PAGES = ["/", "/how-to-read/", "/disclosure/", "/disclosure/issues/", "/disclosure/paper-heron-sewing/", "/data/",
         "/data/dictionary/"]  # fmt: skip
DATA = [
    "/disclosure/register.csv", "/disclosure/paper-heron-sewing.json", "/disclosure/paper-heron-sewing.csv", "/data/openfloor-kh.json",
    "/data/openfloor-kh.csv", "/data/manifests/kh-1.json", "/data/api/v1/factories", "/data/api/v1/entries",
    "/data/api/v1/releases", "/data/api/v1/factories/paper-heron-sewing",
]  # fmt: skip


@pytest.fixture
def released(world):
    regime(world)
    usual(world)
    return publish(world)


def text(response):
    return (b"".join(response.streaming_content) if response.streaming else response.content).decode()


def words_of(html):
    """What a reader reads: no tags, no addresses."""
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", html))


# --- everybody, the same ---


@pytest.mark.parametrize("address", PAGES + DATA)
def test_a_stranger_reads_it_and_no_session_begins(client, released, address):
    response = client.get(address)
    assert response.status_code == 200
    assert not response.cookies
    assert "Cookie" not in response.get("Vary", "")
    assert not re.search(r"\b(non-)?compliant\b|non_compliant", words_of(text(response)), re.IGNORECASE)


@pytest.mark.parametrize("address", PAGES)
def test_it_works_without_scripts_and_loads_nothing_from_elsewhere(client, released, address):
    html = text(client.get(address))
    assert re.findall(r"<script(?![^>]*src=)", html) == []
    assert "onclick" not in html and "style=" not in html
    assert re.findall(r'(?:src|href)="(?:https?:)?//', html) == []
    assert html.count("<h1") == 1


@pytest.mark.parametrize("address", PAGES)
def test_a_right_to_left_reader_gets_a_mirrored_page(client, released, address):
    assert '<html lang="ar" dir="rtl"' in text(client.get(address, headers={"accept-language": "ar"}))
    assert '<html lang="en" dir="ltr"' in text(client.get(address, headers={"accept-language": "en"}))


def test_a_chosen_language_is_remembered_without_a_session(client, released):
    response = client.get("/disclosure/?lang=ar", headers={"accept-language": "en"})
    assert 'dir="rtl"' in text(response)
    assert list(response.cookies) == ["django_language"]
    assert 'dir="rtl"' in text(client.get("/how-to-read/", headers={"accept-language": "en"}))
    assert 'dir="ltr"' in text(client.get("/?lang=en"))


def test_posting_is_refused(client, released):
    assert {client.post(address).status_code for address in ["/disclosure/", "/data/", *DATA]} == {405}


# --- what it says ---


def test_the_factory_page_says_what_is_open_since_when_and_why_it_is_here(client, released):
    said = words_of(text(client.get("/disclosure/paper-heron-sewing/")))
    for words in (
        "1 violation found", "2 without a violation", "Emergency exits blocked or locked", "Open for 16 months",
        "2 of 9 exits", "since 14 May 2025", "No violation found on 1 July 2026",
        "rule “A”, in force since 2 January 2025",
        "3 of 4 visits are shown. The first gives time to improve.", "Issues of this kind appear later",
        "what two assessors saw in two days", "as of the release of 5 October 2026", "stand 120 days behind",
    ):  # fmt: skip
        assert words in said
    assert "2022" not in said


def test_a_fix_shows_four_facts_and_never_one(client, world):
    regime(world)
    _, second = visits(world, (date(2024, 2, 2), {}), (date(2025, 5, 14), {"emergency-exits-clear": "non_compliant"}))
    verified(world, second, "emergency-exits-clear", date(2025, 9, 1))
    publish(world)
    said = words_of(text(client.get("/disclosure/paper-heron-sewing/")))
    assert "Verified fixed 1 September 2025, by an adviser" in said
    assert "Lasted 3 months · from 14 May 2025" in said
    assert "Verified by an adviser 1 September 2025 Confirmed at the next visit not yet" in said
    assert "Reported by the factory not yet Agreed by workers and managers not yet" in said


def test_the_word_reported_always_says_that_nobody_has_checked(client, world):
    from improvement_plans import actions as plans
    from improvement_plans.models import PlanItem

    regime(world)
    _, second = visits(world, (date(2024, 2, 2), {}), (date(2025, 5, 14), {"emergency-exits-clear": "non_compliant"}))
    item = PlanItem.objects.get(finding__report=second)
    plans.report_done(item=item, text="Cleared.", by=world.mony, on=date(2025, 6, 2))
    publish(world)
    for address in ("/disclosure/", "/disclosure/paper-heron-sewing/"):
        assert "nobody has checked yet" in words_of(text(client.get(address)))
    assert "Cleared." not in text(client.get("/disclosure/paper-heron-sewing/"))


def test_before_the_first_release_the_site_says_so(client, db):
    for address in ("/", "/disclosure/", "/data/"):
        assert "Nothing is published yet" in text(client.get(address))
    assert client.get("/disclosure/nobody/").status_code == 404
    assert client.get("/data/openfloor-kh.csv").status_code == 404
    assert client.get("/data/api/v1/factories/nobody").status_code == 404


def test_a_closed_factory_keeps_its_page(client, world, released):
    factories.close_site(site=world.site, status="closed", by=SETUP)
    publish(world, AS_OF + timedelta(days=1))
    assert "closed, page kept" in text(client.get("/disclosure/"))
    assert "closed, page kept" in text(client.get("/disclosure/paper-heron-sewing/"))


def test_a_factory_no_longer_due_keeps_its_last_page_and_says_so(client, world, released):
    regime(world, until=AS_OF)
    stricter = {"tag": "critical-public", "from_visit": 9, "delay_days": 0, "zero_tolerance_delay_days": 0}
    regime(world, name="B", in_force_from=AS_OF + timedelta(days=1), rule=stricter)
    publish(world, AS_OF + timedelta(days=1))
    assert "Paper Heron" not in text(client.get("/disclosure/"))
    assert "This factory is in no newer release" in text(client.get("/disclosure/paper-heron-sewing/"))


# --- the register ---


def test_the_register_is_found_by_a_plain_form_in_name_order(client, world, released):
    for name in ("White Heron", "Blue Heron Button", "Lantern"):
        visits(world, (date(2024, 1, 9), {}), (date(2025, 2, 3), {}), site=world.new_site(name))
    publish(world)
    html = text(client.get("/disclosure/", {"q": "heron"}))
    assert re.findall(r"<bdi>([^<]+)</bdi></a>", html) == ["Blue Heron Button", "Paper Heron Sewing", "White Heron"]
    assert "3 factories match “heron”" in html
    assert "No violation found among 3 issues asked, on 3 February 2025" in words_of(html)
    assert "0 factories match" in text(client.get("/disclosure/", {"q": "nothing of the kind"}))
    assert "4 factories" in text(client.get("/disclosure/", {"q": "KH-F", "page": "nonsense"}))


def test_the_register_says_who_is_not_here_and_why(client, world, released):
    world.new_site("Blue Heron Button")
    visits(world, (date(2026, 2, 2), {}), site=world.new_site("Grey Heron"))
    publish(world)
    said = words_of(text(client.get("/disclosure/")))
    assert "1 of 3 factories enrolled are in this record, as of 5 October 2026" in said
    assert "2 are not here: 1 was not assessed yet, 1 had too few visits so far." in said


def test_countries_filter_by_the_same_name_everywhere(client, world, released):
    assert "Paper Heron" in text(client.get("/disclosure/", {"country": "kh"}))
    assert "Paper Heron" not in text(client.get("/disclosure/", {"country": "JO"}))
    assert client.get("/data/api/v1/factories", {"country": "kh"}).json()["count"] == 1
    assert client.get("/data/api/v1/factories", {"country": "JO"}).json()["count"] == 0


def test_the_issues_carry_their_denominator(client, released):
    said = words_of(text(client.get("/disclosure/issues/")))
    assert "Emergency exits blocked or locked Exits are clear" in said
    assert "Open at 1 of 1 factories where it is known" in said


# --- how many questions are asked ---


def test_pages_ask_as_few_questions_for_twelve_factories_as_for_two(client, world, django_assert_max_num_queries):
    regime(world)
    usual(world)
    past = ((date(2024, 1, 9), {}), (date(2025, 2, 3), {}))
    visits(world, *past, site=world.new_site("White Heron"))
    publish(world)
    most = {
        "/disclosure/": 6, "/disclosure/?q=heron": 7, "/disclosure/?q=herron": 9, "/disclosure/?status=open": 6,
        "/disclosure/register.csv?q=heron": 6, "/disclosure/paper-heron-sewing/": 6, "/data/": 6,
        "/disclosure/issues/": 6, "/data/openfloor-kh.csv": 6, "/data/api/v1/factories": 6, "/data/api/v1/entries": 6,
    }  # fmt: skip

    def ask():
        for address, limit in most.items():
            with django_assert_max_num_queries(limit):
                text(client.get(address))

    ask()
    for n in range(10):
        visits(world, *past, site=world.new_site(f"Heron {n}"))
    publish(world, AS_OF + timedelta(days=1))
    ask()


# --- the data ---


def test_page_table_json_and_api_say_the_same(client, released):
    document = json.loads(text(client.get("/disclosure/paper-heron-sewing.json")))
    table = list(csv.DictReader(io.StringIO(text(client.get("/disclosure/paper-heron-sewing.csv")))))
    whole = list(csv.DictReader(io.StringIO(text(client.get("/data/openfloor-kh.csv")))))
    everything = json.loads(text(client.get("/data/openfloor-kh.json")))
    entries = client.get("/data/api/v1/entries").json()
    assert table == whole
    assert everything["factories"] == [document]
    assert everything["release"]["digest"] == released.digest
    assert client.get("/data/api/v1/factories/paper-heron-sewing").json() == document
    assert entries["count"] == len(table) == len(document["entries"]) == 3
    html = words_of(text(client.get("/disclosure/paper-heron-sewing/")))
    for row, entry, item in zip(table, document["entries"], entries["items"], strict=True):
        for name in ("issue", "status", "found_on"):
            assert row[name] == entry[name] == item[name]
        assert row["since"] == (entry["since"] or "") == (item["since"] or "")
        assert row["question"] == entry["question_key"] == item["question_key"]
        assert entry["issue"] in html
    listed = client.get("/data/api/v1/factories").json()["items"][0]
    assert listed["statuses"] == {"violation_found": 1, "no_violation_found": 2}
    assert client.get("/data/api/v1/releases").json()["items"][0]["digest"] == released.digest


def test_files_are_byte_for_byte_what_the_manifest_proves(client, released):
    from hashlib import sha256

    manifest = text(client.get("/data/manifests/kh-1.json"))
    assert sha256(manifest.encode()).hexdigest() == released.digest
    files = json.loads(manifest)["files"]
    factory = text(client.get("/disclosure/paper-heron-sewing.json"))
    assert sha256(factory.encode()).hexdigest() == files["factories/paper-heron-sewing.json"]
    table = text(client.get("/data/openfloor-kh.csv"))
    assert sha256(table.encode()).hexdigest() == files["data.csv"]


@pytest.mark.parametrize("address", DATA)
def test_what_a_reader_has_is_not_sent_twice(client, released, address):
    first = client.get(address)
    text(first)
    again = client.get(address, headers={"if-none-match": first["ETag"]})
    assert again.status_code == 304
    assert "public" in again["Cache-Control"]
    assert first["Access-Control-Allow-Origin"] == "*"


def test_a_new_release_has_a_new_etag(client, world, released):
    old = client.get("/data/openfloor-kh.csv")["ETag"]
    factories.close_site(site=world.site, status="closed", by=SETUP)
    publish(world, AS_OF + timedelta(days=1))
    assert client.get("/data/openfloor-kh.csv", headers={"if-none-match": old}).status_code == 200


def test_a_filter_that_cannot_be_read_says_which(client, released):
    response = client.get("/data/api/v1/entries?limit=9999")
    assert response.status_code == 422
    assert "limit" in response.json()["error"]["problems"][0]["place"]


def test_entries_are_filtered_and_paged(client, released):
    found = client.get("/data/api/v1/entries?status=violation_found").json()
    assert [item["question_key"] for item in found["items"]] == ["emergency-exits-clear"]
    assert [cycle["visit"] for cycle in found["items"][0]["cycles"]] == [2, 3, 4]


def test_the_api_describes_itself_and_loads_no_page_of_scripts(client, db):
    description = client.get("/data/api/v1/openapi.json").json()
    assert set(description["paths"]) == {
        "/data/api/v1/factories", "/data/api/v1/factories/{slug}", "/data/api/v1/entries", "/data/api/v1/releases",
        "/data/api/v1/coverage", "/data/api/v1/statuses",
    }  # fmt: skip
    assert client.get("/data/api/v1/docs/").status_code == 404
