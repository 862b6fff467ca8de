"""What a backup holds comes back as it was; what was changed, of another kind or in the way is refused first."""

import json
from io import StringIO

import pytest
from django.conf import settings as active
from django.core.management import CommandError, call_command
from django.db import connection

from core import backup, storage
from core.errors import Invalid
from core.models import AuditRecord, Programme
from tests.core import own_database
from tests.world import World

pytestmark = pytest.mark.skipif(
    not active.DATABASES["default"]["ENGINE"].endswith("sqlite3"),
    reason="on PostgreSQL: tests/soak/test_restore.py",
)


def say(command, *arguments, **options):
    out = StringIO()
    call_command(command, *map(str, arguments), stdout=out, **options)
    return out.getvalue()


@pytest.fixture
def lived_in(django_db_setup, django_db_blocker, tmp_path, settings):
    """A small world in a database of its own, with two files in the store."""
    settings.EVIDENCE_FOLDER = tmp_path / "evidence"
    with own_database.sqlite(tmp_path / "old.sqlite3", django_db_blocker):
        World().planned()
        storage.store().put(b"a photo")
        storage.store().put(b"a paper")
        yield tmp_path / "old.sqlite3"


@pytest.fixture
def saved(lived_in, tmp_path):
    say("backup", tmp_path / "saved")
    return tmp_path / "saved"


def elsewhere(tmp_path, settings):
    """From here on the settings name a database and a store that are empty."""
    settings.EVIDENCE_FOLDER = tmp_path / "new-evidence"
    connection.close()
    connection.settings_dict["NAME"] = str(tmp_path / "new.sqlite3")


def test_every_row_and_every_file_comes_back(saved, tmp_path, settings):
    before, files = own_database.rows(), sorted(storage.store().keys())
    assert len(files) == 2 and before["core_auditrecord"]
    elsewhere(tmp_path, settings)
    said = say("restore", saved)
    assert "is restored" in said
    after = own_database.rows()
    assert set(after) == set(before)
    assert {table for table in before if before[table] != after[table]} == set()
    assert sorted(storage.store().keys()) == files
    assert storage.store().get(files[0]) in (b"a photo", b"a paper")
    with pytest.raises(Exception, match="frozen"), connection.cursor() as cursor:
        cursor.execute(f"DELETE FROM {AuditRecord._meta.db_table}")


def test_it_says_how_much_it_took(lived_in, tmp_path):
    assert " 2 files" in say("backup", tmp_path / "saved")
    manifest = json.loads((tmp_path / "saved" / "manifest.json").read_text())
    assert manifest["rows"]["core_programme"] == 1


@pytest.mark.parametrize("which", ["database", "evidence"])
@pytest.mark.parametrize("how", ["changed", "missing"])
def test_a_changed_or_missing_file_is_named_and_nothing_is_touched(saved, tmp_path, settings, which, how):
    path = saved / "database" if which == "database" else sorted((saved / "evidence").iterdir())[1]
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 1
    path.unlink() if how == "missing" else path.write_bytes(data)
    elsewhere(tmp_path, settings)
    for command in (lambda: say("restore", saved), lambda: say("restore", saved, check=True)):
        with pytest.raises(CommandError) as refused:
            command()
        assert path.name in str(refused.value)
    assert not connection.introspection.table_names()


def test_a_whole_one_passes_the_check(saved):
    assert "is whole" in say("restore", saved, check=True)


def change(saved, **facts):
    path = saved / "manifest.json"
    path.write_text(json.dumps(json.loads(path.read_text()) | facts))


def test_another_kind_of_database_is_refused(saved, tmp_path, settings):
    change(saved, kind="postgresql")
    elsewhere(tmp_path, settings)
    with pytest.raises(Invalid, match=r"postgresql; .* sqlite"):
        backup.restore(saved)


def test_a_form_of_tomorrow_is_refused(saved):
    change(saved, format="openfloor-backup/2")
    with pytest.raises(Invalid, match="form"):
        backup.check(saved)


def test_a_count_that_does_not_fit_is_told(saved, tmp_path, settings):
    manifest = json.loads((saved / "manifest.json").read_text())
    change(saved, rows=manifest["rows"] | {"core_programme": 7})
    elsewhere(tmp_path, settings)
    with pytest.raises(Invalid, match="does not hold"):
        backup.restore(saved)


def test_what_is_there_stays_unless_one_says_replace(saved, lived_in):
    Programme.objects.update(name="Changed since")
    with pytest.raises(CommandError, match="--replace"):
        say("restore", saved)
    assert Programme.objects.get().name == "Changed since"
    say("restore", saved, replace=True)
    assert Programme.objects.get().name == "Cambodia"


def test_a_backup_never_lands_on_another(saved):
    with pytest.raises(CommandError, match="not empty"):
        say("backup", saved)


def test_a_folder_without_a_backup_is_told(tmp_path):
    with pytest.raises(Invalid, match="no backup"):
        backup.check(tmp_path)
