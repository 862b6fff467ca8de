"""Merge, split, takeover, move: what follows, where old addresses lead, the undo. Suspicions stay where they are."""

from datetime import date

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse

from core.audit import System
from core.errors import Denied, Invalid, WrongState
from core.models import AuditRecord
from factories import actions, issued, queries
from factories.models import Site, SiteSuccession, Suspicion
from tests.cms.test_pages import text as text_of

SETUP = System("test")
THINGS = "Lantern Meadow Orchid Pebble Thimble Walnut Harbour Comet Badger Saddle Falcon Willow".split()  # noqa: SIM905
SPRING, SUMMER = date(2026, 3, 1), date(2026, 6, 1)


def page(site):
    return reverse("factories:site", args=[site.ref])


def test_a_merged_record_leads_to_the_one_that_stays(world, client):
    old, site = world.new_site("Tin Kite"), world.site
    row = actions.merge_sites(source=old, target=site, on=SPRING, by=world.sokha)
    client.force_login(world.sokha)
    assert client.get(page(old))["Location"] == page(site)
    kept = client.get(page(old) + "?kept").content.decode()
    assert "Tin Kite" in kept and "stands for this one" in kept
    assert [one.name for one in queries.sites(world.sokha, "tin kite")] == ["Paper Heron Sewing"]
    assert [one.name for one in queries.sites(world.sokha, old.number)] == ["Paper Heron Sewing"]
    assert issued.same_place(site.pk) == {site.pk, old.pk}
    assert issued.survivors([old.pk, site.pk]) == {old.pk: site.pk}
    with pytest.raises(WrongState, match="stands for this one"):
        actions.open_cycle(site=old, on=SUMMER, by=SETUP)
    actions.undo_succession(succession=row, by=world.sokha)
    assert client.get(page(old)).status_code == 200
    assert issued.same_place(site.pk) == {site.pk}
    with pytest.raises(WrongState, match="already"):
        actions.undo_succession(succession=row, by=world.sokha)


def test_a_chain_of_merges_leads_to_its_end_and_is_undone_from_there(world):
    first, second, third = (world.new_site(name) for name in ("One", "Two", "Three"))
    inner = actions.merge_sites(source=first, target=second, on=SPRING, by=SETUP)
    outer = actions.merge_sites(source=second, target=third, on=SUMMER, by=SETUP)
    assert issued.survivors([first.pk, second.pk]) == {first.pk: third.pk, second.pk: third.pk}
    assert issued.same_place(third.pk) == {first.pk, second.pk, third.pk}
    with pytest.raises(WrongState, match="later"):
        actions.undo_succession(succession=inner, by=SETUP)
    actions.undo_succession(succession=outer, by=SETUP)
    assert issued.survivors([first.pk, second.pk]) == {first.pk: second.pk}


def test_history_that_does_not_follow_stays_apart(world):
    old = world.new_site("Tin Kite")
    actions.merge_sites(source=old, target=world.site, on=SPRING, history_follows=False, cycles_follow=False, by=SETUP)
    assert issued.same_place(world.site.pk) == {world.site.pk}


def test_cycles_are_counted_on_or_begin_anew(world):
    for follow, number in ((True, 3), (False, 1)):
        site = world.new_site(f"Mill {follow}")
        for n in (1, 2):
            actions.open_cycle(site=site, on=date(2024 + n, 1, 5), by=SETUP)
        row = actions.take_over(
            site=site, enterprise="Teal Group", on=SPRING, history_follows=True, cycles_follow=follow, by=world.sokha
        )
        after = Site.objects.get(pk=row.target_id)
        assert (after.pk == site.pk) == follow
        assert after.enterprise.name == "Teal Group"
        assert issued.same_place(after.pk) == {site.pk, after.pk}
        assert actions.open_cycle(site=after, on=SUMMER, by=SETUP).number == number


def test_a_takeover_under_a_new_name_and_a_move_are_taken_back(world):
    site = world.site
    actions.change_owner(site=site, enterprise="Marigold", on=date(2025, 1, 1), by=SETUP)
    over = actions.take_over(site=site, enterprise="Teal", name="Teal Sewing", on=SPRING, by=world.sokha)
    moved = actions.move_site(site=site, address="Road 9, Takeo", on=SUMMER, by=world.sokha)
    site.refresh_from_db()
    assert (site.name, site.address, site.enterprise.name) == ("Teal Sewing", "Road 9, Takeo", "Teal")
    with pytest.raises(WrongState, match="later"):
        actions.undo_succession(succession=over, by=world.sokha)
    actions.undo_succession(succession=moved, by=world.sokha)
    actions.undo_succession(succession=over, by=world.sokha)
    site.refresh_from_db()
    assert (site.name, site.enterprise.name) == ("Paper Heron Sewing", "Marigold")
    assert site.address == "National Road 4, Paper Heron Sewing"
    assert site.sitenames.get(until=None).text == "Paper Heron Sewing"
    assert [one.name for one in queries.sites(world.sokha, "teal sewing")] == ["Paper Heron Sewing"]


