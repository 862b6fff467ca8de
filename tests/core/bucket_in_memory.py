"""A bucket in memory: the few calls of an S3 client the store makes, with the refusals S3 gives.

It proves how our code takes S3's answers. It proves nothing about safety: signatures, strangers and origins are asked
of a real store in tests/soak/test_storage_radosgw.py.
"""

import hashlib
from datetime import UTC, datetime
from io import BytesIO
from types import SimpleNamespace
from urllib.parse import parse_qs, urlencode, urlsplit

from botocore.exceptions import ClientError

SMALLEST = 5 * 1024 * 1024


def refusal(code, status, call):
    return ClientError({"Error": {"Code": code}, "ResponseMetadata": {"HTTPStatusCode": status}}, call)


def tag(data):
    return f'"{hashlib.md5(data, usedforsecurity=False).hexdigest()}"'


class BucketInMemory:
    def __init__(self):
        self.objects, self.uploads, self.count = {}, {}, 0

    # --- objects ---

    def put_object(self, *, Bucket, Key, Body, **_):
        self.objects[Key] = (bytes(Body), datetime.now(UTC))

    def get_object(self, *, Bucket, Key):
        data = self._object(Key, "GetObject")
        return {"Body": BytesIO(data), "ContentLength": len(data)}

    def head_object(self, *, Bucket, Key):
        return {"ContentLength": len(self._object(Key, "HeadObject"))}

    def delete_object(self, *, Bucket, Key):
        self.objects.pop(Key, None)

    def _object(self, key, call):
        if key not in self.objects:
            raise refusal("NoSuchKey", 404, call)
        return self.objects[key][0]

    # --- uploads in parts ---

    def create_multipart_upload(self, *, Bucket, Key, ContentType):
        self.count += 1
        self.uploads[f"upload-{self.count}"] = SimpleNamespace(key=Key, begun=datetime.now(UTC), parts={})
        return {"UploadId": f"upload-{self.count}"}

    def _upload(self, key, upload_id, call):
        found = self.uploads.get(upload_id)
        if found is None or found.key != key:
            raise refusal("NoSuchUpload", 404, call)
        return found

    def list_parts(self, *, Bucket, Key, UploadId):
        parts = self._upload(Key, UploadId, "ListParts").parts
        return {"Parts": [{"PartNumber": n, "ETag": tag(d), "Size": len(d)} for n, d in sorted(parts.items())]}

    def complete_multipart_upload(self, *, Bucket, Key, UploadId, MultipartUpload):
        upload = self._upload(Key, UploadId, "CompleteMultipartUpload")
        named = MultipartUpload["Parts"]
        for part in named:
            data = upload.parts.get(part["PartNumber"])
            if data is None or tag(data) != part["ETag"]:
                raise refusal("InvalidPart", 400, "CompleteMultipartUpload")
        if any(len(upload.parts[part["PartNumber"]]) < SMALLEST for part in named[:-1]):
            raise refusal("EntityTooSmall", 400, "CompleteMultipartUpload")
        whole = b"".join(upload.parts[part["PartNumber"]] for part in named)
        self.put_object(Bucket=Bucket, Key=Key, Body=whole)
        del self.uploads[UploadId]

    def abort_multipart_upload(self, *, Bucket, Key, UploadId):
        self._upload(Key, UploadId, "AbortMultipartUpload")
        del self.uploads[UploadId]

    def get_paginator(self, call):
        """Two pages at least, so that nobody reads the first only."""
        if call == "list_multipart_uploads":
            rows = [{"Key": u.key, "UploadId": name, "Initiated": u.begun} for name, u in self.uploads.items()]
            name = "Uploads"
        else:
            rows = [{"Key": key, "LastModified": at} for key, (_, at) in self.objects.items()]
            name = "Contents"

        def paginate(*, Bucket, Prefix):
            found = [row for row in rows if row["Key"].startswith(Prefix)]
            return [{}, {name: found[:1]}, {name: found[1:]}]

        return SimpleNamespace(paginate=paginate)

    # --- addresses ---

    def generate_presigned_url(self, call, *, Params, ExpiresIn, HttpMethod):
        assert (call, HttpMethod) == ("upload_part", "PUT")
        return "https://store.invalid/?" + urlencode(Params | {"lasts": ExpiresIn})

    def take(self, url, data, headers):
        """PUT to a signed address; returns the ETag."""
        asked = {name: values[0] for name, values in parse_qs(urlsplit(url).query).items()}
        assert headers == {"Content-Type": "application/octet-stream"}
        assert len(data) == int(asked["ContentLength"])
        self._upload(asked["Key"], asked["UploadId"], "UploadPart").parts[int(asked["PartNumber"])] = data
        return tag(data)
