"""What goes wrong with tablets in factories, in real Chromium: one test for each row of the list of faults it shows.

The page dies, the store is cleared, the disk is full, the client is renewed, the session is long over, the power is
cut. Afterwards what the screen had shown as kept is there, and it reaches the server.
"""

import io
import json
import os
import random
import re
import shutil
import signal
import subprocess
import threading
from contextlib import contextmanager, suppress
from datetime import UTC, datetime, timedelta

import pytest
from PIL import Image
from playwright.sync_api import Error, TimeoutError, expect

from tests.journeys.between import Between
from tests.journeys.conftest import ARGS
from tests.world import PASSWORD

pytestmark = pytest.mark.journey


def photo(width, height):
    """Noise: a picture that does not get small."""
    out = io.BytesIO()
    Image.frombytes("L", (width, height), random.Random(1).randbytes(width * height)).save(out, "JPEG")
    return {"name": "IMG_0001.jpg", "mimeType": "image/jpeg", "buffer": out.getvalue()}


PHOTO, LARGE_PHOTO = photo(40, 30), photo(2000, 1500)
SMALL = 1_450_000  # bytes: the client and one visit fit, not much more
LONG = "ច្រកចេញ" * 2_800
EXITS, DRILLS, WAGES = "emergency-exits-clear", "evacuation-drills", "minimum-wage-paid"
WAIT = 30_000
STORE = """full => {
  const put = (IDBObjectStore.prototype.whole ??= IDBObjectStore.prototype.put);
  IDBObjectStore.prototype.put = full ? () => { throw new DOMException("full", "QuotaExceededError"); } : put;
}"""
NO_LONGER_A_TOUCH = "() => Object.defineProperty(navigator, 'userActivation', { value: { isActive: false } })"


@pytest.fixture(scope="module")
def running(site):
    site.run("-c", "import django; django.setup(); from tests.journeys import faulty; faulty.prepare()")
    site.start()
    return site


@pytest.fixture(scope="module")
def way(running):
    between = Between(running.port)
    yield between
    between.stop()


@pytest.fixture(autouse=True)
def nothing_in_the_way(request):
    yield
    if "way" in request.fixturenames:
        request.getfixturevalue("way").rules.clear()


@pytest.fixture(scope="module")
def signed_in(way, chromium):
    """The cookies of each person, after signing in once."""
    known = {}

    def cookies(name):
        if name not in known:
            context = chromium.new_context(base_url=way.url)
            page = context.new_page()
            sign_in(page, name)
            known[name] = context.storage_state()
            context.close()
        return known[name]

    return cookies


def sign_in(page, name):
    if "/sign-in/" not in page.url:
        page.goto("/app/sign-in/")
    page.fill("#id_username", name)
    page.fill("#id_password", PASSWORD)
    page.get_by_role("button", name="Sign in").click()


def until(page, promised):
    """Wait in the page, whose policy lets no text become code, until what is promised is true."""
    page.evaluate(f"async () => {{ while (!(await {promised})) await new Promise(requestAnimationFrame); }}")


