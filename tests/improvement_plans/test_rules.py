"""Pure decisions: who counts on a day, which word outsiders read, whose signature stands. No database."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.statuses import STATUSES
from improvement_plans import rules
from improvement_plans.permissions import SENTENCES
from improvement_plans.rules import Seat, Signature
from improvement_plans.states import ROWS, TABLE, may_follow

DAY = date(2026, 11, 27)
days = st.dates(date(2024, 1, 1), date(2028, 12, 31))


@st.composite
def seats(draw):
    since = draw(days)
    until = draw(st.none() | st.integers(0, 900).map(lambda n: since + timedelta(days=n)))
    side = draw(st.sampled_from(rules.SIDES))
    chosen = draw(st.sampled_from(["election", "union", "employer"])) if side == "worker" else "employer"
    return Seat(draw(st.uuids()).hex, side, since, until, draw(st.booleans()), chosen)


bodies = st.lists(seats(), max_size=12)


def four_a_side(**worker):
    """Four seats a side, co-chairs first; `worker` changes the last worker seat."""
    body = []
    for side in rules.SIDES:
        for n in range(4):
            facts = {"since": date(2025, 1, 1), "until": None, "co_chair": n == 0, "chosen_by": "union"}
            if (side, n) == ("worker", 3):
                facts |= worker
            body.append(Seat(f"{side}{n}", side, **facts))
    return body


@given(bodies, days)
def test_counts_are_of_that_day_only(body, on):
    counted = rules.parity(body, on)
    sitting = [seat for seat in body if seat.since <= on and (seat.until is None or seat.until >= on)]
    assert counted.worker + counted.management == len(sitting)
    assert counted.equal == (counted.worker == counted.management)
    assert counted.equal == ("equal" in counted.codes) == ("not_equal" not in counted.codes)
    assert counted == rules.parity(sitting, on) or counted.emptied_on  # who is out of office counts for nothing else


@given(bodies, days)
def test_sides_are_judged_alike(body, on):
    """Exchanging the sides exchanges the counts and changes nothing else."""
    other = {"worker": "management", "management": "worker"}
    turned = [Seat(s.key, other[s.side], s.since, s.until, s.co_chair) for s in body]
    plain = [Seat(s.key, s.side, s.since, s.until, s.co_chair) for s in body]
    one, two = rules.parity(plain, on), rules.parity(turned, on)
    assert (one.worker, one.management) == (two.management, two.worker)
    assert (one.answer, one.equal, one.quorum) == (two.answer, two.equal, two.quorum)


@given(bodies, days, st.lists(st.sampled_from(sorted(SENTENCES)), max_size=3))
def test_an_answer_follows_from_the_codes(body, on, blocks):
    counted = rules.parity(body, on, blocks=blocks)
    assert set(counted.codes) <= set(SENTENCES)
    assert (counted.answer == "no") == bool(counted.blocking)
    assert (counted.answer == "yes") == (set(counted.codes) <= rules.GOOD)
    assert not set(counted.blocking) & rules.GOOD
    if not counted.worker or not counted.management:
        assert counted.answer == "no"


@given(bodies, days)
def test_blocking_more_never_allows_more(body, on):
    order = {"no": 0, "warning": 1, "yes": 2}
    assert order[rules.parity(body, on, blocks=SENTENCES).answer] <= order[rules.parity(body, on).answer]


@given(bodies, days)
def test_a_snapshot_names_nobody(body, on):
    told = str(rules.parity(body, on).snapshot())
    assert not any(seat.key in told for seat in body)


def test_a_term_that_ended_the_night_before_no_longer_counts():
    body = four_a_side(until=DAY - timedelta(days=1))
    counted = rules.parity(body, DAY)
    assert (counted.worker_side, counted.management_side) == ((3, 4), (4, 4))
    assert counted.answer == "warning"
    assert counted.emptied_on == DAY - timedelta(days=1)
    assert "not_equal" in counted.codes
    assert rules.parity(body, DAY - timedelta(days=1)).answer == "yes"


def test_a_programme_can_make_unequal_sides_binding():
    counted = rules.parity(four_a_side(until=date(2026, 1, 1)), DAY, blocks=["not_equal"])
    assert (counted.answer, counted.blocking) == ("no", ("not_equal",))


def test_more_than_half_is_needed_unless_the_programme_says_how_many():
    body = four_a_side()
    assert rules.parity(body, DAY).quorum == 5
    five = {"worker0", "worker1", "management0", "management1", "management2"}
    assert "enough_people" in rules.parity(body, DAY, present=five).codes
    assert "too_few" in rules.parity(body, DAY, present=five - {"worker1"}).codes
    assert "too_few" in rules.parity(body, DAY, quorum=9).codes


@pytest.mark.parametrize(
    "formed_on, dissolved_on, code",
    [(DAY + timedelta(days=1), None, "not_formed"), (None, DAY - timedelta(days=1), "dissolved")],
)
def test_a_committee_decides_only_while_it_exists(formed_on, dissolved_on, code):
    counted = rules.parity(four_a_side(), DAY, formed_on=formed_on, dissolved_on=dissolved_on)
    assert (counted.answer, counted.blocking) == ("no", (code,))
    assert rules.parity(four_a_side(), DAY, formed_on=DAY, dissolved_on=DAY).answer == "yes"


def test_a_worker_named_by_the_employer_is_warned_of():
    assert "worker_chosen_by_employer" in rules.parity(four_a_side(chosen_by="employer"), DAY).codes


@pytest.mark.parametrize(
    "facts, due, planned, word",
    [
        ((), None, False, "not_started"),
        ((), 5, False, "not_started"),
        ((), None, True, "not_started"),
        ((), 5, True, "on_track"),
        ((), 0, True, "on_track"),
        ((), -1, True, "behind_schedule"),
        ((), -1, False, "behind_schedule"),
        (("reported",), -1, True, "reported_fixed"),
        (("reported", "agreed"), -1, True, "reported_fixed"),
        (("verified",), None, False, "verified_fixed"),
        (("reported", "confirmed"), -9, True, "verified_fixed"),
    ],
)
def test_the_outsiders_word(facts, due, planned, word):
    """Agreement moves nothing for outsiders: only somebody who looked makes it verified."""
    due_on = None if due is None else DAY + timedelta(days=due)
    assert rules.item_status(facts, due_on=due_on, planned=planned, today=DAY) == word


def test_every_word_has_its_shape_and_its_place():
    assert set(rules.BOARD) == set(rules.URGENCY)
    assert set(rules.BOARD) <= set(STATUSES)


def test_worst_and_oldest_first():
    old, new = date(2026, 1, 1), date(2026, 6, 1)
    keys = [
        rules.urgency("behind_schedule", old, new),
        rules.urgency("behind_schedule", new, old),
        rules.urgency("not_started", None, old),
        rules.urgency("not_started", None, new),
        rules.urgency("verified_fixed", old, old),
    ]
    assert keys == sorted(keys)


def test_days_late():
    assert rules.days_late(DAY - timedelta(days=5), DAY) == 5
    assert rules.days_late(DAY, DAY) == rules.days_late(DAY + timedelta(days=1), DAY) == rules.days_late(None, DAY) == 0


def test_the_last_word_of_a_side_on_this_edition_counts():
    given_words = [
        Signature("plan", 1, "worker", "agreed"),
        Signature("plan", 2, "management", "agreed"),
        Signature("plan", 2, "worker", "declined"),
        Signature("fix", 2, "worker", "declined"),
    ]
    standing = rules.standing_signatures(given_words, "plan", 2)
    assert standing["worker"].decision == "declined"
    assert not rules.both_agree(standing)
    given_words.append(Signature("plan", 2, "worker", "agreed_with_remark"))
    assert rules.both_agree(rules.standing_signatures(given_words, "plan", 2))
    assert not rules.both_agree(rules.standing_signatures(given_words, "plan", 3))


@given(days, st.none() | days, days, st.none() | days)
def test_terms_overlap_when_they_share_a_day(a, b, c, d):
    b, d = b and max(a, b), d and max(c, d)
    shared = max(a, c) <= min(b or date.max, d or date.max)
    assert rules.terms_overlap(a, b, c, d) == rules.terms_overlap(c, d, a, b) == shared


def test_each_fact_once_and_nothing_after_a_withdrawal():
    for row in TABLE:
        assert not may_follow(row.fact, {row.fact})
        assert not may_follow(row.fact, {*row.after, "withdrawn"})
        assert set(row.after + row.never_after) <= set(ROWS)
    assert may_follow("verified", set()), "what an adviser saw was seen, reported or not"
    assert not may_follow("agreed", set()), "there is nothing to agree to before the factory reports"
    assert not may_follow("reported", {"verified"})
