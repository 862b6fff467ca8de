"""The door: sign in, second step, member codes, invitations, open sessions, and the way out.

Thin. allauth's views do what the library is for, in our templates; everything else goes through core.actions.
"""

from zoneinfo import ZoneInfo

from allauth.account import views as account
from allauth.account.internal.flows.login import record_authentication
from allauth.account.internal.flows.logout import logout
from allauth.account.utils import perform_login
from allauth.core import ratelimit
from allauth.mfa.base import views as steps
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes import views as recovery
from allauth.mfa.totp import views as totp
from allauth.mfa.webauthn import views as passkeys
from allauth.mfa.webauthn.internal import auth as webauthn
from django.conf import settings
from django.contrib import messages
from django.db.models import Q
from django.http import Http404
from django.shortcuts import redirect, render
from django.urls import reverse_lazy
from django.utils import timezone, translation
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST, require_safe

from core import actions
from core.actions.invitations import GONE, open_invitation, person_of
from core.actions.member_codes import holder_of
from core.entrance import gate, sessions
from core.entrance.adapter import WAIT
from core.entrance.forms import WRONG_PASSKEY, Accept, ChoosePin, Enter, PaperCode
from core.entrance.sealing import seal, unseal
from core.errors import NOTHING_HERE, Refusal
from core.models import Programme, Session
from core.words import OWN_NAMES

HERE = "core/entrance/"

# --- name and password, and the second step ---------------------------------------------------------------------


class SignIn(account.LoginView):
    """Name and password. The same words whether the name exists or not."""

    template_name = "core/sign_in.html"


class SecondStep(steps.AuthenticateView):
    """The code or the passkey, after the password."""

    template_name = HERE + "second_step.html"

    def get_context_data(self, **kwargs):
        context = super().get_context_data(**kwargs)
        kinds = set(Authenticator.objects.filter(user=self.stage.login.user).values_list("type", flat=True))
        return context | {"kinds": kinds}


class PasskeySignIn(passkeys.LoginWebAuthnView):
    """A passkey alone: it asks its owner for finger, face or PIN, so it is both steps at once."""

    template_name = HERE + "passkey_sign_in.html"

    def get(self, request, *args, **kwargs):
        context = self.get_context_data(options=webauthn.begin_authentication())
        return self.render_to_response(context)

    def form_invalid(self, form):
        messages.error(self.request, WRONG_PASSKEY)
        return redirect("core:sign-in")


class AgainPassword(account.ReauthenticateView):
    """Before something is changed at the door: is it still the same person?"""

    template_name = HERE + "again.html"


class AgainCode(steps.ReauthenticateView):
    template_name = HERE + "again.html"


class AgainPasskey(passkeys.ReauthenticateWebAuthnView):
    template_name = HERE + "again_passkey.html"


class HowIEnter(steps.IndexView):
    """A person's own door: her second steps, her password, a link to her open sessions."""

    template_name = HERE + "how_i_enter.html"

    def get_context_data(self, **kwargs):
        context = super().get_context_data(**kwargs)
        must = gate.must_set_up(self.request)
        after = None if must else self.request.session.get(gate.AFTER)
        return context | {"must": must, "after": after, "password": self.request.user.has_usable_password()}


class AddApp(totp.ActivateTOTPView):
    template_name = HERE + "add_app.html"


class RemoveApp(totp.DeactivateTOTPView):
    template_name = HERE + "remove_app.html"


class AddPasskey(passkeys.AddWebAuthnView):
    template_name = HERE + "add_passkey.html"

    def get_context_data(self, **kwargs):
        context = super().get_context_data(**kwargs)
        # Kept on the device and guarded there, so that it opens the door alone.
        return context | {"options": webauthn.begin_registration(self.request.user, True)}


class RemovePasskey(passkeys.RemoveWebAuthnView):
    template_name = HERE + "remove_passkey.html"
    success_url = reverse_lazy("mfa_index")


@method_decorator(never_cache, name="dispatch")
class RecoveryCodes(recovery.ViewRecoveryCodesView):
    template_name = HERE + "recovery_codes.html"

    def get_context_data(self, **kwargs):
        return super().get_context_data(**kwargs) | {"after": self.request.session.pop(gate.AFTER, None)}


class NewRecoveryCodes(recovery.GenerateRecoveryCodesView):
    template_name = HERE + "new_recovery_codes.html"


# --- passwords --------------------------------------------------------------------------------------------------


