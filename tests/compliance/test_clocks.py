"""What is due when: pure rules, the working calendar, what is late, and that nobody is told twice."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.core import mail
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from compliance import actions, clocks, queries, tasks
from compliance.clocks import DAYS, DEFAULTS, HOURS, WORKING_DAYS, Clock
from compliance.models import ClockReminder
from core import actions as core
from core.audit import System
from core.days import Calendar, public_holidays
from core.errors import Denied
from core.models import Job
from improvement_plans import actions as plans
from tests.world import SETUP

MONDAY = date(2026, 3, 2)


def weekend(day):
    return day.isoweekday() > 5


class TestRules:
    def test_working_days_step_over_what_is_free(self):
        assert clocks.due_on(MONDAY, Clock(4, WORKING_DAYS), weekend) == date(2026, 3, 6)
        assert clocks.due_on(MONDAY, Clock(5, WORKING_DAYS), weekend) == date(2026, 3, 9)
        assert clocks.due_on(MONDAY, Clock(30, DAYS), weekend) == date(2026, 4, 1)

    @settings(suppress_health_check=[HealthCheck.too_slow])
    @given(
        start=st.dates(date(2020, 1, 1), date(2030, 1, 1)),
        length=st.integers(1, 60),
        unit=st.sampled_from([WORKING_DAYS, DAYS]),
        free=st.frozensets(st.integers(0, 9), max_size=8),
    )
    def test_the_latest_late_start_is_late_and_the_next_is_not(self, start, length, unit, free):
        """Else a list would show something a day early, or for ever a day late."""
        clock, is_free = Clock(length, unit), lambda day: day.toordinal() % 10 in free
        last = clocks.latest_start(start, clock, is_free)
        assert clocks.due_on(last, clock, is_free) < start
        assert clocks.due_on(last + timedelta(days=1), clock, is_free) >= start

    def test_a_programme_changes_single_clocks_and_the_rest_stays(self):
        own = clocks.of_setting({"report": [15, WORKING_DAYS], "nonsense": [1, DAYS]})
        assert own == DEFAULTS | {"report": Clock(15, WORKING_DAYS)}
        assert clocks.of_setting(None) == DEFAULTS

    @pytest.mark.parametrize(
        "wrong",
        [
            {"report": [0, DAYS]}, {"report": [True, DAYS]}, {"report": [5, HOURS]}, {"case-begun": [2, DAYS]},
            {"report": 5}, {"other": [5, DAYS]}, {"report": [clocks.LONGEST + 1, DAYS]}, [],
        ],
    )  # fmt: skip
    def test_what_cannot_be_is_named(self, wrong):
        assert clocks.misfit(wrong)

    def test_the_defaults_fit_their_own_rule(self):
        assert clocks.misfit({name: list(clock) for name, clock in DEFAULTS.items()}) is None

    def test_only_the_days_for_comment_may_be_none(self):
        assert clocks.misfit({"comment": [0, WORKING_DAYS]}) is None
        assert clocks.misfit({"comment": [-1, WORKING_DAYS]}) == "comment"


class TestCalendar:
    def test_a_weekend_a_public_holiday_and_a_day_given_at_short_notice_are_free(self, world):
        core.set_programme_setting(
            programme=world.programme, key="calendar", in_force_from=date(2026, 1, 1), by=SETUP,
            value={"free": {"2026-03-03": "Mourning"}, "working": ["2026-03-07"]},
        )  # fmt: skip
        calendar = Calendar(world.programme)
        saturday, new_year = date(2026, 3, 7), date(2026, 4, 14)
        assert [calendar.is_free(day) for day in (MONDAY, date(2026, 3, 3), date(2026, 3, 8), new_year)] == [
            False, True, True, True,
        ]  # fmt: skip
        assert not calendar.is_free(saturday)
        assert calendar.holiday(date(2026, 3, 3)) == "Mourning"

    @pytest.mark.parametrize("country", ["KH", "JO", "BD", "VN", "ID"])
    def test_the_countries_we_ship_law_for_have_holidays(self, country):
        assert len(public_holidays(country, 2026)) > 8

    def test_a_country_nobody_knows_has_its_weekend_only(self):
        assert public_holidays("XK9", 2026) == {}


@pytest.fixture
def on(monkeypatch):
    """Lets it be a day, at noon UTC: on(date)."""

    def set_day(day):
        monkeypatch.setattr("django.utils.timezone.now", lambda: datetime(day.year, day.month, day.day, 12, tzinfo=UTC))

    return set_day


def due_page(client, person):
    client.force_login(person)
    return client.get(reverse("compliance:due")).content.decode()


def counts(user):
    return {name: found.count() for name, found, _times in queries.late(user)}


class TestWhatIsLate:
    def test_a_report_is_late_the_day_after_its_working_days(self, world, on):
        """Twenty working days after Monday 2 March in Cambodia: 8 March is a Sunday; Khmer New Year comes later."""
        world.in_review({"emergency-exits-clear": "compliant"}, on=MONDAY)
        last = clocks.due_on(MONDAY, DEFAULTS["report"], Calendar(world.programme).is_free)
        on(last)
        assert counts(world.sokha)["report"] == 0
        on(last + timedelta(days=1))
        assert counts(world.sokha)["report"] == counts(world.vannak)["report"] == 1
        assert counts(world.rith) == counts(world.mony) == {}
        assert counts(world.layla)["report"] == 0

    def test_progress_is_late_until_the_plans_report_is_issued(self, world, on, client):
        """One record: the clock reads what an adviser issued for the plan, and leads her there."""
        report = world.report(on=MONDAY, issued_on=date(2026, 3, 20))
        on(date(2026, 4, 20))
        assert counts(world.dara) == {"progress-1": 1, "progress-2": 0}
        assert [which for which, _ in queries.own_progress_late(world.mony)] == [1]
        page = due_page(client, world.dara)
        plan = plans.follow_report(report=report, by=System("plan-opener"))
        address = reverse("improvement_plans:write-progress", args=[plan.pk])
        assert address not in page
        assert address in due_page(client, world.dara)
        assert address not in due_page(client, world.sokha), "a manager of the programme does not write it"
        plans.issue_progress(
            plan=plan, number=1, dialogue="none", words={"done": "x", "dialogue": "", "next": ""}, by=world.dara
        )
        assert counts(world.dara) == {"progress-1": 0, "progress-2": 0}
        on(date(2026, 9, 17))
        assert counts(world.dara) == {"progress-1": 0, "progress-2": 1}

    def test_the_next_assessment_is_late_until_one_is_planned_and_the_factory_never_hears_of_it(self, world, on):
        world.mony  # noqa: B018
        world.report(on=MONDAY, issued_on=date(2026, 3, 20))
        on(MONDAY + timedelta(days=396))
        assert counts(world.sokha)["next"] == 1
        assert "next" not in counts(world.vannak) | counts(world.dara)
        world.planned(on=date(2027, 5, 3))
        assert counts(world.sokha)["next"] == 0

    def test_a_programme_with_other_clocks_is_asked_by_them(self, world, on):
        world.in_review({"emergency-exits-clear": "compliant"}, on=MONDAY)
        on(MONDAY + timedelta(days=4))
        assert counts(world.sokha)["report"] == 0
        core.set_programme_setting(
            programme=world.programme, key="clocks", value={"report": [3, DAYS]}, in_force_from=MONDAY, by=SETUP
        )
        assert counts(world.sokha)["report"] == 1

    @pytest.mark.parametrize("late", [date(2026, 5, 20), date(2027, 9, 20)], ids=["progress", "next visit"])
    def test_lists_take_as_many_statements_for_two_as_for_twelve(self, world, client, on, late):
        def asked():
            client.force_login(world.sokha)
            with CaptureQueriesContext(connection) as seen:
                assert client.get("/app/assessments/due/").status_code == 200
            return len(seen)

        for n in range(2):
            world.report(site=world.new_site(f"Mill {n}"), on=MONDAY, issued_on=date(2026, 3, 20))
        on(late)
        few = asked()
        for n in range(10):
            world.report(site=world.new_site(f"Shed {n}"), on=MONDAY, issued_on=date(2026, 3, 20))
        assert asked() == few

    def test_the_page_is_absent_for_who_is_told_of_nothing(self, world, client):
        for person, code in ((world.sokha, 200), (world.dara, 200), (world.rith, 404), (world.mony, 404)):
            client.force_login(person)
            assert client.get("/app/assessments/due/").status_code == code


class TestReminders:
    def letters(self):
        return Job.objects.filter(name="compliance.write_of_something")

    def person(self, user):
        user.email = f"{user.username}@example.org"
        user.save()
        return user

    def test_each_step_is_told_once_to_who_can_do_something(self, world, on):
        for one in (world.sokha, world.vannak, world.chanthou, world.mony, world.layla):
            self.person(one)
        world.in_review({"emergency-exits-clear": "compliant"}, on=MONDAY)
        last = clocks.due_on(MONDAY, DEFAULTS["report"], Calendar(world.programme).is_free)
        told = []
        for day in (last - timedelta(days=6), last - timedelta(days=5), last, last + timedelta(days=1)):
            on(day)
            for _ in range(2):
                actions.remind(programme=world.programme, by=System("clocks"))
            told.append(self.letters().count())
        assert told == [0, 2, 2, 5]  # its lead and the reviewer; when it is late the manager as well
        assert ClockReminder.objects.count() == 2

    def test_one_letter_for_everything_in_the_morning_of_the_programme_and_it_says_nothing(self, world, on):
        self.person(world.dara), self.person(world.mony)
        for n in range(3):
            site = world.new_site(f"Mill {n}")
            actions.assign_adviser(user=world.dara, site=site, since=MONDAY + timedelta(days=1), by=world.sokha)
            world.report(site=site, on=MONDAY, issued_on=date(2026, 3, 20))
        on(date(2026, 5, 20))
        assert actions.remind(programme=world.programme, by=System("clocks")) == 3
        (job,) = self.letters()
        tasks.write_of_something(**job.arguments)
        (letter,) = mail.outbox
        assert letter.to == ["dara@example.org"]
        for word in ("Mill", "progress", "late", "Cambodia"):
            assert word not in letter.subject + letter.body

    def test_what_is_late_already_is_told_once_and_not_as_nearly_due(self, world, on):
        world.in_review({"emergency-exits-clear": "compliant"}, on=MONDAY)
        on(MONDAY + timedelta(days=90))
        actions.remind(programme=world.programme, by=System("clocks"))
        assert list(ClockReminder.objects.values_list("clock", "step")) == [("report", clocks.LATE)]

    def test_only_the_program_reminds(self, world):
        with pytest.raises(Denied):
            actions.remind(programme=world.programme, by=world.sokha)
