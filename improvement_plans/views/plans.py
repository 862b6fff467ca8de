"""Screens of plans: thin. A query reads, an action writes, a refusal stands beside the words that were typed."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from core import access, statuses
from core.days import today
from core.errors import NOTHING_HERE, Invalid, WrongState
from improvement_plans import actions, forms, queries, rules
from improvement_plans.permissions import (
    KEEPS_COMMITTEES,
    SEES_PLANS,
    check_can_change,
    items_visible_to,
    plans_visible_to,
    standing,
)
from improvement_plans.views.pages import found, refused, show

# --- lists --------------------------------------------------------------------------------------------------------


@require_GET
def mine(request):
    """What waits for the person: one question on top, then the rest by urgency."""
    cards = queries.my_items(request.user)
    first = cards[0] if cards and cards[0].waits else None
    return show(
        request,
        "improvement_plans/mine.html",
        {"first": first, "cards": cards[1:] if first else cards, "duty": any(one.item.duty for one in cards)},
        here="mine",
    )


@require_GET
def plan_list(request):
    """Plans the person may read, with how many items stand where."""
    page = Paginator(queries.plans(request.user), 25).get_page(request.GET.get("page"))
    counts = queries.counts_of(page.object_list)
    rows = [
        (plan, [(key, f"{statuses.status(key).word}: {n}") for key, n in counts[plan.pk].items() if n])
        for plan in page.object_list
    ]
    held = access.held_in(request)
    context = {"page": page, "rows": rows, "staff": held.any(*SEES_PLANS), "keeps": held.any(*KEEPS_COMMITTEES)}
    phone = bool(queries.seats_in_office(request.user))
    return show(request, "improvement_plans/plans.html", context, here="plans", phone=phone)


@require_GET
def board(request, plan_id):
    """One plan: a column per word that outsiders read; on a phone a list per word."""
    shown = found(queries.board(request.user, plan_id, access.held_in(request)))
    context = {"board": shown, "plan": shown.plan}
    return show(request, "improvement_plans/board.html", context, here="plans", phone=shown.seated)


@require_POST
def place(request, item_id):
    """Put an item before another of its column on the committee's board. Facts and columns stay as they are."""
    item = found(items_visible_to(request.user).filter(pk=item_id).first())
    shown = found(queries.board(request.user, item.plan_id, access.held_in(request)))
    order = rules.placed(shown.order, str(item.pk), request.POST.get("before", ""))
    actions.place_item(item=item, order=order, by=request.user)
    if request.POST.get("stays"):  # the script moved the card already
        return HttpResponse(status=204)
    return redirect(f"{reverse('improvement_plans:board', args=[item.plan_id])}#item-{item.pk}")


@require_GET
def to_check(request):
    """Reported fixes that nobody of the programme looked at: what a public finding is about first."""
    held = access.held_in(request)
    if not queries.may_look(held):
        raise Http404(NOTHING_HERE)
    form = forms.QueueForm(request.GET or None)
    asked = form.cleaned_data if form.is_valid() else {}
    page = queries.to_check(request.user, held, page=request.GET.get("page"), **asked)
    return show(request, "improvement_plans/to_check.html", {"page": page, "form": form}, phone=False)


# --- one item -----------------------------------------------------------------------------------------------------


def _item_page(request, view, status=200, **bound):
    """The item with its forms; `bound` holds the one that was sent back."""
    programme = view.plan.site.programme
    context = {
        "view": view,
        "lines": queries.parity_lines(view.parity) if view.parity else [],
        "answer_form": bound.get("answer")
        or forms.AnswerForm(
            initial={"about": view.about, "edition": view.edition}, auto_id="answer_%s", programme=programme
        ),
        "report_form": bound.get("report") or forms.ReportForm(auto_id="report_%s", programme=programme),
        "verify_form": bound.get("verify") or forms.VerifyForm(auto_id="verify_%s", programme=programme),
        "reopen_form": bound.get("reopen") or forms.ReopenForm(auto_id="reopen_%s", programme=programme),
        "step_form": bound.get("step"),
    }
    phone = view.who.seat is not None
    return show(request, "improvement_plans/item.html", context, here="mine", phone=phone, status=status)


@require_GET
def item(request, item_id):
    """One item: what will change, who signed, what is known of its fix, and what the reader may do."""
    return _item_page(request, found(queries.item_view(request.user, item_id)))


