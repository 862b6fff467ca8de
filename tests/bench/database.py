"""Which database a run measures, and a copy of the template that is its own. Loads nothing of Django early."""

import contextlib
import os
from pathlib import Path

DEFAULT = "postgres://postgres@127.0.0.1:5432/openfloor"


def choose() -> str:
    """PostgreSQL where one answers on this machine, else SQLite. Sets the environment; returns the name."""
    if "DATABASE_URL" not in os.environ and _postgres_answers():
        os.environ["DATABASE_URL"] = os.environ.get("TEST_DATABASE_URL") or DEFAULT
    return "PostgreSQL" if os.environ.get("DATABASE_URL", "").startswith("postgres") else "SQLite"


def _postgres_answers():
    import psycopg

    try:
        psycopg.connect(DEFAULT.rsplit("/", 1)[0] + "/postgres", connect_timeout=3).close()
    except psycopg.Error:
        return False
    return True


@contextlib.contextmanager
def own():
    """A copy of the template, taken away afterwards: never anybody's own data."""
    from django.db import connection

    from tests import conftest

    if connection.vendor == "postgresql":
        conftest.take_postgres_copy("bench")
        try:
            yield
        finally:
            conftest.drop_postgres_copy()
        return
    conftest.take_sqlite_copy("bench")
    try:
        yield
    finally:
        name = connection.settings_dict["NAME"]
        connection.close()
        for end in ("", "-wal", "-shm"):
            Path(name + end).unlink(missing_ok=True)


def url() -> str:
    """The address of this run's database, for another process."""
    from django.db import connection

    given = connection.settings_dict
    if connection.vendor == "sqlite":
        return f"sqlite:///{given['NAME']}"
    who = given["USER"] + (f":{given['PASSWORD']}" if given["PASSWORD"] else "")
    return f"postgres://{who}@{given['HOST']}:{given['PORT']}/{given['NAME']}"
