"""The public API under /data/api/v1/: the current releases as JSON. Thin; everything comes from `disclosure.public`.

A list is read a part at a time. Its cursor says on which releases it stands: once another is out, or something is
withheld, the reader is told to begin again, and never gets half of one list and half of another. What every answer has
in common (limits, other sites, errors) is in `middleware.py`.
"""

import base64
import json
from datetime import date, datetime
from typing import Any

from django.http import JsonResponse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from ninja import NinjaAPI, Query, Schema
from ninja.decorators import decorate_view
from ninja.errors import ValidationError
from pydantic import Field, create_model

from cms.views import as_data
from core.access import public as public_door
from core.access import register_doors
from core.errors import NOTHING_HERE, Refusal
from core.statuses import status as status_row
from disclosure import public

WHY = public_door("open data: published releases only")


class Nothing(Refusal):
    code = "nothing-here"


class MovedOn(Refusal):
    code = "moved-on"


class Unreadable(Refusal):
    code = "form"


class Page(Schema):
    """Which part of a list: `cursor` is `next` of the answer before, empty for the first part; at most 500 at once."""

    cursor: str = Field("", max_length=200)
    limit: int = Field(100, ge=1, le=500)


# The register's filters, by the same names, from the one place where they are defined.
Filters = create_model(
    "Filters", __base__=Schema, **{one.name: (str, Field("", description=one.meaning)) for one in public.FILTERS}
)


class FactoryLine(Schema):
    """A factory in the current release of its programme; `statuses` counts its issues."""

    slug: str
    name: str
    number: str
    country: str
    region: str
    products: str
    workers_band: str
    status: str
    programme: str
    release: int
    as_of: date
    visits: dict[str, Any]
    statuses: dict[str, int]
    withheld: dict[str, str] | None


class Factories(Schema):
    count: int
    next: str | None
    items: list[FactoryLine]


class Cycle(Schema):
    visit: int
    on: date
    status: str
    extent: dict[str, Any] | None


class EntryOut(Schema):
    """One issue at one factory, in public words. Dates as 2026-11-10."""

    programme: str
    factory: str
    position: int
    question_key: str
    list_of_the_rule: str = Field(alias="register")  # «register» is a method of every schema
    party: str
    cluster: str
    issue: str
    explain: str
    status: str
    found_on: date | None
    since: date | None
    extent: dict[str, Any] | None
    reported_on: date | None
    agreed_on: date | None
    verified_on: date | None
    confirmed_on: date | None
    cycles: list[Cycle]
    withheld: dict[str, str] | None


class Entries(Schema):
    count: int
    next: str | None
    items: list[EntryOut]


class ReleaseOut(Schema):
    """One publication. `digest` is the SHA-256 of its manifest, which names every file with its own."""

    programme: str
    programme_name: str
    country: str
    number: int
    as_of: date
    published_at: datetime
    rule: dict[str, Any]
    coverage: dict[str, Any]
    digest: str


class Releases(Schema):
    count: int
    next: str | None
    items: list[ReleaseOut]


class Coverage(Schema):
    """How many factories a programme has, how many are in its current release, and for the others why not."""

    programme: str
    programme_name: str
    release: int
    as_of: date
    in_programme: int
    assessed: int
    disclosed: int
    waiting: dict[str, int]


class Coverages(Schema):
    items: list[Coverage]


class StatusWord(Schema):
    """A status and its word in the language asked for."""

    status: str
    word: str
    language: str


class StatusWords(Schema):
    items: list[StatusWord]


class Sentence(Schema):
    code: str
    sentence: str
    problems: list[dict[str, str]] = []


class Problem(Schema):
    """What was wrong, as a code for programs and a sentence for people, in the language of Accept-Language."""

    error: Sentence


REFUSED = {400: Problem, 422: Problem, 429: Problem}
A_PART = REFUSED | {410: Problem}


api = NinjaAPI(
    title="Openfloor public record",
    version="1",
    description=(
        "Published releases, free to use. Nothing here needs a key. See /data/ for whole files and the licence. Every "
        "answer has an ETag. RateLimit-Limit, RateLimit-Remaining and RateLimit-Reset say how much may be asked; who "
        "asks more gets 429 and Retry-After. Accept-Language (en, km, ar) is the language of sentences and words."
    ),
    urls_namespace="cms:data",
    docs_url=None,
    openapi_url="/openapi.json",
)


def _kept(view):
    """Adds the digest of the releases as ETag, and answers 304 to who has them."""

    def answer(request, *args, **kwargs):
        request.stands_on = "-".join(head["digest"][:16] for head in public.current()) or "none"
        response = view(request, *args, **kwargs)
        if response.status_code != 200:
            return response
        return as_data(request, response, f"{request.stands_on}-{get_language()}")

    return answer


