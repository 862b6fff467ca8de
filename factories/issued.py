"""Facts about factories for the floors above: no person, no draft, no exact head count."""

from collections import defaultdict
from datetime import date
from typing import NamedTuple
from zoneinfo import ZoneInfo

from django.db.models import F, Q
from django.db.models.functions import Lower

from core import access
from core.days import today
from core.prepared import prepared
from core.roles import Right
from factories import imports, matching
from factories.matching import latin as latin
from factories.matching import nearest as nearest
from factories.matching import pieces as pieces
from factories.models import (
    Buyer,
    BuyerRelation,
    Consent,
    ConsentRequest,
    ForeignId,
    NamingConsent,
    Scope,
    Site,
    SiteBlock,
    SiteKey,
    SiteName,
    SiteSuccession,
    places_before,
)
from factories.permissions import in_force, not_over
from factories.rules import band_words, consent_state, match_key


def site_facts(site_ids, *, on=None) -> dict:
    """{site id: facts} of factories. One query, one more for the names they had `on` a day.

    Facts: name, number, address, country (ISO2), region, sector, products, workers_band ("" when not counted), status,
    status_since, programme_id.
    """
    fields = (
        "name",
        "number",
        "address",
        "country",
        "region",
        "sector",
        "products",
        "status",
        "status_since",
        "programme_id",
    )
    facts = {
        site.pk: {name: getattr(site, name) for name in fields} | {"workers_band": band_words(site.size_band)}
        for site in Site.objects.filter(pk__in=list(site_ids)).only(*fields, "size_band")
    }
    if on is not None:
        then = SiteName.objects.filter(_held_by(on), kind=SiteName.Kind.OFFICIAL, site__in=list(facts))
        for site_id, text in then.exclude(until__lte=on).values_list("site_id", "text"):
            facts[site_id]["name"] = text
    return facts


def programme_site_ids(programme_id) -> list:
    """Ids of every factory a programme ever enrolled, closed ones too. One query."""
    return list(Site.objects.filter(programme_id=programme_id).values_list("pk", flat=True))


def same_place(site_id) -> set:
    """Ids of the factories whose history speaks of this one, this one among them (merges, takeovers, moves)."""
    return places_before([site_id])


def shown_as(programme_id, *, until) -> dict:
    """{site id: id of the factory that its history follows to}, of a programme's factories whose history moved on
    up to a day (included).

    Merges, and takeovers and moves that began a new record. Undone ones are not in it. One query.
    """
    rows = SiteSuccession.objects.filter(
        target__programme_id=programme_id, undone_at=None, history_follows=True, on__lte=until
    )
    after = dict(
        rows.exclude(kind=SiteSuccession.Kind.SPLIT).exclude(source=F("target")).values_list("source", "target")
    )
    made = {}
    for source in after:
        target, seen = after[source], {source}
        while target in after and target not in seen:
            seen.add(target)
            target = after[target]
        made[source] = target
    return made


def survivors(site_ids) -> dict:
    """{old site id: id of the factory that stands for it}, of those that have one. One query; for old addresses."""
    found = Site.objects.filter(pk__in=list(site_ids), survivor__isnull=False)
    return dict(found.values_list("pk", "survivor_id"))


def named_buyers(site_id) -> list[str]:
    """The buyers of a factory that may be named in public, by name: both sides have said yes. One query."""
    return [name for (name,) in _named(site_id)]


@prepared(NamingConsent._meta.get_field("site"))
def _named(site_id):
    both = NamingConsent.objects.filter(
        site=site_id, ended_at=None, site_said_at__isnull=False, buyer_said_at__isnull=False
    )
    return both.order_by("buyer__name").values_list("buyer__name")


def country_of(text) -> str | None:
    """The ISO code of a country, written as lists write it; None when nobody knows it."""
    return imports.country_code(text)


# --- between a buyer and factories ---------------------------------------------------------------------------------


def buyers_of(user):
    """The buyers a person acts for now, by name: a lazy queryset."""
    mine = Buyer.objects.filter(pk__in=access.anchors(user, Right.ACT_FOR_BUYER, Buyer))
    return mine.order_by(Lower("name"))


