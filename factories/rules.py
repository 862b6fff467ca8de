"""Pure decisions about places: when two rows speak of one place, what a row changes, who reads today.

It refuses to guess: a key forgives case, width, punctuation and broken encoding, never a spelling. Two places that
only look alike stay two until a person says otherwise.
"""

import hashlib
import math
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


# Size bands: code, first number above it, the words the public reads.
BANDS: tuple[tuple[str, int | None, str], ...] = (
    ("u50", 50, "under 50"),
    ("50-249", 250, "50–249"),
    ("250-999", 1000, "250–999"),
    ("1000-4999", 5000, "1,000–4,999"),
    ("5000", None, "5,000 or more"),
)
SEXES = ("women", "men", "other")
CONTRACTS = ("permanent", "fixed-term", "seasonal", "casual", "apprentice", "agency", "home")


def band_of(workers: int) -> str:
    """The code of the size band a head count falls into."""
    return next(code for code, above, _words in BANDS if above is None or workers < above)


def band_words(code: str) -> str:
    """A size band as the public reads it; "" for none."""
    return next((words for one, _above, words in BANDS if one == code), "")


def workers_band(workers: int | None) -> str:
    """How many work there, as the public reads it; "" when nobody has counted."""
    return "" if workers is None else band_words(band_of(workers))


def site_number(programme_code: str, number: int) -> str:
    """The number people say aloud: KH-F-0117."""
    return f"{programme_code}-F-{number:04d}"


# Facts a later row may add where an earlier one said nothing.
FILLED = ("sector", "region", "products", "isic")


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
    region: str = ""
    products: str = ""
    isic: str = ""
    # (scheme, issuer, code) of what others call it, and the day the row speaks of.
    ids: tuple[tuple[str, str, str], ...] = ()
    on: date | None = None

    @property
    def key(self) -> str:
        return match_key(self.country, self.name, self.address)

    @property
    def facts(self) -> dict[str, object]:
        """What the row says of the place; an empty cell says nothing."""
        said: dict[str, object] = {"name": self.name, "address": self.address}
        for name in FILLED:
            if getattr(self, name):
                said[name] = getattr(self, name)
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

    def __str__(self) -> str:
        sheet, line = self.sheet and f"sheet {self.sheet}", f"line {self.line}"
        return f"{', '.join(part for part in (self.file, sheet, line, self.column) if part)}: {self.reason}"


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
        filled = {name: getattr(known, name) or getattr(row, name) for name in FILLED}
        spot = known if known.latitude is not None else row
        ids = known.ids + tuple(one for one in row.ids if one not in known.ids)
        places[key] = replace(known, latitude=spot.latitude, longitude=spot.longitude, ids=ids, **filled)
    return places, duplicates


def consent_state(since: date, until: date | None, ended: bool, today: date) -> str:
    """ "ended" by the factory, "lapsed" with its day, "later" when it has not begun, else "open"."""
    if ended:
        return "ended"
    if until is not None and until < today:
        return "lapsed"
    return "later" if since > today else "open"


# --- days and spans --------------------------------------------------------------------------------------------

_DAYS = (
    (re.compile(r"(?P<y>\d{4})-(?P<m>\d{1,2})-(?P<d>\d{1,2})(?:[T ][\d:.]+Z?)?"), "any"),
    (re.compile(r"(?P<m>\d{1,2})/(?P<d>\d{1,2})/(?P<y>\d{4}|\d{2})(?: [\d:]+)?"), "month-first"),
    (re.compile(r"(?P<d>\d{1,2})/(?P<m>\d{1,2})/(?P<y>\d{4}|\d{2})(?: [\d:]+)?"), "day-first"),
)


def parse_day(text: str, order: str = "") -> date | None:
    """A day as lists write it: 2009-09-21, and with an order ("month-first", "day-first") 5/1/2007, 05/20/06 00:00:00.

    None for what is no day, or could be two: without an order, slashes say nothing.
    """
    for pattern, kind in _DAYS:
        found = pattern.fullmatch(text.strip()) if kind in ("any", order) else None
        if found:
            year = int(found["y"])
            try:
                return date(year + 2000 if year < 100 else year, int(found["m"]), int(found["d"]))
            except ValueError:
                return None
    return None


def parse_spot(text: str) -> tuple[str, str] | None:
    """("11.55", "104.91") of one cell such as "[11.55, 104.91]" or "11.55 104.91"; None for anything else."""
    parts = re.split(r"[,;\s]+", text.strip().strip("[]()").strip())
    return (parts[0], parts[1]) if len(parts) == 2 and all(parts) else None


def season_covers(first_month: int, last_month: int, month: int) -> bool:
    """Does a season of each year, which may run over the year's end, hold this month?"""
    if first_month <= last_month:
        return first_month <= month <= last_month
    return month >= first_month or month <= last_month


