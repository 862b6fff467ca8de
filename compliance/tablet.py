"""What a tablet takes along: reads for the assessor's client, always scoped to the person named on the assessment."""

import hashlib
import json

from django.conf import settings
from django.db.models import Prefetch

from compliance import handover, judging, queries
from compliance.models import Assessment, AssessmentMember, Evidence, Finding
from compliance.states import OPEN
from core import access
from core.days import setting, today
from core.models import Programme
from core.roles import Right
from factories.queries import headcount


def of_assessor(user):
    """Assessments this person is named on, while she holds the role."""
    return (
        Assessment.objects.filter(
            members__user=user, programme__in=access.anchors(user, Right.ASSESS, Programme), cycle__isnull=False
        )
        .select_related("cycle__site", "version", "programme")
        .prefetch_related(Prefetch("members", AssessmentMember.objects.select_related("user")))
    )


def named_on(user):
    """Every assessment this person was ever named on, whatever she may do today. For what is never refused."""
    return Assessment.objects.filter(members__user=user, cycle__isnull=False).select_related("cycle", "programme")


def harm_line(user) -> dict | None:
    """Whom to call on suspicion of serious harm, as her programme says today: {"line", "number"}. Two queries."""
    programme = Programme.objects.filter(pk__in=access.anchors(user, Right.ASSESS, Programme)).order_by("code").first()
    said = queries.harm_setting(programme.pk, today(programme)) if programme else {}
    return {"line": said.get("line", ""), "number": said.get("number", "")} if said else None


def passphrase_asked(user) -> bool:
    """Does a programme she assesses for ask today for a passphrase before a visit is taken offline (setting
    "tablet-passphrase")? One query, and one for each of her programmes."""
    programmes = Programme.objects.filter(pk__in=access.anchors(user, Right.ASSESS, Programme))
    return any(setting(programme, "tablet-passphrase") is True for programme in programmes)


def for_tablet(user) -> list[dict]:
    """What may be taken along: planned, in progress and in review, nearest first."""
    rows = of_assessor(user).filter(state__in=[*OPEN, "in_review"]).order_by("planned_from")
    return [item(assessment, user) for assessment in rows]


def item(assessment, user) -> dict:
    """One assessment as the tablet lists it."""
    site = assessment.cycle.site
    members = list(assessment.members.all())
    asked = judging.asked(assessment)
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
        "questions": len(asked),
        "revision": assessment.revision,
        "seal": handover.public_key(settings.SECRET_KEY, assessment.programme_id),
    } | ({"asked": asked} if assessment.clusters else {})


def headcounts(assessment) -> dict:
    """{dimension: {group: how many}} of the factory's workforce on the day, to plan interviews by; departments as the
    planner gave them. One query."""
    site = assessment.cycle.site
    _total, parts = headcount(site, assessment.planned_from)
    elsewhere = parts.pop("nationality", None)
    if elsewhere:
        from_here = elsewhere.pop(site.country, 0)
        parts["migrant"] = {"yes": sum(elsewhere.values()), "no": from_here}
    return parts | ({"department": assessment.departments} if assessment.departments else {})


def last_findings(assessment) -> dict:
    """{question key: what the last report of a visit to the factory said}; empty before the second assessment."""
    rows = (
        Finding.objects.filter(
            report__assessment__cycle__site_id=assessment.cycle.site_id,
            report__superseded_by=None,
            report__visited_on__lte=assessment.planned_until,
        )
        .exclude(report__assessment=assessment)
        .exclude(report__assessment__kind="self")
        .order_by("report__visited_on")
        .values_list(
            "question_key", "state", "report__visited_on", "report__assessment__cycle__number",
            "extent_n", "extent_of", "place__body", "first_found_on",
        )
    )  # fmt: skip
    return {
        key: {
            "state": state,
            "on": on.isoformat(),
            "cycle": cycle,
            "extent": {"n": n, "of": of} if n is not None else None,
            "where": (place or {}).get("text", ""),
            "since": since.isoformat() if since else None,
        }
        for key, state, on, cycle, n, of, place, since in rows
    }


def parts(assessment, user) -> dict:
    """{name: body}: everything a tablet takes along of one visit, besides checklist and operations."""
    more = {name: made(assessment) for name, made in queries.parts().items()}
    return {"visit": visit(assessment, user), "permits": permit_list(assessment), **more}


def visit(assessment, user) -> dict:
    """The visit itself: its item, what was found last time, what rules read beside answers, and who works there."""
    return item(assessment, user) | {
        "last": last_findings(assessment),
        "rules": judging.names(assessment),
        "headcounts": headcounts(assessment),
    }


def permit_list(assessment) -> list[dict]:
    return [
        {
            "id": str(permit.pk), "kind": permit.kind, "number": permit.number,
            "expires_on": permit.expires_on and permit.expires_on.isoformat(), "paper": bool(permit.paper),
        }
        for permit in queries.permits_of(assessment)
    ]  # fmt: skip


def hash_of(body) -> str:
    """One hash of a part. What changes with every operation is left out: operations are fetched by revision."""
    if isinstance(body, dict):
        body = {key: value for key, value in body.items() if key not in ("revision", "state")}
    return hashlib.sha256(json.dumps(body, sort_keys=True, separators=(",", ":")).encode()).hexdigest()


def manifest(assessment, user) -> list[dict]:
    """What belongs on board for this visit: each part, where it is fetched, and its hash."""
    at = f"assessments/{assessment.pk}"
    paths = {"visit": at, "permits": f"{at}/permits"}
    rows = [
        {
            "name": "checklist",
            "path": f"versions/{assessment.version_id}/blueprint",
            "hash": assessment.version.content_hash,
        }
    ]
    for name, body in parts(assessment, user).items():
        rows.append({"name": name, "path": paths.get(name, f"{at}/parts/{name}"), "hash": hash_of(body)})
    return rows


def evidence_of_assessor(user):
    """Evidence of the assessments this person is named on."""
    return Evidence.objects.filter(redacted_at=None, assessment__in=of_assessor(user).order_by().values("pk"))
