"""Key public.page: a factory's public page against a plain Wagtail page of the same size."""

import http.client
import threading
import time
from datetime import timedelta
from statistics import median

from django.core.cache import caches
from django.test import Client

from cms.models import HomePage, TextPage
from disclosure import actions as disclosure
from disclosure.models import ReleasedFactory
from improvement_plans import actions as plans
from tests.bench.measure import Line, alternately, key, statements
from tests.bench.place import DAY, server
from tests.world import SETUP

FACTORY, PLAIN = "/disclosure/bench-garments/", "/bench-words/"
SENTENCE = "<p>A page of the programme's own words, as an editor writes them, with nothing of a factory in it.</p>"


@key("public.page")
def page(place, windows=4, lasts=2.0):
    """Requests a second of both pages, in turns, from four readers of one server without any cache in front."""
    if not ReleasedFactory.objects.filter(slug="bench-garments").exists():
        _released_factory(place)
    visitor = Client()
    size = len(visitor.get(FACTORY).content)
    plain = _plain_page(visitor, size)
    queries, plain_queries = (statements(lambda: visitor.get(one)) for one in (FACTORY, PLAIN))  # noqa: B023
    rates = {FACTORY: [], PLAIN: []}
    with server() as port:
        for address in (FACTORY, PLAIN):
            _per_second(port, address, 0.5)  # warm
        for _ in range(windows):
            for address, found in rates.items():
                found.append(_per_second(port, address, lasts))
    ours, theirs = (round(median(rates[address]), 1) for address in (FACTORY, PLAIN))
    ratio = round(ours / theirs, 2)
    yield Line(
        "public.page", ours, "requests/s", f"{size // 1000} kB", queries, theirs, ratio,
        f"yardstick: a Wagtail page of {plain // 1000} kB, {plain_queries} SQL; 2 workers × 4 threads, 4 readers",
        most_queries=6, goal=("≥ 3 × the Wagtail page", ratio >= 3),
    )  # fmt: skip


@key("public.first")
def first(place, runs=9):
    """The first answer of a factory's page after a release: drawn anew, with nothing kept of it."""
    if not ReleasedFactory.objects.filter(slug="bench-garments").exists():
        _released_factory(place)
    visitor = Client()

    def anew():
        caches["drawn"].clear()
        assert visitor.get(FACTORY).status_code == 200

    anew()
    drawn, kept = alternately(anew, lambda: visitor.get(FACTORY), runs)
    yield Line(
        "public.first", drawn, "ms", "30 issues", statements(anew), kept, round(drawn / kept, 1),
        "yardstick: the same page once it is drawn", most_queries=6, goal=("≤ 300 ms", drawn <= 300),
    )  # fmt: skip


def _released_factory(place):
    """A factory with four visits in a release: thirty issues on its page."""
    site = place.new_site("Bench Garments")
    for n in range(4):
        report = place.issued(300, on=DAY + timedelta(days=365 * n), site=site)
        plans.follow_report(report=report, by=SETUP)
    rule = {"tag": "critical-public", "from_visit": 2, "delay_days": 30, "zero_tolerance_delay_days": 120}
    disclosure.set_regime(programme=place.programme, name="Bench", in_force_from=DAY, rule=rule, by=SETUP)
    disclosure.publish_release(programme=place.programme, as_of=DAY + timedelta(days=1500), by=SETUP)


def _plain_page(visitor, size):
    """A text page of about the same size; returns its bytes."""
    home = HomePage.objects.get()
    made = home.add_child(instance=TextPage(title="Bench words", slug="bench-words", body=_body(1)))
    empty = len(visitor.get(PLAIN).content)
    made.body = _body(1 + max(0, (size - empty) // len(SENTENCE)))
    made.save_revision().publish()
    return len(visitor.get(PLAIN).content)


def _body(count):
    return [("paragraph", SENTENCE)] * count


def _per_second(port, address, lasts, readers=4):
    """How many times a second readers who keep asking get a page."""
    ends = time.perf_counter() + lasts
    counts = []

    def read():
        wire, count = http.client.HTTPConnection("127.0.0.1", port, timeout=30), 0
        while time.perf_counter() < ends:
            wire.request("GET", address)
            answer = wire.getresponse()
            answer.read()
            assert answer.status == 200, (address, answer.status)
            count += 1
        wire.close()
        counts.append(count)

    started = time.perf_counter()
    threads = [threading.Thread(target=read) for _ in range(readers)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(lasts + 60)
    assert len(counts) == readers, "a reader did not get through"
    return sum(counts) / (time.perf_counter() - started)
