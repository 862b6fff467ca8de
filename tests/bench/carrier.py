"""The processes of `queue.latency`: `python -m tests.bench.carrier work|ask|both`, on a queue of their own.

Work that runs tells the moment through a socket of the asker, so nobody asks again and again. The clock is the
machine's monotonic one, which all its processes share.
"""

import json
import os
import socket
import statistics
import sys
import threading
import time

import django

django.setup()

from django.db import transaction  # noqa: E402

from config import celery, embedded  # noqa: E402
from core import queue  # noqa: E402

SOCKET, QUEUE, RUNS = os.environ["SOCKET"], os.environ["QUEUE"], int(os.environ["RUNS"])
app = celery.app
app.conf.task_routes = {"core.*": {"queue": QUEUE}, "bench.*": {"queue": QUEUE}}
app.conf.task_default_queue = QUEUE


def tell():
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as line:
        line.sendto(str(time.monotonic()).encode(), SOCKET)


@queue.job("bench.tell")
def recorded():
    tell()


@app.task(name="bench.bare")
def bare():
    tell()


def work():
    """A worker on the broker, or the embedded form's threads."""
    if queue.settings.EMBEDDED_WORKER:
        embedded.start()
        return
    app.finalize()
    worker = app.WorkController(
        pool="solo", queues=[QUEUE], hostname=f"{os.getpid()}@bench",
        without_gossip=True, without_mingle=True, without_heartbeat=True,
    )  # fmt: skip
    threading.Thread(target=worker.start, daemon=True).start()


def ask_ours():
    with transaction.atomic():
        queue.enqueue("bench.tell")


def ask():
    """Milliseconds from asking to running, ours and bare Celery's, taking turns. Prints both medians."""
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as line:
        line.bind(SOCKET)
        line.settimeout(60)

        def once(send):
            began = time.monotonic()
            send()
            return (float(line.recv(64)) - began) * 1000

        def theirs():
            app.send_task("bench.bare")

        for send in (ask_ours, theirs) * 3:
            once(send)  # connections are made, code is loaded
        pairs = [(once(ask_ours), once(theirs)) for _ in range(RUNS)]
    print(json.dumps([round(statistics.median(each), 2) for each in zip(*pairs, strict=True)]))


role = sys.argv[1]
if role in ("work", "both"):
    work()
if role in ("ask", "both"):
    ask()
else:
    print("up", flush=True)
    sys.stdin.read()  # until the bench closes it
