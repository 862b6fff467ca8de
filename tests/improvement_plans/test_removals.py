"""What a plan item says is removed by two people, in the item, in the change that replaced it, and where it went on."""

from datetime import date

from core.actions.removals import agree_to_remove, ask_to_remove
from core.models import Redaction
from core.redaction import verify
from improvement_plans import actions
from improvement_plans.models import AgendaLine, Commitment, ItemChangeWords, ItemWriting, Meeting, PlanItem
from tests.core.test_removals import everywhere

NAMED = "Sentinel Sok keeps the key."


def remove(world, row):
    ask = ask_to_remove(kind=row._meta.label_lower, subject_id=row.pk, reason="worker-named", by=world.sokha)
    agree_to_remove(ask=ask, by=world.vannak)


def test_what_stands_in_an_item_is_removed_and_written_anew(client, floor):
    """Written again later it is another writing: the removal is not in its way, nor its words in the removal's."""
    item = floor.planned(steps=NAMED)
    client.force_login(floor.world.sokha)
    page = client.get(f"/app/plans/items/{item.pk}/").content.decode()
    writing = item.writings.get()
    assert f"kind=improvement_plans.itemwriting&amp;subject_id={writing.pk}" in page
    remove(floor.world, writing)
    item.refresh_from_db()
    assert (item.steps, item.issue) == ("", floor.item().issue) and not item.planned
    assert "entinel" not in everywhere(floor.world)
    page = client.get(f"/app/plans/items/{item.pk}/").content.decode()
    assert "Removed by law on" in page and "improvement_plans.itemwriting" not in page
    item = actions.change_item(item=item, steps="The key hangs by the door.", by=floor.world.mony)
    assert item.planned and item.writings.count() == 2
    remove(floor.world, item.writings.last())
    assert PlanItem.objects.get(pk=item.pk).steps == ""


def test_words_that_were_replaced_are_removed_where_they_lie_now(floor):
    item = floor.planned(steps=NAMED)
    first = item.writings.get()
    actions.change_item(item=item, due_on=date(2026, 12, 15), reason="Later", by=floor.world.mony)
    actions.change_item(item=item, steps="The key hangs by the door.", reason="Clearer", by=floor.world.mony)
    remove(floor.world, first)
    assert PlanItem.objects.get(pk=item.pk).steps == "The key hangs by the door."
    assert "entinel" not in everywhere(floor.world)
    for words in ItemChangeWords.objects.select_related("change"):
        assert verify(words, words.change.digest)


def test_the_name_of_an_own_idea_goes_too(floor):
    plan = actions.open_plan(site=floor.site, committee=floor.full(), by=floor.world.dara)
    item = actions.add_item(plan=plan, issue=NAMED, by=floor.world.mony)
    remove(floor.world, item.writings.get())
    assert PlanItem.objects.get(pk=item.pk).issue == "—"
    assert "entinel" not in everywhere(floor.world)


def test_what_goes_on_in_a_later_plan_goes_with_it(floor):
    old = floor.planned(steps=NAMED)
    floor.report({"emergency-exits-clear": "non_compliant"}, on=date(2026, 11, 2), issued_on=date(2026, 11, 20))
    new = PlanItem.objects.get(continues=old)
    assert new.steps == NAMED
    remove(floor.world, new.writings.last())
    assert "entinel" not in everywhere(floor.world)
    assert Redaction.objects.count() == ItemWriting.objects.exclude(redacted_at=None).count() == 2


def test_what_was_promised_or_put_on_an_agenda_is_removed_by_a_dash(floor):
    committee = floor.full()
    meeting = Meeting.objects.create(committee=committee, planned_on=date(2026, 12, 1))
    promise = Commitment.objects.create(committee=committee, made_in=meeting, text=NAMED, side="management")
    topic = AgendaLine.objects.create(meeting=meeting, position=1, topic=NAMED)
    for row in (promise, topic):
        remove(floor.world, row)
    assert Commitment.objects.get().text == AgendaLine.objects.get().topic == "—"
    assert "entinel" not in everywhere(floor.world)
