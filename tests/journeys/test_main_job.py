"""The main job from end to end, as the people do it: seven steps, in real Chromium, on a real server.

Two assessors on tablets without a network, a lead at a desk, a committee on phones, the public on a laptop. The
pictures that stand in README and docs are taken here (`make pictures`).
"""

import io
import json
import re
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from PIL import Image, ImageDraw
from playwright.sync_api import expect

from tests.journeys.prepare import PASSWORD

pytestmark = pytest.mark.journey
FACTORIES = """country,name,address,sector
Cambodia,Paper Heron Sewing,"Plot 10, Example Road, Kandal",Apparel
CAMBODIA,Blue Kettle Knitwear,"Plot 11, Example Road, Phnom Penh",Apparel
"""


def photo():
    """A photo as a tablet's camera makes it: larger than is kept, with a place written in it. A door with cartons."""
    picture, out = Image.new("RGB", (2400, 1800), "#b9beb6"), io.BytesIO()
    draw = ImageDraw.Draw(picture)
    draw.polygon([(0, 1800), (900, 1150), (1500, 1150), (2400, 1800)], fill="#8d8f88")
    draw.rectangle((900, 350, 1500, 1200), fill="#56645f")
    draw.rectangle((980, 230, 1420, 320), fill="#1f7a4a")
    for left, top in ((780, 900), (1240, 980), (1010, 1060), (1330, 800)):
        draw.rectangle((left, top, left + 330, top + 260), fill="#b3853f", outline="#6f4f1f", width=8)
        draw.line((left + 165, top, left + 165, top + 260), fill="#6f4f1f", width=8)
    tags = Image.Exif()
    tags[0x010E] = "sentinel-place"
    picture.save(out, "JPEG", exif=tags)
    return {"name": "IMG_0001.jpg", "mimeType": "image/jpeg", "buffer": out.getvalue()}


class Person:
    """Somebody with a browser of her own."""

    def __init__(self, chromium, site, name, width, height, touch=False):
        self.site = site
        self.context = chromium.new_context(
            base_url=site.url, viewport={"width": width, "height": height}, has_touch=touch
        )
        self.page = self.context.new_page()
        self.errors = []
        self.page.on("pageerror", lambda error: self.errors.append(str(error)))
        self.page.on("console", self._listen)
        if name:
            self.sign_in(name)

    def _listen(self, message):
        if "Content Security Policy" in message.text or "TrustedHTML" in message.text:
            self.errors.append(message.text)

    def sign_in(self, name):
        self.page.goto("/app/sign-in/")
        self.page.fill("#id_username", name)
        self.page.fill("#id_password", PASSWORD)
        self.page.get_by_role("button", name="Sign in").click()
        self.page.wait_for_url("**/app/")

    def leave(self):
        assert self.errors == []
        self.context.close()


class Assessor(Person):
    def __init__(self, chromium, site, name):
        super().__init__(chromium, site, name, 1024, 768, touch=True)

    def take_offline(self):
        self.page.goto("/tablet/")
        self.page.get_by_role("button", name="Take offline").tap()
        expect(self.page.get_by_role("link", name="Open Paper Heron Sewing")).to_be_visible()
        expect(self.page.get_by_text("Starts without a network", exact=True)).to_be_visible()

    def open(self, question=None):
        """Start without a network and stand before a question."""
        self.page.goto("/tablet/")
        self.page.get_by_role("link", name="Paper Heron Sewing").tap()
        self.page.get_by_role("button", name="Law").wait_for()
        if question:
            self.page.goto(re.sub(r"/q/.*", f"/q/{question}/", self.page.url))
            self.page.get_by_role("button", name="Law").wait_for()

    def answer(self, question, state):
        self.open(question)
        self.page.get_by_role("radio", name=state, exact=True).tap()
        expect(self.page.get_by_role("radio", name=state, exact=True)).to_be_checked()

    def all_safe(self):
        expect(self.page.get_by_text(re.compile(r"On this tablet 0, sending 0, safe"))).to_be_attached(timeout=30_000)


@pytest.fixture
def running(own_site):
    own_site.run("-c", f"{SETUP}from tests.journeys import prepare; prepare.people()")
    return own_site


SETUP = "import django; django.setup(); "


def test_the_main_job(running, chromium, pictures, tmp_path):
    before_the_visit(running, tmp_path)
    from_visit_to_figure(running, chromium, pictures)


