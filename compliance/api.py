"""The tablet's door: JSON under /api/v1/tablet/. Thin; the contract stands in docs/reference/tablet-api.md."""

import json
from dataclasses import asdict
from datetime import datetime
from io import BytesIO
from uuid import UUID

from django.conf import settings
from django.http import HttpResponse
from django.middleware.csrf import get_token
from django.urls import reverse
from django.utils import timezone
from ninja import Router
from ninja.security import HttpBearer
from ninja.utils import check_csrf

from checklists.blueprint import build
from checklists.models import ChecklistVersion
from checklists.rules import MAX_CELL
from compliance import actions, handover, queries, rules, sync, tablet
from compliance.models import Device
from compliance.schemas import BatchIn, DeviceIn, HarmIn, PartsIn, StoreKeyIn, SubmitIn, UploadIn
from core import storage
from core.access import device, public, register_doors
from core.entrance import gate
from core.errors import NOTHING_HERE, Denied, Refusal


class SignInFirst(Refusal):
    code = "sign-in"
    http_status = 401


class TooLarge(Refusal):
    code = "too-large"
    http_status = 413


class TooOften(Refusal):
    code = "too-often"
    http_status = 429


class DeviceToken(HttpBearer):
    """A token bound to one tablet and one person. No cookie, so nothing of a page can go stale."""

    accounts = {"user__is_active": True}

    def authenticate(self, request, token):
        good = {"token_digest": actions.token_digest(token), "revoked_at": None}
        found = Device.objects.select_related("user").filter(**good, **self.accounts).first()
        if found:
            request.device, request.user = found, found.user
            actions.note_contact(device=found, by=found.user, **_said_of_itself(request.headers))
        return found


class LastWord(DeviceToken):
    """Also the tablet of an account that was disabled: what it still holds is taken, and goes to quarantine."""

    accounts = {}


def _said_of_itself(headers):
    """Version, unsent count and clock, as far as the tablet says them. Nonsense counts as not said."""
    unsent, clock = headers.get("X-Unsent", ""), headers.get("X-Clock", "")
    try:
        ahead = round((datetime.fromisoformat(clock) - timezone.now()).total_seconds())
    except (ValueError, TypeError):
        ahead = None
    return {
        "version": rules.readable(headers.get("X-Client", ""))[:40],
        "unsent": int(unsent) if unsent.isascii() and unsent.isdigit() and len(unsent) < 8 else None,
        "clock_ahead": ahead if ahead is not None and abs(ahead) < 2**31 else None,
    }


router = Router(auth=DeviceToken(), tags=["tablet"])


@router.get("/session", auth=None, url_name="tablet-session")
def session(request):
    """Who is signed in by cookie here, and a token for the one form that needs it."""
    user = request.user if request.user.is_authenticated else None
    return {
        "signed_in": user is not None,
        "csrf": get_token(request),
        "user": _person(user),
        "sign_in_url": "/app/sign-in/?next=/tablet/",
    }


@router.post("/devices", auth=None, url_name="tablet-devices")
def register(request, body: DeviceIn):
    """Bind this tablet to the person signed in. The token is shown once."""
    if not request.user.is_authenticated:
        raise SignInFirst("Sign in first.")
    if check_csrf(request):
        raise Denied("The page was open too long. Reload it and try again.")
    token = actions.register_device(device_id=body.device_id, name=body.name, by=request.user)
    return {"token": token, "user": _person(request.user)}


@router.put("/store-key", url_name="tablet-store-key")
def keep_store_key(request, body: StoreKeyIn):
    """Hold what opens this tablet's store when its passphrase is forgotten. Safe to repeat; written once."""
    actions.keep_store_key(device=request.device, key=body.key, by=request.user)
    return {"state": "safe"}


@router.post("/devices/{uuid:device_id}/store-key", auth=None, url_name="tablet-store-key-back")
def give_store_key(request, device_id: UUID):
    """Give it back to the tablet's person, who signed in a moment ago."""
    if not request.user.is_authenticated or not gate.came_in_lately(request):
        raise SignInFirst("Sign in again to open the work on this tablet.")
    if check_csrf(request):
        raise Denied("The page was open too long. Reload it and try again.")
    if not gate.may_ask_again(request, "store-key"):
        raise TooOften("Asked too often. Wait an hour.")
    key = actions.give_store_key(device_id=device_id, by=request.user)
    if key is None:
        raise Missing(NOTHING_HERE)
    return {"key": key}


