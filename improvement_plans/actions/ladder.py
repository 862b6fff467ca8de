"""The writer of the ladder: who is told of what slipped again and again, each by a letter and each once."""

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from core import audit, queue
from core.days import today
from core.errors import Denied
from core.models import Programme
from factories.models import Consent
from improvement_plans.models import ItemFact, LadderStep, PlanItem
from improvement_plans.permissions import is_system, ladder_of
from improvement_plans.rules import due_rungs, slips_on


@transaction.atomic
def climb_ladder(*, by) -> int:
    """Each night: tell the next ones of every item that slipped so often. Returns how many steps were climbed.

    The program. Repeatable: each is told once in a round. Buyers are told only where a consent opens the plan. A fixed
    number of queries for each programme, whatever the number of plans. Records ladder.climbed for each programme.
    """
    if not is_system(by):
        raise Denied(_("The program does this by itself."))
    return sum(_climb(programme, by) for programme in Programme.objects.order_by("pk"))


def _climb(programme, by):
    on = today(programme)
    ladder, every = ladder_of(programme.pk, on)
    first = min((rung.slips for rung in ladder), default=None)
    if first is None:
        return 0
    # Only what can have slipped so often: most items of a programme are not late.
    slipped = Q(slips__gte=first) | Q(due_on__lt=on)
    here = PlanItem.objects.filter(slipped, plan__site__programme=programme, continued_by=None, due_on__isnull=False)
    over = set(ItemFact.objects.filter(item__in=here).exclude(kind="reopened").values_list("item_id", "round"))
    told: dict = {}
    for item_id, current, who in LadderStep.objects.filter(item__in=here).values_list("item_id", "round", "told"):
        told.setdefault((item_id, current), set()).add(who)
    opened = set(
        Consent.objects.filter(site__programme=programme, ended_at=None, since__lte=on, scope__in=["progress", "both"])
        .exclude(until__lt=on)
        .values_list("site_id", "cycle_id")
    )
    steps: list = []
    rows = here.values_list("pk", "round", "slips", "due_on", "plan__site_id", "plan__cycle_id")
    for item_id, current, moved, due_on, site_id, cycle_id in rows.iterator():
        slips = slips_on(moved, due_on, on, every)
        if slips < first or (item_id, current) in over:
            continue
        for rung in due_rungs(slips, ladder, told=told.get((item_id, current), ())):
            consented = cycle_id and {(site_id, cycle_id), (site_id, None)} & opened
            if rung.told != "buyers" or consented:
                steps.append(LadderStep(item_id=item_id, round=current, told=rung.told, slips=slips, on=on))
    LadderStep.objects.bulk_create(steps, batch_size=500, ignore_conflicts=True)
    if steps:
        queue.enqueue("improvement_plans.write_of_steps", programme_id=programme.pk, on=on)
        audit.record("ladder.climbed", programme, by=by, programme=programme, steps=len(steps), on=on)
    return len(steps)
