"""Issued facts for the floors above: no person, no note, no draft. Superseded reports are left out."""

from typing import NamedTuple

from django.db.models import F, Max, Min, OuterRef, Q, Subquery

from compliance.models import Assessment, Finding, Report
from factories.issued import may_read_reports


class IssuedReport(NamedTuple):
    id: object
    assessment_id: object
    number: str
    version: int
    site_id: object
    cycle_id: object
    cycle_number: int
    visit_count: int
    visited_on: object
    issued_on: object
    checklist_key: str
    checklist_version: str
    digest: str


class VisitNotHeld(NamedTuple):
    """Nobody was let in, or nobody was there. It says nothing of what a checklist asks: no finding, no figure."""

    assessment_id: object
    number: str
    site_id: object
    cycle_id: object
    visited_on: object
    outcome: str


class IssuedFinding(NamedTuple):
    id: object
    report_id: object
    question_id: object
    question_key: str
    point_key: str
    cluster_key: str
    state: str
    extent_n: int | None
    extent_of: int | None
    extent_workers: str
    first_found_on: object
    times_found: int
    relapsed: bool
    tags: list
    issue: str
    explain: str
    extent: str
    text: str


def issued_reports(programme_id, *, until=None) -> list[IssuedReport]:
    """Every report of a programme issued up to a day (included), oldest visit first. One query.

    None of a self-assessment: nobody has checked it, and nothing of it becomes public.

    `issued_on` is the day of the first version: a correction does not begin the public delay anew.
    """
    rows = Report.objects.filter(assessment__programme_id=programme_id, assessment__cycle__isnull=False)
    rows = rows.exclude(assessment__kind="self")
    if until is None:
        rows = rows.filter(superseded_by=None)
    else:
        rows = rows.filter(Q(superseded_by=None) | Q(superseded_by__issued_on__gt=until), issued_on__lte=until)
    versions = Report.objects.filter(assessment=OuterRef("assessment")).order_by().values("assessment")
    rows = rows.annotate(first=Subquery(versions.annotate(first=Min("issued_on")).values("first")))
    rows = rows.order_by("visited_on", "first", F("issued_at")).values_list(
        "id", "assessment_id", "assessment__number", "version", "assessment__cycle__site_id", "assessment__cycle_id",
        "assessment__cycle__number", "visit_count", "visited_on", "first", "assessment__version__checklist__key",
        "assessment__version__version", "digest",
    )  # fmt: skip
    return [IssuedReport(*row) for row in rows]


def visits_not_held(programme_id, *, until=None) -> list[VisitNotHeld]:
    """Visits of a programme that did not take place, up to a day (included), oldest first. One query."""
    rows = Assessment.objects.filter(programme_id=programme_id, state="not_held", cycle__isnull=False)
    if until is not None:
        rows = rows.filter(visited_on__lte=until)
    rows = rows.order_by("visited_on", "number").values_list(
        "id", "number", "cycle__site_id", "cycle_id", "visited_on", "outcome"
    )
    return [VisitNotHeld(*row) for row in rows]


def issued_findings(report_ids) -> list[IssuedFinding]:
    """Every finding of the reports given, in the checklist's order. One query."""
    rows = (
        Finding.objects.filter(report_id__in=list(report_ids))
        .order_by("report_id", "position")
        .values_list(
            "id", "report_id", "question_id", "question_key", "point_key", "cluster_key", "state", "extent_n",
            "extent_of", "extent_workers", "first_found_on", "times_found", "relapsed",
            "question__tags", "question__issue", "question__explain", "question__extent", "words__body",
        )
    )  # fmt: skip
    return [IssuedFinding(*row[:-1], (row[-1] or {}).get("text", "")) for row in rows]


def last_visits_for(buyer_id, site_ids) -> dict:
    """{site id: day of the last visit} whose report a factory's consent opens to a buyer today. One query."""
    opened = may_read_reports(buyer_id)
    of_cycle = Q(assessment__cycle__in=opened.exclude(cycle=None).values("cycle"))
    of_site = Q(assessment__cycle__site__in=opened.filter(cycle=None).values("site"))
    rows = Report.objects.filter(of_cycle | of_site, assessment__cycle__site__in=list(site_ids))
    rows = rows.exclude(assessment__kind="self").order_by().values("assessment__cycle__site")
    return dict(rows.annotate(last=Max("visited_on")).values_list("assessment__cycle__site", "last"))


def reliability(report_ids) -> dict:
    """{report id: codes of rules.RELIABILITY}: what makes the record of a visit less sure, where it was said.

    A visit that was cut short says so. No typed word. One query.
    """
    made = {}
    rows = Report.objects.filter(pk__in=list(report_ids)).values_list("pk", "facts__visit")
    for report_id, said in rows:
        codes = list(((said or {}).get("reliability") or {}).get("said") or [])
        if ((said or {}).get("outcome") or {}).get("said") == "partial" and "time-cut-short" not in codes:
            codes.append("time-cut-short")
        if codes:
            made[report_id] = codes
    return made
