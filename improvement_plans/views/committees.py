"""Screens of committees: who sits, elections, meetings and their minutes. Thin."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from core.errors import Invalid, WrongState
from improvement_plans import actions, forms, queries
from improvement_plans.models import Election, Member
from improvement_plans.permissions import (
    check_can_contest,
    check_can_keep_committee,
    check_can_meet,
    committees_visible_to,
    plans_visible_to,
)
from improvement_plans.views.pages import found, refused, show


@require_GET
def committee_list(request):
    """Committees the person may look at; straight to the only one."""
    rows = queries.committees(request.user)
    page = Paginator(rows, 25).get_page(request.GET.get("page"))
    rows = list(page.object_list)
    if len(rows) == 1 and not page.has_other_pages():
        return redirect("improvement_plans:committee", rows[0].pk)
    return show(
        request, "improvement_plans/committees.html", {"page": page, "rows": rows}, here="committees",
        phone=bool(queries.seats_in_office(request.user)),
    )  # fmt: skip


def form_committee(request, plan_id):
    """Write down that the plan's factory has a committee."""
    plan = found(plans_visible_to(request.user).select_related("site__programme").filter(pk=plan_id).first())
    check_can_keep_committee(request.user, plan.site)
    form = forms.CommitteeForm(request.POST or None, initial={"kind": "bipartite"})
    code = 200
    if request.method == "POST":
        if form.is_valid():
            try:
                made = actions.create_committee(site=plan.site, by=request.user, **form.cleaned_data)
            except (Invalid, WrongState) as error:
                code = refused(form, error)
            else:
                return redirect("improvement_plans:committee", made.pk)
        else:
            code = 400
    context = {"plan": plan, "form": form}
    return show(request, "improvement_plans/form_committee.html", context, phone=False, status=code)


@require_GET
def committee(request, committee_id):
    """Who sits today, and whether the committee may decide."""
    view = found(queries.committee_view(request.user, committee_id))
    return _committee_page(request, view)


def _committee_page(request, view, status=200, **bound):
    context = {
        "view": view,
        "lines": queries.parity_lines(view.parity),
        "votes": queries.votes_of(view),
        "meetings": queries.meetings_of(view),
        "end_form": bound.get("end"),
    }
    phone = view.who.seat is not None
    return show(request, "improvement_plans/committee.html", context, here="committees", phone=phone, status=status)


def seat(request, committee_id):
    """Write down a new seat."""
    view = found(queries.committee_view(request.user, committee_id))
    site = view.committee.site
    check_can_keep_committee(request.user, site, "management" if view.who.manager else None)
    form = forms.SeatForm(request.POST or None, initial={"since": view.on}, committee=view.committee)
    status = 200
    if request.method == "POST":
        if form.is_valid():
            try:
                actions.seat_member(committee=view.committee, by=request.user, **form.seat())
            except (Invalid, WrongState) as error:
                status = refused(form, error)
            else:
                messages.success(request, _("The seat is written down."))
                return redirect("improvement_plans:committee", committee_id)
        else:
            status = 400
    return show(request, "improvement_plans/seat.html", {"view": view, "form": form}, phone=False, status=status)


@require_POST
def end_seat(request, member_id):
    """Write down the last day of a seat."""
    member = Member.objects.filter(pk=member_id).select_related("committee").first()
    view = found(member and queries.committee_view(request.user, member.committee_id))
    form = forms.EndSeatForm(request.POST)
    if not form.is_valid():
        return _committee_page(request, view, status=400, end=form)
    try:
        actions.end_seat(member=member, on=form.cleaned_data["on"], by=request.user)
    except (Invalid, WrongState) as error:
        return _committee_page(request, view, status=refused(form, error), end=form)
    messages.success(request, _("The seat’s last day is written down."))
    return redirect("improvement_plans:committee", member.committee_id)


# --- elections ----------------------------------------------------------------------------------------------------


def election(request, committee_id):
    """Write down an election as it was counted."""
    view = found(queries.committee_view(request.user, committee_id))
    check_can_keep_committee(request.user, view.committee.site)
    form = forms.ElectionForm(request.POST or None)
    status = 200
    if request.method == "POST":
        if form.is_valid():
            try:
                actions.record_election(committee=view.committee, by=request.user, **form.counted())
            except (Invalid, WrongState) as error:
                status = refused(form, error)
            else:
                messages.success(request, _("The election is written down."))
                return redirect("improvement_plans:committee", committee_id)
        else:
            status = 400
    return show(request, "improvement_plans/election.html", {"view": view, "form": form}, phone=False, status=status)


def _election(request, election_id):
    one = Election.objects.filter(pk=election_id, committee__in=committees_visible_to(request.user))
    return found(one.select_related("committee__site__programme").first())


def contest(request, election_id):
    """Say that an election was not fair, and why."""
    vote = _election(request, election_id)
    check_can_contest(request.user, vote.committee)
    return _why(
        request, vote, _("Contest the election"),
        lambda said: actions.contest_election(election=vote, by=request.user, **said),
        _("The election is contested now."),
    )  # fmt: skip


