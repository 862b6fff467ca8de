"""Signed-in addresses of factories."""

from django.urls import path

from core.access import object_check, register_doors, signed_in
from factories import views

app_name = "factories"
urlpatterns = [
    path("", views.sites, name="list"),
    path("consents/", views.consents, name="consents"),
    path("<str:ref>/", views.site, name="site"),
    path("<str:ref>/consents/", views.give_consent, name="give-consent"),
    path("<str:ref>/consents/<uuid:consent>/end/", views.end_consent, name="end-consent"),
]
register_doors(
    {
        "factories:list": signed_in("lists visible_to the person"),
        "factories:consents": signed_in("lists the consents to the person’s buyers"),
        "factories:site": object_check("visible_to, as check_can_read_site"),
        "factories:give-consent": object_check("check_can_give_consent"),
        "factories:end-consent": object_check("check_can_give_consent"),
    }
)
