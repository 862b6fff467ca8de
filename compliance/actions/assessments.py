"""A visit is planned, begun, called off, handed in or did not take place."""

from uuid import UUID

from django.db import transaction
from django.db.models import DateField, Q, Subquery, Value
from django.db.models.functions import Coalesce
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from checklists.queries import is_retired
from compliance import judging, queries, rules, sync, visit_forms
from compliance.actions.base import locked, move
from compliance.models import (
    Advisee,
    Assessment,
    AssessmentMember,
    EvidenceLink,
    PlanDecision,
)
from compliance.permissions import (
    can_end,
    check_can_plan,
    check_is_assessor,
    check_is_lead,
)
from core import access, audit
from core.audit import System
from core.days import today
from core.errors import Denied, Invalid, WrongState
from core.numbers import next_number
from core.roles import Right
from factories.actions import make_cycle_known, open_cycle
from factories.models import Cycle

KINDS = ("full", "virtual", "follow-up", "self")


@transaction.atomic
def plan_assessment(
    *,
    programme,
    site,
    version,
    lead,
    assessors,
    planned_from,
    planned_until,
    by,
    cycle=None,
    kind="full",
    clusters=(),
    departments=None,
    interpreter=None,
    why="",
) -> Assessment:
    """Plan a visit; unannounced: nothing of it is visible to the factory side. Opens a cycle when none is given.

    A programme manager. `assessors` without the lead. A virtual check asks some `clusters` and always what is critical.
    `departments`, {name: people}: interviews are spread over them; none so small that a person could be recognised.
    What speaks against the plan (rules.plan_warnings) forbids nothing but is recorded with `why`, which a conflict of
    interest needs. Records assessment.planned. Number: KH-2026-0041.
    """
    people = [lead, *assessors]
    rights = access.rights_among([one for one in (by, *people) if one.pk], programme)
    check_can_plan(by, programme, rights.get(by.pk))
    if site.programme_id != programme.pk:
        raise Invalid(_("This factory is not in the programme."))
    if version.in_force_from > planned_from:
        raise Invalid(_("This version of the checklist is not in force on the first day planned."))
    if is_retired(version, planned_from):
        raise Invalid(_("This version of the checklist is retired. Choose the one that is in force."))
    if version.country not in ("", programme.country):
        raise Invalid(_("This version of the checklist is for another country."))
    if planned_until < planned_from:
        raise Invalid(_("The last day is before the first."))
    if len({person.pk for person in people}) != len(people):
        raise Invalid(_("Name each assessor once."))
    for person in people:
        if Right.ASSESS not in rights[person.pk]:
            raise Invalid(
                _("%(name)s does not hold the role of an assessor in this programme.") % {"name": person.name}
            )
    if kind not in KINDS:
        raise Invalid(_("Choose what kind of assessment it is."))
    known = {key for key, _title in queries.clusters_of(version)} if clusters else set()
    if set(clusters) - known or bool(clusters) != (kind == "virtual"):
        raise Invalid(_("A virtual check, and no other, names the clusters it asks."))
    if not visit_forms.are_departments(departments or {}):
        raise Invalid(_("Name departments of five people or more. Join small ones, so that nobody can be recognised."))
    _refuse_advisers(site, people, planned_from, planned_until)
    warnings = _warnings(programme, site, people, planned_from, planned_until, interpreter)
    why = rules.readable(why).strip()
    if any(code in rules.CONFLICTS for code, _about in warnings) and not why and not isinstance(by, System):
        raise Invalid(
            _("Say why these people go all the same."), [{"reason": code} for code, _about in warnings], code="conflict"
        )
    year = planned_from.year
    number = next_number(programme=programme, series=f"assessment-{year}")
    assessment = Assessment.objects.create(
        number=f"{programme.code}-{year}-{number:04d}",
        programme=programme,
        cycle=cycle or open_cycle(site=site, on=planned_from, by=by, rights=rights.get(by.pk)),
        version=version,
        planned_from=planned_from,
        planned_until=planned_until,
        kind=kind,
        clusters=sorted(clusters),
        departments=departments or {},
        interpreter=interpreter,
    )
    AssessmentMember.objects.bulk_create(
        AssessmentMember(assessment=assessment, user=person, lead=person is lead) for person in people
    )
    if warnings:
        PlanDecision.objects.create(
            assessment=assessment,
            warnings=warnings,
            decided_by_id=by.pk,
            body={"why": why},
            salt=PlanDecision.new_salt(),
        )
    audit.record(
        "assessment.planned", assessment, by=by, programme=programme, number=assessment.number, version=version.pk,
        kind=kind, against=sorted({code for code, _about in warnings}),
    )  # fmt: skip
    return assessment


