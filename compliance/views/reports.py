"""Issued reports, their PDF, and who opened them."""

from django.shortcuts import render
from django.utils.translation import get_language
from django.views.decorators.http import require_GET, require_safe

from compliance import actions, copies, documents, permissions, queries, rules
from compliance.views.base import in_time_of, or_absent, page_of
from compliance.views.copies import as_file
from core import languages, pdf, storage
from core.access import has
from core.removals import may_in_programme
from core.roles import Right


@require_safe
def reports(request):
    """Issued reports this person may read."""
    words = request.GET.get("q", "")
    page = page_of(request, queries.reports(request.user, words))
    return render(request, "compliance/reports.html", {"page": page, "words": words})


@require_safe
def opened(request):
    """Who opened the reports of one's own factory, or (?list=own, and for everybody else) what one opened oneself."""
    user, manages = request.user, queries.managed_sites(request.user).exists()
    own = not manages or request.GET.get("list") == "own"
    page = page_of(request, queries.opened_by_oneself(user) if own else queries.opened_by_others(user))
    lines = (queries.reports_of_openings if own else queries.readers_of_openings)(user, page.object_list)
    context = {"page": page, "lines": lines, "own": own, "manages": manages}
    if not own and page.number == 1:
        context["for_workers"] = queries.opened_for_workers(user)
    return render(request, "compliance/opened.html", context)


@require_GET
def report(request, report_id):
    """Read a report. Every opening is written down."""
    return shown(request, or_absent(queries.report(request.user, report_id)))


def shown(request, found, unsaid=None):
    """The report's page. `unsaid`: words for the public page that were refused, to be mended."""
    actions.open_report(report=found, by=request.user)
    programme = found.assessment.programme
    context = {
        "content": documents.content(found, get_language()),
        "languages": [(code, languages.own_name(code)) for code in documents.languages_of(found)],
        "report": found,
        "unsaid": unsaid,
        "may_ask": permissions.can_ask_for_correction(request.user, found),
        "decides": permissions.can_review(request.user, found.assessment),
        "may_open_case": has(request.user, Right.OPEN_ZERO_TOLERANCE, programme),
        "may_remove": may_in_programme(request.user, found, programme),
    }
    if context["may_ask"]:
        context["asks"] = queries.correction_asks(found)
        context |= _in_public(found, context["content"], request.user)
    with in_time_of(programme):
        return render(request, "compliance/report.html", context, status=400 if unsaid else 200)


def _in_public(report, content, user):
    """Findings of which something is or may be said in public: each with what was said, and which this person may."""
    said = queries.public_replies(report)
    manages = has(user, Right.MANAGE_FACTORY, report.assessment.cycle.site)
    duties = [entry for entry in content.failed if any(tag.startswith(rules.DUTY) for tag in entry.question.tags)]
    own = content.public if manages else duties
    spoken = [(entry, said[entry.question.key]) for entry in content.failed if entry.question.key in said]
    return {"said_in_public": spoken, "may_say": own, "longest": rules.MAX_PUBLIC_REPLY,
            "choices": languages.choices(report.assessment.programme)}  # fmt: skip


@require_GET
def report_pdf(request, report_id):
    """The report as a file. Every download is written down; where there is none yet, it is asked for."""
    found = or_absent(queries.report(request.user, report_id))
    kept = queries.document(found, form="pdf", language=get_language())
    if not pdf.available():  # a copy cannot be stamped either
        return render(request, "compliance/no_pdf.html", {"report": found, "how": pdf.HOW})
    data = _bytes(kept)
    if data is None:
        actions.ask_for_documents(report=found, by=request.user)
        return render(request, "compliance/no_pdf.html", {"report": found, "how": ""})
    download = actions.take_copy(report=found, form="pdf", language=kept.language, by=request.user)
    return as_file(copies.pdf_copy(data, download), "pdf", documents.file_name(found))


def _bytes(document):
    try:
        return storage.store().get(document.stored) if document else None
    except FileNotFoundError:
        return None
