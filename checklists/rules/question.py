"""One question of a checklist document: its kind, its texts, its rules, its table, its law."""

import re
from collections.abc import Iterator, Mapping
from typing import Any

from checklists.rules.law import law_problems
from checklists.rules.phrases import phrases_problems
from checklists.rules.words import (
    NAME,
    Place,
    Problem,
    expression,
    items,
    keyed,
    listed,
    say,
    text,
    texts,
    unknown,
    whole,
)

KINDS = {
    "finding", "yes_no", "number", "money", "percent", "text", "date", "choice", "many_choice", "table", "information",
}  # fmt: skip
TAGS = {
    "critical-public", "wider-public", "zero-tolerance", "committee-priority", "virtual-check", "irreversible",
    "duty-of-union", "duty-of-employers-association",
}  # fmt: skip
SOURCES = {"documents", "observation", "worker-interviews", "management-interviews", "union-interviews"}
SUGGESTED = ("compliant", "non_compliant", "not_applicable", "undetermined")
QUESTION = {
    "key", "kind", "text", "issue", "explain", "guidance", "sources", "tags", "level", "law", "unit", "choices",
    "required", "extent", "polarity", "required_when", "visible_when", "compute", "suggest", "constraint", "columns",
    "rows", "sample", "phrases",
}  # fmt: skip
LIMITS = {"text": 0, "issue": 120, "explain": 0, "guidance": 0, "unit": 30, "extent": 40}
COMPUTED = {"number", "percent", "money", "yes_no", "text"}
TYPED = KINDS - {"finding", "information"}
CHOOSING = {"choice", "many_choice"}

COLUMN = {"key", "title", "kind", "unit", "choices", "compute"}
COLUMN_KINDS = {"text", "number", "money", "percent", "date", "yes_no", "choice"}
MAX_ROWS = 500
_CHOICE_KEY = re.compile(r"^[a-z0-9][a-z0-9_-]*$")
# Words an expression could not read as a name, and `code`, by which a row is called.
_TAKEN = {
    "as", "break", "const", "continue", "else", "false", "for", "function", "if", "import", "in", "let", "loop",
    "namespace", "null", "package", "return", "true", "var", "void", "while", "code",
}  # fmt: skip


def question_problems(node: Any, place: Place, seen: set[str], plans: set[str]) -> Iterator[Problem]:
    """Everything wrong with a question. `seen`: keys before it; `plans`: keys of the sampling plans there are."""
    if not isinstance(node, dict):
        yield place, say("This question is not written as names and values.")
        return
    yield from unknown(node, QUESTION, place, say("a question"))
    yield from keyed(node, place, seen, "question", 80)
    yield from texts(node, place, LIMITS)
    if not node.get("text"):
        yield (*place, "text"), say("This question has no text.")
    kind = node.get("kind")
    if not isinstance(kind, str) or kind not in KINDS:
        yield (*place, "kind"), say("«%(kind)s» is not a kind of question.", kind=str(kind)[:40])
        kind = ""
    if kind == "finding":
        for name in ("issue", "explain"):
            if not node.get(name):
                yield (*place, name), say("A finding question needs «%(name)s».", name=name)
    yield from listed(node.get("tags"), (*place, "tags"), TAGS)
    yield from listed(node.get("sources"), (*place, "sources"), SOURCES)
    if not isinstance(node.get("required", True), bool):
        yield (*place, "required"), say("Write true or false.")
    if node.get("level") not in ("enterprise", "national"):
        yield (*place, "level"), say("The level is enterprise or national.")
    yield from _choices(node, place, needed=kind in CHOOSING)
    yield from _rules(node, place, kind)
    yield from _table(node, place, kind, plans)
    yield from phrases_problems(node.get("phrases"), (*place, "phrases"))
    tags = node.get("tags")
    if isinstance(tags, list) and "critical-public" in tags and not node.get("law"):
        yield (*place, "law"), say("A critical question needs its law.")
    if node.get("law") is not None and not isinstance(node["law"], list):
        yield (*place, "law"), say("Write «law» as a list.")
    for n, law in items(node, "law"):
        yield from law_problems(law, (*place, "law", n))


def choice_key(choice: Any) -> str:
    """What an answer holds for a choice: its key, or the text of a plain one."""
    return str(choice["key"] if isinstance(choice, Mapping) else choice)


def choice_text(choice: Any) -> str:
    """What a person reads for it."""
    return str(choice["text"] if isinstance(choice, Mapping) else choice)


def _choices(node: Mapping[str, Any], place: Place, needed: bool) -> Iterator[Problem]:
    """The choices as texts, or each with its key, its text, and when it is offered."""
    place = (*place, "choices")
    choices = node.get("choices")
    if needed and not choices:
        yield place, say("A choice needs its choices.")
    if choices is None:
        return
    if not isinstance(choices, list):
        yield place, say("Write «choices» as a list.")
        return
    if all(isinstance(choice, str) for choice in choices):
        yield from listed(choices, place)
        return
    seen: set[str] = set()
    for n, choice in enumerate(choices):
        here = (*place, n)
        if not isinstance(choice, dict) or set(choice) - {"key", "text", "when"}:
            yield here, say("Write every choice as a text, or every one with key and text.")
            continue
        key = choice.get("key")
        if not isinstance(key, str) or not _CHOICE_KEY.fullmatch(key) or len(key) > 80:
            yield (*here, "key"), say("A choice needs a key of small letters, digits, hyphens and underscores.")
        elif key in seen:
            yield (*here, "key"), say("The key «%(key)s» is used twice.", key=key)
        else:
            seen.add(key)
        yield from text(choice.get("text"), (*here, "text"), needed=True)
        yield from expression(choice.get("when"), (*here, "when"))


