"""The advisory committee: three groups, papers, minutes, who came over time; and what its members never read."""

from datetime import date, timedelta

import pytest
from django.contrib.auth.models import AnonymousUser
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from core import actions as core
from core import storage
from core.errors import Denied, Invalid, WrongState
from core.home import places_for
from core.models import AuditRecord
from improvement_plans import actions, queries
from improvement_plans import permissions as may
from improvement_plans.models import (
    AdvisoryCommitment,
    AdvisoryMeeting,
    AdvisoryMinutes,
    AdvisoryMinutesWords,
    AdvisoryName,
    AdvisoryPaper,
    AdvisorySeat,
    Plan,
)
from improvement_plans.rules import Seat, counted, terms_of
from improvement_plans.rules.advisory import attendance, days_overdue
from tests.improvement_plans.conftest import TODAY
from tests.improvement_plans.test_evidence import photo, upload
from tests.improvement_plans.test_removals import remove
from tests.world import SETUP

pytestmark = pytest.mark.django_db
FORMED = date(2026, 1, 5)


class Council:
    """An advisory committee of Cambodia: Nary (workers) and Bopha (government) sign in, Mr Lim (employers) does not."""

    def __init__(self, world):
        self.world, self.keeper = world, world.sokha
        self.committee = actions.create_advisory(programme=world.programme, formed_on=FORMED, by=world.sokha)
        self.nary = world.person("Nary", "advisory-member")
        self.bopha = world.person("Bopha", "government-officer")
        self.worker = self.seat("workers", "Textile Workers Federation", user=self.nary)
        self.official = self.seat("government", "Ministry of Labour", user=self.bopha)
        self.employer = self.seat("employers", "Employers Federation", name="Sentinel Lim")

    def seat(self, group, organisation, **facts):
        facts = {"since": FORMED, "by": self.keeper} | facts
        return actions.give_advisory_seat(committee=self.committee, group=group, organisation=organisation, **facts)

    def meeting(self, on=TODAY):
        return actions.plan_advisory_meeting(committee=self.committee, planned_on=on, by=self.keeper)

    def held(self, on=TODAY, present=(), **facts):
        meeting = self.meeting(on)
        present = present or [self.worker, self.official]
        actions.write_advisory_minutes(meeting=meeting, held_on=on, present=present, by=self.keeper, **facts)
        return meeting


@pytest.fixture
def council(floor):
    return Council(floor.world)


def address(name, *args):
    return reverse(f"improvement_plans:{name}", args=args)


def look(client, person, name, *args, status=200):
    client.force_login(person)
    answer = client.get(address(name, *args))
    assert answer.status_code == status
    return answer.content.decode(errors="replace")


# --- the rules ----------------------------------------------------------------------------------------------------


def seats(*rows):
    return [Seat(key=str(n), side=group, since=since, until=until) for n, (group, since, until) in enumerate(rows)]


def test_a_group_has_the_seats_its_terms_give_it_and_a_term_ends_with_its_day():
    terms = terms_of({"seats": {"government": 5, "employers": 3, "workers": 3}})
    rows = seats(
        ("government", FORMED, None), ("workers", FORMED, TODAY - timedelta(days=1)), ("workers", FORMED, TODAY)
    )
    told = {one.group: (one.here, one.in_office, one.seats, one.empty) for one in counted(rows, TODAY, terms, {"0"})}
    assert told == {"government": (1, 1, 5, 4), "employers": (0, 0, 3, 3), "workers": (0, 1, 3, 2)}


def test_the_house_says_two_of_each_where_a_programme_says_nothing():
    assert dict(terms_of(None).seats) == {"government": 2, "employers": 2, "workers": 2}
    assert terms_of({"seats": {"government": 4}}).seats["workers"] == 2


def test_attendance_is_counts_of_seats_and_more_members_than_seats_are_not_more_than_all():
    meetings = [
        {"government": [2, 2, 2], "employers": [0, 1, 2], "workers": [3, 3, 2]},
        {"government": [1, 2, 2], "employers": [1, 2, 2], "workers": [1, 3, 2]},
    ]
    assert attendance(meetings) == {"government": (3, 4), "employers": (1, 4), "workers": (4, 6)}


