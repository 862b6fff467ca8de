"""Screens of factories: the list, a factory, who may read about it. They decide nothing and write through actions."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.formats import number_format
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from core import access
from core.days import today
from core.errors import NOTHING_HERE, Invalid
from core.models import Programme
from core.removals import may_in_programme
from core.roles import Right
from core.serving import stored_file
from core.words import long_date
from factories import actions, permissions, queries, records
from factories.forms import AskForm, ConsentForm, ExitForm, SuspicionForm
from factories.imports import country_name
from factories.models import (
    Building,
    Buyer,
    BuyerRelation,
    Consent,
    ConsentRequest,
    ForeignId,
    NamingConsent,
    Permit,
    Season,
    Site,
    SiteLicence,
    SiteSuccession,
    Suspicion,
)
from factories.rules import band_words
from factories.sectors import sector_name

PAGE = 50


@require_safe
def sites(request):
    """Factories this person may see; ?q= looks in numbers, names and addresses."""
    words = request.GET.get("q", "")
    page = Paginator(queries.sites(request.user, words), PAGE).get_page(request.GET.get("page"))
    queries.matched_names(page.object_list, words)
    context = {
        "page": page,
        "people": permissions.programmes_kept(request.user).exists(),
        "near": queries.nearest(request.user, words) if words.strip() and not page.paginator.count else (),
        "words": words,
        "keeps": access.has_anywhere(request.user, Right.MANAGE_FACTORIES, Programme),
    }
    context["suspects"] = permissions.suspicion_programmes(request.user).exists()
    if context["keeps"]:
        context["doubts"] = queries.doubts(request.user).count()
    return render(request, "factories/sites.html", context)


@require_safe
def site(request, ref):
    """One factory. An address that another factory has taken over leads there; ?kept= shows the old record."""
    site = _seen(request, ref)
    if site.survivor and "kept" not in request.GET and permissions.can_read_site(request.user, site.survivor):
        return redirect("factories:site", site.survivor.ref)
    return _site_page(request, site)


@require_POST
def give_consent(request, ref):
    """A manager's yes to one buyer."""
    site = _seen(request, ref)
    permissions.check_can_give_consent(request.user, site)
    form = ConsentForm(request.POST, site=site, cycles=queries.cycles(request.user, site, "factory"))
    if not form.is_valid():
        return _site_page(request, site, form, status=400)
    consent = actions.give_consent(site=site, by=request.user, **form.cleaned_data)
    if consent.since > today(site.programme):
        said = _("%(buyer)s may read from %(day)s.") % {"buyer": consent.buyer, "day": long_date(consent.since)}
    else:
        said = _("%(buyer)s may read from today.") % {"buyer": consent.buyer}
    messages.success(request, said)
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
    """For a buyer's people: which factories opened reports, until when, what was asked, who may be named."""
    return _consents_page(request)


@require_POST
def ask(request):
    """A buyer asks factories to let it read; `orders`: it says that it orders from those it marked."""
    buyer = _own_buyer(request)
    found = queries.asked_of(buyer, request.POST.get("q", ""))
    orders = request.POST.get("orders") == "yes"
    if orders:
        form = AskForm(request.POST, sites=queries.can_be_asked())
    else:
        form = AskForm(request.POST, sites=found, shown=_shown(request, found))
    if not form.is_valid():
        return _consents_page(request, form, status=400)
    asked = form.cleaned_data | {"orders": orders}
    if asked.pop("everybody") and not orders:
        asked["sites"] = found
    made = actions.request_consents(buyer=buyer, by=request.user, **asked)
    messages.success(request, _("Asked: %(n)d. Each factory answers for itself.") % {"n": len(made)})
    back = request.POST.get("back", "")
    return redirect(back if url_has_allowed_host_and_scheme(back, None) else "factories:consents")


