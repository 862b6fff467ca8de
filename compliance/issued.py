"""Issued facts for the floors above: no person, no note, no draft. Superseded reports are left out."""

from typing import NamedTuple
from zoneinfo import ZoneInfo

from django.db.models import Count, F, Max, Min, OuterRef, Q, Subquery, Value

from checklists.models import Question
from checklists.queries import series_of
from compliance.models import (
    Assessment,
    CorrectionAsk,
    FactoryReply,
    Finding,
    PublicReply,
    ReplyDecision,
    Report,
)
from core import redaction
from factories.issued import may_read_reports
from factories.models import SiteManager


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
    version_id: object
    language: str


class VisitNotHeld(NamedTuple):
    """Nobody was let in, or nobody was there. It says nothing of what a checklist asks: no finding, no figure."""

    assessment_id: object
    number: str
    site_id: object
    cycle_id: object
    visited_on: object
    outcome: str
    cycle_number: int


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
        "assessment__version_id", "assessment__version__language",
    )  # fmt: skip
    return [IssuedReport(*row) for row in rows]


def visits_not_held(programme_id, *, until=None) -> list[VisitNotHeld]:
    """Visits of a programme that did not take place, up to a day (included), oldest first. One query."""
    rows = Assessment.objects.filter(programme_id=programme_id, state="not_held", cycle__isnull=False)
    if until is not None:
        rows = rows.filter(visited_on__lte=until)
    rows = rows.order_by("visited_on", "number").values_list(
        "id", "number", "cycle__site_id", "cycle_id", "visited_on", "outcome", "cycle__number"
    )
    return [VisitNotHeld(*row) for row in rows]


