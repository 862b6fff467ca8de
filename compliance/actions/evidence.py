"""Photos and documents come in whole or in parts; what was announced and never came is swept."""

from contextlib import suppress

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from checklists.blueprint import question_facts
from compliance import sync
from compliance.actions.base import locked
from compliance.models import (
    Assessment,
    Evidence,
    EvidenceUpload,
    Operation,
)
from compliance.permissions import (
    check_can_review,
    check_is_assessor,
    check_was_assessor,
)
from core import audit, holders, scanning, storage
from core.errors import NOTHING_HERE, Denied, Invalid, WrongState
from core.ids import new_id
from factories.queries import same_place


def keep_evidence(*, assessment, evidence_id, data: bytes, sha256, kind, taken_at, by) -> Evidence:
    """Keep a photo or document. Whoever was ever named on it, also when her right or account has ended meanwhile: what
    makes a photo count is the change that names it, and that is judged. Its author is who named it first, else who
    sends it: a colleague may carry it. Same id and bytes again: the same answer. Records evidence.kept.

    What may be kept, and in which form, core.scanning decides. The file is looked at, drawn anew and stored before the
    transaction, which holds other writers up: cut off in between, an unnamed file is left behind and no row.
    """
    check_was_assessor(by, assessment)
    sha256 = sha256.lower()
    if storage.sha256_of(data) != sha256:
        raise Invalid(_("The file arrived damaged. It is sent again."), code="checksum")
    if earlier := _kept_before(assessment, evidence_id, sha256):
        return earlier
    sent, (data, media_type) = data, scanning.admit(data)
    holders.check_not_removed(sent, data)
    facts = {
        "kind": kind, "sha256": sha256, "stored": storage.store().put(data), "size": len(data),
        "media_type": media_type, "author_id": _taken_by(assessment, evidence_id) or by.pk, "taken_at": taken_at[:40],
    }  # fmt: skip
    with transaction.atomic():
        evidence, is_new = Evidence.objects.get_or_create(pk=evidence_id, defaults={"assessment": assessment, **facts})
        if not is_new:
            return _kept_before(assessment, evidence_id, sha256)
        EvidenceUpload.objects.filter(pk=evidence_id).delete()
        audit.record("evidence.kept", evidence, by=by, programme=assessment.programme, kind=kind, sha256=sha256)
    return evidence


@transaction.atomic
def take_permit(*, assessment, permit, by) -> Evidence:
    """The paper of a permit of the factory as evidence of a visit: the same bytes, under an id of its own, once.

    An assessor of it. Which answer it supports is said as for any evidence. Records evidence.kept.
    """
    check_is_assessor(by, assessment)
    return _paper_of(permit, assessment, by)


@transaction.atomic
def rest_on_permit(*, assessment, question_key, permit, rests: bool, by) -> None:
    """In review a question rests on the paper of a permit of the factory, or no longer does. A lead assessor.

    Records evidence.kept the first time the paper is taken, and answer.permit-linked.
    """
    assessment = locked(assessment)
    check_can_review(by, assessment)
    if assessment.state != "in_review":
        raise WrongState(_("What an answer rests on is changed while the assessment is in review."))
    if question_key not in question_facts(assessment.version_id):
        raise Invalid(_("This question is not in the checklist of this assessment."))
    evidence = _paper_of(permit, assessment, by)
    field = f"photo:{evidence.pk}"
    sync.write_at_desk(assessment=assessment, question_key=question_key, field=field, value=rests, by=by)
    audit.record(
        "answer.permit-linked", assessment, by=by, programme=assessment.programme, question=question_key,
        permit=permit.pk, rests=rests,
    )  # fmt: skip


def _paper_of(permit, assessment, by):
    """The paper as evidence of this visit: made, or found again."""
    if assessment.cycle is None or permit.site_id not in same_place(assessment.cycle.site_id):
        raise Denied(NOTHING_HERE)
    if not permit.paper:
        raise WrongState(_("There is no scan of this permit. Take a photo of it."))
    Assessment.objects.select_for_update().get(pk=assessment.pk)
    earlier = Evidence.objects.filter(assessment=assessment, stored=permit.paper, redacted_at=None).first()
    if earlier:
        return earlier
    evidence = Evidence.objects.create(
        pk=new_id(), assessment=assessment, kind="document" if permit.paper_type == "application/pdf" else "photo",
        sha256=permit.paper_sha256, stored=permit.paper, size=len(storage.store().get(permit.paper)),
        media_type=permit.paper_type, author=by,
    )  # fmt: skip
    audit.record(
        "evidence.kept", evidence, by=by, programme=assessment.programme, kind=evidence.kind, sha256=evidence.sha256,
        permit=permit.pk,
    )  # fmt: skip
    return evidence


def _taken_by(assessment, evidence_id):
    """Id of the person whose change named this photo first, or lays it in the tray; None when none has come yet."""
    named = Operation.objects.filter(assessment=assessment, field__in=[f"photo:{evidence_id}", f"item:{evidence_id}"])
    return named.order_by("revision").values_list("author_id", flat=True).first()