def _act(request, item_id, name, form_class, act, said):
    """Take a form of the item's page, call one action, go back to the page."""
    view = found(queries.item_view(request.user, item_id))
    form = form_class(request.POST, auto_id=f"{name}_%s", programme=view.plan.site.programme)
    if not form.is_valid():
        return _item_page(request, view, status=400, **{name: form})
    try:
        act(view.item, form.cleaned_data)
    except (Invalid, WrongState) as error:
        return _item_page(request, view, status=refused(form, error), **{name: form})
    messages.success(request, said)
    if view.who.only_checks:
        return redirect("improvement_plans:to-check")  # what is checked is no longer hers to see
    return redirect("improvement_plans:item", item_id)


@require_POST
def answer(request, item_id):
    """A co-chair agrees, agrees with a remark, or does not agree."""

    def sign(item, data):
        act = actions.decline_item if request.POST.get("decision") == "declined" else actions.agree_item
        act(item=item, by=request.user, **data)

    return _act(request, item_id, "answer", forms.AnswerForm, sign, _("Your answer is signed."))


@require_POST
def report(request, item_id):
    """The factory says that it is fixed."""
    return _act(
        request, item_id, "report", forms.ReportForm,
        lambda item, data: actions.report_done(item=item, by=request.user, **data),
        _("Reported fixed. Nobody has checked yet."),
    )  # fmt: skip


@require_POST
def mark_step(request, item_id):
    """Say of one step that it is done, or is not after all."""
    return _act(
        request, item_id, "step", forms.StepForm,
        lambda item, data: actions.mark_step(item=item, by=request.user, **data),
        _("It is written down."),
    )  # fmt: skip


@require_POST
def verify(request, item_id):
    """An adviser or assessor looked, and it is fixed."""
    return _act(
        request, item_id, "verify", forms.VerifyForm,
        lambda item, data: actions.verify_item(item=item, by=request.user, **data),
        _("Verified fixed."),
    )  # fmt: skip


@require_POST
def reopen(request, item_id):
    """An adviser or assessor looked, and it is not fixed."""
    return _act(
        request, item_id, "reopen", forms.ReopenForm,
        lambda item, data: actions.reopen_item(item=item, by=request.user, **data),
        _("Open again. The committee sees why."),
    )  # fmt: skip


def change(request, item_id):
    """Plan the item, or change what is planned and say why."""
    view = found(queries.item_view(request.user, item_id))
    check_can_change(request.user, view.plan)
    item = view.item
    initial = {
        "steps": item.steps, "cause": item.cause, "due_on": item.due_on,
        "responsible": item.responsible_id, "witness": item.witness_id, "expected": item.expected,
        "cost": item.cost, "saving": item.saving, "currency": item.currency, "priority": item.priority,
    }  # fmt: skip
    form = forms.ChangeForm(
        request.POST or None, initial=initial, plan=view.plan, who=view.who, on=view.on, planned=item.planned
    )
    status = 200
    if request.method == "POST":
        if form.is_valid():
            try:
                reason = form.cleaned_data.get("reason", "")
                actions.change_item(item=item, reason=reason, by=request.user, **form.planned())
            except (Invalid, WrongState) as error:
                status = refused(form, error)
            else:
                messages.success(request, _("The plan is written down. Both co-chairs are asked."))
                return redirect("improvement_plans:item", item_id)
        else:
            status = 400
    return show(
        request, "improvement_plans/change.html", {"view": view, "item": item, "form": form, "back": item_id},
        phone=view.who.seat is not None, status=status,
    )  # fmt: skip


def add(request, plan_id):
    """Add the committee's own idea."""
    plan = found(
        plans_visible_to(request.user).select_related("site__programme", "committee").filter(pk=plan_id).first()
    )
    check_can_change(request.user, plan)
    who = standing(request.user, plan)
    on = today(plan.site.programme)
    form = forms.IdeaForm(request.POST or None, plan=plan, who=who, on=on, planned=False)
    status = 200
    if request.method == "POST":
        if form.is_valid():
            try:
                made = actions.add_item(plan=plan, issue=form.cleaned_data["issue"], by=request.user, **form.planned())
            except (Invalid, WrongState) as error:
                status = refused(form, error)
            else:
                messages.success(request, _("The idea is in the plan."))
                return redirect("improvement_plans:item", made.pk)
        else:
            status = 400
    return show(
        request, "improvement_plans/add.html", {"plan": plan, "form": form}, phone=who.seat is not None, status=status
    )
