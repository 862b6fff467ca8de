"""Tables that no spreadsheet program takes for formulas."""

import csv
import io
import itertools
import re
import shutil
import zipfile

# Also the wide signs of East Asian keyboards, which some programs take for the same.
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
# Narrower than what Python takes: "-inf" and "+1_000" are words to a spreadsheet.
_NUMBER = re.compile(r"[+-]?[0-9]+(\.[0-9]+)?(e[+-]?[0-9]+)?", re.IGNORECASE)
# What no cell of a workbook may hold.
_NO_TEXT = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff\ud800-\udfff]")
MAX_CELL = 32_767
# When a workbook says it was made and changed.
_MOMENT = re.compile(rb"(<dcterms:(?:created|modified)[^>]*>)[^<]*")


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
    """An xlsx file as bytes: {sheet: rows of texts and numbers}. See `save_workbook_to`."""
    written = io.BytesIO()
    save_workbook_to(written, sheets.items())
    return written.getvalue()


def save_workbook_to(file, sheets):
    """Write an xlsx file row by row: [(sheet, rows of texts and numbers)]. The first row of each stays in sight.

    Every text is stored as a text, so that no spreadsheet takes it for a formula; no sign is put before it.
    """
    from openpyxl import Workbook
    from openpyxl.cell import WriteOnlyCell
    from openpyxl.writer.excel import save_workbook

    book = Workbook(write_only=True)
    for title, rows in sheets:
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
    save_workbook(book, file)


def dated_alike(workbook, file, at):
    """Write an xlsx file again with one moment in place of those at which it was written: same rows, same bytes."""
    moment = at.strftime("%Y-%m-%dT%H:%M:%SZ").encode()
    with zipfile.ZipFile(workbook) as read, zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as write:
        for item in read.infolist():
            part = zipfile.ZipInfo(item.filename, at.timetuple()[:6])
            part.compress_type = zipfile.ZIP_DEFLATED
            if item.filename == "docProps/core.xml":
                write.writestr(part, _MOMENT.sub(rb"\g<1>" + moment, read.read(item)))
            else:
                with read.open(item) as source, write.open(part, "w", force_zip64=True) as target:
                    shutil.copyfileobj(source, target)
