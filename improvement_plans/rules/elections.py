"""An election as its count says it, and whether it is contested."""

from collections.abc import Iterable, Mapping, Sequence

COUNTED, CONTESTED, UPHELD, ANNULLED = "counted", "contested", "upheld", "annulled"


def election_state(kinds: Iterable[str]) -> str:
    """Counted; contested until somebody settled it; then what was said last. `kinds`: oldest first."""
    state = COUNTED
    for kind in kinds:
        state = kind
    return state


def result(votes: Mapping[str, int], seats: int) -> tuple[Sequence[str], Sequence[str]]:
    """(elected, tied) by count alone. Who shares the last seats with others of the same votes is tied, not elected:
    a draw or a second vote decides, never the order of a list. Nobody is elected without a vote.
    """
    ranked = sorted((key for key in votes if votes[key] > 0), key=lambda key: (-votes[key], key))
    if len(ranked) <= seats:
        return ranked, []
    last = votes[ranked[seats - 1]]
    if votes[ranked[seats]] < last:
        return ranked[:seats], []
    return [key for key in ranked if votes[key] > last], [key for key in ranked if votes[key] == last]
