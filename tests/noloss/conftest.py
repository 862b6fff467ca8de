"""A database with real commits for tests whose server runs in other threads: a copy of its own, taken away afterwards."""

import shutil
from pathlib import Path

import pytest
from django.db import connection


@pytest.fixture
def own_database(tmp_path, django_db_setup, django_db_blocker):
    given, options = connection.settings_dict["NAME"], connection.settings_dict["OPTIONS"]
    with django_db_blocker.unblock():
        connection.close()
        if connection.vendor == "sqlite":
            own = str(tmp_path / "own.sqlite3")
            for end in ("", "-wal"):
                if Path(given + end).exists():
                    shutil.copyfile(given + end, own + end)
            # No power cut is played here, only processes that die: the disk need not be waited for.
            quick = options["init_command"].replace("synchronous=FULL", "synchronous=OFF")
            connection.settings_dict["OPTIONS"] = options | {"init_command": quick}
        else:
            own = f"{given}_own"
            with connection._nodb_cursor() as cursor:
                cursor.execute(f'CREATE DATABASE "{own}" TEMPLATE "{given}"')
        connection.settings_dict["NAME"] = own
        try:
            yield
        finally:
            connection.close()
            connection.settings_dict |= {"NAME": given, "OPTIONS": options}
            if connection.vendor == "postgresql":
                with connection._nodb_cursor() as cursor:
                    cursor.execute(f'DROP DATABASE "{own}" WITH (FORCE)')
