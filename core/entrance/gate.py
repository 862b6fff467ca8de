"""Who reads reports signs in with two steps: until the second is set up, every page leads there.

Not asked: committee members, who hold none of these rights, and tablets, whose token stands for a person who passed
here when it was given. SECOND_FACTOR_REQUIRED turns it off for demonstrations and tests; production refuses that.
"""

import time

from allauth.account.adapter import get_adapter as get_account_adapter
from allauth.account.internal.flows.login import get_authentication_records
from allauth.core import ratelimit
from allauth.mfa.adapter import get_adapter
from allauth.mfa.models import Authenticator
from django.conf import settings
from django.http import JsonResponse
from django.shortcuts import redirect
from django.utils.crypto import salted_hmac

from core import access
from core.entrance import sessions
from core.middleware import is_foreign
from core.roles import SECOND_STEP

KEPT = "second_step"  # in the session: this person has one, ask no more
AFTER = "after_second_step"  # in the session: the page she wanted
SET_UP = "mfa_index"
OPEN = {
    SET_UP, "mfa_activate_totp", "mfa_add_webauthn", "mfa_view_recovery_codes", "account_reauthenticate",
    "mfa_reauthenticate", "mfa_reauthenticate_webauthn",
}  # fmt: skip
# Doors that say "public" and look at the session themselves.
ALSO_CLOSED = {"api:tablet-devices", "api:tablet-store-key-back"}


def came_in_lately(request) -> bool:
    """Did this person sign in within the last minutes (ACCOUNT_REAUTHENTICATION_TIMEOUT), in this session?"""
    records = get_authentication_records(request, request.user)
    return bool(records) and time.time() - records[-1]["at"] < settings.ACCOUNT_REAUTHENTICATION_TIMEOUT


def may_ask_again(request, action, *, key=None) -> bool:
    """Counts one more try of a person, or of what `key` names; false when there were too many (ACCOUNT_RATE_LIMITS)."""
    return bool(ratelimit.consume(request, action=action, key=key, user=None if key else request.user))


def where_from(request) -> str:
    """The address of the machine that asks, for a keyed hash and nothing else. Raises PermissionDenied where the server
    does not say."""
    return get_account_adapter(request).get_client_ip(request)


def a_stranger_may_ask(request, action) -> bool:
    """The same for somebody without an account, whom nothing may lead back to: no address is kept, only a keyed hash
    of it, while the counter runs. `<action>-all` bounds what all strangers together send."""
    address = where_from(request)
    one = salted_hmac("stranger", f"{action} {address}", algorithm="sha256").hexdigest()
    return bool(
        ratelimit.consume(request, action=action, key=one)
        and ratelimit.consume(request, action=f"{action}-all", key="all")
    )


def has_second_step(user) -> bool:
    return get_adapter().is_mfa_enabled(user, [Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN])


def must_set_up(request) -> bool:
    """Does this person hold a right that wants a second step, without having one?"""
    if not settings.SECOND_FACTOR_REQUIRED or not request.user.is_authenticated or request.session.get(KEPT):
        return False
    if has_second_step(request.user):
        request.session[KEPT] = True
        return False
    return access.holds_any(request.user, SECOND_STEP)


def turned_back(request, wanted):
    """The way to the set-up page, keeping in mind where she wanted to go; None for who may pass."""
    if not must_set_up(request):
        return None
    request.session[AFTER] = wanted
    return redirect(SET_UP)


class SecondStep:
    """Stands behind core.middleware.Door: here everybody is known or the address is public."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        return self.get_response(request)

    def process_view(self, request, view, args, kwargs):
        match = request.resolver_match
        door = access.TABLE.get(match.view_name)
        closed = is_foreign(match) or match.view_name in ALSO_CLOSED or door.kind in ("signed_in", "object")
        if not closed or not request.user.is_authenticated:
            return None
        sessions.seen(request.session)
        if match.view_name in OPEN or not must_set_up(request):
            return None
        if request.path.startswith("/api/"):
            sentence = "Set up the second step of your sign-in first."
            return JsonResponse({"error": {"code": "second-step", "sentence": sentence}}, status=403)
        return turned_back(request, request.get_full_path() if request.method == "GET" else "/app/")
