"""How a value of a document stands in a cell, so that it comes back as what it was and no spreadsheet computes it.

A text stands as it is. Before a text that looks like a formula, or begins with an apostrophe, stands an apostrophe.
What a cell cannot show as a text (an empty list, a number where texts stand, a character that files of this kind
lose) is written as `json:` and its JSON.
"""

import json
import re

JSON = "json:"
# The longest text a cell holds.
LONGEST = 32_767
_LOOKS_LIKE_FORMULA = ("=", "+", "-", "@", "'", "＝", "＋", "－", "＠")
_LOST = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]|_x[0-9A-Fa-f]{4}_")


class TooLong(ValueError):
    """A text that no cell holds."""


def to_cell(value):
    """The text of a cell for any value of a document."""
    if isinstance(value, str) and value.strip() and not value.startswith(JSON) and not _LOST.search(value):
        return _fitting("'" + value if value.startswith(_LOOKS_LIKE_FORMULA) else value)
    return _as_json(value)


def _as_json(value):
    text = json.dumps(value, ensure_ascii=False)
    if _LOST.search(text):
        # Files of this kind read _x0041_ as a letter.
        text = json.dumps(value).replace("_x", "\\u005fx")
    return _fitting(JSON + text)


def from_cell(text):
    """The value of a cell. Raises ValueError for `json:` followed by something that is no JSON."""
    if text.startswith(JSON):
        return json.loads(text[len(JSON) :], parse_constant=_refuse)
    return text[1:] if text.startswith("'") else text


def _refuse(word):
    raise ValueError(word)


def _fitting(text):
    # Counted as spreadsheets count: characters beyond the first plane are two.
    if len(text.encode("utf-16-le", "surrogatepass")) // 2 > LONGEST:
        raise TooLong
    return text


def list_to_cell(values):
    """Short texts in one cell, as `a, b`; anything else as JSON."""
    plain = isinstance(values, list) and values and all(isinstance(one, str) for one in values)
    if plain and all(re.fullmatch(r"[\w./-]+( [\w./-]+)*", one) for one in values):
        text = ", ".join(values)
        return text if not text.startswith(_LOOKS_LIKE_FORMULA) else _as_json(values)
    return _as_json(values)


def list_from_cell(text):
    """The list of a cell, or whatever else its JSON says."""
    value = from_cell(text)
    return value if text.startswith(JSON) else [part.strip() for part in value.split(",")]


def flag_to_cell(value):
    """yes, no, or JSON."""
    return {True: "yes", False: "no"}[value] if isinstance(value, bool) else _as_json(value)


def flag_from_cell(text):
    """True, False, or whatever else stands there."""
    value = from_cell(text)
    words = {"yes": True, "true": True, "no": False, "false": False}
    return value if text.startswith(JSON) else words.get(value.strip().casefold(), value)


def number_to_cell(value):
    """A number as its digits."""
    whole = isinstance(value, int) and not isinstance(value, bool)
    return str(value) if whole and 0 <= value < 10**15 else _as_json(value)


def number_from_cell(text):
    """Digits as a number, or whatever else stands there."""
    value = from_cell(text)
    return int(value) if not text.startswith(JSON) and re.fullmatch("[0-9]{1,15}", value) else value
