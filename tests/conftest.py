"""What every test stands on: a database copied from a template, no outside network, no database unless asked for."""

import hashlib
import os
import shutil
import socket
import sqlite3
import subprocess
import sys
import tempfile
from contextlib import closing
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
TEMPLATES = ROOT / ".test-templates"
LOOPBACK = {"127.0.0.1", "::1", "localhost", "0.0.0.0", ""}


@pytest.fixture(scope="session", autouse=True)
def no_outside_network():
    """Connections may go to this machine only."""
    real = socket.socket.connect

    def guarded(self, address):
        if self.family in (socket.AF_INET, socket.AF_INET6) and address[0] not in LOOPBACK:
            raise AssertionError(f"A test tried to reach {address[0]}.")
        return real(self, address)

    socket.socket.connect = guarded
    yield
    socket.socket.connect = real


@pytest.fixture(autouse=True)
def in_english():
    """Each test begins in English, whatever language the page of the test before was asked for in."""
    from django.utils import translation

    with translation.override("en"):
        yield


def cached_keys():
    """Every key the cache holds, as one text: in this process's memory, or in Redis."""
    from django.core.cache import cache

    kept = cache._cache
    return str(kept.get_client(None).keys("*") if hasattr(kept, "get_client") else list(kept))


def migrations_digest():
    """Changes when any migration of ours or any installed version does."""
    import importlib.metadata

    from django.apps import apps

    hasher = hashlib.sha256()
    for config in sorted(apps.get_app_configs(), key=lambda c: c.label):
        folder = Path(config.path) / "migrations"
        ours = Path(config.path).is_relative_to(ROOT) and ".venv" not in config.path
        for path in sorted(folder.glob("*.py")):
            hasher.update(f"{config.label}/{path.name}".encode())
            if ours:
                hasher.update(path.read_bytes())
    # Rights and roles become permission rows after migrating.
    hasher.update((ROOT / "core" / "roles.py").read_bytes())
    hasher.update((ROOT / "core" / "frozen.py").read_bytes())
    for package in ("django", "wagtail", "django-guardian"):
        hasher.update(importlib.metadata.version(package).encode())
    return hasher.hexdigest()[:16]


@pytest.fixture(scope="session")
def django_db_setup(django_test_environment, django_db_blocker, worker_id="master"):
    """One migrated template per digest; each worker takes a copy (milliseconds instead of twenty seconds)."""
    from django.db import connection

    worker = os.environ.get("PYTEST_XDIST_WORKER", "solo")
    with django_db_blocker.unblock():
        if connection.vendor == "sqlite":
            take_sqlite_copy(worker)
        else:
            take_postgres_copy(worker)
        yield
        connection.close()
        if connection.vendor == "postgresql":
            drop_postgres_copy()


def take_sqlite_copy(worker):
    from django.db import connection

    template = sqlite_template()
    copy = TEMPLATES / f"run-{worker}-{os.getpid()}.sqlite3"
    shutil.copyfile(template, copy)
    connection.close()
    connection.settings_dict["NAME"] = str(copy)


def sqlite_template():
    """The path of the migrated template, made under a lock when it is missing."""
    TEMPLATES.mkdir(exist_ok=True)
    template = TEMPLATES / f"{migrations_digest()}.sqlite3"
    with locked(TEMPLATES / "lock"):
        if not template.exists():
            kept = sorted(TEMPLATES.glob("????????????????.sqlite3"), key=lambda path: path.stat().st_mtime)
            for old in kept[:-3]:  # a parallel run of another branch may still copy the newest
                old.unlink()
            half = template.with_suffix(".half")
            half.unlink(missing_ok=True)
            # A process of its own: this one may be connected to another kind of database.
            own = {"DATABASE_URL": f"sqlite:///{half}", "DJANGO_SETTINGS_MODULE": "config.settings.test"}
            command = [sys.executable, "manage.py", "migrate", "--verbosity=0", "--no-input"]
            subprocess.run(command, cwd=ROOT, env=os.environ | own, check=True)
            with closing(sqlite3.connect(half)) as database:
                database.execute("PRAGMA journal_mode=DELETE")
            half.rename(template)
    return template


def take_postgres_copy(worker):
    from django.core.management import call_command
    from django.db import connection

    settings = connection.settings_dict
    base = settings["NAME"].removeprefix("test_")
    template = f"{base}_tmpl_{migrations_digest()}"
    name = f"test_{base}_{worker}_{os.getpid()}"
    connection.close()
    # The server is the machine's, so the lock is too: another checkout may make the same template.
    with locked(Path(tempfile.gettempdir()) / "openfloor-templates.lock"):
        with connection._nodb_cursor() as cursor:
            cursor.execute("SELECT 1 FROM pg_database WHERE datname = %s", [template])
            ready = cursor.fetchone()
            if not ready:
                cursor.execute(f'DROP DATABASE IF EXISTS "{template}_half"')
                cursor.execute(f'CREATE DATABASE "{template}_half"')
        if not ready:
            settings["NAME"] = f"{template}_half"
            call_command("migrate", verbosity=0, interactive=False)
            connection.close()
            settings["NAME"] = base
            with connection._nodb_cursor() as cursor:
                cursor.execute(f'ALTER DATABASE "{template}_half" RENAME TO "{template}"')
        with connection._nodb_cursor() as cursor:
            cursor.execute(f'CREATE DATABASE "{name}" TEMPLATE "{template}"')
    settings["NAME"] = name


def drop_postgres_copy():
    from django.db import connection

    name = connection.settings_dict["NAME"]
    connection.close()
    with connection._nodb_cursor() as cursor:
        cursor.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')


class locked:
    """A file lock, so that parallel workers make one template."""

    def __init__(self, path):
        self.path = path

    def __enter__(self):
        import fcntl

        self.file = open(self.path, "w")
        fcntl.flock(self.file, fcntl.LOCK_EX)

    def __exit__(self, *error):
        self.file.close()


def pytest_xdist_make_scheduler(config, log):
    """A file stays with one worker, and all journeys do, first of all: two browsers at once leave no core to look on."""
    from xdist.scheduler import LoadFileScheduling

    class JourneysApart(LoadFileScheduling):
        def _split_scope(self, nodeid):
            folder, _, _ = nodeid.partition("journeys/")
            return folder + "journeys" if folder != nodeid else super()._split_scope(nodeid)

    return JourneysApart(config, log)


def pytest_collection_modifyitems(items):
    items.sort(key=lambda item: "journeys" not in item.path.parts)  # with --no-loadscope-reorder they begin first


def pytest_sessionfinish(session):
    """Take away this run's copies."""
    for path in TEMPLATES.glob(f"run-*-{os.getpid()}.sqlite3*"):
        path.unlink(missing_ok=True)


@pytest.fixture(autouse=True)
def own_folders(settings, tmp_path):
    """Each test keeps its files to itself."""
    settings.EVIDENCE_FOLDER = tmp_path / "evidence"
    settings.MEDIA_ROOT = tmp_path / "media"
    settings.REMOVALS_LIST = tmp_path / "removals.jsonl"


@pytest.fixture
def world(db):
    """The small named world (tests/world.py)."""
    from tests.world import World

    return World()
