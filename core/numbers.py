"""Numbers people say aloud: KH-2026-0041. Keys are in core/ids.py."""

from django.db import connection

from core.models import Counter


def next_number(*, programme, series: str) -> int:
    """The next number of a series of a programme, from 1, no gaps, no doubles. Call inside a transaction."""
    return next_numbers(programme=programme, series=series, count=1)[0]


def next_numbers(*, programme, series: str, count: int) -> range:
    """The next `count` numbers of a series at once, for imports. Call inside a transaction.

    One statement that begins the series or goes on with it: two who ask together wait for each other, also for the
    first number.
    """
    table = connection.ops.quote_name(Counter._meta.db_table)
    key = Counter._meta.get_field("programme").get_db_prep_save(programme.pk, connection)
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO {table} (programme_id, series, value) VALUES (%s, %s, %s) "
            f"ON CONFLICT (programme_id, series) DO UPDATE SET value = {table}.value + excluded.value RETURNING value",
            [key, series, count],
        )
        last = cursor.fetchone()[0]
    return range(last - count + 1, last + 1)
