"""The files of a release: how they are written, hashed, and checked again years later with ordinary tools.

A release is a folder: `manifest.json` names every other file with its SHA-256 and the digest of the release before;
`manifest.sha256` holds the digest of the manifest itself, in the form `sha256sum -c` reads. It reads no database and
asks nobody: whoever has the folder can check it.
"""

import hashlib
import json
import shutil
import tempfile
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import NamedTuple

from django.utils import translation
from django.utils.translation import gettext_lazy as _

from core.errors import Invalid
from core.sheets import write_csv
from disclosure import rules

LICENCE = "CC-BY-4.0"

FACTORY_STATUSES = ("active", "suspended", "closed", "left")


class Column(NamedTuple):
    """A column of the table. kind: text, number, date, code, key, or word (then one of `words`)."""

    name: str
    kind: str
    meaning: object
    words: tuple = ()

    @property
    def in_english(self) -> str:
        with translation.override("en"):
            return str(self.meaning)


# One row for each issue of each factory. Everything said of columns, on pages and in files, is made from this.
COLUMNS = (
    Column("programme", "text", _("The programme's code")),
    Column("release", "number", _("The number of the release within the programme")),
    Column("as_of", "date", _("The day the release stands on")),
    Column("factory", "text", _("The factory's public address: /disclosure/<factory>/")),
    Column("factory_number", "text", _("The number the programme gave it")),
    Column("factory_name", "text", _("Its name on that day")),
    Column("country", "code", _("ISO 3166-1, two letters")),
    Column("region", "text", _("Province or zone")),
    Column("factory_status", "word", _("active, suspended, closed or left"), FACTORY_STATUSES),
    Column("visits_public", "number", _("Visits this page is made of")),
    Column("last_visit_on", "date", _("The last of them")),
    Column("question", "key", _("The question; its key stays when its words change")),
    Column("cluster", "key", _("The group of questions it belongs to")),
    Column("issue", "text", _("The violation in words")),
    Column("status", "word", _("See the list of statuses"), rules.STATUSES),
    Column("found_on", "date", _("The visit the status stands on")),
    Column("since", "date", _("The first public visit that found it, unbroken since; empty unless it was found")),
    Column("extent_n", "number", _("How many; empty where it is not known or counts fewer than five people")),
    Column("extent_of", "number", _("Of how many")),
    Column("extent_noun", "text", _("Of what")),
    Column("reported_on", "date", _("The factory said it is fixed")),
    Column("agreed_on", "date", _("Workers and managers agreed")),
    Column("verified_on", "date", _("An adviser checked it")),
    Column("confirmed_on", "date", _("The next visit saw that it is fixed")),
    Column("behind_days", "number", _("Days this issue stands behind the others, at every factory alike")),
)
# Stand behind the others in a file of a release of which something is withheld. The archive never has them.
WITHHELD_COLUMNS = (
    Column("withheld_reason", "word", _("Why it is withheld"), rules.WITHHOLDING_REASONS),
    Column("withheld_on", "date", _("Since when it is withheld")),
)

# What a column of a factory or an entry repeats from the document. Both are checked against it.
FACTORY_FIELDS = ("slug", "name", "number", "country", "region", "products", "workers_band", "status")
ENTRY_FIELDS = (
    "question_key", "cluster", "issue", "explain", "status", "found_on", "since", "extent", "reported_on", "agreed_on",
    "verified_on", "confirmed_on", "cycles", "position",
)  # fmt: skip


def canonical(value) -> bytes:
    """JSON one way only: keys sorted, no spaces, UTF-8."""
    return json.dumps(value, sort_keys=True, ensure_ascii=False, separators=(",", ":")).encode()


