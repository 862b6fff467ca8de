"""Tablets in the field, and what the server kept aside from them."""

from django.conf import settings
from django.contrib import messages
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_POST, require_safe

from compliance import actions, queries, rules, sync
from compliance.forms import (
    DecideForm,
    HandoverForm,
)
from compliance.views.base import in_time_of, or_absent, page_of
from core import access
from core.errors import Denied, Invalid, WrongState
from core.roles import Right
from core.statuses import status

FIELD_WORDS = {
    "state": gettext_lazy("answer"),
    "value": gettext_lazy("answer"),
    "extent": gettext_lazy("how much"),
    "note": gettext_lazy("field note"),
    "comment": gettext_lazy("internal comment"),
    "report_text": gettext_lazy("report text"),
    "ask": gettext_lazy("question to a colleague"),
}


OF_VISIT = {
    rules.OUTCOME: gettext_lazy("What the visit came to"),
    rules.RELIABLE: gettext_lazy("How sure the record is"),
}


BECAME_WORDS = {
    "applied": gettext_lazy("Released: it is part of the record now"),
    "correction-note": gettext_lazy("Released after the report: a note for its next correction"),
    "rejected": gettext_lazy("Rejected: kept on record, part of no answer"),
}


@require_safe
def tablets(request):
    """A manager sees the tablets in the field and what was kept aside; everybody sees her own tablets."""
    managed = list(queries.programmes_with(request.user, Right.PLAN_VISITS))
    own = list(queries.own_tablets(request.user))
    home = managed or list(queries.programmes_with(request.user, Right.ASSESS))
    or_absent(bool(home or own))
    page = page_of(request, queries.kept_aside(request.user))
    questions = queries.questions_of_items(page.object_list)
    context = {
        "manages": bool(managed),
        "own": own,
        "field": [_in_field(device) for device in queries.field_tablets(request.user)] if managed else (),
        "newest": settings.TABLET_VERSION,
        "page": page,
        "aside": [_aside(item, questions) for item in page],
    }
    if not home:
        return render(request, "compliance/tablets.html", context)
    with in_time_of(home[0]):
        return render(request, "compliance/tablets.html", context)


def _in_field(device):
    """One tablet with what its last contact means: how long ago, what may be lost, whether its program is old."""
    days = (timezone.now() - device.last_contact_at).days if device.last_contact_at else None
    return {
        "device": device,
        "days": days,
        "warn": rules.silence(days or 0, at_risk=device.at_risk),
        "old": rules.older(device.client_version, settings.TABLET_VERSION),
    }


def _aside(item, questions):
    """One thing kept aside, in words. Typed texts stay closed: only how long they are is said."""
    body = item.body or {}  # None: removed by law
    name, value = str(body.get("field", "")), body.get("value")
    question = questions.get((item.assessment.version_id, body.get("question")))
    known = name == "state" and value in rules.STATES
    if item.redacted_at:
        said = _("removed by law")
    elif known:
        said = status(value).word
    elif isinstance(value, str):
        said = ngettext("%(n)s letter", "%(n)s letters", len(value)) % {"n": len(value)}
    elif isinstance(value, dict):
        said = " ".join(str(part) for part in value.values() if part is not None)[:60]
    else:
        said = queries.value_words(value)[:60]
    return {
        "item": item,
        "question": question.text if question else OF_VISIT.get(body.get("question"), body.get("question", "")),
        "field": _("photo") if name.startswith("photo:") else FIELD_WORDS.get(name, name),
        "said": said,
        "reason": sync.REASONS.get(item.reason, item.reason),
        "became": BECAME_WORDS.get(item.became or item.decision, ""),
    }


@require_POST
def revoke_tablet(request, device_id):
    """End the use of a tablet that is lost: one's own, or as who plans visits an assessor's."""
    device = queries.own_tablets(request.user).filter(pk=device_id).first()
    device = or_absent(device or queries.field_tablets(request.user).filter(pk=device_id).first())
    actions.revoke_device(device=device, by=request.user)
    messages.success(request, _("This tablet no longer reaches the server."))
    return redirect("compliance:tablets")


def decide_kept_aside(request, item_id):
    """One piece of work that was kept aside: what it is, what a release would do, and the manager's word with why."""
    item = or_absent(queries.all_kept_aside(request.user).filter(pk=item_id).first())
    form = DecideForm(request.POST or None)
    if form.is_valid():
        try:
            actions.decide_quarantined(item=item, by=request.user, **form.cleaned_data)
        except WrongState as refusal:
            form.add_error(None, refusal.sentence)
        else:
            messages.success(request, _("Decided. It stays on record."))
            return redirect("compliance:decide-kept-aside", item.pk)
    context = {
        "one": _aside(item, queries.questions_of_items([item])),
        "item": item,
        "form": form,
        "cannot": "" if item.decided_at else sync.cannot_be_released(item, item.assessment),
        "after_report": item.assessment.state == "issued",
    }
    with in_time_of(item.assessment.programme):
        return render(request, "compliance/kept_aside.html", context, status=400 if form.errors else 200)


@require_safe
def decided(request):
    """What was kept aside and decided, the latest first: it stays on record for ever."""
    managed = list(queries.programmes_with(request.user, Right.PLAN_VISITS))
    or_absent(bool(managed))
    page = page_of(request, queries.decided(request.user))
    questions = queries.questions_of_items(page.object_list)
    context = {"page": page, "aside": [_aside(item, questions) for item in page]}
    with in_time_of(managed[0]):
        return render(request, "compliance/decided.html", context)


def take_handover(request):
    """A sealed file that a tablet without a network made: taken in, and told what came of it."""
    or_absent(access.holds_any(request.user, (Right.PLAN_VISITS, Right.ASSESS)))
    form = HandoverForm(request.POST or None, request.FILES or None)
    context = {"form": form}
    if form.is_valid():
        try:
            taken = actions.take_handover(file=form.cleaned_data["file"], by=request.user)
        except Denied:
            form.add_error("file", _("This file is of a visit that you do not work on."))
        except Invalid as refusal:
            form.add_error("file", refusal.sentence)
        else:
            context |= {
                "form": HandoverForm(), "taken": taken, "accepted": taken.count("accepted", "conflict"),
                "already": taken.count("already"), "aside": taken.count("quarantined"),
            }  # fmt: skip
    return render(request, "compliance/handover.html", context, status=400 if form.errors else 200)
