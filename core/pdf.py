"""The only door to WeasyPrint. Fetches nothing from outside: a report is made of its own files."""

import functools

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

    fetch = _fetcher(files or {})
    sheets = [weasyprint.CSS(string=text, url_fetcher=fetch) for text in stylesheets]
    return weasyprint.HTML(string=html, url_fetcher=fetch).write_pdf(stylesheets=sheets, pdf_variant="pdf/ua-1")
