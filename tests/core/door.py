"""How tests come through the door: the codes an app would show, and a clock that can be put forward."""

import base64
import hashlib
import hmac
import re
import struct
import time

from tests.world import PASSWORD


def totp(secret: str, at=None, step=0) -> str:
    """The six digits an authenticator app shows (RFC 6238)."""
    counter = int(time.time() if at is None else at) // 30 + step
    digest = hmac.new(base64.b32decode(secret), struct.pack(">Q", counter), hashlib.sha1).digest()
    start = digest[-1] & 15
    return f"{(struct.unpack('>I', digest[start : start + 4])[0] & 0x7FFFFFFF) % 10**6:06d}"


def text(response) -> str:
    return response.content.decode()


def plain(response) -> str:
    """A page without what differs each time: the form's token."""
    return re.sub(r'name="csrfmiddlewaretoken" value="[^"]+"', "", text(response))


def sign_in(client, name, password=PASSWORD, **more):
    return client.post("/app/sign-in/", {"username": name, "password": password, **more})


def set_up_app(client):
    """Set up an authenticator app as somebody signed in; returns its secret."""
    page = client.get("/app/account/app/")
    secret = page.context["form"].secret
    answer = client.post("/app/account/app/", {"code": totp(secret)})
    assert answer["Location"] == "/app/account/recovery-codes/", text(answer)
    return secret


class Clock:
    """Stands still until it is put forward."""

    def __init__(self, monkeypatch):
        self.now = time.time()
        monkeypatch.setattr(time, "time", lambda: self.now)

    def forward(self, **span):
        self.now += sum({"minutes": 60, "hours": 3600, "days": 86400}[unit] * n for unit, n in span.items())
