"""What is kept for a time only goes when its time is over, everything else stays, and the hashes verify."""

from datetime import date, timedelta

import pytest
from django.utils import timezone

from compliance import actions as compliance
from compliance.models import Answer, Device, OperationPayload
from core import actions as core
from core import retention
from core.audit import System
from core.errors import Denied
from core.models import AuditRecord, Redaction
from core.redaction import verify
from tests.world import SETUP

EXITS = "emergency-exits-clear"
BY = System("retention")


def forward(monkeypatch, days):
    later = timezone.now() + timedelta(days=days)
    monkeypatch.setattr("django.utils.timezone.now", lambda: later)


def test_field_notes_go_two_years_after_issue_and_the_report_stays(world, monkeypatch):
    report = world.report(extra=[(EXITS, "note", "seen by the line leader"), (EXITS, "report_text", "Blocked.")])
    open_one = world.planned(on=date(2026, 6, 1))
    world.send(open_one, world.chanthou, (EXITS, "note", "still at work"))
    with monkeypatch.context() as clock:
        forward(clock, 729)
        assert retention.apply(by=BY)["field-notes"] == 0
    with monkeypatch.context() as clock:
        forward(clock, 731)
        assert retention.apply(by=BY)["field-notes"] == 1
        assert retention.apply(by=BY)["field-notes"] == 0
    answer = Answer.objects.get(assessment=report.assessment, question_key=EXITS)
    assert (answer.note, answer.report_text, answer.state) == ("", "Blocked.", "non_compliant")
    assert Answer.objects.get(assessment=open_one).note == "still at work"
    assert all(verify(row, row.operation.digest) for row in OperationPayload.objects.select_related("operation"))
    assert compliance.verify_report(report)
    record = AuditRecord.objects.get(verb="retention.applied")
    assert record.facts == {"kind": "field-notes", "rows": 1, "days": 730}
    assert not Redaction.objects.exists()


def test_a_programme_sets_its_own_number_of_days(world, monkeypatch):
    world.report(extra=[(EXITS, "note", "seen by the line leader")])
    day = timezone.now().date()
    core.set_programme_setting(
        programme=world.programme, key="keep-days.field-notes", value=10, in_force_from=day, by=SETUP
    )
    forward(monkeypatch, 11)
    assert retention.apply(by=BY)["field-notes"] == 1


def test_the_name_of_a_tablet_out_of_use_goes(world, monkeypatch):
    kept, lost = world.tablet(world.chanthou), world.tablet(world.rith)
    compliance.revoke_device(device=lost, by=world.rith)
    forward(monkeypatch, 366)
    retention.apply(by=BY)
    assert dict(Device.objects.values_list("pk", "name")) == {kept.pk: "Tablet", lost.pk: ""}


def test_only_the_program_itself_does_this(world):
    with pytest.raises(Denied):
        retention.apply(by=world.sokha)
