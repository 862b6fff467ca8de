"""Who opened our report: managers see whom they may; a reader of the worker side is never named, dated or counted.

And nobody assesses a factory she advises.
"""

from datetime import date

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from compliance import actions
from compliance.models import Advisee, UnionReader
from compliance.permissions import reports_visible_to
from core import access
from core.days import end_of, today
from core.errors import Denied, Invalid, WrongState
from core.models import AuditRecord
from core.roles import Right
from factories import actions as factories
from factories.models import Site
from improvement_plans import actions as plans
from tests.world import SETUP

PAGE = "/app/assessments/reports/opened/"
ON = date(2026, 3, 2)


@pytest.fixture
def report(world):
    world.mony  # noqa: B018  (she is made when first asked for)
    return world.report()


def page(client, user):
    client.force_login(user)
    return client.get(PAGE).content.decode()


def seat(world, user, side):
    committee = world.__dict__.get("committee") or plans.create_committee(
        site=world.site, kind="bipartite", formed_on=date(2025, 1, 10), by=world.dara
    )
    world.__dict__["committee"] = committee
    chosen = "election" if side == "worker" else "employer"
    return plans.seat_member(
        committee=committee, side=side, sex="f", chosen_by=chosen, since=date(2025, 1, 10), user=user, by=world.dara
    )


def test_a_worker_is_never_named_also_when_her_seat_has_ended_or_she_changed_sides(client, world, report):
    bopha, vuthy = world.person("Bopha"), world.person("Vuthy")
    place = seat(world, bopha, "worker")
    seat(world, vuthy, "management")
    for who in (bopha, bopha, vuthy, world.vannak, world.mony):
        actions.open_report(report=report, by=who)
    for _ in range(2):
        html = page(client, world.mony)
        assert "Bopha" not in html and html.count("worker side</bdi>") == 1
        assert "Vuthy" in html and "Lead assessor" in html and "Vannak" not in html
        if place:
            plans.end_seat(member=place, on=date(2026, 1, 1), by=world.dara)
            place = None
            factories.name_manager(site=world.site, user=bopha, since=date(2026, 2, 1), by=SETUP)
    assert "Reports of your factory" not in page(client, world.vannak)
    assert report.facts["number"] in page(client, world.vannak)


def test_a_buyer_is_named_by_its_firm(client, world, report):
    buyer = factories.create_buyer(name="Northwind Shirts", by=SETUP)
    nora = world.person("Nora")
    factories.add_buyer_member(buyer=buyer, user=nora, since=date(2026, 1, 1), by=SETUP)
    factories.give_consent(site=world.site, buyer=buyer, since=date(2026, 1, 1), by=world.mony)
    actions.open_report(report=report, by=nora)
    html = page(client, world.mony)
    assert "Northwind Shirts" in html and "Nora" not in html


def test_another_factory_sees_nothing_of_it(client, world, report):
    actions.open_report(report=report, by=world.vannak)
    other = world.person("Rany")
    factories.name_manager(site=world.new_site("White Heron"), user=other, since=date(2020, 1, 1), by=SETUP)
    html = page(client, other)
    assert report.facts["number"] not in html and "Lead assessor" not in html


@pytest.mark.parametrize("whose", ["", "?list=own"])
def test_it_asks_as_few_questions_for_many_openings(client, world, report, whose):
    """And of many pages one: two openings or sixty ask the same, and no report is read to tell of another."""
    client.force_login(world.mony)
    asked = []
    for readers in (2, 58):
        for _ in range(readers):
            for by in (world.vannak, world.mony):
                actions.open_report(report=report, by=by)
        with CaptureQueriesContext(connection) as said:
            html = client.get(PAGE + whose).content.decode()
        asked.append(len(said))
    assert asked[0] == asked[1] and html.count(report.facts["number"]) == 50 and "Page 1 of" in html
    joined = "&" if whose else "?"
    assert report.facts["number"] in client.get(f"{PAGE}{whose}{joined}page=2").content.decode()


def test_a_line_leads_to_the_report_while_one_may_read_it(client, world, report):
    """Whoever lost the right keeps the line of her own opening, and neither a name nor a way there."""
    buyer = factories.create_buyer(name="Northwind Shirts", by=SETUP)
    nora = world.person("Nora")
    factories.add_buyer_member(buyer=buyer, user=nora, since=date(2026, 1, 1), by=SETUP)
    consent = factories.give_consent(site=world.site, buyer=buyer, since=date(2026, 1, 1), by=world.mony)
    actions.open_report(report=report, by=nora)
    way = f'href="/app/assessments/reports/{report.pk}/"'
    assert way in page(client, nora) and way in page(client, world.mony)
    factories.end_consent(consent=consent, by=world.mony)
    html = page(client, nora)
    assert way not in html and report.facts["number"] not in html and "may no longer read" in html


