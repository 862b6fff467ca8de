"""The door to rapidfuzz in checklists: how alike two texts are, 0 to 1."""


def alike(one: str, other: str) -> float:
    """1 for the same words in any order; small words more or less matter little."""
    from rapidfuzz import fuzz, utils

    return fuzz.token_sort_ratio(one, other, processor=utils.default_process) / 100
