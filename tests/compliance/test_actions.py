"""From a plan to an issued report: who may, what is refused, what is frozen."""

from datetime import date
from io import BytesIO

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction
from PIL import Image

from compliance import actions, permissions
from compliance.issued import issued_findings, issued_reports
from compliance.models import Assessment, Finding, FindingText, Operation, Report
from core import access, storage
from core.errors import Denied, Invalid, WrongState
from core.ids import new_id
from core.models import AuditRecord, Job
from core.redaction import redact
from factories import actions as factories
from tests.world import SETUP

EXITS, WAGE, AGE = "emergency-exits-clear", "minimum-wage-paid", "under-age-workers"


def jpeg(width=40, height=30, exif=False):
    picture, out = Image.new("RGB", (width, height), "teal"), BytesIO()
    tags = Image.Exif()
    if exif:
        tags[0x010E] = "sentinel-place"
    picture.save(out, "JPEG", exif=tags)
    return out.getvalue()


class TestPlanning:
    def test_only_a_programme_manager_plans(self, world):
        with pytest.raises(Denied):
            actions.plan_assessment(
                programme=world.programme, site=world.site, version=world.version, lead=world.chanthou, assessors=[],
                planned_from=date(2026, 3, 2), planned_until=date(2026, 3, 3), by=world.chanthou,
            )  # fmt: skip

    def test_numbers_run_without_gaps_and_the_cycle_opens(self, world):
        first, second = world.planned(), world.planned(site=world.new_site("Blue Kettle"))
        assert (first.number, second.number) == ("KH-2026-0001", "KH-2026-0002")
        assert first.cycle.number == 1

    @pytest.mark.parametrize(
        "wrong",
        [
            {"site": "other"},
            {"lead": "dara"},
            {"assessors": ["chanthou"]},
            {"planned_until": date(2026, 3, 1)},
            {"planned_from": date(2019, 1, 1)},
        ],
    )
    def test_a_plan_that_cannot_be_is_refused_whole(self, world, wrong):
        plan = {
            "site": world.site, "lead": world.chanthou, "assessors": [world.rith],
            "planned_from": date(2026, 3, 2), "planned_until": date(2026, 3, 3),
        }  # fmt: skip
        for name, value in wrong.items():
            if name == "site":
                value = world.other_site
            elif name == "lead":
                value = getattr(world, value)
            elif name == "assessors":
                value = [getattr(world, one) for one in value]
            plan[name] = value
        with pytest.raises(Invalid):
            actions.plan_assessment(programme=world.programme, version=world.version, by=world.sokha, **plan)
        assert not Assessment.objects.exists()

    def test_the_factory_side_sees_nothing_of_a_plan(self, world):
        world.planned()
        assert not permissions.visible_to(world.mony).exists()
        assert permissions.visible_to(world.sokha).count() == permissions.visible_to(world.rith).count() == 1
        assert not permissions.visible_to(world.layla).exists()

    def test_the_database_wants_exactly_one_subject(self, world):
        planned = world.planned()
        for wrong in ({"cycle": None}, {"of_programme": world.programme}):
            with pytest.raises(IntegrityError), transaction.atomic():
                Assessment.objects.filter(pk=planned.pk).update(**wrong)


class TestSubmitting:
    def test_only_the_lead_submits(self, world):
        planned = world.planned()
        world.send(planned, world.rith, (EXITS, "state", "compliant"))
        with pytest.raises(Denied):
            actions.submit(assessment=planned, by=world.rith, rest_not_asked=True)

    def test_questions_left_are_named_in_number(self, world):
        planned = world.planned()
        world.send(planned, world.chanthou, (EXITS, "state", "compliant"))
        with pytest.raises(WrongState, match="6 questions"):
            actions.submit(assessment=planned, by=world.chanthou)

    def test_a_conflict_is_settled_first(self, world):
        planned = world.planned()
        world.send(planned, world.chanthou, (EXITS, "state", "compliant"))
        world.send(planned, world.rith, (EXITS, "state", "non_compliant"))
        with pytest.raises(WrongState, match="differ"):
            actions.submit(assessment=planned, by=world.chanthou, rest_not_asked=True)

    def test_a_photo_still_on_a_tablet_holds_it_up(self, world):
        planned, photo = world.planned(), new_id()
        world.send(planned, world.chanthou, (EXITS, "state", "non_compliant"), (EXITS, f"photo:{photo}", True))
        with pytest.raises(WrongState, match="photo"):
            actions.submit(assessment=planned, by=world.chanthou, rest_not_asked=True)
        data = jpeg()
        actions.keep_evidence(
            assessment=planned, evidence_id=photo, data=data, sha256=storage.sha256_of(data), kind="photo",
            taken_at="", by=world.rith,
        )  # fmt: skip
        assert actions.submit(assessment=planned, by=world.chanthou, rest_not_asked=True).state == "in_review"


