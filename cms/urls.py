"""Public addresses: the register's pages and open data."""

from django.urls import path

from cms import feeds, open_data, views
from cms.api import api
from core.access import public, register_doors

app_name = "cms"
urlpatterns = [
    path("disclosure/", views.register, name="register"),
    path("disclosure/issues/", views.issues, name="issues"),
    path("disclosure/<slug:slug>/", views.factory, name="factory"),
    path("disclosure/<slug:slug>.json", views.factory_json, name="factory-json"),
    path("disclosure/<slug:slug>.csv", views.factory_csv, name="factory-csv"),
    path("disclosure/<slug:slug>.atom", feeds.factory, name="factory-feed"),
    path("data/feeds/all.atom", feeds.everything, name="feed"),
    path("data/feeds/country-<slug:code>.atom", feeds.country, name="country-feed"),
    path("data/", open_data.data, name="data"),
    path("data/openfloor-<slug:code>.json", open_data.programme_json, name="programme-json"),
    path("data/openfloor-<slug:code>.csv", open_data.programme_csv, name="programme-csv"),
    path("data/dictionary/", open_data.dictionary, name="dictionary"),
    path("data/<slug:code>/<int:number>/datapackage.json", open_data.data_package, name="data-package"),
    path("data/<slug:code>/<int:number>/<str:name>", open_data.release_file, name="release-file"),
    path("data/manifests/<slug:code>-<int:number>.json", open_data.manifest, name="manifest"),
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
        "cms:factory-feed": _released,
        "cms:feed": _released,
        "cms:country-feed": _released,
        "cms:data": _released,
        "cms:programme-json": _released,
        "cms:programme-csv": _released,
        "cms:dictionary": public("what the columns of the open data mean"),
        "cms:data-package": public("describes the files of a published release"),
        "cms:release-file": _released,
        "cms:manifest": public("proves a published release"),
    }
)
