"""XLSForms as checklists: what is carried, what is told, what is refused with its place."""

import json

import pytest

from checklists import expressions, rules
from checklists.xlsform.reading import read_xlsform
from config.reference import forms
from core.errors import Invalid
from core.sheets import write_workbook
from tests.checklists.forms import FORMS, SHARED, read, shared
from tests.core.test_sheets import xls

HEAD = ["type", "name", "label", "relevant", "constraint", "required", "calculation"]


@pytest.fixture
def path(tmp_path):
    return tmp_path / "form.xlsx"


def asked(reading):
    return {question["key"]: question for _c, _p, question in rules.questions(reading.document)}


def places(reading, loss=True):
    return [(one.sheet, one.line, one.column) for one in reading.leavings if one.loss is loss]


def test_groups_become_clusters_and_points_in_order(path):
    reading = read(path, [
        HEAD,
        ["text", "who", "Who answers?"],
        ["begin group", "wages", "Wages"],
        ["integer", "paid", "How many are paid?"],
        ["begin group", "overtime", "Overtime", "${paid} > 0"],
        ["integer", "hours", "Hours?", "${paid} > 5"],
        ["begin group", "deep", "Deep"],
        ["text", "why", "Why?"],
        ["end group"],
        ["end group"],
        ["end group"],
        ["date", "last", "When?"],
    ], settings=[["form_title", "form_id", "version"], ["A visit", "visit", "7"]])  # fmt: skip
    document = reading.document
    assert [document[name] for name in ("key", "title", "version", "language")] == ["visit", "A visit", "7", "en"]
    tree = [
        (c["title"], p["title"], [q["key"] for q in p["questions"]]) for c in document["clusters"] for p in c["points"]
    ]
    assert tree == [
        ("A visit", "A visit", ["who"]),
        ("Wages", "Wages", ["paid"]),
        ("Wages", "Overtime", ["hours", "why"]),
        ("A visit", "A visit", ["last"]),
    ]
    first = 'answered("paid") && answers["paid"] > 0'
    assert asked(reading)["why"]["visible_when"] == first
    assert asked(reading)["hours"]["visible_when"] == first + ' && answered("paid") && answers["paid"] > 5'
    assert rules.problems(document) == [] and expressions.problems(document) == []
    assert places(reading) == [] and ("survey", 7, "label") in places(reading, loss=False)


def test_conditions_bounds_and_values_become_rules(path):
    reading = read(path, [
        [*HEAD, "constraint_message", "hint", "required_message"],
        ["select_one yn", "Child_Labour", "Any child?", "", "", "yes"],
        ["integer", "age", "How old?", "${Child_Labour} = 'yes'", ". >= 0 and . < 18", "${Child_Labour} = 'yes'", "",
         "A child is younger.", "Ask for papers."],
        ["calculate", "years", "", "", "", "", "18 - ${age}"],
        ["calculate", "twice", "", "", "", "", "${years} * 2"],
        ["range", "score", "Score?"],
    ])  # fmt: skip
    questions = asked(reading)
    assert questions["child-labour"]["choices"] == [{"key": "yes", "text": "Yes"}, {"key": "no", "text": "No"}]
    assert "required" not in questions["child-labour"]
    age = questions["age"]
    assert age["constraint"] == {"when": "value >= 0 && value < 18", "says": "A child is younger."}
    assert age["required"] is False and age["required_when"] == age["visible_when"]
    assert age["guidance"] == "Ask for papers."
    assert questions["years"] | {"text": ""} == {
        "key": "years", "kind": "number", "text": "", "level": "enterprise", "required": False,
        "compute": '18 - answers["age"]',
    }  # fmt: skip
    assert questions["twice"]["compute"] == 'answers["years"] * 2'
    assert questions["score"]["constraint"]["when"] == "value >= 1 && value <= 10"
    assert rules.problems(reading.document) == [] and expressions.problems(reading.document) == []


CASCADE = [
    ["list_name", "name", "label", "state"],
    ["states", "North", "North", ""],
    ["states", "south", "South", ""],
    ["towns", "a", "A", "North"],
    ["towns", "b", "B", "south"],
    ["towns", "a", "A", "south"],
    ["towns", "b", "Another B", "North"],
]


def test_a_cascade_says_when_each_choice_is_offered(path):
    reading = read(path, [
        ["type", "name", "label", "choice_filter", "relevant"],
        ["select_one states", "state", "State?"],
        ["select_one towns", "town", "Town?", "state = ${state}"],
        ["text", "why", "Why?", "", "${town} = 'b'"],
    ], CASCADE)  # fmt: skip
    north, south = (f'answered("state") && answers["state"] == "{name}"' for name in ("north", "south"))
    assert asked(reading)["town"]["choices"] == [
        {"key": "a", "text": "A", "when": f"({north}) || ({south})"},
        {"key": "b", "text": "B", "when": south},
        {"key": "b-2", "text": "Another B", "when": north},
    ]
    assert (
        asked(reading)["why"]["visible_when"]
        == 'answered("town") && (answers["town"] == "b" || answers["town"] == "b-2")'
    )
    assert places(reading) == [] and expressions.problems(reading.document) == []


