"""The promises of docs/reference/browsers.md kept by the browsers themselves: a real Chrome 88 on a phone, and the
whole main job on tablets with Chrome 106.

The builds come from packages that hold one executable each (tests/browsers); `make soak` installs them.
"""

import shutil
import subprocess

import pytest
from playwright.sync_api import sync_playwright

from tests.conftest import ROOT
from tests.journeys.conftest import ARGS, Site, migrated, pictures, site  # noqa: F401  (fixtures)
from tests.journeys.test_main_job import SETUP, before_the_visit, from_visit_to_figure
from tests.journeys.test_sign_in import PHONE, PIN, door, paper  # noqa: F401  (fixtures)

pytestmark = pytest.mark.soak
PACKAGES = ROOT / "tests" / "browsers" / "node_modules"
UNPACK = (
    "const [from, to] = process.argv.slice(1), fs = require('fs');"
    "fs.writeFileSync(to, require('zlib').brotliDecompressSync(fs.readFileSync(from)), {mode: 0o755});"
)


@pytest.fixture(scope="module")
def driver():
    with sync_playwright() as playwright:
        yield playwright.chromium


@pytest.fixture(scope="module")
def launch(driver, tmp_path_factory):
    """Opens the browser of a package of old builds, which must be the version that is promised."""
    opened = []

    def new(package, version):
        packed = PACKAGES / package / "bin" / "chromium.br"
        assert packed.exists(), "Run: make soak (it installs the old browsers)"
        executable = tmp_path_factory.mktemp("browser") / "chromium"
        subprocess.run(["node", "-e", UNPACK, str(packed), str(executable)], check=True, timeout=120)
        opened.append(driver.launch(executable_path=executable, args=ARGS))
        assert opened[-1].version.startswith(f"{version}.")
        return opened[-1]

    yield new
    for browser in opened:
        browser.close()


@pytest.fixture(scope="module")
def chromium(driver):
    """Today's, for what the programme does at its desk before."""
    browser = driver.launch(executable_path=shutil.which("chromium"), args=ARGS)
    yield browser
    browser.close()


class Phone:
    """A page in a browser so old that the driver's own ways of looking for a button fail in it: touched by place."""

    def __init__(self, browser, address):
        self.context = browser.new_context(base_url=address, **PHONE)
        self.page = self.context.new_page()
        self.errors = []
        self.page.on("pageerror", lambda error: self.errors.append(str(error)))
        self.page.on("console", lambda said: self.errors.append(said.text) if said.type == "error" else None)

    def open(self, path):
        self.page.goto(path)
        self.fits()

    def fits(self):
        assert self.page.evaluate("document.documentElement.scrollWidth") <= PHONE["viewport"]["width"]

    def says(self, words):
        return words in self.page.evaluate("document.body.innerText")

    def _touch(self, find):
        place = self.page.evaluate(
            f"""() => {{ const found = {find}; if (!found) return null;
            found.scrollIntoView({{block: 'center'}}); const box = found.getBoundingClientRect();
            return [box.x + box.width / 2, box.y + box.height / 2]; }}"""
        )
        assert place, f"{find} is not on {self.page.url}:\n" + self.page.evaluate("document.body.innerText")
        self.page.touchscreen.tap(*place)

    def touch(self, words):
        """The link or button with these words; waits for the page it leads to."""
        with self.page.expect_navigation():
            self._touch(
                "[...document.querySelectorAll('a, button')].find(one => one.offsetParent && "
                f"one.innerText.trim() === {words!r})"
            )
        self.fits()

    def write(self, field, words):
        self._touch(f"document.getElementById({field!r})")
        self.page.keyboard.type(words)


def test_a_worker_with_chrome_88_comes_in_reads_answers_and_leaves(launch, door, paper):  # noqa: F811
    address, _once, member_code = paper
    phone = Phone(launch("chrome-aws-lambda", 88), door.name)
    phone.open(address)
    assert phone.says(member_code)
    for field in phone.page.evaluate("[...document.querySelectorAll('input[type=password]')].map(one => one.id)"):
        phone.write(field, PIN)
    phone.touch("Go on")
    phone.open("/app/plans/mine/")
    phone.touch("Read it, then answer")
    phone.touch("Agree")
    phone.open("/app/plans/mine/")
    assert not phone.says("Read it, then answer")
    phone.touch("Leave")
    assert phone.says("You have left.")
    phone.page.go_back()
    assert not phone.says("Agree")

    phone.open("/app/enter/")
    identity, pin = phone.page.evaluate(
        "[...document.querySelectorAll('form input')].filter(one => one.offsetParent).map(one => one.id)"
    )
    phone.write(identity, member_code)
    phone.write(pin, PIN)
    phone.touch("Sign in")
    assert phone.page.url.endswith("/app/")
    assert phone.errors == []
    phone.context.close()


def test_the_main_job_is_done_on_tablets_with_chrome_106_and_read_with_chrome_88(
    launch,
    migrated,  # noqa: F811
    tmp_path,
    pictures,  # noqa: F811
):
    instance = Site(tmp_path)
    shutil.copyfile(migrated, tmp_path / "openfloor.sqlite3")
    instance.run("-c", f"{SETUP}from tests.journeys import prepare; prepare.people()")
    before_the_visit(instance, tmp_path)
    try:
        from_visit_to_figure(instance, launch("@sparticuz/chrome-aws-lambda", 106), pictures)
        phone = Phone(launch("chrome-aws-lambda", 88), instance.url)
        phone.open("/disclosure/")
        phone.touch("Paper Heron Sewing")
        assert phone.says("Emergency exits")
        assert phone.errors == []
        phone.context.close()
    finally:
        instance.stop()
