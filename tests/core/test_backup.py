"""What a backup holds comes back as it was; what was changed, of another kind or in the way is refused first."""

import json
from io import StringIO
from pathlib import Path

import pytest
from django.conf import settings as active
from django.core.management import CommandError, call_command
from django.db import connection

from compliance.models import OperationPayload
from core import backup, storage
from core.actions.removals import agree_to_remove, ask_to_remove
from core.errors import Invalid
from core.models import AuditRecord, Programme
from core.redaction import verify
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
    picture = Path(settings.MEDIA_ROOT) / "original_images" / "hall.jpg"
    picture.parent.mkdir(parents=True)
    picture.write_bytes(b"a picture of a hall")
    with own_database.sqlite(tmp_path / "old.sqlite3", django_db_blocker):
        world = World()
        world.assessment = world.planned()
        storage.store().put(b"a photo")
        storage.store().put(b"a paper")
        yield world


@pytest.fixture
def saved(lived_in, tmp_path):
    say("backup", tmp_path / "saved")
    return tmp_path / "saved"


def elsewhere(tmp_path, settings):
    """From here on the settings name a database and a store that are empty."""
    settings.EVIDENCE_FOLDER = tmp_path / "new-evidence"
    settings.MEDIA_ROOT = tmp_path / "new-media"
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
    assert (tmp_path / "new-media/original_images/hall.jpg").read_bytes() == b"a picture of a hall"
    with pytest.raises(Exception, match="frozen"), connection.cursor() as cursor:
        cursor.execute(f"DELETE FROM {AuditRecord._meta.db_table}")


def test_it_says_how_much_it_took(lived_in, tmp_path):
    assert " 3 files" in say("backup", tmp_path / "saved")
    manifest = json.loads((tmp_path / "saved" / "manifest.json").read_text())
    assert manifest["rows"]["core_programme"] == 1


@pytest.mark.parametrize("which", ["database", "evidence", "media/original_images"])
@pytest.mark.parametrize("how", ["changed", "missing"])
def test_a_changed_or_missing_file_is_named_and_nothing_is_touched(saved, tmp_path, settings, which, how):
    path = saved / "database" if which == "database" else sorted((saved / which).iterdir())[-1]
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


def test_the_first_form_without_pictures_is_still_taken(saved):
    manifest = json.loads((saved / "manifest.json").read_text())
    del manifest["media"]
    (saved / "manifest.json").write_text(json.dumps(manifest | {"format": "openfloor-backup/1"}))
    assert backup.check(saved)["format"] == "openfloor-backup/1"


def test_a_name_that_leads_outside_is_refused(saved, tmp_path):
    (tmp_path / "outside").write_bytes(b"x")
    change(saved, media={"../../outside": backup._sha256(tmp_path / "outside")})
    with pytest.raises(Invalid, match="outside the backup"):
        backup.check(saved)


def test_a_form_of_tomorrow_is_refused(saved):
    change(saved, format="openfloor-backup/3")
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


class TestRemovedSince:
    """A backup holds what was removed by law later; the list beside it makes a restore remove it again."""

    WORDS = "Sentinel Sok said so"

    @pytest.fixture
    def noted(self, lived_in):
        """(world, the payload of a note of one tablet)"""
        lived_in.send(lived_in.assessment, lived_in.chanthou, ("emergency-exits-clear", "note", self.WORDS))
        return lived_in, OperationPayload.objects.get()

    def remove(self, world, row):
        ask = ask_to_remove(kind=row._meta.label_lower, subject_id=row.pk, reason="worker-named", by=world.sokha)
        agree_to_remove(ask=ask, by=world.vannak)

    def test_it_is_removed_again_and_proved_as_before(self, noted, tmp_path, settings):
        world, payload = noted
        say("backup", tmp_path / "saved")
        self.remove(world, payload)
        assert self.WORDS not in Path(settings.REMOVALS_LIST).read_text()
        elsewhere(tmp_path, settings)
        assert "Removed again: 1." in say("restore", tmp_path / "saved")
        payload.refresh_from_db()
        assert payload.body is None and payload.redacted_at
        assert verify(payload, payload.operation.digest)
        assert self.WORDS not in str(own_database.rows())
        assert AuditRecord.objects.filter(verb="removal.again").count() == 1
        assert "Removed again: 0." in say("remove_again")

    def test_without_the_list_the_words_are_back(self, noted, tmp_path, settings):
        """What the list is for; and an older list can be named."""
        world, payload = noted
        say("backup", tmp_path / "saved")
        self.remove(world, payload)
        say("backup", tmp_path / "later")
        Path(settings.REMOVALS_LIST).unlink()
        elsewhere(tmp_path, settings)
        say("restore", tmp_path / "saved")
        assert self.WORDS in str(own_database.rows())
        assert "Removed again: 1." in say("remove_again", tmp_path / "later" / "removals.jsonl")
        assert self.WORDS not in str(own_database.rows())

    def test_what_is_replaced_tells_the_list_first(self, noted, tmp_path, settings):
        world, payload = noted
        say("backup", tmp_path / "saved")
        self.remove(world, payload)
        Path(settings.REMOVALS_LIST).unlink()
        say("restore", tmp_path / "saved", replace=True)
        payload.refresh_from_db()
        assert payload.body is None

    def test_what_it_cannot_do_is_named(self, noted, tmp_path, settings):
        """Asked for by somebody who came after the backup."""
        world, payload = noted
        say("backup", tmp_path / "saved")
        world.sokha = world.person("Later", "programme-manager")
        self.remove(world, payload)
        elsewhere(tmp_path, settings)
        with pytest.raises(CommandError, match=f"by hand.*\n.*operationpayload {payload.pk}"):
            say("restore", tmp_path / "saved")

    def test_a_list_that_cannot_be_read_stops_it(self, noted, tmp_path, settings):
        Path(settings.REMOVALS_LIST).write_text('{"subject_type": "compliance.operationpayload"}\n')
        with pytest.raises(CommandError, match="cannot be read"):
            say("remove_again")
