"""Every word of the audit record, with the action that writes it. The source is the calls of audit.record."""

import ast
from pathlib import Path
from typing import NamedTuple

from django.conf import settings

from config.reference.access import APPS
from config.reference.markdown import code, first_sentence, table
from config.reference.workflows import steps_of

ALWAYS = {"by", "programme"}
TAKES_A_STEP = {"_move", "step"}


class Call(NamedTuple):
    """One audit word that one call may write. `sure`: typed at the call, not only possible by the app's table."""

    verb: str
    place: str
    act: str
    facts: str
    public: bool
    sure: bool


def page():
    parts = [
        "# The audit record",
        "One row for each act: when, which word, what it is about, in which programme, by whom (a person, or a named "
        "part of the program), and facts. Facts are ids, codes, numbers and days, never text that somebody typed. "
        "The row is written in the same transaction as the act, and the database refuses to change it "
        "([ADR 0005](../adr/0005-redaction-beside-append-only.md)).",
    ]
    for app in APPS:
        rows = [(code(verb), act, code(place), facts) for verb, act, place, facts in words(app)]
        if rows:
            parts += [f"## {app}", table(("Word", "Act", "Action", "Facts"), rows)]
    return "\n\n".join(parts)


def words(app):
    """(audit word, act, action, facts) of an app, in order. A helper's word is told of the actions that promise it."""
    functions = list(_functions(app))
    calls = [call for place, function in functions for call in _calls(app, place, function)]
    sure = {call.verb for call in calls if call.sure}
    said_by = {row.audit: f"Said by: {row.who}" for row in steps_of(app)}
    rows = set()
    for call in calls:
        if call.verb in sure and not call.sure:
            continue
        promised = [(one.told, place) for place, one in functions if not call.public and _promises(one, call.verb)]
        own = call.act if call.public else said_by.get(call.verb, call.act)
        rows |= {(call.verb, act, place, call.facts) for act, place in promised or [(own, call.place)]}
    return sorted(rows)


def _functions(app):
    """(dotted name, syntax tree) of every function of an app."""
    for path in sorted((Path(settings.ROOT) / app).rglob("*.py")):
        if "node_modules" not in path.parts and "migrations" not in path.parts:
            module = ".".join(path.relative_to(settings.ROOT).with_suffix("").parts).removesuffix(".__init__")
            tree = ast.parse(path.read_text(encoding="utf-8"))
            for node in ast.walk(tree):
                if isinstance(node, ast.FunctionDef):
                    node.told = first_sentence(ast.get_docstring(node) or ast.get_docstring(tree))
                    yield f"{module}.{node.name}", node


def _promises(function, verb):
    """Does the docstring of a public function say that it records this word?"""
    said = (ast.get_docstring(function) or "").replace(",", " ").replace(".\n", " ").split()
    return not function.name.startswith("_") and verb in {word.removesuffix(".") for word in said}


def _calls(app, place, function):
    for call in ast.walk(function):
        if isinstance(call, ast.Call) and ast.unparse(call.func) == "audit.record":
            facts = ", ".join(word.arg or "…" for word in call.keywords if word.arg not in ALWAYS)
            sure, verbs = _verbs(app, function, call.args[0])
            if not verbs:
                raise ValueError(f"{place}: say the audit word in a way that can be read from the code.")
            public = not function.name.startswith("_")
            yield from (Call(verb, place, function.told, facts, public, sure) for verb in verbs)


def _verbs(app, function, expression):
    """(sure, words) a call may write: typed there, given to a variable there, or taken from the app's state table."""
    if isinstance(expression, ast.Constant):
        return True, [expression.value]
    if isinstance(expression, ast.Name):
        given = [
            node.value
            for node in ast.walk(function)
            if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == expression.id
        ]
        return True, sorted(text for value in given for text in _texts(value) if "." in text)
    steps = set(_texts(expression)) or {
        text
        for node in ast.walk(function)
        if isinstance(node, ast.Call) and ast.unparse(node.func).split(".")[-1] in TAKES_A_STEP and node.args
        for text in _texts(node.args[-1])
    }
    rows = steps_of(app)
    return bool(steps), sorted({row.audit for row in rows if not steps or _step(row) in steps})


def _texts(node):
    return [one.value for one in ast.walk(node) if isinstance(one, ast.Constant) and isinstance(one.value, str)]


def _step(row):
    return row.verb if hasattr(row, "verb") else row.fact
