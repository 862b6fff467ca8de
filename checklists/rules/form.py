"""The form `openfloor-checklist/1`: what a checklist document may hold. docs/reference/checklist-format.md in code."""

import hashlib
import json
from collections.abc import Iterator, Mapping
from typing import Any

from checklists.rules.question import question_problems
from checklists.rules.sampling import sampling_problems
from checklists.rules.words import (
    COUNTRY,
    KEY,
    LANGUAGE,
    Place,
    Problem,
    expression,
    is_day,
    items,
    keyed,
    listed,
    say,
    text,
    texts,
    unknown,
    whole,
)

FORMAT = "openfloor-checklist/1"
TOP = {
    "format", "key", "version", "title", "language", "subject", "country", "in_force_from", "licence", "about",
    "clusters", "sampling", "checks",
}  # fmt: skip
CLUSTER = {"key", "title", "kind", "kinds", "number", "group", "optional", "points"}
CHECK = {"key", "when", "says", "questions"}
CLUSTER_KINDS = ("core", "national")
# How long a text may be, in characters: what its column holds. 0: as long as it likes.
LIMITS: dict[str, dict[str, int]] = {
    "checklist": {"key": 60, "title": 200, "language": 10, "licence": 40, "about": 0},
    "cluster": {"key": 60, "title": 120, "group": 60},
    "point": {"key": 80, "title": 160},
}
NUMBERED: dict[str, dict[str, int]] = {"checklist": {"version": 20}}


def checklist_problems(document: Any) -> list[Problem]:
    """Everything wrong with a document, as (path, sentence); empty when it can be published.

    A path is a tuple of keys and positions: ("clusters", 0, "points", 2, "key").
    """
    if not isinstance(document, dict):
        return [((), say("This is not a checklist: it must begin with format: %(format)s", format=FORMAT))]
    return [*_top(document), *_tree(document), *sampling_problems(document.get("sampling"), ("sampling",)),
            *_checks(document)]  # fmt: skip


def head_problems(document: Mapping[str, Any], needed: tuple[str, ...]) -> Iterator[Problem]:
    """What the top of a checklist and of an edition have in common."""
    yield from texts(document, (), LIMITS["checklist"], NUMBERED["checklist"])
    for name in needed:
        if not document.get(name):
            yield (name,), say("«%(name)s» is missing.", name=name)
    key = document.get("key")
    if key and not (isinstance(key, str) and KEY.fullmatch(key)):
        yield ("key",), say("A key has small letters, digits and hyphens only.")
    if document.get("language") and not LANGUAGE.fullmatch(str(document["language"])):
        yield ("language",), say("«%(language)s» is not a language code.", language=document["language"])
    if document.get("in_force_from") and not is_day(str(document["in_force_from"])):
        yield ("in_force_from",), say("Write the day as 2026-01-31.")
    if document.get("country") and not COUNTRY.fullmatch(str(document["country"])):
        yield ("country",), say("Write the country as its two letters, such as KH; leave it out for every country.")


def _top(document: dict[str, Any]) -> Iterator[Problem]:
    if document.get("format") != FORMAT:
        yield ("format",), say("The format must be %(format)s.", format=FORMAT)
    yield from unknown(document, TOP, (), say("this form"))
    yield from head_problems(document, ("key", "version", "title", "language", "subject", "in_force_from", "clusters"))
    if document.get("subject") not in (None, "factory", "programme"):
        yield ("subject",), say("The subject is factory or programme.")
    if document.get("clusters") and not isinstance(document["clusters"], list):
        yield ("clusters",), say("Write the clusters as a list.")


def _tree(document: dict[str, Any]) -> Iterator[Problem]:
    seen: dict[str, set[str]] = {"cluster": set(), "point": set(), "question": set()}
    plans = sampling_plans(document)
    for c, cluster in items(document, "clusters"):
        place: Place = ("clusters", c)
        yield from _branch(cluster, place, "cluster", seen, CLUSTER)
        if not isinstance(cluster, dict):
            continue
        yield from _kinds(cluster, place)
        if not isinstance(cluster.get("optional", False), bool):
            yield (*place, "optional"), say("Write true or false.")
        if cluster.get("number") is not None and not whole(cluster["number"], 1, 999):
            yield (*place, "number"), say("A cluster's own number is a whole number from 1.")
        yield from text(cluster.get("group"), (*place, "group"), LIMITS["cluster"]["group"])
        if not any(items(cluster, "points")):
            yield place, say("This cluster has no compliance point.")
        for p, point in items(cluster, "points"):
            here: Place = (*place, "points", p)
            yield from point_problems(point, here, seen)
            for q, question in items(point, "questions"):
                yield from question_problems(question, (*here, "questions", q), seen["question"], plans)


def point_problems(point: Any, place: Place, seen: dict[str, set[str]]) -> Iterator[Problem]:
    """What is wrong with a compliance point, its questions left aside."""
    yield from _branch(point, place, "point", seen, {"key", "title", "questions"})
    if isinstance(point, dict) and not any(items(point, "questions")):
        yield place, say("This compliance point has no question.")


