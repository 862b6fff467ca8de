"""The screen of lawful removals: ask, and agree to what somebody else asked. It never shows what is removed."""

from django import forms
from django.contrib import messages
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from core import access, removals
from core.actions.removals import agree_to_remove, ask_to_remove
from core.errors import NOTHING_HERE, Denied, Refusal
from core.home import Line
from core.models import RemovalAsk
from core.redaction import REASONS
from core.roles import Right


class RemovalForm(forms.Form):
    kind = forms.ChoiceField(label=gettext_lazy("What"))
    subject_id = forms.UUIDField(label=gettext_lazy("Its identifier"))
    reason = forms.ChoiceField(label=gettext_lazy("Why"), choices=list(REASONS.items()), widget=forms.RadioSelect)

    def __init__(self, *args, chosen=False, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["kind"].choices = [(label, kind.words) for label, kind in removals.kinds().items()]
        if chosen:
            self.fields["kind"].widget = self.fields["subject_id"].widget = forms.HiddenInput()


def _may_look(user):
    return access.holds_any(user, (*removals.KEEPERS, Right.READ_CASE))


def _chosen(request):
    """What the link beside the words named, as this person may see it named; None when nothing was."""
    named = request.POST or request.GET
    try:
        kind, row, programme = removals.found(named.get("kind"), named.get("subject_id"))
        removals.check_can_remove(request.user, kind, row, programme)
    except Denied:
        return None
    return {"words": kind.words, "called": kind.called(row), "gone": row.redacted_at}


def waiting_lines(user):
    """Today's line for who may agree to a removal somebody else asked for."""
    n = sum(1 for row in removals.waiting_for(user) if row["ask"].asked_by_id != user.pk)
    if not n:
        return []
    words = ngettext("%(n)d removal waits for a second person", "%(n)d removals wait for a second person", n)
    return [Line(words % {"n": n}, reverse("core:removals"), order=10)]


@never_cache
def removals_page(request):
    """What waits for a second person, and the form to ask. A link beside the words names what is meant."""
    if not _may_look(request.user):
        raise Http404(NOTHING_HERE)
    chosen = _chosen(request)
    form = RemovalForm(request.POST or None, chosen=bool(chosen), initial=request.GET.dict())
    if form.is_valid():
        try:
            ask_to_remove(by=request.user, **form.cleaned_data)
        except Refusal as refusal:
            form.add_error(None if chosen else "subject_id", refusal.sentence)
        else:
            messages.success(request, _("Asked. It is removed when a second person agrees."))
            return redirect("core:removals")
    waiting = removals.waiting_for(request.user)
    for row in waiting:
        row["why"] = REASONS[row["reason"]]
    context = {"form": form, "chosen": chosen, "waiting": waiting}
    return render(request, "core/removals.html", context, status=400 if form.is_bound else 200)


@require_POST
def agree(request, ask_id):
    """The second person agrees."""
    ask = get_object_or_404(RemovalAsk, pk=ask_id)
    kind, row, programme = removals.found(ask.subject_type, ask.subject_id)
    if not kind.may(request.user, row, programme):
        raise Http404(NOTHING_HERE)
    agree_to_remove(ask=ask, by=request.user)
    messages.success(request, _("It is removed. What proves that it was there stays."))
    return redirect("core:removals")
