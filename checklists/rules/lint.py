"""What is wrong with a sound document all the same: errors keep it from being published, warnings do not.

The rule language is handed in, as checklists/expressions.py speaks it: `reads` names the questions an expression
reads, `holds` says whether it holds with some answers (None: unknown).
"""

import itertools
import re
from collections import defaultdict
from collections.abc import Callable, Collection, Iterator, Mapping
from typing import Any, NamedTuple

from checklists.rules.form import places, questions
from checklists.rules.question import choice_key
from checklists.rules.translations import missing, stale
from checklists.rules.words import Place, items, say

# With more combinations of answers than this a rule is not tried out.
MOST = 600
_STATES = ("compliant", "non_compliant", "not_applicable", "not_asked", "undetermined")
Reads = Callable[[str], Collection[str]]
Holds = Callable[[str, Mapping[str, Any]], bool | None]


class Lint(NamedTuple):
    """level: error or warning; code: what kind of thing; place: as in rules.problems."""

    level: str
    code: str
    place: Place
    sentence: str


def lint(
    document: Mapping[str, Any], reads: Reads, holds: Holds, translations: Collection[Mapping[str, Any]] = ()
) -> list[Lint]:
    """Everything found, errors first, each group in the order of the document."""
    found = [
        *_later(document, reads),
        *_unreachable(document, reads, holds),
        *_critical(document),
        *_twice(document),
        *_untranslated(document, translations),
    ]
    return sorted(found, key=lambda each: each.level != "error")


def rules_of(question: Mapping[str, Any]) -> Iterator[tuple[Place, str]]:
    """(place in the question, expression) of every rule of a question."""
    for name in ("visible_when", "required_when", "compute"):
        if question.get(name):
            yield (name,), question[name]
    for n, suggestion in items(question, "suggest"):
        yield ("suggest", n, "when"), suggestion["when"]
    if question.get("constraint"):
        yield ("constraint", "when"), question["constraint"]["when"]
    for n, column in items(question, "columns"):
        if column.get("compute"):
            yield ("columns", n, "compute"), column["compute"]
    for n, choice in items(question, "choices"):
        if isinstance(choice, Mapping) and choice.get("when"):
            yield ("choices", n, "when"), choice["when"]


def _later(document: Mapping[str, Any], reads: Reads) -> Iterator[Lint]:
    """A rule that reads a later question, or its own. One that reads what is not there, the rule language names."""
    order = {question["key"]: n for n, (_, _, question) in enumerate(questions(document))}
    where = places(document)
    for _, _, question in questions(document):
        key = question["key"]
        for place, expression in rules_of(question):
            for read in sorted(reads(expression)):
                here = (*where[key], *place)
                if read not in order:
                    yield Lint(
                        "error",
                        "missing-question",
                        here,
                        say("This rule reads «%(read)s»; there is no such question.", read=read),
                    )
                elif order[read] > order[key]:
                    yield Lint(
                        "error",
                        "later-question",
                        here,
                        say("This rule reads «%(read)s», which is asked later.", read=read),
                    )
                elif read == key:
                    yield Lint("error", "own-question", here, say("This rule reads the answer to its own question."))


def _unreachable(document: Mapping[str, Any], reads: Reads, holds: Holds) -> Iterator[Lint]:
    """A question that no answers before it make visible, and one whose rule waits for such a question."""
    by_key = {question["key"]: question for _, _, question in questions(document)}
    where = places(document)
    dead: set[str] = set()
    for key, question in by_key.items():
        expression = question.get("visible_when")
        if not expression:
            continue
        read = sorted(reads(expression))
        if dead & set(read):
            sentence = say("This question waits for «%(dead)s», which is never asked.", dead=min(dead & set(read)))
        elif not _ever(expression, read, by_key, holds):
            sentence = say("No answers before it make this question visible.")
        else:
            continue
        dead.add(key)
        yield Lint("error", "unreachable", (*where[key], "visible_when"), sentence)


def _ever(expression: str, read: list[str], by_key: Mapping[str, Any], holds: Holds) -> bool:
    """Does the rule hold, or stay unknown, with some answers? True where there are too many to try."""
    worlds = [_answers(by_key[key], expression) for key in read if key in by_key]
    if any(world is None for world in worlds):
        return True
    size = 1
    for world in worlds:
        size *= len(world or ())
    if size > MOST:
        return True
    keys = [key for key in read if key in by_key]
    combinations = itertools.product(*(world or () for world in worlds))
    return any(holds(expression, dict(zip(keys, each, strict=True))) is not False for each in combinations)


def _answers(question: Mapping[str, Any], expression: str) -> list[Any] | None:
    """Answers worth trying: all there are; for a number those around every number of the rule. None: no end of them."""
    match question["kind"]:
        case "finding":
            return list(_STATES)
        case "yes_no":
            return [True, False]
        case "choice":
            return [choice_key(choice) for choice in question.get("choices") or []]
        case "number" | "money" | "percent":
            named = {float(number) for number in re.findall(r"\d+(?:\.\d+)?", expression)} | {0.0}
            return sorted({near for number in named for near in (number - 1, number, number + 1)})
    return None


def _critical(document: Mapping[str, Any]) -> Iterator[Lint]:
    """What becomes public stands on a law, not on a good practice alone."""
    where = places(document)
    for _, _, question in questions(document):
        tags = question.get("tags") or []
        laws = [law for law in question.get("law") or [] if law.get("instrument") != "benchmark"]
        if "critical-public" in tags and not laws:
            level = "warning" if question.get("law") else "error"
            sentence = say("What becomes public needs a legal basis, and this question names none.")
            yield Lint(level, "no-legal-basis", (*where[question["key"]], "law"), sentence)


def _twice(document: Mapping[str, Any]) -> Iterator[Lint]:
    """Two questions in the same words, or two violations of one name."""
    where = places(document)
    for name in ("text", "issue"):
        seen: dict[str, list[str]] = defaultdict(list)
        for _, _, question in questions(document):
            words = " ".join(str(question.get(name) or "").lower().split()).rstrip("?.! ")
            if words:
                seen[words].append(question["key"])
        for keys in seen.values():
            for key in keys[1:]:
                sentence = say("The same words stand at «%(keys)s».", keys=keys[0])
                yield Lint("warning", "same-words", (*where[key], name), sentence)


def _untranslated(document: Mapping[str, Any], translations: Collection[Mapping[str, Any]]) -> Iterator[Lint]:
    for translation in translations:
        language = translation["language"]
        gaps, old = missing(translation, document), stale(translation, document)
        if gaps:
            sentence = say(
                "%(n)s text(s) have no translation into %(language)s. First: %(gaps)s.",
                n=len(gaps),
                language=language,
                gaps=".".join(gaps[0]),
            )
            yield Lint("warning", "missing-translation", (), sentence)
        if old:
            sentence = say(
                "%(n)s text(s) changed since they were translated into %(language)s. First: %(old)s.",
                n=len(old),
                language=language,
                old=".".join(old[0]),
            )
            yield Lint("warning", "stale-translation", (), sentence)
