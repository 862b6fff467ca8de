"""The same picture in a visit, with a plan item, and with a reply: removed by law it is gone everywhere and each place
says so; let go in one place for another reason, it stays where others hold it."""

from datetime import date, timedelta

import pytest
from django.db import transaction

from compliance import actions as compliance
from compliance.models import DraftFinding, Evidence, ReplyEvidence
from core import actions as core
from core import holders, queue, retention, storage
from core.actions.removals import agree_to_remove, ask_to_remove
from core.audit import System
from core.days import today
from core.errors import Invalid
from core.ids import new_id
from core.models import AuditRecord, Redaction
from factories import actions as factories
from factories.models import Permit
from improvement_plans import actions
from improvement_plans.models import ItemEvidence
from tests.improvement_plans.test_evidence import photo
from tests.world import SETUP

pytestmark = pytest.mark.django_db
EXITS = "emergency-exits-clear"


def in_visit(world, visit):
    data = photo()
    return compliance.keep_evidence(
        assessment=visit, evidence_id=new_id(), data=data, sha256=storage.sha256_of(data), kind="photo", taken_at="",
        by=world.chanthou,
    )  # fmt: skip


def in_item(floor):
    item = floor.item() or floor.planned()
    return actions.add_evidence(item=item, moment="after", data=photo(), by=floor.world.mony)


def a_draft(floor):
    """A draft of a second visit before the factory, with a picture linked to its one finding. Returns (draft, visit)."""
    world = floor.world
    core.set_programme_setting(
        programme=world.programme, key="clocks", value={}, by=SETUP,
        in_force_from=today(world.programme),
    )  # fmt: skip
    visit = world.planned(on=date(2026, 11, 20))
    world.send(visit, world.chanthou, (EXITS, "state", "non_compliant"), (EXITS, "report_text", "Two were locked."))
    compliance.submit(assessment=visit, by=world.chanthou, rest_not_asked=True)
    compliance.accept(assessment=visit, question_keys=[EXITS], by=world.vannak)
    window = compliance.offer(assessment=visit, by=world.vannak)
    return DraftFinding.objects.get(window=window), visit


def in_draft(floor):
    draft, _visit = a_draft(floor)
    return compliance.send_evidence(draft=draft, data=photo(), by=floor.world.mony)


def in_reply(floor):
    """The same, with a reply said, and the report issued."""
    kept = in_draft(floor)
    window = kept.draft.window
    compliance.reply(draft=kept.draft, stance="disputes", text="It was open.", by=floor.world.mony)
    compliance.decide_reply(draft=kept.draft, outcome="upheld", reason="It was locked.", by=floor.world.vannak)
    compliance.issue_report(assessment=window.assessment, by=floor.world.vannak, on=window.until + timedelta(days=1))
    return kept


def of_visit(floor):
    return in_visit(floor.world, floor.world.planned(on=date(2026, 11, 20)))


CASES = {"visit": of_visit, "draft": in_draft, "reply": in_reply}


def remove(world, row):
    ask = ask_to_remove(kind=row._meta.label_lower, subject_id=row.pk, reason="identity-at-risk", by=world.sokha)
    agree_to_remove(ask=ask, by=world.vannak)
    queue.run_waiting()


@pytest.mark.parametrize("first", ["item", "other"])
@pytest.mark.parametrize("other", CASES)
def test_a_removal_reaches_every_place_and_each_says_when_and_why(floor, client, other, first):
    item = in_item(floor)
    rows = {"item": item, "other": CASES[other](floor)}
    assert len({row.stored for row in rows.values()}) == 1, "the same bytes"
    remove(floor.world, rows[first])
    assert not storage.store().has(item.stored)
    for row in rows.values():
        row.refresh_from_db()
        assert row.redacted_at
        removal = Redaction.objects.get(subject_type=row._meta.label_lower, subject_id=str(row.pk))
        assert removal.reason == "identity-at-risk"
        assert AuditRecord.objects.get(verb="payload.redacted", subject_id=str(row.pk)).programme_id
    client.force_login(floor.world.mony)
    assert "Somebody could be recognised" in client.get(f"/app/plans/items/{item.item_id}/").content.decode()
    if other == "draft":
        window = rows["other"].draft.window_id
        assert "Somebody could be recognised" in client.get(f"/app/assessments/drafts/{window}/").content.decode()


