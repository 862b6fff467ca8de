"""Queries asked for every reader of a public page: turned into SQL once, since that takes longer than their answer.

Only for a query whose form never changes. What it is asked with is its one value; anything else its function reads,
such as the time, stays as it was the first time.
"""

from functools import wraps

from django.db import connection

from core.ids import new_id


def prepared(field=None):
    """Decorator of a function that gives a `values_list` queryset for one value, which `field` turns into what the
    database takes; or, without a field, for none. It gives the rows instead, as tuples. One query."""

    def prepare(build):
        ready: dict = {}  # {kind of database: (SQL, its values, the value to be replaced, what reads rows)}

        @wraps(build)
        def rows(*asked) -> list[tuple]:
            if connection.vendor not in ready:
                ready[connection.vendor] = _written(build, field)
            sql, values, stands_for, compiler = ready[connection.vendor]
            if asked:
                meant = field.get_db_prep_value(asked[0], connection)
                values = [meant if value == stands_for else value for value in values]
            with connection.cursor() as cursor:
                cursor.execute(sql, values)
                found = cursor.fetchall()
            return list(compiler.results_iter([found], tuple_expected=True))

        return rows

    return prepare


def _written(build, field):
    example = new_id()  # so unlike anything else that it is found again among the values
    query = (build(example) if field else build()).query
    compiler = query.get_compiler(connection=connection)
    sql, values = compiler.as_sql()
    compiler.connection = connection.copy()  # never opened: what is kept must not hold a thread's own one open
    return sql, list(values), field and field.get_db_prep_value(example, connection), compiler
