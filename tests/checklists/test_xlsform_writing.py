"""Checklists as XLSForms: every shipped one opens where forms are opened, and what a form cannot say is listed."""

import pytest
from pyxform.xls2xform import convert

from checklists import rules
from checklists.imports import read_yaml
from checklists.xlsform.reading import read_xlsform
from checklists.xlsform.writing import UNSAID, write_xlsform
from tests.checklists import library
from tests.world import SMALL


@pytest.mark.parametrize("name", [*library.CHECKLISTS, *library.EDITIONS])
def test_a_shipped_checklist_opens_in_pyxform_and_comes_back(name, tmp_path):
    document = library.whole(name)
    made, unsaid = write_xlsform(
        document, [one for one in library.of(rules.TRANSLATION_FORMAT).values() if fits(one, document)]
    )
    path = tmp_path / "form.xlsx"
    path.write_bytes(made)
    warnings = []
    form = convert(str(path), warnings=warnings)
    assert form.xform.startswith("<?xml") and warnings == []
    back = read_xlsform(path, day="2026-01-01")
    asked = [question["key"] for _c, _p, question in rules.questions(document)]
    assert [question["key"] for _c, _p, question in rules.questions(back.document)] == asked
    assert back.losses == []
    places = {place for place, _sentence in unsaid}
    for c, cluster in enumerate(document["clusters"]):
        for p, point in enumerate(cluster["points"]):
            for q, question in enumerate(point["questions"]):
                for part in set(question) & set(UNSAID) - {"level", "polarity"}:
                    here = ("clusters", c, "points", p, "questions", q, part)
                    assert here in places or not question[part]


def fits(translation, document):
    return (translation["checklist"], str(translation["version"])) == (document["key"], str(document["version"]))


def test_kinds_rules_and_languages_in_a_form(tmp_path):
    document, _ = read_yaml(SMALL)
    (point,) = document["clusters"][0]["points"]
    point["questions"] = [
        {"key": "many", "kind": "many_choice", "text": "Which?", "choices": ["A b", "C"], "level": "enterprise"},
        {"key": "share", "kind": "percent", "text": "Share?", "unit": "%", "level": "enterprise",
         "visible_when": 'answers["many"].exists(v, v == "A b")'},
        {"key": "over", "kind": "number", "text": "Over?", "level": "enterprise", "compute": 'param["cap"] + 1'},
    ]  # fmt: skip
    khmer = {"language": "km", "texts": {"many": {"text": "មួយណា?", "choices": {"A b": "ក"}}}}
    made, unsaid = write_xlsform(document, [khmer])
    path = tmp_path / "form.xlsx"
    path.write_bytes(made)
    convert(str(path))
    back = read_xlsform(path, day="2026-01-01")
    many, share, over = next(iter(back.document["clusters"]))["points"][0]["questions"]
    assert many["choices"] == [{"key": "a_b", "text": "A b"}, {"key": "c", "text": "C"}]
    assert share["constraint"]["when"] == "value >= 0 && value <= 100" and share["text"] == "Share? (%)"
    assert share["visible_when"] == 'answered("many") && answers["many"].exists(v, v == "a_b")'
    assert "compute" not in over
    assert [place[-1] for place, _sentence in unsaid if place[1:2] == (0,)] == ["compute"]
    assert back.translations[0]["texts"]["many"] == {"text": "មួយណា?", "choices": {"a_b": "ក"}}


def test_a_cascade_is_said_as_a_filter(tmp_path):
    document, _ = read_yaml(SMALL)
    (point,) = document["clusters"][0]["points"]
    towns = [
        {"key": "a", "text": "A", "when": 'answered("state") && answers["state"] == "north"'},
        {"key": "b", "text": "B", "when": 'answers["state"] == "south"'},
    ]
    states = [{"key": "north", "text": "North"}, {"key": "south", "text": "South"}]
    point["questions"] = [
        {"key": "state", "kind": "choice", "text": "State?", "choices": states, "level": "enterprise"},
        {"key": "town", "kind": "choice", "text": "Town?", "choices": towns, "level": "enterprise"},
    ]
    path = tmp_path / "form.xlsx"
    made, unsaid = write_xlsform(document)
    path.write_bytes(made)
    back = read_xlsform(path, day="2026-01-01")
    _state, town = back.document["clusters"][0]["points"][0]["questions"]
    assert [choice["when"] for choice in town["choices"]] == [
        'answered("state") && answers["state"] == "north"',
        'answered("state") && answers["state"] == "south"',
    ]
    towns[0]["when"] = "facts.workers > 5"
    _made, unsaid = write_xlsform(document)
    assert [place[-1] for place, _sentence in unsaid if place[1:2] == (0,)] == ["choices"]