def before_the_visit(site, folder):
    """What is typed at the machine: steps 1 and 2, and a year that went before."""
    # 1. Checklist: published from the file that ships; the same file again changes nothing.
    library = "checklists/library/decent-work-garment.yaml"
    published = json.loads(site.run("import_checklist", library, "--json").stdout.splitlines()[-1])
    assert (published["created"], published["key"]) == (1, "decent-work-garment")
    assert published["questions"] >= 250
    assert json.loads(site.run("import_checklist", library, "--json").stdout.splitlines()[-1])["unchanged"] == 1

    # 2. Factories.
    listed = folder / "factories.csv"
    listed.write_text(FACTORIES)
    imported = site.run("import_factories", str(listed), "--programme", "KH", "--json")
    assert json.loads(imported.stdout.splitlines()[-1])["created"] == 2
    site.run("-c", f"{SETUP}from tests.journeys import prepare; prepare.first_year()")


def from_visit_to_figure(site, chromium, pictures):
    """What people do with browsers: steps 3 to 7."""
    site.start()

    # 3. Assessment: planned at a desk, done on two tablets without a network.
    plan_a_visit(chromium, site)
    chanthou, rith = Assessor(chromium, site, "chanthou"), Assessor(chromium, site, "rith")
    for assessor in (chanthou, rith):
        assessor.take_offline()
        assessor.context.set_offline(True)
    found_by_chanthou(chanthou, pictures)
    found_by_rith(rith)
    meet_and_settle(chanthou, rith, pictures)
    send_to_review(chanthou)
    for assessor in (chanthou, rith):
        assessor.leave()

    # 4. Review and report.
    review_and_issue(chromium, site, pictures)
    # 5. Plan.
    agree_and_fix(chromium, site, pictures)
    # 6. Disclosure.
    publish(chromium, site)
    read_the_public_page(chromium, site, pictures)

    # 7. Figure.
    rates = json.loads(site.run("compliance_rates", "--programme", "KH", "--json").stdout)
    exits = next(row for row in rates["rates"] if row["point"] == "emergency-preparedness")
    assert (exits["numerator"], exits["denominator"], rates["selection"]) == (1, 1, "latest")


def press(page, name, **how):
    """Press a form's button and wait for the page that answers."""
    with page.expect_navigation():
        page.get_by_role("button", name=name, **how).click()


def found_by_chanthou(chanthou, pictures):
    page = chanthou.page
    chanthou.answer("emergency-exits-clear", "Non-compliant")
    page.locator("#much").fill("2")
    page.get_by_label("of how many exits").fill("9")
    page.locator("#place").fill("Building B, floor 2")
    page.locator("#text").fill("Exit 4: cartons on both sides. Exit 5: padlock on the bar.")
    page.get_by_role("tab", name="Report text").tap()
    page.locator("#text").fill("Two of nine emergency exits could not be used on the day of the visit.")
    page.locator("input[type=file]").set_input_files(photo())
    page.get_by_role("button", name="No face in it: keep").tap()
    expect(page.get_by_text("1 photo", exact=True)).to_be_visible()
    page.get_by_role("tab", name="Field note").tap()
    page.screenshot(path=pictures / "01-tablet-question.png")
    chanthou.answer("drinking-water-safe", "Compliant")
    # Nothing is lost when the tablet is closed and opened again without a network.
    chanthou.open("emergency-exits-clear")
    expect(page.get_by_role("radio", name="Non-compliant", exact=True)).to_be_checked()
    expect(page.locator("#much")).to_have_value("2")


def found_by_rith(rith):
    rith.answer("machine-guards-in-place", "Non-compliant")
    rith.answer("emergency-exits-clear", "Compliant")


def meet_and_settle(chanthou, rith, pictures):
    """Both come back to a network: different answers merge, the one they differ on waits for a person."""
    rith.context.set_offline(False)
    rith.all_safe()
    chanthou.context.set_offline(False)
    chanthou.all_safe()
    chanthou.open("machine-guards-in-place")
    expect(chanthou.page.get_by_role("radio", name="Non-compliant", exact=True)).to_be_checked(timeout=30_000)
    page = chanthou.page
    page.get_by_role("link", name="What is left").tap()
    page.get_by_role("link", name=re.compile("differ")).tap()
    expect(page.get_by_role("heading", name=re.compile("Rith Nou"))).to_be_visible()
    page.screenshot(path=pictures / "02-tablet-conflict.png")
    page.get_by_role("radio", name=re.compile("Chanthou Keo")).tap()
    page.locator("#why").fill("We went back together: both exits were shut at 10:42.")
    page.locator("footer .btn").last.tap()
    page.wait_for_url("**/q/emergency-exits-clear/")
    chanthou.all_safe()


def send_to_review(chanthou):
    page = chanthou.page
    page.get_by_role("link", name="What is left").tap()
    page.get_by_role("checkbox").check()
    page.get_by_role("button", name="Send to review").tap()
    expect(page.get_by_text(re.compile("In review"))).to_be_visible(timeout=30_000)


