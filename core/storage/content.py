"""What bytes are called and what they are, read from the bytes alone: never from a name somebody gave them."""

import hashlib

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


def is_name(key: str) -> bool:
    """Has it the form of a key?"""
    return len(key) == 64 and all(c in "0123456789abcdef" for c in key)


def named(key: str) -> str:
    """The key, when it has the form of one: nothing from outside becomes a path or the name of an object."""
    if not is_name(key):
        raise Invalid("This is not the name of a stored file.")
    return key


def checked(data: bytes, key: str) -> bytes:
    """The bytes, when they are those the key names; Invalid when they were changed in the store."""
    if sha256_of(data) != key:
        raise Invalid("The stored file is not what was put there.", code="file-changed")
    return data
