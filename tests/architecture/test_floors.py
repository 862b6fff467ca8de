"""Imports only go down, rooms import what rooms may, and nobody dodges a circle inside a function."""

import sys

import pytest

from tests.architecture.source import APPS, imports, modules

# What each floor stands on. `config` knows everybody and is known by nobody.
BELOW = {
    "core": set(),
    "checklists": {"core"},
    "factories": {"core"},
    "compliance": {"core", "checklists", "factories"},
    "improvement_plans": {"core", "checklists", "factories", "compliance"},
    "disclosure": {"core", "checklists", "factories", "compliance", "improvement_plans"},
    "cms": {"core", "checklists", "disclosure"},
    "tablet": {"core"},
    "config": set(APPS),
}
# Rooms of a lower app that the floors above may enter.
OPEN_ROOMS = {"models", "queries", "permissions", "actions", "issued", "blueprint", "expressions", "rules", "states", "public"}  # fmt: skip
# Narrower still: these floors enter these rooms only.
NARROW = {
    "disclosure": {"issued", "public"},
    "cms": {"public"},
}
HEAVY = {
    "pandas", "boto3", "botocore", "weasyprint", "python_calamine", "openpyxl", "PIL", "puremagic", "pycountry",
    "pyarrow", "tqdm", "rapidfuzz", "anyascii", "ruamel", "celery", "chardet", "pyxform", "pypdf", "holidays",
}  # fmt: skip
PURE = {"rules", "states", "clocks"}

CASES = sorted(modules())


@pytest.mark.parametrize("name", CASES)
def test_imports_go_down(name):
    path, tree = modules()[name]
    app = name.split(".")[0]
    for target, line, _ in imports(tree):
        other = target.split(".")[0]
        if other not in APPS or other == app or app == "config":
            continue
        place = f"{path.name}:{line} imports {target}"
        assert other in BELOW[app], f"{place}: {app} does not stand on {other}"
        room = target.split(".")[1] if "." in target else ""
        if other != "core":
            assert room in NARROW.get(app, OPEN_ROOMS), f"{place}: {app} may enter {NARROW.get(app, OPEN_ROOMS)}"


@pytest.mark.parametrize("name", CASES)
def test_no_import_hides_in_a_function(name):
    """The one allowed inner import is a heavy library, or Django's own, at its door."""
    path, tree = modules()[name]
    if name.startswith("config.") or name.endswith(".apps"):
        return  # wiring runs before the apps are loaded
    for target, line, inner in imports(tree):
        top = target.split(".")[0]
        if inner and top not in HEAVY and top not in sys.stdlib_module_names:
            raise AssertionError(f"{path.name}:{line} imports {target} inside a function")


@pytest.mark.parametrize("name", [name for name in CASES if set(name.split(".")[1:2]) & PURE])
def test_rules_are_pure(name):
    """rules.py and states.py import the standard library only (and each other's constants within an app)."""
    path, tree = modules()[name]
    app = name.split(".")[0]
    for target, line, _ in imports(tree):
        top = target.split(".")[0]
        own = target.startswith((f"{app}.rules", f"{app}.states"))
        assert top in sys.stdlib_module_names or own, f"{path.name}:{line} imports {target}"


def test_nobody_knows_config():
    for name, (path, tree) in modules().items():
        if name.startswith("config"):
            continue
        for target, line, _ in imports(tree):
            assert not target.startswith("config"), f"{path.name}:{line} imports {target}"


def test_no_type_checking_trick():
    for path, tree in modules().values():
        assert "TYPE_CHECKING" not in path.read_text(), path.name
        del tree