def who_acts_for(buyer_id) -> list:
    """Ids of the people who act for a buyer now. One query."""
    return list(access.holders(Right.ACT_FOR_BUYER, Buyer(pk=buyer_id)).values_list("user_id", flat=True))


def known_to(buyer_id):
    """Ids of the factories in a programme that a buyer has to do with already: it orders there, asked or may read.

    A lazy queryset. What else the programmes have on their lists, a buyer is not told.
    """
    relations = BuyerRelation.objects.filter(buyer=buyer_id, until=None).values("site")
    asked, given = (model.objects.filter(buyer=buyer_id).values("site") for model in (ConsentRequest, Consent))
    found = Site.objects.filter(Q(pk__in=relations) | Q(pk__in=asked) | Q(pk__in=given))
    return found.filter(programme__isnull=False).values("pk")


class ConsentFact(NamedTuple):
    """How a factory answers a buyer today. `on`: the day it asked, was given, was refused, or that the last one ended.

    state: "given" or "later" (begins on a day to come), "asked", "refused", "ended". `until` is None where only the
    factory ends it. `report`, `progress`: what is open today. `asked`: an ask waits, whatever else holds.
    """

    state: str
    on: date
    until: date | None = None
    report: bool = False
    progress: bool = False
    asked: bool = False


def consent_facts(buyer_id, site_ids) -> dict:
    """{site id: ConsentFact} where there is anything between the two. Two queries."""
    rows = defaultdict(list)
    given = Consent.objects.filter(buyer=buyer_id, site__in=list(site_ids)).select_related("site__programme")
    for consent in given:
        rows[consent.site_id].append(consent)
    asks = defaultdict(list)
    requests = ConsentRequest.objects.filter(buyer=buyer_id, site__in=list(site_ids))
    for ask in requests.select_related("site__programme"):
        asks[ask.site_id].append(ask)
    return {site_id: _between(rows[site_id], asks[site_id]) for site_id in {*rows, *asks}}


def _between(consents, asks) -> ConsentFact:
    programme = (consents or asks)[0].site.programme
    day, zone = today(programme), ZoneInfo(programme.time_zone)
    states = defaultdict(list)
    for one in consents:
        states[consent_state(one.since, one.until, one.ended_at is not None, day)].append(one)
    waits = [ask for ask in asks if not ask.answer]
    running = states["open"] or states["later"]
    if running:
        lasts = [one.until for one in running]
        return ConsentFact(
            state="given" if states["open"] else "later",
            on=min(one.since for one in running),
            until=None if None in lasts else max(lasts),
            report=any(one.scope != Scope.PROGRESS for one in states["open"]),
            progress=any(one.scope != Scope.REPORT for one in states["open"]),
            asked=bool(waits),
        )
    if waits:
        return ConsentFact("asked", waits[0].asked_at.astimezone(zone).date(), asked=True)
    over = [("ended", one.ended_at.astimezone(zone).date()) for one in states["ended"]]
    over += [("ended", one.until) for one in states["lapsed"]]
    over += [("refused", ask.answered_at.astimezone(zone).date()) for ask in asks if ask.answer == "refused"]
    return ConsentFact(*max(over, key=lambda one: one[1]))


def consent_sites(buyer_id, state):
    """Ids of the factories that stand in a state to a buyer, as a lazy queryset: "given" (also one that begins later),
    "asked" (and nothing given), "ended" (also refused)."""
    consents, asks = (model.objects.filter(buyer=buyer_id) for model in (Consent, ConsentRequest))
    given = Q(pk__in=consents.filter(not_over()).values("site"))
    asked = Q(pk__in=asks.filter(answer="").values("site"))
    ever = Q(pk__in=consents.values("site")) | Q(pk__in=asks.values("site"))
    chosen = {"given": given, "asked": asked & ~given, "ended": ever & ~asked & ~given}[state]
    return Site.objects.filter(chosen).values("pk")


def may_read_progress(buyer_id):
    """The consents that open the progress of a plan to a buyer today, as a lazy queryset."""
    return Consent.objects.filter(in_force(), buyer=buyer_id, scope__in=[Scope.PROGRESS, Scope.BOTH])


def may_read_reports(buyer_id):
    """The consents that open reports to a buyer today, as a lazy queryset."""
    return Consent.objects.filter(in_force(), buyer=buyer_id, scope__in=[Scope.REPORT, Scope.BOTH])


