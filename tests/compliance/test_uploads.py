"""Photos and documents in parts, over HTTP as a tablet sends them: resumed, refused, swept, served harmlessly."""

import json
from datetime import timedelta
from io import BytesIO

import pytest
from django.utils import timezone
from PIL import Image

from compliance import actions
from compliance.models import Evidence, EvidenceUpload
from core import audit, queue, scanning, storage
from core.audit import System
from core.errors import Denied, Invalid, NotNow
from core.ids import new_id
from core.models import AuditRecord
from core.storage import PART, BucketStore, sha256_of
from tests.compliance.test_actions import jpeg
from tests.compliance.test_api import BASE, Tablet
from tests.core.bucket_in_memory import BucketInMemory
from tests.core.test_scanning import HARMLESS, PDF, REFUSED

# A photo of two parts: what follows its end is carried along and does not come through.
PHOTO = jpeg() + bytes(PART)


class Sender:
    """The one way a client sends a file in parts, whichever store answers."""

    def __init__(self, tablet, assessment, data, photo=None, bucket=None):
        self.tablet, self.data, self.bucket, self.id = tablet, data, bucket, photo or new_id()
        self.place = f"/assessments/{assessment.pk}/evidence/{self.id}/upload"

    def begin(self, **changes):
        body = {"sha256": sha256_of(self.data), "size": len(self.data), "kind": "photo"} | changes
        return self.tablet.post(self.place, body)

    def send(self, part, data=None):
        data = self.data[(part["number"] - 1) * PART : part["number"] * PART] if data is None else data
        if not part["url"].startswith("/"):
            return self.bucket.take(part["url"], data, part["headers"])
        answer = self.tablet.client.put(part["url"], data, part["headers"]["Content-Type"])
        return answer["ETag"] if answer.status_code == 200 else answer

    def complete(self, etags):
        return self.tablet.post(f"{self.place}/complete", {"etags": etags})

    def all(self):
        return {part["number"]: self.send(part) for part in self.begin().json()["parts"]}

    def drop(self):
        return self.tablet.client.delete(BASE + self.place)


@pytest.fixture(params=["folder", "bucket"])
def bucket(request, monkeypatch):
    """Every test runs with both stores; None for the folder."""
    if request.param == "folder":
        return None
    client = BucketInMemory()
    there = BucketStore(client, "evidence")
    monkeypatch.setattr(storage, "store", lambda: there)
    return client


@pytest.fixture
def planned(world):
    return world.planned()


@pytest.fixture
def sender(world, planned, bucket):
    return Sender(Tablet(world.chanthou), planned, PHOTO, bucket=bucket)


def code(answer):
    return answer.status_code, answer.json()["error"]["code"]


