"""How allauth behaves here: our words, our letters, the same answer whether a name exists or not.

It refuses sign-up altogether: people come by invitation or with a paper of their programme.
"""

import time
from base64 import b32encode
from secrets import token_bytes

from allauth.account import app_settings
from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.internal.flows.login import get_authentication_records
from allauth.mfa.adapter import DefaultMFAAdapter
from django.contrib import messages
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from core import queue
from core.entrance import gate
from core.entrance.pictures import square
from core.entrance.sealing import seal, unseal
from core.ids import new_id

NOT_TOGETHER = _("The name and password do not go together. Check both and try again.")
WAIT = _("Too many attempts. Wait some minutes before you try again; each time it takes longer.")
WRONG_CODE = _("This code is not right, or it was used already. Wait for the next one and try again.")


class Account(DefaultAccountAdapter):
    error_messages = DefaultAccountAdapter.error_messages | {
        "username_password_mismatch": NOT_TOGETHER,
        "too_many_login_attempts": WAIT,
        "rate_limited": WAIT,
        "incorrect_code": WRONG_CODE,
        "incorrect_password": _("This is not your password."),
        "enter_current_password": _("This is not your password."),
        "invalid_password_reset": _("This link does not work any more. Ask for a new one."),
    }

    def is_open_for_signup(self, request):
        return False

    def authenticate(self, request, **credentials):
        """Somebody deactivated is nobody: allauth would say that her password was right."""
        user = super().authenticate(request, **credentials)
        return user if user and user.is_active else None

    def _get_login_attempts_cache_key(self, request, **credentials):
        """Attempts are counted by the name typed, whatever host the browser asked for."""
        return credentials.get("username", "").casefold()

    def respond_user_inactive(self, request, user):
        messages.error(request, NOT_TOGETHER)
        return redirect("core:sign-in")

    def get_login_redirect_url(self, request):
        return reverse("core:home")

    def post_login(self, request, user, *, redirect_url, **rest):
        """Where she wanted to go, or first to the second step she has to set up."""
        response = super().post_login(request, user, redirect_url=redirect_url, **rest)
        return gate.turned_back(request, response["Location"]) or response

    def add_message(self, request, level, message_template=None, message_context=None, extra_tags="", message=None):
        """Only sentences of ours: allauth's templates greet people by name."""
        if message:
            messages.add_message(request, level, message, extra_tags=extra_tags)

    def is_reauthentication_required(self, *, app, **kwargs):
        """Who signed in a moment ago is not asked for the password again."""
        records = get_authentication_records(self.request, self.request.user)
        if records and time.time() - records[-1]["at"] < app_settings.REAUTHENTICATION_TIMEOUT:
            return False
        return super().is_reauthentication_required(app=app, **kwargs)

    def send_password_reset_mail(self, user, email, context):
        queue.enqueue("core.send_new_password", user_id=user.pk, asked=new_id())

    def send_mail(self, template_prefix, email, context):
        """allauth writes no letter itself; ours are in core/letters.py."""


class SecondStep(DefaultMFAAdapter):
    error_messages = DefaultMFAAdapter.error_messages | {"incorrect_code": WRONG_CODE}

    def get_totp_issuer(self):
        return "Openfloor"

    def _get_site_name(self):
        return "Openfloor"

    def build_totp_svg(self, url):
        return square(url, scale=5, border=2).decode()

    def generate_authenticator_name(self, user, type):
        return gettext("Passkey")

    def encrypt(self, text):
        return seal("second-step", text)

    def decrypt(self, encrypted_text):
        """With a lost key no code is ever right; the person gets a new second step from her administrator."""
        return unseal("second-step", encrypted_text) or b32encode(token_bytes(20)).decode()
