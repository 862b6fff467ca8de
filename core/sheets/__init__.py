"""Hostile files in, formula-safe files out. The only door to spreadsheet libraries.

Reads csv in any encoding (encodings.py), xls, xlsx and ods (workbooks.py); every row comes with its line, so that a
refusal can name the place. What a person should know of the reading is in the table's notes.
"""

import contextlib
import csv
import itertools
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from django.utils.translation import gettext as _

from core.errors import Invalid
from core.sheets import encodings, workbooks
from core.sheets.parquet import can_write_parquet, save_parquet_to
from core.sheets.writing import MAX_CELL, dated_alike, safe, save_workbook_to, write_csv, write_workbook

__all__ = [
    "MAX_BYTES", "WORKBOOKS", "Row", "Table", "Unclear", "can_write_parquet", "dated_alike", "open_table", "read_rows",
    "read_sheets", "safe", "save_parquet_to", "save_workbook_to", "write_csv", "write_workbook",
]  # fmt: skip

MAX_BYTES = 50 * 1024 * 1024
MAX_ROWS = 1_000_000
# What `read_sheets` keeps in memory at once, over all sheets of a workbook.
MAX_KEPT_ROWS = 50_000
MAX_KEPT_TEXT = 20 * 1024 * 1024
WORKBOOKS = (".xls", ".xlsx", ".ods", ".xlsb")
# What stands between cells, in the order it is tried.
SIGNS = (",", ";", "\t")


@dataclass(frozen=True)
class Row:
    """One row: the sheet it stands in, its line (1 is the header's in a plain table) and {column: text}.

    `beyond`: how many cells with text stand past the last column; such a row is shifted, not merely longer.
    """

    sheet: str
    line: int
    cells: dict
    beyond: int = 0


@dataclass
class Table:
    """A table with a header. Iterate once for the rows: cells are stripped text, empty rows left out.

    `notes` are sentences on how it is read, such as the encoding, or formulas that were met with. `codec` is the
    encoding of a text table.
    """

    columns: list[str]
    rows: Any
    notes: list[str] = field(default_factory=list)
    codec: str = ""

    def __iter__(self):
        return iter(self.rows)


class Unclear(Invalid):
    """Nobody can tell in which encoding a file is. `likely`: [(codec, words for it, an example read with it)]."""

    def __init__(self, sentence, likely):
        super().__init__(sentence, code="encoding")
        self.likely = likely


def read_rows(path, *, name=None, encoding=None):
    """(columns, iterator of Row) of a table with a header; see `open_table`."""
    table = open_table(path, name=name, encoding=encoding)
    return table.columns, table.rows


def open_table(path, *, name=None, encoding=None) -> Table:
    """The table in a file. `encoding`: of a text table, where a person says it; else it is found out.

    Raises Invalid with a sentence for a file that is too large or is no table, and Unclear when a person has to say
    the encoding.
    """
    path, name = _at_hand(path, name)
    notes: list[str] = []
    codec = ""
    if name.lower().endswith(WORKBOOKS):
        rows = workbooks.rows_of(path, name, notes)
    else:
        codec = _codec(path, name, encoding, notes)
        rows = _csv_rows(path, name, codec, _sign(path, codec, notes))
    header = next(rows, None)
    if header is None:
        raise Invalid(_("%(name)s is empty.") % {"name": name})
    _sheet, line, columns = header
    columns = [column.strip() for column in columns]
    if not any(columns):
        raise Invalid(_("The first row of %(name)s names no columns.") % {"name": name}, [{"line": line}])
    doubled = {column for column in columns if column and columns.count(column) > 1}
    if doubled:
        sentence = _("%(name)s names the column %(column)s twice.") % {"name": name, "column": sorted(doubled)[0]}
        raise Invalid(sentence, [{"line": line}])
    return Table(columns, _as_rows(rows, columns, name), notes, codec)


def _at_hand(path, name):
    """The path and what the file is called, unless it is not there or too large."""
    path = Path(path)
    name = name or path.name
    if not path.is_file():
        raise Invalid(_("There is no file %(name)s.") % {"name": name})
    if path.stat().st_size > MAX_BYTES:
        most = MAX_BYTES // 1024 // 1024
        raise Invalid(_("%(name)s is larger than %(most)d MB. Split it.") % {"name": name, "most": most})
    return path, name


def read_sheets(path, *, name=None, notes=None):
    """Every sheet of a workbook, for files that are several tables: {sheet: [(line, [text of each cell])]}.

    Texts as they stand, empty rows left out. What a person should know, such as formulas, is added to `notes`.
    Raises Invalid as `read_rows` does, and for more than one keeps in memory.
    """
    path, name = _at_hand(path, name)
    sheets, kept, characters = {}, 0, 0
    with contextlib.closing(workbooks.rows_of(path, name, [] if notes is None else notes, every_sheet=True)) as told:
        for sheet, line, cells in told:
            rows = sheets.setdefault(sheet, [])
            if not any(cell.strip() for cell in cells):
                continue
            where = [{"sheet": sheet, "line": line}]
            if any(len(cell) > MAX_CELL for cell in cells):
                sentence = _("%(name)s, sheet %(sheet)s, line %(line)d: a cell holds more than %(most)s characters.")
                said = {"name": name, "sheet": sheet, "line": line, "most": f"{MAX_CELL:,}"}
                raise Invalid(sentence % said, where)
            kept, characters = kept + 1, characters + sum(map(len, cells))
            if kept > MAX_KEPT_ROWS or characters > MAX_KEPT_TEXT:
                sentence = _("%(name)s, sheet %(sheet)s: this is more than can be taken at once. Split the file.")
                raise Invalid(sentence % {"name": name, "sheet": sheet}, where)
            rows.append((line, cells))
    return sheets


