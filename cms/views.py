"""The register's pages, and each factory's own files. Everything comes from `disclosure.public`; nothing depends on
who reads.

Pages work without scripts. Data answers with the digest of its release as ETag, so that a reader fetches it once.
"""

from functools import wraps

from django.http import Http404, HttpResponse, StreamingHttpResponse
from django.shortcuts import redirect, render
from django.utils.cache import get_conditional_response, patch_cache_control
from django.views.decorators.http import require_safe

from checklists import public as checklists
from cms import presenting
from cms.languages import in_language, other_languages
from core.errors import NOTHING_HERE
from disclosure import public


def page(view):
    """A public page: safe methods only, in the reader's language, asked for again each time."""

    @wraps(view)
    def answer(request, *args, **kwargs):
        response = view(request, *args, **kwargs)
        patch_cache_control(response, no_cache=True)
        return response

    return require_safe(in_language(answer))


@page
def register(request):
    """The list of factories, in name order, found by a plain GET form."""
    q, chosen, unreadable = _asked(request)
    found, offered = public.register(q=q, chosen=chosen, page=request.GET.get("page", 1)), public.offered()
    return render(
        request,
        "cms/register.html",
        {
            "q": q,
            "filters": presenting.filters(public.FILTERS, offered, request.GET, unreadable),
            "chips": presenting.chips(public.FILTERS, offered, chosen, request.GET),
            "unreadable": unreadable,
            "query": request.GET.urlencode(),
            "factories": [presenting.register_line(factory) for factory in found["factories"]],
            "near": found["near"],
            "count": found["count"],
            "page": found["page"],
            "coverage": presenting.coverage(found["coverage"]),
            "release_line": release_line(found["releases"]),
            "other_languages": other_languages(request),
        },
    )


def _asked(request):
    return (request.GET.get("q", "").strip()[:100], *public.read_filters(request.GET))


@require_safe
def register_csv(request):
    """The factories the same address of the register finds, as a table."""
    q, chosen, _unreadable = _asked(request)
    lines = public.register_csv(q=q, chosen=chosen)
    response = StreamingHttpResponse(lines, content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = 'attachment; filename="openfloor-register.csv"'
    return as_data(request, response, "-".join(head["digest"][:16] for head in public.current()) or "none")


@page
def issues(request):
    """What is asked and becomes public, in plain words, and at how many factories it is open. No order of worst."""
    heads = public.current()
    return render(
        request,
        "cms/issues.html",
        {
            "clusters": presenting.issues(checklists.critical_issues(), public.issues()),
            "coverage": presenting.coverage(public.together(heads)),
            "release_line": release_line(heads),
            "other_languages": other_languages(request),
        },
    )


@page
def factory(request, slug):
    """One factory, as the release shows it."""
    shown = _factory(slug)
    document = shown["document"]
    if document["slug"] != slug:
        return redirect("cms:factory", document["slug"], permanent=True)
    context = presenting.factory_page(shown, public.summary(document["entries"], document["as_of"]))
    return render(request, "cms/factory.html", context | {"other_languages": other_languages(request)})


@require_safe
def factory_json(request, slug):
    """The factory's document, byte for byte as the manifest proves it."""
    shown = _factory(slug)
    if shown["document"]["slug"] != slug:
        return redirect("cms:factory-json", shown["document"]["slug"])
    response = HttpResponse(public.document_bytes(shown["document"]), content_type="application/json")
    return as_data(request, response, shown["digest"])


@require_safe
def factory_csv(request, slug):
    """The factory's rows of the table."""
    shown = _factory(slug)
    if shown["document"]["slug"] != slug:
        return redirect("cms:factory-csv", shown["document"]["slug"])
    text = "".join(public.csv_lines(public.factory_rows(shown)))
    return as_data(request, _csv(text, slug), shown["release"]["digest"])


def as_data(request, response, digest):
    """Open data: free to any site, kept for five minutes, checked by the digest of the release it stands on.

    What is withheld at once changes the ETag, so that nobody keeps the old answer longer than that.
    """
    stamp = public.stamp()
    etag = f'"{digest}-{stamp}"' if stamp else f'"{digest}"'
    response["ETag"] = etag
    return get_conditional_response(request, etag=etag, response=free(response))


def free(response):
    """Any site may read this answer, and keep it for five minutes."""
    response["Access-Control-Allow-Origin"] = "*"
    response["Access-Control-Expose-Headers"] = "ETag, Content-Length, Content-Range, Accept-Ranges, Last-Modified"
    patch_cache_control(response, public=True, max_age=300)
    return response


def _csv(content, name):
    response = HttpResponse(content, content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{name}.csv"'
    return response


def _factory(slug):
    shown = public.factory(slug)
    if shown is None:
        raise Http404(NOTHING_HERE)
    return shown


def release_line(heads):
    """The footer's sentence where a page stands on one release; nothing where it stands on several."""
    return presenting.release_line(heads[0]) if len(heads) == 1 else ""
