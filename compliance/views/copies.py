"""Copies that leave, and the page where anybody learns whether a copy is current."""

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.http import content_disposition_header
from django.utils.translation import get_language
from django.views.decorators.http import require_GET, require_safe

from compliance import actions, copies, documents, permissions, queries
from compliance.views.base import in_time_of, or_absent, page_of
from core import pdf

TYPES = {
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "json": "application/json",
    "csv": "text/csv; charset=utf-8",
    "pdf": "application/pdf",
}


def as_file(data, form, name):
    """A file that no browser keeps or shows inside the site."""
    response = HttpResponse(data, content_type=TYPES[form])
    response["Content-Disposition"] = content_disposition_header(True, name)
    response["Cache-Control"] = "private, no-store"
    response["X-Content-Type-Options"] = "nosniff"
    return response


@require_GET
def export(request, report_id, form):
    """The answers of a report as a workbook, a JSON document or a long CSV. Every copy is written down."""
    found = or_absent(queries.report(request.user, report_id))
    download = actions.take_copy(report=found, form=form, language=get_language(), by=request.user)
    content = documents.content(found)
    data = copies.written(form, copies.rows(content), copies.about(content, download), facts=content.facts)
    return as_file(data, form, documents.file_name(found).removesuffix("pdf") + form)


@require_GET
def export_draft(request, number, form):
    """The answers of an assessment before issue, for who reads its draft. Every copy is written down."""
    found = or_absent(queries.assessment(request.user, number))
    or_absent(permissions.can_take_draft(request.user, found))
    actions.take_draft(assessment=found, form=form, by=request.user)
    lines = copies.draft_rows(found, queries.draft_items(found))
    data = copies.written(form, lines, copies.about_draft(found, request.user))
    return as_file(data, form, f"{found.number}-draft.{form}")


@require_GET
def notice(request, report_id, language):
    """One page for the notice board, in a language of the programme."""
    found = or_absent(queries.report(request.user, report_id))
    or_absent(language in documents.languages_of(found))
    if not pdf.available():
        return render(request, "compliance/no_pdf.html", {"report": found, "how": pdf.HOW})
    download = actions.take_copy(report=found, form="notice", language=language, by=request.user)
    name = documents.file_name(found).removesuffix(".pdf") + f"-notice-{language}.pdf"
    return as_file(copies.notice(found, language, download.code), "pdf", name)


@require_safe
def check_report(request, digest):
    """For whoever holds a copy: is it current, superseded or unknown? It says nothing of what the report holds."""
    return render(request, "compliance/check_report.html", {"standing": queries.standing(digest), "digest": digest})


@require_safe
def check_typed(request):
    """The same for who has no camera: the first characters of the proof are typed."""
    digest = "".join(request.GET.get("proof", "").lower().split())
    if queries.is_proof(digest):
        return redirect("compliance:check-report", digest)
    return render(request, "compliance/check_report.html", {"standing": None, "digest": digest})


@require_safe
def copies_taken(request):
    """Who took which copy, for the programme: a stamp that was found somewhere is looked up here."""
    or_absent(queries.resolves_stamps(request.user))
    words = request.GET.get("q", "")
    page = page_of(request, queries.copies(request.user, words))
    programme = page.object_list[0].report.assessment.programme if page.object_list else None
    context = {"page": page, "words": words}
    if programme is None:
        return render(request, "compliance/copies.html", context)
    with in_time_of(programme):
        return render(request, "compliance/copies.html", context)
