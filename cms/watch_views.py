"""Following what is published by e-mail: ask, say yes from the mail itself, see, stop.

Nobody is signed in here and no session begins, so no form of another site could act in a reader's name: what is asked
needs a mail to count, what is stopped needs the letter's own address. Opening a link changes nothing, for mail programs
open links too.
"""

from functools import wraps

from django.http import Http404
from django.shortcuts import redirect, render
from django.utils.cache import patch_cache_control
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from cms import actions, watching
from cms.forms import WatchForm
from cms.languages import country_name, in_language, other_languages
from core.entrance.gate import a_stranger_may_ask, may_ask_again
from core.errors import NOTHING_HERE
from disclosure import public


def form_page(view):
    """A public page with a form: kept by nobody, found by no search engine, in the reader's language."""

    @wraps(view)
    def answer(request, *args, **kwargs):
        response = view(request, *args, **kwargs)
        patch_cache_control(response, private=True, no_store=True)
        response["X-Robots-Tag"] = "noindex"
        response["Referrer-Policy"] = "no-referrer"
        return response

    return csrf_exempt(require_http_methods(["GET", "HEAD", "POST"])(in_language(answer)))


@form_page
def watch(request):
    """Ask to hear of releases: all, of a country, of the factory whose page one comes from."""
    given = request.POST if request.method == "POST" else request.GET
    choices = _choices(given.get("factory", "") or given.get("about", "").partition("factory:")[2])
    chosen = f"country:{given.get('country', '')}" if given.get("country") else choices[-1][0]
    chosen = choices[-1][0] if choices[-1][0].startswith("factory:") else chosen
    initial = {"about": chosen if chosen in dict(choices) else "all"}
    form = WatchForm(request.POST if request.method == "POST" else None, choices=choices, initial=initial)
    if form.is_bound and form.is_valid():
        address = form.cleaned_data["address"].lower()
        if not a_stranger_may_ask(request, "watch"):
            return _page(request, "cms/watch.html", {"form": form, "too_many": True}, status=429)
        # Too many to one address: nothing more is sent there, and nobody learns whether it is known.
        if may_ask_again(request, "watch-to", key=address):
            actions.ask_to_watch(address=address, language=get_language(), **form.subject())
        return redirect("cms:watch-asked")
    return _page(request, "cms/watch.html", {"form": form}, status=200)


@form_page
def watch_asked(request):
    """Says that a letter is on its way, and nothing else."""
    return _page(request, "cms/watch_asked.html", {})


@form_page
def watch_confirm(request, token):
    """The first letter leads here: one button, and it is confirmed."""
    found = watching.asked(token)
    if found is None:
        raise Http404(NOTHING_HERE)
    if request.method == "POST":
        actions.confirm_watch(watch=found)
        return redirect(watching.own(found))
    return _page(request, "cms/watch_confirm.html", {"subject": _subject(found), "confirmed": found.confirmed_at})


@form_page
def watching_page(request, token):
    """Every letter leads here: what one follows, where it stands, and how to stop."""
    found = watching.of(token)
    context = {"watch": found}
    if found:
        context |= {"subject": _subject(found), "see": _see(found), "stop": watching.stop(found)}
    return _page(request, "cms/watching.html", context)


@form_page
def watch_stop(request, token):
    """The button, or a mail program's one tap (RFC 8058), stops it. Stopped already: the same answer."""
    found = watching.of(token)
    if request.method != "POST":
        return redirect("cms:watching", token)
    if found:
        actions.stop_watch(watch=found)
    return _page(request, "cms/watching.html", {"watch": None})


def _choices(slug):
    """What can be followed: everything, each country, and a factory that is public."""
    choices = [("all", _("Every release"))]
    codes = public.countries()
    choices += [
        (f"country:{code}", _("Releases about %(country)s") % {"country": country_name(code)}) for code in codes
    ]
    shown = public.factory(slug) if slug else None
    if shown:
        document = shown["document"]
        choices.append((f"factory:{document['slug']}", _("What is new about %(name)s") % {"name": document["name"]}))
    return choices


def _subject(found):
    """What is followed, in words."""
    if found.country:
        return _("Releases about %(country)s") % {"country": country_name(found.country)}
    if found.factory:
        shown = public.factory(found.factory)
        return _("What is new about %(name)s") % {"name": shown["document"]["name"]}
    return _("Every release")


def _see(found):
    if found.factory:
        return f"/disclosure/{found.factory}/"
    return f"/disclosure/?country={found.country}" if found.country else "/data/"


def _page(request, template, context, status=200):
    return render(request, template, context | {"other_languages": other_languages(request)}, status=status)
