"""A process of its own that opens one workbook and tells its first sheet line by line. Started by workbooks.py.

On the standard input: the workbook. On the standard output, one line of JSON each: what was met with (sheets, merged
cells, formulas), then [sheet, line, texts] for every row, last null. Limits come as arguments. With the word
`every-sheet` all sheets, a sheet without a row as one empty row. It imports nothing of ours, so that it starts fast.
"""

import io
import json
import re
import resource
import struct
import sys
import zipfile
from xml.etree import ElementTree
from xml.parsers import expat

# So many places are named; the rest are counted.
NAMED = 5
CHUNK = 1 << 20


def main(memory, seconds, every_sheet=False):
    resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    import python_calamine

    data = sys.stdin.buffer.read()
    book = python_calamine.CalamineWorkbook.from_filelike(io.BytesIO(data))
    sheet = book.get_sheet_by_index(0)
    formulas, merged = met_with(data, every_sheet)
    if sheet.merged_cell_ranges:
        merged = Places()
        for first, last in sheet.merged_cell_ranges:
            merged.add(f"{place(*first)}:{place(*last)}")
    met = {
        "sheet": sheet.name,
        "others": [] if every_sheet else book.sheet_names[1:],
        "formulas": vars(formulas),
        "merged": vars(merged),
    }
    print(json.dumps(met))
    for number in range(len(book.sheet_names) if every_sheet else 1):
        if every_sheet:
            sheet = book.get_sheet_by_index(number)
            print(json.dumps([sheet.name, 1, []]))
        for line, cells in enumerate(sheet.iter_rows(), start=1 + (sheet.start[0] if sheet.start else 0)):
            texts = [text_of(cell) for cell in cells]
            while texts and not texts[-1]:
                texts.pop()
            print(json.dumps([sheet.name, line, texts]))
    print("null")


def text_of(cell):
    if cell is None:
        return ""
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return str(cell)


class Places:
    """How many cells, and where the first of them stand."""

    def __init__(self):
        self.count, self.places = 0, []

    def add(self, where):
        self.count += 1
        if len(self.places) < NAMED:
            self.places.append(where)


def place(row, column):
    """The name of a cell, counted from 0: B4."""
    letters = ""
    column += 1
    while column:
        column, rest = divmod(column - 1, 26)
        letters = chr(65 + rest) + letters
    return f"{letters}{row + 1}"


def met_with(data, every_sheet=False):
    """(formulas, merged cells) of the first sheet, which calamine does not tell; of xlsb nothing is known.

    Of every sheet only in an xlsx: there each place has the name of its sheet before it.
    """
    formulas, merged = Places(), Places()
    if data.startswith(b"\xd0\xcf\x11\xe0"):
        formulas_of_xls(data, formulas)
    elif zipfile.is_zipfile(io.BytesIO(data)):
        with zipfile.ZipFile(io.BytesIO(data)) as packed:
            names = packed.namelist()
            if "content.xml" in names:
                Ods(formulas, merged).read(packed)
            elif "xl/workbook.xml" in names:
                for title, path in sheet_paths(packed) if every_sheet else [("", first_sheet(packed))]:
                    formulas_of_xlsx(packed, path, formulas, f"{title}!" if title else "")
    return formulas, merged


_FORMULA = re.compile(rb"<(?:\w+:)?f[\s/>]")
_CELL = re.compile(rb'<(?:\w+:)?c\s[^>]*?\br="([A-Z]{1,3}[0-9]{1,7})"')


def formulas_of_xlsx(packed, path, formulas, before_place=""):
    try:
        file = packed.open(path)
    except KeyError:
        return
    with file:
        kept = b""
        while piece := file.read(CHUNK):
            kept += piece
            # What may go on in the next piece is looked at with it.
            end = kept.rfind(b"</")
            whole, kept = (kept[:end], kept[end:]) if end > 0 else (b"", kept[-CHUNK:])
            if not _FORMULA.search(whole):
                continue
            for found in _FORMULA.finditer(whole):
                before = whole.rfind(b"<c ", 0, found.start())
                cell = _CELL.match(whole, before) if before >= 0 else None
                formulas.add(before_place + (cell[1].decode() if cell else "?"))


def first_sheet(packed):
    """The path of the sheet that stands first in the book."""
    return next(path for _title, path in sheet_paths(packed))


