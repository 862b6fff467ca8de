"""Reads lists of factories as others send them, and says of every row it cannot take where it stands and why.

It writes nothing: rows go to `actions.import_sites`. It refuses what it would have to guess, such as a country called
"Korea" or a row whose cells are shifted by a forgotten quotation mark.
"""

import math
import unicodedata
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

from django.utils.translation import gettext as _

from core.errors import Invalid
from core.sheets import read_rows
from core.storage import sha256_of
from factories.rules import Refused, SiteRow, folded, tidy

NEEDED = ("country", "name", "address", "sector")
COLUMNS = {name: name for name in (*NEEDED, "lat", "lng")} | {
    "latitude": "lat",
    "longitude": "lng",
    "lon": "lng",
    "long": "lng",
}
LONGEST = {"name": 255, "sector": 120, "address": 1000}

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
    """What lists hold: rows that can be taken, refusals, each file's name and digest, columns nobody reads."""

    rows: list[SiteRow] = field(default_factory=list)
    refused: list[Refused] = field(default_factory=list)
    files: list[dict] = field(default_factory=list)
    unread: dict[str, list[str]] = field(default_factory=dict)


def read_lists(paths) -> Reading:
    """Read CSV and spreadsheet files in order. A file that cannot be read whole is refused whole."""
    reading = Reading()
    for path in map(Path, paths):
        try:
            _read_list(path, reading)
        except Invalid as error:
            line = next((place["line"] for place in error.problems if "line" in place), 1)
            column = next((place["column"] for place in error.problems if "column" in place), "")
            reading.refused.append(Refused(path.name, "", line, column, str(error.sentence)))
    return reading


def _read_list(path, reading):
    columns, rows = read_rows(path)
    names = _columns(columns, path.name)
    taken, refused = [], []
    for row in rows:
        checked = _checked(row, names, path.name)
        (refused if isinstance(checked, Refused) else taken).append(checked)
    reading.rows += taken
    reading.refused += refused
    reading.files.append({"name": path.name, "sha256": sha256_of(path.read_bytes())})
    unread = [column for column in columns if column and column not in names.values()]
    if unread:
        reading.unread[path.name] = unread


def _columns(columns, file):
    """{our name: the list's}. Capitals and spaces do not matter."""
    names: dict[str, str] = {}
    for column in columns:
        ours = COLUMNS.get(folded(column))
        if ours in names:
            raise Invalid(_("%(file)s names the column %(column)s twice.") % {"file": file, "column": ours})
        if ours:
            names[ours] = column
    missing = [name for name in NEEDED if name not in names]
    if missing:
        raise Invalid(
            _("%(file)s has no column called %(missing)s. A list of factories has the columns %(needed)s.")
            % {"file": file, "missing": ", ".join(missing), "needed": ", ".join(NEEDED)},
            [{"column": missing[0]}],
        )
    return names


def _checked(row, names, file):
    """The row as a SiteRow, or the first thing wrong with it as a Refused."""
    cells = {ours: tidy(row.cells[theirs]) for ours, theirs in names.items()}

    def refused(column, reason):
        return Refused(file, row.sheet, row.line, column, reason)

    if row.beyond:
        return refused(
            "", _("This row has more cells than the list has columns. Put text with commas in quotation marks.")
        )
    if not cells["country"]:
        return refused("country", _("The country is empty."))
    country = country_code(cells["country"])
    if country is None:
        return refused(
            "country",
            _("“%(text)s” is not a country we know. Write its English name or its two letters.")
            % {"text": cells["country"][:60]},
        )
    for column in ("name", "address"):
        if not folded(cells[column]):
            return refused(column, _("There is no letter or digit in it."))
    for column, most in LONGEST.items():
        if len(cells[column]) > most:
            return refused(column, _("It is longer than %(most)d characters.") % {"most": most})
    spot = {}
    for column, limit in (("lat", 90), ("lng", 180)):
        text = cells.get(column, "")
        spot[column] = _degrees(text, limit) if text else None
        if text and spot[column] is None:
            return refused(
                column, _("It is not a number between -%(limit)d and %(limit)d, such as 11.5564.") % {"limit": limit}
            )
    if (spot["lat"] is None) != (spot["lng"] is None):
        return refused("lat" if spot["lat"] is None else "lng", _("One half of the coordinates is missing."))
    return SiteRow(
        file=file,
        sheet=row.sheet,
        line=row.line,
        country=country,
        name=cells["name"],
        address=cells["address"],
        sector=cells["sector"],
        latitude=spot["lat"],
        longitude=spot["lng"],
    )


def _degrees(text, limit):
    try:
        number = float(text)
    except ValueError:
        return None
    return number if math.isfinite(number) and abs(number) <= limit else None


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
