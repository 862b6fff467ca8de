"""What every answer under /data/ has in common: any site may read it, and no address breaks it.

The API counts how often somebody asks, by a keyed hash of where it comes from that lives as long as the counter, and
says in its headers how much is left. Its errors are JSON, whoever found them.
"""

import time

from django.conf import settings
from django.core.cache import cache
from django.core.exceptions import BadRequest, PermissionDenied
from django.http import HttpResponse, JsonResponse
from django.utils.cache import patch_cache_control
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext as _

from core.entrance.gate import where_from

API = "/data/api/"
NOT_OPEN = "/data/watch/"
WINDOW = 60  # seconds


class OpenData:
    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        if not request.path.startswith("/data/") or request.path.startswith(NOT_OPEN):
            if _unwritable(request):
                raise BadRequest("An address holds no NUL.")
            return self.get_response(request)
        response = self._answered(request)
        response["Access-Control-Allow-Origin"] = "*"
        response["Access-Control-Expose-Headers"] = (
            "ETag, Content-Length, Content-Range, Accept-Ranges, Last-Modified, RateLimit-Limit, RateLimit-Remaining, "
            "RateLimit-Reset, Retry-After"
        )
        return response

    def _answered(self, request):
        if request.method == "OPTIONS":
            return HttpResponse(
                status=204,
                headers={
                    "Allow": "GET, HEAD, OPTIONS",
                    "Access-Control-Allow-Methods": "GET, HEAD, OPTIONS",
                    "Access-Control-Allow-Headers": "If-None-Match, If-Modified-Since, If-Range, Range",
                    "Access-Control-Max-Age": "86400",
                },
            )
        if not request.path.startswith(API):
            if _unwritable(request):
                raise BadRequest("An address holds no NUL.")
            return self.get_response(request)
        most, left, seconds = _counted(request)
        if left < 0:
            sentence = _("Too many requests from here. Wait %(n)d seconds, or take the files at /data/.")
            response = problem("too-many", sentence % {"n": seconds}, 429)
            response["Retry-After"] = str(seconds)
        elif _unwritable(request):
            response = problem("form", _("The address has a value that cannot be read."), 400)
        else:
            response = _in_json(self.get_response(request))
        response["RateLimit-Policy"] = f"{most};w={WINDOW}"
        response["RateLimit-Limit"], response["RateLimit-Remaining"] = str(most), str(max(0, left))
        response["RateLimit-Reset"] = str(seconds)
        return response


def problem(code, sentence, status):
    """An error as the API says it."""
    response = JsonResponse({"error": {"code": code, "sentence": str(sentence), "problems": []}}, status=status)
    patch_cache_control(response, no_store=True)
    return response


def _unwritable(request):
    """No text of a database holds a NUL, and no reader types one."""
    return "\x00" in request.path or "%00" in request.META.get("QUERY_STRING", "")


def _in_json(response):
    if response.status_code == 301:  # to the same address with a stroke, where an editor's page might be
        response.status_code = 404
    elif response.status_code < 400 or response["Content-Type"].startswith("application/json"):
        return response
    sentences = {404: _("There is nothing at this address."), 405: _("This address is only read.")}
    sentence = sentences.get(response.status_code, _("This could not be answered. Try again later."))
    said = problem("nothing-here" if response.status_code == 404 else "refused", sentence, response.status_code)
    if "Allow" in response:
        said["Allow"] = response["Allow"]
    return said


def _counted(request):
    """(how many in a minute, how many are left, seconds until it begins anew) of whoever asks."""
    try:
        address = where_from(request)
    except PermissionDenied:  # a server that does not say: all are counted together
        address = ""
    now = int(time.time())
    key = salted_hmac("open-data", f"{address} {now // WINDOW}", algorithm="sha256").hexdigest()
    cache.add(key, 0, WINDOW)
    try:
        asked = cache.incr(key)
    except ValueError:  # the minute ended between the two
        asked = 1
    most = settings.PUBLIC_API_PER_MINUTE
    return most, most - asked, WINDOW - now % WINDOW
