"""Seals a handover file as a tablet does (tablet/src/handover.js): only tests need that on this side."""

import hashlib
import hmac
import secrets
import struct

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from cryptography.hazmat.primitives.kdf.pbkdf2 import PBKDF2HMAC

from compliance.handover import FORMAT, MAGIC, canonical, public_bytes

ROUNDS = 600_000


def by_code(code, salt):
    return PBKDF2HMAC(algorithm=hashes.SHA256(), length=32, salt=salt, iterations=ROUNDS).derive(code.encode())


def told_of(kind, data, **more):
    return {"kind": kind, "sha256": hashlib.sha256(data).hexdigest(), "size": len(data), **more}


def seal(manifest, parts, *, key, token, code=None, ephemeral=None, content=None, salt=None):
    """The whole file as bytes. parts: [({"kind", ...}, bytes)]; key: the programme's public key (Handover's `seal`)."""
    manifest = manifest | {"format": FORMAT, "parts": [told_of(data=data, **told) for told, data in parts]}
    ephemeral = ephemeral or ec.generate_private_key(ec.SECP256R1())
    content, salt = content or secrets.token_bytes(32), salt or secrets.token_bytes(16)
    point = ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), bytes.fromhex(key["key"]))
    info = f"{FORMAT} programme".encode()
    kek = HKDF(algorithm=hashes.SHA256(), length=32, salt=salt, info=info).derive(ephemeral.exchange(ec.ECDH(), point))
    header = {
        "programme": key["programme"],
        "key": key["id"],
        "ephemeral": public_bytes(ephemeral).hex(),
        "salt": salt.hex(),
        "for_programme": AESGCM(kek).encrypt(bytes(12), content, None).hex(),
        "for_code": AESGCM(by_code(code, salt)).encrypt(bytes(12), content, None).hex() if code else "00" * 48,
    }
    head = canonical(header)
    begin = MAGIC + struct.pack(">I", len(head)) + head
    raw, about, body = canonical(manifest), hashlib.sha256(begin).digest(), AESGCM(content)
    mark = hmac.new(hashlib.sha256(token.encode()).digest(), raw, hashlib.sha256).digest()
    plain = [mark + raw, *(data for _told, data in parts)]
    sealed = [body.encrypt(n.to_bytes(12, "big"), data, about) for n, data in enumerate(plain)]
    return begin + b"".join(struct.pack(">I", len(one)) + one for one in sealed)


def letter_of(file, manifest_parts):
    """The beginning of a file up to its photos, by walking its lengths."""
    kept = 1 + sum(told["kind"] in ("operations", "letter") for told, _data in manifest_parts)
    at = len(MAGIC)
    at += 4 + struct.unpack(">I", file[at : at + 4])[0]
    for _ in range(kept):
        at += 4 + struct.unpack(">I", file[at : at + 4])[0]
    return file[:at]
