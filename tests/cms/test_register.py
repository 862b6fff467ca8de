"""The register: found whatever the script and the slip of a finger, narrowed by filters that are defined once."""

import csv
import io
import re
from datetime import date, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from disclosure import actions, finding
from disclosure.models import IssueCount, RegisterLine
from factories import actions as factories
from factories.models import SiteName
from tests.disclosure.past import AS_OF, TAGGED, publish, regime, usual, visits
from tests.world import SETUP

CLEAN = ((date(2024, 1, 9), {}), (date(2025, 2, 3), {}))


@pytest.fixture
def listed(world):
    """Four factories: Paper Heron with an open violation; one that had another name; a closed one; one of Jordan."""
    regime(world)
    usual(world)
    lantern = world.new_site("Lantern & Reed Shirts", region="Takeo", products="Shirts", workers=80)
    factories.rename_site(site=lantern, name="លោកុក Lantern", on=date(2024, 6, 1), by=SETUP)
    visits(world, *CLEAN, site=lantern)
    old = world.new_site("Old Heron Trousers", sector="Footwear")
    visits(world, (date(2024, 3, 9), {}), (date(2025, 3, 3), {"overtime-premium-paid": None}), site=old)
    factories.close_site(site=old, status="closed", by=SETUP)
    publish(world)
    return world


def found(client, **asked):
    """Slugs on the page, in the CSV, in the API: the same, or this fails."""
    html = client.get("/disclosure/", asked).content.decode()
    page = re.findall(r'<h3><a href="/disclosure/([^/]+)/"', html)
    lines = b"".join(client.get("/disclosure/register.csv", asked).streaming_content).decode()
    table = [row["factory"] for row in csv.DictReader(io.StringIO(lines))]
    api = [item["slug"] for item in client.get("/data/api/v1/factories", asked).json()["items"]]
    assert page == table == api
    return page


ALL = ["lantern", "old-heron-trousers", "paper-heron-sewing"]


@pytest.mark.parametrize(
    ("asked", "slugs"),
    [
        ({"country": "kh"}, ALL), ({"country": "JO"}, []),
        ({"region": "Takeo"}, ALL[:1]), ({"sector": "Footwear"}, ALL[1:2]), ({"products": "SHIRT"}, ALL[:1]),
        ({"size": "50-249"}, ALL[:1]), ({"size": "1,000–4,999"}, ALL[1:]),
        ({"standing": "closed"}, ALL[1:2]), ({"standing": "open"}, [ALL[0], ALL[2]]),
        ({"from": "2025-03-03"}, ALL[1:]), ({"until": "2025-03-03"}, ALL[:2]), ({"from": "2030-01-01"}, []),
        ({"issue": "emergency-exits-clear"}, ALL), ({"issue": "nothing"}, []),
        ({"cluster": "compensation", "status": "not_asked"}, ALL[1:2]),
        ({"status": "violation_found"}, ALL[2:]), ({"status": "open"}, ALL[2:]), ({"status": "undetermined"}, []),
        # Of one and the same issue: exits are open at Paper Heron, overtime is not.
        ({"status": "open", "issue": "emergency-exits-clear"}, ALL[2:]),
        ({"status": "open", "issue": "overtime-premium-paid"}, []),
        ({"status": "open", "standing": "closed"}, []), ({"q": "heron", "standing": "open"}, ALL[2:]),
    ],
)  # fmt: skip
def test_a_filter_finds_the_same_on_page_table_and_api(client, listed, asked, slugs):
    assert found(client, **asked) == slugs


def test_every_filter_stands_in_the_form_and_in_the_description_of_the_api(client, listed):
    form = set(re.findall(r'name="([\w-]+)"', client.get("/disclosure/?country=KH").content.decode()))
    path = client.get("/data/api/v1/openapi.json").json()["paths"]["/data/api/v1/factories"]["get"]
    described = {one["name"]: one.get("description") for one in path["parameters"]}
    for one in finding.FILTERS:
        assert one.name in form and described[one.name] == one.meaning


