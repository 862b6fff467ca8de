"""Screens of the ground floor: today. How people get in is in core/entrance."""

from django.shortcuts import render

from core import home as registry
from core.gallery import gallery as looks  # noqa: F401


def home(request):
    """Today: what waits for this person, as verbs."""
    lines = registry.lines_for(request.user)
    return render(request, "core/home.html", {"lines": lines[:7], "more": max(0, len(lines) - 7)})
