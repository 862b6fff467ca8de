"""Extracts: coarse, under codes of chance made anew each time, without a word anybody typed, written down."""

import csv
import io
import json
from datetime import date, timedelta

import pytest

from compliance import actions, extracts
from compliance.models import Extract
from core.errors import Denied, Invalid
from core.models import AuditRecord
from core.sheets import read_sheets
from core.storage import sha256_of

EXITS, AGE, WAGE = "emergency-exits-clear", "under-age-workers", "minimum-wage-paid"
PAGE = "/app/assessments/extracts/"
TIME = {"since": date(2026, 2, 10), "until": date(2026, 6, 30)}
SAID = "Quixoteword"


@pytest.fixture
def six(world):
    """Six factories with a report each; one with two visits; everything typed says one word."""
    typed = [(EXITS, "report_text", SAID), (EXITS, "note", SAID), (EXITS, "extent", {"n": 2, "of": 9, "where": SAID})]
    for n in range(6):
        workers = [40, 60, 300, 1200, 9000, 9000][n]
        site = world.new_site(f"Heron {n}", workers=workers, workers_on=date(2026, 1, 1))
        world.report({EXITS: "non_compliant", AGE: "non_compliant", WAGE: "compliant"}, site=site, extra=typed)
    world.report({EXITS: "compliant"}, site=site, on=date(2026, 5, 4))
    return world.person("Ana", "analyst")


def take(world, by, form="json", **more):
    given = TIME | {"purpose": "research"} | more
    return actions.take_extract(programme=world.programme, form=form, by=by, **given)


def found(world, by, **more):
    return json.loads(take(world, by, **more)[1])["findings"]


def test_it_holds_what_was_found_and_nothing_that_names(world, six):
    rows = found(world, six)
    assert {row["question"] for row in rows} >= {EXITS, WAGE}
    assert {row["answer"] for row in rows if row["question"] == EXITS} == {"non_compliant", "compliant"}
    assert {row["quarter"] for row in rows} == {"2026-Q1", "2026-Q2"}
    assert {row["workers"] for row in rows} == {"under-50", "50-249", "250-999", "1000-4999", "5000-or-more"}
    assert len({row["factory"] for row in rows}) == 6 and len({row["visit"] for row in rows}) == 7
    (twice,) = [
        code
        for code in {row["factory"] for row in rows}
        if len({r["visit"] for r in rows if r["factory"] == code}) == 2
    ]
    assert twice.startswith("F-")
    for form in ("csv", "json", "xlsx"):
        data = take(world, six, form)[1]
        if form == "xlsx":
            import zipfile

            files = zipfile.ZipFile(io.BytesIO(data))
            text = "".join(files.read(name).decode("utf-8", "replace") for name in files.namelist())
        else:
            text = data.decode()
        for word in (SAID, "Heron", "2026-03-02", "2026-05-04", world.chanthou.name, AGE, "KH-A-"):
            assert word not in text, (form, word)
        assert "e-identifiable" in text


def test_codes_and_order_are_new_each_time_so_two_tables_cannot_be_laid_over_each_other(world, six):
    one, two = found(world, six), found(world, six)
    for name in ("factory", "visit"):
        assert not {row[name] for row in one} & {row[name] for row in two}

    def without(rows):
        return sorted(tuple(value for name, value in row.items() if name not in ("factory", "visit")) for row in rows)

    assert without(one) == without(two)
    assert [row["factory"] for row in one] == sorted(row["factory"] for row in one)  # not as they were visited


def test_nothing_of_the_gravest_kind_whatever_was_found(world, six):
    assert AGE not in {row["question"] for row in found(world, six)}


def test_of_few_factories_nothing_is_taken(world):
    ana = world.person("Ana", "analyst")
    for n in range(4):
        world.report(site=world.new_site(f"Heron {n}"))
    with pytest.raises(Invalid, match="5 factories"):
        take(world, ana)
    assert not Extract.objects.exists()


@pytest.mark.parametrize(
    ("since", "until", "first", "last"),
    [
        ("2026-02-10", "2026-06-30", "2026-01-01", "2026-06-30"),
        ("2026-02-10", "2026-06-29", "2026-01-01", "2026-03-31"),
        ("2025-12-31", "2026-12-31", "2025-10-01", "2026-09-30"),
    ],
)
def test_whole_quarters_that_are_over(since, until, first, last):
    day = date.fromisoformat
    assert extracts.quarters(day(since), day(until), date(2026, 11, 1)) == (day(first), day(last))


@pytest.mark.parametrize(("since", "until"), [("2026-10-01", "2026-12-31"), ("2026-05-01", "2026-04-01")])
def test_no_quarter_is_no_extract(since, until):
    with pytest.raises(Invalid, match="quarter"):
        extracts.quarters(date.fromisoformat(since), date.fromisoformat(until), date(2026, 11, 1))


def test_what_comes_after_its_time_changes_nothing_of_it(world, six):
    """Nobody learns from two tables of one time what was issued in between."""
    before = len(found(world, six))
    world.report({EXITS: "non_compliant"}, site=world.new_site("Late"), on=date(2026, 7, 6))
    late = world.report({EXITS: "non_compliant"}, site=world.new_site("Slow"), on=TIME["until"] - timedelta(days=3))
    actions.open_case(
        programme=world.programme,
        cycle=late.assessment.cycle,
        kind="child-labour",
        text=SAID,
        readers=[],
        by=world.sokha,
    )
    assert len(found(world, six)) == before


def test_only_an_analyst_of_the_programme_and_each_is_written_down(world, six):
    for person in (
        world.sokha,
        world.vannak,
        world.layla,
        world.person("Omar2", "analyst", programme=world.other_programme),
    ):
        with pytest.raises(Denied):
            take(world, person)
    with pytest.raises(Invalid, match="what it is for"):
        take(world, six, purpose="curiosity")
    extract, data = take(world, six, "csv")
    assert (extract.rows, extract.sha256) == (len(list(csv.reader(io.StringIO(data.decode())))) - 1, sha256_of(data))
    assert (extract.since, extract.until) == (date(2026, 1, 1), date(2026, 6, 30))
    record = AuditRecord.objects.get(verb="extract.taken")
    assert record.actor_id == six.pk and record.facts["purpose"] == "research"


def test_on_the_screen(world, six, client, tmp_path):
    given = {
        "programme": world.programme.pk,
        "since": "2026-02-10",
        "until": "2026-06-30",
        "purpose": "research",
        "form": "xlsx",
        "law_caused": "on",
    }
    for person, status in ((world.chanthou, 404), (world.mony, 404), (world.layla, 200), (world.sokha, 200)):
        client.force_login(person)
        assert client.get(PAGE).status_code == status
        assert client.post(PAGE, given)["Content-Type"].startswith("text/html")
    assert not Extract.objects.exists()
    client.force_login(six)
    assert PAGE in client.get("/app/").content.decode()
    assert client.post(PAGE, given | {"purpose": ""}).status_code == 400
    answer = client.post(PAGE, given)
    assert "re-identifiable" in answer["Content-Disposition"] and "no-store" in answer["Cache-Control"]
    path = tmp_path / "extract.xlsx"
    path.write_bytes(answer.content)
    assert "Re-identifiable" in str(read_sheets(path))
    assert "Research" in client.get(PAGE).content.decode()
    client.force_login(world.sokha)
    assert "Ana" in client.get(PAGE).content.decode()
    client.force_login(world.layla)
    assert "Ana" not in client.get(PAGE).content.decode()