def test_it_is_late_only_after_its_rhythm_and_never_where_nobody_said_one():
    terms = terms_of({"rhythm_days": 90})
    assert days_overdue(terms, TODAY - timedelta(days=90), TODAY) == 0
    assert days_overdue(terms, TODAY - timedelta(days=91), TODAY) == 1
    assert days_overdue(terms, None, TODAY) == 0
    assert days_overdue(terms_of({"rhythm_days": 0}), date(2000, 1, 1), TODAY) == 0


# --- who may what -------------------------------------------------------------------------------------------------

#   person      reads  keeps
TABLE = {
    "sokha":    ("yes", "yes"),
    "vannak":   ("yes", "no"),
    "dara":     ("yes", "no"),
    "nary":     ("yes", "no"),
    "bopha":    ("yes", "no"),
    "roleless": ("no",  "no"),
    "gone":     ("no",  "no"),
    "later":    ("no",  "no"),
    "analyst":  ("no",  "no"),
    "chanthou": ("no",  "no"),
    "mony":     ("no",  "no"),
    "sreymom":  ("no",  "no"),
    "nina":     ("no",  "no"),
    "layla":    ("no",  "no"),
    "inactive": ("no",  "no"),
    "anybody":  ("no",  "no"),
}  # fmt: skip


@pytest.fixture
def people(floor, council):
    world = floor.world
    floor.planned()
    found = {name: getattr(world, name) for name in ("sokha", "vannak", "dara", "chanthou", "mony", "layla")}
    found |= {"nary": council.nary, "bopha": council.bopha, "sreymom": floor.sreymom, "nina": floor.buyer_reader}
    found |= {
        name: world.person(name.capitalize(), "advisory-member") for name in ("roleless", "gone", "later", "inactive")
    }
    found["analyst"] = world.person("Analyst", "analyst")
    council.seat("workers", "A union", user=found["roleless"])
    council.seat("workers", "A union", user=found["gone"], until=TODAY - timedelta(days=1))
    council.seat("workers", "A union", user=found["later"], since=TODAY + timedelta(days=1))
    council.seat("workers", "A union", user=found["inactive"])
    core.end_role(assignment=found["roleless"].roles.get(), by=SETUP)
    found["inactive"].is_active = False
    found["inactive"].save()
    found["anybody"] = AnonymousUser()
    return found


@pytest.mark.parametrize("name", TABLE)
def test_who_reads_and_who_keeps(council, people, name):
    user = people[name]
    told = (
        "yes" if may.advisory_visible_to(user).filter(pk=council.committee.pk).exists() else "no",
        "yes" if may.can_keep_advisory(user, council.world.programme) else "no",
    )
    assert told == TABLE[name]


@pytest.mark.parametrize("name", [name for name in TABLE if name not in ("inactive", "anybody")])
def test_pages_and_papers_say_the_same(client, council, people, name):
    reads, keeps = (TABLE[name][n] == "yes" for n in (0, 1))
    meeting = council.held(decisions=["We ask for a paper."])
    paper = actions.add_paper(meeting=meeting, title="Figures", data=photo(), by=council.keeper)
    for page, key in (("advisory", council.committee), ("advisory-meeting", meeting), ("advisory-paper", paper)):
        look(client, people[name], page, key.pk, status=200 if reads else 404)
    for page, key in (
        ("advisory-seat", council.committee), ("plan-advisory-meeting", council.committee), ("advisory-minutes", meeting),
    ):  # fmt: skip
        look(client, people[name], page, key.pk, status=200 if keeps else 403 if reads else 404)
    for page, key in (("end-advisory-seat", council.worker), ("advisory-meeting", meeting)):
        answer = client.post(address(page, key.pk), {})
        assert answer.status_code == (400 if keeps else 403 if reads else 404)
    place = "/app/plans/advisory/" in {one.url for one in places_for(people[name])}
    assert place == (name in ("nary", "bopha"))


