"""The checklist's words on public pages: in the reader's language where somebody translated them, and said where nobody
reviewed that; in their own otherwise, and said in which."""

import re
from datetime import date, timedelta

import pytest

from checklists import actions as checklists
from cms.models import ReportPage
from tests.cms.test_pages import text
from tests.cms.test_written_pages import report
from tests.disclosure.past import AS_OF, publish, regime, usual, visits
from tests.world import SETUP

EXITS, OVERTIME = "emergency-exits-clear", "overtime-premium-paid"
KHMER = {"issue": "ច្រកចេញត្រូវបានរារាំង", "explain": "ច្រកចេញបើកចំហ។"}
PAGES = (
    "/disclosure/paper-heron-sewing/",
    "/disclosure/issues/",
    f"/disclosure/issues/{EXITS}/",
    "/disclosure/countries/kh/",
)
HINT = "nobody has reviewed yet"


@pytest.fixture
def released(world):
    regime(world)
    usual(world)
    return publish(world)


def translate(world, texts, *, status="unreviewed", as_of="2026-10-01"):
    version = world.version
    document = {
        "format": "openfloor-translation/1", "checklist": version.checklist.key, "version": version.version,
        "language": "ar", "status": status, "as_of": as_of, "texts": texts,
    }  # fmt: skip
    return checklists.add_translation(document=document, by=SETUP)


def read(client, address, language):
    return text(client.get(address, headers={"accept-language": language}))


@pytest.mark.parametrize("address", PAGES)
def test_a_translated_issue_stands_in_the_readers_language_and_the_rest_in_its_own(client, world, released, address):
    english = {one: read(client, one, "en") for one in PAGES}
    before = read(client, address, "ar")
    own = re.search(r"Emergency exits[^<]*", english[address]).group()
    assert own in before and KHMER["issue"] not in before
    translate(world, {EXITS: KHMER})
    after = read(client, address, "ar")
    assert f'<bdi lang="ar" dir="rtl">{KHMER["issue"]}</bdi>' in after and f">{own}</bdi>" not in after
    if "issues" in address or "heron" in address:
        assert KHMER["explain"] in after
    other = re.search(r"<bdi[^>]*>(Overtime[^<]*)</bdi>", english["/disclosure/issues/"]).group(1)
    if address != PAGES[2]:
        assert other in after  # nobody translated it
    assert read(client, address, "en") == english[address]


@pytest.mark.parametrize("address", PAGES)
def test_a_translation_nobody_reviewed_says_so_and_a_reviewed_one_does_not(client, world, released, address):
    translate(world, {EXITS: KHMER})
    assert HINT not in read(client, address, "en")
    unreviewed = read(client, address, "ar")
    assert unreviewed.count("hint gap-tight") == 1
    translate(
        world, {EXITS: {name: words + "!" for name, words in KHMER.items()}}, status="reviewed", as_of="2026-10-02"
    )
    reviewed = read(client, address, "ar")
    assert KHMER["issue"] + "!" in reviewed and "hint gap-tight" not in reviewed


def test_the_title_of_a_group_counts_as_a_translation_too(client, world, released):
    translate(world, {"cluster:compensation": {"title": "الأجور"}})
    page = read(client, "/disclosure/issues/", "ar")
    assert "الأجور</bdi>" in page and page.count("hint gap-tight") == 1


def test_a_sentence_that_was_changed_since_keeps_its_own_words(client, world, released):
    """A translation of the newest checklist says nothing about what an older release said in other words."""
    translate(world, {EXITS: KHMER})
    document = world.version.text.document
    newer = document | {"version": "2", "in_force_from": "2026-09-01"}
    newer["clusters"] = [
        cluster | {"points": [
            point | {"questions": [
                question | ({"issue": "An exit is not free"} if question["key"] == EXITS else {})
                for question in point["questions"]
            ]} for point in cluster["points"]
        ]} for cluster in document["clusters"]
    ]  # fmt: skip
    checklists.import_document(document=newer, by=SETUP)
    issues = read(client, "/disclosure/issues/", "ar")
    assert "An exit is not free" in issues and KHMER["issue"] not in issues
    assert KHMER["issue"] in read(client, "/disclosure/paper-heron-sewing/", "ar")


def test_a_figure_keeps_the_titles_of_its_releases_day(client, world, released):
    report({"shows": "open-by-cluster", "release": "KH-1", "issue": ""})
    before = text(client.get("/news/a-year/"))
    document = world.version.text.document
    for version, since in (
        ("2", AS_OF + timedelta(days=1)),
        ("3", AS_OF - timedelta(days=9)),
    ):  # the last is dated back
        newer = document | {"version": version, "in_force_from": since.isoformat()}
        newer["clusters"] = [one | {"title": f"Otherwise: {one['title']}"} for one in document["clusters"]]
        checklists.import_document(document=newer, by=SETUP)
    assert text(client.get("/news/a-year/")) == before and "Otherwise" not in before
    visits(world, (date(2024, 1, 9), {}), (date(2025, 2, 3), {}), site=world.new_site("Blue Heron"))
    publish(world, AS_OF + timedelta(days=2))
    page = ReportPage.objects.get()
    page.body[0].value["release"] = "KH-2"
    page.save()
    assert "Otherwise" in text(client.get("/news/a-year/"))