class TestSending:
    def test_a_photo_in_parts_becomes_the_same_evidence_as_in_one_go(self, world, planned, sender):
        begun = sender.begin().json()
        assert begun["state"] == "open"
        assert [(part["number"], part["size"], part["etag"]) for part in begun["parts"]] == [
            (1, PART, ""), (2, len(PHOTO) - PART, ""),
        ]  # fmt: skip
        done = sender.complete(sender.all())
        assert done.json() == {
            "id": str(sender.id), "sha256": sha256_of(PHOTO), "size": Evidence.objects.get().size, "state": "safe",
        }  # fmt: skip
        kept = Evidence.objects.get()
        assert (kept.author_id, kept.media_type) == (world.chanthou.pk, "image/jpeg")
        with Image.open(BytesIO(storage.store().get(kept.stored))) as shown:
            assert shown.size == (40, 30)
        assert not EvidenceUpload.objects.exists()
        assert list(AuditRecord.objects.filter(verb__startswith="evidence").values_list("verb", flat=True)) == [
            "evidence.announced", "evidence.kept",
        ]  # fmt: skip

    def test_the_same_photo_in_one_go_afterwards_is_the_same_answer(self, planned, sender):
        sender.complete(sender.all())
        assert sender.tablet.put_photo(planned, PHOTO, sender.id).json()["state"] == "safe"
        assert Evidence.objects.count() == 1

    def test_it_goes_on_where_it_stopped(self, sender):
        first = sender.send(sender.begin().json()["parts"][0])
        parts = sender.begin().json()["parts"]
        assert [bool(part["etag"]) for part in parts] == [True, False]
        assert parts[0]["etag"] == first.strip('"')
        assert sender.complete({1: parts[0]["etag"], 2: sender.send(parts[1])}).json()["state"] == "safe"

    def test_a_lost_reply_changes_nothing(self, sender):
        etags = sender.all()
        assert sender.complete(etags).json() == sender.complete(etags).json()
        assert sender.begin().json() == {"state": "safe", "parts": []}
        assert Evidence.objects.count() == AuditRecord.objects.filter(verb="evidence.kept").count() == 1

    def test_a_part_that_is_missing_is_told_and_nothing_is_lost(self, sender):
        parts = sender.begin().json()["parts"]
        etags = {1: sender.send(parts[0])}
        assert code(sender.complete(etags)) == (409, "part-missing")
        assert sender.complete(etags | {2: sender.send(parts[1])}).status_code == 200

    def test_an_upload_the_store_lost_begins_again(self, sender):
        sender.all()
        row = EvidenceUpload.objects.get()
        storage.store().discard(storage.Upload(row.pk, row.size, row.sha256, row.reference))
        assert code(sender.complete({1: "x", 2: "x"})) == (409, "upload-gone")
        assert [part["etag"] for part in sender.begin().json()["parts"]] == ["", ""]
        assert sender.complete(sender.all()).status_code == 200

    def test_giving_up_destroys_what_arrived_and_can_be_repeated(self, sender, bucket):
        sender.all()
        for _ in range(2):
            assert sender.drop().json() == {"state": "gone"}
        assert not EvidenceUpload.objects.exists()
        assert code(sender.complete({1: "x"})) == (409, "upload-gone")
        if bucket:
            assert not bucket.uploads
        else:
            assert not list((storage.store().root / "staging").iterdir())

    def test_the_list_of_queries_does_not_grow_with_the_parts(self, world, planned, bucket, django_assert_num_queries):
        from django.db import connection
        from django.test.utils import CaptureQueriesContext

        def cost(data):
            sender = Sender(Tablet(world.rith), planned, data, bucket=bucket)
            sender.begin()
            with CaptureQueriesContext(connection) as queries:
                assert sender.begin().status_code == 200
            return len(queries)

        assert cost(b"one part") == cost(bytes(4 * PART))


