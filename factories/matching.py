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


@dataclass(frozen=True)
class Spelling:
    """A name or an address made ready for comparing."""

    words: tuple[str, ...]
    sorted: str
    joined: str
    figures: frozenset


# Kept small: a block's places come again and again, a list's rows do not.
@lru_cache(maxsize=8_000)
def prepared(text: str, name: bool) -> Spelling:
    """Any script in Latin letters, abbreviations written out, legal forms of a name taken off."""
    from anyascii import anyascii

    words = rules.core_words(anyascii(rules.without_legal_signs(rules.tidy(text)) if name else text), name=name)
    return Spelling(words, " ".join(sorted(words)), "".join(words), rules.figures(words))


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
    return Likeness(name, address, called.figures == named.figures, stands.figures == lies.figures, km)


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
