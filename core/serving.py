"""Files that people sent in leave through here, so that a browser does nothing else with them."""

from django.http import Http404, HttpResponse
from django.utils.http import content_disposition_header

from core import storage
from core.errors import NOTHING_HERE

# Only pictures were made anew by us; anything else leaves as a file and is never shown inside the site.
PICTURE = "image/jpeg"


def stored_file(stored: str, media_type: str, name, *, keep="private, no-store") -> HttpResponse:
    """A file out of the store, by its hash. name: without an ending. keep: the Cache-Control of the answer.

    Whoever calls has asked whether the person may have it. Raises Http404 where the file was destroyed.
    """
    try:
        data = storage.store().get(stored)
    except FileNotFoundError:
        raise Http404(NOTHING_HERE) from None
    shown = media_type == PICTURE
    return HttpResponse(
        data,
        content_type=media_type,
        headers={
            "Content-Disposition": content_disposition_header(not shown, f"{name}.{'jpg' if shown else 'pdf'}"),
            "Content-Security-Policy": "sandbox; default-src 'none'",
            "X-Content-Type-Options": "nosniff",
            "Cache-Control": keep,
        },
    )
