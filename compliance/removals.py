"""What of compliance can be removed for good, and what follows: answers, reports' documents and files made again.

The same words lie in several places: the operation, an earlier edition of it, the finding. They go together.
"""

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from compliance import sync
from compliance.models import Assessment, CaseNote, Evidence, Finding, FindingText, OperationPayload, ReportDocument
from core import access, queue, redaction
from core.removals import Kind, register
from core.roles import Right


def _twins(assessment_id, question_key, text):
    """Payloads that hold these very words for one question of an assessment, and are not removed."""
    own = {"redacted_at": None}
    operations = OperationPayload.objects.filter(
        operation__assessment_id=assessment_id, operation__question_key=question_key, **own
    )
    findings = FindingText.objects.filter(
        finding__report__assessment_id=assessment_id, finding__question_key=question_key, **own
    )
    return [row for row in operations.select_related("operation") if row.body.get("value") == text], [
        row for row in findings.select_related("finding") if row.body.get("text") == text
    ]


def _everywhere(assessment_id, question_key, text, who):
    """Remove the same words elsewhere; make the answer and the documents again."""
    operations, findings = _twins(assessment_id, question_key, text) if isinstance(text, str) and text else ([], [])
    for row in [*operations, *findings]:
        redaction.redact(payload=row, **who)
    assessment = Assessment.objects.select_for_update().get(pk=assessment_id)
    sync.rebuild(assessment, question_key)
    for row in findings:
        _draw_again(row.finding)


def _draw_again(finding: Finding):
    """Documents of this report are destroyed and asked for anew."""
    kept = ReportDocument.objects.filter(report_id=finding.report_id)
    names = set(kept.values_list("stored", flat=True))
    kept.delete()
    for name in names:
        queue.enqueue("compliance.destroy_file", stored=name)
    queue.enqueue("compliance.make_documents", report_id=finding.report_id)


def _after_operation(*, row, before, **who):
    operation = row.operation
    _everywhere(operation.assessment_id, operation.question_key, before["value"], who)


def _after_finding(*, row, before, **who):
    _everywhere(row.finding.report.assessment_id, row.finding.question_key, before["text"], who)
    _draw_again(row.finding)


def _remove_evidence(*, row, **who):
    """The file is destroyed by a job that is tried until it is done; every row that names the same bytes says so."""
    recorded = redaction.recorded(thing=row, **who)
    now = timezone.now()
    Evidence.objects.filter(stored=row.stored, redacted_at=None).update(redacted_at=now)
    queue.enqueue("compliance.destroy_file", stored=row.stored)
    return recorded


def file_is_wanted(name) -> bool:
    """Does anything not removed still name these bytes?"""
    return (
        Evidence.objects.filter(stored=name, redacted_at=None).exists()
        or ReportDocument.objects.filter(stored=name).exists()
    )


def _reads_case(user, row, programme):
    return access.has(user, Right.READ_CASE, row.case)


register(
    Kind(
        OperationPayload, _("A change from a tablet"), lambda row: row.operation.assessment.programme,
        follow=_after_operation,
    )
)  # fmt: skip
register(
    Kind(
        FindingText, _("The words of a finding"), lambda row: row.finding.report.assessment.programme,
        follow=_after_finding,
    )
)  # fmt: skip
register(Kind(CaseNote, _("A note of a case"), lambda row: row.case.programme, may=_reads_case))
register(Kind(Evidence, _("A photo or document"), lambda row: row.assessment.programme, remove=_remove_evidence))
