"""Progress reports, what buyers will change, a firm's plans together, and the plan on paper."""

from datetime import date

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from core.errors import Denied, Invalid, WrongState
from core.redaction import verify
from factories import actions as factories
from factories.models import Enterprise, Site
from improvement_plans import actions, queries
from improvement_plans.models import Pledge, PledgeFact, ProgressReport
from tests.core.test_removals import everywhere
from tests.improvement_plans.test_removals import NAMED, remove
from tests.world import SETUP

pytestmark = pytest.mark.django_db

EXITS = "emergency-exits-clear"
WORDS = {"done": "Exits are free.", "dialogue": "They met twice.", "next": "Drills."}


def page_of(client, person, name, *args):
    client.force_login(person)
    answer = client.get(reverse(f"improvement_plans:{name}", args=args))
    return answer.status_code, answer.content.decode()


def issued(floor, number=1, dialogue="moderate", by=None, **words):
    item = floor.item() or floor.planned()
    return actions.issue_progress(
        plan=item.plan, number=number, dialogue=dialogue, words=WORDS | words, by=by or floor.world.dara
    )


# --- progress reports ---------------------------------------------------------------------------------------------


def test_it_begins_with_what_is_known(floor, client):
    floor.full()
    item = floor.planned()
    actions.report_done(item=item, text="Cleared.", by=floor.world.mony)
    begun = queries.prefilled(item.plan)
    assert (begun["number"], begun["facts"]["counts"]["reported_fixed"]) == (1, 1)
    assert begun["facts"]["seats"] == {"worker": 4, "management": 4}
    issued(floor, dialogue="on_track")
    begun = queries.prefilled(item.plan)
    assert (begun["number"], begun["dialogue"]) == (2, "on_track")
    status, page = page_of(client, floor.world.dara, "write-progress", item.plan_id)
    assert status == 200 and f'data-draft="progress-{item.plan_id}-1"' in page


def test_what_was_issued_stays_as_it_stood(floor, client):
    """The plan goes on; the report does not. Another edition takes its place and leaves it readable."""
    report = issued(floor)
    actions.verify_item(item=floor.item(), how="visit", by=floor.world.dara)
    _status, page = page_of(client, floor.sreymom, "progress-report", report.pk)
    assert "On track" in page and "Verified fixed</span>" not in page
    assert "Moderate progress" in page
    for change in ({"dialogue": "none"}, {"facts": {}}):
        with pytest.raises(Exception), transaction.atomic():  # noqa: B017
            ProgressReport.objects.filter(pk=report.pk).update(**change)
    newer = issued(floor)
    assert (newer.edition, queries.progress_of(newer.plan)) == (2, [newer])
    _status, page = page_of(client, floor.sreymom, "progress-report", report.pk)
    assert "A newer edition took its place" in page
    assert verify(report.words, report.digest)


def test_who_reads_and_who_writes(floor, client):
    report = issued(floor)
    for person in (floor.sreymom, floor.vuthy, floor.world.mony, floor.world.sokha, floor.buyer_reader):
        status, page = page_of(client, person, "progress-report", report.pk)
        assert status == 200
        for name in ("Sreymom", "Vuthy", "Mony", "Dara"):
            assert name not in page, name
        with pytest.raises(Denied):
            issued(floor, by=person)
    for person in (floor.world.layla, floor.world.chanthou):
        assert page_of(client, person, "progress-report", report.pk)[0] == 404
        assert page_of(client, person, "progress", report.plan_id)[0] == 404
    factories.end_consent(consent=floor.consent, by=floor.world.mony)
    assert page_of(client, floor.buyer_reader, "progress-report", report.pk)[0] == 404


def test_a_consent_to_reports_alone_opens_no_progress(floor, client):
    report = issued(floor)
    reader = floor.buyer_reader
    factories.end_consent(consent=floor.consent, by=floor.world.mony)
    factories.give_consent(
        site=floor.site, buyer=floor.consent.buyer, cycle=None, scope="report", since=date(2026, 1, 1), until=None,
        by=floor.world.mony,
    )  # fmt: skip
    assert page_of(client, reader, "progress-report", report.pk)[0] == 404


def test_what_cannot_be_issued(floor):
    item = floor.planned()
    for wrong in ({"number": 3}, {"number": 2}, {"dialogue": "good"}, {"done": " "}):
        with pytest.raises(Invalid):
            issued(floor, **wrong)
    own = actions.open_plan(site=floor.site, committee=floor.committee, by=floor.sreymom)
    with pytest.raises(Invalid):
        actions.issue_progress(plan=own, number=1, dialogue="none", words=WORDS, by=floor.world.dara)
    with pytest.raises(IntegrityError), transaction.atomic():
        ProgressReport.objects.create(
            plan=item.plan, number=3, edition=1, dialogue="none", facts={}, on=date(2026, 1, 1), by=floor.world.dara
        )


