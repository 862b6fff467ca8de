"""Pure decisions: what is due to the public on a day, and what it is called there.

It refuses to look at anything that is not due: a status is made of due findings and of facts old enough, nothing
else, so that what is held back leaves no trace in what is shown.
"""

import re
import statistics
import unicodedata
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
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


# The lists of one rule. An entry stands in one of them; without the word it stands in the first.
CRITICAL, LOW_COMPLIANCE, OTHER_PARTY = REGISTERS = ("critical", "low-compliance", "other-party")
# Whose duty a question of the third list may be. The checklist says it with a tag, such as duty-of-union.
PARTIES = ("union", "employers-association")
DUTY = "duty-of-"


@dataclass(frozen=True)
class LowCompliance:
    """The wider list, for factories far below the others: which requirements (`tag`, or `questions` by key), from
    which assessment, and how far below. Whoever was asked fewer than `least_decided` of them is not measured."""

    from_visit: int
    deviations: float
    least_decided: int
    tag: str = ""
    questions: tuple[str, ...] = ()

    def asks(self, seen: "Seen") -> bool:
        named = seen.question in self.questions or seen.asked_as in self.questions or self.tag in seen.tags
        return named and not _is_duty(seen.tags)


@dataclass(frozen=True)
class Rule:
    """One rule of disclosure: which questions (`tag`), from which visit, how many days after the report is issued.

    Questions of the zero-tolerance kind wait longer, and all alike, so that an entry held back tells nothing.
    """

    tag: str
    from_visit: int
    delay_days: int
    zero_tolerance_delay_days: int
    low_compliance: LowCompliance | None = None
    other_parties: tuple[str, ...] = ()

    def delay(self, tags: Collection[str]) -> timedelta:
        return timedelta(days=self.zero_tolerance_delay_days if ZERO_TOLERANCE in tags else self.delay_days)

    def party(self, tags: Collection[str]) -> str:
        """Whose duty a question is, if it is another's than the factory's and this rule shows it."""
        return next((party for party in self.other_parties if DUTY + party in tags), "")

    def register(self, seen: "Seen") -> str:
        """The list a finding stands in; "" for one that never becomes public. A duty of others is never held against
        the factory, and what is critical is shown for every factory, also where the wider list asks it too."""
        if _is_duty(seen.tags):
            return OTHER_PARTY if self.party(seen.tags) else ""
        if self.tag in seen.tags:
            return CRITICAL
        return LOW_COMPLIANCE if self.low_compliance and self.low_compliance.asks(seen) else ""

    def begins(self, register: str) -> int:
        """From which visit a list counts."""
        wider = self.low_compliance if register == LOW_COMPLIANCE else None
        return wider.from_visit if wider else self.from_visit


def _is_duty(tags: Collection[str]) -> bool:
    return any(tag.startswith(DUTY) for tag in tags)


def rule_of(written: Mapping[str, Any]) -> Rule:
    """A rule as it is written (`rule_problems` found nothing). Words of the record beside it are passed over."""
    known = {name: written[name] for name in ("tag", "from_visit", "delay_days", "zero_tolerance_delay_days")}
    low = written.get("low_compliance")
    wider = LowCompliance(**{**low, "questions": tuple(low.get("questions", ()))}) if low else None
    return Rule(**known, low_compliance=wider, other_parties=tuple(written.get("other_parties", ())))


@dataclass(frozen=True)
class Seen:
    """What one visit found on one question. `issued_on` is the day its report was first issued.

    `question`: as it is called now, over the bridges between checklists; `asked_as`: as it was called then.
    """

    finding: str
    visit: int
    visited_on: date
    issued_on: date
    state: str
    tags: frozenset[str] = frozenset()
    extent: dict[str, Any] | None = None
    question: str = ""
    asked_as: str = ""
    version: str = ""


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


