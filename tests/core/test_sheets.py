"""Tables as others send them, and tables that no spreadsheet program takes for formulas."""

import csv
import io
import os
import struct
import zipfile
from datetime import date
from pathlib import Path

import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core import sheets
from core.errors import Invalid
from core.sheets import open_table, read_rows, read_sheets, safe, workbooks, write_csv, write_workbook

ROOT = Path(__file__).resolve().parent.parent.parent
FORMS = Path(os.environ.get("OPENFLOOR_SHARED") or ROOT.parent / "shared") / "data" / "questionnaires" / "xlsform"
TEXT = "name,town\r\nPaper Heron,ភ្នំពេញ\r\nBlue Kettle,Phnom Penh\r\n"
CELLS = [{"name": "Paper Heron", "town": "ភ្នំពេញ"}, {"name": "Blue Kettle", "town": "Phnom Penh"}]


@pytest.fixture
def given_file(tmp_path):
    def write(data, name="list.csv"):
        path = tmp_path / name
        path.write_bytes(data if isinstance(data, bytes) else data.encode())
        return path

    return write


def cells(path):
    return [row.cells for row in read_rows(path)[1]]


def refusal(path):
    with pytest.raises(Invalid) as refused:
        list(read_rows(path)[1])
    return refused.value


class TestText:
    @pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
    @pytest.mark.parametrize("ends", ["\r\n", "\n", "\r"])
    def test_encodings_and_line_ends_people_have(self, given_file, encoding, ends):
        assert cells(given_file(TEXT.replace("\r\n", ends).encode(encoding))) == CELLS

    def test_columns_come_in_the_order_of_the_file(self, given_file):
        assert read_rows(given_file(TEXT))[0] == ["name", "town"]

    def test_a_row_knows_its_line_also_after_a_cell_of_many_lines(self, given_file):
        path = given_file('name,town\n"Paper\nHeron\nLtd",Kandal\n\n,\nBlue Kettle,Takeo\n')
        assert [(row.line, row.cells["town"]) for row in read_rows(path)[1]] == [(2, "Kandal"), (7, "Takeo")]

    def test_spaces_around_a_cell_are_no_part_of_it(self, given_file):
        assert cells(given_file(" name , town\n  Paper Heron ,\t Kandal\n")) == [
            {"name": "Paper Heron", "town": "Kandal"}
        ]

    def test_short_rows_are_filled_and_long_ones_counted(self, given_file):
        path = given_file("name,town\nPaper Heron\nBlue Kettle,Takeo,,more,cells\nGreen Umbrella,Kandal,,,\n")
        assert [(row.cells["town"], row.beyond) for row in read_rows(path)[1]] == [("", 0), ("Takeo", 2), ("Kandal", 0)]

    @pytest.mark.parametrize(
        ("data", "line"),
        [
            (TEXT.encode() + 'Café,"Siem Reap"\r\n'.encode("cp1252"), 4),
            (b'name,town\nok,ok\n"open,never closed\n', 3),
            (b'name,town\n"a"b,c\n', 2),
            (b"name,town\nPaper\x00Heron,x\n", None),
            (TEXT.encode() + b"x" * 5000 + b"\r\nPaper\x00Heron,x\n", 5),
            ("name,town\nok,ok\n" + "x" * (sheets.MAX_CELL + 1) + ",y\n", 3),
            ("name,town\nok,ok\n" + "x" * 200_000 + ",y\n", 3),
            ("name,town,name\nok,ok,ok\n", 1),
            (",,\nok,ok,ok\n", 1),
            (b"\xff\xfen\x00a\x00m", 1),
        ],
    )
    def test_junk_is_refused_with_its_line(self, given_file, data, line):
        refused = refusal(given_file(data))
        assert refused.sentence.endswith(".")
        if line:
            assert refused.problems == [{"line": line}]

    @pytest.mark.parametrize("data", [b"", b"\xef\xbb\xbf", b"\x89PNG\r\n\x1a\n\x00\x00", bytes(100)])
    def test_what_is_no_table_is_refused(self, given_file, data):
        assert refusal(given_file(data)).sentence

    def test_a_file_that_is_not_there_and_one_that_is_too_large(self, given_file, monkeypatch):
        assert "no file" in refusal("nowhere.csv").sentence
        monkeypatch.setattr(sheets, "MAX_BYTES", 10)
        assert "larger" in refusal(given_file(TEXT)).sentence

    def test_more_rows_than_anybody_reads_are_refused(self, given_file, monkeypatch):
        monkeypatch.setattr(sheets, "MAX_ROWS", 1)
        assert "Split it" in refusal(given_file(TEXT)).sentence

    @given(st.binary(max_size=300))
    @settings(deadline=None)  # the first loads the weights of the encodings
    def test_any_bytes_are_read_or_refused(self, tmp_path_factory, data):
        path = tmp_path_factory.getbasetemp() / "any.csv"
        path.write_bytes(data)
        try:
            columns, rows = read_rows(path)
            for row in rows:
                assert set(row.cells) <= set(columns)
        except Invalid as refused:
            assert refused.sentence


