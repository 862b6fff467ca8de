"""One changed byte anywhere in history is found and named, by the command and by the script that stands alone; what
was taken out by law is named too, and is no fault. Releases from before the canonical form had a name still verify."""

import base64
import json
import random
import shutil
import subprocess
import sys
from datetime import date, timedelta
from pathlib import Path

import pytest
from django.core.management import call_command
from django.utils.dateparse import parse_datetime
from hypothesis import given
from hypothesis import strategies as st

from compliance import actions as compliance
from compliance.models import FindingText
from core.days import today
from core.redaction import redact
from disclosure import actions, archive, public, queries, signing, verify_archive
from disclosure.models import Address, Entry, Release, ReleasedFactory
from factories import actions as factories
from tests.disclosure.past import AS_OF, publish, regime, usual, visits
from tests.world import SETUP

FIRST = Path(__file__).parent.parent / "fixtures" / "first-releases"
SCRIPT = Path(verify_archive.__file__)
EXITS = "emergency-exits-clear"
KEY = base64.b64encode(bytes(range(32))).decode()


def script(folder):
    """Exit status and words of the script, run as anybody would: by another Python process, without this program."""
    ran = subprocess.run(
        [sys.executable, "-I", "-S", SCRIPT, folder], capture_output=True, text=True, timeout=60, cwd=folder
    )
    return ran.returncode, ran.stdout + ran.stderr


def command(capsys, *arguments):
    try:
        call_command("verify_disclosures", *arguments)
        status = 0
    except SystemExit as end:
        status = end.code
    out, err = capsys.readouterr()
    return status, out + err


def written(folder):
    for release in Release.objects.select_related("programme"):
        place = folder / release.programme.code / f"{release.number:04}"
        archive.write(place, release.manifest, queries.release_files(release), signature=release.signature)
    return folder


@pytest.fixture
def three(world, settings):
    """Three signed releases: a factory, a second one, and a withheld page."""
    settings.LEDGER_KEY = KEY
    regime(world)
    usual(world)
    publish(world)
    visits(world, (date(2024, 1, 9), {}), (date(2025, 2, 3), {}), site=world.new_site("White Heron"))
    publish(world, AS_OF + timedelta(days=1))
    ask = actions.ask_to_withhold(slug="white-heron", reason="court-order", by=world.sokha)
    actions.agree_to_withhold(ask=ask, by=world.person("Thida", "programme-manager"))
    publish(world, today(world.programme))
    return world


def test_one_changed_byte_anywhere_is_found_and_named_by_both(three, tmp_path, capsys):
    whole = written(tmp_path / "whole")
    assert command(capsys, str(whole))[0] == 0
    status, said = script(whole)
    assert (status, Release.objects.get(next=None).digest in said) == (0, True)
    chance = random.Random(8)
    files = sorted(path for path in whole.rglob("*") if path.is_file())
    places = [(path, chance.randrange(path.stat().st_size)) for path in files]
    places += [(path, chance.randrange(path.stat().st_size)) for path in chance.choices(files, k=40)]
    for path, at in places:
        before = path.read_bytes()
        path.write_bytes(before[:at] + bytes([before[at] ^ (1 << chance.randrange(8))]) + before[at + 1 :])
        named = path.name if not path.name.startswith("manifest.") else "manifest.json"
        found = [line for line, lawful in verify_archive.check(whole) if not lawful]
        assert any(f"{path.parent / named}" in line for line in found), (path, at)
        path.write_bytes(before)
    path.write_bytes(before[:-1])
    for status, said in (script(whole), command(capsys, str(whole))):
        assert status == 1 and str(path.parent) in said, "cut short"


def test_a_release_taken_out_of_history_is_found(three, tmp_path):
    whole = written(tmp_path)
    shutil.rmtree(whole / "KH" / "0002")
    status, said = script(whole)
    assert status == 1 and "0003/manifest.json: the release before it is not here" in said
    shutil.rmtree(whole / "KH" / "0001")
    status, said = script(whole)
    assert status == 0 and "the archive begins here" in said


def test_what_was_taken_out_by_law_is_named_and_is_no_fault(three, tmp_path, capsys):
    whole = written(tmp_path)
    for name in ("factories/white-heron.json", "data.csv", "changes.json"):
        (whole / "KH" / "0002" / name).unlink()
    for status, said in (script(whole), command(capsys, str(whole))):
        assert status == 0, said
        assert f"white-heron.json: taken out, withheld on {today(three.programme)}, court-order" in said
    (whole / "KH" / "0002" / "factories" / "paper-heron-sewing.json").unlink()
    status, said = script(whole)
    assert status == 1 and "paper-heron-sewing.json: missing" in said
    log = whole / "KH" / "0003" / "corrections.json"
    log.write_text(log.read_text().replace("white-heron", "paper-heron-sewing"))
    assert "paper-heron-sewing.json: missing" in script(whole)[1], "only the log of a release that is whole excuses"


