"""Composition rules as they are shipped: `bodies/*.yaml`, one file per country. Read once; judged by rules.composition.

Refuses a file with a key it does not know, so that a slip of the pen is not a rule that never speaks.
"""

from datetime import date
from functools import cache
from pathlib import Path

from improvement_plans.rules import SIDES, Band, Composition, rule_of
from improvement_plans.rules.composition import WAYS, WOMEN

FOLDER = Path(__file__).resolve().parent / "bodies"
BODIES = ("bipartite", "sme-team", "osh", "harassment")
MARKS = frozenset({"since", "needed_from", "women", "chosen_by", "term", "outside", "rhythm", "seats_per_union"})


@cache
def shipped() -> tuple[Composition, ...]:
    """Every rule of every file."""
    return tuple(rule for path in sorted(FOLDER.glob("*.yaml")) for rule in read(path.read_text(encoding="utf-8")))


def rule_for(body: str, country: str, on: date) -> Composition | None:
    """The rule of a body in force on a day: its country's, else the default."""
    return rule_of(shipped(), body, country, on)


def read(text: str) -> list[Composition]:
    """The rules of one file. Raises ValueError for what it does not know."""
    from ruamel.yaml import YAML

    document = YAML(typ="safe", pure=True).load(text)
    return [_rule(row, document["country"] or "") for row in document["rules"]]


def _rule(row, country):
    bands = tuple(Band(**band) for band in row.pop("bands", ()))
    unchecked = frozenset(row.pop("unchecked", ()))
    try:
        rule = Composition(**row, country=country, bands=bands, unchecked=unchecked)
    except TypeError as error:
        raise ValueError(f"{row.get('key')}: {error}") from None
    chosen = {way for ways in rule.chosen_by.values() for way in ways}
    wrong = [
        rule.body not in BODIES,
        rule.women not in WOMEN,
        rule.quorum not in ("", "each_side"),
        not rule.unchecked <= MARKS,
        not set(rule.chosen_by) <= set(SIDES) or not chosen <= set(WAYS),
        [band.workers for band in bands] != sorted({band.workers for band in bands}),
    ]
    if any(wrong):
        raise ValueError(f"{rule.key}: this is no rule of a body.")
    return rule
