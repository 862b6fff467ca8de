"""A checklist as an XLSForm. `write_xlsform` also tells, place by place, what a form cannot say."""

import re

from django.utils.translation import gettext as _

from checklists.xlsform.cel import choice_name, to_xpath
from checklists.xlsform.xpath import NotCarried
from core.sheets import write_workbook

# The five answers as a list of choices, so that somebody can answer in another program.
STATES = (
    ("compliant", "Compliant"),
    ("non_compliant", "Non-compliant"),
    ("not_applicable", "Not applicable"),
    ("undetermined", "Could not be determined"),
)
TYPES = {
    "number": "decimal", "money": "decimal", "percent": "decimal", "text": "text", "date": "date",
    "information": "note", "yes_no": "select_one yes_no", "finding": "select_one finding",
}  # fmt: skip
# Parts of a question that have no column in a form.
UNSAID = ("issue", "tags", "sources", "law", "level", "polarity", "extent", "suggest", "phrases", "sample")
_SIMPLE = re.compile(r"""(?:answered\("([a-z0-9-]+)"\) && )?answers\["([a-z0-9-]+)"\] == "([^"]*)\"""")


def write_xlsform(document, translations=()):
    """(the workbook as bytes, [(place, sentence)] of what it does not say). `translations`: one document a language."""
    writer = _Writer(document, translations)
    return write_workbook(writer.sheets()), writer.unsaid


