"""The workflow of each app as a table and a picture. The source is each app's states.py."""

import importlib.util

from django.utils.module_loading import import_string

from config.reference.access import APPS
from config.reference.markdown import code, table


def page():
    parts = [
        "# Workflows",
        "Each app keeps its workflow as one table in `states.py`. A step that is not in the table is refused. "
        "*Audit word*: what the [audit record](audit.md) says.",
    ]
    for app in APPS:
        if importlib.util.find_spec(f"{app}.states"):
            states = importlib.import_module(f"{app}.states")
            parts += [f"## {app}", states.__doc__.strip(), _table(states.TABLE), _picture(states)]
    return "\n\n".join(parts)


def steps_of(app):
    """The rows of an app's table, or nothing."""
    return import_string(f"{app}.states.TABLE") if importlib.util.find_spec(f"{app}.states") else []


def _table(rows):
    heads = [name.replace("_", " ").capitalize() for name in rows[0]._fields]
    return table(heads, [[_cell(name, value) for name, value in row._asdict().items()] for row in rows])


def _cell(name, value):
    if isinstance(value, tuple):
        return ", ".join(code(one) for one in value)
    return value if name == "who" else code(value)


def _picture(states):
    rows = states.TABLE
    return _drawn(_states(rows, states.STATES) if "source" in rows[0]._fields else _facts(rows))


def _states(rows, states):
    yield "stateDiagram-v2"
    yield f"    [*] --> {states[0]}"
    for row in rows:
        yield f"    {row.source} --> {row.target}: {row.verb}"
    for state in dict.fromkeys([*states, *(row.target for row in rows)]):
        if not any(row.source == state for row in rows):
            yield f"    {state} --> [*]"


def _facts(rows):
    """Facts of which several may hold: an arrow where one needs another, a dotted one where one is too late."""
    yield "flowchart LR"
    for row in rows:
        yield f"    {row.fact}"
    for row in rows:
        for earlier in row.after:
            yield f"    {earlier} --> {row.fact}"
        for barrier in row.never_after:
            yield f"    {barrier} -. too late for .-> {row.fact}"


def _drawn(lines):
    return "```mermaid\n" + "\n".join(lines) + "\n```"
