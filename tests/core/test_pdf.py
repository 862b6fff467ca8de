"""A report is a tagged PDF made of its own files; the machine that makes it asks nobody for anything."""

import re
import shutil
import socket
import subprocess
import zlib
from io import BytesIO

import pytest
from PIL import Image

from core import pdf

PAGE = '<html lang="en"><head><title>Report</title></head><body><h1>Report</h1><p>Exits.</p>{}</body></html>'


def opened(made):
    """The bytes of a PDF with its packed parts unpacked behind them."""
    parts = [made]
    for packed in re.findall(rb"stream\r?\n(.*?)\r?\nendstream", made, re.DOTALL):
        try:
            parts.append(zlib.decompress(packed))
        except zlib.error:
            parts.append(packed)
    return b"\n".join(parts)


needs_libraries = pytest.mark.skipif(not pdf.available(), reason="the system libraries of WeasyPrint are missing")


@needs_libraries
def test_it_is_tagged_and_says_its_language():
    made = pdf.render(PAGE.format(""))
    assert made.startswith(b"%PDF-")
    inside = opened(made)
    assert re.search(rb"/Lang\s*\(en\)", inside)
    assert all(word in inside for word in (b"/StructTreeRoot", b"/MarkInfo", b"pdfuaid:part", b"/H1"))


KHMER = "ច្រកចេញពីរត្រូវបានចាក់សោ កម្មករមិនអាចចេញបាន ខ្ញុំស្រឡាញ់"


def poppler(made, folder):
    """The words of a PDF as a reader's program copies them, which heeds ActualText."""
    (folder / "it.pdf").write_bytes(made)
    return subprocess.run(
        ["pdftotext", "-enc", "UTF-8", folder / "it.pdf", "-"], capture_output=True, text=True, check=True
    ).stdout


@needs_libraries
def test_khmer_that_is_copied_out_is_khmer(tmp_path):
    """Its glyphs do not say it: the words stand beside them, for whoever copies, searches or listens."""
    made = pdf.render(PAGE.format(f"<p lang=km>{KHMER}</p><p lang=en>Two exits, <b lang=km>{KHMER}</b>, locked.</p>"))
    inside = opened(made)
    assert inside.count(b"/ActualText <feff" + KHMER.encode("utf-16-be").hex().encode() + b">") == 2
    assert b"Span <</ActualText" not in opened(pdf.render(PAGE.format("")))
    assert len(re.findall(rb"\bBDC\b", inside)) == len(re.findall(rb"\bEMC\b", inside))
    if shutil.which("pdftotext"):
        told = " ".join(poppler(made, tmp_path).split())
        assert told.count(KHMER) == 2 and f"Two exits, {KHMER}, locked." in told


@needs_libraries
@pytest.mark.skipif(not shutil.which("pdftotext"), reason="pdftotext (poppler-utils) is not installed")
def test_arabic_that_is_copied_out_reads_from_its_beginning(tmp_path):
    arabic = "خرجان كانا مقفلين في الطابق الثاني"
    assert arabic in poppler(pdf.render(PAGE.format(f'<p lang="ar" dir="rtl">{arabic}</p>')), tmp_path)


@needs_libraries
@pytest.mark.parametrize(
    "trick",
    [
        '<img src="{url}">',
        '<link rel="stylesheet" href="{url}">',
        '<style>@import url("{url}"); body {{ background: url("{url}") }}</style>',
        '<style>@font-face {{ font-family: x; src: url("{url}") }} p {{ font-family: x }}</style>',
        '<svg width="9" height="9"><image href="{url}" width="9" height="9"/></svg>',
        '<object data="{url}"></object><embed src="{url}">',
        '<a rel="attachment" href="{url}">x</a><link rel="attachment" href="{url}">',
    ],
)
def test_it_fetches_nothing(trick):
    with socket.create_server(("127.0.0.1", 0)) as door:
        door.setblocking(False)
        url = f"http://127.0.0.1:{door.getsockname()[1]}/x"
        assert pdf.render(PAGE.format(trick.format(url=url))).startswith(b"%PDF-")
        with pytest.raises(BlockingIOError):
            door.accept()


@needs_libraries
def test_it_reads_no_file_of_the_machine(tmp_path):
    secret = tmp_path / "secret.txt"
    secret.write_text("sentinel-word")
    trick = f'<a rel="attachment" href="{secret.as_uri()}">x</a><img src="{secret.as_uri()}">'
    made = pdf.render(PAGE.format(trick))
    assert b"/EmbeddedFile" not in opened(made)


@needs_libraries
def test_its_own_files_come_in_by_name():
    picture = BytesIO()
    Image.new("RGB", (8, 8), "teal").save(picture, "PNG")
    page = PAGE.format('<img src="evidence:1" alt="An exit">')
    with_it = pdf.render(page, files={"evidence:1": (picture.getvalue(), "image/png")})
    assert b"/Subtype /Image" in opened(with_it)
    assert b"/Subtype /Image" not in opened(pdf.render(page))


def test_without_the_libraries_it_says_what_to_install(monkeypatch):
    monkeypatch.setattr(pdf, "available", lambda: False)
    with pytest.raises(pdf.NoPdf, match="apt-get install"):
        pdf.render(PAGE.format(""))
