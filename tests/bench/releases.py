"""Key growth.release: publishing 10, 1,000 and 20,000 factories with three visits of thirty public issues each.

Rows are written in bulk, as issued reports leave them, in a programme of their own: they are proof and stay. What is
measured runs in a forked process, so that its peak of memory is its own.
"""

import os
import pickle
import resource
import tempfile
import time
from datetime import timedelta
from hashlib import sha256
from itertools import islice

from django.db import connection

from checklists.models import Question
from compliance.models import Assessment, Finding, Report
from core import actions as core
from core.ids import new_id
from disclosure import queries
from disclosure.actions import publish_release, set_regime
from factories.models import Cycle, Site
from factories.rules import match_key, site_number
from tests.bench.measure import Line, key
from tests.bench.place import DAY
from tests.world import SETUP

SIZES = (10, 1_000, 20_000)
VISITS, ISSUES = 3, 30
RULE = {
    "tag": "critical-public", "from_visit": 2, "delay_days": 30, "zero_tolerance_delay_days": 120,
    "low_compliance": {"tag": "critical-public", "from_visit": 3, "deviations": 2, "least_decided": 10},
}  # fmt: skip
SOME = 200  # factories written at once


def programme_of(place):
    if not hasattr(place, "_releasing"):
        place._releasing = core.create_programme(
            code="RL", name="Releases", country="KH", time_zone="Asia/Phnom_Penh", languages=["en"], by=SETUP
        )
        set_regime(programme=place._releasing, name="Bench", in_force_from=DAY, rule=RULE, by=SETUP)
    return place._releasing


def fill(place, programme, count):
    """Factories with their issued reports up to so many of the programme."""
    version = place.version_of(10 * ISSUES)
    asked = [one for one in Question.objects.filter(version=version).order_by("position") if one.tags]
    numbers = iter(range(programme.sites.count(), count))
    while some := list(islice(numbers, SOME)):
        sites = [
            Site(
                programme=programme, number=site_number("RL", n), name=f"Bench Release {n}", country="KH",
                address=f"Road {n}", region="Kandal", status="active", match_key=match_key("KH", f"Release {n}", "R"),
            )
            for n in some
        ]  # fmt: skip
        rows = {model: [] for model in (Cycle, Assessment, Report, Finding)}
        for n, site in zip(some, sites, strict=True):
            for visit in range(1, VISITS + 1):
                on = DAY + timedelta(days=365 * visit)
                cycle = Cycle(programme=programme, site=site, number=visit, opened_on=on, known_on=on)
                assessment = Assessment(
                    number=f"RL-{n}-{visit}", programme=programme, cycle=cycle, version=version, state="issued",
                    planned_from=on, planned_until=on, visited_on=on,
                )  # fmt: skip
                report = Report(
                    assessment=assessment, visited_on=on, issued_on=on + timedelta(days=21), issued_by=place.vannak,
                    visit_count=visit, facts={}, digest=sha256(str(new_id()).encode()).hexdigest(),
                )  # fmt: skip
                for place_of, question in enumerate(asked, start=1):
                    found = (n * 7 + place_of * 13 + visit) % 11 < 2
                    rows[Finding].append(
                        Finding(
                            report=report, question=question, question_key=question.key, point_key="p",
                            cluster_key="c", state="non_compliant" if found else "compliant", digest="",
                            first_found_on=on if found else None, times_found=int(found), position=place_of,
                            extent_n=n % 9 if found else None, extent_of=9 if found else None,
                        )
                    )  # fmt: skip
                rows[Cycle].append(cycle)
                rows[Assessment].append(assessment)
                rows[Report].append(report)
        Site.objects.bulk_create(sites)
        for model, made in rows.items():
            model.objects.bulk_create(made, batch_size=5_000)
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE")


def in_a_process(work) -> tuple:
    """(what it gave, seconds, MB of memory it took beyond what the process began with), run in a fork."""
    connection.close()
    with tempfile.TemporaryFile() as told:
        child = os.fork()
        if child == 0:
            try:
                with open("/proc/self/statm") as statm:
                    before = int(statm.read().split()[1]) * resource.getpagesize()
                began = time.perf_counter()
                gave = work()
                took = time.perf_counter() - began
                peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
                pickle.dump((gave, took, (peak - before) / 1e6), told)
                told.flush()
                os._exit(0)
            finally:
                os._exit(1)
        _, status = os.waitpid(child, 0)
        assert status == 0, "the measured process failed"
        told.seek(0)
        return pickle.load(told)  # noqa: S301 (our own process wrote it)


@key("growth.release")
def release(place, sizes=SIZES):
    """A first release of so many factories; and all of it verified from the rows."""
    programme = programme_of(place)
    first = None
    for n, size in enumerate(sizes):
        fill(place, programme, size)
        as_of = DAY + timedelta(days=365 * VISITS + 100 + n)
        made, took, memory = in_a_process(lambda as_of=as_of: _published(programme, as_of))
        first = first or memory
        note = f"{made} factories in it, {VISITS} visits of {ISSUES} issues each; {memory:.0f} MB beyond the process"
        yield Line(
            "growth.release", round(took, 1), "s", f"{size:,} factories, published", yardstick=round(first),
            ratio=round(memory / first, 1), note=f"{note}; ratio: memory to that of the smallest",
            goal=("memory ≤ 400 MB", memory <= 400),
        )  # fmt: skip
    problems, took, memory = in_a_process(lambda: list(queries.problems()))
    assert not problems, problems[:3]
    yield Line(
        "growth.release", round(took, 1), "s", f"{sizes[-1]:,} factories, all releases verified",
        note=f"{memory:.0f} MB beyond the process", goal=("memory ≤ 400 MB", memory <= 400),
    )  # fmt: skip


def _published(programme, as_of):
    return publish_release(programme=programme, as_of=as_of, by=SETUP).factories.count()
