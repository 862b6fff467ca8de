"""Pure decisions: what is due to the public on a day, and what it is called there.

It refuses to look at anything that is not due: a status is made of due findings and of facts old enough, nothing
else, so that what is held back leaves no trace in what is shown.
"""

import re
import unicodedata
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any, Protocol

ZERO_TOLERANCE = "zero-tolerance"

# The order of every public list: worst first. `not_applicable` stands last: it is said, so that no issue leaves the
# page without a word, and it counts neither for nor against anybody.
STATUSES = (
    "violation_found",
    "found_again",
    "reported_fixed",
    "verified_fixed",
    "no_violation_found",
    "withheld",
    "not_asked",
    "undetermined",
    "not_applicable",
)
OPEN = ("violation_found", "found_again")
FOUND = ("violation_found", "found_again", "reported_fixed", "verified_fixed")
# The denominator of every figure of an issue: factories of which something is known.
KNOWN = (*FOUND, "no_violation_found")

# Why a public page is withheld at once: classes only, because the public reads them.
WITHHOLDING_REASONS = ("person-at-risk", "court-order", "wrong-factory", "under-review")

# The five answers of an assessor in public words.
PUBLIC_WORD = {
    "compliant": "no_violation_found",
    "non_compliant": "violation_found",
    "not_applicable": "not_applicable",
    "not_asked": "not_asked",
    "undetermined": "undetermined",
}

# Addresses below /disclosure/ that are not a factory.
RESERVED = frozenset(
    {
        "about", "changes", "corrections", "countries", "feed", "issues", "map", "method", "photos", "portfolio",
        "register", "releases", "replies", "search", "sectors", "watch",
    }
)  # fmt: skip


@dataclass(frozen=True)
class Rule:
    """One rule of disclosure: which questions (`tag`), from which visit, how many days after the report is issued.

    Questions of the zero-tolerance kind wait longer, and all alike, so that an entry held back tells nothing.
    """

    tag: str
    from_visit: int
    delay_days: int
    zero_tolerance_delay_days: int

    def delay(self, tags: Collection[str]) -> timedelta:
        return timedelta(days=self.zero_tolerance_delay_days if ZERO_TOLERANCE in tags else self.delay_days)


@dataclass(frozen=True)
class Seen:
    """What one visit found on one question. `issued_on` is the day its report was first issued."""

    finding: str
    visit: int
    visited_on: date
    issued_on: date
    state: str
    tags: frozenset[str] = frozenset()
    extent: dict[str, Any] | None = None


class Fact(Protocol):
    """One fact of a fix: `kind` is reported, agreed, verified, confirmed or reopened; `by_report`: a visit said it."""

    @property
    def kind(self) -> str: ...
    @property
    def on(self) -> date: ...
    @property
    def by_report(self) -> bool: ...


@dataclass
class Fix:
    """The facts of a fix that count on a day."""

    reported_on: date | None = None
    agreed_on: date | None = None
    verified_on: date | None = None
    confirmed: bool = False


@dataclass
class Entry:
    """What the public reads of one question. Days are those of public visits and of facts old enough.

    `found_on`: the visit the status stands on. `since`: the first public visit of the unbroken run of a violation.
    """

    status: str
    found_on: date
    since: date | None = None
    extent: dict[str, Any] | None = None
    reported_on: date | None = None
    agreed_on: date | None = None
    verified_on: date | None = None
    confirmed_on: date | None = None
    cycles: list[dict[str, Any]] = field(default_factory=list)


def rule_problems(rule: Any) -> list[str]:
    """Everything wrong with a rule written as JSON, as sentences; empty when it can be used."""
    if not isinstance(rule, dict):
        return ["A rule is written as names and values."]
    words = {"tag", "from_visit", "delay_days", "zero_tolerance_delay_days"}
    found = [f"«{name}» is missing." for name in sorted(words - set(rule))]
    found += [f"«{name}» is not a word of a rule." for name in sorted(set(map(str, rule)) - words)]
    if found:
        return found
    if not isinstance(rule["tag"], str) or not re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", rule["tag"]):
        found.append("The tag names a tag of the checklist, such as critical-public.")
    for name, least in (("from_visit", 1), ("delay_days", 0), ("zero_tolerance_delay_days", 0)):
        value = rule[name]
        if not isinstance(value, int) or isinstance(value, bool) or not least <= value <= 3650:
            found.append(f"«{name}» is a whole number from {least} to 3650.")
    if not found and rule["zero_tolerance_delay_days"] < rule["delay_days"]:
        found.append("The delay of zero-tolerance questions is at least as long as that of the others.")
    return found


def is_due(rule: Rule, seen: Seen, as_of: date) -> bool:
    """May the public know of this finding on this day?"""
    if rule.tag not in seen.tags or seen.visit < rule.from_visit:
        return False
    return seen.issued_on + rule.delay(seen.tags) <= as_of


def due(rule: Rule, found: Iterable[Seen], as_of: date) -> list[Seen]:
    """The due findings of one question, oldest visit first."""
    return sorted((one for one in found if is_due(rule, one, as_of)), key=lambda one: (one.visited_on, one.visit))


def facts_until(rule: Rule, tags: Collection[str], as_of: date) -> date:
    """Facts of a fix later than this day are not shown. Zero-tolerance questions stand a delay behind in everything."""
    return as_of - timedelta(days=rule.zero_tolerance_delay_days) if ZERO_TOLERANCE in tags else as_of


