"""Published means frozen: in the model, in the queryset and in the database itself."""

import pytest
from django.apps import apps
from django.db import DatabaseError, connection, transaction

from core import audit
from core.errors import WrongState
from core.frozen import Frozen
from core.models import AuditRecord, Programme


@pytest.fixture
def record(db):
    programme = Programme.objects.create(code="KH", name="Test", country="KH", time_zone="Asia/Phnom_Penh")
    return audit.record("programme.created", programme, by=audit.System("test"))


def test_a_frozen_row_refuses_save_and_delete(record):
    record.verb = "other"
    with pytest.raises(WrongState):
        record.save()
    with pytest.raises(WrongState):
        record.delete()


def test_a_frozen_queryset_refuses_update_and_delete(record):
    for attempt in (
        lambda: AuditRecord.objects.update(verb="x"),
        lambda: AuditRecord.objects.all().delete(),
        lambda: AuditRecord.objects.bulk_update([record], ["verb"]),
    ):
        with pytest.raises(WrongState):
            attempt()


@pytest.mark.parametrize("statement", ["UPDATE core_auditrecord SET verb = 'x'", "DELETE FROM core_auditrecord"])
def test_the_database_refuses_what_goes_round_the_model(record, statement):
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)
    assert AuditRecord.objects.get(pk=record.pk).verb == "programme.created"


def test_every_frozen_table_has_its_trigger(db):
    """A new Frozen model without triggers would be frozen in words only."""
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute("SELECT tbl_name FROM sqlite_master WHERE type = 'trigger' AND name LIKE 'frozen_%'")
        else:
            cursor.execute("SELECT tgrelid::regclass::text FROM pg_trigger WHERE tgname LIKE 'frozen_%'")
        frozen = {row[0] for row in cursor.fetchall()}
    wanted = {model._meta.db_table for model in apps.get_models() if issubclass(model, Frozen)}
    assert wanted - frozen == set()


def test_audit_takes_ids_and_codes_only(record):
    programme = Programme.objects.get()
    with pytest.raises(ValueError):
        audit.record("x", programme, by=audit.System("test"), note="Sok Dara said the exit was locked")
