"""A checklist from a file to its second version and the end of its first, by two editors in real Chromium."""

import json
import re
import shutil
from datetime import date, timedelta

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

from tests.conftest import ROOT
from tests.journeys.conftest import Site
from tests.world import PASSWORD

pytestmark = pytest.mark.journey
SMALL = ROOT / "tests" / "fixtures" / "small-checklist.yaml"
SETUP = """
import django; django.setup()
from tests.world import World
world = World()
for name in ("Kunthea", "Bora"):
    world.person(name, "checklist-editor")
"""
# What the small world does meanwhile on a version: a visit planned and begun, or one whose report is issued.
MEANWHILE = """
import django; django.setup()
from datetime import date
from checklists.models import ChecklistVersion
from core.models import Programme, User
from factories.models import Site
from tests.world import World
world = World.__new__(World)
world.programme = Programme.objects.get()
for name in ("sokha", "vannak", "chanthou", "rith"):
    setattr(world, name, User.objects.get(username=name))
world.site = Site.objects.filter(name={site!r}).first() or world.new_site({site!r})
world.version = ChecklistVersion.objects.get(version={version!r})
"""
REPORT = MEANWHILE + "world.report({states!r}, on=date.fromisoformat({on!r}), issued_on=date.fromisoformat({issued!r}))"
BEGUN = MEANWHILE + "print(world.planned(on=date.fromisoformat({on!r})).number)"


@pytest.fixture
def site(migrated, tmp_path):
    site = Site(tmp_path)
    shutil.copyfile(migrated, site.folder / "openfloor.sqlite3")
    site.run("-c", SETUP)
    site.start()
    yield site
    site.stop()


def ago(days):
    return (date.today() - timedelta(days=days)).isoformat()


