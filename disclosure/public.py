"""What the public side may read: releases, as plain data. The only door of disclosure for `cms`.

Everything here stands in a frozen release, less what two people withhold at once (`withheld.py`). Functions return
dicts, lists and iterators of them; days in documents and rows are ISO texts, days beside them are dates. The current
release of a programme is the one no other follows.
"""

from collections import Counter, defaultdict
from collections.abc import Iterator
from functools import partial
from pathlib import Path

from django.core.paginator import Paginator
from django.db.models import Count, Exists, Max, OuterRef, Q

from checklists import public as checklists
from compliance import issued as compliance
from core import storage
from core.days import in_force, today
from core.prepared import prepared
from core.sheets import write_csv
from disclosure import archive, drafts, finding, packages, rules, signing, verify_archive, withheld
from disclosure.addresses import pages_at
from disclosure.lines import sector_slug
from disclosure.models import (
    Address,
    DataFile,
    Entry,
    Forwarding,
    IssueCount,
    Regime,
    RegisterLine,
    Release,
    ReleasedFactory,
)
from factories import issued as factories
from factories.issued import latin
from improvement_plans import issued as improvement_plans

PER_PAGE = 30
STATUSES = rules.STATUSES
FILTERS = finding.FILTERS
read_filters = finding.read
LICENCE = archive.LICENCE
# A manifest names a file for every factory of a release, and its logs are as long: read where they are shown only.
LARGE = ("manifest", "corrections", "changes")
MANIFESTS = (*LARGE, *(f"next__{name}" for name in LARGE))


# The data files of a release, in the order they are offered, each with its media type.
DATA_FILES = {
    "data.csv": "text/csv; charset=utf-8; header=present",
    "data.json": "application/json",
    "data.xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "data.parquet": "application/vnd.apache.parquet",
    archive.HUB_FILE: "text/csv; charset=utf-8; header=present",
}


def columns() -> list[dict]:
    """The data dictionary of the table: name, kind, meaning, words; last the two of what is withheld."""
    return [column._asdict() for column in archive.columns(withheld=True)]


def current() -> list[dict]:
    """The current release of every programme, by code. One query."""
    heads = Release.objects.filter(next=None).select_related("programme").defer(*LARGE).order_by("programme__code")
    return [_release(release) for release in heads]


def releases() -> list[dict]:
    """Every release, newest first. One query."""
    found = Release.objects.select_related("programme", "next").defer(*MANIFESTS).order_by("-published_at")
    return [_release(release) for release in found]


def releases_about(country: str) -> list[dict]:
    """Every release that shows a factory of a country, newest first. One query."""
    here = ReleasedFactory.objects.filter(release=OuterRef("pk"), country=country.upper())
    found = Release.objects.filter(Exists(here)).select_related("programme").defer(*LARGE)
    return [_release(release) for release in found.order_by("-published_at")]


def countries() -> list[str]:
    """The countries of the current releases. One query."""
    found = ReleasedFactory.objects.filter(release__next=None).order_by("country")
    return list(found.values_list("country", flat=True).distinct())


def countries_of(release_id) -> set[str]:
    """The countries whose factories a release shows. One query."""
    return set(
        ReleasedFactory.objects.filter(release=release_id).order_by().values_list("country", flat=True).distinct()
    )


def newly_said(release_id, slugs) -> set[str]:
    """Those of these addresses whose page says something new in this release. A few queries for each it shows."""
    digest = Release.objects.values_list("digest", flat=True).get(pk=release_id)
    shown = set()
    ordered = sorted(slugs)
    for start in range(0, len(ordered), 500):
        some = ordered[start : start + 500]
        shown |= {*ReleasedFactory.objects.filter(release=release_id, slug__in=some).values_list("slug", flat=True)}
        shown |= {*Forwarding.objects.filter(release=release_id, slug__in=some).values_list("slug", flat=True)}
    return {slug for slug in shown if any(one["release"]["digest"] == digest for one in history(slug, most=10))}