WRITTEN = {"tag", "from_visit", "delay_days", "zero_tolerance_delay_days"}
MAY_BE_WRITTEN = {"low_compliance", "other_parties"}


def rule_problems(rule: Any) -> list[str]:
    """Everything wrong with a rule written as JSON, as sentences; empty when it can be used."""
    if not isinstance(rule, dict):
        return ["A rule is written as names and values."]
    found = _words_problems(rule, WRITTEN, MAY_BE_WRITTEN)
    if found:
        return found
    if not _is_tag(rule["tag"]):
        found.append("The tag names a tag of the checklist, such as critical-public.")
    for name, least in (("from_visit", 1), ("delay_days", 0), ("zero_tolerance_delay_days", 0)):
        if not _is_whole(rule[name], least):
            found.append(f"«{name}» is a whole number from {least} to 3650.")
    if not found and rule["zero_tolerance_delay_days"] < rule["delay_days"]:
        found.append("The delay of zero-tolerance questions is at least as long as that of the others.")
    if not found and "low_compliance" in rule:
        found += _low_compliance_problems(rule["low_compliance"], rule["from_visit"])
    parties = rule.get("other_parties", [])
    if not isinstance(parties, list) or any(party not in PARTIES for party in parties):
        found.append(f"«other_parties» is a list of: {', '.join(PARTIES)}.")
    return found


def _low_compliance_problems(low: Any, from_visit: int) -> list[str]:
    if not isinstance(low, dict):
        return ["«low_compliance» is written as names and values."]
    found = _words_problems(low, {"from_visit", "deviations", "least_decided"}, {"tag", "questions"})
    if found:
        return found
    questions = low.get("questions", [])
    listed = isinstance(questions, list) and all(isinstance(one, str) and _is_tag(one) for one in questions)
    if not listed or ("tag" in low and not _is_tag(low["tag"])) or not (questions or "tag" in low):
        found.append("The wider list names its requirements by a tag or by their keys.")
    if not _is_whole(low["from_visit"], from_visit):
        found.append("The wider list begins with the assessment of the critical issues or later.")
    k = low["deviations"]
    if isinstance(k, bool) or not isinstance(k, (int, float)) or not 0 < k <= 10:
        found.append("«deviations» is a number above 0, such as 2.")
    if not _is_whole(low["least_decided"], 1):
        found.append("«least_decided» is a whole number from 1 to 3650.")
    return found


def _words_problems(value: dict[str, Any], must: set[str], may: set[str]) -> list[str]:
    found = [f"«{name}» is missing." for name in sorted(must - set(value))]
    return found + [f"«{name}» is not a word of a rule." for name in sorted(set(map(str, value)) - must - may)]


def _is_tag(value: Any) -> bool:
    return isinstance(value, str) and re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", value) is not None


def _is_whole(value: Any, least: int) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and least <= value <= 3650


def is_due(rule: Rule, seen: Seen, as_of: date, register: str = "") -> bool:
    """May the public know of this finding on this day? `register`: the list it is asked for; its own where none is."""
    register = register or rule.register(seen)
    if not register or seen.visit < rule.begins(register):
        return False
    return seen.issued_on + rule.delay(seen.tags) <= as_of


def due(rule: Rule, found: Iterable[Seen], as_of: date, register: str = "") -> list[Seen]:
    """The due findings of one question, oldest visit first."""
    chosen = [one for one in found if is_due(rule, one, as_of, register)]
    return sorted(chosen, key=lambda one: (one.visited_on, one.visit))


# What a report says of questions that are one by now (a split taken together, a merger): no more than is known.
_CLAIMS_LEAST = ("non_compliant", "undetermined", "not_asked", "compliant", "not_applicable")


def one_of(parts: Sequence[Seen]) -> Seen:
    """The finding that speaks for all a report says of one question: a violation in any part is one of the whole."""
    if len(parts) == 1:
        return parts[0]
    speaks = min(parts, key=lambda one: (_CLAIMS_LEAST.index(one.state), one.asked_as))
    return replace(speaks, tags=frozenset().union(*(one.tags for one in parts)))