class _Writer:
    def __init__(self, document, translations):
        self.document, self.unsaid = document, []
        self.languages = {document["language"]: {}} | {one["language"]: one["texts"] for one in translations}
        self.several = len(self.languages) > 1
        self.taken = {"meta", "instanceid"}
        self.names = {}
        self.columns = ["type", "name"]
        self.rows, self.choices, self.lists, self.filters = [], [], set(), ["list_name", "name"]

    def sheets(self):
        document = self.document
        for cluster in document["clusters"]:
            for point in cluster["points"]:
                for question in point["questions"]:
                    name = self.name(question["key"])
                    self.names[question["key"]] = (name, question["kind"])
        for c, cluster in enumerate(document["clusters"]):
            self.group(cluster, "cluster", f"c_{cluster['key']}")
            for p, point in enumerate(cluster["points"]):
                self.group(point, "point", f"p_{point['key']}")
                for q, question in enumerate(point["questions"]):
                    self.question(question, ("clusters", c, "points", p, "questions", q))
                self.add({"type": "end group"})
            self.add({"type": "end group"})
        for name in ("checks", "sampling"):
            if document.get(name):
                self.unsaid.append(((name,), _("A form has no place for «%(name)s».") % {"name": name}))
        settings = {
            "form_title": document["title"],
            "form_id": document["key"],
            "version": str(document["version"]),
            "default_language": _language(document["language"]) if self.several else document["language"],
        }
        return {
            "survey": [self.columns, *([row.get(name, "") for name in self.columns] for row in self.rows)],
            "choices": [self.filters, *([row.get(name, "") for name in self.filters] for row in self.choices)],
            "settings": [list(settings), list(settings.values())],
        }

    def name(self, key):
        """A key as a name of a form: letters, digits, hyphens; it begins with a letter, each once."""
        name = key if key[0].isalpha() else f"q_{key}"
        while name.lower() in self.taken:
            name += "_"
        self.taken.add(name.lower())
        return name

    def add(self, row):
        self.columns += [name for name in row if name not in self.columns]
        self.rows.append(row)

    def said(self, column, text, *address):
        """{column of each language: text}."""
        if not self.several:
            return {column: _plain(text)} if text else {}
        made = {}
        for language, texts in self.languages.items():
            found = texts
            for step in address:
                found = found.get(step, {}) if isinstance(found, dict) else {}
            words = text if language == self.document["language"] else found
            made[f"{column}::{_language(language)}"] = _plain(words or "" if isinstance(words, str) else "")
        return made if text else {}

    def group(self, node, level, name):
        label = self.said("label", node["title"], f"{level}:{node['key']}", "title")
        self.add({"type": "begin group", "name": self.name(name)} | label)

    def question(self, question, place):
        key, kind = question["key"], question["kind"]
        for part in UNSAID:
            value = question.get(part)
            if value and (part, value) not in (("level", "enterprise"), ("polarity", "yes")):
                self.unsaid.append(((*place, part), _("A form has no column for «%(part)s».") % {"part": part}))
        name = self.names[key][0]
        row = {"name": name} | self.said("label", question["text"], key, "text")
        if question.get("unit"):
            row |= {column: f"{text} ({question['unit']})" for column, text in row.items() if column != "name" and text}
        row |= self.said("hint", question.get("explain"), key, "explain")
        row |= self.said("guidance_hint", question.get("guidance"), key, "guidance")
        row |= self.rules(question, place)
        if kind == "table":
            self.table(question, row, place)
            return
        if kind in ("choice", "many_choice"):
            row["type"] = f"select_{'one' if kind == 'choice' else 'multiple'} {name}"
            row |= self.listed(name, question["choices"], place, key)
        else:
            row["type"] = TYPES[kind]
            if kind in ("yes_no", "finding"):
                self.shared(kind)
        if "calculation" in row:
            row["type"] = "calculate"
            row = {column: text for column, text in row.items() if not column.startswith(("hint", "guidance", "requ"))}
        self.add(row)

    def rules(self, question, place):
        row = {}
        required = question.get("required", True) and question["kind"] not in ("information", "table")
        if required:
            row["required"] = "yes"
        for field, column in (("visible_when", "relevant"), ("required_when", "required"), ("compute", "calculation")):
            if question.get(field):
                self.put(row, column, question[field], (*place, field))
        constraint = question.get("constraint")
        if constraint:
            self.put(row, "constraint", constraint["when"], (*place, "constraint"))
        if question["kind"] == "percent" and "calculation" not in row:
            bounds = ". >= 0 and . <= 100"
            row["constraint"] = f"({row['constraint']}) and {bounds}" if "constraint" in row else bounds
        if constraint and "constraint" in row:
            row |= self.said("constraint_message", constraint["says"], question["key"], "says")
        return row

    def put(self, row, column, rule, place, columns=None):
        try:
            row[column] = to_xpath(rule, self.names, columns)
        except NotCarried as why:
            self.unsaid.append((place, str(why)))

    def shared(self, kind):
        """The lists that many questions share."""
        name = "yes_no" if kind == "yes_no" else "finding"
        if name in self.lists:
            return
        self.lists.add(name)
        for key, text in (("yes", "Yes"), ("no", "No")) if kind == "yes_no" else STATES:
            self.choice({"list_name": name, "name": key} | self.said("label", text))

    def choice(self, row):
        self.filters += [column for column in row if column not in self.filters]
        self.choices.append(row)

    def listed(self, name, choices, place, *address):
        """Write a list of choices; the choice_filter of its question, where each depends on one other answer."""
        parents, filled = set(), {}
        for n, choice in enumerate(choices):
            when = choice.get("when") if isinstance(choice, dict) else None
            found = _SIMPLE.fullmatch(when) if when else None
            if found and found.group(1) in (None, found.group(2)) and found.group(2) in self.names:
                parents.add(found.group(2))
                filled[n] = found.group(3)
            elif when:
                parents.add(None)
        row = {}
        if len(parents) == 1 and None not in parents and len(filled) == len(choices):
            parent = self.names[parents.pop()][0]
            row["choice_filter"] = f"of_answer=${{{parent}}}"
        elif parents:
            self.unsaid.append(((*place, "choices"), _("A form cannot say when each of these choices is offered.")))
            filled = {}
        for n, choice in enumerate(choices):
            key, text = (choice["key"], choice["text"]) if isinstance(choice, dict) else (choice, choice)
            where = (*address, "choices", key) if len(address) == 1 else (*address[:-1], f"{address[-1]}.{key}")
            line = {"list_name": name, "name": choice_name(key)} | self.said("label", text, *where)
            self.choice(line | ({"of_answer": filled[n]} if n in filled else {}))
        return row

    def table(self, question, row, place):
        label = {name: text for name, text in row.items() if name.startswith(("label", "name", "relevant"))}
        bounds = question.get("rows") or {}
        if bounds and bounds.get("min") == bounds.get("max"):
            label["repeat_count"] = str(bounds["max"])
        elif bounds:
            self.unsaid.append(((*place, "rows"), _("A form says how many rows there are, not how few or many.")))
        for name in ("hint", "guidance_hint"):
            if any(column.split("::")[0] == name for column in row):
                self.unsaid.append(((*place, name), _("A repeat has a label only.")))
        self.add({"type": "begin repeat"} | label)
        key, name = question["key"], self.names[question["key"]][0]
        columns = {column["key"]: self.name(f"{name}_{column['key']}") for column in question["columns"]}
        for n, column in enumerate(question["columns"]):
            here = (*place, "columns", n)
            line = {"name": columns[column["key"]]} | self.said("label", column["title"], key, "columns", column["key"])
            if column.get("unit"):
                line |= {one: f"{text} ({column['unit']})" for one, text in line.items() if one != "name" and text}
            if column["kind"] == "choice":
                line["type"] = f"select_one {line['name']}"
                line |= self.listed(line["name"], column["choices"], here, key, "columns", column["key"])
            else:
                line["type"] = TYPES[column["kind"]]
                if column["kind"] == "yes_no":
                    self.shared("yes_no")
            if column.get("compute"):
                self.put(line, "calculation", column["compute"], (*here, "compute"), columns)
                if "calculation" in line:
                    line["type"] = "calculate"
            self.add(line)
        self.add({"type": "end repeat"})


def _plain(text):
    """A text that XLSForm does not take for a reference to another answer."""
    return text.replace("${", "$ {")


def _language(code):
    import pycountry

    base = code.split("-")[0]
    found = pycountry.languages.get(alpha_2=base) or pycountry.languages.get(alpha_3=base)
    return f"{found.name if found else code} ({code})"