def history(slug: str, most: int = 60) -> list[dict]:
    """The releases in which the page at an address said something new, newest first: `document` and `release` of each.

    Looks back over `most` releases. Three queries, one more while something is withheld.
    """
    newest = pages_at(slug).values("site_id").first()
    if newest is None:
        return []
    rows = ReleasedFactory.objects.filter(site_id=newest["site_id"]).select_related("release__programme")
    rows = list(rows.defer(*(f"release__{name}" for name in LARGE)).order_by("-release__published_at")[:most])
    held, said, made = withheld.now(), {}, []
    for row in reversed(rows):
        code, document = row.release.programme.code, held.laid_over(row.document)
        content = {name: value for name, value in document.items() if name != "as_of"}
        if said.get(code) != content:
            made.append({"document": document, "digest": row.digest, "release": _release(row.release)})
        said[code] = content
    return made[::-1]


def head(code: str, number: int) -> dict | None:
    """One release, as `releases` gives it. One query."""
    found = Release.objects.filter(programme__code=code.upper(), number=number).select_related("programme")
    found = found.defer(*LARGE).first()
    return found and _release(found)


def data_files() -> dict[tuple, list[dict]]:
    """{(programme, number): its data files as they are now}. Two queries, one more while something is withheld.

    Of each: name, size, sha256, made_at, and `marked`: is anything withheld in it?
    """
    stamps = withheld.stamps()
    found: dict = {}
    order = list(DATA_FILES)
    rows = DataFile.objects.values("release_id", "withheld", "release__programme__code", "release__number", *_SAID)
    for row in sorted(rows, key=lambda row: order.index(row["name"])):
        if row["withheld"] == stamps.get(row["release_id"], ""):
            place = row["release__programme__code"], row["release__number"]
            found.setdefault(place, []).append({name: row[name] for name in _SAID} | {"marked": bool(row["withheld"])})
    return found


_SAID = ("name", "size", "sha256", "made_at")


def data_package(head: dict, *, home: str) -> dict:
    """The data files of a release, described for programs. home: the site's address with a stroke at its end."""
    files = data_files().get((head["programme"], head["number"]), [])
    marked = any(file["marked"] for file in files)
    return packages.describe(head, files, DATA_FILES, home=home, withheld=marked)


def digest_of(value) -> str:
    """The SHA-256 of plain data, for ETags."""
    return archive.sha256(archive.canonical(value))


def data_file(code: str, number: int, name: str) -> dict | None:
    """A data file as it is now: size, sha256, made_at, and `pieces(start, stop)` of it; None while it is not made."""
    about = {"release__programme__code": code.upper(), "release__number": number}
    found = DataFile.objects.filter(**about, name=name).prefetch_related("parts").first()
    if found is None or found.withheld != withheld.stamps().get(found.release_id, ""):
        return None
    parts = sorted(found.parts.all(), key=lambda part: part.position)
    return {said: getattr(found, said) for said in _SAID} | {"pieces": partial(_pieces, parts)}


def _pieces(parts, start, stop) -> Iterator[bytes]:
    """The bytes from start to stop, one kept part after another: no more than one is in memory."""
    begins = 0
    for part in parts:
        ends = begins + part.size
        if begins < stop and ends > start:
            yield storage.store().get(part.stored)[max(0, start - begins) : stop - begins]
        begins = ends


def release(code: str, number: int) -> dict | None:
    """One release with its manifest."""
    found = Release.objects.filter(programme__code=code.upper(), number=number).select_related("programme").first()
    return found and _release(found) | {"manifest": found.manifest}


def regimes() -> list[dict]:
    """Which rule was in force when, for each programme that has had one: programme, programme_name, times (as
    rules.times, up to today). One query."""
    rows = defaultdict(list)
    for regime in Regime.objects.select_related("programme").order_by("programme__code"):
        rows[regime.programme].append((regime.name, regime.in_force_from, regime.until))
    return [
        {"programme": one.code, "programme_name": one.name, "times": rules.times(known, today(one))}
        for one, known in rows.items()
    ]


