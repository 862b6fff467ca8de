"""Our own workbook: a checklist in sheets, one row a question. What is written is read back exactly.

Parts that are lists of their own (choices, columns, law, phrases …) have a sheet each, whose first column names what
they belong to. A part that does not fit its sheet stands as JSON in the row it belongs to, so nothing is ever lost.
"""

from dataclasses import dataclass

from django.utils.translation import gettext as _

from checklists.reading import Reading
from checklists.spreadsheets import cells
from core.errors import Invalid
from core.sheets import write_workbook

TEXT = (cells.to_cell, cells.from_cell)
LIST = (cells.list_to_cell, cells.list_from_cell)
FLAG = (cells.flag_to_cell, cells.flag_from_cell)
NUMBER = (cells.number_to_cell, cells.number_from_cell)
KINDS = {
    "sources": LIST, "tags": LIST, "months": LIST, "spread": LIST, "notes": LIST, "questions": LIST,
    "required": FLAG, "optional": FLAG, "from": NUMBER, "to": NUMBER, "take": NUMBER, "min": NUMBER, "max": NUMBER,
    "number": NUMBER,
}  # fmt: skip
TOP = ("format", "key", "version", "title", "language", "subject", "country", "in_force_from", "licence", "about")
CLUSTER = ("key", "title", "kind", "optional", "number", "group")
POINT = ("key", "title")
QUESTION = (
    "key", "kind", "text", "issue", "explain", "guidance", "level", "polarity", "required", "required_when",
    "visible_when", "unit", "extent", "compute", "sources", "tags", "sample",
)  # fmt: skip
COLUMN = ("key", "title", "kind", "unit", "compute")
LAW = (
    "country", "instrument", "title", "number", "year", "article", "in_force_from", "in_force_to", "link", "status",
)  # fmt: skip


@dataclass(frozen=True)
class Part:
    """A list inside a question or a cluster that has a sheet of its own."""

    sheet: str
    owner: str
    field: str
    names: tuple[str, ...]
    # The name under which a list of plain texts is written; "" where there are none.
    plain: str = ""
    # Columns whose kind differs from KINDS in this part.
    texts: tuple[str, ...] = ()


PARTS = (
    Part("kinds", "cluster", "kinds", ("kind", "from"), texts=("from",)),
    Part("choices", "question", "choices", ("key", "text", "when"), plain="text"),
    Part("columns", "question", "columns", COLUMN),
    Part("law", "question", "law", LAW, texts=("number",)),
    Part("suggestions", "question", "suggest", ("when", "state", "because")),
)
PHRASES = ("finding", "good_practice", "recommendation")
SHEETS = {"checklist", "clusters", "points", "questions"}


# Writing


def write_layout(document):
    """The workbook of a document, as bytes. Raises Invalid where a text is too long for a cell."""
    return write_workbook(to_sheets(document))


def to_sheets(document):
    """{sheet: rows of texts} of a document."""
    sheets = {
        "checklist": [["name", "value"]],
        "clusters": _Table(CLUSTER),
        "points": _Table(("cluster", *POINT)),
        "questions": _Table(("point", *QUESTION)),
        **{part.sheet: _Table((part.owner, *part.names)) for part in PARTS},
        "column choices": _Table(("question", "column", "key", "text", "when")),
        "phrases": _Table(("question", "kind", "text")),
        "sampling": _Table(("plan", "title", "months", "spread", "notes")),
        "bands": _Table(("plan", "from", "to", "take")),
        "checks": _Table(("key", "when", "says", "questions")),
    }
    try:
        _write_top(document, sheets)
        for cluster in document["clusters"]:
            _write_node(sheets, "clusters", cluster, {}, skip=("points",))
            for point in cluster["points"]:
                _write_node(sheets, "points", point, {"cluster": cluster["key"]}, skip=("questions",))
                for question in point["questions"]:
                    _write_node(sheets, "questions", question, {"point": point["key"]})
    except cells.TooLong:
        raise Invalid(
            _("A text of this checklist is longer than a cell holds (%(most)s characters). Take YAML instead.")
            % {"most": cells.LONGEST}
        ) from None
    made = {name: table.rows() if isinstance(table, _Table) else table for name, table in sheets.items()}
    always = SHEETS | {"choices", "law"}
    return {name: rows for name, rows in made.items() if len(rows) > 1 or name in always}


