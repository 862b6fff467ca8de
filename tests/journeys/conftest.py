"""A real server for Chromium: gunicorn on a copy of the template database, with its worker thread, nothing mocked."""

import os
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from contextlib import contextmanager
from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.conftest import ROOT, sqlite_template

ARGS = [
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync", "--disable-dev-shm-usage",
]  # fmt: skip
# A look that comes true ends at once; a machine with other work must not make it untrue.
expect.set_options(timeout=30_000)


def pytest_collection_modifyitems(items):
    """A browser, a server and the test share the cores with other such three. A journey that fails is tried once more,
    and the run names it: one that passes only then is to be mended, not to be lived with."""
    for item in items:
        if item.get_closest_marker("journey"):
            item.add_marker(pytest.mark.flaky(reruns=1))


class Site:
    """One running instance: where it is, and a way to run its commands."""

    def __init__(self, folder, database=None):
        self.folder = Path(folder)
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        self.url = f"http://127.0.0.1:{self.port}"
        self.env = {name: value for name, value in os.environ.items() if name not in OWN} | {
            "DJANGO_SETTINGS_MODULE": "config.settings.dev",
            "VAR_DIR": str(self.folder),
            "DATABASE_URL": database or f"sqlite:///{self.folder / 'openfloor.sqlite3'}",
            "DEMONSTRATION": "1",
            "PYTHONPATH": str(ROOT),
        }

    def run(self, *arguments, check=True):
        """A command of the project, or `-c` with Python: what a person at the machine would type."""
        command = [sys.executable, *arguments] if arguments[0] == "-c" else [sys.executable, "manage.py", *arguments]
        done = subprocess.run(command, cwd=ROOT, env=self.env, capture_output=True, text=True, timeout=900)
        if check and done.returncode:
            raise AssertionError(f"{arguments}\n{done.stdout[-3000:]}\n{done.stderr[-3000:]}")
        return done

    def start(self):
        self.log = (self.folder / "server.log").open("w")
        self.process = subprocess.Popen(
            [
                sys.executable, "-m", "gunicorn", "config.wsgi:application", "--bind", f"127.0.0.1:{self.port}",
                "--workers", "1", "--threads", "8", "--worker-class", "gthread", "--log-level", "warning",
            ],
            cwd=ROOT, env=self.env, stdout=self.log, stderr=subprocess.STDOUT,
        )  # fmt: skip
        self._until_it_answers()

    def _until_it_answers(self):
        end = time.monotonic() + 60
        while time.monotonic() < end:
            try:
                urllib.request.urlopen(f"{self.url}/health/", timeout=2).close()
                return
            except OSError:
                try:
                    self.process.wait(timeout=0.1)  # a moment, cut short if the server dies
                    break
                except subprocess.TimeoutExpired:
                    continue
        raise AssertionError((self.folder / "server.log").read_text()[-3000:])

    def stop(self):
        self.process.send_signal(signal.SIGTERM)
        self.process.wait(timeout=30)
        self.log.close()


OWN = {"CELERY_BROKER_URL", "CACHE_URL", "EVIDENCE_BUCKET", "DATABASE_URL", "REMOVALS_LIST", "VAR_DIR"}


@pytest.fixture(scope="session")
def migrated(django_db_blocker):
    """The path of the migrated template database, on SQLite whatever this run's database is."""
    from django.db import connection

    if connection.vendor != "sqlite":
        pytest.skip("Journeys run on the embedded database; the run on SQLite has them.")
    name = connection.settings_dict["NAME"]
    with django_db_blocker.unblock():
        template = sqlite_template()
        connection.close()
        connection.settings_dict["NAME"] = name
    return template


@contextmanager
def new_site(migrated, folder):
    """A site in an empty folder, with a database and nothing in it; stopped at the end where it was started."""
    site = Site(folder)
    shutil.copyfile(migrated, site.folder / "openfloor.sqlite3")
    yield site
    if hasattr(site, "process"):
        site.stop()


@pytest.fixture(scope="module")
def site(migrated, tmp_path_factory):
    with new_site(migrated, tmp_path_factory.mktemp("site")) as site:
        yield site


@pytest.fixture
def own_site(migrated, tmp_path_factory):
    """For a test that builds its world in steps: a second try begins at the beginning too."""
    with new_site(migrated, tmp_path_factory.mktemp("site")) as site:
        yield site


@pytest.fixture(scope="module")
def chromium():
    """A browser, for one file of tests: its driver keeps a loop running, in which no test of another file may ask a
    database."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=ARGS)
        yield browser
        browser.close()


@pytest.fixture
def pictures(tmp_path):
    """Where pictures go: docs/pictures when they are to be taken again (`make pictures`), else nowhere lasting."""
    named = os.environ.get("OPENFLOOR_PICTURES")
    folder = ROOT / named if named else tmp_path / "pictures"
    folder.mkdir(parents=True, exist_ok=True)
    return folder
