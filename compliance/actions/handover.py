"""A sealed file from a tablet that could not send it itself: its changes and photos are taken as if it had."""

from dataclasses import dataclass, field
from io import BytesIO

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _
from pydantic import TypeAdapter, ValidationError

from compliance import handover, sync
from compliance.actions.evidence import keep_evidence
from compliance.models import Assessment, AssessmentMember, Device, Evidence
from compliance.permissions import check_can_take_handover, check_was_assessor
from compliance.schemas import OperationIn
from core import audit
from core.errors import NOTHING_HERE, Denied, Invalid, WrongState

DEEPEST = 5  # files of files: who took over from whom
NOTHING_UNSEEN = 2**31 - 1
_form = TypeAdapter(OperationIn)


@dataclass
class Taken:
    """What came of a file: receipts as a tablet gets them, and photos."""

    assessment: Assessment
    receipts: list = field(default_factory=list)
    photos: int = 0
    photos_here: int = 0
    refused: list = field(default_factory=list)  # sentences, one for each thing no form takes

    def count(self, *outcomes) -> int:
        return sum(one["outcome"] in outcomes for one in self.receipts)

    @property
    def is_new(self) -> bool:
        return bool(self.photos) or any(one["outcome"] in ("accepted", "conflict") for one in self.receipts)


def take_handover(*, file, by, letter_for=None) -> Taken:
    """Take a sealed file in. Who plans visits, or whoever was ever named on the visit. Twice is once.

    Its changes keep id, author, tablet and number, and are judged as if their tablet had sent them now: a right that
    was withdrawn sends them to quarantine. So does a file whose tablet did not mark it, or was cut off. `letter_for`:
    the assessment of a tablet that took the work over and sends the file's beginning on, without its photos.

    The file is read through before anything is written: cut or changed, nothing of it is taken. Records
    handover.taken. Raises Invalid with a sentence for whatever is no whole file.
    """
    opened = _opened(file, letter_for is not None)
    manifest = opened.manifest
    assessment = Assessment.objects.filter(pk=manifest["assessment"], programme_id=opened.programme_id).first()
    if assessment is None or letter_for not in (None, assessment):
        raise Denied(NOTHING_HERE)
    (check_can_take_handover if letter_for is None else check_was_assessor)(by, assessment)
    taken = Taken(assessment)
    with transaction.atomic():
        _take(opened, taken, depth=1)
        audit.record(
            "handover.taken", assessment, by=by, programme=assessment.programme, device=manifest["device"],
            accepted=taken.count("accepted", "conflict"), already=taken.count("already"),
            refused=taken.count("quarantined"),
        )  # fmt: skip
    if letter_for is None:
        _keep_photos(opened, taken)
    return taken


def _opened(file, letter):
    opened = handover.Handover(file, [settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS], letter=letter)
    if str(opened.programme_id) != opened.manifest["programme"]:
        raise handover.changed()
    for _part in opened.parts():
        pass
    return opened


def _writer(opened, assessment) -> Device:
    device = Device.objects.select_related("user").filter(pk=opened.manifest["device"]).first()
    if device is None:
        raise Invalid(_("The tablet that made this file is not known here."))
    if not AssessmentMember.objects.filter(assessment=assessment, user_id=device.user_id).exists():
        raise Invalid(_("Whose tablet made this file was never named on this visit."))
    return device


def _take(opened, taken, depth):
    """Changes of this file's own tablet, then the files it took over itself, each proved by itself."""
    device = _writer(opened, taken.assessment)
    proven = device.revoked_at is None and opened.is_marked_by(device.token_digest)
    for part in opened.parts():
        if part.told["kind"] == "operations":
            changes = list(_changes(part.data, device, taken))
            for start in range(0, len(changes), sync.BATCH):
                batch = changes[start : start + sync.BATCH]
                told = sync.receive(
                    assessment_id=taken.assessment.pk, device=device, operations=batch, seen=NOTHING_UNSEEN,
                    proven=proven,
                )  # fmt: skip
                taken.receipts += told["receipts"]
        elif part.told["kind"] == "letter" and depth < DEEPEST:
            inner = _opened(BytesIO(part.data), letter=True)
            if inner.manifest["assessment"] == opened.manifest["assessment"]:
                _take(inner, taken, depth + 1)


def _changes(data, device, taken):
    """What this tablet itself changed, as Incoming; what no form takes is told and left in the file."""
    for one in handover.listed(data):
        if one.get("device_id") != str(device.pk):
            continue
        try:
            op = _form.validate_python(one)
        except ValidationError:
            taken.refused.append(_("A change in the file has a form that is not taken."))
            continue
        base = [str(key) for key in op.base]
        yield sync.Incoming(op.id, op.sequence, op.question, op.field, op.value, base, op.base_revision, op.at)


def _keep_photos(opened, taken):
    device = _writer(opened, taken.assessment)
    for part in opened.parts():
        told = part.told
        if told["kind"] not in handover.PHOTOS:
            continue
        if Evidence.objects.filter(pk=told["id"], assessment=taken.assessment, sha256=told["sha256"]).exists():
            taken.photos_here += 1
            continue
        try:
            keep_evidence(
                assessment=taken.assessment, evidence_id=told["id"], data=part.data, sha256=told["sha256"],
                kind=told["kind"], taken_at=str(told.get("taken_at", "")), by=device.user,
            )  # fmt: skip
        except (Invalid, WrongState) as refusal:
            taken.refused.append(refusal.sentence)
        else:
            taken.photos += 1
