"""Files in a private S3 bucket: the only place that knows boto3.

It trusts the store for keeping bytes and for refusing strangers (`findings` asks whether it does), and for nothing
else: every file is hashed here after it arrived. Stores of other makers ignore the newer checksum headers, conditional
writes and their own encryption header, so nothing rests on those.
"""

import base64
import contextlib
import hashlib
import secrets
import urllib.error
import urllib.request
from datetime import datetime
from urllib.parse import urlsplit
from uuid import UUID

from core.errors import NotNow, WrongState
from core.storage import uploads
from core.storage.content import checked, is_name, named, sha256_of
from core.storage.uploads import ADDRESS_LASTS, PART_TYPE, Upload

STAGING = "staging/"
ASSEMBLED = "assembled"


def client_of(*, endpoint, access_key, secret_key, region):
    """A boto3 client that signs whole addresses and waits no longer than a web request may."""
    import boto3
    from botocore.config import Config

    client = boto3.client(
        "s3",
        endpoint_url=endpoint or None,
        aws_access_key_id=access_key or None,
        aws_secret_access_key=secret_key or None,
        region_name=region,
        # Other makers' stores do not know the newer checksums; we hash the bytes ourselves.
        config=Config(
            signature_version="s3v4",
            s3={"addressing_style": "path"},
            request_checksum_calculation="when_required",
            response_checksum_validation="when_required",
            connect_timeout=5,
            read_timeout=30,
            retries={"mode": "standard", "total_max_attempts": 3},
        ),
    )
    # The call for a part has no word for its type; signed, no other type is taken at that address.
    client.meta.events.register("before-sign.s3.UploadPart", _sign_type)
    return client


def _sign_type(request, **_):
    request.headers["Content-Type"] = PART_TYPE


@contextlib.contextmanager
def _reached():
    """A store that is away or out of order becomes a refusal that says so."""
    from botocore.exceptions import ClientError, ConnectionError, HTTPClientError

    away = "The store of files does not answer. Nothing is lost: try again later."
    try:
        yield
    except (ConnectionError, HTTPClientError):
        raise NotNow(away, code="storage-away") from None
    except ClientError as error:
        if _status(error) >= 500:
            raise NotNow(away, code="storage-away") from None
        raise


def _status(error):
    return error.response.get("ResponseMetadata", {}).get("HTTPStatusCode", 0)


def _code(error):
    return error.response.get("Error", {}).get("Code", "")


