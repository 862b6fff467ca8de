"""Key growth.portfolio: a buyer's portfolio of 10, 1,000 and 20,000 factories: its page, its filters, its file, the look
of the night, and a list brought in.

A factory is written in bulk, as an import leaves it, with the block by which it is found. All are followed; a third let the buyer
read, a third are asked, and one release, made through actions, is copied over every second of them.
"""

from datetime import timedelta

from django.db.models import Max
from django.test import Client
from django.utils import timezone

from core.audit import System
from core.days import today
from core.ids import new_id
from disclosure.models import Release, ReleasedFactory
from disclosure.portfolio import actions
from disclosure.portfolio.imports import Named
from disclosure.portfolio.models import Followed
from factories import actions as factories
from factories.matching import blocks
from factories.models import BuyerRelation, Consent, ConsentRequest, Site, SiteBlock
from factories.rules import site_number
from tests.bench import growth
from tests.bench.measure import Line, key, median, seconds, statements
from tests.bench.public import _released_factory
from tests.world import SETUP

SIZES = (10, 1_000, 20_000)
PROGRAM = System("portfolio")


def buyer_of(place):
    """(buyer, who acts for it), and a release with one public factory. Once."""
    if not hasattr(place, "_portfolio"):
        if not Release.objects.exists():
            _released_factory(place)
        buyer, person = factories.create_buyer(name="Bench Brands", by=SETUP), place.person("Ines")
        factories.add_buyer_member(buyer=buyer, user=person, since=today(place.programme), by=SETUP)
        place._portfolio = buyer, person
    return place._portfolio


def fill(place, count):
    """A portfolio of so many; returns the rows of the list that made it."""
    buyer, person = buyer_of(place)
    programme, day = place.programme, today(place.programme)
    growth.fill(programme, count)
    bulk = Site.objects.filter(programme=programme, number__gte=site_number(programme.code, 100_000))
    sites = list(bulk.order_by("number"))
    fresh = [site for site in sites if not BuyerRelation.objects.filter(site=site, buyer=buyer).exists()]
    lying = [(site, block) for site in fresh for block in blocks(site.country, site.name, site.address)]
    SiteBlock.objects.bulk_create((SiteBlock(site=site, block=block) for site, block in lying), batch_size=500)
    BuyerRelation.objects.bulk_create(
        (BuyerRelation(site=one, buyer=buyer, since=day) for one in fresh), batch_size=500
    )
    Consent.objects.bulk_create(
        (Consent(site=one, buyer=buyer, since=day, given_by=place.mony) for one in fresh[::3]), batch_size=500
    )
    ConsentRequest.objects.bulk_create(
        (
            ConsentRequest(
                batch=new_id(), site=one, buyer=buyer, until=day + timedelta(days=99), asked_by=person,
                asked_at=timezone.now(),
            )
            for one in fresh[1::3]
        ),
        batch_size=500,
    )  # fmt: skip
    _release(fresh[::2])
    return [Named(f"V-{site.number}", site.name, site.country, site.address) for site in sites]


def _release(sites):
    """Copy the one public factory of the current release over these."""
    model = ReleasedFactory.objects.filter(release__next=None, slug="bench-garments").get()
    last = ReleasedFactory.objects.filter(release=model.release).aggregate(last=Max("position"))["last"]
    ReleasedFactory.objects.bulk_create(
        (
            ReleasedFactory(
                release=model.release, position=last + n, site_id=site.pk, slug=f"bench-{site.pk}", name=site.name,
                number=site.number, country=site.country, region=site.region, products="", workers_band="",
                status="active", digest=model.digest,
                document=model.document | {"id": str(site.pk), "slug": f"bench-{site.pk}", "name": site.name},
            )
            for n, site in enumerate(sites, start=1)
        ),
        batch_size=200,
    )  # fmt: skip


@key("growth.portfolio")
def portfolio(place, sizes=SIZES, runs=3):
    """Its page as the buyer opens it, and once each what goes over all of it."""
    client, first = Client(), {}
    for size in sizes:
        rows = fill(place, size)
        buyer, person = buyer_of(place)
        Followed.objects.filter(buyer=buyer).delete()
        over_all = {"a list brought in": lambda: actions.follow(buyer=buyer, rows=rows, by=person)}  # noqa: B023
        client.force_login(person)
        home = f"/app/portfolio/{buyer.pk}/"
        pages = {
            "the page": home,
            "its last page": f"{home}?page=9999",
            "violations found": f"{home}?public=open",
            "given": f"{home}?consent=given",
            "behind schedule": f"{home}?plan=behind",
        }
        over_all |= {
            "the night": lambda: actions.look_through(buyer_id=buyer.pk, by=PROGRAM),  # noqa: B023
            "the CSV": lambda: b"".join(client.get(f"{home}portfolio.csv")),  # noqa: B023
            "the workbook": lambda: b"".join(client.get(f"{home}portfolio.xlsx")),  # noqa: B023
        }
        for words, act in over_all.items():
            took = round(seconds(act) * 1000, 1)
            yield Line("growth.portfolio", took, "ms", f"{size:,} factories, {words}", note="once, over all of them")
        for words, address in pages.items():
            client.get(address)
            asked = statements(lambda address=address: client.get(address))
            fewest = first.setdefault(words, asked)
            took = median(lambda address=address: client.get(address), runs)
            yield Line(
                "growth.portfolio", took, "ms", f"{size:,} factories, {words}", asked, yardstick=fewest,
                ratio=round(asked / fewest, 2), note="whole page; the yardstick is its statements with ten factories",
                most_queries=fewest,
            )  # fmt: skip
