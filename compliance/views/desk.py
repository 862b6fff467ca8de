"""The review desk."""

from django.contrib import messages
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from compliance import actions, queries
from compliance.forms import (
    TextForm,
)
from compliance.states import READ
from compliance.views.base import in_time_of, or_absent
from core.days import today
from core.words import long_date


def _desk(request, number):
    return or_absent(queries.desk_assessment(request.user, number))


@require_safe
def review(request, number):
    """What a lead assessor reads before a report is issued; afterwards the same, to read only."""
    found = _desk(request, number)
    if found.state not in READ:
        messages.info(request, _("%(number)s is not in review.") % {"number": number})
        return redirect("compliance:assessment", number)
    return _desk_page(request, found, request.GET.get("question", ""))


def _desk_page(request, found, question, form=None, stands=None, status=200):
    desk = or_absent(queries.review_desk(found, wanted=question, show=request.GET.get("show", "")))
    answer = desk.current.answer
    form = form or TextForm(initial={"text": answer.report_text, "seen": answer.revision})
    context = {
        "assessment": found,
        "desk": desk,
        "item": desk.current,
        "visit": queries.visit(found),
        "form": form,
        "stands": stands,
        "changed": stands is not None,
        "others": queries.in_other_languages(found, desk.current),
    }
    if found.state != "issued":
        context["window"] = queries.open_window(found)
        context |= _days(found, context["window"])
    if found.state != "in_review":
        replies = queries.replies_of(found)
        context["replies"] = [row for row in replies if row.reply]
        context["reply"] = next((row for row in replies if row.question.pk == desk.current.question.pk), None)
    context["second"] = _reads_second(request.user, found, desk)
    context["editable"] = found.state == "in_review" and desk.current.state != "information"
    with in_time_of(found.programme):
        return render(request, "compliance/review.html", context, status=status)


def _reads_second(user, found, desk):
    """May this person read the question a second time: drawn, not read twice yet, and not hers the first time?"""
    drawn = desk.draw and desk.current.question.key in desk.draw.keys and desk.reading is None
    review = desk.current.review
    return drawn and found.state == "in_review" and not (review and review.about == user.pk)


@require_POST
def save_text(request, number):
    """Keep the reviewer's words for one question; not over words somebody else wrote meanwhile."""
    found = _desk(request, number)
    question = request.POST.get("question", "")
    answer = found.answers.filter(question_key=question).first()
    form = TextForm(request.POST)
    if not form.is_valid():
        return _desk_page(request, found, question, form, status=400)
    if answer and form.cleaned_data["seen"] != answer.revision:
        again = TextForm(initial={"text": form.cleaned_data["text"], "seen": answer.revision})
        return _desk_page(request, found, question, again, stands=answer.report_text, status=409)
    actions.edit_report_text(assessment=found, question_key=question, text=form.cleaned_data["text"], by=request.user)
    messages.success(request, _("The report text is saved."))
    return redirect(_at_question(found, question))


@require_POST
def rest_on_permit(request, number):
    """The question rests on the paper of a permit of the factory, or no longer does."""
    found = _desk(request, number)
    question, permit_id = request.POST.get("question", ""), request.POST.get("permit", "")
    permit = or_absent(next((one for one in queries.permits_of(found) if str(one.pk) == permit_id), None))
    rests = request.POST.get("rests") == "yes"
    actions.rest_on_permit(assessment=found, question_key=question, permit=permit, rests=rests, by=request.user)
    messages.success(
        request, _("The answer rests on this paper.") if rests else _("The answer no longer rests on this paper.")
    )
    return redirect(_at_question(found, question))


def _at_question(found, question):
    return reverse("compliance:review", args=[found.number]) + f"?question={question}"


@require_POST
def judge(request, number):
    """Accept or return one answer, accept the rest, say something, draw the second reading, read a second time."""
    found, by = _desk(request, number), request.user
    verb, key, text = (request.POST.get(name, "") for name in ("verb", "question", "text"))
    one = {"assessment": found, "question_key": key, "by": by}
    if verb == "accept":
        actions.accept(assessment=found, question_keys=[key], by=by)
        key = request.POST.get("next") or key
    elif verb == "accept-rest":
        desk = queries.review_desk(found)
        n = actions.accept(assessment=found, question_keys=desk.acceptable if desk else [], by=by)
        words = ngettext("%(n)d answer is accepted.", "%(n)d answers are accepted.", n)
        messages.success(request, words % {"n": n})
    elif verb == "return":
        actions.return_question(**one, text=text)
    elif verb == "comment":
        actions.comment(**one, text=text)
    elif verb == "draw":
        actions.draw_second_reading(assessment=found, by=by)
    elif verb in ("holds", "differs"):
        actions.read_second(**one, agrees=verb == "holds", text=text)
    else:
        or_absent(None)
    return redirect(_at_question(found, key) if key else reverse("compliance:review", args=[number]))


@require_POST
def offer(request, number):
    """Let the factory read the draft."""
    window = actions.offer(assessment=_desk(request, number), by=request.user)
    said = _("The factory can read the draft and comment on it until %(day)s.")
    messages.success(request, said % {"day": long_date(window.until)})
    return redirect("compliance:review", number)


@require_POST
def decide_reply(request, number, draft_id):
    """Uphold, amend or withdraw a finding the factory answered."""
    found = _desk(request, number)
    draft = or_absent(queries.drafted(found, draft_id))
    outcome, reason, text = (request.POST.get(name, "") for name in ("outcome", "reason", "text"))
    actions.decide_reply(draft=draft, outcome=outcome, reason=reason, text=text, by=request.user)
    messages.success(request, _("The decision is kept. The factory reads it with its reason."))
    return redirect(_at_question(found, draft.question.key))


@require_POST
def take_back(request, number):
    """Take the draft back from the factory."""
    actions.take_back(assessment=_desk(request, number), by=request.user)
    messages.success(request, _("The factory no longer reads the draft. It is in review again."))
    return redirect("compliance:review", number)


@require_POST
def send_back(request, number):
    """Return an assessment to its assessors."""
    actions.send_back(assessment=_desk(request, number), by=request.user)
    messages.success(request, _("%(number)s is back with its assessors.") % {"number": number})
    return redirect("compliance:assessment", number)


def issue(request, number):
    """Says what becomes of the findings; then the report is issued or stays in review."""
    found = _desk(request, number)
    if request.method == "POST":
        report = actions.issue_report(assessment=found, by=request.user)
        messages.success(request, _("The report is issued. The factory can read it now."))
        return redirect("compliance:report", report.pk)
    if found.state not in READ[:2]:
        return redirect("compliance:assessment", number)
    context = {"assessment": found, "becomes": queries.becomes_of(found), "window": queries.open_window(found)}
    context |= _days(found, context["window"])
    return render(request, "compliance/issue.html", context)


def _days(found, window):
    """What the factory's window allows today: {is there one, may the report be issued}."""
    on = today(found.programme)
    offered = queries.is_offered(found.programme, on)
    return {"offered": offered, "may_issue": queries.window_is_over(window, on) if window else not offered}
