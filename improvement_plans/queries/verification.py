"""Fixes that are reported and that nobody of the programme has looked at."""

from dataclasses import dataclass
from datetime import date

from django.core.paginator import Page, Paginator
from django.db.models import Count, Exists, OuterRef, Q, Subquery

from compliance.queries.desk import PUBLIC
from core import access
from core.days import today
from core.models import Programme
from core.roles import Right
from improvement_plans.models import ItemEvidence, ItemFact, PlanItem

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


def _waiting(user):
    """Items reported in their running round and looked at by nobody, where the person verifies or plans visits."""
    held = Q(plan__site__programme__in=access.anchors_any(user, LOOKS, Programme))
    here = ItemFact.objects.filter(item=OuterRef("pk"), round=OuterRef("round"))
    return (
        PlanItem.objects.filter(held, continued_by=None)
        .filter(Exists(here.filter(kind="reported")))
        .exclude(Exists(here.filter(kind__in=["verified", "confirmed", "withdrawn"])))
        .annotate(reported_on=Subquery(here.filter(kind="reported").values("on")))
        .annotate(agreed_on=Subquery(here.filter(kind="agreed").values("on")))
    )


def fixes_to_check(user) -> int:
    """How many there are. One query."""
    return _waiting(user).count()


def may_look(user) -> bool:
    """Is there a programme in which the person verifies fixes or plans visits? One query."""
    return access.holds_any(user, LOOKS)


def to_check(user, *, public=False, files="", words="", page=1) -> Page:
    """A page of Waiting: what a public finding is about first, then what was reported longest ago. Three queries.

    `files`: "yes" what has a photo or document, and may be checked by them; "no" what needs a visit; "" both.
    `words`: of the name or number of the factory.
    """
    rows = _waiting(user)
    kept = ItemEvidence.objects.filter(item=OuterRef("pk"), redacted_at=None, ended_at=None)
    if files in ("yes", "no"):
        rows = rows.filter(Exists(kept) if files == "yes" else ~Exists(kept))
    for word in words.split():
        rows = rows.filter(Q(plan__site__name__icontains=word) | Q(plan__site__number__icontains=word))
    order = sorted(
        (PUBLIC not in (tags or ()), reported_on, pk)
        for pk, reported_on, tags in rows.values_list("pk", "reported_on", "finding__question__tags")
    )
    if public:
        order = [one for one in order if not one[0]]
    found = Paginator(order, PAGE).get_page(page)
    ids = {pk: not told for told, _on, pk in found.object_list}
    files_of = Count("evidence", filter=Q(evidence__redacted_at=None, evidence__ended_at=None))
    items = (
        rows.filter(pk__in=list(ids)).annotate(files=files_of).select_related("plan__site__programme", "plan__cycle")
    )
    by_id = {item.pk: item for item in items}
    found.object_list = [_row(by_id[pk], is_public) for pk, is_public in ids.items() if pk in by_id]
    return found


def _row(item, is_public):
    days = (today(item.plan.site.programme) - item.reported_on).days
    return Waiting(item, item.reported_on, days, item.files, is_public, item.agreed_on is not None)
