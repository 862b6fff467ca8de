"""One changed byte is found, in the files of an archive and in the rows of the database, and it is named."""

import hashlib
import json
from datetime import date, timedelta

import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from disclosure import archive, queries
from disclosure.models import Release
from factories import actions as factories
from tests.disclosure.past import AS_OF, publish, regime, usual, visits
from tests.world import SETUP


@pytest.fixture
def two(world):
    """Two releases of a programme with two factories."""
    regime(world)
    usual(world)
    visits(world, (date(2024, 1, 9), {}), (date(2025, 2, 3), {}), site=world.new_site("=White Heron"))
    publish(world)
    factories.close_site(site=world.site, status="closed", by=SETUP)
    return publish(world, AS_OF + timedelta(days=1))


def run(capsys, *arguments):
    """Exit status and everything the command printed."""
    status = 0
    try:
        call_command("verify_disclosures", *arguments)
    except SystemExit as end:
        status = end.code
    out, err = capsys.readouterr()
    return status, out + err


def written(tmp_path, two):
    for release in Release.objects.select_related("programme"):
        folder = tmp_path / "KH" / f"{release.number:04}"
        archive.write(folder, release.manifest, queries.release_files(release))
    return tmp_path


def test_a_whole_archive_is_whole(tmp_path, two, capsys):
    assert run(capsys, str(written(tmp_path, two)))[0] == 0


@pytest.mark.parametrize(
    "name", ["factories/paper-heron-sewing.json", "data.csv", "release.json", "manifest.json", "manifest.sha256"]
)
def test_one_changed_byte_in_any_file_is_named(tmp_path, two, capsys, name):
    path = written(tmp_path, two) / "KH" / "0001" / name
    text = bytearray(path.read_bytes())
    text[len(text) // 2] ^= 1
    path.write_bytes(bytes(text))
    status, said = run(capsys, str(tmp_path))
    assert status == 1
    assert name.replace(".sha256", ".json") in said


def test_a_file_that_is_missing_or_too_many_is_named(tmp_path, two, capsys):
    folder = written(tmp_path, two) / "KH" / "0002"
    (folder / "data.csv").unlink()
    (folder / "factories" / "new.json").write_text("{}")
    status, said = run(capsys, str(tmp_path))
    assert status == 1
    assert "data.csv: missing" in said and "factories/new.json: not in the manifest" in said


def test_a_release_written_anew_breaks_the_chain(tmp_path, two, capsys):
    """Somebody changes a factory and makes every fingerprint of that release fit: the next does not follow it."""
    folder = written(tmp_path, two) / "KH" / "0001"
    path = folder / "factories" / "paper-heron-sewing.json"
    path.write_bytes(path.read_bytes().replace(b"violation_found", b"verified_fixed."))
    manifest = json.loads((folder / "manifest.json").read_bytes())
    manifest["files"]["factories/paper-heron-sewing.json"] = archive.sha256(path.read_bytes())
    text = archive.canonical(manifest)
    (folder / "manifest.json").write_bytes(text)
    (folder / "manifest.sha256").write_bytes(f"{archive.sha256(text)}  manifest.json\n".encode())
    status, said = run(capsys, str(tmp_path))
    assert status == 1
    assert "0002/manifest.json: does not follow 0001" in said


def test_an_empty_folder_is_not_whole(tmp_path, db, capsys):
    assert run(capsys, str(tmp_path))[0] == 1


def test_anybody_can_check_with_ordinary_tools(tmp_path, two):
    folder = written(tmp_path, two) / "KH" / "0002"
    stated, name = (folder / "manifest.sha256").read_text().split()
    assert hashlib.sha256((folder / name).read_bytes()).hexdigest() == stated == two.digest
    for file, digest in json.loads((folder / name).read_bytes())["files"].items():
        assert hashlib.sha256((folder / file).read_bytes()).hexdigest() == digest


def test_the_database_is_whole(two, capsys):
    assert run(capsys) == (0, "Whole: every release is what was published.\n")


@pytest.mark.parametrize(
    ("table", "change", "where", "named"),
    [
        ("disclosure_entry", "status = 'found_again'", "status = 'violation_found'", "emergency-exits"),
        ("disclosure_entry", "issue = issue || ' '", "question_key = 'under-age-workers'", "under-age-workers"),
        ("disclosure_releasedfactory", "name = 'Paper Heron'", "slug = 'paper-heron-sewing'", "sewing: name is"),
        (
            "disclosure_releasedfactory", "document = replace(document, 'Kandal', 'Kandol')",
            "slug = 'paper-heron-sewing'", "paper-heron-sewing",
        ),
        ("disclosure_release", "coverage = replace(coverage, '2', '3')", "number = 1", "KH-1/release.json"),
        ("disclosure_release", "as_of = '2026-10-04'", "number = 1", "KH-1/release.json"),
        ("disclosure_release", "manifest = replace(manifest, 'data', 'date')", "number = 1", "KH-1"),
        ("disclosure_address", "site_id = (SELECT site_id FROM disclosure_address WHERE slug = 'white-heron')",
         "slug = 'paper-heron-sewing'", "leads to another factory"),
    ],
)  # fmt: skip
def test_one_changed_row_is_named(two, capsys, table, change, where, named):
    if connection.vendor != "sqlite":
        pytest.skip("the change is written for SQLite")
    with connection.cursor() as cursor:
        cursor.execute(f"DROP TRIGGER frozen_{table}_update")
        cursor.execute(f"UPDATE {table} SET {change} WHERE {where}")
        assert cursor.rowcount
    status, said = run(capsys)
    assert status == 1
    assert named in said


def test_a_row_taken_away_is_named(two, capsys):
    if connection.vendor != "sqlite":
        pytest.skip("the change is written for SQLite")
    with connection.cursor() as cursor:
        cursor.execute("DROP TRIGGER frozen_disclosure_entry_delete")
        cursor.execute("DELETE FROM disclosure_entry WHERE question_key = 'under-age-workers'")
    status, said = run(capsys)
    assert status == 1
    assert "paper-heron-sewing" in said


def test_the_command_publishes_writes_and_repeats(world, tmp_path, capsys):
    regime(world)
    usual(world)
    arguments = ("publish_disclosures", "--programme", "kh", "--as-of", "2026-10-05", "--archive", str(tmp_path))
    call_command(*arguments)
    call_command(*arguments)
    assert "KH-1 published: 1 of 1 factories" in (said := capsys.readouterr().out)
    assert "KH-1 unchanged" in said
    assert run(capsys, str(tmp_path))[0] == 0
    (tmp_path / "KH" / "0001" / "data.csv").write_text("")
    with pytest.raises(CommandError, match="holds something else"):
        call_command(*arguments)
    with pytest.raises(CommandError, match="no programme"):
        call_command("publish_disclosures", "--programme", "XX", "--as-of", "2026-10-05")


def test_a_name_that_looks_like_a_formula_is_harmless_in_the_table(two):
    table = b"".join(dict(map(lambda file: (file[0], list(file[1])), queries.release_files(two)))["data.csv"]).decode()
    assert ",'=White Heron," in table
