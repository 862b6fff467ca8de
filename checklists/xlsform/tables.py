"""Repeats of a form as tables: each question in it is a column."""

from django.utils.translation import gettext as _

from checklists.xlsform import xpath
from checklists.xlsform.names import TAKEN, column_key, line_of, read_as, slug, unique
from checklists.xlsform.structure import Found, Structure
from checklists.xlsform.xpath import Named, NotCarried


class Tables(Structure):
    """Adds what a repeat becomes."""

    def _table(self, node, point, conditions):
        key = unique(slug(node["name"])[:76].strip("-") or "table", self.keys)
        text = self._text(node, (key, "text"))
        question = {"key": key, "kind": "table", "text": text, "level": "enterprise", "required": False, "columns": []}
        inner, taken, hidden = {}, set(TAKEN), []
        self._table_columns(node.get("children") or [], question, inner, taken, hidden)
        if not question["columns"]:
            self.left(line_of(node), "type", _("Nothing in this repeat can be a column of a table."))
            return
        count = self.survey.cell(line_of(node), "repeat_count", "count")
        if count.isdigit() and int(count) <= 500:
            question["rows"] = {"min": int(count), "max": int(count)}
        elif count:
            self.left(line_of(node), ("repeat_count", "count"), _("Rows are added by hand: how many is not computed."))
        point["questions"].append(question)
        self.lines[id(question)] = line_of(node)
        found = Found(node, question, [*conditions, *self._condition_of(node)], {})
        found.named = Named("rows", f'answers["{key}"].rows', f'answered("{key}")')
        self.known.setdefault(node["name"], found.named)
        self.found.append(found)
        for child, column in hidden:
            self._compute_column(child, column, question, inner)

    def _table_columns(self, nodes, question, inner, taken, computed):
        for node in nodes:
            if node.get("type") == "group":
                if (node.get("bind") or {}).get("relevant"):
                    self.left(line_of(node), "relevant", _("Columns of a table are shown in every row."))
                self._table_columns(node.get("children") or [], question, inner, taken, computed)
                continue
            if node.get("type") in ("repeat", "loop") or "children" in node:
                self.left(line_of(node), "type", _("A table inside a table has no counterpart here."))
                continue
            kind, why, loss = self._kind(node)
            if kind in ("many_choice", "information"):
                kind, why, loss = "", _("A column of a table cannot be a «%(kind)s».") % {"kind": node["type"]}, True
            if why:
                self.left(line_of(node), "type", why, loss)
            if not kind:
                continue
            name = unique(column_key(node["name"]), taken, "_")
            title, others = self.said(node.get("label"))
            title = self._without_slots(node, title) or node["name"]
            column = {"key": name, "title": title[:120], "kind": kind}
            self.translate((question["key"], "columns", name), {one: said[:120] for one, said in others.items()})
            if len(title) > 120:
                self.left(line_of(node), "label", _("This heading is cut after %(n)s characters.") % {"n": 120})
            names = {}
            if kind == "choice":
                column["choices"], names = self._choices(node, (question["key"], "columns"), f"{name}.")
            self._lost_in_columns(node)
            question["columns"].append(column)
            self.lines[id(column)] = line_of(node)
            if (node.get("bind") or {}).get("calculate"):
                computed.append((node, column))
            else:
                inner[node["name"]] = Named(read_as(kind), f"row.{name}", f"has(row.{name})", names)

    def _lost_in_columns(self, node):
        bind = node.get("bind") or {}
        for name, reason in (
            ("relevant", _("Columns of a table are shown in every row.")),
            ("constraint", _("What is typed into a column is not bounded.")),
        ):
            if bind.get(name):
                self.left(line_of(node), name, reason)
        if node.get("hint"):
            self.left(line_of(node), "hint", _("A column has a heading only."))
        if node.get("choice_filter"):
            self.left(line_of(node), "choice_filter", _("In a table all choices are offered."))

    def _compute_column(self, node, column, question, inner):
        try:
            kind, column["compute"] = xpath.value(node["bind"]["calculate"], inner)
            column["kind"] = kind
            inner[node["name"]] = Named(kind, f"row.{column['key']}", f"has(row.{column['key']})")
        except NotCarried as why:
            question["columns"].remove(column)
            self.left(line_of(node), "calculation", str(why))
