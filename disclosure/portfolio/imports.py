"""Reads a buyer's list of its factories, and says of every row it cannot take where it stands and why.

It writes nothing. It refuses what it would have to guess, and no reason repeats what stood in a cell.
"""

from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.errors import Invalid
from core.sheets import open_table
from core.sheets.columns import by_mapping, by_name
from factories.issued import country_of

MAX_ROWS = 50_000
LONGEST = {"code": 80, "name": 255, "country": 60, "address": 1000, "os_id": 80}
# What a spreadsheet shows where a formula came to nothing.
BROKEN = ("#N/A", "#REF!", "#VALUE!", "#NAME?", "#DIV/0!", "#NUM!", "#NULL!")


@dataclass(frozen=True)
class Named:
    """A factory in a buyer's words, tidy and whole: what one row of its list says."""

    code: str
    name: str
    country: str
    address: str = ""
    os_id: str = ""


@dataclass(frozen=True)
class Column:
    """What a person calls it, whether a row can do without, and how lists call it."""

    words: object
    also: tuple
    needed: bool = False


COLUMNS = {
    "code": Column(
        gettext_lazy("Your code"),
        ("vendor code", "vendor id", "vendor number", "supplier code", "supplier id", "factory code", "code"),
        needed=True,
    ),
    "name": Column(
        gettext_lazy("Name of the factory"),
        ("name", "factory name", "factory", "supplier name", "vendor name", "facility name"),
        needed=True,
    ),
    "country": Column(gettext_lazy("Country"), ("country", "country code", "country name"), needed=True),
    "address": Column(gettext_lazy("Address"), ("address", "street address", "factory address")),
    "os_id": Column(gettext_lazy("OS ID"), ("os id", "osid", "oar id")),
}
BY_NAME = {name: ours for ours, column in COLUMNS.items() for name in column.also}


def fold(text) -> str:
    """How names of columns are compared: capitals, lines and spaces do not matter."""
    return " ".join(text.replace("_", " ").casefold().split())


def read_list(told, path, *, name, mapping=None, known=(), encoding=None):
    """(rows, refused): `Named` and {"line", "column", "reason"}. Fills `told` with how the list is read.

    mapping: by which to read it; without one its columns choose: by their names, else by one of `known`. Raises
    Invalid when it cannot be read whole; its columns are told even then.
    """
    table = open_table(path, name=name, encoding=encoding)
    columns = [column for column in table.columns if column]
    told |= {"notes": table.notes, "columns": columns, "unread": [], "mapped": ""}
    names = _names(columns, mapping, known, name, told)
    told["unread"] = [one for one in columns if one not in {theirs[0] for theirs in names.values()}]
    rows, refused, lines = [], [], {}
    for row in table:
        if len(rows) + len(refused) >= MAX_ROWS:
            raise Invalid(_("A list has at most %(most)d rows. Split it.") % {"most": MAX_ROWS})
        made = _named(row, names, lines)
        if isinstance(made, Named):
            lines[made.code] = row.line
            rows.append(made)
        else:
            ours, reason = made
            called = names[ours][0] if ours in names else ""
            refused.append({"line": row.line, "column": called, "reason": reason})
    told["rows"] = len(rows) + len(refused)
    return rows, refused


def _names(columns, mapping, known, file, told):
    """{ours: [the list's]}."""
    if mapping is None:
        names = by_name(columns, BY_NAME, fold, file)
        missing = [ours for ours, column in COLUMNS.items() if column.needed and ours not in names]
        if not missing:
            return names
        here = set(columns)
        mapping = next((one for one in known if set(one["fields"].values()) <= here), None)
        if mapping is None:
            words = ", ".join(str(COLUMNS[ours].words) for ours in missing)
            raise Invalid(_("Say which column is what. Nothing is called: %(missing)s.") % {"missing": words})
    told["mapped"] = mapping["name"]
    return by_mapping(columns, mapping["fields"], fold, file, mapping["name"])


def _named(row, names, lines):
    """The row as `Named`, or (our column, what is wrong with it)."""
    if row.beyond:
        return "", _("This row has more cells than the list has columns. Put text with commas in quotation marks.")
    said = {ours: " ".join(row.cells.get(theirs[0], "").split()) for ours, theirs in names.items()}
    for ours, text in said.items():
        if text in BROKEN:
            return ours, _("It holds an error of a formula.")
        if COLUMNS[ours].needed and not text:
            return ours, _("It is empty.")
        if len(text) > LONGEST[ours]:
            return ours, _("It is longer than %(most)d characters.") % {"most": LONGEST[ours]}
    if not any(letter.isalnum() for letter in said["name"]):
        return "name", _("There is no letter or digit in it.")
    said["country"] = country_of(said["country"])
    if said["country"] is None:
        return "country", _("This is not a country we know. Write its English name or its two letters.")
    if said["code"] in lines:
        return "code", _("This code stands in line %(line)d already.") % {"line": lines[said["code"]]}
    return Named(**said)
