"""The register's pages, and each factory's own files. Everything comes from `disclosure.public`; nothing depends on
who reads.

Pages work without scripts. Data answers with the digest of its release as ETag, so that a reader fetches it once.
"""

import hashlib
from functools import wraps
from urllib.parse import urlencode

from django.conf import settings
from django.core.cache import caches
from django.http import Http404, HttpResponse, JsonResponse, StreamingHttpResponse
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.utils.cache import get_conditional_response, patch_cache_control
from django.utils.translation import get_language
from django.views.decorators.http import require_safe

from checklists import public as checklists
from cms import presenting
from cms.languages import in_language, other_languages
from cms.queries import guidance_for, guidance_there
from core.errors import NOTHING_HERE
from core.serving import PICTURE, stored_file
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
    heads, asked = public.current(), checklists.critical_issues()
    said = said_in_other_words(one["language"] for one in asked)
    clusters = presenting.issues(asked, public.issues(), guidance_for(asked), said)
    return render(
        request,
        "cms/issues.html",
        {
            "clusters": clusters,
            "unreviewed": any(cluster["unreviewed"] for cluster in clusters),
            "coverage": presenting.coverage(public.together(heads)),
            "release_line": release_line(heads),
            "other_languages": other_languages(request),
        },
    )


@page
def issue(request, key):
    """One issue: what the rule is, how many factories show what, by country and by sector."""
    counted = public.issues()
    asked = next((one for one in checklists.critical_issues() if one["key"] == key), None)
    if asked is None and key not in counted:
        raise Http404(NOTHING_HERE)
    heads = public.current()
    words = asked or counted[key]
    language = words.get("language", "")
    shown = presenting.told({"key": key} | words, said_in_other_words([language]), language)
    return render(
        request,
        "cms/issue.html",
        {
            "issue": shown,
            "unreviewed": presenting.unreviewed([shown]),
            "guidance": guidance_for([shown]).get(key, ()),
            "now": presenting.figures({key: counted[key]}, [key])[0] if key in counted else None,
            "tables": [
                {"by": by, "rows": presenting.by_place(public.issues(by=by), key, by)} for by in ("country", "sector")
            ],
            "coverage": presenting.coverage(public.together(heads)),
            "release_line": release_line(heads),
            "other_languages": other_languages(request),
        },
    )


@page
def countries(request):
    """The countries on a map and in a table, and the sectors. Only counts of factories."""
    places = public.places()
    rows, drawn = presenting.countries(places)
    sectors: dict = {}
    for place in places:
        if place["slug"]:
            one = sectors.setdefault(place["slug"], {"word": place["sector"], "slug": place["slug"], "n": 0})
            one["n"] += place["n"]
    heads = public.current()
    return render(
        request,
        "cms/countries.html",
        {
            "countries": rows,
            "map": drawn,
            "sectors": sorted(sectors.values(), key=lambda row: row["word"]),
            "coverage": presenting.coverage(public.together(heads)),
            "release_line": release_line(heads),
            "other_languages": other_languages(request),
        },
    )


@page
def country(request, code):
    """One country: how many factories are here, and every issue's figures there."""
    heads = [head for head in public.current() if head["country"] == code.upper()]
    places = [place for place in public.places() if place["country"] == code.upper()]
    if not heads and not places:
        raise Http404(NOTHING_HERE)
    if code != code.lower():
        return redirect("cms:country", code.lower(), permanent=True)
    rows, drawn = presenting.countries(places)
    name = rows[0]["word"] if rows else presenting.country_name(code.upper())
    context = {"name": name, "map": drawn, "filter": f"country={code.upper()}", "feed": code.lower()}
    return _place(request, context, heads, sum(place["n"] for place in places), country=code.upper())


@page
def sector(request, slug):
    """One sector: every issue's figures at its factories."""
    places = [place for place in public.places() if place["slug"] == slug]
    if not places:
        raise Http404(NOTHING_HERE)
    name = places[0]["sector"]
    context = {"name": name, "filter": urlencode({"sector": name})}
    return _place(request, context, [], sum(place["n"] for place in places), sector=name)


