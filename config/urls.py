"""The doors of the house. Only mounts; Wagtail's pages come last because they take everything."""

from django.conf.urls.i18n import urlpatterns as i18n_patterns_of_django
from django.urls import include, path, re_path
from django.views.generic import RedirectView
from wagtail.admin import urls as wagtailadmin_urls
from wagtail.views import serve as wagtail_page

from config.api import api
from core import health as core_health
from core.access import public, register_doors
from core.entrance import views as core_entrance

urlpatterns = [
    path("health/", core_health.health, name="health"),
    path("health/live/", core_health.live, name="health-live"),
    path("metrics", core_health.metrics, name="metrics"),
    path("language/", include((i18n_patterns_of_django, "i18n"))),
    path("app/checklists/", include("checklists.urls")),
    path("app/factories/", include("factories.urls")),
    path("app/assessments/", include("compliance.urls")),
    path("app/plans/", include("improvement_plans.urls")),
    path("app/releases/", include("disclosure.urls")),
    path("app/portfolio/", include("disclosure.portfolio.urls")),
    path("app/helpdesk/", include("cms.helpdesk_urls")),
    path("app/", include("core.urls")),
    path("app/", include("core.entrance.urls")),
    path("tablet/", include("tablet.urls")),
    path("api/v1/", api.urls),
    # The editor's own sign-in would pass by the second step and the counting of attempts.
    path("cms/login/", RedirectView.as_view(pattern_name="core:sign-in", query_string=True)),
    path("cms/logout/", core_entrance.sign_out),
    path("cms/", include(wagtailadmin_urls)),
    path("", include("cms.urls")),
    # Pages only: none of Wagtail's other public addresses is used.
    re_path(r"^((?:[\w\-]+/)*)$", wagtail_page, name="wagtail_serve"),
]
register_doors({"wagtail_serve": public("pages an editor published")})

handler400 = "django.views.defaults.bad_request"
handler429 = "core.entrance.views.too_many"
