"""The record about the record: every release, what each changed, what was said to be wrong and what became of it.

Everything comes from `disclosure.public`, as on every page here.
"""

from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_safe

from cms import presenting
from cms.languages import other_languages
from cms.views import free, page
from core.errors import NOTHING_HERE
from core.sheets import write_csv
from disclosure import public

LINES = (
    "programme", "kind", "factory", "factory_name", "question_key", "issue", "visited_on", "asked_by", "asked_on",
    "decided_on", "outcome", "reason", "lifted_on", "report_version", "release",
)  # fmt: skip


@page
def releases(request):
    """Every release with its coverage and its fingerprint, and which rule was in force when."""
    shown = Paginator(public.releases(), 30).get_page(request.GET.get("page"))
    for release in shown:
        release["coverage"] = presenting.coverage(release["coverage"])
    context = {
        "page": shown,
        "regimes": public.regimes(),
        "signed": bool(public.key()),
        "other_languages": other_languages(request),
    }
    return render(request, "cms/releases.html", context)


@page
def release(request, code, number):
    """One release: its factories as it showed them, less what is withheld since."""
    head = public.head(code, number)
    if head is None:
        raise Http404(NOTHING_HERE)
    if code != code.lower():
        return redirect("cms:release", code.lower(), number, permanent=True)
    shown = public.released(head, page=request.GET.get("page", 1))
    lines = [presenting.register_line(line) for line in shown]
    for line in lines:
        line["url"] = reverse("cms:factory-then", args=[line["slug"], code, number])
    context = {
        "release": head | {"coverage": presenting.coverage(head["coverage"])},
        "factories": lines,
        "page": shown,
        "release_line": presenting.release_line(head),
        "other_languages": other_languages(request),
    }
    return render(request, "cms/release.html", context)


@page
def changes(request):
    """What a release changed of the one before: the newest one, or ?programme= and ?number=."""
    code, number = request.GET.get("programme", ""), request.GET.get("number", "")
    known = public.releases()
    found = [release for release in known if release["programme"] == code.upper() and str(release["number"]) == number]
    if known and not found and (code or number):
        raise Http404(NOTHING_HERE)
    release = (found or known or [None])[0]
    lines = public.changes(release["programme"], release["number"]) if release else None
    shown = Paginator(presenting.changes(lines or []), 50).get_page(request.GET.get("page"))
    context = {
        "release": release,
        "untold": lines is None,
        "page": shown,
        "kinds": presenting.change_kinds(((release or {}).get("record") or {}).get("changes", {})),
        "other_languages": other_languages(request),
    }
    return render(request, "cms/changes.html", context)


@page
def corrections(request):
    """The log of corrections, disputes and withholdings: asked, decided, how."""
    shown = Paginator(public.corrections(), 50).get_page(request.GET.get("page"))
    context = {"lines": [presenting.correction(line) for line in shown], "page": shown}
    return render(request, "cms/corrections.html", context | {"other_languages": other_languages(request)})


@require_safe
def corrections_csv(request):
    """The whole log as a table."""
    rows = ([line[name] for name in LINES] for line in public.corrections())
    response = HttpResponse("".join(write_csv(list(LINES), rows)), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = 'attachment; filename="corrections.csv"'
    return free(response)


@require_safe
def verify_script(request):
    """The script that checks a downloaded archive, as a file."""
    response = HttpResponse(public.verify_script(), content_type="text/x-python; charset=utf-8")
    response["Content-Disposition"] = 'attachment; filename="verify_archive.py"'
    return free(response)


@require_safe
def key(request):
    """The key that checks signatures of releases."""
    if not public.key():
        raise Http404(NOTHING_HERE)
    return free(HttpResponse(public.key(), content_type="application/x-pem-file"))