class _Table:
    """Rows of a sheet as {column: text}; columns nobody expected come behind."""

    def __init__(self, columns):
        self.columns, self.lines = list(columns), []

    def add(self, row):
        self.columns += [name for name in row if name not in self.columns]
        self.lines.append(row)

    def rows(self):
        return [self.columns, *([line.get(name, "") for name in self.columns] for line in self.lines)]


def _write_top(document, sheets):
    names = [name for name in TOP if name in document]
    names += [name for name in document if name not in names and name != "clusters"]
    for name in names:
        value = document[name]
        if name == "sampling" and _fits_sampling(value):
            _write_sampling(value, sheets)
        elif name == "checks" and _fits(value, ("key", "when", "says", "questions")):
            for check in value:
                sheets["checks"].add({one: _cell(one, check[one]) for one in check})
        else:
            sheets["checklist"].append([name, cells.to_cell(value)])


def _write_node(sheets, name, node, row, skip=()):
    parts = {part.field: part for part in PARTS if part.owner == name[:-1]}
    for field, value in node.items():
        if field in skip:
            continue
        part = parts.get(field)
        if part and _fits(value, part.names, part.plain):
            for one in value:
                line = {part.plain: one} if isinstance(one, str) else one
                made = {column: _cell(column, said, part) for column, said in line.items() if column != "choices"}
                if field == "columns" and "choices" in line:
                    _write_column_choices(sheets, node, line, made)
                sheets[part.sheet].add({part.owner: cells.to_cell(node["key"])} | made)
        elif field == "phrases" and _fits_phrases(value):
            for kind, texts in value.items():
                for text in texts:
                    sheets["phrases"].add(
                        {"question": cells.to_cell(node["key"]), "kind": kind, "text": cells.to_cell(text)}
                    )
        elif field == "constraint" and isinstance(value, dict) and set(value) == {"when", "says"}:
            row |= {"constraint": cells.to_cell(value["when"]), "constraint says": cells.to_cell(value["says"])}
        elif field == "rows" and isinstance(value, dict) and value and set(value) <= {"min", "max"}:
            row |= {f"rows {name}": _cell(name, value[name]) for name in value}
        else:
            row[field] = _cell(field, value)
    sheets[name].add(row)


def _write_column_choices(sheets, question, column, made):
    choices = column["choices"]
    if not _fits(choices, ("key", "text", "when"), "text"):
        made["choices"] = cells.to_cell(choices)
        return
    for choice in choices:
        line = {"text": choice} if isinstance(choice, str) else choice
        owner = {"question": cells.to_cell(question["key"]), "column": cells.to_cell(column["key"])}
        sheets["column choices"].add(owner | {name: cells.to_cell(said) for name, said in line.items()})


def _write_sampling(sampling, sheets):
    plans = {f"records: {key}": plan for key, plan in (sampling.get("records") or {}).items()}
    if "interviews" in sampling:
        plans["interviews"] = sampling["interviews"]
    for name, plan in plans.items():
        row = {"plan": name}
        for field, value in plan.items():
            if field == "bands" and _fits(value, ("from", "to", "take")):
                for band in value:
                    sheets["bands"].add({"plan": name} | {one: _cell(one, band[one]) for one in band})
            else:
                row[field] = _cell(field, value)
        sheets["sampling"].add(row)


def _cell(name, value, part=None):
    write, _read = TEXT if part and name in part.texts else KINDS.get(name, TEXT)
    return write(value)


def _fits(value, names, plain=""):
    """Is this a list of rows for a sheet: none empty, all with keys the sheet has, or all plain texts?"""
    if not isinstance(value, list) or not value:
        return False
    if plain and all(isinstance(one, str) for one in value):
        return True
    allowed = {*names, "choices"} if names == COLUMN else set(names)
    if not all(isinstance(one, dict) and one and set(one) <= allowed for one in value):
        return False
    return not plain or all(set(one) - {plain} for one in value)


def _fits_phrases(value):
    if not isinstance(value, dict) or not value or not set(value) <= set(PHRASES):
        return False
    return all(isinstance(texts, list) and texts for texts in value.values())