def test_the_review_desk_says_so_instead_of_a_broken_picture(floor, client):
    world = floor.world
    item = in_item(floor)
    visit = world.planned(on=date(2026, 11, 20))
    kept = in_visit(world, visit)
    world.send(visit, world.chanthou, (EXITS, "state", "non_compliant"), (EXITS, f"photo:{kept.pk}", True))
    compliance.submit(assessment=visit, by=world.chanthou, rest_not_asked=True)
    remove(world, item)
    client.force_login(world.vannak)
    page = client.get(f"/app/assessments/{visit.number}/review/?question={EXITS}").content.decode()
    assert "Somebody could be recognised" in page
    assert f"evidence/{kept.pk}/" not in page


@pytest.mark.parametrize("other", CASES)
def test_what_one_place_lets_go_stays_while_another_holds_it(floor, clock, other):
    item = in_item(floor)
    held = CASES[other](floor)
    actions.verify_item(item=floor.item(), how="visit", by=floor.world.dara)
    clock.forward(days=1100)
    assert retention.apply(by=System("retention"))["fix-evidence"] == 1
    queue.run_waiting()
    assert storage.store().has(held.stored)
    item.refresh_from_db()
    held.refresh_from_db()
    assert item.ended_at and not item.redacted_at and not held.redacted_at
    remove(floor.world, held)
    assert not storage.store().has(held.stored)
    item.refresh_from_db()
    assert not item.redacted_at, "it had gone before, for another reason"


def test_every_row_that_names_a_file_of_the_store_is_known():
    """A new model with a column for a file's key says here whether it holds the file."""
    from django.apps import apps

    named = {
        model
        for model in apps.get_models()
        for field in model._meta.fields
        if field.name in ("stored", "paper")
        and model._meta.app_label in ("compliance", "disclosure", "factories", "improvement_plans")
    }
    assert named == set(holders._holders)
    assert {Evidence, ReplyEvidence, Permit, ItemEvidence} <= named


def test_a_paper_of_a_permit_is_a_holder_too(floor):
    item = in_item(floor)
    permit = factories.record_permit(
        site=floor.site, kind="fire", issued_on=date(2026, 1, 1), paper=storage.store().get(item.stored), by=SETUP
    )
    assert permit.paper == item.stored
    remove(floor.world, item)
    permit.refresh_from_db()
    assert (permit.paper, len(permit.paper_sha256)) == ("", 64)


def by_tablet(floor, data):
    visit = floor.world.planned(on=date(2026, 11, 20))
    return compliance.keep_evidence(
        assessment=visit, evidence_id=new_id(), data=data, sha256=storage.sha256_of(data), kind="photo", taken_at="",
        by=floor.world.chanthou,
    )  # fmt: skip


def by_reply(floor, data):
    draft, _visit = a_draft(floor)
    return compliance.send_evidence(draft=draft, data=data, by=floor.world.mony)


def by_permit(floor, data):
    return factories.record_permit(site=floor.site, kind="fire", issued_on=date(2026, 1, 1), paper=data, by=SETUP)


@pytest.mark.parametrize("door", [by_tablet, by_reply, by_permit])
def test_what_was_removed_from_an_item_comes_by_no_other_door(floor, door):
    """By the file as it was taken, and by the picture as it was shown here. Another picture comes in."""
    item = in_item(floor)
    shown = storage.store().get(item.stored)
    remove(floor.world, item)
    for data in (photo(), shown):
        with pytest.raises(Invalid, match="removed by law") as refusal, transaction.atomic():
            door(floor, data)
        assert refusal.value.code == "removed"
    assert not storage.store().has(item.stored)
    assert storage.store().has(getattr(door(floor, photo("blue")), "paper" if door is by_permit else "stored"))


def test_a_paper_of_a_permit_that_was_removed_comes_by_no_door(floor):
    permit = by_permit(floor, photo())
    remove(floor.world, permit)
    item = floor.planned()
    with pytest.raises(Invalid, match="removed by law"):
        actions.add_evidence(item=item, moment="after", data=photo(), by=floor.world.mony)


@pytest.mark.parametrize("other", CASES)
def test_what_was_removed_elsewhere_does_not_come_back_with_an_item(floor, other):
    """By the file as it was taken, and by the picture as it was shown here."""
    item = floor.planned()
    row = CASES[other](floor)
    shown = storage.store().get(row.stored)
    remove(floor.world, row)
    for data in (photo(), shown):
        with pytest.raises(Invalid, match="removed by law"):
            actions.add_evidence(item=item, moment="after", data=data, by=floor.world.mony)
    assert actions.add_evidence(item=item, moment="after", data=photo("blue"), by=floor.world.mony)
    assert not storage.store().has(row.stored)
