"""Reads for the screens of compliance, always as one person may see them. Each takes a fixed number of queries.

They show drafts to those who work on an assessment only; whoever is outside reads issued reports (documents.py).
"""

from collections import Counter, defaultdict
from dataclasses import dataclass, field
from types import SimpleNamespace

from django.db.models import Exists, F, OuterRef, Q, Subquery
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from checklists.models import Citation, Question
from compliance import permissions, rules
from compliance.models import (
    Answer,
    Assessment,
    AssessmentMember,
    Device,
    Evidence,
    EvidenceLink,
    Finding,
    Quarantined,
    ReportDocument,
)
from compliance.states import STATES
from core import access
from core.models import AuditRecord, Programme, RoleAssignment, User
from core.roles import ROLES, Right
from factories import permissions as factories
from factories.models import BuyerMember, Site

# Word and shape of each state of the work. An answer's words stand in core.statuses.
STATE_WORDS = {
    "planned": (gettext_lazy("Planned"), "cal"),
    "in_progress": (gettext_lazy("In progress"), "tablet"),
    "in_review": (gettext_lazy("In review"), "list"),
    "issued": (gettext_lazy("Report issued"), "doc"),
    "cancelled": (gettext_lazy("Called off"), "close"),
}
STAFF = (Right.PLAN_VISITS, Right.LEAD_ASSESSMENTS, Right.ASSESS)
PUBLIC = "critical-public"


def works_on_assessments(user) -> bool:
    """Does this person plan, lead or make assessments anywhere? One query. For doors and menus."""
    held = Q(pk__in=[])
    for right in STAFF:
        held |= Q(pk__in=access.anchors(user, right, Programme))
    return Programme.objects.filter(held).exists()


def programmes_with(user, right):
    """Programmes in which this person holds a right now."""
    return Programme.objects.filter(pk__in=access.anchors(user, right, Programme)).order_by("name")


def extent_words(thing, noun) -> str:
    """ "2 of 9 exits", "2 exits", or nothing; `thing` is an answer or a finding, `noun` the question's."""
    n, of = thing.extent_n, thing.extent_of
    if n is None:
        return ""
    said = str(n) if of is None else _("%(n)s of %(of)s") % {"n": n, "of": of}
    return f"{said} {noun}".strip()


def band_words(thing) -> str:
    """How many workers it touches, as a band."""
    return _("%(band)s workers") % {"band": thing.extent_workers.replace("-", "–")} if thing.extent_workers else ""


