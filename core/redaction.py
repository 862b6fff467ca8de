"""Lawful removal beside append-only rows (ADR 0005). The payload goes, the hash of it stays."""

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy

from core import audit, removal_list
from core.errors import Invalid, WrongState
from core.models import Payload, Redaction

REASONS = {
    "worker-named": gettext_lazy("A worker is named"),
    "identity-at-risk": gettext_lazy("Somebody could be recognised"),
    "person-asked": gettext_lazy("The person asked for it"),
    "court-order": gettext_lazy("A court ordered it"),
}


def verify(payload: Payload, digest: str) -> bool:
    """Is this payload what the frozen row proves, or was it lawfully removed?"""
    return payload.redacted_at is not None or payload.digest == digest


@transaction.atomic
def redact(*, payload: Payload, asked_by, agreed_by, reason: str, programme=None) -> Redaction:
    """Destroy a payload for good. Two different people and a reason class; writes a Redaction and an audit row."""
    redaction = recorded(thing=payload, asked_by=asked_by, agreed_by=agreed_by, reason=reason, programme=programme)
    payload.body, payload.salt, payload.redacted_at = None, "", timezone.now()
    payload.save(update_fields=["body", "salt", "redacted_at"])
    return redaction


@transaction.atomic
def recorded(*, thing, asked_by, agreed_by, reason: str, programme=None) -> Redaction:
    """Check and write down a removal; the caller destroys `thing` (it has `redacted_at`) in the same transaction."""
    if reason not in REASONS:
        raise Invalid("Name one of the reason classes for a removal.")
    if asked_by.pk == agreed_by.pk:
        raise Invalid("A removal takes two people.")
    if thing.redacted_at is not None:
        raise WrongState("This was removed already.")
    redaction = Redaction.objects.create(
        subject_type=thing._meta.label_lower,
        subject_id=str(thing.pk),
        reason=reason,
        asked_by=asked_by,
        agreed_by=agreed_by,
    )
    audit.record("payload.redacted", thing, by=asked_by, programme=programme, agreed_by=agreed_by.pk, reason=reason)
    removal_list.note(redaction)
    return redaction


def explain(rows) -> None:
    """Set `removed_because`, the class of reason in words, on each of these rows of one model that was removed.

    One query where any was, else none.
    """
    gone = {str(row.pk): row for row in rows if row.redacted_at}
    if not gone:
        return
    label = next(iter(gone.values()))._meta.label_lower
    said = Redaction.objects.filter(subject_type=label, subject_id__in=list(gone)).values_list("subject_id", "reason")
    for subject_id, reason in said:
        gone[subject_id].removed_because = REASONS.get(reason, "")
