"""What was true when: names, owners, ids, people; old names find the factory; the database refuses two at one time."""

from datetime import date, timedelta

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse

from core.audit import System
from core.days import today
from core.errors import Denied, Invalid, WrongState
from core.models import AuditRecord
from factories import actions, queries, sectors
from factories.models import (
    Building,
    ForeignId,
    Season,
    Site,
    SiteAddress,
    SiteKey,
    SiteLicence,
    SiteName,
    SiteOwner,
    Workforce,
    WorkforcePart,
)
from factories.models.dated import _triggers
from factories.rules import SiteRow

SETUP = System("test")
SPRING, SUMMER = date(2026, 3, 1), date(2026, 6, 1)


def found(user, words):
    return [site.name for site in queries.sites(user, words)]


def test_an_old_name_finds_the_factory_for_ever(world):
    site = world.site
    for name, on in (("Silver Heron Sewing", SPRING), ("Golden Heron Sewing", SUMMER)):
        actions.rename_site(site=site, name=name, on=on, by=world.sokha)
    site.refresh_from_db()
    assert site.name == "Golden Heron Sewing"
    spans = list(site.sitenames.order_by("recorded_at").values_list("text", "since", "until"))
    assert spans == [
        ("Paper Heron Sewing", None, SPRING),
        ("Silver Heron Sewing", SPRING, SUMMER),
        ("Golden Heron Sewing", SUMMER, None),
    ]
    for words in ("paper heron", "SILVER heron", "golden"):
        assert found(world.sokha, words) == ["Golden Heron Sewing"], words
    (shown,) = list(queries.sites(world.sokha, "paper heron"))
    queries.matched_names([shown], "paper heron")
    assert shown.matched == ["Paper Heron Sewing"]


def test_an_old_list_neither_doubles_a_factory_nor_calls_it_back(world):
    site = world.site
    old = SiteRow("list.csv", "", 2, "KH", site.name, site.address, sector="Shoes")
    actions.rename_site(site=site, name="Golden Heron", on=SPRING, by=world.sokha)
    outcome = actions.import_sites(rows=[old], by=SETUP)
    assert (outcome.created, outcome.updated) == (0, 1)
    site.refresh_from_db()
    assert (site.name, site.sector) == ("Golden Heron", "Shoes")


def test_two_changes_on_one_day_and_days_that_cannot_be(world):
    site = world.site
    actions.rename_site(site=site, name="Wrong", on=SPRING, by=SETUP)
    actions.rename_site(site=site, name="Right", on=SPRING, by=SETUP)
    assert list(site.sitenames.filter(text="Wrong").values_list("since", "until")) == [(SPRING, SPRING)]
    assert found(world.sokha, "wrong") == ["Right"]
    with pytest.raises(Invalid, match="before the present one"):
        actions.rename_site(site=site, name="Older", on=SPRING - timedelta(days=1), by=SETUP)
    with pytest.raises(Invalid, match="future"):
        actions.rename_site(site=site, name="Later", on=today(world.programme) + timedelta(days=1), by=SETUP)
    with pytest.raises(WrongState, match="already"):
        actions.rename_site(site=site, name="Right", on=SUMMER, by=SETUP)
    site.refresh_from_db()
    assert site.name == "Right"


def test_a_name_of_another_place_is_not_taken(world):
    other = world.new_site("Blue Kettle", address=world.site.address)
    with pytest.raises(Invalid, match="known already"):
        actions.rename_site(site=world.site, name="BLUE kettle", on=SPRING, by=SETUP)
    world.site.refresh_from_db()
    assert world.site.sitenames.filter(until=None).get().text == "Paper Heron Sewing"
    assert SiteKey.objects.filter(site=other).count() == 1


def test_other_scripts_addresses_and_ids_find_it(world):
    site = world.site
    actions.add_name(site=site, name="纸鹭制衣有限公司", language="zh", by=world.mony)
    actions.change_address(site=site, address="Road 4, Plot 9", on=SPRING, by=world.sokha)
    actions.record_foreign_id(site=site, scheme="os-id", code="KH2026001ABCDEF", by=world.sokha)
    buyer = actions.create_buyer(name="Teapot & Sons", by=SETUP)
    actions.record_foreign_id(site=site, scheme="buyer", buyer=buyer, code="V-77", by=world.sokha)
    for words in ("纸鹭", "national road 4", "plot 9", "kh2026001abcdef"):
        assert found(world.sokha, words) == ["Paper Heron Sewing"], words
    assert found(world.sokha, "V-77") == []
    other = world.new_site("Tin Kite")
    with pytest.raises(Invalid, match="has this id already"):
        actions.record_foreign_id(site=other, scheme="os-id", code="KH2026001ABCDEF", by=SETUP)
    actions.end_fact(fact=ForeignId.objects.get(scheme="os-id"), on=SUMMER, by=world.sokha)
    actions.record_foreign_id(site=other, scheme="os-id", code="KH2026001ABCDEF", since=SUMMER, by=SETUP)


