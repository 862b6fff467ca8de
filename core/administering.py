"""Administrator sessions on screens: open, close, the banner, and the record of every request made in one."""

from django import forms
from django.contrib import messages
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from core import access, audit
from core.actions.administrators import close_session, open_session
from core.errors import NOTHING_HERE, Refusal
from core.models import AdministratorSession, Programme
from core.roles import Right

SHOWN = 20  # sessions of the past, of all administrators of these programmes
REASONS = [
    ("person-asked", gettext_lazy("A person asked about her own data")),
    ("fault-reported", gettext_lazy("A fault was reported")),
    ("data-repair", gettext_lazy("Data is put right")),
    ("authority-asked", gettext_lazy("An authority asked")),
]


def open_sessions(user):
    """Sessions of this person that are open now."""
    now = timezone.now()
    return AdministratorSession.objects.filter(user_id=user.pk, ended_at=None, until__gt=now).select_related(
        "programme"
    )


class AdministratorRequests:
    """Writes one audit row for each request somebody makes while her administrator session is open."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        return self.get_response(request)

    def process_view(self, request, view, args, kwargs):
        path = request.path
        if not path.startswith(("/app/", "/api/", "/cms/")) or not request.user.is_authenticated:
            return
        until = request.user.administering_until
        # Kept on the person's row, which is read anyway: for everybody else this costs no question.
        if until is None or until < timezone.now():
            request.administrator_sessions = []
            return
        request.administrator_sessions = list(open_sessions(request.user))
        for session in request.administrator_sessions:
            audit.record(
                "admin.request", session, by=request.user, programme=session.programme,
                view=(request.resolver_match.view_name or "unnamed")[:80], method=request.method[:10],
            )  # fmt: skip
        return


class SessionForm(forms.Form):
    programme = forms.ModelChoiceField(Programme.objects.none(), label=gettext_lazy("Programme"))
    reason = forms.ChoiceField(label=gettext_lazy("Why"), choices=REASONS, widget=forms.RadioSelect)
    request = forms.RegexField(
        r"^[A-Za-z0-9][A-Za-z0-9./-]{1,39}$", label=gettext_lazy("Number of the request"), max_length=40,
        help_text=gettext_lazy("As it stands in your book of requests, such as 2026-114. No names."),
    )  # fmt: skip
    minutes = forms.IntegerField(
        label=gettext_lazy("Minutes"), min_value=5, max_value=120, initial=60, help_text=gettext_lazy("At most 120.")
    )

    def __init__(self, *args, programmes, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["programme"].queryset = programmes
        if len(programmes) == 1:
            self.fields["programme"].initial = programmes[0]


def sessions(request):
    """Open sessions of one's own, the form to open one, and who opened one lately. For administrators."""
    programmes = Programme.objects.filter(pk__in=access.anchors(request.user, Right.ADMINISTER, Programme))
    if not programmes.exists():
        raise Http404(NOTHING_HERE)
    form = SessionForm(request.POST or None, programmes=programmes)
    if form.is_valid():
        try:
            open_session(by=request.user, **form.cleaned_data)
        except Refusal as refusal:
            form.add_error(None, refusal.sentence)
        else:
            messages.success(request, _("The session is open. Everything you do in it is written down."))
            return redirect("core:administrator-sessions")
    before = AdministratorSession.objects.filter(programme__in=programmes).select_related("programme", "user")
    before = before.order_by("-since")[:SHOWN]
    for row in before:
        row.why = dict(REASONS).get(row.reason, row.reason)
    context = {
        "form": form,
        "sessions": open_sessions(request.user),
        "before": before,
    }
    return render(request, "core/administrator_sessions.html", context, status=400 if form.is_bound else 200)


@require_POST
def close(request, session_id):
    """End one's own session."""
    close_session(session=get_object_or_404(open_sessions(request.user), pk=session_id), by=request.user)
    messages.success(request, _("The session has ended."))
    return redirect("core:administrator-sessions")
