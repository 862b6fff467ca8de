"""Rows that are written once: published texts, issued reports, releases, operations, audit.

Refused three times: by the model, by its queryset, and by a trigger in the database (SQLite and PostgreSQL), so
that neither a careless line nor a console changes what was published.
"""

from django.db import migrations, models

from core.errors import WrongState

SENTENCE = "This is published or recorded and cannot be changed. Supersede it instead."


class FrozenQuerySet(models.QuerySet):
    def update(self, **kwargs):
        raise WrongState(SENTENCE, code="frozen")

    def delete(self):
        raise WrongState(SENTENCE, code="frozen")

    def bulk_update(self, *args, **kwargs):
        raise WrongState(SENTENCE, code="frozen")


class Frozen(models.Model):
    """Base for rows written once. Its table also gets `FreezeTable` in a migration; a test checks that it has."""

    objects = FrozenQuerySet.as_manager()

    class Meta:
        abstract = True

    def save(self, *args, **kwargs):
        if not self._state.adding:
            raise WrongState(SENTENCE, code="frozen")
        super().save(*args, **(kwargs | {"force_insert": True}))

    def delete(self, *args, **kwargs):
        raise WrongState(SENTENCE, code="frozen")


class FreezeTable(migrations.RunPython):
    """Migration operation: triggers that refuse UPDATE and DELETE on the table."""

    reversible = True

    def __init__(self, table):
        self.table = table
        super().__init__(self._freeze, self._thaw)

    def deconstruct(self):
        return (self.__class__.__name__, [self.table], {})

    def _freeze(self, apps, schema_editor):
        table = self.table
        if schema_editor.connection.vendor == "sqlite":
            for verb in ("UPDATE", "DELETE"):
                schema_editor.execute(
                    f"CREATE TRIGGER frozen_{table}_{verb.lower()} BEFORE {verb} ON {table} "
                    "BEGIN SELECT RAISE(ABORT, 'frozen: written once'); END"
                )
            return
        schema_editor.execute(
            "CREATE OR REPLACE FUNCTION openfloor_frozen() RETURNS trigger LANGUAGE plpgsql AS $$ "
            "BEGIN RAISE EXCEPTION 'frozen: written once'; END $$"
        )
        schema_editor.execute(
            f"CREATE TRIGGER frozen_{table} BEFORE UPDATE OR DELETE ON {table} "
            "FOR EACH ROW EXECUTE FUNCTION openfloor_frozen()"
        )

    def _thaw(self, apps, schema_editor):
        table = self.table
        if schema_editor.connection.vendor == "sqlite":
            for verb in ("UPDATE", "DELETE"):
                schema_editor.execute(f"DROP TRIGGER IF EXISTS frozen_{table}_{verb.lower()}")
            return
        schema_editor.execute(f"DROP TRIGGER IF EXISTS frozen_{table} ON {table}")
