"""Any other list of questions, one row a question, through a mapping of its columns.

A mapping is a YAML file with a name; docs/how-to/bring-your-own-checklist.md describes it. Those in
checklists/mappings/ are chosen by the columns they name under `when`.
"""

import io
import re
from functools import cache
from pathlib import Path

from django.utils.translation import gettext as _

from checklists import rules
from checklists.reading import Leaving, Reading
from core.errors import Invalid
from core.sheets import open_table, read_sheets

SHIPPED = Path(__file__).parent.parent / "mappings"
FIELDS = {
    "key", "cluster", "point", "kind", "text", "issue", "explain", "guidance", "unit", "extent", "choices", "level",
    "tags", "sources", "required", "depends_on", "depends_value", "law_title", "law_number", "law_article",
}  # fmt: skip
# Of a table that is looked at: so many sheets, columns and rows are shown, and values of a column when they are few.
MOST_SHEETS, MOST_COLUMNS, SHOWN, FEW, WIDE = 12, 120, 5, 40, 160
LISTS = {"choices", "tags", "sources"}
_PARTS = {"name", "title", "sheet", "when", "checklist", "fields", "constants", "kinds", "split", "required"}
_CHECKLIST = {"key", "version", "title", "language", "subject", "country", "licence", "about"}


def read_mapping(path):
    """A mapping from a YAML file. Raises Invalid with every problem it has."""
    from ruamel.yaml import YAML
    from ruamel.yaml.error import YAMLError

    path = Path(path)
    try:
        document = YAML(typ="safe", pure=True).load(io.StringIO(path.read_text(encoding="utf-8")))
    except (OSError, UnicodeDecodeError, YAMLError):
        raise Invalid(_("%(file)s cannot be read as a mapping.") % {"file": path.name}) from None
    found = list(mapping_problems(document))
    if found:
        raise Invalid(f"{path.name}: {' '.join(found)}", [{"reason": problem} for problem in found])
    return {"name": path.stem} | document


@cache
def shipped_mappings():
    """The mappings that come with the program."""
    return [read_mapping(path) for path in sorted(SHIPPED.glob("*.yaml"))]


def mapping_problems(document):
    """What is wrong with a mapping, in sentences."""
    if not isinstance(document, dict):
        yield _("A mapping is a table of names and values.")
        return
    for name in sorted(set(map(str, document)) - _PARTS):
        yield _("«%(name)s» is not part of a mapping.") % {"name": name}
    for part, allowed in (("fields", FIELDS), ("constants", FIELDS), ("checklist", _CHECKLIST), ("split", LISTS)):
        table = document.get(part, {})
        if not isinstance(table, dict):
            yield _("«%(part)s» is a table.") % {"part": part}
            continue
        for name, value in table.items():
            several = part == "fields" and isinstance(value, list) and value
            if name not in allowed:
                yield _("«%(name)s» in %(part)s is not something a mapping says.") % {"name": name, "part": part}
            elif not all(isinstance(one, str) and one for one in (value if several else [value])):
                yield _("«%(name)s» in %(part)s names nothing. Put it in quotation marks.") % {
                    "name": name,
                    "part": part,
                }
    kinds = document.get("kinds", {})
    if not isinstance(kinds, dict) or not set(kinds.values()) <= rules.KINDS:
        yield _("«kinds» says which of our kinds each of theirs is: %(kinds)s.") % {
            "kinds": ", ".join(sorted(rules.KINDS))
        }
    fields = document.get("fields")
    if not isinstance(fields, dict) or "text" not in fields:
        yield _("Nothing says the text.")
    checklist = document.get("checklist")
    for name in ("key", "title", "language"):
        if not isinstance(checklist, dict) or name not in checklist:
            yield _("Nothing says the %(name)s of the checklist.") % {"name": name}


def read_mapped(path, mapping, *, day, encoding=None, notes=None):
    """The Reading of a table of questions. What a row cannot say is left out and told.

    encoding: of a csv file, where a person says it. notes: a list to which is added how the table was read.
    """
    rows, columns = _table(Path(path), mapping, encoding, notes)
    return _Reader(mapping, columns, rows, day, Path(path).name).reading()


def suiting(columns, saved=()):
    """The saved or shipped mapping whose columns are all there, or None."""
    for mapping in [*saved, *shipped_mappings()]:
        if mapping.get("when") and set(mapping["when"]) <= set(columns):
            return mapping
    return None


