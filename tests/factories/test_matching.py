"""When two rows may be one place; what an import does of it; that a person's decision can be taken back."""

from dataclasses import replace
from datetime import date

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from core.audit import System
from core.errors import Denied, WrongState
from core.models import AuditRecord
from factories import actions, matching, queries
from factories.models import ImportDoubt, ImportMatch, Site, SiteBlock, SiteName
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
        (("Lucky Star", "12 North Road, Kandal 12000"), ("Lucky Star", "12 South Road, Kandal 12000"), "unsure"),
        (("Lucky Star", "12 Harbour Road E, Kandal"), ("Lucky Star", "12 Harbour Road W, Kandal"), "unsure"),
        (("Lucky Star", "Block A, Plot 12 Harbour Road"), ("Lucky Star", "Block B, Plot 12 Harbour Road"), "unsure"),
        (("Lucky Star", "12 Harbour Road East, Kandal"), ("Lucky Star", "12 Harbour Road, Kandal"), "sure"),
        (("Lucky Star", "P.O. Box 12, Kandal"), ("Lucky Star", "PO BOX 12, KANDAL"), "sure"),
        (("Lucky Star", "Post Office Box 12, Kandal"), ("Lucky Star", "POB 12, Kandal"), "sure"),
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


def test_of_one_list_the_same_name_written_otherwise_is_one_place_and_can_be_parted(world):
    """The register of US employers writes one place in five years and on many rows: Rd and Road, NC and North
    Carolina. Almost the same name is another matter: a list names its firms itself."""
    rows = [
        row("Lucky Star Co., Ltd.", "12 Harbour Road, Kandal 12000"),
        row("LUCKY STAR", "12 Harbour Rd., Kandal, Cambodia 12000", sector="Shoes", line=3),
        row("Lucky Stars", "12 Harbour Road, Kandal 12000", line=4),
    ]
    outcome = actions.import_sites(rows=rows, programme=world.programme, by=SETUP)
    assert (outcome.created, outcome.duplicate, outcome.doubts) == (2, 1, 1)
    match = ImportMatch.objects.get()
    assert (match.site.name, match.site.sector, match.enrolled) == ("Lucky Star Co., Ltd.", "Shoes", False)
    made = actions.part_match(match=match, by=world.sokha).newer
    match.site.refresh_from_db()
    assert (match.site.sector, match.site.programme, made.programme) == ("", world.programme, world.programme)
    assert actions.import_sites(rows=rows, programme=world.programme, by=SETUP).created == 0


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


# --- what an import was sure of ---------------------------------------------------------------------------------


@pytest.fixture
def match(world):
    """A row the import was sure of, with an id and another sector."""
    given = row("Lucky Star Co., Ltd.", sector="Apparel")
    actions.import_sites(rows=[given], programme=world.programme, by=SETUP)
    again = row(
        "LUCKY STAR COMPANY LIMITED", "12 Harbour Rd, Kandal 12000", sector="Shoes", ids=(("os-id", "", "KH9"),)
    )
    assert actions.import_sites(rows=[again], programme=world.programme, by=SETUP).updated == 1
    return ImportMatch.objects.get()


def test_what_was_sure_and_wrong_is_parted_and_can_be_taken_back(world, match, client):
    """All the row brought leaves with it; the same list again finds two places; the undo of the undo merges them."""
    client.force_login(world.sokha)
    address = f"/app/factories/doubts/sure/{match.pk}/"
    assert "LUCKY STAR COMPANY" in client.get("/app/factories/doubts/sure/").content.decode()
    assert client.get(address).status_code == 200
    answer = client.post(address)
    doubt = ImportDoubt.objects.get()
    assert answer.url == f"/app/factories/doubts/{doubt.pk}/" and doubt.decision == "different"
    known, made = Site.objects.get(pk=match.site_id), doubt.newer
    assert (known.sector, made.sector, made.name) == ("Apparel", "Shoes", "LUCKY STAR COMPANY LIMITED")
    assert made.number and made.programme == world.programme
    assert [one.text for one in known.sitenames.all()] == ["Lucky Star Co., Ltd."]
    assert [(one.text, one.kind) for one in made.sitenames.all()] == [("LUCKY STAR COMPANY LIMITED", "official")]
    assert made.siteaddresss.count() == known.siteaddresss.count() == 1
    assert made.foreignids.get().code == "KH9" and not known.foreignids.exists()
    again = row(
        "LUCKY STAR COMPANY LIMITED", "12 Harbour Rd, Kandal 12000", sector="Shoes", ids=(("os-id", "", "KH9"),)
    )
    outcome = actions.import_sites(rows=[again, row("Lucky Star Co., Ltd.")], programme=world.programme, by=SETUP)
    assert (outcome.unchanged, outcome.created, outcome.doubts) == (2, 0, 0)
    client.post(answer.url, {"decision": "reopen"})
    client.post(answer.url, {"decision": "same"})
    made.refresh_from_db()
    assert made.survivor == known
    with pytest.raises(WrongState):
        actions.part_match(match=match, by=world.sokha)


@pytest.fixture
def wrong(world):
    """A register knew a place; a programme's list writes another one alike, and the import was sure they are one."""
    actions.import_sites(rows=[row("Lucky Star Co., Ltd.", sector="Apparel")], by=SETUP)
    actions.import_sites(rows=[ALIKE], programme=world.programme, by=SETUP)
    return ImportMatch.objects.get()


ALIKE = row("LUCKY STAR COMPANY LIMITED", "12 Harbour Rd, Kandal 12000", sector="Shoes")


