"""Visits that are no assessment: the list, one to plan or to write down, its write-up; a factory's visits in all."""

from django import forms
from django.contrib import messages
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST, require_safe

from compliance import actions, permissions, queries, rules
from compliance.forms import PeopleChoice, SiteChoice, day_input
from compliance.views.base import or_absent, page_of
from core.days import today
from core.errors import Refusal
from core.models import User
from factories.models import Site

KINDS = [(kind, queries.KIND_WORDS[kind]) for kind in rules.VISIT_KINDS]


def _words(**more):
    return forms.CharField(
        max_length=rules.MAX_TEXT, strip=True, widget=forms.Textarea(attrs={"rows": 4, "dir": "auto"}), **more
    )


class VisitForm(forms.Form):
    """Where, for what, who, when."""

    site = SiteChoice(Site.objects.none(), label=gettext_lazy("Factory"))
    kind = forms.ChoiceField(choices=KINDS, label=gettext_lazy("What it is for"), widget=forms.RadioSelect)
    people = PeopleChoice(User.objects.none(), label=gettext_lazy("Who goes"))
    planned_from = forms.DateField(label=gettext_lazy("First day"), widget=day_input())
    planned_until = forms.DateField(label=gettext_lazy("Last day"), widget=day_input())

    def __init__(self, *args, programme, **kwargs):
        super().__init__(*args, **kwargs)
        sites = Site.objects.filter(programme=programme, status=Site.Status.ACTIVE)
        self.fields["site"].queryset = sites.order_by("name")
        self.fields["people"].queryset = queries.goers(programme)


class WriteUpForm(forms.Form):
    """What a visit came to."""

    held_on = forms.DateField(label=gettext_lazy("Last day at the factory"), widget=day_input())
    done = _words(label=gettext_lazy("What was done"), help_text=gettext_lazy("The factory reads this. Name nobody."))
    next_steps = _words(
        label=gettext_lazy("Next steps"), required=False,
        help_text=gettext_lazy("Who does what until when, by their post. The factory reads this."),
    )  # fmt: skip
    note = _words(
        label=gettext_lazy("Note for colleagues"), required=False,
        help_text=gettext_lazy("Stays with the programme. The factory never reads it."),
    )  # fmt: skip


@require_safe
def visits(request):
    """Visits this person may see; ?kind= and ?q= narrow the list."""
    or_absent(request.user.is_authenticated and queries.sees_visits(request.user))
    kind, words = request.GET.get("kind", ""), request.GET.get("q", "")
    page = page_of(request, queries.visits(request.user, kind=kind, words=words))
    context = {
        "page": page, "kind": kind, "kinds": KINDS, "words": words, "kind_words": queries.KIND_WORDS,
        "plans": queries.visit_programmes(request.user).exists(), "own": queries.factories_of(request.user),
    }  # fmt: skip
    return render(request, "compliance/visits.html", context)


def plan_visit(request):
    """An adviser or a programme manager plans a visit, or writes one down that was held."""
    programmes = list(queries.visit_programmes(request.user))
    code = request.POST.get("programme") or request.GET.get("programme") or (programmes[0].code if programmes else "")
    programme = or_absent(next((one for one in programmes if one.code == code), None))
    form = VisitForm(request.POST or None, programme=programme, initial={"people": [request.user.pk]})
    if form.is_valid():
        try:
            planned = actions.plan_visit(by=request.user, **form.cleaned_data)
        except Refusal as refusal:
            form.add_error(None, refusal.sentence)
        else:
            messages.success(request, _("The visit is planned."))
            return redirect("compliance:visit", planned.pk)
    context = {"form": form, "programme": programme, "managed": programmes}
    return render(request, "compliance/plan_visit.html", context, status=400 if form.is_bound else 200)


def visit(request, visit_id):
    """One visit: who and when; what was done and comes next; who went writes it up."""
    found = or_absent(queries.visit_of(request.user, visit_id))
    writes = permissions.can_write_up(request.user, found)
    opens = writes and not found.held_on and not found.called_off_at
    day = min(today(found.programme), found.planned_until)
    form = WriteUpForm(request.POST or None, initial={"held_on": day}) if opens else None
    if request.method == "POST":
        form = or_absent(form)
        if form.is_valid():
            try:
                actions.write_up_visit(visit=found, by=request.user, **form.cleaned_data)
            except Refusal as refusal:
                form.add_error(None, refusal.sentence)
            else:
                messages.success(request, _("Written down."))
                return redirect("compliance:visit", found.pk)
    words = getattr(found, "words", None)
    context = {
        "visit": found, "form": form, "words": words, "kind": queries.KIND_WORDS[found.kind],
        "staff": permissions.reads_visit_notes(request.user, found),
        "may_open_case": queries.case_visit(request.user, found.pk) is not None,
    }  # fmt: skip
    return render(request, "compliance/visit.html", context, status=400 if form and form.is_bound else 200)


@require_POST
def call_off_visit(request, visit_id):
    """It will not be held."""
    found = or_absent(queries.visit_of(request.user, visit_id))
    or_absent(permissions.can_write_up(request.user, found))
    actions.call_off_visit(visit=found, by=request.user)
    messages.success(request, _("The visit is called off."))
    return redirect("compliance:visit", found.pk)


@require_safe
def visit_history(request, ref):
    """Every visit to one factory this person may know of."""
    site = or_absent(queries.site_of_history(request.user, ref))
    rows = queries.visit_history(request.user, site)
    context = {"site": site, "rows": rows, "kind_words": queries.KIND_WORDS}
    return render(request, "compliance/visit_history.html", context)
