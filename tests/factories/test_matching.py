"""When two rows may be one place; what an import does of it; that a person's decision can be taken back."""

from datetime import date

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from core.audit import System
from core.errors import Denied, WrongState
from factories import actions, matching, queries
from factories.models import ImportDoubt, Site, SiteBlock, SiteName
from factories.rules import Likeness, SiteRow, kilometres, parse_day, parse_spot

SETUP = System("test")


def row(name, address="12 Harbour Road, Kandal 12000", country="KH", line=2, **more):
    return SiteRow("list.csv", "", line, country, name, address, **more)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (("Lucky Star Co., Ltd.", "No. 12 Harbour Rd"), ("LUCKY STAR COMPANY LIMITED", "12 Harbour Road")),
        (("PT. Blue Kettle Tbk", "Jl. Raya 5"), ("Blue Kettle, PT", "Jl Raya 5")),
        (("CV Maju Tex", "Jl. Raya 5"), ("Maju Textile", "Jl. Raya 5")),
        (("温州捷图鞋业有限公司", "上海路 12"), ("温州捷图鞋业股份有限公司", "上海路12")),
        (("Công ty TNHH Sao Vàng", "Đường 3"), ("CONG TY TNHH SAO VANG", "duong 3")),
        (("Paper Heron Intl Garment Fty", "Dist. 4"), ("Paper Heron International Garments Factory", "District 4")),
    ],
)
def test_abbreviations_scripts_and_legal_forms_do_not_part_two(one, other):
    assert matching.likeness(row(*one), row(*other)).verdict == "sure"


def test_one_name_in_two_scripts_meets():
    alike = matching.likeness(row("温州捷图鞋业有限公司"), row("Wenzhou Jietu Xieye Co., Ltd"))
    assert alike.verdict == "sure"
    assert set(matching.blocks("CN", "温州捷图鞋业有限公司", "x")) & set(
        matching.blocks("CN", "Wenzhou Jietu Xieye", "x")
    )


@pytest.mark.parametrize(
    ("one", "other", "verdict"),
    [
        (("Lucky Star Mill 2", "Road 1"), ("Lucky Star Mill 3", "Road 1"), "different"),
        (("Lucky Star Unit II", "Road 1"), ("Lucky Star Unit I", "Road 1"), "different"),
        (("Lucky Star", "Plot 12 Road"), ("Lucky Star", "Plot 21 Road"), "unsure"),
        (("Lucky Star Sewing", "Plot 12 Road"), ("Lucky Stars Sewin", "Plot 12 Road"), "unsure"),
        (("Lucky Star", "Plot 12 Road"), ("Golden River", "Plot 12 Road"), "different"),
    ],
)
def test_a_number_or_a_word_that_differs_is_never_sure(one, other, verdict):
    assert matching.likeness(row(*one), row(*other)).verdict == verdict


def test_places_far_apart_are_not_one():
    near = Likeness(100, 95, True, True, 0.1)
    assert near.verdict == "sure"
    assert Likeness(100, 95, True, True, 40).verdict == "different"
    assert 8 < kilometres((11.55, 104.91), (11.55, 105.0)) < 11


@pytest.mark.parametrize(
    ("text", "order", "day"),
    [
        ("05/20/06 00:00:00", "month-first", date(2006, 5, 20)),
        ("5/1/2007", "month-first", date(2007, 5, 1)),
        ("5/1/2007", "day-first", date(2007, 1, 5)),
        ("2009-09-21", "", date(2009, 9, 21)),
        ("2009-09-21 00:00:00", "month-first", date(2009, 9, 21)),
        ("5/1/2007", "", None),
        ("20/05/06", "month-first", None),
        ("soon", "month-first", None),
    ],
)
def test_days_as_lists_write_them(text, order, day):
    assert parse_day(text, order) == day


def test_coordinates_in_one_cell():
    assert parse_spot("[11.55, 104.91]") == ("11.55", "104.91")
    assert parse_spot(" 11.55 104.91 ") == ("11.55", "104.91")
    assert parse_spot("[11.55]") is None


# --- in an import ----------------------------------------------------------------------------------------------


def test_sure_updates_and_keeps_the_other_spelling(db):
    actions.import_sites(rows=[row("Lucky Star Co., Ltd.")], by=SETUP)
    again = row("LUCKY STAR COMPANY LIMITED", "12 Harbour Rd, Kandal 12000", sector="Shoes")
    outcome = actions.import_sites(rows=[again], by=SETUP)
    assert (outcome.created, outcome.updated, outcome.doubts) == (0, 1, 0)
    site = Site.objects.get()
    assert (site.name, site.sector) == ("Lucky Star Co., Ltd.", "Shoes")
    assert SiteName.objects.get(kind="also").text == "LUCKY STAR COMPANY LIMITED"
    assert actions.import_sites(rows=[again], by=SETUP).unchanged == 1


