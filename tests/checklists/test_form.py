"""The words of the form beyond the plain questions: each taken where it belongs and refused where it does not."""

import copy
import json

import jsonschema
import pytest
from django.conf import settings
from hypothesis import given
from hypothesis import strategies as st

from checklists import rules
from checklists.imports import read_yaml
from checklists.rules.schema import schema
from tests.checklists.documents import EDITION, FULL, TRANSLATION, asked, full, question
from tests.world import SMALL

GONE = object()
LIBRARY = settings.ROOT / "checklists" / "library"


def places(document):
    return [place for place, _ in rules.problems_of(document)]


def test_every_word_of_the_form_is_taken_together():
    assert rules.problems(FULL) == []
    used = {name for _, _, each in rules.questions(FULL) for name in each}
    assert used == rules.QUESTION
    assert set(FULL) | {"country"} == rules.TOP


@pytest.mark.parametrize(
    ("key", "name", "value"),
    [
        ("night-work", "polarity", "maybe"),
        ("drills", "polarity", "no"),
        ("night-work", "visible_when", 3),
        ("night-work", "visible_when", "x" * 2001),
        ("shifts", "compute", "1"),
        ("drills", "suggest", [{"when": "true", "state": "compliant", "because": "x"}]),
        ("overtime-cap-kept", "suggest", {"when": "true"}),
        ("overtime-cap-kept", "constraint", {"when": "true", "says": "x"}),
        ("drills", "constraint", {"when": "value > 1"}),
        ("drills", "constraint", "value > 1"),
        ("drills", "columns", [{"key": "a", "title": "A", "kind": "text"}]),
        ("weeks", "columns", []),
        ("weeks", "columns", GONE),
        ("weeks", "rows", {"min": 5, "max": 4}),
        ("weeks", "rows", {"max": 501}),
        ("weeks", "sample", "no-such-plan"),
        ("shifts", "choices", [{"key": "one", "text": "One"}, "two"]),
        ("shifts", "choices", [{"key": "one", "text": "One"}, {"key": "one", "text": "Two"}]),
        ("shifts", "choices", [{"key": "One!", "text": "One"}]),
        ("drills", "phrases", {"finding": ["{Number} of"]}),
        ("drills", "phrases", {"finding": ["open {n"]}),
        ("drills", "phrases", {"story": ["x"]}),
        ("overtime-cap-kept", "law", [{"instrument": "law", "title": "x", "link": "ftp://x"}]),
        ("overtime-cap-kept", "law", [{"instrument": "law", "title": "x", "country": "cambodia"}]),
        (
            "overtime-cap-kept",
            "law",
            [{"instrument": "law", "title": "x", "in_force_from": "2026-01-02", "in_force_to": "2026-01-01"}],
        ),
    ],
)
def test_each_wrong_value_of_a_question_is_named_with_its_place(key, name, value):
    document = full()
    node = question(document, key)
    if value is GONE:
        del node[name]
    else:
        node[name] = value
    n = asked(document).index(node)
    here = ("clusters", 0, "points", 0, "questions", n, name)
    assert here in {place[: len(here)] for place in places(document)}


@pytest.mark.parametrize("key", ["Hours", "hours-worked", "in", "code", "9a", "a" * 61, None])
def test_a_column_is_named_so_that_a_rule_can_read_it(key):
    document = full()
    question(document, "weeks")["columns"][0]["key"] = key
    assert any("columns" in place for place in places(document))


@pytest.mark.parametrize(
    "bands",
    [
        [{"from": 2, "take": 1}],
        [{"from": 1, "to": 10, "take": 1}, {"from": 12, "take": 2}],
        [{"from": 1, "take": 1}, {"from": 11, "take": 2}],
        [{"from": 1, "to": 0, "take": 1}],
        [{"from": 1, "take": 0}],
        [{"from": True, "take": 1}],
        [{"from": 1, "take": 1, "of": 3}],
        [], "1-100", [3],
    ],
)  # fmt: skip
def test_bands_are_in_order_and_without_a_gap(bands):
    document = full()
    document["sampling"]["interviews"]["bands"] = bands
    assert places(document)


@pytest.mark.parametrize(
    "change",
    [
        {"checks": [{"key": "a", "when": "true", "says": "x", "questions": ["nowhere"]}]},
        {"checks": [{"key": "a", "says": "x", "questions": ["drills"]}]},
        {"checks": [{"key": "a", "when": "true", "says": "x", "questions": ["drills"]}] * 2},
        {"checks": {"a": 1}},
        {"sampling": {"records": ["payroll"]}},
        {"sampling": {"visits": {}}},
    ],
)
def test_checks_and_plans_are_looked_into(change):
    assert places(full(**change))


@pytest.mark.parametrize(
    "kinds",
    [[], [{"kind": "core"}], [{"kind": "other", "from": "2020-01-01"}],
     [{"kind": "core", "from": "2020-01-02"}, {"kind": "national", "from": "2020-01-01"}],
     [{"kind": "core", "from": "2020-01-01"}, {"kind": "national", "from": "2020-01-01"}]],
)  # fmt: skip
def test_kinds_are_dated_and_in_order(kinds):
    document = full()
    document["clusters"][0]["kinds"] = kinds
    assert places(document)


@pytest.mark.parametrize(
    ("day", "kind"),
    [("1980-01-01", "national"), ("2022-06-10", "national"), ("2022-06-11", "core"), ("2030-01-01", "core")],
)
def test_which_kind_a_cluster_is_depends_on_the_day(day, kind):
    assert rules.kind_on(FULL["clusters"][0], day) == kind
    assert rules.kind_on({"kind": "core"}, day) == "core"