def test_a_row_matched_wrongly_enrols_the_wrong_place_and_parting_undoes_it(world, wrong):
    """The known place would be visited instead of the one on the list, under a number nobody gave it."""
    known = wrong.site
    assert (known.programme, known.number != "", wrong.enrolled) == (world.programme, True, True)
    made = actions.part_match(match=wrong, by=world.sokha).newer
    known.refresh_from_db()
    assert (known.programme, known.number, known.status_since, known.sector) == (None, "", None, "Apparel")
    assert made.programme == world.programme and made.number
    assert AuditRecord.objects.get(verb="match.parted").facts["left"] is True
    assert actions.import_sites(rows=[ALIKE], programme=world.programme, by=SETUP).unchanged == 1
    known.refresh_from_db()
    assert known.programme is None


def test_a_place_the_list_names_itself_stays_in_the_programme(world):
    """Whether its own row comes before the wrong one, after it, or with next year's list."""
    own = row("Lucky Star Co., Ltd.")
    for number, lists in enumerate(([[own, ALIKE]], [[ALIKE, own]], [[ALIKE], [own]])):
        address = f"{number}99 River Road"
        mine = [[replace(one, address=address) for one in rows] for rows in lists]
        actions.import_sites(rows=[replace(own, address=address)], by=SETUP)
        for rows in mine:
            actions.import_sites(rows=rows, programme=world.programme, by=SETUP)
        match = ImportMatch.objects.get(made=None)
        assert not match.enrolled
        made = actions.part_match(match=match, by=world.sokha).newer
        match.site.refresh_from_db()
        assert match.site.programme == made.programme == world.programme


def test_where_work_has_begun_nothing_leaves_the_programme(world, wrong):
    actions.open_cycle(site=wrong.site, on=date(2026, 1, 1), by=world.sokha)
    actions.part_match(match=wrong, by=world.sokha)
    wrong.site.refresh_from_db()
    assert wrong.site.programme == world.programme
    assert AuditRecord.objects.get(verb="match.parted").facts["left"] is False


def test_a_row_of_a_register_parted_from_an_enrolled_place_is_enrolled_nowhere(world):
    actions.import_sites(rows=[row("Lucky Star Co., Ltd.")], programme=world.programme, by=SETUP)
    actions.import_sites(rows=[ALIKE], by=SETUP)
    made = actions.part_match(match=ImportMatch.objects.get(), by=world.sokha).newer
    assert (made.programme, made.number) == (None, "")


def test_what_the_row_said_in_later_lists_is_put_back_too(world, wrong):
    actions.import_sites(rows=[replace(ALIKE, sector="Boots", products="rubber boots")], by=SETUP)
    wrong.site.refresh_from_db()
    assert (wrong.site.sector, wrong.site.products) == ("Boots", "rubber boots")
    made = actions.part_match(match=wrong, by=world.sokha).newer
    wrong.site.refresh_from_db()
    assert (wrong.site.sector, wrong.site.products) == ("Apparel", "")
    assert (made.sector, made.products) == ("Boots", "rubber boots")


@pytest.mark.parametrize("first", [0, 1])
def test_of_two_wrong_rows_each_parts_with_what_it_brought(world, wrong, first):
    """In either order the place ends as it was; it leaves the programme with the last of them."""
    other = row("Lucky Star Corporation", "12, Harbour Road, Kandal 12000", sector="Bags")
    actions.import_sites(rows=[other], programme=world.programme, by=SETUP)
    pair = list(ImportMatch.objects.order_by("raised_at"))
    for match, left in ((pair[first], False), (pair[1 - first], True)):
        actions.part_match(match=match, by=world.sokha)
        wrong.site.refresh_from_db()
        assert (wrong.site.programme is None) is left
    assert wrong.site.sector == "Apparel"
    assert Site.objects.filter(programme=world.programme, sector__in=["Shoes", "Bags"]).count() == 2


def test_a_spelling_known_before_the_row_stays(world):
    """The row moved away with it, and the place lost a name people search for."""
    actions.import_sites(rows=[row("Lucky Star Co., Ltd.")], programme=world.programme, by=SETUP)
    actions.add_name(site=Site.objects.get(name="Lucky Star Co., Ltd."), name=ALIKE.name, by=world.sokha)
    actions.import_sites(rows=[ALIKE], programme=world.programme, by=SETUP)
    match = ImportMatch.objects.get()
    made = actions.part_match(match=match, by=world.sokha).newer
    assert match.site.sitenames.filter(kind="also", text=ALIKE.name).exists()
    assert made.sitenames.get().text == ALIKE.name


def test_what_somebody_changed_since_is_not_put_back(world, match):
    Site.objects.filter(pk=match.site_id).update(sector="Bags")
    actions.part_match(match=match, by=world.sokha)
    assert Site.objects.get(pk=match.site_id).sector == "Bags"


def test_only_who_keeps_the_place_parts_it(world, match, client):
    for stranger in (world.layla, world.chanthou, world.mony):
        client.force_login(stranger)
        assert client.post(f"/app/factories/doubts/sure/{match.pk}/").status_code == 404
    for stranger in (world.layla, SETUP):
        with pytest.raises(Denied):
            actions.part_match(match=match, by=stranger)


def test_the_list_of_sure_ones_costs_the_same_for_two_and_for_twelve(world, client):
    client.force_login(world.sokha)

    def asked(n):
        for one in range(n):
            name = f"{'ABCDEFGHIJKLMN'[ImportMatch.objects.count()]}olden Heron {one}"
            actions.import_sites(rows=[row(f"{name} Co., Ltd.")], programme=world.programme, by=SETUP)
            actions.import_sites(rows=[row(f"{name} COMPANY LIMITED")], programme=world.programme, by=SETUP)
        with CaptureQueriesContext(connection) as found:
            client.get("/app/factories/doubts/sure/")
        return len(found)

    assert asked(2) == asked(10)
    assert ImportMatch.objects.count() == 12
