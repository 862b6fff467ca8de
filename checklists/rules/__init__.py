"""Pure decisions about what is asked. Documents are plain data: dicts, lists, texts.

Four file forms, each told by its `format`: a checklist, a country's edition of one, dated parameters of law, and a
translation. docs/reference/checklist-format.md says in words what is judged here.
"""

from typing import Any

from checklists.rules import form, law, question
from checklists.rules.answers import MAX_CELL, answers_value
from checklists.rules.bridge import Link, bridge_problems, by_keys, propose, series
from checklists.rules.difference import Difference, difference
from checklists.rules.editions import EDITION_FORMAT, Moved, carry_over, edition_places, edition_problems, resolve
from checklists.rules.form import (
    FORMAT,
    TOP,
    checklist_problems,
    content_hash,
    kind_on,
    kinds_of,
    places,
    questions,
)
from checklists.rules.law import INSTRUMENTS, LAW_FORMAT, Reference, law_file_problems, reference
from checklists.rules.lint import Lint, lint, rules_of
from checklists.rules.question import KINDS, QUESTION, SOURCES, TAGS, choice_key, choice_text
from checklists.rules.translations import (
    TRANSLATION_FORMAT,
    carried,
    in_language,
    missing,
    say_question,
    stale,
    still_said,
    translated,
    translation_problems,
    unfit,
)
from checklists.rules.words import Place, Problem, is_day

problems = checklist_problems
# How long a text may be, in characters, by level; those NUMBERED may be written as whole numbers as well.
LIMITS = form.LIMITS | {"question": question.LIMITS | {"key": 80}, "law": law.LIMITS}
NUMBERED = form.NUMBERED | {"law": law.NUMBERED}
_OTHERS = {
    EDITION_FORMAT: edition_problems,
    LAW_FORMAT: law_file_problems,
    TRANSLATION_FORMAT: translation_problems,
}


def problems_of(document: Any) -> list[Problem]:
    """Everything wrong with a document of any of the four forms, as (path, sentence)."""
    form = document.get("format") if isinstance(document, dict) else None
    if isinstance(form, str) and form in _OTHERS:
        return list(_OTHERS[form](document))
    return checklist_problems(document)


__all__ = [
    "EDITION_FORMAT", "FORMAT", "INSTRUMENTS", "KINDS", "LAW_FORMAT", "LIMITS", "NUMBERED", "QUESTION", "SOURCES",
    "TAGS", "TOP", "TRANSLATION_FORMAT", "Difference", "Link", "Lint", "Moved", "Place", "Problem", "Reference",
    "MAX_CELL", "answers_value", "bridge_problems", "by_keys", "carried", "carry_over", "choice_key", "choice_text",
    "content_hash", "difference", "edition_places", "in_language", "is_day", "kind_on", "kinds_of", "lint", "missing",
    "places", "problems", "problems_of", "propose", "questions", "reference", "resolve", "rules_of", "say_question",
    "series", "stale", "still_said", "translated", "unfit",
]  # fmt: skip