@require_POST
def buyer_naming(request):
    """The buyer's yes to being named, or the end of it."""
    buyer = _own_buyer(request)
    site = get_object_or_404(queries.asked_of(buyer), pk=request.POST.get("site"))
    if "end" in request.POST:
        naming = get_object_or_404(NamingConsent, site=site, buyer=buyer, ended_at=None)
        actions.end_naming(naming=naming, by=request.user)
    else:
        actions.say_name(site=site, buyer=buyer, side="buyer", by=request.user)
    messages.success(request, _("Written down."))
    return redirect("factories:consents")


def _own_buyer(request):
    """The buyer this person acts for; with several, the one named in the form."""
    mine = Buyer.objects.filter(pk__in=access.anchors(request.user, Right.ACT_FOR_BUYER, Buyer)).order_by("name")
    named = request.POST.get("buyer")
    buyer = get_object_or_404(mine, pk=named) if named else mine.first()
    if buyer is None:
        raise Http404(NOTHING_HERE)
    return buyer


def _shown(request, found):
    """One page of the factories a buyer may ask; ?factories= turns it."""
    return Paginator(found, PAGE).get_page(request.POST.get("factories") or request.GET.get("factories"))


def _consents_page(request, form=None, status=200):
    mine = Buyer.objects.filter(pk__in=access.anchors(request.user, Right.ACT_FOR_BUYER, Buyer))
    page = Paginator(queries.buyer_ledger(request.user), PAGE).get_page(request.GET.get("page"))
    context = {"page": page, "buyer": mine.order_by("name").first()}
    if context["buyer"]:
        words = request.POST.get("q", request.GET.get("q", ""))
        found = queries.asked_of(context["buyer"], words)
        shown = _shown(request, found)
        namings = queries.namings(buyers=[context["buyer"]]).filter(site__in=[site.pk for site in shown])
        named = {one.site_id: one for one in namings if one.ended_at is None}
        context |= {
            "words": words,
            "shown": shown,
            "form": form or AskForm(sites=found, shown=shown),
            "related": [(site, named.get(site.pk)) for site in shown],
            "asked": ConsentRequest.objects.filter(buyer=context["buyer"])
            .select_related("site")
            .order_by("answer", "-asked_at")[:PAGE],
        }
    return render(request, "factories/consents.html", context, status=status)


# --- records ---------------------------------------------------------------------------------------------------


@require_safe
def history(request, ref):
    """What was true of a factory and since when, and the forms to add to it. For the programme and the factory."""
    site = _seen(request, ref)
    permissions.check_can_read_permits(request.user, site)
    standing = permissions.standing(request.user, site)
    context = {
        "site": site,
        "offered": records.offered(request.user, site),
        "sector": sector_name(site.isic) if site.isic else "",
        "keeps": permissions.can_keep_site(request.user, site),
        "records_facts": permissions.can_record_facts(request.user, site),
        "may_remove": site.programme and may_in_programme(request.user, site, site.programme),
        "today": today(site.programme) if site.programme else None,
    }
    return render(request, "factories/history.html", context | queries.history(site, standing, request.user))


def record(request, ref, what):
    """One plain form about a factory (records.py)."""
    site, one = _seen(request, ref), records.RECORDS.get(what)
    if one is None or site.programme is None:
        raise Http404(NOTHING_HERE)
    one.check(request.user, site)
    form = records.form_for(one, request.POST, request.FILES) if request.method == "POST" else records.form_for(one)
    status = 200
    if request.method == "POST":
        status = 400
        if form.is_valid():
            try:
                one.act(site=site, by=request.user, **form.cleaned_data)
            except Invalid as error:
                form.add_error(None, str(error.sentence))
            else:
                messages.success(request, _("Written down."))
                site.refresh_from_db()
                return redirect("factories:history", (site.survivor or site).ref)
    return render(request, "factories/record.html", {"site": site, "record": one, "form": form}, status=status)


ENDS = {"licence": SiteLicence, "id": ForeignId, "building": Building, "season": Season}


