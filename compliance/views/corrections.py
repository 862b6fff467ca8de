"""Corrections of an issued report: asked for at the report, decided by a lead assessor."""

from django.contrib import messages
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from compliance import actions, queries
from compliance.forms import CorrectionForm
from compliance.views.base import in_time_of, or_absent
from core.errors import Refusal


@require_POST
def ask_for_correction(request, report_id):
    """Keep what somebody says is wrong in a report."""
    found = or_absent(queries.report(request.user, report_id))
    key, text = request.POST.get("question", ""), request.POST.get("text", "")
    try:
        actions.ask_for_correction(report=found, question_key=key, text=text, by=request.user)
    except Refusal as refusal:
        messages.error(request, refusal.sentence)
    else:
        messages.success(request, _("Your request is kept. A lead assessor decides on it."))
    return redirect("compliance:report", found.pk)


def correction(request, ask_id):
    """A lead assessor corrects the report, or leaves it and says why."""
    ask = or_absent(queries.correction_ask(request.user, ask_id))
    about = ask.question_key or request.GET.get("question", "")
    form = CorrectionForm(request.POST or None, report=ask.report, question_key=about)
    if form.is_valid():
        given = form.cleaned_data
        try:
            if given["outcome"] == "refused":
                actions.refuse_correction(ask=ask, reason=given["reason"], by=request.user)
                messages.success(request, _("The report stays as it is. Whoever asked reads why."))
                return redirect("compliance:report", ask.report_id)
            made = actions.correct(
                ask=ask, reason=given["reason"], by=request.user, question_key=given["question"], state=given["state"],
                text=given["text"], extent_n=given["extent_n"], extent_of=given["extent_of"], where=given["where"],
            )  # fmt: skip
        except Refusal as refusal:
            form.add_error(None, refusal.sentence)
        else:
            messages.success(request, _("The new version is issued. The old one says that it is superseded."))
            return redirect("compliance:report", made.pk)
    context = {"ask": ask, "report": ask.report, "form": form, "about": about}
    with in_time_of(ask.report.assessment.programme):
        return render(request, "compliance/correction.html", context, status=400 if form.is_bound else 200)
