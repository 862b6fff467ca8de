"""Screens of factories: the list, a factory, who may read about it. They decide nothing and write through actions."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.formats import number_format
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from core.days import today
from core.errors import NOTHING_HERE
from factories import actions, permissions, queries
from factories.forms import ConsentForm
from factories.imports import country_name
from factories.models import Consent
from factories.rules import workers_band

PAGE = 50


@require_safe
def sites(request):
    """Factories this person may see; ?q= looks in numbers, names and addresses."""
    words = request.GET.get("q", "")
    page = Paginator(queries.sites(request.user, words), PAGE).get_page(request.GET.get("page"))
    return render(request, "factories/sites.html", {"page": page, "words": words})


@require_safe
def site(request, ref):
    """One factory."""
    return _site_page(request, _seen(request, ref))


@require_POST
def give_consent(request, ref):
    """A manager's yes to one buyer."""
    site = _seen(request, ref)
    permissions.check_can_give_consent(request.user, site)
    form = ConsentForm(request.POST, site=site, cycles=queries.cycles(request.user, site, "factory"))
    if not form.is_valid():
        return _site_page(request, site, form, status=400)
    consent = actions.give_consent(site=site, since=today(site.programme), by=request.user, **form.cleaned_data)
    messages.success(request, _("%(buyer)s may read from today.") % {"buyer": consent.buyer})
    return redirect(_readers(site))


def end_consent(request, ref, consent):
    """Says what cannot be undone; then the manager ends a permission or keeps it."""
    site = _seen(request, ref)
    if not permissions.can_give_consent(request.user, site):
        raise Http404(NOTHING_HERE)
    consent = get_object_or_404(Consent.objects.select_related("buyer", "cycle"), pk=consent, site=site)
    if request.method == "POST":
        actions.end_consent(consent=consent, by=request.user)
        messages.success(request, _("%(buyer)s reads no longer.") % {"buyer": consent.buyer})
        return redirect(_readers(site))
    return render(request, "factories/end_consent.html", {"site": site, "consent": consent, "back": _readers(site)})


@require_safe
def consents(request):
    """For a buyer's people: which factories opened reports, and until when."""
    page = Paginator(queries.opened_to(request.user), PAGE).get_page(request.GET.get("page"))
    return render(request, "factories/consents.html", {"page": page})


def _seen(request, ref):
    site = queries.site(request.user, ref)
    if site is None:
        raise Http404(NOTHING_HERE)
    return site


def _readers(site):
    return reverse("factories:site", args=[site.ref]) + "#readers"


def _site_page(request, site, form=None, status=200):
    standing = permissions.standing(request.user, site)
    inside = standing != "outside"
    gives = permissions.can_give_consent(request.user, site)
    cycles = queries.cycles(request.user, site, standing)
    context = {
        "site": site,
        "country": country_name(site.country),
        "workers": number_format(site.workers, force_grouping=True) if inside else workers_band(site.workers),
        "inside": inside,
        "gives": gives,
        "cycles": cycles,
        "managers": site.managers.filter(until=None).select_related("user").order_by("since") if inside else (),
        "shows_ledger": site.programme and permissions.can_read_consents(request.user, site),
    }
    if context["shows_ledger"]:
        context["ledger"] = queries.ledger(site)
    if gives:
        context["form"] = form or ConsentForm(site=site, cycles=queries.cycles(request.user, site, "factory"))
    return render(request, "factories/site.html", context, status=status)
