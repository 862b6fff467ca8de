"""Screens of the ground floor: today, health. How people get in is in core/entrance."""

from django.db import DatabaseError
from django.http import JsonResponse
from django.shortcuts import render

from core import home as registry
from core.gallery import gallery as looks  # noqa: F401
from core.models import Job


def home(request):
    """Today: what waits for this person, as verbs."""
    lines = registry.lines_for(request.user)
    return render(request, "core/home.html", {"lines": lines[:7], "more": max(0, len(lines) - 7)})


def health(request):
    """For machines: alive, the database answers, how many jobs wait. 503 while the database is away."""
    try:
        waiting = Job.objects.filter(state__in=[Job.State.WAITING, Job.State.RUNNING]).count()
        dead = Job.objects.filter(state=Job.State.DEAD).count()
    except DatabaseError:
        return JsonResponse({"live": True, "ready": False}, status=503)
    return JsonResponse({"live": True, "ready": True, "jobs": {"waiting": waiting, "dead": dead}})
