"""Signed-in addresses of improvement_plans."""

from core.access import register_doors

app_name = "improvement_plans"
urlpatterns: list = []
register_doors({})
