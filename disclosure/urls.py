"""Signed-in addresses of disclosure."""

from core.access import register_doors

app_name = "disclosure"
urlpatterns: list = []
register_doors({})
