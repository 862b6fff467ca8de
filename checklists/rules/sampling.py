"""Sampling plans as data: how many to take for a headcount, which ones, who replaces whom, planned against done.

A draw depends on its seed alone, on every machine and in every language that has SHA-256: candidates are put in the
order of the digest of seed and number. So anybody can repeat it.
"""

import hashlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from checklists.rules.words import KEY, Place, Problem, items, listed, say, text, unknown, whole

MONTHS = {"latest", "peak", "low"}
SPREAD = {"sex", "department", "contract", "migrant", "language"}
NOTES = {"interpreter", "privacy"}
_RECORDS = {"title", "bands", "months"}
_INTERVIEWS = {"title", "bands", "spread", "notes"}


def sampling_problems(sampling: Any, place: Place) -> Iterator[Problem]:
    """What is wrong with the sampling plans of a checklist."""
    if sampling is None:
        return
    if not isinstance(sampling, dict):
        yield place, say("Write the sampling plans as names and values.")
        return
    yield from unknown(sampling, {"records", "interviews"}, place, say("a sampling plan"))
    records = sampling.get("records")
    if records is not None and not isinstance(records, dict):
        yield (*place, "records"), say("Write the plans by their keys.")
        records = None
    for key, plan in (records or {}).items():
        here: Place = (*place, "records", key)
        if not isinstance(key, str) or not KEY.fullmatch(key) or len(key) > 60:
            yield here, say("A plan needs a key of small letters, digits and hyphens.")
        yield from _plan(plan, here, _RECORDS)
        if isinstance(plan, dict):
            yield from listed(plan.get("months"), (*here, "months"), MONTHS)
    if sampling.get("interviews") is not None:
        here = (*place, "interviews")
        yield from _plan(sampling["interviews"], here, _INTERVIEWS)
        if isinstance(sampling["interviews"], dict):
            yield from listed(sampling["interviews"].get("spread"), (*here, "spread"), SPREAD)
            yield from listed(sampling["interviews"].get("notes"), (*here, "notes"), NOTES)


def _plan(plan: Any, place: Place, words: set[str]) -> Iterator[Problem]:
    if not isinstance(plan, dict):
        yield place, say("This plan is not written as names and values.")
        return
    yield from unknown(plan, words, place, say("a sampling plan"))
    yield from text(plan.get("title"), (*place, "title"), 120)
    if not isinstance(plan.get("bands"), list) or not plan["bands"]:
        yield (*place, "bands"), say("A plan needs its bands of headcount.")
    begins = 1
    for n, band in items(plan, "bands"):
        here: Place = (*place, "bands", n)
        if not isinstance(band, dict) or set(band) - {"from", "to", "take"}:
            yield here, say("A band has from, to and take.")
            return
        last, is_last = band.get("to"), n == len(plan["bands"]) - 1
        if band.get("from") != begins or isinstance(band["from"], bool):
            yield (
                (*here, "from"),
                say("This band begins at %(begins)s: bands are in order and without a gap.", begins=begins),
            )
            return
        if not (whole(last, begins) or (last is None and is_last)):
            yield (*here, "to"), say("A band ends at a whole number; only the last may be open.")
            return
        if not whole(band.get("take"), 1, 10_000):
            yield (*here, "take"), say("Say how many are taken: a whole number from 1.")
        begins = (last or 0) + 1


def take(bands: Sequence[Mapping[str, Any]], headcount: int) -> int:
    """How many to take in a factory of so many people: never more than there are, 0 where there is nobody.

    Above the last band its number goes on.
    """
    number = 0
    for band in bands:
        if headcount >= band["from"]:
            number = band["take"]
    return max(0, min(number, headcount))


def draw(seed: str, of: int, count: int, without: Iterable[int] = ()) -> list[int]:
    """`count` numbers from 1 to `of`, drawn with a seed, in the order drawn; those in `without` are never drawn.

    The same seed gives the same draw, and drawing more only adds to it: so a replacement is the next in the order.
    """
    barred = set(without)
    order = sorted((number for number in range(1, of + 1) if number not in barred), key=lambda n: _place(seed, n))
    return order[:count]


def _place(seed: str, number: int) -> str:
    return hashlib.sha256(f"{seed}:{number}".encode()).hexdigest()


class Replacement(NamedTuple):
    """One drawn number that could not be looked at, the one taken for it, and why."""

    drawn: int
    taken: int
    because: str


def replaced(seed: str, of: int, count: int, missing: Mapping[int, str]) -> tuple[list[int], list[Replacement]]:
    """(what is looked at, replacements), when the numbers in `missing` could not be, each with its reason.

    Each gives way to the next in the order of the same draw. ValueError where a reason is empty: a replacement
    without one would be a choice.
    """
    for number, because in missing.items():
        if not because.strip():
            raise ValueError(say("Say why number %(number)s was replaced.", number=number))
    order = draw(seed, of, of)
    chosen, rest = order[:count], iter(order[count:])
    looked_at, replacements = [], []
    for number in chosen:
        taken: int | None = number
        while taken in missing:
            taken = next(rest, None)
        if taken is None:
            continue  # nobody is left to take
        looked_at.append(taken)
        if taken != number:
            replacements.append(Replacement(number, taken, missing[number]))
    return looked_at, replacements


def planned(total: int, groups: Mapping[str, int]) -> dict[str, int]:
    """How a number of interviews is spread over the groups of one dimension, by their size; each group at least one.

    The largest remainders get what is left over; equal ones in the order of their names. Where there are more groups
    than interviews, the largest groups come first.
    """
    here = {name: size for name, size in groups.items() if size > 0}
    people = sum(here.values())
    total = min(total, people)
    by_size = sorted(here, key=lambda name: (-here[name], name))
    if total <= len(here):
        return {name: int(by_size.index(name) < total) for name in groups if name in here}
    shares = {name: max(1, total * size // people) for name, size in here.items()}
    order = sorted(here, key=lambda name: (-(total * here[name] % people), -here[name], name))
    while sum(shares.values()) < total:
        for name in order:
            if sum(shares.values()) < total and shares[name] < here[name]:
                shares[name] += 1
    while sum(shares.values()) > total:
        largest = max(shares, key=lambda name: (shares[name], name))
        shares[largest] -= 1
    return {name: shares[name] for name in groups if name in shares}


class Spread(NamedTuple):
    """Of one group: how many interviews were planned, how many done, how many are left."""

    group: str
    planned: int
    done: int

    @property
    def left(self) -> int:
        return max(0, self.planned - self.done)


def against_done(plan: Mapping[str, int], done: Iterable[Mapping[str, Any]], dimension: str) -> list[Spread]:
    """Planned against done in one dimension. `done`: interviews as {dimension: group}; who was asked is not in it."""
    counts: dict[str, int] = {}
    for interview in done:
        group = str(interview.get(dimension) or "")
        if group:
            counts[group] = counts.get(group, 0) + 1
    names = [*plan, *sorted(set(counts) - set(plan))]
    return [Spread(name, plan.get(name, 0), counts.get(name, 0)) for name in names]
