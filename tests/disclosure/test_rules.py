"""What is due, what it is called, and that what is held back leaves no trace."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.statuses import family
from disclosure import rules
from disclosure.rules import Rule, Seen
from improvement_plans.issued import IssuedFact

RULE = Rule(tag="critical-public", from_visit=2, delay_days=30, zero_tolerance_delay_days=90)
TAGS = frozenset({"critical-public"})
GRAVE = frozenset({"critical-public", "zero-tolerance"})
AS_OF = date(2027, 3, 2)
DAYS = st.dates(date(2020, 1, 1), date(2027, 12, 31))


def seen(visit, on, state, tags=TAGS, extent=None):
    return Seen(f"f{visit}", visit, on, on + timedelta(days=21), state, tags, extent)


def entry_of(*found, facts=None, as_of=AS_OF, rule=RULE):
    due = rules.due(rule, found, as_of)
    return rules.entry(due, facts or {}, rules.facts_until(rule, due[-1].tags, as_of)) if due else None


def said(kind, on, by_report=False):
    return IssuedFact(kind, on, by_report)


V2 = seen(2, date(2022, 5, 3), "compliant")
V3 = seen(3, date(2025, 5, 14), "non_compliant", extent={"n": 1, "of": 9})
V4 = seen(4, date(2026, 11, 10), "non_compliant", extent={"n": 2, "of": 9})
V4_NONE = seen(4, date(2026, 11, 10), "compliant")


# --- what is due ---


@st.composite
def histories(draw):
    """Findings of one question over some visits, oldest first, and facts of fixes of any of them."""
    days = sorted(draw(st.lists(DAYS, min_size=1, max_size=6, unique=True)))
    tags = draw(st.sampled_from([TAGS, GRAVE, frozenset()]))
    found = [
        Seen(
            f"f{number}", number, on, on + timedelta(days=draw(st.integers(0, 200))),
            draw(st.sampled_from(sorted(rules.PUBLIC_WORD))), tags, {"n": number},
        )
        for number, on in enumerate(days, start=1)
    ]  # fmt: skip
    kind = st.sampled_from(["reported", "agreed", "verified", "confirmed", "reopened"])
    some = st.lists(st.builds(IssuedFact, kind, DAYS, st.booleans()), max_size=5)
    return found, {one.finding: sorted(draw(some), key=lambda fact: fact.on) for one in found if draw(st.booleans())}


@given(histories(), DAYS, st.integers(1, 4), st.integers(0, 120), st.integers(0, 200))
def test_nothing_before_its_visit_or_before_its_delay_leaves_a_trace(history, as_of, from_visit, delay, longer):
    found, facts = history
    rule = Rule("critical-public", from_visit, delay, delay + longer)
    kept = [
        one
        for one in found
        if "critical-public" in one.tags
        and one.visit >= from_visit
        and one.issued_on + timedelta(days=delay + longer if one.tags == GRAVE else delay) <= as_of
    ]
    shown = entry_of(*found, facts=facts, as_of=as_of, rule=rule)
    known = {
        one.finding: [fact for fact in facts.get(one.finding, ()) if not (fact.by_report and fact.kind == "reopened")]
        for one in kept
        if one.finding in facts
    }
    assert shown == entry_of(*kept, facts=known, as_of=as_of, rule=rule)
    if not kept:
        assert shown is None
        return
    public = {one.visited_on for one in kept}
    assert shown.found_on in public
    assert shown.since is None or shown.since in public
    assert {date.fromisoformat(cycle["on"]) for cycle in shown.cycles} == public
    until = as_of - timedelta(days=delay + longer) if kept[-1].tags == GRAVE else as_of
    for day in (shown.reported_on, shown.agreed_on, shown.verified_on):
        assert day is None or day <= until
    assert shown.confirmed_on is None or shown.confirmed_on in public


@given(histories(), DAYS)
def test_an_entry_keeps_the_promises_of_the_database(history, as_of):
    found, facts = history
    shown = entry_of(*found, facts=facts, as_of=as_of)
    if shown is None:
        return
    assert shown.status in rules.STATUSES
    assert (shown.since is not None) == (shown.status in rules.FOUND)
    assert shown.since is None or shown.since <= shown.found_on
    assert shown.status != "verified_fixed" or shown.verified_on
    assert shown.status != "reported_fixed" or shown.reported_on


@given(st.sampled_from(sorted(rules.PUBLIC_WORD)), st.sampled_from(sorted(rules.PUBLIC_WORD)))
def test_a_zero_tolerance_question_looks_the_same_whatever_the_newest_visit_found(one, other):
    """Two factories, alike but for what the newest visit found: until the delay is over nobody can tell."""
    before = seen(2, date(2025, 5, 14), "compliant", GRAVE)
    newest = [seen(3, date(2026, 11, 10), state, GRAVE) for state in (one, other)]
    within = newest[0].issued_on + timedelta(days=89)
    assert entry_of(before, newest[0], as_of=within) == entry_of(before, newest[1], as_of=within)
    after = within + timedelta(days=1)
    assert entry_of(before, newest[0], as_of=after).found_on == date(2026, 11, 10)


def test_facts_of_a_zero_tolerance_fix_stand_one_delay_behind_too():
    found = seen(3, date(2025, 5, 14), "non_compliant", GRAVE)
    facts = {"f3": [said("reported", AS_OF - timedelta(days=89))]}
    assert entry_of(found, facts=facts).status == "violation_found"
    assert entry_of(found, facts=facts, as_of=AS_OF + timedelta(days=1)).status == "reported_fixed"


# --- what it is called ---


def test_a_violation_is_as_old_as_its_first_public_visit():
    first = seen(1, date(2021, 4, 6), "non_compliant")
    shown = entry_of(first, seen(2, date(2022, 5, 3), "non_compliant"), V3)
    assert (shown.status, shown.since, shown.found_on) == ("violation_found", date(2022, 5, 3), date(2025, 5, 14))
    assert [cycle["visit"] for cycle in shown.cycles] == [2, 3]


def test_a_visit_that_found_none_begins_a_new_run():
    shown = entry_of(V2, V3, V4)
    assert (shown.status, shown.since, shown.extent) == ("violation_found", date(2025, 5, 14), {"n": 2, "of": 9})


@pytest.mark.parametrize("state", ["not_asked", "undetermined", "not_applicable"])
def test_a_visit_that_proves_nothing_ends_no_violation(state):
    shown = entry_of(V3, seen(4, date(2026, 11, 10), state))
    assert (shown.status, shown.found_on, shown.since) == ("violation_found", V3.visited_on, V3.visited_on)
    assert shown.cycles[-1]["status"] == state


@pytest.mark.parametrize("state", ["not_asked", "undetermined", "not_applicable"])
def test_it_is_never_called_no_violation_found_by_an_older_visit(state):
    shown = entry_of(V2, seen(3, date(2025, 5, 14), state))
    assert (shown.status, shown.found_on) == (state, date(2025, 5, 14))


def test_found_none_and_found_once_more_is_found_again():
    shown = entry_of(seen(2, date(2022, 5, 3), "non_compliant"), seen(3, date(2025, 5, 14), "compliant"), V4)
    assert (shown.status, shown.since) == ("found_again", V4.visited_on)


def test_verified_fixed_and_found_once_more_is_found_again_without_the_old_facts():
    facts = [said("reported", date(2025, 8, 1)), said("agreed", date(2025, 8, 4)), said("verified", date(2025, 9, 1))]
    shown = entry_of(V3, V4, facts={"f3": facts})
    assert (shown.status, shown.since, shown.verified_on) == ("found_again", V4.visited_on, None)


def test_an_adviser_opens_a_fix_again_at_once_and_a_report_only_with_its_own_finding():
    verified = said("verified", date(2025, 9, 1))
    opened = date(2025, 12, 1)
    assert entry_of(V3, facts={"f3": [verified, said("reopened", opened)]}).status == "violation_found"
    assert entry_of(V3, facts={"f3": [verified, said("reopened", opened, by_report=True)]}).status == "verified_fixed"


def test_a_fix_reported_before_the_violation_was_last_found_counts_no_more():
    assert entry_of(V3, V4, facts={"f3": [said("reported", date(2025, 8, 1))]}).status == "violation_found"


def test_reported_is_not_verified():
    shown = entry_of(V4, facts={"f4": [said("reported", date(2026, 11, 12)), said("agreed", date(2026, 11, 20))]})
    assert (shown.status, shown.reported_on, shown.agreed_on) == (
        "reported_fixed", date(2026, 11, 12), date(2026, 11, 20),
    )  # fmt: skip


def test_verified_is_confirmed_by_the_day_of_the_public_visit_that_saw_it():
    facts = {"f3": [said("verified", date(2026, 10, 20)), said("confirmed", date(2026, 12, 1), by_report=True)]}
    shown = entry_of(V3, V4_NONE, facts=facts)
    assert (shown.status, shown.since, shown.confirmed_on) == ("verified_fixed", V3.visited_on, V4_NONE.visited_on)
    assert entry_of(V3, facts=facts).confirmed_on is None
    following = seen(5, date(2027, 1, 5), "compliant")
    assert entry_of(V3, V4_NONE, following, facts=facts).status == "no_violation_found"


def test_gone_at_the_next_visit_without_a_verified_fix_is_no_violation_found():
    shown = entry_of(V3, V4_NONE, facts={"f3": [said("reported", date(2026, 9, 1))]})
    assert (shown.status, shown.found_on, shown.since) == ("no_violation_found", V4_NONE.visited_on, None)


def test_the_word_compliant_does_not_exist_in_public():
    assert not any("compliant" in word for word in [*rules.PUBLIC_WORD.values(), *rules.STATUSES])


def test_statuses_are_those_of_the_house_in_its_order():
    house = [status.key for status in family("public")]
    assert [status for status in rules.STATUSES if status != "not_applicable"] == house


def test_order_is_worst_and_oldest_first():
    new, old = date(2026, 1, 1), date(2024, 1, 1)
    rows = [("no_violation_found", None, 1), ("violation_found", new, 2), ("violation_found", old, 9)]
    assert [row[2] for row in sorted(rows, key=lambda row: rules.order(*row))] == [9, 2, 1]


# --- rules, extents, addresses ---


@pytest.mark.parametrize(
    "change",
    [
        {"tag": ""}, {"tag": "Two words"}, {"from_visit": 0}, {"from_visit": True}, {"delay_days": -1},
        {"delay_days": 1.5}, {"zero_tolerance_delay_days": 29}, {"more": 1},
    ],
)  # fmt: skip
def test_a_rule_that_cannot_be_used_is_named(change):
    good = {"tag": "critical-public", "from_visit": 2, "delay_days": 30, "zero_tolerance_delay_days": 90}
    assert rules.rule_problems(good) == []
    assert rules.rule_problems(good | change)
    assert rules.rule_problems("no") and rules.rule_problems({})


def test_fewer_than_five_people_are_not_counted_in_public():
    assert rules.public_extent(2, 9, "exits") == {"n": 2, "of": 9, "noun": "exits"}
    assert rules.public_extent(4, 900, "workers without a contract") is None
    assert rules.public_extent(5, 900, "workers")["n"] == 5
    assert rules.public_extent(None, 9, "exits") is None


@given(st.text(max_size=80), st.lists(st.text(max_size=80), max_size=5))
def test_every_factory_gets_an_address_of_its_own(name, others):
    taken: set = set()
    for number, one in enumerate([*others, name, name]):
        slug = rules.slug(one, f"KH-F-{number:04d}", taken)
        assert slug not in taken and slug not in rules.RESERVED
        assert slug and len(slug) <= 120 and slug.strip("-") == slug
        assert set(slug) <= set("abcdefghijklmnopqrstuvwxyz0123456789-")
        taken.add(slug)


def test_an_address_reads_as_the_name():
    assert rules.slug("Paper Heron Sewing", "KH-F-0117", set()) == "paper-heron-sewing"
    assert rules.slug("Paper Heron Sewing", "KH-F-0118", {"paper-heron-sewing"}) == "paper-heron-sewing-kh-f-0118"
    assert rules.slug("مصنع", "JO-F-0044", set()) == "jo-f-0044"
    assert rules.slug("Issues", "KH-F-0002", set()) == "issues-kh-f-0002"