def sha256(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def about(*, programme, number, as_of, published_at, rule, coverage, previous) -> dict:
    """release.json: what the release is. `programme`: its code."""
    return {
        "format": "openfloor-release/1",
        "programme": programme,
        "number": number,
        "as_of": as_of,
        "published_at": published_at,
        "rule": rule,
        "coverage": coverage,
        "previous": previous,
        "licence": LICENCE,
    }


def rows(release: dict, document: dict) -> Iterator[dict]:
    """The rows of the table for one factory. `release`: programme code, number, as_of."""
    for entry in document["entries"]:
        extent = entry["extent"] or {}
        yield {
            "programme": release["programme"],
            "release": release["number"],
            "as_of": release["as_of"],
            "factory": document["slug"],
            "factory_number": document["number"],
            "factory_name": document["name"],
            "country": document["country"],
            "region": document["region"],
            "factory_status": document["status"],
            "visits_public": document["visits"]["public"],
            "last_visit_on": document["visits"]["last_on"],
            "question": entry["question_key"],
            "cluster": entry["cluster"],
            "issue": entry["issue"],
            "status": entry["status"],
            "found_on": entry["found_on"],
            "since": entry["since"],
            "extent_n": extent.get("n"),
            "extent_of": extent.get("of"),
            "extent_noun": extent.get("noun"),
            "reported_on": entry["reported_on"],
            "agreed_on": entry["agreed_on"],
            "verified_on": entry["verified_on"],
            "confirmed_on": entry["confirmed_on"],
            "behind_days": entry["behind_days"],
        }


def columns(withheld: bool = False) -> tuple[Column, ...]:
    """The columns of the table; `withheld`: of one in which something is."""
    return COLUMNS + WITHHELD_COLUMNS if withheld else COLUMNS


def csv_lines(table: Iterable[dict], withheld: bool = False) -> Iterator[str]:
    """The table as the lines of a CSV file, formula-safe: UTF-8 without a mark at its start, lines end with CRLF."""
    names = [column.name for column in columns(withheld)]
    return write_csv(names, ([row.get(name) for name in names] for row in table))


def files(about_release: dict, documents: Iterable[dict]) -> dict[str, bytes]:
    """Every file of a release but its manifest. `documents` in the order of their slugs."""
    documents = list(documents)
    release = {
        "programme": about_release["programme"],
        "number": about_release["number"],
        "as_of": about_release["as_of"],
    }
    made = {f"factories/{document['slug']}.json": canonical(document) for document in documents}
    made["release.json"] = canonical(about_release)
    table = (row for document in documents for row in rows(release, document))
    made["data.csv"] = "".join(csv_lines(table)).encode()
    return made


def manifest_of(made: dict[str, bytes], previous: str) -> dict:
    """The manifest of these files, chained to the release before ("" for the first)."""
    return {"files": {name: sha256(data) for name, data in made.items()}, "previous": previous}


def differences(manifest: dict, made: dict[str, bytes]) -> Iterator[str]:
    """The names of files that are missing, changed or not in the manifest, each with what is wrong."""
    named = manifest["files"]
    for name in sorted(set(named) - set(made)):
        yield f"{name}: missing"
    for name in sorted(set(made) - set(named)):
        yield f"{name}: not in the manifest"
    for name in sorted(set(made) & set(named)):
        if sha256(made[name]) != named[name]:
            yield f"{name}: changed"


def write(folder: Path, manifest: dict, made: dict[str, bytes]) -> Path:
    """Write a release as `folder`, all or nothing. There already and the same: left as it is."""
    if folder.exists():
        if next(problems_of_folder(folder), None) or (folder / "manifest.json").read_bytes() != canonical(manifest):
            raise Invalid(f"{folder} holds something else. Move it away and try again.")
        return folder
    folder.parent.mkdir(parents=True, exist_ok=True)
    half = Path(tempfile.mkdtemp(prefix=".half-", dir=folder.parent))
    try:
        text = canonical(manifest)
        everything = made | {"manifest.json": text, "manifest.sha256": f"{sha256(text)}  manifest.json\n".encode()}
        for name, data in everything.items():
            path = half / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(data)
        half.chmod(0o755)
        half.rename(folder)
    except BaseException:
        shutil.rmtree(half, ignore_errors=True)
        raise
    return folder


def problems(archive: Path) -> Iterator[str]:
    """Everything wrong with an archive of releases, one line each naming the file; nothing when it is whole."""
    folders = sorted(path.parent for path in archive.rglob("manifest.sha256"))
    folders = sorted({*folders, *(path.parent for path in archive.rglob("manifest.json"))})
    if not folders:
        yield f"{archive}: there is no release here"
    digests: dict[Path, tuple[str, str]] = {}
    for folder in folders:
        yield from problems_of_folder(folder)
        previous = _read_json(folder / "manifest.json").get("previous", "")
        before = digests.get(folder.parent)
        if before and _follows(before[1], folder.name) and previous != before[0]:
            yield f"{folder / 'manifest.json'}: does not follow {before[1]}"
        digests[folder.parent] = (sha256(_read(folder / "manifest.json")), folder.name)


def problems_of_folder(folder: Path) -> Iterator[str]:
    """Everything wrong with the folder of one release."""
    text = _read(folder / "manifest.json")
    if _read(folder / "manifest.sha256") != f"{sha256(text)}  manifest.json\n".encode():
        yield f"{folder / 'manifest.json'}: changed, or manifest.sha256 is"
    manifest = _read_json(folder / "manifest.json")
    if not isinstance(manifest.get("files"), dict):
        yield f"{folder / 'manifest.json'}: is no manifest"
        return
    own = {"manifest.json", "manifest.sha256"}
    present = {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file() and path.relative_to(folder).as_posix() not in own
    }
    for line in differences(manifest, present):
        yield f"{folder}/{line}"


def _follows(earlier: str, later: str) -> bool:
    return earlier.isdigit() and later.isdigit() and int(later) == int(earlier) + 1


def _read(path: Path) -> bytes:
    return path.read_bytes() if path.is_file() else b""


def _read_json(path: Path) -> dict:
    try:
        value = json.loads(_read(path))
    except ValueError:
        return {}
    return value if isinstance(value, dict) else {}