def settle(request, election_id):
    """The programme looked into it: the election stands, or not."""
    vote = _election(request, election_id)
    check_can_keep_committee(request.user, vote.committee.site)
    stands = request.POST.get("stands") == "yes"
    return _why(
        request, vote, _("Settle the contested election"),
        lambda said: actions.settle_election(election=vote, stands=stands, by=request.user, **said),
        _("It is settled."), settles=True,
    )  # fmt: skip


def _why(request, vote, title, act, said, settles=False):
    """A form of one reason about an election."""
    form = forms.WhyForm(request.POST or None, programme=vote.committee.site.programme)
    status = 200
    if request.method == "POST":
        if form.is_valid():
            try:
                act(form.cleaned_data)
            except (Invalid, WrongState) as error:
                status = refused(form, error)
            else:
                messages.success(request, said)
                return redirect("improvement_plans:committee", vote.committee_id)
        else:
            status = 400
    context = {"election": vote, "form": form, "title": title, "settles": settles}
    return show(request, "improvement_plans/why.html", context, here="committees", status=status)


# --- meetings -----------------------------------------------------------------------------------------------------


def plan_meeting(request, committee_id):
    """Name the day of a meeting; its agenda fills itself."""
    view = found(queries.committee_view(request.user, committee_id))
    check_can_meet(request.user, view.committee)
    form = forms.MeetingForm(request.POST or None, initial={"planned_on": view.on})
    status = 200
    if request.method == "POST":
        if form.is_valid():
            try:
                made = actions.plan_meeting(committee=view.committee, by=request.user, **form.cleaned_data)
            except (Invalid, WrongState) as error:
                status = refused(form, error)
            else:
                return redirect("improvement_plans:meeting", made.pk)
        else:
            status = 400
    phone = view.who.seat is not None
    context = {"view": view, "form": form}
    return show(request, "improvement_plans/plan_meeting.html", context, here="committees", phone=phone, status=status)


@require_GET
def meeting(request, meeting_id):
    """One meeting: agenda, who was there, minutes, signatures."""
    return _meeting_page(request, found(queries.meeting_view(request.user, meeting_id)))


def _meeting_page(request, view, status=200, **bound):
    context = {
        "view": view,
        "there": queries.there(view),
        "lines": queries.parity_lines(view.parity) if view.parity else [],
        "topic_form": bound.get("topic") or forms.TopicForm(programme=view.committee.site.programme),
        "sign_form": bound.get("sign")
        or forms.SignForm(initial={"edition": view.edition}, programme=view.committee.site.programme),
    }
    phone = view.who.seat is not None
    return show(request, "improvement_plans/meeting.html", context, here="committees", phone=phone, status=status)


@require_POST
def add_topic(request, meeting_id):
    """Put a thing on the agenda."""
    view = found(queries.meeting_view(request.user, meeting_id))
    form = forms.TopicForm(request.POST, programme=view.committee.site.programme)
    if not form.is_valid():
        return _meeting_page(request, view, status=400, topic=form)
    try:
        actions.add_topic(meeting=view.meeting, by=request.user, **form.cleaned_data)
    except (Invalid, WrongState) as error:
        return _meeting_page(request, view, status=refused(form, error), topic=form)
    return redirect("improvement_plans:meeting", meeting_id)


def minutes(request, meeting_id):
    """Write the minutes. What was typed stays on the phone until it arrived."""
    view = found(queries.meeting_view(request.user, meeting_id))
    check_can_meet(request.user, view.committee)
    form = forms.MinutesForm(request.POST or None, view=view)
    status = 200
    if request.method == "POST":
        if form.is_valid():
            try:
                actions.write_minutes(meeting=view.meeting, by=request.user, **form.written())
            except (Invalid, WrongState) as error:
                status = refused(form, error)
            else:
                messages.success(request, _("The minutes are written. Both co-chairs can sign."))
                return redirect("improvement_plans:meeting", meeting_id)
        else:
            status = 400
    phone = view.who.seat is not None
    context = {"view": view, "form": form}
    return show(request, "improvement_plans/minutes.html", context, here="committees", phone=phone, status=status)


@require_POST
def sign(request, meeting_id):
    """A co-chair signs the minutes, signs with a reservation, or does not sign."""
    view = found(queries.meeting_view(request.user, meeting_id))
    form = forms.SignForm(request.POST, programme=view.committee.site.programme)
    if not form.is_valid():
        return _meeting_page(request, view, status=400, sign=form)
    said = dict(form.cleaned_data)
    paper = found(view.meeting.minutes.filter(edition=said.pop("edition")).first())
    try:
        actions.sign_minutes(minutes=paper, by=request.user, **said)
    except (Invalid, WrongState) as error:
        return _meeting_page(request, view, status=refused(form, error), sign=form)
    messages.success(request, _("Your answer is signed."))
    return redirect("improvement_plans:meeting", meeting_id)


@require_GET
def sheet(request, meeting_id):
    """The sheet for the notice board: what was decided and promised, no name of a worker."""
    view = found(queries.meeting_view(request.user, meeting_id))
    return render(request, "improvement_plans/sheet.html", {"view": view, "there": queries.there(view)})
