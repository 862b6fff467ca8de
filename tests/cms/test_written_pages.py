"""What editors write: page types, figures bound to a release, pictures, guidance linked both ways."""

import io
import re
from datetime import date, timedelta

import pytest
from django.core.cache import cache
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, transaction
from PIL import Image as Pixels
from wagtail.images.models import Image

from cms.blocks import Body, picture_url
from cms.models import GuidanceIndexPage, GuidancePage, GuidanceTopic, HomePage, NewsIndexPage, NewsPage, ReportPage
from cms.queries import guidance_for
from core.models import User
from disclosure import actions as disclosure
from tests.cms.test_pages import text, words_of
from tests.disclosure.past import AS_OF, publish, regime, usual, visits

EXITS = "emergency-exits-clear"
ALL = [
    {"shows": "factories", "release": "KH-1", "issue": ""},
    {"shows": "open-by-cluster", "release": "KH-1", "issue": ""},
    {"shows": "issue-over-releases", "release": "KH-1", "issue": EXITS},
]


@pytest.fixture(autouse=True)
def nothing_kept():
    cache.clear()


@pytest.fixture
def released(world):
    regime(world)
    usual(world)
    return publish(world)


def body_of(*figures):
    return [("figure", figure) for figure in figures]


def report(*figures, **facts):
    page = ReportPage(title="A year of visits", slug="a-year", on=date(2026, 10, 6), body=body_of(*figures), **facts)
    return NewsIndexPage.objects.get().add_child(instance=page)


def guidance(slug, *topics, **facts):
    page = GuidancePage(
        title=slug.replace("-", " "), slug=slug, topics=[GuidanceTopic(about=one) for one in topics], **facts
    )
    return GuidanceIndexPage.objects.get().add_child(instance=page)


def numbers(html):
    """The rows of every figure's table: label and cells."""
    tables = re.findall(r'<table class="narrow">.*?</table>', html, re.DOTALL)
    rows = [re.findall(r"<tr><td>(.*?)</tr>", table, re.DOTALL) for table in tables]
    return [[[words_of(cell).strip() for cell in row.split("<td")] for row in own] for own in rows]


# --- figures ---


def test_a_figure_says_its_release_its_day_and_its_denominators(client, released):
    report(*ALL)
    html = text(client.get("/news/a-year/"))
    said = words_of(html)
    assert said.count("Release KH-1 , as of 5 October 2026: 1 of 1 factories enrolled are in it.") == 3
    assert html.count("<svg viewBox=") == html.count('<td class="num end">') / 3
    assert "Factories where one issue is open, release by release: Emergency exits blocked or locked" in said
    assert re.search(r"In this record 1 1 100 %", said)
    assert re.search(r"KH-1, 5 October 2026 1 1 100 %", said)
    assert "onclick" not in html and "style=" not in html and "<script" not in html.split("<main", 1)[1]


def test_a_later_release_changes_no_figure(client, world, released):
    report(*ALL)
    before = text(client.get("/news/a-year/"))
    visits(
        world, (date(2024, 1, 9), {}), (date(2025, 2, 3), {EXITS: "non_compliant"}), site=world.new_site("Blue Heron")
    )
    publish(world, AS_OF + timedelta(days=1))
    cache.clear()
    assert text(client.get("/news/a-year/")) == before
    report_two = [figure | {"release": "KH-2"} for figure in ALL]
    page = ReportPage.objects.get()
    page.body = body_of(*report_two)
    page.save()
    said = words_of(text(client.get("/news/a-year/")))
    assert "KH-1, 5 October 2026 1 1 100 % KH-2, 6 October 2026 2 2 100 %" in said
    assert "2 of 2 factories enrolled are in it" in said


def test_what_is_withheld_leaves_the_numbers_at_once(client, world, released):
    report(*ALL)
    text(client.get("/news/a-year/"))
    ask = disclosure.ask_to_withhold(
        slug="paper-heron-sewing", question_key=EXITS, reason="person-at-risk", by=world.sokha
    )
    disclosure.agree_to_withhold(ask=ask, by=world.person("Thida", "programme-manager"))
    said = words_of(text(client.get("/news/a-year/")))
    assert "KH-1, 5 October 2026 0 0 not known" in said


