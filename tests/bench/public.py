"""Key public.page: a factory's public page against a plain Wagtail page of the same size."""

import http.client
import re
import shutil
import socket
import subprocess
import tempfile
import threading
import time
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from statistics import median

from django.core.cache import caches
from django.test import Client

from cms.models import HomePage, TextPage
from disclosure import actions as disclosure
from disclosure.models import ReleasedFactory
from improvement_plans import actions as plans
from tests.bench.measure import Line, alternately, key, statements
from tests.bench.place import DAY, ROOT, server, wait_for
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


@key("public.page.cached")
def cached(place, windows=3, requests=8000):
    """Requests a second of the same page behind the proxy of docs/how-to/deploy, in turns with a plain file of its size
    that the same proxy gives out."""
    if not (shutil.which("nginx") and shutil.which("ab")):
        yield Line("public.page.cached", 0, "requests/s", "not measured", note="needs nginx-light and apache2-utils")
        return
    if not ReleasedFactory.objects.filter(slug="bench-garments").exists():
        _released_factory(place)
    html = Client().get(FACTORY).content
    with server() as behind, tempfile.TemporaryDirectory() as folder, _proxy(Path(folder), behind, html) as port:
        rates = {FACTORY: [], "/plain.html": []}
        for address in rates:
            _hammer(port, address, 200)  # warm
        for _ in range(windows):
            for address, found in rates.items():
                found.append(_hammer(port, address, requests))
    ours, theirs = (round(median(found)) for found in rates.values())
    ratio = round(ours / theirs, 2)
    yield Line(
        "public.page.cached", ours, "requests/s", f"{len(html) // 1000} kB", None, theirs, ratio,
        "yardstick: a plain file of the same bytes from the same nginx; 4 connections that stay open",
        goal=("≥ 0.7 × a static file", ratio >= 0.7),
    )  # fmt: skip


@contextmanager
def _proxy(folder, behind, html):
    """nginx with the file people are told to use, without its TLS, before a server; yields its port."""
    (folder / "plain.html").write_bytes(html)
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    told = (ROOT / "docs/how-to/deploy/nginx.conf").read_text()
    told = told.replace("listen 443 ssl", f"listen 127.0.0.1:{port}").replace("127.0.0.1:8000", f"127.0.0.1:{behind}")
    told = told.replace("/var/lib/nginx/openfloor", str(folder / "kept")).replace("floor.example", "localhost")
    told = re.sub(r"^ *ssl_.*$", "", told.partition("\nserver {\n    listen 80;")[0], flags=re.MULTILINE)
    told = told.replace("location / {", f"location = /plain.html {{ root {folder}; }}\n    location / {{", 1)
    temporary = " ".join(
        f"{kind}_temp_path {folder}/{kind};" for kind in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    )
    (folder / "nginx.conf").write_text(
        f"daemon off; user root; pid {folder}/pid; error_log stderr error; worker_processes 2; events {{}}"
        f" http {{ sendfile on; keepalive_requests 100000; {temporary} {told} }}"
    )
    process = subprocess.Popen(["nginx", "-c", folder / "nginx.conf", "-p", folder])
    try:
        wait_for(port, process)
        yield port
    finally:
        process.terminate()
        process.wait(10)


def _hammer(port, address, requests):
    """How many times a second four connections get a page; every answer looked at by the tool that asks."""
    told = subprocess.run(
        ["ab", "-q", "-k", "-c", "4", "-n", str(requests), "-H", "Accept-Language: en", f"http://127.0.0.1:{port}{address}"],
        capture_output=True, text=True, check=True, timeout=120,
    ).stdout  # fmt: skip
    assert "Failed requests:        0" in told and "Non-2xx" not in told, told
    return float(re.search(r"Requests per second: +([\d.]+)", told)[1])


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
