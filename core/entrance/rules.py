"""Pure decisions at the door: how codes look, which PINs are too easy, how a phone number may be written.

They refuse to guess: a code is compared whole, and a number without a country is tried with those we work in.
"""

import re
import unicodedata
from collections.abc import Callable, Iterable

# No vowels, so that no code is a word; none of the letters and digits that are taken for one another.
LETTERS = "CDFGHJKMNPQRTVWXY234679"
MEMBER_CODE = (2, 2, 2)
PAPER_CODE = (5, 5)
PIN_LENGTH = 6
WRONG_PINS = 5

# What to dial before a number of the country, without the zero of a trunk call.
CALLING_CODES = {
    "BD": "880", "EG": "20", "ET": "251", "HT": "509", "ID": "62", "JO": "962", "KH": "855", "LK": "94", "LS": "266",
    "MG": "261", "NI": "505", "PK": "92", "UZ": "998", "VN": "84",
}  # fmt: skip


def new_code(groups: Iterable[int], choose: Callable[[str], str]) -> str:
    """A code such as K7-43-RT: groups of letters, each letter taken by `choose` (secrets.choice)."""
    return "-".join("".join(choose(LETTERS) for _ in range(size)) for size in groups)


def digits_of(typed: str) -> str:
    """The digits of what somebody typed, in whatever script her keyboard writes them, as 0 to 9."""
    return "".join(str(unicodedata.digit(sign)) for sign in typed if unicodedata.digit(sign, -1) >= 0)


def code_from(typed: str, groups: tuple[int, ...]) -> str:
    """A typed code in its written form: capitals, hyphens where they belong. "" when it cannot be one."""
    plain = "".join(digits_of(sign) or sign for sign in typed)
    signs = re.sub(r"[\s\-–—.]", "", plain).upper()
    if len(signs) != sum(groups) or not set(signs) <= set(LETTERS):
        return ""
    parts, start = [], 0
    for size in groups:
        parts.append(signs[start : start + size])
        start += size
    return "-".join(parts)


def pin_is_easy(pin: str) -> bool:
    """Would somebody try this among the first: one digit, a run, a pair or a half twice?"""
    steps = {(int(after) - int(before)) % 10 for before, after in zip(pin, pin[1:], strict=False)}
    return steps <= {0} or steps in ({1}, {9}) or pin == pin[:2] * 3 or pin == pin[:3] * 2


def phone_forms(typed: str, countries: Iterable[str]) -> list[str]:
    """The ways a typed number may stand in our books: digits with the country's code, most likely first.

    countries: ISO codes. [] for something that is no phone number.
    """
    digits = digits_of(typed)
    whole = typed.strip().startswith(("+", "\uff0b"))
    if not whole and digits.startswith("00"):
        digits, whole = digits[2:], True
    if not 6 <= len(digits) <= 15 or re.search(r"[^\W\d]", typed):
        return []
    if whole:
        return [digits]
    codes = [CALLING_CODES[country] for country in dict.fromkeys(countries) if country in CALLING_CODES]
    if digits.startswith("0"):
        return [code + digits[1:] for code in codes] or [digits]
    return [code + digits for code in codes if not digits.startswith(code)] + [digits]


BROWSERS = (
    ("Edg", "Edge"),
    ("OPR/", "Opera"),
    ("SamsungBrowser", "Samsung Internet"),
    ("FBA", "Facebook"),
    ("Line/", "LINE"),
    ("Telegram", "Telegram"),
    ("Firefox", "Firefox"),
    ("FxiOS", "Firefox"),
    ("CriOS", "Chrome"),
    ("Chrome", "Chrome"),
    ("Safari", "Safari"),
)
SYSTEMS = (
    ("Android", "Android"),
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Windows", "Windows"),
    ("CrOS", "ChromeOS"),
    ("Mac OS X", "Mac"),
    ("Linux", "Linux"),
)


def device_words(agent: str) -> str:
    """A few rough words for a browser, such as "Chrome, Android". "" when it says nothing we know."""
    found = [next((word for sign, word in names if sign in agent), "") for names in (BROWSERS, SYSTEMS)]
    return ", ".join(word for word in found if word)
