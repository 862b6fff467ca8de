"""Tables that no spreadsheet program takes for formulas."""

import csv
import io
import itertools
import re

# Also the wide signs of East Asian keyboards, which some programs take for the same.
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
# Narrower than what Python takes: "-inf" and "+1_000" are words to a spreadsheet.
_NUMBER = re.compile(r"[+-]?[0-9]+(\.[0-9]+)?(e[+-]?[0-9]+)?", re.IGNORECASE)
# What no cell of a workbook may hold.
_NO_TEXT = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff\ud800-\udfff]")
MAX_CELL = 32_767


def safe(value):
    """A cell that no spreadsheet takes for a formula."""
    text = "" if value is None else str(value)
    if text.startswith(_FORMULA) and not _NUMBER.fullmatch(text):
        return "'" + text
    return text


def write_csv(columns, rows):
    """Yield the lines of a CSV file as text, formula-safe, with CRLF. rows: iterables in the columns' order."""
    buffer = io.StringIO()
    writer = csv.writer(buffer)
    for cells in itertools.chain([columns], rows):
        writer.writerow([safe(cell) for cell in cells])
        yield buffer.getvalue()
        buffer.seek(0)
        buffer.truncate()


def write_workbook(sheets):
    """An xlsx file as bytes: {sheet: rows of texts and numbers}. The first row of each stays in sight.

    Every text is stored as a text, so that no spreadsheet takes it for a formula; no sign is put before it.
    """
    from openpyxl import Workbook
    from openpyxl.cell import WriteOnlyCell
    from openpyxl.writer.excel import save_workbook

    book = Workbook(write_only=True)
    for title, rows in sheets.items():
        sheet = book.create_sheet(title)
        sheet.freeze_panes = "A2"
        for cells in rows:
            line = []
            for value in cells:
                text = isinstance(value, str)
                cell = WriteOnlyCell(sheet, value=_NO_TEXT.sub("", value)[:MAX_CELL] if text else value)
                if text:
                    cell.data_type = "s"
                line.append(cell)
            sheet.append(line)
    written = io.BytesIO()
    save_workbook(book, written)
    return written.getvalue()