def _warnings(programme, site, people, first, last, interpreter):
    (times,) = queries.times_of([programme])
    return rules.plan_warnings(
        queries.plan_facts(times=times, site=site, people=people, first=first, last=last, interpreter=interpreter)
    )


def _refuse_advisers(site, people, planned_from, planned_until):
    """Nobody assesses a factory she advises, or advised since its last cycle began before this visit. One query."""
    last = Cycle.objects.filter(site=site, opened_on__lt=planned_from).order_by("-opened_on").values("opened_on")[:1]
    since = Coalesce(Subquery(last), Value(planned_from, output_field=DateField()))
    advice = Advisee.objects.filter(site=site, user__in=people, since__lte=planned_until).select_related("user")
    found = advice.filter(Q(until=None) | Q(until__gte=since)).first()
    if found:
        raise Invalid(f"{found.user.name} advises this factory or did in this cycle. Name somebody else.")


@transaction.atomic
def start(*, assessment, by) -> Assessment:
    """Begin. Any of its assessors. Records assessment.started. Twice is once."""
    assessment = locked(assessment)
    check_is_assessor(by, assessment)
    if assessment.state == "in_progress":
        return assessment
    row = move(assessment, "start")
    assessment.started_at = timezone.now()
    assessment.save(update_fields=["state", "started_at"])
    audit.record(row.audit, assessment, by=by, programme=assessment.programme)
    return assessment


@transaction.atomic
def cancel(*, assessment, by, because="other") -> Assessment:
    """Call a visit off, for one of rules.CANCELLED_BECAUSE. A programme manager. Records assessment.cancelled.

    What was recorded stays.
    """
    assessment = locked(assessment)
    check_can_plan(by, assessment.programme)
    row = move(assessment, "cancel")
    if because not in rules.CANCELLED_BECAUSE:
        raise Invalid(_("Say why the visit is called off."))
    assessment.cancelled_because = because
    assessment.save(update_fields=["state", "cancelled_because"])
    audit.record(row.audit, assessment, by=by, programme=assessment.programme, because=because)
    return assessment


@transaction.atomic
def hand_in(*, assessment, by, visited_on=None) -> Assessment:
    """The visit is over; texts are still to be written. Its lead assessor. Records assessment.handed-in."""
    assessment = locked(assessment)
    check_is_lead(by, assessment)
    row = move(assessment, "hand_in")
    assessment.visited_on = visited_on or today(assessment.programme)
    assessment.save(update_fields=["state", "visited_on"])
    _was_there(assessment)
    audit.record(row.audit, assessment, by=by, programme=assessment.programme)
    return assessment


@transaction.atomic
def submit(*, assessment, by, rest_not_asked=False, visited_on=None) -> Assessment:
    """Send to review. Its lead assessor. Records assessment.submitted with how many were left.

    Where nobody was let in or nobody was there, nothing is to be reviewed: it ends as a visit that did not take place
    (assessment.not-held). Refused while two values stand against each other, while a photo has not arrived, while
    something in the capture tray has neither a question nor a reason, while a value breaks its constraint, and while
    required questions have no answer, unless the lead says that the rest was not asked.
    """
    assessment = locked(assessment)
    check_is_lead(by, assessment)
    answers = {answer.question_key: answer for answer in assessment.answers.all()}
    assessment.outcome = _outcome(answers)
    row = move(assessment, "not_held" if assessment.outcome in rules.NOT_HELD else "submit")
    conflicts = sum(1 for answer in answers.values() if answer.conflicts)
    if conflicts:
        words = ngettext(
            "You and your colleague differ on %(n)d question. Settle it first.",
            "You and your colleague differ on %(n)d questions. Settle them first.",
            conflicts,
        )
        raise WrongState(words % {"n": conflicts}, code="conflicts")
    waiting = photos_waiting(assessment)
    if waiting:
        words = ngettext(
            "%(n)d photo has not arrived yet. It is still on a tablet.",
            "%(n)d photos have not arrived yet. They are still on a tablet.",
            waiting,
        )
        raise WrongState(words % {"n": waiting}, code="photos")
    _check_tray(assessment, answers)
    _check_outcome(assessment, answers)
    if row.verb == "not_held":
        return _end(assessment, row, visited_on, by)
    judgement = judging.judge(assessment, answers)
    if judgement.refused:
        words = ngettext(
            "%(n)d value cannot be, as the checklist says. Correct it first.",
            "%(n)d values cannot be, as the checklist says. Correct them first.",
            len(judgement.refused),
        )
        raise WrongState(words % {"n": len(judgement.refused)}, code="values")
    left = judging.left(judgement)
    if critical := judging.critical_left(assessment, answers):
        words = ngettext(
            "%(n)d critical question was not asked. A virtual check asks all of them.",
            "%(n)d critical questions were not asked. A virtual check asks all of them.",
            critical,
        )
        raise WrongState(words % {"n": critical}, code="critical")
    if left and not rest_not_asked:
        words = ngettext("%(n)d question has no answer yet.", "%(n)d questions have no answer yet.", len(left))
        raise WrongState(words % {"n": len(left)}, code="left")
    assessment.visited_on = visited_on or assessment.visited_on or today(assessment.programme)
    assessment.submitted_at = timezone.now()
    assessment.save(update_fields=["state", "outcome", "visited_on", "submitted_at"])
    _was_there(assessment)
    audit.record(row.audit, assessment, by=by, programme=assessment.programme, left=len(left))
    return assessment


