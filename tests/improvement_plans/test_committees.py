"""Elections, meetings and the ladder: what writing does, refuses, and what each reader finds of it."""

from datetime import date, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from core.audit import System
from core.errors import Denied, Invalid, WrongState
from core.home import lines_for
from core.models import ProgrammeSetting
from factories import actions as factories
from improvement_plans import actions, queries, rules, tasks
from improvement_plans.models import Election, LadderStep, Meeting, Minutes, MinutesSignature, SeatOrigin
from improvement_plans.permissions import parity_of
from tests.improvement_plans.conftest import TODAY

EXITS, DRILLS = "emergency-exits-clear", "evacuation-drills"
CLOCK = System("clock")

# --- rules --------------------------------------------------------------------------------------------------------


@given(st.dictionaries(st.text("abcdef", min_size=1, max_size=3), st.integers(0, 9), max_size=9), st.integers(1, 6))
def test_the_count_decides_and_nothing_else(votes, seats):
    elected, tied = rules.result(votes, seats)
    assert len(elected) <= seats and not set(elected) & set(tied)
    assert all(votes[key] > 0 for key in (*elected, *tied))
    out = [key for key in votes if key not in elected and key not in tied]
    assert all(votes[key] >= votes[other] for key in elected for other in (*tied, *out))
    assert len({votes[key] for key in tied}) <= 1
    if tied:
        assert len(elected) < seats < len(elected) + len(tied)


@given(st.lists(st.sampled_from(["signed", "reserved", "refused"]), min_size=2, max_size=2))
def test_minutes_are_signed_by_both_or_not_at_all(words):
    state = rules.minutes_state(dict(zip(rules.SIDES, words, strict=True)))
    assert (state in ("signed", "reserved")) == ("refused" not in words)
    assert (state == "deadlock") == (words.count("refused") == 1)


@given(st.integers(0, 9), st.integers(-50, 200), st.integers(1, 40))
def test_a_day_that_goes_by_counts_like_a_day_that_is_moved(moved, late, every):
    due = TODAY - timedelta(days=late)
    slips = rules.slips_on(moved, due, TODAY, every)
    assert slips >= moved
    assert (slips > moved) == (late > 0)
    assert rules.slips_on(moved, due, TODAY + timedelta(days=every), every) >= slips


# --- elections ----------------------------------------------------------------------------------------------------


@pytest.fixture
def vote(floor):
    """Four stood for two seats; 900 of 1,200 voted."""

    def held(votes=(500, 400, 300, 100), **facts):
        names = ("Sentinel Chan", "Sentinel Dara", "Sentinel Eng", "Sentinel Fa")
        facts = {
            "committee": floor.committee, "held_on": date(2026, 11, 2), "seats": 2, "eligible": 1200, "voted": 900,
            "invalid": 10, "by": floor.world.dara,
            "candidates": [{"name": n, "sex": "f", "votes": v} for n, v in zip(names, votes, strict=True)],
        } | facts  # fmt: skip
        return actions.record_election(**facts)

    return held


@pytest.mark.django_db
def test_an_election_is_what_was_counted(floor, vote):
    floor.full()
    vote()
    view = queries.committee_view(floor.sreymom, floor.committee.pk)
    (seen,) = queries.votes_of(view)
    assert [(row["name"], row["elected"]) for row in seen.rows][:3] == [
        ("Sentinel Chan", True), ("Sentinel Dara", True), ("Sentinel Eng", False),
    ]  # fmt: skip
    assert seen.stands


@pytest.mark.django_db
@pytest.mark.parametrize(
    "wrong, sentence",
    [
        ({"voted": 1300}, "more papers than voters"),
        ({"invalid": 901}, "more papers than voters"),
        ({"votes": (891, 0, 0, 0)}, "more votes than papers"),
        ({"votes": (800, 800, 800, 0)}, "more votes than papers"),
        ({"seats": 0}, "how many seats"),
        ({"held_on": TODAY + timedelta(days=1)}, "still to come"),
    ],
)
def test_counts_that_cannot_be(vote, wrong, sentence):
    with pytest.raises(Invalid, match=sentence):
        vote(**wrong)
    assert not Election.objects.exists()


@pytest.mark.django_db
def test_the_employer_writes_down_no_election_of_workers(floor, vote):
    for person in (floor.world.mony, floor.vuthy, floor.sreymom):
        with pytest.raises(Denied):
            vote(by=person)