class Tablet:
    """One tablet in somebody's hands. Its page may die; its store stays."""

    def __init__(self, context, at=""):
        self.context, self.at, self.errors = context, at, []
        self.new_page()

    def new_page(self):
        self.page = self.context.new_page()
        self.page.set_default_timeout(WAIT)
        self.page.on("pageerror", lambda error: self.errors.append(str(error)))
        return self.page

    def take(self, visit):
        page = self.page
        page.goto(f"{self.at}/tablet/")
        page.get_by_role("button", name=f"Take offline {visit}").click()
        expect(page.get_by_role("link", name=re.compile(visit))).to_be_visible(timeout=WAIT)
        expect(page.get_by_text("Starts without a network", exact=True)).to_be_visible(timeout=WAIT)

    def open(self, visit, question=EXITS):
        page = self.page
        page.goto(f"{self.at}/tablet/")
        page.get_by_role("link", name=re.compile(visit)).click()
        page.get_by_role("button", name="Law", exact=True).wait_for()
        self.turn(question)

    def turn(self, question):
        page = self.page
        page.goto(re.sub(r"/q/.*", f"/q/{question}/", page.url))
        page.get_by_role("button", name="Law", exact=True).wait_for()

    def answer(self, state):
        self.page.get_by_role("radio", name=state, exact=True).click()
        self.answered(state)

    def answered(self, state):
        expect(self.page.get_by_role("radio", name=state, exact=True)).to_be_checked()

    def write(self, words):
        self.page.locator("#text").fill(words)
        self.page.locator("#text").blur()

    def photograph(self, picture):
        self.page.locator("input[type=file]").set_input_files(picture)
        self.page.get_by_role("button", name="No face in it: keep").click()

    def open_camera(self):
        """By one touch, or by a second where keeping what is typed took longer than a touch counts."""
        try:
            with self.page.expect_file_chooser(timeout=7_000):
                self.page.locator("label", has_text="Photo").click()
        except TimeoutError:
            with self.page.expect_file_chooser():
                self.page.get_by_text("Touch again for the camera").click()

    def stands(self, words):
        """What the line about answers and photos says."""
        expect(self.page.locator(".sync")).to_contain_text(words, timeout=WAIT)

    def dies(self):
        """The browser's process for this page is ended in the middle of whatever it does, as a system without memory does."""
        page = self.page
        with page.expect_event("crash"), suppress(Error):
            page.goto("chrome://crash", timeout=3_000)
        page.close()
        return self.new_page()

    def protocol(self, method, **parameters):
        self.session = self.context.new_cdp_session(self.page)  # what it sets lasts as long as it does
        return self.session.send(method, parameters)


@pytest.fixture
def tablet(way, chromium, signed_in):
    """A new tablet for somebody signed in."""
    made = []

    def new(name="chanthou", **how):
        context = chromium.new_context(
            base_url=way.url, viewport={"width": 1024, "height": 768}, storage_state=signed_in(name), **how
        )
        made.append(Tablet(context))
        return made[-1]

    yield new
    for one in made:
        one.context.close()
    assert [error for one in made for error in one.errors] == []


@contextmanager
def offline(tablet):
    tablet.context.set_offline(True)
    yield
    tablet.context.set_offline(False)


def test_f06_the_page_dies_while_the_camera_is_open(tablet):
    """Typed words are kept before the camera opens, and the same question comes back."""
    one = tablet()
    one.take("Paper Heron")
    with offline(one):
        one.open("Paper Heron")
        one.answer("Non-compliant")
        one.page.locator("#text").type("Exit 4: cartons on both sides.")
        one.open_camera()
        page = one.dies()
        page.goto("/tablet/")
        page.get_by_role("link", name=re.compile("Go on.*Paper Heron")).click()
        page.wait_for_url(f"**/q/{EXITS}/")
        one.answered("Non-compliant")
        expect(page.locator("#text")).to_have_value("Exit 4: cartons on both sides.")
    one.stands("1 of 1")


def test_f06_a_slow_tablet_asks_for_a_second_touch(tablet):
    """Keeping the words took so long that the system no longer opens the camera for that touch: the button says so."""
    one = tablet()
    one.take("Paper Heron")
    with offline(one):
        one.open("Paper Heron")
        one.page.evaluate(NO_LONGER_A_TOUCH)
        one.page.locator("#text").type("Exit 4.")
        one.page.locator("label", has_text="Photo").click()
        with one.page.expect_file_chooser():
            one.page.locator("label", has_text="Touch again for the camera").click()
        expect(one.page.locator("label", has_text="Photo")).to_be_visible()


def test_f01_f30_an_ipad_must_install_first(tablet):
    """In a tab of Safari the store lives a week, and the installed app would not see it: refused, with how to install."""
    one = tablet()
    one.context.add_init_script("Object.defineProperty(navigator, 'standalone', { value: false })")
    refused(one, "Add to Home Screen")


