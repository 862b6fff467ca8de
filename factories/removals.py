"""What of factories can be removed for good: what people typed about each other. Scans of permits: one floor up."""

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from core import redaction
from core.removals import Kind, register
from factories import permissions
from factories.models import ConsentRequest, Suspicion


def _remove_words(*, row, **who):
    recorded = redaction.recorded(thing=row, **who)
    row.words, row.redacted_at = "", timezone.now()
    row.save(update_fields=["words", "redacted_at"])
    return recorded


def _reads_suspicions(user, row, programme):
    return permissions.can_read_suspicions(user, programme)


register(
    Kind(
        Suspicion, _("What a suspicion says"), lambda row: row.programme, may=_reads_suspicions, remove=_remove_words,
        called=lambda row: row.giver.number,
    )
)  # fmt: skip
register(
    Kind(
        ConsentRequest, _("What a buyer said with its request"), lambda row: row.site.programme, remove=_remove_words,
        called=lambda row: row.site.number,
    )
)  # fmt: skip
