"""What may be kept: hostile files are refused or come out harmless, and a scanner that is away keeps everything out."""

import socket
import struct
import threading
import zlib
from contextlib import contextmanager
from io import BytesIO, StringIO
from zipfile import ZipFile

import pytest
from django.core.management import call_command
from hypothesis import HealthCheck, given
from hypothesis import settings as effort
from hypothesis import strategies as st
from PIL import Image, ImageFile, PngImagePlugin

from core import scanning
from core.errors import Invalid, NotNow
from core.scanning import admit

SENTINEL = b"sentinel-hidden"
PAGE = b"<html><script>alert('sentinel-hidden')</script></html>"
PDF = b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\ntrailer<</Root 1 0 R>>\nstartxref\n9\n%%EOF\n"


def picture(form="JPEG", size=(40, 30), mode="RGB", colour="teal", **more):
    out = BytesIO()
    Image.new(mode, size, colour).save(out, form, **more)
    return out.getvalue()


def with_exif(form):
    tags = Image.Exif()
    tags[0x010E] = PAGE.decode()  # description
    tags.get_ifd(0x8825)[1] = "N"  # where it was taken
    return picture(form, exif=tags)


def with_words_in_png():
    words = PngImagePlugin.PngInfo()
    words.add_text("Comment", PAGE.decode())
    words.add_itxt("XML:com.adobe.xmp", PAGE.decode())
    return picture("PNG", pnginfo=words)


def zipped(data):
    out = BytesIO()
    with ZipFile(out, "w") as archive:
        archive.writestr("index.html", data)
    return out.getvalue()


def chunk(name, body):
    return struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))


def png(width, height, *extra, pixels=b"\0"):
    head = struct.pack(">IIBBBBB", width, height, 1, 0, 0, 0, 0)
    chunks = [chunk(b"IHDR", head), *extra, chunk(b"IDAT", zlib.compress(pixels)), chunk(b"IEND", b"")]
    return b"\x89PNG\r\n\x1a\n" + b"".join(chunks)


REFUSED = {
    "a page": PAGE,
    "a page that calls itself PNG": b"\x89PNG\r\n\x1a\n" + PAGE,
    "a page that calls itself JPEG": b"\xff\xd8\xff\xe0" + PAGE,
    "an SVG": b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>",
    "an SVG as XML": b"<?xml version='1.0'?><svg xmlns='http://www.w3.org/2000/svg'/>",
    "a program": b"MZ\x90\x00" + bytes(200),
    "a script": b"#!/bin/sh\nrm -rf /\n",
    "an archive": zipped(PAGE),
    "an archive that begins as a PDF": zipped(PAGE) + PDF,
    "a GIF": picture("GIF"),
    "a TIFF": picture("TIFF"),
    "a BMP": picture("BMP"),
    "nothing": b"",
    "one byte": b"\xff",
    "half a photo": picture(size=(400, 300))[:900],
    "a PDF that begins as a page": PAGE + PDF,
    "a PDF that is also a page": b"%PDF-1.4\n" + PAGE + PDF[9:],
    "a PDF with an archive behind its end": PDF + zipped(PAGE),
    "a PDF with a page behind its end": PDF + PAGE,
    "half a PDF": PDF[:40],
}


@pytest.mark.parametrize("name", REFUSED)
def test_what_is_neither_a_photo_nor_a_document_is_refused(name):
    with pytest.raises(Invalid) as told:
        admit(REFUSED[name])
    assert told.value.code == "file-kind"
    assert str(told.value.sentence).endswith(".")


HARMLESS = {
    "JPEG with words and a place in its EXIF": with_exif("JPEG"),
    "PNG with words and a place in its EXIF": with_exif("PNG"),
    "WebP with words and a place in its EXIF": with_exif("WEBP"),
    "PNG with words": with_words_in_png(),
    "JPEG with a comment": picture(comment=PAGE),
    "JPEG with a colour profile": picture(icc_profile=PAGE),
    "JPEG with an archive behind its end": picture() + zipped(PAGE),
    "JPEG with a page behind its end": picture() + PAGE,
    "PNG with a page behind its end": picture("PNG") + PAGE,
    "WebP with a page behind its end": picture("WEBP") + PAGE,
}


@pytest.mark.parametrize("name", HARMLESS)
def test_what_hides_in_a_photo_does_not_come_through(name):
    data = HARMLESS[name]
    assert SENTINEL in data or b"index.html" in data
    kept, media_type = admit(data)
    assert media_type == "image/jpeg"
    assert kept.startswith(b"\xff\xd8\xff") and kept.endswith(b"\xff\xd9")
    for hidden in (SENTINEL, b"script", b"Exif", b"ICC_PROFILE", b"http://ns.adobe.com", b"PK\x03\x04"):
        assert hidden not in kept
    with Image.open(BytesIO(kept)) as shown:
        assert shown.size == (40, 30)
        assert not shown.getexif()


