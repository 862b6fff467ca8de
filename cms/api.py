"""The public API under /data/api/v1/: the current releases as JSON. Thin; everything comes from `disclosure.public`."""

from datetime import date, datetime
from typing import Any

from django.http import JsonResponse
from ninja import NinjaAPI, Query, Schema
from ninja.decorators import decorate_view
from ninja.errors import ValidationError
from pydantic import Field, create_model

from cms.views import as_data
from core.access import public as public_door
from core.access import register_doors
from core.errors import NOTHING_HERE, Refusal
from disclosure import public

WHY = public_door("open data: published releases only")


class Nothing(Refusal):
    code = "nothing-here"


class Page(Schema):
    """Which part of a list: `offset` from 0, at most 500 at once."""

    offset: int = Field(0, ge=0)
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
    items: list[ReleaseOut]


api = NinjaAPI(
    title="Openfloor public record",
    version="1",
    description="Published releases, free to use. Nothing here needs a key. See /data/ for the files and the licence.",
    urls_namespace="cms:data",
    docs_url=None,
    openapi_url="/openapi.json",
)


def _kept(view):
    """Adds the digest of the releases as ETag, and answers 304 to who has them."""

    def answer(request, *args, **kwargs):
        response = view(request, *args, **kwargs)
        if response.status_code != 200:
            return response
        return as_data(request, response, "-".join(head["digest"][:16] for head in public.current()) or "none")

    return answer


@api.get("/factories", response=Factories, url_name="factories", summary="Factories, by name")
@decorate_view(_kept)
def factories(request, page: Query[Page], filters: Query[Filters], q: str = "", programme: str = ""):
    chosen, unreadable = public.read_filters(dict(filters))
    if unreadable:
        raise ValidationError([{"loc": ("query", name), "msg": "cannot be read"} for name in unreadable])
    return public.factories_page(q=q, chosen=chosen, programme=programme, offset=page.offset, limit=page.limit)


@api.get("/factories/{slug}", response=dict[str, Any], url_name="factory", summary="One factory, its whole page")
@decorate_view(_kept)
def factory(request, slug: str):
    shown = public.factory(slug)
    if shown is None:
        raise Nothing(NOTHING_HERE)
    return shown["document"]


@api.get("/entries", response=Entries, url_name="entries", summary="Issues at factories")
@decorate_view(_kept)
def entries(request, page: Query[Page], programme: str = "", status: str = "", question: str = "", factory: str = ""):
    return public.entries_page(
        programme=programme, status=status, question=question, factory=factory, offset=page.offset, limit=page.limit
    )


@api.get("/releases", response=Releases, url_name="releases", summary="Every release, newest first")
@decorate_view(_kept)
def releases(request):
    return {"items": public.releases()}


@api.exception_handler(Nothing)
def nothing(request, error):
    return JsonResponse({"error": {"code": error.code, "sentence": str(error.sentence)}}, status=404)


@api.exception_handler(ValidationError)
def unreadable(request, error):
    places = [{"place": ".".join(map(str, item["loc"])), "reason": item["msg"]} for item in error.errors]
    body = {"error": {"code": "form", "sentence": "The address has a value that cannot be read.", "problems": places}}
    return JsonResponse(body, status=422)


register_doors(
    {
        "cms:data:openapi-json": public_door("the description of the public API"),
        "cms:data:api-root": public_door("names the public API"),
        "cms:data:factories": WHY,
        "cms:data:factory": WHY,
        "cms:data:entries": WHY,
        "cms:data:releases": WHY,
    }
)
