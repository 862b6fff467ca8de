"""Reads our own modules as syntax trees, for the tests of floors, doors and writers."""

import ast
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
APPS = ["core", "checklists", "factories", "compliance", "improvement_plans", "disclosure", "cms", "tablet", "config"]


@cache
def modules():
    """{dotted name: (path, tree)} of every module of ours but migrations."""
    found = {}
    for app in APPS:
        for path in sorted((ROOT / app).rglob("*.py")):
            if "migrations" in path.parts or "node_modules" in path.parts:
                continue
            name = ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")
            found[name] = (path, ast.parse(path.read_text()))
    return found


@cache
def imports(tree):
    """Every (dotted name imported, line, whether inside a function) of a module."""
    inside = {
        id(node)
        for function in ast.walk(tree)
        if isinstance(function, (ast.FunctionDef, ast.AsyncFunctionDef))
        for node in ast.walk(function)
    }
    found = []
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            found += [(alias.name, node.lineno, id(node) in inside) for alias in node.names]
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            found += [(f"{node.module}.{alias.name}", node.lineno, id(node) in inside) for alias in node.names]
    return found
