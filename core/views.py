"""Screens of the ground floor: today. How people get in is in core/entrance."""

from django.shortcuts import render

from core import home as registry
from core.gallery import gallery as looks  # noqa: F401


def home(request):
    """Today: what waits for this person, as verbs."""
    lines, panels = registry.lines_for(request.user), registry.panels_for(request.user)
    context = {
        "lines": lines[:7],
        "more": max(0, len(lines) - 7),
        "beside": [panel for panel in panels if not panel.wide],
        "under": [panel for panel in panels if panel.wide],
    }
    return render(request, "core/home.html", context)
