"""Our own workbook: what is written is read back exactly, and what does not belong is refused with its place."""

import io

import openpyxl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from checklists import rules
from checklists.imports import read_yaml
from checklists.spreadsheets import cells
from checklists.spreadsheets.layout import read_layout, to_sheets, write_layout
from core.errors import Invalid
from core.sheets import read_sheets, write_workbook
from tests.world import SMALL

LIBRARY = sorted(SMALL.parent.parent.parent.glob("checklists/library/*.yaml"))


def there_and_back(document, folder):
    path = folder / "list.xlsx"
    path.write_bytes(write_layout(document))
    return read_layout(read_sheets(path))


@pytest.mark.parametrize("path", [SMALL, *LIBRARY], ids=lambda path: path.stem)
def test_a_shipped_checklist_comes_back_with_its_hash(path, tmp_path):
    document, _ = read_yaml(path)
    back = there_and_back(document, tmp_path).document
    assert back == document
    assert rules.content_hash(back) == rules.content_hash(document)


TEXTS = st.one_of(
    st.text(min_size=1, max_size=20),
    st.sampled_from(
        ["=1+1", "-2", "+3", "@x", "'", "''=", "json:", "json:[1]", " a ", "a\n", "\n", "\r\n", "\t", "_x000D_", "1", "yes",
         "no", "2026-01-01", "ភ្នំពេញ", "\x0b", "\x85", "\ufeffa", "＝1", "1e5", "0012", "a, b", "TRUE", "None", "\u2028", "😀"]
    ),
)  # fmt: skip
KEYS = st.sampled_from([f"{letter}{end}" for letter in "abcdefgh" for end in ("", "-1", "9")])
ODD = st.recursive(
    st.one_of(
        st.none(), st.booleans(), st.integers(-5, 10**16), TEXTS, st.floats(allow_nan=False, allow_infinity=False)
    ),
    lambda inner: st.one_of(st.lists(inner, max_size=2), st.dictionaries(KEYS, inner, max_size=2)),
    max_leaves=2,
)


def maybe(**fields):
    return st.fixed_dictionaries({}, optional=fields)


CHOICES = st.one_of(
    st.lists(TEXTS, min_size=1, max_size=3),
    st.lists(st.fixed_dictionaries({"key": KEYS, "text": TEXTS}, optional={"when": TEXTS}), min_size=1, max_size=3),
    ODD,
)
NUMBERS = st.one_of(st.integers(0, 1000), ODD)
PART = {
    "law": st.lists(
        st.fixed_dictionaries(
            {"instrument": TEXTS, "title": TEXTS},
            optional={"number": st.one_of(TEXTS, st.integers(1, 99)), "year": ODD, "country": TEXTS, "link": TEXTS},
        ),
        max_size=2,
    ),
    "columns": st.lists(
        st.fixed_dictionaries(
            {"key": KEYS, "title": TEXTS, "kind": TEXTS}, optional={"choices": CHOICES, "unit": TEXTS, "compute": TEXTS}
        ),
        max_size=2,
        unique_by=lambda column: column["key"],
    ),
    "suggest": st.lists(st.fixed_dictionaries({"when": TEXTS, "state": TEXTS, "because": TEXTS}), max_size=2),
    "phrases": st.one_of(
        st.dictionaries(st.sampled_from(["finding", "good_practice", "recommendation"]), st.lists(TEXTS, max_size=2)),
        ODD,
    ),
    "constraint": st.one_of(st.fixed_dictionaries({"when": TEXTS, "says": TEXTS}), st.none()),
    "rows": st.one_of(maybe(min=NUMBERS, max=NUMBERS), st.none()),
    "choices": CHOICES,
    "tags": st.one_of(st.lists(TEXTS, max_size=3), ODD),
    "sources": st.one_of(st.lists(KEYS, max_size=3), ODD),
    "required": st.one_of(st.booleans(), ODD),
    **{
        name: st.one_of(TEXTS, ODD) for name in ("kind", "text", "guidance", "visible_when", "compute", "unit", "newer")
    },
}
BANDS = st.lists(st.fixed_dictionaries({"from": NUMBERS, "take": NUMBERS}, optional={"to": NUMBERS}), max_size=3)
PLAN = st.fixed_dictionaries(
    {"title": TEXTS}, optional={"bands": st.one_of(BANDS, ODD), "months": st.one_of(st.lists(KEYS), ODD)}
)


@st.composite
def documents(draw):
    """Documents of the form's shape; their values are anything a file could hold."""
    keys = draw(st.lists(KEYS, min_size=6, max_size=6, unique=True))
    question = [{"key": key, **draw(maybe(**PART))} for key in keys[:4]]
    clusters = [
        {
            "key": keys[0],
            "title": draw(TEXTS),
            **draw(
                maybe(
                    kind=TEXTS,
                    kinds=st.lists(st.fixed_dictionaries({"kind": TEXTS, "from": TEXTS}), max_size=2),
                    optional=st.booleans(),
                    number=NUMBERS,
                )
            ),
            "points": [
                {"key": keys[1], "title": draw(TEXTS), "questions": question[:3]},
                {"key": keys[2], "title": draw(TEXTS), "questions": question[3:]},
            ],
        },
        {"key": keys[3], "title": draw(TEXTS), "points": []},
    ]
    check = st.fixed_dictionaries(
        {"key": KEYS, "when": TEXTS, "says": TEXTS, "questions": st.one_of(st.lists(KEYS), ODD)}
    )
    sampling = st.one_of(
        maybe(records=st.dictionaries(KEYS, PLAN, max_size=2), interviews=maybe(bands=BANDS, notes=st.lists(KEYS))), ODD
    )
    top = draw(
        maybe(version=st.one_of(TEXTS, st.integers()), about=ODD, checks=st.lists(check, max_size=2), sampling=sampling)
    )
    return {"format": rules.FORMAT, "key": keys[4], "title": draw(TEXTS), **top, "clusters": clusters}


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(documents())
def test_whatever_the_form_holds_comes_back(document):
    sheets = {
        name: [(line, texts) for line, texts in enumerate(rows, start=1) if any(texts)]
        for name, rows in to_sheets(document).items()
    }
    assert read_layout(sheets).document == document


