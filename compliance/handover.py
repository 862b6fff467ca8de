"""The sealed file in which one tablet hands its work over without a network: opens it for the programme.

The format is told in docs/reference/handover-file.md; tablet/src/handover.js seals and opens it on tablets, and both
sides are judged by tests/contracts/handover.json. No row is read here.
"""

import hashlib
import hmac
import json
import struct
from collections.abc import Iterator
from functools import lru_cache
from typing import IO, Any, NamedTuple
from uuid import UUID

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from django.utils.translation import gettext as _

from core.errors import Invalid

FORMAT = "openfloor-handover/1"
MAGIC = f"{FORMAT}\n".encode()
MAX_HEADER, MAX_MANIFEST, MAX_PART = 4096, 2 * 1024 * 1024, 32 * 1024 * 1024
MAX_PARTS = 2000
MAX_FILE, MAX_LETTER = 1024 * 1024 * 1024, 25 * 1024 * 1024
TAG, MARK = 16, 32
PHOTOS = ("photo", "document")
KINDS = ("operations", "letter", *PHOTOS)  # in this order in a file
# The order of the curve P-256: a private key is a number from 1 to one less.
_ORDER = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551


def canonical(value: Any) -> bytes:
    """JSON as one text: keys sorted, no space, UTF-8."""
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()


def _derived(secret: bytes, salt: bytes, info: str, length: int) -> bytes:
    return HKDF(algorithm=hashes.SHA256(), length=length, salt=salt, info=info.encode()).derive(secret)


def private_key(secret: str, programme_id) -> ec.EllipticCurvePrivateKey:
    """The programme's key. Made from the instance's secret each time it is needed, so that it lies nowhere."""
    number = int.from_bytes(_derived(secret.encode(), b"", f"{FORMAT} key of {programme_id}", 48), "big")
    return ec.derive_private_key(number % (_ORDER - 1) + 1, ec.SECP256R1())


def public_bytes(key: ec.EllipticCurvePrivateKey) -> bytes:
    """The public point as 65 bytes, uncompressed: what WebCrypto calls raw."""
    return key.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)


def key_id(public: bytes) -> str:
    return hashlib.sha256(public).hexdigest()[:16]


@lru_cache
def public_key(secret: str, programme_id) -> dict:
    """What a tablet seals with: {"programme", "id", "key"}; the key as 65 bytes in hexadecimal."""
    public = public_bytes(private_key(secret, programme_id))
    return {"programme": str(programme_id), "id": key_id(public), "key": public.hex()}


class Part(NamedTuple):
    """One part of the file as the manifest tells it, with its bytes."""

    told: dict
    data: bytes


