"""What a tablet takes along: reads for the assessor's client, always scoped to the person named on the assessment."""

from checklists.blueprint import question_facts
from compliance.models import Assessment, Evidence, Finding
from core import access
from core.models import Programme
from core.roles import Right


def of_assessor(user):
    """Assessments this person is named on, while she holds the role."""
    return (
        Assessment.objects.filter(
            members__user=user, programme__in=access.anchors(user, Right.ASSESS, Programme), cycle__isnull=False
        )
        .select_related("cycle__site", "version", "programme")
        .prefetch_related("members__user")
    )


def for_tablet(user) -> list[dict]:
    """What may be taken along: planned, in progress and in review, nearest first."""
    rows = of_assessor(user).filter(state__in=["planned", "in_progress", "in_review"]).order_by("planned_from")
    return [item(assessment, user) for assessment in rows]


def item(assessment, user) -> dict:
    """One assessment as the tablet lists it."""
    site = assessment.cycle.site
    members = list(assessment.members.all())
    return {
        "id": str(assessment.pk),
        "number": assessment.number,
        "state": assessment.state,
        "factory": {
            "id": str(site.pk),
            "name": site.name,
            "number": site.number,
            "address": site.address,
            "country": site.country,
            "workers": site.workers,
        },
        "cycle": assessment.cycle.number,
        "planned_from": assessment.planned_from.isoformat(),
        "planned_until": assessment.planned_until.isoformat(),
        "colleagues": [
            {"id": str(member.user_id), "name": member.user.name, "lead": member.lead}
            for member in members
            if member.user_id != user.pk
        ],
        "me_lead": any(member.lead for member in members if member.user_id == user.pk),
        "version_id": str(assessment.version_id),
        "version_title": str(assessment.version),
        "questions": len(question_facts(assessment.version_id)),
        "revision": assessment.revision,
    }


def last_findings(assessment) -> dict:
    """{question key: what the factory's last issued report said}; empty before the second assessment."""
    rows = (
        Finding.objects.filter(
            report__assessment__cycle__site_id=assessment.cycle.site_id,
            report__superseded_by=None,
            report__visited_on__lte=assessment.planned_until,
        )
        .exclude(report__assessment=assessment)
        .order_by("report__visited_on")
        .values_list(
            "question_key", "state", "report__visited_on", "report__assessment__cycle__number",
            "extent_n", "extent_of", "extent_where", "first_found_on",
        )
    )  # fmt: skip
    return {
        key: {
            "state": state,
            "on": on.isoformat(),
            "cycle": cycle,
            "extent": {"n": n, "of": of} if n is not None else None,
            "where": where,
            "since": since.isoformat() if since else None,
        }
        for key, state, on, cycle, n, of, where, since in rows
    }


def evidence_of_assessor(user):
    """Evidence of the assessments this person is named on."""
    return Evidence.objects.filter(redacted_at=None, assessment__in=of_assessor(user).order_by().values("pk"))