@router.get("/assessments", url_name="tablet-assessments")
def assessments(request):
    """What this person may take along."""
    return {
        "assessments": tablet.for_tablet(request.user),
        "server_time": timezone.now().isoformat(),
        "harm": tablet.harm_line(request.user),
        "limits": {
            "photo_bytes": settings.EVIDENCE_MAX_BYTES,
            "part_bytes": storage.PART,
            "batch": sync.BATCH,
            "cell": MAX_CELL,
            "passphrase": tablet.passphrase_asked(request.user),
        },
    }


@router.get("/versions/{uuid:version_id}/blueprint", url_name="tablet-blueprint")
def blueprint(request, version_id: UUID, response: HttpResponse, language: str = ""):
    """A published checklist. In its own language it never changes, so it may be kept for ever.

    In another language it names the hash of both texts, and a newer translation may follow.
    """
    version = ChecklistVersion.objects.select_related("checklist").filter(pk=version_id).first()
    if version is None:
        raise Missing(NOTHING_HERE)
    made = build(version, language)
    translation = made["version"].get("translation")
    response["ETag"] = f'"{version.content_hash}{"-" + translation["hash"] if translation else ""}"'
    response["Cache-Control"] = "private, no-cache" if language else "private, max-age=31536000, immutable"
    return made


class Missing(Refusal):
    code = "nothing-here"
    http_status = 404


def _mine(request, assessment_id):
    """An assessment this person is named on, or the words of absence."""
    found = tablet.of_assessor(request.user).filter(pk=assessment_id).first()
    if found is None:
        raise Missing(NOTHING_HERE)
    return found


def _ever_mine(request, assessment_id):
    """An assessment this person was ever named on, whatever she may do today, or the words of absence."""
    found = tablet.named_on(request.user).filter(pk=assessment_id).first()
    if found is None:
        raise Missing(NOTHING_HERE)
    return found


@router.get("/assessments/{uuid:assessment_id}", url_name="tablet-assessment")
def assessment(request, assessment_id: UUID, response: HttpResponse):
    """One assessment with what was found at the factory last time, and what rules may read beside answers."""
    found = _mine(request, assessment_id)
    body = tablet.visit(found, request.user)
    response["ETag"] = f'"{tablet.hash_of(body)}"'
    return body


@router.get("/assessments/{uuid:assessment_id}/manifest", url_name="tablet-manifest")
def manifest(request, assessment_id: UUID):
    """What belongs on board for this visit, each part with its hash: a tablet can say what it has and what is old."""
    found = _mine(request, assessment_id)
    parts = tablet.manifest(found, request.user)
    return _unless_known(request, {"assessment": str(found.pk), "parts": parts})


@router.get("/assessments/{uuid:assessment_id}/parts/{slug:name}", url_name="tablet-visit-part")
def visit_part(request, assessment_id: UUID, name: str):
    """One further part of the visit, such as plan-items."""
    found = _mine(request, assessment_id)
    made = queries.parts().get(name)
    if made is None:
        raise Missing(NOTHING_HERE)
    return _unless_known(request, made(found))


def _unless_known(request, body):
    """The body with its hash as ETag; 304 when the tablet has the same."""
    etag = f'"{tablet.hash_of(body)}"'
    headers = {"ETag": etag, "Cache-Control": "private, no-cache"}
    if request.headers.get("If-None-Match") == etag:
        return HttpResponse(status=304, headers=headers)
    return HttpResponse(json.dumps(body), content_type="application/json", headers=headers)


@router.post("/assessments/{uuid:assessment_id}/operations", auth=LastWord(), url_name="tablet-operations")
def operations(request, assessment_id: UUID, body: BatchIn):
    """Send changes, get a receipt for each and what this tablet has not seen. Safe to repeat."""
    if body.device_id != request.device.pk:
        raise Denied("This token belongs to another tablet.")
    incoming = [
        sync.Incoming(
            op.id, op.sequence, op.question, op.field, op.value, [str(b) for b in op.base], op.base_revision, op.at
        )
        for op in body.operations
    ]
    try:
        answer = sync.receive(assessment_id=assessment_id, device=request.device, operations=incoming, seen=body.seen)
    except Denied as refusal:
        raise Missing(refusal.sentence) from None
    return answer | {"server_time": timezone.now().isoformat()}


EVIDENCE = "/assessments/{uuid:assessment_id}/evidence/{uuid:evidence_id}"
UPLOAD = EVIDENCE + "/upload"