@pytest.mark.django_db
def test_a_contested_election_is_contested_not_valid(floor, vote, client):
    """From the moment somebody contests it, its seats are said to be contested; the programme settles it."""
    floor.full(2, 3)
    election = vote()
    floor.seat("worker", name="Elected", election=election)
    assert "seat_contested" not in parity_of(floor.committee, TODAY).codes
    actions.contest_election(election=election, reason="sentinel: the box was open", by=floor.sreymom)
    assert "seat_contested" in parity_of(floor.committee, TODAY).codes
    client.force_login(floor.vuthy)
    page = client.get(reverse("improvement_plans:committee", args=[floor.committee.pk])).content.decode()
    assert "Contested" in page and "elected</span>" not in page
    assert "sentinel: the box was open" not in page
    client.force_login(floor.sreymom)
    assert (
        "sentinel: the box"
        in client.get(reverse("improvement_plans:committee", args=[floor.committee.pk])).content.decode()
    )
    with pytest.raises(WrongState, match="contested already"):
        actions.contest_election(election=election, reason="Again.", by=floor.sreymom)
    with pytest.raises(Denied):
        actions.settle_election(election=election, stands=True, reason="Looked.", by=floor.sreymom)
    actions.settle_election(election=election, stands=True, reason="We counted again.", by=floor.world.dara)
    assert "seat_contested" not in parity_of(floor.committee, TODAY).codes
    actions.contest_election(election=election, reason="Still.", by=floor.sreymom)
    actions.settle_election(election=election, stands=False, reason="The box was open.", by=floor.world.dara)
    assert "seat_contested" in parity_of(floor.committee, TODAY).codes


@pytest.mark.django_db
def test_management_does_not_contest(floor, vote):
    floor.full()
    election = vote()
    for person in (floor.vuthy, floor.world.mony):
        with pytest.raises(Denied):
            actions.contest_election(election=election, reason="No.", by=person)


@pytest.mark.django_db
def test_a_seat_names_the_election_that_filled_it(floor, vote):
    election = vote()
    with pytest.raises(Invalid, match="This election is not the one"):
        floor.seat("worker", name="Named", chosen_by="union", election=election)
    seat = floor.seat("worker", name="Chosen", election=election, union="A union", outside=False)
    assert SeatOrigin.objects.get(member=seat).election == election


@pytest.mark.django_db
def test_an_election_through_its_page(floor, client):
    floor.full()
    client.force_login(floor.world.dara)
    data = {"held_on": "2026-11-02", "seats": 1, "eligible": 10, "voted": 9, "name_1": "One", "sex_1": "f",
            "votes_1": 5, "name_2": "Two", "sex_2": "m", "votes_2": 4}  # fmt: skip
    address = reverse("improvement_plans:election", args=[floor.committee.pk])
    page = client.post(address, data | {"votes_2": 40})
    assert page.status_code == 400 and "more votes than papers" in page.content.decode()
    assert 'value="Two"' in page.content.decode()
    assert "9 of 10 voted" in client.post(address, data, follow=True).content.decode()


# --- meetings -----------------------------------------------------------------------------------------------------


@pytest.fixture
def met(floor):
    """A meeting of today with one open item, four a side."""
    floor.full()
    floor.planned()
    return actions.plan_meeting(committee=floor.committee, planned_on=TODAY, by=floor.sreymom)


def written(floor, meeting, present=None, **facts):
    facts = {"held_on": TODAY, "present": present or list(floor.committee.members.all()), "by": floor.sreymom} | facts
    return actions.write_minutes(meeting=meeting, **facts)


@pytest.mark.django_db
def test_the_agenda_fills_itself_with_what_is_open(floor, met):
    assert [line.item.question_key for line in met.agenda.all()] == [EXITS]
    written(floor, met, promises=[{"text": "Oil the doors", "side": "management"}])
    actions.verify_item(item=floor.item(), how="visit", by=floor.world.dara)
    later = actions.plan_meeting(committee=floor.committee, planned_on=TODAY + timedelta(days=7), by=floor.vuthy)
    assert [line.commitment.text for line in later.agenda.all()] == ["Oil the doors"]


