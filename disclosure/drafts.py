"""The next release as it would be on a day: issued facts of the apps below in, documents out. It writes nothing.

It reads only `issued` rooms, so no person, no note and no draft can come this way. The words of a report and the
place an extent names stay out too: people typed them.
"""

from collections import defaultdict
from dataclasses import dataclass
from datetime import timedelta
from typing import NamedTuple
from uuid import UUID

from checklists import public as checklists
from compliance import issued as compliance
from core.errors import WrongState
from disclosure import listed_cases, rules
from disclosure.models import Address, Regime, ReleasedFactory
from factories import issued as factories
from improvement_plans import issued as improvement_plans

FORMAT = "openfloor-factory/1"
REPORTS_AT_ONCE = 100
FINDINGS_AT_ONCE = 5000
DAYS = ("found_on", "since", "reported_on", "agreed_on", "verified_on", "confirmed_on")


@dataclass(frozen=True)
class Draft:
    """`rule`: the regime as it is applied. `documents`: in the order of their slugs. `addresses`: {new slug: site}."""

    regime: Regime
    rule: dict
    documents: list
    coverage: dict
    addresses: dict


class Told(NamedTuple):
    """A finding with what the public is told about its question, and its place in the checklist."""

    seen: rules.Seen
    place: int
    issue: str
    explain: str
    cluster: str
    question: object


def regime_on(programme, day) -> Regime:
    """The regime in force on a day. Raises WrongState when there is none: then nothing can be published."""
    for regime in Regime.objects.filter(programme=programme, in_force_from__lte=day).order_by("-in_force_from"):
        if regime.until is None or day <= regime.until:
            return regime
    raise WrongState("No rule of disclosure is in force on this day. Nothing is published.", code="no-regime")


def draft(programme, as_of) -> Draft:
    """Everything due on a day under the regime in force then. Queries grow only with reports by the hundred."""
    regime = regime_on(programme, as_of)
    rule = rules.Rule(**regime.rule)
    shown = {"name": regime.name, "in_force_from": regime.in_force_from.isoformat(), **regime.rule}
    visits = defaultdict(list)
    moved = factories.shown_as(programme.pk, until=as_of)
    for report in compliance.issued_reports(programme.pk, until=as_of):
        visits[moved.get(report.site_id, report.site_id)].append(report)
    visits = {site_id: _one_history(site_id, reports) for site_id, reports in visits.items()}
    told = _told(rule, visits, as_of)
    ours = factories.programme_site_ids(programme.pk)
    sites = factories.site_facts({*ours, *told} - (factories.survivors(ours).keys() - told.keys()))
    facts, photos = _facts(rule, told, as_of)
    more = _more(told, visits, moved, as_of)
    slugs, addresses, old = _slugs(sites, told, moved)
    documents = []
    for site_id in sorted(told, key=slugs.get):
        entries = [
            (key, rules.due(rule, [one.seen for one in known], as_of), known) for key, known in told[site_id].items()
        ]
        documents.append(
            {
                "format": FORMAT,
                "programme": {"code": programme.code, "name": programme.name, "country": programme.country},
                "as_of": as_of.isoformat(),
                "id": str(site_id),
                "slug": slugs[site_id],
                **_factory(sites[site_id]),
                "names": more.names.get(site_id, []),
                "ids": more.ids.get(site_id, []),
                **({"stands_for": old[site_id]} if site_id in old else {}),
                "rule": shown,
                "visits": _visits(rule, visits[site_id], more.reliability, as_of),
                "entries": _entries(rule, entries, facts, photos, more.law, as_of),
                "later": _later(rule, entries),
            }
        )
    coverage = _coverage(rule, sites, visits, told, as_of)
    return Draft(regime, shown, documents, coverage, addresses)


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
    documents = [
        {"format": FORMAT, "programme": about, "slug": slugs[UUID(one["id"])], "rule": shown, **one} for one in told
    ]
    ever = ReleasedFactory.objects.filter(release__programme=programme).values_list("site_id", flat=True).distinct()
    coverage = {
        "in_programme": len({*map(str, ever), *firms}),
        "assessed": len({*map(str, ever), *firms}),
        "disclosed": len(firms),
        "waiting": {},
    }
    return Draft(regime, shown, sorted(documents, key=lambda one: one["slug"]), coverage, addresses)


