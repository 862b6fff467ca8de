"""The tablet's door: JSON under /api/v1/tablet/. Thin; the contract stands in docs/reference/tablet-api.md."""

from dataclasses import asdict
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
from compliance import actions, sync, tablet
from compliance.models import Device
from compliance.schemas import BatchIn, DeviceIn, PartsIn, SubmitIn, UploadIn
from core import storage
from core.access import device, public, register_doors
from core.errors import NOTHING_HERE, Denied, Refusal


class SignInFirst(Refusal):
    code = "sign-in"
    http_status = 401


class TooLarge(Refusal):
    code = "too-large"
    http_status = 413


class DeviceToken(HttpBearer):
    """A token bound to one tablet and one person. No cookie, so nothing of a page can go stale."""

    def authenticate(self, request, token):
        found = (
            Device.objects.select_related("user")
            .filter(token_digest=actions.token_digest(token), revoked_at=None, user__is_active=True)
            .first()
        )
        if found:
            request.device, request.user = found, found.user
        return found


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


@router.get("/assessments", url_name="tablet-assessments")
def assessments(request):
    """What this person may take along."""
    return {
        "assessments": tablet.for_tablet(request.user),
        "server_time": timezone.now().isoformat(),
        "limits": {"photo_bytes": settings.EVIDENCE_MAX_BYTES, "part_bytes": storage.PART, "batch": sync.BATCH},
    }


@router.get("/versions/{uuid:version_id}/blueprint", url_name="tablet-blueprint")
def blueprint(request, version_id: UUID, response: HttpResponse):
    """A published checklist. It never changes, so it may be kept for ever."""
    version = ChecklistVersion.objects.select_related("checklist").filter(pk=version_id).first()
    if version is None:
        raise Missing(NOTHING_HERE)
    response["ETag"] = f'"{version.content_hash}"'
    response["Cache-Control"] = "private, max-age=31536000, immutable"
    return build(version)


class Missing(Refusal):
    code = "nothing-here"
    http_status = 404


def _mine(request, assessment_id):
    """An assessment this person is named on, or the words of absence."""
    found = tablet.of_assessor(request.user).filter(pk=assessment_id).first()
    if found is None:
        raise Missing(NOTHING_HERE)
    return found


@router.get("/assessments/{uuid:assessment_id}", url_name="tablet-assessment")
def assessment(request, assessment_id: UUID):
    """One assessment with what was found at the factory last time."""
    found = _mine(request, assessment_id)
    return tablet.item(found, request.user) | {"last": tablet.last_findings(found)}


@router.post("/assessments/{uuid:assessment_id}/operations", url_name="tablet-operations")
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


@router.put("/assessments/{uuid:assessment_id}/evidence/{uuid:evidence_id}", url_name="tablet-evidence")
def keep(request, assessment_id: UUID, evidence_id: UUID):
    """A photo or document as raw bytes. Repeating it is harmless."""
    found = _mine(request, assessment_id)
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
    return {"id": str(evidence.pk), "sha256": evidence.sha256, "size": evidence.size, "state": "safe"}


UPLOAD = "/assessments/{uuid:assessment_id}/evidence/{uuid:evidence_id}/upload"


@router.post(UPLOAD, url_name="tablet-upload")
def begin_upload(request, assessment_id: UUID, evidence_id: UUID, body: UploadIn):
    """Announce a file to send in parts, or go on where it stopped. Repeating it is harmless.

    Each part says where it goes and with which headers. An address of our own takes the device's token too; an address
    of another host must never get it. A part with an `etag` has arrived.
    """
    found = _mine(request, assessment_id)
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


@router.put(UPLOAD + "/parts/{int:number}", url_name="tablet-part")
def receive_part(request, assessment_id: UUID, evidence_id: UUID, number: int, response: HttpResponse):
    """One part as raw bytes, where files lie in a folder. Answers as a bucket does: with an ETag."""
    found = _mine(request, assessment_id)
    if int(request.headers.get("Content-Length") or 0) > storage.PART:
        raise TooLarge("This part is too large.")
    etag = actions.receive_part(
        assessment=found, evidence_id=evidence_id, number=number, data=request.body, by=request.user
    )
    response["ETag"] = f'"{etag}"'
    return {"number": number, "etag": etag}


@router.post(UPLOAD + "/complete", url_name="tablet-upload-complete")
def finish_upload(request, assessment_id: UUID, evidence_id: UUID, body: PartsIn):
    """All parts are sent: put together, hashed, looked at and kept. Repeating it gives the same answer.

    409 part-missing: look and send what is missing. 409 upload-gone: begin again. 503: ask again later. 400: damaged,
    or may not be kept; nothing of it stays here.
    """
    found = _mine(request, assessment_id)
    return _safe(actions.finish_upload(assessment=found, evidence_id=evidence_id, etags=body.etags, by=request.user))


@router.api_operation(["DELETE"], UPLOAD, url_name="tablet-upload")
def drop_upload(request, assessment_id: UUID, evidence_id: UUID):
    """Give an upload up. What is kept already stays."""
    actions.drop_upload(assessment=_mine(request, assessment_id), evidence_id=evidence_id, by=request.user)
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
                "state": "removed" if e.redacted_at else "safe",
                "author": e.author.name,
            }
            for e in found.evidence.select_related("author").order_by("received_at")
        ]
    }


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


def _person(user):
    return {"id": str(user.pk), "name": user.name, "language": user.language} if user else None


register_doors(
    {
        "api:tablet-session": public("says who is signed in by cookie; nothing of anybody else"),
        "api:tablet-devices": public("checks the session and its form token itself: answers in JSON"),
        **{
            f"api:tablet-{name}": device(why)
            for name, why in {
                "assessments": "only those the person is named on",
                "blueprint": "published checklists",
                "assessment": "named on it, still an assessor",
                "operations": "named on it; a withdrawn right sends to quarantine",
                "evidence": "named on it: check_is_assessor",
                "upload": "named on it: check_is_assessor; goes on only for who announced it",
                "part": "who announced the file",
                "upload-complete": "who announced the file",
                "evidence-list": "named on it",
                "evidence-file": "evidence of assessments the person is named on",
                "start": "check_is_assessor",
                "submit": "check_is_lead",
            }.items()
        },
    }
)
