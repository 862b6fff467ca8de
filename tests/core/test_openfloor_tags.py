"""The tags draw what they are given, escape it, and never say less than the table of statuses does."""

from datetime import date

import pytest
from django import forms
from django.template import Context, Template
from django.utils import translation


def draw(source, **context):
    return Template("{% load openfloor %}" + source).render(Context(context))


FOUND = date(2026, 11, 10)


def test_a_status_is_shape_word_and_colour():
    html = draw('{% status "violation_found" date=day %}', day=FOUND)
    assert 'data-s="bad"' in html and 'icons.svg#bad"' in html
    assert "Violation found<small>10 November 2026</small>" in html


def test_no_violation_found_says_its_day_in_the_word():
    html = draw('{% status "no_violation_found" date=day %}', day=FOUND)
    assert "No violation found on 10 November 2026" in html and "<small>" not in html


def test_reported_fixed_always_says_that_nobody_has_checked():
    assert "nobody has checked yet" in draw('{% status "reported_fixed" %}')
    assert "10 November 2026, nobody has checked yet" in draw('{% status "reported_fixed" date=day %}', day=FOUND)
    assert "<small>" not in draw('{% status "reported_fixed" small="" %}')


def test_an_unknown_status_or_shape_is_an_error():
    with pytest.raises(KeyError):
        draw('{% status "remediated" %}')
    with pytest.raises(KeyError):
        draw('{% icon "trophy" %}')


def test_typed_text_is_escaped():
    source = '{% status "withheld" word=typed small=typed %}{% note title=typed %}{{ typed }}{% endnote %}'
    html = draw(source, typed="<b>x</b>")
    assert "<b>x</b>" not in html and html.count("&lt;b&gt;") == 4


def test_a_shape_alone_keeps_its_word_for_those_who_listen():
    assert '<span class="hide-text">Non-compliant</span>' in draw('{% shape "non_compliant" %}')
    assert 'aria-hidden="true"' in draw('{% icon "tick" %}')
    assert 'role="img" aria-label="Search"' in draw('{% icon "search" label="Search" %}')


def test_on_paper_shapes_are_inline_with_their_colours():
    items = [{"key": "safe", "label": "2025"}]
    html = draw('{% status "violation_found" %}{% cycles items %}', paper=True, items=items)
    assert "<use" not in html and "var(" not in html and "#a00f2c" in html and "#14603a" in html


def test_pointing_shapes_turn_round_and_ticks_do_not():
    assert 'class="i flip"' in draw('{% icon "next" %}')
    assert 'class="i"' in draw('{% icon "tick" %}')


def test_the_seam_keeps_four_facts_apart():
    fix = {"reported_on": FOUND, "agreed_on": None, "verified_on": None, "confirmed_on": None}
    html = draw('{% seam fix waiting="agreed" %}', fix=fix)
    assert html.count("<li") == 4 and html.count("not yet") == 3 and html.count('class="done"') == 1
    assert 'class="next"><b>Agreed' in html
    assert '<time datetime="2026-11-10">10 November 2026</time>' in html


def test_seats_show_who_is_here_and_which_are_empty():
    html = draw("{% seats worker management %}", worker={"here": 3, "seats": 4}, management=(2, 2))
    assert html.count("#worker") == 3 and html.count("#seat-round") == 1 and html.count("#manager") == 2
    assert "3 here of 4" in html and "2 here of 2" in html


def test_five_answers_are_one_radio_group():
    html = draw('{% answers "answer" "not_asked" %}')
    assert html.count('type="radio"') == 5 and html.count(" checked") == 1
    assert 'value="not_asked" checked' in html


class Exits(forms.Form):
    many = forms.IntegerField(label="How many", max_value=9, help_text="All of them.")
    side = forms.ChoiceField(label="Side", choices=[("w", "Worker side")], widget=forms.RadioSelect)
    sure = forms.BooleanField(label="Sure")
    note = forms.CharField(label="Note", required=False, widget=forms.TextInput(attrs={"class": "short"}))


def test_a_field_ties_its_error_and_hint_to_the_control():
    form = Exits({"many": "12"})
    html = draw("{% field form.many %}", form=form)
    assert '<label for="id_many">How many</label>' in html
    assert 'aria-invalid="true"' in html and 'class="input"' in html
    assert 'aria-describedby="id_many_helptext id_many_error"' in html
    assert 'id="id_many_helptext"' in html and 'id="id_many_error"' in html


def test_each_kind_of_control_is_native():
    form = Exits({})
    side = draw("{% field form.side %}", form=form)
    assert '<fieldset class="field" aria-describedby="id_side_error"' in side and 'id="id_side_error"' in side
    assert '<label class="check"><input type="checkbox"' in draw("{% field form.sure %}", form=form)
    note = draw("{% field form.note %}", form=form)
    assert 'class="short input"' in note and "(not needed)" in note


def test_the_summary_links_each_error_to_its_field():
    html = draw("{% error_summary form %}", form=Exits({"many": "12", "sure": "on", "side": "w"}))
    assert '<a href="#id_many">How many</a>' in html and html.count("<li>") == 1
    assert draw("{% error_summary form %}", form=Exits()).strip() == ""


def test_dates_follow_the_reader_s_language():
    with translation.override("ar"):
        assert "10 نوفمبر 2026" in draw("{% long_date day %}", day=FOUND)
    assert draw("{% long_date day %}", day=None) == ""
    assert draw("{{ day|long_date }}", day=FOUND) == "10 November 2026"


def test_age_is_in_words():
    assert draw("{% age a b %}", a=date(2025, 5, 14), b=date(2027, 3, 2)) == "21 months"
    assert draw("{% age a b %}", a=None, b=FOUND) == ""
