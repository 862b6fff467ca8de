"""Who helps a factory and who reads for its workers: advisers and union readers, named by programme managers."""

from django import forms
from django.contrib import messages
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from compliance import actions
from compliance.forms import PersonChoice, day_input
from compliance.models import Advisee, UnionReader
from core import access
from core.days import today
from core.errors import NOTHING_HERE, Refusal
from core.models import Programme, User
from core.people import people_of
from core.roles import Right
from factories.models import Site

KEEPS = {"adviser": Right.PLAN_VISITS, "union-reader": Right.MANAGE_FACTORIES}
TITLES = {"adviser": gettext_lazy("Name an adviser"), "union-reader": gettext_lazy("Name a union reader")}


class Assign(forms.Form):
    """One form for both: an adviser begins on a day, a union reader reads until one."""

    site = forms.ModelChoiceField(Site.objects.none(), label=gettext_lazy("Factory"))
    user = PersonChoice(User.objects.none(), label=gettext_lazy("Person"))
    day = forms.DateField(widget=day_input())

    def __init__(self, *args, kind, programmes, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["site"].queryset = Site.objects.filter(programme__in=programmes).order_by("name")
        people = User.objects.filter(is_active=True).order_by("first_name", "last_name")
        if kind == "adviser":
            held = access.current_grants(Programme, Right.ADVISE).filter(content_object__in=programmes)
            people = people.filter(pk__in=held.values("user_id"))
            self.fields["day"].label = _("From")
        else:
            known = [people_of(programme).values("pk") for programme in programmes]
            people = people.filter(pk__in=known[0].union(*known[1:])) if known else people.none()
            self.fields["user"].help_text = _("Invite her first, for an account only. She signs in with two steps.")
            self.fields["day"].label = _("Reads until, this day included")
        self.fields["user"].queryset = people


def _kept(user, kind):
    """The programmes in which this person may name them, or the words of absence."""
    programmes = Programme.objects.filter(pk__in=access.anchors(user, KEEPS.get(kind, Right.READ_CASE), Programme))
    if kind not in KEEPS or not programmes:
        raise Http404(NOTHING_HERE)
    return programmes


def companions(request):
    """Who advises which factory, and who reads for whose workers, now."""
    programmes = _kept(request.user, "adviser")
    days = {programme.pk: today(programme) for programme in programmes}
    advisers = Advisee.objects.filter(site__programme__in=programmes, until=None).select_related("user", "site")
    reading = UnionReader.objects.filter(
        site__programme__in=access.anchors(request.user, Right.MANAGE_FACTORIES, Programme)
    ).select_related("user", "site")
    context = {
        "advisers": advisers.order_by("site__name", "since"),
        "readers": [one for one in reading.order_by("site__name", "until") if one.until >= days[one.site.programme_id]],
    }
    return render(request, "compliance/companions.html", context)


def assign(request, kind):
    """Name one."""
    programmes = _kept(request.user, kind)
    form = Assign(request.POST or None, kind=kind, programmes=programmes)
    if form.is_valid():
        site, user, day = form.cleaned_data["site"], form.cleaned_data["user"], form.cleaned_data["day"]
        try:
            if kind == "adviser":
                actions.assign_adviser(user=user, site=site, since=day, by=request.user)
            else:
                actions.name_union_reader(user=user, site=site, until=day, by=request.user)
        except Refusal as refusal:
            form.add_error(None, refusal.sentence)
        else:
            messages.success(request, _("Written down."))
            return redirect("compliance:companions")
    context = {"form": form, "title": TITLES[kind], "kind": kind}
    return render(request, "compliance/assign.html", context, status=400 if form.is_bound else 200)


@require_POST
def end(request, kind, pk):
    """End one today."""
    programmes = _kept(request.user, kind)
    model = Advisee if kind == "adviser" else UnionReader
    found = get_object_or_404(
        model.objects.select_related("user", "site__programme"), pk=pk, site__programme__in=programmes
    )
    if kind == "adviser":
        actions.end_advice(advisee=found, until=max(found.since, today(found.site.programme)), by=request.user)
    else:
        actions.end_union_reader(reader=found, by=request.user)
    messages.success(request, _("It ends today."))
    return redirect("compliance:companions")