def test_a_filter_that_cannot_be_read_is_left_out_and_said(client, listed):
    html = client.get("/disclosure/?from=yesterday&status=nonsense").content.decode()
    assert html.count("This cannot be read, and was left out.") == 2 and html.count("<h3>") == 3
    assert client.get("/data/api/v1/factories?from=yesterday").status_code == 422


@pytest.mark.parametrize(
    ("words", "slug"),
    [
        ("papr heron", ALL[2]), ("HERRON SEWNG", ALL[2]), ("paperheron", ALL[2]),  # slips of the finger
        ("Lantern & Reed", ALL[0]), ("lantren reed", ALL[0]),  # its old name, and a slip in it
        ("លោកុក", ALL[0]), ("laokok", ALL[0]),  # the script it is written in, and how it sounds
        ("KH-F-0001", ALL[2]), ("takeo", ALL[0]), ("sewing paper", ALL[2]),
    ],
)  # fmt: skip
def test_words_find_a_factory_whatever_their_spelling(client, listed, words, slug):
    assert slug in found(client, q=words)


def test_the_page_says_when_names_are_only_near_and_under_which_name_one_was_found(client, listed):
    near = client.get("/disclosure/", {"q": "papr herron"}).content.decode()
    assert "No factory matches “papr herron”. These names are near:" in near
    old = client.get("/disclosure/", {"q": "reed shirts"}).content.decode()
    assert "called “Lantern &amp; Reed Shirts” until 1 June 2024" in old
    nobody = client.get("/disclosure/", {"q": "zzzz"}).content.decode()
    assert "0 factories match" in nobody and "of 3 factories enrolled are in this record" in nobody
    narrowed = client.get("/disclosure/?country=JO").content.decode()
    assert "It does not follow that there is no violation" in narrowed


def test_a_chip_takes_one_filter_away_and_keeps_the_others(client, listed):
    html = client.get("/disclosure/?q=heron&standing=open&country=KH").content.decode()
    addresses = re.findall(r'class="chip" href="([^"]+)"', html)
    assert addresses == ["?q=heron&amp;standing=open", "?q=heron&amp;country=KH"]


def test_what_is_withheld_is_found_under_no_other_status(client, listed):
    thida = listed.person("Thida", "programme-manager")
    ask = actions.ask_to_withhold(
        slug=ALL[2], question_key="emergency-exits-clear", reason="court-order", by=listed.sokha
    )
    actions.agree_to_withhold(ask=ask, by=thida)
    assert found(client, status="open") == [] == found(client, issue="emergency-exits-clear", status="open")
    assert found(client, status="withheld") == ALL[2:] == found(client, status="withheld", cluster="safety-and-health")
    assert found(client, status="withheld", issue="overtime-premium-paid") == []


def test_the_lines_are_those_of_the_current_releases_only(listed):
    publish(listed, AS_OF + timedelta(days=1))
    assert RegisterLine.objects.count() == 3
    assert set(RegisterLine.objects.values_list("factory__release__number", flat=True)) == {2}
    assert set(IssueCount.objects.values_list("release__number", flat=True)) == {2}
    assert sum(IssueCount.objects.values_list("n", flat=True)) == 3 * len(TAGGED)


def test_names_are_dated_and_one_to_come_is_not_among_them(client, listed):
    lantern = SiteName.objects.filter(text="Lantern & Reed Shirts").first().site
    factories.rename_site(site=lantern, name="Tomorrow Shirts", on=AS_OF + timedelta(days=9), by=SETUP)
    publish(listed, AS_OF + timedelta(days=1))
    document = client.get(f"/disclosure/{ALL[0]}.json").json()
    assert [(name["text"], name["until"]) for name in document["names"]] == [
        ("Lantern & Reed Shirts", "2024-06-01"), ("លោកុក Lantern", None),
    ]  # fmt: skip


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    words=st.text(max_size=60),
    chosen=st.dictionaries(st.sampled_from([one.name for one in finding.FILTERS] + ["page"]), st.text(max_size=20)),
)
def test_whatever_is_typed_is_answered(client, listed, words, chosen):
    typed = chosen | {"q": words}
    fits = (400,) if any("\x00" in text for text in typed.values()) else (200, 422)
    for address in ("/disclosure/", "/data/api/v1/factories"):
        assert client.get(address, typed).status_code in fits
