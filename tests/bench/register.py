"""Key public.search: the register of 20,000 factories and 1,000,000 entries, asked as people ask. PostgreSQL only.

Rows are written by a few statements, as releases leave them; releases cannot be taken away again, so it comes last.
"""

import json
from datetime import date
from itertools import islice, product

from django.db import connection
from django.test import Client
from django.utils import timezone

from core.ids import new_id
from disclosure import lines
from disclosure.models import Regime, RegisterLine, Release
from tests.bench.growth import COLOURS, KINDS, THINGS
from tests.bench.measure import Line, key, seconds, statements

ENTRIES = 50
STATUSES = ("no_violation_found",) * 40 + ("violation_found",) * 3 + ("reported_fixed", "verified_fixed", "not_asked")
REGIONS = ("Kandal", "Takeo", "Phnom Penh", "Kampong Speu", "Svay Rieng")
# What people ask: words that are there, slips, other scripts, and filters. Each several times with another page.
ASKED = (
    "q=heron", "q=amber+kettle", "q=ambr+ketle", "q=KH-F-110001", "q=sewing", "q=scarlt+lantren", "q=紙", "q=zzzz",
    "q=garment&region=Takeo", "status=open", "status=open&issue=question-44", "status=not_asked&region=Kandal",
    "issue=question-45&status=reported_fixed", "from=2026-01-01", "size=250-999&standing=open", "", "page=300",
    "q=velvet+otter&status=open", "cluster=cluster-4&status=violation_found", "q=tulip+textil",
)  # fmt: skip


@key("public.search")
def search(place, count=20_000, rounds=3):
    """Whole pages of the register, without any cache: the 95th percentile of every question asked three times."""
    if connection.vendor != "postgresql":
        print("    public.search is measured on PostgreSQL only.")
        return
    _fill(place.programme, count)
    visitor = Client()
    times, most = [], 0
    for asked in ASKED:
        address = f"/disclosure/?{asked}"
        answer = visitor.get(address)
        assert answer.status_code == 200, address
        most = max(most, statements(lambda address=address: visitor.get(address)))
        times += [(seconds(lambda address=address: visitor.get(address)) * 1000, asked) for _ in range(rounds)]
    plain = sorted(seconds(lambda: visitor.get("/how-to-read/")) * 1000 for _ in range(20))[10]
    times.sort()
    worst = times[int(len(times) * 0.95)]
    middle = times[len(times) // 2][0]
    yield Line(
        "public.search", round(worst[0], 1), "ms", f"{count:,} factories, {count * ENTRIES:,} entries", most,
        round(plain, 1), round(worst[0] / plain, 1),
        f"95th percentile, «{worst[1]}»; median {middle:.0f} ms; yardstick: a Wagtail page of text",
        most_queries=11, goal=("≤ 300 ms", worst[0] <= 300),
    )  # fmt: skip


def _fill(programme, count):
    entries = [
        {
            "position": n,
            "question_key": f"question-{n}",
            "cluster": f"cluster-{n % 8}",
            "issue": f"Rule {n} is not kept",
        }
        | {"status": STATUSES[n % len(STATUSES)], "found_on": "2026-05-05", "verified_on": "2026-06-06", "cycles": []}
        | {"since": "2025-05-05" if STATUSES[n % len(STATUSES)] not in ("no_violation_found", "not_asked") else None}
        for n in range(ENTRIES)
    ]
    document = {
        "country": "KH", "sector": "Apparel", "products": "Shirts", "workers_band": "250–999", "status": "active",
        "names": [], "ids": [], "as_of": "2026-10-05", "entries": entries, "later": [],
        "visits": {"public": 3, "before": 1, "last_on": "2026-05-05"},
    }  # fmt: skip
    rows = []
    for n, (kind, thing, colour, letter) in enumerate(islice(product(KINDS, THINGS, COLOURS, "ABC"), count), start=1):
        name, number = f"{colour} {thing} {kind} {letter}", f"KH-F-{110_000 + n}"
        about = {"name": name, "number": number, "region": REGIONS[n % 5], "slug": f"search-{n}", "id": str(new_id())}
        rows.append({"pk": str(new_id()), "position": n} | about)
    regime = Regime.objects.create(
        programme=programme, name="Search", in_force_from=date(1990, 1, 1), until=date(1990, 1, 2), rule={}
    )
    last = Release.objects.filter(programme=programme, next=None).first()
    release = Release.objects.create(
        programme=programme, number=last.number + 1 if last else 1, regime=regime, as_of=date(2026, 10, 5), previous=last,
        published_at=timezone.now(), digest="search".ljust(64, "0"), manifest={"files": {}, "previous": ""},
        rule={"name": "Search", "in_force_from": "1990-01-01"},
        coverage={"in_programme": count, "assessed": count, "disclosed": count, "waiting": {}},
    )  # fmt: skip
    columns = "pk uuid, position int, name text, number text, region text, slug text, id uuid"
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO disclosure_releasedfactory (id, release_id, position, site_id, slug, name, number, country, region,"
            " products, workers_band, status, document, digest) SELECT pk, %s, position, id, slug, name, number, 'KH',"
            " region, 'Shirts', '250–999', 'active', %s::jsonb || jsonb_build_object('id', id, 'slug', slug, 'name', name,"
            f" 'number', number, 'region', region), '' FROM json_to_recordset(%s) AS r({columns})",
            [release.pk, json.dumps(document), json.dumps(rows)],
        )
        # Every seventh factory has its violations somewhere else, so that a filter has something to choose.
        cursor.execute(
            "INSERT INTO disclosure_entry (id, released_factory_id, question_key, cluster, issue, explain, status, found_on,"
            " since, verified_on, reported_on, cycles, position, register, party) SELECT gen_random_uuid(), f.id,"
            " e.question_key, e.cluster, e.issue, '', e.status, e.found_on, e.since, e.verified_on, e.verified_on, '[]', e.position, 'critical', '' FROM"
            " disclosure_releasedfactory f, json_to_recordset(%s) AS e(position int, question_key text, cluster text,"
            " issue text, status text, found_on date, since date, verified_on date) WHERE f.release_id = %s"
            " AND (f.position %% 7 < 5 OR e.status IN ('no_violation_found', 'not_asked'))",
            [json.dumps(entries), release.pk],
        )
    RegisterLine.objects.bulk_create(
        (RegisterLine(factory_id=row["pk"], programme=programme, **lines.line(document | row)) for row in rows),
        batch_size=1000,
    )
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
