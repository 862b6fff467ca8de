"""The door to rapidfuzz in compliance: report texts that stand almost word for word in another factory's report."""

import re

# From here on two texts say the same in the same words, but for a number or a name.
ALIKE = 90
# Shorter ones are alike by chance.
SHORTEST = 40
_SLOT = re.compile(r"\\\{[a-z_]+\\\}")


def own_words(text, phrases) -> str:
    """What is left of a text when the phrases the checklist offers are taken out, whatever fills their slots."""
    for phrase in phrases:
        pattern = _SLOT.sub("(?:.{0,120}?)", re.escape(" ".join(phrase.split())))
        text = re.sub(pattern, " ", " ".join(text.split()), flags=re.IGNORECASE)
    return " ".join(text.split())


def twin_of(text, others, phrases=()) -> tuple | None:
    """The most alike of {key: text} as (key, text, 0 to 100), when it is alike beyond the phrases; else None."""
    from rapidfuzz import process
    from rapidfuzz.fuzz import ratio

    mine = own_words(text, phrases)
    if len(mine) < SHORTEST:
        return None
    choices = {key: words for key, other in others.items() if len(words := own_words(other, phrases)) >= SHORTEST}
    found = process.extractOne(mine.lower(), {key: words.lower() for key, words in choices.items()}, scorer=ratio,
                               score_cutoff=ALIKE)  # fmt: skip
    return (found[2], others[found[2]], round(found[1])) if found else None
