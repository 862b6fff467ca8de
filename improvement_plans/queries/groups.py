"""The plans of one firm together."""

from dataclasses import dataclass

from factories.models import Enterprise
from improvement_plans import rules
from improvement_plans.models import Plan
from improvement_plans.permissions import plans_visible_to
from improvement_plans.queries.plans import counts_of


@dataclass
class Group:
    """A firm's plans that one person may read: `rows` of (plan, counts by status), `total` over all of them."""

    enterprise: Enterprise
    rows: list
    total: dict


def group(user, enterprise_id) -> Group | None:
    """The plans of a firm's factories, newest first within a factory; None where she may read none. Three queries,
    whatever the number of factories and items.
    """
    plans: list[Plan] = list(
        plans_visible_to(user)
        .filter(site__enterprise=enterprise_id)
        .select_related("site__programme", "site__enterprise", "cycle", "committee")
        .order_by("site__name", "-opened_on", "id")
    )
    if not plans:
        return None
    counts = counts_of(plans)
    total = {status: sum(one[status] for one in counts.values()) for status in rules.BOARD}
    rows = [(plan, {status: counts[plan.pk][status] for status in rules.BOARD}) for plan in plans]
    return Group(plans[0].site.enterprise, rows, total)
