"""Standard phrases of a question, with slots: what the drafting desk offers for a report."""

import re
from collections.abc import Iterator, Mapping
from typing import Any

from checklists.rules.words import Place, Problem, listed, say, unknown

PHRASES = ("finding", "good_practice", "recommendation")
_SLOT = re.compile(r"\{([a-z_]+)\}")


def slots(phrase: str) -> set[str]:
    """The names in curly brackets."""
    return set(_SLOT.findall(phrase))


def fill(phrase: str, values: Mapping[str, Any]) -> str:
    """The phrase with its slots filled; a slot nobody filled stays, so that it is seen."""
    return _SLOT.sub(lambda match: str(values.get(match[1], match[0])), phrase)


def phrases_problems(phrases: Any, place: Place) -> Iterator[Problem]:
    """What is wrong with the phrases of a question."""
    if phrases is None:
        return
    if not isinstance(phrases, dict):
        yield place, say("Write the phrases by what they are for: finding, good_practice, recommendation.")
        return
    yield from unknown(phrases, PHRASES, place, say("phrases"))
    for name in PHRASES:
        here = (*place, name)
        found = list(listed(phrases.get(name), here))
        yield from found
        if not found:
            for n, phrase in enumerate(phrases.get(name) or []):
                if re.search(r"[{}]", _SLOT.sub("", phrase)):
                    yield (
                        (*here, n),
                        say("A slot is small letters and underscores in curly brackets, such as {number}."),
                    )