ROW = {"hours": 60, "day_off": "no"}
COLUMNS = [*question(FULL, "weeks")["columns"], {"key": "mark", "title": "Mark", "kind": "text"}]


@pytest.mark.parametrize(
    ("value", "fits"),
    [
        ({"rows": []}, True),
        ({"rows": [ROW]}, True),
        ({"rows": [ROW | {"code": "W1"}]}, True),
        ({"rows": [{}]}, True),
        ({"rows": [ROW] * 30}, True),
        ({"rows": [ROW] * 31}, False),
        ({"rows": [ROW | {"code": "Sok Dara"}]}, False),
        ({"rows": [ROW | {"mark": "x" * rules.MAX_CELL}]}, True),
        ({"rows": [ROW | {"mark": "x" * (rules.MAX_CELL + 1)}]}, False),
        ({"rows": [ROW | {"over": 12}]}, False),
        ({"rows": [ROW | {"name": "x"}]}, False),
        ({"rows": [{"hours": "60"}]}, False),
        ({"rows": [{"day_off": "maybe"}]}, False),
        ({"rows": "x"}, False),
        ([ROW], False),
        ({"rows": [], "by": 1}, False),
    ],
)
def test_what_may_stand_as_a_table(value, fits):
    """A row is called by a code, never by a name; what is computed is not stored."""
    assert rules.answers_value("table", [], value, COLUMNS, {"max": 30}) is fits


def test_a_choice_is_answered_by_its_key():
    choices = question(FULL, "shifts")["choices"]
    assert rules.answers_value("choice", choices, "one")
    assert not rules.answers_value("choice", choices, "One")
    assert rules.answers_value("many_choice", choices, ["one", "two"])


@pytest.mark.parametrize("document", [EDITION, TRANSLATION], ids=["edition", "translation"])
def test_the_other_forms_are_taken(document):
    assert rules.problems_of(document) == []


LAW = {
    "format": "openfloor-law/1", "country": "KH",
    "parameters": [{"key": "overtime-cap-weekly", "value": 12, "unit": "hours", "from": "1997-03-13", "to": None, "zone": "", "grade": "",
                    "law": {"instrument": "law", "title": "Labour Law", "number": "", "article": "", "status": "unchecked"}, "note": ""}],
}  # fmt: skip


@pytest.mark.parametrize(
    ("change", "sound"),
    [
        ({}, True),
        ({"value": 1.5}, True),
        ({"value": 1.00001}, False),
        ({"value": "12"}, False),
        ({"value": True}, False),
        ({"from": None}, False),
        ({"to": "1990-01-01"}, False),
        ({"key": "Overtime"}, False),
        ({"law": {"title": "x"}}, False),
        ({"score": 1}, False),
    ],
)
def test_parameters_of_law_are_looked_into(change, sound):
    document = copy.deepcopy(LAW)
    document["parameters"][0] |= change
    assert (places(document) == []) is sound


def test_two_values_of_one_parameter_never_hold_on_one_day():
    document = copy.deepcopy(LAW)
    document["parameters"].append(document["parameters"][0] | {"from": "2020-01-01"})
    assert places(document) == [("parameters", 1, "from")]
    document["parameters"][0] = document["parameters"][0] | {"to": "2019-12-31"}
    assert places(document) == []


# --- the published schema -------------------------------------------------------------------------------------------

SCHEMA = jsonschema.Draft202012Validator(schema())


def test_the_schema_is_sound_and_published():
    jsonschema.Draft202012Validator.check_schema(schema())
    published = (settings.ROOT / "docs" / "reference" / "checklist.schema.json").read_text(encoding="utf-8")
    assert json.loads(published) == schema()


@pytest.mark.parametrize("path", [SMALL, *sorted(LIBRARY.glob("*.yaml"))], ids=lambda path: path.stem)
def test_the_schema_takes_what_is_shipped(path):
    document = read_yaml(path)[0]
    if document["format"] == rules.FORMAT:
        assert list(SCHEMA.iter_errors(document)) == []
    assert rules.problems_of(document) == []


JSON = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(-5, 300), st.text(max_size=5)),
    lambda inner: st.one_of(st.lists(inner, max_size=2), st.dictionaries(st.text(max_size=5), inner, max_size=2)),
    max_leaves=5,
)


def nodes(node, path=()):
    yield path
    for name, value in node.items() if isinstance(node, dict) else enumerate(node) if isinstance(node, list) else ():
        yield from nodes(value, (*path, name))


@given(path=st.sampled_from(sorted(set(nodes(FULL)) - {()}, key=str)), value=JSON)
def test_what_the_schema_refuses_is_refused_and_never_ends_in_an_error(path, value):
    document = full()
    node = document
    for step in path[:-1]:
        node = node[step]
    node[path[-1]] = value
    refused = next(SCHEMA.iter_errors(document), None)
    found = rules.problems(document)
    if refused is not None:
        assert found, (list(refused.absolute_path), refused.message[:200])


@given(
    path=st.sampled_from(sorted(set(nodes(EDITION)) | set(nodes(TRANSLATION)) | set(nodes(LAW)) - {()}, key=str)),
    value=JSON,
)
def test_the_other_forms_are_judged_whatever_stands_in_them(path, value):
    for form in (EDITION, TRANSLATION, LAW):
        document = copy.deepcopy(form)
        node = document
        try:
            for step in path[:-1]:
                node = node[step]
            node[path[-1]] = value
        except (KeyError, IndexError, TypeError):
            continue
        for place, sentence in rules.problems_of(document):
            assert isinstance(place, tuple) and sentence
