"""Cases of serious harm, for their readers; for everybody else none of these pages exists."""

from uuid import UUID

from django.contrib import messages
from django.http import Http404
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from compliance import actions, clocks, permissions, queries
from compliance.forms import (
    CASE_KINDS,
    CASE_OUTCOMES,
    CASE_PARTIES,
    CASE_STEPS,
    OPENED_BECAUSE,
    CaseForm,
    CloseCaseForm,
    DoNotTellForm,
    NoteForm,
    OpenSealForm,
    ReaderForm,
    SealForm,
    StepForm,
    TellForm,
)
from compliance.views.base import in_time_of, or_absent, page_of
from core.days import setting
from core.errors import NOTHING_HERE, Refusal


@never_cache
@require_safe
def cases(request):
    """The cases this person reads. For everybody else this page does not exist."""
    page = page_of(request, queries.cases(request.user))
    or_absent(page.paginator.count > 0)
    for case in page:
        case.words = CASE_KINDS.get(case.kind, case.kind)
    return render(request, "compliance/cases.html", {"page": page})


@never_cache
def case(request, case_id):
    """One case: what is known, the protocol, who was told, its clocks, how it ended. POST: `do` says which act."""
    found = or_absent(queries.case(request.user, case_id))
    whole = permissions.reads_whole_case(request.user, found)
    forms = _forms(request, found) if whole else {}
    status = 200
    if request.method == "POST":
        do = request.POST.get("do", "")
        if do == "acknowledge":
            return _acknowledge(request, found)
        form = or_absent(forms.get(do))
        status = 400
        if form.is_valid():
            try:
                opened = _act(request, found, do, form)
            except Refusal as refusal:
                form.add_error(None, refusal.sentence)
            else:
                if opened is not None:
                    return _page(request, found, whole, forms, 200, opened)
                messages.success(request, _("The case is closed.") if do == "close" else _("Written down."))
                return redirect("compliance:case", found.pk)
    return _page(request, found, whole, forms, status)


def _forms(request, case):
    do = request.POST.get("do", "")

    def made(name, form, **more):
        return form(request.POST if do == name else None, auto_id=f"{name}_%s", **more)

    return {
        "note": made("note", NoteForm),
        "step": made("step", StepForm),
        "tell": made("tell", TellForm),
        "do_not_tell": made("do_not_tell", DoNotTellForm, initial={"parties": case.do_not_tell}),
        "seal": made("seal", SealForm),
        "open_seal": made("open_seal", OpenSealForm),
        "reader": made("reader", ReaderForm, programme=case.programme),
        "end_reader": made("end_reader", ReaderForm, programme=case.programme),
        "close": made("close", CloseCaseForm),
    }


def _act(request, case, do, form):
    """Does it. Returns the sealed identity where it was opened: it is shown once and in no address."""
    by, given = request.user, form.cleaned_data
    if do == "open_seal":
        return actions.open_identity(case=case, by=by, **given)
    if do == "step":
        actions.take_step(case=case, by=by, **form.given())
    else:
        {
            "note": actions.note_on_case, "tell": actions.tell_party, "do_not_tell": actions.set_do_not_tell,
            "seal": actions.seal_identity, "reader": actions.name_reader, "end_reader": actions.end_reader,
            "close": actions.close_case,
        }[do](case=case, by=by, **given)  # fmt: skip
    return None


def _acknowledge(request, case):
    notice = next((one for one in case.notices.all() if str(one.pk) == request.POST.get("notice")), None)
    try:
        actions.acknowledge(notice=or_absent(notice), by=request.user)
    except Refusal:
        raise Http404(NOTHING_HERE) from None
    messages.success(request, _("Written down."))
    return redirect("compliance:case", case.pk)


def _page(request, case, whole, forms, status, identity=None):
    notices = [one for one in case.notices.all() if whole or one.party == "ministry"]
    for notice in notices:
        notice.words_of_party = CASE_PARTIES[notice.party]
    steps = [
        {"key": key, "words": words, "taken": [
            {"row": row, "answer": answers.get(row.answer, "")} for row in case.steps.all() if row.step == key
        ]}
        for key, (words, answers) in CASE_STEPS.items()
    ]  # fmt: skip
    when = clocks.of_setting(setting(case.programme, "clocks"))
    words = {"case-begun": _("The authority is asked to begin by"), "case-followed": _("We ask after it by")}
    openings = queries.identity_openings(case) if whole else []
    context = {
        "case": case, "whole": whole, "forms": forms, "identity": identity, "notices": notices, "steps": steps,
        "words": CASE_KINDS.get(case.kind, case.kind),
        "outcome": CASE_OUTCOMES.get(case.outcome, case.outcome),
        "hours": [(words[name], over) for name, over in queries.case_hours(case, when)],
        "not_told": [CASE_PARTIES[party] for party in case.do_not_tell] if whole else [],
        "readers": queries.readers_of(case) if whole else [],
        "sealed": whole and hasattr(case, "identity"),
        "openings": [(at, who, OPENED_BECAUSE.get(why, why)) for at, who, why in openings],
    }  # fmt: skip
    with in_time_of(case.programme):
        return render(request, "compliance/case.html", context, status=status)


@never_cache
@require_safe
def case_letter(request, case_id, n):
    """One letter as it is printed and signed, with the number the ministry answers to."""
    found = or_absent(queries.case(request.user, case_id))
    notice = or_absent(next((one for one in found.notices.all() if one.n == n), None))
    or_absent(notice.party == "ministry" or permissions.reads_whole_case(request.user, found))
    context = {
        "case": found, "notice": notice, "words": CASE_KINDS.get(found.kind, found.kind),
        "party": CASE_PARTIES[notice.party],
    }  # fmt: skip
    with in_time_of(found.programme):
        return render(request, "compliance/case_letter.html", context)


@never_cache
def open_case(request):
    """Staff write down a suspicion of serious harm, from an assessment or another visit they see."""
    given = request.POST or request.GET
    subject = visit = None
    if given.get("visit"):
        visit = or_absent(_uuid_or_none(given["visit"]) and queries.case_visit(request.user, given["visit"]))
    else:
        subject = or_absent(queries.case_subject(request.user, given.get("assessment", "")))
    programme = (visit or subject).programme
    form = CaseForm(request.POST or None, programme=programme, by=request.user)
    if form.is_valid():
        where = {"visit": visit} if visit else {"cycle": subject.cycle}
        opened = actions.open_case(programme=programme, by=request.user, **where, **form.cleaned_data)
        return redirect("compliance:case", opened.pk)
    if visit:
        back = reverse("compliance:visit", args=[visit.pk])
    else:
        # An adviser comes from a report: the assessment itself is not hers to see.
        seen = queries.assessment(request.user, subject.number)
        back = reverse("compliance:assessment", args=[subject.number]) if seen else reverse("compliance:reports")
    site = visit.site if visit else subject.cycle.site
    context = {"form": form, "assessment": subject, "visit": visit, "site": site, "back": back}
    return render(request, "compliance/open_case.html", context, status=400 if form.is_bound else 200)


def _uuid_or_none(text):
    try:
        return UUID(text)
    except ValueError:
        return None
