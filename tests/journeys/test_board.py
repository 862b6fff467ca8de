"""A committee's board in real Chromium: its order by finger on a phone, by mouse on a desk, by keyboard, without scripts.

No drag states a fact: dropped on the factory's own word a card opens the form that asks for it, elsewhere it says who can.
"""

import re

import pytest
from playwright.sync_api import expect

from tests.journeys.committee import IDEAS
from tests.journeys.test_committee import SETUP, fits, press, sign_in

pytestmark = pytest.mark.journey
PHONE = {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True}
DESK = {"viewport": {"width": 1366, "height": 768}}


@pytest.fixture(scope="module")
def plan(site):
    site.plan = site.run("-c", f"{SETUP}committee.prepare_board()").stdout.split()[-1]
    site.start()
    return f"/app/plans/{site.plan}/"


@pytest.fixture
def opens(site, plan, chromium):
    """A signed-in person's board. Afterwards nothing went wrong in a script and nothing was refused by its policy."""
    opened, wrong = [], []

    def open_board(name, **options):
        context = chromium.new_context(base_url=site.url, **options)
        opened.append(context)
        page = context.new_page()
        page.on("console", lambda line: wrong.append(line.text) if "Content Security Policy" in line.text else None)
        page.on("pageerror", lambda error: wrong.append(str(error)))
        sign_in(page, name)
        page.goto(plan)
        fits(page)
        return page

    yield open_board
    for context in opened:
        context.close()
    assert wrong == []


def column(page, key):
    return page.locator(f"[data-column={key}]")


def order(page):
    """What nobody planned yet, as it stands on the screen."""
    return [words.strip() for words in column(page, "not_started").locator("h3").all_inner_texts()]


def card(page, issue):
    return page.locator("[data-card]").filter(has=page.get_by_role("heading", name=issue, exact=True))


def middle(locator, part=0.5):
    box = locator.bounding_box()
    return box["x"] + box["width"] / 2, box["y"] + box["height"] * part


def kept(page):
    """The server has heard of the move."""
    return page.expect_response(lambda answer: answer.url.endswith("/place/") and answer.status == 204)


def facts(site):
    return int(site.run("-c", f"{SETUP}committee.facts()").stdout.split()[-1])


def test_a_finger_puts_a_card_in_front(opens, plan, pictures):
    page = opens("mony", **PHONE)
    first, second = order(page)[:2]
    card(page, second).evaluate("card => card.scrollIntoView({ block: 'center' })")
    x, y = middle(card(page, second).locator("[data-grip]"))
    to_x, to_y = middle(card(page, first), 0.2)
    finger = page.context.new_cdp_session(page)

    def touch(kind, *points):
        finger.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": [{"x": x, "y": y} for x, y in points]})

    with kept(page):
        touch("touchStart", (x, y))
        touch("touchMove", (x, (y + to_y) / 2))
        touch("touchMove", (to_x, to_y))
        expect(page.locator(".held")).to_have_count(1)
        page.screenshot(path=pictures / "board-dragged.png")
        touch("touchEnd")
    assert order(page)[:2] == [second, first]
    expect(page.locator("[data-told]")).to_contain_text("Place 1 of")
    page.reload()
    assert order(page)[:2] == [second, first]


def test_the_keyboard_moves_a_card_and_stays_on_it(opens, plan):
    page = opens("mony", **DESK)
    before = order(page)
    down = card(page, before[0]).get_by_role("button", name="Move down")
    down.focus()
    with kept(page):
        page.keyboard.press("Enter")
    assert order(page) == [before[1], before[0], *before[2:]]
    expect(down).to_be_focused()
    with kept(page):
        page.keyboard.press("Space")
    assert order(page) == [before[1], before[2], before[0], *before[3:]]
    page.reload()
    assert order(page) == [before[1], before[2], before[0], *before[3:]]
    expect(card(page, before[1]).get_by_role("button", name="Move up")).to_be_disabled()


def test_a_move_that_is_lost_is_taken_back_and_said(opens):
    page = opens("mony", **PHONE)
    before = order(page)
    page.context.set_offline(True)
    card(page, before[0]).get_by_role("button", name="Move down").tap()
    expect(page.locator("[data-told]")).to_contain_text("The connection is lost")
    assert order(page) == before


def drag(page, issue, key):
    card(page, issue).evaluate("card => card.scrollIntoView({ block: 'center' })")
    x, y = middle(card(page, issue).locator("[data-grip]"))
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(middle(column(page, key))[0], y, steps=6)
    page.mouse.up()


def test_a_drop_states_no_fact(opens, site, plan):
    page = opens("mony", **DESK)
    mine = IDEAS[0]
    for key, words in (
        ("verified_fixed", "Only an adviser’s or assessor’s check"),
        ("on_track", "Its plan and its day"),
    ):
        drag(page, mine, key)
        expect(page.locator("[data-told]")).to_contain_text(words)
        expect(page).to_have_url(re.compile(plan))
    with page.expect_navigation():
        drag(page, mine, "reported_fixed")
    expect(page).to_have_url(re.compile(r"/items/[^/]+/#report$"))
    expect(page.get_by_role("button", name="Report it fixed")).to_be_visible()
    expect(page.get_by_role("heading", name=mine)).to_be_visible()
    adviser = opens("dara", **DESK)
    drag(adviser, mine, "reported_fixed")
    expect(adviser.locator("[data-told]")).to_contain_text("Only the factory’s management")
    assert facts(site) == 0


def test_without_scripts_the_buttons_do_it(opens, plan):
    page = opens("dara", java_script_enabled=False, **PHONE)
    before = order(page)
    expect(page.locator("[data-grip]:visible")).to_have_count(0)
    press(page, card(page, before[1]).get_by_role("button", name="Move up"))
    assert order(page) == [before[1], before[0], *before[2:]]
    assert "#item-" in page.url
