"""What may be kept as evidence: decided by the content of a file, never by its name or by what the sender calls it.

`admit` is asked before anything is kept. It takes photos, which are drawn anew from their pixels so that nothing hides
in them, and PDF documents, which are kept as they are and never shown inside the site. The scanner the settings name
sees every file first; when it is away nothing is kept and the work stays on the tablet.
"""

import logging
import socket
import struct
from io import BytesIO

from django.conf import settings
from django.utils.module_loading import import_string
from django.utils.translation import gettext as _

from core.errors import Invalid, NotNow, Refusal
from core.storage import media_type_of

log = logging.getLogger("openfloor.scanning")

BUILT_IN = "core.scanning.by_content"
PICTURES = {"image/jpeg", "image/png", "image/webp"}
# A photo of a good tablet has 12 million. Four times that, drawn anew, stays under half a gigabyte of memory.
MAX_PIXELS = 40_000_000
# What a browser might take for a page, in the stretch it looks at.
PAGE_MARKS = (b"<!doctype", b"<html", b"<head", b"<body", b"<script", b"<svg", b"<iframe")
LOOKED_AT = 1024


def admit(data: bytes) -> tuple[bytes, str]:
    """(the bytes to keep, their media type). Raises Invalid for what is not kept, NotNow when the scanner is away."""
    media_type = by_content(data)
    if settings.EVIDENCE_SCANNER != BUILT_IN:
        _ask_scanner(data)
    if media_type in PICTURES:
        return made_anew(data), "image/jpeg"
    return data, media_type


def ask(data: bytes) -> None:
    """Let the scanner the settings name see a file that is no evidence and is never served, such as a list."""
    if settings.EVIDENCE_SCANNER != BUILT_IN:
        _ask_scanner(data)


def by_content(data: bytes) -> str:
    """The built-in scanner: the media type of a file that may be kept. Raises Invalid for any other."""
    media_type = media_type_of(data)
    if media_type == "application/pdf":
        _check_pdf(data)
    elif media_type not in PICTURES:
        raise Invalid(_("Only photos (JPEG, PNG, WebP) and PDF documents can be kept."), code="file-kind")
    return media_type


def _check_pdf(data):
    """One document from its first byte to its last, and nothing a browser could take for a page."""
    start, end = data[:LOOKED_AT].lower(), data.rstrip(b"\0\t\n\f\r ")[-5:]
    if not start.startswith(b"%pdf-") or end != b"%%EOF" or any(mark in start for mark in PAGE_MARKS):
        sentence = _("This PDF is not whole, or holds something else besides. Print it to a new PDF and add that.")
        raise Invalid(sentence, code="file-kind")


def made_anew(data: bytes) -> bytes:
    """The picture as a JPEG drawn from its pixels: no metadata, no thumbnail, nothing behind its end."""
    from PIL import Image, ImageOps

    try:
        with Image.open(BytesIO(data), formats=("JPEG", "PNG", "WEBP")) as picture:
            if picture.width * picture.height > MAX_PIXELS:
                raise _too_many_pixels()
            ImageOps.exif_transpose(picture, in_place=True)
            clean = Image.new("RGB", picture.size, "white")
            if picture.has_transparency_data:
                shown = picture.convert("RGBA")
                clean.paste(shown, mask=shown.getchannel("A"))
            else:
                clean.paste(picture.convert("RGB"))
    except Image.DecompressionBombError:
        raise _too_many_pixels() from None
    except Refusal:
        raise
    except Exception:  # whatever a hostile file makes the decoder raise, the file is refused
        raise Invalid(_("This is not a picture that can be opened."), code="file-kind") from None
    out = BytesIO()
    clean.save(out, "JPEG", quality=85)
    return out.getvalue()


def _too_many_pixels():
    return Invalid(_("This picture has too many pixels: at most 40 million."), code="too-many-pixels")


# --- the scanner the settings name ------------------------------------------------------------------------------


def _ask_scanner(data):
    """Call it with the bytes. Its own refusals pass; anything else that goes wrong means that it is away."""
    try:
        import_string(settings.EVIDENCE_SCANNER)(data)
    except Refusal:
        raise
    except Exception as error:
        log.error("The scanner %s did not answer: %s.", settings.EVIDENCE_SCANNER, type(error).__name__)
        raise _away() from None


def _away():
    sentence = _(
        "Files cannot be checked now. A tablet keeps this one and sends it later. From a screen, send it again."
    )
    return NotNow(sentence, code="scanner-away")


def clamd(data: bytes) -> None:
    """Ask a ClamAV daemon at CLAMD_ADDRESS (unix:/path or host:port), which gets the bytes over its socket.

    Raises Invalid for what it finds, NotNow for anything but a clear answer.
    """
    with _connect(settings.CLAMD_ADDRESS) as talk:
        talk.sendall(b"zINSTREAM\0" + struct.pack(">I", len(data)) + data + struct.pack(">I", 0))
        answer = b""
        while len(answer) < 4096 and (more := talk.recv(4096)):  # it hangs up after its answer
            answer += more
    if answer == b"stream: OK\0":
        return
    if answer.startswith(b"stream: ") and answer.endswith(b" FOUND\0"):
        raise Invalid(_("The virus scanner refuses this file. It is not kept; tell your programme."), code="harmful")
    log.error("The scanner gave no clear answer: %r.", answer[:80])
    raise _away()


def _connect(address):
    if address.startswith("unix:"):
        talk = socket.socket(socket.AF_UNIX)
        talk.settimeout(30)
        talk.connect(address.removeprefix("unix:"))
        return talk
    host, _colon, port = address.rpartition(":")
    return socket.create_connection((host, int(port)), timeout=30)


# --- is it there? -----------------------------------------------------------------------------------------------

# The harmless file every virus scanner agrees to report. In two pieces: whole, it would be reported here too.
TEST_FILE = rb"X5O!P%@AP[4\PZX54(P^)7CC)7}$EICAR-STANDARD-" + rb"ANTIVIRUS-TEST-FILE!$H+H*"


def findings() -> list[tuple[bool, str]]:
    """What `check_storage` says of the scanner: (is it well, a sentence)."""
    if settings.EVIDENCE_SCANNER == BUILT_IN:
        return [(True, "Files are judged by their content. No virus scanner is named.")]
    name = settings.EVIDENCE_SCANNER
    try:
        _ask_scanner(bytes(settings.EVIDENCE_MAX_BYTES))
    except Refusal:
        return [(False, f"The scanner {name} does not take a harmless file of the largest size. Nothing can be kept.")]
    found = [(True, f"The scanner {name} answers and takes files of the largest size.")]
    try:
        _ask_scanner(TEST_FILE)
    except Invalid:
        return [*found, (True, "It refuses the standard test file.")]
    except NotNow:
        return [*found, (False, "It gives no clear answer on the standard test file.")]
    return [*found, (False, "It takes the standard test file: it scans nothing.")]
