"""A country's edition: a parent version and what changes in it. The form `openfloor-edition/1`.

An edition is resolved with its parent into a whole checklist document; that is what is judged, published and hashed.
"""

import copy
from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from checklists.rules.form import FORMAT, head_problems, questions
from checklists.rules.words import KEY, Place, Problem, items, say, text, unknown

EDITION_FORMAT = "openfloor-edition/1"
TOP = {
    "format", "key", "parent", "country", "version", "title", "language", "in_force_from", "licence", "about",
    "changes",
}  # fmt: skip
# What each change says beside `do`; those without a question mark are needed.
CHANGES = {
    "add": ("point", "after?", "question"),
    "add-point": ("cluster", "after?", "point"),
    "reword": ("question", "set"),
    "drop": ("question", "because"),
    "refer": ("question", "law", "replace?"),
}
# What a reword may set: words, never what is asked for or how it is judged.
REWORDED = {"text", "issue", "explain", "guidance", "unit", "extent", "phrases"}


def edition_problems(document: dict[str, Any]) -> Iterator[Problem]:
    """What is wrong with an edition by itself; what it makes of its parent is judged after `resolve`."""
    yield from unknown(document, TOP, (), say("an edition"))
    yield from head_problems(document, ("key", "parent", "country", "version", "title", "language", "in_force_from"))
    if document.get("parent") is not None and not isinstance(document["parent"], (str, int)):
        yield ("parent",), say("Name the parent by its version.")
    if not isinstance(document.get("changes"), list):
        yield ("changes",), say("Write the changes as a list; it may be empty.")
    for n, change in items(document, "changes"):
        yield from _change(change, ("changes", n))


def _change(change: Any, place: Place) -> Iterator[Problem]:
    if not isinstance(change, dict) or not isinstance(change.get("do"), str) or change["do"] not in CHANGES:
        yield place, say("A change says what to do: %(changes)s.", changes=", ".join(CHANGES))
        return
    words = CHANGES[change["do"]]
    yield from unknown(
        change,
        ("do", *(word.rstrip("?") for word in words)),
        place,
        say("the change «%(change)s»", change=change["do"]),
    )
    for word in words:
        value, here = change.get(word.rstrip("?")), (*place, word.rstrip("?"))
        if value is None:
            if not word.endswith("?"):
                yield here, say("«%(word)s» is missing.", word=word)
        elif change["do"] == "add" and word == "question" or change["do"] == "add-point" and word == "point":
            if not isinstance(value, dict):
                yield here, say("Write the whole %(word)s.", word=word)
        elif word in ("question", "point", "cluster", "after?"):
            if not isinstance(value, str) or not KEY.fullmatch(value):
                yield here, say("Name it by its key.")
        elif word == "because":
            yield from text(value, here, needed=True)
        elif word == "replace?" and not isinstance(value, bool):
            yield here, say("Write true or false.")
        elif word == "law" and not isinstance(value, list):
            yield here, say("Write «law» as a list.")
        elif word == "set":
            if not isinstance(value, dict) or not value:
                yield here, say("Say which words change.")
            else:
                yield from unknown(value, REWORDED, here, say("a reword"))


def resolve(parent: Mapping[str, Any], edition: Mapping[str, Any]) -> tuple[dict[str, Any], list[Problem]]:
    """(the whole checklist document, what could not be carried out). Both are given: neither is changed.

    Changes are carried out in order; one may build on another.
    """
    made: dict[str, Any] = copy.deepcopy(dict(parent))
    for name in ("key", "version", "title", "language", "in_force_from", "country", "licence", "about"):
        if edition.get(name):
            made[name] = edition[name]
    made["format"] = FORMAT
    tree = _Tree(made)
    found: list[Problem] = []
    for n, change in items(edition, "changes"):
        sentence = tree.change(copy.deepcopy(change))
        if sentence:
            found.append((("changes", n), sentence))
    tree.write()
    return made, found