def test_nobody_but_the_manager_writes(council, people):
    meeting = council.meeting()
    for name in (name for name in TABLE if TABLE[name][1] == "no"):
        for act, given in (
            (actions.give_advisory_seat, {"committee": council.committee, "group": "workers", "organisation": "A",
                                          "since": TODAY, "name": "B"}),
            (actions.end_advisory_seat, {"seat": council.worker, "on": TODAY}),
            (actions.plan_advisory_meeting, {"committee": council.committee, "planned_on": TODAY + timedelta(days=9)}),
            (actions.add_paper, {"meeting": meeting, "title": "T", "link": "https://example.org/"}),
            (actions.write_advisory_minutes, {"meeting": meeting, "held_on": TODAY, "present": [council.worker]}),
        ):  # fmt: skip
            with pytest.raises(Denied):
                act(by=people[name], **given)


def test_a_member_reads_figures_over_many_factories_and_nothing_of_one(client, floor, council):
    """Five factories with a plan: counts. Four: none. No plan, committee, item or report of a factory opens."""
    item = floor.planned()
    client.force_login(council.nary)
    for name, key in (("board", item.plan), ("item", item), ("committee", floor.committee), ("plan-table", item.plan)):
        assert client.get(address(name, key.pk)).status_code == 404
    assert not may.plans_visible_to(council.nary).exists() and not may.items_visible_to(council.nary).exists()
    assert client.get(f"/app/reports/{item.finding.report_id}/").status_code == 404
    for number in range(3):
        site = floor.world.new_site(f"Sentinel Mill {number}")
        committee = actions.create_committee(site=site, kind="bipartite", formed_on=FORMED, by=floor.world.dara)
        actions.open_plan(site=site, committee=committee, by=floor.world.dara)
    page = look(client, council.nary, "advisory", council.committee.pk)
    assert Plan.objects.values("site").distinct().count() == 4 and "Figures of so few are not shown" in page
    site = floor.world.new_site("Sentinel Mill 9")
    committee = actions.create_committee(site=site, kind="bipartite", formed_on=FORMED, by=floor.world.dara)
    actions.open_plan(site=site, committee=committee, by=floor.world.dara)
    actions.report_done(item=floor.item(), text="Done.", by=floor.world.mony)
    page = look(client, council.nary, "advisory", council.committee.pk)
    assert "5 factories of the programme have a plan, as of 27 November 2026." in page
    assert f"1 of {item.plan.items.count()} items" in page and f"0 of {item.plan.items.count()} items" in page
    for words in ("Paper Heron", "Sentinel Mill", item.issue, floor.site.number):
        assert words not in page


# --- seats --------------------------------------------------------------------------------------------------------


def test_who_signs_in_has_a_role_first_and_sits_once(council):
    stranger = council.world.person("Stranger")
    with pytest.raises(Invalid, match="role of an advisory-committee member first"):
        council.seat("workers", "A union", user=stranger)
    with pytest.raises(Invalid, match="Nobody sits twice"):
        council.seat("government", "A ministry", user=council.nary)
    with pytest.raises(IntegrityError), transaction.atomic():
        AdvisorySeat.objects.create(
            committee=council.committee, user=council.nary, group="workers", organisation="A", since=TODAY
        )
    actions.end_advisory_seat(seat=council.worker, on=TODAY, by=council.keeper)
    assert council.seat("workers", "A union", user=council.nary, since=TODAY + timedelta(days=1))


@pytest.mark.parametrize(
    ("given", "sentence"),
    [
        ({"group": "buyers"}, "Name the group"),
        ({"organisation": " "}, "Name the ministry"),
        ({"since": FORMED - timedelta(days=1)}, "outside the committee"),
        ({"until": FORMED - timedelta(days=1)}, "outside the committee"),
        ({"name": " "}, "Name the member"),
    ],
)
def test_a_seat_that_cannot_be_is_refused(council, given, sentence):
    with pytest.raises(Invalid, match=sentence):
        council.seat(**{"group": "workers", "organisation": "A union", "name": "Somebody"} | given)


