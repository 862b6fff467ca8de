"""The two stores keep one contract (storage_contract.py); and what is peculiar to each."""

import os
import signal
from io import BytesIO
from types import SimpleNamespace

import pytest
from botocore.exceptions import ClientError, ConnectTimeoutError, EndpointConnectionError
from botocore.stub import Stubber

from core.errors import Invalid, NotNow, WrongState
from core.ids import new_id
from core.storage import PART, BucketStore, FolderStore, bucket, folder, media_type_of, sha256_of, store
from tests.core.bucket_in_memory import BucketInMemory, refusal
from tests.core.storage_contract import StoreContract, begin, path

DATA = b"an exit, blocked"
KEY = sha256_of(DATA)


class TestFolder(StoreContract):
    @pytest.fixture
    def place(self, tmp_path):
        return FolderPlace(FolderStore(tmp_path / "files"))

    def test_a_part_of_another_size_is_refused(self, place):
        upload = begin(place)
        for number, data in ((1, b"short"), (2, b"x" * 22), (3, b"x"), (0, b"x"), (-1, b"x" * PART), (2, b"")):
            with pytest.raises(Invalid):
                place.store.receive_part(upload, number, data)
        assert not any(part.etag for part in place.store.parts(upload, path))

    def test_a_part_of_no_upload_is_refused_and_leaves_nothing(self, place):
        upload = begin(place)
        place.store.discard(upload)
        with pytest.raises(WrongState):
            place.store.receive_part(upload, 1, b"x" * PART)
        assert not list((place.store.root / "staging").iterdir())

    def test_a_write_cut_off_half_way_leaves_no_part(self, place, monkeypatch):
        upload = begin(place)
        monkeypatch.setattr("os.replace", lambda *_: (_ for _ in ()).throw(OSError("the power went")))
        with pytest.raises(OSError, match="power"):
            place.store.receive_part(upload, 2, b"x" * 21)
        monkeypatch.undo()
        assert not any(part.etag for part in place.store.parts(upload, path))

    def test_a_spoilt_file_is_mended_by_putting_it_again(self, place):
        place.store.put(DATA)
        place.break_kept(KEY, b"torn")
        place.store.put(DATA)
        assert place.store.get(KEY) == DATA

    @pytest.mark.parametrize("moment", ["in the middle of the bytes", "before they are on disk", "before it is named"])
    def test_killed_while_writing_the_file_is_absent_and_can_be_put_again(self, place, moment):
        killed_while_putting(place.store, moment)
        assert not place.store.has(KEY)
        assert place.store.get(place.store.put(DATA)) == DATA

    def test_killed_after_naming_it_the_file_is_whole(self, place):
        killed_while_putting(place.store, "after it is named")
        assert place.store.get(KEY) == DATA

    def test_an_upload_id_is_a_uuid_and_no_path(self, place):
        with pytest.raises(ValueError, match="UUID"):
            place.store.create_upload("../../outside", 1, KEY)

    def test_only_the_owner_of_the_process_reads_the_folder(self, place):
        place.store.put(DATA)
        assert all(well for well, _ in place.store.findings())
        place.store.root.chmod(0o755)
        assert [well for well, sentence in place.store.findings() if "Other users" in sentence] == [False]

    def test_a_folder_that_cannot_be_written_is_told(self, tmp_path):
        (tmp_path / "file").write_text("not a folder")
        ((well, sentence),) = FolderStore(tmp_path / "file" / "below").findings()
        assert not well
        assert "cannot be written" in sentence


class FolderPlace:
    """A folder behind our own address, which knows from its path which upload a part belongs to."""

    def __init__(self, store):
        self.store, self.upload = store, None
        parts = store.parts

        def remembering(upload, path):
            self.upload = upload
            return parts(upload, path)

        store.parts = remembering

    def send(self, part, data):
        assert part.url == path(part.number)
        return self.store.receive_part(self.upload, part.number, data)

    def break_kept(self, key, data):
        self.store._path(key).write_bytes(data)


