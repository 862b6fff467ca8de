"""Numbers people say aloud: KH-2026-0041. Keys are in core/ids.py."""

from core.models import Counter


def next_number(*, programme, series: str) -> int:
    """The next number of a series of a programme, from 1, no gaps, no doubles. Call inside a transaction."""
    return next_numbers(programme=programme, series=series, count=1)[0]


def next_numbers(*, programme, series: str, count: int) -> range:
    """The next `count` numbers of a series at once, for imports. Call inside a transaction."""
    counter, _ = Counter.objects.select_for_update().get_or_create(programme=programme, series=series)
    first = counter.value + 1
    counter.value += count
    counter.save(update_fields=["value"])
    return range(first, counter.value + 1)
