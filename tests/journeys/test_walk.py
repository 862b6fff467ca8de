"""The assessor's walk without a network: what the checklist's rules do, how a question is found, sampled records,
interviews as counts, the two meetings, the summary for both sides. In real Chromium, at a tablet's size."""

import re

import pytest
from playwright.sync_api import expect

from tests.journeys.test_main_job import SETUP, Assessor

pytestmark = pytest.mark.journey


@pytest.fixture(scope="module")
def running(site):
    site.run("import_checklist", "tests/fixtures/walk-checklist.yaml")
    site.run("-c", f"{SETUP}from tests.journeys import walk; walk.visit()")
    site.start()
    return site


@pytest.fixture
def chanthou(running, chromium):
    assessor = Assessor(chromium, running, "chanthou")
    assessor.take_offline()
    assessor.context.set_offline(True)
    yield assessor
    assessor.leave()


def test_the_walk(chanthou, running, pictures):
    page = chanthou.page
    rules_of_the_checklist(chanthou)
    ways_to_a_question(page, pictures)
    interviews(page, pictures)
    meetings_and_summary(chanthou, pictures)
    submitting(chanthou)


def to(chanthou, question):
    """Leave the question as a person does, which keeps what is being typed; then stand before another."""
    chanthou.page.get_by_role("link", name="Openfloor: your assessments").click()
    chanthou.page.get_by_role("link", name="Paper Heron Sewing").wait_for()
    chanthou.open(question)


def rules_of_the_checklist(chanthou):
    page = chanthou.page
    answer = page.get_by_label("Answer", exact=True)
    # Hidden by an answer; asked again by another. Nothing that is hidden is left.
    chanthou.open("dormitory")
    page.get_by_role("radio", name="No", exact=True).tap()
    expect(page.get_by_label("Questions of this point").get_by_role("link")).to_have_count(5)
    page.goto(re.sub(r"/q/.*", "/left/", page.url))
    expect(page.get_by_role("heading", name="4 left")).to_be_visible()
    to(chanthou, "dormitory")
    page.get_by_role("radio", name="Yes", exact=True).tap()
    expect(page.get_by_label("Questions of this point").get_by_role("link")).to_have_count(6)
    # A number that cannot be is not kept and its sentence is said.
    to(chanthou, "beds")
    answer.fill("5001")
    expect(page.get_by_role("alert")).to_have_text("A dormitory has 0 to 5000 beds.")
    # Required because of another answer.
    answer.fill("0")
    expect(page.get_by_role("alert")).to_have_count(0)
    to(chanthou, "why-no-beds")
    expect(page.get_by_text("Needs an answer.")).to_be_visible()
    to(chanthou, "beds")
    answer.fill("300")
    to(chanthou, "why-no-beds")
    expect(page.get_by_text("May be left without an answer.")).to_be_visible()
    # Computed from an answer and from what was counted at the factory.
    to(chanthou, "people-per-bed")
    expect(page.locator("output")).to_have_text("2")
    # Sampled records from a spreadsheet, the calculation in sight; what is no value stays out and is named.
    to(chanthou, "weeks")
    paste(page, "Name\tHours\tMark\nSok Dara\t62.5\tcut\nChea Bopha\tmany\tsew\n")
    expect(page.get_by_text("Rows taken: 2")).to_be_visible()
    expect(page.get_by_text("Not columns of this table: Name.")).to_be_visible()
    expect(page.get_by_text("Row 2, Hours: “many” was not taken.")).to_be_visible()
    expect(page.get_by_label("Over the cap, row W1")).to_have_text("2.5")
    assert "Sok Dara" not in page.locator("table").inner_text()
    page.get_by_label("Hours, row W2").fill("48")
    expect(page.get_by_label("Over the cap, row W2")).to_have_text("-12")
    # A suggestion, until somebody taps.
    to(chanthou, "cap-kept")
    expect(page.get_by_text("Suggested: non-compliant. Over the cap in a sampled week.")).to_be_visible()
    expect(page.get_by_role("radio", name="Non-compliant", exact=True)).not_to_be_checked()
    page.get_by_role("radio", name="Non-compliant", exact=True).tap()
    expect(page.get_by_text("Suggested:")).to_have_count(0)


def paste(page, text):
    """As the clipboard brings it: several lines, which a test cannot type into a box of one."""
    page.get_by_label("Paste from a spreadsheet").evaluate(
        """(box, text) => {
          const data = new DataTransfer();
          data.setData("text/plain", text);
          box.dispatchEvent(new ClipboardEvent("paste", { clipboardData: data, bubbles: true, cancelable: true }));
        }""",
        text,
    )


