"""The linter as a whole: pure rules, and what the rule language says of every expression."""

from checklists import expressions, rules
from checklists.sentences import said
from core.errors import Invalid


def findings(document, translations=()) -> list[rules.Lint]:
    """Errors first, then warnings. `document` is whole: an edition is resolved before."""
    broken = [rules.Lint("error", "rule", place, str(sentence)) for place, sentence in expressions.problems(document)]
    found = rules.lint(document, _reads, _holds, translations)
    return broken + [one._replace(sentence=said(one.sentence)) for one in found]


def errors(document) -> list[rules.Lint]:
    """What keeps a document from being published."""
    return [found for found in findings(document) if found.level == "error"]


def _reads(expression):
    try:
        return expressions.reads(expression)
    except Invalid:
        return set()  # named as broken above


def _holds(expression, answers):
    try:
        value = expressions.evaluate(expression, answers)
    except Invalid:
        return None
    return None if value is expressions.UNKNOWN else value is True
