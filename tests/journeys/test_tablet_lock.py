"""The lock of a tablet in real Chromium: a passphrase, a slip, the wait, what was forgotten, who shares it, and hiding."""

import re

import pytest
from playwright.sync_api import expect

from tests.journeys.test_tablet_faults import (  # noqa: F401 - fixtures
    EXITS,
    OPENED,
    PHOTO,
    WAIT,
    Tablet,
    nothing_in_the_way,
    running,
    signed_in,
    tablet,
    until,
    way,
)
from tests.world import PASSWORD

pytestmark = pytest.mark.journey

SECRET = "rain on the tin roof"
WORD = "sentinelword"

# Everything that lies in every database of this browser, as one text: strings as they are, bytes as letters.
EVERYTHING = """async () => {
  const asked = (request) => new Promise((done) => { request.onsuccess = () => done(request.result); });
  let text = "";
  const add = (value) => {
    if (typeof value === "string") text += value + " ";
    else if (value instanceof ArrayBuffer || ArrayBuffer.isView(value)) {
      for (const byte of new Uint8Array(value.buffer ?? value)) text += String.fromCharCode(byte);
    } else if (value && typeof value === "object") for (const [key, one] of Object.entries(value)) { add(key); add(one); }
  };
  for (const { name } of await indexedDB.databases()) {
    const db = await asked(indexedDB.open(name));
    for (const store of db.objectStoreNames) {
      if (store === "blueprints") continue;
      const rows = db.transaction(store).objectStore(store);
      add(await asked(rows.getAllKeys()));
      add(await asked(db.transaction(store).objectStore(store).getAll()));
    }
    db.close();
  }
  return text;
}"""


def lies_open(page, word):
    return word in page.evaluate(EVERYTHING)


def set_passphrase(page, secret=SECRET, old=None):
    page.get_by_role("button", name="Change the passphrase" if old else "Set a passphrase").click(timeout=WAIT)
    dialog = page.get_by_role("dialog")
    if old:
        dialog.get_by_label("The passphrase until now").fill(old)
    dialog.get_by_label("New passphrase").fill(secret)
    dialog.get_by_label("The same once more").fill(secret)
    dialog.get_by_role("button", name="Set it").click()
    expect(dialog).to_have_count(0, timeout=WAIT)
    expect(page.get_by_text("Locked by your passphrase")).to_be_visible()


def is_locked(page, whose="Chanthou"):
    expect(page.get_by_role("heading", name=f"The work of {whose} is locked")).to_be_visible(timeout=WAIT)


def open_with(page, secret):
    page.get_by_label("Passphrase").fill(secret)
    page.get_by_role("button", name="Open", exact=True).click()


@pytest.fixture
def locked(tablet):  # noqa: F811
    """A tablet with an answer and a word on it, its passphrase set, without a network."""

    def new(visit):
        one = tablet()
        one.take(visit)
        set_passphrase(one.page)
        one.page.get_by_role("link", name=re.compile(visit)).click()
        one.page.get_by_role("button", name="Law", exact=True).wait_for()
        one.context.set_offline(True)
        one.page.goto(re.sub(r"/q/.*", f"/q/{EXITS}/", one.page.url))  # a page that is loaded asks
        is_locked(one.page)
        open_with(one.page, SECRET)
        one.answer("Non-compliant")
        one.write(f"{WORD} at exit 4")
        return one

    return new


def test_the_passphrase_opens_the_work_without_a_network_and_nothing_else_does(locked, pictures):
    one = locked("Paper Heron")
    page = one.page
    one.stands("0 of 1")
    assert not lies_open(page, WORD) and not lies_open(page, "Paper Heron") and not lies_open(page, SECRET)
    page.reload()
    is_locked(page)
    page.screenshot(path=pictures / "tablet-locked.png")
    expect(page.get_by_text("Paper Heron")).to_have_count(0)
    open_with(page, "rain on the thin roof")
    expect(page.get_by_role("alert")).to_have_text("This is not the passphrase.", timeout=WAIT)
    open_with(page, SECRET.upper())
    expect(page.get_by_role("alert")).to_contain_text(re.compile(r"Wait \d seconds?, then try again"), timeout=WAIT)
    expect(page.get_by_role("button", name="Open", exact=True)).to_be_disabled()
    page.reload()  # the wait lasts
    expect(page.get_by_role("alert")).to_contain_text("then try again", timeout=WAIT)
    expect(page.get_by_role("button", name="Open", exact=True)).to_be_enabled(timeout=WAIT)
    open_with(page, SECRET)
    one.answered("Non-compliant")
    expect(page.locator("#text")).to_have_value(f"{WORD} at exit 4")
    one.context.set_offline(False)
    one.stands("1 of 1")