def test_f02_f03_no_room_or_a_private_window_is_refused(tablet):
    one = tablet()
    one.context.add_init_script("navigator.storage.estimate = async () => ({ quota: 20_000_000, usage: 10_000_000 })")
    refused(one, "no room for the photos of a day")
    private = tablet()
    private.context.add_init_script("navigator.storage.getDirectory = async () => { throw new Error('private'); }")
    refused(private, "a private window forgets everything")


def refused(one, words):
    one.page.goto("/tablet/")
    one.page.get_by_role("button", name="Take offline Paper Heron").click()
    expect(one.page.get_by_text(words)).to_be_visible(timeout=WAIT)
    expect(one.page.get_by_role("button", name="Take offline Paper Heron")).to_be_enabled()
    expect(one.page.get_by_text(re.compile("Tested \\d"))).to_be_visible(timeout=WAIT)  # the worker holds all it needs


def test_f03_the_store_is_cleared(way, tablet):
    """What had reached the server comes back; the screen says that what had not is not here. Before, the icon counts it."""
    one = tablet()
    one.context.add_init_script("navigator.setAppBadge = async (n) => { window.badge = n; }")
    one.take("Blue Kettle")
    one.open("Blue Kettle")
    one.answer("Compliant")
    one.stands("1 of 1")
    with offline(one):
        one.turn(DRILLS)
        one.answer("Compliant")
        until(one.page, "window.badge === 1")
        one.protocol(
            "Storage.clearDataForOrigin", origin=way.url, storageTypes="indexeddb,cache_storage,service_workers"
        )
    one.take("Blue Kettle")
    expect(one.page.get_by_text(re.compile("1 answer of yours came back.*had not sent is not here"))).to_be_visible()
    one.open("Blue Kettle")
    one.answered("Compliant")
    one.turn(DRILLS)
    expect(one.page.get_by_role("radio", checked=True)).to_have_count(0)


def test_f07_the_power_goes_while_answers_are_written(way, chromium, signed_in, tmp_path):
    """The whole browser is killed as soon as the screen says so; the answer is on the disk and reaches the server."""

    @contextmanager
    def browser():
        arguments = [*ARGS, "--headless=new", "--remote-debugging-port=0", f"--user-data-dir={tmp_path / 'profile'}"]
        process = subprocess.Popen(
            [shutil.which("chromium"), *arguments], stderr=subprocess.PIPE, text=True, start_new_session=True
        )
        try:
            at = next(line for line in process.stderr if "DevTools listening on" in line).split()[-1]
            context = chromium.browser_type.connect_over_cdp(at).contexts[0]
            yield Tablet(context, way.url)
        finally:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()
            process.stderr.close()

    with browser() as one:
        one.context.add_cookies(signed_in("chanthou")["cookies"])
        one.take("Green Ladder")
        one.context.set_offline(True)
        one.open("Green Ladder")
        one.answer("Could not be determined")
        one.turn(DRILLS)
        one.page.get_by_role("radio", name="Compliant", exact=True).click()
        one.page.locator('[role=radio][aria-checked="true"]').wait_for()
    with browser() as one:
        one.open("Green Ladder", DRILLS)
        one.answered("Compliant")
        one.stands("2 of 2")


