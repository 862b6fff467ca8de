"""What a programme manager finds on the home page, and that it costs the same however much waits."""

from datetime import timedelta

from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from compliance import actions as compliance
from compliance.models import Device
from core.actions import set_programme_setting
from core.days import today
from core.home import lines_for
from factories import actions as factories
from tests.world import SETUP


def said(user):
    return " / ".join(f"{line.text} {line.small}" for line in lines_for(user))


def test_a_programme_manager_sees_what_is_late_near_waiting_and_bare(world):
    day = today(world.programme)
    assert "1 factory had no visit for a year" in said(world.sokha) if world.site else None
    world.planned(on=day - timedelta(days=9))
    world.planned(site=world.new_site("Tin Kite"), on=day + timedelta(days=3))
    world.planned(site=world.new_site("Blue Kettle"), on=day + timedelta(days=40))
    reviewed = world.in_review({"emergency-exits-clear": "non_compliant"}, site=world.new_site("Salt Bicycle"), on=day)
    world.new_site("Copper Snail")
    told = said(world.sokha)
    assert "1 visit is overdue" in told and "The first: Paper Heron Sewing" in told
    assert "1 visit within two weeks The next: Tin Kite" in told
    assert "1 report waits to be issued" in told and "Salt Bicycle" in told
    assert "1 factory had no visit for a year" in told
    compliance.issue_report(assessment=reviewed, by=world.vannak, on=day)
    assert "waits to be issued" not in said(world.sokha)
    for other in (world.layla, world.chanthou, world.mony):
        assert "no visit for a year" not in said(other) and "overdue" not in said(other)


def test_requests_of_buyers_without_an_answer_are_told_to_who_keeps_the_list(world):
    buyer, iris = factories.create_buyer(name="Harbour Outfitters", by=SETUP), world.person("Iris")
    day = today(world.programme)
    factories.add_buyer_member(buyer=buyer, user=iris, since=day, by=SETUP)
    factories.record_relation(site=world.site, buyer=buyer, since=day, by=SETUP)
    factories.request_consents(buyer=buyer, sites=[world.site], until=day + timedelta(days=90), by=iris)
    assert "1 request of a buyer has no answer" in said(world.sokha)
    assert "has no answer" not in said(world.layla) + said(world.chanthou)


def test_the_home_page_of_a_manager_costs_the_same_for_two_and_for_twelve(world, client):
    client.force_login(world.sokha)
    day = today(world.programme)

    def cost(start, end):
        for n in range(start, end):
            world.planned(site=world.new_site(f"Late {n}"), on=day - timedelta(days=9))
            world.planned(site=world.new_site(f"Near {n}"), on=day + timedelta(days=3))
            world.in_review({"emergency-exits-clear": "non_compliant"}, site=world.new_site(f"In {n}"), on=day)
            world.new_site(f"Bare {n}")
            assessor = world.person(f"Assessor {n}", "assessor")
            world.tablet(assessor)
            compliance.plan_assessment(
                programme=world.programme, site=world.new_site(f"Hers {n}"), version=world.version, lead=assessor,
                assessors=[world.rith], planned_from=day, planned_until=day, by=world.sokha,
            )  # fmt: skip
        with CaptureQueriesContext(connection) as found:
            client.get("/app/")
        return len(found)

    assert cost(0, 2) == cost(2, 12) <= 51


def test_who_plans_visits_sees_tablets_and_the_weeks_of_each_pair(world, client):
    """Pairs by weeks; a visit over a week's end stands in both; holidays are named. Nobody else learns of any."""
    monday = today(world.programme) - timedelta(days=today(world.programme).weekday())
    compliance.plan_assessment(
        programme=world.programme, site=world.new_site("Tin Kite"), version=world.version, lead=world.chanthou,
        assessors=[], planned_from=monday + timedelta(days=8), planned_until=monday + timedelta(days=15), by=world.sokha,
    )  # fmt: skip
    world.planned(site=world.new_site("Far Kite"), on=monday + timedelta(weeks=8))
    device = world.tablet(world.chanthou)
    Device.objects.filter(pk=device.pk).update(unsent=61, last_contact_at=timezone.now())
    set_programme_setting(
        programme=world.programme, key="calendar", value={"free": {str(monday + timedelta(days=22)): "Water Festival"}},
        in_force_from=today(world.programme), by=SETUP,
    )  # fmt: skip
    client.force_login(world.sokha)
    html = client.get("/app/").content.decode()
    weeks = html.partition(">Pair<")[2]
    assert "61, as last told" in html and weeks.count("Tin Kite") == 2 and "Far Kite" not in weeks
    row = html.partition('role="rowheader"')[2]
    assert "Chanthou" in row.partition("</div>")[0]
    cells = row.split('role="cell"')[1:9]
    assert [n for n, cell in enumerate(cells) if "Tin Kite" in cell] == [1, 2]
    assert "Water Festival" in html.split('role="columnheader"')[5]
    for other in (world.layla, world.chanthou, world.vannak, world.mony):
        client.force_login(other)
        html = client.get("/app/").content.decode()
        assert "Water Festival" not in html and "Tablets in the field" not in html
        assert other == world.layla or 'role="rowheader"' not in html
        assert other == world.chanthou or "Tin Kite" not in html, "She is told of her own visit."
