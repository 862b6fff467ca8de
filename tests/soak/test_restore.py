"""A backup on PostgreSQL with its own tools: every row of every table comes back, in a database of another name."""

import os
import shutil
import socket
from pathlib import Path

import environ
import pytest
from django.conf import settings as active
from django.core.management import CommandError, call_command
from django.db import connections

ROOT = Path(__file__).resolve().parent.parent.parent
URL = os.environ.get("TEST_DATABASE_URL", "postgres://postgres@127.0.0.1:5432/postgres")
SETTINGS = environ.Env.db_url_config(URL)


def answers():
    with socket.socket() as talk:
        talk.settimeout(1)
        return talk.connect_ex((SETTINGS["HOST"] or "127.0.0.1", int(SETTINGS["PORT"] or 5432))) == 0


pytestmark = [
    pytest.mark.soak,
    pytest.mark.skipif(not answers(), reason="PostgreSQL does not answer"),
    pytest.mark.skipif(shutil.which("pg_dump") is None, reason="PostgreSQL's own tools are not here"),
]


@pytest.fixture
def databases(django_db_setup, django_db_blocker):
    """Two empty databases; the connection of this process leads to the first. Call the value to go to the second."""
    names = [f"openfloor_{which}_{os.getpid()}" for which in ("old", "new")]
    usual = connections["default"]
    with django_db_blocker.unblock():
        usual.close()
        facts = {**active.DATABASES["default"], **SETTINGS, "OPTIONS": {}, "CONN_MAX_AGE": 0}
        connections.databases["default"] = facts
        del connections["default"]
        with connections["default"]._nodb_cursor() as cursor:
            for name in names:
                cursor.execute(f'CREATE DATABASE "{name}"')

        def go_to(which):
            connections["default"].close()
            connections["default"].settings_dict["NAME"] = names[which]

        try:
            go_to(0)
            yield go_to
        finally:
            connections["default"].close()
            with connections["default"]._nodb_cursor() as cursor:
                for name in names:
                    cursor.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
            connections["default"].close()
            connections.databases["default"] = active.DATABASES["default"]
            connections["default"] = usual


def test_every_row_comes_back(databases, tmp_path, settings):
    from core import storage
    from core.models import AuditRecord, Programme
    from tests.core.own_database import rows
    from tests.world import World

    call_command("migrate", verbosity=0, interactive=False)
    World().planned()
    key = storage.store().put(b"a photo")
    before = rows()
    call_command("backup", str(tmp_path / "saved"), verbosity=0)
    databases(1)
    settings.EVIDENCE_FOLDER = tmp_path / "other"
    call_command("restore", str(tmp_path / "saved"))
    after = rows()
    assert set(after) == set(before) and before["core_auditrecord"]
    assert {table for table in before if before[table] != after[table]} == set()
    assert storage.store().get(key) == b"a photo"
    with pytest.raises(Exception, match="frozen"):
        AuditRecord.objects.all()._raw_delete("default")
    Programme.objects.update(name="Changed since")
    with pytest.raises(CommandError, match="--replace"):
        call_command("restore", str(tmp_path / "saved"))
    call_command("restore", str(tmp_path / "saved"), replace=True)
    assert {table for table, found in rows().items() if before[table] != found} == set()
