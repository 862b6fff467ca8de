"""Who holds a file. The same bytes lie in the store once, however many rows name them. Apps register those rows; the
ground floor knows none of them.

Removed by law, they go from everywhere, and each row that named them says so. What one row lets go for another
reason is destroyed when no row holds it any more.
"""

from collections.abc import Callable
from dataclasses import dataclass

from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from core import queue, redaction
from core.errors import Invalid
from core.storage import sha256_of


@dataclass(frozen=True)
class Holder:
    """model; the column that names the file; kept: rows that still hold it; programme_of(row).

    emptied: text columns a removal clears, where a row no longer names what is gone; proof: the column that still
    does. programme_of None: the program made the file itself and makes it again; no removal marks the row. follow(row):
    after a row's file was removed, to let go of what was made of it.
    """

    model: type
    column: str = "stored"
    kept: Q = Q(redacted_at=None)
    programme_of: Callable = None
    emptied: tuple = ()
    proof: str = ""
    follow: Callable = None

    @property
    def named_by(self):
        """The column that names the file even after its removal."""
        return self.proof or self.column

    def naming(self, stored):
        return self.model.objects.filter(self.kept, **{self.column: stored})


_holders: dict = {}


def register(holder: Holder):
    _holders[holder.model] = holder


def is_held(stored) -> bool:
    """Does any row still hold this file? One query for each kind of row."""
    return any(holder.naming(stored).exists() for holder in _holders.values())


def was_removed(data: bytes, kept: bytes) -> bool:
    """Did two people remove this very file, from whatever row? `data` as it was sent, `kept` as it would be stored: a
    picture that was shown here comes back as it was drawn anew. One query for each kind of row.
    """
    names = {sha256_of(data), sha256_of(kept)}
    return any(
        holder.model.objects.filter(
            redacted_at__isnull=False, **{f"{holder.proof or holder.column}__in": names}
        ).exists()
        for holder in _holders.values()
        if holder.programme_of
    )


def check_not_removed(sent: bytes, kept: bytes):
    """What two people removed does not come back: every door that keeps a file asks this."""
    if was_removed(sent, kept):
        raise Invalid(_("This very file was removed by law. Take another photo."), code="removed")


def let_go(stored):
    """A row named this file and does so no more: a job destroys it, tried until done, unless another row holds it."""
    queue.enqueue("core.destroy_file", stored=stored)


@transaction.atomic
def remove_everywhere(*, row, **who):
    """The removal of a row that holds a file: it, and every other row that names the same bytes, each on record."""
    own = _holders[type(row)]
    stored = getattr(row, own.column)
    recorded = _mark(own, row, who)
    if not stored:
        return recorded
    for holder in _holders.values():
        if holder.programme_of:
            for other in holder.naming(stored).order_by("pk"):
                _mark(holder, other, who | {"programme": holder.programme_of(other)})
    let_go(stored)
    return recorded


def _mark(holder, row, who):
    recorded = redaction.recorded(thing=row, **who)
    row.redacted_at = timezone.now()
    for column in holder.emptied:
        setattr(row, column, "")
    row.save(update_fields=["redacted_at", *holder.emptied])
    if holder.follow:
        holder.follow(row)
    return recorded