def ways_to_a_question(page, pictures):
    page.get_by_role("link", name="Find a question").click()
    search = page.get_by_label("Words of the question, point or law")
    search.fill("SHOUTED")
    link = page.locator("main").get_by_role("link")
    expect(link).to_have_count(1)
    search.fill("")
    page.get_by_role("button", name=re.compile("All questions")).tap()
    page.get_by_role("button", name=re.compile("^Workers")).tap()
    expect(link).to_have_count(2)
    page.screenshot(path=pictures / "tablet-find.png")
    for box in page.locator("main .btn, main .points a, footer .btn").evaluate_all(
        "all => all.map((one) => one.getBoundingClientRect().height)"
    ):
        assert box >= 48, "a thumb needs 48 px"
    page.set_viewport_size({"width": 768, "height": 1024})
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    page.set_viewport_size({"width": 1024, "height": 768})
    link.filter(has_text="shouted").click()
    page.get_by_role("radio", name="Non-compliant", exact=True).tap()


def interviews(page, pictures):
    page.get_by_role("link", name="Interviews").click()
    expect(page.get_by_role("heading", name="0 held of 10 planned")).to_be_visible()
    page.get_by_label("Sex").select_option("women")
    page.get_by_label("Contract").select_option("agency")
    page.get_by_label("Department").fill("Cutting")
    page.get_by_role("button", name="Count it").tap()
    expect(page.get_by_role("heading", name="1 held of 10 planned")).to_be_visible()
    women = page.get_by_role("row", name="Women")
    expect(women.get_by_role("cell")).to_have_text(["8", "1"])
    page.screenshot(path=pictures / "tablet-interviews.png")
    shown = page.locator("main").inner_text()
    assert "shouted" not in shown
    page.get_by_role("button", name="Count it").tap()
    page.get_by_role("button", name="Take the last one back").tap()
    expect(page.get_by_role("heading", name="1 held of 10 planned")).to_be_visible()


def meetings_and_summary(chanthou, pictures):
    page = chanthou.page
    to(chanthou, "under-age")
    page.get_by_role("radio", name="Non-compliant", exact=True).tap()
    page.get_by_role("link", name="Meetings").click()
    closing = page.get_by_role("region", name="Closing meeting")
    closing.get_by_label("Held on").fill("2026-11-26")
    closing.get_by_label("Worker representatives: how many").fill("4")
    closing.get_by_label("Worker representatives: roles").fill("two of the committee, two shop stewards")
    workers = closing.get_by_role("group", name="Worker representatives").last
    workers.get_by_role("button", name="Refused to sign").tap()
    expect(workers.get_by_role("button", name="Refused to sign")).to_have_attribute("aria-pressed", "true")
    page.screenshot(path=pictures / "tablet-meetings.png")
    page.get_by_role("link", name="Summary for both sides").click()
    expect(page.get_by_text("Hours over the cap")).to_be_visible()
    for hidden in ("shouted", "under the legal age", "Voices"):
        expect(page.get_by_text(hidden)).to_have_count(0)
    page.evaluate("window.printed = 0; window.print = () => { window.printed += 1; }; null")
    page.get_by_role("button", name="Print").tap()
    assert page.evaluate("window.printed") == 1
    page.emulate_media(media="print")
    expect(page.get_by_role("button", name="Print")).to_be_hidden()
    page.screenshot(path=pictures / "tablet-summary-paper.png", full_page=True)
    page.emulate_media(media="screen")


def submitting(chanthou):
    """The server comes to the same: what rules hide is not left, what they require is."""
    page = chanthou.page
    to(chanthou, "beds")
    page.get_by_label("Answer", exact=True).fill("0")
    to(chanthou, "why-no-beds")
    chanthou.context.set_offline(False)
    page.reload()
    chanthou.all_safe()
    page.goto(re.sub(r"/q/.*", "/left/", page.url))
    expect(page.get_by_role("heading", name="1 left")).to_be_visible()
    page.get_by_role("button", name="Send to review").tap()
    expect(page.get_by_text("Not sent. 1 question has no answer yet.")).to_be_visible()
    to(chanthou, "dormitory")
    page.get_by_role("radio", name="No", exact=True).tap()
    chanthou.all_safe()
    page.goto(re.sub(r"/q/.*", "/left/", page.url))
    expect(page.get_by_role("heading", name="Nothing left")).to_be_visible()
    page.get_by_role("button", name="Send to review").tap()
    expect(page.get_by_text("In review: you can read it here, not change it").first).to_be_visible()
