"""Background work of compliance. Each job can be repeated: it makes the same file again under the same name."""

from datetime import timedelta

from compliance import actions, documents, removals
from compliance.models import Report
from core import pdf, storage
from core.audit import System
from core.queue import job, periodic

BY = System("documents")


@job("compliance.make_documents")
def make_documents(report_id):
    """Draw an issued report in its languages: an HTML file always, a PDF where this machine can make one."""
    report = Report.objects.select_related("assessment__programme", "assessment__cycle", "assessment__version").get(
        pk=report_id
    )
    for language in documents.languages_of(report):
        page = documents.html(report, language)
        actions.keep_document(report=report, language=language, form="html", data=page.encode(), by=BY)
        if pdf.available():
            data = documents.as_pdf(page)
            actions.keep_document(report=report, language=language, form="pdf", data=data, by=BY)


@job("compliance.destroy_file")
def destroy_file(stored):
    """Destroy bytes nothing names any more. Again: nothing happens."""
    if not removals.file_is_wanted(stored):
        storage.store().remove(stored)


@job("compliance.sweep_uploads")
def sweep_uploads():
    """Destroy uploads nobody came back for within the longest trip."""
    actions.sweep_uploads(by=System("sweep"))


periodic("compliance.sweep_uploads", every=timedelta(days=1))