def test_one_tap_hides_and_locks_in_every_window(locked, pictures):
    one = locked("Blue Kettle")
    page, other = one.page, one.new_page()
    other.goto("/tablet/")
    is_locked(other)
    open_with(other, SECRET)
    expect(other.get_by_role("link", name=re.compile("Blue Kettle"))).to_be_visible(timeout=WAIT)
    page.locator("#text").fill("half a thought")
    page.get_by_role("button", name="Hide the screen now").click()
    expect(page.get_by_role("heading", name="Checklist contents")).to_be_visible()
    is_locked(other)
    page.screenshot(path=pictures / "tablet-hidden.png")
    assert not lies_open(page, "half a thought")
    page.get_by_role("button", name="Open again").click()
    is_locked(page)
    page.get_by_role("button", name="Serious harm?").click()
    expect(page.get_by_text("Stay calm and stay near.")).to_be_visible()
    expect(page.get_by_role("button", name="Write what I saw")).to_have_count(0)
    page.get_by_role("button", name="It is not that. Go back").click()
    open_with(page, SECRET)
    expect(page.locator("#text")).to_have_value("half a thought")


def test_forgotten_it_loses_nothing(locked):
    """Signing in with a network opens the work; the token of the tablet stays good, and what waits is sent."""
    one = locked("Green Ladder")
    page = one.page
    page.reload()
    is_locked(page)
    page.get_by_role("button", name="Forgotten?").click()
    expect(page.get_by_text("The server is not reached")).to_be_visible(timeout=WAIT)
    one.context.set_offline(False)
    one.context.clear_cookies()
    page.reload()
    is_locked(page)
    page.get_by_role("button", name="Forgotten?").click()
    for password in ("not it", PASSWORD):
        page.get_by_label("The name you sign in with").fill("chanthou")
        page.get_by_label("Password", exact=True).fill(password)
        page.get_by_role("button", name="Sign in and open").click()
        if password != PASSWORD:
            expect(page.get_by_role("alert").last).not_to_be_empty(timeout=WAIT)
            is_locked(page)
    one.answered("Non-compliant")
    expect(page.locator("#text")).to_have_value(f"{WORD} at exit 4")
    one.stands("1 of 1")
    page.get_by_role("link", name="Openfloor: your assessments").click()
    expect(page.get_by_text("No passphrase is set")).to_be_visible()
    set_passphrase(page, "another four words")
    set_passphrase(page, "and five words after that", old="another four words")
    page.get_by_role("button", name="Lock now").click()
    is_locked(page)
    open_with(page, "and five words after that")
    expect(page.get_by_role("link", name=re.compile("Green Ladder"))).to_be_visible(timeout=WAIT)


CAN = """async () => {
  const can = await PublicKeyCredential.getClientCapabilities();
  return can["extension:prf"] && can.userVerifyingPlatformAuthenticator;
}"""
FINGER = {
    "protocol": "ctap2", "transport": "internal", "hasResidentKey": True, "hasUserVerification": True, "hasPrf": True,
    "isUserVerified": True, "automaticPresenceSimulation": True,
}  # fmt: skip


