"""Pure decisions of the helpdesk: what is counted in public, and when a text is somebody else's words."""

import re
from datetime import date, timedelta

LEAST = 5
RUN = 30


def counted_period(on: date) -> tuple[date, date]:
    """First and last day of the last whole quarter. Quarters do not overlap: nobody can take one count from another."""
    last = on.replace(month=(on.month - 1) // 3 * 3 + 1, day=1) - timedelta(days=1)
    return last.replace(month=last.month - 2, day=1), last


def shown_counts(counts: dict) -> tuple[dict, int | None]:
    """(topics with their numbers, the number of all others together), no cell under five.

    The others are one number only where it tells of none of them: at least two asked about, and five in all. No total
    is shown beside them.
    """
    shown = {topic: n for topic, n in counts.items() if n >= LEAST}
    others = [n for n in counts.values() if 0 < n < LEAST]
    together = sum(others)
    return shown, together if len(others) > 1 and together >= LEAST else None


def repeats(written: str, asked: str) -> bool:
    """Does a text hold thirty letters in a row of what somebody asked, or the whole of a shorter question?

    Letters and not words: Khmer puts no space between words.
    """
    own, others = _letters(written), _letters(asked)
    size = min(RUN, len(others))
    return size > 0 and any(others[at : at + size] in own for at in range(len(others) - size + 1))


def _letters(text):
    return "".join(re.findall(r"[^\W_]+", text.casefold()))
