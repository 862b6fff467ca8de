"""Lists as others send them: own small files, and the real ones where the shared data lies."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext

from core import audit
from core.audit import System
from core.errors import Denied
from core.models import AuditRecord
from factories import actions
from factories.actions import lists
from factories.imports import ALIASES, country_code, country_name, read_lists
from factories.models import Site, SiteAddress, SiteBlock, SiteImport, SiteKey, SiteName, Workforce
from factories.rules import SiteRow
from tests.conftest import sqlite_template

ROOT = Path(__file__).resolve().parent.parent.parent
LISTS = Path(os.environ.get("OPENFLOOR_SHARED") or ROOT.parent / "shared") / "data" / "factories" / "osh-lists"
ELEVEN = [f"{n:02d}.csv" for n in range(2, 13)]
HEAD = "country,name,address,sector\n"
GOOD = HEAD + "Cambodia,Paper Heron,Road 4,Apparel\nVIET NAM,Blue Kettle,Road 5,Apparel\n"

real_lists = pytest.mark.skipif(not LISTS.is_dir(), reason="the shared factory lists are not on this machine")


@pytest.fixture
def given(tmp_path):
    """Write a list and return its path."""

    def write(content, name="list.csv"):
        path = tmp_path / name
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return str(path)

    return write


@pytest.fixture
def run(db, capsys):
    """Run the command; returns (exit status, the line for programs, everything said)."""

    def command(*files, **options):
        status = 0
        try:
            call_command("import_factories", *files, json=True, **options)
        except SystemExit as stop:
            status = stop.code
        said = capsys.readouterr()
        return status, json.loads(said.out.rstrip("\n").rpartition("\n")[2]), said.out + said.err

    return command


def counts(result):
    return tuple(result[name] for name in ("created", "updated", "unchanged", "duplicate")) + (len(result["refused"]),)


# --- countries -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("written", "code"),
    [
        ("VIET NAM", "VN"),
        ("Vietnam", "VN"),
        ("vn", "VN"),
        ("Turkey", "TR"),
        ("TÜRKİYE", "TR"),
        ("South Korea", "KR"),
        ("Korea, Republic of", "KR"),
        ("Republic of Korea", "KR"),
        ("Hong Kong", "HK"),
        ("USA", "US"),
        ("U.S.A.", "US"),
        ("United States", "US"),
        ("UAE", "AE"),
        ("Slovak Republic", "SK"),
        ("COTE D'IVOIRE", "CI"),
        ("The Netherlands", "NL"),
        ("Taiwan", "TW"),
        ("Korea", None),
        ("Atlantis", None),
        ("", None),
        ("704", None),
    ],
)
def test_countries_by_name_or_letters(written, code):
    assert country_code(written) == code


def test_every_alias_is_needed_and_right():
    """An alias ISO has learnt meanwhile, or one that points nowhere, goes."""
    import pycountry

    for name, code, why in ALIASES:
        assert country_name(code) != code, name
        assert why
        with pytest.raises(LookupError):
            pycountry.countries.lookup(name)


# --- rows ------------------------------------------------------------------------------------------------------


def test_a_list_twice_creates_nothing(given, run):
    path = given(GOOD)
    assert run(path)[:2] == (0, {"created": 2, "updated": 0, "unchanged": 0, "duplicate": 0, "refused": []})
    assert run(path)[:2] == (0, {"created": 0, "updated": 0, "unchanged": 2, "duplicate": 0, "refused": []})
    heron = Site.objects.get(name="Paper Heron")
    assert (heron.country, heron.address, heron.sector) == ("KH", "Road 4", "Apparel")
    assert (heron.programme, heron.number) == (None, "")


def test_line_ends_headers_and_a_mark_at_the_start_do_not_matter(given, run):
    run(given(GOOD))
    other = "\ufeff" + GOOD.replace("country,name,address,sector", " Country ,NAME,Address,SECTOR").replace(
        "\n", "\r\n"
    )
    assert counts(run(given("\ufeff" + other))[1]) == (0, 0, 2, 0, 0)
    assert counts(run(given(other.encode("utf-16")))[1]) == (0, 0, 2, 0, 0)


def test_new_facts_update_and_empty_cells_say_nothing(given, run):
    run(given(GOOD))
    path = given("country,name,address,sector,lat,lng\nKH,PAPER HERON,Road 4,,11.5,104.9\nVN,Blue Kettle,Road 5,,,\n")
    assert counts(run(path)[1]) == (0, 1, 1, 0, 0)
    heron = Site.objects.get(country="KH")
    assert (heron.name, heron.sector, heron.latitude, heron.longitude) == ("PAPER HERON", "Apparel", 11.5, 104.9)
    assert counts(run(given(HEAD + "KH,PAPER HERON,Road 4,Apparel\n"))[1]) == (0, 0, 1, 0, 0)
    assert Site.objects.get(country="KH").latitude == 11.5


def test_duplicates_are_counted_across_files(given, run):
    one = given(HEAD + 'KH,Mill,Road 1,Apparel\nCambodia,MILL,"Road, 1",\n', "one.csv")
    two = given("country,name,address,sector,lat,lng\nkh,mill,road 1,Shoes,11.5,104.9\n", "two.csv")
    assert counts(run(one, two)[1]) == (1, 0, 0, 2, 0)
    mill = Site.objects.get()
    assert (mill.name, mill.sector, mill.latitude) == ("Mill", "Apparel", 11.5)
    assert counts(run(one, two)[1]) == (0, 0, 1, 2, 0)


BAD_ROWS = [
    ("Korea,Mill,Road 1,Apparel", "country", "“Korea” is not a country we know"),
    (",Mill,Road 1,Apparel", "country", "The country is empty"),
    ("KH,□□,Road 1,Apparel", "name", "no letter or digit"),
    ("KH,Mill,,Apparel", "address", "no letter or digit"),
    (f"KH,{'x' * 256},Road 1,Apparel", "name", "longer than 255"),
    ("KH,Mill,Road 1, Phnom Penh,Apparel,11.5,104.9", "", "more cells than the list has columns"),
    ("KH,Mill,Road 1,Apparel,91,104", "lat", "not a number between -90 and 90"),
    ("KH,Mill,Road 1,Apparel,11,nan", "lng", "not a number between -180 and 180"),
    ('KH,Mill,Road 1,Apparel,"11,5",104', "lat", "not a number"),
    ("KH,Mill,Road 1,Apparel,11,", "lng", "half of the coordinates"),
]


@pytest.mark.parametrize(("bad", "column", "reason"), BAD_ROWS)
def test_a_refused_row_names_its_place_and_nothing_is_written(given, run, bad, column, reason):
    path = given(f"country,name,address,sector,lat,lng\nKH,Good One,Road 9,Apparel,,\n{bad}\n")
    status, result, said = run(path)
    assert status == 1
    assert counts(result) == (0, 0, 0, 0, 1)
    (refused,) = result["refused"]
    assert (refused["file"], refused["sheet"], refused["line"], refused["column"]) == ("list.csv", "", 3, column)
    assert reason in refused["reason"]
    assert "line 3" in said
    assert "Nothing was written" in said
    assert not Site.objects.exists()
    assert not SiteImport.objects.exists()


def test_the_rest_is_taken_when_asked_for(given, run):
    status, result, _ = run(given(GOOD + "Korea,Mill,Road 1,Apparel\n"), accept_partial=True)
    assert status == 1
    assert counts(result) == (2, 0, 0, 0, 1)
    assert Site.objects.count() == 2


def test_a_line_break_in_a_cell_keeps_the_lines_right(given, run):
    path = given(HEAD + 'KH,Mill,"Road 1\nPhnom Penh",Apparel\n\nAtlantis,Mill,Road,Apparel\n')
    assert run(path)[1]["refused"][0]["line"] == 5


@pytest.mark.parametrize(
    ("name", "content", "line", "column", "reason"),
    [
        ("junk.csv", bytes(range(256)) * 40, 1, "", "not a text table"),
        ("mixed.csv", HEAD.encode() + "KH,ភ្នំពេញ,Road 1,A\n".encode() + b"KH,Caf\xe9,Road,A\n", 3, "", "not in UTF-8"),
        ("unclear.csv", HEAD.encode() + b"KH,Cal\xe7ado,\xe8 \xe0,A\n", 1, "", "Western European (cp1252): "),
        ("torn.csv", HEAD + 'KH,Mill,"Road 1\nKH,Mill,Road 2,Apparel\n', 3, "", "not a table"),
        ("empty.csv", "", 1, "", "is empty"),
        ("short.csv", "country,name,sector\nKH,Mill,Apparel\n", 1, "address", "no column called address"),
        ("double.csv", "country,name,address,sector,Name\n", 1, "", "names the column name twice"),
        ("junk.xlsx", b"PK\x03\x04 no workbook", 1, "", "cannot be opened"),
        ("junk.xls", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, 1, "", "cannot be opened"),
    ],
)
def test_a_file_that_cannot_be_read_is_refused_whole(given, run, name, content, line, column, reason):
    good = given(GOOD, "good.csv")
    status, result, _ = run(good, given(content, name))
    assert (status, counts(result)) == (1, (0, 0, 0, 0, 1))
    (refused,) = result["refused"]
    assert (refused["file"], refused["line"], refused["column"]) == (name, line, column)
    assert reason in refused["reason"]
    assert not Site.objects.exists()
    assert counts(run(good, given(content, name), accept_partial=True)[1]) == (2, 0, 0, 0, 1)


def test_a_missing_file_and_an_unknown_programme_are_said(given, run, tmp_path):
    status, result, _ = run(str(tmp_path / "nowhere.csv"))
    assert (status, result["refused"][0]["reason"]) == (1, "There is no file nowhere.csv.")
    with pytest.raises(CommandError, match="no programme XX"):
        call_command("import_factories", given(GOOD), programme="XX")


def test_a_dry_run_says_the_same_and_writes_nothing(given, run):
    path = given(GOOD)
    status, result, said = run(path, dry_run=True)
    assert (status, counts(result)) == (0, (2, 0, 0, 0, 0))
    assert "dry run" in said
    assert not Site.objects.exists()
    assert not AuditRecord.objects.exists()


def test_columns_nobody_reads_are_named(given, run):
    assert "columns nobody reads: phone" in run(given("country,name,address,sector,phone\nKH,Mill,Road,A,1\n"))[2]


def test_the_command_itself_ends_with_one_line_and_its_status(given, tmp_path, db):
    """As a person runs it: a process, its status, its last line."""
    shutil.copyfile(sqlite_template(), tmp_path / "own.sqlite3")
    here = {"VAR_DIR": str(tmp_path), "DATABASE_URL": f"sqlite:///{tmp_path / 'own.sqlite3'}"}
    done = subprocess.run(
        [sys.executable, "manage.py", "import_factories", given("name\nMill\n"), "--json"],
        cwd=ROOT,
        env=os.environ | here | {"DJANGO_SETTINGS_MODULE": "config.settings.dev"},
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert done.returncode == 1
    assert json.loads(done.stdout.splitlines()[-1])["refused"][0]["column"] == "country"
    assert "Traceback" not in done.stderr


THAI = ["โรงงาน", "ตัดเย็บ", "ผ้า", "ไหม", "บ้าน", "สวน", "ถนน", "สุขุมวิท", "แขวง", "คลองเตย", "กรุงเทพ", "เชียงใหม่", "ลำพูน"]


def test_how_a_list_was_read_is_said(given, run):
    rows = "".join(f"TH,{name}{n},ซอย {n} ถนน{name},Apparel\n" for n, name in enumerate(THAI))
    status, result, said = run(given((HEAD + rows).encode("cp874")))
    assert (status, result["created"]) == (0, len(THAI))
    assert "list.csv: Read as Thai (cp874)." in said
    assert Site.objects.filter(name="โรงงาน0", address__startswith="ซอย 0 ถนนโรงงาน").exists()


def test_an_unclear_encoding_is_asked_for_and_taken(given, run):
    path = given((HEAD + "PT,Calçado,è à,Apparel\n").encode("cp1252"))
    status, result, said = run(path)
    assert (status, counts(result)) == (1, (0, 0, 0, 0, 1))
    assert "Central European" in said and "--encoding cp874" in said
    status, _result, said = run(path, encoding="cp1252")
    assert (status, Site.objects.get().name) == (0, "Calçado")
    assert "Read as Western European (cp1252)." in said
    assert run(path, encoding="klingon")[0] == 1


def test_an_error_of_a_formula_is_no_name(given, run):
    status, result, _said = run(given(HEAD + "KH,#REF!,Road 4,Apparel\n"))
    assert (result["refused"][0]["column"], result["refused"][0]["line"]) == ("name", 2)


# --- into a programme ------------------------------------------------------------------------------------------


def test_a_programme_enrols_new_and_known_places_with_numbers(given, run, world):
    path = given(GOOD)
    run(path)
    added = given(GOOD + "Cambodia,Third,Road 6,Apparel\n", "more.csv")
    status, result, said = run(added, programme="KH")
    assert (status, counts(result)) == (0, (1, 2, 0, 0, 0))
    assert sorted(Site.objects.values_list("number", flat=True)) == ["KH-F-0001", "KH-F-0002", "KH-F-0003"]
    assert {site.programme for site in Site.objects.all()} == {world.programme}
    assert "1 row stands in Vietnam" in said
    assert counts(run(added, programme="KH")[1]) == (0, 0, 3, 0, 0)
    assert world.new_site("Paper Heron Sewing").number == "KH-F-0004"


def test_a_place_of_another_programme_is_refused(given, run, world):
    site = world.other_site
    path = given(HEAD + f'JO,{site.name},"{site.address}",Shoes\n')
    status, result, _ = run(path, programme=world.programme.code)
    assert status == 1
    assert (result["refused"][0]["line"], result["refused"][0]["reason"]) == (
        2,
        "This factory is in another programme.",
    )
    site.refresh_from_db()
    assert (site.programme, site.sector) == (world.other_programme, "Apparel")


def test_only_a_manager_of_the_programme_imports(given, world):
    rows = list(read_lists([given(GOOD)]))
    with pytest.raises(Denied):
        actions.import_sites(rows=rows, programme=world.programme, by=world.rith)
    with pytest.raises(Denied):
        actions.import_sites(rows=rows, programme=world.programme, by=world.layla)
    with pytest.raises(Denied, match="command"):
        actions.import_sites(rows=rows, by=world.sokha)
    assert actions.import_sites(rows=rows, programme=world.programme, by=world.sokha).created == 2


# --- promises --------------------------------------------------------------------------------------------------


def test_one_import_is_one_record(given, run):
    run(given(GOOD))
    (record,) = AuditRecord.objects.all()
    assert record.verb == "sites.imported"
    assert record.facts == {"created": 2, "updated": 0, "refused": 0}
    (source,) = SiteImport.objects.all()
    assert record.subject_id == str(source.pk)
    assert source.files[0]["name"] == "list.csv"
    assert len(source.files[0]["sha256"]) == 64


def test_nothing_is_half_written(given, run, monkeypatch):
    """The audit row is the last step: when it fails, no site stays."""

    def fails(*args, **kwargs):
        raise RuntimeError("the power went")

    monkeypatch.setattr(audit, "record", fails)
    with pytest.raises(RuntimeError):
        run(given(GOOD))
    assert not Site.objects.exists()


def places(count, **facts):
    return [SiteRow("list.csv", "", n + 2, "KH", f"Mill {n}", "Road 1", **facts) for n in range(count)]


def queries_of(**options):
    with CaptureQueriesContext(connection) as said:
        outcome = actions.import_sites(by=System("test"), **options)
    return len(said), outcome


def test_queries_do_not_grow_with_rows(world):
    def both(count, **options):
        made, _ = queries_of(rows=places(count, **options), programme=world.programme)
        changed, outcome = queries_of(rows=places(count, sector=f"Sector {count}"), programme=world.programme)
        assert outcome.updated == count
        return made, changed

    world.new_site("Somewhere")  # the counter of numbers exists
    small = both(2)
    for model in (Workforce, SiteKey, SiteName, SiteAddress, SiteBlock, Site):
        model.objects.all().delete()
    assert both(500) == small


def test_every_batch_is_written(world, monkeypatch):
    monkeypatch.setattr(lists, "BATCH", 5)
    for sector, created, updated in (("", 12, 0), ("Shoes", 0, 12)):
        _, outcome = queries_of(rows=places(12, sector=sector), programme=world.programme)
        assert (outcome.created, outcome.updated) == (created, updated)
        assert Site.objects.filter(sector=sector, programme=world.programme).count() == 12


# --- the real lists --------------------------------------------------------------------------------------------


@real_lists
def test_eleven_real_lists(run):
    paths = [str(LISTS / name) for name in ELEVEN]
    # Six rows stand twice word for word; a shoe factory and a sewing factory are written in two ways.
    assert counts(run(*paths)[1]) == (532, 0, 0, 8, 0)
    assert counts(run(*paths)[1]) == (0, 0, 534, 6, 0)  # by now both ways are known
    assert not Site.objects.filter(name__contains="□").exists()
    assert not Site.objects.filter(address__contains="，").exists()


@real_lists
@pytest.mark.parametrize("first", ["12.csv", "12.xls", "12.xlsx"])
def test_three_formats_of_one_list_are_one_result(run, first):
    assert counts(run(str(LISTS / first))[1]) == (15, 0, 0, 0, 0)
    for name in ("12.csv", "12.xls", "12.xlsx"):
        assert counts(run(str(LISTS / name))[1]) == (0, 0, 15, 0, 0), name


@real_lists
def test_later_lists_update_what_the_earlier_ones_made(run):
    run(*[str(LISTS / name) for name in ELEVEN])
    later = sorted(LISTS.glob("*-20??-*.csv"))
    assert len(later) == 3
    assert counts(run(*map(str, later))[1]) == (0, 188, 0, 3, 0)
    geocoded = sorted(LISTS.glob("geocoded-*.csv"))
    status, result, _ = run(*map(str, geocoded))
    assert status == 0
    assert (result["created"], result["duplicate"]) == (0, 6)
    assert result["updated"] + result["unchanged"] == 515
    assert Site.objects.count() == 532
