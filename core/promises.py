"""What the database promises over several rows, where a check constraint sees only one: a migration operation.

A trigger refuses a row for which a condition holds, on SQLite and PostgreSQL alike. It repeats what the actions say
in words; it is there for the line that one day forgets to ask them.
"""

from django.db import migrations


class RefuseRow(migrations.RunPython):
    """Refuse an inserted or updated row of `table` for which `condition` (SQL over NEW) is true."""

    reversible = True

    def __init__(self, table, name, condition):
        self.table, self.name, self.condition = table, name, condition
        super().__init__(self._promise, self._release)

    def deconstruct(self):
        return (self.__class__.__name__, [self.table, self.name, self.condition], {})

    def _promise(self, apps, schema_editor):
        table, name, condition = self.table, self.name, self.condition
        if schema_editor.connection.vendor == "sqlite":
            for verb in ("INSERT", "UPDATE"):
                schema_editor.execute(
                    f"CREATE TRIGGER IF NOT EXISTS {name}_{verb.lower()} BEFORE {verb} ON {table} WHEN {condition} "
                    f"BEGIN SELECT RAISE(ABORT, '{name}'); END",
                    params=None,
                )
            return
        schema_editor.execute(
            f"CREATE OR REPLACE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
            f"IF {condition} THEN RAISE EXCEPTION '{name}' USING ERRCODE = 'check_violation'; END IF; "
            "RETURN NEW; END $$",
            params=None,
        )
        schema_editor.execute(
            f"CREATE OR REPLACE TRIGGER {name} BEFORE INSERT OR UPDATE ON {table} "
            f"FOR EACH ROW EXECUTE FUNCTION {name}()",
            params=None,
        )

    def _release(self, apps, schema_editor):
        if schema_editor.connection.vendor == "sqlite":
            for verb in ("insert", "update"):
                schema_editor.execute(f"DROP TRIGGER IF EXISTS {self.name}_{verb}", params=None)
            return
        schema_editor.execute(f"DROP TRIGGER IF EXISTS {self.name} ON {self.table}", params=None)
        schema_editor.execute(f"DROP FUNCTION IF EXISTS {self.name}()", params=None)
