"""Names of a form as keys of ours: small letters and hyphens, each once."""

import re

from checklists.xlsform.workbook import LINE

# What a column of a table cannot be called, since rules read these words otherwise.
TAKEN = {
    "as", "break", "const", "continue", "else", "false", "for", "function", "if", "import", "in", "let", "loop",
    "namespace", "null", "package", "return", "true", "var", "void", "while", "code",
}  # fmt: skip


def slug(name):
    apart = re.sub("(?<=[a-z0-9])(?=[A-Z])", "-", str(name))
    return re.sub("[^a-z0-9]+", "-", apart.lower()).strip("-")


def choice_key(name):
    return re.sub("[^a-z0-9_-]+", "-", name.lower()).strip("-_")[:76] or "choice"


def column_key(name):
    key = re.sub("[^a-z0-9_]+", "_", str(name).lower()).strip("_")[:56]
    return key if key[:1].isalpha() else f"c_{key}"


def unique(key, taken, sign="-"):
    made, n = key, 1
    while made in taken:
        n += 1
        made = f"{key}{sign}{n}"
    taken.add(made)
    return made


def line_of(node):
    if LINE in node:
        return int(node[LINE])
    return next((line_of(child) for child in node.get("children") or [] if line_of(child)), 0)


def read_as(kind):
    return {"many_choice": "list", "percent": "number", "money": "number", "information": "text"}.get(kind, kind)