@require_POST
def end_record(request, ref, what, pk):
    """A licence, an id, a building, a season or a permit ends today; a buyer leaves; a succession is undone."""
    site = _seen(request, ref)
    if what in ENDS:
        fact = get_object_or_404(ENDS[what], pk=pk, site=site)
        actions.end_fact(fact=fact, on=today(site.programme), by=request.user)
    elif what == "permit":
        permit = get_object_or_404(Permit, pk=pk, site=site)
        actions.end_permit(permit=permit, on=max(permit.issued_on, today(site.programme)), by=request.user)
    elif what == "succession":
        row = get_object_or_404(SiteSuccession.objects.filter(target=site), pk=pk)
        actions.undo_succession(succession=row, by=request.user)
    else:
        raise Http404(NOTHING_HERE)
    messages.success(request, _("Written down."))
    return redirect("factories:history", site.ref)


def end_relation(request, ref, relation):
    """A buyer leaves a factory: until when, and why."""
    site = _seen(request, ref)
    relation = get_object_or_404(BuyerRelation.objects.select_related("buyer"), pk=relation, site=site)
    permissions.check_can_record_relation(request.user, site, relation.buyer)
    form = ExitForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        actions.end_relation(relation=relation, by=request.user, **form.cleaned_data)
        messages.success(request, _("Written down."))
        return redirect("factories:history", site.ref)
    title = _("%(buyer)s orders here no more") % {"buyer": relation.buyer}
    told = _("What it may read does not end by this.")
    context = {"site": site, "record": {"title": title, "told": told}, "form": form}
    return render(request, "factories/record.html", context, status=400 if form.errors else 200)


@require_safe
def permit_paper(request, ref, permit):
    """The scan of a permit, as a download."""
    site = _seen(request, ref)
    permissions.check_can_read_permits(request.user, site)
    permit = get_object_or_404(Permit.objects.exclude(paper=""), pk=permit, site=site)
    return stored_file(permit.paper, permit.paper_type, f"permit-{permit.kind}")


@require_POST
def answer_request(request, ref, asked):
    """A factory's yes, its yes to the report or the progress alone or to one cycle, or its no."""
    site = _seen(request, ref)
    permissions.check_can_give_consent(request.user, site)
    asked = get_object_or_404(ConsentRequest, pk=asked, site=site)
    answer = request.POST.get("answer")
    if answer not in ("allow", "report", "progress", "refuse"):
        raise Http404(NOTHING_HERE)
    scope = answer if answer in ("report", "progress") else None
    cycle = None
    if request.POST.get("cycle"):
        own = queries.cycles(request.user, site, "factory")
        cycle = own.filter(number=request.POST["cycle"]).first() if request.POST["cycle"].isdecimal() else None
        if cycle is None:
            raise Http404(NOTHING_HERE)
    actions.answer_request(request=asked, allow=answer != "refuse", scope=scope, cycle=cycle, by=request.user)
    messages.success(request, _("Answered."))
    return redirect(_readers(site))


@require_POST
def site_naming(request, ref):
    """The factory's yes to naming a buyer in public, or the end of it."""
    site = _seen(request, ref)
    permissions.check_can_give_consent(request.user, site)
    buyer = get_object_or_404(Buyer, pk=request.POST.get("buyer"))
    if "end" in request.POST:
        naming = get_object_or_404(NamingConsent, site=site, buyer=buyer, ended_at=None)
        actions.end_naming(naming=naming, by=request.user)
    else:
        actions.say_name(site=site, buyer=buyer, side="site", by=request.user)
    messages.success(request, _("Written down."))
    return redirect(_readers(site))


# --- doubts and suspicions -------------------------------------------------------------------------------------


@require_safe
def doubts(request):
    """Places that may be one, for those who keep the lists."""
    decided = "decided" in request.GET
    page = Paginator(queries.doubts(request.user, decided=decided), PAGE).get_page(request.GET.get("page"))
    return render(request, "factories/doubts.html", {"page": page, "decided": decided})