# --- advice ---


@pytest.fixture
def adviser(world):
    return world.person("Sophal", "adviser", "assessor")


def plan(world, lead, on=ON):
    return actions.plan_assessment(
        programme=world.programme, site=world.site, version=world.version, lead=lead, assessors=[],
        planned_from=on, planned_until=on, by=world.sokha,
        why="Nobody else is free.",
    )  # fmt: skip


def test_who_advises_a_factory_does_not_assess_it(world, adviser):
    advisee = actions.assign_adviser(user=adviser, site=world.site, since=date(2025, 1, 1), by=world.sokha)
    assert actions.assign_adviser(user=adviser, site=world.site, since=ON, by=world.sokha) == advisee
    with pytest.raises(Invalid, match="Sophal advises this factory"):
        plan(world, adviser)
    assert plan(world, world.chanthou)


def test_who_advised_in_the_last_cycle_does_not_either_and_may_later(world, adviser):
    world.planned(on=date(2025, 2, 3))
    advisee = actions.assign_adviser(user=adviser, site=world.site, since=date(2024, 6, 1), by=world.sokha)
    actions.end_advice(advisee=advisee, until=date(2025, 2, 3), by=world.sokha)
    with pytest.raises(Invalid, match="in this cycle"):
        plan(world, adviser)
    world.planned(on=date(2025, 9, 1))
    assert plan(world, adviser)


def test_who_is_on_an_open_assessment_does_not_begin_to_advise_the_factory(world, adviser):
    made = plan(world, adviser)
    with pytest.raises(Invalid, match="named on an assessment"):
        actions.assign_adviser(user=adviser, site=world.site, since=ON, by=world.sokha)
    actions.cancel(assessment=made, by=world.sokha)
    assert actions.assign_adviser(user=adviser, site=world.site, since=ON, by=world.sokha)


def test_who_advises_a_factory_does_not_issue_its_report(world):
    both = world.person("Both", "adviser", "lead-assessor")
    assessment = world.in_review({"emergency-exits-clear": "compliant"})
    actions.assign_adviser(user=both, site=world.site, since=date(2026, 1, 1), by=world.sokha)
    with pytest.raises(Invalid, match="advises this factory"):
        actions.issue_report(assessment=assessment, by=both)
    assert actions.issue_report(assessment=assessment, by=world.vannak)


def test_only_a_manager_assigns_and_only_advisers(world, adviser):
    with pytest.raises(Denied):
        actions.assign_adviser(user=adviser, site=world.site, since=ON, by=world.vannak)
    with pytest.raises(Invalid):
        actions.assign_adviser(user=world.rith, site=world.site, since=ON, by=world.sokha)
    assert not Advisee.objects.exists()


# --- union readers ---

LATER = date(2099, 12, 31)


def test_a_union_reader_reads_this_factorys_reports_and_is_worker_side_only(client, world, report):
    rany = world.person("Rany")
    other = world.report(site=world.new_site("White Heron"))
    assert not reports_visible_to(rany).exists()
    reader = actions.name_union_reader(user=rany, site=world.site, until=LATER, by=world.sokha)
    assert list(reports_visible_to(rany)) == [report]
    assert other not in reports_visible_to(rany)
    actions.open_report(report=report, by=rany)
    html = page(client, world.mony)
    assert "Rany" not in html and html.count("worker side</bdi>") == 1 and "nion" not in html
    for _ in range(51):
        actions.open_report(report=report, by=rany)
        actions.open_report(report=report, by=world.vannak)
    assert "Page 1 of 2" in page(client, world.mony), "Readers of the worker side make the pages no longer."
    # She is nobody on the factory's other screens either.
    client.force_login(world.mony)
    for path in ("/app/", f"/app/factories/{world.site.ref}/", "/app/plans/"):
        assert "Rany" not in client.get(path).content.decode()
    assert "Rany" not in str(list(AuditRecord.objects.values()))
    actions.end_union_reader(reader=reader, by=world.sokha)
    assert not reports_visible_to(rany).exists()
    assert "Rany" not in page(client, world.mony)
    with pytest.raises(WrongState):
        actions.end_union_reader(reader=reader, by=world.sokha)