def test_f08_the_store_is_full(way, tablet):
    """Each text stays, the screen says so for as long as one is not kept, and all are kept as soon as there is room."""
    texts = {tab: LONG + tab for tab in ("Field note", "Internal comment", "Report text")}
    one = tablet()
    page = one.page
    page.goto("/health/")
    one.protocol("Storage.overrideQuotaForOrigin", origin=way.url, quotaSize=SMALL)
    one.take("Stone Plum")
    with offline(one):
        one.open("Stone Plum")
        one.answer("Non-compliant")
        one.photograph(LARGE_PHOTO)
        expect(page.get_by_text(re.compile("The photo was not kept"))).to_be_visible(timeout=WAIT)
        full = page.get_by_text("Not saved: the store is full")
        for tab, words in texts.items():
            page.get_by_role("tab", name=tab).click()
            one.write(words)
            expect(page.get_by_text(re.compile("Not saved: the store is full|has text")).last).to_be_attached()
        expect(full).to_be_visible()
        for tab, words in texts.items():  # also those that are not the last
            page.get_by_role("tab", name=tab).click()
            expect(page.locator("#text")).to_have_value(words)
        one.session.detach()  # there is room again
        page.get_by_role("button", name="Free them and save").click()
        expect(full).to_have_count(0)
        one.dies()
        one.open("Stone Plum")
        one.answered("Non-compliant")
        for tab, words in texts.items():
            one.page.get_by_role("tab", name=tab).click()
            expect(one.page.locator("#text")).to_have_value(words)
    one.stands("1 of 1")


def test_f08_what_could_not_be_written_waits_until_it_is(tablet):
    """An entry that is kept says nothing of the one before it that was not: the screen goes on saying so."""
    one = tablet()
    page = one.page
    one.take("Open Field")
    with offline(one):
        one.open("Open Field")
        page.evaluate(STORE, True)
        one.write("Exit 4: not kept at first.")
        full = page.get_by_text("Not saved: the store is full")
        expect(full).to_be_visible()
        page.evaluate(STORE, False)  # there is room again
        one.answer("Non-compliant")
        expect(full).to_be_visible()
        page.get_by_role("button", name="Free them and save").click()
        expect(full).to_have_count(0)
        one.dies()
        one.open("Open Field")
        expect(one.page.locator("#text")).to_have_value("Exit 4: not kept at first.")
        one.answered("Non-compliant")
    one.stands("1 of 1")


def test_f13_f14_the_session_is_over_after_thirty_days_offline(way, tablet):
    """The token is refused and the session gone. One signs in on top of the work, and everything is sent."""
    one = tablet()
    page = one.page
    page.clock.install()
    one.take("Tin Drum")
    one.context.set_offline(True)
    one.open("Tin Drum")
    one.answer("Non-compliant")
    page.clock.fast_forward(30 * 24 * 3600 * 1000)
    one.context.clear_cookies()
    refused = [way.on(method, "/api/v1/tablet/assessments", unauthorized) for method in ("GET", "POST")]
    page.locator("#text").type("Padlock on ")
    one.context.set_offline(False)
    page.get_by_role("button", name="Sign in", exact=True).click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("The name you sign in with").fill("chanthou")
    dialog.get_by_label("Password").fill("not this one")
    dialog.get_by_role("button", name="Sign in").click()
    expect(dialog.get_by_role("alert")).not_to_be_empty()
    expect(page.locator("#text")).to_have_value("Padlock on ")
    for rule in refused:
        way.rules.remove(rule)
    dialog.get_by_label("Password").fill(PASSWORD)
    dialog.get_by_role("button", name="Sign in").click()
    expect(dialog).to_have_count(0)
    one.stands("1 of 1")
    one.answered("Non-compliant")
    expect(page.locator("#text")).to_have_value("Padlock on ")


def unauthorized(_):
    return 401, [("Content-Type", "application/json")], b'{"detail": "Unauthorized"}'


def another_version(way):
    """From now on the server gives out a newer client."""

    def change(pass_on):
        status, headers, body = pass_on()
        first, rest = body.split(b"\n", 1)
        stamp = json.loads(first.removeprefix(b"self.STAMP = ").removesuffix(b";"))
        stamp["version"] = "newer"
        return status, headers, b"self.STAMP = " + json.dumps(stamp).encode() + b";\n" + rest

    way.on("GET", "/tablet/worker.js", change)