def test_issuing_from_the_page(floor, client):
    item = floor.planned()
    client.force_login(floor.world.dara)
    address = reverse("improvement_plans:write-progress", args=[item.plan_id])
    sent = client.post(address, {"number": "2", "dialogue": "none", "done": "Kept words"})
    assert sent.status_code == 400 and "Kept words" in sent.content.decode()
    sent = client.post(address, {"number": "1", "dialogue": "none", "done": "A", "about": "B", "next": "C"})
    report = ProgressReport.objects.get()
    assert sent.url.endswith(f"/progress/{report.pk}/")
    assert report.words.body == {"done": "A", "dialogue": "B", "next": "C", "language": ""}
    client.force_login(floor.sreymom)
    assert client.get(address).status_code == 403


def test_its_words_are_removed_by_two_people(floor, client):
    report = issued(floor, next=NAMED)
    remove(floor.world, report.words)
    assert "entinel" not in everywhere(floor.world)
    assert "Removed by law on" in page_of(client, floor.world.sokha, "progress-report", report.pk)[1]


# --- what buyers will change --------------------------------------------------------------------------------------


@pytest.fixture
def pledge(floor):
    plan, reader = floor.planned().plan, floor.buyer_reader
    return actions.make_pledge(
        plan=plan, buyer=floor.consent.buyer, kind="lead_time", text="Two weeks more for each order.",
        due_on=date(2027, 3, 1), by=reader,
    )  # fmt: skip


def test_a_buyer_says_what_it_will_change_and_the_others_read_it(floor, client, pledge):
    for person in (floor.sreymom, floor.vuthy, floor.world.mony, floor.world.dara, floor.buyer_reader):
        status, page = page_of(client, person, "progress", pledge.plan_id)
        assert status == 200, person
        assert "Two weeks more" in page and "Harbour Outfitters" in page and "1 March 2027" in page
        assert ("Nina" in page) == (person is floor.buyer_reader), "her own head only"


def test_another_buyer_reads_nothing_of_it(floor, client, pledge):
    other = floor.world.person("Olga")
    buyer = factories.create_buyer(name="Quay Traders", by=SETUP)
    factories.add_buyer_member(buyer=buyer, user=other, since=date(2026, 1, 1), by=SETUP)
    assert page_of(client, other, "progress", pledge.plan_id)[0] == 404
    factories.give_consent(
        site=floor.site, buyer=buyer, cycle=None, since=date(2026, 1, 1), until=None, by=floor.world.mony
    )
    status, page = page_of(client, other, "progress", pledge.plan_id)
    assert status == 200 and "Harbour" not in page and "Two weeks" not in page
    client.force_login(other)
    sent = client.post(reverse("improvement_plans:end-pledge", args=[pledge.pk]), {"kind": "done", "text": "x"})
    assert sent.status_code == 404
    with pytest.raises(Denied):
        actions.make_pledge(plan=pledge.plan, buyer=pledge.buyer, kind="price", text="x", by=other)


def test_done_or_taken_back_once_and_by_the_buyer(floor, client, pledge):
    for person in (floor.world.mony, floor.world.dara, floor.sreymom):
        with pytest.raises(Denied):
            actions.end_pledge(pledge=pledge, kind="done", text="x", by=person)
    client.force_login(floor.buyer_reader)
    address = reverse("improvement_plans:end-pledge", args=[pledge.pk])
    assert client.post(address, {"kind": "done", "text": " "}).status_code == 400
    client.post(address, {"kind": "withdrawn", "text": "Prices fell."})
    assert PledgeFact.objects.get().kind == "withdrawn"
    with pytest.raises(WrongState):
        actions.end_pledge(pledge=pledge, kind="done", text="x", by=floor.buyer_reader)
    _status, page = page_of(client, floor.sreymom, "progress", pledge.plan_id)
    assert "Taken back by the buyer" in page and "Prices fell." in page


def test_a_consent_that_ended_ends_the_buyers_word(floor, pledge):
    factories.end_consent(consent=floor.consent, by=floor.world.mony)
    for act in (
        lambda: actions.make_pledge(
            plan=pledge.plan, buyer=pledge.buyer, kind="price", text="x", by=floor.buyer_reader
        ),
        lambda: actions.end_pledge(pledge=pledge, kind="done", text="x", by=floor.buyer_reader),
    ):
        with pytest.raises(Denied):
            act()
    assert len(queries.pledges_of(floor.sreymom, pledge.plan, True)) == 1, "what was said stays"


