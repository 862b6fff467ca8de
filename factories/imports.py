"""Reads lists of factories as others send them, and says of every row it cannot take where it stands and why.

It writes nothing: rows go to `actions.import_sites`, one after the other, so that a long list takes no more memory
than a short one. It refuses what it would have to guess, such as a country called "Korea" or a row whose cells are
shifted by a forgotten quotation mark.
"""

import hashlib
import io
import math
import unicodedata
from collections import Counter
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from core.errors import Invalid
from core.sheets import Unclear, open_table
from core.sheets.columns import by_mapping, by_name
from factories import rules, sectors
from factories.rules import Refused, SiteRow, folded, tidy

SHIPPED = Path(__file__).parent / "mappings"
NEEDED = ("country", "name", "address", "sector")
COLUMNS = {name: name for name in (*NEEDED, "lat", "lng")} | {
    "latitude": "lat",
    "longitude": "lng",
    "lon": "lng",
    "long": "lng",
}
LONGEST = {"name": 255, "sector": 120, "address": 1000, "region": 120, "products": 200, "os_id": 80, "national_id": 80}

# What a spreadsheet shows where a formula came to nothing.
ERRORS = {"#N/A", "#REF!", "#VALUE!", "#NAME?", "#DIV/0!", "#NUM!", "#NULL!", "#GETTING_DATA"}

# Names lists use that ISO 3166 does not have. Looked through in November 2026. "Korea" alone names two countries and is
# left out on purpose.
ALIASES = (
    ("Turkey", "TR", "the English name until July 2022"),
    ("Burma", "MM", "the name until 1989"),
    ("Swaziland", "SZ", "the name until April 2018"),
    ("Macedonia", "MK", "the name until February 2019"),
    ("Cape Verde", "CV", "the English name until October 2013"),
    ("East Timor", "TL", "the English name until May 2002"),
    ("Ivory Coast", "CI", "the English name until 1986, still usual"),
    ("Macau", "MO", "the Portuguese spelling, usual in addresses"),
    ("Macau SAR", "MO", "as customs papers write it"),
    ("Hong Kong SAR", "HK", "as customs papers write it"),
    ("PRC", "CN", "short for its full name"),
    ("P.R. China", "CN", "short for its full name"),
    ("Mainland China", "CN", "said to set it apart from Hong Kong and Macao"),
    ("Lao PDR", "LA", "as the country itself writes it in English"),
    ("Russia", "RU", "the short name"),
    ("Brunei", "BN", "the short name"),
    ("Palestine", "PS", "the short name"),
    ("DR Congo", "CD", "the short name"),
    ("UAE", "AE", "abbreviation"),
    ("UK", "GB", "abbreviation; ISO keeps it for GB"),
    ("Great Britain", "GB", "the island for the state"),
)


@dataclass
class Reading:
    """Lists looked through once: what they are, what is refused whole, how many rows come. Iterate for the rows.

    Each is a `rules.SiteRow` or a `rules.Refused`, read again from the file as it is asked for. `notes`: {file: what a
    person should know of how it was read}; `countries` counts the rows of each country as they come.
    """

    lists: list = field(default_factory=list)
    refused: list[Refused] = field(default_factory=list)
    files: list[dict] = field(default_factory=list)
    unread: dict[str, list[str]] = field(default_factory=dict)
    mapped: dict[str, str] = field(default_factory=dict)
    notes: dict[str, list[str]] = field(default_factory=dict)
    columns: dict[str, list[str]] = field(default_factory=dict)
    unclear: set[str] = field(default_factory=set)
    countries: Counter = field(default_factory=Counter)
    total: int = 0

    def __iter__(self):
        self.countries.clear()
        yield from self.refused
        for path, name, codec, document, names in self.lists:
            for row in open_table(path, name=name, encoding=codec):
                checked = _checked(row, document, names, name)
                if isinstance(checked, SiteRow):
                    self.countries[checked.country] += 1
                yield checked

    def outside(self, programme) -> list[str]:
        """Of the rows that came so far, how many stand in other countries than a programme's, in words."""
        return [
            ngettext(
                "%(n)d row stands in %(country)s, outside %(programme)s.",
                "%(n)d rows stand in %(country)s, outside %(programme)s.",
                count,
            )
            % {"n": count, "country": country_name(country), "programme": programme.name}
            for country, count in sorted(self.countries.items())
            if country != programme.country
        ]