UPDATE = "navigator.serviceWorker.ready.then((one) => one.update()).then(() => true, () => false)"
CACHES = "caches.keys().then((all) => all.filter((one) => one.startsWith('openfloor-shell-')))"


def test_f18_a_newer_client_waits_for_a_tap_and_for_unsent_work(way, tablet):
    one = tablet()
    one.take("Wool Harbour")
    [old] = one.page.evaluate(CACHES)
    way.on("POST", "/operations", lambda _: (503, [("Content-Type", "application/json")], b"{}"))
    one.open("Wool Harbour")
    one.answer("Compliant")
    another_version(way)
    one.page.evaluate(UPDATE)
    expect(one.page.get_by_text("A newer Openfloor is ready")).to_have_count(0)  # nothing over an open question
    one.page.get_by_role("link", name="Openfloor: your assessments").click()
    expect(one.page.get_by_text("It waits until all is sent.")).to_be_visible()
    use = one.page.get_by_role("button", name="Use the newer one")
    expect(use).to_be_disabled()
    assert one.page.evaluate("navigator.serviceWorker.ready.then((one) => Boolean(one.waiting))")
    assert old in one.page.evaluate(CACHES)  # what starts without a network until then
    way.rules.pop(0)
    one.page.reload()
    expect(use).to_be_enabled(timeout=WAIT)
    with one.page.expect_navigation():
        use.click()
    expect(one.page.get_by_role("link", name=re.compile("Wool Harbour"))).to_be_visible()
    until(one.page, f"{CACHES}.then((all) => all.join() === 'openfloor-shell-newer')")
    assert old != "openfloor-shell-newer"
    one.open("Wool Harbour")
    one.answered("Compliant")


def test_f18_a_client_with_a_file_missing_is_not_taken(way, tablet):
    one = tablet()
    one.take("Salt Mill")
    before = one.page.evaluate(CACHES)
    another_version(way)
    way.on("GET", "icon-192", lambda _: (404, [], b""))
    one.page.evaluate(UPDATE)
    until(one.page, "navigator.serviceWorker.ready.then((one) => !one.installing)")
    assert not one.page.evaluate("navigator.serviceWorker.ready.then((one) => Boolean(one.waiting))")
    with offline(one):
        one.open("Salt Mill")
        one.answer("Compliant")
    assert before[0] in one.page.evaluate(CACHES)


def test_f18_the_words_of_a_language_are_kept_where_somebody_reads_it(way, tablet):
    """Khmer starts without a network, Arabic is never fetched, and a newer client brings Khmer along or is not taken."""
    one = tablet("sophy")
    page, kept = one.page, f"caches.open('{{}}').then((one) => one.match('{WORDS}')).then(Boolean)"
    fetched = way.count("GET", "words.ar")
    page.goto("/tablet/")
    expect(page.locator("html")).to_have_attribute("lang", "km")
    until(page, f"{CACHES}.then((all) => all.length)")
    [old] = page.evaluate(CACHES)
    until(page, kept.format(old))
    with offline(one):
        page.reload()
        expect(page.locator("html")).to_have_attribute("lang", "km")
        expect(page.get_by_role("heading", level=1)).to_have_text("ការវាយតម្លៃរបស់អ្នក")
    another_version(way)
    missing = way.on("GET", "words.km", lambda _: (404, [], b""))
    page.evaluate(UPDATE)
    until(page, "navigator.serviceWorker.ready.then((one) => !one.installing)")
    assert not page.evaluate("navigator.serviceWorker.ready.then((one) => Boolean(one.waiting))")
    way.rules.remove(missing)
    page.evaluate(UPDATE)
    until(page, "navigator.serviceWorker.ready.then((one) => Boolean(one.waiting))")
    assert page.evaluate(kept.format("openfloor-shell-newer"))
    assert way.count("GET", "words.ar") == fetched == 0


WORDS = "/static/tablet/words.km.json"


