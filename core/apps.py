"""Ground floor."""

from django.apps import AppConfig
from django.db.backends.signals import connection_created
from django.db.models.signals import post_migrate


class Core(AppConfig):
    name = "core"

    def ready(self):
        from core import background, home, removing, tasks  # noqa: F401
        from core.entrance import keeping, signals
        from core.frozen import freeze_tables

        connection_created.connect(_let_sqlite_take_long_statements)
        post_migrate.connect(freeze_tables)
        signals.connect()
        home.register_section(background.failed_lines)
        home.register_section(removing.waiting_lines)
        home.register_place(keeping.people_place)


def _let_sqlite_take_long_statements(connection, **kwargs):
    """Django 5.2 still assumes SQLite's limit of 999 parameters; since 3.32 it is 32,766.

    Without this one batch of 300 operations becomes a dozen statements.
    """
    if connection.vendor == "sqlite":
        connection.features.max_query_params = 32_766
