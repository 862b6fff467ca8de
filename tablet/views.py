"""The three things the server gives the tablet's client besides static files: shell, worker, manifest.

All three are the same for everybody and hold no data; data comes from the API and needs a device token. This app
imports nothing of the domain: the client speaks HTTP like any other.
"""

import hashlib
import json
from pathlib import Path

from django.contrib.staticfiles import finders
from django.http import HttpResponse
from django.template.loader import render_to_string
from django.templatetags.static import static
from django.urls import reverse
from django.views.decorators.http import require_safe

from core import storage

API = "/api/v1/tablet/"

# What the client needs to start without a network. The worker takes all of it or none. The large icon is not among it:
# the browser takes it when somebody puts the client on a home screen, and keeps it itself.
FILES = [
    "core/tokens.css",
    "core/base.css",
    "core/icons.svg",
    "core/mark.svg",
    "tablet/tablet.css",
    "tablet/app.js",
    "tablet/icon-192.png",
]

# The words of a language other than English. The worker takes those that are read on its tablet.
WORDS = {tag: f"tablet/words.{tag}.json" for tag in ("ar", "km")}

# No inline script, no inline style, no markup made from strings. Data comes from us; parts of photos go to the bucket.
SHELL_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' blob:; connect-src 'self'{bucket}; "
    "manifest-src 'self'; worker-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'; "
    "require-trusted-types-for 'script'"
)
WORKER_POLICY = "default-src 'none'; connect-src 'self'"
WORKER_SOURCE = Path(__file__).parent / "worker.js"


def _shell_html():
    urls = {
        "api": API,
        "icons": static("core/icons.svg"),
        "shell": reverse("tablet:shell"),
        "words": _words(),
        "worker": reverse("tablet:worker"),
    }
    return render_to_string("tablet/shell.html", {"urls": urls})


def _words():
    return {tag: static(name) for tag, name in WORDS.items()}


def _stamp():
    """What the worker keeps, and one version for all of it: it changes when any byte of any file does."""
    shell = reverse("tablet:shell")
    digest = hashlib.sha256(WORKER_SOURCE.read_bytes())
    digest.update(_shell_html().encode())
    digest.update(_manifest_json().encode())
    for name in [*FILES, *WORDS.values()]:
        digest.update(f"{name}\0{static(name)}\0".encode())
        digest.update(Path(finders.find(name)).read_bytes())
    files = [shell, reverse("tablet:manifest"), *(static(name) for name in FILES)]
    return {"version": digest.hexdigest()[:16], "shell": shell, "files": files, "words": _words()}


def _manifest_json():
    icons = [
        {"src": static(f"tablet/icon-{size}.png"), "sizes": f"{size}x{size}", "type": "image/png", "purpose": purpose}
        for size in (192, 512)
        for purpose in ("any", "maskable")
    ]
    return json.dumps(
        {
            "id": reverse("tablet:shell"),
            "name": "Openfloor tablet",
            "short_name": "Openfloor",
            "start_url": reverse("tablet:shell"),
            "scope": reverse("tablet:shell"),
            "display": "standalone",
            "background_color": "#f3f4f1",
            "theme_color": "#ffffff",
            "icons": icons,
        }
    )


@require_safe
def shell(request, rest=""):
    """The empty page in which the client draws every screen; any path below /tablet/ answers with it."""
    response = HttpResponse(_shell_html(), headers={"Cache-Control": "no-cache"})
    bucket = "".join(f" {origin}" for origin in storage.foreign_origins())
    response["Content-Security-Policy"] = SHELL_POLICY.format(bucket=bucket)
    return response


@require_safe
def worker(request):
    """The service worker with its stamp in front. Never cached: else an old one could stay for weeks."""
    body = f"self.STAMP = {json.dumps(_stamp())};\n{WORKER_SOURCE.read_text(encoding='utf-8')}"
    headers = {
        "Cache-Control": "no-cache",
        "Content-Security-Policy": WORKER_POLICY,
        "Service-Worker-Allowed": reverse("tablet:shell"),
    }
    return HttpResponse(body, content_type="text/javascript", headers=headers)


@require_safe
def manifest(request):
    """Name, icons and address, so that the client can be put on a home screen."""
    headers = {"Cache-Control": "no-cache"}
    return HttpResponse(_manifest_json(), content_type="application/manifest+json", headers=headers)
