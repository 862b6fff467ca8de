"""Every release as files: at addresses that stay, whole or in parts, the same facts in each form, described truly."""

import csv
import hashlib
import io
import json
import re
import tracemalloc
from datetime import date, timedelta

import openpyxl
import pytest
from django.core.management import call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext
from hypothesis import given, settings
from hypothesis import strategies as st

from core import holders, queue, sheets, storage
from core.errors import Denied
from disclosure import actions, archive, exports, public, queries
from disclosure.models import DataFile, DataPart
from factories import actions as factories
from factories.imports import read_lists
from tests.cms.test_pages import text
from tests.disclosure.past import AS_OF, publish, regime, usual, visits
from tests.world import SETUP

NAMES = ["data.csv", "data.json", "data.xlsx", "data.parquet", HUB := "open-supply-hub.csv"]
EXITS = "emergency-exits-clear"


@pytest.fixture
def released(world):
    regime(world)
    usual(world)
    return publish(world)


@pytest.fixture
def made(released):
    queue.run_waiting()
    return released


def body(response):
    return b"".join(response.streaming_content) if response.streaming else response.content


def withhold(world, question_key=EXITS):
    thida = world.person("Thida", "programme-manager")
    ask = actions.ask_to_withhold(
        slug="paper-heron-sewing", question_key=question_key, reason="person-at-risk", by=world.sokha
    )
    actions.agree_to_withhold(ask=ask, by=thida)


# --- the files ---


def test_publishing_has_every_file_made_and_the_page_names_them_with_their_size(client, made):
    html = text(client.get("/data/"))
    for name in NAMES:
        address = f"/data/kh/1/{name}"
        assert f'href="{address}"' in html
        response = client.get(address)
        whole = body(response)
        row = DataFile.objects.get(name=name)
        assert (response.status_code, len(whole)) == (200, row.size) and int(response["Content-Length"]) == row.size
        assert hashlib.sha256(whole).hexdigest() == row.sha256 == response["ETag"].strip('"')
        assert response["Accept-Ranges"] == "bytes" and response["Last-Modified"]
        assert response["Access-Control-Allow-Origin"] == "*" and not response.cookies


def test_the_table_is_the_one_the_manifest_proves(client, made):
    whole = body(client.get("/data/kh/1/data.csv"))
    assert archive.sha256(whole) == made.manifest["files"]["data.csv"]
    assert body(client.get("/data/openfloor-kh.csv")) == whole
    assert not whole.startswith(b"\xef\xbb\xbf")


def test_every_form_says_the_same(client, made):
    from pyarrow import parquet

    rows = list(csv.reader(io.StringIO(body(client.get("/data/kh/1/data.csv")).decode())))
    book = openpyxl.load_workbook(io.BytesIO(body(client.get("/data/kh/1/data.xlsx"))))
    cells = [["" if cell is None else str(cell) for cell in row] for row in book["data"].iter_rows(values_only=True)]
    assert cells == rows and len(rows) == 4
    assert [row[0] for row in book["columns"].iter_rows(min_row=2, values_only=True)] == rows[0]
    table = parquet.read_table(io.BytesIO(body(client.get("/data/kh/1/data.parquet")))).to_pylist()
    assert [["" if cell is None else str(cell) for cell in row.values()] for row in table] == rows[1:]
    assert isinstance(table[0]["as_of"], date) and table[0]["release"] == 1
    everything = json.loads(body(client.get("/data/kh/1/data.json")))
    assert [e["issue"] for e in everything["factories"][0]["entries"]] == [r["issue"] for r in table]


def test_an_older_release_keeps_its_address_and_its_bytes(client, world, made):
    before = {name: body(client.get(f"/data/kh/1/{name}")) for name in NAMES}
    visits(world, (date(2024, 1, 9), {}), (date(2025, 2, 3), {}), site=world.new_site("White Heron"))
    publish(world, AS_OF + timedelta(days=1))
    queue.run_waiting()
    assert {name: body(client.get(f"/data/kh/1/{name}")) for name in NAMES} == before
    assert b"White Heron" in body(client.get("/data/kh/2/data.csv"))
    html = text(client.get("/data/"))
    assert html.index("/data/kh/2/data.xlsx") < html.index("/data/kh/1/data.xlsx")


@pytest.mark.parametrize("address", ["/data/kh/2/data.csv", "/data/jo/1/data.csv", "/data/kh/1/secrets.csv"])
def test_what_is_not_there_is_not_found(client, made, address):
    assert client.get(address).status_code == 404