def sheet_paths(packed):
    """(name, path) of each sheet in the order of the book."""
    book = ElementTree.fromstring(packed.read("xl/workbook.xml"))
    links = ElementTree.fromstring(packed.read("xl/_rels/workbook.xml.rels"))
    targets = {one.get("Id"): one.get("Target") for one in links}
    for sheet in book.iter():
        if sheet.tag.endswith("}sheet"):
            key = next(value for name, value in sheet.attrib.items() if name.endswith("}id"))
            target = targets[key]
            yield sheet.get("name"), target.lstrip("/") if target.startswith("/") else f"xl/{target}"


class Ods:
    """Formulas and merged cells of the first table of an OpenDocument sheet."""

    def __init__(self, formulas, merged):
        self.formulas, self.merged = formulas, merged
        self.row, self.column, self.tables = 0, 0, 0
        self.deep = 0

    def read(self, packed):
        parser = expat.ParserCreate()
        parser.StartElementHandler, parser.EndElementHandler = self.start, self.end
        with packed.open("content.xml") as file:
            while self.tables < 2 and (piece := file.read(CHUNK)):
                parser.Parse(piece)

    def start(self, name, given):
        if name == "table:table":
            self.tables += 1
        if self.tables != 1:
            return
        if name in ("table:table-cell", "table:covered-table-cell"):
            where = place(self.row, self.column)
            if "table:formula" in given:
                self.formulas.add(where)
            down = int(given.get("table:number-rows-spanned", 1))
            along = int(given.get("table:number-columns-spanned", 1))
            if down > 1 or along > 1:
                self.merged.add(f"{where}:{place(self.row + down - 1, self.column + along - 1)}")
            self.column += int(given.get("table:number-columns-repeated", 1))
        elif name == "table:table-row":
            self.column, self.repeated = 0, int(given.get("table:number-rows-repeated", 1))

    def end(self, name):
        if name == "table:table-row":
            self.row += self.repeated


def formulas_of_xls(data, formulas):
    """The FORMULA records of the first sheet of the old binary form."""
    stream = stream_of_xls(data)
    place_of_first = next((struct.unpack_from("<I", body)[0] for kind, body in records(stream) if kind == 0x85), None)
    if place_of_first is None:
        return
    for kind, body in records(stream, place_of_first):
        if kind == 0x0A:
            return
        if kind == 0x06 and len(body) >= 4:
            formulas.add(place(*struct.unpack_from("<HH", body)))


def records(stream, at=0):
    while at + 4 <= len(stream):
        kind, size = struct.unpack_from("<HH", stream, at)
        yield kind, stream[at + 4 : at + 4 + size]
        at += 4 + size


def stream_of_xls(data):
    """The stream called Workbook (or Book) of a compound file; empty where it cannot be followed."""
    sector = 1 << struct.unpack_from("<H", data, 30)[0]
    folder, (small_from,) = struct.unpack_from("<I", data, 48)[0], struct.unpack_from("<I", data, 56)
    last = 0xFFFFFFFA
    fat_sectors = [n for n in struct.unpack_from("<109I", data, 76) if n < last]
    more, count = struct.unpack_from("<II", data, 68)
    for _ in range(min(count, len(data) // sector)):
        if more >= last:
            break
        table = struct.unpack_from(f"<{sector // 4}I", data, (more + 1) * sector)
        fat_sectors += [n for n in table[:-1] if n < last]
        more = table[-1]
    fat = [n for one in fat_sectors for n in struct.unpack_from(f"<{sector // 4}I", data, (one + 1) * sector)]

    def follow(first):
        found, seen = [], 0
        while first < len(fat) and seen <= len(fat):
            found.append(data[(first + 1) * sector : (first + 2) * sector])
            first, seen = fat[first], seen + 1
        return b"".join(found)

    entries = follow(folder)
    for at in range(0, len(entries) - 127, 128):
        size = struct.unpack_from("<H", entries, at + 64)[0]
        name = entries[at : at + max(0, size - 2)].decode("utf-16-le", "replace")
        if name in ("Workbook", "Book"):
            first, length = struct.unpack_from("<II", entries, at + 116)
            return follow(first)[:length] if length >= small_from else b""
    return b""


if __name__ == "__main__":
    main(int(sys.argv[1]), int(sys.argv[2]), "every-sheet" in sys.argv)
