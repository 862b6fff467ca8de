"""Translation by spreadsheet: one row a text, with the source beside it, and a mark where the source changed since.

A person fills the column `translation`. What she did not fill stays untranslated; a change elsewhere is refused.
"""

from django.utils.translation import gettext as _

from checklists.rules import translations as rules
from checklists.spreadsheets import cells
from core.errors import Invalid
from core.sheets import write_workbook

ABOUT = ("format", "checklist", "version", "language", "status", "as_of")
COLUMNS = ("key", "field", "source", "translation", "stale")


def is_translation(sheets):
    """Are these the sheets of a translation by spreadsheet?"""
    return {"about", "translation"} <= set(sheets)


def write_translation(document, language, as_of, earlier=None):
    """The workbook for translating a checklist document into a language, as bytes.

    earlier: the newest translation there is, of this version or of one before; its texts stand in their cells, and
    those whose source has changed since are marked.
    """
    there = rules.translated(earlier) if earlier else {}
    stale = set(rules.stale(earlier, document)) if earlier else set()
    about = {
        "format": rules.TRANSLATION_FORMAT,
        "checklist": document["key"],
        "version": str(document["version"]),
        "language": language,
        "status": "unreviewed",
        "as_of": as_of,
    }
    rows = []
    for address, source in rules.sources(document).items():
        key, *field = address
        said = there.get(address, "")
        mark = "yes" if address in stale else ""
        rows.append([key, ".".join(field), cells.to_cell(source), cells.to_cell(said) if said else "", mark])
    return write_workbook(
        {"translation": [list(COLUMNS), *rows], "about": [["name", "value"], *map(list, about.items())]}
    )


def read_about(sheets):
    """{name: value} of the sheet about: which checklist, version and language this is."""
    about = {}
    for line, texts in sheets["about"][1:]:
        name, value = ([text.strip() for text in texts] + ["", ""])[:2]
        if name not in ABOUT or name in about:
            raise _refused("about", line, "name", _("«%(name)s» is not expected here.") % {"name": name[:40]})
        about[name] = value
    missing = next((name for name in ABOUT if not about.get(name)), None)
    if missing:
        raise _refused("about", 1, "name", _("«%(name)s» is missing.") % {"name": missing})
    return about


def read_translation(sheets, document, earlier=None):
    """(translation, where) for the published document it names. Refuses, with the line, what does not fit it.

    A row marked stale whose translation is still the one of `earlier` stays stale. A new text, or a mark taken away,
    says that somebody has looked.
    """
    there = rules.translated(earlier) if earlier else {}
    about = read_about(sheets)
    rows = sheets["translation"]
    header = [text.strip() for text in rows[0][1]] if rows else []
    absent = next((name for name in COLUMNS if name not in header), None)
    if absent:
        raise _refused("translation", rows[0][0] if rows else 1, absent, _("There is no column called %s.") % absent)
    source, texts, marks, lines, problems = rules.sources(document), {}, {}, {}, []
    for line, found in rows[1:]:
        row = dict(zip(header, [*found, *[""] * len(header)], strict=False))
        address = (row["key"].strip(), *row["field"].strip().split("."))
        address = _known(address, row, source)
        reason, column = _fault(address, row, source, lines)
        if reason:
            problems.append({"sheet": "translation", "line": line, "column": column, "reason": reason})
            continue
        lines[address] = line
        if row["translation"].strip():
            words = _value(row["translation"])
            _put(texts, address, words)
            old = row["stale"].strip().casefold() == "yes" and there.get(address, words) == words
            marks[".".join(address)] = "" if old else rules.mark(source[address])
    if problems:
        raise Invalid(_("Nothing was written. Mend these places and try again."), problems)
    made = {**about, "texts": _with_lists(texts, source), "of": marks}

    def where(place):
        address = tuple(str(step) for step in place[1:])
        line = next((at for known, at in lines.items() if known[: len(address)] == address), 1)
        return "translation", line, "translation"

    return made, where


def _known(address, row, source):
    """The address as the document has it: keys of choices may hold a dot."""
    if address in source:
        return address
    wanted = f"{row['key'].strip()}.{row['field'].strip()}"
    return next((one for one in source if ".".join(one) == wanted), address)


def _fault(address, row, source, lines):
    if address not in source:
        sentence = _("The checklist has no text at «%(key)s», «%(field)s».")
        return sentence % {"key": row["key"][:60], "field": row["field"][:60]}, "key"
    if address in lines:
        return _("This text stands in line %(line)s already.") % {"line": lines[address]}, "key"
    if _value(row["source"]) != source[address]:
        return _("The source text was changed here. Only the column translation may be written in."), "source"
    if not isinstance(_value(row["translation"]), str):
        return _("A translation is a text."), "translation"
    return "", ""


def _value(text):
    try:
        return cells.from_cell(text)
    except (ValueError, RecursionError):
        return None


def _put(node, address, value):
    for name in address[:-1]:
        node = node.setdefault(name, {})
    node[address[-1]] = value


def _with_lists(texts, source):
    """Phrases and the reasons of suggestions are lists in the form: gaps are filled with the source, which shows there
    anyway."""
    for key, parts in texts.items():
        if "because" in parts:
            parts["because"] = _as_list(parts["because"], source, (key, "because"))
        for name, phrases in (parts.get("phrases") or {}).items():
            parts["phrases"][name] = _as_list(phrases, source, (key, "phrases", name))
    return texts


def _as_list(numbered, source, address):
    most = max(map(int, numbered))
    return [numbered.get(str(n)) or source[*address, str(n)] for n in range(most + 1)]


def _refused(sheet, line, column, sentence):
    return Invalid(sentence, [{"sheet": sheet, "line": line, "column": column, "reason": sentence}])
