"""Background work inside the web process, for an instance with no broker. One web process only.

The job row is the truth, so what this process had in hand when it died is swept up by the next one.
"""

import logging
import threading
import time

from django.conf import settings

log = logging.getLogger("openfloor.embedded")


def start():
    """Start a Celery worker and the sweeper as threads of this process, once. Does nothing when a broker is named."""
    if not settings.EMBEDDED_WORKER:
        return
    from config.celery import app
    from core import queue

    queue.worker_in_this_process = True
    app.finalize()
    worker = app.WorkController(
        pool="threads",
        concurrency=2,
        hostname="embedded@local",
        without_gossip=True,
        without_mingle=True,
        without_heartbeat=True,
    )
    threading.Thread(target=worker.start, daemon=True, name="embedded-worker").start()
    threading.Thread(target=_sweep_for_ever, daemon=True, name="embedded-sweeper").start()
    log.info("No broker is named: background work shares this process.")


def _sweep_for_ever():
    from django.db import close_old_connections

    from core import queue

    while True:
        try:
            close_old_connections()
            queue.sweep()
        except Exception:  # the sweeper outlives a database that is away for a moment
            log.exception("The sweeper failed; it tries again.")
        time.sleep(15)