class ChangePassword(account.PasswordChangeView):
    template_name = HERE + "change_password.html"
    success_url = reverse_lazy("mfa_index")

    def dispatch(self, request, *args, **kwargs):
        if not request.user.has_usable_password():
            raise Http404(NOTHING_HERE)
        return super().dispatch(request, *args, **kwargs)

    def form_valid(self, form):
        response = super().form_valid(form)
        messages.success(self.request, _("Your password is changed. Other sessions have ended."))
        return response


class AskForPassword(account.PasswordResetView):
    """The same words whether the address is known or not."""

    template_name = HERE + "ask_for_password.html"


class AskedForPassword(account.PasswordResetDoneView):
    template_name = HERE + "asked_for_password.html"


class NewPassword(account.PasswordResetFromKeyView):
    template_name = HERE + "new_password.html"


class NewPasswordSet(account.PasswordResetFromKeyDoneView):
    template_name = HERE + "new_password_set.html"


def too_many(request):
    """Too many attempts from one place (handler429)."""
    return render(request, HERE + "too_many.html", {"sentence": WAIT}, status=429)


# --- the way out ------------------------------------------------------------------------------------------------


@csrf_exempt  # Leaving must work from a page that is hours old; a stranger's page has no session to end (SameSite).
@require_POST
def sign_out(request):
    """Leave, at once, to a page that says nothing of where one was."""
    language = translation.get_language()
    logout(request, show_message=False)
    request.session.flush()
    response = redirect("core:left")
    if language != settings.LANGUAGE_CODE:
        response["Location"] += f"?in={language}"
    # Pages of /app/ are never stored; this also takes pictures and what the browser keeps to go back quickly.
    response["Clear-Site-Data"] = '"cache"'
    return response


@require_safe
def left(request):
    """The page after leaving: no mark, no name, no link, nothing of the site's purpose."""
    _language_asked_for(request)
    return render(request, HERE + "left.html", {"direction": "rtl" if translation.get_language_bidi() else "ltr"})


def _language_asked_for(request):
    """`?in=km` shows a page before sign-in in that language, without a script or a cookie."""
    asked = request.GET.get("in", "")
    if asked in dict(settings.LANGUAGES):
        translation.activate(asked)
        request.LANGUAGE_CODE = asked


def _languages(request):
    """The same page in the other languages."""
    return [
        {"code": code, "name": OWN_NAMES.get(code, name), "url": f"{request.path}?in={code}"}
        for code, name in settings.LANGUAGES
        if code != translation.get_language()
    ]


# --- member code and PIN ----------------------------------------------------------------------------------------

PAPER = "paper"  # in the session: the one-time code, sealed


@never_cache
def enter(request):
    """Member code or phone number, and PIN. One sentence for everything that may be wrong."""
    _language_asked_for(request)
    form, sentence, status = Enter(request.POST or None), "", 200
    if request.method == "POST":
        status = 400
        if not ratelimit.consume(request, action="enter"):
            sentence, status = WAIT, 429
        elif form.is_valid():
            user = actions.enter_with_pin(name=form.cleaned_data["name"], pin=form.cleaned_data["pin"])
            if user is not None:
                return _let_in(request, user, "pin")
        sentence = sentence or _("Code and PIN do not go together. After five wrong PINs only a new paper helps.")
    context = {"form": form, "sentence": sentence, "other_languages": _languages(request)}
    return render(request, HERE + "enter.html", context, status=status)


@never_cache
def enter_paper(request):
    """Type the code of the paper."""
    _language_asked_for(request)
    form, sentence, status = PaperCode(request.POST or None), "", 200
    if request.method == "POST":
        status = 400
        if not ratelimit.consume(request, action="enter"):
            sentence, status = WAIT, 429
        elif form.is_valid() and holder_of(form.cleaned_data["code"]):
            return _to_pin(request, form.cleaned_data["code"])
        sentence = sentence or _("This code does not work. Look at each letter again, or ask the programme.")
    context = {"form": form, "sentence": sentence, "other_languages": _languages(request)}
    return render(request, HERE + "enter_paper.html", context, status=status)


@never_cache
@require_safe
def enter_with(request, code):
    """The address on the paper's square picture. Looking at it uses nothing up: messengers look at every link."""
    return _to_pin(request, code)


def _to_pin(request, code):
    """On to the PIN, with the code out of the address and out of the history."""
    request.session[PAPER] = seal("paper", code)
    return redirect("core:enter-pin")


