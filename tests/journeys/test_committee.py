"""A committee at work in real Chromium: two phones, the worker's in Khmer, the manager's in English; an adviser's desk.

She signs in with the code of her paper, he with a passkey. They plan what a report found, move a day, sign, fix, and
the next assessment speaks. They meet while the connection is lost. What she writes in confidence stays with her readers.
"""

import io
import re
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.utils import translation
from PIL import Image, ImageDraw
from playwright.sync_api import expect

from tests.journeys.committee import DRILLS, EXITS
from tests.world import PASSWORD

pytestmark = pytest.mark.journey
PHONE = {"viewport": {"width": 360, "height": 740}, "has_touch": True, "is_mobile": True}
PIN = "482913"
SENTINEL = "sentinel-night-shift"
SETUP = "import django; django.setup(); from tests.journeys import committee; "


def km(words):
    """A text of the program as her phone shows it."""
    with translation.override("km"):
        return translation.gettext(words)


def photo():
    picture, out = Image.new("RGB", (900, 700), "#b9beb6"), io.BytesIO()
    draw = ImageDraw.Draw(picture)
    draw.rectangle((330, 120, 570, 560), fill="#56645f")
    draw.rectangle((360, 60, 540, 100), fill="#1f7a4a")
    picture.save(out, "JPEG")
    return {"name": "IMG_0002.jpg", "mimeType": "image/jpeg", "buffer": out.getvalue()}


@pytest.fixture(scope="module")
def running(site):
    """The instance, and the codes of her paper."""
    site.paper = site.run("-c", f"{SETUP}committee.prepare()").stdout.split()[-2:]
    site.start()
    site.name = f"http://localhost:{site.port}"  # a passkey belongs to a name, never to a number
    return site


@pytest.fixture(scope="module")
def opens(running, chromium):
    """A browser for each person. Afterwards nothing was refused by the content policy and no page is too wide."""
    opened, wrong = [], []

    def open_browser(**options):
        context = chromium.new_context(base_url=running.name, **options)
        opened.append(context)
        page = context.new_page()
        page.on("console", lambda line: wrong.append(line.text) if "Content Security Policy" in line.text else None)
        page.on("pageerror", lambda error: wrong.append(str(error)))
        return page

    yield open_browser
    for context in opened:
        context.close()
    assert wrong == []


def press(page, button):
    """Press what sends a form, and wait for the page that answers."""
    with page.expect_navigation():
        button.click()


def leave(page):
    press(page, page.locator("form[action*='sign-out'] button:visible").first)


@pytest.fixture(scope="module")
def sreymom(opens, running):
    """Her phone: the first time with the paper, then with member code and PIN."""
    member_code, once = running.paper
    page = opens(**PHONE)
    page.goto(f"/app/enter/paper/{once}/")
    for field in page.locator("main form input[type=password]").all():
        field.fill(PIN)
    press(page, page.locator("main form button"))
    expect(page).to_have_url(re.compile(r"/app/$"))
    leave(page)
    page.goto("/app/enter/")
    fields = page.locator("main form input:visible")
    fields.nth(0).fill(member_code)
    fields.nth(1).fill(PIN)
    press(page, page.locator("main form button"))
    expect(page).to_have_url(re.compile(r"/app/$"))
    expect(page.locator("html")).to_have_attribute("lang", "km")
    return page


@pytest.fixture(scope="module")
def mony(opens):
    """His phone: the password once, to add a passkey; then the passkey alone."""
    page = opens(**PHONE)
    tools = page.context.new_cdp_session(page)
    tools.send("WebAuthn.enable")
    options = {
        "protocol": "ctap2", "transport": "internal", "hasResidentKey": True, "hasUserVerification": True,
        "isUserVerified": True, "automaticPresenceSimulation": True,
    }  # fmt: skip
    tools.send("WebAuthn.addVirtualAuthenticator", {"options": options})
    sign_in(page, "mony")
    page.goto("/app/account/passkeys/add/")
    page.get_by_label("What you call it").fill("My phone")
    page.get_by_role("button", name="Add a passkey").click()
    expect(page.get_by_role("heading", name="Recovery codes")).to_be_visible()
    leave(page)
    page.goto("/app/sign-in/passkey/")
    page.get_by_role("button", name="Use the passkey").click()
    expect(page).to_have_url(re.compile(r"/app/$"))
    return page


