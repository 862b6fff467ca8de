"""What a factory says in public of a finding: written at its report, read by a lead assessor before it is published."""

from django.contrib import messages
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from compliance import actions, queries
from compliance.forms import PublicReplyForm
from compliance.views.base import in_time_of, or_absent
from compliance.views.reports import shown
from core.access import has
from core.errors import Refusal
from core.roles import Right


@require_http_methods(["GET", "HEAD", "POST"])
def write_public_reply(request, report_id):
    """Keep what a factory's manager, or staff for another party, want to say in public of a finding.

    Refused, the words stay on the screen. Asked for again as a page, it is the report.
    """
    found = or_absent(queries.report(request.user, report_id))
    if request.method != "POST":
        return redirect("compliance:report", found.pk)
    given = {name: request.POST.get(name, "") for name in ("text", "language")}
    key = request.POST.get("question", "")
    manages = has(request.user, Right.MANAGE_FACTORY, found.assessment.cycle.site)
    party = "" if manages else queries.duty_of(found, key)
    try:
        actions.write_public_reply(report=found, question_key=key, party=party, by=request.user, **given)
    except Refusal as refusal:
        return shown(request, found, unsaid=given | {"question": key, "refused": refusal.sentence})
    else:
        messages.success(request, _("Your words are kept. A lead assessor reads them before they are published."))
    return redirect("compliance:report", found.pk)


def public_reply(request, reply_id):
    """A lead assessor lets it be published, or returns it and says why."""
    reply = or_absent(queries.public_reply(request.user, reply_id))
    form = PublicReplyForm(request.POST or None)
    if form.is_valid():
        accepted = form.cleaned_data["outcome"] == "accepted"
        try:
            actions.decide_public_reply(
                reply=reply, accepted=accepted, reason=form.cleaned_data["reason"], by=request.user
            )
        except Refusal as refusal:
            form.add_error(None, refusal.sentence)
        else:
            said = (
                _("It appears with the next release.") if accepted else _("It is not published. Its writer reads why.")
            )
            messages.success(request, said)
            return redirect("core:home")
    context = {"reply": reply, "form": form, "decides": reply.said_by_id != request.user.pk}
    with in_time_of(reply.assessment.programme):
        return render(request, "compliance/public_reply.html", context, status=400 if form.is_bound else 200)