def corrections(*, programme="") -> list[dict]:
    """The log of corrections, disputes and withholdings, the newest first: the lines of the current releases, and what
    was withheld or shown again since. Lines on what is withheld now say so and nothing else.

    A line: programme, kind (correction, dispute, withholding), factory, factory_name, question_key ("": the whole
    page), issue, visited_on, asked_by (a class, never a name), asked_on, decided_on, outcome (upheld, amended,
    withdrawn, withheld; "": not decided), reason (class of a withholding), lifted_on, report_version, release (the
    first that says so; None: after the last one).
    """
    found = Release.objects.filter(next=None).select_related("programme")
    if programme:
        found = found.filter(programme__code=programme.upper())
    held = withheld.now()
    lines = []
    for head in found:
        said = {line["id"]: line for line in head.corrections or ()}
        for line in drafts.withheld_lines(head.programme, until=today(head.programme)):
            known = said.get(line["id"], {})
            since = known.get("release") if known.get("lifted_on") == line["lifted_on"] else None
            said[line["id"]] = line | {"release": since}
        lines += [
            {"programme": head.programme.code, **line}
            for line in said.values()
            if line["kind"] == "withholding" or not held.hides(line["factory_id"], line["question_key"])
        ]
    return sorted(lines, key=lambda line: (line["asked_on"], line["id"]), reverse=True)


def changes(code: str, number: int) -> list[dict] | None:
    """What a release changed of the one before, the gravest first, less what is withheld now; None: no such release,
    or one that says nothing of it. A line: kind (rules.CHANGES), slug, name, question_key ("": the whole page, with
    `issues` in it), issue, register, before, after. Three queries."""
    found = (
        Release.objects.filter(programme__code=code.upper(), number=number).values_list("changes", flat=True).first()
    )
    held = withheld.now()
    return found and [line for line in found if not held.hides(line["factory_id"], line["question_key"])]


def key() -> str:
    """The key that checks signatures of releases, as PEM; "" where releases are not signed."""
    return signing.public_key()


def verify_script() -> bytes:
    """The stand-alone script that checks a downloaded archive."""
    return Path(verify_archive.__file__).read_bytes()


def _release(row):
    return {
        "programme": row.programme.code,
        "programme_name": row.programme.name,
        "country": row.programme.country,
        "number": row.number,
        "as_of": row.as_of,
        "published_at": row.published_at,
        "published_on": row.published_on,
        "rule": row.rule,
        "coverage": row.coverage,
        "record": row.record,
        "digest": row.digest,
    }


def register(*, q: str = "", chosen: dict | None = None, page=1, per_page: int = PER_PAGE) -> dict:
    """The factories of the current releases in name order, one page of them, with what is true of all.

    q: words somebody typed, see finding.called. chosen: what finding.read made of the filters. A page that does not
    exist: the nearest. `near`: nothing is called so, these are near. Six queries, up to three more for words.
    """
    heads, held = current(), withheld.now()
    found = finding.lines(chosen or {}, held)
    found, near = finding.called(found, q) if q else (found, False)
    pages = Paginator(found.values_list("factory__document", flat=True), per_page)
    shown = pages.get_page(page)
    return {
        "factories": [_line(document, _found_as(document, q, near)) for document in map(held.laid_over, shown)],
        "near": near,
        "page": shown,
        "count": pages.count,
        "releases": heads,
        "coverage": together(heads),
    }


def released(head: dict, *, page=1, per_page: int = PER_PAGE):
    """The factories of one release (as `releases` gives it) in name order, one page of them, less what is withheld now.
    Three queries."""
    found = ReleasedFactory.objects.filter(release__programme__code=head["programme"], release__number=head["number"])
    pages = Paginator(found.order_by("name", "slug").values_list("document", flat=True), per_page)
    shown = pages.get_page(page)
    held = withheld.now()
    shown.object_list = [_line(held.laid_over(document), []) for document in shown.object_list]
    return shown


