"""The only door to WeasyPrint and pypdf. Fetches nothing from outside: a report is made of its own files."""

import functools
import io
import re

from core.errors import Refusal

HOW = (
    "PDF needs system libraries that are not installed. "
    "Run: apt-get install libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0 fonts-noto-core"
)


class NoPdf(Refusal):
    """The system libraries are missing; everything else works."""

    code = "no-pdf"


@functools.cache
def available() -> bool:
    """Can PDFs be made on this machine?"""
    try:
        import weasyprint  # noqa: F401
    except (ImportError, OSError):
        return False
    from PIL import ImageFile

    # WeasyPrint tells Pillow, for the whole process, to take pictures that are cut short. An assessor's photo that
    # arrived by half must be refused, also in a process that has drawn a report before.
    ImageFile.LOAD_TRUNCATED_IMAGES = False
    return True


# Khmer and its relatives from India to Burma are drawn from glyphs that stand for a part of a letter or for several,
# out of the order they are read in: from glyphs alone nobody gets the words back. Those of Arabic give them.
SHAPED = re.compile("[\u0900-\u109f\u1780-\u17ff\u19e0-\u19ff]")


@functools.cache
def _keep_words():
    """Let WeasyPrint write beside what it draws of such a script the words themselves (ActualText), so that they can be
    copied, found and read aloud. It has no door for that: its drawing of one line is wrapped, for the pinned version.
    """
    from weasyprint.draw import text

    drawn = text.draw_first_line

    def with_words(stream, textbox, *more):
        if not SHAPED.search(textbox.text):
            return drawn(stream, textbox, *more)
        words = textbox.text.encode("utf-16-be").hex()
        stream.stream.append(f"/Span <</ActualText <feff{words}>>> BDC".encode())
        try:
            return drawn(stream, textbox, *more)
        finally:
            stream.stream.append(b"EMC")

    text.draw_first_line = with_words


def _fetcher(files):
    """What WeasyPrint asks for anything a document names: it gets the files given and nothing else."""
    from weasyprint.urls import URLFetcher, URLFetcherResponse

    class OwnFiles(URLFetcher):
        def fetch(self, url, headers=None):
            if url not in files:
                raise ValueError(f"A report fetches nothing: {url[:60]}")
            data, media_type = files[url]
            return URLFetcherResponse(url, data, {"Content-Type": media_type})

    return OwnFiles()


def render(html: str, *, stylesheets=(), files=None) -> bytes:
    """HTML to a tagged PDF (PDF/UA-1). stylesheets: CSS texts. files: {url: (bytes, media type)} it may use."""
    if not available():
        raise NoPdf(HOW)
    import weasyprint

    _keep_words()
    fetch = _fetcher(files or {})
    sheets = [weasyprint.CSS(string=text, url_fetcher=fetch) for text in stylesheets]
    return weasyprint.HTML(string=html, url_fetcher=fetch).write_pdf(stylesheets=sheets, pdf_variant="pdf/ua-1")


def stamped(data: bytes, html: str, *, stylesheet: str) -> bytes:
    """A PDF with one more thing on every page: the first page of `html`, drawn over it as an artifact.

    An artifact is no part of the text, so the tags of the document stay whole. The stamp is drawn once.
    """
    if not available():
        raise NoPdf(HOW)
    import weasyprint
    from pypdf import PdfReader, PdfWriter
    from pypdf.generic import ArrayObject, DecodedStreamObject, DictionaryObject, NameObject

    sheet = weasyprint.CSS(string=stylesheet, url_fetcher=_fetcher({}))
    drawn = weasyprint.HTML(string=html, url_fetcher=_fetcher({})).write_pdf(stylesheets=[sheet])
    stamp = PdfReader(io.BytesIO(drawn)).pages[0]
    writer = PdfWriter(clone_from=io.BytesIO(data))
    form = DecodedStreamObject()
    form.set_data(stamp.get_contents().get_data())
    form.update(
        {
            NameObject("/Type"): NameObject("/XObject"),
            NameObject("/Subtype"): NameObject("/Form"),
            NameObject("/BBox"): stamp.mediabox,
            NameObject("/Resources"): stamp["/Resources"].get_object().clone(writer),
        }
    )
    form = writer._add_object(form)
    # WeasyPrint turns the page's axes and leaves them so: what is drawn after it would stand on its head.
    before_page, shown = DecodedStreamObject(), DecodedStreamObject()
    before_page.set_data(b"q\n")
    shown.set_data(b"\nQ\n/Artifact <</Type /Pagination>> BDC q /Stamp Do Q EMC\n")
    before_page, shown = writer._add_object(before_page), writer._add_object(shown)
    for page in writer.pages:
        resources = page.setdefault(NameObject("/Resources"), DictionaryObject()).get_object()
        objects = resources.setdefault(NameObject("/XObject"), DictionaryObject()).get_object()
        objects[NameObject("/Stamp")] = form
        before = page["/Contents"]
        parts = before.get_object() if isinstance(before.get_object(), ArrayObject) else [before]
        page[NameObject("/Contents")] = ArrayObject([before_page, *parts, shown])
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()