def tables(path, encoding=None):
    """What a person needs to see to say which column is what, of each sheet that names columns.

    [{"sheet", "columns", "rows": the first few, "values": {column: what stands in it, where that is little}}]
    """
    if path.suffix.lower() == ".csv":
        table = open_table(path, encoding=encoding)
        sheets = {"": [table.columns, *([row.cells[column] for column in table.columns] for row in table)]}
    else:
        sheets = {name: [texts for _line, texts in rows] for name, rows in read_sheets(path).items() if rows}
    return [_looked_at(name, rows) for name, rows in list(sheets.items())[:MOST_SHEETS]]


def _looked_at(sheet, rows):
    columns = [" ".join(cell.split())[:WIDE] for cell in rows[0]][:MOST_COLUMNS]
    values = {}
    for n, column in enumerate(columns):
        found = dict.fromkeys(row[n].strip() for row in rows[1:] if n < len(row) and row[n].strip())
        if column and 0 < len(found) <= FEW and all(len(value) <= WIDE for value in found):
            values[column] = list(found)
    shown = [[cell.strip()[:WIDE] for cell in row[: len(columns)]] for row in rows[1 : 1 + SHOWN]]
    return {
        "sheet": sheet, "columns": [column for column in columns if column], "header": columns, "rows": shown,
        "values": values, "count": len(rows) - 1,
    }  # fmt: skip


def _table(path, mapping, encoding, notes):
    """([(sheet, line, {column: text})], columns) of the sheet the mapping means."""
    if path.suffix.lower() == ".csv":
        table = open_table(path, encoding=encoding)
        if notes is not None:
            notes += table.notes
        return [(row.sheet, row.line, row.cells) for row in table], table.columns
    sheets = read_sheets(path, notes=notes)
    wanted = mapping.get("sheet") or _sheet_with(columns_of(mapping), sheets)
    if not sheets.get(wanted):
        raise Invalid(_("There is no sheet called %(name)s in this workbook.") % {"name": wanted})
    (_line, header), *rest = sheets[wanted]
    columns = [" ".join(cell.split()) for cell in header]
    made = [(wanted, line, dict(zip(columns, [text.strip() for text in texts], strict=False))) for line, texts in rest]
    return made, columns


def columns_of(mapping):
    """The columns a mapping reads, each once."""
    named = mapping["fields"].values()
    return list(dict.fromkeys(one for value in named for one in (value if isinstance(value, list) else [value])))


def _sheet_with(columns, sheets):
    """The first sheet that has all these columns, else the first."""
    for name, rows in sheets.items():
        if rows and set(columns) <= {" ".join(cell.split()) for cell in rows[0][1]}:
            return name
    return next(iter(sheets), "")


