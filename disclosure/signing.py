"""The signature of a release: Ed25519 over its manifest, with the operator's key where there is one.

It says who published; that nothing was changed since, the digests say without it.
"""

import base64

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from django.conf import settings


def _key() -> Ed25519PrivateKey | None:
    if not settings.LEDGER_KEY:
        return None
    return Ed25519PrivateKey.from_private_bytes(base64.b64decode(settings.LEDGER_KEY, validate=True))


def sign(manifest: bytes) -> str:
    """The signature of a manifest in hexadecimal; "" where no key is set."""
    key = _key()
    return key.sign(manifest).hex() if key else ""


def is_signed(signature: str, manifest: bytes) -> bool:
    """Is this the signature of the key in use? Also true where there is no signature, or no key to check it by."""
    key = _key()
    if not (signature and key):
        return True
    try:
        key.public_key().verify(bytes.fromhex(signature), manifest)
    except (InvalidSignature, ValueError):
        return False
    return True


def public_key() -> str:
    """The key that checks signatures, as PEM; "" where none is set."""
    key = _key()
    return key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode() if key else ""
