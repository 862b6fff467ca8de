"""Writes published checklists out: as YAML and as our own workbook, which read back give the same document and hash;
as an XLSForm; and as a sheet for translators."""

import io
import re

from django.utils import timezone
from django.utils.translation import gettext as _

from checklists.models import ChecklistVersion
from checklists.queries import earlier_translation, newest_translations
from checklists.spreadsheets.layout import write_layout
from checklists.spreadsheets.translating import write_translation
from checklists.xlsform.languages import code_of
from checklists.xlsform.writing import write_xlsform
from core.errors import Invalid

# The order in which people read the names; others follow in their own.
ORDER = (
    "format", "checklist", "key", "kind", "kinds", "version", "parent", "title", "language", "status", "as_of",
    "subject", "country", "in_force_from", "licence", "about", "text", "polarity", "issue", "explain", "guidance",
    "sources", "tags", "level", "unit", "choices", "required", "required_when", "visible_when", "compute", "suggest",
    "constraint", "columns", "rows", "sample", "extent", "phrases", "law", "sampling", "clusters", "points",
    "questions", "checks",
)  # fmt: skip
TEXT = "tag:yaml.org,2002:str"
_FRAGILE = re.compile("[^\\S \n]|[\x00-\x09\x0b-\x1f\x7f-\x9f\u2028\u2029\ufeff\ufffe\uffff]")
_PLACE = {name: n for n, name in enumerate(ORDER)}


def to_yaml(document: dict) -> str:
    """A document of any of our forms as a YAML file."""
    from ruamel.yaml import YAML
    from ruamel.yaml.representer import SafeRepresenter

    class Representer(SafeRepresenter):
        """Texts with characters that YAML folds or loses stand in double quotes, where they are written as escapes."""

        def ignore_aliases(self, data):
            return True

    Representer.add_representer(
        str, lambda self, text: self.represent_scalar(TEXT, text, style='"' if _FRAGILE.search(text) else None)
    )
    yaml = YAML(typ="safe", pure=True)
    yaml.Representer = Representer
    yaml.default_flow_style = False
    yaml.sort_base_mapping_type_on_output = False
    yaml.allow_unicode = True
    yaml.width = 120
    out = io.StringIO()
    yaml.dump(_ordered(document), out)
    return out.getvalue()


def _ordered(node):
    if isinstance(node, dict):
        named = (
            sorted(node, key=lambda name: _PLACE.get(name, len(ORDER))) if "key" in node or "format" in node else node
        )
        return {name: _ordered(node[name]) for name in named}
    if isinstance(node, list):
        return [_ordered(item) for item in node]
    return node


def yaml_of(version: ChecklistVersion) -> bytes:
    """A published version as its file."""
    return to_yaml(version.text.document).encode()


def xlsx_of(version: ChecklistVersion) -> bytes:
    """A published version as our own workbook."""
    return write_layout(version.text.document)


def xlsform_of(version: ChecklistVersion) -> tuple[bytes, list]:
    """A published version as an XLSForm in all its languages, and [(place, sentence)] of what that does not say."""
    sets = [each.document for each in newest_translations(version)]
    return write_xlsform(version.text.document, sets)


def translation_of(version: ChecklistVersion, language: str) -> bytes:
    """The sheet for translating a version, with what is translated already."""
    if code_of(language) != language:
        raise Invalid(_("«%(name)s» is no code of a language, such as km.") % {"name": language})
    if language == version.language:
        raise Invalid(_("The checklist itself is in this language."))
    earlier = earlier_translation(version, language)
    day = timezone.localdate().isoformat()
    return write_translation(version.text.document, language, day, earlier.document if earlier else None)


# {format: the ending of its file's name}
FORMATS = {"yaml": "yaml", "xlsx": "xlsx", "xlsform": "xlsx", "translation": "xlsx"}


def written(version: ChecklistVersion, form: str, language: str = "") -> tuple[bytes, list]:
    """(the file, [(place, sentence)] of what it does not say) of a version in one of the FORMATS."""
    if form == "xlsform":
        return xlsform_of(version)
    if form == "translation":
        return translation_of(version, language), []
    return (xlsx_of if form == "xlsx" else yaml_of)(version), []