@router.post("/assessments/{uuid:assessment_id}/handover", auth=LastWord(), url_name="tablet-handover")
def take_over(request, assessment_id: UUID):
    """The beginning of a handover file, up to its photos, sent on by the tablet that took the work over.

    Answers a receipt for each change of the tablet that made it, as if it had sent them. Safe to repeat.
    """
    found = _ever_mine(request, assessment_id)
    if int(request.headers.get("Content-Length") or 0) > handover.MAX_LETTER:
        raise TooLarge("This file is too large. It stays on the tablet.")
    taken = actions.take_handover(file=BytesIO(request.body), letter_for=found, by=request.user)
    return {"receipts": taken.receipts, "server_time": timezone.now().isoformat()}


@router.put(EVIDENCE, auth=LastWord(), url_name="tablet-evidence")
def keep(request, assessment_id: UUID, evidence_id: UUID):
    """A photo or document as raw bytes. Repeating it is harmless."""
    found = _ever_mine(request, assessment_id)
    if int(request.headers.get("Content-Length") or 0) > settings.EVIDENCE_MAX_BYTES:
        raise TooLarge("This file is too large: at most 25 MB. It stays on the tablet.")
    evidence = actions.keep_evidence(
        assessment=found,
        evidence_id=evidence_id,
        data=request.body,
        sha256=request.headers.get("X-SHA256", ""),
        kind="document" if request.headers.get("X-Kind") == "document" else "photo",
        taken_at=request.headers.get("X-Taken-At", ""),
        by=request.user,
    )
    return _safe(evidence)


def _safe(evidence):
    return {"id": str(evidence.pk), "sha256": evidence.sha256, "size": evidence.size, "state": _place(evidence)}


def _place(evidence):
    return "removed" if evidence.redacted_at else "safe"


@router.post(UPLOAD, auth=LastWord(), url_name="tablet-upload")
def begin_upload(request, assessment_id: UUID, evidence_id: UUID, body: UploadIn):
    """Announce a file to send in parts, or go on where it stopped. Repeating it is harmless.

    Each part says where it goes and with which headers. An address of our own takes the device's token too; an address
    of another host must never get it. A part with an `etag` has arrived.
    """
    found = _ever_mine(request, assessment_id)
    if body.size > settings.EVIDENCE_MAX_BYTES:
        raise TooLarge("This file is too large: at most 25 MB. It stays on the tablet.")

    def path(number):
        return reverse("api:tablet-part", args=[assessment_id, evidence_id, number])

    parts = actions.begin_upload(
        assessment=found,
        evidence_id=evidence_id,
        size=body.size,
        sha256=body.sha256,
        kind=body.kind,
        taken_at=body.taken_at,
        path=path,
        by=request.user,
    )
    return {"state": "open" if parts else "safe", "parts": [asdict(part) for part in parts]}


@router.put(UPLOAD + "/parts/{int:number}", auth=LastWord(), url_name="tablet-part")
def receive_part(request, assessment_id: UUID, evidence_id: UUID, number: int, response: HttpResponse):
    """One part as raw bytes, where files lie in a folder. Answers as a bucket does: with an ETag."""
    found = _ever_mine(request, assessment_id)
    if int(request.headers.get("Content-Length") or 0) > storage.PART:
        raise TooLarge("This part is too large.")
    etag = actions.receive_part(
        assessment=found, evidence_id=evidence_id, number=number, data=request.body, by=request.user
    )
    response["ETag"] = f'"{etag}"'
    return {"number": number, "etag": etag}


@router.post(UPLOAD + "/complete", auth=LastWord(), url_name="tablet-upload-complete")
def finish_upload(request, assessment_id: UUID, evidence_id: UUID, body: PartsIn):
    """All parts are sent: put together, hashed, looked at and kept. Repeating it gives the same answer.

    409 part-missing: look and send what is missing. 409 upload-gone: begin again. 503: ask again later. 400: damaged,
    or may not be kept; nothing of it stays here.
    """
    found = _ever_mine(request, assessment_id)
    return _safe(actions.finish_upload(assessment=found, evidence_id=evidence_id, etags=body.etags, by=request.user))


@router.api_operation(["DELETE"], UPLOAD, auth=LastWord(), url_name="tablet-upload")
def drop_upload(request, assessment_id: UUID, evidence_id: UUID):
    """Give an upload up. What is kept already stays."""
    actions.drop_upload(assessment=_ever_mine(request, assessment_id), evidence_id=evidence_id, by=request.user)
    return {"state": "gone"}


