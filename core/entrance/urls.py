"""The addresses of allauth that we use, under the names it looks for. All its others stay away."""

from django.urls import path

from core.access import public, register_doors, signed_in
from core.entrance import views

urlpatterns = [
    path("sign-in/", views.SignIn.as_view(), name="account_login"),
    path("sign-in/second-step/", views.SecondStep.as_view(), name="mfa_authenticate"),
    path("sign-in/passkey/", views.PasskeySignIn.as_view(), name="mfa_login_webauthn"),
    path("sign-in/password/", views.AskForPassword.as_view(), name="account_reset_password"),
    path("sign-in/password/asked/", views.AskedForPassword.as_view(), name="account_reset_password_done"),
    path("sign-in/password/set/", views.NewPasswordSet.as_view(), name="account_reset_password_from_key_done"),
    path(
        "sign-in/password/<str:uidb36>/<str:key>/",
        views.NewPassword.as_view(),
        name="account_reset_password_from_key",
    ),
    path("account/", views.HowIEnter.as_view(), name="mfa_index"),
    path("account/again/", views.AgainPassword.as_view(), name="account_reauthenticate"),
    path("account/again/code/", views.AgainCode.as_view(), name="mfa_reauthenticate"),
    path("account/again/passkey/", views.AgainPasskey.as_view(), name="mfa_reauthenticate_webauthn"),
    path("account/password/", views.ChangePassword.as_view(), name="account_change_password"),
    path("account/app/", views.AddApp.as_view(), name="mfa_activate_totp"),
    path("account/app/remove/", views.RemoveApp.as_view(), name="mfa_deactivate_totp"),
    path("account/passkeys/add/", views.AddPasskey.as_view(), name="mfa_add_webauthn"),
    path("account/passkeys/<int:pk>/remove/", views.RemovePasskey.as_view(), name="mfa_remove_webauthn"),
    path("account/recovery-codes/", views.RecoveryCodes.as_view(), name="mfa_view_recovery_codes"),
    path("account/recovery-codes/new/", views.NewRecoveryCodes.as_view(), name="mfa_generate_recovery_codes"),
]
_own = signed_in("the person's own door; asks for the password again before a change")
_password = public("the same words whether the address is known or not")
register_doors(
    {
        "account_login": public("the same page as core:sign-in, under the name allauth looks for"),
        "mfa_authenticate": public("the second step of a sign-in under way; nothing without the first"),
        "mfa_login_webauthn": public("sign in with a passkey alone"),
        "account_reset_password": _password,
        "account_reset_password_done": _password,
        "account_reset_password_from_key": public("the link of a letter, once"),
        "account_reset_password_from_key_done": public("says that the new password holds"),
        "mfa_index": _own,
        "account_reauthenticate": _own,
        "mfa_reauthenticate": _own,
        "mfa_reauthenticate_webauthn": _own,
        "account_change_password": _own,
        "mfa_activate_totp": _own,
        "mfa_deactivate_totp": _own,
        "mfa_add_webauthn": _own,
        "mfa_remove_webauthn": signed_in("one of the person's own passkeys"),
        "mfa_view_recovery_codes": _own,
        "mfa_generate_recovery_codes": _own,
    }
)