def test_words_removed_from_a_report_change_no_release(three, tmp_path, capsys):
    whole = written(tmp_path)
    for row in FindingText.objects.all():
        redact(payload=row, asked_by=three.sokha, agreed_by=three.vannak, reason="worker-named")
    assert command(capsys)[0] == 0 and command(capsys, str(whole))[0] == 0
    assert publish(three, today(three.programme)) == Release.objects.get(number=3)


def test_a_signature_says_who_published(three, tmp_path, capsys, settings, client):
    whole = written(tmp_path)
    pem = client.get("/data/ledger.pem").content
    (tmp_path / "ledger.pem").write_bytes(pem)
    folder = whole / "KH" / "0003"
    openssl = ["openssl", "pkeyutl", "-verify", "-pubin", "-inkey", tmp_path / "ledger.pem", "-rawin"]
    if shutil.which("openssl"):
        openssl += ["-in", folder / "manifest.json", "-sigfile", folder / "manifest.sig"]
        assert subprocess.run(openssl, capture_output=True, timeout=30).returncode == 0
    settings.LEDGER_KEY = base64.b64encode(bytes(range(1, 33))).decode()
    for status, said in (command(capsys), command(capsys, str(whole))):
        assert status == 1 and "the signature is not by the key in use" in said
    settings.LEDGER_KEY = ""
    assert command(capsys)[0] == 0 and signing.sign(b"x") == "" and client.get("/data/ledger.pem").status_code == 404


# --- what was published before ---


def taken_in(world):
    """The rows of the first releases, as they were written from the same archive before the canonical form had a name."""
    last, rule = None, regime(world)
    for folder in sorted((FIRST / "KH").iterdir()):
        about, manifest = (json.loads((folder / name).read_bytes()) for name in ("release.json", "manifest.json"))
        last = Release.objects.create(
            programme=world.programme, number=about["number"], regime=rule, rule=about["rule"], as_of=about["as_of"],
            published_at=parse_datetime(about["published_at"]), previous=last, coverage=about["coverage"],
            manifest=manifest, digest=archive.sha256((folder / "manifest.json").read_bytes()),
        )  # fmt: skip
        for position, path in enumerate(sorted((folder / "factories").iterdir()), start=1):
            document = json.loads(path.read_bytes())
            if last.number == 1:
                Address.objects.create(slug=document["slug"], site_id=document["id"], given_on=last.as_of)
            row = ReleasedFactory.objects.create(
                release=last, position=position, site_id=document["id"], document=document,
                digest=archive.sha256(path.read_bytes()), **{name: document[name] for name in archive.FACTORY_FIELDS},
            )  # fmt: skip
            for entry in document["entries"]:
                known = {name: entry[name] for name in archive.ENTRY_FIELDS if name in entry}
                Entry.objects.create(released_factory=row, **known)
    return last


def test_the_first_releases_verify_as_files_and_as_rows_and_the_next_follows(world, tmp_path, capsys, client):
    assert command(capsys, str(FIRST))[0] == 0 and script(FIRST)[0] == 0
    last = taken_in(world)
    last.refresh_from_db()
    assert command(capsys) == (0, "Whole: every release is what was published.\n")
    folder = written(tmp_path)
    for path in (FIRST / "KH").rglob("*.*"):
        if path.is_file():
            assert path.read_bytes() == (folder / path.relative_to(FIRST)).read_bytes()
    for address in ("/disclosure/", "/disclosure/paper-heron-sewing/", "/disclosure/releases/", "/disclosure/changes/"):
        assert client.get(address).status_code == 200
    after = publish(world, date(2026, 11, 1))
    assert (after.number, after.manifest["previous"]) == (3, last.digest)
    assert after.manifest["canonical"] == "RFC 8785"
    assert command(capsys)[0] == 0 and script(written(tmp_path))[0] == 0


@given(st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53) + 1, 2**53 - 1) | st.text(),
    lambda some: st.lists(some, max_size=4) | st.dictionaries(st.text("abcdefghijklmnop_"), some, max_size=4),
))  # fmt: skip
def test_both_forms_are_the_same_where_there_is_no_broken_number_and_no_rare_key(value):
    assert archive.canonical(value) == archive.first_form(value)


def test_numbers_are_written_as_rfc_8785_says():
    assert archive.form_of({"canonical": "RFC 8785"})({"mean": 1.0}) == b'{"mean":1}'
    assert archive.form_of({})({"mean": 1.0}) == b'{"mean":1.0}', "as the first releases were hashed"
    assert archive.canonical({"b": 1.0, "a": 1e-7, "€": 0.9375, "\U0001f600": 2, "\ufb33": 3}) == (
        '{"a":1e-7,"b":1,"€":0.9375,"\U0001f600":2,"\ufb33":3}'.encode()
    )


# --- the log ---


@pytest.fixture
def corrected(world):
    """A finding withdrawn, one upheld, one not decided, of a public report; and one of a report that is not public."""
    regime(world)
    reports = usual(world)
    world.mony  # noqa: B018 (a manager of the factory)
    return world, reports


