"""The queue of fixes to check, what else an item says, and what comes back."""

from datetime import date
from decimal import Decimal

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from core.errors import Denied, Invalid
from improvement_plans import actions, queries
from improvement_plans.models import ItemChangeWords, PlanItem
from tests.core.test_removals import everywhere
from tests.improvement_plans.test_evidence import photo
from tests.improvement_plans.test_removals import NAMED, remove

pytestmark = pytest.mark.django_db

EXITS, DRILLS = "emergency-exits-clear", "evacuation-drills"


def page_of(client, person, name, *args, **asked):
    client.force_login(person)
    answer = client.get(reverse(f"improvement_plans:{name}", args=args), asked)
    return answer.status_code, answer.content.decode()


def reported(floor, key):
    item = floor.item(key)
    return actions.report_done(item=item, text="Done.", by=floor.world.mony).item


# --- the queue ----------------------------------------------------------------------------------------------------


def keys(found):
    return [row.item.question_key for row in found]


@pytest.fixture
def waiting(floor, clock):
    """Drills reported first, exits (which become public) three days later, with a photo."""
    floor.report({EXITS: "non_compliant", DRILLS: "non_compliant"}, on=date(2026, 10, 5), issued_on=date(2026, 10, 26))
    reported(floor, DRILLS)
    clock.forward(days=3)
    exits = reported(floor, EXITS)
    actions.add_evidence(item=exits, moment="after", data=photo(), by=floor.world.mony)
    clock.forward(days=1)
    return floor


def test_what_becomes_public_stands_first_then_what_waits_longest(waiting):
    assert keys(queries.to_check(waiting.world.dara)) == [EXITS, DRILLS]
    row = queries.to_check(waiting.world.dara).object_list[0]
    assert (row.days, row.files, row.is_public, row.agreed) == (1, 1, True, False)
    assert queries.to_check(waiting.world.dara).object_list[1].days == 4


def test_filters(waiting):
    dara = waiting.world.dara
    assert keys(queries.to_check(dara, public=True)) == [EXITS]
    assert keys(queries.to_check(dara, files="yes")) == [EXITS]
    assert keys(queries.to_check(dara, files="no")) == [DRILLS]
    assert keys(queries.to_check(dara, words="heron paper")) == [EXITS, DRILLS]
    assert keys(queries.to_check(dara, words="kettle")) == []


def test_a_look_takes_it_out_and_opening_again_too(waiting):
    actions.verify_item(item=waiting.item(EXITS), how="document", by=waiting.world.dara)
    assert keys(queries.to_check(waiting.world.dara)) == [DRILLS]
    actions.reopen_item(item=waiting.item(DRILLS), reason="No list.", by=waiting.world.dara)
    assert keys(queries.to_check(waiting.world.dara)) == []
    reported(waiting, DRILLS)
    assert keys(queries.to_check(waiting.world.dara)) == [DRILLS]


def test_who_sees_the_queue(waiting, client):
    for person in (waiting.world.dara, waiting.world.vannak, waiting.world.sokha):
        status, page = page_of(client, person, "to-check")
        assert status == 200 and "Paper Heron" in page
    for person in (waiting.world.mony, waiting.sreymom, waiting.buyer_reader):
        assert page_of(client, person, "to-check")[0] == 404
    status, page = page_of(client, waiting.world.layla, "to-check")
    assert status == 200 and "Paper Heron" not in page


# --- an assessor --------------------------------------------------------------------------------------------------


def test_an_assessor_checks_the_fixes_of_the_cycle_she_is_named_in_and_of_no_other(waiting, client):
    chanthou, other = waiting.world.chanthou, waiting.world.person("Sophal", "assessor")
    assert keys(queries.to_check(chanthou)) == [EXITS, DRILLS]
    assert keys(queries.to_check(other)) == []
    exits, home = waiting.item(EXITS), "2 fixes are reported and not checked"
    client.force_login(chanthou)
    assert home in client.get("/app/").content.decode()
    status, page = page_of(client, other, "to-check")
    assert status == 200 and "Paper Heron" not in page
    assert page_of(client, other, "item", exits.pk)[0] == 404
    photo_of = exits.evidence.get()
    assert page_of(client, other, "evidence", photo_of.pk)[0] == 404
    client.force_login(chanthou)
    assert client.get(reverse("improvement_plans:evidence", args=[photo_of.pk])).status_code == 200
    answer = client.post(reverse("improvement_plans:verify", args=[exits.pk]), {"how": "visit", "text": "Seen."})
    assert answer["Location"] == reverse("improvement_plans:to-check")
    assert exits.facts.filter(kind="verified", by=chanthou).exists()
    assert keys(queries.to_check(chanthou)) == [DRILLS]


