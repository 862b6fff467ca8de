"""The evidence store against a real S3: the contract of the stores, and what only a real one can refuse.

A stand-in that takes a wrong secret proves nothing about safety; so this runs against Ceph's gateway.
"""

import http.client
import json
import signal
import subprocess
import sys
import urllib.error
import urllib.request
from datetime import timedelta
from io import StringIO
from types import SimpleNamespace
from urllib.parse import quote, urlsplit

import botocore.auth
import pytest
from botocore.exceptions import ClientError
from django.core.management import call_command

from core.ids import new_id
from core.storage import PART, BucketStore, Upload, sha256_of
from core.storage.bucket import client_of
from tests.compliance.test_api import Tablet
from tests.compliance.test_uploads import PHOTO, Sender
from tests.core.storage_contract import WHOLE, StoreContract, begin, cut, gone, send_all
from tests.soak import ceph

pytestmark = pytest.mark.soak

ORIGIN = "https://floor.example"
REGION = "us-east-1"


@pytest.fixture(scope="module")
def s3(no_outside_network):
    with ceph.running() as there:
        yield there


def put(url, data, headers=None, method="PUT"):
    """(status, ETag) of a request with nothing but what is given, as a browser sends it."""
    request = urllib.request.Request(url, data=data, method=method, headers=headers or {})
    try:
        with urllib.request.urlopen(request, timeout=30) as answer:
            answer.read()
            return answer.status, answer.headers.get("ETag", "")
    except urllib.error.HTTPError as error:
        with error:
            return error.code, ""


class Place:
    def __init__(self, s3, bucket):
        self.client = client_of(endpoint=s3.endpoint, access_key=s3.access_key, secret_key=s3.secret_key, region=REGION)
        self.client.create_bucket(Bucket=bucket)
        self.s3, self.store = s3, BucketStore(self.client, bucket)

    def send(self, part, data):
        status, etag = put(part.url, data, part.headers)
        assert status == 200
        return etag

    def break_kept(self, key, data):
        self.client.put_object(Bucket=self.store.bucket, Key=key, Body=data)

    def stranger(self, secret="a-wrong-secret"):
        return client_of(endpoint=self.s3.endpoint, access_key=self.s3.access_key, secret_key=secret, region=REGION)

    def url(self, key):
        return f"{self.s3.endpoint}/{self.store.bucket}/{key}"


@pytest.fixture(scope="module")
def place(s3):
    return Place(s3, "evidence")


class TestRadosgw(StoreContract):
    """Every promise of the stores, kept by a real one."""


SMALL = b"a small photo"
TYPE = {"Content-Type": "application/octet-stream"}


class TestStrangers:
    def test_without_a_key_nothing_can_be_read_written_or_listed(self, place):
        key = place.store.put(b"a photo")
        assert put(place.url(key), None, method="GET")[0] == 403
        assert put(place.url(key), b"another photo")[0] == 403
        assert put(place.url(key), None, method="DELETE")[0] == 403
        assert put(place.url(""), None, method="GET")[0] == 403
        assert place.store.get(key) == b"a photo"

    def test_a_wrong_secret_is_refused(self, place):
        key = place.store.put(b"a photo")
        wrong = BucketStore(place.stranger(), place.store.bucket)
        calls = [
            lambda: wrong.get(key),
            lambda: wrong.put(b"x"),
            lambda: wrong.remove(key),
            lambda: wrong.create_upload(new_id(), 1, key),
        ]
        for call in calls:
            with pytest.raises(ClientError) as refused:
                call()
            assert refused.value.response["ResponseMetadata"]["HTTPStatusCode"] == 403

    def test_an_address_signed_with_a_wrong_secret_takes_nothing(self, place):
        upload = begin(place, SMALL)
        url = BucketStore(place.stranger(), place.store.bucket).address(upload, 1)
        assert put(url, SMALL, TYPE)[0] == 403


