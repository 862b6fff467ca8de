"""Assessments: the list, the plan of a visit, one of them, its evidence."""

from django.contrib import messages
from django.shortcuts import redirect, render
from django.utils.cache import get_conditional_response
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST, require_safe

from compliance import actions, permissions, queries, rules
from compliance.forms import (
    CancelForm,
    NotHeldForm,
    PlanForm,
    SubmitForm,
)
from compliance.states import OPEN, READ, STATES, VISITING
from compliance.views.base import in_time_of, or_absent, page_of
from core.access import has
from core.days import today
from core.errors import Invalid, Refusal
from core.roles import Right
from core.serving import stored_file


@require_safe
def assessments(request):
    """Assessments this person may see before issue; ?state= and ?q= narrow the list."""
    or_absent(queries.works_on_assessments(request.user))
    state, words = request.GET.get("state", ""), request.GET.get("q", "")
    context = {
        "page": page_of(request, queries.assessments(request.user, state=state, words=words)),
        "state": state if state in STATES else "",
        "words": words,
        "states": [(key, *queries.STATE_WORDS[key]) for key in STATES],
        "plans": queries.programmes_with(request.user, Right.PLAN_VISITS).exists(),
    }
    return render(request, "compliance/assessments.html", context)


def plan(request):
    """A programme manager plans a visit. Who manages several programmes names one with ?programme=."""
    managed = list(queries.programmes_with(request.user, Right.PLAN_VISITS))
    code = request.POST.get("programme") or request.GET.get("programme") or (managed[0].code if managed else "")
    programme = or_absent(next((programme for programme in managed if programme.code == code), None))
    form = PlanForm(request.POST or None, programme=programme, initial={"site": request.GET.get("site")})
    warnings, conflict, seen = [], False, ""
    if form.is_valid():
        given = dict(form.cleaned_data)
        warnings, seen, conflict = _spoken_against(programme, given)
        # What speaks against a plan is shown once before it is made; who made it then has seen it.
        if given.pop("seen") == seen:
            try:
                planned = actions.plan_assessment(programme=programme, by=request.user, **given)
            except Invalid as refusal:
                form.add_error("why" if refusal.code == "conflict" else None, refusal.sentence)
            else:
                messages.success(
                    request, _("%(number)s is planned. The factory sees nothing of it.") % {"number": planned}
                )
                return redirect("compliance:assessment", planned.number)
    context = {
        "form": form, "programme": programme, "managed": managed, "warnings": warnings, "conflict": conflict,
        "seen": seen,
    }  # fmt: skip
    return render(request, "compliance/plan.html", context, status=400 if form.is_bound else 200)


def _spoken_against(programme, given):
    """(sentences, a mark of what they are, whether a reason is needed) of what speaks against a plan."""
    (times,) = queries.times_of([programme])
    people = [given["lead"], *given["assessors"]]
    facts = queries.plan_facts(
        times=times, site=given["site"], people=people, first=given["planned_from"], last=given["planned_until"],
        interpreter=given["interpreter"],
    )  # fmt: skip
    found = rules.plan_warnings(facts)
    mark = " ".join(f"{code}:{about}" for code, about in found)
    return queries.warning_words(found, people), mark, any(code in rules.CONFLICTS for code, _about in found)


@require_safe
def assessment(request, number):
    """One assessment: who, when, how far."""
    return _assessment_page(request, or_absent(queries.assessment(request.user, number)))