class TestRefusing:
    def test_bytes_other_than_announced_are_destroyed(self, sender):
        parts = sender.begin().json()["parts"]
        turned = bytearray(PHOTO[:PART])
        turned[9] ^= 1
        etags = {1: sender.send(parts[0], bytes(turned)), 2: sender.send(parts[1])}
        assert code(sender.complete(etags)) == (400, "checksum")
        assert not Evidence.objects.exists()
        assert not EvidenceUpload.objects.exists()
        assert sender.complete(sender.all()).status_code == 200

    def test_a_hostile_file_leaves_nothing_behind(self, world, planned, bucket):
        tablet = Tablet(world.chanthou)
        for name, data in REFUSED.items():
            if data:
                sender = Sender(tablet, planned, data, bucket=bucket)
                assert code(sender.complete(sender.all())) == (400, "file-kind"), name
                assert not storage.store().has(sha256_of(data)), name
        assert not Evidence.objects.exists()
        assert not EvidenceUpload.objects.exists()
        whys = AuditRecord.objects.filter(verb="evidence.not-kept").values_list("facts", flat=True)
        assert list(whys) == [{"why": "file-kind"}] * (len(REFUSED) - 1)

    def test_a_scanner_that_is_away_leaves_everything_to_be_asked_again(self, sender, settings):
        etags, settings.EVIDENCE_SCANNER = sender.all(), "no.such.scanner"
        for _ in range(2):
            assert code(sender.complete(etags)) == (503, "scanner-away")
        assert not Evidence.objects.exists()
        assert all(part["etag"] for part in sender.begin().json()["parts"])
        settings.EVIDENCE_SCANNER = "core.scanning.by_content"
        assert sender.complete(etags).json()["state"] == "safe"

    def test_the_way_in_one_go_fails_closed_too(self, world, planned, settings, bucket):
        settings.EVIDENCE_SCANNER = "no.such.scanner"
        assert code(Tablet(world.chanthou).put_photo(planned, jpeg())) == (503, "scanner-away")
        assert not Evidence.objects.exists()

    def test_another_file_under_the_same_id_is_refused(self, world, planned, sender, bucket):
        sender.begin()
        assert code(sender.begin(size=7)) == (409, "id-used")
        assert code(sender.begin(sha256="0" * 64)) == (409, "id-used")
        colleague = Sender(Tablet(world.rith), planned, PHOTO, photo=sender.id, bucket=bucket)
        assert code(colleague.begin(size=7)) == (409, "id-used")
        sender.complete(sender.all())
        assert code(sender.begin(sha256="0" * 64)) == (409, "id-used")

    @pytest.mark.parametrize(
        ("body", "status"),
        [
            ({"size": 25 * 1024 * 1024 + 1}, 413),
            ({"size": 0}, 422),
            ({"size": -1}, 422),
            ({"sha256": "../" * 21 + "x"}, 422),
            ({"kind": "program"}, 422),
            ({"taken_at": "x" * 41}, 422),
        ],
    )
    def test_an_announcement_that_cannot_be_is_refused_before_anything_is_sent(self, sender, body, status):
        assert sender.begin(**body).status_code == status
        assert not EvidenceUpload.objects.exists()

    def test_somebody_else_reaches_nothing_of_it(self, world, planned, sender, bucket):
        """A colleague on the same visit cannot end or finish it; for anybody else the visit does not exist."""
        etags = sender.all()
        for person, expected in ((world.rith, (409, "upload-gone")), (world.omar, (404, "nothing-here"))):
            other = Sender(Tablet(person), planned, PHOTO, photo=sender.id, bucket=bucket)
            assert code(other.complete(etags)) == expected
            part = other.tablet.client.put(f"{BASE}{other.place}/parts/1", b"x", "application/octet-stream")
            assert code(part) == expected
            other.drop()
        assert sender.complete(etags).status_code == 200

    def test_without_a_token_every_address_asks_to_sign_in(self, client, planned):
        place = f"{BASE}/assessments/{planned.pk}/evidence/{new_id()}/upload"
        answers = [
            client.post(place, "{}", "application/json"),
            client.delete(place),
            client.put(f"{place}/parts/1", b"x"),
            client.post(f"{place}/complete", "{}", "application/json"),
        ]
        assert {answer.status_code for answer in answers} == {401}

    def test_a_right_that_ended_meanwhile_ends_the_upload_too(self, world, planned, sender):
        etags = sender.all()
        for call in (
            lambda: actions.finish_upload(assessment=planned, evidence_id=sender.id, etags=etags, by=world.sokha),
            lambda: actions.drop_upload(assessment=planned, evidence_id=sender.id, by=world.omar),
            lambda: actions.receive_part(assessment=planned, evidence_id=sender.id, number=1, data=b"x", by=world.omar),
            lambda: actions.sweep_uploads(by=world.sokha),
        ):
            with pytest.raises(Denied):
                call()


class TestOurOwnAddress:
    """Where files lie in a folder, parts come to us."""

    @pytest.fixture
    def bucket(self):
        return None

    def test_a_part_of_another_size_or_number_is_refused(self, sender):
        part = sender.begin().json()["parts"][1]
        for changes, data in ((part, b"short"), (part | {"url": part["url"].replace("/2", "/9")}, b"x")):
            assert code(sender.send(changes, data)) == (400, "part-size")
        assert not any(part["etag"] for part in sender.begin().json()["parts"])

    def test_a_part_too_large_is_refused_by_its_length_alone(self, sender):
        part = sender.begin().json()["parts"][0]
        answer = sender.tablet.client.put(part["url"], b"x", headers={"Content-Length": str(PART + 1)})
        assert answer.status_code == 413

    def test_a_part_before_its_announcement_is_refused(self, sender):
        answer = sender.tablet.client.put(f"{BASE}{sender.place}/parts/1", b"x", "application/octet-stream")
        assert code(answer) == (409, "upload-gone")


class TestSweep:
    SYSTEM = System("test")

    def test_an_abandoned_upload_outlives_the_longest_trip_and_no_more(self, sender, bucket):
        sender.all()
        day = timezone.now() - timedelta(days=31)
        EvidenceUpload.objects.update(begun_at=day)
        assert actions.sweep_uploads(by=self.SYSTEM) == 0
        EvidenceUpload.objects.update(begun_at=day - timedelta(days=30))
        assert actions.sweep_uploads(by=self.SYSTEM) == 1
        assert not EvidenceUpload.objects.exists()
        assert AuditRecord.objects.get(verb="evidence.not-kept").facts == {"why": "abandoned"}
        assert code(sender.complete({1: "x"})) == (409, "upload-gone")
        assert sender.complete(sender.all()).status_code == 200

    def test_it_is_done_every_day(self, sender):
        assert queue.known_periodic()["compliance.sweep_uploads"] == timedelta(days=1)
        sender.begin()
        EvidenceUpload.objects.update(begun_at=timezone.now() - timedelta(days=60))
        queue.run(queue.enqueue("compliance.sweep_uploads").pk)
        assert not EvidenceUpload.objects.exists()


