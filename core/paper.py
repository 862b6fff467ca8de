"""From a template made for paper to a PDF: sets the shapes inline and brings the house's sheets along.

Templates extend `core/paper.html`. It fetches nothing; pictures come in through `files`.
"""

from functools import cache
from pathlib import Path

from django.template.loader import render_to_string

from core import pdf as door

_SHEETS = Path(__file__).resolve().parent / "static" / "core"


@cache
def sheets() -> tuple[str, ...]:
    """The texts of the style sheets a document needs, in order."""
    return tuple((_SHEETS / name).read_text(encoding="utf-8") for name in ("tokens.css", "base.css", "paper.css"))


def pdf(template: str, context: dict, *, files: dict | None = None) -> bytes:
    """A PDF of a paper template, in the language in force. Raises core.pdf.NoPdf where the machine cannot make one.

    `files` maps each address the template names to (bytes, media type).
    """
    html = render_to_string(template, {**context, "paper": True})
    return door.render(html, stylesheets=sheets(), files=files)