def _assessment_page(request, assessment, form=None, status=200):
    user, programme = request.user, assessment.programme
    members = queries.people(assessment)
    progress = queries.progress(assessment)
    leads = any(member.lead and member.user_id == user.pk for member in members)
    if leads and assessment.state in OPEN[1:]:
        first = {"visited_on": assessment.visited_on or min(today(programme), assessment.planned_until)}
        form = form or SubmitForm(left=progress.left, initial=first)
    named = any(member.user_id == user.pk for member in members)
    discusses = named or permissions.can_review(user, assessment)
    context = {
        "assessment": assessment,
        "members": members,
        "progress": progress,
        "form": form,
        "reviews": permissions.can_review(user, assessment) and assessment.state in READ,
        "writes": named and assessment.state == "drafting" and has(user, Right.ASSESS, programme),
        "plans": has(user, Right.PLAN_VISITS, programme),
        "visit": queries.visit(assessment),
        "takes_draft": permissions.can_take_draft(user, assessment),
        "threads": queries.returned_questions(assessment) if discusses and assessment.submitted_at else (),
        "ends": permissions.can_end(user, assessment) and assessment.state in VISITING,
        "came_late": queries.correction_notes(assessment) if assessment.state == "issued" else (),
        "reports": queries.reports_of(user, assessment) if assessment.state == "issued" else (),
        "may_open_case": assessment.cycle and has(user, Right.OPEN_ZERO_TOLERANCE, programme),
    }
    with in_time_of(programme):
        return render(request, "compliance/assessment.html", context, status=status)


def cancel(request, number):
    """Says what calling off means; then the manager does it or keeps the visit."""
    found = or_absent(queries.assessment(request.user, number))
    or_absent(has(request.user, Right.PLAN_VISITS, found.programme))
    form = CancelForm(request.POST or None)
    if form.is_valid():
        actions.cancel(assessment=found, by=request.user, **form.cleaned_data)
        messages.success(request, _("%(number)s is called off.") % {"number": number})
        return redirect("compliance:assessment", number)
    status = 400 if form.is_bound else 200
    return render(request, "compliance/cancel.html", {"assessment": found, "form": form}, status=status)


def not_held(request, number):
    """The lead or the manager writes down that a visit did not take place, and why."""
    found = or_absent(queries.assessment(request.user, number))
    or_absent(permissions.can_end(request.user, found) and found.state in VISITING)
    first = {"visited_on": min(today(found.programme), found.planned_until)}
    form = NotHeldForm(request.POST or None, initial=first)
    if form.is_valid():
        try:
            actions.end_not_held(assessment=found, by=request.user, **form.cleaned_data)
        except Refusal as refusal:
            form.add_error(None, refusal.sentence)
        else:
            messages.success(
                request, _("%(number)s did not take place. The cycle is open for another visit.") % {"number": number}
            )
            return redirect("compliance:assessment", number)
    status = 400 if form.is_bound else 200
    return render(request, "compliance/not_held.html", {"assessment": found, "form": form}, status=status)


@require_POST
def submit(request, number):
    """The lead sends the assessment to review."""
    found = or_absent(queries.assessment(request.user, number))
    form = SubmitForm(request.POST, left=queries.progress(found).left)
    if not form.is_valid():
        return _assessment_page(request, found, form, status=400)
    if "drafting" in request.POST:
        actions.hand_in(assessment=found, by=request.user, visited_on=form.cleaned_data["visited_on"])
        messages.success(request, _("The visit is over. Its words are still being written."))
        return redirect("compliance:assessment", number)
    given = {"rest_not_asked": False} | form.cleaned_data
    actions.submit(assessment=found, by=request.user, **given)
    found.refresh_from_db()
    held = _("%(number)s is in review.") if found.state == "in_review" else _("%(number)s did not take place.")
    messages.success(request, held % {"number": number})
    return redirect("compliance:assessment", number)


@require_POST
def comment(request, number):
    """An assessor answers a reviewer, about one question."""
    found = or_absent(queries.assessment(request.user, number))
    key, text = request.POST.get("question", ""), request.POST.get("text", "")
    actions.comment(assessment=found, question_key=key, text=text, by=request.user)
    messages.success(request, _("Your words stand with the question. Staff alone read them."))
    return redirect("compliance:assessment", number)


@require_GET
def evidence(request, evidence_id):
    """A photo or document, served so that a browser does nothing else with it; a photo with its covers.

    A browser asks each time whether it still has the right one: a part may have been covered since.
    """
    kept = or_absent(queries.evidence(request.user, evidence_id))
    shown = queries.shown_file(kept)
    unchanged = get_conditional_response(request, etag=f'"{shown}"')
    answer = unchanged or stored_file(shown, kept.media_type, kept.pk, keep="private, no-cache")
    answer["ETag"] = f'"{shown}"'
    return answer
