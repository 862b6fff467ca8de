"""What of improvement plans is kept for a time only: the photos and documents of a fix that is long in order."""

from django.db.models import Exists, OuterRef
from django.utils import timezone

from core import holders
from core.retention import Class, register
from improvement_plans.models import ItemEvidence, ItemFact


def _end_evidence(programme, before, most):
    """Files of items whose running round was verified or confirmed that long ago. Who sent them and when stays."""
    in_order = ItemFact.objects.filter(
        item=OuterRef("item"), round=OuterRef("item__round"), kind__in=["verified", "confirmed"], at__lt=before
    )
    old = ItemEvidence.objects.filter(
        Exists(in_order), item__plan__site__programme=programme, redacted_at=None, ended_at=None, at__lt=before
    )
    rows = list(old.values_list("pk", "stored")[:most])
    ItemEvidence.objects.filter(pk__in=[pk for pk, _stored in rows]).update(ended_at=timezone.now())
    for stored in sorted({stored for _pk, stored in rows}):
        holders.let_go(stored)
    return len(rows)


register(Class("fix-evidence", 1095, "the fix was verified or confirmed", _end_evidence))