def value_words(value, unit="") -> str:
    """The answer to a question that is no finding, as words: yes, 12 drills, a text."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return _("Yes") if value else _("No")
    if isinstance(value, list):
        return ", ".join(map(str, value))
    return f"{value} {unit}".strip()


# --- assessments ------------------------------------------------------------------------------------------------


def assessments(user, *, state="", words=""):
    """Assessments this person may see before issue, the latest planned first."""
    found = permissions.visible_to(user).select_related("cycle__site", "of_programme", "programme")
    if state in STATES:
        found = found.filter(state=state)
    if words.strip():
        found = found.filter(Q(number__icontains=words.strip()) | Q(cycle__site__name__icontains=words.strip()))
    return found.prefetch_related("members__user").order_by("-planned_from", "-number")


def assessment(user, number) -> Assessment | None:
    """The assessment of a number, if this person may see it."""
    return (
        permissions.visible_to(user)
        .filter(number=number)
        .select_related("cycle__site", "of_programme", "programme", "version__checklist")
        .first()
    )


def people(assessment) -> list:
    """Its members, the lead first. One query."""
    return list(assessment.members.select_related("user").order_by("-lead", "user__first_name", "user__username"))


def progress(assessment) -> SimpleNamespace:
    """How far an assessment is: answers by state, what is left, what differs, photos, tablets. Five queries."""
    questions = Question.objects.filter(version_id=assessment.version_id, kind="finding")
    asked = dict(questions.values_list("key", "required"))
    states, conflicts, answered = Counter(), 0, set()
    for key, state, differing in assessment.answers.values_list("question_key", "state", "conflicts"):
        conflicts += bool(differing)
        if key in asked and state:
            answered.add(key)
            states[state] += 1
    linked = set(_links(assessment).values_list("evidence_id", flat=True))
    arrived = set(assessment.evidence.values_list("pk", flat=True))
    people = AssessmentMember.objects.filter(assessment=assessment).values("user")
    return SimpleNamespace(
        of=len(asked),
        answered=len(answered),
        counts=[{"key": state, "n": states[state]} for state in rules.STATES],
        unanswered=len(asked) - len(answered),
        left=sum(1 for key, required in asked.items() if required and key not in answered),
        conflicts=conflicts,
        photos=len(arrived),
        waiting=len(linked - arrived),
        tablets=list(
            Device.objects.filter(user__in=people, revoked_at=None).select_related("user").order_by("user__username")
        ),
    )


def _links(assessment):
    return EvidenceLink.objects.filter(assessment=assessment, linked=True)


def evidence(user, evidence_id) -> Evidence | None:
    """A photo or document of an assessment this person may see."""
    return (
        Evidence.objects.filter(
            pk=evidence_id, redacted_at=None, assessment__in=permissions.visible_to(user).values("pk")
        )
        .select_related("assessment")
        .first()
    )


# --- the review desk --------------------------------------------------------------------------------------------

REASONS = {
    "conflict": gettext_lazy("Two answers differ"),
    "no-evidence": gettext_lazy("No photo or document"),
    "no-report-text": gettext_lazy("No report text"),
    "no-reason": gettext_lazy("No reason written"),
    "public": gettext_lazy("Becomes public"),
}


def reasons_to_look(*, state, conflicts, report_text, texts, evidence, tags) -> list[str]:
    """Why a reviewer looks at an answer first, most urgent first; keys of REASONS. Pure.

    texts: note, comment and report text together; evidence: how many photos and documents are linked.
    """
    found = ["conflict"] if conflicts else []
    if state == "non_compliant":
        if not evidence:
            found.append("no-evidence")
        if not report_text.strip():
            found.append("no-report-text")
        if PUBLIC in tags:
            found.append("public")
    if state == "undetermined" and not texts.strip():
        found.append("no-reason")
    return found


@dataclass
class Item:
    """One question of the desk with its answer. `number` counts within the point; no answer yet: "unanswered"."""

    question: Question
    number: int
    answer: Answer
    state: str
    evidence: list = field(default_factory=list)
    reasons: list = field(default_factory=list)

    @property
    def hint(self):
        return " · ".join(str(REASONS[reason]) for reason in self.reasons)

    @property
    def name(self):
        return self.question.issue or self.question.text

    @property
    def extent(self):
        return extent_words(self.answer, self.question.extent)

    @property
    def workers(self):
        return band_words(self.answer)

    @property
    def value(self):
        return value_words(self.answer.value, self.question.unit)

    @property
    def is_public(self):
        return PUBLIC in self.question.tags


def desk_assessment(user, number) -> Assessment | None:
    """The assessment if this person reviews it: a lead assessor of its programme. One query."""
    return (
        Assessment.objects.filter(
            number=number, programme__in=access.anchors(user, Right.LEAD_ASSESSMENTS, Programme), cycle__isnull=False
        )
        .select_related("cycle__site", "programme", "version")
        .first()
    )


def review_desk(assessment, *, wanted="", show="") -> SimpleNamespace | None:
    """Everything the desk shows, in six queries whatever the number of questions. None when `wanted` is no question.

    first: what the checks found, most urgent first; others: the other non-compliances; rest: the remaining questions
    in order, counted by state in `counts`; `listed` is what `show` (a state) unfolds.
    """
    items = _items(assessment)
    first = [item for item in items if item.reasons]
    first.sort(key=lambda item: (list(REASONS).index(item.reasons[0]), item.question.position))
    others = [item for item in items if item.state == "non_compliant" and not item.reasons]
    seen = {id(item) for item in [*first, *others]}
    rest = [item for item in items if id(item) not in seen]
    listed = [item for item in rest if item.state == show]
    order = listed or [*first, *others, *rest]
    current = next((item for item in items if item.question.key == wanted), None) if wanted else (order or [None])[0]
    if current is None:
        return None
    place = next((n for n, item in enumerate(order) if item is current), None)
    return SimpleNamespace(
        items=items,
        first=first,
        others=others,
        counts=_counts(rest),
        listed=listed,
        show=show if listed else "",
        current=current,
        previous=order[place - 1] if place else None,
        next=order[place + 1] if place is not None and place + 1 < len(order) else None,
        non_compliant=sum(1 for item in items if item.state == "non_compliant"),
        public=sum(1 for item in items if item.state == "non_compliant" and item.is_public),
        unanswered=sum(1 for item in items if item.state == "unanswered"),
        citations=list(Citation.objects.filter(question=current.question)),
        members=people(assessment),
        **_earlier(assessment, current),
    )


def _counts(items):
    counts = Counter(item.state for item in items)
    return [{"key": key, "n": counts[key]} for key in [*rules.STATES, "unanswered", "information"] if counts[key]]


def _items(assessment) -> list[Item]:
    """Every question of the version with its answer and evidence. Three queries."""
    answers = {answer.question_key: answer for answer in assessment.answers.all()}
    kept = Evidence.objects.filter(pk=OuterRef("evidence_id"))
    linked = defaultdict(list)
    for link in _links(assessment).annotate(media_type=Subquery(kept.values("media_type")[:1])).order_by("evidence_id"):
        linked[link.question_key].append(link)
    items, numbers = [], Counter()
    questions = Question.objects.filter(version_id=assessment.version_id).select_related("point__cluster")
    for question in questions.defer("guidance", "sources", "choices"):
        numbers[question.point_id] += 1
        answer = answers.get(question.key) or Answer(assessment=assessment, question_key=question.key)
        state = (answer.state or "unanswered") if question.kind == "finding" else "information"
        items.append(
            Item(
                question=question,
                number=numbers[question.point_id],
                answer=answer,
                state=state,
                evidence=linked[question.key],
                reasons=reasons_to_look(
                    state=state,
                    conflicts=answer.conflicts,
                    report_text=answer.report_text,
                    texts=answer.note + answer.comment + answer.report_text,
                    evidence=len(linked[question.key]),
                    tags=question.tags,
                ),
            )
        )
    return items


def _earlier(assessment, current) -> dict:
    """What issued reports of this factory said of the question, oldest first, and how old that makes it. One query."""
    rows = list(
        Finding.objects.filter(
            question_key=current.question.key,
            report__assessment__cycle__site_id=assessment.cycle.site_id,
            report__superseded_by=None,
        )
        .exclude(report__assessment=assessment)
        .order_by("report__visited_on", "report__issued_at")
        .values_list("report__visited_on", "state", "report__assessment__cycle__number")
    )
    day = assessment.visited_on or assessment.planned_from
    strip = [
        {"key": state, "label": str(on.year), "small": _("cycle %(n)s") % {"n": cycle}} for on, state, cycle in rows
    ]
    if current.state in rules.STATES:
        now = _("cycle %(n)s, now") % {"n": assessment.cycle.number}
        strip.append({"key": current.state, "label": str(day.year), "small": now})
    history = [(on, state) for on, state, _cycle in rows]
    return {"strip": strip if rows else [], "age": rules.age(history, day, current.state), "day": day}


def becomes_of(assessment) -> SimpleNamespace:
    """What issuing the report will do, in numbers. Two queries."""
    states = dict(assessment.answers.values_list("question_key", "state"))
    counts = Counter()
    questions = Question.objects.filter(version_id=assessment.version_id, kind="finding")
    for key, tags in questions.values_list("key", "tags"):
        counts["findings"] += 1
        if states.get(key) == "non_compliant":
            counts["non_compliant"] += 1
            counts["public"] += PUBLIC in tags
        if states.get(key) is None:
            counts["unanswered"] += 1
    return SimpleNamespace(**{name: counts[name] for name in ("findings", "non_compliant", "public", "unanswered")})


# --- reports ----------------------------------------------------------------------------------------------------


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


def opened_by_others(user, limit=200) -> list:
    """Who opened the reports of the factories this person manages, newest first: report, at, who. Six queries at most.

    Managers and management members by name; the programme by role, buyers by their firm. Who sits for workers is
    "worker side" and nothing else: one line a report, without name, day, or number. So is whoever read before the
    side was written down, or whose place is not known.
    """
    reports = {
        str(row.pk): row
        for row in permissions.reports_visible_to(user)
        .filter(assessment__cycle__site__in=managed_sites(user))
        .select_related("assessment__programme")
    }
    records = list(_openings().filter(subject_id__in=list(reports)).order_by("-at")[:limit])
    people = {row.actor_id for row in records}
    names = {person.pk: person for person in User.objects.filter(pk__in=people)}
    roles, buyers = _roles_at(people), _buyers_at(people)
    lines, quiet = [], {}
    for record in records:
        report, side = reports[record.subject_id], record.facts.get("reads_as", "")
        if side == "management":
            who = names[record.actor_id].name
        elif side == "programme":
            who = roles(record) or _("the programme")
        elif side == "buyer":
            who = buyers(record) or _("a buyer")
        else:
            quiet[record.subject_id] = {"report": report, "at": None, "who": _("worker side")}
            continue
        lines.append({"report": report, "at": record.at, "who": who})
    return lines + list(quiet.values())


def opened_by_oneself(user):
    """What this person opened, newest first, as audit records."""
    return _openings().filter(actor_id=user.pk).order_by("-at")


def reports_of_openings(user, records) -> list:
    """The same as lines; a report she may no longer read keeps its line without its name. One query."""
    reports = permissions.reports_visible_to(user).in_bulk([record.subject_id for record in records])
    known = {str(pk): report for pk, report in reports.items()}
    return [{"report": known.get(record.subject_id), "at": record.at} for record in records]


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


# --- serious harm -----------------------------------------------------------------------------------------------


def cases(user):
    """The cases this person reads, open ones first, then the newest."""
    return (
        permissions.cases_visible_to(user)
        .select_related("cycle__site", "programme")
        .order_by(F("closed_at").asc(nulls_first=True), "-opened_at")
    )


def case(user, case_id):
    """One case with its notes, if this person reads it."""
    return (
        permissions.cases_visible_to(user)
        .filter(pk=case_id)
        .select_related("cycle__site", "programme", "opened_by", "closed_by")
        .prefetch_related("notes__written_by")
        .first()
    )


def case_subject(user, number) -> Assessment | None:
    """The assessment in whose cycle this person may open a case: of a programme whose staff she is, and seen by her."""
    seen = Q(pk__in=permissions.visible_to(user).values("pk"))
    read = Q(pk__in=permissions.reports_visible_to(user).values("assessment"))
    return (
        Assessment.objects.filter(
            seen | read, number=number, cycle__isnull=False,
            programme__in=access.anchors(user, Right.OPEN_ZERO_TOLERANCE, Programme),
        )
        .select_related("cycle__site", "programme")
        .first()
    )  # fmt: skip


def case_readers(programme, *, but):
    """Who can be named a reader of a case: the programme's staff and the officers the ministry named."""
    officers = RoleAssignment.objects.filter(programme=programme, role="government-officer").filter(
        Q(until=None) | Q(until__gt=timezone.now())
    )
    staff = access.holders(Right.OPEN_ZERO_TOLERANCE, programme)
    people = User.objects.filter(Q(pk__in=staff) | Q(pk__in=officers.values("user")), is_active=True)
    return people.exclude(pk=but.pk).order_by("first_name", "username")


