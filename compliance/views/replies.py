"""The factory's side of a draft: read it, answer each finding, send a photo, say that nothing more will come."""

from django.contrib import messages
from django.shortcuts import redirect, render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST, require_safe

from compliance import actions, queries
from compliance.views.base import in_time_of, or_absent
from core.days import today
from core.errors import Refusal
from core.serving import stored_file


@require_safe
def draft(request, window_id):
    """What the assessors mean to report, for the managers of the factory."""
    return _draft_page(request, or_absent(queries.window(request.user, window_id)))


def _draft_page(request, window, refused=None, status=200):
    rows = queries.window_rows(window, get_language())
    laws = queries.laws_of(rows)
    programme = window.assessment.programme
    context = {
        "window": window,
        "assessment": window.assessment,
        "rows": [(row, laws.get(row.question.pk, [])) for row in rows],
        "into": get_language(),
        "untranslated": get_language() != window.assessment.written_in,
        "answered": sum(1 for row in rows if row.reply),
        "over": queries.window_is_over(window, today(programme)),
        "refused": refused or {},
    }
    with in_time_of(programme):
        return render(request, "compliance/draft.html", context, status=status)


@require_POST
def reply(request, draft_id):
    """Keep what the factory says to one finding, and the file it sends with it."""
    found = or_absent(queries.draft_finding(request.user, draft_id))
    text = request.POST.get("text", "")
    try:
        if sent := request.FILES.get("file"):
            actions.send_evidence(draft=found, data=sent.read(), by=request.user)
        actions.reply(draft=found, stance=request.POST.get("stance", ""), text=text, by=request.user)
    except Refusal as refusal:
        refused = {"draft": found.pk, "sentence": refusal.sentence, "text": text, "stance": request.POST.get("stance")}
        return _draft_page(request, found.window, refused, status=400)
    messages.success(request, _("Your answer is kept. You may change it until the last day."))
    address = redirect("compliance:draft", found.window_id)
    address["Location"] += f"#finding-{found.pk}"
    return address


@require_POST
def end_reply(request, window_id):
    """Nothing more will come from the factory."""
    window = or_absent(queries.window(request.user, window_id))
    actions.say_no_more(window=window, by=request.user)
    messages.success(request, _("Thank you. The assessors are told that nothing more will come."))
    return redirect("compliance:draft", window.pk)


@require_GET
def reply_file(request, evidence_id):
    """A photo or document of a reply, served so that a browser does nothing else with it."""
    kept = or_absent(queries.reply_evidence(request.user, evidence_id))
    return stored_file(kept.stored, kept.media_type, kept.pk, keep="private, max-age=86400, immutable")
