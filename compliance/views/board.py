"""The planning board: which factories are due, who is where in the next weeks, and what is declared for planning."""

from datetime import date, timedelta

from django import forms
from django.contrib import messages
from django.shortcuts import redirect, render
from django.utils.dates import MONTHS
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST, require_safe

from compliance import actions, queries
from compliance.forms import PersonChoice, SiteChoice, day_input
from compliance.models import Absence, Interpreter, Tie
from compliance.views.base import or_absent, page_of
from core.days import today
from core.errors import Refusal
from core.models import User
from core.people import people_of
from core.roles import Right
from factories.models import Site

TIE_WORDS = {
    "family": gettext_lazy("Family works there or owns it"),
    "worked-there": gettext_lazy("Worked there"),
    "money": gettext_lazy("Money: a share, a loan, a gift"),
    "other": gettext_lazy("Another tie"),
}


def _programme(request):
    """The programme asked for among those whose visits this person plans, and all of them."""
    managed = list(queries.programmes_with(request.user, Right.PLAN_VISITS))
    code = request.POST.get("programme") or request.GET.get("programme") or (managed[0].code if managed else "")
    return or_absent(next((one for one in managed if one.code == code), None)), managed


@require_safe
def board(request):
    """One screen for who plans: factories by when they are due, people by weeks. J and K move, Enter plans."""
    programme, managed = _programme(request)
    show = request.GET.get("show") if request.GET.get("show") in queries.SHOWS else "due"
    (times,) = queries.times_of([programme])
    page = page_of(request, queries.board_rows(programme, show))
    try:
        first = date.fromisoformat(request.GET.get("week", ""))
    except ValueError:
        first = times.day
    rows = queries.fill_board(times, page.object_list, show)
    for row in rows:
        row.peaks = [
            _("%(first)s to %(last)s") % {"first": MONTHS[first_], "last": MONTHS[last]} for first_, last in row.peaks
        ]
    grid = queries.week_grid([times], first)
    context = {
        "programme": programme, "managed": managed, "show": show, "shows": queries.SHOWS.items(), "page": page,
        "rows": rows, "grid": grid, "before": first - timedelta(weeks=4), "after": first + timedelta(weeks=4),
    }  # fmt: skip
    return render(request, "compliance/board.html", context)


class DeclareForm(forms.Form):
    """One of three: a tie, days away, a language."""

    user = PersonChoice(User.objects.none(), label=gettext_lazy("Person"))
    site = SiteChoice(Site.objects.none(), label=gettext_lazy("Factory"))
    kind = forms.ChoiceField(choices=list(TIE_WORDS.items()), label=gettext_lazy("What ties her to it"))
    language = forms.CharField(
        max_length=10, label=gettext_lazy("Language"), help_text=gettext_lazy("Its code, such as zh or bn.")
    )
    since = forms.DateField(label=gettext_lazy("First day"), widget=day_input())
    until = forms.DateField(label=gettext_lazy("Last day"), widget=day_input())

    FIELDS = {
        "tie": ("user", "site", "kind", "since"),
        "absence": ("user", "since", "until"),
        "interpreter": ("user", "language", "since"),
    }

    def __init__(self, *args, what, programme, **kwargs):
        super().__init__(*args, **kwargs)
        for name in set(self.fields) - set(self.FIELDS[what]):
            del self.fields[name]
        people = queries.goers(programme)
        if what == "interpreter":
            people = people_of(programme).filter(is_active=True).order_by("first_name", "username")
        self.fields["user"].queryset = people
        if "site" in self.fields:
            self.fields["site"].queryset = Site.objects.filter(programme=programme).order_by("name")
        self.initial = {"since": today(programme)} | (self.initial or {})


WHAT = {
    "tie": gettext_lazy("A tie to a factory"),
    "absence": gettext_lazy("Days away"),
    "interpreter": gettext_lazy("Who interprets"),
}


def planning_facts(request):
    """Ties, days away and interpreters of a programme: seen and written down by who plans its visits."""
    programme, managed = _programme(request)
    what = request.POST.get("what", "")
    forms_ = {one: DeclareForm(what=one, programme=programme, prefix=one) for one in WHAT}
    status = 200
    if request.method == "POST":
        or_absent(what in WHAT)
        form = forms_[what] = DeclareForm(request.POST, what=what, programme=programme, prefix=what)
        status = 400
        if form.is_valid():
            try:
                _declare(what, programme, form.cleaned_data, request.user)
            except Refusal as refusal:
                form.add_error(None, refusal.sentence)
            else:
                messages.success(request, _("Written down."))
                return redirect(f"{request.path}?programme={programme.code}")
    context = {
        "programme": programme, "managed": managed, "facts": queries.planning_facts(programme, today(programme)),
        "forms": [(one, words, forms_[one]) for one, words in WHAT.items()], "tie_words": TIE_WORDS,
    }  # fmt: skip
    for tie in context["facts"]["ties"]:
        tie.words = TIE_WORDS[tie.kind]
    return render(request, "compliance/planning_facts.html", context, status=status)


def _declare(what, programme, given, by):
    if what == "tie":
        actions.declare_tie(by=by, **given)
    elif what == "absence":
        actions.record_absence(programme=programme, by=by, **given)
    else:
        actions.name_interpreter(programme=programme, by=by, **given)


@require_POST
def end_planning_fact(request, what, pk):
    """It ends today, or was written down by mistake."""
    programme, _managed = _programme(request)
    model, programme_of = {
        "tie": (Tie, "site__programme"), "absence": (Absence, "programme"), "interpreter": (Interpreter, "programme"),
    }.get(what, (None, ""))  # fmt: skip
    or_absent(model is not None)
    found = or_absent(model.objects.filter(pk=pk, **{programme_of: programme}).first())
    try:
        if what == "tie":
            actions.end_tie(tie=found, by=request.user)
        elif what == "absence":
            actions.take_absence_back(absence=found, by=request.user)
        else:
            actions.end_interpreter(interpreter=found, by=request.user)
    except Refusal as refusal:
        messages.error(request, refusal.sentence)
    else:
        messages.success(request, _("It ends today."))
    return redirect("compliance:planning-facts")
