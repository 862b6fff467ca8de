"""Tablets on a bad network, as many histories as fit: what tests/noloss plays in small, for as long as there is time.

`SOAK_SECONDS` says how long each of the two goes on (60), `SOAK_HISTORIES` how many at most, `HISTORY_SEED` where to
begin; a failure names its seed.
"""

import os
import shutil
import signal
import time

import pytest
from django.conf import settings
from django.db import connection

from tests.noloss import server
from tests.noloss.history import History, Stage, play_or_name, small_limits
from tests.noloss.moments import Moments
from tests.soak.test_kill import use
from tests.world import World

pytestmark = pytest.mark.soak
SECONDS = float(os.environ.get("SOAK_SECONDS", "60"))
MOST = int(os.environ.get("SOAK_HISTORIES", "1000000"))
FIRST = int(os.environ.get("HISTORY_SEED", "1"))


def in_time(play):
    """Seeds until the time is over; at least one. Prints how many, and how many changes they made."""
    ends, seed, changes = time.monotonic() + SECONDS, FIRST, 0
    while seed == FIRST or (time.monotonic() < ends and seed < FIRST + MOST):
        changes += play(seed)
        seed += 1
    print(f"{seed - FIRST} histories from seed {FIRST}, {changes} changes")


def test_every_history_ends_with_nothing_lost_and_everybody_agreed(db):
    stage = Stage(World())
    in_time(lambda seed: play_or_name(stage, seed))


def dies_in_a_process(at, work):
    """A forked server, warm, killed by SIGKILL at a moment of its work."""
    connection.close()
    child = os.fork()
    if child == 0:
        try:
            with Moments(at, lambda: os.kill(os.getpid(), signal.SIGKILL)):
                work()
        finally:
            os._exit(0)
    os.waitpid(child, 0)
    return server.AWAY, {}


@pytest.mark.skipif(not settings.DATABASES["default"]["ENGINE"].endswith("sqlite3"), reason="a file of its own")
def test_nothing_is_lost_when_the_server_is_killed_in_the_middle(file, tmp_path, monkeypatch):
    """The same histories with real commits, and a real process killed wherever a history lets the server die."""
    stage = Stage(World())
    monkeypatch.setattr(server, "death", dies_in_a_process)
    connection.close()

    def play(seed):
        own = tmp_path / f"history-{seed}.sqlite3"
        shutil.copyfile(file, own)
        use(own)
        try:
            with small_limits():
                history = History(stage, seed)
                history.play()
        except Exception as error:
            raise AssertionError(f"history {seed} (HISTORY_SEED={seed}): {error}") from error
        finally:
            use(file)
            for end in ("", "-wal", "-shm"):
                own.with_name(own.name + end).unlink(missing_ok=True)
        return len(history.made)

    in_time(play)
