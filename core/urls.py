"""Addresses of the ground floor, under /app/."""

from django.urls import path

from core import views
from core.access import public, register_doors, signed_in

app_name = "core"
urlpatterns = [
    path("", views.home, name="home"),
    path("sign-in/", views.SignIn.as_view(), name="sign-in"),
    path("sign-out/", views.SignOut.as_view(), name="sign-out"),
    path("looks/", views.looks, name="looks"),
]
register_doors(
    {
        "core:home": signed_in("lists only what waits for the person"),
        "core:sign-in": public("the way in for everybody"),
        "core:sign-out": public("the way out; does nothing for a stranger"),
        "core:looks": signed_in("shows components, no data"),
        "health": public("counts of jobs, nothing else"),
        "i18n:set_language": public("sets the reader's language"),
    }
)
