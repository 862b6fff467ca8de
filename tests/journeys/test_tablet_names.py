"""Whose records the sampled rows are, in real Chromium: a name stays on this tablet, hides with the screen, and is erased."""

import re
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta

import pytest
from playwright.sync_api import expect

from tests.journeys.test_main_job import SETUP
from tests.journeys.test_tablet_faults import WAIT, Tablet, sign_in
from tests.journeys.test_tablet_lock import lies_open

pytestmark = pytest.mark.journey

NAME = "Sentinel Sok 4411"
VISITS = ("Paper Heron Sewing", "Blue Kettle")
PREPARE = f"""{SETUP}
from checklists.models import ChecklistVersion
from compliance import actions
from core.days import today
from tests.journeys import walk
from tests.journeys.prepare import BY
from core.models import Programme, User
from factories import actions as factories
walk.visit()
programme = Programme.objects.get(code="KH")
site = factories.create_site(programme=programme, name="{VISITS[1]}", address="Plot 11", country="KH", region="Kandal", by=BY)
who = {{user.username: user for user in User.objects.all()}}
actions.plan_assessment(
    programme=programme, site=site, version=ChecklistVersion.objects.get(checklist__key="walk"), lead=who["chanthou"],
    assessors=[], planned_from=today(programme), planned_until=today(programme), by=who["sokha"],
    why="Nobody else was free.",
)
"""
# What is made unreadable, for a file or for the disk, as it was before: in "window.sealed".
LISTEN = """
  window.sealed = "";
  const real = crypto.subtle.encrypt.bind(crypto.subtle);
  crypto.subtle.encrypt = (how, key, bytes) => { window.sealed += new TextDecoder().decode(bytes); return real(how, key, bytes); };
"""


@pytest.fixture(scope="module")
def running(site):
    site.run("import_checklist", "tests/fixtures/walk-checklist.yaml")
    site.run("-c", PREPARE)
    site.start()
    return site


@pytest.fixture
def chanthou(running, chromium):
    context = chromium.new_context(base_url=running.url, viewport={"width": 1024, "height": 768}, has_touch=True)
    one = Tablet(context)
    sign_in(one.page, "chanthou")
    one.page.wait_for_url("**/app/")
    yield one
    context.close()
    assert one.errors == []


@contextmanager
def sent_by(context):
    """Everything that leaves the browser meanwhile: addresses and bodies."""
    said = []
    listen = lambda request: said.append(request.url + (request.post_data_buffer or b"").decode(errors="replace"))  # noqa: E731
    context.on("request", listen)
    yield said
    context.remove_listener("request", listen)


def name_a_row(one, visit):
    """A row in the table of sampled weeks, and whose it is."""
    page = one.page
    one.take(visit)
    one.open(visit, "weeks")
    page.get_by_role("button", name="Add a row").click()
    page.get_by_label("Hours, row W1").fill("62")
    expect(page.get_by_label("Whose record W1 is")).to_have_count(0)  # until it is asked for
    page.get_by_role("button", name="Show whose records").click()
    page.get_by_label("Whose record W1 is").fill(NAME)
    expect(page.get_by_text("Only on this tablet, never sent.")).to_be_visible()


def shown(one, visit):
    """What stands beside the code after a fresh start."""
    one.open(visit, "weeks")
    one.page.get_by_role("button", name="Show whose records").click()
    return one.page.get_by_label("Whose record W1 is")


def test_a_name_is_sent_nowhere_hides_with_the_screen_and_goes_when_the_visit_is_submitted(chanthou, running, pictures):
    page, visit = chanthou.page, VISITS[0]
    page.add_init_script(LISTEN)
    with sent_by(chanthou.context) as said:
        name_a_row(chanthou, visit)
        page.screenshot(path=pictures / "tablet-names.png")
        page.get_by_role("button", name="Hide the screen now").click()
        page.get_by_role("button", name="Open again").click()
        expect(page.get_by_label("Hours, row W1")).to_have_value("62")
        expect(page.get_by_label("Whose record W1 is")).to_have_count(0)
        expect(shown(chanthou, visit)).to_have_value(NAME)
        chanthou.stands("1 of 1")
        assert not lies_open(page, NAME)

        page.goto(re.sub(r"/q/.*", "/handover/", page.url))
        page.evaluate("window.sealed = ''")
        page.get_by_role("button", name="Make the file").click()
        expect(page.get_by_text(re.compile(r"^\d{5} \d{5} \d{5} \d{5}$"))).to_be_visible(timeout=WAIT)
        packed = page.evaluate("window.sealed")
        assert '"code":"W1"' in packed and NAME not in packed

        page.goto(re.sub(r"/handover/.*", "/left/", page.url))
        page.get_by_role("checkbox").check()  # the others were not asked
        page.get_by_role("button", name="Send to review").click()
        expect(page.get_by_text("In review: you can read it here, not change it").first).to_be_visible(timeout=WAIT)
        page.goto(re.sub(r"/left/.*", "/q/weeks/", page.url))
        expect(page.get_by_text("The names were erased on")).to_be_visible(timeout=WAIT)
        expect(page.get_by_role("button", name="Show whose records")).to_have_count(0)
    assert any('"W1"' in one for one in said), "the row itself was sent"
    assert not [one for one in said if NAME in one or "Sentinel" in one]
    for kept in running.folder.rglob("*"):
        assert not kept.is_file() or NAME.encode() not in kept.read_bytes(), kept


def test_a_name_is_erased_after_fourteen_days_also_when_the_app_was_closed(chanthou):
    one, visit = chanthou, VISITS[1]
    name_a_row(one, visit)
    one.stands("1 of 1")
    one.context.set_offline(True)
    for days, kept in ((13, True), (15, False)):
        one.page.close()
        one.context.clock.set_fixed_time(datetime.now(UTC) + timedelta(days=days))
        one.new_page()
        if kept:
            expect(shown(one, visit)).to_have_value(NAME)
        else:
            one.open(visit, "weeks")
            expect(one.page.get_by_text("The names were erased on")).to_be_visible(timeout=WAIT)
            expect(one.page.get_by_role("button", name="Show whose records")).to_have_count(0)
    one.context.clock.set_fixed_time(datetime.now(UTC))  # it is gone, not hidden
    expect(shown(one, visit)).to_have_value("")
