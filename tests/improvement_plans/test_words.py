"""The English that committees read: short words and short sentences, for who reads it as a second language."""

import re

import pytest
import textstat
from babel.messages.pofile import read_po

from tests.architecture.source import ROOT

CATALOGUE = ROOT / "improvement_plans" / "locale" / "km" / "LC_MESSAGES" / "django.po"
# Years of school: one text, and all of them on average. A few words are too little to measure.
MOST, ON_AVERAGE, WORDS = 8.0, 4.0, 8


def texts():
    """Every English text of plans, as long as a sentence, with a word or a number where it has a hole."""
    with CATALOGUE.open("rb") as file:
        ids = [message.id for message in read_po(file) if message.id]
    for one in ids:
        for text in one if isinstance(one, tuple) else (one,):
            plain = re.sub(r"%\((\w+)\)[sd]", lambda hole: "2" if hole[1] == "n" else "Monday", text).replace("’", "'")
            if len(re.findall(r"[A-Za-z']+", plain)) >= WORDS:
                yield plain


@pytest.fixture(scope="module")
def years():
    found = {text: textstat.flesch_kincaid_grade(text) for text in texts()}
    assert len(found) > 100
    return found


def test_no_text_asks_for_more_than_eight_years_of_school(years):
    assert {text: grade for text, grade in years.items() if grade > MOST} == {}


def test_most_ask_for_four(years):
    assert sum(years.values()) / len(years) <= ON_AVERAGE