def test_the_terms_are_dated_and_what_a_day_counted_stands(client, council):
    council.held(on=date(2026, 6, 1))
    core.set_programme_setting(
        programme=council.world.programme, key="advisory", in_force_from=date(2026, 7, 1), by=SETUP,
        value={"seats": {"government": 5, "employers": 3, "workers": 3}, "rhythm_days": 90},
    )  # fmt: skip
    council.held(on=date(2026, 8, 3))
    rows = AdvisoryMinutes.objects.order_by("held_on").values_list("counted", flat=True)
    assert [one["government"] for one in rows] == [[1, 1, 2], [1, 1, 5]]
    page = look(client, council.nary, "advisory", council.committee.pk)
    assert "1 of 5 seats are filled" in page and "It is 26 days late." in page


# --- meetings, papers, minutes ------------------------------------------------------------------------------------


def test_who_came_over_time_is_a_table_by_group(client, council):
    council.held(on=date(2026, 6, 1), present=[council.worker, council.official, council.employer])
    council.held(on=date(2026, 9, 1), present=[council.worker])
    page = look(client, council.nary, "advisory", council.committee.pk)
    rows = page.split("<tbody>")[1].split("</tbody>")[0].split("</tr>")
    assert "1 September 2026" in rows[0] and rows[0].count("1 of 2") == 1 and rows[0].count("nobody") == 2
    assert "1 June 2026" in rows[1] and rows[1].count("1 of 2") == 3
    assert page.split("<tfoot>")[1].split("</tfoot>")[0].count("1 of 4") == 2
    assert "<canvas" not in page and "<svg" not in page.split("<table>")[1].split("</table>")[0]


def test_minutes_are_written_anew_never_over_and_once(council):
    meeting = council.meeting()
    given = {"meeting": meeting, "held_on": TODAY, "present": [council.worker], "by": council.keeper}
    first = actions.write_advisory_minutes(decisions=["Meet again.", " "], **given)
    assert actions.write_advisory_minutes(decisions=["Meet again."], **given) == first
    with pytest.raises(WrongState, match="after you opened them"):
        actions.write_advisory_minutes(decisions=["Other."], **given)
    second = actions.write_advisory_minutes(decisions=["Other."], edition=1, **given)
    assert (second.edition, first.words.body["decisions"]) == (2, ["Meet again."])
    with pytest.raises(WrongState):
        second.save()
    with pytest.raises(Invalid, match="still to come"):
        actions.write_advisory_minutes(**given | {"held_on": TODAY + timedelta(days=1)})
    gone = council.seat("workers", "A union", name="Gone", until=TODAY - timedelta(days=1))
    with pytest.raises(Invalid, match="in office on the day"):
        actions.write_advisory_minutes(edition=2, **given | {"present": [gone]})


BUDGET = {"text": "Send the budget.", "group": "government", "due_on": date(2026, 12, 20)}
NOTE = {"text": "Write a note.", "group": "programme", "due_on": None}


def agenda(council, meeting):
    return [one.text for one in queries.advisory_meeting_view(council.nary, meeting.pk).carried]


def test_what_follows_from_a_meeting_is_on_every_agenda_until_one_closes_it(client, council):
    first = council.held(on=date(2026, 3, 2), promises=[BUDGET, NOTE], language="km")
    assert agenda(council, first) == []
    second = council.meeting(on=date(2026, 6, 2))
    assert agenda(council, second) == ["Send the budget.", "Write a note."]
    page = look(client, council.nary, "advisory-meeting", second.pk)
    assert '<b lang="km" dir="ltr">Send the budget.</b>' in page and "Government, by 20 December 2026</span>" in page
    assert "from the meeting of 2 March 2026" in page and "The programme</span>" in page
    note = AdvisoryCommitment.objects.get(group="programme")
    minutes = {"held_on": date(2026, 6, 2), "present": [council.worker], "by": council.keeper}
    actions.write_advisory_minutes(meeting=second, kept=[note], **minutes)
    third = council.meeting(on=date(2026, 9, 1))
    assert agenda(council, third) == ["Send the budget."]
    assert agenda(council, second) == ["Send the budget.", "Write a note."], "as it was taken up there"
    assert "Write a note." in look(client, council.nary, "advisory-meeting", first.pk)
    page = look(client, council.nary, "advisory", council.committee.pk)
    assert "Send the budget." in page and "Write a note." not in page
    row = AuditRecord.objects.filter(verb="advisory.minutes-written").order_by("at").last()
    assert (row.facts["promised"], row.facts["kept"]) == (0, 1) and "budget" not in str(row.facts)


