"""Reads of checklists."""

from django.db.models import Q

from checklists.models import ChecklistVersion, Question


def in_force(*, key: str, country: str, on) -> ChecklistVersion | None:
    """The version in force on a day: the country's own edition before the one for all, the newest that has begun."""
    return (
        ChecklistVersion.objects.filter(checklist__key=key, country__in=[country, ""], in_force_from__lte=on)
        .filter(Q(retirement=None) | Q(retirement__on__gt=on))
        .select_related("checklist")
        .order_by("-country", "-in_force_from")
        .first()
    )


def versions():
    """Every published version, newest first."""
    return ChecklistVersion.objects.select_related("checklist", "retirement").order_by(
        "checklist__key", "-in_force_from"
    )


def questions_of(version_id) -> dict:
    """{key: Question} of a version, with point and cluster, in order. One query; frozen, so it may be kept."""
    rows = Question.objects.filter(version_id=version_id).select_related("point__cluster")
    return {question.key: question for question in rows}
