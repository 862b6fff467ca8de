"""What Django and allauth tell of at the door, written down by our actions."""

from allauth.account.internal.flows.login import get_authentication_records
from allauth.account.signals import password_changed, password_reset
from allauth.mfa.signals import authenticator_added, authenticator_removed
from django.contrib.auth.signals import user_logged_in, user_logged_out

from core import actions
from core.actions.entrance import tell_of_change
from core.entrance import gate, sessions


def signed_in(user, request, **kwargs):
    sessions.begin(request.session, request.META.get("HTTP_USER_AGENT", ""))
    ways = [record.get("type") or record["method"] for record in get_authentication_records(request, user)]
    actions.session_started(user=user, handle=request.session["handle"], ways=ways, by=user)


def signed_out(user, request, **kwargs):
    if user is not None:
        actions.session_ended(user=user, handle=request.session.get("handle"), by=user)


def added(user, authenticator, **kwargs):
    if authenticator.type != authenticator.Type.RECOVERY_CODES:
        actions.note_factor(user=user, kind=authenticator.type, added=True, by=user)


def removed(user, request, authenticator, **kwargs):
    request.session.pop(gate.KEPT, None)
    if authenticator.type != authenticator.Type.RECOVERY_CODES:
        actions.note_factor(user=user, kind=authenticator.type, added=False, by=user)


def new_password(user, request, **kwargs):
    """Other sessions end by themselves: their hash of the password is stale. The rows go, too."""
    actions.end_sessions(user=user, by=user, but=request.session.get("handle"))
    tell_of_change(user)


def connect():
    user_logged_in.connect(signed_in)
    user_logged_out.connect(signed_out)
    authenticator_added.connect(added)
    authenticator_removed.connect(removed)
    password_changed.connect(new_password)
    password_reset.connect(new_password)
