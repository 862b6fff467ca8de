"""The instance the journeys through the door start from: a manager, a lead, a worker member with one item to answer."""

from datetime import timedelta

from core.days import today
from core.models import User
from improvement_plans import actions as plans
from improvement_plans import tasks
from improvement_plans.models import PlanItem
from tests.world import World


def prepare():
    """Everything through actions, as in the other tests."""
    world = World()
    day = today(world.programme)
    committee = plans.create_committee(
        site=world.site, kind="bipartite", formed_on=day - timedelta(days=90), by=world.dara
    )
    seats = {}
    for side, name, chosen in (("worker", "Sreymom", "election"), ("management", "Vuthy", "employer")):
        seats[side] = plans.seat_member(
            committee=committee, user=world.person(name), side=side, sex="f", chosen_by=chosen,
            since=committee.formed_on, co_chair=True, by=world.dara,
        )  # fmt: skip
    sreymom = User.objects.get(username="sreymom")
    sreymom.set_unusable_password()
    sreymom.save()
    report = world.report({"emergency-exits-clear": "non_compliant"}, on=day - timedelta(days=40))
    tasks.after_report(report_id=str(report.pk))
    plans.change_item(
        item=PlanItem.objects.get(question_key="emergency-exits-clear"),
        steps="Both exits are kept free and looked at each morning.",
        due_on=day + timedelta(days=20), responsible=seats["management"], by=world.mony,
    )  # fmt: skip