def _rules(node: Mapping[str, Any], place: Place, kind: str) -> Iterator[Problem]:
    """Polarity and everything that is decided by an expression."""
    if node.get("polarity") not in (None, "yes", "no"):
        yield (*place, "polarity"), say("The polarity is yes or no: which answer is the good one.")
    elif node.get("polarity") and kind not in ("finding", "yes_no", ""):
        yield (*place, "polarity"), say("Only a question of yes or no has a polarity.")
    for name in ("visible_when", "required_when", "compute"):
        yield from expression(node.get(name), (*place, name))
    if node.get("compute") and kind not in (*COMPUTED, ""):
        yield (
            (*place, "compute"),
            say(
                "A question of this kind is not computed. These are: %(computed)s.",
                computed=", ".join(sorted(COMPUTED)),
            ),
        )
    if node.get("suggest") is not None and not isinstance(node["suggest"], list):
        yield (*place, "suggest"), say("Write «suggest» as a list.")
    elif node.get("suggest") and kind not in ("finding", ""):
        yield (*place, "suggest"), say("Only the answer to a finding question is suggested.")
    for n, suggestion in items(node, "suggest"):
        yield from _suggestion(suggestion, (*place, "suggest", n))
    constraint = node.get("constraint")
    here = (*place, "constraint")
    if constraint is None:
        return
    if not isinstance(constraint, dict) or set(constraint) - {"when", "says"}:
        yield here, say("A constraint has when and says.")
        return
    if kind not in (*TYPED, ""):
        yield here, say("A question of this kind has no constraint.")
    if not constraint.get("when"):
        yield (*here, "when"), say("«when» is missing: what must hold?")
    yield from expression(constraint.get("when"), (*here, "when"))
    yield from text(constraint.get("says"), (*here, "says"), needed=True)


def _suggestion(suggestion: Any, place: Place) -> Iterator[Problem]:
    if not isinstance(suggestion, dict) or set(suggestion) - {"when", "state", "because"}:
        yield place, say("A suggestion has when, state and because.")
        return
    if not suggestion.get("when"):
        yield (*place, "when"), say("«when» is missing: what must hold?")
    yield from expression(suggestion.get("when"), (*place, "when"))
    if suggestion.get("state") not in SUGGESTED:
        yield (*place, "state"), say("The state is one of: %(suggested)s.", suggested=", ".join(sorted(SUGGESTED)))
    yield from text(suggestion.get("because"), (*place, "because"), needed=True)


def _table(node: Mapping[str, Any], place: Place, kind: str, plans: set[str]) -> Iterator[Problem]:
    """The columns of a table, how many rows, and by which plan its records are drawn."""
    if kind != "table":
        for name in ("columns", "rows", "sample"):
            if node.get(name) is not None and kind:
                yield (*place, name), say("Only a table has «%(name)s».", name=name)
        return
    if not isinstance(node.get("columns"), list) or not node["columns"]:
        yield (*place, "columns"), say("A table needs its columns.")
    seen: set[str] = set()
    for n, column in items(node, "columns"):
        yield from _column(column, (*place, "columns", n), seen)
    rows = node.get("rows")
    if rows is not None:
        least, most = (rows.get("min"), rows.get("max")) if isinstance(rows, dict) else (None, None)
        if not isinstance(rows, dict) or set(rows) - {"min", "max"}:
            yield (*place, "rows"), say("Rows have min and max.")
        elif not all(number is None or whole(number, 0, MAX_ROWS) for number in (least, most)):
            yield (*place, "rows"), say("Write min and max as whole numbers, at most %(max_rows)s.", max_rows=MAX_ROWS)
        elif least is not None and most is not None and least > most:
            yield (*place, "rows"), say("min is larger than max.")
    sample = node.get("sample")
    if sample is not None and (not isinstance(sample, str) or sample not in plans):
        yield (
            (*place, "sample"),
            say("There is no sampling plan «%(sample)s» under sampling: records.", sample=str(sample)[:60]),
        )


def _column(column: Any, place: Place, seen: set[str]) -> Iterator[Problem]:
    if not isinstance(column, dict):
        yield place, say("This column is not written as names and values.")
        return
    yield from unknown(column, COLUMN, place, say("a column"))
    key = column.get("key")
    if not isinstance(key, str) or not NAME.fullmatch(key) or key in _TAKEN or len(key) > 60:
        yield (*place, "key"), say("A column's key begins with a small letter, then letters, digits and underscores.")
    elif key in seen:
        yield (*place, "key"), say("The key «%(key)s» is used twice.", key=key)
    else:
        seen.add(key)
    yield from text(column.get("title"), (*place, "title"), 120, needed=True)
    yield from text(column.get("unit"), (*place, "unit"), 30)
    kind = column.get("kind")
    if not isinstance(kind, str) or kind not in COLUMN_KINDS:
        yield (
            (*place, "kind"),
            say("The kind of a column is one of: %(column_kinds)s.", column_kinds=", ".join(sorted(COLUMN_KINDS))),
        )
    yield from _choices(column, place, needed=kind == "choice")
    yield from expression(column.get("compute"), (*place, "compute"))
