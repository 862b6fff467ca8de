"""A plan and a committee as files: what the reader may see, no formula, and a calendar that tells nothing."""

from datetime import date
from io import BytesIO

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from icalendar import Calendar
from openpyxl import load_workbook

from improvement_plans import actions

pytestmark = pytest.mark.django_db
FORMULA = '=HYPERLINK("http://x.example","Clean water")'


@pytest.fixture
def plan(floor):
    found = actions.open_plan(site=floor.site, committee=floor.full(), by=floor.world.dara)
    actions.add_item(
        plan=found, issue=FORMULA, steps="Sentinel steps", due_on=date(2026, 12, 11), by=floor.sreymom,
        responsible=floor.management_chair, witness=floor.worker_chair,
    )  # fmt: skip
    return found


def fetched(client, user, name, *args):
    client.force_login(user)
    return client.get(reverse(f"improvement_plans:{name}", args=args))


def cells(answer):
    book = load_workbook(BytesIO(answer.content))
    return [cell for sheet in book for row in sheet.iter_rows() for cell in row if cell.value is not None]


def test_a_plan_is_a_workbook_without_formulas_and_with_the_names_its_reader_may_see(client, floor, plan):
    answer = fetched(client, floor.sreymom, "plan-table", plan.pk)
    assert answer["Content-Disposition"].startswith("attachment") and answer["Cache-Control"] == "private, no-store"
    found = cells(answer)
    assert [cell.data_type for cell in found if cell.value == FORMULA] == ["s"]
    assert any("Sreymom" in str(cell.value) for cell in found)
    told = [str(cell.value) for cell in cells(fetched(client, floor.world.mony, "plan-table", plan.pk))]
    assert not any("Sreymom" in text for text in told) and "Worker co-chair" in told


def test_a_committee_is_a_workbook(client, floor, plan):
    told = [str(cell.value) for cell in cells(fetched(client, floor.sreymom, "committee-table", floor.committee.pk))]
    assert any("Sreymom" in text for text in told) and any("Worker 0" in text for text in told)
    told = [str(cell.value) for cell in cells(fetched(client, floor.world.mony, "committee-table", floor.committee.pk))]
    assert not any("Sreymom" in text or "Worker 0" in text for text in told)


def test_the_calendar_holds_days_and_numbers_and_no_word_of_a_plan(client, floor, plan):
    done = actions.add_item(plan=plan, issue="Fans", due_on=date(2026, 12, 20), by=floor.sreymom)
    answer = fetched(client, floor.sreymom, "plan-days", plan.pk)
    events = Calendar.from_ical(answer.content).walk("VEVENT")
    assert [(str(one["summary"]), one["dtstart"].dt) for one in events] == [
        ("Item 1: plan step due", date(2026, 12, 11)),
        ("Item 2: plan step due", date(2026, 12, 20)),
    ]
    text = answer.content.decode()
    for word in ("water", "Sentinel", "Fans", "Sreymom", "Vuthy", floor.site.name):
        assert word not in text
    actions.report_done(item=done, text="Done", by=floor.vuthy)
    assert len(Calendar.from_ical(fetched(client, floor.sreymom, "plan-days", plan.pk).content).walk("VEVENT")) == 1


@pytest.mark.parametrize("name", ["plan-table", "plan-days", "committee-table"])
def test_nobody_else_gets_a_file_and_a_link_alone_opens_none(client, floor, plan, name):
    thing = floor.committee.pk if name == "committee-table" else plan.pk
    for user in (floor.world.layla, floor.world.person("Nobody"), floor.world.person("Tola", "translator")):
        assert fetched(client, user, name, thing).status_code == 404
    client.logout()
    assert client.get(reverse(f"improvement_plans:{name}", args=[thing])).status_code == 302


def test_twelve_items_cost_as_much_as_one(client, floor, plan):
    def cost():
        fetched(client, floor.sreymom, "plan-table", plan.pk)
        with CaptureQueriesContext(connection) as seen:
            assert client.get(reverse("improvement_plans:plan-table", args=[plan.pk])).status_code == 200
        return len(seen)

    few = cost()
    for number in range(11):
        actions.add_item(plan=plan, issue=f"Item {number}", by=floor.sreymom, witness=floor.worker_chair)
    assert cost() == few
