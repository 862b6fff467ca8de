"""Keys growth.*: the screens of factories with 10, 1,000 and 20,000 factories in the programme.

Rows are written in bulk, as an import leaves them: a factory with its name, its address and its key. No other key
needs so many, so they are taken away again.
"""

import statistics
from functools import partial
from itertools import chain, islice, product

from django.db import connection
from django.test import Client

from core.audit import System
from factories import actions
from factories.actions import facts
from factories.models import Site, SiteAddress, SiteKey, SiteName
from factories.rules import folded, match_key, site_number
from tests.bench.measure import RUNS, Line, key, median, seconds, statements

SIZES = (10, 1_000, 20_000)
BY = System("bench")
COLOURS = [
    "Amber",
    "Azure",
    "Bronze",
    "Cedar",
    "Coral",
    "Crimson",
    "Ebony",
    "Golden",
    "Hazel",
    "Indigo",
    "Ivory",
    "Jade",
    "Lilac",
    "Maroon",
    "Olive",
    "Pearl",
    "Ruby",
    "Saffron",
    "Scarlet",
    "Silver",
    "Teal",
    "Umber",
    "Violet",
    "Walnut",
]
THINGS = [
    "Anchor",
    "Badger",
    "Bell",
    "Candle",
    "Comet",
    "Crane",
    "Dolphin",
    "Falcon",
    "Ferry",
    "Harbour",
    "Heron",
    "Kettle",
    "Kite",
    "Lantern",
    "Maple",
    "Meadow",
    "Orchid",
    "Otter",
    "Pebble",
    "Raven",
    "River",
    "Saddle",
    "Sparrow",
    "Thimble",
    "Tulip",
    "Willow",
]
KINDS = [
    "Apparel",
    "Denim",
    "Dyeing",
    "Fashion",
    "Footwear",
    "Garment",
    "Knitwear",
    "Laundry",
    "Sewing",
    "Textile",
    "Washing",
    "Weaving",
]
STREETS = ["Canal", "Garden", "Market", "Mill", "Station", "Temple", "Union", "Veng"]
# What people type. Counted: what is found at every size, and a slip that is answered with near names at every size.
COUNTED = {
    "found": ("heron", "Sewing", "KH-F-0001", "纸鹭", "zhilu", "a"),
    "slip": ("herron sewng", "papr heron"),
}
# Timed besides: what only a larger programme has, and what nobody has.
TIMED = ("amber kettle", "station street 7", "scarlt lantren", "violett", "nothing of the kind", "zzzz")


def fill(programme, count):
    """Factories up to so many of the programme. Returns nothing; what is there stays."""
    have = programme.sites.count()
    called = islice(product(KINDS, THINGS, COLOURS, "ABC"), have, count)
    sites = []
    for n, (kind, thing, colour, letter) in enumerate(called, start=have + 1):
        name, address = f"{colour} {thing} {kind} {letter}", f"{STREETS[n % 8]} Street {n % 977}, Ward {n % 31}"
        sites.append(
            Site(
                programme=programme, number=site_number(programme.code, 100_000 + n), name=name, address=address,
                country=programme.country, region="Kandal", match_key=match_key(programme.country, name, address),
            )
        )  # fmt: skip
    Site.objects.bulk_create(sites, batch_size=500)
    SiteName.objects.bulk_create([SiteName(site=one, **facts.called(one.name)) for one in sites], batch_size=500)
    SiteAddress.objects.bulk_create(
        [SiteAddress(site=one, text=one.address, folded=folded(one.address)) for one in sites], batch_size=500
    )
    SiteKey.objects.bulk_create([SiteKey(site=one, key=one.match_key) for one in sites], batch_size=500)
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE")


def empty(programme):
    """Take the bulk away again."""
    bulk = Site.objects.filter(programme=programme, number__gte=site_number(programme.code, 100_000))
    for model in (SiteName, SiteAddress, SiteKey):
        model.objects.filter(site__in=bulk).delete()
    bulk.delete()


def reader(person):
    """Opens pages as somebody; a page refused is an error."""
    client = Client()
    client.force_login(person)

    def ask(address, **data):
        answer = client.get(address, data)
        assert answer.status_code == 200, answer
        return answer

    return ask


@key("growth.factories")
def factories(place, sizes=SIZES, runs=RUNS):
    """The list, whole page; and one factory, its record and the screens beside the list."""
    site = place.site
    ask = reader(place.sokha)
    pages = {
        "the list": "/app/factories/",
        "its last page": "/app/factories/?page=9999",
        "a factory": f"/app/factories/{site.ref}/",
        "its record": f"/app/factories/{site.ref}/record/",
        "doubts": "/app/factories/doubts/",
        "suspicions": "/app/factories/suspicions/",
        "people": "/app/factories/people/",
        "home": "/app/",
    }
    first: dict = {}
    for size in sizes:
        fill(place.programme, size)
        for words, address in pages.items():
            ask(address)
            asked = statements(lambda address=address: ask(address))
            fewest = first.setdefault(words, asked)
            took = median(lambda address=address: ask(address), runs)
            yield Line(
                "growth.factories", took, "ms", f"{size:,} factories, {words}", asked, yardstick=fewest,
                ratio=round(asked / fewest, 2), note="whole page; the yardstick is its statements with ten factories",
                most_queries=fewest,
            )  # fmt: skip
    empty(place.programme)


@key("growth.search")
def search(place, sizes=SIZES, runs=3):
    """What people type into the list, whole page each: the time 95 of 100 searches stay under."""
    actions.add_name(site=place.site, name="纸鹭制衣", language="zh", by=BY)
    ask = reader(place.sokha)
    first: dict = {}
    for size in sizes:
        fill(place.programme, size)
        look = {words: partial(ask, "/app/factories/", q=words) for words in (*chain(*COUNTED.values()), *TIMED)}
        times = [seconds(one) * 1000 for _ in range(runs) for one in look.values()]
        asked = {kind: max(statements(look[words]) for words in typed) for kind, typed in COUNTED.items()}
        p95 = round(statistics.quantiles(times, n=20)[-1], 1)
        for kind, count in asked.items():
            fewest = first.setdefault(kind, count)
            yield Line(
                "growth.search", p95, "ms p95", f"{size:,} factories, {kind}", count, yardstick=fewest,
                ratio=round(count / fewest, 2),
                note=f"{len(times)} searches, median {round(statistics.median(times), 1)} ms, all kinds together",
                most_queries=fewest, goal=("p95 ≤ 300 ms", p95 <= 300),
            )  # fmt: skip
    empty(place.programme)