def _kept_before(assessment, evidence_id, sha256):
    """The same evidence, when it was kept before; WrongState when another file has its id."""
    earlier = Evidence.objects.filter(pk=evidence_id).first()
    if earlier and (earlier.sha256, earlier.assessment_id) != (sha256, assessment.pk):
        raise WrongState(_("Another file arrived under the same id."), code="id-used")
    return earlier


def begin_upload(*, assessment, evidence_id, size: int, sha256, kind, taken_at, path, by) -> list:
    """Announce a file, or go on with one: its parts and where each is sent (core.storage.Part). [] when it is kept.

    Whoever was ever named on it; a colleague who carries it goes on with what arrived. path(number) is our own address
    of a part. Records evidence.announced the first time.
    """
    check_was_assessor(by, assessment)
    sha256, store = sha256.lower(), storage.store()
    if _kept_before(assessment, evidence_id, sha256):
        return []
    upload = EvidenceUpload.objects.filter(pk=evidence_id).first()
    if upload:
        if (upload.assessment_id, upload.sha256, upload.size) != (assessment.pk, sha256, size):
            raise WrongState(_("Another file is on its way under the same id."), code="id-used")
        if upload.author_id != by.pk:
            EvidenceUpload.objects.filter(pk=upload.pk).update(author=by)
        with suppress(WrongState):  # the store lost it, or was changed for another: from the beginning
            return store.parts(_in_store(upload), path)
    announced = store.create_upload(evidence_id, size, sha256)
    facts = {"kind": kind, "sha256": sha256, "size": size, "taken_at": taken_at[:40], "reference": announced.reference}
    with transaction.atomic():
        upload, is_new = EvidenceUpload.objects.update_or_create(
            pk=evidence_id,
            defaults={"begun_at": timezone.now(), **facts},
            create_defaults={"assessment": assessment, "author": by, **facts},
        )
        if is_new:
            audit.record("evidence.announced", upload, by=by, programme=assessment.programme, size=size)
    return store.parts(announced, path)


def receive_part(*, assessment, evidence_id, number: int, data: bytes, by) -> str:
    """Take one part into the folder; returns its ETag. Who announced it. The same part again replaces it."""
    return storage.store().receive_part(_in_store(_own_upload(assessment, evidence_id, by)), number, data)


def finish_upload(*, assessment, evidence_id, etags: dict, by) -> Evidence:
    """Put the parts together and keep the file (see keep_evidence). Who announced it. Again: the same answer.

    WrongState: a part is missing, nothing is lost. NotNow: something is away, ask again later. Invalid: the file is
    damaged or may not be kept; nothing of it stays here.
    """
    check_was_assessor(by, assessment)
    if kept := Evidence.objects.filter(pk=evidence_id, assessment=assessment).first():
        return kept
    upload, store = _own_upload(assessment, evidence_id, by), storage.store()
    try:
        data = store.complete(_in_store(upload), etags)
        evidence = keep_evidence(
            assessment=assessment, evidence_id=evidence_id, data=data, sha256=upload.sha256, kind=upload.kind,
            taken_at=upload.taken_at, by=by,
        )  # fmt: skip
    except Invalid as refusal:
        _end_upload(upload, by=by, why=refusal.code)
        raise
    store.discard(_in_store(upload))
    return evidence


def drop_upload(*, assessment, evidence_id, by) -> None:
    """Give an upload up; what arrived of it is destroyed. Who announced it. Again: nothing happens."""
    check_was_assessor(by, assessment)
    upload = EvidenceUpload.objects.filter(pk=evidence_id, assessment=assessment, author_id=by.pk).first()
    if upload:
        _end_upload(upload, by=by, why="dropped")


def sweep_uploads(*, by) -> int:
    """Destroy what nobody came back for: uploads older than the longest trip. Only the program itself. How many."""
    if not isinstance(by, audit.System):
        raise Denied(_("Uploads are swept by the program itself."))
    before = timezone.now() - storage.KEPT_FOR
    old = list(EvidenceUpload.objects.select_related("assessment__programme").filter(begun_at__lt=before))
    for upload in old:
        _end_upload(upload, by=by, why="abandoned")
    return len(old) + storage.store().sweep(before)


def _end_upload(upload, *, by, why):
    """Destroy the parts, then the row: cut off in between, the row is found again by the sweep."""
    storage.store().discard(_in_store(upload))
    with transaction.atomic():
        if EvidenceUpload.objects.filter(pk=upload.pk).delete()[0]:
            audit.record("evidence.not-kept", upload, by=by, programme=upload.assessment.programme, why=why)


def _own_upload(assessment, evidence_id, by):
    check_was_assessor(by, assessment)
    upload = EvidenceUpload.objects.filter(pk=evidence_id, assessment=assessment, author_id=by.pk).first()
    if upload is None:
        raise WrongState(_("This upload has ended. Send the file again from its beginning."), code="upload-gone")
    return upload


def _in_store(upload):
    return storage.Upload(upload.pk, upload.size, upload.sha256, upload.reference)