def _as_rows(rows, columns, name):
    for count, (sheet, line, cells) in enumerate(rows, start=1):
        if count > MAX_ROWS:
            raise Invalid(
                _("%(name)s has more than %(most)s rows. Split it.") % {"name": name, "most": f"{MAX_ROWS:,}"}
            )
        if not any(cell.strip() for cell in cells):
            continue
        if any(len(cell) > MAX_CELL for cell in cells):
            sentence = _("%(name)s, line %(line)d: a cell holds more than %(most)s characters.")
            raise Invalid(sentence % {"name": name, "line": line, "most": f"{MAX_CELL:,}"}, [{"line": line}])
        pairs = itertools.zip_longest(columns, cells[: len(columns)], fillvalue="")
        beyond = sum(1 for cell in cells[len(columns) :] if cell.strip())
        yield Row(sheet, line, {column: cell.strip() for column, cell in pairs if column}, beyond)


# --- text ------------------------------------------------------------------------------------------------------


def _codec(path, name, encoding, notes):
    """The codec to read with, said in the notes; raises Unclear with what it may be."""
    if encoding:
        codec = encodings.known(encoding)
        if codec is None:
            raise Invalid(_("“%(text)s” is no encoding we know, such as cp874.") % {"text": encoding[:40]})
        if codec == "utf-8":
            codec = "utf-8-sig"
    else:
        found = encodings.find(path)
        if not found.codec:
            _ask(found, path, name)
        if found.plain:
            return found.codec
        codec = "utf-8-sig" if found.codec == "utf-8" else found.codec
    notes.append(_("Read as %(encoding)s.") % {"encoding": encodings.words_for(codec)})
    return codec


def _ask(found, path, name):
    if found.broken_at is not None:
        with open(path, "rb") as file:
            line = file.read(found.broken_at).count(b"\n") + 1
        sentence = _("%(name)s, line %(line)d: the text is not in UTF-8, unlike what stands before it. Save the whole "
                     "list as UTF-8 and try again.")  # fmt: skip
        raise Invalid(sentence % {"name": name, "line": line}, [{"line": line}])
    if not found.likely:
        if found.no_text:
            raise _no_text(name)
        sentence = _("Nobody can tell how the letters of %(name)s are written. Name its encoding, or save it as UTF-8.")
        raise Unclear(sentence % {"name": name}, [])
    likely = [
        (codec, encodings.words_for(codec), example)
        for codec, example in zip(found.likely, found.examples, strict=True)
    ]
    sentence = _(
        "The letters of %(name)s can be read in several ways: %(ways)s. Name its encoding, or save it as UTF-8."
    )
    ways = "; ".join(f"{words}: {example[:60]}" for _codec, words, example in likely)
    raise Unclear(sentence % {"name": name, "ways": ways}, likely)


def _no_text(name):
    return Invalid(
        _("%(name)s is not a text table. Save it as CSV or as a spreadsheet and try again.") % {"name": name}
    )


def _sign(path, codec, notes):
    """What stands between the cells: the comma, unless the first line has none of it and some of another."""
    try:
        with open(path, encoding=codec, newline="") as text:
            line = text.readline(20_000)
    except UnicodeError:
        return ","  # the reading says where
    sign = next((sign for sign in SIGNS if sign in line), ",")
    if sign != ",":
        shown = _("semicolons") if sign == ";" else _("tabs")
        notes.append(_("Its cells are divided by %(sign)s.") % {"sign": shown})
    return sign


def _csv_rows(path, name, codec, sign):
    """Row by row: a long file takes no more memory than a short one."""
    with open(path, encoding=codec, newline="") as text:
        reader = csv.reader(text, strict=True, delimiter=sign)
        try:
            while True:
                line = reader.line_num + 1
                cells = next(reader, None)
                if cells is None:
                    return
                if any(not cell.isprintable() and _unheard(cell) for cell in cells):
                    sentence = _("%(name)s, line %(line)d: there is a character here that no text holds.")
                    raise Invalid(sentence % {"name": name, "line": line}, [{"line": line}])
                yield "", line, cells
        except UnicodeError:
            _say_where(path, codec, name)
        except csv.Error as error:
            line = reader.line_num
            sentence = _("%(name)s, line %(line)d: this is not a table (%(error)s).")
            raise Invalid(sentence % {"name": name, "line": line, "error": error}, [{"line": line}]) from None


def _unheard(cell):
    """Signs that steer machines. A person's text has none; a wrong encoding often has."""
    return any(c < " " and c not in "\t\r\n\x0b\x0c" or "\x80" <= c <= "\x9f" and c != "\x85" for c in cell)


def _say_where(path, codec, name):
    """Raise Invalid with the line that no text of this encoding has."""
    try:
        path.read_bytes().decode(codec)
    except UnicodeDecodeError as error:
        line = error.object[: error.start].count(b"\n") + 1
        sentence = _("%(name)s, line %(line)d: the text is not in %(encoding)s.")
        said = {"name": name, "line": line, "encoding": encodings.words_for(codec)}
        raise Invalid(sentence % said, [{"line": line}]) from None
    except UnicodeError:
        pass
    raise _no_text(name)
