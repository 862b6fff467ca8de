"""Reads lists of committees and of plan items as programmes kept them before, and says of every row it cannot take
where it stands and why.

It writes nothing: rows go to `actions.import_rows`. It refuses what it would have to guess. A reason never holds what
stood in a cell: a name in the wrong column would be told with it.
"""

from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.errors import Invalid
from core.sheets import open_table
from core.sheets.columns import by_mapping, by_name
from factories.rules import Refused, folded, parse_day, tidy
from improvement_plans.models import (
    CAUSE_CHOICES,
    PRIORITY_CHOICES,
    SIDE_CHOICES,
    Committee,
    Member,
    PlanItem,
    PlanList,
)

MEMBERS, ITEMS = PlanList.Kind.MEMBERS, PlanList.Kind.ITEMS
MAX_ROWS = 20_000
YES_NO = [("yes", gettext_lazy("Yes")), ("no", gettext_lazy("No"))]
# What a spreadsheet shows where a formula came to nothing, and what it shows as a formula.
BROKEN = ("#N/A", "#REF!", "#VALUE!", "#NAME?", "#DIV/0!", "#NUM!", "#NULL!")


@dataclass(frozen=True)
class Column:
    """One thing a list can say: what a person calls it, what it holds, and whether a row can do without.

    `holds`: text, day, number, or pairs of code and words to choose from. `also`: other names for the column.
    """

    words: object
    holds: object = "text"
    needed: bool = False
    also: tuple = ()
    most: int = 0


COLUMNS = {
    MEMBERS: {
        "factory": Column(gettext_lazy("Number of the factory"), needed=True, also=("factory", "site"), most=20),
        "kind": Column(gettext_lazy("Which body"), Committee.Kind.choices, needed=True, also=("committee", "body")),
        "formed_on": Column(gettext_lazy("Formed on"), "day", also=("committee since",)),
        "side": Column(gettext_lazy("Side"), SIDE_CHOICES, needed=True),
        "name": Column(gettext_lazy("Name"), also=("member", "who"), most=120),
        "username": Column(gettext_lazy("Signs in as"), also=("username",), most=150),
        "sex": Column(gettext_lazy("Woman or man"), Member.Sex.choices, also=("sex", "gender")),
        "chosen_by": Column(gettext_lazy("How chosen"), Member.ChosenBy.choices, needed=True, also=("chosen by",)),
        "since": Column(gettext_lazy("In office from"), "day", needed=True, also=("since", "from")),
        "until": Column(gettext_lazy("Last day in office"), "day", also=("until", "to")),
        "co_chair": Column(gettext_lazy("Co-chair"), YES_NO, also=("co chair", "chair")),
        "union": Column(gettext_lazy("Union"), most=80),
        "outside": Column(gettext_lazy("Comes from outside the factory"), YES_NO, also=("outside",)),
    },
    ITEMS: {
        "factory": Column(gettext_lazy("Number of the factory"), needed=True, also=("factory", "site"), most=20),
        "cycle": Column(gettext_lazy("Number of the cycle"), "number", also=("cycle",)),
        "issue": Column(gettext_lazy("What should get better?"), needed=True, also=("issue",), most=160),
        "origin": Column(
            gettext_lazy("Where it comes from"), [one for one in PlanItem.Origin.choices if one[0] != "report"],
            also=("origin",),
        ),
        "cause": Column(gettext_lazy("Cause"), CAUSE_CHOICES),
        "steps": Column(gettext_lazy("What will change"), also=("steps", "action"), most=4000),
        "expected": Column(gettext_lazy("What will show it"), also=("proof",), most=200),
        "planned_on": Column(gettext_lazy("Planned on"), "day", also=("added on",)),
        "due_on": Column(gettext_lazy("By"), "day", also=("due", "due on")),
        "priority": Column(gettext_lazy("How soon"), PRIORITY_CHOICES, also=("priority",)),
        "cost": Column(gettext_lazy("Cost"), "amount"),
        "saving": Column(gettext_lazy("Saving in a year"), "amount", also=("saving",)),
        "currency": Column(gettext_lazy("Currency"), most=3),
        "language": Column(gettext_lazy("Written in"), also=("language",), most=12),
    },
}  # fmt: skip
# Other ways of writing a choice that leave no doubt.
SAID = {"w": "worker", "m": "management", "workers": "worker", "manager": "management", "managers": "management",
        "female": "f", "male": "m", "elected": "election", "named by union": "union", "named by employer": "employer",
        "true": "yes", "false": "no", "1": "yes", "0": "no", "x": "yes"}  # fmt: skip


@dataclass(frozen=True)
class Row:
    """One row that can be tried: where it stands, what it says by our names, and what its list calls them."""

    file: str
    sheet: str
    line: int
    said: dict
    called: dict

    def refused(self, ours, reason) -> Refused:
        return Refused(self.file, self.sheet, self.line, self.called.get(ours, ours), str(reason))


