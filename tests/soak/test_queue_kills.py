"""The kill table of the queue: each process, on each broker, killed with SIGKILL at each moment, then started again.

Asked of every cell: the job is done in the end; the work was done at least once; its letter was written once or twice,
always with one Message-ID. Prints the table. The lease is two seconds here.
"""

import contextlib
import os
import signal
import socket
import sqlite3
import subprocess
import sys
import time
from email import message_from_bytes
from pathlib import Path

import pytest
from django.db import connection

from core.ids import new_id

ROOT = Path(__file__).resolve().parent.parent.parent
NOBODY = "amqp://127.0.0.1:1//"
BROKERS = {
    "embedded": None,
    "Redis": "redis://127.0.0.1:6379/9",
    "RabbitMQ": "amqp://guest:guest@127.0.0.1:5672//",
}
MOMENTS = ["before send", "after claim", "mid-job", "after the work", "broker away"]
WAIT = 60

pytestmark = pytest.mark.soak


def answers(url):
    with socket.socket() as talk:
        talk.settimeout(1)
        return url is None or talk.connect_ex(("127.0.0.1", int(url.split(":")[-1].split("/")[0]))) == 0


@pytest.fixture(scope="module")
def table():
    rows = {}
    yield rows
    lines = [f"{'killed':16}" + "".join(f"{name:>24}" for name in BROKERS)]
    for moment in MOMENTS:
        lines.append(f"{moment:16}" + "".join(f"{rows.get((name, moment), '-'):>24}" for name in BROKERS))
    print("\n" + "\n".join(lines), file=sys.__stdout__)


class Place:
    """A database, a folder of letters and a queue of one cell's own."""

    def __init__(self, folder, broker):
        self.folder, self.broker, self.running = folder, broker, []
        self.queue, self.thing = f"kill-{new_id()}", str(new_id())
        (folder / "letters").mkdir()
        ours, own = (sqlite3.connect(path) for path in (connection.settings_dict["NAME"], folder / "own.sqlite3"))
        with contextlib.closing(ours), contextlib.closing(own):
            ours.backup(own)

    def start(self, role, moment="", broker=None):
        env = {key: value for key, value in os.environ.items() if key not in ("CELERY_BROKER_URL", "CACHE_URL")} | {
            "DATABASE_URL": f"sqlite:///{self.folder / 'own.sqlite3'}",
            "DJANGO_SETTINGS_MODULE": "tests.soak.killable_settings",
            "VAR_DIR": str(self.folder),
            "MARKS": str(self.folder),
            "MOMENT": moment,
            "QUEUE": self.queue,
            "THING": self.thing,
        }
        if broker or self.broker:
            env["CELERY_BROKER_URL"] = broker or self.broker
        with open(self.folder / f"{role}.log", "ab") as log:
            process = subprocess.Popen(
                [sys.executable, "-m", "tests.soak.killable", role], cwd=ROOT, env=env, stdout=log, stderr=log
            )
        self.running.append(process)
        return process

    def kill(self, process):
        process.send_signal(signal.SIGKILL)
        process.wait(10)

    def until(self, true):
        ends = time.monotonic() + WAIT
        while time.monotonic() < ends:
            if true():
                return True
            time.sleep(0.1)
        return False

    def marked(self, moment):
        return self.until(lambda: (self.folder / moment).exists())

    def job(self):
        with contextlib.closing(sqlite3.connect(self.folder / "own.sqlite3", timeout=20)) as own:
            return own.execute("SELECT state, attempts FROM core_job WHERE name = 'test.letter'").fetchall()

    def letters(self):
        """The Message-ID of each letter written."""
        whole = b"".join(path.read_bytes() for path in sorted((self.folder / "letters").iterdir()))
        return [message_from_bytes(one.lstrip())["Message-ID"] for one in whole.split(b"-" * 79) if one.strip()]

    def began(self):
        path = self.folder / "began"
        return len(path.read_text()) if path.exists() else 0

    def log(self):
        return "\n".join(path.read_text()[-1500:] for path in self.folder.glob("*.log"))


@pytest.fixture
def place(request, django_db_setup, tmp_path):
    url = BROKERS[request.param]
    if not answers(url):
        pytest.skip(f"{request.param} does not answer")
    here = Place(tmp_path, url)
    here.name = request.param
    yield here
    for process in here.running:
        if process.poll() is None:
            here.kill(process)
    if url:
        from kombu import Connection

        with contextlib.suppress(Exception), Connection(url, connect_timeout=3) as broker:
            broker.default_channel.queue_delete(here.queue)


@pytest.mark.parametrize("moment", MOMENTS)
@pytest.mark.parametrize("place", BROKERS, indirect=True)
def test_nothing_is_lost(place, moment, table):
    if moment == "broker away":
        if place.broker is None:
            table[place.name, moment] = "no broker to lose"
            return
        asked = place.start("ask", broker=NOBODY)
        assert asked.wait(WAIT) == 0, place.log()
        assert place.job() == [("waiting", 0)]
    elif place.broker is None:
        web = place.start("both", moment)
        assert place.marked(moment), place.log()
        place.kill(web)
    elif moment == "before send":
        web = place.start("ask", moment)
        assert place.marked(moment), place.log()
        place.kill(web)
    else:
        worker = place.start("work", moment)
        assert place.start("ask").wait(WAIT) == 0, place.log()
        assert place.marked(moment), place.log()
        place.kill(worker)
    assert place.job()[0][0] in ("waiting", "running")
    place.start("work")
    assert place.until(lambda: place.job()[0][0] == "done"), place.log()
    letters = place.letters()
    assert place.began() >= 1
    assert letters and set(letters) == {f"<{place.thing}@openfloor>"}
    assert len(letters) == (2 if moment == "after the work" else 1)
    table[place.name, moment] = f"done, {len(letters)} letter{'s' * (len(letters) > 1)}, try {place.job()[0][1]}"
