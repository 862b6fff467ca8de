"""What is late, by the clocks of each programme; and that a progress report came."""

from django.contrib import messages
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from compliance import actions, queries
from compliance.views.base import or_absent
from core.days import today
from core.errors import Refusal

SHOWN = 50


@require_safe
def due(request):
    """What is late where this person can do something about it, the longest first; the rest is counted."""
    or_absent(request.user.is_authenticated and queries.sees_clocks(request.user))
    groups = []
    for name, found, times in queries.late(request.user):
        rows = list(found[: SHOWN + 1])
        n = len(rows) if len(rows) <= SHOWN else found.count()
        for row in rows:
            row.site = queries.site_of(row)
            row.due_on = queries.due_day(name, row, times[row.site.programme_id])
            row.number = row.number if hasattr(row, "number") else row.assessment.number
        which = name[-1] if name.startswith("progress") else ""
        groups.append(
            {
                "name": name, "words": queries.CLOCK_WORDS[name], "rows": rows[:SHOWN], "n": n,
                "more": max(0, n - SHOWN), "which": which,
            }
        )  # fmt: skip
    return render(request, "compliance/due.html", {"groups": groups, "nothing": not any(one["n"] for one in groups)})


@require_POST
def progress_came(request, report_id):
    """An adviser or a programme manager writes down that the factory's progress report came today."""
    report = or_absent(queries.report_for_progress(request.user, report_id))
    which = request.POST.get("which", "")
    try:
        actions.record_progress(
            report=report, which=int(which) if which in ("1", "2") else 0,
            came_on=today(report.assessment.programme), by=request.user,
        )  # fmt: skip
    except Refusal as refusal:
        messages.error(request, refusal.sentence)
    else:
        messages.success(request, _("Written down."))
    return redirect("compliance:due")