def _line(document, also):
    """What a list says of a factory."""
    return (
        {name: document[name] for name in (*archive.FACTORY_FIELDS, "as_of", "visits")}
        | {"summary": summary(document["entries"], document["as_of"]), "later": len(document["later"])}
        | {"withheld": document.get("withheld"), "also": also, "listed": "listed" in document}
    )


def _found_as(document, q, near):
    """The other names under which the words find a factory; of one that is only near, all of them."""
    typed = latin(q)
    own = latin(document["name"])
    if not typed or (typed in own and not near):
        return []
    others = [one for one in document.get("names", ()) if latin(one["text"]) != own]
    return [one for one in others if near or all(word in latin(one["text"]) for word in typed.split())]


def offered() -> dict[str, list]:
    """{filter: values there are to choose from}, of the filters whose values stand in the register. Two queries.

    Of issues: (key, words), in the order of the words; of groups: their keys.
    """
    columns = {one.name: one.column for one in finding.FILTERS if one.column}
    rows = list(RegisterLine.objects.order_by().values_list(*columns.values()).distinct())
    made = {name: sorted({row[n] for row in rows} - {""}) for n, name in enumerate(columns)}
    counted = IssueCount.objects.order_by("issue").values_list("question_key", "issue", "cluster").distinct()
    issues = {key: (words, cluster) for key, words, cluster in counted}
    made["issue"] = [(key, words) for key, (words, _cluster) in issues.items()]
    made["cluster"] = sorted({cluster for _words, cluster in issues.values()})
    return made


def places() -> list[dict]:
    """Every country and sector of the current releases: country, sector, its slug, n (factories). One query."""
    rows = RegisterLine.objects.order_by("country", "sector").values("country", "sector").annotate(n=Count("pk"))
    return [row | {"slug": sector_slug(row["sector"])} for row in rows]


def method() -> dict:
    """What the formulas of the page about the method stand on, as the code has it."""
    return {
        "statuses": STATUSES,
        "open": rules.OPEN,
        "known": rules.KNOWN,
        "fewest_people": rules.FEWEST_PEOPLE,
        "withheld_because": rules.WITHHOLDING_REASONS,
        "rules": current(),
    }


def together(heads: list[dict]) -> dict:
    """The coverage of several releases, added up."""
    waiting: dict = {}
    total = {"in_programme": 0, "assessed": 0, "disclosed": 0}
    for head in heads:
        for name in total:
            total[name] += head["coverage"][name]
        for why, count in head["coverage"]["waiting"].items():
            waiting[why] = waiting.get(why, 0) + count
    return total | {"waiting": waiting, "as_of": max((head["as_of"] for head in heads), default=None)}


def summary(entries: list[dict], as_of: str) -> list[dict]:
    """How many issues have each status, worst first: status, count, oldest (since), days (of the visit or the fix)."""
    made = []
    for status in STATUSES:
        own = [entry for entry in entries if entry["status"] == status]
        if own:
            day = "verified_on" if status == "verified_fixed" else "found_on"
            made.append(
                {
                    "status": status,
                    "count": len(own),
                    "oldest": min((entry["since"] for entry in own if entry["since"]), default=None),
                    "days": sorted({entry[day] for entry in own}),
                    "as_of": as_of,
                }
            )
    return made


