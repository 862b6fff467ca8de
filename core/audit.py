"""Append-only record of who did what. Written inside the transaction of the act; ids and codes only, never typed text.

It refuses to hold words people typed: those can be removed by law, and this record cannot.
"""

import re
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from core.models import AuditRecord

_CODE = re.compile(r"[\w.:@/+-]{1,80}", re.ASCII)


@dataclass(frozen=True)
class System:
    """A named part of the program acting by itself: System("clock"), System("demonstration")."""

    name: str
    is_authenticated = True
    pk = None

    def __str__(self):
        return self.name


def record(verb: str, subject, *, by, programme=None, **facts) -> AuditRecord:
    """Write one row. `verb` is the audit word of the action's row in states.py, such as "report.issued".

    `facts` may hold ids, codes, numbers, dates and booleans; anything else raises ValueError.
    """
    for name, value in facts.items():
        facts[name] = _plain(name, value)
    return AuditRecord.objects.create(
        verb=verb,
        subject_type=subject._meta.label_lower,
        subject_id=str(subject.pk),
        programme_id=getattr(programme, "pk", None),
        actor_id=by.pk,
        actor_system="" if by.pk else by.name,
        facts=facts,
    )


def _plain(name, value):
    if value is None or isinstance(value, (bool, int)):
        return value
    if isinstance(value, (UUID, date)):
        return str(value)
    if isinstance(value, (list, tuple)):
        return [_plain(name, item) for item in value]
    if isinstance(value, str) and _CODE.fullmatch(value):
        return str(value)
    raise ValueError(f"The audit record takes ids and codes, not the text given as {name!r}.")
