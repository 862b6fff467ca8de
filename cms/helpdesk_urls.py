"""Signed-in addresses of the helpdesk, under /app/helpdesk/."""

from django.urls import path

from cms import helpdesk_views as views
from core.access import object_check, register_doors

app_name = "helpdesk"
urlpatterns = [
    path("", views.desk, name="desk"),
    path("<uuid:enquiry_id>/", views.enquiry, name="enquiry"),
]
register_doors(
    {
        "helpdesk:desk": object_check("programmes_of"),
        "helpdesk:enquiry": object_check("programmes_of, check_can_answer, check_can_publish_answer; two people"),
    }
)
