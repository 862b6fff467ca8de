"""Pure decisions: merging operations, the age of a non-compliance, what a compliance point comes to."""

import hashlib
import json
import math
import re
from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any, NamedTuple
from uuid import UUID

STATES = ["compliant", "non_compliant", "not_applicable", "not_asked", "undetermined"]
# The states in which the question was asked and decided: only these count in a rate.
DECIDED = {"compliant", "non_compliant"}
WORKER_BANDS = ["1-9", "10-49", "50-249", "250+"]

# Whose duty a question may be beside the factory's; the checklist says it with a tag, such as duty-of-union.
PARTIES = ["union", "employers-association"]
DUTY = "duty-of-"

# What a visit came to at the gate, when it was not the whole visit that was planned.
OUTCOMES = ["partial", "refused", "closed"]
# The outcomes in which nobody was let in or nobody was there: no question was asked, so no report can follow.
NOT_HELD = ("refused", "closed")
# Why a visit was called off.
CANCELLED_BECAUSE = ["factory-asked", "staff", "travel", "unrest", "conflict", "planned-twice", "other"]
# What makes the record of a visit less sure than others.
RELIABILITY = ["coaching", "conflicting-records", "time-cut-short", "other"]

# What speaks against a plan, in the order it is told. Of those in CONFLICTS the planner says why all the same.
PLAN_WARNINGS = [
    "tie", "advised", "same-pair", "busy", "leave", "holiday", "weekend", "interpreter", "peak", "early", "late",
]  # fmt: skip
CONFLICTS = ("tie", "advised", "same-pair")
# The same people as in this many assessments before is once too often.
SAME_PAIR = 2

# Visits that are no assessment. The factory hears of advice and training beforehand, of a verification never.
VISIT_KINDS = ["advisory", "training", "verification"]
ANNOUNCED = ("advisory", "training")
# What ties a person to a factory.
TIES = ["family", "worked-there", "money", "other"]

TEXTS = ("note", "comment", "report_text")
FIELDS = ("state", "value", "extent", "ask", *TEXTS)
MAX_TEXT = 20_000
MAX_PUBLIC_REPLY = 600
# Of codes people type or compare: no letter or figure that is taken for another.
LETTERS = "ABCDEFGHJKMNPQRSTUVWXYZ23456789"


# Half a character, as when a tablet cuts a text in the middle of one, and the NUL: no database keeps them.
_HALVES = re.compile("[\ud800-\udfff]")


def readable(value: Any) -> Any:
    """A JSON value as it can be kept. Nothing a person can read is lost.

    Half a character becomes U+FFFD, a NUL is left out, and what is called a number and is none becomes its name.
    """
    if isinstance(value, str):
        return _HALVES.sub("\ufffd", value.replace("\x00", ""))
    if isinstance(value, float) and not math.isfinite(value):
        return str(value)
    if isinstance(value, dict):
        return {readable(key): readable(item) for key, item in value.items()}
    if isinstance(value, list):
        return [readable(item) for item in value]
    return value


# What a case of serious harm may be about.
CASE_KINDS = [
    "child-labour", "worst-forms", "forced-labour", "violence", "sexual-violence", "imminent-danger", "retaliation",
]  # fmt: skip


# The protocol, in its order. What each may answer; empty: done or not.
CASE_STEPS = {
    "safe-now": ["yes", "no", "unknown"],
    "survivor-asked": ["agrees", "refuses", "not-possible"],
    "best-interest": ["tell", "do-not-tell"],
    "risk-check": ["safe", "at-risk", "no-migrant"],
    "plan-agreed": [],
    "begun": [],
    "followed": [],
    "remedy-checked": [],
}
CASE_OUTCOMES = ["put-right", "handed-over", "not-confirmed"]
# Why somebody has to know who was harmed.
OPENED_BECAUSE = ["safety", "consent", "remedy", "court"]
# Who may be told of a case, or must not be.
AUTHORITIES = ("ministry", "police")
CASE_PARTIES = ["ministry", "police", "service", "guardian", "union", "management", "buyer"]
# A child cannot consent for itself: her best interest is weighed instead.
OF_CHILDREN = ("child-labour", "worst-forms")


