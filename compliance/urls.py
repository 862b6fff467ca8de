"""Signed-in addresses of compliance."""

from core.access import register_doors

app_name = "compliance"
urlpatterns: list = []
register_doors({})
