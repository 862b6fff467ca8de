"""Pure decisions about places: when two rows speak of one place, what a row changes, who reads today.

It refuses to guess: a key forgives case, width, punctuation and broken encoding, never a spelling. Two places that
only look alike stay two until a person says otherwise.
"""

import hashlib
import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date

KEY_LENGTH = 700

# UTF-8 bytes that were once read in another encoding: "º" became "¬∫" on a Mac, "Âº" on Windows. Only pairs that
# nobody writes on purpose are taken for broken.
MISREAD = (
    ("mac_roman", re.compile("[¬√][^\x00-\x7f]|‚Ä[^\x00-\x7f]")),
    ("cp1252", re.compile("[ÂÃ][\xa1-\xbf]|â€[^\x00-\x7f]")),
)
# Full-width letters and signs of Chinese and Japanese keyboards, and the white square that stands for a lost space.
NARROW = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)} | {0x25A1: " ", 0x3000: " ", 0xFFFD: ""}
# Joiners are spelling in Khmer, Bengali, Persian; every other invisible sign is dirt or a trick.
JOINERS = "\u200b\u200c\u200d"
APOSTROPHES = "'’‘`´ʼ"


def tidy(text: str) -> str:
    """The text as we keep and show it: misread bytes put right, stray and invisible signs gone, single spaces."""
    for encoding, pattern in MISREAD:
        for broken in set(pattern.findall(text)):
            text = text.replace(broken, _read_again(broken, encoding))
    text = unicodedata.normalize("NFC", text).translate(NARROW)
    return " ".join("".join(map(_kept, text)).split())


def _read_again(text: str, encoding: str) -> str:
    try:
        return text.encode(encoding).decode()
    except UnicodeError:
        return text


def _kept(character: str) -> str:
    kind = unicodedata.category(character)
    if kind == "Cc":
        return " "
    return "" if kind in ("Cs", "Co") or (kind == "Cf" and character not in JOINERS) else character


def folded(text: str) -> str:
    """Letters and digits only, one case, one width, single spaces: what is compared, never shown."""
    while (once := _folded_once(text)) != text:
        text = once
    return text


def _folded_once(text: str) -> str:
    text = unicodedata.normalize("NFKC", tidy(text)).casefold()
    # Turkish writes i with and without a dot; capitals and lists mix them.
    text = unicodedata.normalize("NFKC", text.replace("i\u0307", "i").replace("ı", "i"))
    return " ".join("".join(map(_compared, text)).split())


def _compared(character: str) -> str:
    if character in APOSTROPHES or character in JOINERS:
        return ""
    return character if character.isalnum() or unicodedata.category(character)[0] == "M" else " "


def match_key(country: str, name: str, address: str) -> str:
    """Where two spellings of one place meet, at most KEY_LENGTH long. country: ISO 3166-1 alpha-2."""
    key = "|".join([country.upper(), folded(name), folded(address)])
    if len(key) <= KEY_LENGTH:
        return key
    digest = hashlib.sha256(key.encode()).hexdigest()
    return f"{key[: KEY_LENGTH - 65]}#{digest}"


def workers_band(workers: int | None) -> str:
    """How many work there, as the public reads it; "" when nobody has counted."""
    if workers is None:
        return ""
    for below, band in ((50, "under 50"), (250, "50–249"), (1000, "250–999"), (5000, "1,000–4,999")):
        if workers < below:
            return band
    return "5,000 or more"


def site_number(programme_code: str, number: int) -> str:
    """The number people say aloud: KH-F-0117."""
    return f"{programme_code}-F-{number:04d}"


@dataclass(frozen=True)
class SiteRow:
    """One row of a list, checked and tidied, with the place it stands. country is ISO2; empty means "not said"."""

    file: str
    sheet: str
    line: int
    country: str
    name: str
    address: str
    sector: str = ""
    latitude: float | None = None
    longitude: float | None = None

    @property
    def key(self) -> str:
        return match_key(self.country, self.name, self.address)

    @property
    def facts(self) -> dict[str, object]:
        """What the row says of the place; an empty cell says nothing."""
        said: dict[str, object] = {"name": self.name, "address": self.address}
        if self.sector:
            said["sector"] = self.sector
        if self.latitude is not None:
            said |= {"latitude": self.latitude, "longitude": self.longitude}
        return said

    def refused(self, column: str, reason: str) -> "Refused":
        return Refused(self.file, self.sheet, self.line, column, reason)


@dataclass(frozen=True)
class Refused:
    """One row (or file, then line 1) that is not taken, and why."""

    file: str
    sheet: str
    line: int
    column: str
    reason: str


def first_of_each_place(rows: Iterable[SiteRow]) -> tuple[dict[str, SiteRow], int]:
    """({key: row}, number of duplicates). The first row of a place speaks; later ones only fill what it left empty."""
    places: dict[str, SiteRow] = {}
    duplicates = 0
    for row in rows:
        key = row.key
        known = places.get(key)
        if known is None:
            places[key] = row
            continue
        duplicates += 1
        sector = known.sector or row.sector
        spot = known if known.latitude is not None else row
        places[key] = replace(known, sector=sector, latitude=spot.latitude, longitude=spot.longitude)
    return places, duplicates


def consent_state(since: date, until: date | None, ended: bool, today: date) -> str:
    """ "ended" by the factory, "lapsed" with its day, "later" when it has not begun, else "open"."""
    if ended:
        return "ended"
    if until is not None and until < today:
        return "lapsed"
    return "later" if since > today else "open"
