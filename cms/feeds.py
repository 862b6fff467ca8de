"""Atom feeds of what was released: all of it, of a country, of a factory. Only frozen facts, less what is withheld.

An entry's id is made of what it stands on, so it stays the same whatever the language and the address of the site. Each
names the digest of its release: who keeps the feed keeps the proof of the head of the ledger.
"""

import re
import uuid

from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import translation
from django.utils.feedgenerator import Atom1Feed
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from cms import presenting
from cms.languages import country_name, in_language
from cms.views import as_data
from core.errors import NOTHING_HERE
from core.words import long_date
from disclosure import public

ENTRIES = 50
# What no XML may hold.
_NO_TEXT = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff\ud800-\udfff]")


def feed(view):
    """A feed: safe methods only, in the reader's language, with an ETag of what it stands on."""
    return require_safe(in_language(view))


@feed
def everything(request):
    """Every release of every programme."""
    return _of_releases(request, _("What was published"), public.releases(), reverse("cms:register"), "everything")


@feed
def country(request, code):
    """Every release that shows a factory of this country."""
    releases = public.releases_about(code)
    if not releases:
        raise Http404(NOTHING_HERE)
    title = _("What was published: %(country)s") % {"country": country_name(code.upper())}
    link = f"{reverse('cms:register')}?country={code.upper()}"
    return _of_releases(request, title, releases, link, f"country {code.upper()}")


@feed
def factory(request, slug):
    """The releases in which a factory's page said something new."""
    known = public.history(slug)
    if not known:
        raise Http404(NOTHING_HERE)
    own = known[0]["document"]["slug"]
    if own != slug:
        return redirect("cms:factory-feed", own, permanent=True)
    made = _begun(request, known[0]["document"]["name"], reverse("cms:factory", args=[own]), [known[0]["release"]], own)
    for one in known[:ENTRIES]:
        document, release = one["document"], one["release"]
        _add(
            made,
            request,
            title=_("%(name)s, as of %(day)s") % {"name": document["name"], "day": long_date(release["as_of"])},
            says=_said(document),
            link=reverse("cms:factory", args=[own]),
            standing_on=one["digest"] + release["digest"],
            release=release,
        )
    return _answer(request, made, known[0]["digest"])


def _of_releases(request, title, releases, link, about):
    """A feed with an entry for each release; heads: the newest of each programme."""
    heads = {release["programme"]: release for release in reversed(releases)}
    made = _begun(request, title, link, heads.values(), about)
    for release in releases[:ENTRIES]:
        name = _("%(programme)s: release %(number)s, as of %(day)s") % {
            "programme": release["programme_name"], "number": f"{release['programme']}-{release['number']}",
            "day": long_date(release["as_of"]),
        }  # fmt: skip
        says = _("%(here)s of %(all)s factories are in it.") % {
            "here": release["coverage"]["disclosed"], "all": release["coverage"]["in_programme"],
        }  # fmt: skip
        link = reverse("cms:data")
        _add(made, request, title=name, says=says, link=link, standing_on=release["digest"], release=release)
    return _answer(request, made, "-".join(release["digest"][:16] for release in heads.values()) or "none")


def _begun(request, title, link, heads, about):
    ends = "; ".join(f"{head['programme']}-{head['number']} {head['digest']}" for head in heads)
    return Atom1Feed(
        title=_NO_TEXT.sub("", title),
        link=request.build_absolute_uri(link),
        description=None,
        subtitle=_("The newest releases and the SHA-256 of their manifests: %(heads)s") % {"heads": ends},
        feed_url=request.build_absolute_uri(request.path),
        feed_guid=_id(about),
        language=translation.get_language(),
        author_name="Openfloor",
        feed_copyright=public.LICENCE,
    )


def _add(made, request, *, title, says, link, standing_on, release):
    proof = _("Release %(number)s. SHA-256 of its manifest: %(digest)s") % {
        "number": f"{release['programme']}-{release['number']}", "digest": release["digest"],
    }  # fmt: skip
    made.add_item(
        title=_NO_TEXT.sub("", title),
        link=request.build_absolute_uri(link),
        description=f"{says} {proof}",
        unique_id=_id(standing_on),
        pubdate=release["published_at"],
        updateddate=release["published_at"],
        categories=[f"sha256:{release['digest']}"],
    )


def _said(document):
    """What a page says, in one line, as the register's list does."""
    if document.get("withheld"):
        return presenting.withheld_words(document["withheld"])
    counts = presenting.counts(public.summary(document["entries"], document["as_of"]))
    return "; ".join(f"{row['word']} ({row['small']})" if row["small"] else str(row["word"]) for row in counts)


def _id(standing_on):
    return uuid.uuid5(uuid.NAMESPACE_OID, f"openfloor:{standing_on}").urn


def _answer(request, made, digest):
    response = HttpResponse(made.writeString("utf-8"), content_type="application/atom+xml; charset=utf-8")
    return as_data(request, response, f"{digest}-{translation.get_language()}")