def test_the_tablets_own_lock_opens_it_beside_the_passphrase(way, chromium, signed_in, pictures):  # noqa: F811
    """Offered only where the tablet has one; forgotten by the tablet, the passphrase opens the work as before."""
    named = way.url.replace("127.0.0.1", "localhost")  # an address with a number has no such lock
    known = [{**cookie, "domain": "localhost"} for cookie in signed_in("chanthou")["cookies"]]
    context = chromium.new_context(
        base_url=named, viewport={"width": 1024, "height": 768}, storage_state={"cookies": known, "origins": []}
    )
    one = Tablet(context)
    page = one.page
    offer, end = "Open with the tablet’s own lock, too", "No longer open with the tablet’s own lock"
    opens = page.get_by_role("button", name="Open with the tablet’s own lock", exact=True)
    one.take("Amber Loom")
    set_passphrase(page)
    assert not page.evaluate(CAN)
    expect(page.get_by_role("button", name=offer)).to_have_count(0)
    finger = one.protocol("WebAuthn.enable") or one.session.send(
        "WebAuthn.addVirtualAuthenticator", {"options": FINGER}
    )
    page.reload()
    is_locked(page)
    expect(opens).to_have_count(0)
    open_with(page, SECRET)
    assert page.evaluate(CAN)
    page.get_by_role("button", name=offer).click()
    dialog = page.get_by_role("dialog")
    page.screenshot(path=pictures / "tablet-own-lock.png")
    for words in ("not it", SECRET):
        dialog.get_by_label("Passphrase").fill(words)
        dialog.get_by_role("button", name="Set it").click()
        if words != SECRET:
            expect(dialog.get_by_role("alert")).to_have_text("This is not the passphrase.", timeout=WAIT)
    expect(dialog).to_have_count(0, timeout=WAIT)
    expect(page.get_by_role("button", name=end)).to_be_visible()
    context.set_offline(True)
    page.get_by_role("button", name="Lock now").click()
    is_locked(page)
    page.screenshot(path=pictures / "tablet-locked-own.png")
    opens.click()
    page.get_by_role("link", name=re.compile("Amber Loom")).click(timeout=WAIT)
    page.get_by_role("button", name="Law", exact=True).wait_for()
    page.goto(re.sub(r"/q/.*", f"/q/{EXITS}/", page.url))
    is_locked(page)
    opens.click()
    one.answer("Non-compliant")
    one.write(f"{WORD} at exit 4")
    one.stands("0 of 1")
    assert not lies_open(page, WORD)
    one.session.send("WebAuthn.removeVirtualAuthenticator", finger)  # forgotten: it loses nothing
    one.session.send("WebAuthn.addVirtualAuthenticator", {"options": FINGER})
    page.reload()
    is_locked(page)
    opens.click()
    expect(page.get_by_text("The tablet’s own lock did not work")).to_be_visible(timeout=WAIT)
    open_with(page, SECRET)
    one.answered("Non-compliant")
    expect(page.locator("#text")).to_have_value(f"{WORD} at exit 4")
    context.set_offline(False)
    one.stands("1 of 1")
    page.get_by_role("link", name="Openfloor: your assessments").click()
    page.get_by_role("button", name=end).click()
    dialog.get_by_label("Passphrase").fill(SECRET)
    dialog.get_by_role("button", name="Turn it off").click()
    expect(page.get_by_role("button", name=offer)).to_be_visible(timeout=WAIT)
    page.get_by_role("button", name="Lock now").click()
    is_locked(page)
    expect(opens).to_have_count(0)
    assert one.errors == []
    context.close()


def test_who_shares_the_tablet_sees_nothing_and_unsent_work_waits(locked, signed_in):  # noqa: F811
    one = locked("Stone Plum")
    page = one.page
    page.get_by_role("button", name="Hide the screen now").click()
    page.get_by_role("button", name="Open again").click()
    is_locked(page)
    one.context.clear_cookies()
    one.context.add_cookies(signed_in("vannak")["cookies"])
    one.context.set_offline(False)
    page.reload()
    page.get_by_role("button", name="Work as Vannak").click(timeout=WAIT)
    expect(page.get_by_text("No assessment waits for you")).to_be_visible(timeout=WAIT)
    expect(page.get_by_text("Stone Plum")).to_have_count(0)
    assert not lies_open(page, WORD)
    one.context.clear_cookies()
    one.context.add_cookies(signed_in("chanthou")["cookies"])
    page.reload()
    page.get_by_role("button", name="Work as Chanthou").click(timeout=WAIT)
    is_locked(page)
    open_with(page, SECRET)
    page.get_by_role("link", name=re.compile("Stone Plum")).click(timeout=WAIT)
    one.answered("Non-compliant")
    one.stands("1 of 1")


