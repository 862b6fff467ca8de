"""What a checklist document may hold, and what may stand as an answer. Pure: no database."""

import copy
import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from checklists import rules
from checklists.imports import read_yaml
from checklists.models import ChecklistVersion, Citation, Cluster, CompliancePoint, Question
from tests.world import SMALL

GOOD = read_yaml(SMALL)[0]
POINT = ("clusters", 1, "points", 0)
QUESTION = (*POINT, "questions", 0)
LAW = (*QUESTION, "law", 0)
GONE = object()


def changed(*changes):
    """The good document with values at paths replaced, or taken away."""
    document = copy.deepcopy(GOOD)
    for path, value in changes:
        node = document
        for step in path[:-1]:
            node = node[step]
        if value is GONE:
            del node[path[-1]]
        else:
            node[path[-1]] = value
    return document


def places(document):
    return [place for place, _ in rules.problems(document)]


def test_a_good_document_has_no_problem():
    assert rules.problems(GOOD) == []


@pytest.mark.parametrize("document", [None, [], "format: openfloor-checklist/1", 3, {}])
def test_something_else_is_no_checklist(document):
    assert rules.problems(document)


@pytest.mark.parametrize(
    "name", ["format", "key", "version", "title", "language", "subject", "in_force_from", "clusters"]
)
def test_what_every_checklist_says(name):
    assert (name,) in places(changed(((name,), GONE)))
    assert (name,) in places(changed(((name,), "")))


@pytest.mark.parametrize(
    ("path", "value"),
    [
        (("format",), "openfloor-checklist/2"),
        (("colour",), "red"),
        (("key",), "Small_Key"),
        (("key",), "a" * 61),
        (("key",), "small\n"),
        (("version",), "1" * 21),
        (("version",), 1.5),
        (("title",), ["A", "list"]),
        (("title",), "x" * 201),
        (("title",), "an\x00end"),
        (("title",), "half a \ud83d"),
        (("language",), "english"),
        (("language",), "e"),
        (("subject",), "person"),
        (("country",), "Cambodia"),
        (("country",), "kh"),
        (("licence",), "x" * 41),
        (("in_force_from",), "1 January 2026"),
        (("in_force_from",), "2026-02-30"),
        (("clusters",), {"one": 1}),
        (("clusters", 0), "a text"),
        (("clusters", 0, "colour"), "red"),
        (("clusters", 0, "key"), GONE),
        (("clusters", 0, "key"), "a" * 61),
        (("clusters", 0, "key"), 7),
        (("clusters", 0, "title"), GONE),
        (("clusters", 0, "title"), "x" * 121),
        (("clusters", 0, "kind"), "other"),
        (("clusters", 0, "points", 0, "title"), "x" * 161),
        ((*POINT, "key"), "child-labourers"),  # stands in another cluster
        ((*QUESTION, "key"), "under-age-workers"),
        ((*QUESTION, "key"), "a" * 81),
        ((*QUESTION, "text"), GONE),
        ((*QUESTION, "text"), {"en": "Is it?"}),
        ((*QUESTION, "kind"), "riddle"),
        ((*QUESTION, "kind"), ["finding"]),
        ((*QUESTION, "kind"), GONE),
        ((*QUESTION, "issue"), GONE),
        ((*QUESTION, "issue"), "x" * 121),
        ((*QUESTION, "explain"), GONE),
        ((*QUESTION, "level"), "village"),
        ((*QUESTION, "level"), GONE),
        ((*QUESTION, "unit"), "x" * 31),
        ((*QUESTION, "extent"), "x" * 41),
        ((*QUESTION, "required"), "no"),
        ((*QUESTION, "tags"), "critical-public"),
        ((*QUESTION, "law"), {"title": "x"}),
        ((*QUESTION, "score"), 3),
    ],
)  # fmt: skip
def test_each_wrong_value_is_named_with_its_place(path, value):
    found = rules.problems(changed((path, value)))
    assert path in [place for place, _ in found]
    assert all(sentence.endswith((".", rules.FORMAT)) and len(sentence) < 200 for _, sentence in found)


@pytest.mark.parametrize(
    ("path", "value"),
    [
        ((*QUESTION, "tags"), ["urgent"]),
        ((*QUESTION, "tags"), [["critical-public"]]),
        ((*QUESTION, "tags"), ["virtual-check", "virtual-check"]),
        ((*QUESTION, "sources"), ["rumour"]),
        ((*QUESTION, "choices"), [1, 2]),
        ((*QUESTION, "choices"), ["a", "a"]),
        ((*QUESTION, "choices"), [""]),
        ((*QUESTION, "law"), ["C87"]),
        ((*QUESTION, "law"), [{"title": "x", "instrument": "rumour"}]),
        ((*QUESTION, "law"), [{"title": "x", "instrument": ["law"]}]),
        ((*QUESTION, "law"), [{"instrument": "law"}]),
        ((*LAW, "page"), 3),
        ((*LAW, "title"), "x" * 201),
        ((*LAW, "country"), "Cambodia"),
        ((*LAW, "number"), "x" * 41),
    ],
)
def test_lists_and_law_are_looked_into(path, value):
    assert any(place[: len(QUESTION)] == QUESTION for place in places(changed((path, value))))