def parts_problem(total: int | None, parts: Iterable[tuple[str, str, int]]) -> str:
    """The dimension whose parts add up to more people than were counted; "" when none does."""
    sums: dict[str, int] = {}
    for by, _code, count in parts:
        sums[by] = sums.get(by, 0) + count
    return next((by for by, found in sums.items() if total is not None and found > total), "")


def reminders_due(expires_on: date, today: date, before: Iterable[int]) -> list[int]:
    """Of the days before an expiry on which one is reminded, those still ahead or today, the longest first."""
    left = (expires_on - today).days
    return sorted((days for days in before if days <= left), reverse=True)


# --- likeness of two places ------------------------------------------------------------------------------------

# Words that say which kind of firm it is, in the scripts lists come in; taken off the end or the front of a name.
LEGAL_SIGNS = (
    "股份有限公司", "有限责任公司", "有限責任公司", "有限公司", "集团", "集團", "公司",
    "株式会社", "株式會社", "有限会社", "合同会社", "주식회사", "유한회사", "(주)",
    "㈜", "จำกัด", "บริษัท", "มหาชน", "شركة", "المحدودة",
)  # fmt: skip
LEGAL_WORDS = frozenset(
    [
        "co", "company", "coltd", "ltd", "limited", "llc", "llp", "inc", "incorporated", "corp", "corporation", "plc",
        "pt", "cv", "tbk", "ud", "pvt", "private", "pte", "sa", "sas", "srl", "spa", "sarl", "gmbh", "kg", "ag", "bv",
        "nv", "sdn", "bhd", "jsc", "ojsc", "cjsc", "ooo", "oao", "zao", "tnhh", "cong", "ty", "mtv", "cp", "sti",
        "san", "tic", "as", "kk", "gk", "yg", "the", "and", "of", "dba",
    ]  # fmt: skip
)  # fmt: skip
# The same word written short and long, in names and addresses.
SAME_WORDS = {
    "mfg": "manufacturing", "mfrs": "manufacturing", "ind": "industries", "inds": "industries",
    "industry": "industries", "industrial": "industries", "intl": "international", "int": "international",
    "gmts": "garments", "gmt": "garments", "garment": "garments", "tex": "textile", "textiles": "textile",
    "fty": "factory", "knit": "knitting", "ent": "enterprise", "enterprises": "enterprise", "exp": "export",
    "exports": "export", "apparels": "apparel", "sweaters": "sweater", "rd": "road", "st": "street",
    "str": "street", "ave": "avenue", "av": "avenue", "blvd": "boulevard", "hwy": "highway", "dist": "district",
    "prov": "province", "vill": "village", "indl": "industries", "bldg": "building", "flr": "floor", "rte": "route",
    "ln": "lane", "dr": "drive", "pkwy": "parkway", "no": "", "nr": "", "number": "", "pobox": "box", "p": "",
    "o": "", "n": "north", "s": "south", "e": "east", "w": "west", "apt": "unit", "ste": "suite", "zip": "",
    "pc": "",
}  # fmt: skip

SURE, UNSURE = 94, 80


def without_marks(text: str) -> str:
    """Letters without accents, for comparing only."""
    return "".join(c for c in unicodedata.normalize("NFKD", text) if not unicodedata.combining(c))


def without_legal_signs(name: str) -> str:
    """A name without the signs for a kind of firm that scripts without spaces glue to it."""
    for sign in LEGAL_SIGNS:
        name = name.replace(sign, " ")
    return name


def core_words(latin: str, *, name: bool) -> tuple[str, ...]:
    """What is compared of a name or an address in Latin letters: words written out, legal forms of names taken off.

    A name made of nothing but legal forms keeps them.
    """
    text = folded(without_marks(latin))
    if not name:
        text = re.sub(r"\b(p ?o|post office) box\b|\bpob\b", "pobox", text)
        text = re.sub(r"(?<=[a-z])(?=[0-9])", " ", text)  # Lu12, as scripts without spaces write it
    words = [SAME_WORDS.get(word, word) for word in text.split()]
    words = [word.lstrip("0") if word.isdigit() else word for word in words if word]
    core = tuple(word for word in words if word and not (name and word in LEGAL_WORDS))
    return core or tuple(word for word in words if word)


def figures(words: Iterable[str]) -> frozenset[str]:
    """The numbers among the words, Roman ones up to nine too: mill 2 and mill 3 are two mills."""
    roman = {"i": "1", "ii": "2", "iii": "3", "iv": "4", "v": "5", "vi": "6", "vii": "7", "viii": "8", "ix": "9"}
    return frozenset(roman.get(word, word) for word in words if word in roman or any(c.isdigit() for c in word))


COMPASS = {
    "n": "north", "s": "south", "e": "east", "w": "west", "so": "south",
    "ne": "northeast", "nw": "northwest", "se": "southeast", "sw": "southwest",
}  # fmt: skip


