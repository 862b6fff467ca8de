"""Reads of progress reports: what is known of a plan on a day, and what was issued."""

from dataclasses import dataclass
from datetime import date

from django.urls import reverse

from core import access
from core.days import today
from core.models import Programme
from core.removals import may_in_programme
from core.roles import Right
from improvement_plans import rules
from improvement_plans.models import Minutes, Plan, PlanItem, ProgressReport
from improvement_plans.permissions import Standing, plans_visible_to, standing
from improvement_plans.queries.plans import card, said_of, with_facts


def known(plan, on) -> dict:
    """What is known of a plan on a day, as numbers, days and ids: what a progress report begins with and freezes.

    {"as_of", "items": [{"item", "status", "due_on", "slips", "came_back", "reported_on", ...}], "counts": {status: n},
    "meetings", "seats": {side: n}, "promises": {"open", "kept"}}. Five queries for any number of items.
    """
    rows = []
    for item in with_facts(PlanItem.objects.filter(plan=plan).select_related("finding__report")):
        one = card(item, said_of(item), on)
        if not one.over:
            days = {name: day and day.isoformat() for name, day in one.fix.items()}
            rows.append(
                {"item": str(item.pk), "status": one.status, "slips": item.slips, "came_back": one.came_back,
                 "due_on": item.due_on and item.due_on.isoformat()} | days
            )  # fmt: skip
    facts = {
        "as_of": on.isoformat(),
        "items": rows,
        "counts": {status: sum(1 for row in rows if row["status"] == status) for status in rules.BOARD},
        "meetings": 0,
        "seats": dict.fromkeys(rules.SIDES, 0),
        "promises": {"open": 0, "kept": 0},
    }
    if plan.committee_id:
        seats = plan.committee.members.values_list("side", "since", "until")
        for side, since, until in seats:
            facts["seats"][side] += rules.in_office(since, until, on)
        held = Minutes.objects.filter(meeting__committee=plan.committee_id, held_on__range=(plan.opened_on, on))
        facts["meetings"] = held.values("meeting").distinct().count()
        for closed in plan.committee.commitments.values_list("closed_in", flat=True):
            facts["promises"]["kept" if closed else "open"] += 1
    return facts


@dataclass
class ProgressView:
    """A progress report as one reader may see it: its frozen facts beside the items as they are called today."""

    plan: Plan
    report: ProgressReport
    lines: list
    counts: list
    words: dict
    who: Standing
    newer: bool
    may_remove: bool

    @property
    def as_of(self):
        return date.fromisoformat(self.report.facts["as_of"])


def progress_of(plan) -> list[ProgressReport]:
    """The newest edition of each progress report of a plan, in order. One query."""
    newest = {one.number: one for one in plan.progress_reports.all()}
    return list(newest.values())


def progress_view(user, report_id) -> ProgressView | None:
    """An issued progress report for who may read its plan: committee, programme, buyers with consent. Or None."""
    report = (
        ProgressReport.objects.filter(pk=report_id, plan__in=plans_visible_to(user))
        .select_related("plan__site__programme", "plan__cycle", "plan__committee", "words")
        .first()
    )
    if report is None:
        return None
    plan, facts = report.plan, report.facts
    items = {str(item.pk): item for item in PlanItem.objects.filter(plan=plan)}
    lines = [
        row | {"thing": items[row["item"]], "day": row["due_on"] and date.fromisoformat(row["due_on"])}
        for row in facts["items"]
        if row["item"] in items
    ]
    who = standing(user, plan)
    newer = plan.progress_reports.filter(number=report.number, edition__gt=report.edition).exists()
    return ProgressView(
        plan=plan,
        report=report,
        lines=sorted(lines, key=lambda row: rules.URGENCY.index(row["status"])),
        counts=[(status, facts["counts"][status]) for status in rules.BOARD if facts["counts"][status]],
        words=report.words.body or {},
        who=who,
        newer=newer,
        may_remove=who.staff and may_in_programme(user, report, plan.site.programme),
    )


def came(number, cycle):
    """The progress report of a cycle, as a queryset: what its clock asks."""
    return ProgressReport.objects.filter(number=number, plan__cycle=cycle)


def addresses(user, cycles) -> dict:
    """{cycle: where this person writes the progress report of its plan}, where she advises. One query."""
    advises = access.anchors(user, Right.ADVISE, Programme)
    plans = Plan.objects.filter(cycle__in=cycles, site__programme__in=advises)
    return {
        cycle: reverse("improvement_plans:write-progress", args=[pk]) for pk, cycle in plans.values_list("pk", "cycle")
    }


def prefilled(plan) -> dict:
    """What a form of the next progress report begins with: its number, and what is known today."""
    there = {one.number: one for one in progress_of(plan)}
    last = there.get(max(there)) if there else None
    return {
        "number": 2 if 1 in there else 1,
        "dialogue": last.dialogue if last else "",
        "facts": known(plan, today(plan.site.programme)),
    }
