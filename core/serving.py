"""Files leave through here: those people sent in so that a browser does nothing else with them, large ones in parts."""

import re

from django.http import Http404, HttpResponse, StreamingHttpResponse
from django.utils.cache import get_conditional_response
from django.utils.http import content_disposition_header, http_date, parse_http_date_safe

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


_ONE_RANGE = re.compile(r"\s*bytes\s*=\s*([0-9]{0,19})\s*-\s*([0-9]{0,19})\s*", re.ASCII)


def in_parts(request, *, size, etag, changed_at, pieces, media_type, name):
    """A large file, whole or the part of it a Range header asks for, without reading more of it than that.

    pieces(start, stop) gives the bytes; `etag` without quotation marks. More than one part at once, or a word that is
    no range, gets the whole, as RFC 9110 allows.
    """
    headers = {
        "ETag": f'"{etag}"',
        "Last-Modified": http_date(int(changed_at.timestamp())),
        "Accept-Ranges": "bytes",
        "Content-Disposition": content_disposition_header(True, name),
        "X-Content-Type-Options": "nosniff",
    }
    known = get_conditional_response(request, etag=headers["ETag"], last_modified=int(changed_at.timestamp()))
    if known is not None:
        known["ETag"], known["Last-Modified"] = headers["ETag"], headers["Last-Modified"]
        return known
    asked = _asked_part(request, size, headers)
    if asked is None:
        return HttpResponse(status=416, headers={"Content-Range": f"bytes */{size}", "Accept-Ranges": "bytes"})
    start, stop = asked
    part = (start, stop) != (0, size)
    if part:
        headers["Content-Range"] = f"bytes {start}-{stop - 1}/{size}"
    headers["Content-Length"] = str(stop - start)
    body = () if request.method == "HEAD" else pieces(start, stop)
    return StreamingHttpResponse(body, content_type=media_type, headers=headers, status=206 if part else 200)


def _asked_part(request, size, headers):
    """(start, stop) of what is asked for, the whole where nothing is; None for a part that is not there."""
    found = _ONE_RANGE.fullmatch(request.headers.get("Range", ""))
    if request.method != "GET" or found is None or found.groups() == ("", "") or not _if_range(request, headers):
        return 0, size
    first, last = found.groups()
    if not first:  # the last so many bytes
        return (max(0, size - int(last)), size) if size and int(last) else None
    if last and int(last) < int(first):
        return 0, size
    return (int(first), min(size, int(last) + 1) if last else size) if int(first) < size else None


def _if_range(request, headers):
    """Is what the reader has of the file still the same file? A weak or older mark is not."""
    mark = request.headers.get("If-Range", "")
    if not mark:
        return True
    if mark.startswith('"'):
        return mark == headers["ETag"]
    return parse_http_date_safe(mark) == parse_http_date_safe(headers["Last-Modified"])