def plan_a_visit(chromium, site):
    sokha = Person(chromium, site, "sokha", 1280, 900)
    page = sokha.page
    page.goto("/app/assessments/plan/")
    page.get_by_label("Factory", exact=True).select_option(label="Paper Heron Sewing, KH-F-0001")
    page.get_by_label("Who leads").select_option(label="Chanthou Keo")
    page.get_by_label("Rith Nou").check()
    today = datetime.now(ZoneInfo("Asia/Phnom_Penh")).date().isoformat()
    page.get_by_label("First day").fill(today)
    page.get_by_label("Last day").fill(today)
    press(page, "Plan the visit")
    expect(page.get_by_role("heading", level=1)).to_contain_text("Paper Heron Sewing")
    # The factory side sees nothing of it.
    mony = Person(chromium, site, "mony", 390, 844)
    for path in ("/app/", "/app/assessments/", "/app/factories/", "/app/assessments/reports/"):
        mony.page.goto(path)
        assert "Chanthou" not in mony.page.content()
        assert mony.page.get_by_text("Planned", exact=True).count() == 0
    mony.leave()
    sokha.leave()


def review_and_issue(chromium, site, pictures):
    vannak = Person(chromium, site, "vannak", 1440, 900)
    page = vannak.page
    page.get_by_role("link", name=re.compile("^Review KH-")).click()
    page.get_by_role("link", name=re.compile("Emergency exits", re.I)).first.click()
    expect(page.get_by_text("Building B, floor 2")).to_be_visible()
    expect(page.get_by_role("img", name="Photo 1")).to_be_visible()
    page.get_by_label("Report text").fill(
        "Two of nine emergency exits could not be used. Both were opened during the visit."
    )
    press(page, "Save the text")
    page.get_by_role("link", name=re.compile("Emergency exits", re.I)).first.click()
    page.screenshot(path=pictures / "03-review-desk.png")
    for question in ("emergency-exits-clear", "machine-guards-in-place"):
        page.goto(f"{page.url.split('?')[0]}?question={question}")
        with page.expect_navigation():
            page.locator("#judge button[value=accept]").click()
    press(page, "Send to the factory")
    expect(page.get_by_text(re.compile("The factory may comment on the draft until"))).to_be_visible()
    assert page.get_by_role("link", name="Issue the report").count() == 0, "the factory comments first"
    answer_the_draft(chromium, site)
    decide_and_issue(page)
    page.goto("/app/assessments/reports/")
    page.get_by_role("link", name=re.compile("Paper Heron Sewing")).first.click()
    expect(page.get_by_text("Both were opened during the visit.")).to_be_visible()
    html = page.content()
    assert "padlock" not in html, "the field note stays with the assessors"
    for said in ("Exit 5 was open. It stuck.", "not verified", "A door that sticks is not open from inside."):
        assert said in html, said
    assert "We went back together" not in html, "the internal comment stays with reviewers"
    page.set_viewport_size({"width": 1100, "height": 1000})
    page.screenshot(path=pictures / "04-report.png")
    with_pdf(page)
    vannak.leave()


def answer_the_draft(chromium, site):
    """On a phone: the manager reads the draft, disputes a finding with a photo, agrees with another, and is done."""
    mony = Person(chromium, site, "mony", 390, 844, touch=True)
    page = mony.page
    page.get_by_role("link", name=re.compile("Comment on the draft report")).tap()
    expect(page.get_by_role("heading", name="Emergency exits blocked or locked")).to_be_visible()
    html = page.content()
    for hidden in ("padlock", "Chanthou", "Rith", "interview"):
        assert hidden not in html, hidden
    finding = page.locator("article").filter(has_text="Emergency exits blocked or locked")
    finding.get_by_label("We dispute it").check()
    finding.get_by_label("What you say to it").fill("Exit 5 was open. It stuck.")
    finding.locator("input[type=file]").set_input_files(photo())
    with page.expect_navigation():
        finding.get_by_role("button", name="Keep this answer").tap()
    expect(page.get_by_text("You dispute this")).to_be_visible()
    other = page.locator("article").filter(has_not_text="Emergency exits blocked or locked")
    other.get_by_label("We agree").check()
    with page.expect_navigation():
        other.get_by_role("button", name="Keep this answer").tap()
    expect(page.get_by_text("2 of 2 answered")).to_be_visible()
    press(page, "Nothing more will come")
    mony.leave()


