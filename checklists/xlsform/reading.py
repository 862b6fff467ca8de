"""An XLSForm as a checklist document, with everything that could not be carried and where it stands.

`read_xlsform` writes nothing. Groups become clusters and points (structure.py), repeats become tables (tables.py),
conditions become rules (carrying.py), languages become translations (texts.py).
"""

from collections import Counter
from pathlib import Path

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from checklists import rules
from checklists.reading import Leaving, Reading
from checklists.xlsform import workbook
from checklists.xlsform.carrying import Rules
from checklists.xlsform.languages import code_of
from checklists.xlsform.names import slug
from checklists.xlsform.workbook import LINE, plain
from core.errors import Invalid
from core.sheets import read_sheets

# Columns that only say how a question looks or is sent, and what becomes of them here.
LOOKS = {
    "appearance": gettext_lazy("The tablet decides how a question looks."),
    "parameters": gettext_lazy("These settings of another program are not needed here."),
    "autoplay": gettext_lazy("The tablet decides how a question looks."),
    "rows": gettext_lazy("The tablet decides how a question looks."),
    "readonly": gettext_lazy("What is computed or only read is shown so by itself."),
    "read_only": gettext_lazy("What is computed or only read is shown so by itself."),
    "requiredmsg": gettext_lazy("The tablet has its own words for a missing answer."),
    "required_message": gettext_lazy("The tablet has its own words for a missing answer."),
    "instance": gettext_lazy("This is for another program."),
    "body": gettext_lazy("This is for another program."),
    "disabled": gettext_lazy("Rows that are switched off are left out."),
}
KNOWN = {
    "type", "name", "label", "hint", "guidance_hint", "relevant", "constraint", "constraint_message", "constraintmsg",
    "constraining_message", "calculation", "required", "choice_filter", "repeat_count", "count", "default", "image",
    "audio", "video", "big-image", "trigger", "command", "tag", "noapperrorstring",
}  # fmt: skip


def read_xlsform(path, *, day, key="", version="", language="", subject="factory", sheets=None):
    """Read the form. `day`: the first day of the version. Raises Invalid with the place for what is refused whole."""
    path = Path(path)
    forms = workbook.forms(read_sheets(path) if sheets is None else sheets)
    tree = workbook.tree(forms, slug(path.stem) or "form")
    return _Reader(forms, tree).reading(path, day, key, version, language, subject)


class _Reader(Rules):
    def reading(self, path, day, key, version, language, subject):
        settings = self.sheets["settings"].rows[0][1] if self.sheets.get("settings", workbook.Sheet("")).rows else {}
        given = {plain(column): text for column, text in settings.items()}
        self.main, self.code = self._languages(language)
        title = self.tree.get("title") or path.stem
        key = key or slug(given.get("form_id") or given.get("id_string") or path.stem)[:60].strip("-") or "form"
        self.document = {
            "format": rules.FORMAT,
            "key": key,
            "version": (version or given.get("version") or "1")[:20],
            "title": str(title)[:200],
            "language": self.code,
            "subject": subject,
            "in_force_from": day,
            "clusters": [],
        }
        self._refuse_circles()
        self._clusters()
        self._write_rules()
        self._columns()
        if not self.document["clusters"]:
            raise Invalid(
                _("Nothing in this form can be asked here, so there is no checklist to make of it."),
                [place.as_place(path.name) for place in self.leavings if place.loss],
            )
        self._judge()
        translations = [self._translation(name, texts, day) for name, texts in self.texts.items()]
        others = [(code_of(name), name) for name in self.texts if name != "default"]
        languages = [(self.code, self.main), *(pair for pair in others if pair[0])]
        self.leavings.sort(key=lambda one: (one.sheet, one.line, one.column))
        kept = [one for one in translations if one]
        return Reading(self.document, self.where, self.leavings, kept, languages, foreign=True)

    def _columns(self):
        """Told once a column, with the first row it says something in."""
        cells = [(column, line) for line, row in self.survey.rows for column in row]
        count = Counter(column for column, _line_ in cells)
        first = {}
        for column, line in cells:
            first.setdefault(column, line)
        for column, line in first.items():
            name = plain(column)
            if name in KNOWN or (name == "instance" and LINE in column):
                continue
            reason = str(LOOKS.get(name) or _("This column is not read."))
            if count[column] > 1:
                reason += " " + _("%(n)s cells, this is the first.") % {"n": count[column]}
            self.leavings.append(Leaving(self.survey.name, line, column, reason, loss=False))
        for sheet in self.sheets.values():
            if sheet.beyond:
                reason = _("Behind sixty empty rows nothing is read.")
                self.leavings.append(Leaving(sheet.name, sheet.beyond, "", reason, loss=False))
        for key in ("external_choices", "entities", "osm"):
            if key in self.sheets and self.sheets[key].rows:
                reason = _("This sheet has no counterpart here.")
                self.leavings.append(Leaving(self.sheets[key].name, self.sheets[key].header, "", reason))
