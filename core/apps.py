"""Ground floor."""

from django.apps import AppConfig
from django.db.backends.signals import connection_created


class Core(AppConfig):
    name = "core"

    def ready(self):
        connection_created.connect(_let_sqlite_take_long_statements)


def _let_sqlite_take_long_statements(connection, **kwargs):
    """Django 5.2 still assumes SQLite's limit of 999 parameters; since 3.32 it is 32,766.

    Without this one batch of 300 operations becomes a dozen statements.
    """
    if connection.vendor == "sqlite":
        connection.features.max_query_params = 32_766
