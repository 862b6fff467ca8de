"""Key growth.plans, with growth.night beside it: 10, 1,000 and 20,000 plans of thirty items in a programme.

Rows are written in bulk: a factory with its committee, a worker co-chair who signs in, her plan and its items, some of
them reported, some late. One plan besides is made through actions, and its screens are what is measured.
"""

from datetime import timedelta

from django.db import connection
from django.test import Client

from core import actions as core
from core.audit import System
from core.days import today
from core.models import User
from factories.models import Site
from factories.rules import site_number
from improvement_plans import actions
from improvement_plans.models import Committee, ItemFact, Member, Plan, PlanItem
from tests.bench import growth
from tests.bench.measure import RUNS, Line, key, median, seconds, statements
from tests.world import SETUP

SIZES = (10, 1_000, 20_000)
ITEMS = 30
CLOCK = System("clock")
MOST = 5_000  # rows of a statement


def real(place):
    """A plan of thirty items with a committee, through actions. Returns (plan, its worker co-chair)."""
    if hasattr(place, "_grown"):
        return place._grown
    chair, site = place.person("Sreymom"), place.new_factory()
    day = today(place.programme)
    committee = actions.create_committee(site=site, kind="bipartite", formed_on=day - timedelta(days=400), by=SETUP)
    actions.seat_member(
        committee=committee, side="worker", user=chair, sex="f", chosen_by="election",
        since=day - timedelta(days=300), co_chair=True, by=place.dara,
    )  # fmt: skip
    actions.follow_report(report=place.issued(4 * ITEMS, site=site), by=SETUP)
    plan = Plan.objects.get(site=site)
    assert plan.items.count() == ITEMS
    place._grown = plan, chair
    return place._grown


def fill(programme, count):
    """Plans up to so many. Of thirty items one is reported, two are late; nothing is taken away afterwards."""
    day = today(programme)
    growth.fill(programme, count)
    bulk = Site.objects.filter(programme=programme, number__gte=site_number(programme.code, 100_000), committees=None)
    sites = list(bulk.order_by("number"))
    have = User.objects.count()
    people = [User(username=f"grown-{have + n}", password="!") for n in range(len(sites))]
    committees = [Committee(site=one, kind="bipartite", formed_on=day) for one in sites]
    plans = [
        Plan(site=site, committee=committee, opened_on=day) for site, committee in zip(sites, committees, strict=True)
    ]
    seats = [
        Member(committee=committee, user=person, side="worker", sex="f", chosen_by="election", since=day, co_chair=True)
        for committee, person in zip(committees, people, strict=True)
    ]
    for model, rows in ((User, people), (Committee, committees), (Plan, plans), (Member, seats)):
        model.objects.bulk_create(rows, batch_size=MOST)
    for start in range(0, len(plans), MOST):
        write_items(plans[start : start + MOST], day)
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE")


def write_items(plans, day):
    late, later = day - timedelta(days=50), day + timedelta(days=60)
    items = [
        PlanItem(
            plan=plan, issue=f"Idea {n}", origin="idea", added_on=day, due_on=late if n < 2 else later,
            first_due_on=late if n < 2 else later,
        )
        for plan in plans
        for n in range(ITEMS)
    ]  # fmt: skip
    PlanItem.objects.bulk_create(items, batch_size=MOST)
    someone = User.objects.filter(username__startswith="grown-").first()
    reported = [ItemFact(item=item, round=1, kind="reported", on=day, by=someone) for item in items[ITEMS - 1 :: ITEMS]]
    ItemFact.objects.bulk_create(reported, batch_size=MOST)


def pages(place, plan, chair):
    """{words: a call that opens a whole page}: what a member opens on her phone, and the programme at a desk."""
    member, adviser = Client(), Client()
    member.force_login(chair)
    adviser.force_login(place.dara)

    def page(client, address):
        def ask():
            answer = client.get(address)
            assert answer.status_code == 200, answer

        return ask

    return {
        "plan.open": page(adviser, f"/app/plans/{plan.pk}/"),
        "board of a member": page(member, f"/app/plans/{plan.pk}/"),
        "my items": page(member, "/app/plans/mine/"),
        "home of a member": page(member, "/app/"),
        "an item": page(member, f"/app/plans/items/{plan.items.first().pk}/"),
        "the list of plans": page(adviser, "/app/plans/"),
        "its last page": page(adviser, "/app/plans/?page=9999"),
        "fixes to check": page(adviser, "/app/plans/check/"),
        "home of an adviser": page(adviser, "/app/"),
    }


@key("growth.plans")
def plans(place, sizes=SIZES, runs=RUNS):
    """Whole pages, as many statements with 20,000 plans as with ten; and the night's and the week's work over all."""
    plan, chair = real(place)
    core.set_programme_setting(  # today is the day of the week's letters, whatever day it is
        programme=place.programme, key="reminders", value={"weekday": today(place.programme).isoweekday(), "hour": 0},
        in_force_from=today(place.programme), by=SETUP,
    )  # fmt: skip
    first: dict = {}
    for size in sizes:
        fill(place.programme, size)
        for words, ask in pages(place, plan, chair).items():
            ask()
            asked = statements(ask)
            fewest = first.setdefault(words, asked)
            yield Line(
                "growth.plans", median(ask, runs), "ms", f"{size:,} plans, {words}", asked, yardstick=fewest,
                ratio=round(asked / fewest, 2), note="whole page; the yardstick is its statements with ten plans",
                most_queries=fewest,
            )  # fmt: skip
        yield from nightly(place.programme, size, first)


def nightly(programme, size, first):
    """The ladder over all plans, and again when nothing is left to tell; then the week's letters asked for."""
    work = {
        "the ladder": lambda: actions.climb_ladder(by=CLOCK),
        "the ladder again": lambda: actions.climb_ladder(by=CLOCK),
        "reminders": lambda: actions.remind_of_the_week(by=CLOCK),
    }
    for words, call in work.items():
        took: list = []
        asked = statements(lambda call=call, took=took: took.append(seconds(call)))
        fewest = first.setdefault(words, asked)
        more = (asked - fewest) / size * 1000
        yield Line(
            "growth.night", round(took[0] * 1000 / size, 3), "ms a plan", f"{size:,} plans, {words}", asked,
            yardstick=fewest, ratio=round(more, 2),
            note=f"{took[0]:.1f} s in all; the ratio is statements for each further thousand plans",
            goal=("≤ 20 statements a thousand", more <= 20),
        )  # fmt: skip
