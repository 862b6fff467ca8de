"""Where files lie: a private bucket, or a folder that keeps the same promises. The only door to boto3.

Kept files are named by the SHA-256 of their bytes; a name is never taken from outside. Files that arrive in parts wait
in staging until the whole was hashed here. What may be kept is decided in core/scanning.py, not here.
"""

import functools
from urllib.parse import urlsplit

from django.conf import settings

from core.storage.bucket import BucketStore, client_of
from core.storage.content import media_type_of, sha256_of
from core.storage.folder import FolderStore
from core.storage.uploads import KEPT_FOR, PART, Part, Upload

__all__ = [
    "KEPT_FOR", "PART", "BucketStore", "FolderStore", "Part", "Upload",
    "findings", "foreign_origins", "media_type_of", "set_cors", "sha256_of", "store",
]  # fmt: skip


@functools.lru_cache(maxsize=4)
def _bucket(bucket, endpoint, access_key, secret_key, region):
    client = client_of(endpoint=endpoint, access_key=access_key, secret_key=secret_key, region=region)
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


def foreign_origins() -> list[str]:
    """Where a browser sends parts to besides us: the bucket's own address. None for a folder."""
    if not settings.EVIDENCE_BUCKET:
        return []
    if settings.EVIDENCE_ENDPOINT:
        place = urlsplit(settings.EVIDENCE_ENDPOINT)
        return [f"{place.scheme}://{place.netloc}"]
    return [f"https://s3.{settings.EVIDENCE_REGION}.amazonaws.com", "https://s3.amazonaws.com"]


def findings(origin: str) -> list[tuple[bool, str]]:
    """Is the store safe? (well, sentence) for each thing asked. `origin` is our site's."""
    if not settings.EVIDENCE_BUCKET:
        return store().findings()
    stranger = client_of(
        endpoint=settings.EVIDENCE_ENDPOINT,
        access_key=settings.EVIDENCE_ACCESS_KEY or "stranger",
        secret_key="not-the-secret-of-anybody-at-all-here",
        region=settings.EVIDENCE_REGION,
    )
    return store().findings(origin, stranger)


def set_cors(origin: str) -> None:
    """Let browsers on our own origin, and no other, send parts to the bucket. Nothing to do for a folder."""
    if settings.EVIDENCE_BUCKET:
        store().allow_origin(origin)
