"""A whole instance as one folder, and back: the database, the evidence, editors' pictures, a manifest that proves all.

The database is copied with its own tool (SQLite's backup, pg_dump), so a backup restores into the same kind of
database. Nothing here reads what rows say.
"""

import hashlib
import json
import os
import shutil
import sqlite3
import subprocess
from contextlib import closing
from pathlib import Path

from django.apps import apps
from django.conf import settings
from django.db import connection
from django.utils import timezone

from core import removal_list, storage
from core.errors import Invalid
from core.models import Redaction

FORMAT = "openfloor-backup/2"
# The first form had no pictures of editors.
KNOWN = {"openfloor-backup/1", FORMAT}


def backup(folder) -> dict:
    """Write a backup into a new or empty folder and return its manifest.

    Raises Invalid when the folder is not empty. Rows written meanwhile are in it or not; never half of a
    transaction. Evidence is copied after the database, so that every file a row names is there.
    """
    folder = Path(folder)
    if folder.exists() and any(folder.iterdir()):
        raise Invalid("This folder is not empty. Name a new one.")
    (folder / "evidence").mkdir(parents=True, exist_ok=True)
    dump = folder / "database"
    _DUMP[connection.vendor](dump)
    store = storage.store()
    keys = sorted(store.keys())
    for key in keys:
        (folder / "evidence" / key).write_bytes(store.get(key))
    pictures = _copy_pictures(folder / "media")
    # The copy travels with this backup, for the restore of an older one.
    removal_list.complete()
    if Path(settings.REMOVALS_LIST).exists():
        shutil.copyfile(settings.REMOVALS_LIST, folder / "removals.jsonl")
    manifest = {
        "format": FORMAT,
        "made_at": timezone.now().isoformat(),
        "kind": connection.vendor,
        "database": _sha256(dump),
        "evidence": keys,
        "media": pictures,
        "rows": counts(),
    }
    (folder / "manifest.json").write_text(json.dumps(manifest, indent=1, sort_keys=True))
    return manifest


def restore(folder, *, replace=False) -> dict:
    """Put a backup into the database and the store the settings name, and return its manifest.

    Raises Invalid, before anything is touched, when a file is missing or changed, when the database is of another
    kind, or when it holds tables already and `replace` was not said.
    """
    folder = Path(folder)
    manifest = check(folder)
    if manifest["kind"] != connection.vendor:
        raise Invalid(f"This backup is of {manifest['kind']}; the settings name {connection.vendor}.")
    if connection.introspection.table_names() and not replace:
        raise Invalid("The database is not empty. Say --replace to put the backup in its place.")
    if Redaction._meta.db_table in connection.introspection.table_names():
        removal_list.complete()  # what is replaced may know of removals the list does not
    _LOAD[connection.vendor](folder / "database")
    store = storage.store()
    for key in manifest["evidence"]:
        store.put((folder / "evidence" / key).read_bytes())
    for name in manifest.get("media", {}):
        target = Path(settings.MEDIA_ROOT) / name
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(folder / "media" / name, target)
    found = counts()
    if found != manifest["rows"]:
        raise Invalid("The restored database does not hold what the manifest says.")
    return manifest


def check(folder) -> dict:
    """The manifest of a backup, once every file in it is what it was. Raises Invalid naming the first that is not."""
    folder = Path(folder)
    try:
        manifest = json.loads((folder / "manifest.json").read_text())
    except (OSError, ValueError):
        raise Invalid("There is no backup in this folder: manifest.json is missing or cannot be read.") from None
    if manifest.get("format") not in KNOWN:
        raise Invalid("This backup has a form this version does not know.")
    if not (folder / "database").is_file() or _sha256(folder / "database") != manifest["database"]:
        raise Invalid("The file «database» is missing or was changed.")
    for key in manifest["evidence"]:
        path = folder / "evidence" / key
        if not path.is_file() or _sha256(path) != key:
            raise Invalid(f"The file «evidence/{key}» is missing or was changed.")
    for name, digest in manifest.get("media", {}).items():
        path = folder / "media" / name
        if not path.resolve().is_relative_to((folder / "media").resolve()):
            raise Invalid(f"The file «media/{name}» lies outside the backup.")
        if not path.is_file() or _sha256(path) != digest:
            raise Invalid(f"The file «media/{name}» is missing or was changed.")
    return manifest


def _copy_pictures(target) -> dict:
    """{name: SHA-256} of what editors put into pages, copied to `target`."""
    root, found = Path(settings.MEDIA_ROOT), {}
    for path in sorted(one for one in root.rglob("*") if one.is_file()):
        name = path.relative_to(root).as_posix()
        copy = target / name
        copy.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(path, copy)
        found[name] = _sha256(copy)
    return found


def counts() -> dict:
    """{table: rows} of every table a model has here; the search of pages keeps some on one kind of database only."""
    here = set(connection.introspection.table_names())
    return {
        model._meta.db_table: model._base_manager.count()
        for model in apps.get_models(include_auto_created=True)
        if model._meta.managed and not model._meta.proxy and model._meta.db_table in here
    }


def _sha256(path):
    with open(path, "rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _dump_sqlite(target):
    connection.ensure_connection()
    with closing(sqlite3.connect(target)) as copy:
        connection.connection.backup(copy)


def _load_sqlite(source):
    path = Path(connection.settings_dict["NAME"])
    connection.close()
    for old in path.parent.glob(path.name + "-*"):
        old.unlink()
    beside = path.with_name(path.name + ".restoring")
    shutil.copyfile(source, beside)
    os.replace(beside, path)


def _tool(name, *arguments):
    """One of PostgreSQL's own tools on the database the settings name; the password goes by the environment."""
    database = connection.settings_dict
    command = [name, "--no-password"]
    for option, value in (("--host", database["HOST"]), ("--port", database["PORT"]), ("--username", database["USER"])):
        if value:
            command += [option, str(value)]
    try:
        done = subprocess.run(
            [*command, *arguments],
            env=os.environ | {"PGPASSWORD": database["PASSWORD"] or ""},
            capture_output=True,
            text=True,
        )
    except FileNotFoundError:
        raise Invalid(f"{name} is not installed. Run: apt-get install postgresql-client") from None
    if done.returncode:
        raise Invalid(f"{name} failed: {done.stderr.strip()[-300:]}")


def _dump_postgres(target):
    _tool("pg_dump", "--format=custom", f"--file={target}", connection.settings_dict["NAME"])


def _load_postgres(source):
    connection.close()
    _tool(
        "pg_restore", "--clean", "--if-exists", "--no-owner", "--single-transaction",
        f"--dbname={connection.settings_dict['NAME']}", str(source),
    )  # fmt: skip


_DUMP = {"sqlite": _dump_sqlite, "postgresql": _dump_postgres}
_LOAD = {"sqlite": _load_sqlite, "postgresql": _load_postgres}
