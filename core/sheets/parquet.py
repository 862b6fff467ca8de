"""Tables as Parquet files, where pyarrow is installed: an extra that nothing else needs. The only door to pyarrow."""

import importlib.util
import itertools
from datetime import date

ROWS_AT_ONCE = 10_000


def can_write_parquet() -> bool:
    """Is pyarrow installed?"""
    return importlib.util.find_spec("pyarrow") is not None


def save_parquet_to(file, columns, rows):
    """Write rows, some thousand at a time. columns: {name: "text", "number" or "date"}; rows: iterables of that order.

    Days are ISO texts, or None.
    """
    import pyarrow
    from pyarrow import parquet

    kinds = {"text": pyarrow.string(), "number": pyarrow.int64(), "date": pyarrow.date32()}
    schema = pyarrow.schema([(name, kinds[kind]) for name, kind in columns.items()])
    rows = iter(rows)
    with parquet.ParquetWriter(file, schema, compression="zstd") as writer:
        while some := list(itertools.islice(rows, ROWS_AT_ONCE)):
            values = (
                [date.fromisoformat(cell) if kind == "date" and cell else cell for cell in cells]
                for kind, cells in zip(columns.values(), zip(*some, strict=True), strict=True)
            )
            arrays = [pyarrow.array(cells, type=field.type) for cells, field in zip(values, schema, strict=True)]
            writer.write_table(pyarrow.table(arrays, schema=schema))
