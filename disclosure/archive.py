"""The files of a release: how they are written, hashed, and checked again years later with ordinary tools.

A release is a folder: `manifest.json` names every other file with its SHA-256 and the digest of the release before;
`manifest.sha256` holds the digest of the manifest itself, in the form `sha256sum -c` reads. It reads no database and
asks nobody: whoever has the folder can check it. `disclosure/verify_archive.py` does so without this program.

Files are made and read piece by piece: a release of any size takes the memory of one factory, and of its manifest.
"""

import hashlib
import json
import shutil
import tempfile
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import NamedTuple

import rfc8785
from django.utils import translation
from django.utils.translation import gettext_lazy as _

from core.errors import Invalid
from core.sheets import write_csv
from disclosure import rules, verify_archive

LICENCE = "CC-BY-4.0"
# How JSON is written: a word of the manifest. The first releases name none; they were written before there was one.
CANONICAL = "RFC 8785"

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


# One row for each factory, in the columns of a download from Open Supply Hub (factories/mappings reads the same).
HUB_FILE = "open-supply-hub.csv"
HUB = (
    Column("os_id", "text", _("The factory's id at Open Supply Hub; empty where none is known")),
    Column("contribution_date", "date", _("The day the release stands on")),
    Column("name", "text", _("Its name on that day")),
    Column("address", "text", _("Province or zone: the public record holds no street")),
    Column("country_code", "code", _("ISO 3166-1, two letters")),
    Column("lat", "number", _("Empty: the public record holds no coordinates")),
    Column("lng", "number", _("Empty: the public record holds no coordinates")),
    Column("sector", "text", _("Its sector")),
    Column("product_type", "text", _("What it makes")),
    Column("number_of_workers", "text", _("How many people work there, as a band")),
)


def hub_rows(documents: Iterable[dict]) -> Iterator[list]:
    """The rows of that table, in the order of HUB. A factory whose page is withheld is named and no more."""
    for document in documents:
        ids = [one["code"] for one in document.get("ids", ()) if one["scheme"] == "os-id" and not one["until"]]
        yield [
            ids[0] if ids else "", document["as_of"], document["name"], document["region"], document["country"], "", "",
            document.get("sector", ""), document["products"], document["workers_band"],
        ]  # fmt: skip


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
    Column("factory_status_since", "date", _("Since when; empty where it is not known")),
    Column("visits_public", "number", _("Visits this page is made of")),
    Column("last_visit_on", "date", _("The last of them")),
    Column("question", "key", _("The question; its key stays when its words change")),
    Column("register", "word", _("The list of the rule it stands in"), rules.REGISTERS),
    Column("party", "word", _("Whose duty it is; empty where it is the factory's"), rules.PARTIES),
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
# Columns that came with the canonical form: the archive of a release from before it is written without them.
ADDED = ("factory_status_since", "register", "party")
# Stand behind the others in a file of a release of which something is withheld. The archive never has them.
WITHHELD_COLUMNS = (
    Column("withheld_reason", "word", _("Why it is withheld"), rules.WITHHOLDING_REASONS),
    Column("withheld_on", "date", _("Since when it is withheld")),
)

# What the first releases did not say of an entry, because there was one list only.
UNSAID = {"register": "critical", "party": ""}
# What a column of a factory or an entry repeats from the document. Both are checked against it.
FACTORY_FIELDS = ("slug", "name", "number", "country", "region", "products", "workers_band", "status")
ENTRY_FIELDS = (
    "question_key", "register", "party", "cluster", "issue", "explain", "status", "found_on", "since", "extent",
    "reported_on", "agreed_on", "verified_on", "confirmed_on", "cycles", "position",
)  # fmt: skip


def canonical(value) -> bytes:
    """JSON one way only (RFC 8785): keys in order, no spaces, UTF-8, numbers as browsers write them."""
    return rfc8785.dumps(value)


def first_form(value) -> bytes:
    """JSON as the first releases are written: the same but for numbers and rare keys, of which they have none."""
    return json.dumps(value, sort_keys=True, ensure_ascii=False, separators=(",", ":")).encode()


def form_of(manifest: dict):
    """How the files of this release are written: a function from a value to bytes."""
    return canonical if manifest.get("canonical") == CANONICAL else first_form