def test_a_document_is_kept_byte_for_byte():
    assert admit(PDF) == (PDF, "application/pdf")
    assert admit(PDF + b"\r\n\0")[1] == "application/pdf"


@pytest.mark.parametrize("side", [50_000, 10_000, 6_500])
def test_a_picture_that_would_fill_the_memory_is_refused_by_its_header(side, monkeypatch):
    """A hundred bytes that unpack to gigabytes: not one row of them is drawn."""

    def drawn(*_):
        raise AssertionError("drawn")

    monkeypatch.setattr(ImageFile.ImageFile, "load", drawn)
    with pytest.raises(Invalid) as told:
        admit(png(side, side))
    assert told.value.code == "too-many-pixels"


def test_packed_words_in_a_picture_do_not_unpack_without_end():
    bomb = chunk(b"zTXt", b"Comment\0\0" + zlib.compress(bytes(20_000_000)))
    with pytest.raises(Invalid):
        admit(png(8, 8, bomb, pixels=b"\0\0" * 8))


def test_the_cap_lets_the_photos_of_good_tablets_through():
    assert scanning.MAX_PIXELS >= 12_000_000 * 3


def test_a_photo_taken_sideways_stands_upright():
    tags = Image.Exif()
    tags[0x0112] = 6
    kept, _ = admit(picture(size=(60, 20), exif=tags))
    with Image.open(BytesIO(kept)) as shown:
        assert shown.size == (20, 60)


@pytest.mark.parametrize("mode", ["RGBA", "RGB", "P", "LA", "L", "1", "I;16", "CMYK"])
def test_every_kind_of_pixel_becomes_a_photo(mode):
    assert admit(picture("JPEG" if mode == "CMYK" else "PNG", mode=mode, colour=0))[1] == "image/jpeg"


def test_what_is_transparent_is_white_and_does_not_show_what_lay_below():
    out = BytesIO()
    Image.new("RGBA", (8, 8), (255, 0, 0, 0)).save(out, "PNG")
    with Image.open(BytesIO(admit(out.getvalue())[0])) as shown:
        assert min(shown.getpixel((4, 4))) > 250


SEEDS = [picture(), picture("PNG"), picture("WEBP"), with_exif("JPEG"), with_words_in_png(), PDF]


@effort(
    max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture]
)
@given(st.sampled_from(SEEDS), st.lists(st.tuples(st.floats(0, 1), st.binary(max_size=6)), min_size=1, max_size=8))
def test_a_torn_file_is_refused_or_harmless_and_never_an_error(seed, tears):
    data = bytearray(seed)
    for where, bytes_ in tears:
        place = int(where * len(data))
        data[place : place + len(bytes_)] = bytes_
    try:
        kept, media_type = admit(bytes(data))
    except Invalid:
        return
    assert media_type in ("image/jpeg", "application/pdf")
    if media_type == "image/jpeg":
        assert SENTINEL not in kept


# --- the scanner the settings name ------------------------------------------------------------------------------

SEEN = []


def willing(data):
    SEEN.append(data)


def refusing(data):
    raise Invalid("Not this one.", code="harmful")


def broken(data):
    raise RuntimeError("the disk of the scanner is full")


def test_the_scanner_gets_the_bytes_as_they_came(settings):
    settings.EVIDENCE_SCANNER = f"{__name__}.willing"
    SEEN.clear()
    admit(with_exif("JPEG"))
    assert [with_exif("JPEG")] == SEEN


def test_what_the_scanner_refuses_is_refused(settings):
    settings.EVIDENCE_SCANNER = f"{__name__}.refusing"
    with pytest.raises(Invalid, match="Not this one"):
        admit(picture())


@pytest.mark.parametrize("name", [f"{__name__}.broken", f"{__name__}.absent", "no.such.module", "nonsense", ""])
def test_a_scanner_that_is_away_keeps_everything_out(settings, name):
    settings.EVIDENCE_SCANNER = name
    with pytest.raises(NotNow) as told:
        admit(picture())
    assert told.value.code == "scanner-away"
    assert "tablet keeps" in told.value.sentence and "From a screen" in told.value.sentence