class SaidPlace(NamedTuple):
    """A place in somebody's words, as the rules of matching compare it."""

    country: str
    name: str
    address: str
    os_id: str
    latitude: float | None = None
    longitude: float | None = None


def places_like(rows, *, buyer_id, public) -> list:
    """For each row (country, name, address, os_id): (site id, is it sure?) of the factory it speaks of, or None.

    Looked for among what the buyer may be told of: `public`, ids as a lazy queryset, and what it has to do with
    (`known_to`). Others are as if they did not exist. Three queries, however many rows. Sure by an OS ID, by a spelling
    known before, or by the rules of every import (`rules.Likeness`); never by a name without an address.
    """
    rows = [SaidPlace(row.country, row.name, row.address, row.os_id) for row in rows]
    here = Site.objects.filter(Q(pk__in=public) | Q(pk__in=known_to(buyer_id)), survivor=None).values("pk")
    may = Q(site__in=here) | Q(site__survivor__in=here)
    codes = {row.os_id for row in rows if row.os_id}
    coded = ForeignId.objects.filter(may, scheme=ForeignId.Scheme.OS_ID, until=None, code__in=codes)
    coded = {one.code: one.site.survivor_id or one.site_id for one in coded.select_related("site")}
    keys = {match_key(row.country, row.name, row.address) for row in rows if row.address}
    spelled = SiteKey.objects.filter(may, key__in=keys).select_related("site")
    spelled = {one.key: one.site.survivor_id or one.site_id for one in spelled}
    blocks = {row: matching.blocks(row.country, row.name, row.address) for row in rows}
    wanted = {block for each in blocks.values() for block in each}
    lying = defaultdict(dict)
    for one in SiteBlock.objects.filter(may, block__in=wanted).select_related("site__survivor").order_by("pk"):
        site = one.site.survivor or one.site
        lying[one.block][site.pk] = site
    found = []
    for row in rows:
        known = coded.get(row.os_id) or spelled.get(match_key(row.country, row.name, row.address))
        near = {site.pk: site for block in blocks[row] for site in lying[block].values()}
        found.append((known, True) if known else _most_alike(row, near.values()))
    return found


def _most_alike(row, sites):
    if row.address:
        hit = matching.best(row, sites)
        return hit and (hit[0].pk, hit[1].verdict == "sure")
    named = [(matching.likeness(row, site).name, site) for site in sites]
    best = max(named, key=lambda one: one[0], default=None)
    return (best[1].pk, False) if best and best[0] >= 90 else None


def known_as(site_ids, *, until) -> dict:
    """{site id: [{"text", "kind", "language", "since", "until"}]}: names up to a day, oldest first. One query."""
    rows = SiteName.objects.filter(_held_by(until), site__in=list(site_ids)).order_by(
        F("since").asc(nulls_first=True), "pk"
    )
    names = defaultdict(list)
    for row in rows:
        about = {"text": row.text, "kind": row.kind, "language": row.language}
        names[row.site_id].append(about | _span(row, until))
    return dict(names)


def public_ids(site_ids, *, until) -> dict:
    """{site id: [{"scheme", "issuer", "code", "since", "until"}]}: OS IDs and national registers' numbers up to a day.

    No vendor code: it is between factory and buyer. One query.
    """
    rows = ForeignId.objects.filter(_held_by(until), site__in=list(site_ids)).exclude(scheme=ForeignId.Scheme.BUYER)
    ids = defaultdict(list)
    for row in rows.order_by("scheme", "issuer", F("since").asc(nulls_first=True), "pk"):
        ids[row.site_id].append({"scheme": row.scheme, "issuer": row.issuer, "code": row.code} | _span(row, until))
    return dict(ids)


def _held_by(day):
    """Condition on dated rows: they held at some time up to a day. An empty span, a change taken back, held at none."""
    began = Q(since=None) | Q(since__lte=day)
    return began & (Q(until=None) | Q(since=None) | Q(until__gt=F("since")))


def _span(row, day):
    """From when until when, as it was known on a day."""
    over = row.until is not None and row.until <= day
    return {"since": row.since and row.since.isoformat(), "until": row.until.isoformat() if over else None}
