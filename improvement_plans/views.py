"""Screens of plans: thin. A query reads, an action writes, a refusal stands beside the words that were typed."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from core import statuses
from core.days import today
from core.errors import NOTHING_HERE, Invalid, WrongState
from improvement_plans import actions, forms, queries
from improvement_plans.models import Member
from improvement_plans.permissions import check_can_change, check_can_keep_committee, plans_visible_to, standing

PHONE, DESK = "core/phone.html", "core/desk.html"


def _found(thing):
    if thing is None:
        raise Http404(NOTHING_HERE)
    return thing


def _page(request, template, context, *, here="", phone=True, status=200):
    """Render on the phone's base with its four places, or on the desk's."""
    places = [
        (_("Mine"), "home", "mine"),
        (_("All"), "list", "plans"),
        (_("Committee"), "people", "committees"),
    ]
    bar = [
        {"title": title, "icon": icon, "url": reverse(f"improvement_plans:{name}"), "current": name == here}
        for title, icon, name in places
    ]
    bar.append({"title": _("Today"), "icon": "cal", "url": reverse("core:home"), "current": False})
    context = context | {"base": PHONE if phone else DESK, "phone_nav": bar if phone else None}
    return render(request, template, context, status=status)


def _refused(form, error):
    """Put an action's refusal into the form, so that nothing typed is lost. Returns the status to answer with."""
    form.add_error(None, error.sentence)
    return 409 if isinstance(error, WrongState) else 400


# --- lists --------------------------------------------------------------------------------------------------------


