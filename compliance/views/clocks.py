"""What is late, by the clocks of each programme."""

from django.shortcuts import render
from django.views.decorators.http import require_safe

from compliance import queries
from compliance.views.base import or_absent

SHOWN = 50


@require_safe
def due(request):
    """What is late where this person can do something about it, the longest first; the rest is counted."""
    or_absent(request.user.is_authenticated and queries.sees_clocks(request.user))
    groups = []
    for name, found, times in queries.late(request.user):
        rows = list(found[: SHOWN + 1])
        n = len(rows) if len(rows) <= SHOWN else found.count()
        write = queries.progress_addresses(request.user, rows) if name.startswith("progress") else {}
        for row in rows:
            row.site = queries.site_of(row)
            row.due_on = queries.due_day(name, row, times[row.site.programme_id])
            row.write = write.get(row.pk, "")
            row.number = row.number if hasattr(row, "number") else row.assessment.number
        groups.append(
            {
                "name": name, "words": queries.CLOCK_WORDS[name], "rows": rows[:SHOWN], "n": n,
                "more": max(0, n - SHOWN),
            }
        )  # fmt: skip
    return render(request, "compliance/due.html", {"groups": groups, "nothing": not any(one["n"] for one in groups)})