def fix_until(facts: Iterable[Fact], until: date) -> Fix:
    """The fix as it stood on a day, from its facts, oldest first.

    What a later report said of it is left to that report's own finding, which has its own delay. So a fix looks the
    same whether or not a visit that is not public yet has opened it again.
    """
    fix = Fix()
    for fact in facts:
        if fact.kind == "confirmed":
            fix.confirmed = True
        elif fact.by_report or fact.on > until:
            continue
        elif fact.kind == "reopened":
            fix = Fix()
        else:
            setattr(fix, f"{fact.kind}_on", fact.on)
    return fix


def entry(seen: Sequence[Seen], facts: Mapping[str, Sequence[Fact]], until: date) -> Entry:
    """The public state of one question, from its due findings (oldest first, at least one) and facts up to `until`.

    `facts`: of each finding. Only a visit that looked and found none ends a violation: not asked, not applicable, not
    determined prove nothing was fixed. A violation whose fix was verified, or that a visit no longer saw, and that a
    later visit finds, was *found again*. A fix counts only from the day the violation was last found.
    """
    run: list[Seen] = []  # the visits of the latest run of a violation
    fix: Fix | None = None
    ended_by: Seen | None = None
    again = False
    for one in seen:
        if one.state == "non_compliant":
            verified = fix.verified_on if fix else None
            if run and (ended_by or (verified and verified < one.visited_on)):
                run, fix, ended_by, again = [], None, None, True
            run.append(one)
            fix = fix_until(facts[one.finding], until) if one.finding in facts else fix
        elif one.state == "compliant" and run and ended_by is None:
            ended_by = one
    last = seen[-1]
    made = Entry(PUBLIC_WORD[last.state], last.visited_on, cycles=[_cycle(one) for one in seen])
    if not run:
        return made
    found = run[-1]
    if ended_by is None:
        made.status = _status_of_run(found, fix, again)
    elif last is ended_by and fix and fix.verified_on:
        # Seen by an adviser, and now by the next visit too: that stays on the page until the visit after.
        made.status = "verified_fixed"
    else:
        return made
    made.found_on, made.since, made.extent = found.visited_on, run[0].visited_on, found.extent
    if fix:
        made.reported_on, made.agreed_on, made.verified_on = fix.reported_on, fix.agreed_on, fix.verified_on
        if fix.confirmed and ended_by:
            made.confirmed_on = ended_by.visited_on
    return made


def _status_of_run(found: Seen, fix: Fix | None, again: bool) -> str:
    if fix and fix.verified_on and fix.verified_on >= found.visited_on:
        return "verified_fixed"
    if fix and fix.reported_on and fix.reported_on >= found.visited_on:
        return "reported_fixed"
    return "found_again" if again else "violation_found"


def _cycle(one: Seen) -> dict[str, Any]:
    return {
        "visit": one.visit,
        "on": one.visited_on.isoformat(),
        "status": PUBLIC_WORD[one.state],
        "extent": one.extent,
    }


# Counts of people under this many leave no factory.
FEWEST_PEOPLE = 5
PEOPLE = ("worker", "employee", "people", "person", "women", "woman", "men", "child", "apprentice", "trainee", "guard")


def public_extent(n: int | None, of: int | None, noun: str) -> dict[str, Any] | None:
    """ "2 of 9 exits" as {"n", "of", "noun"}; None where it is not known, or counts fewer than five people."""
    if n is None:
        return None
    people = any(word in noun.lower() for word in PEOPLE)
    if people and n < FEWEST_PEOPLE:
        return None
    return {"n": n, "of": of, "noun": noun}


def order(status: str, since: date | None, position: int) -> tuple[int, date, int]:
    """Sort key of every public list: worst first, then the oldest, then the checklist's order."""
    return STATUSES.index(status), since or date.max, position


# How far a fix has come; the other statuses say that it is not known.
_STANDS = {
    "violation_found": 0,
    "found_again": 0,
    "reported_fixed": 1,
    "verified_fixed": 2,
    "no_violation_found": 3,
}
CHANGES = ("relapsed", "new", "withdrawn", "improved", "changed", "unchanged")  # in this order before a release


def change(before: Mapping[str, Any] | None, after: Mapping[str, Any] | None) -> str:
    """What a release would change of one issue of a factory; entries as they stand in the documents, None: not there.

    One of CHANGES. An issue that becomes open again, or whose fix is doubted, has relapsed.
    """
    if before is None or after is None:
        return "new" if before is None else "withdrawn"
    was, now = _STANDS.get(before["status"]), _STANDS.get(after["status"])
    if was is not None and now is not None and was != now:
        return "improved" if now > was else "relapsed"
    return "unchanged" if _said(before) == _said(after) else "changed"


def _said(entry: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in entry.items() if name != "position"}


def slug(name: str, number: str, taken: Collection[str]) -> str:
    """The last part of a factory's address, for life: its name in Latin letters, with its number where needed."""
    short = _latin(name)[:60].strip("-")
    tail = _latin(number)
    if short and short not in RESERVED and short not in taken:
        return short
    made = f"{short}-{tail}".strip("-")
    count = 2
    while made in taken or made in RESERVED or not made:
        made = f"{short}-{tail}-{count}".strip("-")
        count += 1
    return made


def _latin(text: str) -> str:
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9]+", "-", plain).strip("-")
