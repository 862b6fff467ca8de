"""A release takes two people, who looked at the same. It may wait for its day; what changed meanwhile is not published."""

from datetime import date, timedelta

import pytest
from django.db import IntegrityError, transaction
from hypothesis import given
from hypothesis import strategies as st

from core.days import today
from core.errors import Denied, Invalid, WrongState
from core.home import lines_for
from disclosure import actions, queries, rules, tasks
from disclosure.models import Release, ReleaseAgreement
from tests.disclosure.past import AS_OF, publish, regime, usual, visits
from tests.world import SETUP


@pytest.fixture
def ready(world):
    regime(world)
    usual(world)
    world.thida = world.person("Thida", "programme-manager")
    return world


def asked(world, **change):
    return actions.ask_to_publish(**({"programme": world.programme, "as_of": AS_OF, "by": world.sokha} | change))


def more(world):
    """One more factory becomes due on the day looked at."""
    visits(world, (date(2024, 1, 9), {}), (date(2025, 2, 3), {}), site=world.new_site("White Heron"))


def test_nobody_publishes_alone(ready):
    ask = asked(ready)
    assert asked(ready) == ask, "asked twice is asked once"
    for person in (ready.sokha, ready.layla, ready.chanthou, SETUP):
        with pytest.raises(Denied):
            actions.agree_to_publish(ask=ask, by=person)
    with pytest.raises(IntegrityError), transaction.atomic():
        ReleaseAgreement.objects.create(ask=ask, asked_by=ready.sokha, agreed_by=ready.sokha)
    assert not Release.objects.exists()
    release = actions.agree_to_publish(ask=ask, by=ready.thida)
    assert (release.number, release.ask, release.published_by) == (1, ask, ready.thida)
    assert not list(queries.problems())
    with pytest.raises(WrongState, match="already"):
        actions.agree_to_publish(ask=ask, by=ready.thida)


def test_what_nobody_looked_at_is_not_published(ready):
    ask = asked(ready)
    more(ready)
    with pytest.raises(WrongState, match="has changed"):
        actions.agree_to_publish(ask=ask, by=ready.thida)
    assert not Release.objects.exists() and not ReleaseAgreement.objects.exists()
    anew = asked(ready)
    assert anew != ask
    assert actions.agree_to_publish(ask=anew, by=ready.thida).coverage["disclosed"] == 2
    assert not queries.release_asks([ready.programme]).exists(), "an ask from before the release is over"


def test_a_release_waits_for_its_day(ready, monkeypatch):
    day = today(ready.programme) + timedelta(days=3)
    ask = asked(ready, publish_on=day)
    assert actions.agree_to_publish(ask=ask, by=ready.thida) is None
    tasks.publish_agreed()
    assert not Release.objects.exists()
    with pytest.raises(WrongState, match="not come"):
        actions.publish_agreed(ask=ask, by=SETUP)
    with pytest.raises(Denied):
        actions.publish_agreed(ask=ask, by=ready.thida)
    for module in (actions, tasks):
        monkeypatch.setattr(module, "today", lambda programme: day)
    tasks.publish_agreed()
    tasks.publish_agreed()
    release = Release.objects.get()
    assert (release.ask, release.as_of, release.published_by) == (ask, AS_OF, ready.thida)
    assert actions.publish_agreed(ask=ask, by=SETUP) == release


def test_a_release_whose_facts_changed_before_its_day_leaves_the_last_as_it_is(ready, monkeypatch):
    first = publish(ready, AS_OF - timedelta(days=60))
    day = today(ready.programme) + timedelta(days=1)
    ask = asked(ready, publish_on=day)
    actions.agree_to_publish(ask=ask, by=ready.thida)
    more(ready)
    for module in (actions, tasks):
        monkeypatch.setattr(module, "today", lambda programme: day)
    tasks.publish_agreed()
    assert Release.objects.get() == first
    assert queries.release_asks([ready.programme]).get() == ask, "the desk shows that it waits still"


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"as_of": date(2199, 1, 1)}, "not come yet"),
        ({"publish_on": date(2020, 1, 1)}, "is over"),
    ],
)
def test_days_that_cannot_be_are_refused(ready, change, sentence):
    with pytest.raises(Invalid, match=sentence):
        asked(ready, **change)


def test_a_release_that_says_nothing_new_is_not_asked_for(ready):
    publish(ready)
    with pytest.raises(WrongState, match="nothing to publish"):
        asked(ready)


def test_the_second_person_finds_it_on_today_and_the_first_does_not(ready):
    ask = asked(ready)
    words = "1 release waits for a second person"
    assert words in [line.text for line in lines_for(ready.thida)]
    assert words not in [line.text for line in lines_for(ready.sokha)]
    assert words not in [line.text for line in lines_for(ready.layla)]
    actions.agree_to_publish(ask=ask, by=ready.thida)
    assert words not in [line.text for line in lines_for(ready.thida)]


# --- what a release changes of one issue ---

ENTRY = {"status": "violation_found", "found_on": "2026-01-01", "position": 1}


@pytest.mark.parametrize(
    ("before", "after", "kind"),
    [
        (None, ENTRY, "new"),
        (ENTRY, None, "withdrawn"),
        (ENTRY, ENTRY | {"position": 7}, "unchanged"),
        (ENTRY, ENTRY | {"photos": []}, "unchanged"),
        (ENTRY, ENTRY | {"found_on": "2026-03-01"}, "changed"),
        (ENTRY, ENTRY | {"status": "reported_fixed"}, "improved"),
        (ENTRY | {"status": "reported_fixed"}, ENTRY | {"status": "verified_fixed"}, "improved"),
        (ENTRY | {"status": "verified_fixed"}, ENTRY | {"status": "found_again"}, "relapsed"),
        (ENTRY | {"status": "no_violation_found"}, ENTRY, "relapsed"),
        (ENTRY, ENTRY | {"status": "not_asked"}, "changed"),
    ],
)
def test_what_changes_of_an_issue(before, after, kind):
    assert rules.change(before, after) == kind


@given(st.sampled_from(rules.STATUSES), st.sampled_from(rules.STATUSES))
def test_what_is_better_one_way_is_worse_the_other(one, other):
    there = rules.change(ENTRY | {"status": one}, ENTRY | {"status": other})
    back = rules.change(ENTRY | {"status": other}, ENTRY | {"status": one})
    assert {"improved": "relapsed", "relapsed": "improved"}.get(there, there) == back
