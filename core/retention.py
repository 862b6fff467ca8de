"""How long things are kept that nobody needs for ever. One table, filled by the apps; a daily job applies it.

A programme may set another number of days, dated, under "keep-days.<key>". What an issued report, a release or the
audit record holds is never in this table.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

from django.db import transaction
from django.utils import timezone

from core import audit
from core.days import today
from core.errors import Denied
from core.models import Programme, Session

MOST = 500  # rows of a class ended in one go; the rest waits for the next day


@dataclass(frozen=True)
class Class:
    """key; days kept after `after`; end(programme, before, most) destroys what is older and returns how many."""

    key: str
    days: int
    after: object
    end: Callable


_classes: dict = {}


def register(one: Class):
    _classes[one.key] = one


def classes() -> list:
    return list(_classes.values())


def days_of(one: Class, programme) -> int:
    """The days in force in this programme today."""
    rows = programme.settings.filter(key=f"keep-days.{one.key}", in_force_from__lte=today(programme))
    value = rows.order_by("-in_force_from").values_list("value", flat=True).first()
    return value if isinstance(value, int) and value > 0 else one.days


def apply(*, by) -> dict:
    """Destroy what is kept long enough, programme by programme. Only the program itself.

    Returns {key: how many}; records retention.applied for each class and programme where something went.
    """
    if not isinstance(by, audit.System):
        raise Denied("What is kept long enough is destroyed by the program itself.")
    ended = {}
    for programme in Programme.objects.order_by("code"):
        for one in classes():
            days = days_of(one, programme)
            with transaction.atomic():
                n = one.end(programme, timezone.now() - timedelta(days=days), MOST)
                if n:
                    audit.record(
                        "retention.applied", programme, by=by, programme=programme, kind=one.key, rows=n, days=days
                    )
            ended[one.key] = ended.get(one.key, 0) + n
    return ended


def _end_sessions(programme, before, most):
    """Browsers not seen for so long; whoever's they were."""
    old = Session.objects.filter(expire_date__lt=before).values_list("pk", flat=True)[:most]
    return Session.objects.filter(pk__in=list(old)).delete()[0]


register(Class("ended-sessions", 30, "the session ran out", _end_sessions))
