"""Writers of open sessions and second steps: begun, ended, added, taken away.

What a session holds is Django's, what a second step holds is allauth's; here is who may end them, and the record.
"""

from allauth.mfa.models import Authenticator
from django.db import transaction
from django.utils import timezone

from core import audit, queue
from core.ids import new_id
from core.models import Session
from core.people import check_can_rule_over


@transaction.atomic
def session_started(*, user, handle, ways, by) -> None:
    """Somebody signed in, in these ways (such as password, totp). Sessions that ran out go. Records session.started."""
    Session.objects.filter(expire_date__lt=timezone.now()).delete()
    audit.record("session.started", user, by=by, session=handle, ways=ways)


@transaction.atomic
def session_ended(*, user, handle, by) -> None:
    """Somebody left by the button. Records session.ended."""
    audit.record("session.ended", user, by=by, session=handle)


@transaction.atomic
def end_session(*, handle, by) -> bool:
    """End one of one's own open sessions. False when it is no longer there. Records session.ended."""
    gone, _ = Session.objects.filter(user_id=by.pk, handle=handle).delete()
    if gone:
        audit.record("session.ended", by, by=by, session=handle)
    return bool(gone)


@transaction.atomic
def end_sessions(*, user, by, programme=None, but=None) -> int:
    """End all open sessions of a person: her own (`but` names the one to keep), or, for an administrator of
    `programme`, those of somebody in it. Records session.all-ended. Returns how many ended.
    """
    if by.pk != user.pk:
        check_can_rule_over(by, user, programme)
    return end_all_sessions(user, by, programme, but)


def end_all_sessions(user, by, programme=None, but=None):
    """All open sessions of a person end. For actions that have asked who may."""
    gone, _ = Session.objects.filter(user=user).exclude(handle=but).delete()
    audit.record("session.all-ended", user, by=by, programme=programme, sessions=gone)
    return gone


@transaction.atomic
def note_factor(*, user, kind, added, by) -> None:
    """A second step of a person was added or taken away: the person is told by mail. Records factor.added, .removed."""
    if added:
        audit.record("factor.added", user, by=by, kind=kind)
    else:
        audit.record("factor.removed", user, by=by, kind=kind)
    tell_of_change(user)


def tell_of_change(user):
    """A letter that says only that something changed."""
    if user.email:
        queue.enqueue("core.tell_of_change", user_id=user.pk, change=new_id())


@transaction.atomic
def remove_factors(*, user, programme, by) -> None:
    """Somebody lost the phone and the recovery codes: an administrator takes the second step away, so that she sets
    up another. Her sessions end and she is told by mail. Records factor.all-removed.
    """
    check_can_rule_over(by, user, programme)
    Authenticator.objects.filter(user=user).delete()
    audit.record("factor.all-removed", user, by=by, programme=programme)
    end_all_sessions(user, by, programme)
    tell_of_change(user)