@contextmanager
def daemon(answer, kind="unix", folder=None):
    """A ClamAV daemon of one conversation: takes the stream, gives the answer. Yields (address, what it got)."""
    got = []
    if kind == "unix":
        listening, path = socket.socket(socket.AF_UNIX), str(folder / "clamd")
        listening.bind(path)
        address = f"unix:{path}"
    else:
        listening = socket.create_server(("127.0.0.1", 0))
        address = f"127.0.0.1:{listening.getsockname()[1]}"
    listening.listen()

    def exactly(talk, n):
        data = b""
        while len(data) < n and (more := talk.recv(n - len(data))):
            data += more
        return data

    def serve():
        while True:
            try:
                talk, _ = listening.accept()
            except OSError:
                return
            with talk:
                assert exactly(talk, 10) == b"zINSTREAM\0"
                whole = b""
                while size := struct.unpack(">I", exactly(talk, 4))[0]:
                    whole += exactly(talk, size)
                got.append(whole)
                talk.sendall(answer(whole) if callable(answer) else answer)

    thread = threading.Thread(target=serve, daemon=True)
    thread.start()
    try:
        yield address, got
    finally:
        listening.shutdown(socket.SHUT_RDWR)
        listening.close()
        thread.join(5)


@pytest.fixture
def short(tmp_path_factory):
    """A folder with a short name: the address of a socket has few letters."""
    import tempfile

    with tempfile.TemporaryDirectory() as name:
        from pathlib import Path

        yield Path(name)


@pytest.mark.parametrize("kind", ["unix", "tcp"])
def test_clamd_gets_the_whole_file_and_its_word_counts(settings, short, kind):
    settings.EVIDENCE_SCANNER = "core.scanning.clamd"
    with daemon(b"stream: OK\0", kind, short) as (settings.CLAMD_ADDRESS, got):
        assert admit(picture())[1] == "image/jpeg"
    assert got == [picture()]


def test_what_clamd_finds_is_refused(settings, short):
    settings.EVIDENCE_SCANNER = "core.scanning.clamd"
    answer = b"stream: Win.Test.EICAR_HDB-1 FOUND\0"
    with daemon(answer, "unix", short) as (settings.CLAMD_ADDRESS, _), pytest.raises(Invalid) as told:
        admit(PDF)
    assert told.value.code == "harmful"


@pytest.mark.parametrize(
    "answer",
    [
        b"",
        b"INSTREAM size limit exceeded. ERROR\0",
        b"stream: OK",
        b"OK\0",
        b"stream: OK\0more",
        b"<html>",
    ],
)
def test_no_clear_answer_is_no_answer(settings, short, answer):
    settings.EVIDENCE_SCANNER = "core.scanning.clamd"
    with daemon(answer, "unix", short) as (settings.CLAMD_ADDRESS, _), pytest.raises(NotNow):
        admit(picture())


@pytest.mark.parametrize("address", ["unix:/no/such/socket", "127.0.0.1:1", "nonsense", ""])
def test_a_daemon_that_is_not_there_keeps_everything_out(settings, address):
    settings.EVIDENCE_SCANNER, settings.CLAMD_ADDRESS = "core.scanning.clamd", address
    with pytest.raises(NotNow):
        admit(picture())


# --- check_storage ----------------------------------------------------------------------------------------------


def check_storage():
    """(exit status, lines)."""
    out = StringIO()
    try:
        call_command("check_storage", stdout=out)
    except SystemExit as end:
        return end.code, out.getvalue().splitlines()
    return 0, out.getvalue().splitlines()


def test_the_check_says_one_sentence_for_each_thing(settings):
    status, lines = check_storage()
    assert status == 0
    assert all(line.startswith("ok  ") and line.endswith(".") for line in lines)
    assert any("judged by their content" in line for line in lines)


def test_the_check_wants_a_scanner_that_finds_something(settings, short):
    settings.EVIDENCE_SCANNER = "core.scanning.clamd"
    settings.EVIDENCE_MAX_BYTES = 1000

    def honest(data):
        return b"stream: Eicar FOUND\0" if data == scanning.TEST_FILE else b"stream: OK\0"

    for answer, status, words in [
        (honest, 0, "refuses the standard test file"),
        (b"stream: OK\0", 1, "scans nothing"),
        (b"INSTREAM size limit exceeded. ERROR\0", 1, "largest size"),
    ]:
        (short / "clamd").unlink(missing_ok=True)
        with daemon(answer, "unix", short) as (settings.CLAMD_ADDRESS, _):
            ended, lines = check_storage()
        assert ended == status
        assert any(words in line for line in lines)


def test_a_report_drawn_before_does_not_make_half_a_photo_welcome():
    """WeasyPrint switches Pillow to leniency when it is first imported; our door switches it back."""
    from PIL import ImageFile

    from core import pdf

    pdf.available()
    assert ImageFile.LOAD_TRUNCATED_IMAGES is False
