"""Numbers people say aloud: KH-2026-0041. Keys are in core/ids.py."""

from core.models import Counter


def next_number(*, programme, series: str) -> int:
    """The next number of a series of a programme, from 1, no gaps, no doubles. Call inside a transaction."""
    counter, _ = Counter.objects.select_for_update().get_or_create(programme=programme, series=series)
    counter.value += 1
    counter.save(update_fields=["value"])
    return counter.value
