"""A buyer's portfolio, under /app/portfolio/."""

from django.urls import path

from core.access import object_check, register_doors
from disclosure.portfolio import views

app_name = "portfolio"
urlpatterns = [
    path("", views.home, name="home"),
    path("letters/", views.letters, name="letters"),
    path("lists/", views.lists, name="lists"),
    path("lists/<uuid:pk>/", views.one_list, name="list"),
    path("lists/<uuid:pk>/places/", views.places_to_mend, name="places-to-mend"),
    path("row/<uuid:pk>/", views.one, name="one"),
    path("<uuid:buyer>/", views.portfolio, name="portfolio"),
    path("<uuid:buyer>/add/", views.add, name="add"),
    path("<uuid:buyer>/decide/", views.decide_next, name="decide"),
    path("<uuid:buyer>/news/", views.news, name="news"),
    path("<uuid:buyer>/portfolio.csv", views.table, {"ending": "csv"}, name="csv"),
    path("<uuid:buyer>/portfolio.xlsx", views.table, {"ending": "xlsx"}, name="xlsx"),
]
_own = object_check("buyers_of: who acts for the buyer now")
register_doors(
    {
        "portfolio:home": _own,
        "portfolio:letters": _own,
        "portfolio:lists": object_check("buyers_of, check_can_follow"),
        "portfolio:list": object_check("lists_visible_to, check_can_follow"),
        "portfolio:places-to-mend": object_check("lists_visible_to"),
        "portfolio:one": object_check("visible_to, check_can_follow"),
        "portfolio:portfolio": _own,
        "portfolio:add": object_check("buyers_of, check_can_follow"),
        "portfolio:decide": _own,
        "portfolio:news": _own,
        "portfolio:csv": _own,
        "portfolio:xlsx": _own,
    }
)
