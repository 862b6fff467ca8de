"""What the words of both co-chairs make of a meeting's minutes."""

from collections.abc import Mapping

from improvement_plans.rules.parity import SIDES


def minutes_state(said: Mapping[str, str]) -> str:
    """`said`: {side: signed, reserved or refused}, the last word of each.

    unsigned, one_side, signed, reserved (both, one with a reservation), deadlock (one signs, the other does not),
    refused (nobody signs).
    """
    words = [said[side] for side in SIDES if side in said]
    refused = words.count("refused")
    if not words:
        return "unsigned"
    if len(words) == 1:
        return "one_side" if not refused else "refused_one_side"
    if refused:
        return "refused" if refused == len(words) else "deadlock"
    return "reserved" if "reserved" in words else "signed"
