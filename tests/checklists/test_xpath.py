"""Expressions of XLSForm as ours, and ours as theirs."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from checklists import expressions
from checklists.xlsform.cel import to_xpath
from checklists.xlsform.xpath import Named, NotCarried, choice_filter, condition, parse, value

AGE = 'answers["age"]'
KNOWN = {
    "age": Named("number", AGE, 'answered("age")'),
    "n": Named("number", 'answers["n"]', 'answered("n")'),
    "sex": Named(
        "choice", 'answers["sex"]', 'answered("sex")', {"female": ("female",), "1": ("1",), "Not X": ("not-x",)}
    ),
    "m": Named("list", 'answers["m"]', 'answered("m")', {"a": ("a",), "b": ("b", "b-2")}),
    "d": Named("date", 'answers["d"]', 'answered("d")'),
    "t": Named("text", 'answers["t"]', 'answered("t")'),
    "ok": Named("yes_no", 'answers["ok"]', 'answered("ok")'),
    "rows": Named("rows", 'answers["rows"].rows', 'answered("rows")'),
}


@pytest.mark.parametrize(
    ("theirs", "ours"),
    [
        ("${age} > 5", 'answered("age") && answers["age"] > 5'),
        ("${age}>=5.50", 'answered("age") && answers["age"] >= 5.5'),
        ("${age} != 5", '!(answered("age") && answers["age"] == 5)'),
        ("${age} > '18'", 'answered("age") && answers["age"] > 18'),
        ("${sex} = 'female' and ${age} < 49", 'answered("sex") && answers["sex"] == "female" && answered("age") && answers["age"] < 49'),
        ("${sex}=1", 'answered("sex") && answers["sex"] == "1"'),
        ("${sex} != 'Not X'", '!(answered("sex") && answers["sex"] == "not-x")'),
        ("selected(${sex}, '1')", 'answered("sex") && answers["sex"] == "1"'),
        ("not(selected(${m}, 'a'))", '!(answered("m") && answers["m"].exists(v, v == "a"))'),
        ("selected(${m}, 'b')", 'answered("m") && answers["m"].exists(v, v == "b" || v == "b-2")'),
        ("${m} = 'a'", 'answered("m") && size(answers["m"]) == 1 && answers["m"].exists(v, v == "a")'),
        ("count-selected(${m}) <= 3", '(answered("m") ? size(answers["m"]) : 0) <= 3'),
        ("${t} = ''", '!answered("t")'),
        ("${t} != ''", 'answered("t")'),
        ("${t}", 'answered("t")'),
        ("${age}", 'answered("age") && answers["age"] != 0'),
        ("string-length(${t}) > 2", 'answered("t") && size(answers["t"]) > 2'),
        ("${ok} = 'OK'", 'answered("ok") && answers["ok"]'),
        ("${d} > today()", 'answered("d") && days_between(facts.day, answers["d"]) > 0'),
        ("${d} <= date('2020-01-01')", 'answered("d") && days_between("2020-01-01", answers["d"]) <= 0'),
        ("count(${rows}) > 1", '(answered("rows") ? size(answers["rows"].rows) : 0) > 1'),
        ("/data/group/age > 3", 'answered("age") && answers["age"] > 3'),
        ("../age - 1 > 2", 'answered("age") && answers["age"] - 1 > 2'),
        ("(${age} - 3) * 2 div (4 + ${n}) > 1", 'answered("age") && answered("n") && (answers["age"] - 3) * 2 / (4 + answers["n"]) > 1'),
        ("-${age} < -5", 'answered("age") && 0 - answers["age"] < -5'),
        ("not(${age} > 3 or ${t} = 'a')", '!(answered("age") && answers["age"] > 3 || answered("t") && answers["t"] == "a")'),
        ("${sex} = ‘female’", 'answered("sex") && answers["sex"] == "female"'),
        ("true() or FALSE", "true || false"),
    ],
)  # fmt: skip
def test_a_condition_says_the_same(theirs, ours):
    assert condition(theirs, KNOWN) == ours
    assert expressions.check(ours) == []


@pytest.mark.parametrize(
    ("theirs", "word"),
    [
        ("regex(${t}, '[a-z]')", "regex"),
        ("position(..) < 3", "position"),
        ("pulldata('a', 'b', 'c', ${t}) = 'x'", "pulldata"),
        ("${age} mod 2 = 0", "mod"),
        ("${gone} = 1", "gone"),
        ("${sex} = 'unheard'", "unheard"),
        ("${t} > 5", "no number"),
        ("${age} = ${t}", "different kinds"),
        ("selected(${t}, 'a')", "selected"),
        ("${t} = 'a\\b'", "cannot write"),
        (". > 3", "constraint"),
        ("${age", "no part"),
        ("${age} >", "missing"),
        ("${age} > 3)", "nothing was expected"),
        ("because nobody knows", "nothing was expected"),
        ("if(${age}, 1)", "arguments"),
        ("(" * 60 + "1" + ")" * 60, "deeply"),
        ("1" * 5000, "longer"),
    ],
)
def test_what_has_no_counterpart_says_why(theirs, word):
    with pytest.raises(NotCarried, match=word):
        condition(theirs, KNOWN)


@pytest.mark.parametrize("answers", [{}, {"age": 3.0}, {"age": 9.0}, {"age": 3.0, "n": 3.0}, {"age": 9.0, "n": 1.0}])
@pytest.mark.parametrize(
    ("theirs", "holds"),
    [
        ("${age} > 5", lambda age, n: age is not None and age > 5),
        ("${age} != 3", lambda age, n: age != 3),
        ("not(${age} = 3)", lambda age, n: age != 3),
        ("${age} = ${n}", lambda age, n: age is not None and age == n),
        ("${age} > 5 or ${n} = ''", lambda age, n: (age is not None and age > 5) or n is None),
        ("coalesce(${n}, ${age}) > 2", lambda age, n: (n if n is not None else age or 0) > 2),
        ("if(${n} > 2, ${age}, 7) > 5", lambda age, n: ((age or 0) if n and n > 2 else 7) > 5),
    ],
)
def test_an_empty_answer_means_what_it_means_in_a_form(answers, theirs, holds):
    """Never unknown: a form hides what it cannot compare, and so does the translation."""
    expected = holds(answers.get("age"), answers.get("n"))
    assert expressions.evaluate(condition(theirs, KNOWN), answers) is expected


def test_constraints_calculations_and_cascades():
    dot = Named("number", "value")
    assert condition("(. >= 2 and . <= 54) or . = 999", {}, dot) == "value >= 2 && value <= 54 || value == 999"
    assert value("${age} * 2", KNOWN) == ("number", 'answers["age"] * 2')
    assert value("if(selected(${m}, 'a'), 'x', 'y')", KNOWN)[0] == "text"
    with pytest.raises(NotCarried):
        value("${rows}", KNOWN)
    assert choice_filter("region=${sex}", KNOWN, {"region": "Not X"}) == 'answered("sex") && answers["sex"] == "not-x"'
    with pytest.raises(NotCarried):
        choice_filter("country=${sex}", KNOWN, {"region": "1"})


@given(st.text(alphabet="${}age'\"()<>=!+-*/.,: 01andormod\\\n‘’", max_size=60))
def test_any_text_is_carried_or_refused(text):
    """Nothing a cell may hold breaks the reader, and what it gives is a rule of ours."""
    try:
        ours = condition(text, KNOWN, Named("number", "value"))
    except NotCarried:
        return
    assert expressions.check(ours) == []


NAMES = {
    "age": ("age", "number"), "sex": ("sex", "choice"), "m": ("m", "many_choice"), "ok": ("ok", "yes_no"),
    "t": ("t", "text"), "rows": ("rows", "table"), "d": ("d", "date"),
}  # fmt: skip


@pytest.mark.parametrize(
    ("ours", "theirs"),
    [
        ('answered("age") && answers["age"] > 5', "${age} != '' and ${age} > 5"),
        ('!(answers["sex"] == "female")', "not(${sex} = 'female')"),
        ('answers["ok"] && !answers["ok"]', "${ok} = 'yes' and not(${ok} = 'yes')"),
        ('answers["ok"] == false', "not(${ok} = 'yes')"),
        ('answers["m"].exists(v, v == "a b" || v == "c")', "(selected(${m}, 'a_b') or selected(${m}, 'c'))"),
        ('answers["sex"] in ["a", "b"]', "(${sex} = 'a' or ${sex} = 'b')"),
        ('answers["rows"].rows.size() > 2', "count(${rows}) > 2"),
        ('(answers["age"] + 2) * 3 - (1 - 2) > 0', "(${age} + 2) * 3 - (1 - 2) > 0"),
        ('answers["age"] > 1 ? 2 : 3', "if(${age} > 1, 2, 3)"),
        ('days_between(answers["d"], facts.day) < 30', "(decimal-date-time(today()) - decimal-date-time(${d})) < 30"),
        ('(answers["age"] > 1 || answers["ok"]) && true', "(${age} > 1 or ${ok} = 'yes') and true()"),
        ("value >= 0 && value <= 60", ". >= 0 and . <= 60"),
        ('share(answers["age"], 4) > 50', "((${age}) div (4) * 100) > 50"),
        ("row.hours * 2 / (3 / 4)", "${t_hours} * 2 div (3 div 4)"),
    ],
)
def test_our_rules_in_a_form(ours, theirs):
    assert to_xpath(ours, NAMES, {"hours": "t_hours"}) == theirs


@pytest.mark.parametrize(
    "ours",
    [
        'param["overtime-cap-weekly"] > 3',
        "facts.workers > 3",
        'answers["rows"].rows.filter(r, r.hours > 3).size() > 2',
        'answers["elsewhere"] == "a"',
        "years_between(facts.day, facts.day) > 1",
        "row.other",
        "not a rule",
        "",
    ],
)
def test_what_a_form_cannot_say_is_told(ours):
    with pytest.raises(NotCarried):
        to_xpath(ours, NAMES, {"hours": "t_hours"})


@pytest.mark.parametrize("theirs", ["${age} > 5 and ${sex} != 'female'", "selected(${m}, 'a') or ${t} = ''"])
def test_there_and_back_means_the_same(theirs):
    back = to_xpath(condition(theirs, KNOWN), NAMES)
    assert condition(back, KNOWN) and parse(back)
