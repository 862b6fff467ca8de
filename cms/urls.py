"""Public addresses: the register's pages and open data."""

from django.urls import path

from cms import views
from cms.api import api
from core.access import public, register_doors

app_name = "cms"
urlpatterns = [
    path("disclosure/", views.register, name="register"),
    path("disclosure/issues/", views.issues, name="issues"),
    path("disclosure/<slug:slug>/", views.factory, name="factory"),
    path("disclosure/<slug:slug>.json", views.factory_json, name="factory-json"),
    path("disclosure/<slug:slug>.csv", views.factory_csv, name="factory-csv"),
    path("data/", views.data, name="data"),
    path("data/openfloor-<slug:code>.json", views.programme_json, name="programme-json"),
    path("data/openfloor-<slug:code>.csv", views.programme_csv, name="programme-csv"),
    path("data/manifests/<slug:code>-<int:number>.json", views.manifest, name="manifest"),
    path("data/api/v1/", api.urls),
]
_released = public("shows published releases only")
register_doors(
    {
        "cms:register": _released,
        "cms:issues": public("published questions, and counts of published releases"),
        "cms:factory": _released,
        "cms:factory-json": _released,
        "cms:factory-csv": _released,
        "cms:data": _released,
        "cms:programme-json": _released,
        "cms:programme-csv": _released,
        "cms:manifest": public("proves a published release"),
    }
)
