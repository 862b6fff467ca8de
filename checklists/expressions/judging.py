"""What a set of answers comes to under all rules of a checklist. Twin of tablet/src/rules.js; no database, no clock.

A question's value is what rules read of it: what was entered, or what is computed; nothing while it is hidden. Values
wait for one another (visible_when, compute), so questions are taken in an order in which each comes after what it
reads. All other rules only read values. After a change only the rules that read something changed run again.
"""

import heapq
from collections.abc import Iterator, Mapping
from contextlib import suppress
from typing import Any

from checklists.expressions.engine import UNKNOWN, evaluate, plain, reading
from checklists.expressions.grammar import Reading
from core.errors import Invalid

NUMBERS = {"number", "money", "percent"}


def questions_of(blueprint: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    """Every question of a blueprint or document, in order."""
    for cluster in blueprint.get("clusters") or []:
        for point in cluster.get("points") or []:
            yield from point.get("questions") or []


def waits_for(question: Mapping[str, Any]) -> set[str]:
    """The questions whose values this one's value needs."""
    return _reads_of(_of_value(question))


def _of_value(question: Mapping[str, Any]) -> list[Any]:
    rules = [question.get("visible_when"), question.get("compute")]
    return rules + [column.get("compute") for column in question.get("columns") or []]


def in_order(needs: Mapping[str, set[str]]) -> tuple[list[str], list[str]]:
    """(keys so that each comes after what it needs, keys that wait for one another in a circle)."""
    waiting = {key: {need for need in wanted if need in needs} for key, wanted in needs.items()}
    followers: dict[str, list[str]] = {key: [] for key in needs}
    for key, wanted in waiting.items():
        for need in wanted:
            followers[need].append(key)
    place = {key: n for n, key in enumerate(needs)}
    ready = [place[key] for key, wanted in waiting.items() if not wanted]
    heapq.heapify(ready)
    keys, order = list(needs), []
    while ready:
        key = keys[heapq.heappop(ready)]
        order.append(key)
        for follower in followers[key]:
            waiting[follower].discard(key)
            if not waiting[follower]:
                heapq.heappush(ready, place[follower])
    done = set(order)
    return order, [key for key in needs if key not in done]


class Rules:
    """The rules of one blueprint, ready to judge answers. Made once for a version; knows no answer."""

    def __init__(self, blueprint: Mapping[str, Any]) -> None:
        self.questions = {question["key"]: question for question in questions_of(blueprint)}
        self.checks = {check["key"]: check for check in blueprint.get("checks") or []}
        needs = {key: waits_for(question) for key, question in self.questions.items()}
        order, circle = in_order(needs)
        self.order = order + circle  # a published checklist has no circle
        self.place = {key: n for n, key in enumerate(self.order)}
        # Who reads a question: other questions' values, other questions' further rules, checks.
        self.value_readers: dict[str, list[str]] = {}
        self.rule_readers: dict[str, list[str]] = {}
        self.check_readers: dict[str, list[str]] = {}
        for key, question in self.questions.items():
            _note(self.value_readers, needs[key], key)
            _note(self.rule_readers, _reads_of(_further(question)), key)
        for key, check in self.checks.items():
            _note(self.check_readers, _reads_of([check.get("when")]), key)
        rules = [check.get("when") for check in self.checks.values()]
        for question in self.questions.values():
            rules += [*_of_value(question), *_further(question)]
        asked = list(_readings(rules))
        # Does any rule read figures of the law, or facts of the factory? Where none does, nobody need look them up.
        self.reads_law = any(one.params for one in asked)
        self.reads_facts = any(one.facts for one in asked)

    def judge(
        self,
        answers: Mapping[str, Any],
        param: Mapping[str, Any] | None = None,
        facts: Mapping[str, Any] | None = None,
    ) -> "Judgement":
        """What these answers come to. `answers`: {key: value, or for a finding question its state}."""
        return Judgement(self, answers, param or {}, facts or {})


class Judgement:
    """How everything stands now. `change` follows one changed answer.

    visible, required: {key: bool} · values: {key: what rules read} · computed: {key: value, None where unknown} ·
    rows: {key of a table with computed columns: its rows with them} · suggested: {key: {state, because}} ·
    refused: {key: sentence of the constraint that does not hold} · failed: [keys of checks that found something].
    `runs` counts the rules that were run, for those who watch the cost.
    """

    def __init__(
        self, rules: Rules, answers: Mapping[str, Any], param: Mapping[str, Any], facts: Mapping[str, Any]
    ) -> None:
        self._rules, self._param, self._facts = rules, param, facts
        self._entered = {key: answers.get(key) for key in rules.questions}
        self.visible: dict[str, bool] = {}
        self.required: dict[str, bool] = {}
        self.values: dict[str, Any] = {}
        self.computed: dict[str, Any] = {}
        self.rows: dict[str, list[dict[str, Any]]] = {}
        self.suggested: dict[str, dict[str, str]] = {}
        self.refused: dict[str, str] = {}
        self._found: dict[str, bool] = {}
        self.runs = 0
        self._follow(set(rules.questions), set(rules.checks))

    @property
    def failed(self) -> list[str]:
        """The checks that found something, in the checklist's order."""
        return [key for key in self._rules.checks if self._found.get(key)]

    def change(self, key: str, value: Any) -> None:
        """The answer to one question is now this."""
        if key in self._entered:
            self._entered[key] = value
            self._follow({key}, set())

    def _follow(self, changed: set[str], checks: set[str]) -> None:
        rules = self._rules
        queue = [rules.place[key] for key in changed]
        heapq.heapify(queue)
        queued, further = set(queue), set(changed)
        while queue:
            key = rules.order[heapq.heappop(queue)]
            queued.discard(rules.place[key])
            before = self.values.get(key)
            self._value(rules.questions[key])
            further.add(key)
            if self.values[key] == before and type(self.values[key]) is type(before):
                continue
            further.update(rules.rule_readers.get(key, ()))
            checks.update(rules.check_readers.get(key, ()))
            for reader in rules.value_readers.get(key, ()):
                place = rules.place[reader]
                if place not in queued and place > rules.place[key]:
                    queued.add(place)
                    heapq.heappush(queue, place)
        for key in further:
            self._further(rules.questions[key])
        for key in checks:
            self._found[key] = self._run(rules.checks[key].get("when")) is True

    def _run(self, expression: Any, **names: Any) -> Any:
        self.runs += 1
        return evaluate(expression, self.values, param=self._param, facts=self._facts, **names)

    def _value(self, question: dict[str, Any]) -> None:
        """Is the question asked, and what do other rules read of it?"""
        key = question["key"]
        rule = question.get("visible_when")
        self.visible[key] = not rule or self._run(rule) is not False
        value = plain(self._entered[key])
        if question.get("compute"):
            value = _typed(question["kind"], self._run(question["compute"]))
            self.computed[key] = value if self.visible[key] else None
        columns = [column for column in question.get("columns") or [] if column.get("compute")]
        if columns:
            value = self._table(columns, value)
            self.rows[key] = value["rows"] if value else []
        self.values[key] = value if self.visible[key] else None

    def _table(self, columns: list[dict[str, Any]], value: Any) -> Any:
        """A table with its computed columns, from left to right."""
        if not isinstance(value, dict) or "rows" not in value:
            return None
        rows = []
        for entered in value["rows"]:
            row = dict(entered)
            for column in columns:
                row.pop(column["key"], None)
                found = _typed(column["kind"], self._run(column["compute"], row=row))
                if found is not None:
                    row[column["key"]] = found
            rows.append(row)
        return {"rows": rows}

    def _further(self, question: dict[str, Any]) -> None:
        """Whether it must be answered, what is suggested, whether its value is refused."""
        key, visible = question["key"], self.visible[question["key"]]
        rule = question.get("required_when")
        asked = visible and question["kind"] != "information" and not question.get("compute")
        self.required[key] = asked and (self._run(rule) is True if rule else question.get("required") is not False)
        self.suggested.pop(key, None)
        for suggestion in question.get("suggest") or [] if visible else []:
            if self._run(suggestion["when"]) is True:
                self.suggested[key] = {"state": suggestion["state"], "because": suggestion["because"]}
                break
        self.refused.pop(key, None)
        constraint, value = question.get("constraint"), self.values[key]
        if constraint and value is not None and self._run(constraint["when"], value=value) is False:
            self.refused[key] = constraint["says"]


def _typed(kind: str, value: Any) -> Any:
    """A computed value as its kind holds it; None where it is unknown or of another kind."""
    if value is UNKNOWN:
        return None
    if kind in NUMBERS:
        return value if isinstance(value, float) else None
    if kind == "yes_no":
        return value if isinstance(value, bool) else None
    return value or None if isinstance(value, str) else None


def _further(question: Mapping[str, Any]) -> list[Any]:
    rules = [question.get("required_when"), (question.get("constraint") or {}).get("when")]
    return rules + [suggestion.get("when") for suggestion in question.get("suggest") or []]


def _readings(rules: list[Any]) -> Iterator[Reading]:
    """What each rule reads. A rule that is none is unknown and reads nothing."""
    for rule in rules:
        if isinstance(rule, str):
            with suppress(Invalid):
                yield reading(rule)


def _reads_of(rules: list[Any]) -> set[str]:
    return {key for one in _readings(rules) for key in one.answers}


def _note(readers: dict[str, list[str]], keys: set[str], reader: str) -> None:
    for key in keys:
        readers.setdefault(key, []).append(reader)
