"""A buyer's list from a file to the factories' answers, in real Chromium: brought in, matched, asked, allowed, taken along."""

import shutil

import pytest
from playwright.sync_api import expect

from tests.journeys.conftest import Site
from tests.journeys.test_lists import SPEAKS, keyed, pressed, whole
from tests.world import PASSWORD

pytestmark = pytest.mark.journey
SETUP = """
import django; django.setup()
from datetime import date
from factories import actions
from tests.disclosure.past import publish, regime, usual
from tests.world import SETUP, World
world = World()
regime(world); usual(world); publish(world)
world.mony, world.new_site("Tin Kite")
buyer = actions.create_buyer(name="Marmalade Outfitters", by=SETUP)
actions.add_buyer_member(buyer=buyer, user=world.person("Iris"), since=date(2025, 1, 1), by=SETUP)
"""
LIST = """Vendor code,Factory name,Country,Address
V-1,Paper Heron Sewing,KH,"National Road 4, Paper Heron Sewing"
V-2,Paper Heron Sewn,KH,
V-3,Tin Kite,KH,"National Road 4, Tin Kite"
V-4,Harbour Stitch,VN,Lot 4
"""


@pytest.fixture
def site(migrated, tmp_path):
    site = Site(tmp_path)
    shutil.copyfile(migrated, site.folder / "openfloor.sqlite3")
    site.run("-c", SETUP)
    site.start()
    yield site
    site.stop()


def entered(chromium, site, name, **size):
    page = chromium.new_context(base_url=site.url, viewport=size or {"width": 1366, "height": 900}).new_page()
    page.goto("/app/sign-in/")
    page.fill("#id_username", name)
    page.fill("#id_password", PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_url("**/app/")
    return page


def row(page, code):
    return page.locator("main li", has=page.get_by_text(code, exact=True))


def test_a_buyer_brings_its_list_in_asks_and_sees_the_answer(site, chromium, tmp_path):
    file = tmp_path / "ours.csv"
    file.write_text(LIST, "utf-8")
    iris, problems = entered(chromium, site, "iris"), []
    iris.goto("/app/portfolio/")
    whole(iris, problems)
    # By the keyboard alone, from the list to what is asked.
    with iris.expect_navigation():
        keyed(iris, iris.get_by_role("link", name="Bring in a list"), "Enter")
    with iris.expect_file_chooser() as chosen:
        keyed(iris, iris.locator("input[type=file]"), "Enter")
    chosen.value.set_files(file)
    pressed(iris, "Look through it")
    expect(iris.get_by_text("What it would do")).to_be_visible()
    whole(iris, problems)
    pressed(iris, "Take this list")
    expect(iris.get_by_text("What was done")).to_be_visible()
    with iris.expect_navigation():
        keyed(iris, iris.get_by_role("link", name="Go to your portfolio"), "Enter")
    expect(row(iris, "V-1")).to_contain_text("Violation found: 1")
    for unknown in ("V-3", "V-4"):
        expect(row(iris, unknown)).to_contain_text("Nothing is public")
        expect(row(iris, unknown).get_by_role("checkbox")).to_have_count(0)
    with iris.expect_navigation():
        keyed(iris, iris.get_by_role("link", name="Say which factory it is."), "Enter")
    whole(iris, problems)
    pressed(iris, "No, it is another")
    keyed(iris, row(iris, "V-1").get_by_role("checkbox"), "Space")
    keyed(iris, iris.get_by_label("Why you ask"))
    iris.keyboard.type("We order trousers from you.")
    pressed(iris, "Ask them")
    expect(row(iris, "V-1")).to_contain_text("Asked, no answer yet")

    mony = entered(chromium, site, "mony")
    mony.goto("/app/")
    mony.get_by_role("link", name="Our factory").first.click()
    expect(mony.get_by_text("We order trousers from you.")).to_be_visible()
    assert "V-1" not in mony.content()
    with mony.expect_navigation():
        mony.get_by_role("button", name="Allow", exact=False).first.click()

    iris.reload()
    expect(row(iris, "V-1")).to_contain_text("Given")
    expect(row(iris, "V-1").get_by_text("Plan", exact=True)).to_be_visible()
    for words, beginning in (("Get it as CSV", b"Your code"), ("Get it as a workbook", b"PK")):
        with iris.expect_download() as taken:
            keyed(iris, iris.get_by_role("link", name=words), "Enter")
        assert taken.value.path().read_bytes().startswith(beginning)

    for language, width in (("en", 390), ("km", 1366), ("ar", 390)):
        site.run("-c", SPEAKS.format(language))
        iris.set_viewport_size({"width": width, "height": 900})
        for path in ("", "lists/"):
            iris.goto(f"/app/portfolio/{path}")
            whole(iris, problems)
        iris.goto("/app/portfolio/")
        iris.locator("main li h3 a").first.click()
        whole(iris, problems)
        iris.goto("/app/portfolio/")
        iris.locator("main a[href$='/add/']").click()
        whole(iris, problems)
    assert not problems