@router.get("/assessments/{uuid:assessment_id}/evidence", url_name="tablet-evidence-list")
def evidence_list(request, assessment_id: UUID):
    """The manifest: which photos and documents have arrived."""
    found = _mine(request, assessment_id)
    return {
        "evidence": [
            {
                "id": str(e.pk),
                "kind": e.kind,
                "sha256": e.sha256,
                "size": e.size,
                "state": _place(e),
                "author": e.author.name,
            }
            for e in found.evidence.select_related("author").order_by("received_at")
        ]
    }


@router.get("/assessments/{uuid:assessment_id}/permits", url_name="tablet-permits")
def permits(request, assessment_id: UUID):
    """The factory's permits that have not ended, with which of them a scan is kept: it can be taken as evidence."""
    found = _mine(request, assessment_id)
    return {"permits": tablet.permit_list(found)}


@router.post("/assessments/{uuid:assessment_id}/permits/{uuid:permit_id}/evidence", url_name="tablet-permit-evidence")
def take_permit(request, assessment_id: UUID, permit_id: UUID):
    """Take the scan of a permit as evidence of this visit. The same again: the same answer."""
    found = _mine(request, assessment_id)
    permit = queries.permits_of(found).filter(pk=permit_id).first()
    if permit is None:
        raise Missing(NOTHING_HERE)
    return _safe(actions.take_permit(assessment=found, permit=permit, by=request.user))


@router.get("/evidence/{uuid:evidence_id}", url_name="tablet-evidence-file")
def evidence_file(request, evidence_id: UUID):
    """One file. Served so that a browser does nothing with it."""
    found = tablet.evidence_of_assessor(request.user).filter(pk=evidence_id).first()
    if found is None:
        raise Missing(NOTHING_HERE)
    response = HttpResponse(storage.store().get(found.stored), content_type=found.media_type)
    response["Content-Disposition"] = f'attachment; filename="{found.pk}"'
    response["Content-Security-Policy"] = "sandbox; default-src 'none'"
    response["Cache-Control"] = "private, no-store"
    return response


@router.post("/assessments/{uuid:assessment_id}/start", url_name="tablet-start")
def begin(request, assessment_id: UUID):
    return {"state": actions.start(assessment=_mine(request, assessment_id), by=request.user).state}


@router.post("/assessments/{uuid:assessment_id}/submit", url_name="tablet-submit")
def submit(request, assessment_id: UUID, body: SubmitIn):
    """Send to review. 409 with a sentence while something stands in the way."""
    found = _mine(request, assessment_id)
    return {"state": actions.submit(assessment=found, by=request.user, rest_not_asked=body.rest_not_asked).state}


@router.post("/assessments/{uuid:assessment_id}/harm", auth=LastWord(), url_name="tablet-harm")
def harm(request, assessment_id: UUID, body: HarmIn):
    """Suspected serious harm: sent before everything else, kept apart from the assessment. Safe to repeat."""
    found = _ever_mine(request, assessment_id)
    actions.open_case_from_tablet(assessment=found, case_id=body.id, kind=body.kind, text=body.text, by=request.user)
    return {"id": str(body.id), "state": "safe"}


def _person(user):
    return {"id": str(user.pk), "name": user.name, "language": user.language} if user else None


register_doors(
    {
        "api:tablet-session": public("says who is signed in by cookie; nothing of anybody else"),
        "api:tablet-devices": public("checks the session and its form token itself: answers in JSON"),
        "api:tablet-store-key-back": public("own tablet, a session that began within minutes and its form token"),
        **{
            f"api:tablet-{name}": device(why)
            for name, why in {
                "store-key": "the tablet's own key, written once and never read here",
                "assessments": "only those the person is named on",
                "blueprint": "published checklists",
                "assessment": "named on it, still an assessor",
                "operations": "named on it; a withdrawn right sends to quarantine",
                "manifest": "named on it",
                "handover": "ever named on it; each change is proved and judged as its own tablet's",
                "visit-part": "named on it; facts of the visited factory",
                "evidence": "ever named on it: check_was_assessor; counts only where a judged change names it",
                "upload": "ever named on it: check_was_assessor; a colleague may go on",
                "part": "who announced the file",
                "upload-complete": "who announced the file",
                "evidence-list": "named on it",
                "permits": "named on it",
                "permit-evidence": "named on it: check_is_assessor; permits of the visited factory",
                "evidence-file": "evidence of assessments the person is named on",
                "start": "check_is_assessor",
                "submit": "check_is_lead",
                "harm": "ever named on it, also with a closed account: reads nothing, opens a case with its readers",
            }.items()
        },
    }
)
