"""Background work of compliance. Each job can be repeated: it makes the same file again under the same name."""

from datetime import timedelta

from django.urls import reverse

from compliance import actions, documents
from compliance.models import Report
from core import letters, pdf
from core.audit import System
from core.models import Programme, User
from core.queue import enqueue, job, periodic

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


@job("compliance.sweep_uploads")
def sweep_uploads():
    """Destroy uploads nobody came back for within the longest trip."""
    actions.sweep_uploads(by=System("sweep"))


periodic("compliance.sweep_uploads", every=timedelta(days=1))


@job("compliance.tell_of_silence")
def tell_of_silence():
    """Look for tablets with work on them that were not heard of for days."""
    actions.tell_of_silence(by=System("silence"))


periodic("compliance.tell_of_silence", every=timedelta(hours=6))


@job("compliance.write_of_something")
def write_of_something(user_id, key):
    """One letter that says nothing but that something waits; it leads to the first page."""
    user = User.objects.filter(pk=user_id, is_active=True).exclude(email="").first()
    if user:
        letters.write(
            "something-waits", to=user.email, language=user.language, path=reverse("core:home"), message_key=key
        )


@job("compliance.write_of_silence")
def write_of_silence(user_id, key):
    """One letter. What waits stands on the page, not in the letter; the key makes a repeat the same message."""
    user = User.objects.filter(pk=user_id, is_active=True).exclude(email="").first()
    if user:
        letters.write(
            "something-waits", to=user.email, language=user.language, path=reverse("compliance:tablets"),
            message_key=f"{key}-{user_id}",
        )  # fmt: skip


@job("compliance.wind_clocks")
def wind_clocks():
    """Every night: what is nearly due or late, programme by programme; one that fails does not stop the others."""
    for programme in Programme.objects.order_by("code"):
        enqueue("compliance.remind", programme_id=programme.pk)


periodic("compliance.wind_clocks", every=timedelta(days=1))


@job("compliance.remind")
def remind(programme_id):
    """Remind the people of one programme."""
    actions.remind(programme=Programme.objects.get(pk=programme_id), by=System("clocks"))


@job("compliance.watch_cases")
def watch_cases():
    """Every hour: cases whose hours are over."""
    for programme in Programme.objects.order_by("code"):
        actions.remind_of_cases(programme=programme, by=System("clocks"))


periodic("compliance.watch_cases", every=timedelta(hours=1))