def test_a_union_reader_ends_by_itself_with_her_last_day(world, report):
    rany = world.person("Rany")
    day = today(world.programme)
    actions.name_union_reader(user=rany, site=world.site, until=day, by=world.sokha)
    assert reports_visible_to(rany).exists()
    grants = access.current_grants(Site, Right.READ_FOR_WORKERS).filter(user=rany)
    assert grants.get().until == end_of(world.programme, day)
    grants.update(until=timezone.now())
    assert not reports_visible_to(rany).exists()


def test_only_the_programme_names_union_readers_and_never_management(world, report):
    rany = world.person("Rany")
    for who in (world.mony, world.vannak, world.dara, world.layla, rany):
        with pytest.raises(Denied):
            actions.name_union_reader(user=rany, site=world.site, until=LATER, by=who)
    with pytest.raises(Invalid):
        actions.name_union_reader(user=world.mony, site=world.site, until=LATER, by=world.sokha)
    for days in ({"until": date(2020, 1, 1)}, {"since": LATER, "until": LATER}):
        with pytest.raises(Invalid):
            actions.name_union_reader(user=rany, site=world.site, by=world.sokha, **days)
    assert not reports_visible_to(rany).exists()
    reader = actions.name_union_reader(user=rany, site=world.site, until=date(2098, 1, 1), by=world.sokha)
    assert actions.name_union_reader(user=rany, site=world.site, until=LATER, by=world.sokha) == reader
    with pytest.raises(IntegrityError), transaction.atomic():
        UnionReader.objects.filter(pk=reader.pk).update(until=date(2000, 1, 1))


def test_the_screen_names_and_ends_both_and_is_the_managers_alone(client, world, adviser):
    rany = world.person("Rany", "analyst")
    home = "/app/assessments/companions/"
    for who in (world.vannak, world.dara, world.mony, world.layla):
        client.force_login(who)
        foreign = {"site": str(world.site.pk), "user": str(rany.pk), "day": "2099-12-31"}
        assert client.get(home).status_code == (200 if who == world.layla else 404)
        assert client.post(f"{home}name/union-reader/", foreign).status_code == (400 if who == world.layla else 404)
    assert not UnionReader.objects.exists()
    client.force_login(world.sokha)
    given = {"site": str(world.site.pk), "user": str(rany.pk), "day": "2099-12-31"}
    assert client.post(f"{home}name/union-reader/", given).status_code == 302
    given = {"site": str(world.site.pk), "user": str(adviser.pk), "day": "2026-01-05"}
    assert client.post(f"{home}name/adviser/", given).status_code == 302
    assert client.get(f"{home}name/other/").status_code == 404
    html = client.get(home).content.decode()
    assert "Rany" in html and "Sophal" in html
    ends = [("union-reader", UnionReader.objects.get().pk), ("adviser", Advisee.objects.get().pk)]
    client.force_login(world.layla)
    assert [client.post(f"{home}end/{kind}/{pk}/").status_code for kind, pk in ends] == [404, 404]
    assert "Rany" not in client.get(home).content.decode()
    client.force_login(world.sokha)
    assert [client.post(f"{home}end/{kind}/{pk}/").status_code for kind, pk in ends] == [302, 302]
    assert not access.has(rany, Right.READ_FOR_WORKERS, world.site)
    assert Advisee.objects.get().until == today(world.programme)


def test_both_sides_read_in_the_ledger_how_often_a_buyer_opened_and_nobody_else_is_counted(client, world, report):
    buyer = factories.create_buyer(name="Northwind Shirts", by=SETUP)
    nina, bopha = world.person("Nina"), world.person("Bopha")
    factories.add_buyer_member(buyer=buyer, user=nina, since=date(2020, 1, 1), by=SETUP)
    seat(world, bopha, "worker")
    for until in (today(world.programme), None):
        consent = factories.give_consent(site=world.site, buyer=buyer, since=ON, until=until, by=world.mony)
        if until:
            factories.end_consent(consent=consent, by=world.mony)
    ledger = f"/app/factories/{world.site.number}/"
    client.force_login(world.mony)
    assert client.get(ledger).content.decode().count("never opened yet") == 2
    for who in (nina, nina, bopha, world.vannak, world.mony):
        actions.open_report(report=report, by=who)
    uses = AuditRecord.objects.filter(verb="consent.used")
    assert {(row.actor_id, row.subject_id) for row in uses} == {(nina.pk, str(consent.pk))} and uses.count() == 2
    for who, address in ((world.mony, ledger), (nina, "/app/factories/consents/")):
        client.force_login(who)
        html = client.get(address).content.decode()
        assert html.count("opened 2 times") == 1 and html.count("never opened yet") == 1