def test_f19_a_second_window_brings_a_newer_store(tablet):
    """The first window lets go at once and says so; nothing unsent is gone."""
    one = tablet()
    one.take("Grey Comb")
    with offline(one):
        one.open("Grey Comb")
        one.answer("Compliant")
        first = one.page
        second = one.new_page()
        second.goto("/tablet/")
        counts = second.evaluate(NEWER_STORE)
        expect(first.get_by_text(re.compile("open in another window with a newer version"))).to_be_visible()
        assert counts == 1
    assert all("version" in error for error in one.errors)  # the old client does not touch the newer store
    one.errors.clear()


NEWER_STORE = """async () => {
  const [found] = (await indexedDB.databases()).filter((one) => one.name.startsWith("openfloor-work-"));
  return new Promise((done, fail) => {
    const asked = indexedDB.open(found.name, found.version + 1);
    asked.onerror = () => fail(asked.error);
    asked.onsuccess = () => {
      const count = asked.result.transaction("operations").objectStore("operations").index("pending").count();
      count.onsuccess = () => { asked.result.close(); done(count.result); };
    };
  });
}"""


def test_f21_the_account_is_disabled_meanwhile(running, tablet):
    """What waits is taken into quarantine, and the tablet still holds it."""
    one = tablet("rith")
    one.take("Amber Loom")
    with offline(one):
        one.open("Amber Loom")
        one.answer("Non-compliant")
        running.run("-c", DISABLE)
    expect(one.page.get_by_text(re.compile("1 entry is in quarantine"))).to_be_visible(timeout=WAIT)
    rows = operations(one.page)
    assert [(row["value"], row["outcome"]) for row in rows] == [("non_compliant", "quarantined")]


DISABLE = """
import django; django.setup()
from core import actions
from core.models import Programme, User
from tests.world import SETUP
actions.deactivate(user=User.objects.get(username="rith"), programme=Programme.objects.get(code="KH"), by=SETUP)
"""
PHOTOS = """
import django; django.setup()
from compliance.models import Evidence
print(Evidence.objects.filter(assessment__cycle__site__name="{site}").count())
"""
# What lies in the store of somebody who set no lock, opened in the page as the client does: {store: rows}.
OPENED = """async () => {
  const asked = (request) => new Promise((done) => { request.onsuccess = () => done(request.result); });
  const [found] = (await indexedDB.databases()).filter((one) => one.name.startsWith("openfloor-work-"));
  const db = await asked(indexedDB.open(found.name));
  const all = async (name) => {
    const store = db.transaction(name).objectStore(name);
    const [keys, rows] = await Promise.all([asked(store.getAllKeys()), asked(store.getAll())]);
    return keys.map((key, n) => [key, rows[n]]);
  };
  const bytesOf = (key, place, sealed) => crypto.subtle.decrypt({ name: "AES-GCM", iv: new Uint8Array(sealed, 0, 12),
    additionalData: new TextEncoder().encode(place) }, key, new Uint8Array(sealed, 12));
  const { browser } = new Map(await all("meta")).get("lock").wraps;
  const key = await crypto.subtle.importKey("raw", await bytesOf(browser.key, "browser", browser.sealed), "AES-GCM", false, ["decrypt"]);
  const opened = async (name, read) => Promise.all((await all(name)).map(async ([at, row]) =>
    read(await bytesOf(key, `${name} ${JSON.stringify(at)}`, row.sealed))));
  const operations = await opened("operations", (bytes) => JSON.parse(new TextDecoder().decode(bytes)));
  const bytes = await opened("bytes", (part) => Array.from(new Uint8Array(part)));
  db.close();
  return { operations, bytes };
}"""


def operations(page):
    return page.evaluate(OPENED)["operations"]


