"""Keys assessment.*: planning one, opening it on the tablet and at the review desk, its rates."""

from datetime import timedelta

from django.test import Client

from checklists.blueprint import build
from checklists.models import ChecklistVersion
from compliance import actions as compliance
from compliance import analytics, queries, tablet
from tests.bench.measure import RUNS, Line, fed, key, median, statements
from tests.bench.place import DAY

SIZES = (300, 1200)


@key("assessment.create")
def create(place, sizes=SIZES, runs=RUNS):
    """Planning a visit with its cycle: as cheap for a long checklist as for a short one."""
    for size in sizes:
        version = place.version_of(size)
        site = place.new_factory()

        def plan(on, version=version, site=site):
            compliance.plan_assessment(
                programme=place.programme, site=site, version=version, lead=place.chanthou, assessors=[place.rith],
                planned_from=on, planned_until=on + timedelta(days=1), by=place.sokha,
            )  # fmt: skip

        days = [DAY + timedelta(days=n) for n in range(runs + 2)]
        plan(days[0])  # warm: the first visit of a year begins its series of numbers
        asked = statements(lambda: plan(days[1]))  # noqa: B023  (called here)
        took = median(fed(plan, days[2:]), runs)
        yield Line(
            "assessment.create", took, "ms", f"{size} questions", asked, most_queries=16, goal=("≤ 50 ms", took <= 50)
        )


@key("assessment.open")
def opened(place, sizes=SIZES, runs=5):
    """Everything the review desk shows, as a page, and everything the tablet takes along when it opens a visit."""
    for size, limit in zip(sizes, (50, 150), strict=False):
        assessment = place.answered(size)
        desk = Client()
        desk.force_login(place.vannak)

        def page(desk=desk, address=f"/app/assessments/{assessment.number}/review/"):
            answer = desk.get(address)
            assert answer.status_code == 200, answer

        page()
        took = median(page, runs)

        def read(number=assessment.number):
            return queries.review_desk(queries.desk_assessment(place.vannak, number))

        yield Line(
            "assessment.open", took, "ms", f"{size} questions, desk", statements(read), note=whole(page),
            most_queries=8, goal=(f"≤ {limit} ms", took <= limit),
        )  # fmt: skip

        def take(pk=assessment.pk, version_id=assessment.version_id):
            found = tablet.of_assessor(place.chanthou).get(pk=pk)
            version = ChecklistVersion.objects.select_related("checklist").get(pk=version_id)
            return tablet.item(found, place.chanthou), tablet.last_findings(found), build(version)

        yield Line(
            "assessment.open", median(take, runs), "ms", f"{size} questions, tablet", statements(take),
            note="the visit, what was found last time, the checklist", most_queries=8,
        )  # fmt: skip


def whole(page) -> str:
    """For a note: what a page takes beside its own reads."""
    return f"SQL of its own reads; the whole page, with session, person and menu, takes {statements(page)}"


@key("assessment.result")
def result(place, sizes=SIZES, runs=RUNS):
    """The rates of a factory's report, by compliance point and whole."""
    for size in sizes:
        place.issued(size, site=place.new_factory())
        as_of = DAY + timedelta(days=4000)

        def rates(as_of=as_of):
            frame = analytics.latest(analytics.load(place.programme, as_of))
            return analytics.point_rates(frame), analytics.factory_rates(frame)

        rates()
        took = median(rates, runs)
        yield Line(
            "assessment.result", took, "ms", f"{size} questions", statements(rates), most_queries=3,
            goal=("≤ 8 ms", took <= 8),
        )  # fmt: skip
