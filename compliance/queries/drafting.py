"""The drafting desk: what is still to be written after a visit, for its assessors."""

from collections import Counter
from types import SimpleNamespace

from django.db.models import OuterRef, Subquery

from checklists.rules.phrases import fill, slots
from compliance.models import Assessment, AssessmentMember, EvidenceCover
from compliance.queries.desk import review_desk
from core import access
from core.models import Programme
from core.roles import Right

# Which standard phrases are offered for an answer; for any other all of them.
PHRASES_FOR = {"non_compliant": ("finding", "recommendation"), "compliant": ("good_practice",)}


def own_assessment(user, number) -> Assessment | None:
    """The assessment if this person is an assessor of it. One query."""
    seats = AssessmentMember.objects.filter(user_id=user.pk).values("assessment")
    return (
        Assessment.objects.filter(
            number=number, pk__in=seats, programme__in=access.anchors(user, Right.ASSESS, Programme),
            cycle__isnull=False,
        )
        .select_related("cycle__site", "programme", "version", "second_reading")
        .first()
    )  # fmt: skip


def drafting_desk(assessment, *, wanted="", show="") -> SimpleNamespace | None:
    """What the review desk shows, for who writes: without the words of other factories' reports, which are not hers to
    read; with `phrases` for the open question and the visit's `photos`. One query more. None as there."""
    desk = review_desk(assessment, wanted=wanted, show=show, compare=False)
    if desk is not None:
        desk.phrases = phrases(desk.current)
        desk.photos = _photos(assessment, desk)
        desk.written = sum(
            1 for item in desk.items if item.state == "non_compliant" and item.answer.report_text.strip()
        )
    return desk


def phrases(item) -> list:
    """[(what for, phrase)] the checklist offers for an answer, with the slots filled of which the record knows."""
    answer = item.answer
    known = {"n": answer.extent_n, "of": answer.extent_of, "where": answer.extent_where or None}
    known = {slot: value for slot, value in known.items() if value is not None}
    offered = item.question.phrases
    kinds = PHRASES_FOR.get(item.state, tuple(offered))
    return [(kind, fill(phrase, known)) for kind in kinds for phrase in offered.get(kind) or []]


def open_slots(text) -> set:
    """Slots of phrases that nobody filled."""
    return slots(text)


def _photos(assessment, desk):
    """Everything photographed at the visit: is it `here`, at the open question, and at how many others?"""
    used = Counter(link.about for item in desk.items for link in item.evidence)
    here = {link.about for link in desk.current.evidence}
    cover = EvidenceCover.objects.filter(evidence=OuterRef("pk")).order_by("-made_at", "-id").values("stored")[:1]
    photos = list(assessment.evidence.filter(redacted_at=None).annotate(cover=Subquery(cover)).order_by("pk"))
    for photo in photos:
        photo.here = photo.pk in here
        photo.elsewhere = used[photo.pk] - photo.here
    return photos
