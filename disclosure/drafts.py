"""The next release as it would be on a day: issued facts of the apps below in, documents out. It writes nothing.

It reads only `issued` rooms, so no person, no note and no draft can come this way. The words of a report and the
place an extent names stay out too: people typed them.
"""

import json
import tempfile
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from typing import NamedTuple
from uuid import UUID
from zoneinfo import ZoneInfo

from checklists import public as checklists
from compliance import issued as compliance
from core.errors import WrongState
from disclosure import archive, listed_cases, rules
from disclosure.models import Address, Regime, ReleasedFactory, WithholdingAsk
from factories import issued as factories
from improvement_plans import issued as improvement_plans

FORMAT = "openfloor-factory/1"
SITES_AT_ONCE = 50
DOCUMENTS_AT_ONCE = 500
DAYS = ("found_on", "since", "reported_on", "agreed_on", "verified_on", "confirmed_on")


class Documents:
    """Documents kept in a file meanwhile, so that a release of any size takes the memory of one factory.

    They come out in the order they went in, as often as asked for.
    """

    def __init__(self):
        self._file = tempfile.TemporaryFile()  # noqa: SIM115 (open as long as this is in use)
        self._places: dict = {}

    def keep(self, name, text: bytes):
        self._places[name] = (self._file.seek(0, 2), self._file.write(text))

    def __getitem__(self, name) -> dict:
        at, length = self._places[name]
        self._file.seek(at)
        return json.loads(self._file.read(length))

    def __iter__(self) -> Iterator[dict]:
        return (self[name] for name in self._places)

    def names(self):
        return list(self._places)

    def __len__(self):
        return len(self._places)

    def __contains__(self, name):
        return name in self._places


@dataclass(frozen=True)
class Draft:
    """`rule`: the regime as it is applied. `documents`: by factory, in the order of their slugs; `digests`: of each.
    `addresses`: {new slug: site}. `record`: threshold of the wider list, regimes. `renamed`: {(old key, key)}."""

    regime: Regime
    rule: dict
    record: dict
    documents: Documents
    digests: dict
    coverage: dict
    corrections: list
    addresses: dict
    renamed: set


class Told(NamedTuple):
    """A finding with what the public is told about its question, and its place in the checklist."""

    seen: rules.Seen
    place: int
    issue: str
    explain: str
    cluster: str
    question: object
    report: object


@dataclass
class World:
    """What the documents of one release stand on. `questions`: {id: what is asked}, those the rule shows or counts."""

    rule: rules.Rule
    as_of: object
    visits: dict
    sites: dict
    questions: dict
    not_held: set
    law: dict
    replies: dict = field(default_factory=dict)  # {(assessment, question, party): compliance.IssuedPublicReply}
    renamed: set = field(default_factory=set)
    shares: dict = field(default_factory=dict)  # {site: rules.Measured}
    measured_on: set = field(default_factory=set)  # the requirements somebody was measured on


def regime_on(programme, day) -> Regime:
    """The regime in force on a day. Raises WrongState when there is none: then nothing can be published."""
    for regime in Regime.objects.filter(programme=programme, in_force_from__lte=day).order_by("-in_force_from"):
        if regime.until is None or day <= regime.until:
            return regime
    raise WrongState("No rule of disclosure is in force on this day. Nothing is published.", code="no-regime")


def regimes_until(programme, day) -> list[dict]:
    """Which rule was in force when, up to a day: plain data, days without any among them."""
    known = Regime.objects.filter(programme=programme).values_list("name", "in_force_from", "until")
    return [
        {"name": row["name"], "from_on": row["from_on"].isoformat(), "until_on": _iso(row["until_on"])}
        for row in rules.times(known, day)
    ]


