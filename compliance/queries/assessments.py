"""Assessments as those who work on them see them."""

from collections import Counter
from datetime import timedelta
from types import SimpleNamespace

from django.db.models import Count, Exists, OuterRef, Q, Window

from checklists.blueprint import question_facts
from checklists.models import Cluster
from compliance import judging, permissions, rules, visit_forms
from compliance.models import (
    Assessment,
    AssessmentMember,
    Device,
    Evidence,
    EvidenceLink,
)
from compliance.queries.words import VISIT_WORDS
from compliance.states import OPEN, STATES
from core import access
from core.models import Programme, User
from core.roles import Right
from factories.models import Site

STAFF = (Right.PLAN_VISITS, Right.LEAD_ASSESSMENTS, Right.ASSESS)


def works_on_assessments(user) -> bool:
    """Does this person plan, lead or make assessments anywhere? One query. For doors and menus."""
    held = Q(pk__in=[])
    for right in STAFF:
        held |= Q(pk__in=access.anchors(user, right, Programme))
    return Programme.objects.filter(held).exists()


def programmes_with(user, right):
    """Programmes in which this person holds a right now."""
    return Programme.objects.filter(pk__in=access.anchors(user, right, Programme)).order_by("name")


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
    """How far an assessment is: answers by state, what is left or differs, photos, interviews, tablets. Ten queries."""
    facts = question_facts(assessment.version_id)
    asked = {key for key in judging.asked(assessment) if facts[key].kind == "finding"}
    states, conflicts, answered = Counter(), 0, set()
    answers = {answer.question_key: answer for answer in assessment.answers.all()}
    for key, answer in answers.items():
        conflicts += bool(answer.conflicts)
        if key in asked and answer.state:
            answered.add(key)
            states[answer.state] += 1
    linked = set(_links(assessment).values_list("evidence_id", flat=True))
    arrived = set(assessment.evidence.values_list("pk", flat=True))
    people = AssessmentMember.objects.filter(assessment=assessment).values("user")
    return SimpleNamespace(
        of=len(asked),
        answered=len(answered),
        counts=[{"key": state, "n": states[state]} for state in rules.STATES],
        unanswered=len(asked) - len(answered),
        left=len(judging.left(judging.judge(assessment, answers))),
        conflicts=conflicts,
        photos=len(arrived),
        waiting=len(linked - arrived),
        interviews=_interviews(assessment, answers),
        tablets=list(
            Device.objects.filter(user__in=people, revoked_at=None).select_related("user").order_by("user__username")
        ),
    )


def _interviews(assessment, answers):
    """Interviews in counts, where the checklist plans a number of them; else None."""
    planned = judging.interviews_planned(assessment)
    form = answers.get(visit_forms.INTERVIEWS)
    return visit_forms.interviews_in_counts(form and form.value, planned) if planned else None


def visit(assessment) -> dict:
    """What was recorded of the visit itself: outcome and reliability with their words, and who takes which section.

    Three queries.
    """
    answers = {one.question_key: one for one in assessment.answers.filter(question_key__startswith="@")}
    photos = Counter(_links(assessment).filter(question_key__startswith="@").values_list("question_key", flat=True))
    found = {"sections": _sections(assessment, answers)}
    for name, key in (("outcome", rules.OUTCOME), ("reliability", rules.RELIABLE)):
        answer = answers.get(key)
        if answer is None:
            continue
        codes = answer.value if isinstance(answer.value, list) else [answer.value] if answer.value else []
        found[name] = {"answer": answer, "said": [VISIT_WORDS[code] for code in codes], "photos": photos[key]}
    return found


def _sections(assessment, answers):
    taken = {key.removeprefix(rules.SECTION): answer.ask for key, answer in answers.items() if answer.ask}
    if not taken:
        return []
    names = {member.user_id: member.user.name for member in assessment.members.select_related("user")}
    clusters = Cluster.objects.filter(version_id=assessment.version_id, key__in=taken).order_by("position")
    return [{"title": one.title, "who": names[taken[one.key]]} for one in clusters if taken[one.key] in names]


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


def boxes_of(photo) -> list:
    """The parts of a photo that are covered now. One query."""
    return next(iter(photo.covers.order_by("-made_at", "-id").values_list("boxes", flat=True)[:1]), [])


def shown_file(photo) -> str:
    """The file of a photo or document whoever sees it gets: with its covers. One query."""
    return next(iter(photo.covers.order_by("-made_at", "-id").values_list("stored", flat=True)[:1]), "") or photo.stored


def planners_for(user):
    """Who plans visits in the programmes this person assesses in: they are told when her tablet stays silent."""
    programmes = access.anchors(user, Right.ASSESS, Programme)
    managers = access.current_grants(Programme, Right.PLAN_VISITS).filter(content_object_id__in=programmes)
    return User.objects.filter(pk__in=managers.values("user_id"), is_active=True).exclude(pk=user.pk)


def correction_notes(assessment):
    """What arrived after the report and was released: for whoever corrects the report. Oldest first."""
    return assessment.quarantined.filter(became="correction-note").select_related("author", "assessment").order_by("pk")


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


def planner_visits(user, day) -> dict:
    """What a programme manager looks at first: of each kind the first one, with how many there are as `n`, or None.

    late: the days are over and nothing was sent to review. waiting: a lead assessor is. soon: within two weeks. Three
    queries.
    """
    here = Assessment.objects.filter(
        programme__in=access.anchors(user, Right.PLAN_VISITS, Programme), cycle__isnull=False, outcome=""
    )
    kinds = {
        "late": here.filter(state__in=["planned", "in_progress"], planned_until__lt=day).order_by("planned_until"),
        "waiting": here.filter(state="in_review").order_by("submitted_at"),
        "soon": here.filter(
            state="planned", planned_until__gte=day, planned_from__lte=day + timedelta(days=14)
        ).order_by("planned_from"),
    }
    return {
        name: next(iter(rows.select_related("cycle__site").annotate(n=Window(Count("pk")))[:1]), None)
        for name, rows in kinds.items()
    }


def sites_without_visit(user, since) -> int:
    """How many active factories of her programmes had no visit since that day and have none planned. One query."""
    had = Assessment.objects.filter(cycle__site=OuterRef("pk"), outcome="").filter(
        Q(visited_on__gte=since) | Q(state__in=["planned", "in_progress", "in_review"])
    )
    programmes = access.anchors(user, Right.PLAN_VISITS, Programme)
    return (
        Site.objects.filter(programme__in=programmes, status=Site.Status.ACTIVE, survivor=None)
        .exclude(Exists(had))
        .count()
    )


def own_visits(user):
    """Visits this person is named on that are planned, under way or to be written up, the nearest first."""
    named = AssessmentMember.objects.filter(assessment=OuterRef("pk"), user_id=user.pk)
    return (
        permissions.visible_to(user)
        .filter(Exists(named), state__in=OPEN, cycle__isnull=False)
        .select_related("cycle__site")
        .order_by("planned_from")
    )
