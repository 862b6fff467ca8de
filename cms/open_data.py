"""The open data: every release's files at addresses that stay, for everybody, whole. See also `api.py`.

A file is made once, in the background, and given out in the parts a reader asks for. Until it is made, tables that can
be written while they are read are; what cannot says when to come back.
"""

from django.conf import settings
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse, JsonResponse, StreamingHttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from cms import presenting
from cms.languages import other_languages
from cms.views import as_data, free, page, release_line
from core.errors import NOTHING_HERE
from core.serving import in_parts
from disclosure import public

PER_PAGE = 50


ROBOTS = """\
# The data is free: take the files named at /data/, each answers with an ETag and in parts.
# The API answers {most} requests a minute; its headers say how many are left.
User-agent: *
Disallow: /app/
Disallow: /cms/
Disallow: /api/
Disallow: /tablet/
Disallow: /data/api/
Disallow: /data/watch/
Crawl-delay: 1
"""


@require_safe
def robots(request):
    """What robots are asked to leave alone."""
    return HttpResponse(ROBOTS.format(most=settings.PUBLIC_API_PER_MINUTE), content_type="text/plain; charset=utf-8")


@page
def data(request):
    """Every release with its files, the newest first; the licence; where a program reads on."""
    heads = public.current()
    shown = Paginator(public.releases(), PER_PAGE).get_page(request.GET.get("page", 1))
    files = public.data_files()
    for release in shown:
        made = files.get((release["programme"], release["number"]), [])
        release["files"] = [file | {"format": presenting.format_name(file["name"])} for file in made]
    return render(
        request,
        "cms/data.html",
        {
            "heads": heads,
            "page": shown,
            "coverage": presenting.coverage(public.together(heads)),
            "licence": public.LICENCE,
            "parquet": any(file["name"] == "data.parquet" for release in shown for file in release["files"]),
            "release_line": release_line(heads),
            "other_languages": other_languages(request),
        },
    )


@page
def dictionary(request):
    """What every column means, in the reader's language."""
    tables = [
        [column | {"kind_words": presenting.COLUMN_KINDS[column["kind"]]} for column in columns]
        for columns in (public.columns(), public.hub_columns())
    ]
    context = {"columns": tables[0], "hub_columns": tables[1], "other_languages": other_languages(request)}
    return render(request, "cms/dictionary.html", context)


@require_safe
def data_package(request, code, number):
    """The description of a release's files for programs: a Frictionless data package."""
    head = public.head(code, number)
    if head is None:
        raise Http404(NOTHING_HERE)
    described = public.data_package(head, home=request.build_absolute_uri("/"))
    response = JsonResponse(described, json_dumps_params={"ensure_ascii": False, "indent": 1})
    return as_data(request, response, public.digest_of(described))


@require_safe
def release_file(request, code, number, name):
    """A data file of any release."""
    head = public.head(code, number)
    if head is None or name not in public.DATA_FILES:
        raise Http404(NOTHING_HERE)
    return _file(request, head, name)


@require_safe
def programme_json(request, code):
    """A programme's current release as one JSON file."""
    return _file(request, _head(code), "data.json")


@require_safe
def programme_csv(request, code):
    """A programme's current release as one table: the same bytes as data.csv in its archive."""
    return _file(request, _head(code), "data.csv")


@require_safe
def manifest(request, code, number):
    """The manifest of a release: the SHA-256 of it is the release's digest."""
    found = public.release(code, number)
    if found is None:
        raise Http404(NOTHING_HERE)
    response = HttpResponse(public.document_bytes(found["manifest"]), content_type="application/json")
    return as_data(request, response, found["digest"])


def _file(request, head, name):
    stem, _dot, ending = name.partition(".")
    about = "" if stem == "data" else f"-{stem}"
    saved_as = f"openfloor-{head['programme'].lower()}-{head['number']}{about}.{ending}"
    made = public.data_file(head["programme"], head["number"], name)
    if made:
        response = in_parts(
            request, size=made["size"], etag=made["sha256"], changed_at=made["made_at"], pieces=made["pieces"],
            media_type=public.DATA_FILES[name], name=saved_as,
        )  # fmt: skip
        return free(response)
    lines = public.lines_of(head, name)
    if lines is None:
        sentence = _("This file is being made. Come back in a few minutes.")
        response = render(request, "core/refused.html", {"sentence": sentence, "back": "/data/"}, status=503)
        response["Retry-After"] = "120"
        return response
    response = StreamingHttpResponse(lines, content_type=public.DATA_FILES[name])
    response["Content-Disposition"] = f'attachment; filename="{saved_as}"'
    return as_data(request, response, head["digest"])


def _head(code):
    for head in public.current():
        if head["programme"].lower() == code.lower():
            return head
    raise Http404(NOTHING_HERE)