def draft(programme, as_of) -> Draft:
    """Everything due on a day under the regime in force then. Queries grow only with factories by the fifty."""
    regime = regime_on(programme, as_of)
    rule = rules.rule_of(regime.rule)
    shown = {"name": regime.name, "in_force_from": regime.in_force_from.isoformat(), **regime.rule}
    moved = factories.shown_as(programme.pk, until=as_of)
    visits = defaultdict(list)
    for report in compliance.issued_reports(programme.pk, until=as_of):
        visits[moved.get(report.site_id, report.site_id)].append(report)
    visits = {site_id: _one_history(site_id, reports) for site_id, reports in visits.items()}
    questions = _questions(rule, visits)
    law = checklists.law_of(list(questions))
    replies = {
        (one.assessment_id, one.question_key, one.party): one
        for one in compliance.public_replies(programme, until=as_of)  # the last one stands
    }
    world = World(rule, as_of, visits, {}, questions, _not_held(programme, as_of, moved), law, replies)
    halves = _halves(world)
    threshold = rules.threshold(rule, [one.share for one in world.shares.values()], len(world.measured_on))
    here = {site_id for site_id in halves.names() if _says_anything(_whole(world, halves, site_id, threshold))}
    ours = factories.programme_site_ids(programme.pk)
    world.sites = factories.site_facts({*ours, *here} - (factories.survivors(ours).keys() - here), on=as_of)
    slugs, addresses, stands_for = _slugs(world.sites, here, moved)
    documents, digests = Documents(), {}
    for site_id, names, ids in _known_as(sorted(here, key=slugs.get), moved, as_of):
        document = {
            "format": FORMAT,
            "programme": {"code": programme.code, "name": programme.name, "country": programme.country},
            "as_of": as_of.isoformat(),
            "id": str(site_id),
            "slug": slugs[site_id],
            **_factory(world.sites[site_id]),
            "names": names,
            "ids": ids,
            **({"stands_for": stands_for[site_id]} if site_id in stands_for else {}),
            "rule": shown,
            **_whole(world, halves, site_id, threshold),
        }
        text = archive.canonical(document)
        documents.keep(site_id, text)
        digests[document["slug"]] = archive.sha256(text)
    record = {"threshold": threshold and {**threshold, "as_of": as_of.isoformat()}}
    record["regimes"] = regimes_until(programme, as_of)
    coverage = _coverage(world, documents)
    log = _corrections(programme, world, documents)
    return Draft(regime, shown, record, documents, digests, coverage, log, addresses, world.renamed)


def edition_draft(programme, edition, compared) -> Draft:
    """One edition of a ministry's list as a release: a firm for a factory, a statute for an issue. Four queries.

    `compared`: the edition against the one before, so that a firm keeps its page whatever a list calls it.
    """
    regime = regime_on(programme, edition.as_of)
    shown = {"name": regime.name, "in_force_from": regime.in_force_from.isoformat(), **regime.rule}
    firms = defaultdict(list)
    for case in compared.cases:
        firms[case.firm].append(case)
    told = [listed_cases.document(firm, cases, edition) for firm, cases in firms.items()]
    slugs, addresses, _old = _slugs({UUID(one["id"]): one for one in told}, {UUID(one["id"]) for one in told}, {})
    about = {"code": programme.code, "name": programme.name, "country": programme.country}
    documents, digests = Documents(), {}
    for one in sorted(told, key=lambda one: slugs[UUID(one["id"])]):
        text = archive.canonical(
            {"format": FORMAT, "programme": about, "slug": slugs[UUID(one["id"])], "rule": shown, **one}
        )
        documents.keep(one["id"], text)
        digests[slugs[UUID(one["id"])]] = archive.sha256(text)
    ever = ReleasedFactory.objects.filter(release__programme=programme).values_list("site_id", flat=True).distinct()
    coverage = {
        "in_programme": len({*map(str, ever), *firms}),
        "assessed": len({*map(str, ever), *firms}),
        "disclosed": len(firms),
        "waiting": {},
    }
    record = {"threshold": None, "regimes": regimes_until(programme, edition.as_of)}
    return Draft(regime, shown, record, documents, digests, coverage, [], addresses, set())


