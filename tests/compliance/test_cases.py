"""A case of serious harm: its protocol, its clocks, its letters, its readers, and the sealed identity."""

from datetime import timedelta

import pytest
from django.utils import timezone

from compliance import actions, permissions, queries, rules
from compliance.models import CaseReminder, ZeroToleranceCase
from core import access
from core import actions as core
from core.audit import System
from core.errors import Denied, Invalid, WrongState
from core.models import AuditRecord, Job, RoleAssignment
from core.roles import Right
from tests.world import SETUP


@pytest.fixture
def officer(world):
    return world.person("Vuth", "government-officer")


@pytest.fixture
def case(world, officer):
    return actions.open_case(
        programme=world.programme, cycle=world.planned().cycle, kind="forced-labour", text="sentinel-note",
        readers=[officer], do_not_tell=["management"], by=world.sokha,
    )  # fmt: skip


def agree(case, by):
    actions.take_step(case=case, step="survivor-asked", answer="agrees", words="sentinel-step", by=by)
    actions.take_step(case=case, step="risk-check", answer="safe", by=by)


@pytest.fixture
def told(case, world):
    agree(case, world.sokha)
    return actions.tell_party(case=case, party="ministry", words="Please begin.", by=world.sokha)


class TestRule:
    """rules.telling_misfit: kind × party × what was answered."""

    READY = {"survivor-asked": "agrees", "risk-check": "safe", "best-interest": "tell"}

    @pytest.mark.parametrize("party", rules.CASE_PARTIES)
    @pytest.mark.parametrize("kind", rules.CASE_KINDS)
    def test_with_everything_weighed_anybody_may_be_told_but_who_must_not(self, kind, party):
        assert rules.telling_misfit(kind, party, self.READY, []) is None
        assert rules.telling_misfit(kind, party, self.READY, [party]) == "do-not-tell"

    @pytest.mark.parametrize(
        ("kind", "changed", "misfit"),
        [
            ("forced-labour", {"survivor-asked": "refuses"}, "consent"),
            ("violence", {"survivor-asked": "not-possible"}, "consent"),
            ("child-labour", {"best-interest": "do-not-tell"}, "best-interest"),
            ("child-labour", {"survivor-asked": "refuses"}, None),
            ("worst-forms", {"best-interest": ""}, "best-interest"),
            ("imminent-danger", {"survivor-asked": ""}, None),
            ("imminent-danger", {"risk-check": "at-risk"}, "risk-check"),
            ("retaliation", {"risk-check": ""}, "risk-check"),
        ],
    )
    @pytest.mark.parametrize("party", rules.AUTHORITIES)
    def test_authorities_wait_for_consent_or_the_child_and_for_the_risk_check(self, party, kind, changed, misfit):
        assert rules.telling_misfit(kind, party, self.READY | changed, []) == misfit

    def test_services_and_guardians_need_nothing_of_it(self):
        for party in set(rules.CASE_PARTIES) - set(rules.AUTHORITIES):
            assert rules.telling_misfit("violence", party, {}, []) is None


class TestProtocol:
    def test_authorities_are_told_only_when_it_was_weighed(self, case, world):
        with pytest.raises(WrongState) as refused:
            actions.tell_party(case=case, party="ministry", words="x", by=world.sokha)
        assert refused.value.code == "consent"
        agree(case, world.sokha)
        notice = actions.tell_party(case=case, party="ministry", words="Please begin.", by=world.sokha)
        assert notice.n == 1
        with pytest.raises(WrongState) as refused:
            actions.tell_party(case=case, party="management", words="x", by=world.sokha)
        assert refused.value.code == "do-not-tell"

    def test_the_last_answer_counts_and_all_are_kept(self, case, world):
        agree(case, world.sokha)
        actions.take_step(case=case, step="survivor-asked", answer="refuses", by=world.sokha)
        with pytest.raises(WrongState):
            actions.tell_party(case=case, party="police", words="x", by=world.sokha)
        assert case.steps.filter(step="survivor-asked").count() == 2

    @pytest.mark.parametrize("wrong", [("risk-check", ""), ("begun", "safe"), ("no-such", "")])
    def test_a_step_takes_its_own_answers_only(self, case, world, wrong):
        with pytest.raises(Invalid):
            actions.take_step(case=case, step=wrong[0], answer=wrong[1], by=world.sokha)

    def test_a_closed_case_takes_nothing_more(self, case, world):
        actions.close_case(case=case, outcome="not-confirmed", by=world.sokha)
        for act in (
            lambda: actions.note_on_case(case=case, text="x", by=world.sokha),
            lambda: actions.take_step(case=case, step="begun", by=world.sokha),
            lambda: actions.close_case(case=case, outcome="put-right", by=world.sokha),
        ):
            with pytest.raises(WrongState):
                act()

    def test_it_is_opened_from_another_visit_without_a_cycle(self, world):
        day = timezone.now().date()
        visit = actions.plan_visit(
            site=world.site, kind="advisory", people=[world.dara], planned_from=day, planned_until=day, by=world.dara
        )
        case = actions.open_case(
            programme=world.programme, visit=visit, kind="violence", text="x", readers=[], by=world.dara
        )
        assert (case.site, case.cycle, case.visit) == (world.site, None, visit)

    def test_references_are_by_chance(self, world):
        made = {
            actions.open_case(
                programme=world.programme, site=world.site, kind="violence", text="x", readers=[], by=world.sokha
            ).reference
            for _ in range(8)
        }
        assert len(made) == 8 and all(len(one) == 8 for one in made)