@pytest.mark.django_db
def test_a_promise_comes_back_until_it_is_kept(floor, met, clock):
    written(floor, met, promises=[{"text": "Oil the doors", "side": "management", "due_on": TODAY}])
    (promise,) = floor.committee.commitments.all()
    for number in (1, 2):
        clock.forward(days=7)
        day = TODAY + timedelta(days=7 * number)
        again = actions.plan_meeting(committee=floor.committee, planned_on=day, by=floor.sreymom)
        assert again.agenda.filter(commitment=promise).exists()
        written(floor, again, held_on=day, kept=[promise] if number == 2 else [])
    promise.refresh_from_db()
    assert promise.closed_in == again
    last = actions.plan_meeting(committee=floor.committee, planned_on=day + timedelta(days=7), by=floor.sreymom)
    assert not last.agenda.filter(commitment=promise).exists()


@pytest.mark.django_db
def test_who_was_there_is_counted_on_the_day(floor, met):
    """Half of each side and one more: seven of eight are enough, four are not."""
    everybody = list(floor.committee.members.all())
    workers = [one for one in everybody if one.side == "worker"]
    assert "enough_people" in written(floor, met).parity["codes"]
    assert "too_few" in written(floor, met, present=workers, edition=1).parity["codes"]


@pytest.mark.django_db
def test_who_had_left_was_not_there(floor, met):
    gone = floor.seat("worker", name="Gone", until=TODAY - timedelta(days=1))
    with pytest.raises(Invalid, match="in office on the day"):
        written(floor, met, present=[gone])
    with pytest.raises(Invalid, match="Say who was there"):
        actions.write_minutes(meeting=met, held_on=TODAY, present=[], by=floor.sreymom)


@pytest.mark.django_db
def test_sent_twice_is_written_once(floor, met):
    """The answer was lost on the way to the phone; it sends the same again."""
    same = {"notes": "Quiet.", "promises": [{"text": "Oil the doors", "side": "management"}]}
    assert written(floor, met, **same) == written(floor, met, **same)
    assert Minutes.objects.count() == 1 and floor.committee.commitments.count() == 1


@pytest.mark.django_db
def test_two_who_write_at_once_do_not_lose_each_others_words(floor, met):
    written(floor, met, notes="First.")
    with pytest.raises(WrongState, match="after you opened"):
        written(floor, met, notes="Second.", by=floor.vuthy)
    assert written(floor, met, notes="Both.", edition=1, by=floor.vuthy).edition == 2


@pytest.mark.django_db
def test_both_sides_sign_and_then_it_stands(floor, met):
    paper = written(floor, met)
    actions.sign_minutes(minutes=paper, decision="signed", by=floor.sreymom)
    actions.sign_minutes(minutes=paper, decision="reserved", reason="Too slow.", by=floor.vuthy)
    assert queries.meeting_view(floor.sreymom, met.pk).state == "reserved"
    with pytest.raises(WrongState, match="next meeting"):
        written(floor, met, notes="More.", edition=1)
    with pytest.raises(WrongState, match="Both sides signed"):
        actions.sign_minutes(minutes=paper, decision="refused", reason="No.", by=floor.vuthy)


@pytest.mark.django_db
def test_a_deadlock_says_why(floor, met, client):
    paper = written(floor, met)
    actions.sign_minutes(minutes=paper, decision="signed", by=floor.vuthy)
    with pytest.raises(Invalid, match="Say why"):
        actions.sign_minutes(minutes=paper, decision="refused", by=floor.sreymom)
    actions.sign_minutes(minutes=paper, decision="refused", reason="This is not what we said.", by=floor.sreymom)
    for address in ("meeting", "sheet"):
        client.force_login(floor.vuthy)
        page = client.get(reverse(f"improvement_plans:{address}", args=[met.pk])).content.decode()
        assert "Deadlock: one side signed, the other did not" in page
        assert "This is not what we said." in page
    actions.sign_minutes(minutes=paper, decision="signed", by=floor.sreymom)
    assert queries.meeting_view(floor.sreymom, met.pk).state == "signed"


@pytest.mark.django_db
def test_only_a_co_chair_in_office_signs(floor, met, clock):
    paper = written(floor, met)
    actions.end_seat(member=floor.worker_chair, on=TODAY, by=floor.world.dara)
    clock.forward(days=1)
    for person in (floor.sreymom, floor.world.mony, floor.world.dara):
        with pytest.raises(Denied):
            actions.sign_minutes(minutes=paper, decision="signed", by=person)
    assert not MinutesSignature.objects.exists()