def test_she_reads_what_it_takes_to_check_and_nothing_else(waiting, client):
    chanthou, exits = waiting.world.chanthou, waiting.item(EXITS)
    _ = waiting.chairs
    status, page = page_of(client, chanthou, "item", exits.pk)
    assert status == 200
    assert "Check the fix" in page and str(exits.evidence.get().pk) in page
    for hidden in ("Who does it", "Witness", "What happened", "Sreymom", "Vuthy", "Add a photo", "shows no person"):
        assert hidden not in page, hidden
    assert reverse("improvement_plans:board", args=[exits.plan_id]) not in page
    plan = exits.plan_id
    for name, args in (("board", [plan]), ("progress", [plan]), ("plan-sheet", [plan]), ("add-evidence", [exits.pk])):
        assert page_of(client, chanthou, name, *args)[0] in (403, 404), name
    client.force_login(chanthou)
    for name, data in (
        ("make-link", {"days": 3}),
        ("answer", {"decision": "agreed", "about": "fix", "edition": 1}),
        ("report", {"text": "x"}),
    ):
        assert client.post(reverse(f"improvement_plans:{name}", args=[exits.pk]), data).status_code in (403, 404), name


def test_what_is_checked_is_no_longer_hers_and_what_is_not_reported_never_was(waiting, client):
    chanthou, exits = waiting.world.chanthou, waiting.item(EXITS)
    actions.verify_item(item=exits, how="visit", by=waiting.world.dara)
    assert page_of(client, chanthou, "item", exits.pk)[0] == 404
    assert page_of(client, chanthou, "evidence", exits.evidence.get().pk)[0] == 404
    actions.reopen_item(item=waiting.item(DRILLS), reason="No list.", by=chanthou)
    assert page_of(client, chanthou, "item", waiting.item(DRILLS).pk)[0] == 404


def test_who_belongs_to_the_factory_does_not_check_it(waiting):
    waiting.seat("management", waiting.world.chanthou)
    assert keys(queries.to_check(waiting.world.chanthou)) == []
    with pytest.raises(Denied):
        actions.verify_item(item=waiting.item(EXITS), how="visit", by=waiting.world.chanthou)


def test_the_screen_takes_its_filters_from_the_address(waiting, client):
    _status, page = page_of(client, waiting.world.dara, "to-check", files="no")
    assert "No photo and no document: a visit" in page
    assert f"{waiting.item(EXITS).pk}" not in page
    assert f"/app/plans/items/{waiting.item(DRILLS).pk}/#check" in page


def test_twelve_wait_at_the_price_of_two(waiting, client):
    def cost():
        page_of(client, waiting.world.dara, "to-check")
        with CaptureQueriesContext(connection) as seen:
            page_of(client, waiting.world.dara, "to-check")
        return len(seen)

    few = cost()
    plan = waiting.item(EXITS).plan
    for number in range(10):
        item = actions.add_item(plan=plan, issue=f"Item {number}", by=waiting.world.mony)
        actions.report_done(item=item, text="Done.", by=waiting.world.mony)
    assert queries.fixes_to_check(waiting.world.dara) == 12
    assert cost() == few


# --- what else an item says ---------------------------------------------------------------------------------------

MORE = {
    "cost": Decimal("1200.50"),
    "saving": Decimal("0"),
    "currency": "USD",
    "priority": "high",
    "expected": "A list.",
}


def test_cost_saving_priority_and_proof_are_facts_of_the_plan_and_its_history(floor, client):
    item = floor.planned(**MORE)
    assert {name: getattr(item, name) for name in MORE} == MORE
    actions.change_item(item=item, cost=Decimal("900"), reason="Cheaper", by=floor.world.mony)
    words = ItemChangeWords.objects.get(change__edition=item.changes.last().edition)
    assert words.body["before"] == {"cost": "1200.50"}
    _status, page = page_of(client, floor.sreymom, "item", item.pk)
    for said in ("USD 900", "USD 0", "First", "A list.", "Changed: cost"):
        assert said in page, said


def test_nothing_changed_is_no_edition_and_a_cost_of_nothing_is_one(floor):
    item = floor.planned()
    assert (
        actions.change_item(item=item, cost=None, priority="", currency="", reason="x", by=floor.world.mony).edition
        == 2
    )
    assert (
        actions.change_item(item=item, cost=Decimal("0"), currency="KHR", reason="x", by=floor.world.mony).edition == 3
    )
    gone = actions.change_item(item=item, cost=None, currency="", reason="x", by=floor.world.mony)
    assert (gone.edition, gone.cost) == (4, None)


