"""Programmes, people and dated settings: who may, and what is refused."""

from datetime import date

import pytest
from django.core.management import CommandError, call_command
from django.db import IntegrityError, transaction

from core import actions
from core.errors import Denied, Invalid, WrongState
from core.models import AuditRecord, Programme, ProgrammeSetting, User
from tests.world import SETUP

FACTS = {"code": "BD", "name": "Bangladesh", "country": "BD", "time_zone": "Asia/Dhaka", "languages": ["bn", "en"]}


def test_the_program_itself_creates_a_programme(db):
    programme = actions.create_programme(**FACTS, by=SETUP)
    assert (programme.code, programme.weekend) == ("BD", [6, 7])
    assert AuditRecord.objects.get(verb="programme.created").subject_id == str(programme.pk)


def test_no_person_creates_a_programme(world):
    with pytest.raises(Denied):
        actions.create_programme(**FACTS, by=world.person("Piseth", "administrator"))
    assert not Programme.objects.filter(code="BD").exists()


@pytest.mark.parametrize(
    "change",
    [
        {"code": "b"},
        {"code": "BD-1"},
        {"code": "BD\n"},
        {"code": "KH"},
        {"country": "Bangladesh"},
        {"time_zone": "Asia/Nowhere"},
        {"time_zone": "../etc/passwd"},
        {"time_zone": ""},
        {"languages": []},
        {"weekend": [0]},
    ],
)
def test_a_programme_that_could_not_work_is_refused_with_a_sentence(world, change):
    with pytest.raises(Invalid) as refusal:
        actions.create_programme(**(FACTS | change), by=SETUP)
    assert refusal.value.sentence.endswith(".")
    assert Programme.objects.count() == 1


def test_the_database_itself_keeps_the_form_of_a_code(db):
    with pytest.raises(IntegrityError), transaction.atomic():
        Programme.objects.create(**(FACTS | {"code": "bd"}))


class TestPeople:
    def test_a_person_has_name_language_and_no_password_unless_given(self, world):
        user = actions.create_user(username="nita", name="Nita Chan Dara", language="km", by=SETUP)
        assert (user.first_name, user.last_name, user.language) == ("Nita", "Chan Dara", "km")
        assert not user.has_usable_password()

    def test_somebody_without_a_name_is_called_by_the_sign_in_name(self, world):
        assert actions.create_user(username="nita", by=SETUP).name == "nita"

    def test_a_sign_in_name_is_used_once_whatever_its_capitals(self, world):
        with pytest.raises(Invalid):
            actions.create_user(username="SOKHA", by=SETUP)

    def test_an_administrator_creates_people_in_her_own_programme(self, world):
        admin = world.person("Piseth", "administrator")
        actions.create_user(username="nita", by=admin, programme=world.programme)
        with pytest.raises(Denied):
            actions.create_user(username="omid", by=admin, programme=world.other_programme)
        with pytest.raises(Denied):
            actions.create_user(username="omid", by=admin)
        assert not User.objects.filter(username="omid").exists()

    def test_nobody_else_creates_people(self, world):
        with pytest.raises(Denied):
            actions.create_user(username="nita", by=world.sokha, programme=world.programme)

    def test_the_record_holds_no_name_and_no_address(self, world):
        actions.create_user(username="nita", name="Nita Sentinel", email="nita@sentinel.example", by=SETUP)
        kept = str(list(AuditRecord.objects.filter(verb="user.created").values()))
        assert "entinel" not in kept and "nita" not in kept


class TestSettings:
    def give(self, world, value, on=date(2026, 1, 1), by=SETUP):
        return actions.set_programme_setting(
            programme=world.programme, key="second-reading", value=value, in_force_from=on, by=by
        )

    def test_a_value_is_dated_and_a_later_day_takes_another(self, world):
        self.give(world, 3)
        self.give(world, 4, on=date(2026, 7, 1))
        assert list(
            ProgrammeSetting.objects.filter(key="second-reading")
            .order_by("in_force_from")
            .values_list("value", flat=True)
        ) == [3, 4]

    def test_a_setting_that_nothing_reads_is_refused(self, world):
        with pytest.raises(Invalid):
            actions.set_programme_setting(
                programme=world.programme, key="quorum", value=3, in_force_from=date(2026, 1, 1), by=SETUP
            )

    def test_the_command_sets_it_and_says_what_is_in_force(self, world, capsys):
        call_command("programme_setting", "KH", key="committees-read-reports", value="false", since="2026-01-01")
        call_command("programme_setting", "KH")
        told = capsys.readouterr().out
        assert "committees-read-reports: false" in told and "ladder: not set" in told
        for wrong in ({"key": "quorum", "value": "3"}, {"key": "ladder", "value": "no"}, {"key": "ladder"}):
            with pytest.raises(CommandError):
                call_command("programme_setting", "KH", **wrong)

    def test_what_was_in_force_on_a_day_is_not_written_over(self, world):
        self.give(world, 3)
        with pytest.raises(WrongState):
            self.give(world, 4)
        assert ProgrammeSetting.objects.get(key="second-reading").value == 3

    def test_the_same_again_changes_nothing(self, world):
        before = AuditRecord.objects.filter(verb="setting.set").count()
        assert self.give(world, 3) == self.give(world, 3)
        assert AuditRecord.objects.filter(verb="setting.set").count() == before + 1

    def test_only_an_administrator_of_the_programme(self, world):
        with pytest.raises(Denied):
            self.give(world, 3, by=world.sokha)
        self.give(world, 3, by=world.person("Piseth", "administrator"))


@pytest.mark.parametrize("code", ["two words", "", "x" * 81, "line\n", "កម្ពុជា"])
def test_the_record_refuses_what_people_typed(world, code):
    from core import audit

    with pytest.raises(ValueError):
        audit.record("x", world.programme, by=SETUP, fact=code)