def _one_history(site_id, reports):
    """Reports of a factory and of those it stands for, as visits of one place: counted on by the day of the visit."""
    if all(report.site_id == site_id for report in reports):
        return reports
    reports = sorted(reports, key=lambda report: (report.visited_on, report.issued_on, report.visit_count))
    return [report._replace(site_id=site_id, visit_count=n) for n, report in enumerate(reports, start=1)]


def _questions(rule, visits):
    """{question id: compliance.AskedQuestion} of those the rule may show or count, of the checklists in use."""
    asked = compliance.questions_asked({report.version_id for reports in visits.values() for report in reports})
    found = {}
    for one in asked:
        seen = rules.Seen("", 0, None, None, "", frozenset(one.tags), None, one.now, one.key)
        if rule.register(seen):
            found[one.id] = one
    return found


def _not_held(programme, as_of, moved):
    """(factory, number of the cycle) of visits that were not held."""
    found = compliance.visits_not_held(programme.pk, until=as_of)
    return {(moved.get(visit.site_id, visit.site_id), visit.cycle_number) for visit in found}


def _halves(world) -> Documents:
    """What the findings say of each factory, before anybody knows its address and who stands in the wider list."""
    made = Documents()
    public = {site_id: _public(world, reports) for site_id, reports in world.visits.items()}
    chosen = sorted((site_id for site_id, reports in public.items() if reports), key=str)
    for start in range(0, len(chosen), SITES_AT_ONCE):
        some = chosen[start : start + SITES_AT_ONCE]
        told = _told(world, [report for site_id in some for report in public[site_id]])
        facts, photos = _facts(world, told)
        reliability = compliance.reliability([report.id for site_id in some for report in public[site_id]])
        for site_id, questions in told.items():
            seen = {key: [one.seen for one in known] for key, known in questions.items()}
            _measure(world, site_id, seen)
            due = [(key, rules.due(world.rule, seen[key], world.as_of), known) for key, known in questions.items()]
            half = {
                "visits": _visits(world, site_id, reliability),
                "entries": _entries(world, due, facts, photos),
                "later": _later(world.rule, due),
            }
            made.keep(site_id, json.dumps(half).encode())
    return made


def _public(world, reports):
    """The reports of visits from the first on that any list of the rule counts, old enough."""
    return [
        report
        for report in reports
        if report.visit_count >= world.rule.from_visit and _old_enough(world.rule, report, world.as_of)
    ]


def _told(world, reports):
    """{site: {question: [Told]}}: findings of these reports that the rule may show. Some may not be due yet."""
    public = {report.id: report for report in reports}
    parts = defaultdict(list)
    for place, finding in enumerate(compliance.issued_findings(public, questions=world.questions)):
        asked, report = world.questions[finding.question_id], public[finding.report_id]
        seen = rules.Seen(
            finding=str(finding.id),
            visit=report.visit_count,
            visited_on=report.visited_on,
            issued_on=report.issued_on,
            state=finding.state,
            tags=frozenset(finding.tags),
            extent=rules.public_extent(finding.extent_n, finding.extent_of, finding.extent),
            question=asked.now,
            asked_as=asked.key,
            version=report.checklist_version,
        )
        if asked.now != asked.key:
            world.renamed.add((asked.key, asked.now))
        told = Told(seen, place, finding.issue, finding.explain, finding.cluster_key, finding.question_id, report)
        parts[report.site_id, asked.now, report.id].append(told)
    made = defaultdict(lambda: defaultdict(list))
    for (site_id, key, _report), known in parts.items():
        seen = rules.one_of([one.seen for one in known])
        words = next(one for one in known if one.seen.finding == seen.finding)
        made[site_id][key].append(words._replace(seen=seen))
    return made


def _measure(world, site_id, seen):
    low = world.rule.low_compliance
    if measured := rules.measured(world.rule, seen.values(), world.as_of):
        world.shares[site_id] = measured
        world.measured_on |= {key for key, found in seen.items() if any(low.asks(one) for one in found)}


def _old_enough(rule, report, as_of):
    return report.issued_on + timedelta(days=rule.delay_days) <= as_of