@pytest.fixture(scope="module")
def dara(opens):
    """The adviser, at a desk."""
    page = opens(viewport={"width": 1280, "height": 900})
    sign_in(page, "dara")
    return page


def sign_in(page, name):
    page.goto("/app/sign-in/")
    page.fill("#id_username", name)
    page.fill("#id_password", PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    expect(page).to_have_url(re.compile(r"/app/$"))


def fits(page):
    assert page.locator("html").evaluate("root => root.scrollWidth") <= page.viewport_size["width"]


def items(running):
    """{question: address of its newest item}, and the programme's day."""
    found = running.run(
        "-c",
        "import django; django.setup(); from improvement_plans.models import PlanItem\n"
        "for one in PlanItem.objects.order_by('added_on', 'id'): print(one.question_key, one.pk)",
    )
    lines = [line.split() for line in found.stdout.splitlines() if len(line.split()) == 2]
    return {key: f"/app/plans/items/{pk}/" for key, pk in lines}


def day_in(days):
    """A day so many days from today where the factory stands."""

    return (datetime.now(ZoneInfo("Asia/Phnom_Penh")).date() + timedelta(days=days)).isoformat()


def agree(page):
    press(page, page.locator("button[name=decision][value=agreed]"))


def test_from_a_finding_to_what_the_next_assessment_says(running, sreymom, mony, dara, pictures):
    address = items(running)
    exits = address[EXITS]

    # He finds the cause and writes the plan.
    mony.goto("/app/plans/mine/")
    mony.goto(exits)
    expect(mony.get_by_text("This is the employer’s duty by law, agreed or not")).to_be_visible()
    mony.get_by_role("link", name="Write the plan").click()
    mony.get_by_label("What will change").fill("Both exits are kept free and looked at each morning.")
    mony.get_by_label("Why did it happen?").select_option(label="Nobody was named to do it")
    mony.get_by_label("Who does it").select_option(index=1)
    mony.get_by_label("Witness").select_option(index=1)
    mony.locator("#id_due_on").fill(day_in(10))
    press(mony, mony.get_by_role("button", name="Write it down"))
    agree(mony)

    # She is asked, in her language, and agrees.
    sreymom.goto("/app/plans/mine/")
    expect(sreymom.get_by_role("link", name=km("Read it, then answer"))).to_be_visible()
    fits(sreymom)
    sreymom.screenshot(path=pictures / "committee-my-items.png")
    sreymom.get_by_role("link", name=km("Read it, then answer")).click()
    expect(sreymom.locator("#answer")).to_be_visible()
    fits(sreymom)
    sreymom.locator("#answer").scroll_into_view_if_needed()
    sreymom.screenshot(path=pictures / "committee-agree.png")
    agree(sreymom)

    # The day slips: both are asked again, and the history says from which day to which.
    mony.goto(f"{exits}change/")
    mony.locator("#id_due_on").fill(day_in(24))
    mony.get_by_label("Why is this changed?").fill("The carpenter comes two weeks later.")
    press(mony, mony.get_by_role("button", name="Write it down"))
    expect(mony.get_by_text(re.compile("The day was moved once")).first).to_be_visible()
    agree(mony)
    sreymom.goto(exits)
    expect(sreymom.get_by_text("The carpenter comes two weeks later.")).to_be_visible()
    agree(sreymom)

    # He shows a photo and says that it is fixed; each says so with a signature of her own.
    mony.goto(exits)
    mony.get_by_role("link", name="Add a photo or document").click()
    mony.locator("main input[type=file]").set_input_files(photo())
    press(mony, mony.locator("main form button").last)
    mony.goto(exits)
    mony.get_by_label("What was done?").fill("The cartons are gone, the bar opens.")
    press(mony, mony.get_by_role("button", name="Report it fixed"))
    agree(mony)
    sreymom.goto(exits)
    expect(sreymom.get_by_role("heading", name=km("Is it fixed?"))).to_be_visible()
    agree(sreymom)

    # Said is not checked: the adviser looks at both.
    for item in (exits, address[DRILLS]):
        dara.goto(item)
        dara.get_by_label("I was there and saw it").check()
        press(dara, dara.get_by_role("button", name="Write it down as verified"))
        expect(dara.get_by_text("Verified fixed").first).to_be_visible()

    # The next assessment confirms one and finds the other again.
    running.run("-c", f"{SETUP}committee.next_report()")
    sreymom.goto(exits)
    expect(sreymom.get_by_text(km("Confirmed by the next report"))).to_be_visible()
    sreymom.screenshot(path=pictures / "committee-confirmed.png")
    again = items(running)[DRILLS]
    assert again != address[DRILLS], "it goes on in the plan of the new report"
    mony.goto(again)
    expect(mony.get_by_text("It came back", exact=True)).to_be_visible()


def test_a_meeting_is_kept_while_the_connection_is_lost(running, sreymom, mony, pictures):
    mony.goto("/app/plans/committees/")
    mony.get_by_role("link", name="Plan a meeting").click()
    mony.get_by_label("Place").fill("Training room")
    press(mony, mony.get_by_role("button", name="Plan the meeting"))
    meeting = mony.url

    # She writes the minutes; the connection goes, and what she typed stays.
    sreymom.goto(meeting)
    press(sreymom, sreymom.get_by_role("link", name=km("Write the minutes")))
    there = sreymom.locator("main input[type=checkbox][name^=present]")
    for box in there.all()[:-1]:
        box.check()
    sreymom.locator("#id_notes").fill("ប្រជុំបានពិភាក្សាពីច្រកចេញ។")
    sreymom.locator("#id_promise_1").fill("A second key for the door")
    sreymom.context.set_offline(True)
    sreymom.locator("main form[data-draft] button").last.click()
    expect(sreymom.get_by_text(km("No connection"))).to_be_visible()
    sreymom.screenshot(path=pictures / "committee-minutes-offline.png")
    sreymom.context.set_offline(False)
    sreymom.reload()
    expect(sreymom.get_by_text(km("What you typed before is here again. It has not been sent."))).to_be_visible()
    expect(sreymom.locator("#id_notes")).to_have_value("ប្រជុំបានពិភាក្សាពីច្រកចេញ។")
    expect(there.first).to_be_checked()
    press(sreymom, sreymom.locator("main form[data-draft] button").last)
    expect(sreymom.get_by_text("A second key for the door").first).to_be_visible()
    fits(sreymom)

    # Both sign, she with a reservation.
    mony.goto(meeting)
    press(mony, mony.get_by_role("button", name="Sign", exact=True))
    sreymom.locator("#id_reason").fill("យើងបានស្នើសោពីរ។")
    sreymom.locator("#sign").scroll_into_view_if_needed()
    sreymom.screenshot(path=pictures / "committee-sign.png")
    press(sreymom, sreymom.locator("button[name=decision][value=reserved]"))
    expect(sreymom.get_by_text(km("Signed by both sides, with a reservation"))).to_be_visible()

    mony.goto(f"{meeting}sheet/")
    expect(mony.get_by_text("Signed by both sides, with a reservation")).to_be_visible()
    text = mony.locator("body").inner_text()
    assert "3 of 3 were there" in text and "2 of 3 were there" in text
    assert "Sreymom" not in text and "Sophea" not in text
    fits(mony)
    mony.screenshot(path=pictures / "committee-sheet.png", full_page=True)


def test_what_she_writes_in_confidence_reaches_her_readers_only(sreymom, mony, dara, pictures):
    sreymom.goto("/app/plans/private/")
    press(sreymom, sreymom.get_by_role("link", name=km("Write")))
    sreymom.locator("#id_text").fill("Two of us were moved to the night shift after the meeting.")
    sreymom.locator("input[name=readers][value=programme]").check()
    fits(sreymom)
    sreymom.screenshot(path=pictures / "committee-private.png")
    sreymom.locator("#id_text").fill(SENTINEL)
    press(sreymom, sreymom.locator("main form[data-draft] button").last)
    expect(sreymom.get_by_text(SENTINEL)).to_be_visible()
    statement = sreymom.url

    dara.goto(statement)
    expect(dara.get_by_text(SENTINEL)).to_be_visible()
    for address in (statement, "/app/plans/private/"):
        assert mony.goto(address).status == 404
        expect(mony.get_by_text(SENTINEL)).to_have_count(0)
    for address in ("/app/", "/app/plans/", "/app/plans/mine/", "/app/plans/committees/"):
        mony.goto(address)
        expect(mony.locator("main")).to_be_visible()
        assert SENTINEL not in mony.content() and "/private/" not in mony.content()

    leave(sreymom)  # the quick exit: nothing of it is left behind
    sreymom.go_back()
    expect(sreymom.get_by_text(SENTINEL)).to_have_count(0)
