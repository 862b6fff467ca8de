"""Pure decisions about a checklist document (the form `openfloor-checklist/1`).

A document is plain data: dicts, lists, texts. Its form is described in docs/reference/checklist-format.md.
"""

import hashlib
import json
import math
import re
from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any

FORMAT = "openfloor-checklist/1"
KINDS = {
    "finding", "yes_no", "number", "money", "percent", "text", "date", "choice", "many_choice", "information",
}  # fmt: skip
TAGS = {"critical-public", "zero-tolerance", "committee-priority", "virtual-check", "irreversible"}
SOURCES = {"documents", "observation", "worker-interviews", "management-interviews", "union-interviews"}
INSTRUMENTS = {"ilo-convention", "ilo-recommendation", "ilo-protocol", "law", "decree", "benchmark"}
KEY = re.compile(r"^[a-z0-9]+(-[a-z0-9]+)*$")
LANGUAGE = re.compile(r"^[a-z]{2,3}(-[A-Za-z0-9]{2,8})*$")

_TOP = {
    "format", "key", "version", "title", "language", "subject", "country", "in_force_from", "licence", "about",
    "clusters",
}  # fmt: skip
_QUESTION = {
    "key", "kind", "text", "issue", "explain", "guidance", "sources", "tags", "level", "law", "unit", "choices",
    "required", "extent",
}  # fmt: skip

_LAW = {"country", "instrument", "title", "number", "article", "status"}
# How long a text may be, in characters: what its column holds. 0: as long as it likes.
LIMITS: dict[str, dict[str, int]] = {
    "checklist": {"key": 60, "title": 200, "language": 10, "licence": 40, "about": 0},
    "cluster": {"key": 60, "title": 120},
    "point": {"key": 80, "title": 160},
    "question": {"key": 80, "text": 0, "issue": 120, "explain": 0, "guidance": 0, "unit": 30, "extent": 40},
    "law": {"country": 3, "title": 200},
}
# These may also be written as whole numbers.
NUMBERED: dict[str, dict[str, int]] = {"checklist": {"version": 20}, "law": {"number": 40, "article": 40}}
# Characters that no text of a person holds and that databases refuse.
_UNREADABLE = re.compile("[\x00\ud800-\udfff]")

Place = tuple[Any, ...]
Problem = tuple[Place, str]


def problems(document: Any) -> list[Problem]:
    """Everything wrong with a document, as (path, sentence); empty when it can be published.

    A path is a tuple of keys and positions: ("clusters", 0, "points", 2, "key").
    """
    if not isinstance(document, dict):
        return [((), "This is not a checklist: it must begin with format: " + FORMAT)]
    return list(_top(document)) + list(_tree(document))


def _texts(node: Mapping[str, Any], place: Place, level: str) -> Iterator[Problem]:
    """Values that should be text and are not, or are longer than their place."""
    for name, limit in (LIMITS[level] | NUMBERED.get(level, {})).items():
        value = node.get(name)
        if isinstance(value, int) and not isinstance(value, bool) and name in NUMBERED.get(level, {}):
            value = str(value)
        if value is None:
            continue
        if not isinstance(value, str):
            yield (*place, name), f"«{name}» is not a text. Put it in quotation marks."
        elif _UNREADABLE.search(value):
            yield (*place, name), f"«{name}» holds a character that is no part of a text."
        elif limit and len(value) > limit:
            yield (*place, name), f"«{name}» has {len(value)} characters. At most {limit} are taken."


def _top(document: dict[str, Any]) -> Iterator[Problem]:
    yield from _texts(document, (), "checklist")
    if document.get("format") != FORMAT:
        yield ("format",), f"The format must be {FORMAT}."
    for name in sorted(set(map(str, document)) - _TOP):
        yield (name,), f"«{name}» is not a word of this form."
    for name in ("key", "version", "title", "language", "subject", "in_force_from", "clusters"):
        if not document.get(name):
            yield (name,), f"«{name}» is missing."
    if document.get("key") and not KEY.fullmatch(str(document["key"])):
        yield ("key",), "A key has small letters, digits and hyphens only."
    if document.get("language") and not LANGUAGE.fullmatch(str(document["language"])):
        yield ("language",), f"«{document['language']}» is not a language code."
    if document.get("subject") not in (None, "factory", "programme"):
        yield ("subject",), "The subject is factory or programme."
    if document.get("in_force_from") and not is_day(str(document["in_force_from"])):
        yield ("in_force_from",), "Write the day as 2026-01-31."
    if document.get("country") and not re.fullmatch("[A-Z]{2}", str(document["country"])):
        yield ("country",), "Write the country as its two letters, such as KH; leave it out for every country."
    if document.get("clusters") and not isinstance(document["clusters"], list):
        yield ("clusters",), "Write the clusters as a list."


def _tree(document: dict[str, Any]) -> Iterator[Problem]:
    seen: dict[str, set[str]] = {"cluster": set(), "point": set(), "question": set()}
    for c, cluster in _items(document, "clusters"):
        place: Place = ("clusters", c)
        yield from _node(cluster, place, "cluster", seen, {"key", "title", "kind", "points"})
        if isinstance(cluster, dict) and cluster.get("kind") not in ("core", "national"):
            yield (*place, "kind"), "A cluster's kind is core or national."
        if isinstance(cluster, dict) and not any(_items(cluster, "points")):
            yield place, "This cluster has no compliance point."
        for p, point in _items(cluster, "points"):
            here: Place = (*place, "points", p)
            yield from _node(point, here, "point", seen, {"key", "title", "questions"})
            if isinstance(point, dict) and not any(_items(point, "questions")):
                yield here, "This compliance point has no question."
            for q, question in _items(point, "questions"):
                yield from _question(question, (*here, "questions", q), seen)


