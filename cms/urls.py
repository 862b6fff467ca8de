"""Public addresses: the register's pages and open data."""

from django.urls import path

from cms import feeds, open_data, record, views, watch_views
from cms.api import api
from core.access import public, register_doors

app_name = "cms"
urlpatterns = [
    path("robots.txt", open_data.robots, name="robots"),
    path("disclosure/", views.register, name="register"),
    path("disclosure/register.csv", views.register_csv, name="register-csv"),
    path("disclosure/issues/", views.issues, name="issues"),
    path("disclosure/issues/<slug:key>/", views.issue, name="issue"),
    path("disclosure/countries/", views.countries, name="countries"),
    path("disclosure/countries/<slug:code>/", views.country, name="country"),
    path("disclosure/sectors/<slug:slug>/", views.sector, name="sector"),
    path("disclosure/method/", views.method, name="method"),
    path("disclosure/releases/", record.releases, name="releases"),
    path("disclosure/changes/", record.changes, name="changes"),
    path("disclosure/corrections/", record.corrections, name="corrections"),
    path("disclosure/corrections.csv", record.corrections_csv, name="corrections-csv"),
    path("disclosure/<slug:slug>/", views.factory, name="factory"),
    path("disclosure/<slug:slug>/photos/<uuid:photo_id>.jpg", views.photo, name="photo"),
    path("disclosure/<slug:slug>.json", views.factory_json, name="factory-json"),
    path("disclosure/<slug:slug>.csv", views.factory_csv, name="factory-csv"),
    path("disclosure/<slug:slug>.atom", feeds.factory, name="factory-feed"),
    path("data/feeds/all.atom", feeds.everything, name="feed"),
    path("data/feeds/country-<slug:code>.atom", feeds.country, name="country-feed"),
    path("data/watch/", watch_views.watch, name="watch"),
    path("data/watch/asked/", watch_views.watch_asked, name="watch-asked"),
    path("data/watch/yes/<str:token>/", watch_views.watch_confirm, name="watch-confirm"),
    path("data/watch/<str:token>/", watch_views.watching_page, name="watching"),
    path("data/watch/<str:token>/stop/", watch_views.watch_stop, name="watch-stop"),
    path("data/", open_data.data, name="data"),
    path("data/openfloor-<slug:code>.json", open_data.programme_json, name="programme-json"),
    path("data/openfloor-<slug:code>.csv", open_data.programme_csv, name="programme-csv"),
    path("data/verify_archive.py", record.verify_script, name="verify-script"),
    path("data/ledger.pem", record.key, name="ledger-key"),
    path("data/dictionary/", open_data.dictionary, name="dictionary"),
    path("data/<slug:code>/<int:number>/datapackage.json", open_data.data_package, name="data-package"),
    path("data/<slug:code>/<int:number>/<str:name>", open_data.release_file, name="release-file"),
    path("data/manifests/<slug:code>-<int:number>.json", open_data.manifest, name="manifest"),
    path("data/api/v1/", api.urls),
]
_counted = public("published questions, and counts of published releases")
_released = public("shows published releases only")
register_doors(
    {
        "cms:register": _released,
        "cms:register-csv": _released,
        "cms:issues": _counted,
        "cms:issue": _counted,
        "cms:countries": _counted,
        "cms:country": _counted,
        "cms:sector": _counted,
        "cms:method": public("the rules in force, and how figures are made"),
        "cms:releases": _released,
        "cms:changes": _released,
        "cms:corrections": public("published releases, and what was withheld since; no person"),
        "cms:corrections-csv": public("published releases, and what was withheld since; no person"),
        "cms:verify-script": public("a part of the program's source"),
        "cms:ledger-key": public("the public half of the key that signs releases"),
        "cms:factory": _released,
        "cms:photo": public("a photo a released page shows; looked at, shows no person"),
        "cms:factory-json": _released,
        "cms:factory-csv": _released,
        "cms:factory-feed": _released,
        "cms:watch": public("anybody asks to hear of releases; it counts how often, and keeps no address of a machine"),
        "cms:watch-asked": public("says that a letter is on its way, and nothing else"),
        "cms:watch-confirm": public("a signed address, good for two days, known to who reads the letter"),
        "cms:watching": public("a signed address, known to who reads the letter"),
        "cms:watch-stop": public("a signed address, known to who reads the letter: takes what it names away"),
        "cms:robots": public("what robots are asked to leave alone"),
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
