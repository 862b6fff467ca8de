"""Reads of what buyers will change."""

from dataclasses import dataclass

from core import access
from core.roles import Right
from factories import permissions as factories
from factories.models import Buyer
from improvement_plans.models import Pledge
from improvement_plans.permissions import plans_visible_to


@dataclass
class Pledged:
    """One pledge for one reader. `ended`: done or taken back, with words of its own. `mine`: the reader ends it."""

    pledge: Pledge
    text: str
    ended: object
    ended_text: str
    mine: bool


def buyers_of(user, plan) -> list[Buyer]:
    """Buyers for which the person may say something about this plan today. One query and the consents'."""
    if plan.cycle_id is None:
        return []
    opened = factories.consents(user, scope="progress").filter(site=plan.site_id)
    opened = opened.filter(cycle=None) | opened.filter(cycle=plan.cycle_id)
    return list(Buyer.objects.filter(pk__in=opened.values("buyer")).order_by("name"))


def pledges_of(user, plan, inside: bool) -> list[Pledged]:
    """What buyers said they will change: all for committee, factory and programme; for a buyer her own only."""
    rows = plan.pledges.select_related("buyer", "words", "fact__words").order_by("at", "id")
    own = set(access.anchors(user, Right.ACT_FOR_BUYER, Buyer).values_list("content_object_id", flat=True))
    if not inside:
        rows = rows.filter(buyer__in=own)
    return [_row(one, own) for one in rows]


def _row(one, own):
    ended = getattr(one, "fact", None)
    return Pledged(
        pledge=one,
        text=(one.words.body or {}).get("text", ""),
        ended=ended,
        ended_text=(ended.words.body or {}).get("text", "") if ended else "",
        mine=ended is None and one.buyer_id in own,
    )


def pledge(user, pledge_id) -> Pledge | None:
    """A pledge of the person's own buyer on a plan she may read, or None."""
    return (
        Pledge.objects.filter(
            pk=pledge_id,
            plan__in=plans_visible_to(user),
            buyer__in=access.anchors(user, Right.ACT_FOR_BUYER, Buyer),
        )
        .select_related("plan__site__programme", "buyer")
        .first()
    )