def issues(*, country: str = "", sector: str = "", by: str = "") -> dict:
    """{question key: how many factories of the current releases}: shown, asked, open, reported_fixed, verified_fixed.

    `asked` is the denominator of the others: factories whose last public visit, or an open violation, says something.
    Also `statuses` {status: n} and the words of the issue. Of one country or sector where named. by: "country" or
    "sector": {(question key, its value): the same}. What is withheld is counted under no status. Two queries, one more
    while something is withheld.
    """
    place = {"country": country, "sector": sector}
    rows = IssueCount.objects.filter(release__next=None, **{name: value for name, value in place.items() if value})
    made: dict = {}
    for row in rows.order_by("question_key"):
        key = (row.question_key, getattr(row, by)) if by else row.question_key
        one = made.setdefault(
            key, {name: getattr(row, name) for name in ("issue", "explain", "cluster")} | {"statuses": Counter()}
        )
        one["statuses"][row.status] += row.n
    for key, status, instead in _not_counted(place, by):
        made[key]["statuses"][status] -= 1
        made[key]["statuses"][instead] += 1
    made = {key: one for key, one in made.items() if any(one["statuses"][status] > 0 for status in STATUSES)}
    for one in made.values():
        n = one["statuses"] = {status: one["statuses"][status] for status in STATUSES if one["statuses"][status]}
        one["shown"] = sum(n.values())
        one["asked"] = sum(n.get(status, 0) for status in rules.KNOWN)
        one["open"] = sum(n.get(status, 0) for status in rules.OPEN)
        one |= {status: n.get(status, 0) for status in ("reported_fixed", "verified_fixed")}
    return made


def _not_counted(place, by):
    """(key, status, what it counts as) of the entries withheld now, as `issues` names them: of a few factories only."""
    held = withheld.now().sites
    if not held:
        return
    rows = ReleasedFactory.objects.filter(release__next=None, site_id__in=list(held))
    for document in rows.values_list("document", flat=True):
        own = {"country": document["country"], "sector": document.get("sector", "")}
        if any(value and own[name] != value for name, value in place.items()):
            continue
        for entry in document["entries"]:
            key = entry["question_key"]
            if "" in held[document["id"]]:
                yield ((key, own[by]) if by else key), entry["status"], ""
            elif key in held[document["id"]]:
                yield ((key, own[by]) if by else key), entry["status"], "withheld"


def releases_until(names) -> dict[str, list[dict]]:
    """{"KH-3": the releases of its programme up to that one, oldest first} for names of releases. One query.

    A name nobody published stands for an empty list.
    """
    found = Release.objects.filter(programme__code__in={name.rpartition("-")[0] for name in names})
    chains: dict = {}
    made: dict = {name: [] for name in names}
    for release in found.select_related("programme").defer("manifest").order_by("number"):
        chain = chains.setdefault(release.programme_id, [])
        chain.append(_release(release))
        if str(release) in made:
            made[str(release)] = list(chain)
    return made


def issues_of(digests, questions=None) -> dict[str, dict[str, dict]]:
    """{digest of a release: {question key: issue, cluster, asked, open}}, of these questions or all. One query.

    What is withheld now is in no number, of whatever release: `stamp` tells when that may have changed.
    """
    rows = Entry.objects.filter(withheld.not_said(), released_factory__release__digest__in=list(digests))
    if questions is not None:
        rows = rows.filter(question_key__in=list(questions))
    rows = rows.values("released_factory__release__digest", "question_key", "status")
    made: dict = {digest: {} for digest in digests}
    for row in rows.annotate(n=Count("pk"), issue=Max("issue"), cluster=Max("cluster")).order_by("question_key"):
        own = made[row["released_factory__release__digest"]]
        words = {"issue": row["issue"], "cluster": row["cluster"]}
        one = own.setdefault(row["question_key"], words | {"asked": 0, "open": 0})
        one["asked"] += row["n"] if row["status"] in rules.KNOWN else 0
        one["open"] += row["n"] if row["status"] in rules.OPEN else 0
    return made


def issues_ever() -> dict[str, str]:
    """{question key: the issue in words} of everything any release speaks of. One query."""
    return dict(Entry.objects.values("question_key").annotate(words=Max("issue")).values_list("question_key", "words"))


def says_of(name: str, question_key: str) -> bool:
    """Does the release of this name ("KH-3") speak of this issue?"""
    code, _dash, number = name.rpartition("-")
    of_release = {"programme__code": code, "number": int(number) if number.isdigit() else 0}
    found = Release.objects.filter(**of_release, factories__entries__question_key=question_key)
    return found.exists()


