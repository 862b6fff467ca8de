"""Public addresses: the register's pages and open data."""

from core.access import register_doors

app_name = "cms"
urlpatterns: list = []
register_doors({})