class TestWorkbooks:
    """Opened in a process of its own, so these cost a start of Python each."""

    def test_xlsx(self, tmp_path):
        book = openpyxl.Workbook()
        page = book.active
        page.title = "Factories"
        page.append(["name", "workers", "rate", "since", "listed"])
        page.append(["ភ្នំពេញ Knit", 1240, 0.5, date(2026, 1, 15), True])
        page.append([None, None, None, None, None])
        page.append(["=1+1 said a person", 7.0, None, None, False])
        page["A4"].data_type = "s"
        book.create_sheet("Second").append(["never read"])
        book.save(tmp_path / "list.xlsx")
        columns, rows = read_rows(tmp_path / "list.xlsx")
        rows = list(rows)
        assert columns == ["name", "workers", "rate", "since", "listed"]
        assert [(row.sheet, row.line) for row in rows] == [("Factories", 2), ("Factories", 4)]
        assert list(rows[0].cells.values()) == ["ភ្នំពេញ Knit", "1240", "0.5", "2026-01-15", "True"]
        assert rows[1].cells["name"] == "=1+1 said a person" and rows[1].cells["workers"] == "7"

    def test_ods(self, tmp_path):
        ods(tmp_path / "list.ods", [["name", "town"], ["Paper Heron", "ភ្នំពេញ"], ["Blue Kettle", "Phnom Penh"]])
        assert cells(tmp_path / "list.ods") == CELLS

    def test_xls(self, tmp_path):
        xls(tmp_path / "list.xls", [["name", "town"], ["Paper Heron", "ភ្នំពេញ"], ["Blue Kettle", "Phnom Penh"]])
        assert cells(tmp_path / "list.xls") == CELLS

    def test_an_empty_workbook_is_refused(self, tmp_path):
        openpyxl.Workbook().save(tmp_path / "list.xlsx")
        assert "empty" in refusal(tmp_path / "list.xlsx").sentence

    @pytest.mark.parametrize("name", ["list.xlsx", "list.xls", "list.ods", "LIST.XLSX"])
    def test_something_else_under_such_a_name_is_refused(self, given_file, name):
        assert "cannot be opened" in refusal(given_file(TEXT, name)).sentence

    def test_a_cell_at_the_end_of_the_world_does_not_end_the_process(self, tmp_path):
        """Five kilobytes that name one cell far out: the reader asks for 512 GB and its process is ended."""
        book = openpyxl.Workbook()
        book.active["A1"] = "name"
        book.active["XFD1048576"] = "x"
        book.save(tmp_path / "list.xlsx")
        assert (tmp_path / "list.xlsx").stat().st_size < 10_000
        assert "cannot be opened" in refusal(tmp_path / "list.xlsx").sentence

    @pytest.mark.parametrize("name", ["list.xlsx", "list.ods", "list.xlsb"])
    @pytest.mark.parametrize(("total", "ratio"), [(10**6, 10**9), (10**12, 50)])
    def test_a_bomb_is_refused_before_anything_is_unpacked(self, tmp_path, monkeypatch, name, total, ratio):
        monkeypatch.setattr(workbooks, "MAX_UNPACKED", total)
        monkeypatch.setattr(workbooks, "MAX_RATIO", ratio)
        monkeypatch.setattr(workbooks, "RATIO_FROM", 10**6)
        monkeypatch.setattr(workbooks.subprocess, "Popen", lambda *a, **k: pytest.fail("it was opened"))
        with zipfile.ZipFile(tmp_path / name, "w", zipfile.ZIP_DEFLATED) as file:
            file.writestr("content.xml", bytes(4 * 10**6))
        assert "unpacks to far more" in refusal(tmp_path / name).sentence

    def test_who_stops_reading_leaves_no_process_behind(self, tmp_path, monkeypatch):
        started = []
        real = workbooks.subprocess.Popen
        monkeypatch.setattr(workbooks.subprocess, "Popen", lambda *a, **k: started.append(real(*a, **k)) or started[-1])
        book = openpyxl.Workbook()
        for n in range(5000):
            book.active.append([f"row {n}", "x" * 100])
        book.save(tmp_path / "list.xlsx")
        _, rows = read_rows(tmp_path / "list.xlsx")
        next(rows)
        rows.close()
        del rows
        assert started[0].poll() is not None


