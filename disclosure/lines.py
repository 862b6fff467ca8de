"""What searching and counting read, made from the documents of a release: pure, and thrown away with the next release.

Nothing here says anything of its own. A page shows documents; these rows only find them, and count them.
"""

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from datetime import date

from factories.issued import latin

LONGEST = 4000


def line(document: dict) -> dict:
    """The row the register looks through for one factory."""
    called = [document["name"], *(name["text"] for name in document.get("names", ()))]
    codes = [document["number"], *(one["code"] for one in document.get("ids", ())), document["region"]]
    told = dict.fromkeys(filter(None, map(latin, [*called, *codes, document["slug"]])))
    last = document["visits"]["last_on"]
    return {
        "sorts_as": latin(document["name"])[:255],
        "latin": "\n".join(told)[:LONGEST],
        "country": document["country"],
        "region": document["region"],
        "sector": document.get("sector", ""),
        "products": latin(document["products"])[:300],
        "size": size(document["workers_band"]),
        "standing": document["status"],
        "last_on": last and date.fromisoformat(last),
    }


def size(band: str) -> str:
    """The size band in the address of a page: "1,000–4,999" is 1000-4999, "5,000 or more" is 5000-or-more."""
    return re.sub(r"[^0-9a-z]+", "-", band.lower().replace(",", "")).strip("-")


def sector_slug(sector: str) -> str:
    """A sector in the address of its page."""
    return "-".join(latin(sector).split())[:100]


def counts(documents: Iterable[dict]) -> Iterator[dict]:
    """How many factories of each country and sector show each issue with each status, as rows."""
    found: Counter = Counter()
    words: dict = {}
    for document in documents:
        place = (document["country"], document.get("sector", ""))
        for entry in document["entries"]:
            found[(*place, entry["question_key"], entry["status"])] += 1
            words[entry["question_key"]] = {name: entry[name] for name in ("cluster", "issue", "explain")}
    for (country, sector, key, status), n in sorted(found.items()):
        yield {"country": country, "sector": sector, "question_key": key, "status": status, "n": n} | words[key]