class TestServed:
    """A browser does nothing with what it is given."""

    def test_as_a_file_of_its_own_type_in_a_sandbox(self, world, planned):
        tablet = Tablet(world.chanthou)
        for name, data in (HARMLESS | {"a document": PDF}).items():
            photo = new_id()
            assert tablet.put_photo(planned, data, photo).status_code == 200
            shown = tablet.get(f"/evidence/{photo}")
            assert shown["Content-Type"] in ("image/jpeg", "application/pdf"), name
            assert shown["X-Content-Type-Options"] == "nosniff"
            assert shown["Content-Disposition"] == f'attachment; filename="{photo}"'
            assert shown["Content-Security-Policy"] == "sandbox; default-src 'none'"
            assert shown["Cache-Control"] == "private, no-store"
            assert b"sentinel" not in shown.content, name

    def test_a_file_changed_in_the_store_is_not_served(self, world, planned):
        tablet, photo = Tablet(world.chanthou), new_id()
        tablet.put_photo(planned, jpeg(), photo)
        key = Evidence.objects.get().stored
        storage.store()._path(key).write_bytes(b"<html>")
        assert code(tablet.get(f"/evidence/{photo}")) == (400, "file-changed")


def test_the_slow_work_is_done_outside_the_transaction(world, planned, monkeypatch, django_db_blocker):
    """A photo is drawn anew for a second; nobody else's answers wait for it (SQLite has one writer)."""
    from django.db import connection

    depths = []
    real = scanning.admit
    monkeypatch.setattr(scanning, "admit", lambda data: (depths.append(len(connection.savepoint_ids)), real(data))[1])
    outside = len(connection.savepoint_ids)
    actions.keep_evidence(
        assessment=planned, evidence_id=new_id(), data=jpeg(), sha256=sha256_of(jpeg()), kind="photo", taken_at="",
        by=world.rith,
    )  # fmt: skip
    assert depths == [outside]


def test_evidence_and_its_audit_row_are_written_together_or_not_at_all(planned, monkeypatch, world):
    sender = Sender(Tablet(world.chanthou), planned, PHOTO)
    etags, record = sender.all(), audit.record

    def fails(verb, *args, **kwargs):
        if verb == "evidence.kept":
            raise RuntimeError
        return record(verb, *args, **kwargs)

    monkeypatch.setattr(audit, "record", fails)
    with pytest.raises(RuntimeError):
        sender.complete(etags)
    assert not Evidence.objects.exists()
    assert EvidenceUpload.objects.exists()
    monkeypatch.undo()
    assert sender.complete(etags).json()["state"] == "safe"


def test_two_that_finish_at_once_keep_one(world, planned, monkeypatch):
    """The second found nothing before the first was done: it gives the first one's answer."""
    given = {
        "assessment": planned, "evidence_id": new_id(), "data": jpeg(), "sha256": sha256_of(jpeg()), "kind": "photo",
        "taken_at": "", "by": world.rith,
    }  # fmt: skip
    real, inside = scanning.admit, []

    def meanwhile(data):
        if not inside:
            inside.append(True)
            actions.keep_evidence(**given)
        return real(data)

    monkeypatch.setattr(scanning, "admit", meanwhile)
    assert actions.keep_evidence(**given).pk == given["evidence_id"]
    assert AuditRecord.objects.filter(verb="evidence.kept").count() == 1


def test_a_store_that_is_away_is_a_refusal_to_try_again(world, planned, monkeypatch):
    def away():
        raise NotNow("The store of files does not answer.", code="storage-away")

    monkeypatch.setattr(storage, "store", away)
    assert code(Tablet(world.chanthou).put_photo(planned, jpeg())) == (503, "storage-away")


def test_what_is_not_json_says_so(world, planned):
    tablet = Tablet(world.chanthou)
    answer = tablet.post(f"/assessments/{planned.pk}/evidence/{new_id()}/upload/complete", {"etags": {"one": 1}})
    assert answer.status_code == 422
    assert json.loads(answer.content)["error"]["problems"]


def test_keeping_wants_what_was_announced(world, planned):
    with pytest.raises(Invalid):
        actions.keep_evidence(
            assessment=planned, evidence_id=new_id(), data=jpeg(), sha256="é" * 64, kind="photo", taken_at="",
            by=world.rith,
        )  # fmt: skip