MANIFEST = "urn:oasis:names:tc:opendocument:xmlns:manifest:1.0"


def ods(path, rows):
    """A small OpenDocument table."""
    line = "<table:table-row>{}</table:table-row>"
    cell = '<table:table-cell office:value-type="string"><text:p>{}</text:p></table:table-cell>'
    body = "".join(line.format("".join(cell.format(text) for text in row)) for row in rows)
    spaces = " ".join(
        f'xmlns:{name}="urn:oasis:names:tc:opendocument:xmlns:{name}:1.0"' for name in ("office", "table", "text")
    )
    content = (
        f"<office:document-content {spaces}><office:body><office:spreadsheet>"
        f'<table:table table:name="Factories">{body}</table:table>'
        "</office:spreadsheet></office:body></office:document-content>"
    )
    with zipfile.ZipFile(path, "w") as file:
        file.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        file.writestr("META-INF/manifest.xml", f'<manifest:manifest xmlns:manifest="{MANIFEST}"/>')
        file.writestr("content.xml", content)


def xls(path, rows, formula=None):
    """A small workbook of the old binary form (BIFF8) in its container: one stream, one sheet of texts."""

    def record(kind, body=b""):
        return struct.pack("<HH", kind, len(body)) + body

    def text(value, size="<H"):
        return struct.pack(size, len(value)) + b"\x01" + value.encode("utf-16-le")

    start = record(0x809, struct.pack("<HHHHII", 0x600, 0x10, 0, 1997, 0, 6))
    labels = b"".join(
        record(0x204, struct.pack("<HHH", r, c, 0) + text(value))
        for r, row in enumerate(rows)
        for c, value in enumerate(row)
    )
    if formula:
        labels += record(0x06, struct.pack("<HHH8sHIH", *formula, 0, struct.pack("<d", 7), 0, 0, 3) + b"\x1e\x07\x00")
    dimensions = record(0x200, struct.pack("<IIHHH", 0, len(rows), 0, len(rows[0]), 0))
    sheet = start + dimensions + labels + record(0x0A)
    head = record(0x809, struct.pack("<HHHHII", 0x600, 5, 0, 1997, 0, 6)) + record(0x42, struct.pack("<H", 1200))
    name = "Factories"
    place = len(head) + 4 + 6 + len(text(name, "<B")) + 4
    book = head + record(0x85, struct.pack("<IH", place, 0) + text(name, "<B")) + record(0x0A) + sheet
    book = book.ljust(8 * 512, b"\x00")
    used = len(book) // 512
    last, free, table = 0xFFFFFFFE, 0xFFFFFFFF, 0xFFFFFFFD
    chains = [table, last, *range(3, used + 2), last]
    fat = struct.pack("<128I", *chains, *[free] * (128 - len(chains)))

    def entry(name, kind, child, first, size):
        raw = (name + "\0").encode("utf-16-le")
        head = raw.ljust(64, b"\0") + struct.pack("<HBB", len(raw), kind, 1) + struct.pack("<3I", free, free, child)
        return head + bytes(16 + 4 + 16) + struct.pack("<IQ", first, size)

    folder = entry("Root Entry", 5, 1, last, 0) + entry("Workbook", 2, free, 2, len(book)) + bytes(256)
    header = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(16) + struct.pack("<HHHHH", 0x3E, 3, 0xFFFE, 9, 6) + bytes(6)
    header += struct.pack("<9I", 0, 1, 1, 0, 4096, last, 0, last, 0) + struct.pack("<109I", 0, *[free] * 108)
    path.write_bytes(header + fat + folder + book)


FORMULA = "=+-@\t\r\n＝＋－＠"