@pytest.mark.django_db
def test_a_new_text_asks_both_again(floor, met):
    first = written(floor, met)
    actions.sign_minutes(minutes=first, decision="signed", by=floor.sreymom)
    second = written(floor, met, notes="More.", edition=1)
    assert queries.meeting_view(floor.sreymom, met.pk).state == "unsigned"
    with pytest.raises(WrongState):
        actions.sign_minutes(minutes=first, decision="signed", by=floor.vuthy)
    actions.sign_minutes(minutes=second, decision="signed", by=floor.vuthy)


@pytest.mark.django_db
def test_outsiders_neither_plan_nor_write_nor_read(floor, met, client):
    floor.buyer_reader  # noqa: B018
    for person in (floor.world.mony, floor.world.chanthou, floor.buyer_reader):
        with pytest.raises(Denied):
            actions.plan_meeting(committee=floor.committee, planned_on=TODAY + timedelta(days=1), by=person)
        with pytest.raises(Denied):
            written(floor, met, by=person)
    for person, status in ((floor.buyer_reader, 404), (floor.world.chanthou, 404), (floor.world.mony, 200)):
        client.force_login(person)
        for address in ("meeting", "sheet"):
            assert client.get(reverse(f"improvement_plans:{address}", args=[met.pk])).status_code == status


@pytest.mark.django_db
def test_the_sheet_names_no_worker(floor, met, client):
    written(floor, met)
    client.force_login(floor.sreymom)
    page = client.get(reverse("improvement_plans:sheet", args=[met.pk])).content.decode()
    assert "4 of 4 were there" in page
    assert "Sreymom" not in page and "Worker 0" not in page


@pytest.mark.django_db
def test_a_meeting_through_its_pages(floor, met, client):
    client.force_login(floor.sreymom)
    line = met.agenda.get()
    address = reverse("improvement_plans:minutes", args=[met.pk])
    page = client.get(address).content.decode()
    assert "data-draft=" in page and "Sreymom" in page
    seats = {side: [str(one.pk) for one in floor.committee.members.filter(side=side)] for side in rules.SIDES}
    data = {
        "edition": 0, "held_on": TODAY.isoformat(), f"decision_{line.pk}": "Locks are changed on Monday.",
        "present_worker": seats["worker"], "present_management": seats["management"],
        "promise_1": "Change the locks", "side_1": "management", "due_1": "2026-12-01",
    }  # fmt: skip
    refused = client.post(address, data | {"present_worker": [], "present_management": []})
    assert refused.status_code == 400 and "Locks are changed on Monday." in refused.content.decode()
    page = client.post(address, data, follow=True).content.decode()
    assert "Locks are changed on Monday." in page and "Change the locks" in page
    page = client.post(
        reverse("improvement_plans:sign", args=[met.pk]),
        {"edition": 1, "decision": "refused", "reason": ""},
    )
    assert page.status_code == 400 and "Say why" in page.content.decode()


@pytest.mark.django_db
def test_meetings_cost_the_same_however_long(floor, met, client):
    client.force_login(floor.sreymom)
    counts = []
    for more in (1, 10):
        for _n in range(more):
            actions.add_topic(meeting=met, topic="Fans", by=floor.sreymom)
            day = TODAY + timedelta(days=1 + Meeting.objects.count())
            actions.plan_meeting(committee=floor.committee, planned_on=day, by=floor.sreymom)
        both = []
        for address, key in (("meeting", met.pk), ("committee", floor.committee.pk), ("minutes", met.pk)):
            url = reverse(f"improvement_plans:{address}", args=[key])
            client.get(url)
            with CaptureQueriesContext(connection) as seen:
                client.get(url)
            both.append(len(seen))
        counts.append(both)
    assert counts[0] == counts[1]


# --- the ladder ---------------------------------------------------------------------------------------------------


def told(item):
    return list(item.ladder.values_list("told", flat=True))


def slip(floor, times, clock):
    item = floor.planned(due_on=TODAY + timedelta(days=1))
    for number in range(times):
        item = actions.change_item(
            item=item, due_on=item.due_on + timedelta(days=30), reason=f"Slipped {number}.", by=floor.world.mony
        )
    return item