def test_ten_figures_of_a_release_ask_no_more_than_three(client, world, released, django_assert_num_queries):
    report(*ALL)
    text(client.get("/news/a-year/"))  # what Django keeps for itself
    cache.clear()
    with CountQueries() as few:
        text(client.get("/news/a-year/"))
    page = ReportPage.objects.get()
    others = [figure | {"issue": key} for figure in ALL[2:] for key in ("overtime-premium-paid", "under-age-workers")]
    page.body = body_of(*ALL, *ALL, *others, ALL[0], ALL[1])
    page.save()
    cache.clear()
    with django_assert_num_queries(few.count):
        text(client.get("/news/a-year/"))


def test_what_was_counted_is_not_counted_again(client, world, released):
    report(*ALL)
    with CountQueries() as first:
        text(client.get("/news/a-year/"))
    with CountQueries() as again:
        text(client.get("/news/a-year/"))
    assert again.count < first.count


def test_a_figure_of_a_release_that_is_not_there_says_so(client, released):
    report({"shows": "factories", "release": "KH-9", "issue": ""}, {"shows": "gone", "release": "KH-1", "issue": ""})
    said = words_of(text(client.get("/news/a-year/")))
    assert said.count("A figure stood here. Its release is not published.") == 2


@pytest.mark.parametrize(
    "figure",
    [
        {"shows": "factories", "release": "KH-2"},
        {"shows": "everything", "release": "KH-1"},
        {"shows": "issue-over-releases", "release": "KH-1"},
        {"shows": "issue-over-releases", "release": "KH-1", "issue": "nobody-asks-this"},
    ],
)
def test_an_editor_chooses_only_what_is_published(released, figure):
    block = Body().child_blocks["figure"]
    with pytest.raises(ValidationError):
        block.clean(block.to_python({"issue": ""} | figure))


def test_an_issue_a_release_does_not_speak_of_is_refused(world, released):
    from disclosure import public

    block = Body().child_blocks["figure"]
    assert block.clean(block.to_python(ALL[2]))["issue"] == EXITS
    assert public.says_of("KH-1", EXITS) and not public.says_of("KH-1", "x") and not public.says_of("KH-1x", EXITS)


class CountQueries:
    def __enter__(self):
        from django.db import connection
        from django.test.utils import CaptureQueriesContext

        self.context = CaptureQueriesContext(connection)
        self.context.__enter__()
        return self

    def __exit__(self, *why):
        self.context.__exit__(*why)
        self.count = len(self.context)


# --- pages ---


def test_news_and_reports_stand_in_one_list_newest_first(client, released):
    index = NewsIndexPage.objects.get()
    report(authors="The programme")
    index.add_child(instance=NewsPage(title="We begin", slug="we-begin", on=date(2026, 9, 1), intro="Short."))
    index.add_child(instance=NewsPage(title="Not yet", slug="not-yet", live=False))
    html = text(client.get("/news/"))
    assert re.findall(r'<a href="(/news/[^"]+)"', html) == ["/news/a-year/", "/news/we-begin/"]
    said = words_of(html)
    assert "Report · 6 October 2026" in said and "1 September 2026 Short." in said
    assert "The programme" in text(client.get("/news/a-year/"))
    assert client.get("/news/not-yet/").status_code == 404


def test_written_pages_are_light_and_set_nothing(client, released):
    report(*ALL, intro="Words.")
    guidance("exits", f"question/{EXITS}")
    for address in ("/news/", "/news/a-year/", "/guidance/", "/guidance/exits/"):
        response = client.get(address)
        assert not response.cookies and len(response.content) < 100_000
        assert text(response).count("<h1") == 1


# --- pictures ---