@require_GET
def mine(request):
    """What waits for the person: one question on top, then the rest by urgency."""
    cards = queries.my_items(request.user)
    first = cards[0] if cards and cards[0].waits else None
    return _page(
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
    return _page(
        request, "improvement_plans/plans.html", {"page": page, "rows": rows}, here="plans",
        phone=bool(queries.seats_in_office(request.user)),
    )  # fmt: skip


@require_GET
def board(request, plan_id):
    """One plan: a column per word that outsiders read; on a phone a list per word."""
    shown = _found(queries.board(request.user, plan_id))
    context = {"board": shown, "plan": shown.plan}
    return _page(request, "improvement_plans/board.html", context, here="plans", phone=shown.seated)


# --- one item -----------------------------------------------------------------------------------------------------


def _item_page(request, view, status=200, **bound):
    """The item with its forms; `bound` holds the one that was sent back."""
    context = {
        "view": view,
        "lines": queries.parity_lines(view.parity) if view.parity else [],
        "answer_form": bound.get("answer")
        or forms.AnswerForm(initial={"about": view.about, "edition": view.edition}, auto_id="answer_%s"),
        "report_form": bound.get("report") or forms.ReportForm(auto_id="report_%s"),
        "verify_form": bound.get("verify") or forms.VerifyForm(auto_id="verify_%s"),
        "reopen_form": bound.get("reopen") or forms.ReopenForm(auto_id="reopen_%s"),
    }
    phone = view.who.seat is not None
    return _page(request, "improvement_plans/item.html", context, here="mine", phone=phone, status=status)


@require_GET
def item(request, item_id):
    """One item: what will change, who signed, what is known of its fix, and what the reader may do."""
    return _item_page(request, _found(queries.item_view(request.user, item_id)))


def _act(request, item_id, name, form_class, act, said):
    """Take a form of the item's page, call one action, go back to the page."""
    view = _found(queries.item_view(request.user, item_id))
    form = form_class(request.POST, auto_id=f"{name}_%s")
    if not form.is_valid():
        return _item_page(request, view, status=400, **{name: form})
    try:
        act(view.item, form.cleaned_data)
    except (Invalid, WrongState) as error:
        return _item_page(request, view, status=_refused(form, error), **{name: form})
    messages.success(request, said)
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
    view = _found(queries.item_view(request.user, item_id))
    check_can_change(request.user, view.plan)
    item = view.item
    initial = {
        "steps": item.steps, "cause": item.cause, "due_on": item.due_on,
        "responsible": item.responsible_id, "witness": item.witness_id,
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
                status = _refused(form, error)
            else:
                messages.success(request, _("The plan is written down. Both co-chairs are asked."))
                return redirect("improvement_plans:item", item_id)
        else:
            status = 400
    return _page(
        request, "improvement_plans/change.html", {"view": view, "item": item, "form": form, "back": item_id},
        phone=view.who.seat is not None, status=status,
    )  # fmt: skip


def add(request, plan_id):
    """Add the committee's own idea."""
    plan = _found(
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
                status = _refused(form, error)
            else:
                messages.success(request, _("The idea is in the plan."))
                return redirect("improvement_plans:item", made.pk)
        else:
            status = 400
    return _page(
        request, "improvement_plans/add.html", {"plan": plan, "form": form}, phone=who.seat is not None, status=status
    )


# --- committees ---------------------------------------------------------------------------------------------------


@require_GET
def committee_list(request):
    """Committees the person may look at; straight to the only one."""
    found = queries.committees(request.user)
    page = Paginator(found, 25).get_page(request.GET.get("page"))
    rows = list(page.object_list)
    if len(rows) == 1 and not page.has_other_pages():
        return redirect("improvement_plans:committee", rows[0].pk)
    return _page(
        request, "improvement_plans/committees.html", {"page": page, "rows": rows}, here="committees",
        phone=bool(queries.seats_in_office(request.user)),
    )  # fmt: skip


def form_committee(request, plan_id):
    """Write down that the plan's factory has a committee."""
    plan = _found(plans_visible_to(request.user).select_related("site__programme").filter(pk=plan_id).first())
    check_can_keep_committee(request.user, plan.site)
    form = forms.CommitteeForm(request.POST or None, initial={"kind": "bipartite"})
    code = 200
    if request.method == "POST":
        if form.is_valid():
            try:
                made = actions.create_committee(site=plan.site, by=request.user, **form.cleaned_data)
            except (Invalid, WrongState) as error:
                code = _refused(form, error)
            else:
                return redirect("improvement_plans:committee", made.pk)
        else:
            code = 400
    context = {"plan": plan, "form": form}
    return _page(request, "improvement_plans/form_committee.html", context, phone=False, status=code)


@require_GET
def committee(request, committee_id):
    """Who sits today, and whether the committee may decide."""
    view = _found(queries.committee_view(request.user, committee_id))
    return _committee_page(request, view)


def _committee_page(request, view, status=200, **bound):
    context = {"view": view, "lines": queries.parity_lines(view.parity), "end_form": bound.get("end")}
    phone = view.who.seat is not None
    return _page(request, "improvement_plans/committee.html", context, here="committees", phone=phone, status=status)


def seat(request, committee_id):
    """Write down a new seat."""
    view = _found(queries.committee_view(request.user, committee_id))
    site = view.committee.site
    check_can_keep_committee(request.user, site, "management" if view.who.manager else None)
    form = forms.SeatForm(request.POST or None, initial={"since": view.on})
    status = 200
    if request.method == "POST":
        if form.is_valid():
            try:
                actions.seat_member(committee=view.committee, by=request.user, **form.seat())
            except (Invalid, WrongState) as error:
                status = _refused(form, error)
            else:
                messages.success(request, _("The seat is written down."))
                return redirect("improvement_plans:committee", committee_id)
        else:
            status = 400
    return _page(request, "improvement_plans/seat.html", {"view": view, "form": form}, phone=False, status=status)


@require_POST
def end_seat(request, member_id):
    """Write down the last day of a seat."""
    member = Member.objects.filter(pk=member_id).select_related("committee").first()
    view = _found(member and queries.committee_view(request.user, member.committee_id))
    form = forms.EndSeatForm(request.POST)
    if not form.is_valid():
        return _committee_page(request, view, status=400, end=form)
    try:
        actions.end_seat(member=member, on=form.cleaned_data["on"], by=request.user)
    except (Invalid, WrongState) as error:
        return _committee_page(request, view, status=_refused(form, error), end=form)
    messages.success(request, _("The seat’s last day is written down."))
    return redirect("improvement_plans:committee", member.committee_id)