@dataclass
class Reading:
    """A list looked through once. Iterate for its rows: each a Row or a Refused, read from the file as asked for."""

    kind: str
    path: object
    name: str
    codec: str | None
    names: dict
    dates: str = ""
    notes: list = field(default_factory=list)
    columns: list = field(default_factory=list)
    unread: list = field(default_factory=list)
    mapped: str = ""
    total: int = 0

    def __iter__(self):
        for row in open_table(self.path, name=self.name, encoding=self.codec):
            yield _checked(row, self)


def look_through(told, path, *, kind, name, mapping=None, known=(), encoding=None) -> Reading:
    """Look through one file. `known`: mappings said before, tried where its own columns do not do. Fills `told` first,
    so that a person can say which column is what. Raises Invalid when it cannot be read whole.
    """
    table = open_table(path, name=name, encoding=encoding)
    columns = [column for column in table.columns if column]
    told |= {"columns": columns, "notes": table.notes}
    needed = [ours for ours, column in COLUMNS[kind].items() if column.needed]
    names = by_name(columns, _known(kind), folded, name)
    told["named"] = {ours: theirs for ours, (theirs,) in names.items()}
    missing = [ours for ours in needed if ours not in names]
    if mapping is None and missing:
        mapping = next((one for one in known if _suits(one, columns)), None)
    if mapping is not None:
        names, missing = by_mapping(columns, mapping["fields"], folded, name, mapping["name"]), []
    if missing:
        called = COLUMNS[kind][missing[0]].words
        raise Invalid(
            _("%(file)s has no column called %(missing)s. Say below which of its columns it is.")
            % {"file": name, "missing": called},
            [{"column": str(called)}],
        )
    read = {column for theirs in names.values() for column in theirs}
    reading = Reading(
        kind, path, name, table.codec or None, {ours: theirs[0] for ours, theirs in names.items()},
        dates=(mapping or {}).get("dates", ""), notes=table.notes, columns=columns,
        unread=[column for column in columns if column not in read], total=sum(1 for _row in table),
    )  # fmt: skip
    told |= {"unread": reading.unread, "rows": reading.total}
    if reading.total > MAX_ROWS:
        raise Invalid(_("%(name)s has more than %(most)s rows. Split it.") % {"name": name, "most": f"{MAX_ROWS:,}"})
    return reading


def _known(kind):
    """{a column as people call it, folded: ours}: in the reader's language, by our own names, and by others."""
    return {
        folded(called): ours
        for ours, column in COLUMNS[kind].items()
        for called in (ours.replace("_", " "), *column.also, str(column.words))
    }


def _suits(mapping, columns):
    here = {folded(column) for column in columns}
    return all(folded(column) in here for column in mapping["fields"].values())


def _checked(row, reading):
    """The row as a Row, or the first thing wrong with it as a Refused."""
    made = Row(reading.name, row.sheet, row.line, {}, reading.names)
    if row.beyond:
        return made.refused(
            "", _("This row has more cells than the list has columns. Put text with commas in quotation marks.")
        )
    for ours, column in COLUMNS[reading.kind].items():
        theirs = reading.names.get(ours)
        cell = row.cells.get(theirs, "") if theirs else ""
        text = cell.strip() if ours == "steps" else tidy(cell)
        if not text:
            if column.needed:
                return made.refused(ours, _("It is empty."))
            continue
        if text in BROKEN:
            return made.refused(ours, _("It holds an error of a formula."))
        try:
            made.said[ours] = _value(text, column, reading.dates)
        except Invalid as error:
            return made.refused(ours, error.sentence)
    return made


def _value(text, column, dates):
    if column.most and len(text) > column.most:
        raise Invalid(_("It is longer than %(most)d characters.") % {"most": column.most})
    if column.holds == "text":
        return text
    if column.holds == "day":
        day = parse_day(text, dates)
        if day is None:
            raise Invalid(_("It is not a day we can read. Write it as 2026-11-30."))
        return day
    if column.holds == "number":
        if not (text.isascii() and text.isdecimal() and len(text) < 4):
            raise Invalid(_("It is not a number."))
        return int(text)
    if column.holds == "amount":
        return _amount(text)
    wanted = folded(text)
    codes = {folded(code.replace("-", " ")): code for code, _words in column.holds}
    found = {folded(str(words)): code for code, words in column.holds} | codes
    code = found.get(wanted) or found.get(folded(SAID.get(wanted, "")))
    if code is None:
        ways = ", ".join(str(words) for _code, words in column.holds)
        raise Invalid(_("It is none of these: %(ways)s.") % {"ways": ways})
    return code


def _amount(text):
    try:
        amount = Decimal(text.replace(" ", ""))
    except InvalidOperation:
        amount = None
    if amount is None or not amount.is_finite() or amount.adjusted() > 11:
        raise Invalid(_("It is not an amount, such as 1200.50."))
    return amount.quantize(Decimal("0.01"))