def read_lists(paths, mapping=None, saved=(), encoding=None) -> Reading:
    """Look through CSV and spreadsheet files in order. A file that cannot be read whole is refused whole.

    mapping: the document to read all of them with; without one each list's columns choose: a plain list, then one of
    `saved` (documents), then one of those that come with the program. encoding: of the text files among them, where a
    person says it.
    """
    reading = Reading()
    for path in map(Path, paths):
        try:
            look_through(reading, path, mapping=mapping, saved=saved, encoding=encoding)
        except Invalid as error:
            if isinstance(error, Unclear):
                reading.unclear.add(str(error.sentence))
            line = next((place["line"] for place in error.problems if "line" in place), 1)
            column = next((place["column"] for place in error.problems if "column" in place), "")
            reading.refused.append(Refused(path.name, "", line, column, str(error.sentence)))
    return reading


def look_through(reading, path, *, name=None, mapping=None, saved=(), encoding=None):
    """Add one file to a reading. Raises Invalid when it cannot be read whole; its columns are noted even then."""
    name = name or path.name
    table = open_table(path, name=name, encoding=encoding)
    reading.notes[name] = table.notes
    reading.columns[name] = [column for column in table.columns if column]
    document = mapping or _suiting(table.columns, saved)
    if document:
        names = by_mapping(table.columns, document["fields"], folded, name, document["name"])
    else:
        names = _columns(table.columns, name)
    reading.total += sum(1 for _row in table)
    reading.lists.append((path, name, table.codec or None, document or {}, names))
    with open(path, "rb") as file:
        reading.files.append({"name": name, "sha256": hashlib.file_digest(file, "sha256").hexdigest()})
    if document:
        reading.mapped[name] = document["name"]
    read = {column for theirs in names.values() for column in theirs}
    unread = [column for column in reading.columns[name] if column not in read]
    if unread:
        reading.unread[name] = unread


def _suiting(columns, saved):
    """The mapping whose columns are all here, the most telling one first; None for a plain list."""
    if all(name in {COLUMNS.get(folded(column)) for column in columns} for name in NEEDED):
        return None
    for documents in (saved, shipped_mappings().values()):
        found = [document for document in documents if rules.suits(document, columns)]
        if found:
            return max(found, key=lambda document: len(document.get("when") or rules.mapping_columns(document)))
    return None


def _columns(columns, file):
    """{our name: [the list's]} of a plain list. Capitals and spaces do not matter."""
    names = by_name(columns, COLUMNS, folded, file)
    missing = [name for name in NEEDED if name not in names]
    if missing:
        raise Invalid(
            _("%(file)s has no column called %(missing)s. A list of factories has the columns %(needed)s.")
            % {"file": file, "missing": ", ".join(missing), "needed": ", ".join(NEEDED)},
            [{"column": missing[0]}],
        )
    return names


def _said(row, document, names):
    """{our name: text} of a row: cells joined, lists in a cell taken apart, constants where the list is silent."""
    said = dict(document.get("constants", {}))
    for ours, theirs in names.items():
        parts = [text for text in (tidy(row.cells.get(column, "")) for column in theirs) if text]
        text = ", ".join(parts)
        sign = document.get("split", {}).get(ours)
        if sign and sign in text:
            text = _listed(ours, [part for part in map(tidy, text.split(sign)) if part])
        if text:
            said[ours] = text
    return said


def _listed(ours, parts):
    """A list in one cell: the first name, address or id; of sectors and products as many as there is room for."""
    if ours not in ("sector", "products", "region"):
        return parts[0] if parts else ""
    text = ""
    for part in dict.fromkeys(parts):
        longer = f"{text}, {part}" if text else part
        if len(longer) > LONGEST[ours]:
            break
        text = longer
    return text


