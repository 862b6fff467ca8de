"""Handover without a network, in real Chromium: one tablet's work goes as a sealed file to another, which goes on with it."""

import re

import pytest
from playwright.sync_api import expect

from tests.journeys.test_tablet_faults import (  # noqa: F401 - fixtures
    DRILLS,
    EXITS,
    PHOTO,
    WAIT,
    nothing_in_the_way,
    offline,
    running,
    sign_in,
    signed_in,
    tablet,
    way,
)

pytestmark = pytest.mark.journey

VISIT = "Quiet River"
REPORT = """
import django; django.setup()
from compliance import actions
from compliance.models import Assessment, Operation
from core.models import User
visit = Assessment.objects.get(cycle__site__name="Quiet River")
who = {user.username: user for user in User.objects.all()}
for row in Operation.objects.filter(assessment=visit).order_by("revision"):
    print("change", row.question_key, row.field.split(":")[0], row.author.username, row.device.user.username)
actions.submit(assessment=visit, by=who["chanthou"], rest_not_asked=True)
report = actions.issue_report(assessment=visit, by=who["vannak"])
for one in report.findings.exclude(state="not_asked"):
    print("finding", one.question_key, one.state)
print("evidence", visit.evidence.get().author.username)
"""


def hand(one):
    one.page.goto(re.sub(r"/q/.*", "/handover/", one.page.url))


def test_f28_work_handed_over_without_a_network_is_gone_on_with_and_sent(tablet, running, way, pictures, tmp_path):  # noqa: F811
    first, second = tablet("chanthou"), tablet("rith")
    for one in (first, second):
        one.take(VISIT)
    with offline(first), offline(second):
        first.open(VISIT)
        first.answer("Non-compliant")
        first.photograph(PHOTO)
        expect(first.page.get_by_text("1 photo", exact=True)).to_be_visible(timeout=WAIT)
        hand(first)
        first.page.get_by_role("button", name="Make the file").click()
        code = first.page.get_by_text(re.compile(r"^\d{5} \d{5} \d{5} \d{5}$"))
        expect(code).to_be_visible(timeout=WAIT)
        first.page.screenshot(path=pictures / "tablet-handover.png")
        with first.page.expect_download() as saved:
            first.page.get_by_role("link", name="Save the file").click()
        file = tmp_path / saved.value.suggested_filename
        saved.value.save_as(file)
        assert re.fullmatch(r"KH-2026-\d{4}-.*\.openfloor", file.name)
        assert b"emergency" not in file.read_bytes()

        second.open(VISIT, DRILLS)
        second.answer("Compliant")
        hand(second)
        page = second.page
        page.locator("#file").set_input_files(file)
        page.locator("#their-code").fill("00000 00000 00000 00000")
        page.get_by_role("button", name="Open it").click()
        expect(page.get_by_text("This is not the code of this file.")).to_be_visible(timeout=WAIT)
        page.locator("#their-code").fill(code.inner_text())
        page.get_by_role("button", name="Open it").click()
        expect(page.get_by_text("You have taken over from Chanthou")).to_be_visible(timeout=WAIT)
        page.get_by_role("button", name="Open it").click()
        expect(page.get_by_text("Already here: nothing in it is new")).to_be_visible(timeout=WAIT)
        second.open(VISIT)
        second.answered("Non-compliant")
        second.answer("Compliant")
    second.stands("3 of 3")

    desk = second.context.browser.new_context(base_url=way.url).new_page()
    sign_in(desk, "sokha")
    desk.goto("/app/assessments/tablets/")
    desk.get_by_role("link", name="Take in a file from a tablet").click()
    desk.locator("input[type=file]").set_input_files(file)
    desk.get_by_role("button", name="Take it in").click()
    expect(desk.get_by_text("Already here")).to_be_visible()
    desk.screenshot(path=pictures / "handover-desk.png")
    desk.context.close()

    first.page.reload()
    first.open(VISIT)
    first.stands("3 of 3")
    told = running.run("-c", REPORT).stdout.splitlines()
    assert sorted(line for line in told if line.startswith("change")) == sorted([
        f"change {EXITS} state chanthou chanthou",
        f"change {EXITS} photo chanthou chanthou",
        f"change {DRILLS} state rith rith",
        f"change {EXITS} state rith rith",
    ])  # fmt: skip
    assert sorted(line for line in told if not line.startswith("change")) == [
        "evidence chanthou", f"finding {EXITS} compliant", f"finding {DRILLS} compliant",
    ]  # fmt: skip
