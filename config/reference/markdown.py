"""The few marks of Markdown that the generated pages need."""

HEADER = "<!-- Made from the code. Change the code, then run: make docs -->"


def table(heads, rows) -> str:
    """A table; cells are Markdown already."""
    lines = [_line(heads), "|" + "---|" * len(heads)]
    return "\n".join([*lines, *(_line(row) for row in rows)])


def _line(cells):
    return "| " + " | ".join(_cell(cell) for cell in cells) + " |"


def _cell(cell):
    return " ".join(str(cell).split()).replace("|", "\\|")


def code(text) -> str:
    """Text set as code; nothing for nothing."""
    return f"`{text}`" if text else ""


def first_sentence(docstring) -> str:
    """What a docstring says first, without its full stop."""
    paragraph = " ".join((docstring or "").strip().split("\n\n")[0].split())
    return paragraph.split(". ")[0].removesuffix(".")
