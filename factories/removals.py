"""What of factories can be removed for good: what people typed about each other, and scans of permits."""

from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from core import holders, redaction
from core.holders import Holder
from core.removals import Kind, register
from factories import permissions
from factories.models import ConsentRequest, Permit, Suspicion, UploadedList


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
register(
    Kind(
        Permit, _("The paper of a permit"), lambda row: row.site.programme, remove=holders.remove_everywhere,
        called=lambda row: f"{row.site.number} · {row.get_kind_display()}",
    )
)  # fmt: skip


holders.register(
    Holder(
        Permit, column="paper", kept=~Q(paper=""), programme_of=lambda row: row.site.programme,
        emptied=("paper", "paper_type"), proof="paper_sha256",
    )
)  # fmt: skip
holders.register(Holder(UploadedList, kept=~Q(stored="")))