class TestWriting:
    @pytest.mark.parametrize(
        ("value", "cell"),
        [
            ("=1+1", "'=1+1"), ("+855 12 345", "'+855 12 345"), ("@SUM(A1)", "'@SUM(A1)"), ("-cmd|x", "'-cmd|x"),
            ("\t=1", "'\t=1"), ("\r=1", "'\r=1"), ("-", "'-"), ("-inf", "'-inf"), ("+1_000", "'+1_000"),
            ("-12.5", "-12.5"), ("+85512345", "+85512345"), ("-1e9", "-1e9"), (-3, "-3"), (None, ""), (0, "0"),
            ("Paper Heron", "Paper Heron"), ("a=b", "a=b"), ("'quoted", "'quoted"),
        ],
    )  # fmt: skip
    def test_a_table_of_cells(self, value, cell):
        assert safe(value) == cell

    @given(st.lists(st.lists(st.one_of(st.none(), st.integers(), st.text(), st.text(FORMULA + "12a"))), max_size=4))
    def test_no_cell_written_is_a_formula(self, rows):
        lines = "".join(write_csv(["name", "=town"], rows))
        read = list(csv.reader(io.StringIO(lines, newline="")))
        assert read[0] == ["name", "'=town"]
        for row in read:
            for cell in row:
                if cell.startswith(tuple(FORMULA)):
                    assert float(cell) is not None

    @given(st.text(min_size=1))
    def test_a_cell_that_is_no_formula_is_written_as_it_is(self, value):
        if not value.startswith(tuple(FORMULA)):
            assert safe(value) == value

    def test_lines_come_one_by_one_and_end_as_the_format_says(self):
        lines = write_csv(["a", "b"], ([n, 'x, "y"'] for n in range(2)))
        assert next(lines) == "a,b\r\n"
        assert next(lines) == '0,"x, ""y"""\r\n'


class TestEverySheet:
    BOOK = {"list": [["name", "=1+1"], [" a \n", "-2"], [], ["1", 2.5]], "empty": [], "more": [["ភ្នំពេញ", "@x"]]}

    def test_what_is_written_is_read_with_its_lines(self, given_file):
        path = given_file(write_workbook(self.BOOK), "book.xlsx")
        assert read_sheets(path) == {
            "list": [(1, ["name", "=1+1"]), (2, [" a \n", "-2"]), (4, ["1", "2.5"])],
            "empty": [],
            "more": [(1, ["ភ្នំពេញ", "@x"])],
        }

    def test_formulas_are_told_with_their_sheet(self, tmp_path):
        book = openpyxl.Workbook()
        book.active.title = "survey"
        book.active.append(["type"])
        book.create_sheet("choices").append(["name", "=1+1"])
        book.save(tmp_path / "book.xlsx")
        notes = []
        read_sheets(tmp_path / "book.xlsx", notes=notes)
        (note,) = notes
        assert "choices!B1" in note

    def test_no_text_is_stored_as_a_formula(self, tmp_path):
        book = openpyxl.load_workbook(io.BytesIO(write_workbook(self.BOOK)))
        assert {cell.data_type for row in book["list"].iter_rows() for cell in row} == {"s", "n"}

    @pytest.mark.parametrize(("bound", "least"), [("MAX_KEPT_ROWS", 1), ("MAX_KEPT_TEXT", 5), ("MAX_CELL", 4)])
    def test_more_than_is_kept_is_refused_with_sheet_and_line(self, given_file, monkeypatch, bound, least):
        path = given_file(write_workbook({"first": [["a"]], "second": [["a"], ["b" * 10]]}), "book.xlsx")
        assert read_sheets(path)
        monkeypatch.setattr(sheets, bound, least)
        with pytest.raises(Invalid) as refused:
            read_sheets(path)
        assert refused.value.problems == [{"sheet": "second", "line": 1 if bound == "MAX_KEPT_ROWS" else 2}]

    @pytest.mark.parametrize("data", [b"", b"PK\x03\x04", b"a,b\n1,2\n"])
    def test_what_is_no_workbook_is_refused(self, given_file, data):
        with pytest.raises(Invalid, match="cannot be opened"):
            read_sheets(given_file(data, "book.xlsx"))


