"""What a watch's addresses say: signed, so that nobody makes one up, and neutral, so that a mail names no factory."""

from datetime import timedelta

from django.core import signing
from django.urls import reverse

from cms.models import Watch

ASKED_FOR = timedelta(days=2)
SALT = "cms.watch"


def asking(watch) -> str:
    """Where the address is confirmed; good for two days."""
    return reverse("cms:watch-confirm", args=[signing.dumps(str(watch.pk), salt=f"{SALT}.asking")])


def asked(token) -> Watch | None:
    """The watch a link of the first letter is about, while the link is good."""
    return _of(token, f"{SALT}.asking", ASKED_FOR)


def own(watch) -> str:
    """Where a reader sees what she follows, and stops it."""
    return reverse("cms:watching", args=[_token(watch)])


def stop(watch) -> str:
    """Where a mail program stops it."""
    return reverse("cms:watch-stop", args=[_token(watch)])


def of(token) -> Watch | None:
    """The watch a letter's link is about, unless it was stopped."""
    return _of(token, SALT, None)


def _token(watch):
    return signing.dumps(str(watch.pk), salt=SALT)


def _of(token, salt, max_age):
    try:
        pk = signing.loads(token, salt=salt, max_age=max_age)
    except signing.BadSignature:
        return None
    return Watch.objects.filter(pk=pk).first()
