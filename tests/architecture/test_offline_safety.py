"""Each way in which others lost work has its row in docs/reference/offline-safety.md, and each row its test."""

import re

import pytest

from tests.architecture.source import ROOT

PAGE = ROOT / "docs" / "reference" / "offline-safety.md"


def rows():
    found = re.findall(r"^\| F(\d+) \|(.*)\|$", PAGE.read_text(encoding="utf-8"), flags=re.MULTILINE)
    return {int(number): [cell.strip() for cell in cells.split(" | ")] for number, cells in found}


def names():
    """Every test of that name: functions in Python, titles under Node."""
    python = (
        re.findall(r"^ *def (test_f\d\w*)", path.read_text("utf-8"), re.MULTILINE)
        for path in ROOT.glob("tests/**/test_*.py")
    )
    node = (
        re.findall(r"""^ *test\(["'`](test_f\d[^"'`]*)""", path.read_text("utf-8"), re.MULTILINE)
        for path in ROOT.glob("tests/tablet/*.mjs")
    )
    return {name for found in (*python, *node) for name in found}


def test_every_way_has_one_row():
    assert sorted(rows()) == list(range(1, 31))
    assert all(len(cells) == 4 for cells in rows().values())


@pytest.mark.parametrize("number", range(1, 31))
def test_a_row_names_code_that_is_there_and_a_test_or_why_there_is_none(number):
    *_, where, test = rows()[number]
    for path in re.findall(r"`([^`]+)`", where):
        assert (ROOT / path).exists(), path
    named = re.findall(r"`(test_f\d\w*)`", test)
    assert named or "Cannot be tested here" in test
    for name in named:
        assert f"f{number:02}" in name, f"{name} is of another row"
        assert any(one.startswith(name) for one in names()), f"no test begins with {name}"


def test_what_is_tried_in_chromium_is_named_in_the_rows_it_is_of():
    """Whoever reads a row finds the journey that shows it."""
    for path in ROOT.glob("tests/journeys/test_*.py"):
        for name in re.findall(r"^def (test_f\d\w*)", path.read_text("utf-8"), re.MULTILINE):
            for number in re.findall(r"f(\d\d)", name):
                assert f"`{name}`" in rows()[int(number)][-1], f"F{number} does not name {name}"