def _facts(world, told):
    """({finding: facts}, {finding: photos of its fix}) of the due findings only: nothing can be learnt of a later one
    from its fix."""
    ids = [
        one.seen.finding
        for questions in told.values()
        for known in questions.values()
        for one in known
        if one.seen.state == "non_compliant" and rules.is_due(world.rule, one.seen, world.as_of)
    ]
    made = (improvement_plans.facts_of(ids), improvement_plans.photos_of(ids))
    return tuple({str(finding): found for finding, found in one.items()} for one in made)


def _says_anything(whole):
    return bool(whole["entries"] or whole["later"])


def _whole(world, halves, site_id, threshold):
    """What the findings say, less the wider list where the factory does not stand in it.

    A share is said only of who stands in the wider list: of all others it would be a score.
    """
    half, measured = halves[site_id], world.shares.get(site_id)
    listed = bool(threshold and measured and measured.share < threshold["below"])
    entries = [entry for entry in half["entries"] if listed or entry["register"] != rules.LOW_COMPLIANCE]
    later = [row for row in half["later"] if listed or row["register"] != rules.LOW_COMPLIANCE]
    for position, entry in enumerate(entries, start=1):
        entry["position"] = position
    wider = threshold and {**threshold, "measured": measured is not None, "listed": listed}
    if listed:
        wider |= {"met": measured.met, "decided": measured.decided, "share": measured.share}
    return {"visits": half["visits"], "entries": entries, "later": later, "low_compliance": wider}


def _slugs(sites, told, moved):
    """The address of every factory to be shown: the first it was ever given, else a new one. Also the new ones, and
    {factory: old addresses its page stands for}."""
    given = {}
    taken = set()
    for address in Address.objects.order_by("given_on", "slug"):
        taken.add(address.slug)
        given.setdefault(address.site_id, address.slug)
    new = {}
    for site_id in sorted(set(told) - set(given), key=lambda site_id: (sites[site_id]["number"], str(site_id))):
        slug = rules.slug(sites[site_id]["name"], sites[site_id]["number"], taken)
        taken.add(slug)
        given[site_id], new[slug] = slug, site_id
    old = defaultdict(list)
    for source, target in moved.items():
        if source in given and target in told:
            old[target].append({"id": str(source), "slug": given[source]})
    return given, new, {site_id: sorted(rows, key=lambda row: row["slug"]) for site_id, rows in old.items()}


def _known_as(site_ids, moved, as_of):
    """(factory, its names, its ids) of each, with those of the factories it stands for."""
    before = defaultdict(list)
    for old, site_id in moved.items():
        before[site_id].append(old)
    for start in range(0, len(site_ids), DOCUMENTS_AT_ONCE):
        places = {one: [*before[one], one] for one in site_ids[start : start + DOCUMENTS_AT_ONCE]}
        everywhere = [place for own in places.values() for place in own]
        names, ids = factories.known_as(everywhere, until=as_of), factories.public_ids(everywhere, until=as_of)
        for site_id, own in places.items():
            yield site_id, *([row for place in own for row in told.get(place, [])] for told in (names, ids))


def _factory(facts):
    names = ("name", "number", "country", "region", "sector", "products", "workers_band", "status")
    return {name: str(facts[name] or "") for name in names} | {"status_since": _iso(facts["status_since"])}


def _visits(world, site_id, reliability):
    """How many visits are public, how many came before the rule counts; the public ones, and about the last of them.

    `missing`: cycles before the last public visit's that no report came of, and whether a visit could not be held.
    """
    known = [report for report in world.visits[site_id] if _old_enough(world.rule, report, world.as_of)]
    public = [report for report in known if report.visit_count >= world.rule.from_visit]
    last = max(public, key=lambda report: (report.visited_on, report.visit_count))
    reported = {report.cycle_number for report in world.visits[site_id]}
    return {
        "public": len(public),
        "before": len(known) - len(public),
        "last_on": last.visited_on.isoformat(),
        "checklist": {"key": last.checklist_key, "version": last.checklist_version, "language": last.language},
        "held": [
            {
                "visit": report.visit_count,
                "on": report.visited_on.isoformat(),
                "checklist": {"key": report.checklist_key, "version": report.checklist_version},
                "reliability": reliability.get(report.id, []),
            }
            for report in sorted(public, key=lambda report: (report.visited_on, report.visit_count))
        ],
        "missing": [
            {"cycle": number, "why": "not-held" if (site_id, number) in world.not_held else "no-report"}
            for number in range(1, last.cycle_number)
            if number not in reported
        ],
    }


