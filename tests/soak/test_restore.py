"""The restore drill, from one database to another of its kind: SQLite, and PostgreSQL with its own tools.

The demonstration comes back row for row and file for file, and what was removed by law after the backup is removed
again. An instance restored before its first visit passes the journey in a real browser.
"""

import json
import os
import shutil
import socket
import subprocess
from urllib.parse import urlsplit

import pytest

from core.ids import new_id
from tests.conftest import sqlite_template
from tests.journeys.conftest import Site, chromium, pictures  # noqa: F401  (fixtures)
from tests.journeys.test_main_job import SETUP, before_the_visit, from_visit_to_figure

URL = os.environ.get("TEST_DATABASE_URL", "postgres://postgres@127.0.0.1:5432/postgres")
DRILL = f"{SETUP}from tests.soak import drill; drill."

pytestmark = pytest.mark.soak


def answers():
    with socket.socket() as talk:
        talk.settimeout(1)
        return talk.connect_ex((urlsplit(URL).hostname, urlsplit(URL).port or 5432)) == 0


def psql(sql):
    subprocess.run(["psql", "--quiet", URL.rsplit("/", 1)[0] + "/postgres", "-c", sql], check=True, timeout=60)


@pytest.fixture(params=["sqlite", "postgresql"])
def instances(request, tmp_path, django_db_setup):
    """Returns new instances: each with a database and folders of its own."""
    kind, made, sites = request.param, [], []
    if kind == "postgresql":
        if not answers():
            pytest.skip("PostgreSQL does not answer")
        if not shutil.which("pg_dump"):
            pytest.fail("PostgreSQL's own tools are missing. Run: apt-get install postgresql-client")

    def new(*, empty):
        folder = tmp_path / f"instance-{len(sites)}"
        folder.mkdir()
        database = None
        if kind == "postgresql":
            made.append(f"openfloor_drill_{new_id().hex[-12:]}")
            psql(f'CREATE DATABASE "{made[-1]}"')
            database = f"{URL.rsplit('/', 1)[0]}/{made[-1]}"
        site = Site(folder, database)
        if not empty and kind == "sqlite":
            shutil.copyfile(sqlite_template(), folder / "openfloor.sqlite3")
        elif not empty:
            site.run("migrate", "--verbosity=0")
        sites.append(site)
        return site

    yield new
    for site in sites:
        if hasattr(site, "process"):
            site.stop()
    for name in made:
        psql(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')


def digests(site):
    return json.loads(site.run("-c", f"{DRILL}say_digests()").stdout.splitlines()[-1])


def test_the_demonstration_comes_back_and_what_was_removed_since_does_not(instances, tmp_path):
    old, new = instances(empty=False), instances(empty=True)
    old.run("load_demo")
    old.run("-c", f"{DRILL}fill()")
    before = digests(old)
    assert any(name.startswith("file ") for name in before) and "media original_images/hall.jpg" in before
    old.run("backup", str(tmp_path / "saved"))

    # The backup is the instance, row for row and file for file.
    assert "Removed again: 0." in new.run("restore", str(tmp_path / "saved")).stdout
    after = digests(new)
    assert {name for name in before | after if before.get(name) != after.get(name)} == set()
    new.run("-c", f"{DRILL}verify(gone=False)")

    # The redaction drill: afterwards every proof still holds.
    removed = json.loads(old.run("-c", f"{DRILL}remove()").stdout.splitlines()[-1])
    assert {"compliance.findingtext", "compliance.evidence", "compliance.casenote"} <= set(removed)
    said = old.run("-c", f"{DRILL}verify(gone=True)").stdout.splitlines()[-1]
    print(f"removed of each of {len(removed)} kinds; verified {said}")

    # The older backup holds the words; with the list of removals they do not come back.
    refused = new.run("restore", str(tmp_path / "saved"), check=False)
    assert refused.returncode and "--replace" in refused.stderr
    listed = old.folder / "removals.jsonl"
    again = new.run("restore", str(tmp_path / "saved"), "--replace", "--removals", str(listed)).stdout
    assert "Removed again:" in again and "Removed again: 0." not in again
    assert new.run("-c", f"{DRILL}verify(gone=True)").stdout.splitlines()[-1] == said


def test_a_restored_instance_passes_the_journey(instances, chromium, pictures, tmp_path):  # noqa: F811
    old, new = instances(empty=False), instances(empty=True)
    old.run("-c", f"{SETUP}from tests.journeys import prepare; prepare.people()")
    before_the_visit(old, tmp_path)
    old.run("backup", str(tmp_path / "saved"))
    new.run("restore", str(tmp_path / "saved"))
    from_visit_to_figure(new, chromium, pictures)
