"""Languages and texts of a form, and where in it something stands."""

import re

from django.utils.translation import gettext as _

from checklists.reading import Leaving
from checklists.xlsform.languages import code_of
from checklists.xlsform.names import line_of
from checklists.xlsform.workbook import plain
from checklists.xlsform.xpath import Named
from core.errors import Invalid

SLOT = re.compile(r"\$\{\s*([^}\s]+)\s*\}")


class Texts:
    """The form, and what is found out about it."""

    def __init__(self, sheets, tree):
        self.sheets, self.tree = sheets, tree
        self.survey = sheets["survey"]
        self.leavings: list[Leaving] = []
        self.lines: dict[int, int] = {}
        self.known: dict[str, Named] = {}
        self.keys: set[str] = set()
        self.found: list = []
        self.texts: dict[str, dict] = {}

    def left(self, line, columns, reason, loss=True):
        names = [columns] if isinstance(columns, str) else columns
        self.leavings.append(Leaving(self.survey.name, line, self.survey.column(line, *names), reason, loss))

    def where(self, place):
        """(sheet, line, column) of a place in the document."""
        node, line, column = self.document, self.survey.header, ""
        for step in place:
            try:
                node = node[step]
            except (KeyError, IndexError, TypeError):
                column = str(step)
                break
            line = self.lines.get(id(node), line)
            column = step if isinstance(step, str) else column
        words = {"visible_when": ("relevant",), "compute": ("calculation",), "required_when": ("required",)}
        words |= {"text": ("label",), "guidance": ("hint",), "key": ("name",), "kind": ("type",)}
        return self.survey.name, line, self.survey.column(line, *words.get(column, (column,)))

    def _languages(self, wanted):
        """(the name of the main language as the form writes it, its code).

        wanted: a code; one of the form's languages is read first, or it says what the form leaves unsaid.
        """
        spoken, self.column_of = [], {}
        for key in ("survey", "choices"):
            for column in self.sheets[key].columns if key in self.sheets else []:
                parts = [part.strip() for part in re.split("::?", column)]
                if plain(column) in ("label", "hint") and len(parts) > 1 and parts[-1] not in self.column_of:
                    spoken.append(parts[-1])
                    self.column_of[parts[-1]] = (self.sheets[key], column)
        unnamed = any(plain(column) == "label" and ":" not in column for column in self.survey.columns)
        named = self.tree.get("default_language") or "default"
        main = next((one for one in spoken if wanted and code_of(one) == wanted), "")
        main = main or next((one for one in spoken if one.casefold() == named.casefold()), "")
        main = main or ("default" if unnamed or not spoken else spoken[0])
        if main == "default":
            if not wanted:
                reason = _("The form does not say in which language it is written; English is taken.")
                self.leavings.append(Leaving(self.survey.name, self.survey.header, "label", reason, loss=False))
            return main, wanted or "en"
        code = wanted or code_of(main)
        if not code:
            sheet, column = self.column_of[main]
            raise Invalid(
                _("«%(name)s» is no language we know. Write its code behind it, such as «Khmer (km)».")
                % {"name": main},
                [{"sheet": sheet.name, "line": sheet.header, "column": column}],
            )
        return main, code

    def said(self, value, needed=True):
        """(the text in the main language, {language as the form names it: text}).

        needed: where the main language says nothing, any other stands in for it.
        """
        if not isinstance(value, dict):
            return str(value or "").strip(), {}
        texts = {name: str(text).strip() for name, text in value.items() if str(text or "").strip()}
        main, unnamed = texts.pop(self.main, ""), texts.pop("default", "")
        alike = [name for name in texts if code_of(name) == self.code]
        same = [texts.pop(name) for name in alike]
        main = main or unnamed or next(iter([*same, *(texts.values() if needed else ())]), "")
        return main, texts

    def translate(self, place, texts):
        """Keep what another language says at a place of the document, such as (question, "text")."""
        for name, text in texts.items():
            node = self.texts.setdefault(name, {})
            for step in place[:-1]:
                node = node.setdefault(step, {})
            node[place[-1]] = text

    def _translation(self, name, texts, day):
        code = code_of(name) if name != "default" else None
        if not code:
            sheet, column = self.column_of.get(name, (self.survey, "label"))
            reason = _("«%(name)s» is no language we know; its texts are left out.") % {"name": name}
            self.leavings.append(Leaving(sheet.name, sheet.header, column, reason))
            return None
        return {
            "format": "openfloor-translation/1",
            "checklist": self.document["key"],
            "version": self.document["version"],
            "language": code,
            "status": "unreviewed",
            "as_of": day,
            "texts": texts,
        }

    def _text(self, node, place):
        text, others = self.said(node.get("label"))
        if not text:
            text, others = self.said(node.get("hint"))
        self.translate(place, {name: SLOT.sub(r"[\1]", said) for name, said in others.items()})
        return self._without_slots(node, text) or node["name"]

    def _without_slots(self, node, text):
        """Texts of ours do not quote other answers: ${name} becomes [name]."""
        if SLOT.search(text):
            self.left(line_of(node), "label", _("The text quotes another answer; here it reads [its name]."))
        return SLOT.sub(r"[\1]", text)