def factory(slug: str, held=None) -> dict | None:
    """The newest document of the factory at this address, with its release; None for one never given. Two queries.

    `held`: what is withheld, where `glance` was asked for the same answer; one query then.

    `current`: is it in the current release? A factory that is in no newer one keeps its last page. The document's
    slug is another one where the address is an old one: send the reader there.
    """
    found = (
        pages_at(slug)
        .select_related("release__programme", "release__next")
        .defer(*(f"release__{name}" for name in MANIFESTS))
        .first()
    )
    return found and _page(found, held or withheld.now())


def factory_then(slug: str, code: str, number: int) -> dict | None:
    """What `factory` gives, as one release showed it, less what is withheld now; None where it was not in it. Three
    queries."""
    newest = pages_at(slug).values("site_id").first()
    found = newest and (
        ReleasedFactory.objects.filter(release__programme__code=code.upper(), release__number=number, **newest)
        .select_related("release__programme", "release__next")
        .defer(*(f"release__{name}" for name in MANIFESTS))
        .first()
    )
    return found and _page(found, withheld.now())


def _page(row, held):
    return {
        "document": held.laid_over(row.document),
        "digest": row.digest,
        "release": _release(row.release),
        "current": not hasattr(row.release, "next"),
    }


def replies(document: dict) -> dict[str, dict]:
    """{id: text, language, removed_at, removed_because, salt} of what a factory says of the issues of a document as it
    may be read now. No query where it says nothing, else two at most."""
    ids = [entry["reply"]["id"] for entry in document["entries"] if entry.get("reply")]
    return compliance.words_of_public_replies(ids) if ids else {}


def glance(slug: str) -> dict | None:
    """What the page at this address is made of now, without reading it; None for one never given. Four queries.

    `seal` changes with anything its page says. `slug`: where it stands. `buyers`, `concerns`: see `_beside`. `held`:
    what is withheld now.
    """
    found = _newest(slug)
    if not found:
        return None
    slug, site_id, digest, release, newer, programme, *counted = found[0]
    held = withheld.now()
    beside = _beside(site_id, programme, withheld="" in held.sites.get(str(site_id), ()))
    made_of = beside | {"slug": slug, "held": held}
    return made_of | {"seal": archive.canonical([digest, release, newer is None, held.stamp, beside, counted])}


@prepared(Address._meta.get_field("slug"))
def _newest(slug):
    columns = ("slug", "site_id", "digest", "release__digest", "release__next", "release__programme")
    counted = (compliance.public_replies_removed(), checklists.translations_added())
    return pages_at(slug).values_list(*columns, *counted)[:1]


def _beside(site_id, programme_id, *, withheld):
    """What stands beside a page today and in no release: it must end the moment it ends. Two queries.

    `buyers`: names to which both sides said yes. `concerns`: the service where people who work there are heard, if one
    is named, can be reached, and says in how many days it answers; else None.
    """
    named = [] if withheld else factories.named_buyers(site_id)
    concerns = in_force("concerns").get(programme_id) or {}
    reached = concerns.get("phone") or str(concerns.get("address", "")).startswith("https://")
    heard = reached and concerns.get("name") and concerns.get("answer_days")
    return {"buyers": named, "concerns": concerns if heard else None}


def photo(slug: str, photo_id) -> str | None:
    """Where the file of a photo lies that a factory's page shows now; None where it shows none such, or no more."""
    shown = factory(slug)
    entries = shown["document"]["entries"] if shown else []
    if any(one["id"] == str(photo_id) for entry in entries for one in entry.get("photos", ())):
        return improvement_plans.photo_file(photo_id)
    return None


def reply(slug: str, reply_id) -> dict | None:
    """The words of a reply a factory's page shows now, with the salt its `sha256` is made with; None where it shows
    none such, or they were removed."""
    shown = factory(slug)
    found = replies(shown["document"]).get(str(reply_id)) if shown else None
    return found if found and found["removed_at"] is None else None


