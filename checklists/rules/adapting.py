"""A country's edition one screen at a time: a change made or taken back, and the step to a newer parent.

What goes in is never changed; a new edition comes out. Whether it can be carried out, `resolve` says.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from copy import deepcopy
from typing import Any

from checklists.rules.editions import REWORDED, Moved, carry_over, resolve
from checklists.rules.form import questions
from checklists.rules.words import items

# What an edition can keep of a question whose parent moved: its words and its law. What is asked for and how it is
# judged are always the parent's.
KEPT = REWORDED | {"law"}


def own_points(edition: Mapping[str, Any]) -> dict[str, dict[str, Any]]:
    """{key: point} of the compliance points the edition itself brings in."""
    return {
        str(one["point"].get("key")): one["point"] for _, one in items(edition, "changes") if one["do"] == "add-point"
    }


def _brought(edition: Mapping[str, Any]) -> Iterator[tuple[dict[str, Any], dict[str, Any]]]:
    """(change, question) of every question the edition itself brings in."""
    for _, change in items(edition, "changes"):
        if change["do"] == "add":
            yield change, change["question"]
        elif change["do"] == "add-point":
            for _, question in items(change["point"], "questions"):
                yield change, question


def own_questions(edition: Mapping[str, Any]) -> dict[str, dict[str, Any]]:
    """{key: question} of the questions the edition itself brings in."""
    return {str(question.get("key")): question for _, question in _brought(edition)}


def changes_of(edition: Mapping[str, Any]) -> dict[str, list[tuple[int, dict[str, Any]]]]:
    """{question of the parent: [(position, change)]}: what the edition rewords, drops and refers."""
    found: dict[str, list[tuple[int, dict[str, Any]]]] = {}
    for n, change in items(edition, "changes"):
        if isinstance(change.get("question"), str):
            found.setdefault(change["question"], []).append((n, change))
    return found


def with_change(edition: Mapping[str, Any], change: Mapping[str, Any]) -> Any:
    """The edition with one more change."""
    made = deepcopy(dict(edition))
    made["changes"] = [*(made.get("changes") or []), deepcopy(dict(change))]
    return made


def without_change(edition: Mapping[str, Any], at: int) -> Any:
    """The edition with a change taken back. LookupError where there is no such change."""
    made = deepcopy(dict(edition))
    if not 0 <= at < len(made["changes"]):
        raise LookupError(at)
    del made["changes"][at]
    return made


def with_words(edition: Mapping[str, Any], question: Mapping[str, Any], words: Mapping[str, Any]) -> Any:
    """The edition with these words for a question of its parent, given as the parent has it.

    Words that are the parent's own are no change; without any other, nothing is reworded.
    """
    made = deepcopy(dict(edition))
    own = {name: value for name, value in words.items() if value != (question.get(name) or type(value)())}
    made["changes"] = [
        one for one in made["changes"] if (one["do"], one.get("question")) != ("reword", question["key"])
    ]
    if own:
        made["changes"].append({"do": "reword", "question": question["key"], "set": own})
    return made


def with_own_question(edition: Mapping[str, Any], key: str, question: Mapping[str, Any] | None) -> Any:
    """The edition with another text of a question it brought in itself; None takes it out.

    A point that is left without a question goes with it. LookupError where the edition brought no such question.
    """
    made = deepcopy(dict(edition))
    for change, own in _brought(made):
        if own.get("key") != key:
            continue
        if change["do"] == "add":
            if question is None:
                made["changes"].remove(change)
            else:
                change["question"] = dict(question)
        else:
            kept = change["point"]["questions"]
            at = kept.index(own)
            kept[at : at + 1] = [] if question is None else [dict(question)]
            if not kept:
                made["changes"].remove(change)
        return made
    raise LookupError(key)


def can_be_left(moved: Moved) -> bool:
    """Has this line anything an edition may keep as it has it now?"""
    return moved.what != "reworded" or bool(set(moved.fields) & KEPT)


def on_newer_parent(
    old: Mapping[str, Any], new: Mapping[str, Any], edition: Mapping[str, Any], left: Collection[str], because: str
) -> Any:
    """The edition on the newer version of its parent: one decision for each line of `carry_over`.

    A question in `left` stays as the edition has it now; every other is taken as the newer parent has it. because: the
    reason written down where a new question is left out.
    """
    made = deepcopy(dict(edition))
    step = _Step(old, new, made, because)
    for line in carry_over(old, new, edition):
        step.line(line, line.question in left)
    made["parent"] = new["version"]
    made["changes"] = step.changes()
    return made


class _Step:
    def __init__(self, old: Mapping[str, Any], new: Mapping[str, Any], edition: dict[str, Any], because: str) -> None:
        self.edition, self.because = edition, because
        self.now = {question["key"]: question for _, _, question in questions(resolve(old, edition)[0])}
        self.was = {question["key"]: question for _, _, question in questions(old)}
        self.old_order = [(cluster, point, question["key"]) for cluster, point, question in questions(old)]
        self.new_points = {question["key"]: point["key"] for _, point, question in questions(new)}
        self.points = {point["key"] for _, point, _ in questions(new)}
        self.clusters = {cluster["key"] for cluster, _, _ in questions(new)}
        self.first: list[dict[str, Any]] = []  # drops and what is kept of the old parent: others may stand on them
        self.rest: list[dict[str, Any]] = edition["changes"]

    def line(self, moved: Moved, leave: bool) -> None:
        match moved.what:
            case "new":
                self._new(moved.question, leave)
            case "reworded":
                self._reworded(moved.question, set(moved.fields), leave)
            case "dropped":
                self._dropped(moved.question, leave)

    def _new(self, key: str, leave: bool) -> None:
        if leave:
            self.first.append({"do": "drop", "question": key, "because": self.because})
        elif key in own_questions(self.edition):  # the parent asks by now what only the country asked
            self.rest[:] = with_own_question(self.edition, key, None)["changes"]

    def _reworded(self, key: str, fields: set[str], leave: bool) -> None:
        if not leave:
            for change in self._on(key):
                if change["do"] == "drop":
                    self.rest.remove(change)
                elif change["do"] == "reword":
                    for name in fields & set(change["set"]):
                        del change["set"][name]
                    if not change["set"]:
                        self.rest.remove(change)
            return
        if key not in self.now:
            return  # the edition dropped it, and it stays so
        words = {name: self.now[key].get(name) or type(self._some(key, name))() for name in sorted(fields & REWORDED)}
        if words:
            earlier = [change for change in self._on(key) if change["do"] == "reword"]
            if earlier:
                earlier[-1]["set"] |= words
            else:
                self.rest.append({"do": "reword", "question": key, "set": words})
        if "law" in fields:
            self.rest[:] = [one for one in self.rest if (one["do"], one.get("question")) != ("refer", key)]
            law = deepcopy(self.now[key].get("law") or [])
            self.rest.append({"do": "refer", "question": key, "law": law, "replace": True})

    def _some(self, key: str, name: str) -> Any:
        """A value of this field, to know what an empty one is: texts, or phrases by their kind."""
        return self.now[key].get(name) or ({} if name == "phrases" else "")

    def _dropped(self, key: str, leave: bool) -> None:
        self.rest[:] = [one for one in self.rest if one.get("question") != key]
        if not leave or key not in self.now:
            return
        cluster, point = next((c, p) for c, p, each in self.old_order if each == key)
        question = deepcopy(self.now[key])
        if point["key"] in self.points:
            change = {"do": "add", "point": point["key"], "question": question}
            after = self._before(point["key"], key)
            self.first.append(change | ({"after": after} if after else {}))
        elif cluster["key"] in self.clusters:
            node = {"key": point["key"], "title": point["title"], "questions": [question]}
            self.first.append({"do": "add-point", "cluster": cluster["key"], "point": node})
            self.points.add(point["key"])
        self.new_points[key] = point["key"]

    def _on(self, key: str) -> list[dict[str, Any]]:
        return [change for change in self.rest if change.get("question") == key]

    def _before(self, point: str, key: str) -> str:
        """The nearest question before this one in its old point that is still there."""
        keys = [each for _, node, each in self.old_order if node["key"] == point]
        before: Sequence[str] = keys[: keys.index(key)] if key in keys else keys
        return next((each for each in reversed(before) if self.new_points.get(each) == point), "")

    def changes(self) -> list[dict[str, Any]]:
        """All changes in the order in which they can be carried out; what stood behind a question that is gone stands
        behind the one before it."""
        made = [*self.first, *self.rest]
        own = set(own_questions({"changes": made}))
        for change in made:
            after = change.get("after")
            if change["do"] != "add" or after is None or after in own or self.new_points.get(after) == change["point"]:
                continue
            behind = self._before(change["point"], after)
            if behind:
                change["after"] = behind
            else:
                del change["after"]
        return made
