"""Every management command of ours with its arguments. The source is the commands themselves."""

from pathlib import Path

from django.conf import settings
from django.core.management import BaseCommand, load_command_class

from config.reference.access import APPS
from config.reference.markdown import code, table

# What every Django command takes; said once at the top instead of under each command.
USUAL = {action.dest for action in BaseCommand().create_parser("manage.py", "usual")._actions}


def page():
    parts = [
        "# Commands",
        "Run them as `.venv/bin/python manage.py NAME`. Exit status 0: all is well. 1: something was refused, and it "
        "is named. Each also takes Django's own options; `--help` lists them. The settings are those of "
        "`DJANGO_SETTINGS_MODULE` ([settings](settings.md)).",
    ]
    for name, app in sorted(names()):
        command = load_command_class(app, name)
        parser = command.create_parser("manage.py", name)
        arguments = [action for action in parser._actions if action.dest not in USUAL]
        parts += [f"## {name}", f"{command.help}\n\nIn `{app}`."]
        if arguments:
            parts.append(table(("Argument", "Meaning"), [(code(_argument(a)), a.help or "") for a in arguments]))
    return "\n\n".join(parts)


def names():
    """(command, app) of every command of ours."""
    for app in APPS:
        for path in (Path(settings.ROOT) / app / "management" / "commands").glob("*.py"):
            if not path.stem.startswith("_"):
                yield path.stem, app


def _argument(action):
    value = action.metavar or action.dest.upper()
    if not action.option_strings:
        return f"{value} …" if action.nargs in ("+", "*") else f"[{value}]" if action.nargs == "?" else value
    name = action.option_strings[-1]
    return name if action.nargs == 0 else f"{name} {value}"
