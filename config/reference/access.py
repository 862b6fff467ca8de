"""Every address of ours with its door, one page for each app. The source is core.access.TABLE; for what is ours in the
editors' shell, under /cms/, it is the check each view names itself."""

import inspect
import re

from django.urls import URLResolver, get_resolver
from django.urls.resolvers import RegexPattern

from config.reference.markdown import code, table
from core import access
from core.middleware import is_foreign

KINDS = {
    "public": "Anybody may open it.",
    "signed_in": "Anybody who is signed in. It shows only what is the person's own.",
    "object": "Signed in, and the view asks a check or a `visible_to` of the thing itself. The reason names it.",
    "shell": "Signed in with the right to enter the editors' shell. Then the check whose words stand beside it.",
    "device": "A token bound to one tablet and one person. Then a check of the thing itself.",
}
APPS = ("config", "core", "checklists", "factories", "compliance", "improvement_plans", "disclosure", "cms", "tablet")


def pages():
    """{file: text}: one page for each app that has addresses, and one that says what the doors mean."""
    by_app = {}
    for name, route, methods, app, callback in addresses():
        by_app.setdefault(app, set()).add((route, methods, name, *_door(name, callback)))
    made = {f"access/{app}.md": _page(app, rows) for app, rows in by_app.items()}
    made["access/README.md"] = _index(by_app)
    return made


def addresses(resolver=None, prefix="", route=""):
    """(view name, route, methods or "", app, view) of every address that is ours, those in the editors' shell as well;
    Wagtail guards its own."""
    for pattern in (resolver or get_resolver()).url_patterns:
        here = route + _readable(pattern.pattern)
        if isinstance(pattern, URLResolver):
            inner = f"{prefix}{pattern.namespace}:" if pattern.namespace else prefix
            yield from addresses(pattern, inner, here)
        elif not is_foreign(_Match(here)) or (pattern.name and in_shell(pattern.callback)):
            callback = pattern.callback
            yield f"{prefix}{pattern.name}", "/" + here, _methods(callback), _app(prefix, callback), callback


def in_shell(callback):
    """Is this view under /cms/ ours, by the module it was written in?"""
    return inspect.unwrap(callback).__module__.split(".")[0] in APPS


def _door(name, callback):
    """(kind, why) of an address."""
    check = next((one.door for one in _layers(callback) if hasattr(one, "door")), None)
    if check is not None:
        return "shell", " ".join((check.__doc__ or "").split("\n")[0].split())
    door = access.TABLE.get(name)
    return (door.kind, door.why) if door else ("none", "refused: it names no door")


def _layers(callback):
    """A view and what it wraps, from the outside in."""
    while callback is not None:
        yield callback
        callback = getattr(callback, "__wrapped__", None)


class _Match:
    def __init__(self, route):
        self.route = route


def _readable(pattern):
    if isinstance(pattern, RegexPattern):
        return "…"  # Wagtail's one pattern takes every path that is left
    return re.sub(r"<\w+:(\w+)>", r"<\1>", str(pattern))


def _json_view(callback):
    """The JSON door's own object behind a view, or None for a plain view."""
    for cell in getattr(callback, "__closure__", None) or ():
        if hasattr(cell.cell_contents, "operations"):
            return cell.cell_contents
    return None


def _methods(callback):
    view = _json_view(callback)
    return " ".join(sorted({method for one in view.operations for method in one.methods})) if view else ""


def _app(prefix, callback):
    """The app that answers, by the module of the function; what others wrote is mounted by config."""
    view = _json_view(callback)
    function = view.operations[0].view_func if view else callback
    app = function.__module__.split(".")[0]
    return app if app in APPS else prefix.split(":")[0] if prefix.split(":")[0] in APPS else "config"


def _page(app, rows):
    lines = []
    for route, methods, name, kind, why in sorted(rows):
        lines.append((f"{methods} {code(route)}".strip(), kind, why, code(name)))
    return f"# Addresses of {app}\n\nWhat the doors mean: [README](README.md).\n\n" + table(
        ("Address", "Door", "Why", "Name"), lines
    )


def _index(by_app):
    doors = table(("Door", "Who passes"), [(kind, words) for kind, words in KINDS.items()])
    links = "\n".join(f"- [{app}]({app}.md)" for app in APPS if app in by_app)
    return f"""# Who may open which address

Every address names its door. An address that names none answers "not found", also at run time
([ADR 0006](../../adr/0006-default-deny-at-run-time.md)). Of the addresses under `/cms/` those of ours are here;
the others belong to Wagtail's editor, which guards them by itself.

{doors}

By app:

{links}
"""