def _place(request, context, heads, here, **place):
    asked = checklists.critical_issues()
    order = [one["key"] for one in asked]
    said = said_in_other_words(one["language"] for one in asked)
    rows = [presenting.told(row, said) for row in presenting.figures(public.issues(**place), order)]
    context |= {
        "rows": rows,
        "unreviewed": presenting.unreviewed(rows),
        "here": here,
        "coverage": presenting.coverage(public.together(heads)),
        "release_line": release_line(heads),
        "other_languages": other_languages(request),
    }
    return render(request, "cms/place.html", context)


@page
def method(request):
    """Every formula, made from the rules themselves."""
    found = public.method()
    return render(
        request,
        "cms/method.html",
        {
            "method": found,
            "statuses": presenting.statuses_said(found),
            "reasons": [presenting.WITHHELD[reason] for reason in found["withheld_because"]],
            "release_line": release_line(found["rules"]),
            "other_languages": other_languages(request),
        },
    )


@page
def factory(request, slug):
    """One factory, as the release shows it: drawn once for everybody, until anything it is made of changes."""
    made_of = public.glance(slug)
    if made_of is None:
        raise Http404(NOTHING_HERE)
    if made_of["slug"] != slug:
        return redirect("cms:factory", made_of["slug"], permanent=True)
    guidance = guidance_there()
    if request.GET or settings.SESSION_COOKIE_NAME in request.COOKIES:
        return HttpResponse(_drawn(request, slug, made_of, guidance))
    about = (made_of["seal"], guidance, get_language(), settings.DEMONSTRATION)
    key = hashlib.sha256(repr(about).encode()).hexdigest()
    html = caches["drawn"].get(key)
    if html is None:
        html = _drawn(request, slug, made_of, guidance)
        caches["drawn"].set(key, html)
    return HttpResponse(html)


@page
def factory_then(request, slug, code, number):
    """One factory as a release of long ago showed it, less what is withheld or removed since."""
    shown = public.factory_then(slug, code, number)
    if shown is None:
        raise Http404(NOTHING_HERE)
    own = shown["document"]["slug"]
    if (own, code.lower()) != (slug, code):
        return redirect("cms:factory-then", own, code.lower(), number, permanent=True)
    return HttpResponse(_page_of(request, shown, guidance_there()))


@page
def factory_history(request, slug):
    """The releases in which a factory's page said something new, each leading to the page of that time."""
    known = public.history(slug)
    if not known:
        raise Http404(NOTHING_HERE)
    own = known[0]["document"]["slug"]
    if own != slug:
        return redirect("cms:factory-history", own, permanent=True)
    context = {"name": known[0]["document"]["name"], "slug": own, "known": [one["release"] for one in known]}
    return render(request, "cms/history.html", context | {"other_languages": other_languages(request)})


def _drawn(request, slug, made_of, guidance):
    shown = public.factory(slug, held=made_of["held"])
    return _page_of(request, shown, guidance, buyers=made_of["buyers"], concerns=made_of["concerns"])


def _page_of(request, shown, guidance, **beside):
    """The page of what `public.factory` gave. `beside`: what stands beside it today and in no release."""
    document = shown["document"]
    summary = public.summary(document["entries"], document["as_of"])
    context = presenting.factory_page(
        shown, summary, guidance_for(document["entries"], guidance), public.replies(document),
        said_in_other_words([presenting.language_of_words(document)]),
    )  # fmt: skip
    context |= beside | {"then": not beside, "release": shown["release"]}
    context |= {"other_languages": other_languages(request)}
    return render_to_string("cms/factory.html", context, request).encode()


def said_in_other_words(languages) -> dict:
    """What checklists say, in the reader's language; nothing where their words, in `languages`, are in it already."""
    return {} if set(languages) <= {get_language()} else checklists.said_in(get_language())


@require_safe
def photo(request, slug, photo_id):
    """A photo of a fix that the factory's page shows now."""
    stored = public.photo(slug, photo_id)
    if stored is None:
        raise Http404(NOTHING_HERE)
    return stored_file(stored, PICTURE, str(photo_id), keep="public, max-age=300")


@require_safe
def reply(request, slug, reply_id):
    """What a factory says of a finding on its page, with the salt that proves it: SHA-256 of salt and words as JSON."""
    said = public.reply(slug, reply_id)
    if said is None:
        raise Http404(NOTHING_HERE)
    told = {"verified": False} | {name: said[name] for name in ("text", "language", "salt")}
    return free(JsonResponse(told, json_dumps_params={"ensure_ascii": False}))


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