def telling_misfit(kind: str, party: str, answers: dict[str, str], do_not_tell: Iterable[str]) -> str | None:
    """Why a party cannot be told of a case yet, as a code; None when it can. answers: {step: its last answer}.

    Nobody is told who must not be. Authorities hear of it only when the survivor agrees, or her best interest as a
    child says so, and when it was looked at what telling does to migrants. Danger to life does not wait for consent.
    """
    if party in do_not_tell:
        return "do-not-tell"
    if party not in AUTHORITIES:
        return None
    if kind in OF_CHILDREN:
        if answers.get("best-interest") != "tell":
            return "best-interest"
    elif kind != "imminent-danger" and answers.get("survivor-asked") != "agrees":
        return "consent"
    return None if answers.get("risk-check") in ("safe", "no-migrant") else "risk-check"


class Op(NamedTuple):
    """What merging needs of an operation. `base`: ids of the operations it was made from."""

    id: str
    base: tuple[str, ...]
    value: Any
    revision: int | None = None


class Resolved(NamedTuple):
    """One field as its operations make it: ids of the heads, the value, whether people must settle it."""

    heads: tuple[str, ...]
    value: Any
    conflict: bool


def heads(operations: Iterable[Op]) -> list[Op]:
    """The operations of one question and field that no other known one was made from, sorted by id.

    Depends on the set of operations alone: neither order of arrival nor any clock matters, twice is once.
    """
    known = {operation.id: operation for operation in operations}
    covered = {base for operation in known.values() for base in operation.base}
    return [known[key] for key in sorted(known) if key not in covered]


def canonical(value: Any) -> str:
    """A JSON value as one text; equal values give equal texts. 1 and 1.0 are one number, as in JavaScript."""
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    if isinstance(value, dict):
        return "{" + ",".join(f"{json.dumps(key)}:{canonical(value[key])}" for key in sorted(value)) + "}"
    if isinstance(value, list):
        return "[" + ",".join(map(canonical, value)) + "]"
    return json.dumps(value)


def resolve(field: str, operations: Iterable[Op]) -> Resolved:
    """The state of one field. Twin of tablet/src/heads.js; tests/contracts/heads.json judges both.

    Unequal heads: a conflict for state, value and extent; texts are kept one after the other; a photo linked by
    anybody is linked; the last "ask" and the last word on a thing in the tray stand.
    """
    ends = heads(operations)
    ids = tuple(operation.id for operation in ends)
    if not ends:
        return Resolved(ids, None, False)
    if len({canonical(operation.value) for operation in ends}) == 1:
        return Resolved(ids, ends[0].value, False)
    if field.startswith("photo:"):
        return Resolved(ids, any(operation.value is True for operation in ends), False)
    if field in TEXTS:
        texts = [operation.value for operation in ends if isinstance(operation.value, str) and operation.value.strip()]
        return Resolved(ids, "\n\n".join(dict.fromkeys(texts)), False)
    if field == "ask" or field.startswith("item:"):
        latest = max(ends, key=lambda operation: (operation.revision is None, operation.revision or 0, operation.id))
        return Resolved(ids, latest.value, False)
    return Resolved(ids, None, True)


def fits(kind: str, field: str, value: Any) -> bool:
    """May this field of an answer to a question of this kind hold this value? (`value` is checked by checklists.)"""
    if field == "state":
        return kind == "finding" and (value is None or value in STATES)
    if field == "extent":
        return value is None or _is_extent(value)
    if field in TEXTS:
        return isinstance(value, str) and len(value) <= MAX_TEXT
    if field == "ask":
        return value is None or (isinstance(value, dict) and _is_id(value.get("colleague")))
    if field.startswith("photo:"):
        return isinstance(value, bool)
    return field == "value"


# What is recorded of the visit itself, not of a question: keys no checklist can hold. Merged like any answer.
OUTCOME, RELIABLE, SECTION = "@outcome", "@reliability", "@section:"


def of_visit(key: str) -> bool:
    return key.startswith("@")