class TestWhatIsSaid:
    """Formulas and merged cells are taken as they are, and named to the person."""

    def book(self, tmp_path):
        book = openpyxl.Workbook()
        for cells in (["name", "town"], ["Paper Heron", '="Ta" & "keo"'], ["Blue Kettle", "Kandal"], [None, None]):
            book.active.append(cells)
        book.active.merge_cells("A3:A4")
        book.create_sheet("Notes")
        book.save(tmp_path / "list.xlsx")
        return tmp_path / "list.xlsx"

    def test_xlsx(self, tmp_path):
        found = open_table(self.book(tmp_path))
        list(found)
        assert found.notes == [
            "Only the first sheet, “Sheet”, is read. Not read: Notes.",
            "1 cell holds a formula (B2). Its value is taken as last calculated.",
            "1 place has merged cells (A3:A4). Only the first cell of it holds text.",
        ]

    def test_a_formula_gives_the_value_last_calculated(self, tmp_path):
        path = self.book(tmp_path)
        with zipfile.ZipFile(path) as old, zipfile.ZipFile(tmp_path / "new.xlsx", "w") as new:
            for name in old.namelist():
                data = old.read(name)
                if name == "xl/worksheets/sheet1.xml":
                    data = data.replace(b"<v></v>", b"<v>Takeo</v>").replace(b"<v />", b"<v>Takeo</v>")
                    data = data.replace(b'<c r="B2"', b'<c t="str" r="B2"')
                new.writestr(name, data)
        assert cells(tmp_path / "new.xlsx")[0] == {"name": "Paper Heron", "town": "Takeo"}

    def test_many_are_counted_and_the_first_named(self, tmp_path):
        book = openpyxl.Workbook()
        book.active.append(["name", "sum"])
        for n in range(2, 9):
            book.active.append(["x", f"=A{n}"])
        book.save(tmp_path / "list.xlsx")
        found = open_table(tmp_path / "list.xlsx")
        assert found.notes == [
            "7 cells hold a formula (B2, B3, B4, B5, B6 …). Their values are taken as last calculated."
        ]

    def test_ods(self, tmp_path):
        ods(tmp_path / "list.ods", [["name", "town"], ["Paper Heron", "Takeo"], ["Blue Kettle", "Kandal"]])
        with zipfile.ZipFile(tmp_path / "list.ods") as old, zipfile.ZipFile(tmp_path / "new.ods", "w") as new:
            for name in old.namelist():
                data = old.read(name).decode()
                data = data.replace(
                    'office:value-type="string"><text:p>Takeo',
                    'table:formula="of:=1" office:value-type="string"><text:p>Takeo',
                )
                data = data.replace(
                    'office:value-type="string"><text:p>Blue',
                    'table:number-rows-spanned="2" office:value-type="string"><text:p>Blue',
                )
                new.writestr(name, data)
        found = open_table(tmp_path / "new.ods")
        assert [row.cells["town"] for row in found] == ["Takeo", "Kandal"]
        assert [note[:32] for note in found.notes] == [
            "1 cell holds a formula (B2). Its",
            "1 place has merged cells (A3:A4)",
        ]

    def test_xls(self, tmp_path):
        xls(tmp_path / "list.xls", [["name", "town"], ["Paper Heron", "Takeo"]], formula=(1, 2))
        found = open_table(tmp_path / "list.xls")
        assert [row.cells["town"] for row in found] == ["Takeo"]
        assert found.notes == ["1 cell holds a formula (C2). Its value is taken as last calculated."]

    def test_semicolons_and_tabs_between_cells(self, given_file):
        for sign, said in ((";", "semicolons"), ("\t", "tabs")):
            found = open_table(given_file(f'name{sign}town\n"Paper, Heron"{sign}Takeo\n'))
            assert [row.cells for row in found] == [{"name": "Paper, Heron", "town": "Takeo"}]
            assert found.notes == [f"Its cells are divided by {said}."]

    @pytest.mark.skipif(not FORMS.is_dir(), reason="the shared questionnaires are not on this machine")
    def test_what_the_writing_library_cannot_open_is_read(self):
        """A workbook part of this file has no name: openpyxl gives up, every spreadsheet opens it."""
        path = FORMS / "ifrc-distribution-site-assessment-v1.xlsx"
        with pytest.raises(Exception):  # noqa: B017
            openpyxl.load_workbook(path)
        columns, rows = read_rows(path)
        assert columns[:2] == ["type", "name"]
        assert len(list(rows)) > 100


class TestWritingWorkbooks:
    @given(st.lists(st.lists(st.one_of(st.none(), st.text(), st.text(FORMULA + "12a")), max_size=3), max_size=3))
    @settings(deadline=None)  # loads the writer
    def test_whatever_is_written_no_cell_is_a_formula(self, rows):
        """Also signs that no workbook may hold, and words that are too long for a cell."""
        sheet = openpyxl.load_workbook(io.BytesIO(write_workbook({"list": [["a"], *rows, ["x" * 40_000]]}))).active
        for row in sheet.iter_rows():
            for cell in row:
                assert cell.data_type != "f", cell.value