def test_owners_follow_one_another(world):
    actions.change_owner(site=world.site, enterprise="Marigold Holding", on=SPRING, by=world.sokha)
    actions.change_owner(site=world.site, enterprise="Teal Group", on=SUMMER, by=world.sokha)
    world.site.refresh_from_db()
    assert world.site.enterprise.name == "Teal Group"
    assert list(world.site.siteowners.order_by("since").values_list("since", "until")) == [
        (SPRING, SUMMER),
        (SUMMER, None),
    ]


def test_the_newest_count_is_the_one_shown(world):
    site = world.new_site("Tin Kite", workers=None, workers_on=None)
    parts = [("sex", "women", 640), ("sex", "men", 160), ("nationality", "KH", 790), ("contract", "seasonal", 90)]
    actions.count_workers(site=site, counted_on=SUMMER, total=800, parts=parts, by=world.sokha)
    actions.count_workers(site=site, counted_on=SPRING, total=40, by=world.sokha)
    site.refresh_from_db()
    assert (site.workers, site.workers_on, site.size_band) == (800, SUMMER, "250-999")
    actions.count_workers(site=site, counted_on=date(2026, 9, 1), band="1000-4999", by=world.sokha)
    site.refresh_from_db()
    assert (site.workers, site.workers_on, site.size_band) == (None, None, "1000-4999")
    with pytest.raises(Invalid, match="more people"):
        actions.count_workers(
            site=site, counted_on=date(2026, 9, 2), total=5, parts=[("sex", "men", 3), ("sex", "women", 3)], by=SETUP
        )
    with pytest.raises(Invalid, match="number"):
        actions.count_workers(site=site, counted_on=date(2026, 9, 2), by=SETUP)
    with pytest.raises(WrongState):
        actions.count_workers(site=site, counted_on=SUMMER, total=5, by=SETUP)


def test_a_factory_manager_records_what_he_knows_and_no_more(world):
    mony, site = world.mony, world.site
    actions.record_building(site=site, kind="dormitory", name="Block B", floors=3, beds=240, by=mony)
    season = actions.record_season(site=site, kind="peak", first_month=11, last_month=2, by=mony)
    actions.end_fact(fact=season, on=SUMMER, by=mony)
    actions.set_sector(site=site, isic="1410", by=mony)
    with pytest.raises(Invalid, match="ISIC"):
        actions.set_sector(site=site, isic="9999", by=mony)
    with pytest.raises(Invalid, match="dormitory"):
        actions.record_building(site=site, kind="store", name="Hall", beds=2, by=mony)
    for refused in (
        lambda: actions.rename_site(site=site, name="Mine", on=SPRING, by=mony),
        lambda: actions.change_owner(site=site, enterprise="Mine", on=SPRING, by=mony),
        lambda: actions.record_licence(site=site, kind="export", number="1", by=mony),
        lambda: actions.record_foreign_id(site=site, scheme="os-id", code="1", by=mony),
        lambda: actions.record_season(site=site, kind="slack", first_month=5, last_month=6, by=world.rith),
    ):
        with pytest.raises(Denied):
            refused()


def test_the_record_of_who_did_it_holds_no_words(world):
    actions.rename_site(site=world.site, name="Golden Heron", on=SPRING, by=world.sokha)
    record = AuditRecord.objects.get(verb="site.renamed")
    assert record.facts == {"site": str(world.site.pk), "on": "2026-03-01"}


def test_a_seasonal_stop_is_a_state_of_its_own(world):
    assert actions.close_site(site=world.site, status="seasonal", by=world.sokha).status == "seasonal"
    with pytest.raises(WrongState):
        actions.open_cycle(site=world.site, on=SPRING, by=world.sokha)
    assert actions.close_site(site=world.site, status="active", by=world.sokha).status == "active"