@transaction.atomic
def end_not_held(*, assessment, outcome, why, visited_on, by) -> Assessment:
    """At a desk: nobody was let in, or nobody was there. Its lead assessor or a programme manager.

    The outcome and why are written like any change of the record. Records assessment.not-held. The cycle stays open
    for another visit; there is no report, so nothing of this visit counts in any figure.
    """
    assessment = locked(assessment)
    if not can_end(by, assessment):
        raise Denied(_("Only its lead assessor or a programme manager ends a visit that did not take place."))
    row = move(assessment, "not_held")
    if outcome not in rules.NOT_HELD:
        raise Invalid(_("Choose whether access was refused or the factory was closed."))
    why = rules.readable(why).strip()
    if not 0 < len(why) <= rules.MAX_TEXT:
        raise Invalid(_("Write why."))
    for field, value in (("value", outcome), ("report_text", why)):
        sync.write_at_desk(assessment=assessment, question_key=rules.OUTCOME, field=field, value=value, by=by)
    answers = {answer.question_key: answer for answer in assessment.answers.all()}
    assessment.outcome = _outcome(answers)
    _check_outcome(assessment, answers)
    return _end(assessment, row, visited_on, by)


def _outcome(answers) -> str:
    said = answers.get(rules.OUTCOME)
    return said.value or "" if said else ""


def _check_tray(assessment, answers):
    if visit_forms.TRAY not in answers:
        return
    linked = {str(photo) for photo in _linked(assessment)}
    left = visit_forms.unexplained(answers[visit_forms.TRAY].value, linked)
    if left:
        words = ngettext(
            "%(n)d thing in the capture tray has no question and no reason. Place it, or say why not.",
            "%(n)d things in the capture tray have no question and no reason. Place them, or say why not.",
            left,
        )
        raise WrongState(words % {"n": left}, code="tray")


def _check_outcome(assessment, answers):
    said = answers.get(rules.OUTCOME)
    photos = EvidenceLink.objects.filter(assessment=assessment, question_key=rules.OUTCOME, linked=True)
    decided = sum(answer.state in rules.DECIDED for answer in answers.values())
    has_reason = bool(assessment.outcome) and (bool(said.report_text.strip()) or photos.exists())
    misfit = rules.outcome_misfit(assessment.outcome, has_reason=has_reason, decided=decided)
    if misfit == "no-reason":
        raise WrongState(_("Write why the visit came to this, or take a photo of it."), code="outcome")
    if misfit == "answers":
        words = ngettext(
            "%(n)d question was answered, so the visit was partial. Say that, or take the answer back.",
            "%(n)d questions were answered, so the visit was partial. Say that, or take the answers back.",
            decided,
        )
        raise WrongState(words % {"n": decided}, code="outcome")


def _end(assessment, row, visited_on, by):
    assessment.visited_on = visited_on or today(assessment.programme)
    assessment.save(update_fields=["state", "outcome", "visited_on"])
    _was_there(assessment)
    audit.record(row.audit, assessment, by=by, programme=assessment.programme, outcome=assessment.outcome)
    return assessment


def _was_there(assessment):
    """Now the factory may know of the cycle. A check by screen or its own word opens none before it is handed in."""
    if assessment.cycle_id:
        make_cycle_known(cycle=assessment.cycle, on=assessment.visited_on, by=System("visit"))


def photos_waiting(assessment) -> int:
    """How many photos are linked to an answer or lie in the tray and have not arrived."""
    tray = assessment.answers.filter(question_key=visit_forms.TRAY).first()
    taken = {UUID(photo) for photo in visit_forms.photos_in(tray.value if tray else None)}
    return len((_linked(assessment) | taken) - set(assessment.evidence.values_list("pk", flat=True)))


def _linked(assessment) -> set:
    return set(EvidenceLink.objects.filter(assessment=assessment, linked=True).values_list("evidence_id", flat=True))
