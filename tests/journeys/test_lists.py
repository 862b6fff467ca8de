"""A list of factories from a file to its doubts, by a programme manager in real Chromium, with the keyboard alone."""

import shutil

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

from tests.journeys.conftest import Site
from tests.world import PASSWORD

pytestmark = pytest.mark.journey
SETUP = """
import django; django.setup()
from tests.world import World
World().site
"""
SPEAKS = "import django; django.setup(); from core.models import User; User.objects.update(language={!r})"
ROWS = 1_000  # enough that taking them is seen under way


@pytest.fixture
def site(migrated, tmp_path):
    site = Site(tmp_path)
    shutil.copyfile(migrated, site.folder / "openfloor.sqlite3")
    site.run("-c", SETUP)
    site.start()
    yield site
    site.stop()


@pytest.fixture
def lists(tmp_path):
    """Two lists of one sender, with columns nobody knows yet; the first holds a name almost like a known one."""
    first, second = tmp_path / "buyer-list.csv", tmp_path / "buyer-list-2.csv"
    rows = [f"Golden Kite {n},Plot {n * 7} Road {n % 90},Apparel" for n in range(ROWS)]
    rows.append('Paper Heron Sewn,"National Road 4, Paper Heron Sewing",Apparel')
    head = "Unit title,Where it stands,What they make\n"
    first.write_text(head + "\n".join(rows), "utf-8")
    second.write_text(head + "Tin Kite,Road 4,Apparel\n,Road 5,Apparel\n", "utf-8")
    return first, second


def keyed(page, element, *keys):
    """Go to an element by Tab, as one goes who has no mouse, and press there."""
    element.wait_for()
    for _ in range(90):
        if element.evaluate("one => one === document.activeElement"):
            break
        page.keyboard.press("Tab")
    else:
        raise AssertionError(f"Tab does not come to {element}")
    for key in keys:
        page.keyboard.press(key)


def button(page, name):
    return page.get_by_role("button", name=name, exact=True)


def pressed(page, name):
    with page.expect_navigation():
        keyed(page, button(page, name), "Enter")


def send_in(page, file):
    page.goto("/app/factories/lists/")
    with page.expect_file_chooser() as chosen:
        keyed(page, page.locator("input[type=file]"), "Enter")
    chosen.value.set_files(file)
    pressed(page, "Look through it")


def whole(page, problems):
    for found in Axe().run(page).response["violations"]:
        if found["id"] == "meta-refresh":  # only while a job works: the page says so, and "Look again" does the same
            continue
        problems.append((page.url, found["id"], found["nodes"][0]["html"][:200]))
    if (beyond := page.evaluate("document.documentElement.scrollWidth - innerWidth")) > 0:
        problems.append((page.url, "wider than the screen", beyond))


def test_a_list_comes_in_by_the_keyboard_alone_and_reads_in_three_languages(site, chromium, lists, tmp_path):
    page = chromium.new_context(base_url=site.url, viewport={"width": 1280, "height": 900}).new_page()
    page.goto("/app/sign-in/")
    page.fill("#id_username", "sokha")
    page.fill("#id_password", PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_url("**/app/")
    problems = []

    # Columns nobody knows: she says once which is what.
    send_in(page, lists[0])
    expect(page.get_by_text("This list cannot be read yet")).to_be_visible(timeout=60_000)
    whole(page, problems)
    keyed(page, page.get_by_label("A short name for this sender"))
    page.keyboard.type("harbour")
    for field, column in (("name", "Unit title"), ("address", "Where it stands"), ("sector", "What they make")):
        keyed(page, page.locator(f"#id_{field}"))
        page.keyboard.type(column)
    pressed(page, "Keep this and read it so")

    # What it would do, before anything is done.
    expect(page.get_by_role("heading", name="What it would do")).to_be_visible(timeout=120_000)
    expect(page.locator("dl.pairs")).to_contain_text(str(ROWS + 1))
    whole(page, problems)
    pressed(page, "Take this list")
    expect(page.locator("progress")).to_be_visible()
    whole(page, problems)
    expect(page.get_by_role("heading", name="What was done")).to_be_visible(timeout=240_000)
    done = page.url

    # The one that looks like a known one: two factories, said and taken back.
    with page.expect_navigation():
        keyed(page, page.get_by_role("link", name="Say which of them are one factory."), "Enter")
    with page.expect_navigation():
        keyed(page, page.get_by_role("link", name="Paper Heron"), "Enter")
    doubt = page.url
    pressed(page, "The same factory")
    expect(button(page, "Take it back")).to_be_visible()
    pressed(page, "Take it back")
    expect(button(page, "Two factories")).to_be_visible()

    # The next list of this sender is known by its columns; a row without a name cannot be taken.
    send_in(page, lists[1])
    expect(page.get_by_role("heading", name="Rows that cannot be taken")).to_be_visible(timeout=60_000)
    checked = page.url

    for language in ("en", "km", "ar"):
        site.run("-c", SPEAKS.format(language))
        for size in ((1280, 900), (390, 844)):
            page.set_viewport_size({"width": size[0], "height": size[1]})
            for name, address in (
                ("lists", "/app/factories/lists/"), ("done", done), ("checked", checked), ("doubt", doubt)
            ):  # fmt: skip
                page.goto(address)
                expect(page.locator("h1")).to_be_visible()
                page.locator("details").evaluate_all("all => all.forEach(one => { one.open = true })")
                whole(page, problems)
                page.screenshot(path=tmp_path / f"{name}-{language}-{size[0]}.png", full_page=True)
    assert problems == []