def test_corrections_are_logged_by_class_of_asker_and_only_of_what_is_public(corrected, client):
    world, reports = corrected
    newest, hidden = reports[3], reports[0]
    asks = [
        compliance.ask_for_correction(report=report, question_key=key, text="A word of Mony's.", by=by)
        for report, key, by in (
            (newest, EXITS, world.mony), (reports[2], "overtime-premium-paid", world.sokha),
            (newest, "overtime-premium-paid", world.mony), (hidden, EXITS, world.mony),
            (newest, "under-age-workers", world.mony), (newest, "evacuation-drills", world.mony),
        )
    ]  # fmt: skip
    compliance.correct(
        ask=asks[0], reason="It was clear.", by=world.vannak, question_key=EXITS, state="compliant", text="Clear."
    )
    compliance.refuse_correction(ask=asks[1], reason="It was seen.", by=world.vannak)
    compliance.refuse_correction(ask=asks[3], reason="It was seen.", by=world.vannak)
    day = today(world.programme)
    release = publish(world, date(2026, 11, 18))
    assert not release.corrections, "asked later than the day of the release"
    release = publish(world, day)
    lines = {(line["question_key"], line["visited_on"]): line for line in release.corrections}
    told = {place: (line["asked_by"], line["outcome"], line["decided_on"]) for place, line in lines.items()}
    grave_is_due = date(2026, 7, 1) + timedelta(days=141) <= day
    expected = {
        (EXITS, "2026-07-01"): ("factory", "withdrawn", day.isoformat()),
        ("overtime-premium-paid", "2025-05-14"): ("programme", "upheld", day.isoformat()),
        ("overtime-premium-paid", "2026-07-01"): ("factory", "", None),
    }
    assert told == expected | ({("under-age-workers", "2026-07-01"): ("factory", "", None)} if grave_is_due else {})
    assert (lines[EXITS, "2026-07-01"]["release"], lines[EXITS, "2026-07-01"]["report_version"]) == (2, 2)
    for text in (
        json.dumps(release.corrections),
        *(client.get(f"/disclosure/corrections{end}").content.decode() for end in ("/", ".csv")),
    ):
        assert "Mony" not in text and "Sokha" not in text and "word of" not in text
        assert "Paper Heron" in text
    assert not list(queries.problems())
    assert queries.first_said([{k: v for k, v in line.items() if k != "release"} for line in release.corrections],
                              release, 9) == release.corrections  # fmt: skip


def test_what_is_withheld_is_logged_at_once_and_hides_the_other_lines(corrected, client):
    world, reports = corrected
    compliance.ask_for_correction(report=reports[3], question_key=EXITS, text="No.", by=world.mony)
    publish(world, today(world.programme))
    assert [line["kind"] for line in public.corrections()] == ["correction"]
    ask = actions.ask_to_withhold(slug="paper-heron-sewing", reason="person-at-risk", by=world.sokha)
    thida = world.person("Thida", "programme-manager")
    assert [line["kind"] for line in public.corrections()] == ["correction"], "one person alone withholds nothing"
    actions.agree_to_withhold(ask=ask, by=thida)
    (line,) = public.corrections()
    assert (line["kind"], line["reason"], line["release"]) == ("withholding", "person-at-risk", None)
    assert "a person could be harmed" in client.get("/disclosure/corrections/").content.decode()
    assert public.changes("KH", 1) == []
    publish(world, today(world.programme))
    assert {line["kind"]: line["release"] for line in public.corrections()} == {"withholding": 2}
    actions.agree_to_withhold(ask=actions.ask_to_lift(ask=ask, by=thida), by=world.sokha)
    lines = {line["kind"]: line for line in public.corrections()}
    assert lines["withholding"]["lifted_on"] == today(world.programme).isoformat()
    assert lines["correction"]["release"] == 1 and public.changes("KH", 1)


# --- the record about the record ---


def test_history_and_changes_are_read_from_frozen_releases(world, client, django_assert_max_num_queries):
    assert b"Nothing is published yet" in client.get("/disclosure/changes/").content
    regime(world)
    usual(world)
    publish(world, date(2025, 8, 1))
    publish(world)
    with django_assert_max_num_queries(12):
        page = client.get("/disclosure/releases/").content.decode()
    assert "KH-1" in page and Release.objects.get(number=2).digest in page and "verify_archive.py" in page
    changed = client.get("/disclosure/changes/").content.decode()
    assert "Emergency exits blocked" in changed
    first = client.get("/disclosure/changes/?programme=KH&number=1").content.decode()
    assert "the whole page, with 3 issues" in first
    assert client.get("/disclosure/changes/?programme=KH&number=9").status_code == 404
    kinds = Release.objects.get(number=2).record["changes"]
    assert kinds["new"] == 0 and sum(kinds.values()) == 3
    assert client.get("/data/verify_archive.py").content == SCRIPT.read_bytes()


def test_a_cycle_without_a_report_is_said_when_a_later_one_is_public(world):
    regime(world)
    visits(world, (date(2022, 5, 3), {}))
    factories.open_cycle(site=world.site, on=date(2023, 5, 3), by=SETUP)
    visits(world, (date(2024, 6, 3), {}), (date(2025, 6, 3), {}))
    document = publish(world).factories.get().document
    assert document["visits"]["missing"] == [{"cycle": 2, "why": "no-report"}]
    assert Release.objects.get().coverage["missing_cycle"] == 1