def _branch(node: Any, place: Place, level: str, seen: dict[str, set[str]], words: set[str]) -> Iterator[Problem]:
    if not isinstance(node, dict):
        yield place, say("This %(level)s is not written as names and values.", level=level)
        return
    yield from unknown(node, words, place, say("a %(level)s", level=level))
    yield from keyed(node, place, seen[level], level, LIMITS[level]["key"])
    yield from text(node.get("title"), (*place, "title"), LIMITS[level]["title"])
    if not node.get("title"):
        yield (*place, "title"), say("This %(level)s has no title.", level=level)


def _kinds(cluster: dict[str, Any], place: Place) -> Iterator[Problem]:
    """Core or national: one word, or a word for each time since a day."""
    if cluster.get("kinds") is None:
        if cluster.get("kind") not in CLUSTER_KINDS:
            yield (*place, "kind"), say("A cluster's kind is core or national.")
        return
    if "kind" in cluster:
        yield (*place, "kind"), say("Write kind or kinds, not both.")
    kinds = cluster["kinds"]
    if not isinstance(kinds, list) or not kinds:
        yield (*place, "kinds"), say("Write the kinds as a list, each with its kind and the day from which it holds.")
        return
    last = ""
    for n, each in enumerate(kinds):
        if not isinstance(each, dict) or set(each) - {"kind", "from"} or each.get("kind") not in CLUSTER_KINDS:
            yield (*place, "kinds", n), say("Each has a kind, core or national, and from.")
        elif not is_day(each.get("from")):
            yield (*place, "kinds", n, "from"), say("Write the day as 2026-01-31.")
        elif each["from"] <= last:
            yield (*place, "kinds", n, "from"), say("Write the kinds in the order of their days, each day once.")
        else:
            last = each["from"]


def kinds_of(cluster: Mapping[str, Any]) -> list[dict[str, str]]:
    """The dated kinds of a cluster; one word alone holds since ever (from: "")."""
    return list(cluster.get("kinds") or [{"kind": str(cluster.get("kind") or ""), "from": ""}])


def kind_on(cluster: Mapping[str, Any], day: Any) -> str:
    """Core or national on a day; before the first day of all, what the first says."""
    kinds = kinds_of(cluster)
    held = [each["kind"] for each in kinds if each["from"] <= str(day)]
    return (held or [kinds[0]["kind"]])[-1]


def sampling_plans(document: Mapping[str, Any]) -> set[str]:
    """The keys of the plans for records."""
    sampling = document.get("sampling")
    records = sampling.get("records") if isinstance(sampling, dict) else None
    return set(map(str, records)) if isinstance(records, dict) else set()


def _checks(document: dict[str, Any]) -> Iterator[Problem]:
    """Rules over several questions: what does not fit together."""
    if document.get("checks") is not None and not isinstance(document["checks"], list):
        yield ("checks",), say("Write the checks as a list.")
    asked = {str(question.get("key")) for _, _, question in questions(document)}
    seen: set[str] = set()
    for n, check in items(document, "checks"):
        place: Place = ("checks", n)
        if not isinstance(check, dict):
            yield place, say("This check is not written as names and values.")
            continue
        yield from unknown(check, CHECK, place, say("a check"))
        yield from keyed(check, place, seen, "check")
        if not check.get("when"):
            yield (*place, "when"), say("«when» is missing: what does not fit together?")
        yield from expression(check.get("when"), (*place, "when"))
        yield from text(check.get("says"), (*place, "says"), needed=True)
        if not check.get("questions"):
            yield (*place, "questions"), say("Name the questions it is about.")
        yield from listed(check.get("questions"), (*place, "questions"))
        for q, key in items(check, "questions"):
            if isinstance(key, str) and key not in asked:
                yield (*place, "questions", q), say("There is no question «%(key)s» here.", key=key[:80])


def questions(document: Mapping[str, Any]) -> Iterator[tuple[dict[str, Any], dict[str, Any], dict[str, Any]]]:
    """Every (cluster, point, question) of a document, in order."""
    for _, cluster in items(document, "clusters"):
        for _, point in items(cluster, "points"):
            for _, question in items(point, "questions"):
                if isinstance(question, dict):
                    yield cluster, point, question


def places(document: Mapping[str, Any]) -> dict[str, Place]:
    """{question key: its place}."""
    return {
        str(question.get("key")): ("clusters", c, "points", p, "questions", q)
        for c, cluster in items(document, "clusters")
        for p, point in items(cluster, "points")
        for q, question in items(point, "questions")
        if isinstance(question, dict)
    }


def content_hash(document: Any) -> str:
    """SHA-256 over the canonical JSON of a document, as 64 hex digits.

    Of a checklist: structure and source text, and nothing else, since translations are documents of their own.
    """
    made = json.dumps(document, sort_keys=True, ensure_ascii=False, separators=(",", ":"), default=str)
    return hashlib.sha256(made.encode()).hexdigest()
