"""The large register: 39,384 real rows in five files, and long invented lists, in time that grows with the rows and
memory that does not.

Each import runs as a person starts it, a process of its own, so that its memory is its own.
"""

import json
import os
import re
import shutil
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.conftest import sqlite_template

ROOT = Path(__file__).resolve().parent.parent.parent
REGISTER = Path(os.environ.get("OPENFLOOR_SHARED") or ROOT.parent / "shared") / "data" / "factories" / "us-employers"
SAID = re.compile(r"(\d+) of the created look like")
START = (
    "import resource, sys; from django.core.management import execute_from_command_line as run\n"
    "try:\n    run(['manage.py', 'import_factories', *sys.argv[1:], '--json'])\n"
    "finally:\n    print('peak', resource.getrusage(resource.RUSAGE_SELF).ru_maxrss,"
    " resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)"
)


@pytest.fixture
def own(tmp_path, db):
    """A database of its own; returns a function that imports files into it."""
    shutil.copyfile(sqlite_template(), tmp_path / "own.sqlite3")
    here = {
        "VAR_DIR": str(tmp_path),
        "DATABASE_URL": f"sqlite:///{tmp_path / 'own.sqlite3'}",
        "DJANGO_SETTINGS_MODULE": "config.settings.dev",
    }

    def run(*files):
        began = time.monotonic()
        done = subprocess.run(
            [sys.executable, "-c", START, *map(str, files)],
            cwd=ROOT,
            env=os.environ | here,
            capture_output=True,
            text=True,
            timeout=1500,
        )
        seconds = time.monotonic() - began
        assert done.returncode == 0, done.stderr[-2000:] + done.stdout[-2000:]
        lines = done.stdout.splitlines()
        said = SAID.search(done.stdout)
        _, peak, of_children = lines[-1].split()
        result = json.loads(lines[-2]) | {"doubts": int(said[1]) if said else 0, "seconds": round(seconds, 1)}
        result |= {"peak_mb": int(peak) // 1024, "children_mb": int(of_children) // 1024}
        print({name: value for name, value in result.items() if name != "refused"})
        return result

    return run


@pytest.mark.skipif(not REGISTER.is_dir(), reason="the shared register is not on this machine")
def test_the_register_twice(own):
    files = sorted(REGISTER.iterdir())
    first, second = own(*files), own(*files)
    assert first["refused"] == second["refused"] == []
    assert 18_000 < first["created"] < 20_000 and first["doubts"] < 6_500
    assert first["created"] + first["updated"] + first["unchanged"] + first["duplicate"] == 39_384
    assert (second["created"], second["doubts"]) == (0, 0)
    assert second["unchanged"] + second["updated"] + second["duplicate"] == 39_384
    assert max(first["peak_mb"], second["peak_mb"]) < 400


def invented(path, rows):
    """A list of places with common names, each at its own address."""
    names = ["Lucky Star Garments", "Golden River Knitwear Co., Ltd", "PT Blue Kettle Industri", "Paper Heron Sewing"]
    with open(path, "w", encoding="utf-8") as file:
        file.write("country,name,address,sector\n")
        for n in range(rows):
            file.write(f'KH,"{names[n % 4]} {n}","Plot {n * 7}, Road {n % 900}, Kandal {10000 + n}",Apparel\n')
    return path


def test_time_grows_with_the_rows_and_memory_does_not(own, tmp_path):
    small, large = (own(invented(tmp_path / f"{size}.csv", size)) for size in (5_000, 40_000))
    # The second list holds the first: what is new is the difference.
    assert [small["created"], large["created"]] == [5_000, 35_000]
    assert large["peak_mb"] < small["peak_mb"] + 120
    assert large["seconds"] / 40 < 3 * max(small["seconds"] / 5, 0.5)
