"""Key plan.open: an improvement plan of sixty items, as a member of the programme opens it."""

from django.test import Client

from improvement_plans import actions as plans
from improvement_plans import queries
from improvement_plans.models import Plan, PlanItem
from tests.bench.assessment import whole
from tests.bench.measure import RUNS, Line, key, median, statements
from tests.world import SETUP


@key("plan.open")
def opened(place, items=60, runs=RUNS):
    report = place.issued(4 * items, site=place.new_factory())  # one question in four is found non-compliant
    plans.follow_report(report=report, by=SETUP)
    plan = Plan.objects.get(cycle=report.assessment.cycle)
    made = PlanItem.objects.filter(plan=plan).count()
    assert made == items, made
    adviser = Client()
    adviser.force_login(place.dara)

    def page():
        answer = adviser.get(f"/app/plans/{plan.pk}/")
        assert answer.status_code == 200, answer

    page()
    took = median(page, runs)
    asked = statements(lambda: queries.board(place.dara, plan.pk))
    yield Line(
        "plan.open", took, "ms", f"{items} items", asked, note=whole(page), most_queries=6,
        goal=("≤ 40 ms", took <= 40),
    )  # fmt: skip
