"""Keys growth.board and growth.clocks: who plans and reviews, and the nightly look at what is due, over 20,000 factories.

Rows are written in bulk: each factory with one cycle and one issued visit, spread over five hundred days; among ten
some are late too.
"""

from datetime import timedelta

from compliance import actions
from compliance.models import Assessment, AssessmentMember, ClockReminder
from core.audit import System
from core.days import today
from factories.models import Cycle, Site
from factories.rules import site_number
from tests.bench.growth import SIZES, empty, fill, reader
from tests.bench.measure import RUNS, Line, key, median, seconds, statements

BY = System("bench")
# A list longer than its screen is counted beside: one more, however long it is.
LONG = {"what is late": 1}


def visit(place):
    """One issued visit for every factory of the bulk that has none."""
    programme, day = place.programme, today(place.programme)
    bulk = Site.objects.filter(programme=programme, number__gte=site_number(programme.code, 100_000), cycles=None)
    cycles = [
        Cycle(programme=programme, site=site, number=1, opened_on=day - timedelta(days=n * 53 % 500), known_on=day)
        for n, site in enumerate(bulk.order_by("number"))
    ]
    Cycle.objects.bulk_create(cycles, batch_size=500)
    version = place.version_of(4)
    made = [
        Assessment(
            number=f"B-{cycle.pk.hex[-14:]}", programme=programme, cycle=cycle, version=version, state="issued",
            planned_from=cycle.opened_on, planned_until=cycle.opened_on, visited_on=cycle.opened_on,
        )
        for cycle in cycles
    ]  # fmt: skip
    Assessment.objects.bulk_create(made, batch_size=500)
    AssessmentMember.objects.bulk_create(
        [AssessmentMember(assessment=one, user=place.chanthou, lead=True) for one in made], batch_size=500
    )


def unvisit(place):
    made = Assessment.objects.filter(programme=place.programme, number__startswith="B-")
    AssessmentMember.objects.filter(assessment__in=made).delete()
    cycles = list(made.values_list("cycle", flat=True))
    made.delete()
    for start in range(0, len(cycles), 500):
        Cycle.objects.filter(pk__in=cycles[start : start + 500]).delete()
    empty(place.programme)


@key("growth.board")
def board(place, sizes=SIZES, runs=RUNS):
    """The planning board, each of its lists; what is late; the lists of visits and reports; one visit's review desk."""
    planner, reviewer = reader(place.sokha), reader(place.vannak)
    pages = {show: f"/app/assessments/board/?show={show}" for show in ("due", "late", "never", "planned")}
    pages["what is late"] = "/app/assessments/due/"
    pages["all visits"] = "/app/assessments/"
    pages["reports"] = "/app/assessments/reports/"
    pages["visits of every kind"] = "/app/assessments/visits/"
    desk = f"/app/assessments/{place.answered(300, site=place.new_factory()).number}/review/"
    asked_by = [(planner, words, address) for words, address in pages.items()]
    asked_by += [(reviewer, "review desk", desk), (reviewer, "to review", "/app/")]
    first: dict = {}
    for size in sizes:
        fill(place.programme, size)
        visit(place)
        for ask, words, address in asked_by:
            ask(address)
            asked = statements(lambda ask=ask, address=address: ask(address))
            fewest = first.setdefault(words, asked)
            took = median(lambda ask=ask, address=address: ask(address), runs)
            yield Line(
                "growth.board", took, "ms", f"{size:,} factories, {words}", asked, yardstick=fewest,
                ratio=round(asked / fewest, 2), most_queries=fewest + LONG.get(words, 0), note="whole page; the yardstick is its statements with ten factories",
            )  # fmt: skip
    unvisit(place)


@key("growth.clocks")
def clocks(place, sizes=(SIZES[-1],)):
    """The nightly look at what is due, the first night, when nobody was reminded of anything yet; and the next."""
    for size in sizes:
        fill(place.programme, size)
        visit(place)
        for night in ("first", "second"):
            before = ClockReminder.objects.count()
            took = seconds(lambda: actions.remind(programme=place.programme, by=BY)) * 1000
            told = ClockReminder.objects.count() - before
            yield Line(
                "growth.clocks", round(took), "ms", f"{size:,} factories, {night} night", note=f"{told:,} reminders",
                goal=("≤ 60 s", took <= 60_000),
            )  # fmt: skip
    unvisit(place)
