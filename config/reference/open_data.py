"""docs/reference/open-data.md: the files of a release, and what their columns mean."""

from config.reference.markdown import code, table
from disclosure import archive, public


def page():
    """The page. The columns are those of `archive.COLUMNS`, as in the dictionary on the site and in the descriptor."""
    columns = [
        (code(one.name), one.kind, one.in_english, ", ".join(code(word) for word in one.words))
        for one in archive.columns(withheld=True)
    ]
    return f"""# Open data

Every release of every programme lies at addresses that stay: `/data/<programme>/<number>/` and one of

{table(("File", "Media type"), [(code(name), code(kind)) for name, kind in public.DATA_FILES.items()])}

`datapackage.json` beside them describes them for programs (Frictionless data package): columns, sizes, SHA-256, licence
and source. `/data/openfloor-<programme>.csv` and `.json` are the newest release. Nobody signs in; nothing is cut off.

- They are made once, in the background, after a release and when something is withheld; each is hashed. `data.csv` of a
  release of which nothing is withheld is the one its manifest proves, byte for byte.
- `ETag` is the SHA-256 of the file. `Last-Modified`, `Content-Length`, `Range` (206, 416) and `If-Range` are answered.
- CSV: UTF-8 without a byte order mark, lines end with CRLF, commas, double quotes. A text that a spreadsheet would take
  for a formula (it begins with `=`, `+`, `-`, `@`, a tab or a line break) has an apostrophe before it.
- XLSX: the same cells, a sheet of a million rows at most (`data`, `data 2` …), and a sheet `columns`.
- Parquet is an extra: it is made where the library pyarrow is installed (`pip install pyarrow`), missed nowhere else.
- Licence: {archive.LICENCE}.

## Columns

One row is one issue at one factory. Days are written 2026-11-10. An empty cell is "not known" or "not yet", never "no".
The last two columns stand only in files of a release of which something is withheld.

{table(("Column", "Kind", "Meaning", "One of"), columns)}
"""