def visit_misfit(key: str, field: str, value: Any) -> str | None:
    """Why this cannot be recorded of a visit, as a code; None when it can.

    @outcome: what it came to, why (report_text), photos. @reliability: what makes the record less sure.
    @section:KEY: which colleague takes this cluster of the checklist; a hint, it locks nothing.
    """
    if key.startswith(SECTION) and len(key) > len(SECTION):
        return (None if fits("", field, value) else "bad-value") if field == "ask" else "unknown-field"
    if key not in (OUTCOME, RELIABLE):
        return "unknown-question"
    if field in TEXTS or field.startswith("photo:"):
        return None if fits("", field, value) else "bad-value"
    if field != "value":
        return "unknown-field"
    if key == OUTCOME:
        return None if value is None or value in OUTCOMES else "bad-value"
    known = isinstance(value, list) and all(code in RELIABILITY for code in value) and len(set(value)) == len(value)
    return None if known else "bad-value"


def outcome_misfit(outcome: str, *, has_reason: bool, decided: int) -> str | None:
    """Why a visit cannot end with this outcome, as a code; None when it can. decided: questions with a decided answer.

    Nobody is let in, or nobody is there: then nothing was found out. Whatever was found out makes it partial.
    """
    if not outcome:
        return None
    if not has_reason:
        return "no-reason"
    return "answers" if outcome in NOT_HELD and decided else None


class PlanFacts(NamedTuple):
    """What is known of a plan. People and languages are ids and codes; days are inclusive; no list is long."""

    people: frozenset
    days: tuple[date, ...]
    free: dict[date, str]  # day of the plan nobody works on: its name, empty for a weekend
    ties: frozenset  # people with a declared tie to the factory
    advised: frozenset  # people who advised it in earlier cycles
    before: tuple[frozenset, ...]  # who was there, the last assessment first
    busy: frozenset  # people on another visit in these days
    away: frozenset  # people on leave
    unspoken: tuple[str, ...]  # languages of many workers which nobody who goes interprets
    peaks: tuple[tuple[int, int], ...]  # first and last month of each
    window: tuple[date, date] | None  # in which the assessment falls


def in_season(month: int, first: int, last: int) -> bool:
    """Does a month lie in a season? 11 to 2 runs over the year's end."""
    return first <= month <= last if first <= last else month >= first or month <= last


def plan_warnings(facts: PlanFacts) -> list[tuple[str, str]]:
    """[(code, the person, day or language it is about, or "")] of what speaks against a plan, as PLAN_WARNINGS.

    It forbids nothing: a planner may know better, and what she decided is recorded.
    """
    found: list[tuple[str, str]] = []
    for code, people in (("tie", facts.ties), ("advised", facts.advised), ("busy", facts.busy), ("leave", facts.away)):
        found += [(code, str(person)) for person in sorted(people & facts.people, key=str)]
    if len(facts.before) >= SAME_PAIR and all(facts.people == pair for pair in facts.before[:SAME_PAIR]):
        found.append(("same-pair", ""))
    for day in facts.days:
        if day in facts.free:
            found.append(("holiday" if facts.free[day] else "weekend", day.isoformat()))
    found += [("interpreter", language) for language in facts.unspoken]
    if any(in_season(day.month, first, last) for day in facts.days for first, last in facts.peaks):
        found.append(("peak", ""))
    if facts.window and facts.days:
        if facts.days[0] < facts.window[0]:
            found.append(("early", facts.window[0].isoformat()))
        if facts.days[0] > facts.window[1]:
            found.append(("late", facts.window[1].isoformat()))
    return sorted(found, key=lambda one: PLAN_WARNINGS.index(one[0]))


def _is_id(value: Any) -> bool:
    try:
        return isinstance(value, str) and bool(UUID(value))
    except ValueError:
        return False


