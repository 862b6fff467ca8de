"""Screens for those who keep a programme, and for buyers: who answers for a factory, who acts for a buyer. Thin."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from core.errors import NOTHING_HERE, Refusal
from factories import actions, permissions, queries
from factories.forms import BuyerForm, ManagerForm, MemberForm
from factories.models import Buyer, BuyerMember, Site, SiteManager

PAGE = 50
SENT = gettext_lazy("The invitation is on its way. It works once, for seven days.")


def people(request):
    """Who was invited to answer for a factory, and the buyers. ?factory= fills in a number and shows who answers."""
    sites = _kept_sites(request)
    number = request.GET.get("factory", "").strip()
    form = ManagerForm(request.POST or None, sites=sites, initial={"site": number})
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        if _done(form, lambda: actions.invite_manager(by=request.user, **said)):
            messages.success(request, SENT)
            return redirect(f"{reverse('factories:people')}?factory={said['site'].number}")
    return _people_page(request, sites.filter(number=number).first() if number else None, form)


@require_POST
def create_buyer(request):
    """A new brand or retailer."""
    sites = _kept_sites(request)
    form = BuyerForm(request.POST)
    if form.is_valid() and _done(form, lambda: actions.create_buyer(by=request.user, **form.cleaned_data)):
        messages.success(request, _("Written down. Now invite the first person who acts for it."))
        return redirect(buyer_address(form.result))
    return _people_page(request, None, ManagerForm(sites=sites), form)


def _people_page(request, site, form, buyer_form=None):
    words = request.GET.get("q", "").strip()
    page = Paginator(queries.buyers_with_people(words), PAGE).get_page(request.GET.get("page"))
    context = {
        "site": site,
        "managers": queries.managers_of(site) if site else (),
        "form": form,
        "buyer_form": buyer_form or BuyerForm(),
        "waiting": queries.invited(request.user),
        "page": page,
        "words": words,
    }
    wrong = form.is_bound and form.errors or buyer_form is not None
    return render(request, "factories/people.html", context, status=400 if wrong else 200)


def end_manager(request, ref, manager):
    """A person answers for the factory no more."""
    site = get_object_or_404(_kept_sites(request), number=ref)
    manager = get_object_or_404(SiteManager.objects.select_related("user", "site"), pk=manager, site=site, until=None)
    if request.method == "POST":
        actions.end_manager(manager=manager, by=request.user)
        messages.success(request, _("Written down."))
        return redirect(f"{reverse('factories:people')}?factory={site.number}")
    context = {"what": site.name, "who": manager.user, "back": f"{reverse('factories:people')}?factory={site.number}"}
    return render(request, "factories/end_person.html", context)


def buyer(request, buyer):
    """A buyer's people: its own see and name each other; who keeps a programme invites the first."""
    buyer = get_object_or_404(Buyer, pk=buyer)
    own = permissions.can_act_for_buyer(request.user, buyer)
    if not own and not permissions.programmes_kept(request.user).exists():
        raise Http404(NOTHING_HERE)
    form = MemberForm(request.POST or None)
    if request.method == "POST":
        permissions.check_can_name_buyer_people(request.user, buyer)
        if form.is_valid() and _done(
            form, lambda: actions.invite_buyer_member(buyer=buyer, by=request.user, **form.cleaned_data)
        ):
            messages.success(request, SENT)
            return redirect(buyer_address(buyer))
    members = buyer.members.filter(until=None).select_related("user").order_by("since", "pk")
    context = {
        "buyer": buyer,
        "own": own,
        "form": form,
        "names": permissions.can_name_buyer_people(request.user, buyer),
        # Who keeps a programme learns that somebody acts for the buyer, not who: it reads in other programmes too.
        "members": members if own else (),
        "count": members.count(),
        "waiting": buyer.invited.filter(**queries.WAITS).select_related("invitation").order_by("asked_at"),
    }
    return render(request, "factories/buyer.html", context, status=400 if form.errors else 200)


def end_member(request, buyer, member):
    """A person acts for the buyer no more."""
    buyer = get_object_or_404(Buyer, pk=buyer)
    if not permissions.can_act_for_buyer(request.user, buyer):
        raise Http404(NOTHING_HERE)
    member = get_object_or_404(BuyerMember.objects.select_related("user", "buyer"), pk=member, buyer=buyer, until=None)
    if request.method == "POST":
        actions.end_buyer_member(member=member, by=request.user)
        messages.success(request, _("Written down."))
        return redirect("factories:consents" if member.user_id == request.user.pk else buyer_address(buyer))
    context = {"what": buyer.name, "who": member.user, "back": buyer_address(buyer)}
    return render(request, "factories/end_person.html", context)


def buyer_address(buyer):
    return reverse("factories:buyer", args=[buyer.pk])


def _kept_sites(request):
    """Factories of the programmes this person keeps; nothing is here for who keeps none."""
    kept = permissions.programmes_kept(request.user)
    if not kept.exists():
        raise Http404(NOTHING_HERE)
    return Site.objects.filter(programme__in=kept).select_related("programme")


def _done(form, act):
    """Did the action take it? Its sentence stands on the form where not."""
    try:
        form.result = act()
    except Refusal as refusal:
        form.add_error(None, refusal.sentence)
        return False
    return True
