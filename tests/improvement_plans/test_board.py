"""The committee's board: what is taken up first. A place on it is no fact and no part of what is agreed."""

import re

import pytest
from django.urls import reverse

from core.errors import Denied, WrongState
from core.models import AuditRecord
from improvement_plans import actions, queries
from improvement_plans.models import PlanItem
from improvement_plans.rules import placed

IDEAS = ("Shade in the yard", "Water at the gate", "A second fan")


@pytest.fixture
def ideas(floor):
    """A plan with three items nobody planned yet."""
    floor.chairs  # noqa: B018
    plan = actions.open_plan(site=floor.site, by=floor.world.mony)
    for issue in IDEAS:
        actions.add_item(plan=plan, issue=issue, by=floor.sreymom)
    return plan


def shown(user, plan, column="not_started"):
    return [one.item.issue for one in dict(queries.board(user, plan.pk).columns)[column]]


def order_of(user, plan, *names):
    ids = {one.issue: str(one.pk) for one in plan.items.all()}
    return [ids[name] for name in names]


def test_one_is_put_before_another_or_at_the_end():
    assert placed(["a", "b", "c"], "c", "a") == ["c", "a", "b"]
    assert placed(["a", "b", "c"], "a", "c") == ["b", "a", "c"]
    assert placed(["a", "b", "c"], "a", "end") == ["b", "c", "a"]
    assert placed(["a", "b"], "c", "b") == ["a", "c", "b"]


def shown_ids(user, plan):
    return [str(one.item.pk) for one in dict(queries.board(user, plan.pk).columns)["not_started"]]


@pytest.mark.parametrize("who", ["sreymom", "vuthy", "mony", "dara"])
def test_both_sides_the_manager_and_the_adviser_put_items_in_their_place(floor, ideas, client, who):
    person = getattr(floor, who, None) or getattr(floor.world, who)
    first, _second, third = shown(person, ideas)
    client.force_login(person)
    item, before = ideas.items.get(issue=third), ideas.items.get(issue=first)
    sent = client.post(reverse("improvement_plans:place", args=[item.pk]), {"before": str(before.pk)})
    assert sent.headers["Location"] == f"/app/plans/{ideas.pk}/#item-{item.pk}"
    assert shown(floor.sreymom, ideas) == [third, first, _second]
    row = AuditRecord.objects.filter(verb="item.placed").get()
    assert row.actor_id == person.pk


def test_the_page_has_a_button_for_each_way_and_none_at_the_ends(floor, ideas, client):
    client.force_login(floor.sreymom)
    page = client.get(reverse("improvement_plans:board", args=[ideas.pk])).content.decode()
    ways = re.findall(r'name="before" value="([^"]*)" data-way="(up|down)"( disabled)?', page)
    ids = [str(ideas.items.get(issue=issue).pk) for issue in shown(floor.sreymom, ideas)]
    assert ways == [
        ("", "up", " disabled"), (ids[2], "down", ""),
        (ids[0], "up", ""), ("end", "down", ""),
        (ids[1], "up", ""), ("", "down", " disabled"),
    ]  # fmt: skip
    place = reverse("improvement_plans:place", args=[ids[0]])
    client.post(place, {"before": ways[1][0]})
    assert shown_ids(floor.sreymom, ideas) == [ids[1], ids[0], ids[2]]
    client.post(place, {"before": ids[1]})
    assert shown_ids(floor.sreymom, ideas) == ids
    assert client.post(place, {"before": "end", "stays": "yes"}).status_code == 204
    assert shown_ids(floor.sreymom, ideas) == [ids[1], ids[2], ids[0]]


def test_who_only_reads_and_who_is_outside_moves_nothing(floor, client):
    item = floor.planned()
    address = reverse("improvement_plans:place", args=[item.pk])
    for person, status in ((floor.buyer_reader, 403), (floor.world.layla, 404)):
        client.force_login(person)
        assert client.post(address, {"before": "end"}).status_code == status, person.name
    client.force_login(floor.buyer_reader)
    page = client.get(reverse("improvement_plans:board", args=[item.plan_id])).content.decode()
    assert "data-place>" not in page
    assert "#report" not in page
    with pytest.raises(Denied):
        actions.place_item(item=item, order=[str(item.pk)], by=floor.buyer_reader)
    assert not PlanItem.objects.exclude(position=0).exists()


def test_a_place_is_no_change_of_the_plan_and_no_fact(floor):
    item = floor.planned()
    actions.agree_item(item=item, about="plan", edition=item.edition, by=floor.sreymom)
    before = PlanItem.objects.filter(pk=item.pk).values().get()
    actions.place_item(item=item, order=[str(item.pk)], by=floor.vuthy)
    after = PlanItem.objects.filter(pk=item.pk).values().get()
    assert after == before | {"position": 1}
    assert not item.facts.exists()
    assert not item.changes.filter(edition__gt=item.edition).exists()
    assert queries.item_view(floor.vuthy, item.pk).signatures[1]["agreement"] is not None


def test_what_is_new_stands_on_top_until_it_is_put_in_its_place(floor, ideas):
    order = order_of(floor.sreymom, ideas, *reversed(IDEAS))
    actions.place_item(item=ideas.items.get(issue=IDEAS[0]), order=order, by=floor.sreymom)
    actions.add_item(plan=ideas, issue="A new one", by=floor.vuthy)
    assert shown(floor.sreymom, ideas) == ["A new one", *reversed(IDEAS)]


def test_an_order_of_another_plan_is_refused(floor, ideas):
    item = ideas.items.first()
    strange = floor.planned()
    for order in ([str(item.pk), str(strange.pk)], [str(item.pk)] * 2, []):
        with pytest.raises(WrongState):
            actions.place_item(item=item, order=order, by=floor.sreymom)
    assert not PlanItem.objects.exclude(position=0).exists()


def test_only_who_may_report_is_shown_the_way_to_it(floor, client):
    item = floor.planned()
    way = f"/app/plans/items/{item.pk}/#report"
    for person, seen in (
        (floor.vuthy, True),
        (floor.world.mony, True),
        (floor.sreymom, False),
        (floor.world.dara, False),
    ):
        client.force_login(person)
        page = client.get(reverse("improvement_plans:board", args=[item.plan_id])).content.decode()
        assert (way in page) is seen, person.name
    client.force_login(floor.vuthy)
    assert 'id="report"' in client.get(f"/app/plans/items/{item.pk}/").content.decode()
    actions.report_done(item=item, text="Done.", by=floor.world.mony)
    assert way not in client.get(reverse("improvement_plans:board", args=[item.plan_id])).content.decode()
