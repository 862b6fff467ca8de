"""Signed-in addresses of disclosure, under /app/releases/."""

from django.urls import path

from core.access import object_check, register_doors
from disclosure import views

app_name = "disclosure"
urlpatterns = [
    path("", views.releases, name="releases"),
    path("<slug:code>/publish/", views.publish, name="publish"),
]
register_doors(
    {
        "disclosure:releases": object_check("programmes_of"),
        "disclosure:publish": object_check("check_can_publish"),
    }
)
