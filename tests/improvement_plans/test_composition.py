"""How a body is to be made up: the shipped rules, and what they say on one day. No database but for the edges."""

from datetime import date, timedelta
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.models import ProgrammeSetting
from factories import actions as factories
from improvement_plans import actions, composition
from improvement_plans.permissions import SENTENCES, parity_of
from improvement_plans.queries import parity_lines
from improvement_plans.rules import Seat, parity, validity
from tests.improvement_plans.conftest import TODAY

DAY = date(2026, 11, 27)
NIGHT_BEFORE = DAY - timedelta(days=1)


def body(workers, managers, **facts):
    """So many seats a side; `facts` for all of them."""
    return [
        Seat(f"{side}{n}", side, date(2025, 1, 1), chosen_by="election" if side == "worker" else "employer", **facts)
        for side, many in (("worker", workers), ("management", managers))
        for n in range(many)
    ]


def codes(rule, seats, headcount, on=DAY, **more):
    return {reason.code for reason in validity(rule, seats, headcount, on, **more)}


def rule(key):
    return next(one for one in composition.shipped() if one.key == key)


# --- what is shipped ----------------------------------------------------------------------------------------------


def test_each_body_has_a_rule_everywhere():
    """A country without a rule of its own takes the default; a country's own rule comes first."""
    for kind in composition.BODIES:
        assert composition.rule_for(kind, "KH", DAY).key == f"default-{kind}"
    assert composition.rule_for("bipartite", "ID", DAY).key == "id-lks-bipartit"
    assert composition.rule_for("sme-team", "ID", DAY).key == "default-sme-team"


def test_a_rule_holds_from_its_day():
    assert composition.rule_for("bipartite", "VN", date(2021, 1, 31)).key == "default-bipartite"
    assert composition.rule_for("bipartite", "VN", date(2021, 2, 1)).key == "vn-dialogue-group"


def test_every_rule_says_where_it_was_read():
    assert all(one.source for one in composition.shipped())
    assert len({one.key for one in composition.shipped()}) == len(composition.shipped())


@pytest.mark.parametrize(
    "row",
    [
        "{key: x, body: bipartite, quorom: each_side}",
        "{key: x, body: board}",
        "{key: x, body: osh, women: some}",
        "{key: x, body: osh, chosen_by: {worker: [manager]}}",
        "{key: x, body: osh, unchecked: [everything]}",
        "{key: x, body: osh, bands: [{workers: 50}, {workers: 0}]}",
    ],
)
def test_a_slip_of_the_pen_is_refused(row):
    with pytest.raises(ValueError, match="x"):
        composition.read(f"country: KH\nrules:\n  - {row}\n")


@pytest.mark.parametrize(
    "key, workers, managers, headcount, said",
    [
        ("id-lks-bipartit", 3, 3, 50, set()),
        ("id-lks-bipartit", 2, 2, 50, {"too_few_members"}),
        ("id-lks-bipartit", 2, 2, 49, {"not_asked_for"}),
        ("id-lks-bipartit", 3, 3, None, {"headcount_unknown"}),
        ("bd-participation", 3, 3, 900, set()),
        ("bd-participation", 16, 15, 900, {"too_many_members"}),
        ("bd-safety", 6, 6, 900, set()),
        ("bd-safety", 7, 6, 900, {"too_many_members"}),
        ("vn-dialogue-group", 3, 3, 49, set()),
        ("vn-dialogue-group", 3, 2, 49, {"too_few_management"}),
        ("vn-dialogue-group", 3, 3, 50, {"too_few_worker"}),
        ("vn-dialogue-group", 9, 3, 149, {"too_many_worker"}),
        ("vn-dialogue-group", 24, 3, 1000, set()),
        ("default-bipartite", 1, 1, None, set()),
        ("default-bipartite", 0, 1, None, {"too_few_worker"}),
    ],
)
def test_what_the_shipped_rules_say(key, workers, managers, headcount, said):
    assert codes(rule(key), body(workers, managers), headcount) == said


def test_a_complaints_committee_has_women_and_people_from_outside():
    five = body(3, 2, sex="f")
    assert codes(rule("bd-harassment"), five, 900) == {"too_few_outside"}
    outside = [Seat(f"o{n}", "worker", date(2025, 1, 1), sex="m", outside=True) for n in range(2)]
    assert codes(rule("bd-harassment"), [*five[:3], *outside], 900) == set()
    men = [Seat(f"m{n}", "management", date(2025, 1, 1), sex="m") for n in range(3)]
    assert codes(rule("bd-harassment"), [*five[:3], *outside, *men], 900) == {"too_few_women"}
    unsaid = [Seat(f"x{n}", "worker", date(2025, 1, 1), sex="x") for n in range(3)]
    assert "women_not_known" in codes(rule("bd-harassment"), [*unsaid, *outside], 900)