def test_a_paper_is_on_the_agenda_of_its_meeting_until_it_is_removed(client, council):
    meeting = council.meeting()
    paper = actions.add_paper(meeting=meeting, title="Wage survey", link="https://example.org/1", by=council.keeper)
    line = '<a href="#papers">Paper: <bdi dir="auto">Wage survey</bdi></a>'
    assert line in look(client, council.nary, "advisory-meeting", meeting.pk)
    remove(council.world, paper)
    assert "#papers" not in look(client, council.nary, "advisory-meeting", meeting.pk)


def test_a_promise_says_what_and_who_and_is_written_once(council):
    meeting = council.held(promises=[BUDGET])
    given = {"meeting": meeting, "held_on": TODAY, "present": [council.worker], "by": council.keeper}
    for wrong in ({"text": " "}, {"text": "x" * 301}, {"group": "management"}, {"group": ""}):
        with pytest.raises(Invalid, match="who does it"):
            actions.write_advisory_minutes(edition=1, promises=[BUDGET | wrong], **given)
    actions.write_advisory_minutes(edition=1, promises=[BUDGET, BUDGET], **given)
    assert AdvisoryCommitment.objects.count() == 1
    for wrong in ({"text": ""}, {"group": "management"}):
        with pytest.raises(IntegrityError), transaction.atomic():
            AdvisoryCommitment.objects.filter(pk=AdvisoryCommitment.objects.get().pk).update(**wrong)


def test_promises_go_through_the_page_and_are_removed_by_two_people(client, council):
    first = council.held(on=date(2026, 3, 2), promises=[BUDGET])
    meeting = council.meeting()
    assert "<bdi>Send the budget.</bdi>" in look(client, council.keeper, "advisory-minutes", meeting.pk)
    sent = {
        "edition": 0, "held_on": "2026-11-27", "present_workers": [str(council.worker.pk)],
        "kept": [str(AdvisoryCommitment.objects.get().pk)], "promise_1": "Sentinel visit", "side_1": "employers",
        "due_1": "2027-01-10", "side_2": "government",
    }  # fmt: skip
    assert client.post(address("advisory-minutes", meeting.pk), sent).status_code == 302
    made = AdvisoryCommitment.objects.get(made_in=meeting)
    assert (made.text, made.group, made.due_on) == ("Sentinel visit", "employers", date(2027, 1, 10))
    assert AdvisoryCommitment.objects.get(made_in=first).closed_in == meeting
    remove(council.world, made)
    page = look(client, council.nary, "advisory-meeting", meeting.pk) + look(
        client, council.nary, "advisory", council.committee.pk
    )
    assert "entinel visit" not in page and "Promised here" in page


def test_a_paper_is_a_file_or_an_address_and_hostile_ones_are_refused(council):
    meeting = council.meeting()

    def add(**facts):
        return actions.add_paper(**{"meeting": meeting, "title": "Figures", "by": council.keeper} | facts)

    kept = add(data=photo())
    assert b"entinel" not in storage.store().get(kept.stored)
    assert add(data=photo(), title="Again") == kept
    assert add(link="https://example.org/report").link == "https://example.org/report"
    for given, sentence in (
        ({}, "one of both"),
        ({"data": photo(), "link": "https://example.org/"}, "one of both"),
        ({"link": "javascript:alert(1)"}, "begins with https"),
        ({"data": b"<html>"}, "Only photos"),
        ({"link": "https://example.org/", "title": " "}, "few words"),
    ):
        with pytest.raises(Invalid, match=sentence):
            add(**given)
    assert AdvisoryPaper.objects.count() == 2