def test_f22_two_people_share_a_tablet(way, tablet, signed_in):
    """Each has a store of her own. Unsent work of the first waits for her while the second works."""
    one = tablet()
    one.take("Quiet River")
    hold = way.on("POST", "/operations", lambda _: (503, [("Content-Type", "application/json")], b"{}"))
    one.open("Quiet River")
    one.answer("Non-compliant")
    one.context.clear_cookies()
    one.context.add_cookies(signed_in("vannak")["cookies"])
    one.page.reload()
    one.page.get_by_role("button", name="Work as Vannak").click()
    expect(one.page.get_by_text("No assessment waits for you")).to_be_visible()
    expect(one.page.get_by_text("Quiet River")).to_have_count(0)
    assert not [body for body in operations(one.page) if body["author"]["name"] == "Vannak"]
    way.rules.remove(hold)
    one.context.clear_cookies()
    one.context.add_cookies(signed_in("chanthou")["cookies"])
    one.page.reload()
    one.page.get_by_role("button", name="Work as Chanthou").click()
    one.open("Quiet River")
    one.answered("Non-compliant")
    one.stands("1 of 1")


@pytest.mark.parametrize("minutes", [-20, 20])
def test_f24_a_clock_that_is_wrong_is_said_on_the_tablet(tablet, minutes):
    """In the readiness lines, and nowhere in the way: the work goes on and is sent."""
    one = tablet()
    one.page.clock.install(time=datetime.now(UTC) + timedelta(minutes=minutes))
    one.take("Glass Kite")
    expect(one.page.get_by_text(re.compile(r"The clock of this tablet is (19|20|21) minutes off"))).to_be_visible()
    right = tablet()
    right.page.clock.install(time=datetime.now(UTC) + timedelta(minutes=4))
    right.take("Glass Kite")
    expect(right.page.get_by_text("The clock of this tablet")).to_have_count(0)


def test_f25_two_windows_of_one_tablet(way, tablet):
    """What is written in one stands in the other; both texts are kept, and each change is stored once."""
    one = tablet()
    one.take("High Orchard")
    sent = way.count("POST", "/operations")
    with offline(one):
        one.open("High Orchard")
        address = one.page.url
        other = one.new_page()
        other.goto(address)
        first, second = one.context.pages
        first.get_by_role("radio", name="Non-compliant", exact=True).click()
        expect(second.get_by_role("radio", name="Non-compliant", exact=True)).to_be_checked()
        first.locator("#text").focus()
        second.locator("#text").focus()
        first.locator("#text").fill("First window.")
        second.locator("#text").fill("Second window.")
        first.locator("#text").blur()
        second.locator("#text").blur()
    one.stands("1 of 1")
    rows = operations(one.page)
    assert all(row["outcome"] == "accepted" for row in rows)
    assert len({row["revision"] for row in rows}) == len(rows)  # the server counted each once
    kept = " ".join(str(row["value"]) for row in rows)
    assert "First window." in kept and "Second window." in kept
    assert way.count("POST", "/operations") > sent


def test_f26_the_page_dies_while_a_photo_is_sent(way, tablet, running):
    """The server may have the photo, the tablet never heard so: it is sent again, and there is one."""
    one = tablet()
    one.take("Red Anchor")
    one.open("Red Anchor")
    arrived, gone = threading.Event(), threading.Event()

    def swallow(pass_on):
        pass_on()
        arrived.set()
        gone.wait(20)
        raise ConnectionError

    rule = way.on("PUT", "/evidence/", swallow)
    one.photograph(PHOTO)
    expect(one.page.get_by_text("1 photo", exact=True)).to_be_visible()
    expect(one.page.locator(".sync [data-s=move]")).to_contain_text("1")
    assert arrived.wait(15)
    one.dies()
    gone.set()
    way.rules.remove(rule)
    before = way.count("PUT", "/evidence/")
    one.open("Red Anchor")
    one.stands("1 of 1")
    # How often depends on how busy the server was; that it did not take it for a second photo must not.
    assert way.count("PUT", "/evidence/") > before
    assert running.run("-c", PHOTOS.format(site="Red Anchor")).stdout.split()[-1] == "1"
