"""Signed-in addresses of factories."""

from core.access import register_doors

app_name = "factories"
urlpatterns: list = []
register_doors({})