class TestAddresses:
    """What a signed address is good for: this part of this upload, of this size and type, for an hour.

    Small files: a gateway that refuses a large one hangs up in the middle of it, and its answer is lost.
    """

    def test_after_its_hour_it_takes_nothing(self, place, monkeypatch):
        upload, now = begin(place, SMALL), botocore.auth.get_current_datetime
        monkeypatch.setattr(botocore.auth, "get_current_datetime", lambda *a, **k: now(*a, **k) - timedelta(hours=2))
        old = place.store.address(upload, 1)
        monkeypatch.undo()
        assert put(old, SMALL, TYPE)[0] == 403
        (fresh,) = place.store.parts(upload)
        assert put(fresh.url, SMALL, fresh.headers)[0] == 200

    @pytest.mark.parametrize("other", ["text/html", "image/svg+xml", "application/x-www-form-urlencoded"])
    def test_another_type_is_refused(self, place, other):
        (part,) = place.store.parts(begin(place, SMALL))
        assert put(part.url, SMALL, {"Content-Type": other})[0] == 403

    @pytest.mark.parametrize("data", [SMALL[:-1], SMALL + b"!", b""])
    def test_another_size_is_refused(self, place, data):
        upload = begin(place, SMALL)
        (part,) = place.store.parts(upload)
        assert put(part.url, data, part.headers)[0] == 403
        assert not place.store.parts(upload)[0].etag

    def test_it_reaches_no_other_part_upload_or_file(self, place):
        kept = place.store.put(b"a kept photo")
        one, other = begin(place, SMALL), begin(place, SMALL)
        (part,) = place.store.parts(one)
        for url in (
            part.url.replace("partNumber=1", "partNumber=2"),
            part.url.replace(str(one.id), str(other.id)),
            part.url.replace(quote(one.reference, safe="~"), quote(other.reference, safe="~")),
            part.url.replace(f"staging/{one.id}", kept),
        ):
            assert url != part.url
            assert put(url, SMALL, part.headers)[0] == 403
        for method in ("GET", "DELETE", "POST"):
            assert put(part.url, None, part.headers, method=method)[0] == 403
        assert place.store.get(kept) == b"a kept photo"

    def test_once_the_file_is_whole_it_takes_nothing_more(self, place):
        """Nobody changes the bytes between their check and their keeping."""
        upload = begin(place, SMALL)
        (part,) = place.store.parts(upload)
        etags = send_all(place, upload, SMALL)
        place.store.complete(upload, etags)
        assert put(part.url, SMALL.upper(), part.headers)[0] == 404
        assert place.store.complete(upload, etags) == SMALL


class TestBrowsers:
    def preflight(self, place, url, origin):
        asked = {"Origin": origin, "Access-Control-Request-Method": "PUT"}
        parts = urlsplit(url)
        line = http.client.HTTPConnection(parts.hostname, parts.port, timeout=10)
        line.request(
            "OPTIONS", f"{parts.path}?{parts.query}", headers=asked | {"Access-Control-Request-Headers": "content-type"}
        )
        answer = line.getresponse()
        answer.read()
        line.close()
        return answer.status, answer.headers.get("Access-Control-Allow-Origin")

    def test_only_our_own_origin_may_send(self, place):
        place.store.allow_origin(ORIGIN)
        url = place.store.parts(begin(place))[0].url
        assert self.preflight(place, url, ORIGIN) == (200, ORIGIN)
        for other in ("https://stranger.invalid", "http://floor.example", "https://floor.example.invalid", "null"):
            assert self.preflight(place, url, other)[0] == 403