def factory_rows(shown: dict) -> Iterator[dict]:
    """The rows of the table for what `factory` gave."""
    return _rows(shown["release"] | {"as_of": shown["release"]["as_of"].isoformat()}, shown["document"])


def _rows(release, document) -> Iterator[dict]:
    """The rows of one factory; of a page withheld one row that says so."""
    if whole := document.get("withheld"):
        nothing = dict.fromkeys(column.name for column in archive.COLUMNS)
        yield nothing | {
            "programme": release["programme"],
            "release": release["number"],
            "as_of": release["as_of"],
            "factory": document["slug"],
            "factory_number": document["number"],
            "factory_name": document["name"],
            "country": document["country"],
            "status": "withheld",
            "withheld_reason": whole["reason"],
            "withheld_on": whole["on"],
        }
    for entry, row in zip(document["entries"], archive.rows(release, document), strict=True):
        why = entry.get("withheld") or {}
        yield row | {"withheld_reason": why.get("reason"), "withheld_on": why.get("on")}


def documents(head: dict) -> Iterator[dict]:
    """The documents of a release in its order, read little by little."""
    found = ReleasedFactory.objects.filter(release__programme__code=head["programme"], release__number=head["number"])
    found = found.order_by("position").values_list("document", flat=True).iterator(chunk_size=100)
    return map(withheld.now().laid_over, found)


def rows(head: dict) -> Iterator[dict]:
    """The whole table of a release (as `releases` gives it): the same rows as data.csv in its archive."""
    release = head | {"as_of": head["as_of"].isoformat()}
    for document in documents(head):
        yield from _rows(release, document)


def csv_lines(table, *, marked: bool | None = None) -> Iterator[str]:
    """Rows as the lines of a CSV file. marked: two columns more say what is withheld; None: if anything at all is."""
    return archive.csv_lines(table, withheld.in_force().exists() if marked is None else marked)


def hub_lines(head: dict) -> Iterator[str]:
    """The factories of a release as the lines of a list for Open Supply Hub."""
    return write_csv([column.name for column in archive.HUB], archive.hub_rows(documents(head)))


def hub_columns() -> list[dict]:
    """The dictionary of that list."""
    return [column._asdict() for column in archive.HUB]


def lines_of(head: dict, name: str) -> Iterator[str] | None:
    """A data file of a release as lines, written while they are read; None for one that is written as a whole only."""
    if name == "data.csv":
        return csv_lines(rows(head))
    if name == archive.HUB_FILE:
        return hub_lines(head)
    return json_lines(head) if name == "data.json" else None


def stamp() -> str:
    """Changes whenever something is withheld or shown again; empty while nothing is. For ETags."""
    return withheld.now().stamp


def json_lines(head: dict) -> Iterator[str]:
    """A current release as one JSON text, in pieces: its release and all its factories."""
    told = {name: value for name, value in head.items() if name != "published_on"}
    about = {name: str(value) if name in ("as_of", "published_at") else value for name, value in told.items()}
    yield '{"release":' + archive.canonical(about).decode() + ',"factories":['
    for place, document in enumerate(documents(head)):
        yield ("," if place else "") + "\n" + archive.canonical(document).decode()
    yield "\n]}\n"


def document_bytes(document: dict) -> bytes:
    """The factory's JSON file, byte for byte as the manifest proves it unless something of it is withheld."""
    return archive.canonical(document)


def factories_page(*, q="", chosen=None, programme="", offset=0, limit=100) -> dict:
    """Documents without their entries, by name: count and items. Three queries, up to three more for words."""
    held = withheld.now()
    found = finding.lines(chosen or {}, held, programme)
    if q:
        found, _near = finding.called(found, q)
    rows = found.select_related("factory__release__programme").defer(*(f"factory__release__{name}" for name in LARGE))
    items = [_listed(row.factory, held.laid_over(row.factory.document)) for row in rows[offset : offset + limit]]
    return {"count": found.count(), "items": items}


