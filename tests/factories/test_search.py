"""A factory is found by what it is called, was called, or nearly is called, in any script, and only by who may see it."""

from datetime import date

import pytest
from django.db import connection
from hypothesis import given
from hypothesis import strategies as st

from core.audit import System
from factories import actions, matching, queries

SETUP = System("test")
LIST = "/app/factories/"


def names(rows):
    return [site.name for site in rows]


def test_names_of_another_script_are_found_from_both_sides(world):
    site = world.site
    actions.add_name(site=site, name="纸鹭制衣", language="zh", by=SETUP)
    world.new_site("រោងចក្រ ព្រះច័ន្ទ")
    for words in ("纸鹭", "zhilu", "ZhiLu"):
        assert names(queries.sites(world.sokha, words)) == ["Paper Heron Sewing"], words
    assert names(queries.sites(world.sokha, matching.latin("ព្រះច័ន្ទ"))) == ["រោងចក្រ ព្រះច័ន្ទ"]


@pytest.mark.parametrize(
    "words", ["herron", "papr heron", "Paper Herom Sewing", "sewign heron", "paperherom", "Hero Paper"]
)
def test_a_slip_of_the_finger_is_answered_with_the_nearest_names(world, client, words):
    world.site  # noqa: B018
    world.new_site("Blue Kettle")
    world.other_site  # noqa: B018
    client.force_login(world.sokha)
    text = client.get(LIST, {"q": words}).content.decode()
    assert "Paper Heron Sewing" in text
    assert "Blue Kettle" not in text
    assert names(queries.nearest(world.omar, words)) == []


def test_the_old_name_is_near_as_well_and_of_a_merged_factory_too(world):
    site, old = world.site, world.new_site("Tin Kite")
    actions.rename_site(site=site, name="Golden Ibis", on=date(2026, 3, 1), by=SETUP)
    actions.merge_sites(source=old, target=site, on=date(2026, 3, 2), by=SETUP)
    for words, matched in (("papper heron", ["Paper Heron Sewing"]), ("tin kyte", ["Tin Kite"])):
        found = queries.nearest(world.sokha, words)
        assert names(found) == ["Golden Ibis"]
        assert found[0].matched == matched
    assert queries.nearest(world.sokha, "!!") == []
    assert queries.nearest(world.sokha, "quartz vixen") == []


def test_a_sign_that_has_no_latin_letter_does_not_find_everything(world, monkeypatch):
    world.site  # noqa: B018
    monkeypatch.setattr(queries, "latin", lambda words: "")
    assert names(queries.sites(world.sokha, "ꙮ")) == []


@given(st.text(alphabet="abcdefghij ", min_size=1, max_size=30), st.data())
def test_a_name_with_one_slip_in_it_still_holds_a_piece_of_what_was_typed(name, data):
    words = matching.latin(name)
    long = [word for word in words.split() if len(word) >= 4]
    if not long:
        return
    word = data.draw(st.sampled_from(long))
    place = data.draw(st.integers(0, len(word) - 1))
    slipped = word[:place] + "z" + word[place + 1 :]
    assert any(piece in word for piece in matching.pieces(slipped))


def test_parts_of_words_have_an_index_where_the_database_offers_it(db):
    if connection.vendor != "postgresql":
        pytest.skip("SQLite reads the table of names from end to end")
    with connection.cursor() as cursor:
        cursor.execute("SELECT indexname FROM pg_indexes WHERE indexname LIKE '%%_parts' ORDER BY 1", [])
        assert [row[0] for row in cursor.fetchall()] == [
            "factories_siteaddress_folded_parts", "factories_sitename_folded_parts", "factories_sitename_latin_parts",
        ]  # fmt: skip