def test_a_complaints_committee_is_not_asked_for_sides():
    one_side = body(5, 0, sex="f", outside=True)
    found = rule("bd-harassment")
    counted = parity(one_side, DAY, equal=found.equal, sided=found.sided)
    assert counted.answer == "yes"
    assert parity([], DAY, equal=found.equal, sided=found.sided).answer == "no"


def test_women_in_proportion():
    asked = composition.read("country: XX\nrules: [{key: x, body: osh, women: proportion}]")[0]
    seats = body(4, 4, sex="m")[:6] + body(0, 2, sex="f")
    assert codes(asked, seats, 100) == {"women_in_workforce_unknown"}
    assert codes(asked, seats, 100, women_share=Fraction(1, 4)) == set()
    assert codes(asked, seats, 100, women_share=Fraction(3, 4)) == {"too_few_women"}


def test_terms_unions_and_rhythm():
    asked = composition.read(
        "country: XX\nrules: [{key: x, body: osh, term_months: 24, seats_per_union: 2, rhythm_days: 31}]"
    )[0]
    seats = body(3, 3)
    assert codes(asked, seats, 1, date(2026, 12, 31)) == set()
    assert codes(asked, seats, 1, date(2027, 1, 1)) == {"term_over"}
    assert codes(asked, seats, 1, met_on=DAY - timedelta(days=31)) == set()
    assert codes(asked, seats, 1, met_on=DAY - timedelta(days=32)) == {"meeting_overdue"}
    assert codes(asked, body(3, 0, union="A"), 1) == {"too_many_of_a_union"}


def test_half_of_each_side_where_the_rule_asks_for_it():
    seats = body(4, 4)
    here = {"worker0", "management0", "management1", "management2", "management3"}
    assert "enough_people" in parity(seats, DAY, present=here).codes
    assert "too_few" in parity(seats, DAY, present=here, each_side=True).codes


# --- what never changes -------------------------------------------------------------------------------------------

seats_of_any_kind = st.lists(
    st.builds(
        Seat,
        key=st.uuids().map(str),
        side=st.sampled_from(["worker", "management"]),
        since=st.dates(date(2024, 1, 1), date(2027, 1, 1)),
        until=st.none() | st.dates(date(2027, 1, 1), date(2028, 1, 1)),
        chosen_by=st.sampled_from(["election", "union", "employer"]),
        sex=st.sampled_from(["f", "m", "x"]),
        person=st.sampled_from(["", "", "one", "two"]),
        union=st.sampled_from(["", "A", "B"]),
        outside=st.booleans(),
        contested=st.booleans(),
    ),
    max_size=14,
)


@given(seats_of_any_kind, st.none() | st.integers(0, 3000), st.sampled_from(composition.shipped()))
def test_every_reason_has_its_sentence_and_never_stops_by_itself(seats, headcount, asked):
    reasons = validity(asked, seats, headcount, DAY)
    assert {reason.code for reason in reasons} <= set(SENTENCES)
    given = {"equal": asked.equal, "sided": asked.sided}
    plain, judged = parity(seats, DAY, **given), parity(seats, DAY, reasons=reasons, **given)
    assert judged.blocking == plain.blocking
    assert parity_lines(judged)


@given(seats_of_any_kind, st.none() | st.integers(0, 3000), st.sampled_from(composition.shipped()))
def test_an_unchecked_number_never_blocks(seats, headcount, asked):
    reasons = validity(asked, seats, headcount, DAY)
    unchecked = {reason.code for reason in reasons if reason.unchecked}
    blocking = parity(seats, DAY, reasons=reasons, blocks=set(SENTENCES)).blocking
    assert not unchecked & set(blocking)
    assert {reason.code for reason in reasons if not reason.unchecked} - {"not_asked_for"} <= set(blocking)


@given(seats_of_any_kind, st.sampled_from(composition.shipped()), st.integers(0, 3000))
def test_sides_are_counted_without_those_who_sit_on_both(seats, asked, headcount):
    counted = parity(seats, DAY)
    held = {}
    for seat in seats:
        if seat.person and seat.since <= DAY:
            held.setdefault(seat.person, set()).add(seat.side)
    twice = {person for person, sides in held.items() if len(sides) == 2}
    real = [seat for seat in seats if seat.since <= DAY and seat.person not in twice]
    assert (counted.worker, counted.management) == tuple(
        sum(1 for seat in real if seat.side == side) for side in ("worker", "management")
    )
    assert ("one_person_two_sides" in codes(asked, seats, headcount)) == bool(twice)


