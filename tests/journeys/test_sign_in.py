"""Through the door in real Chromium: a passkey, an app's six digits, and a printed paper on an old phone, no scripts.

The server demands the second step, as in production.
"""

import re

import pytest
from playwright.sync_api import expect

from tests.core.door import totp
from tests.world import PASSWORD

pytestmark = pytest.mark.journey
PHONE = {"viewport": {"width": 360, "height": 640}, "has_touch": True, "is_mobile": True}
PIN = "482913"


@pytest.fixture(scope="module")
def door(site):
    site.run("-c", "import django; django.setup(); from tests.journeys import door; door.prepare()")
    site.env["SECOND_FACTOR_REQUIRED"] = "1"
    site.start()
    # A passkey belongs to a name, never to a number.
    site.name = f"http://localhost:{site.port}"
    return site


@pytest.fixture
def browser(door, chromium):
    """Opens a browser of its own; nothing on any page may be refused by the content policy."""
    opened, refused = [], []

    def listen(message):
        if "Content Security Policy" in message.text:
            refused.append(message.text)

    def new(**options):
        context = chromium.new_context(base_url=door.name, **options)
        opened.append(context)
        page = context.new_page()
        page.on("console", listen)
        return page

    yield new
    for context in opened:
        context.close()
    assert refused == []


def sign_in(page, name):
    page.goto("/app/sign-in/")
    page.fill("#id_username", name)
    page.fill("#id_password", PASSWORD)
    page.get_by_role("button", name="Sign in").click()


def leave(page):
    page.get_by_role("button", name=re.compile("^(Sign out|Leave)")).locator("visible=true").first.click()
    expect(page.get_by_text("You have left.")).to_be_visible()


def passkeys_of(page):
    """A device that keeps passkeys, without a person to touch it."""
    tools = page.context.new_cdp_session(page)
    tools.send("WebAuthn.enable")
    options = {
        "protocol": "ctap2", "transport": "internal", "hasResidentKey": True, "hasUserVerification": True,
        "isUserVerified": True, "automaticPresenceSimulation": True,
    }  # fmt: skip
    device = tools.send("WebAuthn.addVirtualAuthenticator", {"options": options})["authenticatorId"]
    return tools, device


def test_a_passkey_is_added_and_then_opens_the_door_alone(browser, pictures):
    page = browser()
    tools, device = passkeys_of(page)
    sign_in(page, "sokha")
    expect(page.get_by_text("Set up a second step first")).to_be_visible()
    page.screenshot(path=pictures / "second-step.png")
    page.get_by_role("link", name="Add a passkey").click()
    page.get_by_label("What you call it").fill("The office computer")
    page.get_by_role("button", name="Add a passkey").click()
    expect(page.get_by_role("heading", name="Recovery codes")).to_be_visible()
    page.get_by_role("link", name="Go on to your work").click()
    expect(page).to_have_url(re.compile(r"/app/$"))
    kept = tools.send("WebAuthn.getCredentials", {"authenticatorId": device})["credentials"]
    assert [(one["isResidentCredential"], one["rpId"]) for one in kept] == [(True, "localhost")]
    leave(page)

    page.goto("/app/sign-in/?next=/app/factories/")
    page.get_by_role("link", name="Sign in with a passkey").click()
    page.get_by_role("button", name="Use the passkey").click()
    expect(page).to_have_url(re.compile(r"/app/factories/$"))
    leave(page)

    sign_in(page, "sokha")  # with the password the passkey is the second step
    page.get_by_role("button", name="Use the passkey").click()
    expect(page).to_have_url(re.compile(r"/app/$"))

    # A device without the person (no finger, no PIN) is sent away, and the page says so.
    leave(page)
    tools.send("WebAuthn.setUserVerified", {"authenticatorId": device, "isUserVerified": False})
    page.goto("/app/sign-in/passkey/")
    page.get_by_role("button", name="Use the passkey").click()
    expect(page.get_by_text("No passkey was used.")).to_be_visible()
    page.goto("/app/")
    expect(page).to_have_url(re.compile("/app/sign-in/"))


def test_an_app_on_the_phone_is_set_up_and_asked_for(browser):
    page = browser()
    sign_in(page, "vannak")
    page.get_by_role("link", name="Set up an app").click()
    picture = page.get_by_alt_text("Picture for the authenticator app")
    assert picture.evaluate("image => image.decode().then(() => image.naturalWidth > 100)")
    page.get_by_text("On this phone, or without a camera").click()
    secret = page.locator("code").inner_text()
    page.get_by_label("Code").fill(totp(secret))
    page.get_by_role("button", name="Set up the app").click()
    # The click does not wait for the next page; the look at its ten codes does.
    expect(page.locator("main li code")).to_have_count(10)
    codes = page.locator("main li code").all_inner_texts()
    leave(page)

    sign_in(page, "vannak")
    page.get_by_label("Code").fill("000000")
    page.get_by_role("button", name="Go on with the code").click()
    expect(page.get_by_text("This code is not right")).to_be_visible()
    page.get_by_label("Code").fill(totp(secret, step=1))
    page.get_by_role("button", name="Go on with the code").click()
    expect(page).to_have_url(re.compile(r"/app/$"))
    leave(page)

    sign_in(page, "vannak")
    page.get_by_label("Code").fill(codes[0])
    page.get_by_role("button", name="Go on with the code").click()
    expect(page).to_have_url(re.compile(r"/app/$"))