class TestFaults:
    def test_bytes_changed_on_the_way_are_destroyed(self, place):
        upload = begin(place)
        parts = place.store.parts(upload)
        turned = bytearray(cut(WHOLE, 1))
        turned[1000] ^= 1
        etags = {1: place.send(parts[0], bytes(turned)), 2: place.send(parts[1], cut(WHOLE, 2))}
        with pytest.raises(Exception, match="damaged"):
            place.store.complete(upload, etags)
        assert gone(place, upload)
        listed = place.client.list_objects_v2(Bucket=place.store.bucket, Prefix=f"staging/{upload.id}")
        assert listed["KeyCount"] == 0

    def test_a_tablet_killed_between_and_within_parts_goes_on(self, place, tmp_path):
        """kill -9 with one part sent and half of the next on the wire; a new process knows only our id."""
        data = WHOLE + WHOLE
        upload = begin(place, data)
        (tmp_path / "photo").write_bytes(data)
        parts = [{"url": part.url, "headers": part.headers, "size": part.size} for part in place.store.parts(upload)]
        tablet = subprocess.Popen(
            [sys.executable, "-c", TABLET, str(tmp_path / "photo"), str(PART)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        with tablet:
            tablet.stdin.write(json.dumps(parts) + "\n")
            tablet.stdin.flush()
            assert tablet.stdout.readline() == "sent 1\n"
            assert tablet.stdout.readline() == "half of 2\n"
            tablet.send_signal(signal.SIGKILL)
            assert tablet.wait(10) == -signal.SIGKILL
        now = place.store.parts(upload)
        assert [bool(part.etag) for part in now] == [True, False, False]
        etags = {1: now[0].etag} | {part.number: place.send(part, cut(data, part.number)) for part in now[1:]}
        assert sha256_of(place.store.complete(upload, etags)) == upload.sha256


TABLET = """
import json, signal, socket, sys, urllib.request
from urllib.parse import urlsplit
data, size = open(sys.argv[1], "rb").read(), int(sys.argv[2])
parts = json.loads(sys.stdin.readline())
one = urllib.request.Request(parts[0]["url"], data[:size], parts[0]["headers"], method="PUT")
urllib.request.urlopen(one, timeout=30).read()
print("sent 1", flush=True)
two = urlsplit(parts[1]["url"])
line = socket.create_connection((two.hostname, two.port))
head = f"PUT {two.path}?{two.query} HTTP/1.1\\r\\nHost: {two.netloc}\\r\\nContent-Length: {parts[1]['size']}\\r\\n"
head += "".join(f"{name}: {value}\\r\\n" for name, value in parts[1]["headers"].items())
line.sendall(head.encode() + b"\\r\\n" + data[size : size + size // 2])
print("half of 2", flush=True)
signal.pause()
"""


class TestCheckStorage:
    """`manage.py check_storage` says what is wrong with a bucket, and nothing of one that is well."""

    @pytest.fixture
    def bucket(self, s3, settings):
        place = Place(s3, f"check-{new_id()}")
        settings.EVIDENCE_BUCKET, settings.EVIDENCE_ENDPOINT = place.store.bucket, s3.endpoint
        settings.EVIDENCE_ACCESS_KEY, settings.EVIDENCE_SECRET_KEY = s3.access_key, s3.secret_key
        return place

    def check(self, *options):
        out = StringIO()
        try:
            call_command("check_storage", "--origin", ORIGIN, *options, stdout=out)
        except SystemExit as end:
            assert end.code == 1
        return [line[7:] for line in out.getvalue().splitlines() if line.startswith("WRONG")]

    def test_a_private_bucket_that_knows_our_origin_is_well(self, bucket):
        assert self.check() == [f"A tablet on {ORIGIN} may not send parts. Run: manage.py check_storage --set-cors"]
        assert self.check("--set-cors") == []
        assert bucket.client.list_objects_v2(Bucket=bucket.store.bucket)["KeyCount"] == 0

    def test_a_bucket_open_to_the_public_is_named(self, bucket):
        everybody = {"Effect": "Allow", "Principal": "*", "Action": "s3:GetObject"}
        rule = {
            "Version": "2012-10-17",
            "Statement": [everybody | {"Resource": f"arn:aws:s3:::{bucket.store.bucket}/*"}],
        }
        bucket.client.put_bucket_policy(Bucket=bucket.store.bucket, Policy=json.dumps(rule))
        assert any("close the bucket to the public" in line for line in self.check("--set-cors"))

    def test_a_bucket_that_lists_itself_is_named(self, bucket):
        bucket.client.put_bucket_acl(Bucket=bucket.store.bucket, ACL="public-read")
        assert any("close the bucket to the public" in line for line in self.check("--set-cors"))

    def test_a_bucket_that_takes_parts_from_any_site_is_named(self, bucket):
        bucket.store.allow_origin("*")
        assert any("A page of any site may send parts" in line for line in self.check())

    def test_a_bucket_that_is_not_there_and_a_key_that_is_wrong_are_told_apart(self, bucket, settings):
        settings.EVIDENCE_BUCKET = "not-there"
        assert self.check() == ["The bucket not-there does not exist."]
        assert self.check("--set-cors") == ["The bucket not-there does not exist. Make it, private."]
        settings.EVIDENCE_BUCKET, settings.EVIDENCE_SECRET_KEY = bucket.store.bucket, "wrong"
        assert self.check() == [f"The bucket {bucket.store.bucket} refuses our key."]

    def test_a_store_that_is_away_is_told(self, bucket, settings):
        settings.EVIDENCE_ENDPOINT = "http://127.0.0.1:9"
        assert self.check() == ["The store of files does not answer. Nothing is lost: try again later."]


class TestWholeWay:
    """The API, the bucket and a sender that knows only what the API says."""

    def test_a_photo_goes_straight_to_the_bucket_and_becomes_evidence(self, place, s3, settings, world):
        settings.EVIDENCE_BUCKET, settings.EVIDENCE_ENDPOINT = place.store.bucket, s3.endpoint
        settings.EVIDENCE_ACCESS_KEY, settings.EVIDENCE_SECRET_KEY = s3.access_key, s3.secret_key
        planned = world.planned()
        sender = Sender(Tablet(world.chanthou), planned, PHOTO, bucket=SimpleNamespace(take=take))
        assert {part["url"].split("/evidence/")[0] for part in sender.begin().json()["parts"]} == {s3.endpoint}
        etags = sender.all()
        settings.EVIDENCE_SCANNER = "no.such.scanner"
        assert sender.complete(etags).status_code == 503
        settings.EVIDENCE_SCANNER = "core.scanning.by_content"
        assert sender.complete(etags).json()["state"] == "safe"
        kept = planned.evidence.get()
        assert place.store.get(kept.stored).startswith(b"\xff\xd8\xff")
        assert not place.store.has(kept.sha256)
        assert gone(place, Upload(kept.pk, len(PHOTO), kept.sha256, "any"))


def take(url, data, headers):
    status, etag = put(url, data, headers)
    assert status == 200
    return etag