def _is_extent(value: Any) -> bool:
    if not isinstance(value, dict) or set(value) - {"n", "of", "workers", "where"}:
        return False
    n, of, workers, where = (value.get(name) for name in ("n", "of", "workers", "where"))
    for number in (n, of):
        if number is not None and (isinstance(number, bool) or not isinstance(number, int) or not 0 <= number < 10**7):
            return False
    if n is not None and of is not None and n > of:
        return False
    return (workers is None or workers in WORKER_BANDS) and (
        where is None or (isinstance(where, str) and len(where) <= 200)
    )


# Of a hundred decided answers how many a second person reads, unless the programme set another number.
SECOND_READING = 10


def draw(seed: str, keys: Sequence[str], share: int) -> list[str]:
    """So many per cent of the keys, at least one, drawn by chance; the same seed and keys give the same. In order."""
    if not keys or not share:
        return []
    n = max(1, round(len(keys) * share / 100))
    drawn = set(sorted(keys, key=lambda key: hashlib.sha256(f"{seed}:{key}".encode()).digest())[:n])
    return [key for key in keys if key in drawn]


def rests_on(sources: Iterable[str], evidence: int, union_heard: int | None) -> str:
    """What is weak in what a finding rests on: "source-at-risk", "only-interviews", or "" for nothing.

    sources: where its question says to look; evidence: photos and documents linked. Without any, and where nothing is
    to be seen with one's own eyes, it rests on what people said. Where these are union officers and no worker, and no
    more than one of them was met, everybody knows who said it.
    """
    heard = {source for source in sources if source.endswith("-interviews")}
    if evidence or not heard or "observation" in sources:
        return ""
    if heard & {"union-interviews"} and "worker-interviews" not in heard and (union_heard or 0) <= 1:
        return "source-at-risk"
    return "only-interviews"


# "2 of 9", "2 out of 9", "2/9": how a text says an extent.
_SAID = re.compile(r"\b(\d{1,7}) ?(?:of|out of|/) ?(?:the )?(\d{1,7})\b", re.IGNORECASE)


def numbers_differ(text: str, n: int | None, of: int | None) -> bool:
    """Does the text say an extent, and never the one that is recorded?"""
    said = {(int(one), int(other)) for one, other in _SAID.findall(text)}
    return bool(said) and n is not None and of is not None and (n, of) not in said


# Questions of serious harm: what is found on them is told by its own way, never in a draft.
HARM_TAG = "zero-tolerance"


class Age(NamedTuple):
    """first_found_on: since when it stands unbroken; times: how often found in that run; relapsed: was gone before."""

    first_found_on: date | None
    times: int
    relapsed: bool


def age(history: Sequence[tuple[date, str]], visited_on: date, state: str) -> Age:
    """The age of a non-compliance. history: (visit's day, state) of earlier issued reports, oldest first.

    Only "compliant" ends a run: a question not asked, not applicable or not determined proves nothing was fixed.
    """
    if state != "non_compliant":
        return Age(None, 0, False)
    first, times = visited_on, 1
    index = len(history)
    while index and history[index - 1][1] != "compliant":
        index -= 1
        if history[index][1] == "non_compliant":
            first, times = history[index][0], times + 1
    relapsed = any(earlier == "non_compliant" for _, earlier in history[:index])
    return Age(first, times, relapsed)


def point_state(states: Iterable[str]) -> str | None:
    """What a compliance point comes to: one failed question makes it non-compliant; None when nothing was decided.

    Formula: docs/reference/figures.md.
    """
    decided = [state for state in states if state in DECIDED]
    if not decided:
        return None
    return "non_compliant" if "non_compliant" in decided else "compliant"


# On these days of a silence people are told: the person first, on the last also who plans visits.
SILENCE_TOLD = (3, 5)


def silence(days: int, *, at_risk: bool) -> int:
    """0, 3 or 5: how far the silence of a tablet has come. at_risk: it holds work, or its person is on a visit."""
    return max((day for day in SILENCE_TOLD if at_risk and days >= day), default=0)


def older(version: str, newest: str) -> bool:
    """Is this version of the client older than the newest? Number by number; what was not said is not older."""

    def numbers(text: str) -> list[int]:
        return [int(part) for part in re.findall(r"\d+", text)]

    return bool(numbers(version)) and numbers(version) < numbers(newest)