def signed_in(chromium, site, name):
    page = chromium.new_context(base_url=site.url, viewport={"width": 1280, "height": 900}).new_page()
    page.goto("/app/sign-in/")
    page.fill("#id_username", name)
    page.fill("#id_password", PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_url("**/app/")
    return page


def editor(chromium, site, name):
    page = signed_in(chromium, site, name)
    page.goto("/cms/checklists/")
    return page


def press(page, name):
    with page.expect_navigation():
        page.get_by_role("button", name=name, exact=True).click()


def whole(page):
    """Nothing of ours is found by axe; Wagtail's own skip link and messages are not ours."""
    expect(page.locator("main h1, main h2").first).to_be_attached()
    page.wait_for_load_state()
    wrong = [
        one["id"]
        for one in Axe().run(page, {"exclude": [[".messages"]]}).response["violations"]
        if one["id"] not in ("region", "skip-link")
    ]
    assert wrong == [], page.url


def publish(page, address):
    page.goto(address)
    page.get_by_role("link", name="Publish", exact=True).click()
    whole(page)
    press(page, "Confirm and publish")
    expect(page.get_by_text(re.compile("is published"))).to_be_visible()


def test_from_a_file_to_the_second_version_and_the_end_of_the_first(site, chromium, tmp_path):
    kunthea, bora = editor(chromium, site, "kunthea"), editor(chromium, site, "bora")
    whole(kunthea)

    # A file is read by a job and becomes a draft.
    kunthea.locator("input[type=file]").set_input_files(SMALL)
    press(kunthea, "Read it")
    expect(kunthea.get_by_role("button", name="Make it a draft")).to_be_visible(timeout=15_000)
    whole(kunthea)
    press(kunthea, "Make it a draft")
    first = kunthea.url
    whole(kunthea)

    # It is edited: the clusters are put in another order with the keyboard, a plan and a check are added.
    kunthea.get_by_role("link", name="Clusters", exact=True).click()
    whole(kunthea)
    kunthea.get_by_role("button", name="Move Safety and health up").focus()
    kunthea.keyboard.press("Enter")
    kunthea.keyboard.press("Enter")
    press(kunthea, "Save this order")
    expect(kunthea.locator("ol.of-order a").first).to_have_text("Safety and health")
    # And by hand: drawn below the others, and left without a word, which is asked about first.
    kunthea.locator("ol.of-order li").first.drag_to(kunthea.locator("ol.of-order li").last)
    expect(kunthea.locator("ol.of-order a").last).to_have_text("Safety and health")
    asked = []
    kunthea.once("dialog", lambda dialog: (asked.append(dialog.type), dialog.dismiss()))
    kunthea.get_by_role("link", name="Safety and health").click()
    expect(kunthea.get_by_role("button", name="Save this order")).to_be_visible()
    assert asked == ["beforeunload"], "an order nobody saved is not lost by a wrong turn"
    kunthea.get_by_role("button", name="Move Safety and health up").focus()
    kunthea.keyboard.press("Enter")
    kunthea.keyboard.press("Enter")
    press(kunthea, "Save this order")
    kunthea.goto(f"{first}sampling/")
    kunthea.get_by_role("button", name="Add a plan").click()
    plan = kunthea.locator("ol .of-question").last
    plan.get_by_label("Key").fill("pay-slips")
    plan.get_by_label("the peak season").check()
    plan.get_by_label("Take", exact=True).first.fill("8")
    press(kunthea, "Save")
    press(kunthea, "Draw")
    expect(kunthea.get_by_role("cell", name="8", exact=True).last).to_be_visible()
    whole(kunthea)
    kunthea.goto(f"{first}checks/")
    kunthea.get_by_role("button", name="Add a check").click()
    check = kunthea.locator("ol .of-question").last
    check.get_by_label("Key", exact=True).fill("more-drills-than-workers")
    check.get_by_label("What the assessor reads").fill("More drills than workers.")
    rule = 'answers["drills-last-year"] > answers["workers-count"]'
    check.get_by_label("Answers do not fit together when").fill(rule)
    press(kunthea, "Save")
    whole(kunthea)
    kunthea.get_by_role("link", name=re.compile("Try it")).first.click()
    kunthea.get_by_label(re.compile("How many drills")).fill("9")
    kunthea.locator("input[name=workers-count]").fill("4")
    press(kunthea, "Try these answers")
    expect(kunthea.get_by_role("status").filter(has_text="More drills")).to_be_visible()
    whole(kunthea)

    # A second person publishes it.
    kunthea.goto(first)
    press(kunthea, "Send to review")
    expect(kunthea.get_by_text("A second person publishes it.").last).to_be_visible()
    expect(kunthea.get_by_role("link", name="Publish", exact=True)).to_have_count(0)
    publish(bora, first)
    version = bora.url
    said = {
        "site": "Paper Heron Sewing",
        "version": "1",
        "states": {"emergency-exits-clear": "non_compliant"},
        "on": ago(60),
        "issued": ago(40),
    }
    site.run("-c", REPORT.format(**said))
    begun = site.run("-c", BEGUN.format(site="Blue Kettle", version="1", on=ago(20))).stdout.split()[-1]

    # The second version: a question is moved with the keyboard, another is added, somebody else saves meanwhile.
    kunthea.goto(version)
    kunthea.get_by_label("Name of the new version").fill("2027")
    kunthea.get_by_label("In force from").fill(ago(10))
    press(kunthea, "Begin a draft")
    second = kunthea.url
    kunthea.get_by_role("link", name="Emergency preparedness", exact=True).click()
    kunthea.wait_for_load_state()
    whole(kunthea)
    kunthea.get_by_role("button", name="Add a question").focus()
    kunthea.keyboard.press("Enter")
    fresh = kunthea.locator(".of-question").last
    fresh.get_by_label("Key", exact=True).fill("asked-in-private")
    fresh.get_by_label("Kind").select_option("yes_no")
    fresh.get_by_label("Question to the assessor").fill("Were workers asked in private?")
    fresh.get_by_role("button", name="Move this question up").focus()
    kunthea.keyboard.press("Enter")

    bora.goto(kunthea.url)
    bora.get_by_label("Compliance point").fill("Another title")
    press(bora, "Save")
    kunthea.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
    expect(kunthea.get_by_text("saved a newer revision while you write")).to_be_in_viewport()
    expect(kunthea.get_by_role("link", name="Open the newer text in another window")).to_be_visible()
    press(kunthea, "Save")
    expect(kunthea.get_by_role("alert").first).to_contain_text("Bora saved a newer revision")
    assert "Were workers asked in private?" in kunthea.content(), "her words stay on the screen"

    kunthea.goto(kunthea.url)
    kunthea.get_by_role("button", name="Add a question").click()
    fresh = kunthea.locator(".of-question").last
    fresh.get_by_label("Key", exact=True).fill("asked-in-private")
    fresh.get_by_label("Kind").select_option("yes_no")
    fresh.get_by_label("Question to the assessor").fill("Were workers asked in private?")
    fresh.get_by_role("button", name="Move this question up").click()
    exits = kunthea.locator(".of-question").first
    exits.locator("summary").click()
    exits.get_by_label("Key", exact=True).fill("exits-open")
    press(kunthea, "Save")
    assert "asked in private" in kunthea.locator(".of-question").nth(-2).inner_text()

    # As the tablet shows it, with a sample answer.
    kunthea.get_by_role("link", name="As the tablet shows it").click()
    whole(kunthea)
    expect(kunthea.get_by_text("Were workers asked in private?").first).to_be_visible()
    press(kunthea, "Try these answers")

    kunthea.goto(second)
    press(kunthea, "Send to review")
    bora.goto(second)
    bora.get_by_role("link", name="Against the version before").click()
    expect(bora.get_by_role("heading", name=re.compile("Were workers asked in private"))).to_be_visible()
    whole(bora)
    publish(bora, second)
    newer = bora.url

    # Any two are compared; the first ends.
    press(bora, "What changed")
    expect(bora.get_by_text("asked-in-private")).to_be_visible()
    bora.goto(version)
    bora.get_by_label("Nothing new starts on it from").fill(ago(0))
    press(bora, "Retire it")
    expect(bora.get_by_text(re.compile("Nothing new starts on it from"))).to_be_visible()
    assert newer != version

    # What was begun stays on the first version; what is planned now is on the second; the trend goes on over both.
    sokha = signed_in(chromium, site, "sokha")
    sokha.goto(f"/app/assessments/{begun}/")
    expect(sokha.get_by_text("A small checklist, 1", exact=True)).to_be_visible()
    sokha.goto("/app/assessments/plan/")
    expect(sokha.get_by_label("Checklist").locator("option:checked")).to_have_text("A small checklist, 2027")
    expect(sokha.get_by_label("Checklist").locator("option", has_text="checklist, 1")).to_have_count(0)
    said = {
        "site": "Paper Heron Sewing",
        "version": "2027",
        "states": {"exits-open": "compliant"},
        "on": ago(5),
        "issued": ago(0),
    }
    site.run("-c", REPORT.format(**said))
    asked = ["--programme", "KH", "--as-of", ago(-1), "--selection", "balanced:2", "--trend", "--json"]
    told = site.run("compliance_rates", *asked).stdout
    rates = [one for one in json.loads(told)["rates"] if "exits" in one["question"]]
    found = sorted((one["question"], one["numerator"], one["denominator"]) for one in rates)
    assert found == [("exits-open", 0, 1), ("exits-open", 1, 1)], "one question over two versions"


def test_a_countrys_edition_and_what_becomes_of_it_when_its_parent_moves(site, chromium, pictures):
    """All on screens, on a small one, with the keyboard where a choice is made."""
    site.run("import_checklist", str(SMALL))
    page = editor(chromium, site, "kunthea")
    page.set_viewport_size({"width": 1024, "height": 768})
    page.get_by_role("link", name="A small checklist").click()
    edition = page.locator("form", has=page.get_by_role("button", name="Begin the edition"))
    edition.get_by_label("Country").fill("JO")
    edition.get_by_label("Version of the edition").fill("JO-1")
    edition.get_by_label("In force there from").fill(ago(30))
    whole(page)
    press(page, "Begin the edition")
    draft = page.url
    whole(page)

    # One question is reworded, one has other law, one is dropped, one is added.
    page.get_by_role("link", name="Emergency preparedness", exact=True).click()
    point = page.url
    card = page.locator("li.of-question", has=page.get_by_text("drills-last-year", exact=True))
    card.get_by_text("Reword it").focus()
    page.keyboard.press("Enter")
    card.get_by_label("Question to the assessor").fill("How many drills were held with all shifts?")
    with page.expect_navigation():
        card.get_by_role("button", name="Save").click()
    expect(card.get_by_text("In the parent:")).to_be_visible()
    card.get_by_text("Give it other law").click()
    card.get_by_label("Title").fill("Civil Defence Law")
    card.get_by_label("Article").fill("7")
    press(page, "Add this law")
    expect(card.get_by_text("Civil Defence Law, art. 7")).to_be_visible()
    gone = page.locator("li.of-question", has=page.get_by_text("emergency-exits-clear", exact=True))
    gone.get_by_text("Drop it").click()
    gone.get_by_label("Why this country").fill("Asked by the civil defence.")
    press(page, "Drop this question")
    expect(gone.get_by_text("Asked by the civil defence.")).to_be_visible()
    page.locator("summary", has_text="Add a question").click()
    fresh = page.locator("details#add")
    fresh.get_by_label("Key", exact=True).fill("siren-heard")
    fresh.get_by_label("Kind").select_option("yes_no")
    fresh.get_by_label("Question to the assessor").fill("Is the siren heard in every hall?")
    fresh.get_by_label("Stands behind").select_option("drills-last-year")
    press(page, "Add it")
    expect(page.get_by_role("heading", name="Is the siren heard in every hall?")).to_be_visible()
    whole(page)
    page.screenshot(path=pictures / "edition-point.png", full_page=True)
    page.goto(draft)
    whole(page)
    page.screenshot(path=pictures / "edition.png", full_page=True)

    # The parent moves: its own next version says the drills otherwise and asks one thing more.
    moved = SMALL.read_text().replace('version: "1"', 'version: "2"')
    moved = re.sub("in_force_from: .*", f"in_force_from: {ago(3)}", moved, count=1)
    moved = moved.replace("How many drills", "How many evacuation drills")
    newer = site.folder / "newer.yaml"
    newer.write_text(moved)
    site.run("import_checklist", str(newer))
    page.goto(draft)
    page.get_by_role("link", name="What that means here").click()
    expect(page.get_by_role("group", name=re.compile("How many evacuation drills"))).to_be_visible()
    whole(page)
    page.screenshot(path=pictures / "carry-over.png", full_page=True)
    page.get_by_label("Leave it").first.focus()
    page.keyboard.press("Space")
    press(page, "Stand on version 2")
    expect(page.get_by_text("version 2 of its parent")).to_be_visible()
    page.goto(point)
    expect(page.get_by_role("heading", name="How many drills were held with all shifts?")).to_be_visible()
    expect(page.get_by_text("Civil Defence Law, art. 7")).to_be_visible()
    page.goto(draft)
    expect(page.get_by_text("version 2 of its parent")).to_be_visible()
    expect(page.get_by_role("link", name="What that means here")).to_have_count(0)