def test_a_formula_in_a_name_is_harmless_in_every_table(client, world):
    regime(world)
    visits(world, (date(2024, 1, 9), {}), (date(2025, 2, 3), {}), site=world.new_site("=cmd|'/c calc'!A1"))
    publish(world)
    queue.run_waiting()
    assert b",'=cmd|" in body(client.get("/data/kh/1/data.csv"))
    book = openpyxl.load_workbook(io.BytesIO(body(client.get("/data/kh/1/data.xlsx"))))
    cell = next(cell for row in book["data"] for cell in row if str(cell.value).startswith("=cmd"))
    assert cell.data_type != "f"


def test_before_they_are_made_tables_are_written_while_they_are_read_and_a_workbook_says_when(client, released):
    assert archive.sha256(body(client.get("/data/kh/1/data.csv"))) == released.manifest["files"]["data.csv"]
    assert client.get("/data/kh/1/data.json").status_code == 200
    response = client.get("/data/kh/1/data.xlsx")
    assert (response.status_code, response["Retry-After"]) == (503, "120")
    assert "being made" in response.content.decode()


def test_without_the_library_for_parquet_everything_else_is_there(client, released, monkeypatch):
    monkeypatch.setattr(sheets, "can_write_parquet", lambda: False)
    queue.run_waiting()
    assert set(DataFile.objects.values_list("name", flat=True)) == set(NAMES) - {"data.parquet"}
    html = text(client.get("/data/"))
    assert "data.parquet" not in html and "makes no Parquet" in html
    assert client.get("/data/kh/1/data.parquet").status_code == 503


# --- parts, and what a reader has already ---


def test_a_reader_takes_the_part_it_lacks(client, made):
    whole = body(client.get("/data/kh/1/data.csv"))
    etag = client.head("/data/kh/1/data.csv")["ETag"]
    response = client.get("/data/kh/1/data.csv", headers={"range": "bytes=10-19"})
    assert (response.status_code, body(response)) == (206, whole[10:20])
    assert response["Content-Range"] == f"bytes 10-19/{len(whole)}" and response["Content-Length"] == "10"
    for asked, part in (("bytes=100-", whole[100:]), ("bytes=-7", whole[-7:]), ("bytes=5-99999999", whole[5:])):
        response = client.get("/data/kh/1/data.csv", headers={"range": asked, "if-range": etag})
        assert (response.status_code, body(response)) == (206, part), asked
    for beyond in (f"bytes={len(whole)}-", "bytes=-0"):
        response = client.get("/data/kh/1/data.csv", headers={"range": beyond})
        assert (response.status_code, response["Content-Range"]) == (416, f"bytes */{len(whole)}")
    for no_part in ("bytes=9-3", "rows=1-2", "bytes=0-1,4-5", "bytes=-", "bytes=x-"):
        response = client.get("/data/kh/1/data.csv", headers={"range": no_part})
        assert (response.status_code, body(response)) == (200, whole), no_part
    response = client.get("/data/kh/1/data.csv", headers={"range": "bytes=1-2", "if-range": '"older"'})
    assert (response.status_code, body(response)) == (200, whole), "a part of another file would not fit"


@settings(max_examples=60, deadline=None)
@given(sizes=st.lists(st.integers(1, 9), max_size=6), start=st.integers(0, 60), length=st.integers(0, 60))
def test_any_part_is_put_together_from_the_pieces_it_lies_in(sizes, start, length):
    class Part:
        def __init__(self, position, size, begins):
            self.position, self.size, self.stored = position, size, bytes(range(begins, begins + size))

    class Store:
        get = staticmethod(bytes)

    parts = [Part(n, size, sum(sizes[:n])) for n, size in enumerate(sizes)]
    whole = bytes(range(sum(sizes)))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(storage, "store", Store)
        assert b"".join(public._pieces(parts, start, start + length)) == whole[start : start + length]


def test_what_a_reader_has_is_not_sent_again(client, made):
    response = client.get("/data/kh/1/data.xlsx")
    for header, name in (("if-none-match", "ETag"), ("if-modified-since", "Last-Modified")):
        again = client.get("/data/kh/1/data.xlsx", headers={header: response[name]})
        assert (again.status_code, again.content) == (304, b"")
    head = client.head("/data/kh/1/data.xlsx")
    assert head["Content-Length"] == response["Content-Length"] and not body(head)


# --- made once, safely ---


def test_made_again_they_are_the_same_bytes_and_nothing_is_left_over(made, client):
    before = dict(DataFile.objects.values_list("name", "sha256"))
    kept = set(storage.store().keys())
    for name in NAMES:
        actions.make_data_file(release=made, name=name, by=SETUP)
    queue.run_waiting()
    assert dict(DataFile.objects.values_list("name", "sha256")) == before
    assert set(storage.store().keys()) == kept