class _Tree:
    """A document by keys while it is changed: each change costs the length of one point, not of the checklist."""

    def __init__(self, document: dict[str, Any]) -> None:
        self.document = document
        self.clusters = {cluster["key"]: cluster for _, cluster in items(document, "clusters")}
        self.points: dict[str, tuple[dict[str, Any], dict[str, Any]]] = {}
        self.questions: dict[str, tuple[dict[str, Any], dict[str, Any]]] = {}
        for cluster in self.clusters.values():
            for point in cluster["points"]:
                self._take_in(cluster, point)

    def _take_in(self, cluster: dict[str, Any], point: dict[str, Any]) -> None:
        self.points[point["key"]] = (cluster, point)
        for _, question in items(point, "questions"):
            if isinstance(question, dict):
                self.questions[str(question.get("key"))] = (point, question)

    def change(self, change: dict[str, Any]) -> str:
        """Carry out one change. Returns the sentence that says why not, or nothing."""
        match change["do"]:
            case "add":
                return self._add(change)
            case "add-point":
                return self._add_point(change)
        key = change["question"]
        if key not in self.questions:
            return say("The parent has no question «%(key)s».", key=key)
        point, question = self.questions[key]
        if change["do"] == "drop":
            point["questions"].remove(question)
            del self.questions[key]
        elif change["do"] == "reword":
            question.update(change["set"])
        else:
            question["law"] = ([] if change.get("replace") else list(question.get("law") or [])) + change["law"]
        return ""

    def _add(self, change: dict[str, Any]) -> str:
        if change["point"] not in self.points:
            return say("The parent has no compliance point «%(point)s».", point=change["point"])
        question = change["question"]
        if str(question.get("key")) in self.questions:
            return say(
                "The parent has a question «%(key)s» already. Reword it, or choose another key.",
                key=question.get("key"),
            )
        point = self.points[change["point"]][1]
        if not _insert(point["questions"], question, change.get("after")):
            return say("There is no question «%(after)s» in this compliance point.", after=change["after"])
        self.questions[str(question.get("key"))] = (point, question)
        return ""

    def _add_point(self, change: dict[str, Any]) -> str:
        if change["cluster"] not in self.clusters:
            return say("The parent has no cluster «%(cluster)s».", cluster=change["cluster"])
        point = change["point"]
        if str(point.get("key")) in self.points:
            return say("The parent has a compliance point «%(key)s» already.", key=point.get("key"))
        cluster = self.clusters[change["cluster"]]
        if not _insert(cluster["points"], point, change.get("after")):
            return say("There is no compliance point «%(after)s» in this cluster.", after=change["after"])
        self._take_in(cluster, point)
        return ""

    def write(self) -> None:
        """Points, clusters and checks of which a question was dropped go with it: a check needs all of its own."""
        for cluster in self.clusters.values():
            cluster["points"] = [point for point in cluster["points"] if point.get("questions")]
        self.document["clusters"] = [cluster for cluster in self.document["clusters"] if cluster["points"]]
        if self.document.get("checks"):
            self.document["checks"] = [
                check for check in self.document["checks"] if set(check["questions"]) <= set(self.questions)
            ]


def _insert(nodes: list[Any], node: Any, after: str | None) -> bool:
    """Put a node behind the one with this key, or at the end. False where there is none."""
    if after is None:
        nodes.append(node)
        return True
    for n, each in enumerate(nodes):
        if isinstance(each, dict) and each.get("key") == after:
            nodes.insert(n + 1, node)
            return True
    return False


def edition_places(edition: Mapping[str, Any], made: Mapping[str, Any], found: list[Problem]) -> list[Problem]:
    """Problems of a resolved document, said at the place of the edition that brought them in, as far as one did.

    A checklist that is no edition keeps its places.
    """
    if edition.get("format") != EDITION_FORMAT:
        return found
    brought: dict[str, Place] = {}
    points: dict[str, Place] = {}
    for n, change in items(edition, "changes"):
        where: Place = ("changes", n)
        if change.get("do") == "add":
            brought[str(change["question"].get("key"))] = (*where, "question")
        elif change.get("do") == "add-point":
            points[str(change["point"].get("key"))] = (*where, "point")
        elif isinstance(change.get("question"), str):
            brought[change["question"]] = (*where, "set") if change["do"] == "reword" else where
    return [(_place_in_edition(place, made, brought, points), sentence) for place, sentence in found]


def _place_in_edition(
    place: Place, made: Mapping[str, Any], brought: Mapping[str, Place], points: Mapping[str, Place]
) -> Place:
    if len(place) < 4 or place[0] != "clusters":
        return place if len(place) == 1 else place[:1]
    point = made["clusters"][place[1]]["points"][place[3]]
    if isinstance(point, dict) and str(point.get("key")) in points:
        return (*points[str(point.get("key"))], *place[4:])
    if len(place) >= 6 and isinstance(point["questions"][place[5]], dict):
        return (*brought.get(str(point["questions"][place[5]].get("key")), ("changes",)), *place[6:])
    return ("changes",)


class Moved(NamedTuple):
    """One question of the parent that is another now, and the edition's changes (their positions) it touches.

    what: new, reworded, dropped. fields: what of it changed.
    """

    question: str
    what: str
    fields: tuple[str, ...]
    changes: tuple[int, ...]


def carry_over(old: Mapping[str, Any], new: Mapping[str, Any], edition: Mapping[str, Any]) -> list[Moved]:
    """What an editor has to look at when the parent moves from one version to another, in the parent's order.

    Dropped questions come last. A change that no longer can be carried out is named by `resolve`.
    """
    touched: dict[str, list[int]] = {}
    for n, change in items(edition, "changes"):
        question = change.get("question")
        key = question if isinstance(question, str) else change.get("after")
        if isinstance(key, str):
            touched.setdefault(key, []).append(n)
    before = {question["key"]: question for _, _, question in questions(old)}
    after = {question["key"]: question for _, _, question in questions(new)}
    found = []
    for key, question in after.items():
        here = tuple(touched.get(key, ()))
        if key not in before:
            found.append(Moved(key, "new", (), here))
        elif before[key] != question:
            names = sorted(set(before[key]) | set(question))
            fields = tuple(name for name in names if before[key].get(name) != question.get(name))
            found.append(Moved(key, "reworded", fields, here))
    found += [Moved(key, "dropped", (), tuple(touched.get(key, ()))) for key in before if key not in after]
    return found
