"""Translations as documents of their own: `openfloor-translation/1`. Dated, hashed, addable after publishing."""

import copy
import hashlib
from collections.abc import Iterator, Mapping
from typing import Any

from checklists.rules.form import questions
from checklists.rules.phrases import PHRASES, phrases_problems, slots
from checklists.rules.question import choice_key, choice_text
from checklists.rules.words import KEY, LANGUAGE, Place, Problem, is_day, items, say, text, unknown

TRANSLATION_FORMAT = "openfloor-translation/1"
STATUSES = ("unreviewed", "reviewed")
_TOP = {"format", "checklist", "version", "language", "status", "as_of", "texts", "of", "licence"}
# What of a question is read by people: its own texts, and by key the texts of its parts.
_SINGLE = ("text", "issue", "explain", "guidance", "unit", "extent", "says")
_PARTS = {
    "question": {*_SINGLE, "choices", "columns", "because", "phrases"},
    "cluster": {"title"},
    "point": {"title"},
    "check": {"says"},
    "checklist": {"title", "about"},
}


def translation_problems(document: dict[str, Any]) -> Iterator[Problem]:
    """Everything wrong with a translation by itself; whether it fits a version is asked by `unfit`."""
    yield from unknown(document, _TOP, (), say("a translation"))
    if not isinstance(document.get("checklist"), str) or not KEY.fullmatch(document["checklist"]):
        yield ("checklist",), say("Name the checklist by its key.")
    if not document.get("version") or not isinstance(document["version"], (str, int)):
        yield ("version",), say("«version» is missing: of which version is this?")
    if not isinstance(document.get("language"), str) or not LANGUAGE.fullmatch(document["language"]):
        yield ("language",), say("«language» is missing or not a language code.")
    elif len(document["language"]) > 10:
        yield ("language",), say("A language code has at most 10 characters.")
    if document.get("status") not in STATUSES:
        yield ("status",), say("The status is unreviewed or reviewed.")
    if not is_day(document.get("as_of")):
        yield ("as_of",), say("Write the day as 2026-01-31.")
    yield from text(document.get("licence"), ("licence",), 40)
    if not isinstance(document.get("texts"), dict) or not document["texts"]:
        yield ("texts",), say("Write the texts by the keys of their questions.")
    else:
        for name, parts in document["texts"].items():
            yield from _entry(str(name), parts, ("texts", name))
    of = document.get("of")
    if of is not None and not (isinstance(of, dict) and all(isinstance(value, str) for value in of.values())):
        yield ("of",), say("Write under «of» what was translated: the place and the beginning of its digest.")


def _entry(name: str, parts: Any, place: Place) -> Iterator[Problem]:
    level = level_of(name)
    if level not in _PARTS:
        yield place, say("A text belongs to a question, or to cluster:, point:, check: and a key, or to checklist.")
        return
    if not isinstance(parts, dict):
        yield place, say("Write the texts as names and values.")
        return
    yield from unknown(parts, _PARTS[level], place, say("the texts of a %(level)s", level=level))
    for part, value in parts.items():
        here = (*place, part)
        if part in ("choices", "columns"):
            if not isinstance(value, dict):
                yield here, say("Write the texts by their keys.")
            else:
                for key, each in value.items():
                    yield from text(each, (*here, key))
        elif part == "because":
            yield from listed_texts(value, here)
        elif part == "phrases":
            yield from phrases_problems(value, here)
        else:
            yield from text(value, here)


def listed_texts(value: Any, place: Place) -> Iterator[Problem]:
    """A list of texts that may repeat each other."""
    if not isinstance(value, list):
        yield place, say("Write «%(place)s» as a list.", place=place[-1])
        return
    for n, each in enumerate(value):
        yield from text(each, (*place, n))


def level_of(name: str) -> str:
    """Of what a name under `texts` is: question, cluster, point, check or checklist."""
    if name == "checklist":
        return "checklist"
    level, colon, _ = name.partition(":")
    return level if colon else "question"


Address = tuple[str, ...]


def sources(document: Mapping[str, Any]) -> dict[Address, str]:
    """Every text of a checklist that people read, by its address under `texts`: ("exits-clear", "choices", "day")."""
    found: dict[Address, Any] = {("checklist", name): document.get(name) for name in ("title", "about")}
    done: set[str] = set()
    for cluster, point, question in questions(document):
        for level, node in (("cluster", cluster), ("point", point)):
            name = f"{level}:{node.get('key')}"
            if name not in done:
                done.add(name)
                found[name, "title"] = node.get("title")
        found |= _of_question(question)
    for _, check in items(document, "checks"):
        found[f"check:{check['key']}", "says"] = check.get("says")
    return {address: value for address, value in found.items() if isinstance(value, str) and value}


def _of_question(question: Mapping[str, Any]) -> dict[Address, Any]:
    key = str(question.get("key"))
    found: dict[Address, Any] = {(key, name): question.get(name) for name in _SINGLE if name != "says"}
    found[key, "says"] = (question.get("constraint") or {}).get("says")
    for choice in question.get("choices") or []:
        found[key, "choices", choice_key(choice)] = choice_text(choice)
    for column in question.get("columns") or []:
        found[key, "columns", column["key"]] = column.get("title")
        for choice in column.get("choices") or []:
            found[key, "columns", f"{column['key']}.{choice_key(choice)}"] = choice_text(choice)
        found[key, "columns", f"{column['key']}.unit"] = column.get("unit")
    for n, suggestion in enumerate(question.get("suggest") or []):
        found[key, "because", str(n)] = suggestion.get("because")
    for name in PHRASES:
        for n, phrase in enumerate((question.get("phrases") or {}).get(name) or []):
            found[key, "phrases", name, str(n)] = phrase
    return found