def killed_while_putting(kept, moment):
    """A process of its own puts DATA and is killed, by SIGKILL, at a moment."""

    def kill(*args, **kwargs):
        os.kill(os.getpid(), signal.SIGKILL)

    class Half(BytesIO):
        def __init__(self, path, mode):
            super().__init__()
            self.path = path

        def write(self, data):
            self.path.write_bytes(data[: len(data) // 2])
            kill()

    child = os.fork()
    if child == 0:
        try:
            if moment == "in the middle of the bytes":
                folder.open = Half
            elif moment == "before they are on disk":
                folder.os.fsync = kill
            elif moment == "before it is named":
                folder.os.replace = kill
            else:
                folder.os.open = kill
            kept.put(DATA)
        finally:
            os._exit(1)  # only reached when nothing killed it
    _, status = os.waitpid(child, 0)
    assert os.WIFSIGNALED(status), "the moment never came"


class TestBucket(StoreContract):
    @pytest.fixture
    def place(self):
        return BucketPlace(BucketInMemory())

    def test_what_is_there_is_not_sent_again(self, place, monkeypatch):
        place.store.put(DATA)
        monkeypatch.setattr(place.client, "put_object", None)
        assert place.store.put(DATA) == KEY

    def test_staging_lies_apart_from_what_is_kept(self, place):
        begun = begin(place)
        place.store.put(DATA)
        assert {upload.key for upload in place.client.uploads.values()} == {f"staging/{begun.id}"}
        assert set(place.client.objects) == {KEY}

    def test_parts_of_a_bucket_do_not_come_to_our_own_address(self, place):
        with pytest.raises(WrongState) as told:
            place.store.receive_part(begin(place), 1, b"x" * PART)
        assert told.value.code == "other-address"

    def test_a_larger_file_than_announced_is_never_read_into_memory(self, place, monkeypatch):
        upload = begin(place, b"small")
        name = {"Bucket": "evidence", "Key": f"staging/{upload.id}"}
        place.client.put_object(**name, Body=b"x" * 1000)
        place.client.abort_multipart_upload(**name, UploadId=upload.reference)
        unread = SimpleNamespace(close=lambda: None)
        monkeypatch.setattr(place.client, "get_object", lambda **_: {"ContentLength": 1000, "Body": unread})
        with pytest.raises(Invalid):
            place.store.complete(upload, {1: "assembled"})
        assert not place.client.objects

    def test_a_part_sent_again_while_it_is_assembled_is_told(self, place, monkeypatch):
        upload = begin(place, b"small")
        (part,) = place.store.parts(upload)
        etag = place.send(part, b"small")
        whole = place.client.complete_multipart_upload

        def meanwhile(**given):
            place.send(part, b"other")
            return whole(**given)

        monkeypatch.setattr(place.client, "complete_multipart_upload", meanwhile)
        with pytest.raises(WrongState) as told:
            place.store.complete(upload, {1: etag})
        assert told.value.code == "part-missing"

    def test_an_upload_begun_in_a_folder_has_ended_when_a_bucket_is_named(self, place, tmp_path):
        upload = FolderStore(tmp_path).create_upload(new_id(), 1, KEY)
        with pytest.raises(WrongState) as told:
            place.store.parts(upload)
        assert told.value.code == "upload-gone"
        place.store.discard(upload)

    @pytest.mark.parametrize(
        "error",
        [
            EndpointConnectionError(endpoint_url="http://127.0.0.1"),
            ConnectTimeoutError(endpoint_url="http://127.0.0.1"),
            refusal("SlowDown", 503, "GetObject"),
            refusal("InternalError", 500, "GetObject"),
        ],
    )
    def test_a_store_that_is_away_is_told_and_never_taken_for_an_absent_file(self, place, monkeypatch, error):
        for answered in _every_call_fails(place, monkeypatch, error):
            with pytest.raises(NotNow) as told:
                answered()
            assert told.value.code == "storage-away"

    def test_a_store_that_refuses_is_not_taken_for_an_absent_file(self, place, monkeypatch):
        """Else a photo would be said to be lost, or be written over, because a key was wrong for a moment."""
        for answered in _every_call_fails(place, monkeypatch, refusal("AccessDenied", 403, "GetObject")):
            with pytest.raises(ClientError):
                answered()

    def test_it_speaks_to_boto3_as_boto3_speaks(self, settings):
        """The real client, answered by its own stubber: the same calls, the same errors."""
        settings.EVIDENCE_BUCKET, settings.EVIDENCE_ENDPOINT = "evidence", "http://127.0.0.1:1"
        settings.EVIDENCE_ACCESS_KEY, settings.EVIDENCE_SECRET_KEY = "key", "secret"
        there = store()
        assert there is store()
        where = {"Bucket": "evidence", "Key": KEY}
        sent = {"Body": DATA, "ContentType": "application/octet-stream", "ContentMD5": "ygmCrqdfjkYpyNQHaL/Pxw=="}
        with Stubber(there.client) as stub:
            stub.add_client_error("head_object", http_status_code=404, expected_params=where)
            stub.add_response("put_object", {}, where | sent)
            stub.add_response("get_object", {"Body": BytesIO(DATA)}, where)
            stub.add_client_error("get_object", "NoSuchKey", http_status_code=404)
            stub.add_client_error("head_object", http_status_code=403)
            assert there.put(DATA) == KEY
            assert there.get(KEY) == DATA
            with pytest.raises(FileNotFoundError):
                there.get(KEY)
            with pytest.raises(ClientError):
                there.has(KEY)
            stub.assert_no_pending_responses()

    def test_a_signed_address_names_size_and_type_and_ends(self):
        client = bucket.client_of(
            endpoint="http://127.0.0.1:1", access_key="key", secret_key="the-secret", region="us-east-1"
        )
        upload = SimpleNamespace(id=new_id(), reference="reference", length=lambda number: PART)
        url = BucketStore(client, "evidence").address(upload, 1)
        assert "X-Amz-SignedHeaders=content-length%3Bcontent-type%3Bhost" in url
        assert "X-Amz-Expires=3600" in url
        assert "the-secret" not in url


class BucketPlace:
    def __init__(self, client):
        self.client, self.store = client, BucketStore(client, "evidence")

    def send(self, part, data):
        return self.client.take(part.url, data, part.headers)

    def break_kept(self, key, data):
        self.client.put_object(Bucket="evidence", Key=key, Body=data)


def _every_call_fails(place, monkeypatch, error):
    """What can be asked of a bucket whose every answer is this error."""

    def fails(**_):
        raise error

    for call in ("get_object", "head_object", "put_object", "create_multipart_upload", "list_parts"):
        monkeypatch.setattr(place.client, call, fails)
    upload = SimpleNamespace(id=new_id(), reference="x", numbers=range(1, 2))
    return [
        lambda: place.store.get(KEY),
        lambda: place.store.has(KEY),
        lambda: place.store.put(DATA),
        lambda: begin(place),
        lambda: place.store.parts(upload),
    ]


def test_without_a_bucket_files_lie_in_the_folder(settings):
    settings.EVIDENCE_BUCKET = ""
    assert store().put(DATA) == KEY
    assert (settings.EVIDENCE_FOLDER / KEY[:2] / KEY[2:4] / KEY).read_bytes() == DATA


@pytest.mark.parametrize(
    ("data", "media_type"),
    [
        (b"\xff\xd8\xff\xe0\x00\x10JFIF\x00\x01" + bytes(40), "image/jpeg"),
        (b"\x89PNG\r\n\x1a\n" + bytes(40), "image/png"),
        (b"%PDF-1.7\n", "application/pdf"),
        (b"<html>%PDF-1.7", "text/html"),
        (b"", "application/octet-stream"),
        (b"plain words", "application/octet-stream"),
    ],
)
def test_what_a_file_is_comes_from_its_content(data, media_type):
    assert media_type_of(data) == media_type
