"""Hostile files in, formula-safe files out. The only door to spreadsheet libraries.

Reads csv, xls, xlsx and ods; every row comes with its line, so that a refusal can name the place.
"""

import csv
import io
import itertools
from dataclasses import dataclass
from pathlib import Path

from core.errors import Invalid

MAX_BYTES = 50 * 1024 * 1024
MAX_ROWS = 1_000_000
MAX_CELL = 32_767


@dataclass(frozen=True)
class Row:
    """One row: the sheet it stands in, its line (1 is the header's in a plain table) and {column: text}.

    `beyond`: how many cells with text stand past the last column; such a row is shifted, not merely longer.
    """

    sheet: str
    line: int
    cells: dict
    beyond: int = 0


def read_rows(path, *, name=None):
    """Read a table with a header. Returns (columns, iterator of Row). Cells are stripped text, empty rows left out.

    Raises Invalid with a sentence for a file that is too large, is no table, or is in an unknown encoding.
    """
    path = Path(path)
    name = name or path.name
    if not path.is_file():
        raise Invalid(f"There is no file {name}.")
    if path.stat().st_size > MAX_BYTES:
        raise Invalid(f"{name} is larger than {MAX_BYTES // 1024 // 1024} MB. Split it.")
    data = path.read_bytes()
    if name.lower().endswith((".xls", ".xlsx", ".ods", ".xlsb")):
        rows = _workbook_rows(data, name)
    else:
        rows = _csv_rows(data, name)
    header = next(rows, None)
    if header is None:
        raise Invalid(f"{name} is empty.")
    sheet, _, columns = header
    columns = [column.strip() for column in columns]
    if not any(columns):
        raise Invalid(f"The first row of {name} names no columns.")
    doubled = {column for column in columns if column and columns.count(column) > 1}
    if doubled:
        raise Invalid(f"{name} names the column {sorted(doubled)[0]} twice.")
    return columns, _as_rows(rows, columns, name)


def _as_rows(rows, columns, name):
    for count, (sheet, line, cells) in enumerate(rows, start=1):
        if count > MAX_ROWS:
            raise Invalid(f"{name} has more than {MAX_ROWS:,} rows. Split it.")
        if not any(cell.strip() for cell in cells):
            continue
        long = next((cell for cell in cells if len(cell) > MAX_CELL), None)
        if long is not None:
            raise Invalid(f"{name}, line {line}: a cell holds more than {MAX_CELL:,} characters.", [{"line": line}])
        pairs = itertools.zip_longest(columns, cells[: len(columns)], fillvalue="")
        beyond = sum(1 for cell in cells[len(columns) :] if cell.strip())
        yield Row(sheet, line, {column: cell.strip() for column, cell in pairs if column}, beyond)


def _csv_rows(data, name):
    text = _decoded(data, name)
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    try:
        while True:
            line = reader.line_num + 1
            cells = next(reader, None)
            if cells is None:
                return
            yield "", line, cells
    except csv.Error as error:
        line = reader.line_num
        raise Invalid(f"{name}, line {line}: this is not a table ({error}).", [{"line": line}]) from None


def _decoded(data, name):
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        encoding = "utf-16"
    elif b"\x00" in data[:4096]:
        raise Invalid(f"{name} is not a text table. Save it as CSV or as a spreadsheet and try again.")
    else:
        encoding = "utf-8-sig"
    try:
        return data.decode(encoding)
    except UnicodeDecodeError as error:
        line = data[: error.start].count(b"\n") + 1
        sentence = f"{name}, line {line}: the text is not in UTF-8. Save it as UTF-8 and try again."
        raise Invalid(sentence, [{"line": line}]) from None


def _workbook_rows(data, name):
    import python_calamine

    try:
        book = python_calamine.CalamineWorkbook.from_filelike(io.BytesIO(data))
        sheet = book.get_sheet_by_index(0)
        rows = sheet.iter_rows()
        for line, cells in enumerate(rows, start=1 + (sheet.start[0] if sheet.start else 0)):
            yield sheet.name, line, [_text(cell) for cell in cells]
    except (python_calamine.CalamineError, IndexError, OSError, ValueError):
        raise Invalid(f"{name} cannot be opened as a spreadsheet. Open it, save it again and try once more.") from None


def _text(cell):
    if cell is None:
        return ""
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return str(cell)


def safe(value):
    """A cell that no spreadsheet takes for a formula."""
    text = "" if value is None else str(value)
    if text.startswith(("=", "+", "-", "@", "\t", "\r")) and not _is_number(text):
        return "'" + text
    return text


def _is_number(text):
    try:
        float(text)
    except ValueError:
        return False
    return True


def write_csv(columns, rows):
    """Yield the lines of a CSV file as text, formula-safe, with CRLF. rows: iterables in the columns' order."""
    buffer = io.StringIO()
    writer = csv.writer(buffer)
    for cells in itertools.chain([columns], rows):
        writer.writerow([safe(cell) for cell in cells])
        yield buffer.getvalue()
        buffer.seek(0)
        buffer.truncate()
