"""Screens of an advisory committee: the programme's manager writes, its members read. Thin."""

from django.contrib import messages
from django.http import Http404
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from core import access
from core.errors import NOTHING_HERE
from core.serving import stored_file
from improvement_plans import actions, forms, queries
from improvement_plans.models import AdvisorySeat
from improvement_plans.permissions import SEES_PLANS, check_can_keep_advisory
from improvement_plans.views.pages import found, sent, show


def advisory_list(request):
    """The advisory committees she may read, straight to the only one; a manager writes down the first."""
    rows, without = list(queries.advisory_committees(request.user)), queries.programmes_without(request.user)
    if not rows and not access.held_in(request).any(*SEES_PLANS):
        raise Http404(NOTHING_HERE)
    if len(rows) == 1 and not without:
        return redirect("improvement_plans:advisory", rows[0].pk)
    form = forms.AdvisoryForm(request.POST or None, programmes=without) if without else None
    made, status = sent(
        request, form, lambda: actions.create_advisory(by=request.user, **form.cleaned_data)
    )  # fmt: skip
    if made:
        return redirect("improvement_plans:advisory", made.pk)
    return _show(request, "list", {"rows": rows, "form": form}, status)


def _show(request, name, context, status=200):
    return show(request, f"improvement_plans/advisory/{name}.html", context, phone=False, status=status)


@require_GET
def advisory(request, committee_id):
    """Who sits for which group, its meetings, who came over time, and figures over all factories."""
    return _page(request, found(queries.advisory_view(request.user, committee_id)))


def _page(request, view, status=200, end_form=None):
    return _show(request, "committee", {"view": view, "end_form": end_form}, status)


def _kept(request, view):
    """The view, for who keeps the committee."""
    check_can_keep_advisory(request.user, found(view).committee.programme)
    return view


def advisory_seat(request, committee_id):
    """Write down a seat."""
    view = _kept(request, queries.advisory_view(request.user, committee_id))
    form = forms.AdvisorySeatForm(request.POST or None, initial={"since": view.on})
    made, status = sent(
        request, form,
        lambda: actions.give_advisory_seat(committee=view.committee, by=request.user, **form.seat()),
    )  # fmt: skip
    if made:
        messages.success(request, _("The seat is written down."))
        return redirect("improvement_plans:advisory", committee_id)
    context = {"view": view, "form": form, "title": _("Write down a seat")}
    return _show(request, "form", context, status)


@require_POST
def end_advisory_seat(request, seat_id):
    """Write down the last day of a seat."""
    seat = AdvisorySeat.objects.filter(pk=seat_id).first()
    view = _kept(request, seat and queries.advisory_view(request.user, seat.committee_id))
    form = forms.EndSeatForm(request.POST)
    made, status = sent(
        request, form, lambda: actions.end_advisory_seat(seat=seat, on=form.cleaned_data["on"], by=request.user)
    )
    if made:
        messages.success(request, _("The seat’s last day is written down."))
        return redirect("improvement_plans:advisory", seat.committee_id)
    return _page(request, view, status, end_form=form)


def plan_advisory_meeting(request, committee_id):
    """Name the day of a meeting."""
    view = _kept(request, queries.advisory_view(request.user, committee_id))
    form = forms.MeetingForm(request.POST or None, initial={"planned_on": view.on})
    made, status = sent(
        request, form,
        lambda: actions.plan_advisory_meeting(committee=view.committee, by=request.user, **form.cleaned_data),
    )  # fmt: skip
    if made:
        return redirect("improvement_plans:advisory-meeting", made.pk)
    return _show(request, "form", {"view": view, "form": form, "title": _("Plan a meeting")}, status)


def advisory_meeting(request, meeting_id):
    """One meeting: its papers, who was there by group, what was decided. Its keeper hands over a paper here."""
    view = found(queries.advisory_meeting_view(request.user, meeting_id))
    form, status = None, 200
    if request.method == "POST":
        _kept(request, view)
    if view.keeper:
        form = forms.PaperForm(request.POST or None, request.FILES or None, programme=view.committee.programme)
        made, status = sent(
            request, form, lambda: actions.add_paper(meeting=view.meeting, by=request.user, **form.paper())
        )
        if made:
            messages.success(request, _("The paper is handed over. Members of the committee read it."))
            return redirect("improvement_plans:advisory-meeting", meeting_id)
    return _show(request, "meeting", {"view": view, "form": form}, status)


def advisory_minutes(request, meeting_id):
    """Write the minutes."""
    view = _kept(request, queries.advisory_meeting_view(request.user, meeting_id))
    form = forms.AdvisoryMinutesForm(request.POST or None, view=view)
    made, status = sent(
        request, form,
        lambda: actions.write_advisory_minutes(meeting=view.meeting, by=request.user, **form.written()),
    )  # fmt: skip
    if made:
        messages.success(request, _("The minutes are written."))
        return redirect("improvement_plans:advisory-meeting", meeting_id)
    return _show(request, "minutes", {"view": view, "form": form}, status)


@require_GET
def advisory_paper(request, paper_id):
    """A paper's file, served so that a browser does nothing else with it."""
    paper = found(queries.advisory_paper(request.user, paper_id))
    return stored_file(paper.stored, paper.media_type, paper.pk)