def sha256(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def about(*, programme, number, as_of, published_at, rule, coverage, previous, record=None) -> dict:
    """release.json: what the release is. `programme`: its code. `record`: None for the first releases."""
    return {
        "format": "openfloor-release/1" if record is None else "openfloor-release/2",
        "programme": programme,
        "number": number,
        "as_of": as_of,
        "published_at": published_at,
        "rule": rule,
        "coverage": coverage,
        "previous": previous,
        "licence": LICENCE,
        **({} if record is None else {"record": record}),
    }


def said(entry: dict) -> dict:
    """An entry with what the first releases left unsaid."""
    return UNSAID | entry


def rows(release: dict, document: dict) -> Iterator[dict]:
    """The rows of the table for one factory. `release`: programme code, number, as_of."""
    for entry in map(said, document["entries"]):
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
            "factory_status_since": document.get("status_since"),
            "visits_public": document["visits"]["public"],
            "last_visit_on": document["visits"]["last_on"],
            "question": entry["question_key"],
            "register": entry["register"],
            "party": entry["party"],
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


def csv_lines(table: Iterable[dict], withheld: bool = False, *, without: tuple = ()) -> Iterator[str]:
    """The table as the lines of a CSV file, formula-safe: UTF-8 without a mark at its start, lines end with CRLF."""
    names = [column.name for column in columns(withheld) if column.name not in without]
    return write_csv(names, ([row.get(name) for name in names] for row in table))


def files(about_release: dict, documents: Iterable[dict], *, corrections=None, changes=None) -> Iterator[tuple]:
    """Every file of a release but its manifest, as (name, its pieces). Take the pieces before the next file.

    `documents`: in the order of their slugs; gone through twice. `corrections` None: a release of the first form.
    """
    first = corrections is None
    form = first_form if first else canonical
    release = {name: about_release[name] for name in ("programme", "number", "as_of")}
    for document in documents:
        yield f"factories/{document['slug']}.json", [form(document)]
    yield "release.json", [form(about_release)]
    if not first:
        yield "corrections.json", [form(corrections)]
        yield "changes.json", [form(changes)]
    table = (row for document in documents for row in rows(release, document))
    yield "data.csv", (line.encode() for line in csv_lines(table, without=ADDED if first else ()))


def digests_of(made: Iterable[tuple]) -> dict[str, str]:
    """{file name: SHA-256} of files as `files` gives them."""
    return {name: _sha256_of(pieces) for name, pieces in made}


def _sha256_of(pieces: Iterable[bytes]) -> str:
    digest = hashlib.sha256()
    for piece in pieces:
        digest.update(piece)
    return digest.hexdigest()


def manifest_of(digests: dict[str, str], previous: str) -> dict:
    """The manifest of files with these digests, chained to the release before ("" for the first)."""
    return {"canonical": CANONICAL, "files": digests, "previous": previous}


def differences(manifest: dict, digests: dict[str, str]) -> Iterator[str]:
    """The names of files that are missing, changed or not in the manifest, each with what is wrong."""
    named = manifest["files"]
    for name in sorted(set(named) - set(digests)):
        yield f"{name}: missing"
    for name in sorted(set(digests) - set(named)):
        yield f"{name}: not in the manifest"
    for name in sorted(set(digests) & set(named)):
        if digests[name] != named[name]:
            yield f"{name}: changed"


def write(folder: Path, manifest: dict, made: Iterable[tuple], *, signature: str = "") -> Path:
    """Write a release as `folder`, all or nothing. There already and the same: left as it is."""
    text = form_of(manifest)(manifest)
    if folder.exists():
        if next(problems(folder), None) or (folder / "manifest.json").read_bytes() != text:
            raise Invalid(f"{folder} holds something else. Move it away and try again.")
        return folder
    folder.parent.mkdir(parents=True, exist_ok=True)
    half = Path(tempfile.mkdtemp(prefix=".half-", dir=folder.parent))
    try:
        for name, pieces in made:
            path = half / name
            path.parent.mkdir(parents=True, exist_ok=True)
            with path.open("wb") as file:
                file.writelines(pieces)
        proofs = {"manifest.json": text} | ({"manifest.sig": bytes.fromhex(signature)} if signature else {})
        for name, data in proofs.items():
            (half / name).write_bytes(data)
        (half / "manifest.sha256").write_text("".join(f"{sha256(data)}  {name}\n" for name, data in proofs.items()))
        half.chmod(0o755)
        half.rename(folder)
    except BaseException:
        shutil.rmtree(half, ignore_errors=True)
        raise
    return folder


def problems(archive: Path) -> Iterator[str]:
    """Everything wrong with an archive of releases, one line each naming the file; nothing when it is whole."""
    return (line for line, lawful in verify_archive.check(archive) if not lawful)


def gaps(archive: Path) -> Iterator[str]:
    """What is lawfully not in an archive: pages that a release says are withheld, and releases before its first."""
    return (line for line, lawful in verify_archive.check(archive) if lawful)