@pytest.mark.parametrize(("path", "name"), [(("clusters", 0), "points"), (POINT, "questions")])
@pytest.mark.parametrize("value", [GONE, [], {}, "a text", None])
def test_what_is_empty_is_refused(path, name, value):
    """Else a cluster would be left out of the published text without a word."""
    assert path in places(changed(((*path, name), value)))


def test_a_choice_needs_its_choices():
    for kind in ("choice", "many_choice"):
        assert (*QUESTION, "choices") in places(changed(((*QUESTION, "kind"), kind)))
        assert (*QUESTION, "choices") not in places(
            changed(((*QUESTION, "kind"), kind), ((*QUESTION, "choices"), ["a", "b"]))
        )


def test_what_becomes_public_names_its_law():
    assert places(changed(((*QUESTION, "law"), GONE))) == [(*QUESTION, "law")]
    assert places(changed(((*QUESTION, "law"), GONE), ((*QUESTION, "tags"), []))) == []


def test_every_problem_is_told_at_once():
    broken = changed((("title",), GONE), ((*QUESTION, "text"), GONE), (("clusters", 2, "kind"), "x"))
    assert set(places(broken)) == {("title",), (*QUESTION, "text"), ("clusters", 2, "kind")}


def test_numbers_may_be_written_as_numbers_where_people_do():
    assert rules.problems(changed((("version",), 2), ((*LAW, "number"), 98), ((*LAW, "article"), 3))) == []


def test_a_text_that_is_taken_fits_its_column():
    """On PostgreSQL a longer one would be an error in the middle of publishing."""
    tables = {
        "checklist": ChecklistVersion, "cluster": Cluster, "point": CompliancePoint, "question": Question,
        "law": Citation,
    }  # fmt: skip
    for level, model in tables.items():
        columns = {field.name: field.max_length for field in model._meta.fields if field.max_length}
        for name, limit in (rules.LIMITS[level] | rules.NUMBERED.get(level, {})).items():
            if name in columns:
                assert 0 < limit <= columns[name], f"{level}.{name}"
    assert (
        rules.LIMITS["checklist"]["key"]
        <= ChecklistVersion.checklist.field.related_model._meta.get_field("key").max_length
    )


JSON = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(), st.text(max_size=5)),
    lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(st.text(max_size=5), inner, max_size=3)),
    max_leaves=8,
)
PATHS = st.sampled_from(
    [("clusters",), ("clusters", 0), ("clusters", 0, "points"), POINT, (*POINT, "questions"), QUESTION]
    + [(*QUESTION, name) for name in ("key", "kind", "text", "tags", "law", "choices", "sources", "level")]
    + [LAW, (*LAW, "instrument"), (*LAW, "title"), ("key",), ("language",), ("country",)]
)


@given(path=PATHS, value=JSON)
def test_whatever_stands_anywhere_is_judged_and_never_ends_in_an_error(path, value):
    for place, sentence in rules.problems(changed((path, value))):
        assert isinstance(place, tuple) and sentence


def shuffled(value, rng):
    if isinstance(value, dict):
        keys = list(value)
        rng.shuffle(keys)
        return {key: shuffled(value[key], rng) for key in keys}
    if isinstance(value, list):
        return [shuffled(item, rng) for item in value]
    return value


@given(seed=st.integers(0, 2**32), path=PATHS, value=JSON)
def test_the_hash_knows_the_content_and_not_the_order_of_names(seed, path, value):
    document = changed((path, value))
    assert rules.content_hash(shuffled(document, random.Random(seed))) == rules.content_hash(document)
    assert (rules.content_hash(document) == rules.content_hash(GOOD)) == (document == GOOD)


def test_the_order_of_questions_is_content():
    document = copy.deepcopy(GOOD)
    document["clusters"].reverse()
    assert rules.content_hash(document) != rules.content_hash(GOOD)


CHOICES = ["day", "night"]


@pytest.mark.parametrize(
    ("kind", "good", "bad"),
    [
        ("yes_no", [True, False, None], ["yes", 1, 0, "", []]),
        ("number", [0, -3, 2.5, 10**400, None], ["3", True, float("nan"), float("inf"), []]),
        ("money", [0, 184.5], ["184", False, float("-inf")]),
        ("percent", [0, 100, 33.3], [-1, 100.5, "50", True, float("nan")]),
        ("text", ["", "words", "x" * 20_000], ["x" * 20_001, 3, ["a"], "nul \x00", "half a \ud83d"]),
        ("information", ["words"], [3, {}]),
        (
            "date",
            ["2026-02-28", "2024-02-29"],
            ["2026-02-29", "28.02.2026", "2026-2-8", "20260228", "2026-W09-1", 3, ""],
        ),
        ("choice", ["day", None], ["noon", ["day"], 1, {}]),
        ("many_choice", [[], ["day"], ["night", "day"]], ["day", ["noon"], [1], [["day"]], {}]),
        ("finding", [None], ["compliant", True]),
        ("riddle", [None], ["anything"]),
    ],
)
def test_what_may_stand_as_an_answer(kind, good, bad):
    assert [value for value in good if not rules.answers_value(kind, CHOICES, value)] == []
    assert [value for value in bad if rules.answers_value(kind, CHOICES, value)] == []


@given(kind=st.sampled_from(sorted(rules.KINDS)), value=JSON)
def test_any_value_is_judged(kind, value):
    assert rules.answers_value(kind, CHOICES, value) in (True, False)
