"""What is wrong with the rules of a whole checklist, with the place of each: for the linter and before publishing."""

from collections.abc import Iterator, Mapping
from typing import Any

from django.utils.translation import gettext as _

from checklists.expressions.engine import reading
from checklists.expressions.judging import in_order, waits_for
from core.errors import Invalid

Place = tuple[Any, ...]


def problems(document: Any) -> list[tuple[Place, str]]:
    """Rules that cannot run, read what is not there, or wait for one another. Empty when all can run.

    What is wrong with the document apart from its rules is said by checklists.rules; here it is passed over.
    """
    if not isinstance(document, Mapping):
        return []
    placed = [(place, question) for place, question in _questions(document)]
    known = {str(question.get("key")): question for _place, question in placed}
    found: list[tuple[Place, str]] = []
    for place, question in placed:
        for rule, where, names in _rules(question):
            found += _of_rule(rule, (*place, *where), known, names, _columns(question, where))
    for n, check in _items(document, "checks"):
        found += _of_rule(check.get("when"), ("checks", n, "when"), known, frozenset(), frozenset())
    if not found:
        found += _circles(placed)
    return found


def _questions(document: Mapping[str, Any]) -> Iterator[tuple[Place, dict[str, Any]]]:
    for c, cluster in _items(document, "clusters"):
        for p, point in _items(cluster, "points"):
            for q, question in _items(point, "questions"):
                yield ("clusters", c, "points", p, "questions", q), question


def _items(node: Mapping[str, Any], name: str) -> Iterator[tuple[int, dict[str, Any]]]:
    items = node.get(name)
    for n, item in enumerate(items if isinstance(items, list) else []):
        if isinstance(item, dict):
            yield n, item


def _rules(question: dict[str, Any]) -> Iterator[tuple[Any, Place, frozenset[str]]]:
    """(rule, place within the question, the names only it may read) of every rule of a question."""
    nothing: frozenset[str] = frozenset()
    for name in ("visible_when", "required_when", "compute"):
        yield question.get(name), (name,), nothing
    constraint = question.get("constraint")
    if isinstance(constraint, dict):
        yield constraint.get("when"), ("constraint", "when"), frozenset({"value"})
    for name in ("suggest", "choices"):
        for n, item in _items(question, name):
            yield item.get("when"), (name, n, "when"), nothing
    for n, column in _items(question, "columns"):
        yield column.get("compute"), ("columns", n, "compute"), frozenset({"row"})


def _columns(question: dict[str, Any], where: Place) -> frozenset[str]:
    """The columns a column's rule may read: all that are entered, and computed ones to its left."""
    if where[0] != "columns":
        return frozenset()
    columns = list(_items(question, "columns"))
    return frozenset(str(column.get("key")) for n, column in columns if n < where[1] or not column.get("compute"))


def _of_rule(
    rule: Any, place: Place, known: Mapping[str, Any], names: frozenset[str], columns: frozenset[str]
) -> Iterator[tuple[Place, str]]:
    if rule is None or rule == "":
        return
    if not isinstance(rule, str):
        yield place, _("A rule is a text. Put it in quotation marks.")
        return
    try:
        asked = reading(rule)
    except Invalid as error:
        yield place, str(error)
        return
    for key in sorted(asked.answers - set(known)):
        yield place, _("This rule reads the question «%(key)s», and there is none.") % {"key": key}
    for name in sorted(asked.names - names):
        yield place, _("«%(name)s» cannot be read here.") % {"name": name}
    if names == {"row"}:
        for column in sorted(asked.columns - columns):
            yield place, _("This rule reads the column «%(column)s», which is not to its left.") % {"column": column}


def _circles(placed: list[tuple[Place, dict[str, Any]]]) -> Iterator[tuple[Place, str]]:
    needs = {str(question.get("key")): waits_for(question) for _place, question in placed}
    circle = set(in_order(needs)[1])
    for place, question in placed:
        key = str(question.get("key"))
        way = _way_round(key, needs, circle) if key in circle else []
        if way:
            name = "visible_when" if question.get("visible_when") else "compute"
            yield (*place, name), _("These questions wait for one another: %(way)s.") % {"way": " → ".join(way)}


def _way_round(start: str, needs: Mapping[str, set[str]], circle: set[str]) -> list[str]:
    """From a question back to itself along what it waits for; empty where it only waits for a circle of others."""
    ways: list[list[str]] = [[start]]
    seen: set[str] = set()
    for way in ways:
        for need in sorted(needs[way[-1]] & circle):
            if need == start:
                return [*way, start]
            if need not in seen:
                seen.add(need)
                ways.append([*way, need])
    return []
