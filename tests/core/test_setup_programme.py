"""The first command of a real instance: by flags or by questions, all or nothing, and nothing invented in it."""

import getpass
from io import StringIO

import pytest
from django.apps import apps
from django.core.management import CommandError, call_command

from core import access
from core.models import AuditRecord, Programme, User
from core.roles import Right

FLAGS = {
    "code": "KH",
    "name": "Cambodia",
    "country": "KH",
    "time_zone": "Asia/Phnom_Penh",
    "languages": "km,en",
    "administrator": "dalin",
    "email": "dalin@programme.example",
}
PASSWORD = "nine bricks in a wall"


@pytest.fixture
def password_file(tmp_path):
    path = tmp_path / "password"
    path.write_text(PASSWORD + "\n")
    return path


def run(**flags):
    out = StringIO()
    call_command("setup_programme", stdout=out, **flags)
    return out.getvalue()


def test_by_flags(db, password_file):
    said = run(**FLAGS, password_file=str(password_file))
    programme, user = Programme.objects.get(), User.objects.get()
    assert "KH is ready" in said and PASSWORD not in said
    assert (programme.languages, programme.time_zone) == (["km", "en"], "Asia/Phnom_Penh")
    assert user.check_password(PASSWORD) and not user.is_superuser
    assert access.has(user, Right.ADMINISTER, programme)
    assert AuditRecord.objects.exclude(actor_system="setup").count() == 0


def test_by_questions(db, monkeypatch):
    answers = {"Code": "kh", "Time zone": "Asia/Phnom_Penh", "Name": "Cambodia", "Country, two letters": "kh",
               "Languages": "km, en", "Administrator's name to sign in with": "dalin"}  # fmt: skip
    monkeypatch.setattr("builtins.input", lambda words: answers[words.removesuffix(": ")])
    monkeypatch.setattr(getpass, "getpass", lambda *_: PASSWORD)
    run()
    assert Programme.objects.get().code == "KH" and Programme.objects.get().languages == ["km", "en"]
    assert User.objects.get().check_password(PASSWORD)


@pytest.mark.parametrize(
    "wrong",
    [
        {"code": "K1"},
        {"code": "KHKHKHKHK"},
        {"country": "Cambodia"},
        {"country": "QQ"},
        {"time_zone": "Phnom Penh"},
        {"languages": "khmer"},
        {"languages": ","},
    ],
)
def test_a_wrong_value_is_refused_in_words_and_nothing_is_left(db, password_file, wrong):
    with pytest.raises(CommandError) as refused:
        run(**FLAGS | wrong, password_file=str(password_file))
    assert str(refused.value).endswith(".")
    assert not Programme.objects.exists() and not User.objects.exists()


@pytest.mark.parametrize("weak", ["short", "password123456"])
def test_a_weak_password_is_refused(db, tmp_path, weak):
    (tmp_path / "password").write_text(weak)
    with pytest.raises(CommandError):
        run(**FLAGS, password_file=str(tmp_path / "password"))
    assert not Programme.objects.exists() and not User.objects.exists()


def test_a_password_file_that_is_not_there_is_named(db, tmp_path):
    with pytest.raises(CommandError, match="nowhere"):
        run(**FLAGS, password_file=str(tmp_path / "nowhere"))


def test_an_empty_answer_is_refused(db, monkeypatch):
    monkeypatch.setattr("builtins.input", lambda words: " ")
    with pytest.raises(CommandError, match="Code is needed"):
        run()


def test_the_same_programme_or_administrator_twice_is_refused(db, password_file):
    run(**FLAGS, password_file=str(password_file))
    with pytest.raises(CommandError, match="KH already"):
        run(**FLAGS, password_file=str(password_file))
    with pytest.raises(CommandError):
        run(**FLAGS | {"code": "JO"}, password_file=str(password_file))
    assert Programme.objects.count() == User.objects.count() == 1


def test_nothing_of_a_demonstration_is_in_it(db, password_file, settings):
    """Only what setting up must write: every other table of ours is as a migration leaves it."""
    tables = [m for m in apps.get_models() if m._meta.app_label in
              {"core", "checklists", "factories", "compliance", "improvement_plans", "disclosure"}]  # fmt: skip
    before = {m._meta.label: m._default_manager.count() for m in tables}
    run(**FLAGS, password_file=str(password_file))
    grown = {m._meta.label for m in tables if m._default_manager.count() != before[m._meta.label]}
    assert grown <= {
        "core.Programme", "core.ProgrammeGrant", "core.ProgrammeSetting", "core.User", "core.RoleAssignment",
        "core.AuditRecord",
    }  # fmt: skip
    assert not settings.DEMONSTRATION
