"""Addresses of the assessor's client, under /tablet/. Every path that is not a file answers with the same shell."""

from django.urls import path

from core.access import public, register_doors
from tablet import views

app_name = "tablet"
urlpatterns = [
    path("", views.shell, name="shell"),
    path("worker.js", views.worker, name="worker"),
    path("manifest.webmanifest", views.manifest, name="manifest"),
    path("<path:rest>", views.shell, name="screen"),
]
ACCESS = {
    "tablet:shell": public("the empty shell holds no data; all data needs a device token"),
    "tablet:screen": public("the same empty shell; the tablet itself draws the screen"),
    "tablet:worker": public("a script with a list of public files"),
    "tablet:manifest": public("the name and the icons of the client"),
}
register_doors(ACCESS)
