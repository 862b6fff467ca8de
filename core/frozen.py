"""Rows that are written once: published texts, issued reports, releases, operations, audit.

Refused three times: by the model, by its queryset, and by a trigger in the database (SQLite and PostgreSQL), so
that neither a careless line nor a console changes what was published.
"""

from django.db import connections, models

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
    """Base for rows written once. Every migrate sees to its triggers (`freeze_tables`); a test checks."""

    objects = FrozenQuerySet.as_manager()

    class Meta:
        abstract = True

    def save(self, *args, **kwargs):
        if not self._state.adding:
            raise WrongState(SENTENCE, code="frozen")
        super().save(*args, **(kwargs | {"force_insert": True}))

    def delete(self, *args, **kwargs):
        raise WrongState(SENTENCE, code="frozen")


def freeze_tables(sender, using, **kwargs):
    """After each migrate: triggers on every frozen table of the app, made again where a change of table lost them.

    A signal and not a migration, because SQLite remakes a table to change it and its triggers go with the old one.
    """
    connection = connections[using]
    here = set(connection.introspection.table_names())
    with connection.schema_editor() as editor:
        for model in sender.get_models():
            if issubclass(model, Frozen) and model._meta.db_table in here:
                for statement in _STATEMENTS[connection.vendor]:
                    editor.execute(statement.replace("TABLE_", model._meta.db_table), params=None)


_STATEMENTS = {
    "sqlite": [
        f"CREATE TRIGGER IF NOT EXISTS frozen_TABLE__{verb.lower()} BEFORE {verb} ON TABLE_ "
        "BEGIN SELECT RAISE(ABORT, 'frozen: written once'); END"
        for verb in ("UPDATE", "DELETE")
    ],
    "postgresql": [
        "CREATE OR REPLACE FUNCTION openfloor_frozen() RETURNS trigger LANGUAGE plpgsql AS "
        "$$ BEGIN RAISE EXCEPTION 'frozen: written once'; END $$",
        "CREATE OR REPLACE TRIGGER frozen_TABLE_ BEFORE UPDATE OR DELETE ON TABLE_ "
        "FOR EACH ROW EXECUTE FUNCTION openfloor_frozen()",
    ],
}