def test_a_move_that_leaves_history_behind_begins_a_new_record(world):
    site = world.site
    row = actions.move_site(site=site, address="Road 9", on=SPRING, history_follows=False, by=world.sokha)
    assert row.target.number == "KH-F-0002"
    assert (row.history_follows, row.cycles_follow) == (False, False)
    assert issued.survivors([site.pk]) == {site.pk: row.target_id}
    actions.undo_succession(succession=row, by=world.sokha)
    assert issued.survivors([site.pk, row.target_id]) == {row.target_id: site.pk}


def test_a_split_gives_the_new_factory_its_own_number(world):
    row = actions.split_site(
        site=world.site, name="Heron Laundry", address="Gate 2", on=SPRING, history_follows=True, by=world.sokha
    )
    assert (row.target.number, row.target.survivor, row.source.survivor) == ("KH-F-0002", None, None)
    assert issued.same_place(row.target_id) == {row.target_id, world.site.pk}
    assert issued.same_place(world.site.pk) == {world.site.pk}


def test_who_merges_and_what_cannot_be(world):
    old = world.new_site("Tin Kite")
    for person in (world.rith, world.mony, world.layla):
        with pytest.raises(Denied):
            actions.merge_sites(source=old, target=world.site, on=SPRING, by=person)
    with pytest.raises(Denied):
        actions.merge_sites(source=world.other_site, target=world.site, on=SPRING, by=world.sokha)
    with pytest.raises(WrongState, match="two programmes"):
        actions.merge_sites(source=world.other_site, target=world.site, on=SPRING, by=SETUP)
    with pytest.raises(Invalid, match="two"):
        actions.merge_sites(source=old, target=old, on=SPRING, by=world.sokha)
    with pytest.raises(IntegrityError), transaction.atomic():
        SiteSuccession.objects.create(
            kind="merge", source=old, target=old, on=SPRING, history_follows=True, cycles_follow=True
        )
    with pytest.raises(IntegrityError), transaction.atomic():
        SiteSuccession.objects.create(
            kind="merge", source=old, target=world.site, on=SPRING, history_follows=False, cycles_follow=True
        )


# --- suspicions ------------------------------------------------------------------------------------------------


def everything(client, person, site):
    """All that a person reads of factories, of what waits for her, and of the public side, in one text."""
    client.force_login(person)
    addresses = [
        "/app/", "/app/factories/", "/app/factories/?q=sentinel", "/app/factories/?q=shed", page(site),
        reverse("factories:history", args=[site.ref]), "/app/factories/consents/", "/app/factories/doubts/",
        "/app/factories/people/", "/app/factories/suspicions/", "/disclosure/", "/disclosure/?q=sentinel",
        "/data/openfloor-kh.csv", "/data/openfloor-kh.json", "/data/api/v1/factories?q=sentinel",
    ]  # fmt: skip
    return {address: text_of(client.get(address)) for address in addresses}


def test_a_suspicion_changes_no_list_no_count_and_no_search_for_anybody_else(world, client):
    """Every page of everybody who may not read it is the same, letter by letter, before and after."""
    import re

    from tests.disclosure.past import publish, regime, usual

    regime(world)
    usual(world)
    publish(world)
    taker = world.new_site("Tin Kite")
    buyer = actions.create_buyer(name="Marmalade Outfitters", by=SETUP)
    iris = world.person("Iris")
    actions.add_buyer_member(buyer=buyer, user=iris, since=date(2025, 1, 1), by=SETUP)
    actions.give_consent(site=world.site, buyer=buyer, since=date(2025, 1, 1), by=world.mony)
    others = [world.mony, world.rith, world.dara, world.layla, world.omar, iris, world.person("Nobody")]

    def seen():
        texts = {person.username: everything(client, person, world.site) for person in others}
        client.logout()
        texts["public"] = {a: text_of(client.get(a)) for a in ("/disclosure/", "/data/openfloor-kh.json")}
        return {
            (who, address): re.sub(r'(csrfmiddlewaretoken" value|nonce|csrf-token" content)="[^"]*"', "", text)
            for who, pages in texts.items()
            for address, text in pages.items()
        }

    before = seen()
    actions.record_suspicion(giver=world.site, taker=taker, words="SENTINEL in the shed", seen_on=SPRING, by=world.rith)
    after = seen()
    for key, text in after.items():
        assert "SENTINEL" not in text, key
        assert text == before[key], key
    publish(world, as_of=date(2026, 10, 6))
    client.logout()
    for address in (
        "/disclosure/",
        "/disclosure/paper-heron-sewing/",
        "/data/openfloor-kh.json",
        "/data/openfloor-kh.csv",
    ):
        assert "SENTINEL" not in text_of(client.get(address))
    client.force_login(world.sokha)
    assert "SENTINEL" in client.get("/app/factories/suspicions/").content.decode()


