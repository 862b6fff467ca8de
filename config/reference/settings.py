"""Every value taken from the environment. The source is config/settings/*.py; the words are in settings_reference."""

import ast
from pathlib import Path

from django.conf import settings

from config.reference.markdown import code, table
from config.settings_reference import SETTINGS
from core import retention
from core.days import SETTINGS as programme_settings

FORMS = {
    "str": "text",
    "bool": "true or false",
    "int": "number",
    "list": "list, with commas",
    "db": "address of a database",
    "cache_url": "address of a cache",
    "email_url": "address of a mail server",
}


def used() -> dict[str, tuple[str, str]]:
    """{name: (form, default as code or "")} of every value the settings files take from the environment."""
    found = {}
    for name in ("base", "dev", "production", "test"):
        for node in ast.walk(_tree(name)):
            if _takes(node):
                default = next((word.value for word in node.keywords if word.arg == "default"), None)
                literal = isinstance(default, ast.Constant) and default.value not in ("", None)
                found.setdefault(node.args[0].value, (node.func.attr, str(default.value) if literal else ""))
    return dict(sorted(found.items()))


def page():
    rows = []
    for name, (form, default) in used().items():
        meaning, unset = SETTINGS[name]
        rows.append((code(name), FORMS[form], unset or code(default), meaning))
    refused = "\n".join(f"- {sentence}" for sentence in refusals())
    kept = [
        (
            code(f"keep-days.{one.key}"),
            f"Days after which it is destroyed, counted from when {one.after}. Default: {one.days}",
        )
        for one in sorted(retention.classes(), key=lambda one: one.key)
    ]
    return f"""# Settings

Openfloor takes its settings from the environment. A value that is unset means the embedded form: SQLite, a folder,
background work in the web process.

`DJANGO_SETTINGS_MODULE` says which file is read: `config.settings.dev` (what `manage.py` takes when nothing is said),
`config.settings.production` (what the web server takes), `config.settings.test` (what the tests take).

{table(("Name", "Form", "Unset means", "What it is for"), rows)}

Production refuses to start with an unsafe value, and says which:

{refused}

## Of a programme

Set from a day on: `manage.py programme_setting CODE --key KEY --value JSON --from DAY`. A day's value is set once; what
held on a day stays known.

{table(("Key", "What it says"), [(code(key), said) for key, said in programme_settings.items()] + kept)}
"""


def refusals():
    """The sentences with which production refuses to start, in order."""
    for node in ast.walk(_tree("production")):
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            name, colon, _rest = node.value.partition(": ")
            if colon and name.isupper():
                yield node.value


def _tree(name):
    return ast.parse((Path(settings.ROOT) / "config" / "settings" / f"{name}.py").read_text(encoding="utf-8"))


def _takes(node):
    return (
        isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and isinstance(node.func.value, ast.Name)
        and node.func.value.id == "env"
        and bool(node.args)
        and isinstance(node.args[0], ast.Constant)
    )