class TestIssuing:
    def test_what_was_not_asked_is_never_compliant(self, world):
        report = world.report({EXITS: "non_compliant", WAGE: "compliant"})
        states = dict(report.findings.values_list("question_key", "state"))
        assert (states[EXITS], states[WAGE], states[AGE]) == ("non_compliant", "compliant", "not_asked")
        assert len(states) == 6  # information questions are facts, never findings

    def test_the_age_of_a_finding_follows_the_visits(self, world):
        world.report({EXITS: "non_compliant"}, on=date(2024, 3, 1))
        world.report({WAGE: "compliant"}, on=date(2025, 3, 1))
        third = world.report({EXITS: "non_compliant"}, on=date(2026, 3, 1))
        finding = third.findings.get(question_key=EXITS)
        assert (finding.first_found_on, finding.times_found, third.visit_count) == (date(2024, 3, 1), 2, 3)

    def test_only_a_lead_assessor_issues_and_only_from_review(self, world):
        with pytest.raises(WrongState):
            actions.issue_report(assessment=world.planned(), by=world.vannak)
        in_review = world.in_review({EXITS: "compliant"}, site=world.new_site("Blue Kettle"))
        with pytest.raises(Denied):
            actions.issue_report(assessment=in_review, by=world.chanthou)

    def test_an_issued_report_is_frozen_and_proves_itself(self, world):
        report = world.report(extra=[(EXITS, "report_text", "Two exits were blocked.")])
        assert actions.verify_report(report)
        for statement in ("UPDATE compliance_finding SET state = 'compliant'", "DELETE FROM compliance_report"):
            with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
                cursor.execute(statement)

    def test_changed_words_are_found_and_removed_words_still_verify(self, world):
        report = world.report(extra=[(EXITS, "report_text", "Two exits were blocked.")])
        words = FindingText.objects.get(finding__question_key=EXITS)
        FindingText.objects.filter(pk=words.pk).update(body={"text": "All exits were open."})
        assert not actions.verify_report(report)
        words.refresh_from_db()
        redact(payload=words, asked_by=world.sokha, agreed_by=world.vannak, reason="worker-named")
        assert actions.verify_report(report)
        assert next(f.text for f in issued_findings([report.pk]) if f.question_key == EXITS) == ""

    def test_notes_and_comments_never_reach_the_report(self, world):
        report = world.report(
            extra=[
                (EXITS, "note", "sentinel-note"),
                (EXITS, "comment", "sentinel-comment"),
                (EXITS, "report_text", "Said."),
            ]
        )
        everything = str(list(Report.objects.values())) + str(list(Finding.objects.values()))
        everything += str(list(FindingText.objects.values())) + str(issued_findings([report.pk]))
        assert "Said." in everything
        assert "sentinel" not in everything

    def test_issuing_asks_for_documents_and_plan_in_the_same_transaction(self, world):
        in_review = world.in_review({EXITS: "compliant"})
        with pytest.raises(RuntimeError), transaction.atomic():
            actions.issue_report(assessment=in_review, by=world.vannak)
            raise RuntimeError
        assert not Job.objects.exists()
        actions.issue_report(assessment=in_review, by=world.vannak)
        assert set(Job.objects.values_list("name", flat=True)) == {
            "compliance.make_documents",
            "improvement_plans.after_report",
        }

    def test_issued_facts_name_no_person(self, world):
        report = world.report()
        text = str(issued_reports(world.programme.pk)) + str(issued_findings([report.pk])) + str(report.facts)
        for user in (world.chanthou, world.rith, world.vannak, world.sokha):
            assert str(user.pk) not in text
            assert user.name not in text

    def test_the_reviewers_words_are_an_operation_like_any_other(self, world):
        in_review = world.in_review({EXITS: "non_compliant"}, extra=[(EXITS, "report_text", "First words.")])
        actions.edit_report_text(assessment=in_review, question_key=EXITS, text="Better words.", by=world.vannak)
        assert in_review.answers.get(question_key=EXITS).report_text == "Better words."
        assert Operation.objects.filter(field="report_text").count() == 2
        with pytest.raises(Denied):
            actions.edit_report_text(assessment=in_review, question_key=EXITS, text="x", by=world.rith)