# --- the wider list, for factories far below the others ---------------------------------------------------------------


@dataclass(frozen=True)
class Measured:
    """How many of the requirements a factory met, of those that its due visits decided."""

    met: int
    decided: int

    @property
    def share(self) -> float:
        return round(self.met / self.decided, 6)


def measured(rule: Rule, questions: Iterable[Iterable[Seen]], as_of: date) -> Measured | None:
    """A factory against the requirements of the wider list, each by its latest due finding; None: not measured.

    Findings that are not due do not count, so that the figure tells nothing of them. Not asked, not applicable and not
    determined count neither for nor against.
    """
    low = rule.low_compliance
    if low is None:
        return None
    states = []
    for found in questions:
        own = [one for one in found if low.asks(one)]
        if known := due(rule, own, as_of, LOW_COMPLIANCE):
            states.append(known[-1].state)
    decided = [state for state in states if state in ("compliant", "non_compliant")]
    if len(decided) < low.least_decided:
        return None
    return Measured(decided.count("compliant"), len(decided))


def threshold(rule: Rule, shares: Sequence[float], requirements: int) -> dict[str, Any] | None:
    """Below which share a factory stands in the wider list: mean less k standard deviations of all that were measured.

    The deviation is that of the whole population. All figures are rounded to six places and compared as printed, so
    that anybody comes to the same. None where nobody was measured.
    """
    if rule.low_compliance is None or not shares:
        return None
    mean = round(statistics.fmean(shares), 6)
    deviation = round(statistics.pstdev(shares), 6)
    return {
        "requirements": requirements,
        "population": len(shares),
        "mean": mean,
        "standard_deviation": deviation,
        "deviations": rule.low_compliance.deviations,
        "below": round(mean - rule.low_compliance.deviations * deviation, 6),
    }


# --- which rule was in force ------------------------------------------------------------------------------------------


def times(regimes: Iterable[tuple[str, date, date | None]], until: date) -> list[dict[str, Any]]:
    """Which rule was in force when, from the first one up to a day, oldest first: name ("" for days without any),
    from_on, until_on (None: goes on). `regimes`: (name, first day, last day or None), none at the same time."""
    made: list[dict[str, Any]] = []
    free: date | None = None  # the first day after the rule before
    for name, begins, ends in sorted(regimes, key=lambda regime: regime[1]):
        if begins > until:
            break
        if free and begins > free:
            made.append({"name": "", "from_on": free, "until_on": begins - timedelta(days=1)})
        ended = ends if ends and ends < until else None
        made.append({"name": name, "from_on": begins, "until_on": ended})
        free = ended + timedelta(days=1) if ended else None
    if free:
        made.append({"name": "", "from_on": free, "until_on": None})
    return made


# --- one question at one factory --------------------------------------------------------------------------------------


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
    """What one visit says. `version`: of the checklist. `asked_as`: the question's key then, where it was another."""
    return {
        "visit": one.visit,
        "on": one.visited_on.isoformat(),
        "status": PUBLIC_WORD[one.state],
        "extent": one.extent,
        "version": one.version,
        **({"asked_as": one.asked_as} if one.asked_as != one.question else {}),
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
    "no_violation_found": 2,
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
    old, new = _said(before), _said(after)
    both = old.keys() & new.keys()  # what only a newer release says of an issue is no change of it
    return "unchanged" if all(old[name] == new[name] for name in both) else "changed"


def _said(entry: Mapping[str, Any]) -> dict[str, Any]:
    """What the public reads of it, its place in the list and the names of checklists apart."""
    cycles = [{name: cycle[name] for name in ("visit", "on", "status", "extent")} for cycle in entry.get("cycles", ())]
    return {name: value for name, value in entry.items() if name != "position"} | {"cycles": cycles}


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
