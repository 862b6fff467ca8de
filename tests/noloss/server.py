"""The server's own code behind a call of a tablet, without the wire: token, form, view. Answers (status, body)."""

import json
from contextlib import suppress
from types import SimpleNamespace

from compliance import api
from compliance.schemas import BatchIn, PartsIn, UploadIn
from core.errors import Refusal
from core.middleware import status_of
from tests.noloss.moments import Killed, Moments, die

AWAY = 0  # no reply: the server died, or the network did


def dies_in_place(at, work):
    """The server's work up to a moment; then it is as if the process were gone. Nobody hears of it."""
    with suppress(Killed), Moments(at, die):
        work()
    return AWAY, {}


death = dies_in_place  # the soak puts a real process and a real SIGKILL here


def call(token, view, *args, door=api.DeviceToken, read=None, raw=b"", headers=(), killed_at=None):
    """One request. read: the form its body must have. killed_at: the moment at which the server dies."""
    request = SimpleNamespace(headers=dict(headers), body=raw)

    def work():
        return _answer(request, door, token, view, args, read)

    return death(killed_at, work) if killed_at else work()


def _answer(request, door, token, view, args, read):
    if not door().authenticate(request, token):
        return 401, {}
    try:
        body = [read.model_validate(json.loads(request.body))] if read else []
    except ValueError:
        return 422, {}
    try:
        return 200, view(request, *args, *body)
    except Refusal as refusal:
        return getattr(refusal, "http_status", None) or status_of(refusal), {}


def exchange(token, assessment, raw, **how):
    return call(token, api.operations, assessment, door=api.LastWord, read=BatchIn, raw=raw, **how)


def photo(token, assessment, key, data, digest, **how):
    headers = {"X-SHA256": digest, "X-Kind": "photo", "Content-Length": str(len(data))}
    return call(token, api.keep, assessment, key, door=api.LastWord, raw=data, headers=headers, **how)


def announce(token, assessment, key, size, digest, **how):
    raw = json.dumps({"sha256": digest, "size": size, "kind": "photo"}).encode()
    return call(token, api.begin_upload, assessment, key, door=api.LastWord, read=UploadIn, raw=raw, **how)


def part(token, assessment, key, number, data, **how):
    headers = {"Content-Length": str(len(data))}
    return call(
        token, api.receive_part, assessment, key, number, {}, door=api.LastWord, raw=data, headers=headers, **how
    )


def complete(token, assessment, key, etags, **how):
    raw = json.dumps({"etags": etags}).encode()
    return call(token, api.finish_upload, assessment, key, door=api.LastWord, read=PartsIn, raw=raw, **how)