def test_a_repeat_becomes_a_table(path):
    reading = read(path, [
        [*HEAD, "repeat_count"],
        ["begin repeat", "weeks", "Weeks looked at", "", "", "", "", "3"],
        ["decimal", "Hours", "Hours worked"],
        ["decimal", "in", "Of them overtime"],
        ["calculate", "plain", "", "", "", "", "${Hours} - ${in}"],
        ["select_one yn", "paid", "Paid?", "${Hours} > 1"],
        ["image", "photo", "Photo"],
        ["end repeat"],
        ["integer", "n", "How many?", "count(${weeks}) > 1"],
    ])  # fmt: skip
    table = asked(reading)["weeks"]
    assert (table["kind"], table["rows"]) == ("table", {"min": 3, "max": 3})
    assert [(column["key"], column["kind"], column.get("compute")) for column in table["columns"]] == [
        ("hours", "number", None),
        ("in_2", "number", None),
        ("plain", "number", "row.hours - row.in_2"),
        ("paid", "choice", None),
    ]
    assert asked(reading)["n"]["visible_when"] == '(answered("weeks") ? size(answers["weeks"].rows) : 0) > 1'
    assert places(reading) == [("survey", 6, "relevant"), ("survey", 7, "type")]
    assert rules.problems(reading.document) == [] and expressions.problems(reading.document) == []


def test_languages_become_translations(path):
    reading = read(path, [
        ["type", "name", "label::English (en)", "label::Khmer", "label::Xyzzish", "hint::Khmer"],
        ["begin group", "g", "Wages", "ប្រាក់ឈ្នួល"],
        ["select_one yn", "q", "Paid?", "បានបង់?", "xyzzy?", "មើល"],
        ["end group"],
    ], [["list_name", "name", "label::English (en)", "label::Khmer"], ["yn", "yes", "Yes", "បាទ"], ["yn", "no", "No", ""]])  # fmt: skip
    (khmer,) = reading.translations
    assert khmer["language"] == "km" and khmer["status"] == "unreviewed"
    assert khmer["texts"] == {
        "cluster:g": {"title": "ប្រាក់ឈ្នួល"},
        "point:g": {"title": "ប្រាក់ឈ្នួល"},
        "q": {"text": "បានបង់?", "choices": {"yes": "បាទ"}},
    }
    assert places(reading) == [("survey", 1, "label::Xyzzish"), ("survey", 3, "hint::Khmer")]
    assert list(rules.problems_of(khmer)) == []


def test_an_old_workbook_with_single_colons_and_arabic(tmp_path):
    """Forms of ten years ago: the old binary file, label:English for a header, and a second language from the right."""
    path = tmp_path / "old.xls"
    xls(path, [
        ["type", "name", "label:English", "label:Arabic", "bind:relevant"],
        ["text", "name_of_site", "Which site?", "أي موقع؟", ""],
        ["text", "why", "Why?", "لماذا؟", "${name_of_site} != ''"],
    ])  # fmt: skip
    reading = read_xlsform(path, day="2026-01-01")
    assert reading.document["language"] == "en"
    assert asked(reading)["why"]["visible_when"] == 'answered("name-of-site")'
    (arabic,) = reading.translations
    assert (arabic["language"], arabic["texts"]["why"]["text"]) == ("ar", "لماذا؟")


def test_what_cannot_be_carried_is_told_by_sheet_row_and_column(path):
    reading = read(path, [
        [*HEAD, "default", "media::image", "appearance", "my notes"],
        ["text", "a", "Why ${b}?", "regex(${b}, 'x')", "", "", "", "because", "a.png", "minimal", "look"],
        ["text", "b", "What?"],
        ["geopoint", "where", "Where?"],
        ["text", "c", "Near?", "${where} != ''"],
        ["calculate", "d", "", "", "", "", "random()"],
        ["start", "started", ""],
    ])  # fmt: skip
    assert places(reading) == [
        ("survey", 2, "default"), ("survey", 2, "label"), ("survey", 2, "media::image"), ("survey", 2, "relevant"),
        ("survey", 4, "type"), ("survey", 5, "relevant"), ("survey", 6, "calculation"),
    ]  # fmt: skip
    told = places(reading, loss=False)
    assert {("survey", 2, "appearance"), ("survey", 2, "my notes"), ("survey", 7, "type")} <= set(told)
    assert all(one.reason.endswith(".") for one in reading.leavings)
    assert asked(reading)["a"]["text"] == "Why [b]?" and "visible_when" not in asked(reading)["c"]


