"""Who goes where in the next weeks."""

from datetime import timedelta

from compliance.models import Assessment
from core.days import Calendar


def weeks_of_pairs(programmes, day, *, weeks, most) -> dict:
    """Visits planned or under way, from the week of `day` on: a row for each set of assessors, a cell for each week.

    weeks: [{"on": Monday, "holidays": [(day, name)]}]; rows: [{"people": [names], "cells": [[Assessment]]}], the first
    to go first, `most` at most; more: how many rows were left out. Visits over two weeks stand in both. Two queries,
    and one for the calendar of each programme.
    """
    monday = day - timedelta(days=day.weekday())
    end = monday + timedelta(weeks=weeks)
    visits = (
        Assessment.objects.filter(
            programme__in=programmes, cycle__isnull=False, outcome="", state__in=["planned", "in_progress"],
            planned_from__lt=end, planned_until__gte=monday,
        )
        .select_related("cycle__site")
        .prefetch_related("members__user")
        .order_by("planned_from", "number")
    )  # fmt: skip
    rows = {}
    for visit in visits:
        pair = sorted(visit.members.all(), key=lambda member: (not member.lead, member.user.name))
        cells = rows.setdefault(tuple(member.user.name for member in pair), [[] for _ in range(weeks)])
        first = max(0, (visit.planned_from - monday).days // 7)
        for n in range(first, min(weeks, (visit.planned_until - monday).days // 7 + 1)):
            cells[n].append(visit)
    calendars = [Calendar(programme) for programme in programmes]
    days = [monday + timedelta(days=n) for n in range(7 * weeks)]
    holidays = {one: {calendar.holiday(one) for calendar in calendars} - {""} for one in days}
    return {
        "weeks": [
            {"on": start, "holidays": [(one, name) for one in days[n : n + 7] for name in sorted(holidays[one])]}
            for n, start in zip(range(0, 7 * weeks, 7), days[::7], strict=True)
        ],
        "rows": [{"people": people, "cells": cells} for people, cells in list(rows.items())[:most]],
        "more": max(0, len(rows) - most),
    }
