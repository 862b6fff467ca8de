"""Letters about plans: once a week and once a step, in the reader's language and zone, with words that tell nothing."""

from datetime import date, timedelta

import pytest
from django.core import mail
from django.db import connection
from django.test.utils import CaptureQueriesContext

from core import queue
from core.audit import System
from core.errors import Denied
from core.models import ProgrammeSetting
from improvement_plans import actions
from improvement_plans.models import Reminder
from tests.core.test_invitations import TELLING
from tests.improvement_plans.conftest import TODAY

pytestmark = pytest.mark.django_db
CLOCK = System("clock")
MONDAY = date(2026, 11, 30)


@pytest.fixture
def people(floor):
    """A plan that waits for both co-chairs; the worker's reads Khmer."""
    floor.full()
    floor.planned()
    for name in ("sreymom", "vuthy"):
        person = getattr(floor, name)
        person.email, person.language = f"{name}@example.org", "km" if name == "sreymom" else "en"
        person.save()
    return floor


def run(clock, day, hour):
    clock.on(day, hour=hour)
    actions.remind_of_the_week(by=CLOCK)
    queue.run_waiting()
    return {letter.to[0]: letter for letter in mail.outbox}


def test_once_a_week_on_the_day_and_hour_of_the_place(people, clock):
    assert run(clock, TODAY, 3) == {}, "a Friday"
    assert run(clock, MONDAY, 0) == {}, "seven in the morning in Phnom Penh"
    assert set(run(clock, MONDAY, 1)) == {"sreymom@example.org", "vuthy@example.org"}
    run(clock, MONDAY, 6)
    assert len(mail.outbox) == 2
    run(clock, MONDAY + timedelta(days=7), 2)
    assert len(mail.outbox) == 4


def test_one_letter_for_all_that_waits_in_her_language_and_telling_nothing(people, clock):
    actions.change_item(
        item=actions.add_item(plan=people.item().plan, issue="Soap", by=people.sreymom), steps="Soap.",
        due_on=date(2026, 12, 20), responsible=people.management_chair, by=people.vuthy,
    )  # fmt: skip
    found = run(clock, MONDAY, 2)
    assert len(found) == len(mail.outbox) == 2
    english, khmer = found["vuthy@example.org"], found["sreymom@example.org"]
    assert "this week: 2." in english.body and english.subject == "You have some things to look at"
    assert khmer.subject != english.subject
    for letter in (english, khmer):
        assert not TELLING.search(letter.subject + letter.body)


def test_nothing_waits_no_letter(people, clock):
    for person in (people.sreymom, people.vuthy):
        actions.agree_item(item=people.item(), by=person)
    assert run(clock, MONDAY, 2) == {}
    assert not Reminder.objects.filter(sent=True).exists()


def test_a_programme_sets_its_own_day(people, clock):
    ProgrammeSetting.objects.create(
        programme=people.site.programme, key="reminders", value={"weekday": 3, "hour": 17}, in_force_from=TODAY
    )
    assert run(clock, MONDAY, 2) == {}
    assert len(run(clock, MONDAY + timedelta(days=2), 10)) == 2


SENT = []


def door(*, user, text, key):
    SENT.append((user.username, text, key))
    return True


def test_who_has_no_e_mail_is_reached_by_the_door_that_is_set(people, clock, settings):
    SENT.clear()
    people.sreymom.email = ""
    people.sreymom.save()
    settings.MESSAGE_DOOR = "tests.improvement_plans.test_reminders.door"
    assert list(run(clock, MONDAY, 2)) == ["vuthy@example.org"]
    assert [name for name, _text, _key in SENT if name == "sreymom"] == ["sreymom"]
    assert not TELLING.search(SENT[0][1])


def test_each_step_is_told_to_its_people_and_to_the_worker_side_once(people, clock):
    """Three times later: committee, and later the factory, the programme. Worker members hear of each step."""
    dara, mony = people.world.dara, people.world.mony
    for person in (dara, mony):
        person.email = f"{person.username}@example.org"
        person.save()
    for number in range(3):
        actions.change_item(
            item=people.item(), due_on=date(2026, 12, 12) + timedelta(days=number), reason="Later.", by=mony
        )
    seen = []
    for _month in range(6):
        clock.forward(days=31)
        mail.outbox.clear()
        actions.climb_ladder(by=CLOCK)
        actions.climb_ladder(by=CLOCK)
        queue.run_waiting()
        seen.append(sorted(letter.to[0].split("@")[0] for letter in mail.outbox))
        assert len(set(seen[-1])) == len(seen[-1]), "each once"
        assert not seen[-1] or "sreymom" in seen[-1]
        assert not any(TELLING.search(letter.subject + letter.body) for letter in mail.outbox)
    told = {name for night in seen for name in night}
    assert told == {"sreymom", "vuthy", "mony", "dara"}
    assert "dara" not in seen[0]


def test_the_hour_costs_the_same_for_many_items(people, clock):
    clock.on(MONDAY, hour=2)
    counts = []
    for many in (1, 10):
        for number in range(many):
            actions.add_item(plan=people.item().plan, issue=f"Idea {many} {number}", by=people.sreymom)
        Reminder.objects.all().delete()
        with CaptureQueriesContext(connection) as seen:
            actions.remind_of_the_week(by=CLOCK)
        counts.append(len(seen))
    assert counts[0] == counts[1]


def test_only_the_program_reminds(people):
    with pytest.raises(Denied):
        actions.remind_of_the_week(by=people.world.dara)
    with pytest.raises(Denied):
        actions.write_letter(user=people.vuthy, about="x", by=people.world.dara)
