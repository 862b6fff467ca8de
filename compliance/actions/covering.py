"""A part of a photo is covered at the desk: whoever sees the photo from then on sees it covered."""

from django.db import transaction
from django.utils.translation import gettext as _

from compliance.actions.base import locked
from compliance.models import Evidence, EvidenceCover
from compliance.permissions import check_can_see_original
from core import audit, covering, storage
from core.errors import Invalid, WrongState


def cover_photo(*, evidence, boxes, by) -> EvidenceCover:
    """Cover parts of a photo: [[left, top, width, height]] in percent; none: it is shown whole again. Its assessors and
    lead assessors. Records evidence.covered.

    The picture is drawn from the original before the transaction, which holds other writers up.
    """
    check_can_see_original(by, evidence.assessment)
    boxes = covering.checked(boxes)
    if evidence.media_type != "image/jpeg":
        raise Invalid(_("Only a photo can be covered. Take a document away and add another."))
    if evidence.redacted_at:
        raise WrongState(_("This was removed already."))
    stored = ""
    if boxes:
        stored = storage.store().put(covering.covered(storage.store().get(evidence.stored), boxes))
    with transaction.atomic():
        locked(evidence.assessment)
        if not Evidence.objects.filter(pk=evidence.pk, redacted_at=None).exists():
            raise WrongState(_("This was removed already."))
        cover = EvidenceCover.objects.create(evidence=evidence, boxes=boxes, stored=stored, made_by=by)
        audit.record(
            "evidence.covered", evidence, by=by, programme=evidence.assessment.programme, parts=len(boxes)
        )  # fmt: skip
    return cover


@transaction.atomic
def open_original(*, evidence, by):
    """The photo without its covers. Its assessors and lead assessors. Records evidence.original-opened."""
    check_can_see_original(by, evidence.assessment)
    audit.record("evidence.original-opened", evidence, by=by, programme=evidence.assessment.programme)
    return evidence
