"""A release's files described for programs, as a Frictionless data package (version 1 of the standard).

Everything said of a column comes from `archive.COLUMNS`.
"""

from disclosure import archive

TYPES = {"number": "integer", "date": "date"}
LICENCE = {
    "name": archive.LICENCE,
    "title": "Creative Commons Attribution 4.0 International",
    "path": "https://creativecommons.org/licenses/by/4.0/",
}
EMPTY = "An empty cell is not known or not yet, never no."
FORMULAS = "In CSV, a text that a spreadsheet would take for a formula has an apostrophe (U+0027) before it."


def schema(columns) -> dict:
    """The table schema: of a table in which something is withheld, with the columns that say so."""
    return {"fields": [_field(column) for column in columns], "missingValues": [""]}


def _field(column):
    field = {
        "name": column.name,
        "type": TYPES.get(column.kind, "string"),
        "description": column.in_english,
    }
    if field["type"] == "date":
        field["format"] = "default"
    if column.words:
        field["constraints"] = {"enum": list(column.words)}
    elif column.kind == "code":
        field["constraints"] = {"pattern": "[A-Z]{2}"}
    return field


def describe(head: dict, files: list[dict], media_types: dict, *, home: str, withheld: bool) -> dict:
    """The descriptor of a release. head, files: as `public.releases` and `public.data_files` give them."""
    code, number = head["programme"].lower(), head["number"]
    here = f"{home}data/{code}/{number}/"
    return {
        "profile": "data-package",
        "name": f"openfloor-{code}-{number}",
        "id": head["digest"],
        "title": f"{head['programme_name']}: public record of workplace compliance, as of {head['as_of']}",
        "description": f"One row is one issue at one factory. {EMPTY} {FORMULAS}",
        "homepage": f"{home}data/",
        "version": str(number),
        "created": head["published_at"].isoformat(),
        "licenses": [LICENCE],
        "sources": [
            {
                "title": f"Release {head['programme']}-{number}; the SHA-256 of its manifest is the id of this package",
                "path": f"{home}data/manifests/{code}-{number}.json",
            }
        ],
        "coverage": head["coverage"],
        "resources": [_resource(file, media_types[file["name"]], here, withheld) for file in files],
    }


def _resource(file, media_type, here, withheld):
    ending = file["name"].rpartition(".")[2]
    resource = {
        "name": file["name"].replace(".", "-"),
        "path": here + file["name"],
        "format": ending,
        "mediatype": media_type.partition(";")[0],
        "bytes": file["size"],
        "hash": f"sha256:{file['sha256']}",
    }
    if ending != "json":
        columns = archive.HUB if file["name"] == archive.HUB_FILE else archive.columns(withheld)
        resource |= {"profile": "tabular-data-resource", "schema": schema(columns)}
    if ending == "csv":
        resource |= {
            "encoding": "utf-8",
            "dialect": {"delimiter": ",", "lineTerminator": "\r\n", "quoteChar": '"', "doubleQuote": True,
                        "header": True, "caseSensitiveHeader": True},
        }  # fmt: skip
    return resource