def issued_findings(report_ids, *, questions=None) -> list[IssuedFinding]:
    """Every finding of the reports given, or those on some questions (ids), in the checklist's order. One query."""
    found = Finding.objects.filter(report_id__in=list(report_ids))
    if questions is not None:
        found = found.filter(question_id__in=list(questions))
    rows = (
        found.order_by("report_id", "position")
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


class AskedQuestion(NamedTuple):
    """A question of a checklist's version. `now`: its key in the newest version that a bridge joins it to."""

    id: object
    key: str
    tags: list
    now: str


def questions_asked(version_ids) -> list[AskedQuestion]:
    """Every question that finds something in these versions of checklists. Three queries."""
    version_ids = list(version_ids)
    called = series_of(version_ids)
    rows = Question.objects.filter(version__in=version_ids, kind="finding").values_list(
        "id", "version_id", "key", "tags"
    )
    return [
        AskedQuestion(pk, key, tags, called.get((version_id, key), ("", "", key))[2])
        for pk, version_id, key, tags in rows
    ]


class IssuedCorrection(NamedTuple):
    """Somebody said that a report is wrong. No person and no word of theirs.

    `kind`: correction, of an issued report; dispute, of its draft. `asked_by`: factory, programme, or another party
    whose duty it is, such as union.
    `outcome`: upheld, amended or withdrawn; "" while it is not decided. `question_key` "": the report as a whole.
    """

    id: object
    kind: str
    assessment_id: object
    question_key: str
    asked_by: str
    asked_on: object
    decided_on: object
    outcome: str
    report_version: int | None


def corrections(programme, *, until) -> list[IssuedCorrection]:
    """What was said to be wrong of issued reports up to a day (included), oldest first. Six queries at most.

    A finding that was withdrawn before its report was issued is not among them: it was never issued. What is decided
    later than that day is not decided yet.
    """
    zone = ZoneInfo(programme.time_zone)
    asks = list(
        CorrectionAsk.objects.filter(report__assessment__programme=programme, report__assessment__cycle__isnull=False)
        .select_related("report__assessment__cycle", "decision__made")
        .order_by("asked_at", "id")
    )
    replies = _last_of_each(FactoryReply, programme, "said_at")
    decisions = _last_of_each(ReplyDecision, programme, "decided_at")
    issued = dict(
        Report.objects.filter(assessment__programme=programme, version=1, issued_on__lte=until).values_list(
            "assessment_id", "issued_on"
        )
    )
    states = _states_of([ask for ask in asks if getattr(ask, "decision", None) and ask.decision.made_id])
    managers = set(SiteManager.objects.filter(site__programme=programme).values_list("user_id", "site_id"))
    made = []
    for ask in asks:
        asked_on = ask.asked_at.astimezone(zone).date()
        if asked_on > until:
            continue
        who = (ask.asked_by_id, ask.report.assessment.cycle.site_id)
        asked_by = ask.asked_for or ("factory" if who in managers else "programme")
        decision = getattr(ask, "decision", None)
        decided_on = decision.decided_at.astimezone(zone).date() if decision else None
        key, outcome, version = ask.question_key, "", None
        if decided_on is None or decided_on > until:
            decided_on = None
        elif decision.made is None:
            outcome = "upheld"
        else:
            key, version = decision.made.facts["corrects"]["question"], decision.made.version
            was, now = states.get((ask.report_id, key)), states.get((decision.made_id, key))
            outcome = "withdrawn" if was == "non_compliant" != now else "amended"
        made.append(
            IssuedCorrection(
                ask.pk, "correction", ask.report.assessment_id, key, asked_by, asked_on, decided_on, outcome, version
            )
        )
    for draft_id, reply in replies.items():
        decision, assessment_id = decisions.get(draft_id), reply.draft.window.assessment_id
        if reply.stance != "disputes" or assessment_id not in issued:
            continue
        if decision is not None and decision.outcome != "withdrawn":
            said, on = (moment.astimezone(zone).date() for moment in (reply.said_at, decision.decided_at))
            key = reply.draft.question.key
            made.append(
                IssuedCorrection(reply.pk, "dispute", assessment_id, key, "factory", said, on, decision.outcome, None)
            )
    return sorted(made, key=lambda one: (one.asked_on, str(one.id)))


class IssuedPublicReply(NamedTuple):
    """What somebody says in public of a finding: not the words, which can be removed, but the proof of them.

    `party` "": the factory itself. `on`: the day it was let through. `digest`: of salt and body.
    """

    id: object
    assessment_id: object
    question_key: str
    party: str
    on: object
    digest: str


def public_replies(programme, *, until) -> list[IssuedPublicReply]:
    """What was let through up to a day (included) and is not removed, the oldest first. One query."""
    zone = ZoneInfo(programme.time_zone)
    rows = PublicReply.objects.filter(
        assessment__programme=programme, decision__outcome="accepted", redacted_at=None
    ).select_related("decision")
    found = [
        (row, row.decision.decided_at.astimezone(zone).date()) for row in rows.order_by("decision__decided_at", "pk")
    ]
    return [
        IssuedPublicReply(row.pk, row.assessment_id, row.question_key, row.party, on, row.digest)
        for row, on in found
        if on <= until
    ]


def words_of_public_replies(ids) -> dict:
    """{id: text, language, salt, removed_at, removed_because} of replies that were let through. At most two queries.

    The words stand in no document, so that a removal reaches every page, of whatever release.
    """
    rows = list(PublicReply.objects.filter(pk__in=list(ids), decision__outcome="accepted"))
    redaction.explain(rows)
    return {
        str(row.pk): {
            "text": (row.body or {}).get("text", ""),
            "language": (row.body or {}).get("language", ""),
            "salt": row.salt,
            "removed_at": row.redacted_at,
            "removed_because": getattr(row, "removed_because", ""),
        }
        for row in rows
    }


def public_replies_removed() -> Subquery:
    """How many were removed after they were let through, as a column of another query: when it changes, pages must be
    drawn anew."""
    removed = PublicReply.objects.filter(decision__outcome="accepted").exclude(redacted_at=None).order_by()
    return Subquery(removed.annotate(all=Value(1)).values("all").annotate(n=Count("pk")).values("n"))


def _last_of_each(model, programme, moment):
    """{draft finding: the last word on it}, of windows that were not taken back."""
    rows = model.objects.filter(draft__window__assessment__programme=programme, draft__window__taken_back_at=None)
    return {row.draft_id: row for row in rows.select_related("draft__window", "draft__question").order_by(moment)}


def _states_of(asks):
    """{(report, question): state} before and after these corrections."""
    reports = {report for ask in asks for report in (ask.report_id, ask.decision.made_id)}
    keys = {ask.decision.made.facts["corrects"]["question"] for ask in asks}
    found = Finding.objects.filter(report__in=reports, question_key__in=keys)
    return {(report, key): state for report, key, state in found.values_list("report_id", "question_key", "state")}
