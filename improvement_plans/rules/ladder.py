"""Who is told when a plan item slips again and again."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True)
class Rung:
    """From so many slips on, these are told: committee, factory, programme or buyers."""

    told: str
    slips: int


# Where a programme sets nothing: the third slip begins the climb. Each further one, or each further stretch of days
# without a fix, climbs one rung.
LADDER = (Rung("committee", 3), Rung("factory", 4), Rung("programme", 5), Rung("buyers", 6))
EVERY = 14


def slips_on(moved: int, due_on: date | None, on: date, every: int = EVERY) -> int:
    """How often an item has slipped by a day: its day was moved, or went by; and once more each `every` days.

    A day that goes by counts like a day that is moved: nobody escapes the ladder by writing nothing.
    """
    late = (on - due_on).days if due_on else 0
    return moved + (1 + (late - 1) // every if late > 0 else 0)


def due_rungs(slips: int, ladder: Sequence[Rung] = LADDER, *, told: Iterable[str] = ()) -> list[Rung]:
    """Rungs an item has reached and nobody there was told yet, lowest first."""
    known = set(told)
    return [rung for rung in ladder if rung.slips <= slips and rung.told not in known]


def next_rung(slips: int, ladder: Sequence[Rung] = LADDER) -> Rung | None:
    """Who is told when it slips once more; None when that tells nobody new."""
    return next((rung for rung in ladder if rung.slips == slips + 1), None)