class TestClocks:
    def test_hours_run_from_the_first_letter_to_an_authority(self, told, world):
        case = queries.case(world.sokha, told.case_id)
        (times,) = queries.times_of([world.programme])
        assert queries.case_hours(case, times.clocks) == [
            ("case-begun", told.told_at + timedelta(hours=48)), ("case-followed", told.told_at + timedelta(hours=72)),
        ]  # fmt: skip
        actions.take_step(case=case, step="begun", by=world.sokha)
        assert [name for name, _ in queries.case_hours(queries.case(world.sokha, case.pk), times.clocks)] == [
            "case-followed"
        ]

    def test_its_readers_of_the_staff_are_reminded_once(self, told, world, officer, monkeypatch):
        for person in (world.sokha, world.vannak, officer):
            person.email = f"{person.username}@example.org"
            person.save()
        at = told.told_at
        counts = []
        for hours in (47, 49, 50, 73):
            monkeypatch.setattr("django.utils.timezone.now", lambda hours=hours: at + timedelta(hours=hours))
            actions.remind_of_cases(programme=world.programme, by=System("clocks"))
            counts.append(Job.objects.filter(name="compliance.write_of_something").count())
        assert counts == [0, 1, 1, 2]
        assert CaseReminder.objects.count() == 2
        assert {job.arguments["user_id"] for job in Job.objects.filter(name="compliance.write_of_something")} == {
            str(world.sokha.pk)
        }