def _listed(row, document):
    return {name: document[name] for name in (*archive.FACTORY_FIELDS, "as_of", "visits")} | {
        "programme": row.release.programme.code,
        "release": row.release.number,
        "statuses": dict(Counter(entry["status"] for entry in document["entries"])),
        "withheld": document.get("withheld"),
    }


# One row for each factory found. Name, meaning: the head of the table and its dictionary are made from this.
LIST_COLUMNS = (
    ("programme", "The programme's code"),
    ("release", "The number of the release within the programme"),
    ("as_of", "The day the release stands on"),
    ("factory", "The factory's public address: /disclosure/<factory>/"),
    ("factory_number", "The number the programme gave it"),
    ("factory_name", "Its name on that day"),
    ("country", "ISO 3166-1, two letters"),
    ("region", "Province or zone"),
    ("factory_status", "active, suspended, closed or left"),
    ("visits_public", "Visits its page is made of"),
    ("last_visit_on", "The last of them"),
    *((status, "How many of its issues have this status") for status in STATUSES),
    ("withheld_reason", "Why its page is withheld; empty where it is not"),
)


def register_csv(*, q: str = "", chosen: dict | None = None) -> Iterator[str]:
    """The lines of a CSV file of the factories found: the same that `register` finds, read little by little."""
    held = withheld.now()
    found = finding.lines(chosen or {}, held)
    if q:
        found, _near = finding.called(found, q)
    rows = found.select_related("factory__release__programme").defer(*(f"factory__release__{name}" for name in LARGE))
    listed = (_listed(row.factory, held.laid_over(row.factory.document)) for row in rows.iterator(chunk_size=100))
    return write_csv([name for name, _meaning in LIST_COLUMNS], map(_list_row, listed))


def _list_row(listed):
    facts = ("programme", "release", "as_of", "slug", "number", "name", "country", "region", "status")
    visits, why = listed["visits"], listed["withheld"] or {}
    return [
        *(listed[name] for name in facts),
        visits["public"],
        visits["last_on"],
        *(listed["statuses"].get(status, 0) for status in STATUSES),
        why.get("reason"),
    ]


def entries_page(*, chosen=None, programme="", factory="", offset=0, limit=100) -> dict:
    """Entries of the current releases: count and items. chosen: as for the register, of factories and of the entries
    themselves. Three queries.

    Those of a page withheld are not in it; one withheld alone is found under "withheld" and under no other status.
    """
    held, chosen = withheld.now(), chosen or {}
    found = Entry.objects.filter(~withheld.whole_page(), released_factory__release__next=None)
    if programme:
        found = found.filter(released_factory__release__programme__code=programme.upper())
    of_factory = {one.name: chosen[one.name] for one in FILTERS if one.of == "factory" and one.name in chosen}
    if of_factory:
        found = found.filter(released_factory__in=finding.lines(of_factory, held).order_by().values("pk"))
    for name in chosen.keys() - of_factory.keys() - {"status"}:
        found = found.filter(finding.where(name, chosen[name]))
    status = chosen.get("status")
    if status == "withheld":
        found = found.filter(Q(status=status) | ~Q(withheld.not_said()))
    elif status:
        found = found.filter(withheld.not_said(), finding.where("status", status))
    if factory:
        found = found.filter(released_factory__slug=factory)
    names = (*archive.ENTRY_FIELDS, "released_factory__slug", "released_factory__release__programme__code")
    names = (*names, "released_factory__site_id")
    rows = found.order_by("released_factory__slug", "position").values(*names)[offset : offset + limit]
    items = [
        withheld.withheld_entry(
            {name: row[name] for name in archive.ENTRY_FIELDS} | {"withheld": None},
            held.sites.get(str(row["released_factory__site_id"]), {}).get(row["question_key"]),
        )
        | {
            "factory": row["released_factory__slug"],
            "programme": row["released_factory__release__programme__code"],
        }
        for row in rows
    ]
    return {"count": found.count(), "items": items}
