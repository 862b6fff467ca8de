"""Groups and questions of a form as clusters, points and questions."""

from dataclasses import dataclass

from django.utils.translation import gettext as _

from checklists.reading import Leaving
from checklists.xlsform.names import choice_key, line_of, read_as, slug, unique
from checklists.xlsform.texts import Texts
from checklists.xlsform.workbook import LINE, plain, type_of
from checklists.xlsform.xpath import Named

TEXTUAL = {"string", "barcode"}
YES = {"yes", "true", "true()", "1"}
NO = {"", "no", "false", "false()", "0"}


@dataclass
class Found:
    """A row of the survey and the question made of it."""

    node: dict
    question: dict
    conditions: list
    names: dict
    named: Named | None = None

    @property
    def line(self):
        return line_of(self.node)


class Structure(Texts):
    """Adds the three levels, and the kind of each question."""

    def _clusters(self):
        title, taken = self.document["title"], (set(), set())
        for node, loose in self._runs(self.tree["children"]):
            cluster = self._heading(node, title, taken[0], 60, 120) | {"kind": "core", "points": []}
            conditions = [] if loose else self._condition_of(node)
            for inner, inner_loose in self._runs(node["children"]):
                point = self._heading(node if inner_loose else inner, cluster["title"], taken[1], 80, 160)
                point["questions"] = []
                deeper = conditions if inner_loose else [*conditions, *self._condition_of(inner)]
                self._questions(inner["children"], point, deeper)
                if point["questions"]:
                    cluster["points"].append(point)
                    self.lines[id(point)] = line_of(inner) or line_of(inner["children"][0])
            if cluster["points"]:
                self.document["clusters"].append(cluster)
                self.lines[id(cluster)] = line_of(node) or line_of(node["children"][0])

    def _runs(self, children):
        """Groups one by one; what stands between them together, as if it were a group without a name."""
        run = []
        for child in children:
            if child.get("type") == "group" and child.get("name") == "meta" and LINE not in child:
                continue
            if child.get("type") == "group":
                if run:
                    yield {"children": run}, True
                if child.get("children"):
                    yield child, False
                run = []
            else:
                run.append(child)
        if run:
            yield {"children": run}, True

    def _heading(self, node, otherwise, taken, longest_key, longest):
        text, others = self.said(node.get("label"))
        text = self._without_slots(node, text or node.get("name") or otherwise)
        key = unique(slug(node.get("name") or otherwise)[: longest_key - 4].strip("-") or "part", taken)
        level = "cluster:" if longest_key == 60 else "point:"
        self.translate((level + key, "title"), {name: said[:longest] for name, said in others.items()})
        if len(text) > longest:
            self.left(line_of(node), "label", _("This heading is cut after %(n)s characters.") % {"n": longest})
        return {"key": key, "title": text[:longest]}

    def _condition_of(self, node):
        condition = (node.get("bind") or {}).get("relevant")
        return [(condition, line_of(node))] if condition else []

    def _questions(self, nodes, point, conditions):
        for node in nodes:
            kind = node.get("type")
            if kind == "calculate" and LINE not in node:
                continue  # pyxform's own, for the number of rows of a repeat
            if kind == "group":
                if node.get("label"):
                    reason = _("A checklist has three levels: the questions of this group stand one level higher.")
                    self.left(line_of(node), "label", reason, loss=False)
                self._questions(node.get("children") or [], point, [*conditions, *self._condition_of(node)])
            elif kind == "repeat":
                self._table(node, point, conditions)
            elif kind in ("loop", "osm") or "children" in node:
                self.left(line_of(node), "type", _("A «%(kind)s» has no counterpart here.") % {"kind": kind})
            else:
                self._question(node, point, conditions)

    def _question(self, node, point, conditions):
        kind, why, loss = self._kind(node)
        if why:
            self.left(line_of(node), "type", why, loss)
        if not kind:
            return
        key = unique(slug(node["name"])[:76].strip("-") or "question", self.keys)
        question = {"key": key, "kind": kind, "text": self._text(node, (key, "text")), "level": "enterprise"}
        self._guidance(node, question)
        names = {}
        if kind in ("choice", "many_choice"):
            question["choices"], names = self._choices(node, (key, "choices"))
        bind = node.get("bind") or {}
        self._required(node, question, str(bind.get("required") or ""))
        point["questions"].append(question)
        self.lines[id(question)] = line_of(node)
        found = Found(node, question, [*conditions, *self._condition_of(node)], names)
        self.found.append(found)
        if kind != "information" and not (kind == "text" and bind.get("calculate")):
            found.named = Named(read_as(kind), f'answers["{key}"]', f'answered("{key}")', names)
            if not bind.get("calculate"):
                self.known.setdefault(node["name"], found.named)

    def _kind(self, node):
        """(our kind or "", what to say of it, whether it is a loss) for a row of the survey."""
        said = node.get("type") or ""
        base = type_of(said)
        tag, bind = (base.get("control") or {}).get("tag"), base.get("bind") or {}
        kind = bind.get("type", "")
        if node.get("query") or str(node.get("itemset", "")).startswith("${") or "." in str(node.get("itemset", "")):
            return "", _("The choices of this question stand in another file or in other answers."), True
        if bind.get("jr:preload") or base.get("action", {}).get("name") == "odk:recordaudio":
            return "", _("«%(kind)s» is noted by the tablet itself or not noted at all.") % {"kind": said}, False
        if said in ("calculate", "q calculate", "hidden") or (not tag and (node.get("bind") or {}).get("calculate")):
            return ("text", "", False) if (node.get("bind") or {}).get("calculate") else ("", _("It is hidden."), True)
        if tag == "select1" or tag == "select":
            if not node.get("choices"):
                return "", _("The choices of this question stand in another file or in other answers."), True
            return "choice" if tag == "select1" else "many_choice", "", False
        if tag == "trigger":
            return "yes_no", _("An acknowledgement is asked as yes or no."), False
        if tag == "range":
            return "number", "", False
        if tag == "input" and bind.get("readonly"):
            return "information", "", False
        if said == "percentage":
            return "percent", "", False
        if tag == "input" and kind in ("int", "decimal"):
            return "number", "", False
        if tag == "input" and kind == "date":
            return "date", "", False
        if tag == "input" and kind in TEXTUAL:
            return "text", _("The code is typed in.") if kind == "barcode" else "", False
        if tag == "upload":
            return "", _("Pictures, sounds and files are added to any answer as evidence; none is asked for."), True
        return "", _("The type «%(kind)s» has no counterpart here.") % {"kind": said}, True

    def _guidance(self, node, question):
        parts, others = [], {}
        for name in ("hint", "guidance_hint"):
            text, translated = self.said(node.get(name), needed=False)
            if translated and not text:
                self.left(line_of(node), name, _("This is said in another language only."))
            if text and text != question["text"]:
                parts.append(self._without_slots(node, text))
                for language, said in translated.items():
                    others[language] = f"{others[language]}\n{said}" if language in others else said
        if parts:
            question["guidance"] = "\n".join(parts)
            self.translate((question["key"], "guidance"), others)

    def _required(self, node, question, said):
        if said.lower() in YES:
            return
        question["required"] = False
        if said.lower() not in NO:
            question["required_when"] = said

    def _choices(self, node, place, before=""):
        """(our choices, {name in the form: keys}). The same name with the same text twice is one choice."""
        made, names, taken, seen = [], {}, set(), set()
        for choice in node.get("choices") or []:
            name = str(choice["name"])
            text, others = self.said(choice.get("label"))
            if (name, text) in seen:
                continue
            seen.add((name, text))
            key = unique(choice_key(name), taken)
            names[name] = (*names.get(name, ()), key)
            made.append({"key": key, "text": text or name})
            self.translate((*place, before + key), others)
            if choice.get("media"):
                self._left_choice(node, name, text)
        return made, names

    def _key_of(self, choice, names, made):
        """The key of a row of the choices among those of its name."""
        name = str(choice["name"])
        text = self.said(choice.get("label"))[0] or name
        return next(one["key"] for one in made if one["key"] in names[name] and one["text"] == text)

    def _left_choice(self, node, name, text):
        sheet = self.sheets["choices"]
        line = next(iter(self._choice_lines(node.get("list_name"), name, text)), sheet.header)
        column = sheet.column(line, "image", "audio", "video")
        leaving = Leaving(sheet.name, line, column, _("Pictures and sounds of a choice are left out."))
        if leaving not in self.leavings:
            self.leavings.append(leaving)

    def _choice_lines(self, list_name, name, text):
        for line, cells in self.sheets["choices"].rows:
            values = {plain(column).replace(" ", "_"): said for column, said in cells.items()}
            wanted = (values.get("list_name"), values.get("name")) == (list_name, name)
            if wanted and (not text or text in cells.values()):
                yield line

    def _drop(self, question):
        for cluster in self.document["clusters"]:
            for point in cluster["points"]:
                point["questions"] = [one for one in point["questions"] if one is not question]
            cluster["points"] = [point for point in cluster["points"] if point["questions"]]
        self.document["clusters"] = [cluster for cluster in self.document["clusters"] if cluster["points"]]
        for texts in self.texts.values():
            texts.pop(question["key"], None)