@never_cache
def enter_pin(request):
    """Choose a PIN, twice; the code is used up, and she is in."""
    code = unseal("paper", request.session.get(PAPER, ""), seconds=3600)
    holder = code and holder_of(code)
    if not holder:
        sentence = _("This code does not work any more. Ask the programme for a new paper.")
        context = {"form": PaperCode(), "sentence": sentence}
        return render(request, HERE + "enter_paper.html", context, status=410)
    translation.activate(holder.user.language)
    request.LANGUAGE_CODE = translation.get_language()
    form, sentence = ChoosePin(request.POST or None), ""
    if request.method == "POST" and form.is_valid():
        try:
            user = actions.choose_pin(once=code, pin=form.cleaned_data["pin"])
        except Refusal as error:
            sentence = error.sentence
        else:
            del request.session[PAPER]
            return _let_in(request, user, "paper")
    context = {"form": form, "sentence": sentence, "code": holder.code}
    return render(request, HERE + "enter_pin.html", context, status=400 if request.method == "POST" else 200)


def _let_in(request, user, way):
    """Sign in through allauth, so that a second step, where one is set up, is asked for here as well."""
    if request.user.is_authenticated and request.user != user:
        logout(request, show_message=False)
    record_authentication(request, user, method=way)
    response = perform_login(request, user)
    request.session.set_expiry(int(sessions.PHONE_LASTS.total_seconds()))
    return response


# --- invitations ------------------------------------------------------------------------------------------------

INVITED = "invited"  # in the session: the token, sealed


@never_cache
@require_safe
def invitation(request, token):
    """The link of the letter; looking at it uses nothing up. On to the form, with the token out of the address."""
    request.session[INVITED] = seal("invited", token)
    return redirect("core:accept")


@never_cache
def accept(request):
    """Take the role: a name and a password for somebody new, one button for somebody who is signed in."""
    token = unseal("invited", request.session.get(INVITED, ""), seconds=3600)
    found = token and open_invitation(token)
    if not found:
        return render(request, HERE + "accept.html", {"sentence": GONE, "gone": True}, status=410)
    if not request.user.is_authenticated:
        translation.activate(found.language)
        request.LANGUAGE_CODE = found.language
    known = person_of(found.email)
    form = None if known else Accept(request.POST or None)
    context = {"form": form, "found": found, "known": known, "mine": known is not None and known == request.user}
    if request.method != "POST":
        return render(request, HERE + "accept.html", context)
    if known and not request.user.is_authenticated:
        return redirect(f"{reverse_lazy('core:sign-in')}?next={request.path}")
    if form is not None and not form.is_valid():
        return render(request, HERE + "accept.html", context, status=400)
    if form is None:
        actions.accept_invitation(token=token, by=request.user)
        del request.session[INVITED]
        return redirect("core:home")
    user = actions.accept_invitation(token=token, **form.cleaned_data)
    del request.session[INVITED]
    if request.user.is_authenticated:
        logout(request, show_message=False)
    record_authentication(request, user, method="invitation")
    return perform_login(request, user)


# --- open sessions ----------------------------------------------------------------------------------------------


def own_sessions(request):
    """Where I am signed in; end one, or all others."""
    here = request.session.get("handle")
    if request.method == "POST":
        if request.POST.get("end") == "others":
            actions.end_sessions(user=request.user, by=request.user, but=here)
            messages.success(request, _("All other sessions have ended."))
        elif request.POST.get("end") == here:
            return sign_out(request)
        else:
            _end_one(request)
        return redirect("core:sessions")
    open_now = Session.objects.filter(user=request.user, expire_date__gt=timezone.now())
    rows = open_now.exclude(last_seen_at=None).order_by("-last_seen_at")
    with timezone.override(_own_time(request.user)):
        return render(request, HERE + "sessions.html", {"rows": rows, "here": here})


def _own_time(user):
    """The zone of the person's programme; None, which is UTC and said on the page, for who works in none."""
    own = Programme.objects.filter(Q(programmegrant__user=user) | Q(member_codes__user=user))
    name = own.order_by("code").values_list("time_zone", flat=True).first()
    return ZoneInfo(name) if name else None


def _end_one(request):
    handles = {str(row) for row in Session.objects.filter(user=request.user).values_list("handle", flat=True)}
    handle = request.POST.get("end")
    if handle in handles and actions.end_session(handle=handle, by=request.user):
        messages.success(request, _("The session has ended."))