def _checked(row, document, names, file):
    """The row as a SiteRow, or the first thing wrong with it as a Refused."""
    said = _said(row, document, names)

    def refused(ours, reason):
        return Refused(file, row.sheet, row.line, names[ours][0] if document and ours in names else ours, reason)

    if row.beyond:
        return refused(
            "", _("This row has more cells than the list has columns. Put text with commas in quotation marks.")
        )
    broken = next((ours for ours, text in said.items() if text in ERRORS), None)
    if broken:
        return refused(broken, _("It holds an error of a formula: %(text)s.") % {"text": said[broken]})
    if not said.get("country"):
        return refused("country", _("The country is empty."))
    country = country_code(said["country"])
    if country is None:
        return refused(
            "country",
            _("“%(text)s” is not a country we know. Write its English name or its two letters.")
            % {"text": said["country"][:60]},
        )
    for ours in ("name", "address"):
        if not folded(said.get(ours, "")):
            return refused(ours, _("There is no letter or digit in it."))
    for ours, most in LONGEST.items():
        if len(said.get(ours, "")) > most:
            return refused(ours, _("It is longer than %(most)d characters.") % {"most": most})
    if said.get("spot"):
        pair = rules.parse_spot(said["spot"])
        if pair is None:
            return refused("spot", _("It is not a pair of coordinates, such as [11.5564, 104.9282]."))
        said["lat"], said["lng"] = pair
    spot = {}
    for ours, limit in (("lat", 90), ("lng", 180)):
        text = said.get(ours, "")
        spot[ours] = _degrees(text, limit) if text else None
        if text and spot[ours] is None:
            place = "spot" if said.get("spot") else ours
            return refused(
                place, _("It is not a number between -%(limit)d and %(limit)d, such as 11.5564.") % {"limit": limit}
            )
    if (spot["lat"] is None) != (spot["lng"] is None):
        return refused("lat" if spot["lat"] is None else "lng", _("One half of the coordinates is missing."))
    on = rules.parse_day(said["on"], document.get("dates", "")) if said.get("on") else None
    if said.get("on") and on is None:
        return refused("on", _("“%(text)s” is not a day we can read.") % {"text": said["on"][:40]})
    if said.get("isic") and not sectors.is_sector(said["isic"]):
        return refused("isic", _("“%(text)s” is no code of ISIC Rev.4.") % {"text": said["isic"][:20]})
    ids = [("os-id", "", said["os_id"])] if said.get("os_id") else []
    if said.get("national_id"):
        ids.append(("national", document.get("issuer", country), said["national_id"]))
    return SiteRow(
        file=file,
        sheet=row.sheet,
        line=row.line,
        country=country,
        name=said["name"],
        address=said["address"],
        sector=said.get("sector", ""),
        latitude=spot["lat"],
        longitude=spot["lng"],
        region=said.get("region", ""),
        products=said.get("products", ""),
        isic=said.get("isic", ""),
        ids=tuple(ids),
        on=on,
    )


def _degrees(text, limit):
    try:
        number = float(text)
    except ValueError:
        return None
    return number if math.isfinite(number) and abs(number) <= limit else None


# --- mappings --------------------------------------------------------------------------------------------------


def read_mapping(path) -> dict:
    """A column mapping from a YAML file. Raises Invalid with every problem it has."""
    from ruamel.yaml import YAML
    from ruamel.yaml.error import YAMLError

    path = Path(path)
    try:
        text = path.read_text(encoding="utf-8")
        document = YAML(typ="safe", pure=True).load(io.StringIO(text))
    except (OSError, UnicodeDecodeError, YAMLError):
        raise Invalid(_("%(file)s cannot be read as a mapping.") % {"file": path.name}) from None
    problems = rules.mapping_problems(document)
    if problems:
        raise Invalid(f"{path.name}: {' '.join(problems)}", [{"reason": problem} for problem in problems])
    return {"name": path.stem} | document


@cache
def shipped_mappings() -> dict:
    """{name: document} of the mappings that come with the program."""
    return {document["name"]: document for document in map(read_mapping, sorted(SHIPPED.glob("*.yaml")))}


# --- countries: the only door to pycountry ---------------------------------------------------------------------


def country_code(text: str) -> str | None:
    """ISO 3166-1 alpha-2 of a country written as a name in English or as two or three letters; None when unknown."""
    return _codes().get(_country_key(text))


def country_name(code: str) -> str:
    """The English name people use; the code itself where ISO has none."""
    return _names().get(code, code)


def _country_key(text):
    """Without marks, points and spaces: "Côte d'Ivoire", "COTE D IVOIRE", "U.S.A." """
    bare = "".join(c for c in unicodedata.normalize("NFKD", folded(text)) if not unicodedata.combining(c))
    return bare.removeprefix("the ").replace(" ", "")


@cache
def _names():
    import pycountry

    return {country.alpha_2: getattr(country, "common_name", country.name) for country in pycountry.countries}


@cache
def _codes():
    import pycountry

    codes: dict[str, str] = {}
    for country in pycountry.countries:
        first, _comma, rest = country.name.partition(", ")
        known = {country.alpha_2, country.alpha_3, country.name, f"{rest} {first}"}
        known |= {getattr(country, kind) for kind in ("common_name", "official_name") if hasattr(country, kind)}
        for name in known:
            codes[_country_key(name)] = country.alpha_2
    for name, code, _why in ALIASES:
        codes[_country_key(name)] = code
    return codes