# The store of somebody who set no lock becomes what a client before the lock had written: version 3, nothing sealed.
AS_BEFORE = """async () => {
  const asked = (request) => new Promise((done) => { request.onsuccess = () => done(request.result); });
  const [found] = (await indexedDB.databases()).filter((one) => one.name.startsWith("openfloor-work-"));
  const db = await asked(indexedDB.open(found.name));
  const tx = db.transaction([...db.objectStoreNames]);
  const kept = await Promise.all([...db.objectStoreNames].map(async (name) => {
    const store = tx.objectStore(name);
    const indexes = [...store.indexNames].map((one) => [one, store.index(one).keyPath]);
    const [keys, rows] = await Promise.all([asked(store.getAllKeys()), asked(store.getAll())]);
    return { name, keyPath: store.keyPath, indexes, keys, rows };
  }));
  db.close();
  const bytesOf = (key, place, sealed) => crypto.subtle.decrypt({ name: "AES-GCM", iv: new Uint8Array(sealed, 0, 12),
    additionalData: new TextEncoder().encode(place) }, key, new Uint8Array(sealed, 12));
  const meta = kept.find((one) => one.name === "meta");
  const { browser } = meta.rows[meta.keys.indexOf("lock")].wraps;
  const key = await crypto.subtle.importKey("raw", await bytesOf(browser.key, "browser", browser.sealed), "AES-GCM", false, ["decrypt"]);
  const revive = (_, one) => (typeof one?.$bytes === "string" ? Uint8Array.from(atob(one.$bytes), (c) => c.charCodeAt(0)).buffer : one);
  for (const one of kept) {
    one.rows = await Promise.all(one.rows.map(async (row, n) => {
      if (!row?.sealed) return row;
      const bytes = await bytesOf(key, `${one.name} ${JSON.stringify(one.keys[n])}`, row.sealed);
      return one.name === "bytes" ? bytes : JSON.parse(new TextDecoder().decode(bytes), revive);
    }));
  }
  await asked(indexedDB.deleteDatabase(found.name));
  const making = indexedDB.open(found.name, 3);
  making.onupgradeneeded = () => {
    for (const { name, keyPath, indexes } of kept) {
      const store = making.result.createObjectStore(name, keyPath === null ? {} : { keyPath });
      for (const [index, path] of indexes) store.createIndex(index, path);
    }
  };
  const old = await asked(making);
  const put = old.transaction(kept.map(({ name }) => name), "readwrite");
  for (const { name, keyPath, keys, rows } of kept) {
    rows.forEach((row, n) => {
      if (name === "meta" && ["turn", "lock", "sealed"].includes(keys[n])) return;
      put.objectStore(name).put(row, keyPath === null ? keys[n] : undefined);
    });
  }
  await new Promise((done) => { put.oncomplete = done; });
  old.close();
}"""


def test_f19_the_store_of_an_older_client_comes_along_and_is_sealed(tablet):  # noqa: F811
    """Its page dies twice in the middle. What was not sent is there, it is sent, and nothing of it lies open."""
    one = tablet()
    one.take("Tin Drum")
    one.open("Tin Drum")
    one.context.set_offline(True)
    one.answer("Non-compliant")
    one.write(f"{WORD} at exit 4")
    one.photograph(PHOTO)
    expect(one.page.get_by_text("1 photo", exact=True)).to_be_visible()
    before = one.page.evaluate(OPENED)
    one.page.close()
    # An empty page of the same origin. Under /tablet/ the client itself would start, and make the store anew meanwhile.
    one.new_page().route("**/empty/", lambda route: route.fulfill(body="<!doctype html>", content_type="text/html"))
    one.page.goto("/empty/")
    one.page.evaluate(AS_BEFORE)
    assert lies_open(one.page, WORD)
    for _ in range(2):
        one.page.goto("/tablet/")
        one.page.get_by_role("link", name=re.compile("Tin Drum")).wait_for()
        one.dies()
    one.open("Tin Drum")
    one.answered("Non-compliant")
    expect(one.page.locator("#text")).to_have_value(f"{WORD} at exit 4")
    expect(one.page.get_by_text("1 photo", exact=True)).to_be_visible()
    until(one.page, f"({SEALED})()")
    assert not lies_open(one.page, WORD)
    after = one.page.evaluate(OPENED)
    assert {row["id"] for row in before["operations"]} <= {row["id"] for row in after["operations"]}
    assert after["bytes"] == before["bytes"]
    one.context.set_offline(False)
    one.stands("2 of 2")


SEALED = """async () => {
  const asked = (request) => new Promise((done) => { request.onsuccess = () => done(request.result); });
  const [found] = (await indexedDB.databases()).filter((one) => one.name.startsWith("openfloor-work-"));
  const db = await asked(indexedDB.open(found.name));
  const whole = await asked(db.transaction("meta").objectStore("meta").get("sealed"));
  db.close();
  return whole;
}"""


def test_a_programme_may_ask_for_a_passphrase_before_a_visit_is_taken_offline(running, tablet):  # noqa: F811
    """The last of this file: the setting stays."""
    running.run("-c", ASKED)
    one = tablet()
    page = one.page
    page.goto("/tablet/")
    take = page.get_by_role("button", name="Take offline Red Anchor")
    expect(page.get_by_role("button", name="Set a passphrase")).to_be_enabled(timeout=WAIT)
    take.click()
    expect(page.get_by_text("your programme asks for a passphrase")).to_be_visible(timeout=WAIT)
    set_passphrase(page)
    take.click()
    expect(page.get_by_role("link", name=re.compile("Red Anchor"))).to_be_visible(timeout=WAIT)


ASKED = """
import django; django.setup()
from core import actions
from core.days import today
from core.models import Programme
from tests.world import SETUP
kh = Programme.objects.get(code="KH")
actions.set_programme_setting(programme=kh, key="tablet-passphrase", value=True, in_force_from=today(kh), by=SETUP)
"""