@pytest.fixture(scope="module")
def paper(door, chromium):
    """The manager prints a paper for Sreymom; (address in the picture, code, member code)."""
    context = chromium.new_context(base_url=door.name)
    page = context.new_page()
    sign_in(page, "dara")  # an adviser: she has no list of people
    page.goto("/app/people/")
    expect(page.get_by_text("Set up a second step first")).to_be_visible()
    context.close()
    context = chromium.new_context(base_url=door.name, viewport={"width": 1280, "height": 900})
    page = context.new_page()
    door.run(
        "-c",
        "import django; django.setup()\n"
        "from core import actions; from core.audit import System; from core.models import Programme\n"
        "by, kh = System('journey'), Programme.objects.get()\n"
        f"user = actions.create_user(username='keeper', name='Keeper', password={PASSWORD!r}, by=by, programme=kh)\n"
        "actions.assign_role(user=user, programme=kh, role='programme-manager', by=by)",
    )
    sign_in(page, "keeper")
    page.get_by_role("link", name="Set up an app").click()
    page.get_by_text("On this phone, or without a camera").click()
    page.get_by_label("Code").fill(totp(page.locator("code").inner_text()))
    page.get_by_role("button", name="Set up the app").click()
    page.get_by_role("link", name="Go on to your work").click()
    page.get_by_role("link", name="People").first.click()
    page.get_by_role("link", name="Sreymom").click()
    page.get_by_role("button", name="Print a paper").click()
    picture = page.get_by_alt_text("Picture for the camera")
    # `decode` waits until the picture is there, and fails when it is none.
    assert picture.evaluate("image => image.decode().then(() => image.naturalWidth > 100)")
    once, member_code = page.locator("main .big").all_inner_texts()
    context.close()
    return f"/app/enter/paper/{once}/", once, member_code


def test_a_worker_comes_in_with_a_printed_paper_on_a_phone_without_scripts(browser, paper, pictures):
    address, _once, member_code = paper
    page = browser(java_script_enabled=False, **PHONE)
    page.goto(address)
    expect(page.get_by_text(member_code)).to_be_visible()
    page.get_by_label("New PIN", exact=True).fill(PIN)
    page.get_by_label("New PIN again").fill(PIN)
    page.screenshot(path=pictures / "choose-pin.png")
    page.get_by_role("button", name="Go on").click()
    expect(page).to_have_url(re.compile(r"/app/$"))

    page.goto("/app/plans/mine/")
    expect(page.get_by_role("heading", level=2)).to_be_visible()
    page.get_by_role("link", name="Read it, then answer").click()
    page.get_by_role("button", name="Agree", exact=True).click()
    page.goto("/app/plans/mine/")
    expect(page.get_by_role("link", name="Read it, then answer")).to_have_count(0)
    leave(page)
    page.go_back()
    expect(page.get_by_label("PIN")).to_have_count(0)
    assert "/app/plans/" not in page.url or "exits" not in page.content()

    page.goto("/app/enter/")
    page.get_by_label("Member code or phone number").fill(member_code.lower().replace("-", ""))
    page.get_by_label("PIN").fill(PIN)
    page.screenshot(path=pictures / "enter.png")
    page.get_by_role("button", name="Sign in").click()
    expect(page).to_have_url(re.compile(r"/app/$"))
    wide = page.locator("html").evaluate("root => root.scrollWidth")
    assert wide <= 360


def test_the_paper_opens_nothing_a_second_time(browser, paper):
    page = browser(java_script_enabled=False, **PHONE)
    page.goto(paper[0])
    expect(page.get_by_text("This code does not work any more.")).to_be_visible()


def test_signing_in_needs_no_script(browser):
    page = browser(java_script_enabled=False)
    sign_in(page, "rith")
    expect(page.get_by_text("Set up a second step first")).to_be_visible()
    page.get_by_role("link", name="Set up an app").click()
    page.get_by_text("On this phone, or without a camera").click()
    page.get_by_label("Code").fill(totp(page.locator("code").inner_text()))
    page.get_by_role("button", name="Set up the app").click()
    page.get_by_role("link", name="Go on to your work").click()
    expect(page).to_have_url(re.compile(r"/app/$"))
    page.goto("/app/sign-in/passkey/")  # and where one is needed, the page says so
    page.context.clear_cookies()
    page.goto("/app/sign-in/passkey/")
    expect(page.get_by_text("A passkey needs JavaScript")).to_be_visible()
