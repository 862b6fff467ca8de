"""Publishing, killed at a moment: a warm process is forked, publishes and writes the archive on a copy of a database
of its own, and is gone by SIGKILL before or after a statement, the commit, a file or a folder."""

import os
import random
import shutil
import signal
import time
from contextlib import ExitStack, contextmanager
from datetime import timedelta
from io import StringIO
from pathlib import Path
from unittest import mock

from django.core.management import call_command
from django.db import connection

from core.models import AuditRecord
from disclosure import archive, queries
from disclosure.models import Address, Entry, Release, ReleasedFactory
from tests.disclosure.past import AS_OF, publish, regime, usual
from tests.noloss.moments import Moments
from tests.world import World

TABLES = (Release, ReleasedFactory, Entry, Address)


def use(path):
    connection.close()
    connection.settings_dict["NAME"] = str(path)


def publish_next(folder):
    day = AS_OF + timedelta(days=1)
    call_command("publish_disclosures", programme="KH", as_of=day, archive=folder, stdout=StringIO())


@contextmanager
def moments(at=None, act=None):
    """Moments of the database, and of what is hashed, made and named on the disk."""
    with Moments(at, act) as counted, ExitStack() as stack:

        def watched(real):
            def call(*args, **named):
                counted.pass_one()
                result = real(*args, **named)
                counted.pass_one()
                return result

            return call

        for holder, name in ((archive, "_sha256_of"), (Path, "mkdir"), (Path, "rename"), (Path, "write_bytes")):
            stack.enter_context(mock.patch.object(holder, name, watched(getattr(holder, name))))
        yield counted


def state():
    published = AuditRecord.objects.filter(verb="release.published").count()
    return [table.objects.count() for table in TABLES] + [published]


def digests():
    return list(Release.objects.get(number=2).factories.values_list("slug", "digest"))


def check_kills(file, tmp_path, count, seed):
    """So many kills, spread over all moments; what is over them, at any time. One whole release each time."""
    world = World()
    regime(world)
    usual(world)
    publish(world)
    for name in ("White Heron", "Grey Heron"):
        usual(world, site=world.new_site(name))
    before, chance = state(), random.Random(seed)

    def fresh(name):
        place = tmp_path / name
        place.mkdir()
        connection.close()
        shutil.copyfile(file, place / "db.sqlite3")
        use(place / "db.sqlite3")
        return place

    place = fresh("whole")
    began = time.monotonic()
    with moments() as whole:
        publish_next(place / "archive")
    took = time.monotonic() - began
    after, said = state(), digests()
    assert after[0] == before[0] + 1 and whole.passed > 60
    chosen = chance.sample(range(1, whole.passed), min(count, whole.passed) - 1)
    places = [*sorted(chosen), whole.passed]  # the last: all is written, and nobody was told
    found = {"nothing": 0, "all": 0, "files": 0}
    for n in range(count):
        moment = places[n] if n < len(places) else None
        place = fresh(f"kill-{n}")
        connection.close()
        child = os.fork()
        if child == 0:
            try:
                with moments(moment, lambda: os.kill(os.getpid(), signal.SIGKILL)):
                    publish_next(place / "archive")
                if moment is None:
                    signal.pause()
            finally:
                os._exit(7)
        if moment is None:
            time.sleep(chance.random() * took)  # killed from outside, wherever it is
            os.kill(child, signal.SIGKILL)
        _, status = os.waitpid(child, 0)
        assert os.WIFSIGNALED(status) and os.WTERMSIG(status) == signal.SIGKILL, f"moment {moment} never came"

        with connection.cursor() as cursor:
            cursor.execute("PRAGMA integrity_check")
            assert cursor.fetchall() == [("ok",)], f"moment {moment}"
        now = state()
        assert now in (before, after), f"moment {moment} of {whole.passed}, seed {seed}: half a release is there"
        assert list(queries.problems()) == [], f"moment {moment}"
        found["all" if now == after else "nothing"] += 1
        if (place / "archive" / "KH" / "0002").exists():
            found["files"] += 1
            assert list(archive.problems(place / "archive")) == [], f"moment {moment}"

        publish_next(place / "archive")
        assert state() == after and digests() == said, f"moment {moment}: the next attempt ends elsewhere"
        assert list(queries.problems()) == list(archive.problems(place / "archive")) == []
        use(file)
        shutil.rmtree(place)
    assert all(found.values()), f"a side was never met: {found}"