def _begins(request, page) -> int:
    """Where the part begins. Raises Unreadable for what is no cursor, MovedOn for one of another list."""
    if not page.cursor:
        return 0
    try:
        begins, list_of = json.loads(base64.urlsafe_b64decode(page.cursor + "=" * (-len(page.cursor) % 4)))
        begins = int(begins)
    except (ValueError, TypeError, OverflowError, RecursionError):
        begins, list_of = -1, ""
    if not 0 <= begins < 10**9:
        raise Unreadable(_("This is no cursor. Take the one of the answer before, or none."))
    if list_of != _list_of(request):
        raise MovedOn(_("What this list stands on has changed, or it is another list. Begin again without a cursor."))
    return begins


def _list_of(request):
    """What a cursor belongs to: the releases, what is withheld, and everything asked but the part."""
    asked = sorted((name, request.GET.getlist(name)) for name in request.GET if name not in ("cursor", "limit"))
    return public.digest_of([request.stands_on, public.stamp(), request.path, asked])[:16]


def _chosen(filters):
    """The filters as the register reads them. Raises ValidationError where one cannot be read."""
    chosen, unreadable = public.read_filters(dict(filters))
    if unreadable:
        raise ValidationError([{"loc": ("query", name), "msg": "cannot be read"} for name in unreadable])
    return chosen


def _part(request, page, begins, found):
    """The answer with the cursor of what follows; None where nothing does."""
    follows = begins + page.limit
    text = json.dumps([follows, _list_of(request)]).encode()
    more = base64.urlsafe_b64encode(text).decode().rstrip("=")
    return found | {"next": more if follows < found["count"] else None}


@api.get("/factories", response={200: Factories} | A_PART, url_name="factories", summary="Factories, by name")
@decorate_view(_kept)
def factories(request, page: Query[Page], filters: Query[Filters], q: str = "", programme: str = ""):
    begins, chosen = _begins(request, page), _chosen(filters)
    found = public.factories_page(q=q, chosen=chosen, programme=programme, offset=begins, limit=page.limit)
    return _part(request, page, begins, found)


@api.get(
    "/factories/{slug}", response={200: dict[str, Any], 404: Problem} | REFUSED, url_name="factory",
    summary="One factory, its whole page",
)  # fmt: skip
@decorate_view(_kept)
def factory(request, slug: str):
    shown = public.factory(slug)
    if shown is None:
        raise Nothing(NOTHING_HERE)
    return shown["document"]


@api.get("/entries", response={200: Entries} | A_PART, url_name="entries", summary="Issues at factories")
@decorate_view(_kept)
def entries(request, page: Query[Page], filters: Query[Filters], programme: str = "", factory: str = ""):
    begins, chosen = _begins(request, page), _chosen(filters)
    found = public.entries_page(chosen=chosen, programme=programme, factory=factory, offset=begins, limit=page.limit)
    return _part(request, page, begins, found)


@api.get("/releases", response={200: Releases} | A_PART, url_name="releases", summary="Every release, newest first")
@decorate_view(_kept)
def releases(request, page: Query[Page]):
    begins, found = _begins(request, page), public.releases()
    items = found[begins : begins + page.limit]
    return _part(request, page, begins, {"count": len(found), "items": items})


@api.get("/coverage", response={200: Coverages} | REFUSED, url_name="coverage", summary="Who is here, and why not")
@decorate_view(_kept)
def coverage(request):
    heads = public.current()
    return {"items": [head | head["coverage"] | {"release": head["number"]} for head in heads]}


@api.get("/statuses", response={200: StatusWords} | REFUSED, url_name="statuses", summary="Each status in words")
@decorate_view(_kept)
def statuses(request):
    rows = [(status, str(status_row(status).word)) for status in public.STATUSES]
    return {"items": [{"status": status, "word": word, "language": get_language()} for status, word in rows]}


def _refused(error, status):
    return JsonResponse({"error": {"code": error.code, "sentence": str(error.sentence), "problems": []}}, status=status)


@api.exception_handler(Unreadable)
def no_cursor(request, error):
    return _refused(error, 422)


@api.exception_handler(MovedOn)
def moved_on(request, error):
    return _refused(error, 410)


@api.exception_handler(Nothing)
def nothing(request, error):
    return _refused(error, 404)


@api.exception_handler(ValidationError)
def unreadable(request, error):
    places = [{"place": ".".join(map(str, item["loc"])), "reason": item["msg"]} for item in error.errors]
    body = {
        "error": {"code": "form", "sentence": _("The address has a value that cannot be read."), "problems": places}
    }
    return JsonResponse(body, status=422)


register_doors(
    {
        "cms:data:openapi-json": public_door("the description of the public API"),
        "cms:data:api-root": public_door("names the public API"),
        "cms:data:factories": WHY,
        "cms:data:factory": WHY,
        "cms:data:entries": WHY,
        "cms:data:releases": WHY,
        "cms:data:coverage": WHY,
        "cms:data:statuses": public_door("the words of each status"),
    }
)
