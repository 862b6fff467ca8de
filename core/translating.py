"""Typed words in another language: what a translator makes of each text, and whether that still holds.

A translation keeps the words it was made from: {part: {"from": ..., "text": ...}}. While these stand it is shown; once
they changed it is stale.
"""

import hashlib
from dataclasses import dataclass
from typing import NamedTuple

from django import forms
from django.utils.translation import gettext as _

from core import languages
from core.errors import Invalid, WrongState

MAX_TEXT = 8000


class Text(NamedTuple):
    """part: its key in a translation; words: what it is, on the translator's page."""

    part: str
    words: object
    text: str
    language: str

    @property
    def mark(self):
        """Says which words somebody saw, so that nothing is translated unseen."""
        return hashlib.sha256(self.text.encode()).hexdigest()[:16]


@dataclass
class Row:
    """A text, what was made of it before ("" for nothing), and the words that was made of, where they changed."""

    text: Text
    made: str = ""
    stale_from: str = ""


def rows(texts, body, into) -> list[Row]:
    """Each text that is not in this language already, beside what was made of it."""
    found = []
    for one in texts:
        before = body.get(one.part, {})
        if one.text and one.language != into:
            changed = before and before["from"] != one.text
            found.append(Row(one, before.get("text", ""), before["from"] if changed else ""))
    return found


def left(found) -> int:
    """How many of the rows are to be written, or written anew."""
    return sum(1 for row in found if not row.made or row.stale_from)


def current(body, texts) -> dict:
    """{part: text} of what was made of the words as they stand now."""
    now = {one.part: one.text for one in texts}
    return {part: one["text"] for part, one in body.items() if now.get(part) == one["from"]}


def made(texts, words, seen=None) -> dict:
    """What is kept of a translation: {part: {"from", "text"}}; a part left empty is shown as it was written.

    `seen`: {part: mark} of the words it was made from; WrongState where they changed meanwhile.
    """
    source = {one.part: one for one in texts if one.text}
    kept = {part: text.strip() for part, text in words.items() if text.strip()}
    if not set(words) <= set(source) or any(source[part].mark != mark for part, mark in (seen or {}).items()):
        raise WrongState(_("The words were changed after you opened them. Read them again."), code="changed")
    if not kept:
        raise Invalid(_("Write the translation."))
    if any(len(text) > MAX_TEXT for text in kept.values()):
        raise Invalid(_("Write at most %(n)d characters.") % {"n": MAX_TEXT})
    return {part: {"from": source[part].text, "text": text} for part, text in kept.items()}


class SideBySide(forms.Form):
    """One field for each text, beside it."""

    def __init__(self, *args, rows, into, **kwargs):
        super().__init__(*args, **kwargs)
        self.rows = rows
        spoken = {"class": "input", "rows": 4, "lang": into, "dir": languages.direction(into)}
        for n, row in enumerate(rows):
            self.fields[f"text_{n}"] = forms.CharField(
                label=languages.name(into), required=False, initial=row.made, widget=forms.Textarea(attrs=spoken)
            )
            self.fields[f"seen_{n}"] = forms.CharField(required=False, initial=row.text.mark, widget=forms.HiddenInput)

    def pairs(self):
        """Each row with its two fields."""
        return [(row, self[f"text_{n}"], self[f"seen_{n}"]) for n, row in enumerate(self.rows)]

    def words(self):
        """The values as an action takes them."""
        return {row.text.part: self.cleaned_data[f"text_{n}"] for n, row in enumerate(self.rows)}

    def seen(self):
        """{part: mark of the words that were shown}."""
        return {row.text.part: self.cleaned_data[f"seen_{n}"] for n, row in enumerate(self.rows)}