def test_it_works_through_its_pages(client, council):
    client.force_login(council.keeper)
    page = client.post(address("advisory-seat", council.committee.pk), {
        "name": "Chan", "group": "employers", "organisation": "Garment Association", "since": "2026-11-01",
    }, follow=True)  # fmt: skip
    assert "The seat is written down." in page.content.decode()
    page = client.post(
        address("plan-advisory-meeting", council.committee.pk), {"planned_on": "2026-11-27"}, follow=True
    )
    meeting = AdvisoryMeeting.objects.get()
    client.post(address("advisory-meeting", meeting.pk), {"title": "<b>Law</b>", "file": upload(), "language": "km"})
    sent = {
        "edition": 0, "held_on": "2026-11-27", "present_workers": [str(council.worker.pk)], "language": "km",
        "decisions": "<script>alert(1)</script>\nMeet in May.", "notes": "",
    }  # fmt: skip
    assert client.post(address("advisory-minutes", meeting.pk), sent).status_code == 302
    assert client.post(address("advisory-minutes", meeting.pk), sent | {"decisions": "Else."}).status_code == 409
    page = look(client, council.nary, "advisory-meeting", meeting.pk)
    assert "&lt;b&gt;Law&lt;/b&gt;" in page and "<script>alert(1)" not in page and 'lang="km"' in page
    assert page.count("<li><span") == 2 and "Hand over a paper" not in page


def test_a_name_is_removed_by_two_people_and_no_audit_row_ever_held_it(client, council):
    meeting = council.held(decisions=["Sentinel words."])
    paper = actions.add_paper(meeting=meeting, title="Sentinel title", data=photo(), by=council.keeper)
    assert "entinel" not in "".join(map(str, AuditRecord.objects.values_list("facts", flat=True)))
    for row in (AdvisoryName.objects.get(), AdvisoryMinutesWords.objects.get(), paper):
        remove(council.world, row)
    page = look(client, council.nary, "advisory", council.committee.pk)
    page += look(client, council.nary, "advisory-meeting", meeting.pk)
    assert "entinel" not in page and "Employers Federation" in page and page.count("Removed by law on") == 2
    look(client, council.nary, "advisory-paper", paper.pk, status=404)
    assert AdvisoryMinutes.objects.get().counted["workers"] == [1, 1, 2]


def test_a_long_history_costs_no_more_than_a_short_one(client, council):
    def asked(name, key):
        client.force_login(council.nary)
        client.get(address(name, key.pk))
        with CaptureQueriesContext(connection) as found:
            assert client.get(address(name, key.pk)).status_code == 200
        return len(found)

    def grow(meetings):
        for number in range(meetings):
            day = date(2026, 2, 1) + timedelta(days=AdvisoryMeeting.objects.count())
            met = council.held(on=day, decisions=["Yes."])
            actions.add_paper(meeting=met, title="Paper", link=f"https://example.org/{number}", by=council.keeper)
            actions.write_advisory_minutes(
                meeting=met, held_on=day, present=[council.worker], edition=1, by=council.keeper,
                promises=[{"text": f"Promise {day}", "group": "workers", "due_on": None}],
            )  # fmt: skip
            council.seat("employers", "Federation", name=f"Member {day}", since=day, until=day)
        return met

    met = grow(2)
    few = asked("advisory", council.committee), asked("advisory-meeting", met)
    met = grow(10)
    assert (asked("advisory", council.committee), asked("advisory-meeting", met)) == few


def test_a_programme_has_one_and_another_programme_reads_none(council):
    with pytest.raises(WrongState, match="already"):
        actions.create_advisory(programme=council.world.programme, formed_on=TODAY, by=council.keeper)
    assert not queries.advisory_committees(council.world.layla)
    assert list(queries.programmes_without(council.world.layla)) == [council.world.other_programme]
    with pytest.raises(WrongState, match="meets on this day already"):
        council.meeting(), council.meeting()
