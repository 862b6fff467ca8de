"""Every kind of page of the demonstration, as its readers have it: found whole by axe, and no wider than the screen."""

import json
import shutil
import subprocess

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

from config.demo import PASSWORD
from tests.journeys.conftest import Site

pytestmark = pytest.mark.journey
DESK, PHONE, NARROW = (1280, 900), (390, 844), (320, 640)

PUBLIC = [
    "/disclosure/?q=papr+herron&status=open", "/disclosure/issues/emergency-exits-clear/", "/disclosure/countries/",
    "/disclosure/countries/kh/", "/disclosure/sectors/apparel/", "/disclosure/method/", "/disclosure/releases/",
    "/disclosure/releases/kh-1/", "→/disclosure/", "/disclosure/changes/", "/disclosure/corrections/",
    "/data/dictionary/", "/data/watch/", "/data/watch/asked/",
]  # fmt: skip
# What editors wrote, and the helpdesk.
WRITTEN = [
    "/news/", "/news/half-a-year/", "/news/new-release/", "/guidance/", "/guidance/keep-every-way-out-open/",
    "/guidance/overtime/", "/ask/", "/ask/sent/", "/ask/about/working-time/",
]  # fmt: skip
# Who opens which pages on what. A path that begins with "→" is the first link of the page before that begins so.
READERS = [
    (None, DESK, "en", ["/", "/disclosure/", "→/disclosure/", "/disclosure/issues/", "/how-to-read/", "/data/", *PUBLIC]),
    (None, NARROW, "ar", ["/", "/disclosure/", "→/disclosure/", "/disclosure/issues/", "/how-to-read/", "/data/", *PUBLIC]),
    (None, PHONE, "km", ["/", "/disclosure/", "→/disclosure/", "/disclosure/issues/", "/data/", *PUBLIC, "/app/sign-in/", "/app/enter/"]),
    (None, DESK, "en", WRITTEN),
    (None, NARROW, "ar", WRITTEN),
    (None, PHONE, "km", WRITTEN),
    ("maly", PHONE, "en", ["/app/helpdesk/", "→/app/helpdesk/"]),
    (
        "sokha", DESK, "en",
        ["/app/", "/app/factories/", "→/app/factories/KH-", "/app/assessments/", "/app/assessments/plan/",
         "/app/assessments/tablets/", "/app/people/", "/app/releases/", "/app/plans/", "/app/assessments/cases/"],
    ),
    ("sokha", DESK, "ar", ["/app/assessments/board/", "/app/assessments/board/facts/", "/app/assessments/due/",
                           "/app/assessments/visits/", "/app/assessments/visits/plan/", "/app/assessments/reports/copies/",
                           "/app/assessments/tablets/file/", "/app/assessments/reports/opened/"]),
    ("vannak", DESK, "en", ["/app/assessments/", "→/app/assessments/KH-", "/app/assessments/reports/",
                            "→/app/assessments/reports/", "/app/assessments/reports/check/"]),
    ("dara", DESK, "km", ["/app/", "/app/plans/", "→/app/plans/", "/app/plans/check/", "/app/assessments/visits/"]),
    ("worker-kh", NARROW, "km", ["/app/", "/app/plans/mine/", "→/app/plans/items/", "/app/plans/committees/"]),
    ("manager-jo", PHONE, "en", ["/app/", "/app/plans/mine/", "→/app/plans/items/", "/app/assessments/reports/"]),
    ("buyer", PHONE, "en", ["/app/", "/app/factories/", "/app/factories/consents/"]),
    ("admin-kh", DESK, "en", ["/app/jobs/", "/app/removals/", "/app/administrator/", "/app/people/"]),
]  # fmt: skip


@pytest.fixture(scope="module")
def demonstration(migrated, tmp_path_factory):
    site = Site(tmp_path_factory.mktemp("demonstration"))
    shutil.copyfile(migrated, site.folder / "openfloor.sqlite3")
    site.run("load_demo")
    site.start()
    yield site
    site.stop()