def test_who_was_interrupted_goes_on_and_who_is_no_program_is_refused(world, released):
    actions.make_data_file(release=released, name="data.csv", by=SETUP)
    ((release, missing),) = queries.data_files_to_make()
    assert (release, missing) == (released, NAMES[1:])
    queue.run_waiting()
    assert queries.data_files_to_make() == []
    with pytest.raises(Denied):
        actions.make_data_file(release=released, name="data.csv", by=world.sokha)


def test_what_is_withheld_is_in_no_file_from_that_moment_and_leaves_the_store(client, world, made):
    old = {name: client.get(f"/data/kh/1/{name}")["ETag"] for name in NAMES}
    pieces = set(DataPart.objects.exclude(file__name=HUB).values_list("stored", flat=True))  # which says no status
    withhold(world)
    for name, etag in old.items():
        response = client.get(f"/data/kh/1/{name}", headers={"if-none-match": etag})
        assert response.status_code in (200, 503), name
        assert b"2 of 9" not in body(response)
    (row,) = [line for line in text(client.get("/data/kh/1/data.csv")).splitlines() if EXITS in line]
    assert ",withheld,,,," in row
    queue.run_waiting()
    for name, etag in old.items():
        response = client.get(f"/data/kh/1/{name}")
        assert response["ETag"] != etag or name == HUB  # which says no status
    (row,) = [line for line in text(client.get("/data/kh/1/data.csv")).splitlines() if EXITS in line]
    assert row.endswith(f",person-at-risk,{date.today()}") or "person-at-risk" in row
    assert not pieces & set(storage.store().keys()) and not any(holders.is_held(piece) for piece in pieces)
    call_command("verify_disclosures")


def test_files_of_a_release_without_the_factory_stay_as_they_are(world, made):
    world.sokha  # noqa: B018 - the desk's person of the first programme
    other = world.other_programme
    regime(world, programme=other)
    release = publish(world, programme=other)
    queue.run_waiting()
    before = set(DataFile.objects.filter(release=release).values_list("pk", flat=True))
    withhold(world)
    queue.run_waiting()
    assert set(DataFile.objects.filter(release=release).values_list("pk", flat=True)) == before
    assert "withheld_reason" not in next(iter(exports_csv(release))).decode()


def exports_csv(release):
    with exports.written(public.head(release.programme.code, release.number), "data.csv", marked=False) as file:
        yield from file


def test_a_large_release_takes_no_more_memory_than_a_small_one(monkeypatch, released):
    """The same 25 factories and 250 of them, in every form: what is held at once does not grow with the file."""
    document = released.factories.get().document
    head = public.head("KH", 1)
    entries = [document["entries"][0] | {"question_key": f"q-{n}"} for n in range(40)]
    monkeypatch.setattr(sheets.parquet, "ROWS_AT_ONCE", 1000)

    def held(name, factories):
        some = (document | {"slug": f"factory-{n}", "entries": entries} for n in range(factories))
        monkeypatch.setattr(public, "documents", lambda head: some)
        tracemalloc.start()
        try:
            with exports.written(head, name, marked=False) as file:
                file.seek(0, io.SEEK_END)
                return tracemalloc.get_traced_memory()[1], file.tell()
        finally:
            tracemalloc.stop()

    for name in NAMES:
        held(name, 2)  # imports are paid for
        (small, few), (large, many) = held(name, 25), held(name, 250)
        assert name == "data.parquet" or many > 8 * few, name
        assert large < 1.5 * small + 200_000, (name, small, large)


def test_a_table_too_long_for_one_sheet_goes_on_in_the_next(monkeypatch, released):
    monkeypatch.setattr(exports, "ROWS_OF_A_SHEET", 2)
    with exports.written(public.head("KH", 1), "data.xlsx", marked=False) as file:
        book = openpyxl.load_workbook(file)
    assert [(sheet.title, sheet.max_row) for sheet in book] == [("data", 3), ("data 2", 2), ("columns", 29)]


def test_the_page_asks_as_few_questions_for_twelve_releases_as_for_two(client, world, released):
    publish(world, AS_OF + timedelta(days=1))
    queue.run_waiting()
    with CaptureQueriesContext(connection) as few:
        client.get("/data/")
    for day in range(2, 12):
        publish(world, AS_OF + timedelta(days=day))
    queue.run_waiting()
    with CaptureQueriesContext(connection) as many:
        assert "/data/kh/12/data.xlsx" in text(client.get("/data/"))
    assert len(many) == len(few) <= 8


# --- described ---

READ = {"integer": int, "date": date.fromisoformat, "string": str}


