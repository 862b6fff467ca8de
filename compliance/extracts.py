"""What an analyst takes away: findings of issued reports as one table, called re-identifiable because it is.

Factories and visits stand under codes made by chance for this one table and kept nowhere, so two tables cannot be laid
over each other. Days are quarters: a visit's day is known to everybody in the factory. No typed word, no extent, no
count of interviews, no photo. Questions of the zero-tolerance kind are left out, whatever was found: where so few are
found, a row is a person. What waits in a case of serious harm is in no report and so not here.
"""

import json
import secrets
from datetime import date

from django.utils.translation import gettext as _

from checklists.models import Question
from compliance import analytics, rules
from core import sheets
from core.errors import Invalid
from factories.rules import band_of

FORMAT = "openfloor-extract/1"
COLUMNS = (
    "factory", "visit", "cycle", "quarter", "workers", "checklist_version", "cluster", "point", "question", "answer",
    "law_caused",
)  # fmt: skip
QUARTER_ENDS = ((3, 31), (6, 30), (9, 30), (12, 31))
FEWEST = 5  # factories; of fewer nothing is taken
OPEN_BANDS = {"u50": "under-50", "5000": "5000-or-more"}  # bands that end on one side only, said in full
LABEL = (
    "Re-identifiable. Codes were made for this table and are kept nowhere, days are quarters and sizes are bands, and "
    "still somebody who knows a factory may know it again. Keep it under lock, show no row, publish no figure of fewer "
    "than five factories."
)


def rows(programme, *, since, until, law_caused=True) -> list[tuple]:
    """The table, in an order that tells nothing: COLUMNS of each finding of visits from `since` on whose reports were
    issued until `until` (days). So the same time gives the same rows later, but for corrections.

    Raises Invalid where it would be of fewer than FEWEST factories. Two queries.
    """
    frame = analytics.load(programme, until, law_caused)
    frame = frame[frame["visited_on"] >= since]
    asked = _questions(frame)
    grave = {key for (_version, key), one in asked.items() if rules.HARM_TAG in one.tags}
    frame = frame[~frame["question"].isin(grave)]
    if frame["site"].nunique() < FEWEST:
        raise Invalid(_("This would be of fewer than %(n)d factories. Take a longer time.") % {"n": FEWEST})
    factories, visits = _codes("F", frame["site"].unique()), _codes("V", frame["report"].unique())
    table = [
        (
            factories[row.site], visits[row.report], row.cycle, _quarter(row.visited_on), _band(row.workers),
            asked[row.version, row.question].version.version, row.cluster, row.point, row.question, row.state,
            asked[row.version, row.question].level == "national",
        )
        for row in frame.itertuples()
    ]  # fmt: skip
    return sorted(table, key=lambda row: tuple(map(str, row)))


def quarters(since, until, today) -> tuple:
    """(first day, last day) of the whole quarters from `since` to `until` that are over. Raises Invalid for none.

    Whole ones only: of two tables with ends a day apart the difference would be one visit.
    """
    first = since.replace(month=(since.month - 1) // 3 * 3 + 1, day=1)
    ends = [date(year, month, day) for year in range(first.year, until.year + 1) for month, day in QUARTER_ENDS]
    last = max((end for end in ends if first < end <= until and end < today), default=None)
    if last is None:
        raise Invalid(_("Choose at least one quarter that is over."))
    return first, last


def _questions(frame) -> dict:
    """{(version, key): question} of the checklists a frame stands on. One query."""
    found = Question.objects.filter(version__in=list(frame["version"].unique()), kind="finding")
    return {(one.version_id, one.key): one for one in found.select_related("version")}


def _codes(letter, things) -> dict:
    """{thing: a code by chance}, such as F-7K2MQX: of a new draw for every table."""
    draw = secrets.SystemRandom()
    codes: set = set()
    while len(codes) < len(things):
        codes.add(f"{letter}-" + "".join(draw.choices(rules.LETTERS, k=6)))
    return dict(zip(things, draw.sample(sorted(codes), len(codes)), strict=True))


def _quarter(day) -> str:
    return f"{day.year}-Q{(day.month - 1) // 3 + 1}"


def _band(workers) -> str:
    if not workers or workers != workers:  # a frame says nan where nothing is known
        return ""
    band = band_of(workers)
    return OPEN_BANDS.get(band, band)


def written(form, table, *, until) -> bytes:
    """The table as "csv", "xlsx" or "json"; the label goes with it, in CSV in a column of its own."""
    if form == "csv":
        lines = [(*row, "re-identifiable") for row in table]
        return b"\xef\xbb\xbf" + "".join(sheets.write_csv([*COLUMNS, "label"], lines)).encode()
    if form == "xlsx":
        said = [["label", LABEL], ["format", FORMAT], ["up to", _quarter(until)]]
        return sheets.write_workbook({"read first": said, "findings": [list(COLUMNS), *map(list, table)]})
    told = {"format": FORMAT, "label": LABEL, "until": _quarter(until)}
    return json.dumps(told | {"findings": [dict(zip(COLUMNS, row, strict=True)) for row in table]}).encode()
