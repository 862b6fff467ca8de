"""Issued reports, and who opened them."""

from django.db.models import Q
from django.db.models.fields.json import KT
from django.utils.translation import gettext as _

from compliance import permissions, rules
from compliance.models import (
    CorrectionAsk,
    Finding,
    PublicReply,
    ReportDocument,
)
from core import access
from core.models import AuditRecord, Programme, RoleAssignment, User
from core.roles import ROLES, Right
from factories import permissions as factories
from factories.models import BuyerMember, Site


def reports(user, words=""):
    """Issued reports this person may read, the newest first."""
    found = permissions.reports_visible_to(user).select_related("assessment", "superseded_by")
    if words.strip():
        found = found.filter(
            Q(assessment__number__icontains=words.strip()) | Q(assessment__cycle__site__name__icontains=words.strip())
        )
    return found.order_by("-issued_on", "-issued_at")


def report(user, report_id):
    """One report, if this person may read it."""
    return (
        permissions.reports_visible_to(user)
        .filter(pk=report_id)
        .select_related("assessment__programme", "assessment__cycle", "assessment__version", "superseded_by")
        .first()
    )


def reports_of(user, assessment):
    """Reports of an assessment this person may read, the newest version first."""
    return permissions.reports_visible_to(user).filter(assessment=assessment).order_by("-version")


def document(report, *, form, language) -> ReportDocument | None:
    """The kept document in this language, else in any other. One query."""
    kept = {document.language: document for document in ReportDocument.objects.filter(report=report, form=form)}
    return kept.get(language) or kept.get("en") or next(iter(kept.values()), None)


def managed_sites(user):
    """Factories this person answers for now."""
    return Site.objects.filter(pk__in=access.anchors(user, Right.MANAGE_FACTORY, Site))


def history_before(report, question_key) -> list:
    """[(visited_on, state)] of one question in the factory's reports of earlier visits, oldest first, without what it
    said of itself. One query."""
    return list(
        Finding.objects.filter(
            question_key=question_key,
            report__assessment__cycle__site_id=report.assessment.cycle.site_id,
            report__superseded_by=None,
            report__visited_on__lt=report.visited_on,
        )
        .exclude(report__assessment=report.assessment_id)
        .exclude(report__assessment__kind="self")
        .order_by("report__visited_on", "report__issued_at")
        .values_list("report__visited_on", "state")
    )


def correction_asks(report) -> list:
    """Requests to correct this report, the newest first, with what was decided. One query."""
    return list(
        report.correction_asks.select_related("asked_by", "decision__decided_by", "decision__made").order_by("-pk")
    )


def corrections_to_decide(user):
    """Requests that wait for a lead assessor of their programme, the longest waiting first."""
    return (
        CorrectionAsk.objects.filter(
            decision=None,
            report__superseded_by=None,
            report__assessment__programme__in=access.anchors(user, Right.LEAD_ASSESSMENTS, Programme),
        )
        .select_related("report__assessment__cycle__site")
        .order_by("pk")
    )


def correction_ask(user, ask_id):
    """One such request, decided or not."""
    found = CorrectionAsk.objects.filter(
        pk=ask_id, report__assessment__programme__in=access.anchors(user, Right.LEAD_ASSESSMENTS, Programme)
    )
    return found.select_related("report__assessment__programme", "report__assessment__version", "decision").first()


def public_replies(report) -> dict:
    """{question key: what was said of its finding for the public, newest first, with the decisions}. One query."""
    rows = PublicReply.objects.filter(assessment=report.assessment_id).select_related("said_by", "decision__decided_by")
    made: dict = {}
    for row in rows.order_by("-pk"):
        made.setdefault(row.question_key, []).append(row)
    return made


def duty_of(report, question_key) -> str:
    """The other party whose duty this question of the report is; "" where it is the factory's own. One query."""
    found = report.findings.filter(question_key=question_key).values_list("question__tags", flat=True).first()
    return next((party for party in rules.PARTIES if rules.DUTY + party in (found or ())), "")


def public_replies_to_decide(user):
    """Replies that wait to be read before they are published, the longest waiting first."""
    return (
        PublicReply.objects.filter(
            decision=None,
            redacted_at=None,
            assessment__programme__in=access.anchors(user, Right.LEAD_ASSESSMENTS, Programme),
        )
        .exclude(said_by=user)
        .select_related("assessment__cycle__site")
        .order_by("pk")
    )


def public_reply(user, reply_id):
    """One such reply, decided or not, with the issued finding it is of."""
    found = PublicReply.objects.filter(
        pk=reply_id, assessment__programme__in=access.anchors(user, Right.LEAD_ASSESSMENTS, Programme)
    )
    reply = found.select_related("assessment__programme", "assessment__cycle__site", "said_by", "decision").first()
    if reply:
        reply.finding = (
            Finding.objects.select_related("question", "report")
            .filter(report__assessment=reply.assessment_id, report__superseded_by=None, question_key=reply.question_key)
            .first()
        )
    return reply