@pytest.fixture
def doubt(world):
    """Two places of the programme that may be one."""
    first, second = row("Lucky Star Sewing"), row("Lucky Star Sewin")
    actions.import_sites(rows=[first], programme=world.programme, by=SETUP)
    outcome = actions.import_sites(rows=[second], programme=world.programme, by=SETUP)
    assert (outcome.created, outcome.doubts) == (1, 1)
    return ImportDoubt.objects.get()


def test_unsure_makes_the_place_and_asks_a_person(world, doubt):
    assert (doubt.known.name, doubt.newer.name, doubt.decision) == ("Lucky Star Sewing", "Lucky Star Sewin", "")
    with pytest.raises(Denied, match="person"):
        actions.decide_doubt(doubt=doubt, same=True, by=SETUP)
    for stranger in (world.rith, world.layla):
        with pytest.raises(Denied):
            actions.decide_doubt(doubt=doubt, same=True, by=stranger)


def test_same_merges_and_the_undo_parts_them_again(world, doubt):
    actions.decide_doubt(doubt=doubt, same=True, by=world.sokha)
    assert [site.name for site in queries.sites(world.sokha)] == ["Lucky Star Sewing"]
    assert queries.same_place(doubt.known.pk) == {doubt.known.pk, doubt.newer.pk}
    assert actions.import_sites(rows=[row("Lucky Star Sewin", sector="Shoes")], by=SETUP).updated == 1
    doubt.known.refresh_from_db()
    assert doubt.known.sector == "Shoes"
    with pytest.raises(WrongState):
        actions.decide_doubt(doubt=doubt, same=False, by=world.sokha)
    reopened = actions.reopen_doubt(doubt=doubt, by=world.sokha)
    assert reopened.decision == ""
    assert len(queries.sites(world.sokha)) == 2
    assert queries.same_place(doubt.known.pk) == {doubt.known.pk}
    actions.decide_doubt(doubt=doubt, same=False, by=world.sokha)
    outcome = actions.import_sites(rows=[row("Lucky Star Sewin"), row("Lucky Star Sewing")], by=SETUP)
    assert (outcome.created, outcome.doubts) == (0, 0)


def test_an_id_of_others_is_sure(world):
    actions.import_sites(rows=[row("Lucky Star", ids=(("os-id", "", "KH1"),))], by=SETUP)
    outcome = actions.import_sites(rows=[row("Quite Another Name", "Elsewhere", ids=(("os-id", "", "KH1"),))], by=SETUP)
    assert (outcome.created, outcome.updated) == (0, 1)
    assert {name.text for name in Site.objects.get().sitenames.all()} == {"Lucky Star", "Quite Another Name"}


def test_a_block_never_grows_without_end(db):
    actions.import_sites(rows=[row("Lucky Star", f"Lane {n * 111 + 1000}", line=n) for n in range(90)], by=SETUP)
    assert Site.objects.count() == 90
    assert SiteBlock.objects.filter(block="n|KH|luckystar").count() == matching.FULL


def test_the_database_refuses_half_a_decision(doubt):
    for change in ({"decision": "same"}, {"decided_at": "2026-01-01T00:00Z"}, {"score": 101}):
        with pytest.raises(IntegrityError), transaction.atomic():
            ImportDoubt.objects.update(**change)
    with pytest.raises(IntegrityError), transaction.atomic():
        ImportDoubt.objects.create(known=doubt.known, newer=doubt.known, score=90)


# --- on the screen ---------------------------------------------------------------------------------------------


def test_a_person_decides_side_by_side_and_takes_it_back(world, doubt, client):
    client.force_login(world.sokha)
    text = client.get(reverse("factories:doubts")).content.decode()
    assert "Lucky Star Sewing" in text
    page = reverse("factories:doubt", args=[doubt.pk])
    text = client.get(page).content.decode()
    assert "The same factory" in text and "Two factories" in text
    text = client.post(page, {"decision": "same"}, follow=True).content.decode()
    assert "Take it back" in text
    client.post(page, {"decision": "reopen"})
    doubt.refresh_from_db()
    assert doubt.decision == ""
    client.force_login(world.layla)
    assert client.get(page).status_code == 404
    assert client.post(page, {"decision": "same"}).status_code == 404
    assert "Lucky Star" not in client.get(reverse("factories:doubts")).content.decode()


def test_the_list_of_doubts_costs_the_same_for_two_and_for_twelve(world, client):
    def grow(start, count):
        for n in range(start, count):
            name = f"Mill of the {'abcdefghijkl'[n] * 6} river"
            for one in (row(name, f"Plot {n}12 Kandal"), row(f"{name} sewing", f"Plot {n}12 Kandal")):
                actions.import_sites(rows=[one], programme=world.programme, by=SETUP)

    def cost():
        client.force_login(world.sokha)
        client.get(reverse("factories:doubts"))
        with CaptureQueriesContext(connection) as said:
            assert client.get(reverse("factories:doubts")).status_code == 200
        return len(said)

    grow(0, 2)
    few = cost()
    grow(2, 12)
    assert ImportDoubt.objects.count() >= 12
    assert cost() == few
