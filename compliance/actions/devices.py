"""Tablets: bound to a person, heard of, silent, revoked; and what the server kept aside from them."""

import hashlib
import secrets
from datetime import timedelta

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from compliance import queries, rules, sync
from compliance.actions.base import locked
from compliance.models import (
    Device,
    Quarantined,
    StoreKey,
)
from compliance.permissions import (
    check_can_plan,
    check_can_revoke,
)
from core import audit, queue
from core.entrance.sealing import seal, unseal
from core.errors import Denied, Invalid, WrongState

CONTACT_EVERY = timedelta(minutes=1)


CLOCK_MAY_DIFFER = 300  # seconds; a clock that is wrong by more is told at once


MAX_WHY = 500

STORE_KEY = "tablet-store"  # what a key was sealed for


def token_digest(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


@transaction.atomic
def register_device(*, device_id, name, by) -> str:
    """Bind a tablet to the person signed in and return its token, shown once. Records device.registered.

    A tablet of another person cannot be taken over; the same person again gets a new token.
    """
    device = Device.objects.select_for_update().filter(pk=device_id).first()
    if device and device.user_id != by.pk:
        raise Denied(_("This tablet is registered to somebody else."))
    token = secrets.token_urlsafe(32)
    device, made = Device.objects.update_or_create(
        pk=device_id,
        defaults={
            "user": by, "name": name[:80], "token_digest": token_digest(token), "revoked_at": None,
            "last_contact_at": timezone.now(),
        },
    )  # fmt: skip
    audit.record("device.registered", device, by=by)
    return token


@transaction.atomic
def keep_store_key(*, device, key, by) -> None:
    """Hold what opens this tablet's store (32 bytes, base64) for the day it is forgotten. Records device.key-kept.

    Written once: the same again changes nothing, another one is refused, else the first could be made worthless.
    """
    held = StoreKey.objects.select_for_update().filter(device=device).first()
    if held is None:
        StoreKey.objects.create(device=device, sealed=seal(STORE_KEY, key))
        audit.record("device.key-kept", device, by=by)
    elif unseal(STORE_KEY, held.sealed) != key:
        raise WrongState(_("Another key of this tablet is kept already."))


@transaction.atomic
def give_store_key(*, device_id, by) -> str | None:
    """The key of a store on by's own tablet, so that a forgotten passphrase loses nothing. Records device.key-given.

    The caller has made sure that she signed in a moment ago. None: there is none, it is somebody else's, or the tablet
    was cut off; then she binds it to herself again first (register_device).
    """
    held = StoreKey.objects.select_related("device").filter(device_id=device_id, device__user_id=by.pk).first()
    key = held and not held.device.revoked_at and unseal(STORE_KEY, held.sealed)
    if not key:
        return None
    audit.record("device.key-given", held.device, by=by)
    return key


def note_contact(*, device, version, unsent, clock_ahead, by) -> None:
    """What a tablet says of itself with a request. Written at most once a minute, unless it says something else.

    One statement, so no transaction of its own. No audit row: it is no decision of anybody, and a tablet calls all day.
    """
    said = {"client_version": version, "unsent": unsent}
    said = {name: value for name, value in said.items() if value not in ("", None, getattr(device, name))}
    if clock_ahead is not None and abs(clock_ahead - (device.clock_ahead or 0)) > CLOCK_MAY_DIFFER:
        said["clock_ahead"] = clock_ahead
    now = timezone.now()
    if not said and device.last_contact_at and now - device.last_contact_at < CONTACT_EVERY:
        return
    said |= {"last_contact_at": now} | ({} if clock_ahead is None else {"clock_ahead": clock_ahead})
    Device.objects.filter(pk=device.pk, user_id=by.pk).update(**said)


@transaction.atomic
def revoke_device(*, device, by) -> Device:
    """The tablet's token stops working; what it holds unsent waits for its person. Records device.revoked.

    Who it is registered to, or who plans visits where she is an assessor.
    """
    check_can_revoke(by, device)
    if device.revoked_at:
        return device
    device.revoked_at = timezone.now()
    device.save(update_fields=["revoked_at"])
    audit.record("device.revoked", device, by=by)
    return device


@transaction.atomic
def tell_of_silence(*, by) -> int:
    """Ask for a letter where a tablet with work on it was not heard of: to its person on day 3, on day 5 to who plans
    visits as well. Only the program itself. Records device.silent. Once per silence and day, however often it runs.
    """
    if not isinstance(by, audit.System):
        raise Denied(_("The program itself looks for silent tablets."))
    silent = queries.silent_tablets()
    for device, day in silent:
        people, key = [device.user_id], f"{device.pk}-{device.last_contact_at:%Y%m%d%H%M}-{day}"
        if day == rules.SILENCE_TOLD[-1]:
            people += [person.pk for person in queries.planners_for(device.user)]
        for person in people:
            queue.enqueue("compliance.write_of_silence", user_id=person, key=key)
        device.told_of_silence_since, device.told_on_day = device.last_contact_at, day
        device.save(update_fields=["told_of_silence_since", "told_on_day"])
        audit.record("device.silent", device, by=by, day=day)
    return len(silent)


@transaction.atomic
def decide_quarantined(*, item: Quarantined, decision, why, by) -> Quarantined:
    """A programme manager says what becomes of work kept aside, and why. It stays on record either way.

    Released: it is taken by the same merge as any change, or becomes a correction note where a report is issued
    (sync.release). Records quarantine.decided. The same decision again: unchanged.
    """
    assessment = locked(item.assessment)
    check_can_plan(by, assessment.programme)
    item = Quarantined.objects.select_for_update(of=("self",)).select_related("device").get(pk=item.pk)
    if item.decided_at:
        if item.decision == decision:
            return item
        raise WrongState(_("This was decided already."))
    if decision not in ("released", "rejected"):
        raise Invalid(_("Decide released or rejected."))
    why = rules.readable(why).strip()
    if not 0 < len(why) <= MAX_WHY:
        raise Invalid(_("Write why, in at most %(n)d characters.") % {"n": MAX_WHY})
    item.became = sync.release(item, assessment) if decision == "released" else ""
    item.decision, item.why, item.decided_at, item.decided_by = decision, why, timezone.now(), by
    item.save(update_fields=["decision", "why", "became", "decided_at", "decided_by"])
    audit.record(
        "quarantine.decided", item, by=by, programme=assessment.programme, decision=decision,
        became=item.became or "nothing",
        assessment=assessment.pk,
    )  # fmt: skip
    return item