def test_a_pledge_from_the_page_and_what_it_needs(floor, client):
    plan, reader = floor.planned().plan, floor.buyer_reader
    client.force_login(reader)
    address, buyer = reverse("improvement_plans:make-pledge", args=[plan.pk]), str(floor.consent.buyer.pk)
    assert client.post(address, {"buyer": buyer, "kind": "price", "text": ""}).status_code == 400
    assert (
        client.post(address, {"buyer": buyer, "kind": "price", "text": "x", "due_on": "2020-01-01"}).status_code == 400
    )
    client.post(address, {"buyer": buyer, "kind": "price", "text": "4 % more"})
    assert Pledge.objects.get().kind == "price"
    client.force_login(floor.world.mony)
    assert client.post(address, {"buyer": buyer, "kind": "price", "text": "x"}).status_code == 403


def test_words_of_a_pledge_are_removed(floor, pledge):
    actions.end_pledge(pledge=pledge, kind="done", text=NAMED, by=floor.buyer_reader)
    remove(floor.world, pledge.fact.words)
    remove(floor.world, pledge.words)
    assert "entinel" not in everywhere(floor.world) and "Two weeks" not in everywhere(floor.world)


def test_twelve_pledges_and_items_cost_as_much_as_two(floor, client, pledge):
    report = issued(floor)

    def cost(name, pk):
        page_of(client, floor.sreymom, name, pk)
        with CaptureQueriesContext(connection) as seen:
            page_of(client, floor.sreymom, name, pk)
        return len(seen)

    pages = [("progress", pledge.plan_id), ("progress-report", report.pk), ("plan-sheet", pledge.plan_id)]
    few = [cost(*one) for one in pages]
    for number in range(10):
        actions.make_pledge(
            plan=pledge.plan, buyer=pledge.buyer, kind="price", text=f"{number} %", by=floor.buyer_reader
        )
        actions.add_item(plan=pledge.plan, issue=f"Item {number}", by=floor.sreymom)
    assert [cost(*one) for one in pages] == few


# --- on paper, and a firm's plans together ------------------------------------------------------------------------


def test_the_sheet_names_nobody_and_says_nothing_typed_of_steps(floor, client):
    floor.full()
    item = floor.planned(steps="Sreymom looks each morning.")
    actions.report_done(item=item, text="Vuthy cleared it.", by=floor.world.mony)
    status, page = page_of(client, floor.sreymom, "plan-sheet", item.plan_id)
    assert status == 200 and "Reported fixed" in page and item.issue in page
    for name in ("Sreymom", "Vuthy", "Mony", "Worker 0"):
        assert name not in page, name
    assert page_of(client, floor.world.layla, "plan-sheet", item.plan_id)[0] == 404


@pytest.fixture
def firm(floor):
    """Paper Heron and Tin Kettle belong to one firm."""
    floor.planned()
    other = floor.world.new_site("Tin Kettle")
    floor.report({EXITS: "non_compliant"}, site=other, on=date(2026, 10, 6))
    firm = Enterprise.objects.create(name="Heron Holding", country="KH")
    Site.objects.filter(pk__in=[floor.site.pk, other.pk]).update(enterprise=firm)
    return firm


def test_a_firms_plans_are_those_one_may_read(floor, client, firm):
    status, page = page_of(client, floor.world.dara, "group", firm.pk)
    assert status == 200 and "Paper Heron" in page and "Tin Kettle" in page
    for person in (floor.sreymom, floor.world.mony, floor.buyer_reader):
        status, page = page_of(client, person, "group", firm.pk)
        assert status == 200 and "Paper Heron" in page and "Tin Kettle" not in page
    for person in (floor.world.layla, floor.world.chanthou):
        assert page_of(client, person, "group", firm.pk)[0] == 404
    view = queries.group(floor.world.dara, firm.pk)
    assert view.total["on_track"] + view.total["not_started"] == 2


def test_a_big_firm_costs_as_much_as_a_small_one(floor, client, firm):
    def cost():
        page_of(client, floor.world.dara, "group", firm.pk)
        with CaptureQueriesContext(connection) as seen:
            page_of(client, floor.world.dara, "group", firm.pk)
        return len(seen)

    few = cost()
    for number in range(4):
        site = floor.world.new_site(f"Mill {number}")
        floor.report({EXITS: "non_compliant"}, site=site, on=date(2026, 10, 6))
        Site.objects.filter(pk=site.pk).update(enterprise=firm)
    assert cost() == few
