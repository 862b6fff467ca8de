"""Writers of lawful removals: one person asks, another agrees, and it is gone."""

from uuid import UUID

from django.db import transaction

from core import audit, removal_list, removals
from core.errors import Denied, Invalid, WrongState
from core.models import Redaction, RemovalAsk, User
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


def remove_again(*, by, path=None) -> tuple[int, list[str]]:
    """After a restore: remove what the list of removals says and the backup still holds. Only the program itself.

    Returns how many were removed, and what a person must remove by hand: something this version does not know, or
    something asked for by people the backup does not know. Each removal is whole or not; records removal.again.
    """
    if not isinstance(by, audit.System):
        raise Denied("After a restore the program itself removes again.")
    done, by_hand = 0, []
    for line in removal_list.lines(path):
        subject = (line["subject_type"], line["subject_id"])
        if subject[0] not in removals.kinds():
            by_hand.append(" ".join(subject))
            continue
        try:
            kind, row, programme = removals.found(*subject)
        except Denied:
            continue  # made after the backup: not there
        if row.redacted_at is not None:
            continue
        people = User.objects.in_bulk([line["asked_by_id"], line["agreed_by_id"]])
        if len(people) < 2:
            by_hand.append(" ".join(subject))
            continue
        asked_by, agreed_by = (people[UUID(line[name])] for name in ("asked_by_id", "agreed_by_id"))
        with transaction.atomic():
            removals.destroy(
                kind, row, asked_by=asked_by, agreed_by=agreed_by, reason=line["reason"], programme=programme
            )
            audit.record("removal.again", row, by=by, programme=programme, reason=line["reason"])
        done += 1
    return done, by_hand