class Handover:
    """A sealed file, opened with the programme's key. `secrets`: the instance's secret, then earlier ones.

    Raises Invalid with a sentence for whatever is no whole, unchanged file. `letter`: only the beginning of a file, up
    to its photos, which a tablet that took it over sends on.
    """

    def __init__(self, file: IO[bytes], secrets, *, letter: bool = False):
        self._file, self._letter = file, letter
        if self._read(len(MAGIC), _no_file()) != MAGIC:
            raise _no_file()
        size = self._length(MAX_HEADER)
        header_bytes = self._read(size, _cut())
        self._about = hashlib.sha256(MAGIC + struct.pack(">I", size) + header_bytes).digest()
        header = _json(header_bytes)
        try:
            self.programme_id = UUID(header["programme"])
            point, salt, wrapped = (bytes.fromhex(header[name]) for name in ("ephemeral", "salt", "for_programme"))
            named = str(header["key"])
        except (KeyError, ValueError, TypeError, AttributeError):
            raise changed() from None
        self._key = AESGCM(self._content_key(secrets, named, point, salt, wrapped))
        opened = self._open(0, MAX_MANIFEST)
        self.mark, raw = opened[:MARK], opened[MARK:]
        self.manifest = _manifest(raw)
        self._raw, self._at = raw, file.tell()

    def _content_key(self, secrets, named, point, salt, wrapped) -> bytes:
        for secret in secrets:
            private = private_key(secret, self.programme_id)
            if key_id(public_bytes(private)) != named:
                continue
            try:
                theirs = ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), point)
                shared = private.exchange(ec.ECDH(), theirs)
                return AESGCM(_derived(shared, salt, f"{FORMAT} programme", 32)).decrypt(bytes(12), wrapped, None)
            except (ValueError, InvalidTag):
                raise changed() from None
        raise Invalid(_("This file was sealed for another programme, or with a key no longer here."), code="key")

    def is_marked_by(self, token_digest: str) -> bool:
        """Did the tablet with this token make the file? Only it and this server know what the mark is made with."""
        made = hmac.new(bytes.fromhex(token_digest), self._raw, hashlib.sha256).digest()
        return hmac.compare_digest(made, self.mark)

    def parts(self) -> Iterator[Part]:
        """Every part in its order, hashed and compared; then nothing more may follow. Can be asked for again."""
        self._file.seek(self._at)
        for number, told in enumerate(self.manifest["parts"], start=1):
            if self._letter and told["kind"] in PHOTOS:
                break
            data = self._open(number, MAX_PART)
            if (len(data), hashlib.sha256(data).hexdigest()) != (told["size"], told["sha256"]):
                raise changed()
            yield Part(told, data)
        if self._file.read(1):
            raise changed()

    def _open(self, number: int, most: int) -> bytes:
        sealed = self._read(self._length(most + MARK + TAG), _cut())
        try:
            return self._key.decrypt(number.to_bytes(12, "big"), sealed, self._about)
        except (InvalidTag, ValueError):
            raise changed() from None

    def _length(self, most: int) -> int:
        (size,) = struct.unpack(">I", self._read(4, _cut()))
        if size > most:
            raise changed()
        return size

    def _read(self, size: int, refusal: Invalid) -> bytes:
        data = self._file.read(size)
        if len(data) != size:
            raise refusal
        return data


def listed(raw: bytes) -> list[dict]:
    """The changes of the part that holds them."""
    try:
        value = json.loads(raw)
    except (ValueError, RecursionError):
        raise changed() from None
    if not isinstance(value, list) or not all(isinstance(one, dict) for one in value):
        raise changed()
    return value


def _json(raw: bytes) -> dict:
    try:
        value = json.loads(raw)
    except (ValueError, RecursionError):
        raise changed() from None
    if not isinstance(value, dict):
        raise changed()
    return value


def _manifest(raw: bytes) -> dict:
    """The manifest, when it is one: canonical, of this format, its parts in order, operations first."""
    told = _json(raw)
    try:
        fits = (
            canonical(told) == raw
            and told["format"] == FORMAT
            and all(UUID(told[name]) for name in ("assessment", "device", "programme"))
            and 1 <= len(told["parts"]) <= MAX_PARTS
            and [part["kind"] for part in told["parts"]] == sorted(_kinds(told), key=_order)
            and _kinds(told).count("operations") == 1
            and all(type(part["size"]) is int and len(part["sha256"]) == 64 for part in told["parts"])
            and all(UUID(part["id"]) for part in told["parts"] if part["kind"] in PHOTOS)
        )
    except (KeyError, TypeError, ValueError, AttributeError):
        raise changed() from None
    if not fits:
        raise changed()
    return told


def _kinds(told) -> list:
    return [part["kind"] for part in told["parts"]]


def _order(kind) -> int:
    return min(KINDS.index(kind), KINDS.index("photo"))


def _no_file():
    return Invalid(_("This is no handover file of Openfloor, or one of another version."), code="no-handover")


def _cut():
    return Invalid(_("The file ends too early. Copy it from the tablet again."), code="cut")


def changed():
    return Invalid(_("The file was changed or damaged on its way. Copy it from the tablet again."), code="changed")
