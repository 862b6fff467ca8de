"""The data files of a release, for whoever takes the data: written piece by piece, so that memory does not grow.

What is withheld lies over them as over every page. Each can be made again from the rows of its release, byte for byte:
whoever is interrupted begins anew and nothing is left over.
"""

import itertools
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager

from core import sheets
from disclosure import archive, public

# A sheet of a workbook holds 1,048,576 rows.
ROWS_OF_A_SHEET = 1_000_000
# What a column's kind is in a file that knows kinds; text where it is none of these.
KINDS = {"number": "number", "date": "date"}


def names() -> list[str]:
    """The files every release has here: Parquet only where its library is installed."""
    return [name for name in public.DATA_FILES if name != "data.parquet" or sheets.can_write_parquet()]


@contextmanager
def written(head: dict, name: str, *, marked: bool) -> Iterator:
    """One file of a release (as `public.releases` gives it), on disk while one looks. marked: something is withheld."""
    with tempfile.TemporaryFile() as file:
        _WRITE[name](file, head, marked)
        file.seek(0)
        yield file


def _csv(file, head, marked):
    file.writelines(line.encode() for line in public.csv_lines(public.rows(head), marked=marked))


def _hub(file, head, _marked):
    file.writelines(line.encode() for line in public.hub_lines(head))


def _json(file, head, _marked):
    file.writelines(line.encode() for line in public.json_lines(head))


def _xlsx(file, head, marked):
    with tempfile.TemporaryFile() as raw:
        sheets.save_workbook_to(raw, _sheets(head, archive.columns(marked)))
        raw.seek(0)
        sheets.dated_alike(raw, file, head["published_at"])


def _sheets(head, columns):
    """ "data", and "data 2" where one sheet cannot hold them; then what the columns mean."""
    table = _cells(head, columns)
    for number in itertools.count(1):
        first = next(table, None)
        if first is None and number > 1:
            break
        some = itertools.chain([first] if first else [], itertools.islice(table, ROWS_OF_A_SHEET - 1))
        yield "data" if number == 1 else f"data {number}", itertools.chain([[column.name for column in columns]], some)
    yield "columns", [("column", "kind", "meaning"), *((one.name, one.kind, one.in_english) for one in columns)]


def _parquet(file, head, marked):
    columns = archive.columns(marked)
    sheets.save_parquet_to(file, {one.name: KINDS.get(one.kind, "text") for one in columns}, _cells(head, columns))


def _cells(head, columns):
    return ([row.get(column.name) for column in columns] for row in public.rows(head))


_WRITE = {"data.csv": _csv, "data.json": _json, "data.xlsx": _xlsx, "data.parquet": _parquet, archive.HUB_FILE: _hub}