@settings(max_examples=5, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(texts=st.lists(st.one_of(TEXTS, st.text(max_size=30)), min_size=100, max_size=200))
def test_whatever_stands_in_a_cell_survives_the_file(texts, tmp_path):
    """The other half of the promise: the file itself loses no character."""
    document = {"key": "a", "clusters": [{"key": "a", "points": [{"key": "b", "questions": []}]}]}
    document["clusters"][0]["points"][0]["questions"] = [{"key": f"q{n}", "text": text} for n, text in enumerate(texts)]
    assert there_and_back(document, tmp_path).document == document


@settings(max_examples=150)
@given(st.one_of(TEXTS, ODD, st.lists(TEXTS), st.text(max_size=200)))
def test_a_cell_gives_back_its_value_and_is_no_formula(value):
    pairs = [
        (cells.to_cell, cells.from_cell),
        (cells.list_to_cell, cells.list_from_cell),
        (cells.flag_to_cell, cells.flag_from_cell),
        (cells.number_to_cell, cells.number_from_cell),
    ]
    for write, read in pairs:
        text = write(value)
        back = read(text)
        assert back == value and type(back) is type(value)
        assert not text.startswith(("=", "+", "-", "@")) and text.strip()


def test_a_question_is_a_row_that_people_can_read(tmp_path):
    document, _ = read_yaml(SMALL)
    book = openpyxl.load_workbook(io.BytesIO(write_layout(document)))
    header, first = [[cell.value for cell in row] for row in book["questions"].iter_rows(max_row=2)]
    row = dict(zip(header, first, strict=True))
    assert row["point"] == "child-labourers" and row["text"].startswith("Is everyone who works here")
    assert row["tags"] == "critical-public, zero-tolerance"
    assert [cell.value for cell in book["law"][2]][:4] == [
        "under-age-workers",
        "INT",
        "ilo-convention",
        "Minimum Age Convention",
    ]


def test_each_place_has_its_sheet_and_line(tmp_path):
    document, _ = read_yaml(SMALL)
    where = there_and_back(document, tmp_path).where
    assert where(("title",)) == ("checklist", 5, "value")
    assert where(("clusters", 1, "points", 0, "questions", 1, "issue")) == ("questions", 4, "issue")
    assert where(("clusters", 0, "points", 0, "questions", 0, "law", 0, "title")) == ("law", 2, "title")
    assert where(("clusters", 2, "kind")) == ("clusters", 4, "kind")
    assert where(("clusters", 0, "points", 0, "questions", 0, "nowhere")) == ("questions", 2, "nowhere")


def changed(change, folder):
    """The small checklist's workbook with a change made to its rows by hand."""
    document, _ = read_yaml(SMALL)
    path = folder / "list.xlsx"
    path.write_bytes(write_layout(document))
    sheets = {name: [texts for _line, texts in rows] for name, rows in read_sheets(path).items()}
    change(sheets)
    path.write_bytes(write_workbook(sheets))
    return read_sheets(path)


@pytest.mark.parametrize(
    ("change", "sheet", "line", "column"),
    [
        (lambda sheets: sheets["questions"].append(sheets["questions"][1]), "questions", 10, "key"),
        (lambda sheets: sheets["questions"][2].__setitem__(0, "no-such-point"), "questions", 3, "point"),
        (lambda sheets: sheets["questions"][2].__setitem__(1, ""), "questions", 3, "key"),
        (lambda sheets: sheets["questions"][0].__setitem__(2, "key"), "questions", 1, "key"),
        (lambda sheets: sheets["questions"][1].extend([""] * 30 + ["more"]), "questions", 2, ""),
        (lambda sheets: sheets["law"][1].__setitem__(0, "no-such-question"), "law", 2, "question"),
        (lambda sheets: sheets["questions"][1].__setitem__(3, "json:{"), "questions", 2, "text"),
        (lambda sheets: sheets["checklist"].append(["key", "again"]), "checklist", 9, "name"),
        (lambda sheets: sheets.__setitem__("notes of mine", [["a"]]), "notes of mine", 1, ""),
    ],
)
def test_what_does_not_belong_is_refused_with_its_place(change, sheet, line, column, tmp_path):
    with pytest.raises(Invalid) as refused:
        read_layout(changed(change, tmp_path))
    assert refused.value.problems == [{"sheet": sheet, "line": line, "column": column}]


def test_a_missing_sheet_is_named(tmp_path):
    with pytest.raises(Invalid, match="points"):
        read_layout(changed(lambda sheets: sheets.pop("points"), tmp_path))


def test_a_text_no_cell_holds_is_refused_rather_than_cut():
    document, _ = read_yaml(SMALL)
    document["about"] = "a" * 40_000
    with pytest.raises(Invalid, match="YAML"):
        write_layout(document)
