"""A committee at Paper Heron, on a day that stands still."""

from datetime import UTC, date, datetime, timedelta
from functools import cached_property

import pytest
from django.utils import translation

from factories import actions as factories
from improvement_plans import actions, tasks
from improvement_plans.models import PlanItem
from tests.world import SETUP

TODAY = date(2026, 11, 27)


class Clock:
    """Noon in Phnom Penh on a day; tests move it."""

    def __init__(self, monkeypatch):
        self.on(TODAY)
        monkeypatch.setattr("django.utils.timezone.now", lambda: self.now)

    def on(self, day, hour=5):
        self.now = datetime(day.year, day.month, day.day, hour, tzinfo=UTC)

    def forward(self, **by):
        self.now += timedelta(**by)


class Floor:
    """The committee of Paper Heron: four a side, co-chairs Sreymom (workers) and Vuthy (management).

    Everybody is in office from January 2025; Bopha's term ended last night when `short` is asked for.
    """

    def __init__(self, world):
        self.world = world
        self.site = world.site

    @cached_property
    def committee(self):
        formed = date(2025, 1, 10)
        return actions.create_committee(site=self.site, kind="bipartite", formed_on=formed, by=self.world.dara)

    def seat(self, side, user=None, **facts):
        facts = {
            "sex": "f" if side == "worker" else "m",
            "chosen_by": "election" if side == "worker" else "employer",
            "since": date(2025, 1, 10),
            "until": date(2028, 1, 9),
            "by": self.world.dara,
        } | facts
        return actions.seat_member(committee=self.committee, side=side, user=user, **facts)

    @cached_property
    def sreymom(self):
        return self.world.person("Sreymom")

    @cached_property
    def vuthy(self):
        return self.world.person("Vuthy")

    @cached_property
    def worker_chair(self):
        return self.seat("worker", self.sreymom, co_chair=True)

    @cached_property
    def management_chair(self):
        return self.seat("management", self.vuthy, co_chair=True)

    @cached_property
    def chairs(self):
        return self.worker_chair, self.management_chair

    def full(self, workers=4, managers=4):
        """Both sides with so many members, co-chairs included."""
        _ = self.chairs
        for number in range(workers - 1):
            self.seat("worker", name=f"Worker {number}")
        for number in range(managers - 1):
            self.seat("management", name=f"Manager {number}")
        return self.committee

    def report(self, states=None, **facts):
        """An issued report, and the plan that follows from it by itself."""
        report = self.world.report(states, **facts)
        tasks.after_report(report_id=str(report.pk))
        return report

    def item(self, key="emergency-exits-clear") -> PlanItem:
        """The newest item of a question."""
        return PlanItem.objects.filter(question_key=key).order_by("added_on", "id").last()

    def planned(self, key="emergency-exits-clear", **facts) -> PlanItem:
        """An item of a fresh report, with a plan written by the factory's manager."""
        self.chairs  # noqa: B018
        if self.item(key) is None:
            self.report({key: "non_compliant"}, on=date(2026, 10, 5), issued_on=date(2026, 10, 26))
        facts = {
            "steps": "Both exits are kept free and looked at each morning.",
            "due_on": date(2026, 12, 11),
            "responsible": self.management_chair,
            "witness": self.worker_chair,
            "by": self.world.mony,
        } | facts
        return actions.change_item(item=self.item(key), **facts)

    @cached_property
    def buyer_reader(self):
        """A buyer's person who may read Paper Heron since the manager said yes."""
        user = self.world.person("Nina")
        buyer = factories.create_buyer(name="Harbour Outfitters", by=SETUP)
        factories.add_buyer_member(buyer=buyer, user=user, since=date(2026, 1, 1), by=SETUP)
        self.consent = factories.give_consent(
            site=self.site, buyer=buyer, cycle=None, since=date(2026, 1, 1), until=None, by=self.world.mony
        )
        return user


@pytest.fixture(autouse=True)
def the_readers_language_ends_with_the_test():
    """A page in Khmer leaves Khmer on, and the next test would read it."""
    with translation.override(translation.get_language()):
        yield


@pytest.fixture
def clock(monkeypatch):
    return Clock(monkeypatch)


@pytest.fixture
def floor(world, clock):
    return Floor(world)
