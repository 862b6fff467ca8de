"""Writers of lawful removals: one person asks, another agrees, and it is gone."""

from django.db import transaction

from core import audit, removals
from core.errors import Denied, Invalid, WrongState
from core.models import Redaction, RemovalAsk
from core.redaction import REASONS


@transaction.atomic
def ask_to_remove(*, kind: str, subject_id, reason: str, by) -> RemovalAsk:
    """Ask that something is removed for good. Who may: the kind says (core.removals). Records removal.asked.

    Asked already: that ask. Nothing is removed until another person agrees.
    """
    found, row, programme = removals.found(kind, subject_id)
    removals.check_can_remove(by, found, row, programme)
    if reason not in REASONS:
        raise Invalid("Name one of the reason classes for a removal.")
    if row.redacted_at is not None:
        raise WrongState("This was removed already.")
    ask, is_new = RemovalAsk.objects.get_or_create(
        subject_type=kind,
        subject_id=str(row.pk),
        defaults={"programme": programme, "reason": reason, "asked_by": by},
    )
    if is_new:
        audit.record("removal.asked", row, by=by, programme=programme, reason=reason)
    return ask


@transaction.atomic
def agree_to_remove(*, ask: RemovalAsk, by) -> Redaction:
    """The second person's word: it is destroyed, and what was made of it is made again. Cannot be undone.

    Another person than who asked; both must still be allowed to. Records removal.agreed and payload.redacted.
    """
    kind, row, programme = removals.found(ask.subject_type, ask.subject_id)
    removals.check_can_remove(by, kind, row, programme)
    if ask.asked_by_id == by.pk:
        raise Denied("Another person agrees to a removal.")
    if not kind.may(ask.asked_by, row, programme):
        raise Denied("Who asked for this may no longer do so.")
    redaction = removals.destroy(kind, row, asked_by=ask.asked_by, agreed_by=by, reason=ask.reason, programme=programme)
    audit.record("removal.agreed", row, by=by, programme=programme, reason=ask.reason)
    return redaction
