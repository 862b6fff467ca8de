"""Finds places that may be one. The only door to rapidfuzz and anyascii; what the numbers mean stands in rules.py.

Nobody compares each with each: places lie in blocks (same country, same beginning of the name, same two longest words,
same figures of the address), and a block takes no more than `FULL` places. So an import stays linear, and of names
that hundreds share only some are compared.
"""

from dataclasses import dataclass
from functools import lru_cache

from factories import rules
from factories.rules import Likeness

FULL = 20
NEAR = 76  # of 100: one slip in a word of five letters


@dataclass(frozen=True)
class Spelling:
    """A name or an address made ready for comparing."""

    words: tuple[str, ...]
    sorted: str
    joined: str
    figures: frozenset
    sides: frozenset


# Kept small: a block's places come again and again, a list's rows do not.
@lru_cache(maxsize=8_000)
def prepared(text: str, name: bool) -> Spelling:
    """Any script in Latin letters, abbreviations written out, legal forms of a name taken off."""
    from anyascii import anyascii

    words = rules.core_words(anyascii(rules.without_legal_signs(rules.tidy(text)) if name else text), name=name)
    return Spelling(words, " ".join(sorted(words)), "".join(words), rules.figures(words), rules.sides(words))


def latin(text: str) -> str:
    """A name in Latin letters whatever its script, one case, letters and digits only: what searching compares."""
    from anyascii import anyascii

    return rules.folded(anyascii(rules.tidy(text)))


def pieces(words: str) -> list[str]:
    """Parts of what was typed, of which a name that differs by a slip or two of the finger still holds some."""
    found = []
    for word in latin(words).split()[:6]:
        parts = 1 if len(word) < 4 else 2 if len(word) < 8 else 3
        cuts = [len(word) * n // parts for n in range(parts + 1)]
        found += [word[start:end] for start, end in zip(cuts, cuts[1:], strict=False)]
    return list(dict.fromkeys(found))


def nearest(words: str, names, most: int) -> list:
    """Of (thing, name in Latin letters): the things whose name is nearest to what was typed, each once, best first."""
    from rapidfuzz.fuzz import partial_ratio, ratio

    typed = latin(words).split()
    best: dict = {}
    for thing, name in names:
        here = name.split()
        if not typed or not here:
            continue
        each = [max(ratio(word, other) for other in here) for word in typed]
        score = sum(each) / len(each) if min(each) >= 60 else 0
        # Scripts without spaces, and words run together or torn apart.
        whole, joined = "".join(typed), "".join(here)
        if 4 <= len(whole) <= len(joined):
            score = max(score, partial_ratio(whole, joined))
        best[thing] = max(score, best.get(thing, 0))
    near = sorted((thing for thing in best if best[thing] >= NEAR), key=lambda thing: -best[thing])
    return near[:most]


def blocks(country: str, name: str, address: str) -> list[str]:
    """The short keys under which a place lies, at most three."""
    called, stands = prepared(name, True), prepared(address, False)
    found = [f"n|{country}|{called.joined[:10]}"]
    longest = sorted(sorted(called.words, key=len, reverse=True)[:2])
    if len(longest) == 2:
        found.append(f"w|{country}|{longest[0][:20]}|{longest[1][:20]}")
    telling = sorted(sorted(stands.figures, key=len, reverse=True)[:3])
    if sum(map(len, telling)) >= 5:
        found.append(f"a|{country}|{'|'.join(figure[:12] for figure in telling)}")
    return found


def likeness(one, other) -> Likeness:
    """Of two things with name, address, latitude and longitude."""
    from rapidfuzz.fuzz import ratio, token_set_ratio

    called, named = prepared(one.name, True), prepared(other.name, True)
    stands, lies = prepared(one.address, False), prepared(other.address, False)
    name = max(ratio(called.sorted, named.sorted), ratio(called.joined, named.joined))
    address = max(
        (ratio(stands.sorted, lies.sorted) + token_set_ratio(stands.sorted, lies.sorted)) / 2,
        ratio(stands.joined, lies.joined),
    )
    km = None
    if one.latitude is not None and other.latitude is not None:
        km = rules.kilometres((one.latitude, one.longitude), (other.latitude, other.longitude))
    apart = any(mine - its and its - mine for mine, its in ((called.sides, named.sides), (stands.sides, lies.sides)))
    return Likeness(name, address, called.figures == named.figures, stands.figures == lies.figures, km, apart)


def best(place, candidates):
    """(candidate, Likeness) of the most alike, or None when nothing is even unsure. The first of equals."""
    from rapidfuzz.fuzz import ratio

    found = None
    called = prepared(place.name, True)
    for candidate in candidates:
        named = prepared(candidate.name, True)
        if max(ratio(called.sorted, named.sorted), ratio(called.joined, named.joined)) < 75:
            continue
        alike = likeness(place, candidate)
        if alike.verdict == "different":
            continue
        if found is None or (alike.verdict == "sure", alike.score) > (found[1].verdict == "sure", found[1].score):
            found = (candidate, alike)
    return found