class TestWhoReadsAReport:
    def test_default_nothing_and_each_right_opens_its_own(self, world):
        report = world.report()
        readers = {
            "vannak": world.vannak, "sokha": world.sokha, "dara": world.dara, "rith": world.rith, "mony": world.mony,
        }  # fmt: skip
        for name, user in readers.items():
            assert permissions.reports_visible_to(user).filter(pk=report.pk).exists(), name
        for user in (world.layla, world.omar, world.person("Nobody")):
            assert not permissions.reports_visible_to(user).exists()
            with pytest.raises(Denied):
                actions.open_report(report=report, by=user)
        assert not AuditRecord.objects.filter(verb="report.opened").exists()

    def test_consent_opens_its_cycle_and_its_end_closes_it(self, world):
        report, other = world.report(), world.report(site=world.new_site("Blue Kettle"))
        buyer = factories.create_buyer(name="Meadow Brands", by=SETUP)
        ana = world.person("Ana")
        factories.add_buyer_member(buyer=buyer, user=ana, since=date(2026, 1, 1), by=SETUP)
        assert not permissions.reports_visible_to(ana).exists()
        consent = factories.give_consent(
            site=world.site, buyer=buyer, cycle=report.assessment.cycle, since=date(2026, 1, 1), by=world.mony
        )
        assert [r.pk for r in permissions.reports_visible_to(ana)] == [report.pk]
        assert other.pk not in permissions.reports_visible_to(ana).values_list("pk", flat=True)
        factories.end_consent(consent=consent, by=world.mony)
        assert not permissions.reports_visible_to(ana).exists()

    def test_who_opened_it_is_recorded(self, world):
        report = world.report()
        actions.open_report(report=report, by=world.mony)
        assert AuditRecord.objects.get(verb="report.opened").actor_id == world.mony.pk


class TestEvidence:
    def keep(self, world, data, **changes):
        planned = changes.pop("assessment", None) or world.planned()
        given = {
            "assessment": planned, "evidence_id": new_id(), "data": data, "sha256": storage.sha256_of(data),
            "kind": "photo", "taken_at": "", "by": world.rith,
        } | changes  # fmt: skip
        return actions.keep_evidence(**given)

    def test_a_photo_is_made_anew_without_what_hid_in_it(self, world):
        evidence = self.keep(world, jpeg(exif=True))
        kept = storage.store().get(evidence.stored)
        assert b"sentinel-place" in jpeg(exif=True)
        assert b"sentinel-place" not in kept
        assert storage.media_type_of(kept) == evidence.media_type == "image/jpeg"

    def test_the_same_again_is_the_same_answer_and_other_bytes_are_refused(self, world):
        planned, photo = world.planned(), new_id()
        first = self.keep(world, jpeg(), assessment=planned, evidence_id=photo)
        assert self.keep(world, jpeg(), assessment=planned, evidence_id=photo).pk == first.pk
        with pytest.raises(WrongState):
            self.keep(world, jpeg(50, 50), assessment=planned, evidence_id=photo)

    @pytest.mark.parametrize(
        "data",
        [
            b"<html><script>alert(1)</script></html>",
            b"<svg xmlns='http://www.w3.org/2000/svg'><script/></svg>",
            b"\xff\xd8\xff\xe0 not really a picture",
            b"MZ\x90\x00",
            b"",
        ],
    )
    def test_what_is_no_picture_is_refused_by_its_content(self, world, data):
        with pytest.raises(Invalid):
            self.keep(world, data)

    def test_a_damaged_file_is_not_kept(self, world):
        with pytest.raises(Invalid):
            self.keep(world, jpeg(), sha256="0" * 64)

    def test_somebody_not_named_on_the_visit_cannot_add(self, world):
        with pytest.raises(Denied):
            self.keep(world, jpeg(), by=world.omar)


class TestTablets:
    def test_a_tablet_is_not_taken_over(self, world):
        device = world.tablet(world.rith)
        with pytest.raises(Denied):
            actions.register_device(device_id=device.pk, name="x", by=world.omar)

    def test_a_decision_on_quarantine_is_made_once_by_a_manager(self, world):
        planned = world.planned()
        world.send(planned, world.rith, ("no-such-question", "state", "compliant"))
        item = planned.quarantined.get()
        with pytest.raises(Denied):
            actions.decide_quarantined(item=item, decision="rejected", why="no", by=world.rith)
        actions.decide_quarantined(item=item, decision="rejected", why="Came twice.", by=world.sokha)
        with pytest.raises(WrongState):
            actions.decide_quarantined(item=item, decision="released", why="Perhaps.", by=world.sokha)


class TestZeroTolerance:
    def test_only_its_readers_can_know_of_a_case(self, world):
        cycle = world.planned().cycle
        case = actions.open_case(
            programme=world.programme, cycle=cycle, kind="child-labour", text="What was seen.", readers=[world.sokha],
            by=world.rith,
        )  # fmt: skip
        for user, sees in ((world.rith, 1), (world.sokha, 1), (world.vannak, 0), (world.mony, 0), (world.layla, 0)):
            assert permissions.cases_visible_to(user).count() == sees
        with pytest.raises(Denied):
            actions.close_case(case=case, outcome="put-right", by=world.vannak)
        assert actions.close_case(case=case, outcome="put-right", by=world.sokha).closed_by == world.sokha

    def test_a_factory_manager_cannot_open_one(self, world):
        with pytest.raises(Denied):
            actions.open_case(
                programme=world.programme, cycle=world.planned().cycle, kind="x", text="", readers=[], by=world.mony
            )


def test_a_grant_ends_by_itself(world):
    from django.utils import timezone

    access.grant(
        user=world.layla, right="assess", anchor=world.programme, until=timezone.now() - timezone.timedelta(seconds=1)
    )
    assert not access.has(world.layla, "assess", world.programme)