def test_an_expression_our_rules_do_not_take_is_told_too(path):
    long = " or ".join(f"${{a}} = 'x{n}'" for n in range(120))
    reading = read(path, [HEAD, ["text", "a", "A?"], ["text", "b", "B?", long]])
    assert places(reading) == [("survey", 3, "relevant")]
    assert rules.problems(reading.document) == []


@pytest.mark.parametrize(
    ("survey", "place", "word"),
    [
        ([HEAD, ["text", "a", "A?", "${b} = 'x'"], ["text", "b", "B?", "${a} = 'x'"]], (2, "relevant"), "wait for each other"),
        ([HEAD, ["text", "a", "A?", "${a} = 'x'"]], (2, "relevant"), "wait for each other"),
        ([HEAD, ["begin group", "g", "G", "${a} = 'x'"], ["text", "a", "A?"], ["end group"]], (3, "relevant"), "wait"),
        ([HEAD, ["calculate", "a", "", "", "", "", "${b}"], ["calculate", "b", "", "", "", "", "${a}"]], (2, "calculation"), ""),
        ([HEAD, ["text", "a", "A?"], ["text", "a", "Again?"]], (3, "name"), "unique"),
        ([HEAD, ["text", "", "A?"]], (2, "name"), "no name"),
        ([HEAD, ["calculate", "a", ""]], (2, "calculation"), "calculation"),
        ([HEAD, ["text", "a", "A?", "${nobody} = 1"]], (2, "relevant"), "nobody"),
        ([HEAD, ["select_one none", "a", "A?"]], (2, "type"), "none"),
        ([HEAD, ["begin group", "g", "G"], ["text", "a", "A?"]], (2, "type"), "begin"),
        ([HEAD, ["include", "other", ""]], (2, "type"), "include"),
        ([["type", "name", "label", "label"], ["text", "a", "A?", "B?"]], (1, "label"), "twice"),
        ([["type", "name", "label::Xyzzish"], ["text", "a", "A?"]], (1, "label::Xyzzish"), "no language"),
    ],
)  # fmt: skip
def test_what_no_form_may_be_is_refused_with_its_place(path, survey, place, word):
    with pytest.raises(Invalid, match=word or None) as refused:
        read(path, survey)
    (where,) = refused.value.problems
    assert (where["sheet"], where["line"], where["column"]) == ("survey", *place), refused.value.sentence


def test_a_form_of_which_nothing_is_left_is_refused_with_every_reason(path):
    with pytest.raises(Invalid) as refused:
        read(path, [HEAD, ["geopoint", "a", "Where?"], ["image", "b", "Show it"]])
    assert [where["line"] for where in refused.value.problems] == [2, 3]


def test_a_workbook_without_a_survey_is_no_form(path):
    with pytest.raises(Invalid, match="survey"):
        read(path, [], choices=[["a"]], settings=[["b"]])


def test_the_place_of_a_problem_in_the_document_is_a_cell(path):
    reading = read(path, [HEAD, ["text", "a", "A?"], ["text", "b", "B?", "${a} = 'x'"]])
    question = ("clusters", 0, "points", 0, "questions", 1)
    assert reading.where((*question, "visible_when")) == ("survey", 3, "relevant")
    assert reading.where((*question, "issue")) == ("survey", 3, "issue")
    assert reading.where(("title",))[:2] == ("survey", 1)


@shared
@pytest.mark.parametrize("file", FORMS, ids=lambda file: f"{file.parent.name}/{file.name}")
def test_every_shared_form_is_taken_or_refused_with_its_reason(file):
    try:
        reading = read_xlsform(file, day="2026-01-01")
    except Invalid as refused:
        assert refused.sentence and refused.problems
        assert all(place["sheet"] and place["line"] >= 1 for place in refused.problems)
        return
    assert rules.problems(reading.document) == [] and expressions.problems(reading.document) == []
    assert all(one.sheet and one.line >= 1 and one.reason for one in reading.losses)
    for translation in reading.translations:
        assert rules.problems_of(translation) == [], translation["language"]


def test_a_form_with_one_sheet_of_another_name(tmp_path):
    path = tmp_path / "f.xlsx"
    path.write_bytes(write_workbook({"Sheet 1": [HEAD[:3], ["text", "a", "A?"]]}))
    assert list(asked(read_xlsform(path, day="2026-01-01"))) == ["a"]


@shared
def test_the_page_of_outcomes_is_current():
    """Only where the forms lie; elsewhere the page says what was found when they were last read."""
    kept = {one["file"]: one for one in json.loads(forms.KEPT.read_text(encoding="utf-8"))}
    shared_forms = SHARED / "xlsform"
    assert set(kept) == {file.relative_to(shared_forms).as_posix() for file in FORMS}
    for name in ("group.xls", "tutorial.xls", "include.xlsx", "or_other.xlsx"):
        file = shared_forms / "pyxform-example" / name
        assert forms.outcome(file, f"pyxform-example/{name}") == kept[f"pyxform-example/{name}"]