class TestReaders:
    def test_an_officer_reads_her_letters_and_nothing_else(self, told, world, officer, client):
        client.force_login(officer)
        page = client.get(f"/app/assessments/cases/{told.case_id}/")
        text = page.content.decode()
        assert page.status_code == 200 and f"{told.case.reference}/1" in text
        for word in ("sentinel-note", "sentinel-step", "Must not be told", "Sokha"):
            assert word not in text
        assert "Please begin." in client.get(f"/app/assessments/cases/{told.case_id}/letter/1/").content.decode()
        client.post(f"/app/assessments/cases/{told.case_id}/", {"do": "acknowledge", "notice": told.pk})
        told.refresh_from_db()
        assert told.acknowledged_by == officer
        for act in ("note", "step", "tell", "seal", "open_seal", "reader", "close"):
            assert client.post(f"/app/assessments/cases/{told.case_id}/", {"do": act}).status_code == 404

    def test_other_letters_are_not_hers(self, told, world, officer, client):
        actions.tell_party(case=told.case, party="union", words="sentinel-union", by=world.sokha)
        client.force_login(officer)
        assert client.get(f"/app/assessments/cases/{told.case_id}/letter/2/").status_code == 404
        assert "sentinel-union" not in client.get(f"/app/assessments/cases/{told.case_id}/").content.decode()

    def test_an_officer_of_another_country_is_never_named(self, case, world):
        foreign = world.person("Faris", "government-officer", programme=world.other_programme)
        with pytest.raises(Invalid):
            actions.name_reader(case=case, reader=foreign, by=world.sokha)
        access.grant(user=foreign, right=Right.READ_CASE, anchor=case)
        assert not permissions.cases_visible_to(foreign).exists()

    def test_whose_role_ended_reads_no_more(self, case, world, officer):
        assert permissions.cases_visible_to(officer).exists()
        core.end_role(assignment=RoleAssignment.objects.get(user=officer), by=SETUP)
        assert not permissions.cases_visible_to(officer).exists()

    def test_somebody_of_the_staff_is_left(self, case, world):
        with pytest.raises(WrongState):
            actions.end_reader(case=case, reader=world.sokha, by=world.sokha)
        actions.name_reader(case=case, reader=world.vannak, by=world.sokha)
        actions.end_reader(case=case, reader=world.sokha, by=world.vannak)
        assert not permissions.cases_visible_to(world.sokha).exists()

    def test_for_who_is_no_reader_every_act_answers_that_nothing_is_there(self, told, world):
        case = told.case
        for act in (
            lambda: actions.note_on_case(case=case, text="x", by=world.vannak),
            lambda: actions.take_step(case=case, step="begun", by=world.vannak),
            lambda: actions.tell_party(case=case, party="service", words="x", by=world.vannak),
            lambda: actions.acknowledge(notice=told, by=world.vannak),
            lambda: actions.seal_identity(case=case, words="x", by=world.vannak),
            lambda: actions.open_identity(case=case, because="safety", by=world.vannak),
            lambda: actions.name_reader(case=case, reader=world.vannak, by=world.vannak),
            lambda: actions.close_case(case=case, outcome="put-right", by=world.vannak),
            lambda: actions.set_do_not_tell(case=case, parties=[], by=world.vannak),
        ):
            with pytest.raises(Denied, match="There is nothing here that you may read"):
                act()


class TestIdentity:
    def test_reading_it_is_an_act_with_a_reason_and_the_others_hear_of_it(self, case, world, client):
        actions.name_reader(case=case, reader=world.vannak, by=world.sokha)
        actions.seal_identity(case=case, words="sentinel-name", by=world.sokha)
        client.force_login(world.vannak)
        address = f"/app/assessments/cases/{case.pk}/"
        assert "sentinel-name" not in client.get(address).content.decode()
        assert client.post(address, {"do": "open_seal", "because": "curious"}).status_code == 400
        answer = client.post(address, {"do": "open_seal", "because": "safety"})
        assert "sentinel-name" in answer.content.decode()
        assert "no-store" in answer["Cache-Control"]
        assert "sentinel-name" not in client.get(address).content.decode()
        assert [(who, why) for _at, who, why in queries.identity_openings(case)] == [(world.vannak, "safety")]
        (job,) = Job.objects.filter(name="compliance.write_of_something")
        assert job.arguments["user_id"] == str(world.sokha.pk)

    def test_it_is_sealed_once(self, case, world):
        actions.seal_identity(case=case, words="x", by=world.sokha)
        with pytest.raises(WrongState):
            actions.seal_identity(case=case, words="y", by=world.sokha)


def test_the_record_of_acts_holds_codes_only(told, world):
    actions.seal_identity(case=told.case, words="sentinel-name", by=world.sokha)
    rows = AuditRecord.objects.filter(subject_id=str(told.case_id))
    assert rows.count() >= 5
    assert "sentinel" not in str(list(rows.values_list("facts", flat=True)))


def test_the_whole_protocol_on_the_screen(world, client):
    number = world.planned().number
    client.force_login(world.sokha)
    opened = client.post(
        "/app/assessments/cases/open/",
        {"assessment": number, "kind": "child-labour", "text": "A child at the gate.", "do_not_tell": ["management"]},
    )
    case = ZeroToleranceCase.objects.get()
    assert opened["Location"] == f"/app/assessments/cases/{case.pk}/"

    def do(act, **given):
        return client.post(opened["Location"], {"do": act} | given, follow=True)

    assert "serves the child" in do("tell", party="ministry", words="Begin.").content.decode()
    do("step", taken="best-interest:tell", words="She is with her aunt.")
    do("step", taken="risk-check:no-migrant")
    text = do("tell", party="ministry", words="Begin.").content.decode()
    assert f"{case.reference}/1" in text and "The authority is asked to begin by" in text
    do("step", taken="begun:")
    do("close", outcome="put-right")
    case.refresh_from_db()
    assert case.outcome == "put-right"
