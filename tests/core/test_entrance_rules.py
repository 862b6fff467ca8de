"""Codes, PINs, phone numbers and words for browsers: pure decisions."""

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.entrance import rules

SIGNS = st.text(alphabet=rules.LETTERS, min_size=6, max_size=6)


@given(st.integers())
def test_a_code_is_read_back_however_it_is_typed(seed):
    code = rules.new_code(rules.MEMBER_CODE, random.Random(seed).choice)
    for typed in (code, code.lower(), code.replace("-", ""), f" {code.replace('-', ' ')} ", code.replace("-", "–")):
        assert rules.code_from(typed, rules.MEMBER_CODE) == code


def test_no_letter_of_a_code_is_taken_for_another():
    assert not set("AEIOUBLSZ0158") & set(rules.LETTERS)


@given(st.text())
def test_what_is_typed_is_a_code_or_nothing(typed):
    found = rules.code_from(typed, rules.PAPER_CODE)
    assert found == "" or (len(found) == 11 and found[5] == "-" and set(found) <= set(rules.LETTERS + "-"))


@pytest.mark.parametrize(
    ("typed", "digits"), [("123456", "123456"), ("១២៣៤៥៦", "123456"), ("١٢٣٤٥٦", "123456"), ("1 2-a", "12")]
)
def test_digits_of_every_keyboard_count(typed, digits):
    assert rules.digits_of(typed) == digits


@pytest.mark.parametrize("pin", ["000000", "777777", "123456", "654321", "890123", "121212", "909090", "123123"])
def test_easy_pins(pin):
    assert rules.pin_is_easy(pin)


@pytest.mark.parametrize("pin", ["482913", "100200", "135790", "112233"])
def test_other_pins(pin):
    assert not rules.pin_is_easy(pin)


@pytest.mark.parametrize(
    "typed", ["012 345 678", "+855 12 345 678", "00855 12-345-678", "12345678", "(0)12 345678", "០១២ ៣៤៥ ៦៧៨"]
)
def test_one_number_written_in_many_ways_meets(typed):
    assert "85512345678" in rules.phone_forms(typed, ["KH", "JO"])


def test_the_first_form_is_the_one_of_the_own_country():
    assert rules.phone_forms("012 345 678", ["KH"]) == ["85512345678"]
    assert rules.phone_forms("0791234567", ["JO"])[0] == "962791234567"


@pytest.mark.parametrize("typed", ["", "12345", "K7-43-RT", "call me", "+1234567890123456"])
def test_what_is_no_phone_number(typed):
    assert rules.phone_forms(typed, ["KH"]) == []


@pytest.mark.parametrize(
    ("agent", "words"),
    [
        ("Mozilla/5.0 (Linux; Android 9; SM-J400F) AppleWebKit/537.36 Chrome/88.0.4324.93 Mobile", "Chrome, Android"),
        ("Mozilla/5.0 (Linux; Android 10) Chrome/90.0 Mobile Safari/537.36 [FBAN/EMA;FBAV/1;]", "Facebook, Android"),
        ("Mozilla/5.0 (iPhone; CPU iPhone OS 15_0 like Mac OS X) Version/15.0 Safari/604.1", "Safari, iPhone"),
        ("Mozilla/5.0 (X11; Linux x86_64; rv:120.0) Gecko/20100101 Firefox/120.0", "Firefox, Linux"),
        ("curl/8", ""),
    ],
)
def test_a_browser_in_few_rough_words(agent, words):
    assert rules.device_words(agent) == words