@pytest.mark.parametrize(
    "wrong", [{"cost": Decimal("-1"), "currency": "USD"}, {"cost": Decimal("1")}, {"saving": Decimal("1"), "currency": "us"},
              {"priority": "soon"}, {"expected": "x" * 201}],
)  # fmt: skip
def test_what_cannot_be_is_refused(floor, wrong):
    item = floor.planned()
    with pytest.raises(Invalid):
        actions.change_item(item=item, reason="x", by=floor.world.mony, **wrong)


def test_the_database_refuses_an_amount_without_a_currency(floor):
    item = floor.planned()
    for wrong in ({"cost": 1}, {"cost": -1, "currency": "USD"}, {"saving": 1, "currency": "usd"}):
        with pytest.raises(IntegrityError), transaction.atomic():
            PlanItem.objects.filter(pk=item.pk).update(**wrong)


def test_the_proof_is_removed_with_the_words_of_an_item(floor):
    item = floor.planned(expected=NAMED)
    floor.report({EXITS: "non_compliant"}, on=date(2026, 11, 2), issued_on=date(2026, 11, 20))
    assert PlanItem.objects.get(continues=item).expected == NAMED
    remove(floor.world, item.writings.last())
    assert "entinel" not in everywhere(floor.world)


def test_the_form_offers_the_countrys_own_money(floor, client):
    item = floor.planned()
    _status, page = page_of(client, floor.vuthy, "change", item.pk)
    assert '<option value="KHR">KHR</option>' in page
    assert "<details><summary>Proof, priority, cost" in page
    client.post(
        reverse("improvement_plans:change", args=[item.pk]),
        {"steps": item.steps, "due_on": "2026-12-11", "responsible": str(item.responsible_id), "cost": "40",
         "witness": str(item.witness_id), "currency": "KHR", "priority": "low", "reason": "Known now"},
    )  # fmt: skip
    item.refresh_from_db()
    assert (item.cost, item.currency, item.priority) == (Decimal("40.00"), "KHR", "low")


def test_what_the_rule_asks_stands_on_the_item(floor, client):
    item = floor.planned()
    _status, page = page_of(client, floor.sreymom, "item", item.pk)
    assert "What the rule asks" in page
    assert item.finding.question.explain.split(".")[0] in page


# --- it came back -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("looked", [True, False])
def test_over_two_assessments_what_was_in_order_comes_back(floor, client, clock, looked):
    """Said on the board, in my items and on the item, where somebody of the programme had found it in order. What was
    only reported did not come back: it never went. Outsiders read one of their five words."""
    item = floor.planned()
    actions.report_done(item=item, text="Cleared.", by=floor.world.mony)
    if looked:
        actions.verify_item(item=item, how="visit", by=floor.world.dara)
    clock.on(date(2027, 10, 20))
    floor.report({EXITS: "non_compliant"}, on=date(2027, 10, 4), issued_on=date(2027, 10, 20))
    newer = PlanItem.objects.get(continues=item)
    for name, args in (("board", [newer.plan_id]), ("mine", []), ("item", [newer.pk])):
        _status, page = page_of(client, floor.sreymom, name, *args)
        assert ("It came back" in page) == looked, name
    _status, old = page_of(client, floor.sreymom, "item", item.pk)
    assert ("It came back: a later report found it again" in old) == looked
    word = queries.board(floor.sreymom, newer.plan_id)
    assert [key for key, cards in word.columns if cards] == ["not_started"]
    _status, page = page_of(client, floor.buyer_reader, "board", newer.plan_id)
    assert "Not started" in page and ("It came back" in page) == looked


def test_what_is_confirmed_did_not_come_back(floor, client, clock):
    item = floor.planned()
    actions.report_done(item=item, text="Cleared.", by=floor.world.mony)
    clock.on(date(2027, 10, 20))
    floor.report({EXITS: "compliant"}, on=date(2027, 10, 4), issued_on=date(2027, 10, 20))
    _status, page = page_of(client, floor.sreymom, "item", item.pk)
    assert "Confirmed by the next report" in page and "It came back" not in page


def test_words_of_a_report_survive_a_lost_connection(floor, client):
    """The form of the page is one the draft keeps: another round is another form."""
    item = floor.planned()
    _status, page = page_of(client, floor.world.mony, "item", item.pk)
    assert f'data-draft="report-{item.pk}-1"' in page and "improvement_plans/draft.js" in page
    _status, page = page_of(client, floor.sreymom, "item", item.pk)
    assert "draft.js" not in page


def test_who_checks_finds_the_way_back_to_the_list(waiting, client):
    _status, page = page_of(client, waiting.world.dara, "item", waiting.item(EXITS).pk)
    assert 'href="/app/plans/check/"' in page and 'id="check"' in page