def _one_history(site_id, reports):
    """Reports of a factory and of those it stands for, as visits of one place: counted on by the day of the visit."""
    if all(report.site_id == site_id for report in reports):
        return reports
    reports = sorted(reports, key=lambda report: (report.visited_on, report.issued_on, report.visit_count))
    return [report._replace(site_id=site_id, visit_count=n) for n, report in enumerate(reports, start=1)]


def _told(rule, visits, as_of):
    """{site: {question: [Told]}}: tagged findings of public visits. Zero-tolerance ones may not be due yet."""
    public = {
        report.id: report
        for reports in visits.values()
        for report in reports
        if report.visit_count >= rule.from_visit and _old_enough(rule, report, as_of)
    }
    told = defaultdict(lambda: defaultdict(list))
    ids = list(public)
    for start in range(0, len(ids), REPORTS_AT_ONCE):
        for place, finding in enumerate(compliance.issued_findings(ids[start : start + REPORTS_AT_ONCE])):
            if rule.tag not in finding.tags:
                continue
            report = public[finding.report_id]
            seen = rules.Seen(
                finding=str(finding.id),
                visit=report.visit_count,
                visited_on=report.visited_on,
                issued_on=report.issued_on,
                state=finding.state,
                tags=frozenset(finding.tags),
                extent=rules.public_extent(finding.extent_n, finding.extent_of, finding.extent),
            )
            told[report.site_id][finding.question_key].append(
                Told(seen, place, finding.issue, finding.explain, finding.cluster_key, finding.question_id)
            )
    return told


def _old_enough(rule, report, as_of):
    return report.issued_on + timedelta(days=rule.delay_days) <= as_of


def _facts(rule, told, as_of):
    """({finding: facts}, {finding: photos of its fix}) of the due findings only: nothing can be learnt of a later one
    from its fix."""
    ids = [
        one.seen.finding
        for questions in told.values()
        for known in questions.values()
        for one in known
        if one.seen.state == "non_compliant" and rules.is_due(rule, one.seen, as_of)
    ]
    made = [_in_parts(read, ids) for read in (improvement_plans.facts_of, improvement_plans.photos_of)]
    return tuple({str(finding): found for finding, found in one.items()} for one in made)


class More(NamedTuple):
    """What else a page says: {site: names}, {site: ids}, {report: why its record is less sure}, {question: law}."""

    names: dict
    ids: dict
    reliability: dict
    law: dict


def _more(told, visits, moved, as_of):
    """Of the factories to be shown, with those they stand for."""
    before = defaultdict(list)
    for old, site_id in moved.items():
        before[site_id].append(old)
    places = {site_id: [*before[site_id], site_id] for site_id in told}
    everywhere = [place for own in places.values() for place in own]
    names, ids = factories.known_as(everywhere, until=as_of), factories.public_ids(everywhere, until=as_of)
    reports = [report.id for site_id in told for report in visits[site_id]]
    questions = {one.question for own in told.values() for known in own.values() for one in known}
    return More(
        {site_id: [row for place in own for row in names.get(place, [])] for site_id, own in places.items()},
        {site_id: [row for place in own for row in ids.get(place, [])] for site_id, own in places.items()},
        _in_parts(compliance.reliability, reports),
        _in_parts(checklists.law_of, list(questions)),
    )


def _in_parts(read, ids):
    """What `read` gives for many ids, asked for by the thousand: SQLite takes no longer list."""
    made = {}
    for start in range(0, len(ids), FINDINGS_AT_ONCE):
        made |= read(ids[start : start + FINDINGS_AT_ONCE])
    return made


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


