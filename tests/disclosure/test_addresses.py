"""Public addresses for life: a renamed factory keeps its own, a merged one's leads on from the next release."""

from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from disclosure import actions, public
from disclosure.models import Forwarding
from factories import actions as factories
from tests.cms.test_pages import text
from tests.disclosure.past import publish, regime, usual, visits

OLD, NEW = "tin-kite", "paper-heron-sewing"
EXITS = "emergency-exits-clear"


@pytest.fixture
def two(world):
    """Two factories with a public page each, released; then one turns out to be the other."""
    regime(world)
    old = world.new_site("Tin Kite")
    usual(world)
    visits(world, (date(2024, 2, 1), {}), (date(2024, 8, 1), {"overtime-premium-paid": "non_compliant"}), site=old)
    publish(world)
    return old


def merged(world, old, **how):
    return factories.merge_sites(source=old, target=world.site, on=date(2026, 9, 1), by=world.sokha, **how)


def test_a_renamed_factory_keeps_its_address(client, world, two):
    factories.rename_site(site=world.site, name="Golden Ibis", on=date(2026, 9, 1), by=world.sokha)
    publish(world)
    assert "Golden Ibis" in text(client.get(f"/disclosure/{NEW}/"))


def test_an_old_address_leads_on_from_the_next_release_and_back_after_an_undo(client, world, two):
    row = merged(world, two)
    assert client.get(f"/disclosure/{OLD}/").status_code == 200  # nothing changes before a release says so
    release = publish(world)
    for end, where in (("/", "/"), (".json", ".json"), (".csv", ".csv")):
        answer = client.get(f"/disclosure/{OLD}{end}")
        assert (answer.status_code, answer["Location"]) == (301 if end == "/" else 302, f"/disclosure/{NEW}{where}")
    document = release.factories.get().document
    assert document["stands_for"] == [{"id": str(two.pk), "slug": OLD}]
    # One history: six visits of one place, and the factory is counted once.
    assert document["visits"]["public"] + document["visits"]["before"] == 6
    assert (release.coverage["in_programme"], release.coverage["disclosed"]) == (1, 1)
    assert "Tin Kite" not in text(client.get("/disclosure/"))
    factories.undo_succession(succession=row, by=world.sokha)
    again = publish(world)
    assert client.get(f"/disclosure/{OLD}/").status_code == 200
    assert again.coverage["disclosed"] == 2
    assert "stands_for" not in again.factories.get(slug=NEW).document


def test_a_chain_of_merges_leads_to_its_end_and_a_merge_of_a_later_day_not_yet(client, world, two):
    third = world.new_site("Blue Kettle")
    merged(world, two)
    factories.merge_sites(source=world.site, target=third, on=date(2026, 9, 20), by=world.sokha)
    publish(world)
    for slug in (OLD, NEW):
        assert client.get(f"/disclosure/{slug}/")["Location"] == "/disclosure/blue-kettle/"
    assert Forwarding.objects.count() == 2


def test_a_merge_after_the_day_of_the_release_is_not_in_it(client, world, two):
    factories.merge_sites(source=two, target=world.site, on=date(2026, 10, 20), by=world.sokha)
    publish(world)
    assert client.get(f"/disclosure/{OLD}/").status_code == 200


def test_history_that_stays_behind_keeps_its_own_page(client, world, two):
    merged(world, two, history_follows=False, cycles_follow=False)
    publish(world)
    assert "Tin Kite" in text(client.get(f"/disclosure/{OLD}/"))


def test_what_was_withheld_of_the_old_page_stays_withheld_on_the_new_one(client, world, two):
    thida = world.person("Thida", "programme-manager")
    ask = actions.ask_to_withhold(
        slug=OLD, question_key="overtime-premium-paid", reason="person-at-risk", by=world.sokha
    )
    actions.agree_to_withhold(ask=ask, by=thida)
    merged(world, two)
    publish(world)
    shown = public.factory(OLD)["document"]
    assert shown["slug"] == NEW
    (entry,) = [one for one in shown["entries"] if one["question_key"] == "overtime-premium-paid"]
    assert (entry["status"], entry["found_on"]) == ("withheld", None)
    assert [one["question_key"] for one in public.entries_page(chosen={"status": "withheld"})["items"]] == [
        "overtime-premium-paid"
    ]
    assert all(
        one["question_key"] != "overtime-premium-paid"
        for one in public.entries_page(chosen={"status": "verified_fixed"})["items"]
    )
    # The whole page, asked by its old address.
    whole = actions.ask_to_withhold(slug=OLD, reason="court-order", by=world.sokha)
    assert whole.slug == NEW
    actions.agree_to_withhold(ask=whole, by=thida)
    assert public.factory(NEW)["document"]["entries"] == []
    assert public.entries_page()["count"] == 0


def test_a_page_wholly_withheld_before_a_merge_withholds_the_one_that_speaks_for_it(world, two):
    thida = world.person("Thida", "programme-manager")
    actions.agree_to_withhold(ask=actions.ask_to_withhold(slug=OLD, reason="court-order", by=world.sokha), by=thida)
    merged(world, two)
    publish(world)
    assert public.factory(NEW)["document"]["entries"] == []
    assert public.entries_page()["count"] == 0
    assert public.issues() == {}


def test_a_page_with_many_old_addresses_costs_no_more(client, world, two):
    def cost():
        client.get(f"/disclosure/{NEW}/")
        with CaptureQueriesContext(connection) as asked:
            assert client.get(f"/disclosure/{NEW}/").status_code == 200
        return len(asked)

    before = cost()
    merged(world, two)
    publish(world)
    assert cost() == before