@pytest.mark.django_db
@pytest.mark.parametrize("slips, who", [(2, []), (3, ["committee"]), (4, ["committee", "factory"])])
def test_the_third_slip_begins_the_climb(floor, clock, slips, who):
    item = slip(floor, slips, clock)
    tasks.climb_ladder()
    assert told(item) == who


@pytest.mark.django_db
def test_the_job_may_run_twice_a_night(floor, clock):
    item = slip(floor, 3, clock)
    assert actions.climb_ladder(by=CLOCK) == 1
    assert actions.climb_ladder(by=CLOCK) == 0
    assert told(item) == ["committee"]


@pytest.mark.django_db
def test_silence_climbs_as_well(floor, clock):
    """Nobody moves the day, nothing is done: the day that goes by counts, and each two weeks after it."""
    item = floor.planned(due_on=TODAY + timedelta(days=1))
    clock.forward(days=2)
    actions.climb_ladder(by=CLOCK)
    assert told(item) == []
    clock.forward(days=28)
    actions.climb_ladder(by=CLOCK)
    assert told(item) == ["committee"]
    clock.forward(days=14)
    actions.climb_ladder(by=CLOCK)
    assert told(item) == ["committee", "factory"]


@pytest.mark.django_db
def test_no_agreement_never_stops_the_clock(floor, clock):
    item = slip(floor, 3, clock)
    actions.decline_item(item=item, by=floor.sreymom)
    actions.climb_ladder(by=CLOCK)
    assert told(item) == ["committee"]


@pytest.mark.django_db
def test_what_is_reported_fixed_climbs_no_further(floor, clock):
    item = slip(floor, 3, clock)
    actions.report_done(item=item, text="Done.", by=floor.world.mony)
    assert actions.climb_ladder(by=CLOCK) == 0
    actions.reopen_item(item=item, reason="No.", by=floor.world.dara)
    assert actions.climb_ladder(by=CLOCK) == 1


@pytest.mark.django_db
def test_a_programme_sets_its_own_ladder(floor, clock):
    ProgrammeSetting.objects.create(
        programme=floor.site.programme, key="ladder", in_force_from=TODAY,
        value={"rungs": [{"told": "factory", "slips": 1}, {"told": "programme", "slips": 2}]},
    )  # fmt: skip
    item = slip(floor, 2, clock)
    actions.climb_ladder(by=CLOCK)
    assert told(item) == ["factory", "programme"]


@pytest.mark.django_db
@pytest.mark.parametrize("consent", [True, False])
def test_buyers_are_told_only_with_consent(floor, clock, consent):
    nina = floor.buyer_reader
    if not consent:
        factories.end_consent(consent=floor.consent, by=floor.world.mony)
    item = slip(floor, 6, clock)
    actions.climb_ladder(by=CLOCK)
    assert ("buyers" in told(item)) == consent
    assert (queries.slipped(nina) == 1) == consent


@pytest.mark.django_db
def test_each_step_is_told_to_the_worker_side_too(floor, clock, client):
    item = slip(floor, 4, clock)
    actions.climb_ladder(by=CLOCK)
    for person in (floor.sreymom, floor.vuthy, floor.world.mony):
        assert any("slipped again and again" in line.text for line in lines_for(person))
        client.force_login(person)
        page = client.get(reverse("improvement_plans:item", args=[item.pk])).content.decode()
        assert "Slipped again and again: the factory’s management is told" in page
        assert "If it slips again,</b> the programme is told" in page
    assert not any("slipped again" in line.text for line in lines_for(floor.world.dara))


@pytest.mark.django_db
def test_the_night_costs_the_same_for_many_items(floor, clock):
    slip(floor, 3, clock)
    counts = []
    for passed, many in ((0, 1), (40, 30)):
        due_on = TODAY + timedelta(days=passed + 1)
        for number in range(many):
            actions.add_item(plan=floor.item().plan, issue=f"Idea {number}", due_on=due_on, by=floor.sreymom)
        clock.forward(days=40)
        with CaptureQueriesContext(connection) as seen:
            assert actions.climb_ladder(by=CLOCK) >= many
        counts.append(len(seen))
    assert counts[0] == counts[1]


@pytest.mark.django_db
def test_only_the_program_climbs(floor):
    with pytest.raises(Denied):
        actions.climb_ladder(by=floor.world.dara)
    assert not LadderStep.objects.exists()
