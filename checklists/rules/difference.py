"""What is different between two versions, for people: by question and field, moves told apart from changes."""

from bisect import bisect_left
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple

from checklists.rules.bridge import Link
from checklists.rules.form import questions
from checklists.rules.words import items

HEAD = ("title", "about", "subject", "country", "language", "licence", "in_force_from", "sampling")


class Change(NamedTuple):
    """One field: what it was, what it is; None where it was not or is not there."""

    field: str
    old: Any
    new: Any


class Item(NamedTuple):
    """One cluster, point, question or check. what: new, dropped, changed, moved.

    place: where it stands now, or stood: keys of cluster and point. moved_from: where it stood, when elsewhere.
    """

    level: str
    key: str
    what: str
    title: str
    place: tuple[str, ...]
    changes: tuple[Change, ...] = ()
    moved_from: tuple[str, ...] = ()
    old_key: str = ""


class Difference(NamedTuple):
    head: tuple[Change, ...]
    clusters: tuple[Item, ...]
    points: tuple[Item, ...]
    questions: tuple[Item, ...]
    checks: tuple[Item, ...]

    @property
    def groups(self) -> tuple[tuple[Item, ...], ...]:
        """Clusters, points, questions, checks: what has items."""
        return self[1:]

    @property
    def is_empty(self) -> bool:
        return not any(self)


def difference(old: Mapping[str, Any], new: Mapping[str, Any], links: Iterable[Link] = ()) -> Difference:
    """What became of one document in another. With a bridge a reworded question of another key is one question."""
    renamed = {link.new: link.old for link in links if link.relation in ("same", "reworded") and link.old != link.new}
    before, after = _tree(old), _tree(new)
    return Difference(
        _fields({name: old.get(name) for name in HEAD}, {name: new.get(name) for name in HEAD}),
        _items("cluster", before["cluster"], after["cluster"], {}),
        _items("point", before["point"], after["point"], {}),
        _items("question", before["question"], after["question"], renamed),
        _items("check", before["check"], after["check"], {}),
    )


class _Node(NamedTuple):
    title: str
    place: tuple[str, ...]
    fields: dict[str, Any]


def _tree(document: Mapping[str, Any]) -> dict[str, dict[str, _Node]]:
    """{level: {key: node}}, each without what stands below it, in order."""
    found: dict[str, dict[str, _Node]] = {"cluster": {}, "point": {}, "question": {}, "check": {}}
    for cluster, point, question in questions(document):
        c, p, q = str(cluster["key"]), str(point["key"]), str(question["key"])
        if c not in found["cluster"]:
            found["cluster"][c] = _Node(cluster["title"], (), _without(cluster, "points"))
        if p not in found["point"]:
            found["point"][p] = _Node(point["title"], (c,), _without(point, "questions"))
        found["question"][q] = _Node(question["text"], (c, p), dict(question))
    for _, check in items(document, "checks"):
        found["check"][check["key"]] = _Node(check["says"], (), dict(check))
    return found


def _without(node: Mapping[str, Any], name: str) -> dict[str, Any]:
    return {key: value for key, value in node.items() if key != name}


def _fields(old: Mapping[str, Any], new: Mapping[str, Any]) -> tuple[Change, ...]:
    names = [*new, *(name for name in old if name not in new)]
    return tuple(
        Change(name, old.get(name), new.get(name)) for name in names if name != "key" and old.get(name) != new.get(name)
    )


def _items(
    level: str, before: Mapping[str, _Node], after: Mapping[str, _Node], renamed: Mapping[str, str]
) -> tuple[Item, ...]:
    """In the new order, dropped ones last."""
    was = {key: renamed.get(key, key) for key in after if renamed.get(key, key) in before}
    moved = _moved(list(before), [was[key] for key in after if key in was])
    found = []
    for key, node in after.items():
        if key not in was:
            found.append(Item(level, key, "new", node.title, node.place))
            continue
        old = before[was[key]]
        changes = _fields(old.fields, node.fields)
        elsewhere = old.place != node.place
        if changes or elsewhere or was[key] in moved or was[key] != key:
            what = "changed" if changes or was[key] != key else "moved"
            from_where = old.place if elsewhere or was[key] in moved else ()
            old_key = was[key] if was[key] != key else ""
            found.append(Item(level, key, what, node.title, node.place, changes, from_where, old_key))
    kept = set(was.values())
    found += [Item(level, key, "dropped", node.title, node.place) for key, node in before.items() if key not in kept]
    return tuple(found)


def _moved(old: Sequence[str], new: Sequence[str]) -> set[str]:
    """Those that do not stand in the longest run both orders share: the fewest that had to be moved."""
    place = {key: n for n, key in enumerate(old)}
    ends: list[int] = []  # the smallest end of a run of each length
    chain: list[int] = []  # who ends it
    before: dict[int, int | None] = {}
    order = [place[key] for key in new]
    for at in order:
        n = bisect_left(ends, at)
        ends[n : n + 1], chain[n : n + 1] = [at], [at]
        before[at] = chain[n - 1] if n else None
    stay: set[int] = set()
    at_last: int | None = chain[-1] if chain else None
    while at_last is not None:
        stay.add(at_last)
        at_last = before[at_last]
    return {old[at] for at in order if at not in stay}
