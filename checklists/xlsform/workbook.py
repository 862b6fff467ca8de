"""The sheets of an XLSForm as pyxform takes them, each row with its line; and pyxform's judgement on the form.

The only door to pyxform, which never opens the file: workbooks are opened by core/sheets alone.
"""

import re
from dataclasses import dataclass, field

from django.utils.translation import gettext as _

from core.errors import Invalid

SHEETS = ("survey", "choices", "settings", "external_choices", "entities", "osm")
# As many empty rows in a row end a sheet, as pyxform has it.
GAP = 60
LINE = "of_line"
_ROW = re.compile(r"\[row : (\d+)\]\s*")
_ON_SHEET = re.compile(r"On the '(\w+)' sheet,? ?|for sheet: '(\w+)'")


@dataclass
class Sheet:
    """One sheet: the line of its header, its columns as written, its rows as {column: text} with their lines."""

    name: str
    header: int = 1
    columns: list[str] = field(default_factory=list)
    rows: list[tuple[int, dict[str, str]]] = field(default_factory=list)
    beyond: int = 0

    def row(self, line):
        return next((cells for at, cells in self.rows if at == line), {})

    def cell(self, line, *names):
        """What stands in the first of these columns that is filled; "" for none."""
        return self.row(line).get(self.column(line, *names), "")

    def column(self, line, *names):
        """How the column is called in this file whose cell holds one of these of a row; else the first of the names."""
        cells = self.row(line)
        for column in self.columns:
            if plain(column) in names and cells.get(column):
                return column
        return names[0]


def plain(column):
    """«Media::image::French (fr)» as `image`, «bind:relevant» as `relevant`: what a column is, without language."""
    parts = [part.strip().lower() for part in re.split("::?", column)]
    if parts[0] in ("bind", "body", "control", "media") and len(parts) > 1:
        parts = parts[1:]
    if parts[0] == "jr" and len(parts) > 1:
        parts = parts[1:]
    return {"relevance": "relevant", "calculate": "calculation", "caption": "label", "value": "name"}.get(
        parts[0], parts[0]
    )


def type_of(name):
    """What XLSForm knows of a type of question: {"control": {"tag"}, "bind": {"type"}}; {} for none of its own."""
    from pyxform.question_type_dictionary import QUESTION_TYPE_DICT

    return QUESTION_TYPE_DICT.get(name, {})


def forms(found):
    """{name: Sheet} of the sheets that make a form. A single sheet is the survey, whatever it is called."""
    sheets = {}
    for title, rows in found.items():
        name = title.strip().lower()
        if name not in SHEETS and len(found) > 1:
            continue
        name = name if name in SHEETS else "survey"
        if name in sheets:
            raise Invalid(_("There are two sheets called %(name)s.") % {"name": title}, [{"sheet": title, "line": 1}])
        sheets[name] = _sheet(title, rows)
    return sheets


def _sheet(title, rows):
    if not rows:
        return Sheet(title)
    header, cells = rows[0]
    columns = [re.sub(" +", " ", cell.replace("\xa0", " ").strip()) for cell in cells]
    for at, column in enumerate(columns):
        if column and column in columns[:at]:
            raise Invalid(
                _("The column %(column)s stands twice on the sheet %(sheet)s.") % {"column": column, "sheet": title},
                [{"sheet": title, "line": header, "column": column}],
            )
    sheet = Sheet(title, header, [column for column in columns if column])
    last = header
    for line, texts in rows[1:]:
        pairs = zip(columns, texts, strict=False)
        cells = {column: text.replace("\xa0", " ").strip() for column, text in pairs if column and text.strip()}
        if not cells:
            continue
        if line - last > GAP:
            sheet.beyond = line
            break
        sheet.rows.append((line, cells))
        last = line
    return sheet


def tree(sheets, name):
    """What pyxform makes of the form, as nested dicts; each node of the survey has its line under LINE.

    Raises Invalid with pyxform's reason and the place for what it does not take.
    """
    from pyxform.errors import PyXFormError
    from pyxform.xls2xform import convert

    if "survey" not in sheets:
        raise Invalid(_("There is no sheet called survey, so this is no XLSForm."))
    for line, cells in sheets["survey"].rows:
        kind = next((text for column, text in cells.items() if plain(column) == "type"), "")
        if kind.split()[:1] == ["include"]:
            raise Invalid(
                _("This row takes in another file (include), which is not here. Put its rows into this form."),
                [{"sheet": sheets["survey"].name, "line": line, "column": "type"}],
            )
    given = {"sheet_names": [sheet.name for sheet in sheets.values()], "fallback_form_name": name}
    for key, sheet in sheets.items():
        given[key] = _with_gaps(sheet, key == "survey")
        given[f"{key}_header"] = [dict.fromkeys([*sheet.columns, *([LINE] if key == "survey" else [])])]
    # A choice that stands twice in its list is one choice here, offered where either is; pyxform refuses it otherwise.
    given["settings"] = [{**(given.get("settings") or [{}])[0], "allow_choice_duplicates": "yes"}]
    columns = [*(sheets["settings"].columns if "settings" in sheets else []), "allow_choice_duplicates"]
    given["settings_header"] = [dict.fromkeys(columns)]
    try:
        return convert(given, form_name=name)._pyxform
    except PyXFormError as error:
        raise _refused(str(error), sheets) from None
    except RecursionError:
        raise Invalid(_("The groups of this form are nested too deeply.")) from None
    except Exception as error:
        # A library for forms of good will: whatever it stumbles over is a fault of the file.
        raise Invalid(_("This is not taken for an XLSForm: %(why)s") % {"why": str(error)[:300]}) from None


def _with_gaps(sheet, with_lines):
    """Rows at their places, so that the row numbers of pyxform's sentences are lines of the sheet."""
    lines = dict(sheet.rows)
    last = sheet.rows[-1][0] if sheet.rows else sheet.header
    made = []
    for line in range(sheet.header + 1, last + 1):
        cells = dict(lines.get(line, {}))
        if with_lines and cells:
            cells[LINE] = str(line)
        made.append(cells)
    return made


def _refused(sentence, sheets):
    row, on = _ROW.search(sentence), _ON_SHEET.search(sentence)
    name = next((part for part in (on.groups() if on else ()) if part), "survey")
    sheet = sheets.get(name, Sheet(name))
    line = int(row.group(1)) + sheet.header - 1 if row else sheet.header
    quoted = re.search(r"the '(\w+)' value", sentence)
    column = quoted.group(1) if quoted else "calculation" if "calculation" in sentence else ""
    if "no name" in sentence:
        column = "name"
    elif "Unmatched" in sentence or "no matching" in sentence.lower() or "List name not" in sentence:
        column = column or "type"
    words = re.sub(r"\s*Learn more: \S+", "", _ROW.sub("", sentence)).strip()
    return Invalid(words, [{"sheet": sheet.name, "line": line, "column": column}])
