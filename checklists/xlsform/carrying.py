"""Conditions, calculations and bounds of a form as rules of ours; what cannot be said is told."""

from django.utils.translation import gettext as _

from checklists import expressions
from checklists.reading import Leaving
from checklists.xlsform import xpath
from checklists.xlsform.names import line_of, read_as
from checklists.xlsform.tables import Tables
from checklists.xlsform.texts import SLOT
from checklists.xlsform.xpath import Named, NotCarried
from core.errors import Invalid

_EXPRESSIONS = ("visible_when", "required_when", "compute", "constraint", "when")


class Rules(Tables):
    """Adds everything that is decided by an expression."""

    def _refuse_circles(self):
        """Relevance and calculation that wait for each other: no order of asking exists."""
        edges, lines = {}, {}

        def walk(nodes, above):
            for node in nodes:
                bind = node.get("bind") or {}
                own = [*above, *(text for text in (bind.get("relevant"),) if text)]
                if node.get("type") in ("group", "repeat", "loop"):
                    walk(node.get("children") or [], own)
                    continue
                read = edges.setdefault(node.get("name"), set())
                lines.setdefault(node.get("name"), line_of(node))
                for text in [*own, *([bind["calculate"]] if bind.get("calculate") else [])]:
                    try:
                        read |= xpath.names(xpath.parse(str(text)))
                    except NotCarried:
                        read |= set(SLOT.findall(str(text)))

        walk(self.tree["children"], [])
        circle = _circle(edges)
        if circle:
            sentence = _("These questions wait for each other, so none can ever be asked: %(names)s.")
            line = lines[circle[0]]
            column = self.survey.column(line, "relevant", "calculation")
            raise Invalid(
                sentence % {"names": " → ".join([*circle, circle[0]])},
                [{"sheet": self.survey.name, "line": line, "column": column}],
            )

    def _write_rules(self):
        self._computed()
        for found in self.found:
            self._visible(found)
            self._bounded(found)
            self._required_when(found)
            self._filtered(found)
            if found.node.get("default"):
                self.left(found.line, "default", _("An answer is never filled in beforehand."))
            if found.node.get("trigger"):
                self.left(found.line, "trigger", _("A value is computed whenever something changes."), loss=False)
            if found.node.get("media"):
                self.left(found.line, list(found.node["media"]), _("Pictures and sounds of a question are left out."))

    def _computed(self):
        """Calculations, each when all it reads is known; what is left over in the end cannot be carried."""
        waiting = [found for found in self.found if (found.node.get("bind") or {}).get("calculate")]
        reasons = {}
        while waiting:
            still = []
            for found in waiting:
                try:
                    kind, text = xpath.value(found.node["bind"]["calculate"], self.known)
                except NotCarried as why:
                    reasons[id(found)] = str(why)
                    still.append(found)
                    continue
                question = found.question
                question["compute"] = text
                question["kind"] = kind
                question.pop("choices", None)
                question["required"] = False
                key = question["key"]
                self.known[found.node["name"]] = Named(kind, f'answers["{key}"]', f'answered("{key}")')
            if len(still) == len(waiting):
                break
            waiting = still
        for found in waiting:
            self.left(found.line, "calculation", reasons[id(found)])
            self._drop(found.question)
        gone = {id(found) for found in waiting}
        self.found = [found for found in self.found if id(found) not in gone]

    def _visible(self, found):
        parts = []
        for text, line in found.conditions:
            try:
                parts.append(xpath.condition(str(text), self.known))
            except NotCarried as why:
                reason = _("%(why)s The question is always shown.") % {"why": why}
                leaving = Leaving(self.survey.name, line, self.survey.column(line, "relevant"), reason)
                if leaving not in self.leavings:
                    self.leavings.append(leaving)
        if len(parts) == 1:
            found.question["visible_when"] = parts[0]
        elif parts:
            found.question["visible_when"] = " && ".join(f"({part})" if "||" in part else part for part in parts)

    def _bounded(self, found):
        bind, question = found.node.get("bind") or {}, found.question
        text, says, others = bind.get("constraint"), "", {}
        parameters = found.node.get("parameters") or {}
        bounds = [float(parameters[name]) for name in ("start", "end") if name in parameters]
        if question["kind"] == "number" and found.node.get("type") == "range" and len(bounds) == 2:
            text = text or f". >= {min(bounds):g} and . <= {max(bounds):g}"
        if not text or question["kind"] == "information" or "compute" in question:
            return
        try:
            dot = Named(read_as(question["kind"]), "value", "", found.names)
            when = xpath.condition(str(text), self.known, dot)
        except NotCarried as why:
            self.left(found.line, "constraint", str(why))
            return
        says, others = self.said(bind.get("jr:constraintMsg"))
        question["constraint"] = {"when": when, "says": says or _("This answer is not possible.")}
        self.translate((question["key"], "says"), others)

    def _required_when(self, found):
        text = found.question.pop("required_when", None)
        if not text or "compute" in found.question:
            return
        try:
            found.question["required_when"] = xpath.condition(text, self.known)
        except NotCarried as why:
            self.left(found.line, "required", str(why))

    def _filtered(self, found):
        text = found.node.get("choice_filter")
        if not text or found.question["kind"] not in ("choice", "many_choice"):
            return
        columns = {name for choice in found.node["choices"] for name in choice} - {"label", "media"}
        offered: dict[str, list] = {}
        try:
            for choice in found.node["choices"]:
                values = {name: str(choice.get(name) or "") for name in columns}
                when = xpath.choice_filter(str(text), self.known, values)
                key = self._key_of(choice, found.names, found.question["choices"])
                offered.setdefault(key, []).append(when)
            for ours in found.question["choices"]:
                parts = list(dict.fromkeys(offered[ours["key"]]))
                if "true" not in parts:
                    ours["when"] = parts[0] if len(parts) == 1 else " || ".join(f"({part})" for part in parts)
        except NotCarried as why:
            for ours in found.question["choices"]:
                ours.pop("when", None)
            self.left(found.line, "choice_filter", _("%(why)s All choices are offered.") % {"why": why})

    def _judge(self):
        """What our own rules do not take, such as an expression that is too long, is left out and told."""

        for place, sentence in expressions.problems(self.document):
            names = [n for n, step in enumerate(place) if step in _EXPRESSIONS]
            if not names:
                continue
            node = self.document
            for step in place[: names[0]]:
                node = node[step]
            if node.pop(place[names[0]], None) is not None:
                sheet, line, column = self.where(place[: names[0] + 1])
                self.leavings.append(Leaving(sheet, line, column, sentence))


def _circle(edges):
    """Names that read each other in a ring, or None. Without recursion: a form may be long."""
    done = set()
    for start in edges:
        path, stack = [], [(start, False)]
        while stack:
            name, leave = stack.pop()
            if leave:
                path.pop()
                done.add(name)
                continue
            if name in path:
                return path[path.index(name) :]
            if name in done or name not in edges:
                continue
            path.append(name)
            stack.append((name, True))
            stack += [(one, False) for one in sorted(edges[name])]
    return None