class BucketStore:
    """Kept files lie under their key, uploads under staging/<id>."""

    def __init__(self, client, bucket):
        self.client, self.bucket = client, bucket

    def _read(self, name, limit=None):
        """The bytes of an object; None when it is absent or larger than the limit."""
        from botocore.exceptions import ClientError

        try:
            with _reached():
                answer = self.client.get_object(Bucket=self.bucket, Key=name)
                if limit is not None and answer["ContentLength"] > limit:
                    answer["Body"].close()
                    return None
                return answer["Body"].read()
        except ClientError as error:
            if _status(error) == 404:
                return None
            raise

    # --- kept files ---

    def put(self, data: bytes) -> str:
        """Keep the bytes; returns their key. The same bytes twice are one object."""
        key = sha256_of(data)
        if not self.has(key):
            md5 = hashlib.md5(data, usedforsecurity=False).digest()
            with _reached():
                self.client.put_object(
                    Bucket=self.bucket,
                    Key=key,
                    Body=data,
                    ContentType="application/octet-stream",
                    ContentMD5=base64.b64encode(md5).decode(),
                )
        return key

    def get(self, key: str) -> bytes:
        """The bytes, checked against the key. FileNotFoundError when absent; Invalid when they were changed."""
        data = self._read(named(key))
        if data is None:
            raise FileNotFoundError(key)
        return checked(data, key)

    def has(self, key: str) -> bool:
        return self._size(named(key)) is not None

    def _size(self, name):
        from botocore.exceptions import ClientError

        try:
            with _reached():
                return self.client.head_object(Bucket=self.bucket, Key=name)["ContentLength"]
        except ClientError as error:
            if _status(error) == 404:
                return None
            raise

    def remove(self, key: str) -> None:
        """Destroy the object (redaction only)."""
        with _reached():
            self.client.delete_object(Bucket=self.bucket, Key=named(key))

    def keys(self):
        """The keys of all kept files, one by one. What still arrives is none."""
        with _reached():
            for page in self.client.get_paginator("list_objects_v2").paginate(Bucket=self.bucket, Prefix=""):
                yield from (one["Key"] for one in page.get("Contents", []) if is_name(one["Key"]))

    # --- uploads in parts ---

    def _place(self, upload):
        return {"Bucket": self.bucket, "Key": f"{STAGING}{UUID(str(upload.id))}"}

    def create_upload(self, upload_id, size: int, sha256: str) -> Upload:
        """Begin an upload; returns what `parts` and `complete` want back."""
        upload = Upload(UUID(str(upload_id)), size, named(sha256))
        with _reached():
            answer = self.client.create_multipart_upload(**self._place(upload), ContentType=PART_TYPE)
        return Upload(upload.id, size, sha256, answer["UploadId"])

    def _arrived(self, upload):
        """{number: etag}, or None when the parts were assembled already. WrongState when there is nothing."""
        from botocore.exceptions import ClientError

        if not upload.reference:
            raise uploads.gone()  # begun while files still went into a folder
        try:
            with _reached():
                answer = self.client.list_parts(**self._place(upload), UploadId=upload.reference)
        except ClientError as error:
            if _status(error) != 404:
                raise
            if self._size(self._place(upload)["Key"]) is None:
                raise uploads.gone() from None
            return None
        parts = answer.get("Parts", [])
        return {part["PartNumber"]: uploads.bare(part["ETag"]) for part in parts if self._fits(upload, part)}

    @staticmethod
    def _fits(upload, part):
        return part["Size"] == upload.length(part["PartNumber"])

    def parts(self, upload: Upload, path=None) -> list:
        """The parts and which have arrived, each with an address that is signed for an hour."""
        arrived = self._arrived(upload)
        if arrived is None:
            arrived = dict.fromkeys(upload.numbers, ASSEMBLED)
        return uploads.parts_of(upload, arrived, lambda number: self.address(upload, number))

    def address(self, upload: Upload, number: int, lasts: int = ADDRESS_LASTS) -> str:
        """A signed address that takes this part of this upload, of this size and type, for so many seconds."""
        given = {"UploadId": upload.reference, "PartNumber": number, "ContentLength": upload.length(number)}
        return self.client.generate_presigned_url(
            "upload_part", Params=self._place(upload) | given, ExpiresIn=lasts, HttpMethod="PUT"
        )

    def receive_part(self, upload: Upload, number: int, data: bytes) -> str:
        """Refuses: parts of a bucket go straight to the bucket."""
        raise WrongState("Send this part to the address that was given for it.", code="other-address")

    def complete(self, upload: Upload, etags: dict) -> bytes:
        """The whole, hashed here and compared with what was announced; can be asked again until `discard`.

        etags: {number: ETag}. WrongState when a part is missing; Invalid when the whole is another file: destroyed.
        """
        arrived = self._arrived(upload)
        if arrived is not None:
            uploads.check_arrived(upload, arrived, etags)
            self._assemble(upload, arrived)
        data = self._read(self._place(upload)["Key"], limit=upload.size)
        if data is None or not uploads.is_whole(upload, data):
            self.discard(upload)
            raise uploads.damaged()
        return data

    def _assemble(self, upload, arrived):
        from botocore.exceptions import ClientError

        parts = [{"PartNumber": n, "ETag": f'"{arrived[n]}"'} for n in upload.numbers]
        try:
            with _reached():
                self.client.complete_multipart_upload(
                    **self._place(upload), UploadId=upload.reference, MultipartUpload={"Parts": parts}
                )
        except ClientError as error:
            # A part was sent again in between, or somebody else was faster: the sender looks and goes on.
            if _code(error) in ("InvalidPart", "NoSuchUpload", "NoSuchKey"):
                raise WrongState("A part was sent again meanwhile. Look again.", code="part-missing") from None
            raise

    def discard(self, upload: Upload) -> None:
        """Give an upload up, or clear what was kept elsewhere since. Repeating it is harmless."""
        from botocore.exceptions import ClientError

        place = self._place(upload)
        with _reached():
            try:
                if upload.reference:
                    self.client.abort_multipart_upload(**place, UploadId=upload.reference)
            except ClientError as error:
                if _status(error) != 404:
                    raise
            self.client.delete_object(**place)

    def sweep(self, before: datetime) -> int:
        """Destroy uploads begun before a moment. Returns how many."""
        swept = 0
        with _reached():
            pages = self.client.get_paginator("list_multipart_uploads").paginate(Bucket=self.bucket, Prefix=STAGING)
            for one in [one for page in pages for one in page.get("Uploads", []) if one["Initiated"] < before]:
                self.client.abort_multipart_upload(Bucket=self.bucket, Key=one["Key"], UploadId=one["UploadId"])
                swept += 1
            pages = self.client.get_paginator("list_objects_v2").paginate(Bucket=self.bucket, Prefix=STAGING)
            for one in [one for page in pages for one in page.get("Contents", []) if one["LastModified"] < before]:
                self.client.delete_object(Bucket=self.bucket, Key=one["Key"])
                swept += 1
        return swept

    # --- is it safe? ---

    def allow_origin(self, origin: str) -> None:
        """Let browsers send parts from our own site, and from no other."""
        rule = {
            "AllowedOrigins": [origin],
            "AllowedMethods": ["PUT"],
            "AllowedHeaders": ["content-type"],
            "ExposeHeaders": ["ETag"],
            "MaxAgeSeconds": 600,
        }
        from botocore.exceptions import ClientError

        try:
            with _reached():
                self.client.put_bucket_cors(Bucket=self.bucket, CORSConfiguration={"CORSRules": [rule]})
        except ClientError as error:
            why = "does not exist. Make it, private" if _status(error) == 404 else "takes no rules from our key"
            raise NotNow(f"The bucket {self.bucket} {why}.") from None

    def findings(self, origin: str, stranger) -> list[tuple[bool, str]]:
        """What `check_storage` says of this store: (is it well, a sentence). Writes one object and removes it.

        origin: our site's, such as https://floor.example. stranger: a client with our key's name and a wrong secret.
        """
        from botocore.exceptions import ClientError

        try:
            with _reached():
                self.client.head_bucket(Bucket=self.bucket)
        except ClientError as error:
            why = "does not exist" if _status(error) == 404 else "refuses our key"
            return [(False, f"The bucket {self.bucket} {why}.")]
        except NotNow as refusal:
            return [(False, refusal.sentence)]
        name = f"{STAGING}check-{secrets.token_hex(8)}"
        place = {"Bucket": self.bucket, "Key": name}
        self.client.put_object(**place, Body=b"openfloor: who can read this?")
        try:
            return [
                (True, f"The bucket {self.bucket} exists and can be written."),
                _line(self._read(name) is not None, "Files can be read back.", "Files cannot be read back."),
                *self._strangers(place, stranger),
                *self._browsers(self._plain_url(place), origin),
            ]
        finally:
            self.client.delete_object(**place)

    def _plain_url(self, place):
        return self.client.generate_presigned_url("get_object", Params=place).split("?")[0]

    def _strangers(self, place, stranger):
        from botocore.exceptions import ClientError

        url = self._plain_url(place)
        parts = urlsplit(url)
        loopback = parts.hostname in ("localhost", "127.0.0.1", "::1")
        yield _line(
            parts.scheme == "https" or loopback,
            "The way to the store is encrypted, or does not leave this machine.",
            "The address of the store begins with http://: photos would travel in the open.",
        )
        refused = all(
            _ask(method, where)[0] in (401, 403)
            for method, where in [("GET", url), ("PUT", url), ("GET", url.removesuffix(place["Key"]))]
        )
        yield _line(
            refused,
            "Somebody without a key can neither read, write nor list.",
            "Somebody without a key can read, write or list: close the bucket to the public.",
        )
        try:
            stranger.get_object(**place)["Body"].read()
            wrong_secret_refused = False
        except ClientError as error:
            wrong_secret_refused = _status(error) in (401, 403)
        yield _line(
            wrong_secret_refused,
            "A wrong secret is refused.",
            "A wrong secret is taken: this store checks nothing. Use another.",
        )

    @staticmethod
    def _browsers(url, origin):
        def allowed(who):
            asked = {"Origin": who, "Access-Control-Request-Method": "PUT"}
            status, headers = _ask("OPTIONS", url, asked | {"Access-Control-Request-Headers": "content-type"})
            return status < 300 and headers.get("Access-Control-Allow-Origin") in (who, "*")

        yield _line(
            allowed(origin),
            f"A tablet on {origin} may send parts.",
            f"A tablet on {origin} may not send parts. Run: manage.py check_storage --set-cors",
        )
        yield _line(
            not allowed("https://stranger.invalid"),
            "A page of any other site may not.",
            "A page of any site may send parts: name our own origin only in the bucket's CORS rule.",
        )


def _line(well, sentence, otherwise):
    return well, sentence if well else otherwise


def _ask(method, url, headers=None):
    """(status, headers) of a request without any key."""
    request = urllib.request.Request(url, method=method, headers=headers or {}, data=b"x" if method == "PUT" else None)
    try:
        with urllib.request.urlopen(request, timeout=10) as answer:
            return answer.status, answer.headers
    except urllib.error.HTTPError as error:
        with error:
            return error.code, error.headers