def reads(descriptor, table):
    """Every cell of a CSV text has the type the descriptor gives its column; returns the rows."""
    (resource,) = [one for one in descriptor["resources"] if one["name"] == "data-csv"]
    fields = resource["schema"]["fields"]
    rows = list(csv.reader(io.StringIO(table, newline=""), delimiter=resource["dialect"]["delimiter"]))
    assert rows[0] == [field["name"] for field in fields]
    for row in rows[1:]:
        for field, cell in zip(fields, row, strict=True):
            if cell in resource["schema"]["missingValues"]:
                continue
            READ[field["type"]](cell)
            limits = field.get("constraints", {})
            assert cell in limits.get("enum", [cell]), field["name"]
            assert re.fullmatch(limits.get("pattern", ".*"), cell, re.DOTALL), field["name"]
    return rows[1:]


def test_the_descriptor_is_true_of_every_cell(client, world, made):
    descriptor = client.get("/data/kh/1/datapackage.json").json()
    assert len(reads(descriptor, text(client.get("/data/kh/1/data.csv")))) == 3
    for resource in descriptor["resources"]:
        whole = body(client.get(resource["path"].removeprefix("http://testserver")))
        assert (resource["bytes"], resource["hash"]) == (len(whole), f"sha256:{archive.sha256(whole)}")
    assert descriptor["licenses"][0]["name"] == "CC-BY-4.0"
    manifest = body(client.get(descriptor["sources"][0]["path"].removeprefix("http://testserver")))
    assert archive.sha256(manifest) == descriptor["id"] == made.digest
    withhold(world)
    assert client.get("/data/kh/1/datapackage.json").json()["resources"] == []
    queue.run_waiting()
    descriptor = client.get("/data/kh/1/datapackage.json").json()
    assert len(reads(descriptor, text(client.get("/data/kh/1/data.csv")))) == 3


def test_a_wrong_type_in_the_descriptor_would_be_seen(client, made):
    descriptor = client.get("/data/kh/1/datapackage.json").json()
    table = text(client.get("/data/kh/1/data.csv"))
    field = next(f for f in descriptor["resources"][0]["schema"]["fields"] if f["name"] == "issue")
    field["type"] = "integer"
    with pytest.raises(ValueError):
        reads(descriptor, table)


@pytest.mark.parametrize("language", ["en", "km", "ar"])
def test_the_dictionary_explains_every_column_in_the_readers_language(client, made, language):
    header = text(client.get("/data/kh/1/data.csv")).splitlines()[0].split(",")
    html = text(client.get("/data/dictionary/", headers={"accept-language": language}))
    assert re.findall(r'<dt><code class="ltr">(\w+)</code>', html.split('id="hub"')[0]) == [
        *header,
        "withheld_reason",
        "withheld_on",
    ]
    assert ("The day the release stands on" in html) is (language == "en")


# --- the factories in the layout of Open Supply Hub ---


def test_a_list_for_the_hub_carries_ids_and_is_read_in_the_same_layout(client, world, tmp_path):
    regime(world)
    usual(world)
    factories.record_foreign_id(site=world.site, scheme="os-id", code="KH2020AAAA", since=date(2020, 1, 1), by=SETUP)
    twin = world.new_site("Crane Shirts", address="Plot 4, Road 9, Kandal", sector="Apparel")
    factories.record_foreign_id(site=twin, scheme="os-id", code="KH2020BBBB", since=date(2020, 1, 1), by=SETUP)
    usual(world, site=twin)
    publish(world)
    queue.run_waiting()
    response = client.get("/data/kh/1/open-supply-hub.csv")
    assert "openfloor-kh-1-open-supply-hub.csv" in response["Content-Disposition"]
    path = tmp_path / "hub.csv"
    path.write_bytes(body(response))
    rows = list(csv.DictReader(path.open(encoding="utf-8")))
    assert {row["os_id"]: row["name"] for row in rows} == {"KH2020AAAA": world.site.name, "KH2020BBBB": twin.name}
    assert {row["address"] for row in rows} == {world.site.region, twin.region}, "no street of a factory is public"
    read = {row.name: (row.country, row.sector, row.ids) for row in read_lists([str(path)])}
    assert read[twin.name] == ("KH", "Apparel", (("os-id", "", "KH2020BBBB"),)), "lists are read in this layout as well"
    descriptor = client.get("/data/kh/1/datapackage.json").json()
    (hub,) = [one for one in descriptor["resources"] if one["name"] == "open-supply-hub-csv"]
    assert [field["name"] for field in hub["schema"]["fields"]] == list(rows[0])
    assert "open-supply-hub.csv" in text(client.get("/data/dictionary/"))


def test_a_list_for_the_hub_is_written_while_it_is_read_until_it_is_made(client, released):
    DataFile.objects.all().delete()
    assert (
        body(client.get("/data/kh/1/open-supply-hub.csv")).decode().startswith("os_id,contribution_date,name,address")
    )