def sides(words: Iterable[str]) -> frozenset[str]:
    """Sides of the compass and single letters among the words: North Road and South Road, block A and block B."""
    named = {COMPASS.get(word, word) for word in words}
    return frozenset(word for word in named if word in COMPASS.values() or (len(word) == 1 and word.isalpha()))


@dataclass(frozen=True)
class Likeness:
    """How alike two places are. name, address: 0 to 100; same_figures of each; km between them, None when unknown.

    apart: each tells a side or a letter (`sides`) that the other does not. One that only leaves it out is not apart.
    What decides was found with the register of 39,384 US employers, of which five years write the same places in many
    ways: docs/how-to/import-factories.md tells what was looked at and how often it was right.
    """

    name: float
    address: float
    name_figures: bool
    address_figures: bool
    km: float | None = None
    apart: bool = False

    @property
    def score(self) -> int:
        """Out of 100. What differs in a number, or lies far apart, is never sure."""
        score = 0.55 * self.name + 0.45 * self.address
        if self.km is not None:
            score += 4 if self.km <= 0.3 else -20 if self.km > 25 else 0
        if not self.name_figures:
            score = min(score, UNSURE - 1)
        elif not self.address_figures or self.apart:
            score = min(score, SURE - 4)
        return max(0, min(100, round(score)))

    @property
    def same_words(self) -> bool:
        """Nothing differs but signs, legal forms and abbreviations."""
        return self.name == 100 and self.address == 100 and self.verdict == "sure"

    @property
    def as_numbers(self) -> dict[str, object]:
        """For keeping beside a doubt: whole numbers, and metres."""
        return {
            "name": round(self.name),
            "address": round(self.address),
            "name_figures": self.name_figures,
            "address_figures": self.address_figures,
            "metres": None if self.km is None else round(self.km * 1000),
        }

    @property
    def verdict(self) -> str:
        """ "sure" that it is one place, "unsure": a person decides, or "different"."""
        figures = self.name_figures and self.address_figures
        if self.score >= SURE and self.name >= 97 and self.address >= 90 and figures and not self.apart:
            return "sure"
        return "unsure" if self.score >= UNSURE and self.name >= 75 else "different"


def kilometres(one: tuple[float, float], other: tuple[float, float]) -> float:
    """Between two (latitude, longitude), along the earth."""
    lat1, lng1, lat2, lng2 = map(math.radians, (*one, *other))
    half = math.sin((lat2 - lat1) / 2) ** 2 + math.cos(lat1) * math.cos(lat2) * math.sin((lng2 - lng1) / 2) ** 2
    return 2 * 6371 * math.asin(min(1.0, math.sqrt(half)))


# --- which column is what --------------------------------------------------------------------------------------

FIELDS = {
    "country", "name", "address", "sector", "region", "products", "isic", "lat", "lng", "spot", "os_id", "national_id",
    "on",
}  # fmt: skip
MAPPING_KEYS = {"name", "title", "when", "fields", "constants", "split", "dates", "issuer"}


def mapping_problems(document: object) -> list[str]:
    """What is wrong with a column mapping, in words; empty when it can be used.

    fields: {ours: a column, or a list of columns joined by commas}; constants: {ours: text}; split: {ours: sign} for
    cells that hold a list; when: columns by which a list is known (else those of `fields`); dates: "month-first" or
    "day-first"; issuer: of the national_id.
    """
    if not isinstance(document, dict):
        return ["A mapping is a table of names and values."]
    problems = [f"“{key}” is not part of a mapping." for key in sorted(set(map(str, document)) - MAPPING_KEYS)]
    for part in ("fields", "constants", "split"):
        table = document.get(part, {})
        if not isinstance(table, dict):
            problems.append(f"“{part}” is a table.")
            continue
        problems += [f"“{key}” in {part} is not something a list says." for key in table if key not in FIELDS]
        for key, value in table.items():
            many = part == "fields" and isinstance(value, list) and value and all(isinstance(v, str) for v in value)
            if not many and (not isinstance(value, str) or not value):
                problems.append(f"“{key}” in {part} names nothing.")
    if not problems:
        given = set(document.get("fields", {})) | set(document.get("constants", {}))
        problems += [f"Nothing says the {name}." for name in ("country", "name", "address") if name not in given]
    if document.get("dates", "month-first") not in ("month-first", "day-first"):
        problems.append("“dates” is month-first or day-first.")
    return problems


def mapping_columns(document: dict) -> list[str]:
    """The columns a mapping reads, each once."""
    columns: dict[str, None] = {}
    for value in document.get("fields", {}).values():
        columns.update(dict.fromkeys(value if isinstance(value, list) else [value]))
    return list(columns)


def suits(document: dict, columns: Iterable[str]) -> bool:
    """Does a list with these columns look like one of this mapping's sender? Case and spaces do not matter."""
    here = {folded(column) for column in columns}
    return all(folded(column) in here for column in document.get("when") or mapping_columns(document))