# --- the edges, on a real committee -------------------------------------------------------------------------------


def test_a_term_that_ended_the_night_before():
    seats = body(3, 2) + [Seat("last", "management", date(2025, 1, 1), NIGHT_BEFORE, chosen_by="employer")]
    assert codes(rule("id-lks-bipartit"), seats, 50, NIGHT_BEFORE) == set()
    assert codes(rule("id-lks-bipartit"), seats, 50, DAY) == {"too_few_members"}


def test_one_person_on_two_sides_counts_for_neither():
    seats = body(3, 3)
    seats[0] = Seat("worker0", "worker", date(2025, 1, 1), person="both", chosen_by="election")
    seats[5] = Seat("management2", "management", date(2025, 1, 1), person="both", chosen_by="employer")
    assert codes(rule("id-lks-bipartit"), seats, 50) == {"one_person_two_sides", "too_few_members"}


@pytest.fixture
def jakarta(floor):
    """The committee of six in a programme of Indonesia, with 49 people counted last year."""
    programme = floor.site.programme
    programme.country = "ID"
    programme.save()
    floor.full(2, 2)
    factories.count_workers(site=floor.site, counted_on=date(2026, 11, 20), total=49, by=floor.world.mony)
    floor.site.refresh_from_db()
    return floor


@pytest.mark.django_db
def test_the_size_of_the_factory_changes_that_day(jakarta):
    """The band is the one of the day of the decision: the evening before, the rule did not ask for a committee."""
    factories.count_workers(site=jakarta.site, counted_on=TODAY, total=50, by=jakarta.world.mony)
    assert "too_few_members" not in parity_of(jakarta.committee, NIGHT_BEFORE).codes
    counted = parity_of(jakarta.committee, TODAY)
    assert counted.answer == "warning"
    assert "too_few_members" in counted.codes
    assert (counted.rule, counted.headcount) == ("id-lks-bipartit", 50)
    assert "4 of at least 6." in str(parity_lines(counted))


@pytest.mark.django_db
def test_a_rule_warns_and_blocks_only_where_the_programme_says_so(jakarta):
    factories.count_workers(site=jakarta.site, counted_on=TODAY, total=50, by=jakarta.world.mony)
    ProgrammeSetting.objects.create(
        programme=jakarta.site.programme, key="committee", value={"blocks": ["too_few_members"]}, in_force_from=TODAY
    )
    assert "too_few_members" not in parity_of(jakarta.committee, NIGHT_BEFORE).codes
    counted = parity_of(jakarta.committee, TODAY)
    assert (counted.answer, counted.blocking) == ("no", ("too_few_members",))


@pytest.mark.django_db
def test_the_day_changes_at_midnight_where_the_factory_stands(floor, clock):
    """17:00 in UTC is midnight in Phnom Penh: who sat until the 27th signs before it and not after."""
    floor.planned()
    actions.end_seat(member=floor.worker_chair, on=TODAY, by=floor.world.dara)
    clock.on(TODAY, hour=16)
    actions.agree_item(item=floor.item(), by=floor.sreymom)
    clock.forward(hours=1)
    with pytest.raises(Exception, match="Only a co-chair who is in office today"):
        actions.decline_item(item=floor.item(), by=floor.sreymom)


@pytest.mark.django_db
def test_a_co_chair_replaced_between_two_signatures(floor, clock):
    """The first signature stands with the count of its day; the second is judged on its own."""
    floor.full(4, 4)
    item = floor.planned()
    first = actions.agree_item(item=item, by=floor.sreymom)
    actions.end_seat(member=floor.worker_chair, on=TODAY, by=floor.world.dara)
    clock.forward(days=1)
    second = actions.agree_item(item=item, by=floor.vuthy)
    assert (first.parity["on"], first.parity["answer"]) == ("2026-11-27", "yes")
    assert (second.parity["on"], second.parity["answer"]) == ("2026-11-28", "warning")
    assert {"no_worker_co_chair", "not_equal"} <= set(second.parity["codes"])
    floor.seat("worker", floor.world.person("Bopha"), co_chair=True, since=TODAY + timedelta(days=1))
    assert parity_of(floor.committee, TODAY + timedelta(days=1)).answer == "yes"
