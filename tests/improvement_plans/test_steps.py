"""Steps of an item: a list with days, history of its own, and no fact of a fix."""

from datetime import date

import pytest
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from core.errors import Denied, Invalid, WrongState
from improvement_plans import actions, queries
from improvement_plans.models import Agreement, PlanItem, StepMark
from improvement_plans.rules import carried, steps_in
from tests.improvement_plans.conftest import TODAY
from tests.improvement_plans.test_removals import remove

STEPS = "Clear both exits.\n\nHang a list by the door.\nLook each morning."
DAY = TODAY.isoformat()
LINES = st.lists(st.sampled_from(["a", "b", "c", "d"]), max_size=6).map("\n".join)


def test_an_old_text_is_a_list_of_its_lines():
    assert steps_in(" One. \n\n\r\nTwo.\n ") == ["One.", "Two."]
    assert steps_in("A text of one paragraph.") == ["A text of one paragraph."]
    assert steps_in("") == []


@given(before=LINES, after=LINES, numbers=st.sets(st.integers(1, 6)))
def test_a_day_goes_with_its_line_and_with_no_other(before, after, numbers):
    old, new = steps_in(before), steps_in(after)
    done = {str(n): f"day-{n}" for n in numbers if n <= len(old)}
    kept = carried(before, after, done)
    for number, day in kept.items():
        assert new[int(number) - 1] == old[int(day.removeprefix("day-")) - 1]
    assert len(set(kept.values())) == len(kept)
    for line in set(new):
        had = sum(1 for n in done if old[int(n) - 1] == line)
        assert sum(1 for n in kept if new[int(n) - 1] == line) == min(had, new.count(line))


@pytest.fixture
def item(floor):
    return floor.planned(steps=STEPS)


def mark(item, number, by, done=True, edition=None):
    return actions.mark_step(item=item, number=number, done=done, edition=edition or item.edition, by=by)


@pytest.mark.django_db
def test_a_step_is_said_to_be_done_and_taken_back_and_both_stay(floor, item):
    mark(item, 2, floor.vuthy)
    mark(item, 2, floor.vuthy)
    mark(item, 1, floor.sreymom)
    mark(item, 2, floor.world.dara, done=False)
    item.refresh_from_db()
    assert item.steps_done == {"1": DAY}
    assert list(StepMark.objects.values_list("number", "done", "side")) == [
        (2, True, "management"), (1, True, "worker"), (2, False, ""),
    ]  # fmt: skip
    with pytest.raises(WrongState):
        StepMark.objects.first().save()


@pytest.mark.django_db
def test_it_is_no_change_of_the_plan_and_no_fact(floor, item):
    """Signatures stand, the edition too; nobody reported anything."""
    actions.agree_item(item=item, by=floor.sreymom)
    mark(item, 1, floor.vuthy)
    again = PlanItem.objects.get(pk=item.pk)
    assert (again.edition, again.slips, again.facts.count(), Agreement.objects.count()) == (item.edition, 0, 0, 1)
    assert queries.item_view(floor.sreymom, item.pk).card.status == "on_track"


@pytest.mark.django_db
def test_steps_written_anew_keep_the_days_of_what_stayed(floor, item):
    mark(item, 1, floor.vuthy)
    mark(item, 3, floor.vuthy)
    item = actions.change_item(
        item=item, steps="Look each morning.\nClear all exits.", reason="Simpler", by=floor.world.mony
    )
    assert item.steps_done == {"1": DAY}
    with pytest.raises(WrongState, match="changed after you opened it"):
        mark(item, 2, floor.vuthy, edition=item.edition - 1)


@pytest.mark.django_db
def test_a_step_that_is_not_there_or_no_longer_open_is_refused(floor, item):
    for number in (0, 4):
        with pytest.raises(Invalid, match="no such step"):
            mark(item, number, floor.vuthy)
    actions.verify_item(item=item, how="visit", by=floor.world.vannak)
    with pytest.raises(WrongState, match="verified fixed"):
        mark(item, 1, floor.vuthy)


@pytest.mark.django_db
def test_who_may_change_the_plan_marks_its_steps_and_nobody_else(client, floor, item):
    address = reverse("improvement_plans:mark-step", args=[item.pk])
    sent = {"edition": item.edition, "number": 1, "done": "yes"}
    for person, status in (
        (floor.world.vannak, 403), (floor.buyer_reader, 403), (floor.world.layla, 404), (floor.world.chanthou, 404),
    ):  # fmt: skip
        with pytest.raises(Denied):
            mark(item, 1, person)
        client.force_login(person)
        assert client.post(address, sent).status_code == status
        if status == 403:
            page = client.get(reverse("improvement_plans:item", args=[item.pk])).content.decode()
            assert "Hang a list by the door." in page and address not in page
    client.force_login(floor.sreymom)
    assert client.post(address, sent | {"edition": 99}).status_code == 409
    page = client.post(address, sent, follow=True).content.decode()
    assert "Done, as they say" in page and "Worker side: step 1 is done" in page
    assert PlanItem.objects.get().steps_done == {"1": DAY}


@pytest.mark.django_db
def test_what_is_removed_takes_its_days_along_and_the_next_plan_begins_without(floor, item, clock):
    mark(item, 1, floor.vuthy)
    clock.on(date(2027, 11, 26))
    floor.report({"emergency-exits-clear": "non_compliant"}, on=date(2027, 10, 4))
    newer = floor.item()
    assert newer.pk != item.pk and newer.steps == STEPS and newer.steps_done == {}
    remove(floor.world, item.writings.last())
    assert PlanItem.objects.get(pk=item.pk).steps_done == {}
    assert StepMark.objects.count() == 1
