"""Small forms for tests: sheets as lists of rows, and the shared forms where they lie."""

import os
from pathlib import Path

import pytest

from checklists.xlsform.reading import read_xlsform
from core.sheets import write_workbook
from tests.world import SMALL

ROOT = SMALL.parent.parent.parent
SHARED = Path(os.environ.get("OPENFLOOR_SHARED") or ROOT.parent / "shared") / "data" / "questionnaires"
FORMS = sorted((SHARED / "xlsform").glob("**/*.xls*"))
shared = pytest.mark.skipif(not SHARED.is_dir(), reason="the shared questionnaires are not on this machine")
CHOICES = [
    ["list_name", "name", "label"],
    ["yn", "yes", "Yes"],
    ["yn", "no", "No"],
]


def book(path, survey, choices=(), settings=(), **others):
    """An XLSForm written to a path."""
    sheets = {"survey": survey, "choices": list(choices) or CHOICES, "settings": list(settings), **others}
    path.write_bytes(write_workbook({name: rows for name, rows in sheets.items() if rows}))
    return path


def read(path, survey, choices=(), settings=(), **others):
    """The Reading of a form given as rows."""
    return read_xlsform(book(path, survey, choices, settings, **others), day="2026-01-01")