def sign_in(page, name):
    page.goto("/app/sign-in/")
    page.fill("#id_username", name)
    page.fill("#id_password", PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_url("**/app/")


@pytest.mark.parametrize(
    ("name", "size", "language", "paths"), READERS, ids=lambda one: one if isinstance(one, str) else ""
)
def test_a_page_can_be_used_without_seeing_it_and_fits_its_screen(demonstration, chromium, name, size, language, paths):
    context = chromium.new_context(
        base_url=demonstration.url, viewport={"width": size[0], "height": size[1]}, locale=language
    )
    page = context.new_page()
    if name:
        sign_in(page, name)
    wrong = []
    for path in paths:
        if path.startswith("→"):
            here = page.url.removeprefix(demonstration.url)
            links = page.locator(f"main a[href^='{path[1:]}']").all()
            path = next(
                address
                for address in (link.get_attribute("href") for link in links)
                if address not in (here, path[1:]) and ".csv" not in address
            )
        answer = page.goto(path)
        assert answer.status == 200, path
        for found in Axe().run(page).response["violations"]:
            wrong.append((path, found["id"], found["nodes"][0]["html"][:200]))
        beyond = page.evaluate("document.documentElement.scrollWidth - innerWidth")
        if beyond > 0:
            wrong.append((path, "wider than the screen", beyond))
    context.close()
    assert not wrong


# What is done about a fix: its photos, their check, the report of an adviser, a link for somebody without an account.
PLANS = """
import django; django.setup()
import json
from django.urls import reverse
from core.models import User
from improvement_plans import actions
from improvement_plans.models import ItemEvidence, ProgressReport
dara = User.objects.get(username="dara")
dara.language = {language!r}
dara.save()
report = ProgressReport.objects.filter(plan__site__programme__code="KH").first()
shown = ItemEvidence.objects.filter(item__plan=report.plan, item__facts__kind="verified").first().item
waits = ItemEvidence.objects.filter(item__plan=report.plan).exclude(item__facts__kind="verified").first().item
link = actions.make_link(item=waits, days=1, by=dara)
named = [
    ("item", [shown.pk]), ("item", [waits.pk]), ("add-evidence", [waits.pk]), ("to-check", []),
    ("progress", [report.plan_id]), ("write-progress", [report.plan_id]), ("progress-report", [report.pk]),
    ("send", [actions.token_of(link)]),
]
print(json.dumps([reverse("improvement_plans:" + name, args=args) for name, args in named]))
"""
# What the tabulator must reach, and does: each once, one radio of a group.
REACHED = """
() => [...document.querySelectorAll("main :is(a[href], button, input, select, textarea, summary)")].filter((one) =>
  one.checkVisibility() && !one.disabled && one.type !== "hidden" && one.tabIndex >= 0 &&
  (one.type !== "radio" || one.checked || !document.querySelector(`[name="${one.name}"]:checked`) &&
    document.querySelector(`[name="${one.name}"]`) === one)).filter((one) => !one.reached).map((one) => one.outerHTML)
"""
HERE = """
() => {
  const one = document.activeElement, style = getComputedStyle(one);
  const first = !one.reached || one === window.before; // a date is several stops in one field
  one.reached = true;
  window.before = one;
  if (one.tagName === "BODY" || !one.closest("main")) return [first, true];
  return [first, style.outlineStyle !== "none" || style.boxShadow !== "none"];
}
"""


def missed_by_keyboard(page):
    """Walk the page with the tabulator: where the focus is not seen, and what it never came to."""
    wrong = []
    for _ in range(200):
        page.keyboard.press("Tab")
        first, seen = page.evaluate(HERE)
        if not first:
            break
        if not seen:
            wrong.append(("focus is not seen", page.evaluate("document.activeElement.outerHTML")[:200]))
    return wrong + [("not reached by keyboard", html[:200]) for html in page.evaluate(REACHED)]


@pytest.mark.parametrize(
    ("language", "size"), [("en", (1366, 768)), ("km", (390, 844)), ("ar", (390, 844)), ("ar", (1366, 768))]
)
def test_evidence_check_and_progress_can_be_used_without_seeing_and_without_a_mouse(
    demonstration, chromium, pictures, language, size
):
    screens = json.loads(demonstration.run("-c", PLANS.format(language=language)).stdout.splitlines()[-1])
    context = chromium.new_context(
        base_url=demonstration.url, viewport={"width": size[0], "height": size[1]}, locale=language
    )
    page = context.new_page()
    sign_in(page, "dara")
    wrong = []
    for name, path in enumerate(screens):
        answer = page.goto(path)
        assert answer.status == 200, path
        page.evaluate("for (const each of document.querySelectorAll('main details')) each.open = true")
        for found in Axe().run(page).response["violations"]:
            wrong.append((name, found["id"], found["nodes"][0]["html"][:200]))
        if page.evaluate("document.documentElement.scrollWidth - innerWidth") > 0:
            wrong.append((name, "wider than the screen"))
        wrong += [(name, *one) for one in missed_by_keyboard(page)]
        page.screenshot(path=pictures / f"plans-{name}-{language}-{size[0]}.png", full_page=True)
    context.close()
    assert not wrong


@pytest.mark.parametrize("language", ["en", "km", "ar"])
def test_the_public_record_is_searched_narrowed_and_taken_along_by_keyboard_alone(demonstration, chromium, language):
    context = chromium.new_context(
        base_url=demonstration.url, viewport={"width": 1280, "height": 900}, locale=language, accept_downloads=True
    )
    page = context.new_page()

    def to(selector):
        """Tab until it has the focus."""
        for _ in range(150):
            page.keyboard.press("Tab")
            if page.evaluate("(selector) => document.activeElement.matches(selector)", selector):
                return
        raise AssertionError(f"{selector} is not reached by keyboard")

    page.goto("/disclosure/")
    to("main input[type=search]")
    page.keyboard.type("papr herron")
    page.keyboard.press("Enter")
    page.wait_for_url("**q=papr**")
    to("main .result h3 a")
    page.keyboard.press("Enter")
    page.wait_for_url("**/disclosure/paper-heron-sewing/")
    with page.expect_download() as taken:
        to("main a[href$='paper-heron-sewing.csv']")
        page.keyboard.press("Enter")
    assert "paper-heron-sewing" in taken.value.suggested_filename
    to("main a[href^='/data/watch/?factory=']")
    page.keyboard.press("Enter")
    page.wait_for_url("**/data/watch/**")
    to("main input[type=email]")
    page.keyboard.type("reader@example.org")
    page.keyboard.press("Enter")
    page.wait_for_url("**/data/watch/asked/")
    wrong = []
    every = (
        "/disclosure/?status=open",
        "/disclosure/paper-heron-sewing/",
        "/disclosure/releases/kh-1/",
        "/data/",
        "/ask/",
    )
    for path in every if language == "en" else every[:1]:  # the same elements stand in each language
        page.goto(path)
        wrong += [(path, *one) for one in missed_by_keyboard(page)]
    context.close()
    assert not wrong


def test_the_public_record_needs_no_script(demonstration, chromium):
    context = chromium.new_context(base_url=demonstration.url, viewport={"width": 390, "height": 844}, locale="en",
                                   java_script_enabled=False, accept_downloads=True)  # fmt: skip
    page = context.new_page()
    page.goto("/disclosure/")
    page.fill("main input[type=search]", "papr herron")
    page.keyboard.press("Enter")
    page.get_by_role("link", name="Paper Heron Sewing").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Paper Heron Sewing")
    with page.expect_download():
        page.get_by_role("link", name="CSV").click()
    page.get_by_role("link", name="What this page said, release by release").click()
    page.locator("main ul.list a").first.click()
    expect(page.get_by_text("This is what was public on")).to_be_visible()
    page.goto("/disclosure/?status=open")
    expect(page.locator("main .result").first).to_be_visible()
    page.goto("/disclosure/countries/")
    expect(page.locator("main svg").first).to_be_visible()
    page.goto("/data/watch/")
    page.fill("main input[type=email]", "reader@example.org")
    page.locator("main form button").click()
    page.wait_for_url("**/data/watch/asked/")
    context.close()


def test_a_factory_page_is_printed_whole(demonstration, chromium, pictures):
    """On paper nothing is cut at the side, nothing of the screen's own furniture stands, and the last line is there."""
    context = chromium.new_context(base_url=demonstration.url, locale="en")
    page = context.new_page()
    page.goto("/disclosure/paper-heron-sewing/")
    kept = pictures / "factory.pdf"
    page.pdf(
        path=kept, format="A4", print_background=True, margin=dict.fromkeys(("top", "bottom", "left", "right"), "15mm")
    )
    text = subprocess.run(["pdftotext", "-layout", kept, "-"], capture_output=True, text=True, check=True).stdout
    for words in ("Paper Heron Sewing", "Issues, the open ones first", "About the visit", "Openfloor public record"):
        assert words in text, words
    page.emulate_media(media="print")
    page.set_viewport_size({"width": 680, "height": 960})  # A4 less its margins
    assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0
    hidden = page.locator("header nav, .noprint, input")
    assert all(not one.is_visible() for one in hidden.all())
    context.close()


VOICES = """
const all = {voices};
globalThis.said = [];
globalThis.SpeechSynthesisUtterance = class {{ constructor(text) {{ this.text = text; }} }};
Object.defineProperty(globalThis, "speechSynthesis", {{ value: {{
  getVoices: () => all, addEventListener() {{}}, cancel() {{}},
  speak: (words) => said.push([words.text, words.voice.name, words.lang]),
}} }});
"""
OWN, FAR = {"name": "Sok", "lang": "km-KH", "localService": True}, {"name": "Far", "lang": "km", "localService": False}


@pytest.mark.parametrize(("voices", "offered"), [([FAR, OWN], True), ([FAR], False), ([], False)])
def test_an_item_is_read_aloud_by_a_voice_of_this_machine_or_not_at_all(demonstration, chromium, voices, offered):
    """A voice that is not on the machine would send the words to its maker."""
    context = chromium.new_context(base_url=demonstration.url, viewport={"width": 390, "height": 844}, locale="km")
    context.add_init_script(VOICES.format(voices=json.dumps(voices)))
    page = context.new_page()
    sign_in(page, "worker-kh")
    page.goto("/app/plans/mine/")
    page.locator("main a[href^='/app/plans/items/']").first.click()
    page.wait_for_url("**/app/plans/items/**")
    button = page.locator("[data-listen]")
    expect(button).to_be_visible(visible=offered)
    if offered:
        button.click()
        page.wait_for_function("said.length > 1")
        said = page.evaluate("said")
        assert {(voice, language) for _text, voice, language in said} == {("Sok", "km")}
        title, other = page.locator("h1#issue"), page.locator("h1#issue [lang]:not([lang=km])")
        read = title.inner_text() in [text for text, _voice, _language in said]
        assert read == (other.count() == 0), "words of another language wait for a voice that speaks it"
    context.close()


# A draft with places to mend, an edition whose parent moved, and a form that cannot be carried whole; then where each
# screen of the editor stands.
TO_EDIT = """
import django; django.setup()
import json
from django.urls import reverse
from checklists import actions, queries
from checklists.models import LawRecord
from checklists.rules import editing
from core import queue
from core.audit import System
from core.models import User
from core.sheets import write_workbook
kunthea = User.objects.get(username="kunthea")
parent = queries.version_named("decent-work-garment", "1")
document = editing.next_version(parent.text.document, "9", "2027-01-01")
questions = document["clusters"][0]["points"][0]["questions"]
questions[0] = questions[0] | {"visible_when": "false"}
questions[-1] = questions[-1] | {"text": questions[0]["text"]}
draft = actions.save_draft(document=document, by=kunthea)
edition = actions.save_draft(document=editing.begin_edition(parent.text.document, "LA", "LA-1", "2027-01-01", "Lao"), by=kunthea)
newer = editing.next_version(parent.text.document, "2", "2026-12-01")
newer["clusters"][0]["points"][0]["questions"][0]["text"] += " Everywhere?"
newer = actions.import_document(document=newer, by=System("import"))[0]
form = {"survey": [["type", "name", "label"], ["text", "who", "Who?"], ["geopoint", "where", "Where?"]]}
sent = actions.send_file(name="walk.xlsx", data=write_workbook(form), by=kunthea)
queue.run_waiting()
point = document["clusters"][0]["points"][0]["key"]
named = {
    "index": [], "version": [parent.pk], "draft": [draft.pk], "point": [draft.pk, point], "try": [draft.pk, point],
    "clusters": [draft.pk], "cluster": [draft.pk, document["clusters"][0]["key"]], "sampling": [draft.pk],
    "checks": [draft.pk], "try-check": [draft.pk, document["checks"][0]["key"]], "compare-draft": [draft.pk],
    "changes": [draft.pk], "text": [draft.pk], "publish": [draft.pk], "edition-point": [edition.pk, point],
    "carry-over": [edition.pk, newer.pk], "file": [sent.pk], "law": [], "law-record": [LawRecord.objects.first().pk],
}
print(json.dumps({name: reverse(f"checklist_editor:{name}", args=args) for name, args in named.items()}))
"""
SPEAKS = """
import django; django.setup()
from core.models import User
User.objects.filter(username="kunthea").update(language={language!r})
"""


@pytest.fixture(scope="module")
def to_edit(demonstration):
    return json.loads(demonstration.run("-c", TO_EDIT).stdout.splitlines()[-1])


@pytest.mark.parametrize(("language", "width"), [("en", 1280), ("km", 1280), ("ar", 1024)])
def test_every_screen_of_the_checklist_editor_can_be_used_without_seeing_it(
    demonstration, chromium, to_edit, pictures, language, width
):
    demonstration.run("-c", SPEAKS.format(language=language))
    context = chromium.new_context(
        base_url=demonstration.url, viewport={"width": width, "height": 900}, locale=language
    )
    page = context.new_page()
    sign_in(page, "kunthea")
    wrong = []
    for name, path in to_edit.items():
        answer = page.goto(path)
        assert answer.status == 200, path
        assert page.locator("html").get_attribute("dir") == ("rtl" if language == "ar" else "ltr"), path
        page.evaluate("for (const each of document.querySelectorAll('main details')) each.open = true")
        for found in Axe().run(page, {"exclude": [[".messages"]]}).response["violations"]:
            if found["id"] not in ("region", "skip-link"):  # Wagtail's own shell
                wrong.append((name, found["id"], found["nodes"][0]["html"][:200]))
        if page.evaluate("document.documentElement.scrollWidth - innerWidth") > 0:
            wrong.append((name, "wider than the screen"))
        page.screenshot(path=pictures / f"editor-{name}-{language}.png")
    context.close()
    assert not wrong


# A photo of a visit that is being written up, and where a part of it is covered.
TO_COVER = """
import django; django.setup()
import io
from django.urls import reverse
from PIL import Image, ImageDraw
from compliance import actions
from compliance.models import Assessment
from core.ids import new_id
from core.models import User
from core.storage import sha256_of
vannak = User.objects.get(username="vannak")
vannak.language = {language!r}
vannak.save()
picture, out = Image.new("RGB", (800, 600), "#b9beb6"), io.BytesIO()
ImageDraw.Draw(picture).ellipse((320, 120, 480, 320), fill="#8a5a3c")
picture.save(out, "JPEG")
visit = Assessment.objects.filter(programme__code="KH", state__in=["in_review", "drafting", "in_progress"]).first()
by = visit.members.first().user
kept = actions.keep_evidence(assessment=visit, evidence_id=new_id(), data=out.getvalue(), sha256=sha256_of(out.getvalue()),
                             kind="photo", taken_at="", by=by)
print(reverse("compliance:cover", args=[kept.pk]))
"""


@pytest.mark.parametrize(("language", "touch"), [("en", False), ("ar", True)])
def test_a_face_is_covered_with_a_mouse_a_finger_or_the_keyboard(demonstration, chromium, pictures, language, touch):
    """The box drawn is the box kept, also where the page reads from the right: a photo does not."""
    address = demonstration.run("-c", TO_COVER.format(language=language)).stdout.split()[-1]
    context = chromium.new_context(
        base_url=demonstration.url, viewport={"width": 1366, "height": 900}, locale=language, has_touch=touch
    )
    page = context.new_page()
    sign_in(page, "vannak")
    page.goto(address)
    photo = page.locator(".cover img")
    expect(photo).to_have_js_property("complete", True)
    frame = photo.bounding_box()
    one, other = (
        (frame["x"] + frame["width"] * x, frame["y"] + frame["height"] * y) for x, y in ((0.4, 0.2), (0.6, 0.55))
    )
    if touch:
        finger = context.new_cdp_session(page)
        for kind, (x, y) in (("touchStart", one), ("touchMove", other)):
            finger.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": [{"x": x, "y": y}]})
        finger.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})
    else:
        page.mouse.move(*one)
        page.mouse.down()
        page.mouse.move(*other, steps=4)
        page.mouse.up()
    drawn = [int(field.input_value()) for field in page.locator(".cover-row").first.locator("input").all()]
    assert all(abs(got - meant) <= 1 for got, meant in zip(drawn, (40, 20, 20, 35), strict=True)), drawn
    second = page.locator(".cover-row").nth(1).locator("input")  # a second one in numbers
    second.first.focus()
    for value in ("5", "5", "10", "10"):
        page.keyboard.type(value)
        page.keyboard.press("Tab")
    page.screenshot(path=pictures / f"cover-{language}.png", full_page=True)
    assert not Axe().run(page).response["violations"]
    page.locator("main form button.btn:not(.line)").last.click()
    page.goto(address)
    shown = page.locator(".cover-shown")
    expect(shown).to_have_js_property("complete", True)
    colours = page.evaluate(
        """(picture) => { const sheet = document.createElement("canvas"), {naturalWidth: w, naturalHeight: h} = picture;
        sheet.width = w; sheet.height = h; const pen = sheet.getContext("2d"); pen.drawImage(picture, 0, 0);
        return [[.5, .37], [.1, .1], [.8, .8]].map(([x, y]) => [...pen.getImageData(w * x, h * y, 1, 1).data].slice(0, 3)); }""",
        shown.element_handle(),
    )
    assert colours[0] == colours[1] != colours[2], colours  # the face and the second box are filled, the rest is there
    context.close()