def _entries(world, entries, facts, photos):
    """The entries of one factory as plain data, worst and oldest first, of every list of the rule."""
    made, rule = [], world.rule
    for key, due, known in entries:
        if due:
            entry = rules.entry(due, facts, rules.facts_until(rule, due[-1].tags, world.as_of))
            words = next(one for one in known if one.seen is due[-1])
            made.append((rules.order(entry.status, entry.since, words.place), key, words, entry, due, known))
    made.sort(key=lambda row: (row[0], row[1]))
    return [
        {
            "question_key": key,
            "register": rule.register(words.seen),
            "party": rule.party(words.seen.tags),
            "cluster": words.cluster,
            "issue": words.issue,
            "explain": words.explain,
            "law": world.law.get(words.question, []),
            "status": entry.status,
            **{name: _iso(getattr(entry, name)) for name in DAYS},
            "extent": entry.extent,
            "cycles": entry.cycles,
            "photos": _photos(entry, due, photos, rules.facts_until(rule, words.seen.tags, world.as_of)),
            "reply": _reply(world, entry, known, due, rules.facts_until(rule, words.seen.tags, world.as_of)),
            "behind_days": rule.zero_tolerance_delay_days if rules.ZERO_TOLERANCE in words.seen.tags else 0,
        }
        for _order, key, words, entry, due, known in made
    ]


def _photos(entry, due, photos, until):
    """Photos of the fix of the violation shown, up to the day its facts are; where it is reported or verified only."""
    if entry.status not in ("reported_fixed", "verified_fixed"):
        return []
    found = [one.finding for one in due if one.state == "non_compliant" and entry.since <= one.visited_on]
    kept = [photo for finding in found for photo in photos.get(finding, []) if photo["on"] <= until]
    return [photo | {"on": photo["on"].isoformat()} for photo in kept]


def _reply(world, entry, known, due, until):
    """What the factory, or the party whose duty it is, says of the violation shown: the last of it by that day. The
    words themselves stand in no document; `sha256` proves them."""
    found = [
        world.replies.get((one.report.assessment_id, one.seen.asked_as, world.rule.party(one.seen.tags)))
        for one in known
        if one.seen in due and entry.since and one.seen.state == "non_compliant" and entry.since <= one.seen.visited_on
    ]
    last = max((one for one in found if one and one.on <= until), key=lambda one: (one.on, str(one.id)), default=None)
    return last and {"id": str(last.id), "on": last.on.isoformat(), "sha256": last.digest}


def _later(rule, entries):
    """Issues of a public visit whose own, longer delay is not over: which, and from when. Never how they stand."""
    later = []
    for key, due, known in entries:
        counted = [one for one in known if one.seen.visit >= rule.begins(rule.register(one.seen))]
        if not due and counted:
            first = min(one.seen.issued_on + rule.delay(one.seen.tags) for one in counted)
            row = {"question_key": key, "issue": counted[-1].issue, "from_on": first.isoformat()}
            later.append(row | {"register": rule.register(counted[-1].seen)})
    return sorted(later, key=lambda row: row["question_key"])


