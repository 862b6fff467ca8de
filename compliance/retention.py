"""What of compliance is kept for a time only: field notes after issue, and what a lost tablet was called."""

from django.utils import timezone

from compliance import sync
from compliance.models import Assessment, Device, OperationPayload
from core.retention import Class, register

# Words for assessors and reviewers. What the factory read stays with the report.
FIELDS = ("note", "comment", "ask")


def _end_notes(programme, before, most):
    """Notes, comments and questions to colleagues, in answers and the changes that made them. Hashes stay."""
    rows = list(
        OperationPayload.objects.filter(
            redacted_at=None,
            operation__assessment__programme=programme,
            operation__assessment__state="issued",
            operation__field__in=FIELDS,
        )
        .exclude(operation__assessment__reports__issued_at__gte=before)
        .values_list("pk", "operation__assessment_id", "operation__question_key")[:most]
    )
    OperationPayload.objects.filter(pk__in=[pk for pk, _assessment, _key in rows]).update(
        body=None, salt="", redacted_at=timezone.now()
    )
    assessments = Assessment.objects.in_bulk({assessment for _pk, assessment, _key in rows})
    for assessment, key in sorted({(assessment, key) for _pk, assessment, key in rows}):
        sync.rebuild(assessments[assessment], key)
    return len(rows)


def _end_devices(programme, before, most):
    """Names of tablets that were taken out of use."""
    old = Device.objects.filter(revoked_at__lt=before, user__roles__programme=programme).exclude(name="")
    return Device.objects.filter(pk__in=list(old.values_list("pk", flat=True)[:most])).update(name="")


register(Class("field-notes", 730, "the report was issued", _end_notes))
register(Class("device-names", 365, "the tablet was taken out of use", _end_devices))
