"""What can be removed for good, and by whom. Apps register their kinds; the ground floor knows none of them.

It refuses to know what is removed: a kind brings its row, its programme, who may touch it, and what follows.
"""

from collections.abc import Callable
from dataclasses import dataclass

from django.core.exceptions import ValidationError
from django.db.models import Exists, OuterRef

from core import access
from core.errors import NOTHING_HERE, Denied
from core.models import Redaction, RemovalAsk
from core.redaction import redact
from core.roles import Right

KEEPERS = (Right.PLAN_VISITS, Right.LEAD_ASSESSMENTS, Right.ADMINISTER)


def may_in_programme(user, row, programme) -> bool:
    """A programme manager, a lead assessor or an administrator of the programme."""
    return not access.rights_on(user, programme).isdisjoint(str(right) for right in KEEPERS)


@dataclass(frozen=True)
class Kind:
    """model; words for the screen; programme_of(row); may(user, row, programme); remove(row=, asked_by=, ...).

    called(row): where it lies, in numbers and keys, so that two people mean the same thing without reading it.
    follow(row, before): called after the words are gone with what the body was, to make right what was made of it.
    """

    model: type
    words: object
    programme_of: Callable
    may: Callable = may_in_programme
    remove: Callable = None
    follow: Callable = None
    called: Callable = lambda row: ""


_kinds: dict = {}


def register(kind: Kind):
    _kinds[kind.model._meta.label_lower] = kind


def kinds() -> dict:
    return dict(_kinds)


def found(label, subject_id):
    """(kind, row, programme), or the words of absence."""
    kind = _kinds.get(label)
    try:
        row = kind and kind.model.objects.filter(pk=subject_id).first()
    except (ValidationError, ValueError):
        row = None
    if row is None:
        raise Denied(NOTHING_HERE)
    return kind, row, kind.programme_of(row)


def check_can_remove(user, kind, row, programme):
    """Whoever may not hears the same as if it did not exist."""
    if not kind.may(user, row, programme):
        raise Denied(NOTHING_HERE)


def destroy(kind, row, **who):
    """Remove one row and see to what follows. `who`: asked_by, agreed_by, reason, programme."""
    if kind.remove:
        return kind.remove(row=row, **who)
    before = row.body
    redaction = redact(payload=row, **who)
    if kind.follow:
        kind.follow(row=row, before=before, **who)
    return redaction


def waiting_for(user) -> list:
    """Asks nobody agreed to yet, of things this person may remove."""
    done = Redaction.objects.filter(subject_type=OuterRef("subject_type"), subject_id=OuterRef("subject_id"))
    rows = []
    open_asks = RemovalAsk.objects.exclude(Exists(done)).select_related("asked_by", "programme")
    for ask in open_asks.order_by("asked_at"):
        try:
            kind, row, programme = found(ask.subject_type, ask.subject_id)
        except Denied:
            continue
        if row.redacted_at is None and kind.may(user, row, programme):
            rows.append({"ask": ask, "words": kind.words, "called": kind.called(row), "reason": ask.reason})
    return rows