def translated(translation: Mapping[str, Any]) -> dict[Address, str]:
    """Every text of a translation, by the same addresses."""
    found: dict[Address, str] = {}

    def gather(node: Any, address: Address) -> None:
        if isinstance(node, Mapping):
            for name, value in node.items():
                gather(value, (*address, str(name)))
        elif isinstance(node, list):
            for n, value in enumerate(node):
                gather(value, (*address, str(n)))
        elif isinstance(node, str) and node:
            found[address] = node

    gather(translation.get("texts") or {}, ())
    return found


def mark(source: str) -> str:
    """What `of` holds for a text: the beginning of its digest."""
    return hashlib.sha256(source.encode("utf-8", "surrogatepass")).hexdigest()[:12]


def unfit(translation: Mapping[str, Any], document: Mapping[str, Any]) -> list[Problem]:
    """Why a translation does not fit a published text: what it translates is not there, or a slot is lost or new."""
    source = sources(document)
    found: list[Problem] = []
    for address, words in translated(translation).items():
        place: Place = ("texts", *address)
        if address not in source:
            found.append(
                (place, say("There is nothing to translate at «%(address)s».", address=".".join(address)[:120]))
            )
        elif "phrases" in address and slots(words) != slots(source[address]):
            wanted = ", ".join("{" + name + "}" for name in sorted(slots(source[address]))) or "none"
            found.append((place, say("The slots of this phrase are: %(wanted)s.", wanted=wanted)))
    return found


def missing(translation: Mapping[str, Any], document: Mapping[str, Any]) -> list[Address]:
    """Addresses of texts that have no translation."""
    there = translated(translation)
    return [address for address in sources(document) if address not in there]


def stale(translation: Mapping[str, Any], document: Mapping[str, Any]) -> list[Address]:
    """Addresses of texts whose source is another now than when they were translated, as far as `of` says."""
    of = translation.get("of") or {}
    source = sources(document)
    there = translated(translation)
    return [
        address
        for address in there
        if address in source and ".".join(address) in of and of[".".join(address)] != mark(source[address])
    ]


def still_said(translation: Mapping[str, Any], document: Mapping[str, Any]) -> dict[Address, str]:
    """The texts of a translation that another document may use: those marked with the very words it has there."""
    of = translation.get("of") or {}
    source = sources(document)
    return {
        address: words
        for address, words in translated(translation).items()
        if address in source and of.get(".".join(address)) == mark(source[address])
    }


def carried(translation: Mapping[str, Any], document: Mapping[str, Any]) -> dict[str, Any]:
    """The translation as a beginning for another version: what is still asked stays, what is not falls away."""
    source = sources(document)
    made: dict[str, Any] = {}
    for address, words in translated(translation).items():
        if address in source and "phrases" not in address and "because" not in address:
            _put(made, address, words)
    marks = translation.get("of") or {}
    kept = {place: value for place, value in marks.items() if tuple(place.split(".")) in source}
    return {**translation, "version": str(document["version"]), "status": "unreviewed", "texts": made, "of": kept}


def _put(node: dict[str, Any], address: Address, value: str) -> None:
    for name in address[:-1]:
        node = node.setdefault(name, {})
    node[address[-1]] = value


def in_language(document: Mapping[str, Any], translation: Mapping[str, Any]) -> dict[str, Any]:
    """The checklist document with every text that has a translation in its words. Keys and rules stay as they are."""
    words = translated(translation)
    made = copy.deepcopy(dict(document))

    def say(node: dict[str, Any], name: str, *address: str) -> None:
        if address in words:
            node[name] = words[address]

    for name in ("title", "about"):
        say(made, name, "checklist", name)
    for _, cluster in items(made, "clusters"):
        say(cluster, "title", f"cluster:{cluster['key']}", "title")
        for _, point in items(cluster, "points"):
            say(point, "title", f"point:{point['key']}", "title")
            for _, question in items(point, "questions"):
                say_question(question, words)
    for _, check in items(made, "checks"):
        say(check, "says", f"check:{check['key']}", "says")
    return made


def say_question(question: dict[str, Any], words: Mapping[Address, str]) -> None:
    """Put the translated texts of one question in their places."""
    key = question["key"]
    for name in ("text", "issue", "explain", "guidance", "unit", "extent"):
        if (key, name) in words:
            question[name] = words[key, name]
    if question.get("constraint") and (key, "says") in words:
        question["constraint"]["says"] = words[key, "says"]
    question_choices(question, (key, "choices"), words)
    for column in question.get("columns") or []:
        if (key, "columns", column["key"]) in words:
            column["title"] = words[key, "columns", column["key"]]
        if (key, "columns", f"{column['key']}.unit") in words:
            column["unit"] = words[key, "columns", f"{column['key']}.unit"]
        question_choices(column, (key, "columns"), words, f"{column['key']}.")
    for n, suggestion in enumerate(question.get("suggest") or []):
        if (key, "because", str(n)) in words:
            suggestion["because"] = words[key, "because", str(n)]
    for name, phrases in (question.get("phrases") or {}).items():
        for n in range(len(phrases)):
            phrases[n] = words.get((key, "phrases", name, str(n)), phrases[n])


def question_choices(node: dict[str, Any], address: Address, words: Mapping[Address, str], before: str = "") -> None:
    """Choices in another language keep their keys: plain texts become key and text, all of them together."""
    choices = node.get("choices") or []
    said = {key: words.get((*address, before + key)) for key in map(choice_key, choices)}
    if any(said.values()):
        node["choices"] = [
            {**(choice if isinstance(choice, Mapping) else {"key": choice}), "text": said[key] or choice_text(choice)}
            for choice, key in zip(choices, said, strict=True)
        ]
