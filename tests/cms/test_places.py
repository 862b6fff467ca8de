"""Issue, country and sector pages, the map and the method: figures with their denominators, made from the rules."""

import re
from datetime import date

import pytest

from cms import maps
from cms.management.commands.draw_map import PICTURE
from disclosure import actions, public, rules
from tests.disclosure.past import publish, regime, usual, visits

PLACES = [
    "/disclosure/issues/emergency-exits-clear/", "/disclosure/countries/", "/disclosure/countries/kh/",
    "/disclosure/sectors/apparel/", "/disclosure/method/",
]  # fmt: skip
CLEAN = ((date(2024, 1, 9), {}), (date(2025, 2, 3), {}))


@pytest.fixture
def released(world):
    regime(world)
    usual(world)
    visits(world, *CLEAN, site=world.new_site("White Heron", sector="Footwear"))
    unasked = (date(2025, 3, 3), {"emergency-exits-clear": None})
    visits(world, (date(2024, 3, 9), {}), unasked, site=world.new_site("Grey Heron", sector="Footwear"))
    return publish(world)


def words_of(client, address):
    html = client.get(address).content.decode()
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", html))


def test_an_issue_says_at_how_many_of_how_many_and_where(client, released):
    said = words_of(client, PLACES[0])
    assert "Violation found 1 of 3" in said and "Not asked 1 of 3" in said
    assert "It is open at 1 of 2 factories where something is known." in said
    # Open, reported, verified, none found, of which known, not known: by country, then by sector.
    assert "Cambodia 1 0 0 1 2 1" in said
    assert "Apparel 1 0 0 0 1 0 Footwear 0 0 0 1 1 1" in said


def test_a_country_and_a_sector_count_their_own_factories(client, released):
    assert "Emergency exits blocked or locked 1 0 0 1 2 1" in words_of(client, "/disclosure/countries/kh/")
    footwear = words_of(client, "/disclosure/sectors/footwear/")
    assert "2 factories of this record" in footwear
    assert "Emergency exits blocked or locked 0 0 0 1 1 1" in footwear
    assert client.get("/disclosure/countries/KH/").status_code == 301
    for nobody in ("/disclosure/countries/jo/", "/disclosure/sectors/mining/", "/disclosure/issues/nothing/"):
        assert client.get(nobody).status_code == 404


def test_what_is_withheld_is_counted_under_no_status(client, world, released):
    thida = world.person("Thida", "programme-manager")
    for key in ("emergency-exits-clear", ""):
        ask = actions.ask_to_withhold(slug="paper-heron-sewing", question_key=key, reason="court-order", by=world.sokha)
        actions.agree_to_withhold(ask=ask, by=thida)
        counted = public.issues()["emergency-exits-clear"]
        assert (counted["open"], counted["asked"]) == (0, 1)
        assert counted["statuses"].get("withheld", 0) == (1 if key else 0)
        assert public.issues(by="sector")[("emergency-exits-clear", "Footwear")]["asked"] == 1


def test_the_map_says_its_numbers_in_a_table_and_takes_no_side(client, released):
    html = client.get("/disclosure/countries/").content.decode()
    assert re.search(r"<circle [^>]+/><text [^>]+>3</text>", html)
    assert re.search(r'Cambodia</a></th><td class="num">3</td>', html)
    assert "They state no opinion on whose a place is." in html
    assert "<script" not in html.split("<main")[1]


def test_the_picture_of_the_map_is_that_of_the_outlines():
    picture, centres = maps.drawn()
    assert PICTURE.read_text(encoding="utf-8") == picture
    assert maps.centres() == centres
    assert len(picture) < 64_000


@pytest.mark.parametrize("codes", [["KH"], ["KH", "JO"], ["AU", "US", "JP"], ["FJ"], ["NZ", "CL"]])
def test_every_circle_stands_on_the_part_of_the_map_that_is_shown(codes):
    shown = maps.view(dict.fromkeys(codes, 4))
    left, top, width, height = map(float, shown["box"].split())
    assert 0 <= left <= left + width <= 1000.1 and 0 <= top <= top + height <= 500.1
    for circle in shown["circles"]:
        assert left <= circle["x"] <= left + width and top <= circle["y"] <= top + height
    assert maps.view({"XX": 1}) is None


def test_the_method_is_made_from_the_rules(client, released, monkeypatch):
    said = words_of(client, "/disclosure/method/")
    for words in (
        "From visit 2 of a factory on.", "30 days after the report was first issued.", "120 days after, at every factory",
        "Rule “A”, as it was applied in release 1 of 5 October 2026.", "A number of people under 5 is never shown",
    ):  # fmt: skip
        assert words in said
    monkeypatch.setattr(rules, "FEWEST_PEOPLE", 7)
    assert "A number of people under 7 is never shown" in words_of(client, "/disclosure/method/")


@pytest.mark.parametrize("address", PLACES)
def test_a_place_asks_as_few_questions_for_many_factories(
    client, world, released, django_assert_max_num_queries, address
):
    with django_assert_max_num_queries(10):
        assert client.get(address).status_code == 200
