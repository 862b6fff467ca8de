import time

from core.ids import new_id


def test_however_many_are_made_at_once_they_sort_and_their_time_stays_true():
    # A library that gave every key of a second the next millisecond made the keys of a large import come from the
    # future: what another process wrote later sorted before them.
    made = [new_id() for _ in range(50_000)]
    ahead = (made[-1].int >> 80) - time.time_ns() // 1_000_000  # milliseconds
    assert ahead <= 0
    assert made == sorted(set(made)) and made[0].version == 7
