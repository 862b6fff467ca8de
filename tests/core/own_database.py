"""A database of a test's own, with real commits: for backups, restores and two writers at once."""

import contextlib
import shutil

from django.db import connection


@contextlib.contextmanager
def sqlite(path, django_db_blocker):
    """The connection of this process leads to a copy of the migrated template at `path` until the end."""
    usual = connection.settings_dict["NAME"]
    with django_db_blocker.unblock():
        connection.close()
        if not path.exists():
            shutil.copyfile(usual, path)
        connection.settings_dict["NAME"] = str(path)
        try:
            yield
        finally:
            connection.close()
            connection.settings_dict["NAME"] = usual


def rows():
    """{table: its rows, in order} of every table there is."""
    found = {}
    with connection.cursor() as cursor:
        for table in sorted(connection.introspection.table_names(cursor)):
            cursor.execute(f'SELECT * FROM "{table}"')
            found[table] = sorted(map(repr, cursor.fetchall()))
    return found
