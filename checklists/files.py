"""Any file with a checklist in it as a Reading: YAML, our own workbook, an XLSForm, or a table through a mapping.

It writes nothing. What the file is, is told by its ending and its sheets.
"""

from pathlib import Path

from django.utils.translation import gettext_lazy as _

from checklists.imports import read_yaml
from checklists.reading import Reading
from checklists.spreadsheets import layout, mapped, translating
from checklists.xlsform.reading import read_xlsform
from core.errors import Invalid
from core.sheets import open_table, read_sheets

WORKBOOKS = (".xlsx", ".xls", ".ods", ".xlsm", ".xlsb")
_UNKNOWN = _(
    "%(file)s is neither our own workbook nor an XLSForm (no sheet is called survey). "
    "Say with a mapping what its columns mean."
)
# Sheets by which an XLSForm is known; a single sheet of any name may be one as well.
FORM = {"survey", "choices", "settings"}


def is_workbook(path):
    """Is this a spreadsheet by its name?"""
    return Path(path).suffix.lower() in WORKBOOKS


def read_file(path, *, day, mapping=None, saved=(), text_of=None, earlier_of=None, notes=None, encoding=None, **given):
    """The Reading of a file. `day`: the first day of a version whose file says none.

    mapping: a mapping's document, for a table that is none of ours; saved: those that are tried by the columns they
    name. text_of(about): the published document that a
    translation by spreadsheet names, and earlier_of(about) the translation before it. notes: a list to which is added
    what a person should know, such as formulas. encoding: of a csv file, where a person says it. given: key, version,
    language and subject, for an XLSForm, which may not say them. Raises Invalid with the place of what is refused.
    """
    path = Path(path)
    if mapping is not None:
        return mapped.read_mapped(path, mapping, day=day, encoding=encoding, notes=notes)
    if path.suffix.lower() == ".csv":
        suits = mapped.suiting(open_table(path, encoding=encoding).columns, saved)
        if suits is None:
            raise Invalid(_UNKNOWN % {"file": path.name}, code="columns")
        return mapped.read_mapped(path, suits, day=day, encoding=encoding, notes=notes)
    if not is_workbook(path):
        document, line_of = read_yaml(path)
        return Reading(document, lambda place: ("", line_of(place), ".".join(map(str, place))))
    return _of_sheets(path, read_sheets(path, notes=notes), day, text_of, earlier_of, saved, given)


def _of_sheets(path, sheets, day, text_of, earlier_of, saved, given):
    if layout.is_layout(sheets):
        return layout.read_layout(sheets)
    if translating.is_translation(sheets):
        about = translating.read_about(sheets)
        document, where = translating.read_translation(sheets, text_of(about), earlier_of(about))
        return Reading(document, where)
    if "survey" in {name.strip().lower() for name in sheets}:
        return read_xlsform(path, day=day, sheets=sheets, **given)
    suits = _suiting(sheets, saved)
    if suits:
        return mapped.read_mapped(path, suits, day=day)
    columns = [column for rows in sheets.values() if rows for column in rows[0][1]]
    if len(sheets) == 1 and {"type", "name"} <= {column.strip().lower() for column in columns}:
        return read_xlsform(path, day=day, sheets=sheets, **given)
    raise Invalid(_UNKNOWN % {"file": path.name}, code="columns")


def _suiting(sheets, saved):
    """The mapping that knows the columns of the sheet it reads, or None."""
    for rows in sheets.values():
        found = mapped.suiting([" ".join(column.split()) for column in rows[0][1]] if rows else [], saved)
        if found:
            return found
    return None