def test_sectors_speak_two_languages():
    assert sectors.sector_name("1410", "en").startswith("Manufacture of wearing apparel")
    assert "الملبوسات" in sectors.sector_name("1410", "ar")
    assert sectors.sector_name("1410", "km") == sectors.sector_name("1410", "en")
    assert sectors.sector_name("0000") == ""
    assert len(sectors.sector_choices("14")) == 3


# --- the database keeps the promises ---------------------------------------------------------------------------


def test_the_database_refuses_two_at_one_time(world):
    site = world.site
    actions.change_owner(site=site, enterprise="Marigold", on=SPRING, by=SETUP)
    actions.record_foreign_id(site=site, scheme="os-id", code="A1", since=SPRING, by=SETUP)
    actions.record_licence(site=site, kind="export", number="7", since=SPRING, by=SETUP)
    owner = SiteOwner.objects.get().enterprise
    for twice in (
        lambda: SiteName.objects.create(site=site, text="x", folded="x", since=SPRING, until=SUMMER),
        lambda: SiteName.objects.create(site=site, text="x", folded="x"),
        lambda: SiteAddress.objects.create(site=site, text="x", folded="x", since=SUMMER),
        lambda: SiteOwner.objects.create(site=site, enterprise=owner, since=SUMMER),
        lambda: ForeignId.objects.create(site=world.new_site("Other"), scheme="os-id", code="A1", since=SUMMER),
        lambda: SiteLicence.objects.create(site=site, kind="export", number="7", until=SUMMER),
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            twice()
    before = SiteOwner.objects.create(site=site, enterprise=owner, until=SPRING)
    with pytest.raises(IntegrityError), transaction.atomic():
        SiteOwner.objects.filter(pk=before.pk).update(until=SUMMER)


@pytest.mark.parametrize(
    ("model", "change"),
    [
        (SiteName, {"since": SUMMER, "until": SPRING}),
        (ForeignId, {"code": ""}),
        (ForeignId, {"scheme": "buyer"}),
        (Building, {"kind": "store"}),
        (Season, {"last_month": 13}),
        (Workforce, {"band": "many"}),
        (WorkforcePart, {"code": "none"}),
        (Site, {"isic": "14a"}),
    ],
)
def test_the_database_refuses_what_goes_round_the_actions(world, model, change):
    site = world.site
    actions.record_foreign_id(site=site, scheme="os-id", code="A1", by=SETUP)
    actions.record_building(site=site, kind="dormitory", name="B", beds=9, by=SETUP)
    actions.record_season(site=site, kind="peak", first_month=1, last_month=2, by=SETUP)
    actions.count_workers(site=site, counted_on=SUMMER, total=9, parts=[("sex", "men", 9)], by=SETUP)
    with pytest.raises(IntegrityError), transaction.atomic():
        model.objects.update(**change)
    with pytest.raises(IntegrityError), transaction.atomic():
        Site.objects.filter(pk=site.pk).update(survivor=site)


def test_the_promise_of_one_at_a_time_finds_its_rows_by_an_index():
    """PostgreSQL has none for IS NOT DISTINCT FROM: an import would read the whole table for each row it writes."""
    said = " ".join(_triggers(SiteName, "postgresql"))
    assert "o.site_id = NEW.site_id" in said
    assert "o.buyer_id IS NOT DISTINCT FROM NEW.buyer_id" in " ".join(_triggers(ForeignId, "postgresql"))


def test_who_works_there_is_written_down_by_sex_nationality_language_and_contract(client, world):
    client.force_login(world.sokha)
    address = reverse("factories:record", args=[world.site.ref, "workers"])
    said = {"counted_on": "2026-02-01", "total": "800", "women": "650", "men": "150",
            "nationalities": "KH 790, VN 10", "languages": "km 790, vi 10", "contracts": "permanent 800"}  # fmt: skip
    answer = client.post(address, said)
    assert answer.status_code == 302, answer.content.decode()[:3000]
    counted = world.site.workforces.get(counted_on=date(2026, 2, 1))
    assert set(counted.parts.values_list("by", "code", "count")) == {
        ("sex", "women", 650), ("sex", "men", 150), ("nationality", "KH", 790), ("nationality", "VN", 10),
        ("language", "km", 790), ("language", "vi", 10), ("contract", "permanent", 800),
    }  # fmt: skip