class _Reader:
    def __init__(self, mapping, columns, rows, day, file):
        self.mapping, self.rows, self.file = mapping, rows, file
        self.fields = mapping["fields"]
        self.leavings, self.lines, self.keys = [], {}, {}
        named = columns_of(mapping)
        absent = next((one for one in named if one not in columns), None)
        if absent:
            raise Invalid(_("There is no column called %(name)s.") % {"name": absent}, [{"line": 1, "column": absent}])
        for column in columns:
            if column and column not in named:
                self.leavings.append(
                    Leaving(rows[0][0] if rows else "", 1, column, _("This column is not read."), False)
                )
        checklist = mapping["checklist"]
        self.document = {
            "format": rules.FORMAT,
            "version": "1",
            "subject": "factory",
            "in_force_from": day,
            **checklist,
            "clusters": [],
        }

    def reading(self):
        nodes, asked = {}, []
        for sheet, line, cells in self.rows:
            question = self.question(sheet, line, cells)
            if question is None:
                continue
            path = [self.said(cells, name) or self.mapping["checklist"]["title"] for name in ("cluster", "point")]
            cluster = self.node(nodes, (path[0],), self.document["clusters"], path[0], 120, "points", (sheet, line))
            cluster.setdefault("kind", "core")
            title = self.said(cells, "point") or path[0]
            point = self.node(nodes, tuple(path), cluster["points"], title, 160, "questions", (sheet, line))
            point["questions"].append(question)
            asked.append((sheet, line, cells, question))
        for sheet, line, cells, question in asked:
            self.depends(sheet, line, cells, question)
        if not asked:
            raise Invalid(_("No row of this file is a question that can be asked here."))
        leavings = sorted(self.leavings, key=lambda one: (one.sheet, one.line))
        return Reading(self.document, self.where, leavings, foreign=True)

    def where(self, place):
        node, found, column = self.document, ("", 1), ""
        for step in place:
            try:
                node = node[step]
            except (KeyError, IndexError, TypeError):
                column = str(step)
                break
            found = self.lines.get(id(node), found)
            column = step if isinstance(step, str) else column
        theirs = self.fields.get(column, column)
        return found[0], found[1], theirs if isinstance(theirs, str) else theirs[0]

    def left(self, sheet, line, field, reason, loss=True):
        theirs = self.fields.get(field, field)
        column = theirs if isinstance(theirs, str) else theirs[0]
        self.leavings.append(Leaving(sheet, line, column, reason, loss))

    def said(self, cells, field):
        """What a row says for a field: of several columns the first that is filled."""
        theirs = self.fields.get(field, [])
        for column in [theirs] if isinstance(theirs, str) else theirs:
            if cells.get(column):
                return cells[column]
        return self.mapping.get("constants", {}).get(field, "")

    def node(self, nodes, path, siblings, title, longest, below, at):
        if path not in nodes:
            key = _unique(_slug(" ".join(path[-1:]))[:56].strip("-") or "part", self.keys.setdefault(below, set()))
            nodes[path] = {"key": key, "title": " ".join(title.split())[:longest], below: []}
            siblings.append(nodes[path])
            self.lines[id(nodes[path])] = at
        return nodes[path]

    def question(self, sheet, line, cells):
        text = self.said(cells, "text")
        if not text:
            self.left(sheet, line, "text", _("This row asks nothing."))
            return None
        theirs = self.said(cells, "kind")
        kind = self.mapping.get("kinds", {}).get(theirs, theirs if theirs in rules.KINDS else "")
        if not kind or kind == "table":
            self.left(sheet, line, "kind", _("«%(kind)s» has no counterpart here.") % {"kind": theirs})
            return None
        taken = self.keys.setdefault("question", {})
        key = _unique(_slug(self.said(cells, "key") or text)[:76].strip("-") or "question", taken)
        taken[key] = self.said(cells, "key")
        level = self.said(cells, "level") or "enterprise"
        question = {"key": key, "kind": kind, "text": text, "level": level}
        for name in ("issue", "explain", "guidance", "unit", "extent"):
            if self.said(cells, name):
                question[name] = self.said(cells, name)
        choosing = kind in ("choice", "many_choice")
        if not choosing and any(cells.get(column) for column in [self.fields.get("choices")] if column):
            self.left(sheet, line, "choices", _("Only a question with choices has them."))
        for name in sorted(LISTS if choosing else LISTS - {"choices"}):
            if self.said(cells, name):
                sign = self.mapping.get("split", {}).get(name, ",")
                parts = [part.strip() for part in self.said(cells, name).split(sign)]
                question[name] = list(dict.fromkeys(part for part in parts if part))
        if choosing and "choices" not in question:
            self.left(sheet, line, "choices", _("The choices are missing."))
            return None
        if self.fields.get("required"):
            wanted = self.mapping.get("required", ["yes"])
            question["required"] = self.said(cells, "required").casefold() in [str(one).casefold() for one in wanted]
        self.lines[id(question)] = (sheet, line)
        return question

    def depends(self, sheet, line, cells, question):
        """Shown when another question has an answer, as lists write it: the other's key and the value."""
        theirs = self.said(cells, "depends_on")
        if not theirs:
            return
        keys = {known: key for key, known in self.keys["question"].items()}
        if theirs not in keys:
            sentence = _("There is no question «%(key)s» here to depend on. The question is always shown.")
            self.left(sheet, line, "depends_on", sentence % {"key": theirs})
            return
        parent = next(one for _c, _p, one in rules.questions(self.document) if one["key"] == keys[theirs])
        rule = _rule(parent, self.said(cells, "depends_value"))
        if rule is None:
            sentence = _("«%(value)s» is no answer to the question before. The question is always shown.")
            self.left(sheet, line, "depends_value", sentence % {"value": self.said(cells, "depends_value")})
        else:
            question["visible_when"] = rule


def _rule(parent, value):
    key = parent["key"]
    answered, answer = f'answered("{key}")', f'answers["{key}"]'
    if not value:
        return answered
    if parent["kind"] == "yes_no":
        flag = {"yes": "", "true": "", "no": "!", "false": "!"}.get(value.casefold())
        return None if flag is None else f"{answered} && {flag}{answer}"
    if '"' in value or "\\" in value:
        return None
    if parent["kind"] == "choice" and value in parent["choices"]:
        return f'{answered} && {answer} == "{value}"'
    if parent["kind"] == "many_choice" and value in parent["choices"]:
        return f'{answered} && {answer}.exists(v, v == "{value}")'
    return None


def _slug(text):
    return re.sub("[^a-z0-9]+", "-", text.lower()).strip("-")


def _unique(key, taken):
    made, n = key, 1
    while made in taken:
        n += 1
        made = f"{key}-{n}"
    if isinstance(taken, set):
        taken.add(made)
    return made
