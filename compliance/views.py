"""Screens of compliance: assessments, the review desk, reports, cases of serious harm, tablets.

They decide nothing and write through actions. Whatever a person may not read answers as if it did not exist.
"""

from contextlib import contextmanager
from zoneinfo import ZoneInfo

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.utils.translation import get_language, gettext_lazy, ngettext
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST, require_safe

from compliance import actions, documents, permissions, queries, rules
from compliance.forms import CASE_KINDS, CASE_OUTCOMES, CaseForm, CloseCaseForm, PlanForm, SubmitForm, TextForm
from compliance.states import STATES
from compliance.sync import REASONS
from core import pdf, storage
from core.access import has
from core.days import today
from core.errors import NOTHING_HERE, Invalid
from core.roles import Right
from core.statuses import status

PAGE = 50


def _found(thing):
    """The thing, or the words of absence."""
    if thing is None or thing is False:
        raise Http404(NOTHING_HERE)
    return thing


@contextmanager
def _where(programme):
    """Moments are said in the programme's time."""
    with timezone.override(ZoneInfo(programme.time_zone)):
        yield


def _page(request, rows):
    return Paginator(rows, PAGE).get_page(request.GET.get("page"))


# --- assessments ------------------------------------------------------------------------------------------------


@require_safe
def assessments(request):
    """Assessments this person may see before issue; ?state= and ?q= narrow the list."""
    _found(queries.works_on_assessments(request.user))
    state, words = request.GET.get("state", ""), request.GET.get("q", "")
    context = {
        "page": _page(request, queries.assessments(request.user, state=state, words=words)),
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
    programme = _found(next((programme for programme in managed if programme.code == code), None))
    form = PlanForm(request.POST or None, programme=programme)
    if form.is_valid():
        try:
            planned = actions.plan_assessment(programme=programme, by=request.user, **form.cleaned_data)
        except Invalid as refusal:
            form.add_error(None, refusal.sentence)
        else:
            messages.success(request, _("%(number)s is planned. The factory sees nothing of it.") % {"number": planned})
            return redirect("compliance:assessment", planned.number)
    context = {"form": form, "programme": programme, "managed": managed}
    return render(request, "compliance/plan.html", context, status=400 if form.is_bound else 200)


@require_safe
def assessment(request, number):
    """One assessment: who, when, how far."""
    return _assessment_page(request, _found(queries.assessment(request.user, number)))


def _assessment_page(request, assessment, form=None, status=200):
    user, programme = request.user, assessment.programme
    members = queries.people(assessment)
    progress = queries.progress(assessment)
    leads = any(member.lead and member.user_id == user.pk for member in members)
    if leads and assessment.state == "in_progress":
        first = {"visited_on": min(today(programme), assessment.planned_until)}
        form = form or SubmitForm(left=progress.left, initial=first)
    context = {
        "assessment": assessment,
        "members": members,
        "progress": progress,
        "form": form,
        "reviews": permissions.can_review(user, assessment) and assessment.state in ("in_review", "issued"),
        "plans": has(user, Right.PLAN_VISITS, programme),
        "reports": queries.reports_of(user, assessment) if assessment.state == "issued" else (),
        "may_open_case": assessment.cycle and has(user, Right.OPEN_ZERO_TOLERANCE, programme),
    }
    with _where(programme):
        return render(request, "compliance/assessment.html", context, status=status)


def cancel(request, number):
    """Says what calling off means; then the manager does it or keeps the visit."""
    found = _found(queries.assessment(request.user, number))
    _found(has(request.user, Right.PLAN_VISITS, found.programme))
    if request.method == "POST":
        actions.cancel(assessment=found, by=request.user)
        messages.success(request, _("%(number)s is called off.") % {"number": number})
        return redirect("compliance:assessment", number)
    return render(request, "compliance/cancel.html", {"assessment": found})


@require_POST
def submit(request, number):
    """The lead sends the assessment to review."""
    found = _found(queries.assessment(request.user, number))
    form = SubmitForm(request.POST, left=queries.progress(found).left)
    if not form.is_valid():
        return _assessment_page(request, found, form, status=400)
    given = {"rest_not_asked": False} | form.cleaned_data
    actions.submit(assessment=found, by=request.user, **given)
    messages.success(request, _("%(number)s is in review.") % {"number": number})
    return redirect("compliance:assessment", number)


@require_GET
def evidence(request, evidence_id):
    """A photo or document, served so that a browser does nothing else with it."""
    kept = _found(queries.evidence(request.user, evidence_id))
    try:
        data = storage.store().get(kept.stored)
    except FileNotFoundError:
        raise Http404(NOTHING_HERE) from None
    # Only pictures were made anew by us; anything else leaves as a file and is never shown inside the site.
    inline = kept.media_type == "image/jpeg"
    response = HttpResponse(data, content_type=kept.media_type)
    name = f"{kept.pk}.{'jpg' if inline else 'pdf'}"
    response["Content-Disposition"] = content_disposition_header(not inline, name)
    response["Content-Security-Policy"] = "sandbox; default-src 'none'"
    response["X-Content-Type-Options"] = "nosniff"
    response["Cache-Control"] = "private, max-age=86400, immutable"
    return response


# --- the review desk --------------------------------------------------------------------------------------------


def _desk(request, number):
    return _found(queries.desk_assessment(request.user, number))


@require_safe
def review(request, number):
    """What a lead assessor reads before a report is issued; afterwards the same, to read only."""
    found = _desk(request, number)
    if found.state not in ("in_review", "issued"):
        messages.info(request, _("%(number)s is not in review.") % {"number": number})
        return redirect("compliance:assessment", number)
    return _desk_page(request, found, request.GET.get("question", ""))


def _desk_page(request, found, question, form=None, stands=None, status=200):
    desk = _found(queries.review_desk(found, wanted=question, show=request.GET.get("show", "")))
    answer = desk.current.answer
    form = form or TextForm(initial={"text": answer.report_text, "seen": answer.revision})
    context = {
        "assessment": found,
        "desk": desk,
        "item": desk.current,
        "form": form,
        "stands": stands,
        "changed": stands is not None,
    }
    context["editable"] = found.state == "in_review" and desk.current.state != "information"
    with _where(found.programme):
        return render(request, "compliance/review.html", context, status=status)


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


def _at_question(found, question):
    return reverse("compliance:review", args=[found.number]) + f"?question={question}"


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
    if found.state != "in_review":
        return redirect("compliance:assessment", number)
    return render(request, "compliance/issue.html", {"assessment": found, "becomes": queries.becomes_of(found)})


# --- reports ----------------------------------------------------------------------------------------------------


@require_safe
def reports(request):
    """Issued reports this person may read."""
    words = request.GET.get("q", "")
    page = _page(request, queries.reports(request.user, words))
    return render(request, "compliance/reports.html", {"page": page, "words": words})


@require_safe
def opened(request):
    """Who opened the reports of one's own factory, and what one opened oneself."""
    page = _page(request, queries.opened_by_oneself(request.user))
    context = {
        "page": page,
        "own": queries.reports_of_openings(request.user, page.object_list),
        "others": queries.opened_by_others(request.user),
        "manages": queries.managed_sites(request.user).exists(),
    }
    return render(request, "compliance/opened.html", context)


@require_GET
def report(request, report_id):
    """Read a report. Every opening is written down."""
    found = _found(queries.report(request.user, report_id))
    actions.open_report(report=found, by=request.user)
    programme = found.assessment.programme
    context = {
        "content": documents.content(found),
        "report": found,
        "may_open_case": has(request.user, Right.OPEN_ZERO_TOLERANCE, programme),
    }
    with _where(programme):
        return render(request, "compliance/report.html", context)


@require_GET
def report_pdf(request, report_id):
    """The report as a file. Every download is written down; where there is none yet, it is asked for."""
    found = _found(queries.report(request.user, report_id))
    kept = queries.document(found, form="pdf", language=get_language())
    data = _bytes(kept)
    if data is None:
        if pdf.available():
            actions.ask_for_documents(report=found, by=request.user)
        if pdf.available():
            actions.ask_for_documents(report=found, by=request.user)
        context = {"report": found, "how": "" if pdf.available() else pdf.HOW}
        return render(request, "compliance/no_pdf.html", context)
    actions.open_report(report=found, by=request.user, form="pdf")
    response = HttpResponse(data, content_type="application/pdf")
    response["Content-Disposition"] = content_disposition_header(True, documents.file_name(found))
    response["Cache-Control"] = "private, no-store"
    return response


def _bytes(document):
    try:
        return storage.store().get(document.stored) if document else None
    except FileNotFoundError:
        return None


# --- serious harm -----------------------------------------------------------------------------------------------


@never_cache
@require_safe
def cases(request):
    """The cases this person reads. For everybody else this page does not exist."""
    page = _page(request, queries.cases(request.user))
    _found(page.paginator.count > 0)
    for case in page:
        case.words = CASE_KINDS.get(case.kind, case.kind)
    return render(request, "compliance/cases.html", {"page": page})


@never_cache
def case(request, case_id):
    """One case: what is known, and how it ended."""
    found = _found(queries.case(request.user, case_id))
    form = CloseCaseForm(request.POST or None)
    if form.is_valid():
        actions.close_case(case=found, by=request.user, **form.cleaned_data)
        messages.success(request, _("The case is closed."))
        return redirect("compliance:case", found.pk)
    context = {
        "case": found,
        "words": CASE_KINDS.get(found.kind, found.kind),
        "outcome": CASE_OUTCOMES.get(found.outcome, found.outcome),
        "form": form,
    }
    with _where(found.programme):
        return render(request, "compliance/case.html", context, status=400 if form.is_bound else 200)


@never_cache
def open_case(request):
    """Staff write down a suspicion of serious harm, in the cycle of an assessment they see."""
    number = request.POST.get("assessment") or request.GET.get("assessment", "")
    subject = _found(queries.case_subject(request.user, number))
    form = CaseForm(request.POST or None, programme=subject.programme, by=request.user)
    if form.is_valid():
        opened = actions.open_case(
            programme=subject.programme, cycle=subject.cycle, by=request.user, **form.cleaned_data
        )
        return redirect("compliance:case", opened.pk)
    # An adviser comes from a report: the assessment itself is not hers to see.
    seen = queries.assessment(request.user, subject.number)
    back = reverse("compliance:assessment", args=[subject.number]) if seen else reverse("compliance:reports")
    context = {"form": form, "assessment": subject, "back": back}
    return render(request, "compliance/open_case.html", context, status=400 if form.is_bound else 200)


# --- tablets ----------------------------------------------------------------------------------------------------

FIELD_WORDS = {
    "state": gettext_lazy("answer"),
    "value": gettext_lazy("answer"),
    "extent": gettext_lazy("how much"),
    "note": gettext_lazy("field note"),
    "comment": gettext_lazy("internal comment"),
    "report_text": gettext_lazy("report text"),
    "ask": gettext_lazy("question to a colleague"),
}


@require_safe
def tablets(request):
    """A manager sees the tablets in the field and what was kept aside; everybody sees her own tablets."""
    managed = list(queries.programmes_with(request.user, Right.PLAN_VISITS))
    own = list(queries.own_tablets(request.user))
    _found(bool(managed or own))
    home = managed or list(queries.programmes_with(request.user, Right.ASSESS))
    page = _page(request, queries.kept_aside(request.user))
    questions = queries.questions_of_items(page.object_list)
    context = {
        "manages": bool(managed),
        "own": own,
        "field": list(queries.field_tablets(request.user)) if managed else (),
        "page": page,
        "aside": [_aside(item, questions) for item in page],
    }
    if not home:
        return render(request, "compliance/tablets.html", context)
    with _where(home[0]):
        return render(request, "compliance/tablets.html", context)


def _aside(item, questions):
    """One thing kept aside, in words. Typed texts stay closed: only how long they are is said."""
    name, value = str(item.body.get("field", "")), item.body.get("value")
    question = questions.get((item.assessment.version_id, item.body.get("question")))
    known = name == "state" and value in rules.STATES
    if known:
        said = status(value).word
    elif isinstance(value, str):
        said = ngettext("%(n)s letter", "%(n)s letters", len(value)) % {"n": len(value)}
    elif isinstance(value, dict):
        said = " ".join(str(part) for part in value.values() if part is not None)[:60]
    else:
        said = queries.value_words(value)[:60]
    return {
        "item": item,
        "question": question.text if question else item.body.get("question", ""),
        "field": _("photo") if name.startswith("photo:") else FIELD_WORDS.get(name, name),
        "said": said,
        "reason": REASONS.get(item.reason, item.reason),
    }


@require_POST
def revoke_tablet(request, device_id):
    """End the use of one's own tablet, for instance when it is lost."""
    device = _found(queries.own_tablets(request.user).filter(pk=device_id).first())
    actions.revoke_device(device=device, by=request.user)
    messages.success(request, _("This tablet no longer reaches the server."))
    return redirect("compliance:tablets")


@require_POST
def decide_kept_aside(request, item_id):
    """A manager says what becomes of work that was kept aside."""
    item = _found(queries.kept_aside(request.user).filter(pk=item_id).first())
    actions.decide_quarantined(item=item, decision=request.POST.get("decision", ""), by=request.user)
    messages.success(request, _("Decided. It stays on record."))
    return redirect("compliance:tablets")
