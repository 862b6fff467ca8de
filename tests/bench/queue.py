"""Key queue.latency: from asking for background work to its beginning, on each broker that answers here."""

import json
import os
import socket
import subprocess
import sys
import tempfile
from pathlib import Path
from urllib.parse import urlsplit

from django.db import transaction

from core import queue
from core.ids import new_id
from tests.bench import database
from tests.bench.measure import Line, key, statements

ROOT = Path(__file__).resolve().parent.parent.parent
BROKERS = {
    "RabbitMQ": os.environ.get("TEST_BROKER_URL", "amqp://guest:guest@127.0.0.1:5672//"),
    "Redis": os.environ.get("TEST_REDIS_URL", "redis://127.0.0.1:6379/8"),
    "embedded": "memory://localhost/",
}
MOST = 1


@key("queue.latency")
def latency(place, brokers=BROKERS, runs=50):
    with transaction.atomic():
        asked = statements(lambda: queue.enqueue("core.tidy"))
        transaction.set_rollback(True)
    for name, url in brokers.items():
        if not _answers(url):
            print(f"  {name} does not answer: not measured", flush=True)
            continue
        ours, theirs = _measured(url, runs)
        yield Line(
            "queue.latency", ours, "ms", name, asked, theirs, round(ours / theirs, 2), most_queries=MOST,
            note="the job row is written, committed and leased besides", goal=("≤ 100 ms", ours <= 100),
        )  # fmt: skip


def _answers(url):
    place = urlsplit(url)
    if place.scheme == "memory":
        return True
    with socket.socket() as talk:
        talk.settimeout(2)
        return talk.connect_ex((place.hostname, place.port)) == 0


def _measured(url, runs):
    """(ours, bare Celery's) in milliseconds; asking and working are two processes, or one where there is no broker."""
    with tempfile.TemporaryDirectory() as folder:
        env = os.environ | {
            "CELERY_BROKER_URL": url, "DATABASE_URL": database.url(), "SOCKET": f"{folder}/line",
            "QUEUE": f"bench-{new_id()}", "RUNS": str(runs),
        }  # fmt: skip
        if url.startswith("memory"):
            return _said(env, "both")
        worker = subprocess.Popen(
            [sys.executable, "-m", "tests.bench.carrier", "work"],
            cwd=ROOT, env=env, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
        )  # fmt: skip
        try:
            worker.stdout.readline()
            return _said(env, "ask")
        finally:
            worker.kill()
            worker.communicate()
            _forget(url, env["QUEUE"])


def _said(env, role):
    done = subprocess.run(
        [sys.executable, "-m", "tests.bench.carrier", role],
        cwd=ROOT, env=env, capture_output=True, text=True, timeout=300,
    )  # fmt: skip
    if done.returncode:
        raise RuntimeError(done.stderr[-2000:])
    return json.loads(done.stdout.splitlines()[-1])


def _forget(url, name):
    from kombu import Connection

    with Connection(url, connect_timeout=3) as broker:
        broker.default_channel.queue_delete(name)
