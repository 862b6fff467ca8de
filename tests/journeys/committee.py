"""The instance a committee's journey starts from, and the reports that come while it runs. Everything through actions."""

from datetime import timedelta

from core import actions as core
from core.days import today
from core.models import Programme, User
from factories.models import Site
from improvement_plans import actions as plans
from improvement_plans import tasks
from improvement_plans.models import ItemFact
from tests.world import World

EXITS, DRILLS = "emergency-exits-clear", "evacuation-drills"


def prepare():
    """A factory with a committee of three a side and a report that found two things. Prints Sreymom's paper: her
    member code and the code that works once.
    """
    world = World()
    day = today(world.programme)
    committee = plans.create_committee(
        site=world.site, kind="bipartite", formed_on=day - timedelta(days=90), by=world.dara
    )
    sreymom = core.create_member(name="Sreymom Chan", programme=world.programme, language="km", by=world.sokha)
    for side, chair, chosen in (("worker", sreymom, "election"), ("management", world.mony, "employer")):
        for n, name in enumerate(["", "Sophea Phan", "Kosal Meas"] if side == "worker" else ["", "Chenda", "Rotha"]):
            plans.seat_member(
                committee=committee, user=None if n else chair, name=name, side=side, sex="f" if n < 2 else "m",
                chosen_by=chosen, since=committee.formed_on, co_chair=n == 0, by=world.dara,
            )  # fmt: skip
    report = world.report({EXITS: "non_compliant", DRILLS: "non_compliant"}, on=day - timedelta(days=40))
    tasks.after_report(report_id=str(report.pk))
    paper = core.issue_code(user=sreymom, programme=world.programme, by=world.sokha)
    print(paper.member_code, paper.once)


IDEAS = ("Shade in the yard", "Water at the gate", "A second fan", "Lamps on the stairs")


def prepare_board():
    """The same, and four ideas in the plan that nobody planned yet. Prints the plan."""
    prepare()
    mony = User.objects.get(username="mony")
    plan = plans.open_plan(site=Site.objects.get(name="Paper Heron Sewing"), by=mony)
    for issue in IDEAS:
        plans.add_item(plan=plan, issue=issue, by=mony)
    print(plan.pk)


def facts():
    """How many facts of a fix are written down."""
    print(ItemFact.objects.count())


def next_report():
    """A year's next assessment: the exits are clear, the drills are not held again."""
    world = object.__new__(World)
    world.programme = Programme.objects.get(code="KH")
    for user in User.objects.exclude(username=""):
        if user.username in ("sokha", "vannak", "chanthou", "rith", "dara"):
            setattr(world, user.username, user)
    world.site = Site.objects.get(name="Paper Heron Sewing")
    day = today(world.programme)
    world.version  # noqa: B018 (the same document again: the version that is there)
    report = world.report({EXITS: "compliant", DRILLS: "non_compliant"}, on=day, issued_on=day)
    tasks.after_report(report_id=str(report.pk))