def _factory(facts):
    names = ("name", "number", "country", "region", "sector", "products", "workers_band", "status")
    return {name: str(facts[name] or "") for name in names}


def _visits(rule, reports, reliability, as_of):
    """How many visits are public, how many came before the rule counts; the public ones, and about the last of them."""
    known = [report for report in reports if _old_enough(rule, report, as_of)]
    public = [report for report in known if report.visit_count >= rule.from_visit]
    last = max(public, key=lambda report: (report.visited_on, report.visit_count))
    return {
        "public": len(public),
        "before": len(known) - len(public),
        "last_on": last.visited_on.isoformat(),
        "checklist": {"key": last.checklist_key, "version": last.checklist_version},
        "held": [
            {
                "visit": report.visit_count,
                "on": report.visited_on.isoformat(),
                "checklist": {"key": report.checklist_key, "version": report.checklist_version},
                "reliability": reliability.get(report.id, []),
            }
            for report in sorted(public, key=lambda report: (report.visited_on, report.visit_count))
        ],
    }


def _entries(rule, entries, facts, photos, law, as_of):
    """The entries of one factory as plain data, worst and oldest first."""
    made = []
    for key, due, known in entries:
        if due:
            entry = rules.entry(due, facts, rules.facts_until(rule, due[-1].tags, as_of))
            words = next(one for one in known if one.seen is due[-1])
            made.append((rules.order(entry.status, entry.since, words.place), key, words, entry, due))
    made.sort(key=lambda row: (row[0], row[1]))
    return [
        {
            "position": position,
            "question_key": key,
            "cluster": words.cluster,
            "issue": words.issue,
            "explain": words.explain,
            "law": law.get(words.question, []),
            "status": entry.status,
            **{name: _iso(getattr(entry, name)) for name in DAYS},
            "extent": entry.extent,
            "cycles": entry.cycles,
            "photos": _photos(entry, due, photos, rules.facts_until(rule, words.seen.tags, as_of)),
            "behind_days": rule.zero_tolerance_delay_days if rules.ZERO_TOLERANCE in words.seen.tags else 0,
        }
        for position, (_order, key, words, entry, due) in enumerate(made, start=1)
    ]


def _photos(entry, due, photos, until):
    """Photos of the fix of the violation shown, up to the day its facts are; where it is reported or verified only."""
    if entry.status not in ("reported_fixed", "verified_fixed"):
        return []
    found = [one.finding for one in due if one.state == "non_compliant" and entry.since <= one.visited_on]
    kept = [photo for finding in found for photo in photos.get(finding, []) if photo["on"] <= until]
    return [photo | {"on": photo["on"].isoformat()} for photo in kept]


def _later(rule, entries):
    """Issues of a public visit whose own, longer delay is not over: which, and from when. Never how they stand."""
    later = []
    for key, due, known in entries:
        if not due:
            first = min(one.seen.issued_on + rule.delay(one.seen.tags) for one in known)
            later.append({"question_key": key, "issue": known[-1].issue, "from_on": first.isoformat()})
    return sorted(later, key=lambda row: row["question_key"])


def _coverage(rule, sites, visits, told, as_of):
    """How many factories the programme has, how many are here, and for the others why not. The counts add up."""
    waiting = {"not_assessed": 0, "too_few_visits": 0, "within_delay": 0, "nothing_asked": 0}
    for site_id in sites.keys() - told.keys():
        reports = visits.get(site_id, [])
        if not reports:
            waiting["not_assessed"] += 1
        elif max(report.visit_count for report in reports) < rule.from_visit:
            waiting["too_few_visits"] += 1
        elif not any(report.visit_count >= rule.from_visit and _old_enough(rule, report, as_of) for report in reports):
            waiting["within_delay"] += 1
        else:
            waiting["nothing_asked"] += 1
    return {
        "in_programme": len(sites),
        "assessed": len(sites) - waiting["not_assessed"],
        "disclosed": len(told),
        "waiting": waiting,
    }


def _iso(day):
    return day.isoformat() if day else None
