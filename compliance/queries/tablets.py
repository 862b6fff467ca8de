"""Tablets in the field, and what the server kept aside from them."""

from datetime import timedelta

from django.db.models import Exists, F, OuterRef, Q
from django.utils import timezone

from checklists.models import Question
from compliance import rules
from compliance.models import (
    AssessmentMember,
    Device,
    Quarantined,
)
from compliance.states import OPEN
from core import access
from core.models import Programme
from core.roles import Right

# {name: function(assessment) -> JSON}: what floors above add to what a tablet takes offline.
_parts: dict = {}


def register_part(name, function):
    """A part of a visit taken offline, told by a floor above: facts an assessor may read, no typed word of others."""
    if _parts.setdefault(name, function) is not function:
        raise ValueError(f"Two parts are called {name}.")


def parts() -> dict:
    return dict(_parts)


def own_tablets(user):
    """Tablets registered to this person that still work."""
    return Device.objects.filter(user_id=user.pk, revoked_at=None).order_by("-last_contact_at")


def field_tablets(user):
    """Tablets of the assessors of the programmes this person plans visits in, the longest silent first."""
    assessors = access.current_grants(Programme, Right.ASSESS).filter(
        content_object_id__in=access.anchors(user, Right.PLAN_VISITS, Programme)
    )
    return (
        with_risk(Device.objects.filter(user__in=assessors.values("user_id"), revoked_at=None))
        .select_related("user")
        .order_by(F("last_contact_at").asc(nulls_first=True), "pk")
    )


def with_risk(devices):
    """Tablets with `at_risk`: work waits on it, as it last said, or a visit of its person has begun or should have."""
    seats = AssessmentMember.objects.filter(
        user=OuterRef("user_id"), assessment__state__in=OPEN, assessment__planned_from__lte=timezone.now().date()
    )
    return devices.annotate(at_risk=Exists(seats) | Q(unsent__gt=0))


def silent_tablets() -> list:
    """Tablets whose silence has come to a day on which people are told and were not yet, with that day. One query."""
    now = timezone.now()
    quiet = now - timedelta(days=rules.SILENCE_TOLD[0])
    rows = with_risk(Device.objects.filter(revoked_at=None, user__is_active=True, last_contact_at__lte=quiet))
    found = []
    for device in rows.filter(at_risk=True).select_related("user"):
        day = rules.silence((now - device.last_contact_at).days, at_risk=device.at_risk)
        told = device.told_on_day if device.told_of_silence_since == device.last_contact_at else 0
        if day > told:
            found.append((device, day))
    return found


def all_kept_aside(user):
    """Work the server could not take, decided or not, in the programmes this person plans visits in."""
    return Quarantined.objects.filter(
        assessment__programme__in=access.anchors(user, Right.PLAN_VISITS, Programme)
    ).select_related("assessment__cycle__site", "assessment__programme", "author", "device", "decided_by")


def kept_aside(user):
    """What of it waits for a decision, oldest first."""
    return all_kept_aside(user).filter(decided_at=None).order_by("received_at")


def decided(user):
    """What of it was decided, the latest first."""
    return all_kept_aside(user).exclude(decided_at=None).order_by("-decided_at")


def questions_of_items(items) -> dict:
    """{(version id, key): Question} for what was kept aside; a key no version holds is left out. One query."""
    wanted = {(item.assessment.version_id, item.body.get("question")) for item in items if item.body}
    found = Question.objects.filter(
        version_id__in={version for version, _key in wanted}, key__in={key for _version, key in wanted if key}
    )
    return {(question.version_id, question.key): question for question in found.only("version_id", "key", "text")}