def decide_and_issue(page):
    """The lead assessor reads the reply beside the answer, upholds the finding with a reason, and issues."""
    page.goto(f"{page.url.split('?')[0]}?question=emergency-exits-clear")
    expect(page.get_by_text("Exit 5 was open. It stuck.")).to_be_visible()
    page.get_by_label(re.compile("upheld")).check()
    page.get_by_label(re.compile("^Reason")).fill("A door that sticks is not open from inside.")
    press(page, "Decide", exact=True)
    page.get_by_role("link", name="Issue the report").click()
    press(page, "Issue the report")


def with_pdf(page):
    """The PDF is made in the background; here the system libraries are present, so it must come."""
    address = page.url.rstrip("/") + "/pdf/"
    for _ in range(120):
        answer = page.context.request.get(address)
        if answer.headers["content-type"] == "application/pdf":
            assert answer.body().startswith(b"%PDF-")
            return
        page.wait_for_timeout(500)
    raise AssertionError("no PDF after a minute")


def agree_and_fix(chromium, site, pictures):
    """On two phones: the manager writes the plan and agrees, the worker side agrees, it is reported, and checked."""
    mony = Person(chromium, site, "mony", 390, 844, touch=True)
    page = mony.page
    page.goto("/app/plans/mine/")
    page.get_by_role("link", name=re.compile("Emergency exits")).first.tap()
    page.wait_for_url("**/plans/items/**")
    item = page.url
    page.get_by_role("link", name="Write the plan").tap()
    page.get_by_label("What will change").fill("Cartons are kept out of the yellow lines; the padlock is gone.")
    page.get_by_label("Why did it happen?").select_option(index=1)
    page.get_by_label("Who does it").select_option(index=1)
    due = (datetime.now(ZoneInfo("Asia/Phnom_Penh")).date() + timedelta(days=30)).isoformat()
    page.locator("#id_due_on").fill(due)
    press(page, "Write it down")
    page.goto(item)
    press(page, "Agree", exact=True)

    sreymom = Person(chromium, site, "sreymom", 390, 844, touch=True)
    sreymom.page.goto("/app/plans/mine/")
    sreymom.page.screenshot(path=pictures / "05-my-items-phone.png")
    sreymom.page.goto(item)
    sreymom.page.screenshot(path=pictures / "06-agree.png", full_page=True)
    press(sreymom.page, "Agree", exact=True)

    page.goto(item)
    page.get_by_label("What was done?").fill("Both exits are open, yellow lines are painted.")
    press(page, "Report it fixed")
    page.goto(item)
    press(page, "Agree", exact=True)
    sreymom.page.goto(item)
    press(sreymom.page, "Agree", exact=True)

    dara = Person(chromium, site, "dara", 1280, 900)
    dara.page.goto(item)
    dara.page.get_by_label("I was there and saw it").check()
    press(dara.page, "Write it down as verified")
    dara.page.goto(item)
    expect(dara.page.get_by_text("Verified fixed").first).to_be_visible()
    for person in (mony, sreymom, dara):
        person.leave()


def publish(chromium, site):
    sokha = Person(chromium, site, "sokha", 1280, 900)
    page = sokha.page
    page.goto("/app/releases/")
    page.get_by_role("link", name="Prepare a release").click()
    press(page, "Ask a second person to publish it")
    expect(page.get_by_text("Another person agrees.")).to_be_visible()
    sokha.leave()
    thida = Person(chromium, site, "thida", 1280, 900)
    page = thida.page
    page.goto("/app/releases/")
    page.get_by_role("link", name="Look at it and agree").click()
    press(page, "Agree, publish it now")
    expect(page.get_by_text(re.compile("is public"))).to_be_visible()
    thida.leave()


def read_the_public_page(chromium, site, pictures):
    """Somebody without an account, at a laptop."""
    public = Person(chromium, site, None, 1280, 900)
    page = public.page
    page.goto("/disclosure/")
    page.screenshot(path=pictures / "08-register.png")
    page.get_by_role("link", name="Paper Heron Sewing").click()
    expect(page.get_by_role("heading", name="Emergency exits blocked or locked")).to_be_visible()
    expect(page.get_by_text("Verified fixed").first).to_be_visible()
    assert page.get_by_text("Blue Kettle").count() == 0
    page.screenshot(path=pictures / "07-factory-page.png")
    html = page.content()
    for hidden in ("Chanthou", "Rith", "Mony", "Sreymom", "padlock", "compliant"):
        assert hidden not in html, hidden
    data = public.context.request.get(page.url.rstrip("/") + ".json").json()
    rows = public.context.request.get("/data/openfloor-kh.csv").text()
    assert "emergency-exits-clear" in json.dumps(data)
    assert "emergency-exits-clear" in rows
    assert site.run("verify_disclosures").returncode == 0
    public.leave()