@pytest.fixture
def upload(client, world, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path

    def send(data, name="gate.jpg"):
        client.force_login(world.person("Nary", "content-editor"))
        return client.post(
            "/cms/images/add/", {"title": "Gate", "file": SimpleUploadedFile(name, data), "collection": 1}
        )

    return send


def photo():
    kept = io.BytesIO()
    exif = Pixels.Exif()
    exif[0x010E] = "taken by Sophea at gate 4"
    Pixels.new("RGB", (1400, 700), "#cc8844").save(kept, "JPEG", exif=exif)
    return kept.getvalue()


def test_a_picture_is_drawn_anew_and_shown_with_its_words(client, upload, db):
    assert b"Sophea" in photo()
    upload(photo())
    image = Image.objects.get()
    assert b"Sophea" not in image.file.open().read()
    client.logout()
    body = [("picture", {"image": image, "alt": "A gate, open", "caption": ""})]
    NewsIndexPage.objects.get().add_child(instance=NewsPage(title="Gate", slug="gate", body=body))
    html = text(client.get("/news/gate/"))
    assert 'alt="A gate, open"' in html and 'width="960" height="480"' in html
    address = picture_url(image, 480)
    assert address in html
    response = client.get(address)
    assert response["Content-Type"] == "image/webp"
    assert client.get(address.replace("480", "481")).status_code == 403
    small = image.get_rendition("max-165x165")
    assert client.get(small.url).status_code in (302, 404)
    client.force_login(User.objects.get(username="nary"))
    assert client.get(small.url).status_code == 200
    assert client.get(f"/media/{image.file.name}").status_code == 404


@pytest.mark.parametrize(
    "data", [b"<svg xmlns='http://www.w3.org/2000/svg'/>", b"GIF89a", b"%PDF-1.4 x %%EOF", b"\xff\xd8\xff"]
)
def test_what_is_no_photo_is_not_kept(upload, data):
    assert upload(data).status_code == 200
    assert not Image.objects.exists()


def test_a_picture_without_words_is_refused(db):
    block = Body().child_blocks["picture"]
    with pytest.raises(ValidationError):
        block.clean(block.to_python({"image": None, "alt": "", "caption": ""}))


# --- guidance ---


def test_guidance_and_issues_are_linked_both_ways(client, world, released):
    assert "/guidance/keep" not in text(client.get("/disclosure/paper-heron-sewing/"))  # and this page is kept
    guidance("keep-exits-clear", f"question/{EXITS}")
    guidance("being-safe", "cluster/safety-and-health")
    html = text(client.get("/guidance/keep-exits-clear/"))
    assert f'href="/disclosure/issues/{EXITS}/"' in html
    assert "/guidance/keep-exits-clear/" in text(client.get(f"/disclosure/issues/{EXITS}/"))
    index = text(client.get("/guidance/"))
    assert re.findall(r'<a href="(/guidance/[^"]+/)"', index) == [
        "/guidance/being-safe/",
        "/guidance/keep-exits-clear/",
    ]
    for address in ("/disclosure/paper-heron-sewing/", "/disclosure/issues/"):
        assert re.findall(r'href="(/guidance/[^"]+/)"', text(client.get(address)))[:2] == [
            "/guidance/keep-exits-clear/", "/guidance/being-safe/",
        ], address  # fmt: skip


def test_what_is_taken_down_leaves_the_pages_that_linked_to_it(client, world, released):
    page = guidance("keep-exits-clear", f"question/{EXITS}")
    assert "/guidance/keep" in text(client.get("/disclosure/paper-heron-sewing/"))
    page.unpublish()
    assert "/guidance/keep" not in text(client.get("/disclosure/paper-heron-sewing/"))


def test_guidance_for_asks_once_however_many_entries(world, released, django_assert_num_queries):
    assert world.version
    guidance("keep-exits-clear", f"question/{EXITS}")
    entries = [{"question_key": f"q-{n}", "cluster": "safety-and-health"} for n in range(40)]
    entries.append({"question_key": EXITS, "cluster": "safety-and-health"})
    with django_assert_num_queries(1):
        assert list(guidance_for(entries)) == [EXITS]
    guidance("about-the-point", "point/emergency-preparedness")
    guidance("of-another", "cluster/child-labour")
    guidance("not-live", f"question/{EXITS}", live=False)
    with django_assert_num_queries(3):
        found = guidance_for(entries)
    assert [one["url"] for one in found[EXITS]] == ["/guidance/keep-exits-clear/", "/guidance/about-the-point/"]


def test_a_topic_no_checklist_has_is_refused(world):
    assert world.version
    with pytest.raises(ValidationError):
        GuidanceTopic(about="question/nobody-asks-this").full_clean(exclude=["page"])
    GuidanceTopic(about=f"question/{EXITS}").full_clean(exclude=["page"])
    with pytest.raises(IntegrityError), transaction.atomic():
        guidance("strange", "else/where")


def test_home_is_one(db):
    assert not HomePage.can_create_at(HomePage.objects.get().get_parent())
