"""The tablet's client in Firefox, from end to end and once: taken offline, answered while no server is there, closed,
opened again, sent. Each step is a Firefox of its own on one profile; offline is a server that was stopped."""

import os
import shutil
import subprocess

import pytest

from tests.conftest import ROOT
from tests.journeys.conftest import Site, migrated  # noqa: F401  (a fixture)
from tests.journeys.test_main_job import SETUP
from tests.world import PASSWORD

pytestmark = pytest.mark.soak
FIREFOX = shutil.which("firefox-esr") or shutil.which("firefox")


@pytest.fixture
def site(migrated, tmp_path):  # noqa: F811
    site = Site(tmp_path)
    shutil.copyfile(migrated, tmp_path / "openfloor.sqlite3")
    site.run("-c", f"{SETUP}from tests.world import World; World().planned()")
    yield site
    if site.process.poll() is None:
        site.stop()


def test_a_day_without_a_network(site, tmp_path):
    assert FIREFOX, "Run: sh tests/need.sh soak"
    profile = tmp_path / "profile"
    profile.mkdir()

    def step(name):
        command = ["node", "tests/browsers/firefox.mjs", site.url, str(profile), name, "chanthou", PASSWORD]
        # HOME: nothing of the person who runs the tests is read or written.
        env = os.environ | {"FIREFOX": FIREFOX, "HOME": str(tmp_path)}
        done = subprocess.run(command, cwd=ROOT, env=env, capture_output=True, text=True, timeout=180, check=False)
        assert done.returncode == 0, f"{name}: {done.stderr}"

    site.start()
    step("take offline")
    site.stop()
    step("answer without a server")
    site.start()
    step("send")
    kept = site.run(
        "-c",
        f"{SETUP}from compliance.models import Answer; print([(a.question_key, a.state) for a in Answer.objects.all()])",
    )
    assert kept.stdout.splitlines()[-1] == "[('emergency-exits-clear', 'non_compliant')]"