def _items(node: Any, name: str) -> Iterator[tuple[int, Any]]:
    items = node.get(name) if isinstance(node, dict) else None
    yield from enumerate(items if isinstance(items, list) else [])


def _node(node: Any, place: Place, level: str, seen: dict[str, set[str]], words: set[str]) -> Iterator[Problem]:
    if not isinstance(node, dict):
        yield place, f"This {level} is not written as names and values."
        return
    for name in sorted(set(map(str, node)) - words):
        yield (*place, name), f"«{name}» is not a word of a {level}."
    yield from _texts(node, place, level)
    key = str(node.get("key") or "")
    if not KEY.fullmatch(key):
        yield (*place, "key"), f"A {level} needs a key of small letters, digits and hyphens."
    elif key in seen[level]:
        yield (*place, "key"), f"The key «{key}» is used twice."
    seen[level].add(key)
    if level != "question" and not node.get("title"):
        yield (*place, "title"), f"This {level} has no title."


def _question(node: Any, place: Place, seen: dict[str, set[str]]) -> Iterator[Problem]:
    yield from _node(node, place, "question", seen, _QUESTION)
    if not isinstance(node, dict):
        return
    if not node.get("text"):
        yield (*place, "text"), "This question has no text."
    kind = node.get("kind")
    if not isinstance(kind, str) or kind not in KINDS:
        yield (*place, "kind"), f"«{kind}» is not a kind of question."
    if kind == "finding":
        for name in ("issue", "explain"):
            if not node.get(name):
                yield (*place, name), f"A finding question needs «{name}»."
    if kind in ("choice", "many_choice") and not node.get("choices"):
        yield (*place, "choices"), "A choice needs its choices."
    for name, allowed in (("tags", TAGS), ("sources", SOURCES), ("choices", None), ("law", None)):
        values = node.get(name)
        if values is not None and not isinstance(values, list):
            yield (*place, name), f"Write «{name}» as a list."
        elif name in ("tags", "sources", "choices") and values:
            yield from _listed(values, (*place, name), allowed)
    if not isinstance(node.get("required", True), bool):
        yield (*place, "required"), "Write true or false."
    if node.get("level") not in ("enterprise", "national"):
        yield (*place, "level"), "The level is enterprise or national."
    tags = node.get("tags")
    if isinstance(tags, list) and "critical-public" in tags and not node.get("law"):
        yield (*place, "law"), "A critical question needs its law."
    for n, law in _items(node, "law"):
        yield from _law(law, (*place, "law", n))


def _listed(values: list[Any], place: Place, allowed: set[str] | None) -> Iterator[Problem]:
    """A list of short texts, each once, and each one of those allowed where they are named."""
    for n, value in enumerate(values):
        if not isinstance(value, str) or not value.strip() or _UNREADABLE.search(value):
            yield (*place, n), "Each is a text of its own. Put it in quotation marks."
        elif allowed is not None and value not in allowed:
            yield (*place, n), f"«{value}» is not one of: {', '.join(sorted(allowed))}."
        elif value in values[:n]:
            yield (*place, n), f"«{value}» stands here twice."


def _law(law: Any, place: Place) -> Iterator[Problem]:
    known = isinstance(law, dict) and isinstance(law.get("instrument"), str) and law["instrument"] in INSTRUMENTS
    if not known or not law.get("title"):
        yield place, "A reference to law needs a title and an instrument we know."
        return
    for name in sorted(set(map(str, law)) - _LAW):
        yield (*place, name), f"«{name}» is not a word of a reference to law."
    yield from _texts(law, place, "law")


def questions(document: dict[str, Any]) -> Iterator[tuple[dict[str, Any], dict[str, Any], dict[str, Any]]]:
    """Every (cluster, point, question) of a document, in order."""
    for _, cluster in _items(document, "clusters"):
        for _, point in _items(cluster, "points"):
            for _, question in _items(point, "questions"):
                yield cluster, point, question


def content_hash(document: dict[str, Any]) -> str:
    """SHA-256 over the canonical JSON of the document: structure and source text, as 64 hex digits."""
    text = json.dumps(document, sort_keys=True, ensure_ascii=False, separators=(",", ":"), default=str)
    return hashlib.sha256(text.encode()).hexdigest()


def is_day(value: str) -> bool:
    """Is this a day of the calendar, written as 2026-01-31?"""
    try:
        return len(value) == 10 and date.fromisoformat(value).isoformat() == value
    except ValueError:
        return False


def answers_value(kind: str, choices: list[str], value: Any) -> bool:
    """May this value stand as the answer to an information question of this kind?"""
    if value is None:
        return True
    number = isinstance(value, int) and not isinstance(value, bool)
    number = number or (isinstance(value, float) and math.isfinite(value))
    match kind:
        case "yes_no":
            return isinstance(value, bool)
        case "number" | "money":
            return number
        case "percent":
            return number and 0 <= value <= 100
        case "text" | "information":
            return isinstance(value, str) and len(value) <= 20_000 and not _UNREADABLE.search(value)
        case "date":
            return isinstance(value, str) and is_day(value)
        case "choice":
            return value in choices
        case "many_choice":
            return isinstance(value, list) and all(item in choices for item in value)
    return False
