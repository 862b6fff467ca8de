"""Hostile files in, formula-safe files out. The only door to spreadsheet libraries.

Reads csv, xls, xlsx and ods; every row comes with its line, so that a refusal can name the place.

A workbook is opened in a process of its own with limits: five kilobytes can name a cell so far down that the reader
asks for all memory there is and ends its process.
"""

import csv
import io
import itertools
import json
import re
import resource
import subprocess
import sys
import zipfile
from dataclasses import dataclass
from pathlib import Path

from core.errors import Invalid

MAX_BYTES = 50 * 1024 * 1024
MAX_ROWS = 1_000_000
MAX_CELL = 32_767
# What opening one workbook may take.
MAX_MEMORY = 2 * 1024**3
MAX_SECONDS = 120
# What a packed workbook may unpack to, and to how many times its size once it is not small.
MAX_UNPACKED = 1024**3
MAX_RATIO = 200
RATIO_FROM = 20 * 1024 * 1024


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
    if name.lower().endswith((".xls", ".xlsx", ".ods", ".xlsb")):
        rows = _workbook_rows(path, name)
    else:
        rows = _csv_rows(path, name)
    header = next(rows, None)
    if header is None:
        raise Invalid(f"{name} is empty.")
    _, line, columns = header
    columns = [column.strip() for column in columns]
    if not any(columns):
        raise Invalid(f"The first row of {name} names no columns.", [{"line": line}])
    doubled = {column for column in columns if column and columns.count(column) > 1}
    if doubled:
        raise Invalid(f"{name} names the column {sorted(doubled)[0]} twice.", [{"line": line}])
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


def _csv_rows(path, name):
    """Row by row: a long file takes no more memory than a short one."""
    encoding = _encoding(path, name)
    with open(path, encoding=encoding, newline="") as text:
        reader = csv.reader(text, strict=True)
        try:
            while True:
                line = reader.line_num + 1
                cells = next(reader, None)
                if cells is None:
                    return
                if any("\x00" in cell for cell in cells):
                    _say_what_no_text_holds(path, encoding, name)
                yield "", line, cells
        except UnicodeError:
            _say_what_no_text_holds(path, encoding, name)
        except csv.Error as error:
            line = reader.line_num
            raise Invalid(f"{name}, line {line}: this is not a table ({error}).", [{"line": line}]) from None


def _encoding(path, name):
    with open(path, "rb") as file:
        start = file.read(4096)
    if start.startswith((b"\xff\xfe", b"\xfe\xff")):
        return "utf-16"
    if b"\x00" in start:
        raise Invalid(f"{name} is not a text table. Save it as CSV or as a spreadsheet and try again.")
    return "utf-8-sig"


def _say_what_no_text_holds(path, encoding, name):
    """Raise Invalid with the line that no text of this encoding has."""
    data = path.read_bytes()
    try:
        text = data.decode(encoding)
    except UnicodeDecodeError as error:
        line = data[: error.start].count(b"\n") + 1
        sentence = f"{name}, line {line}: the text is not in UTF-8. Save it as UTF-8 and try again."
        raise Invalid(sentence, [{"line": line}]) from None
    if "\x00" in text:
        line = text[: text.index("\x00")].count("\n") + 1
        raise Invalid(f"{name}, line {line}: there is a character here that no text holds.", [{"line": line}])
    raise Invalid(f"{name} is not a text table. Save it as CSV or as a spreadsheet and try again.")


def _workbook_rows(path, name):
    """Rows as the other process tells them, one line of JSON each; the last is null, else it did not come through."""
    _check_unpacked(path, name)
    start = "import sys; sys.path.insert(0, sys.argv[1]); from core.sheets import tell_workbook; tell_workbook()"
    command = [sys.executable, "-c", start, str(Path(__file__).resolve().parent.parent)]
    with open(path, "rb") as file:
        told = subprocess.Popen(command, stdin=file, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
    try:
        for line in told.stdout:
            row = json.loads(line)
            if row is None:
                return
            yield row
    except ValueError:
        pass  # cut off in the middle of a line
    finally:
        told.kill()
        told.stdout.close()
        told.wait()
    raise Invalid(f"{name} cannot be opened as a spreadsheet. Open it, save it again and try once more.")


def _check_unpacked(path, name):
    """Refuse a packed workbook whose list of contents says that it unpacks to more than anybody sends.

    A list that lies about sizes meets the limits of the other process.
    """
    if not zipfile.is_zipfile(path):
        return  # the older binary form is not packed
    try:
        with zipfile.ZipFile(path) as packed:
            sizes = [(one.file_size, one.compress_size) for one in packed.infolist()]
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError):
        raise Invalid(f"{name} cannot be opened as a spreadsheet. Open it, save it again and try once more.") from None
    whole, sent = (sum(column) for column in zip(*sizes, strict=True)) if sizes else (0, 0)
    if whole > MAX_UNPACKED or (whole > RATIO_FROM and whole > MAX_RATIO * max(sent, 1)):
        raise Invalid(f"{name} unpacks to far more than a list holds. Save the sheet as CSV and try again.")


def tell_workbook():
    """In the other process: the first sheet of the workbook on the standard input, told line by line."""
    import python_calamine

    resource.setrlimit(resource.RLIMIT_AS, (MAX_MEMORY, MAX_MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (MAX_SECONDS, MAX_SECONDS))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    book = python_calamine.CalamineWorkbook.from_filelike(io.BytesIO(sys.stdin.buffer.read()))
    sheet = book.get_sheet_by_index(0)
    for line, cells in enumerate(sheet.iter_rows(), start=1 + (sheet.start[0] if sheet.start else 0)):
        texts = [_text(cell) for cell in cells]
        while texts and not texts[-1]:
            texts.pop()
        print(json.dumps([sheet.name, line, texts]))
    print("null")


def _text(cell):
    if cell is None:
        return ""
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return str(cell)


def safe(value):
    """A cell that no spreadsheet takes for a formula."""
    text = "" if value is None else str(value)
    if text.startswith(_FORMULA) and not _NUMBER.fullmatch(text):
        return "'" + text
    return text


# Also the wide signs of East Asian keyboards, which some programs take for the same.
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
# Narrower than what Python takes: "-inf" and "+1_000" are words to a spreadsheet.
_NUMBER = re.compile(r"[+-]?[0-9]+(\.[0-9]+)?(e[+-]?[0-9]+)?", re.IGNORECASE)


def write_csv(columns, rows):
    """Yield the lines of a CSV file as text, formula-safe, with CRLF. rows: iterables in the columns' order."""
    buffer = io.StringIO()
    writer = csv.writer(buffer)
    for cells in itertools.chain([columns], rows):
        writer.writerow([safe(cell) for cell in cells])
        yield buffer.getvalue()
        buffer.seek(0)
        buffer.truncate()