# --- tablets ----------------------------------------------------------------------------------------------------


def own_tablets(user):
    """Tablets registered to this person that still work."""
    return Device.objects.filter(user_id=user.pk, revoked_at=None).order_by("-last_seen_at")


def field_tablets(user):
    """Tablets of the assessors of the programmes this person plans visits in, the longest silent first."""
    assessors = access.current_grants(Programme, Right.ASSESS).filter(
        content_object_id__in=access.anchors(user, Right.PLAN_VISITS, Programme)
    )
    return (
        Device.objects.filter(user__in=assessors.values("user_id"), revoked_at=None)
        .select_related("user")
        .order_by(F("last_seen_at").asc(nulls_first=True))
    )


def kept_aside(user):
    """Work the server could not take, not decided yet, in the programmes this person plans visits in; oldest first."""
    return (
        Quarantined.objects.filter(
            decided_at=None, assessment__programme__in=access.anchors(user, Right.PLAN_VISITS, Programme)
        )
        .select_related("assessment__cycle__site", "author", "device")
        .order_by("received_at")
    )


def questions_of_items(items) -> dict:
    """{(version id, key): Question} for what was kept aside; a key no version holds is left out. One query."""
    wanted = {(item.assessment.version_id, item.body.get("question")) for item in items}
    found = Question.objects.filter(
        version_id__in={version for version, _key in wanted}, key__in={key for _version, key in wanted if key}
    )
    return {(question.version_id, question.key): question for question in found.only("version_id", "key", "text")}


# --- the home page ----------------------------------------------------------------------------------------------


def to_review(user):
    """Assessments that wait for a lead assessor of their programme, the longest waiting first."""
    return (
        Assessment.objects.filter(
            state="in_review",
            programme__in=access.anchors(user, Right.LEAD_ASSESSMENTS, Programme),
            cycle__isnull=False,
        )
        .select_related("cycle__site")
        .order_by("submitted_at")
    )


def own_visits(user):
    """Visits this person is named on that are planned or under way, the nearest first."""
    named = AssessmentMember.objects.filter(assessment=OuterRef("pk"), user_id=user.pk)
    return (
        permissions.visible_to(user)
        .filter(Exists(named), state__in=["planned", "in_progress"], cycle__isnull=False)
        .select_related("cycle__site")
        .order_by("planned_from")
    )


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
