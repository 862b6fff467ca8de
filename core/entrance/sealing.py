"""Secrets that must rest in the database or in an address: sealed, or kept as a digest, with the instance's own key.

Whoever has the database alone can neither read a sealed value nor try codes and phone numbers against a digest.
Keys that were in use before (SECRET_KEY_FALLBACKS) still open; with a key that is lost, so is what it sealed.
"""

import base64
import hashlib

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from django.conf import settings
from django.utils.crypto import salted_hmac


def _keys():
    return [settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS]


def _box(purpose):
    def key(secret):
        return base64.urlsafe_b64encode(hashlib.sha256(f"core.seal:{purpose}:{secret}".encode()).digest())

    return MultiFernet([Fernet(key(secret)) for secret in _keys()])


def seal(purpose: str, text: str) -> str:
    """The text, unreadable without the key; fit for an address."""
    return _box(purpose).encrypt(text.encode()).decode()


def unseal(purpose: str, sealed: str, *, seconds: int | None = None) -> str | None:
    """What was sealed for this purpose, not longer ago than so many seconds; else None."""
    try:
        return _box(purpose).decrypt(sealed.encode(), ttl=seconds).decode()
    except (InvalidToken, UnicodeEncodeError):
        return None


def digest(purpose: str, text: str) -> str:
    """A keyed digest under which the text is found again, as hex."""
    return digests(purpose, text)[0]


def digests(purpose: str, text: str) -> list[str]:
    """The digests under each key in use, the present one first."""
    return [salted_hmac(f"core.{purpose}", text, secret=key, algorithm="sha256").hexdigest() for key in _keys()]