def _coverage(world, documents):
    """How many factories the programme has, how many are here, and for the others why not. The counts add up.

    Of those that are here: how many no longer work in the programme, by status, and how many miss a cycle.
    """
    waiting = {"not_assessed": 0, "too_few_visits": 0, "within_delay": 0, "nothing_asked": 0}
    for site_id in world.sites:
        if site_id in documents:
            continue
        reports = world.visits.get(site_id, [])
        if not reports:
            waiting["not_assessed"] += 1
        elif max(report.visit_count for report in reports) < world.rule.from_visit:
            waiting["too_few_visits"] += 1
        elif not _public(world, reports):
            waiting["within_delay"] += 1
        else:
            waiting["nothing_asked"] += 1
    no_longer = {"suspended": 0, "closed": 0, "left": 0}
    missing = low = 0
    for document in documents:
        if document["status"] in no_longer:
            no_longer[document["status"]] += 1
        missing += bool(document["visits"]["missing"])
        low += bool(document["low_compliance"] and document["low_compliance"]["listed"])
    return {
        "in_programme": len(world.sites),
        "assessed": len(world.sites) - waiting["not_assessed"],
        "disclosed": len(documents),
        "waiting": waiting,
        "not_active": no_longer,
        "missing_cycle": missing,
        "low_compliance": low,
    }


def _corrections(programme, world, documents):
    """Lines of the log: corrections and disputes of what is public on that day, and what was withheld, oldest first.

    A line names a class of people, never a person; of what is not public it says nothing.
    """
    visit_of = {
        report.assessment_id: (site_id, report) for site_id, reports in world.visits.items() for report in reports
    }
    called = {one.key: one.now for one in world.questions.values()}
    lines = []
    for one in compliance.corrections(programme, until=world.as_of):
        site_id, report = visit_of.get(one.assessment_id, (None, None))
        if site_id not in documents:
            continue
        document, key = documents[site_id], called.get(one.question_key, one.question_key)
        entry = next((row for row in document["entries"] if row["question_key"] == key), None)
        shown = {cycle["visit"] for cycle in entry["cycles"]} if entry else set()
        if one.question_key == "":
            shown = {row.visit_count for row in _public(world, world.visits[site_id])}
        if report.visit_count not in shown:
            continue
        lines.append(
            {
                "id": archive.sha256(str(one.id).encode())[:16],
                "kind": one.kind,
                "factory_id": document["id"],
                "factory": document["slug"],
                "factory_name": document["name"],
                "question_key": key,
                "issue": entry["issue"] if entry else "",
                "visited_on": report.visited_on.isoformat(),
                "asked_by": one.asked_by,
                "asked_on": one.asked_on.isoformat(),
                "decided_on": _iso(one.decided_on),
                "outcome": one.outcome,
                "reason": "",
                "lifted_on": None,
                "report_version": one.report_version,
            }
        )
    lines += withheld_lines(programme, until=world.as_of)
    return sorted(lines, key=lambda line: (line["asked_on"], line["id"]))


def withheld_lines(programme, *, until) -> list[dict]:
    """The log's lines of what two people withheld at once, up to a day. Two queries."""
    agreed = WithholdingAsk.objects.filter(programme=programme, agreement__on__lte=until).select_related("agreement")
    asks = list(agreed.order_by("asked_at"))
    lifted = {ask.lifts_id: ask.agreement.on for ask in asks if ask.lifts_id}
    names = dict(
        ReleasedFactory.objects.filter(slug__in={ask.slug for ask in asks})
        .order_by("release__published_at")
        .values_list("slug", "name")
    )
    zone = ZoneInfo(programme.time_zone)
    return [
        {
            "id": archive.sha256(str(ask.pk).encode())[:16],
            "kind": "withholding",
            "factory_id": str(ask.site_id),
            "factory": ask.slug,
            "factory_name": names.get(ask.slug, ""),
            "question_key": ask.question_key,
            "issue": "",
            "visited_on": None,
            "asked_by": "programme",
            "asked_on": ask.asked_at.astimezone(zone).date().isoformat(),
            "decided_on": ask.agreement.on.isoformat(),
            "outcome": "withheld",
            "reason": ask.reason,
            "lifted_on": _iso(lifted.get(ask.pk)),
            "report_version": None,
        }
        for ask in asks
        if ask.lifts_id is None
    ]


def _iso(day):
    return day.isoformat() if day else None