def test_a_suspicion_is_written_down_by_number(world, client):
    address, other = reverse("factories:suspicions"), world.new_site("Tin Kite")
    client.force_login(world.rith)
    assert f'value="{world.site.number}"' in client.get(address, {"factory": world.site.number}).content.decode()
    sent = {"giver": world.site.number.lower(), "taker": other.number, "seen_on": "2026-03-01", "words": "Bundles"}
    for wrong, said in (
        ({"giver": "KH-F-9999"}, "No factory of your list"), ({"giver": world.other_site.number}, "No factory of your list"),
        ({"taker": world.site.number}, "Choose two factories"), ({"giver": ""}, "required"),
    ):  # fmt: skip
        answer = client.post(address, sent | wrong)
        assert (answer.status_code, said in answer.content.decode()) == (400, True), wrong
    assert client.post(address, sent).status_code == 302
    assert (Suspicion.objects.get().giver, Suspicion.objects.get().taker) == (world.site, other)


def test_doubts_and_suspicions_cost_the_same_for_two_and_for_twelve(world, client):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    from factories.models import ImportDoubt
    from factories.rules import SiteRow

    def grow(start, count):
        for n in range(start, count):
            thing = THINGS[n]
            for name in (f"{thing} Sewing", f"{thing} Sewin"):
                row = SiteRow("list.csv", "", n, "KH", name, f"12 {thing} Road, Kandal 120{n:02d}")
                actions.import_sites(rows=[row], programme=world.programme, by=SETUP)
            actions.record_suspicion(giver=world.site, words=f"Seen {n}", seen_on=SPRING, by=world.rith)
            row = actions.split_site(site=world.site, name=f"Part {n}", address=f"Gate {n}", on=SPRING, by=SETUP)
            actions.merge_sites(source=row.target, target=world.site, on=SUMMER, by=SETUP)
            actions.add_name(site=world.site, name=f"Heron {n}", by=SETUP)

    def costs():
        client.force_login(world.sokha)
        found = {}
        for address in ("/app/", "/app/factories/doubts/", "/app/factories/suspicions/", page(world.site), page(world.site)
                        + "record/", "/app/factories/?q=herrn", "/app/factories/?q=heron"):  # fmt: skip
            client.get(address)
            with CaptureQueriesContext(connection) as asked:
                assert client.get(address).status_code == 200
            found[address] = len(asked)
        return found

    grow(0, 2)
    assert ImportDoubt.objects.count() == 2
    few = costs()
    grow(2, 12)
    assert ImportDoubt.objects.count() >= 10
    assert costs() == few


def test_a_suspicion_is_read_by_few_and_leaves_no_word_elsewhere(world, client):
    row = actions.record_suspicion(
        giver=world.site, words="Bundles with its labels at a shed", seen_on=SPRING, by=world.rith
    )
    address = reverse("factories:suspicions")
    for person, reads in ((world.sokha, True), (world.vannak, True), (world.rith, False), (world.dara, False)):
        client.force_login(person)
        assert ("Bundles" in client.get(address).content.decode()) == reads, person.username
    for stranger in (world.mony, world.person("Nobody")):
        client.force_login(stranger)
        assert client.get(address).status_code == 404
    client.force_login(world.layla)
    assert "Bundles" not in client.get(address).content.decode()
    with pytest.raises(Denied):
        actions.record_suspicion(giver=world.site, words="x", seen_on=SPRING, by=world.mony)
    with pytest.raises(Denied):
        actions.close_suspicion(suspicion=row, outcome="unfounded", by=world.rith)
    assert "Bundles" not in str(list(AuditRecord.objects.values()))
    assert "Bundles" not in str(issued.site_facts([world.site.pk]))
    actions.close_suspicion(suspicion=row, outcome="declared", by=world.vannak)
    with pytest.raises(WrongState):
        actions.close_suspicion(suspicion=row, outcome="declared", by=world.vannak)
    with pytest.raises(IntegrityError), transaction.atomic():
        Suspicion.objects.update(outcome="")
