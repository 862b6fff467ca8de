"""What machines ask: is it alive, is it ready, how much waits. Nothing of anybody, and no address or secret."""

import hmac

from celery import current_app
from django.conf import settings
from django.db import DatabaseError, connection
from django.http import Http404, HttpResponse, JsonResponse

from core import background, storage
from core.errors import NOTHING_HERE

# A broker that is away is told within this.
SECONDS = 2


def _database():
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
    return True


def _store():
    return storage.store().has("0" * 64) in (True, False)


def _broker():
    if settings.EMBEDDED_WORKER:
        return True
    with current_app.connection_for_write(connect_timeout=SECONDS) as broker:
        broker.ensure_connection(max_retries=1, interval_start=0, interval_step=0, timeout=SECONDS)
    return True


def _answers(ask):
    try:
        return bool(ask())
    except Exception:  # whatever goes wrong on the way there, it does not answer
        return False


def parts() -> dict:
    """{database, store, broker: does it answer?}"""
    return {"database": _answers(_database), "store": _answers(_store), "broker": _answers(_broker)}


def _jobs():
    try:
        found = background.counts()
    except DatabaseError:
        return None
    return {"waiting": found["waiting"] + found["running"], "dead": found["dead"]}


def health(request):
    """200 when everything answers, 503 when something does not; live: this process answers."""
    found = parts()
    jobs = _jobs() if found["database"] else None
    ready = all(found.values()) and jobs is not None
    body = {"live": True, "ready": ready, **found}
    if jobs is not None:
        body["jobs"] = jobs
    return JsonResponse(body, status=200 if ready else 503)


def live(request):
    """200 while this process answers, whatever else is away."""
    return JsonResponse({"live": True})


def metrics(request):
    """The same as counters in plain text, for who knows METRICS_TOKEN; without one there is no such address."""
    given = request.headers.get("Authorization", "").removeprefix("Bearer ")
    if not settings.METRICS_TOKEN or not hmac.compare_digest(given.encode(), settings.METRICS_TOKEN.encode()):
        raise Http404(NOTHING_HERE)
    found = parts()
    lines = ["# HELP openfloor_up Does this part answer?", "# TYPE openfloor_up gauge"]
    lines += [f'openfloor_up{{part="{name}"}} {int(well)}' for name, well in found.items()]
    if found["database"]:
        lines += ["# HELP openfloor_jobs Background jobs by state", "# TYPE openfloor_jobs gauge"]
        lines += [f'openfloor_jobs{{state="{state}"}} {n}' for state, n in background.counts().items()]
    return HttpResponse("\n".join(lines) + "\n", content_type="text/plain; version=0.0.4; charset=utf-8")
