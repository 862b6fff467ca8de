"""Fixes that are reported and that nobody of the programme has looked at."""

from dataclasses import dataclass
from datetime import date
from functools import reduce
from operator import or_

from django.core.paginator import Page, Paginator
from django.db.models import Case, Count, Exists, F, OuterRef, Q, Subquery, TextField, Value, When
from django.db.models.functions import Cast

from compliance.queries.desk import PUBLIC
from core import access
from core.days import today
from core.models import Programme
from core.roles import Right
from improvement_plans.models import ItemEvidence, ItemFact, PlanItem
from improvement_plans.permissions import assesses, nobody_looked

LOOKS = (Right.ADVISE, Right.LEAD_ASSESSMENTS, Right.PLAN_VISITS)
PAGE = 25


@dataclass
class Waiting:
    """One fix to look at. `days`: since it was reported. `files`: photos and documents that are kept."""

    item: PlanItem
    reported_on: date
    days: int
    files: int
    is_public: bool
    agreed: bool


def _waiting(user, held):
    """What waits for a check where the person verifies or plans visits, or in a cycle she assesses.

    Each joined with the fact that says so, `facts`: few items of a programme are reported, and the others are not
    looked at.
    """
    mine = []
    if held.any(*LOOKS):
        mine.append(Q(plan__site__programme__in=access.anchors_any(user, LOOKS, Programme)))
    if held.any(Right.ASSESS):
        mine.append(assesses(user))
    if not mine:
        return PlanItem.objects.none()
    reported = PlanItem.objects.filter(facts__kind="reported", facts__round=F("round"))
    return reported.filter(nobody_looked(), reduce(or_, mine))


def fixes_to_check(user, held=None) -> int:
    """How many there are. One query. `held`: what the person may do anywhere, where that is known."""
    return _waiting(user, held or access.held(user)).count()


def may_look(held) -> bool:
    """Is there a programme in which a person who holds this verifies fixes, plans visits or assesses?"""
    return held.any(*LOOKS, Right.ASSESS)


def to_check(user, held=None, *, public=False, files="", words="", page=1) -> Page:
    """A page of Waiting: what a public finding is about first, then what was reported longest ago. Three queries.

    `files`: "yes" what has a photo or document, and may be checked by them; "no" what needs a visit; "" both.
    `words`: of the name or number of the factory.
    """
    said = ItemFact.objects.filter(item=OuterRef("pk"), round=OuterRef("round"))
    kept = ItemEvidence.objects.filter(item=OuterRef("pk"), redacted_at=None, ended_at=None)
    # The list of tags as text: SQLite cannot be asked in another way what it holds.
    rows = _waiting(user, held or access.held(user)).annotate(
        tags=Cast("finding__question__tags", TextField()),
        reported_on=F("facts__on"),
        is_public=Case(When(Q(tags__contains=f'"{PUBLIC}"'), then=Value(True)), default=Value(False)),
    )
    if public:
        rows = rows.filter(is_public=True)
    if files in ("yes", "no"):
        rows = rows.filter(Exists(kept) if files == "yes" else ~Exists(kept))
    for word in words.split():
        rows = rows.filter(Q(plan__site__name__icontains=word) | Q(plan__site__number__icontains=word))
    found = Paginator(rows.order_by(F("is_public").desc(), "reported_on", "pk").values_list("pk", flat=True), PAGE)
    found = found.get_page(page)
    ids = list(found.object_list)
    files_of = Count("evidence", filter=Q(evidence__redacted_at=None, evidence__ended_at=None))
    agreed_on = Subquery(said.filter(kind="agreed").values("on"))
    items = rows.filter(pk__in=ids).annotate(files=files_of, agreed_on=agreed_on)
    by_id = {item.pk: item for item in items.select_related("plan__site__programme", "plan__cycle")}
    found.object_list = [_row(by_id[pk]) for pk in ids if pk in by_id]
    return found


def _row(item):
    days = (today(item.plan.site.programme) - item.reported_on).days
    return Waiting(item, item.reported_on, days, item.files, item.is_public, item.agreed_on is not None)
