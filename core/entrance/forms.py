"""What people type at the door. allauth checks passwords and codes; the words and the fields are ours."""

from allauth.account import forms as account
from allauth.mfa.webauthn import forms as webauthn
from django import forms
from django.conf import settings
from django.contrib.auth import password_validation
from django.utils.translation import gettext_lazy as _

from core.models import Invitation
from core.roles import ROLES

WRONG_PASSKEY = _("This passkey does not open this door. Take the other way.")


def _said(form, words):
    """Our labels and hints on allauth's fields, and none of its placeholders."""
    for name, (label, hint) in words.items():
        field = form.fields[name]
        field.label, field.help_text = label, hint
        field.widget.attrs.pop("placeholder", None)


class SignIn(account.LoginForm):
    """Name and password. On the page the name is called `username`, as browsers' stores of passwords expect."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        _said(self, {"login": (_("Name"), ""), "password": (_("Password"), "")})
        self.fields["login"].widget.attrs.update(autocapitalize="none", spellcheck="false", autofocus=True)

    def add_prefix(self, field_name):
        return super().add_prefix("username" if field_name == "login" else field_name)


class Again(account.ReauthenticateForm):
    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        _said(self, {"password": (_("Password"), "")})


NEW = (_("New password"), _("At least 10 characters, not a common one. A few words are easy to keep in mind."))
TWICE = (_("New password again"), "")


class ChangePassword(account.ChangePasswordForm):
    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        _said(self, {"oldpassword": (_("Password now"), ""), "password1": NEW, "password2": TWICE})


class AskForPassword(account.ResetPasswordForm):
    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        _said(self, {"email": (_("E-mail address"), "")})


class NewPassword(account.ResetPasswordKeyForm):
    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        _said(self, {"password1": NEW, "password2": TWICE})


class _Answer:
    """What a device answered, or somebody made up: allauth trips over parts that are missing."""

    def full_clean(self):
        try:
            super().full_clean()
        except (KeyError, AttributeError, TypeError):
            self.add_error("credential", WRONG_PASSKEY)


class UsePasskey(_Answer, webauthn.AuthenticateWebAuthnForm):
    pass


class SignInWithPasskey(_Answer, webauthn.LoginWebAuthnForm):
    pass


class AgainWithPasskey(_Answer, webauthn.ReauthenticateWebAuthnForm):
    pass


class AddPasskey(_Answer, webauthn.AddWebAuthnForm):
    """A passkey always opens the door alone, so it always asks its owner for finger, face or PIN."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        _said(self, {"name": (_("What you call it"), _("Such as the phone or computer it is on."))})
        self.fields["name"].max_length = 60

    def clean_passwordless(self):
        return True


class Accept(forms.Form):
    """An invitation taken by somebody new."""

    name = forms.CharField(
        label=_("Your name"), max_length=150, widget=forms.TextInput(attrs={"autocomplete": "name", "autofocus": True})
    )
    password = forms.CharField(
        label=_("Password"),
        help_text=NEW[1],
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )

    def clean_password(self):
        password_validation.validate_password(self.cleaned_data["password"])
        return self.cleaned_data["password"]


ACCOUNT_ONLY = "account-only"


class Invite(forms.Form):
    """Who is asked, to what, in which language."""

    email = forms.EmailField(label=_("E-mail address"), max_length=150)
    role = forms.ChoiceField(label=_("Role"))
    language = forms.ChoiceField(label=_("Language"), choices=settings.LANGUAGES)

    def __init__(self, *args, roles, **kwargs):
        """roles: the ones the person who invites may give."""
        super().__init__(*args, **kwargs)
        nobody = _("An account only: for a factory’s manager or a buyer’s person, named afterwards")
        self.fields["role"].choices = [(role.key, role.name) for role in roles] + [(ACCOUNT_ONLY, nobody)]

    def clean_role(self):
        role = self.cleaned_data["role"]
        return "" if role == ACCOUNT_ONLY else role


class GiveRole(forms.Form):
    """A role for somebody who is there already."""

    role = forms.ChoiceField(label=_("Role"))

    def __init__(self, *args, roles, **kwargs):
        """roles: the ones the person who gives may give."""
        super().__init__(*args, **kwargs)
        self.fields["role"].choices = [(role.key, role.name) for role in roles]


def words_of(invitation: Invitation):
    """The role an invitation is to, in words."""
    return ROLES[invitation.role].name if invitation.role else _("An account only")


_DIGITS = {"inputmode": "numeric", "maxlength": "12"}


class Enter(forms.Form):
    """For people with a member code."""

    name = forms.CharField(
        label=_("Member code or phone number"),
        max_length=40,
        widget=forms.TextInput(
            attrs={"autocomplete": "username", "autocapitalize": "characters", "spellcheck": "false"}
        ),
    )
    pin = forms.CharField(
        label=_("PIN"),
        max_length=12,
        widget=forms.PasswordInput(attrs=_DIGITS | {"autocomplete": "current-password"}),
    )


class PaperCode(forms.Form):
    code = forms.CharField(
        label=_("Code on the paper"),
        max_length=40,
        widget=forms.TextInput(
            attrs={"autocomplete": "off", "autocapitalize": "characters", "spellcheck": "false", "autofocus": True}
        ),
    )


class ChoosePin(forms.Form):
    """Twice, because one cannot see what one types."""

    pin = forms.CharField(
        label=_("New PIN"),
        help_text=_("Six digits. Nobody else may know it, not even the programme."),
        max_length=12,
        widget=forms.PasswordInput(attrs=_DIGITS | {"autocomplete": "new-password"}),
    )
    again = forms.CharField(
        label=_("New PIN again"),
        max_length=12,
        widget=forms.PasswordInput(attrs=_DIGITS | {"autocomplete": "new-password"}),
    )

    def clean(self):
        data = super().clean()
        if data.get("pin") and data.get("again") and data["pin"] != data["again"]:
            self.add_error("again", _("The two PINs differ. Type both again."))
        return data


class AddMember(forms.Form):
    """Somebody without e-mail."""

    name = forms.CharField(label=_("Name"), max_length=150, widget=forms.TextInput(attrs={"autocomplete": "off"}))
    language = forms.ChoiceField(
        label=_("Language"), choices=settings.LANGUAGES, help_text=_("The paper and the screens are in it.")
    )


class GivePaper(forms.Form):
    phone = forms.CharField(
        label=_("Phone number"),
        required=False,
        max_length=30,
        help_text=_("Only to sign in with, beside the member code. It is not kept in readable form, and nobody rings."),
        widget=forms.TextInput(attrs={"type": "tel", "autocomplete": "off"}),
    )