def _fits_sampling(value):
    """Sampling whose order of parts the sheets keep: records, then interviews, each plan with something in it."""
    if not isinstance(value, dict) or not value or not set(value) <= {"records", "interviews"}:
        return False
    records = value.get("records", {"x": {"title": ""}})
    plans = [*records.values(), value.get("interviews", {"bands": []})] if isinstance(records, dict) and records else []
    return bool(plans) and all(isinstance(plan, dict) and plan for plan in plans)


# Reading


def is_layout(sheets):
    """Are these the sheets of our own workbook?"""
    return set(sheets) >= SHEETS


def read_layout(sheets):
    """The Reading of the sheets of our own workbook. Raises Invalid with the place for what it cannot be."""
    document, where = _Reader(sheets).read()
    return Reading(document, where)


class _Reader:
    def __init__(self, sheets):
        self.sheets, self.at = sheets, {}
        missing = sorted(SHEETS - set(sheets))
        if missing:
            raise Invalid(_("There is no sheet called %(name)s in this workbook.") % {"name": missing[0]})

    def read(self):
        document = {}
        for line, row in self.rows("checklist"):
            name = row.get("name", "")
            if name in document or not name:
                raise self.refused("checklist", line, "name", _("«%(name)s» stands twice.") % {"name": name})
            document[name] = self.value("checklist", line, "value", row.get("value", cells.JSON + "null"), TEXT)
            self.at[name] = ("checklist", line, "value")
        clusters = self.nodes("clusters", "", {"": {}}, "clusters")
        points = self.nodes("points", "cluster", clusters, "points")
        questions = self.nodes("questions", "point", points, "questions")
        document["clusters"] = list(clusters.values())
        for part in PARTS:
            self.part(part, clusters if part.owner == "cluster" else questions)
        self.column_choices(questions)
        self.phrases(questions)
        self.sampling(document)
        self.checks(document)
        unknown = sorted(set(self.sheets) - SHEETS - _OTHERS)
        if unknown:
            raise self.refused(unknown[0], 1, "", _("This sheet is not one of ours. Take it out."))
        self.document = document
        return document, self.where

    def where(self, place):
        """(sheet, line, column) of a place in the document."""
        node, found, column = self.document, ("checklist", 1, ""), ""
        for n, step in enumerate(place):
            if n == 0 and step in self.at:
                found = self.at[step]
                break
            try:
                node = node[step]
            except (KeyError, IndexError, TypeError):
                column = str(step)
                break
            if id(node) in self.at:
                found, column = self.at[id(node)], ""
            elif isinstance(step, str):
                column = step
        return found[0], found[1], column or found[2]

    def refused(self, sheet, line, column, sentence):
        return Invalid(sentence, [{"sheet": sheet, "line": line, "column": column}])

    def rows(self, sheet):
        """(line, {column: text}) of a sheet; a sheet that is not there has none."""
        rows = self.sheets.get(sheet) or []
        if not rows:
            return
        header, columns = rows[0][0], [cell.strip() for cell in rows[0][1]]
        for n, column in enumerate(columns):
            if column and column in columns[:n]:
                raise self.refused(sheet, header, column, _("This column stands twice."))
        for line, texts in rows[1:]:
            for n, text in enumerate(texts):
                if text and (n >= len(columns) or not columns[n]):
                    raise self.refused(sheet, line, "", _("«%(text)s» stands under no heading.") % {"text": text[:40]})
            yield line, {column: text for column, text in zip(columns, texts, strict=False) if column and text}

    def value(self, sheet, line, column, text, kind):
        try:
            return kind[1](text)
        except (ValueError, RecursionError):
            raise self.refused(sheet, line, column, _("What stands behind json: is not JSON.")) from None

    def row_of(self, sheet, line, row, leave=(), texts=()):
        return {
            name: self.value(sheet, line, name, text, TEXT if name in texts else KINDS.get(name, TEXT))
            for name, text in row.items()
            if name not in leave
        }

    def owner(self, sheet, line, row, name, owners):
        key = self.value(sheet, line, name, row.get(name, ""), TEXT)
        if key not in owners:
            raise self.refused(sheet, line, name, _("There is no %(what)s «%(key)s».") % {"what": name, "key": key})
        return owners[key]

    def nodes(self, sheet, above, owners, field):
        """{key: node} of a sheet of nodes, each put under the one it belongs to."""
        made = {}
        for owner in owners.values():
            owner.setdefault(field, []) if above else None
        for line, row in self.rows(sheet):
            node = self.row_of(sheet, line, row, leave={above, "constraint", "constraint says", "rows min", "rows max"})
            if "constraint" in row or "constraint says" in row:
                parts = {"when": "constraint", "says": "constraint says"}
                node["constraint"] = {
                    name: self.value(sheet, line, column, row[column], TEXT)
                    for name, column in parts.items()
                    if column in row
                }
                if "constraint says" not in row and not isinstance(node["constraint"]["when"], str):
                    node["constraint"] = node["constraint"]["when"]
            bounds = {name: f"rows {name}" for name in ("min", "max") if f"rows {name}" in row}
            if bounds:
                node["rows"] = {
                    name: self.value(sheet, line, column, row[column], NUMBER) for name, column in bounds.items()
                }
            key = node.get("key")
            if not isinstance(key, str) or not key:
                raise self.refused(sheet, line, "key", _("The key is missing."))
            if key in made:
                raise self.refused(sheet, line, "key", _("The key «%(key)s» is used twice.") % {"key": key})
            made[key] = node
            self.at[id(node)] = (sheet, line, "")
            if above:
                self.owner(sheet, line, row, above, owners)[field].append(node)
        return made

    def part(self, part, owners):
        for line, row in self.rows(part.sheet):
            owner = self.owner(part.sheet, line, row, part.owner, owners)
            made = self.row_of(part.sheet, line, row, leave={part.owner}, texts=part.texts)
            if part.plain and set(made) == {part.plain}:
                made = made[part.plain]
            given = owner.setdefault(part.field, [])
            if not isinstance(given, list):
                raise self.refused(part.sheet, line, part.owner, _("This stands in two sheets."))
            given.append(made)
            if isinstance(made, dict):
                self.at[id(made)] = (part.sheet, line, "")

    def column_choices(self, questions):
        sheet = "column choices"
        for line, row in self.rows(sheet):
            question = self.owner(sheet, line, row, "question", questions)
            columns = {one.get("key"): one for one in question.get("columns") or [] if isinstance(one, dict)}
            column = self.owner(sheet, line, row, "column", columns)
            made = self.row_of(sheet, line, row, leave={"question", "column"})
            column.setdefault("choices", []).append(made["text"] if set(made) == {"text"} else made)

    def phrases(self, questions):
        for line, row in self.rows("phrases"):
            question = self.owner("phrases", line, row, "question", questions)
            kind = row.get("kind", "")
            if kind not in PHRASES:
                raise self.refused("phrases", line, "kind", _("The kind is one of: %s.") % ", ".join(PHRASES))
            text = self.value("phrases", line, "text", row.get("text", ""), TEXT)
            question.setdefault("phrases", {}).setdefault(kind, []).append(text)

    def sampling(self, document):
        plans = {}
        for line, row in self.rows("sampling"):
            name = row.get("plan", "")
            plan = self.row_of("sampling", line, row, leave={"plan"})
            kind, _colon, key = name.partition(": ")
            if name in plans or not (name == "interviews" or (kind == "records" and key)):
                sentence = _("A plan is «interviews» or «records: » and its key, each once.")
                raise self.refused("sampling", line, "plan", sentence)
            plans[name] = plan
            self.at[id(plan)] = ("sampling", line, "")
            sampling = document.setdefault("sampling", {})
            if key:
                sampling.setdefault("records", {})[key] = plan
            else:
                sampling["interviews"] = plan
        for line, row in self.rows("bands"):
            plan = self.owner("bands", line, row, "plan", plans)
            band = self.row_of("bands", line, row, leave={"plan"})
            plan.setdefault("bands", []).append(band)
            self.at[id(band)] = ("bands", line, "")

    def checks(self, document):
        for line, row in self.rows("checks"):
            check = self.row_of("checks", line, row)
            document.setdefault("checks", []).append(check)
            self.at[id(check)] = ("checks", line, "")


_OTHERS = {part.sheet for part in PARTS} | {"column choices", "phrases", "sampling", "bands", "checks"}