def managers_of(site):
    """Who answers for a factory now."""
    return User.objects.filter(pk__in=access.holders(Right.MANAGE_FACTORY, site), is_active=True)


NAMED = ("management", "programme", "buyer")


def opened_by_others(user):
    """Openings of the reports of factories this person manages that may be told one by one: audit records, the newest
    first. Not those of the worker side, nor of whoever read before the side was written down.
    """
    return _of_own_factories(user).filter(facts__reads_as__in=NAMED).order_by("-at", "-pk")


def readers_of_openings(user, records) -> list:
    """The same as lines: report, at, who. Management by name, the programme by role, buyers by their firm. Six queries
    at most.
    """
    reports = _reports_of(user, [record.subject_id for record in records])
    people = {record.actor_id for record in records}
    names = {person.pk: person for person in User.objects.filter(pk__in=people)}
    roles, buyers = _roles_at(people), _buyers_at(people)
    said = {
        "management": lambda record: names[record.actor_id].name,
        "programme": lambda record: roles(record) or _("the programme"),
        "buyer": lambda record: buyers(record) or _("a buyer"),
    }
    return [
        {"report": reports.get(record.subject_id), "at": record.at, "who": said[record.facts["reads_as"]](record)}
        for record in records
    ]


def opened_for_workers(user) -> list:
    """Reports of the factories this person manages that the worker side opened: without name, day, or number."""
    unnamed = Q(facts__reads_as__isnull=True) | ~Q(facts__reads_as__in=NAMED)
    opened = set(_of_own_factories(user).filter(unnamed).values_list("subject_id", flat=True))
    return sorted(_reports_of(user, opened).values(), key=lambda report: report["issued_at"], reverse=True)


def _of_own_factories(user):
    reports = permissions.reports_visible_to(user).filter(assessment__cycle__site__in=managed_sites(user))
    return _openings().filter(subject_id__in=[str(pk) for pk in reports.values_list("pk", flat=True)])


def opened_by_oneself(user):
    """What this person opened, newest first, as audit records."""
    return _openings().filter(actor_id=user.pk).order_by("-at", "-pk")


def reports_of_openings(user, records) -> list:
    """The same as lines; a report she may no longer read keeps its line without its name. One query."""
    reports = _reports_of(user, [record.subject_id for record in records])
    return [{"report": reports.get(record.subject_id), "at": record.at} for record in records]


def _reports_of(user, ids) -> dict:
    """{key as audit writes it: {"pk", "number", "factory", "issued_at"}} of those this person may read."""
    found = permissions.reports_visible_to(user).filter(pk__in=list(ids))
    facts = {"number": KT("facts__number"), "factory": KT("facts__factory__name")}
    return {str(row["pk"]): row for row in found.values("pk", "issued_at", **facts)}


def _openings():
    return AuditRecord.objects.filter(verb="report.opened", subject_type="compliance.report")


def _roles_at(people):
    """A function: the roles somebody held in the programme when she opened it, in words. One query."""
    held = list(RoleAssignment.objects.filter(user__in=people))

    def said(record):
        then = {
            row.role
            for row in held
            if row.user_id == record.actor_id
            and row.programme_id == record.programme_id
            and row.since <= record.at
            and (row.until is None or row.until > record.at)
        }
        return ", ".join(sorted(str(ROLES[role].name) for role in then))

    return said


def _buyers_at(people):
    """A function: the buyers somebody worked for on that day. One query."""
    held = list(BuyerMember.objects.filter(user__in=people).select_related("buyer"))

    def said(record):
        day = record.at.date()
        then = {
            row.buyer.name
            for row in held
            if row.user_id == record.actor_id and row.since <= day and (row.until is None or row.until >= day)
        }
        return ", ".join(sorted(then))

    return said


def unread_reports(user, limit=20) -> list:
    """The newest reports about this person's own factories that she has not opened yet. Two queries."""
    own = factories.own_sites(user)
    rows = list(
        permissions.reports_visible_to(user)
        .filter(assessment__cycle__site__in=own, superseded_by=None)
        .order_by("-issued_at")[:limit]
    )
    opened = set(
        AuditRecord.objects.filter(
            verb="report.opened", subject_type="compliance.report", actor_id=user.pk,
            subject_id__in=[str(row.pk) for row in rows],
        ).values_list("subject_id", flat=True)
    )  # fmt: skip
    return [row for row in rows if str(row.pk) not in opened]
