"""Every screen of the tablet in three languages and two sizes: found whole by axe, no wider than the screen."""

import re

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

from tests.journeys.test_tablet_faults import EXITS, WAIT, Tablet, sign_in

pytestmark = pytest.mark.journey

PREPARE = """
import django; django.setup()
from datetime import timedelta
from compliance import actions
from core.days import today
from tests.world import World
world = World()
day = today(world.programme)
for language, departments in ({"en": ("Sewing, line 4", "Cutting"), "km": ("ដេរ", "កាត់"), "ar": ("الخياطة", "القص")}).items():
    reader = world.person("Reader" + language, "assessor", language=language)
    world.person("Planner" + language, "programme-manager", language=language)
    actions.plan_assessment(
        programme=world.programme, site=world.new_site("Paper Heron " + language), version=world.version, lead=reader,
        assessors=[world.chanthou], planned_from=day, planned_until=day + timedelta(days=1), why="Nobody else was free.",
        by=world.sokha, departments=dict(zip(departments, (312, 48))),
    )
"""
SIZES = {"wide": (1024, 768), "tall": (800, 1280)}
SCREENS = ("left", "find", "interviews", "meetings", "summary", "visit", "handover", "tray")
SECRET = "rain on the tin roof"


@pytest.fixture(scope="module")
def running(site):
    site.run("-c", PREPARE)
    site.start()
    return site


@pytest.mark.parametrize("language", ["en", "km", "ar"])
def test_every_screen_of_the_tablet_is_whole_in_three_languages(running, chromium, pictures, language):
    context = chromium.new_context(base_url=running.url, viewport={"width": 1024, "height": 768}, has_touch=True)
    one = Tablet(context)
    page, wrong = one.page, []
    sign_in(page, f"reader{language}")
    page.wait_for_url("**/app/")

    def look(name):
        for size, (width, height) in SIZES.items():
            page.set_viewport_size({"width": width, "height": height})
            page.screenshot(path=pictures / f"tablet-{language}-{name}-{size}.png")
            wrong.extend(
                (name, size, found["id"], found["nodes"][0]["html"][:200])
                for found in Axe().run(page).response["violations"]
            )
            if (beyond := page.evaluate("document.documentElement.scrollWidth - innerWidth")) > 0:
                wrong.append((name, size, "wider than the screen", beyond))

    page.goto("/tablet/")
    page.get_by_role("article").get_by_role("button").first.click()
    link = page.get_by_role("article").get_by_role("link")
    expect(link).to_be_visible(timeout=WAIT)
    page.evaluate("navigator.serviceWorker.ready.then(() => true)")
    page.reload()
    expect(link).to_be_visible(timeout=WAIT)
    expect(page.locator("html")).to_have_attribute("dir", "rtl" if language == "ar" else "ltr")
    look("list")
    visit = re.sub(r"/q/.*", "", page.evaluate("document.querySelector('article a').href"))

    page.goto(f"{visit}/q/{EXITS}/")
    page.get_by_role("radio").nth(1).click()
    expect(page.get_by_role("radio").nth(1)).to_be_checked()
    look("question")
    for screen in SCREENS:
        page.goto(f"{visit}/{screen}/")
        expect(page.get_by_role("heading", level=1)).to_be_visible(timeout=WAIT)
        if screen == "interviews":
            page.locator("#department").fill(page.locator("#departments option").first.get_attribute("value"))
            page.locator("footer button").last.click()
            expect(page.get_by_role("status").filter(has=page.locator(".st"))).to_be_visible()
        if screen == "handover":
            page.locator("main button").first.click()
            expect(page.get_by_text(re.compile(r"^\d{5} \d{5} \d{5} \d{5}$"))).to_be_visible(timeout=WAIT)
        look(screen)
    page.locator("footer .harm").click()
    expect(page.get_by_role("heading", level=1)).to_be_visible(timeout=WAIT)
    look("harm")

    page.goto("/tablet/")
    expect(link).to_be_visible(timeout=WAIT)
    page.locator("main button").filter(has=page.locator("use[href$='#key']")).click()
    look("passphrase")
    for box in page.get_by_role("dialog").locator("input").all():
        box.fill(SECRET)
    page.get_by_role("dialog").locator("form button").first.click()
    expect(page.get_by_role("dialog")).to_have_count(0, timeout=WAIT)
    look("locked-by-passphrase")
    page.reload()
    expect(page.locator("input[type=password]")).to_be_visible(timeout=WAIT)
    look("locked")
    context.close()
    assert not wrong
    assert one.errors == []


@pytest.mark.parametrize("language", ["en", "km", "ar"])
def test_a_visit_is_planned_with_its_departments_in_three_languages(running, chromium, pictures, language):
    context = chromium.new_context(base_url=running.url, viewport={"width": 1024, "height": 768})
    page, wrong = context.new_page(), []
    sign_in(page, f"planner{language}")
    page.wait_for_url("**/app/")
    page.goto("/app/assessments/plan/")
    page.locator("summary").last.click()
    page.locator("#id_departments").fill("ដេរ 4\nالقص")  # too few to hide among, and no number
    for name in ("plan", "plan-refused"):
        for size, (width, height) in SIZES.items():
            page.set_viewport_size({"width": width, "height": height})
            page.screenshot(path=pictures / f"desk-{language}-{name}-{size}.png", full_page=True)
            wrong.extend(
                (name, size, found["id"], found["nodes"][0]["html"][:200])
                for found in Axe().run(page).response["violations"]
            )
            if (beyond := page.evaluate("document.documentElement.scrollWidth - innerWidth")) > 0:
                wrong.append((name, size, "wider than the screen", beyond))
        if name == "plan":
            page.locator("main form .btns button").last.click()
            expect(page.locator("#id_departments")).to_have_attribute("aria-invalid", "true")
    context.close()
    assert not wrong
