"""Signed-in addresses of disclosure, under /app/releases/."""

from django.urls import path

from core.access import object_check, register_doors
from disclosure import views

app_name = "disclosure"
urlpatterns = [
    path("", views.releases, name="releases"),
    path("withhold/", views.withhold, name="withhold"),
    path("withhold/<uuid:ask_id>/<slug:verb>/", views.withhold_act, name="withhold-act"),
    path("asked/<uuid:ask_id>/", views.agree, name="agree"),
    path("<slug:code>/publish/", views.publish, name="publish"),
]
register_doors(
    {
        "disclosure:releases": object_check("programmes_of"),
        "disclosure:withhold": object_check("programmes_of"),
        "disclosure:withhold-act": object_check("programmes_of, check_can_publish; two different people"),
        "disclosure:agree": object_check("release_asks in programmes_of, check_can_publish; two different people"),
        "disclosure:publish": object_check("check_can_publish"),
    }
)