def doubt(request, doubt):
    """Two places side by side; a person says whether they are one, and can take it back."""
    doubt = get_object_or_404(permissions.doubts_visible_to(request.user).select_related("known", "newer"), pk=doubt)
    if request.method == "POST":
        if request.POST.get("decision") == "reopen":
            actions.reopen_doubt(doubt=doubt, by=request.user)
        elif request.POST.get("decision") in ("same", "different"):
            actions.decide_doubt(doubt=doubt, same=request.POST["decision"] == "same", by=request.user)
        else:
            raise Http404(NOTHING_HERE)
        return redirect("factories:doubt", doubt.pk)
    following = queries.doubts(request.user).exclude(pk=doubt.pk).first()
    return render(request, "factories/doubt.html", {"doubt": doubt, "following": following})


@require_safe
def matches(request):
    """What imports were sure of, for those who keep the lists: being sure can be wrong."""
    page = Paginator(queries.matches(request.user), PAGE).get_page(request.GET.get("page"))
    return render(request, "factories/matches.html", {"page": page})


def match(request, match):
    """A known place beside the row that was taken for it; a person can part them."""
    match = get_object_or_404(permissions.matches_visible_to(request.user).select_related("site__programme"), pk=match)
    if match.made_id:
        return redirect("factories:doubts")
    if request.method == "POST":
        doubt = actions.part_match(match=match, by=request.user)
        messages.success(request, _("They are two factories now."))
        return redirect("factories:doubt", doubt.pk)
    return render(
        request, "factories/match.html", {"match": match, "row": match.said | {"country": match.site.country}}
    )


def suspicions(request):
    """Suspected undeclared subcontractors: whoever goes to factories writes one down, few read them."""
    programmes = permissions.suspicion_programmes(request.user)
    records_for = permissions.staffed_programmes(request.user)
    sites = Site.objects.filter(programme__in=records_for, survivor=None)
    form = SuspicionForm(request.POST or None, sites=sites, initial={"giver": request.GET.get("factory", "")})
    if request.method == "POST" and form.is_valid():
        actions.record_suspicion(by=request.user, **form.cleaned_data)
        messages.success(request, _("Written down. Managers and lead assessors of the programme read it."))
        return redirect("factories:suspicions")
    found = Suspicion.objects.filter(programme__in=programmes).select_related("giver", "taker", "recorded_by")
    page = Paginator(found.order_by("outcome", "-recorded_at"), PAGE).get_page(request.GET.get("page"))
    context = {"page": page, "form": form, "writes": records_for.exists(), "outcomes": Suspicion.Outcome.choices}
    if not context["writes"]:
        raise Http404(NOTHING_HERE)
    return render(request, "factories/suspicions.html", context, status=400 if form.errors else 200)


@require_POST
def close_suspicion(request, suspicion):
    """What came of a suspicion."""
    programmes = permissions.suspicion_programmes(request.user)
    suspicion = get_object_or_404(Suspicion, pk=suspicion, programme__in=programmes)
    if request.POST.get("outcome") not in Suspicion.Outcome.values:
        raise Http404(NOTHING_HERE)
    actions.close_suspicion(suspicion=suspicion, outcome=request.POST["outcome"], by=request.user)
    return redirect("factories:suspicions")


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
        "workers": number_format(site.workers, force_grouping=True)
        if inside and site.workers is not None
        else band_words(site.size_band),
        "inside": inside,
        "sector": sector_name(site.isic) if site.isic else site.sector,
        "before": site.predecessors.filter(undone_at=None).exclude(source=site).select_related("source")
        if inside
        else (),
        "gives": gives,
        "cycles": cycles,
        "managers": site.managers.filter(until=None).select_related("user").order_by("since") if inside else (),
        "names": inside and permissions.can_name_people(request.user, site.programme),
        "suspects": inside and permissions.can_record_suspicion(request.user, site.programme),
        "shows_ledger": site.programme and permissions.can_read_consents(request.user, site),
    }
    if context["shows_ledger"]:
        context["may_remove"] = may_in_programme(request.user, site, site.programme)
        context["ledger"] = queries.ledger(site)
        context["requests"] = queries.requests_to(site)
        context["namings"] = queries.namings(site=site)
    if gives:
        context["form"] = form or ConsentForm(site=site, cycles=queries.cycles(request.user, site, "factory"))
    return render(request, "factories/site.html", context, status=status)
