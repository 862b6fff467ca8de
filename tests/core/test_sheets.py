"""Tables as others send them, and tables that no spreadsheet program takes for formulas."""

import csv
import io
import struct
import zipfile
from datetime import date

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from core import sheets
from core.errors import Invalid
from core.sheets import read_rows, safe, write_csv

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
            ("name,town\nCaf\xe9,Paris\n".encode("cp1252"), 2),
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
        monkeypatch.setattr(sheets, "MAX_UNPACKED", total)
        monkeypatch.setattr(sheets, "MAX_RATIO", ratio)
        monkeypatch.setattr(sheets, "RATIO_FROM", 10**6)
        monkeypatch.setattr(sheets.subprocess, "Popen", lambda *a, **k: pytest.fail("it was opened"))
        with zipfile.ZipFile(tmp_path / name, "w", zipfile.ZIP_DEFLATED) as file:
            file.writestr("content.xml", bytes(4 * 10**6))
        assert "unpacks to far more" in refusal(tmp_path / name).sentence

    def test_who_stops_reading_leaves_no_process_behind(self, tmp_path, monkeypatch):
        started = []
        real = sheets.subprocess.Popen
        monkeypatch.setattr(sheets.subprocess, "Popen", lambda *a, **k: started.append(real(*a, **k)) or started[-1])
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


def xls(path, rows):
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
