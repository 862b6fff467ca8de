"""Keys tablet.*: what the assessor's client costs on a slow tablet, in Chromium."""

import gzip
import json
import re
import shutil
from contextlib import contextmanager
from pathlib import Path

from django.contrib.staticfiles.finders import find
from django.test import Client, RequestFactory

from tablet import views
from tests.bench.measure import Line, key
from tests.bench.place import server
from tests.world import PASSWORD

SLOWER = 4  # a cheap tablet beside the machine that measures
OPENS, TAPS = 5, 120
ARGS = ["--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--disable-background-networking"]

# Notes when the question stands on the screen, how long each tap takes until it is shown as kept, and long tasks.
# `kept` waits for the tap in hand without a look into the page, which would cost the page what is measured.
WATCH = """
  window.taps = []; window.long = [];
  window.tap = () => { window.kept = new Promise((heard) => { window.heard = heard; }); };
  const shown = () => { if (!window.opened && document.querySelector('[role=radio]')) window.opened = performance.now(); };
  let tapped = null;
  addEventListener("pointerdown", (event) => {
    if (event.target.closest("[role=radio]")) tapped = performance.now();
  }, true);
  new MutationObserver((changes) => {
    shown();
    if (tapped !== null && changes.some(({ attributeName, target }) => attributeName === "aria-checked" && target.ariaChecked === "true")) {
      window.taps.push(performance.now() - tapped);
      tapped = null;
      window.heard();
    }
  }).observe(document, { subtree: true, childList: true, attributes: true });
  const note = (entries) => window.long.push(...entries.map((one) => one.duration));
  const watch = new PerformanceObserver((list) => note(list.getEntries()));
  watch.observe({ type: "longtask" });
  window.tasks = () => { note(watch.takeRecords()); return window.long.splice(0); };
"""

AT_REST = "new Promise((rested) => requestIdleCallback(rested))"


@contextmanager
def boarded(place, count):
    """A page of a tablet that has a visit of so many questions on board, the server stopped, four times slower."""
    factory = place.new_factory()  # of several visits on the list, this one is meant
    visit = place.plan(count, site=factory)
    browser = Client()
    assert browser.login(username="chanthou", password=PASSWORD)
    session = browser.cookies["sessionid"].value
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=ARGS)
        with server() as port:
            root = f"http://127.0.0.1:{port}"
            context = chromium.new_context(base_url=root, viewport={"width": 1024, "height": 768}, has_touch=True)
            context.add_cookies([{"name": "sessionid", "value": session, "url": root}])
            context.set_default_timeout(180_000)  # measured is what the page notes, not how busy the machine is
            page = context.new_page()
            page.goto("/tablet/")
            page.get_by_role("article").filter(has_text=factory.name).get_by_role("button", name="Take offline").tap()
            page.get_by_role("link", name=f"Open {factory.name}").wait_for()
            page.evaluate("navigator.serviceWorker.ready.then(() => true)")
            page.reload()  # from here on the worker answers
            page.get_by_role("link", name=f"Open {factory.name}").wait_for()
        context.add_init_script(WATCH)
        context.new_cdp_session(page).send("Emulation.setCPUThrottlingRate", {"rate": SLOWER})
        try:
            yield page, f"/tablet/{visit.pk}/q/"
        finally:
            chromium.close()


def middle(values, part=0.5):
    found = sorted(values)
    return round(found[min(len(found) - 1, int(len(found) * part))])


def opens(place, name, count, goal, times=OPENS):
    with boarded(place, count) as (page, address):
        took = []
        for _ in range(times):
            page.goto(address)
            page.get_by_role("radio").first.wait_for()
            took.append(page.evaluate("window.opened"))
    note = f"Chromium, {SLOWER} × slower, without a network; slowest {middle(took, 1)} ms"
    value = middle(took)
    yield Line(name, value, "ms", f"{count} questions", note=note, goal=(f"≤ {goal} ms", value <= goal))


@key("tablet.open300")
def open300(place, times=OPENS):
    """From the address to a question that can be answered, with the server stopped."""
    yield from opens(place, "tablet.open300", 300, 500, times)


@key("tablet.open2000")
def open2000(place, times=OPENS):
    yield from opens(place, "tablet.open2000", 2000, 1500, times)


@key("tablet.tap")
def tap(place, taps=TAPS):
    """From the finger to an answer that is shown, which is when it is on the disk."""
    with boarded(place, 300) as (page, address):
        page.goto(address)
        page.get_by_role("radio").first.wait_for()
        long = []
        for n in range(taps):  # two answers to a question, the second in place of the first; then the next question
            if not n % 2:
                page.evaluate("window.tasks()")  # of opening the question
            page.evaluate(AT_REST)  # no finger is faster than the screen it looks at
            box = page.get_by_role("radio").nth(n % 2).bounding_box()
            page.evaluate("window.tap()")
            page.touchscreen.tap(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
            page.evaluate("window.kept")
            if n % 2:
                long += page.evaluate("window.tasks()")
                was = page.get_by_role("heading", level=1).inner_text()
                page.get_by_role("link", name="Next question").tap()
                page.get_by_role("heading", level=1).filter(has_not_text=re.compile(f"^{re.escape(was)}$")).wait_for()
        took = page.evaluate("window.taps")
    note = f"Chromium, {SLOWER} × slower; half within {middle(took)} ms; {len(long)} tasks over 50 ms"
    value = middle(took, 0.95)
    yield Line("tablet.tap", value, "ms, p95", f"{taps} taps, 300 questions", note=note,
               goal=("≤ 50 ms, no task over 50 ms", value <= 50 and not long))  # fmt: skip


@key("tablet.shell")
def shell(place):
    """All that a tablet fetches once so as to start without a network, as it travels."""
    request = RequestFactory().get("/tablet/")
    words = max(views.WORDS.values(), key=lambda name: Path(find(name)).stat().st_size)  # English and one more language
    sizes = {name: len(gzip.compress(Path(find(name)).read_bytes(), 9)) for name in [*views.FILES, words]}
    sizes |= {
        view.__name__: len(gzip.compress(view(request).content, 9))
        for view in (views.shell, views.worker, views.manifest)
    }
    value = round(sum(sizes.values()) / 1000, 1)
    largest = max(sizes, key=sizes.get)
    note = f"gzip; the largest is {largest}: {json.dumps(round(sizes[largest] / 1000, 1))} kB"
    yield Line("tablet.shell", value, "kB", f"{len(sizes)} files", note=note, goal=("≤ 120 kB", value <= 120))
