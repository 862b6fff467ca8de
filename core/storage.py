"""The only door to boto3, and its folder twin. Files are named by the SHA-256 of their bytes.

A name is never taken from outside; what a file is comes from its content (see `media_type_of`).
"""

import functools
import hashlib
import os
import secrets
from pathlib import Path

from django.conf import settings

from core.errors import Invalid


def sha256_of(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def media_type_of(data: bytes) -> str:
    """The media type read from the content; application/octet-stream when nothing is recognised."""
    import puremagic

    try:
        return puremagic.from_string(data[:4096], mime=True) or "application/octet-stream"
    except (puremagic.PureError, ValueError):
        return "application/octet-stream"


def _named(key: str) -> str:
    """The key, when it has the form of one: nothing from outside becomes a path or the name of an object."""
    if len(key) != 64 or not all(c in "0123456789abcdef" for c in key):
        raise Invalid("This is not the name of a stored file.")
    return key


class FolderStore:
    """Files in a folder, two levels deep, written beside and renamed, so that a file is whole or absent."""

    def __init__(self, root):
        self.root = Path(root)

    def _path(self, key):
        _named(key)
        return self.root / key[:2] / key[2:4] / key

    def put(self, data: bytes) -> str:
        """Keep the bytes; returns their key. The same bytes twice are one file. On disk before it returns."""
        key = sha256_of(data)
        path = self._path(key)
        if path.exists() and sha256_of(path.read_bytes()) == key:
            return key
        path.parent.mkdir(parents=True, exist_ok=True)
        beside = path.with_name(f".{key}.{secrets.token_hex(4)}")
        with open(beside, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        os.replace(beside, path)
        folder = os.open(path.parent, os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)
        return key

    def get(self, key: str) -> bytes:
        """The bytes, checked against the key. FileNotFoundError when absent; Invalid when they were changed."""
        data = self._path(key).read_bytes()
        return _checked(data, key)

    def has(self, key: str) -> bool:
        return self._path(key).exists()

    def remove(self, key: str) -> None:
        """Destroy the file (redaction only)."""
        self._path(key).unlink(missing_ok=True)


class BucketStore:
    """The same four calls on a private S3 bucket."""

    def __init__(self, client, bucket):
        self.client, self.bucket = client, bucket

    def put(self, data: bytes) -> str:
        key = sha256_of(data)
        if not self.has(key):
            self.client.put_object(Bucket=self.bucket, Key=key, Body=data, ContentType="application/octet-stream")
        return key

    def get(self, key: str) -> bytes:
        try:
            body = self.client.get_object(Bucket=self.bucket, Key=_named(key))["Body"]
        except self.client.exceptions.NoSuchKey:
            raise FileNotFoundError(key) from None
        return _checked(body.read(), key)

    def has(self, key: str) -> bool:
        from botocore.exceptions import ClientError

        try:
            self.client.head_object(Bucket=self.bucket, Key=_named(key))
        except ClientError as error:
            if error.response["ResponseMetadata"]["HTTPStatusCode"] == 404:
                return False
            raise
        return True

    def remove(self, key: str) -> None:
        self.client.delete_object(Bucket=self.bucket, Key=_named(key))


def _checked(data, key):
    if sha256_of(data) != key:
        raise Invalid("The stored file is not what was put there.", code="file-changed")
    return data


@functools.lru_cache(maxsize=4)
def _bucket(bucket, endpoint, access_key, secret_key, region):
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
        ),
    )
    return BucketStore(client, bucket)


def store():
    """The store the settings name: a bucket, or else the folder."""
    if settings.EVIDENCE_BUCKET:
        return _bucket(
            settings.EVIDENCE_BUCKET,
            settings.EVIDENCE_ENDPOINT,
            settings.EVIDENCE_ACCESS_KEY,
            settings.EVIDENCE_SECRET_KEY,
            settings.EVIDENCE_REGION,
        )
    return FolderStore(settings.EVIDENCE_FOLDER)
