"""Screens of progress reports, of what buyers will change, of a firm's plans together, and the plan on paper. Thin."""

from django.contrib import messages
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from core import access
from core.errors import NOTHING_HERE, Denied, Invalid, WrongState
from improvement_plans import actions, forms, queries
from improvement_plans.permissions import can_write_progress, check_can_write_progress, plans_visible_to, standing
from improvement_plans.views.pages import found, refused, show


def _plan(request, plan_id):
    shown = plans_visible_to(request.user).select_related("site__programme", "cycle", "committee")
    return found(shown.filter(pk=plan_id).first())


def _page(request, plan, form=None, end_form=None, status=200):
    who = standing(request.user, plan)
    buyers = queries.buyers_of(request.user, plan)
    context = {
        "plan": plan,
        "who": who,
        "reports": queries.progress_of(plan),
        "writes": plan.cycle_id and can_write_progress(request.user, plan),
        "pledges": queries.pledges_of(request.user, plan, who.inside),
        "form": form or (forms.PledgeForm(buyers=buyers, programme=plan.site.programme) if buyers else None),
        "end_form": end_form,
        "end_language": forms.EndPledgeForm(programme=plan.site.programme, auto_id=False)["language"],
    }
    return show(
        request, "improvement_plans/progress.html", context, here="plans", phone=who.seat is not None, status=status
    )


@require_GET
def progress(request, plan_id):
    """The progress reports of a plan, and what buyers will change."""
    return _page(request, _plan(request, plan_id))


def write_progress(request, plan_id):
    """Write a progress report, beginning with what is known."""
    plan = _plan(request, plan_id)
    check_can_write_progress(request.user, plan)
    begun = queries.prefilled(plan)
    form = forms.ProgressForm(
        request.POST or None, initial={key: begun[key] for key in ("number", "dialogue")},
        programme=plan.site.programme,
    )  # fmt: skip
    status = 200
    if request.method == "POST":
        status = 400
        if form.is_valid():
            try:
                report = actions.issue_progress(plan=plan, by=request.user, **form.written())
            except (Invalid, WrongState) as error:
                status = refused(form, error)
            else:
                messages.success(request, _("The progress report is issued. It is not changed any more."))
                return redirect("improvement_plans:progress-report", report.pk)
    facts = begun["facts"]
    context = {
        "plan": plan,
        "form": form,
        "facts": facts,
        "counts": [(key, n) for key, n in facts["counts"].items() if n],
        "edition": plan.progress_reports.count(),
    }
    return show(request, "improvement_plans/write_progress.html", context, phone=False, status=status)


@require_GET
def progress_report(request, report_id):
    """An issued progress report, to read and to print."""
    view = found(queries.progress_view(request.user, report_id))
    return render(request, "improvement_plans/progress_report.html", {"view": view})


@require_POST
def make_pledge(request, plan_id):
    """A buyer says what it will change."""
    plan = _plan(request, plan_id)
    buyers = queries.buyers_of(request.user, plan)
    if not buyers:
        raise Denied(NOTHING_HERE)
    form = forms.PledgeForm(request.POST, buyers=buyers, programme=plan.site.programme)
    if not form.is_valid():
        return _page(request, plan, form, status=400)
    try:
        actions.make_pledge(plan=plan, by=request.user, **form.pledged())
    except (Invalid, WrongState) as error:
        return _page(request, plan, form, status=refused(form, error))
    messages.success(request, _("It is written down. Committee, factory and programme read it."))
    return redirect("improvement_plans:progress", plan_id)


@require_POST
def end_pledge(request, pledge_id):
    """A buyer did what it said, or takes it back."""
    pledge = found(queries.pledge(request.user, pledge_id))
    form = forms.EndPledgeForm(request.POST, programme=pledge.plan.site.programme)
    if not form.is_valid():
        return _page(request, pledge.plan, end_form=form, status=400)
    try:
        actions.end_pledge(pledge=pledge, by=request.user, **form.cleaned_data)
    except (Invalid, WrongState) as error:
        return _page(request, pledge.plan, end_form=form, status=refused(form, error))
    messages.success(request, _("It is written down."))
    return redirect("improvement_plans:progress", pledge.plan_id)


@require_GET
def plan_sheet(request, plan_id):
    """The plan for the notice board: what, how far, by when. Nobody is named and nothing typed about anybody."""
    shown = found(queries.board(request.user, plan_id, access.held_in(request)))
    return render(request, "improvement_plans/plan_sheet.html", {"board": shown, "plan": shown.plan})


@require_GET
def group(request, enterprise_id):
    """The plans of all factories of a firm, as far as the person may read them."""
    view = found(queries.group(request.user, enterprise_id))
    return show(request, "improvement_plans/group.html", {"view": view}, here="plans", phone=False)
