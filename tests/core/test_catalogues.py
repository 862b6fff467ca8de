"""The catalogues of words: compiled as they are written, with every hole a text has, and none a text has not."""

import ast
import gettext
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from babel.messages.pofile import read_po

from tests.architecture.source import modules

ROOT = Path(__file__).resolve().parent.parent.parent
CATALOGUES = sorted(ROOT.glob("*/locale/*/LC_MESSAGES/django.po"))
HOLES = re.compile(r"%\((\w+)\)[sd]|%[sd]|\{(\w+)\}")
MEND = "Run `make words`."


def messages(path):
    with open(path, "rb") as file:
        return [message for message in read_po(file) if message.id]


def holes(text):
    return sorted(hole.group() for hole in HOLES.finditer(text))


def name(path):
    return f"{path.parts[-5]}-{path.parts[-3]}"


def test_every_app_has_a_catalogue_of_each_language():
    apps = {path.parts[-5] for path in CATALOGUES}
    assert {(path.parts[-5], path.parts[-3]) for path in CATALOGUES} == {(a, tag) for a in apps for tag in ("ar", "km")}


@pytest.mark.parametrize("path", CATALOGUES, ids=name)
def test_a_catalogue_is_compiled_as_it_is_written(path):
    with open(path.with_suffix(".mo"), "rb") as file:
        compiled = gettext.GNUTranslations(file)
    for message in messages(path):
        if message.fuzzy or not message.string or not any(message.string):
            continue
        if message.pluralizable:
            said = [compiled._catalog.get((message.id[0], n)) for n in range(len(message.string))]
            assert said == list(message.string), MEND
        else:
            key = f"{message.context}\x04{message.id}" if message.context else message.id
            assert compiled._catalog.get(key) == message.string, MEND


@pytest.mark.parametrize("path", CATALOGUES, ids=name)
def test_a_translation_has_the_holes_of_its_text(path):
    """A hole that is missing hides a number; one too many is an error on a page."""
    for message in messages(path):
        if message.pluralizable:
            # A form for one or two may say the number in a word.
            wanted = {*holes(message.id[0]), *holes(message.id[1])}
            assert all(set(holes(text)) <= wanted for text in message.string if text), message.id
            assert not any(message.string) or all(message.string), message.id
        elif message.string:
            assert holes(message.string) == holes(message.id), message.id


@pytest.mark.parametrize("path", CATALOGUES, ids=name)
def test_nothing_is_left_for_a_person_to_decide(path):
    assert not [message.id for message in messages(path) if message.fuzzy]


def test_no_text_of_the_program_is_missing_from_the_catalogues(tmp_path):
    """What `make words` would add: run on a copy, and compared with what is written down."""
    for app in sorted({path.parts[-5] for path in CATALOGUES}):
        shutil.copytree(ROOT / app, tmp_path / app, ignore=shutil.ignore_patterns("__pycache__", "library", "static"))
    command = [sys.executable, "-m", "django", "makemessages", "--locale", "km", "--no-obsolete", "--no-location",
               "--verbosity", "0"]  # fmt: skip
    subprocess.run(command, cwd=tmp_path, env=os.environ | {"PYTHONPATH": str(ROOT)}, check=True, timeout=120)
    for path in CATALOGUES:
        if path.parts[-3] == "km":
            fresh = {str(message.id) for message in messages(tmp_path / path.relative_to(ROOT))}
            assert fresh - {str(message.id) for message in messages(path)} == set(), MEND


def at_import(tree):
    """The expressions of a module that are worked out when it is imported, and never again."""
    stack = [tree]
    while stack:
        node = stack.pop()
        yield node
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
            stack += node.decorator_list
        elif not isinstance(node, ast.Lambda):
            stack += ast.iter_child_nodes(node)


def translated(node, names):
    return isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in names


def worked_out_once(tree):
    """The lines where a text is translated, or a hole in one filled, when the module is imported."""
    ways = {
        alias.asname or alias.name: alias.name
        for node in tree.body
        if isinstance(node, ast.ImportFrom) and node.module == "django.utils.translation"
        for alias in node.names
        if "gettext" in alias.name
    }
    at_once = {short for short, way in ways.items() if not way.endswith(("_lazy", "_noop"))}
    for node in at_import(tree):
        filled = isinstance(node, ast.BinOp) and isinstance(node.op, ast.Mod) and translated(node.left, ways)
        told = isinstance(node, ast.FormattedValue) and translated(node.value, ways)
        if filled or told or translated(node, at_once):
            yield node.lineno


def test_no_text_is_translated_once_for_everybody():
    """It would stand in the language of the process: each reader's own comes with lazy texts, and holes in them are
    filled when somebody reads."""
    found = {name: lines for name, (_path, tree) in modules().items() if (lines := list(worked_out_once(tree)))}
    assert found == {}
