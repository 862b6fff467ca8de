"""The processes of the kill table: run as `python -m tests.soak.killable ROLE`, in a database and a queue of their own.

A file `MARKS/<moment>` tells the parent that the moment is reached; the process then stands still until it is killed.
"""

import os
import sys
import time
from datetime import timedelta
from pathlib import Path

import django

django.setup()

from django.db import transaction  # noqa: E402

from config import celery, embedded  # noqa: E402
from core import mail, queue  # noqa: E402
from core.models import Job  # noqa: E402

MARKS = Path(os.environ["MARKS"])
MOMENT = os.environ.get("MOMENT", "")
app = celery.app
app.conf.task_routes = {"core.*": {"queue": os.environ["QUEUE"]}}
app.conf.task_default_queue = os.environ["QUEUE"]
app.conf.broker_connection_timeout = 2
app.conf.task_publish_retry = False

# A killed worker's job is taken again after this, not after a minute.
queue.LEASE = timedelta(seconds=2)
queue.RENEWED_EVERY = 0.5
queue.RESEND_AFTER = timedelta(seconds=1)


def stand_still(moment):
    """Once for each test: the parent kills us here."""
    if moment == MOMENT and not (MARKS / moment).exists():
        (MARKS / moment).touch()
        time.sleep(120)


@queue.job("test.letter")
def letter(thing):
    with open(MARKS / "began", "a") as file:
        file.write("x")
    stand_still("mid-job")
    mail.send(to="somebody@floor.example", subject="A letter", text="Once or twice.", message_key=thing)
    stand_still("after the work")


def ask():
    """Ask for one piece of work in a transaction, as a web request does."""
    send = queue._send
    if MOMENT == "before send":
        queue._send = lambda job_id: stand_still("before send")
    with transaction.atomic():
        queue.enqueue("test.letter", thing=os.environ["THING"])
    queue._send = send


def watch_the_claim():
    """Stop between the claim and the work: the first read of the row after it."""
    real = Job.objects.get

    def get(*args, **facts):
        stand_still("after claim")
        return real(*args, **facts)

    Job.objects.get = get


def sweep_for_ever():
    while True:
        queue.sweep()
        time.sleep(0.5)


def work():
    """The embedded form's threads, or a worker on the broker with a sweeper beside it (for beat)."""
    import threading

    watch_the_claim()
    if queue.settings.EMBEDDED_WORKER:
        if MOMENT:  # on a slow machine its lease runs out before it is killed, and its own sweeper would do the work
            embedded._sweep_for_ever = lambda: None
        embedded.start()
    else:
        app.finalize()
        worker = app.WorkController(
            pool="solo", queues=[os.environ["QUEUE"]], hostname=f"{os.getpid()}@kill",
            without_gossip=True, without_mingle=True, without_heartbeat=True,
        )  # fmt: skip
        threading.Thread(target=worker.start, daemon=True).start()
    if not MOMENT:  # else the one that stands still would do its own work again before it is killed
        threading.Thread(target=sweep_for_ever, daemon=True).start()


role = sys.argv[1]
if role == "ask":
    ask()
elif role == "work":
    work()
    (MARKS / "up").touch()
    time.sleep(120)
elif role == "both":  # the embedded form: one web process that asks and works
    work()
    ask()
    time.sleep(120)
