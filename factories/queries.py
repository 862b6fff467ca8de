"""Reads of factories for screens, always as one person may see them. Each takes a fixed number of queries."""

from uuid import UUID
from zoneinfo import ZoneInfo

from django.db.models import Case, Q, When
from django.db.models.functions import Lower

from core import access
from core.days import today
from core.roles import Right
from factories import permissions
from factories.models import (
    Buyer,
    Consent,
    Cycle,
    ForeignId,
    NamingConsent,
    Site,
    SiteAddress,
    SiteName,
    SiteSuccession,
    places_before,
)
from factories.rules import consent_state, folded


def sites(user, words=""):
    """Factories this person may see, by name, those of a register last.

    `words` may be part of a number, a name or an address, in any case.
    """
    registered = Case(When(programme=None, then=1), default=0)
    found = permissions.visible_to(user).filter(survivor=None).select_related("programme")
    found = found.order_by(registered, Lower("name"), "pk")
    if not words.strip():
        return found
    wanted = Q(number__icontains=words.strip()) | Q(name__icontains=words.strip())
    # Vendor codes are between factory and buyer: nobody finds a factory by trying them.
    coded = ForeignId.objects.filter(code__iexact=words.strip()).exclude(scheme=ForeignId.Scheme.BUYER)
    said = [coded, Site.objects.filter(survivor__isnull=False, number__iexact=words.strip())]
    if folded(words):
        wanted |= Q(match_key__contains=folded(words))
        said += [model.objects.filter(folded__contains=folded(words)) for model in (SiteName, SiteAddress)]
    for rows in said:
        place = "pk" if rows.model is Site else "site"
        wanted |= Q(pk__in=rows.values(place)) | Q(stands_for__in=rows.values(place))
    return found.filter(pk__in=Site.objects.filter(wanted).values("pk"))


def matched_names(sites, words):
    """Put on each of these factories, as `matched`, the other names under which the words find it. One query."""
    wanted = folded(words)
    for site in sites:
        site.matched = []
    if not wanted:
        return
    here = {site.pk: site for site in sites}
    rows = SiteName.objects.filter(Q(site__in=here) | Q(site__survivor__in=here), folded__contains=wanted)
    for row in rows.select_related("site").order_by("since", "pk"):
        site = here.get(row.site_id) or here[row.site.survivor_id]
        if folded(site.name) != row.folded and row.text not in site.matched:
            site.matched.append(row.text)


def site(user, ref) -> Site | None:
    """The factory of a number or a key, if this person may see it."""
    try:
        wanted = Q(pk=UUID(ref))
    except ValueError:
        wanted = Q(number=ref) & ~Q(number="")
    return permissions.visible_to(user).filter(wanted).select_related("programme", "survivor").first()


def same_place(site_id) -> set:
    """Ids of the factories whose history speaks of this one, this one among them."""
    return places_before([site_id])


def cycles(user, site, standing):
    """The factory's cycles, the newest first; for a buyer's people those a consent opens.

    Only the programme's staff sees a cycle before its day has passed: a visit may be planned for that day, and the
    factory must not learn it here.
    """
    found = Cycle.objects.filter(site=site).order_by("-number")
    if standing == "staff":
        return found
    if site.programme is None:
        return found.none()
    found = found.filter(opened_on__lt=today(site.programme))
    if standing == "factory":
        return found
    opened = permissions.consents(user).filter(site=site)
    return found.filter(Q(pk__in=opened.values("cycle")) | Q(site__in=opened.filter(cycle=None).values("site")))


def ledger(site):
    """Every consent of a factory, open ones first, with its `state` today and the day it was `ended_on`."""
    day, zone = today(site.programme), ZoneInfo(site.programme.time_zone)
    rows = list(site.consents.select_related("buyer", "cycle").order_by("-since", "-pk"))
    for row in rows:
        row.state = consent_state(row.since, row.until, row.ended_at is not None, day)
        row.ended_on = row.ended_at and row.ended_at.astimezone(zone).date()
    return sorted(rows, key=lambda row: row.state not in ("open", "later"))


def history(site, standing, user):
    """What was true of a factory when, for its page of records: {name: rows}. A fixed number of queries.

    Vendor codes only for the programme and the factory itself.
    """
    newest = ("-since", "-recorded_at")
    found = {
        "names": site.sitenames.order_by("kind", *newest),
        "addresses": site.siteaddresss.order_by("kind", *newest),
        "owners": site.siteowners.select_related("enterprise").order_by(*newest),
        "licences": site.sitelicences.order_by(*newest),
        "ids": site.foreignids.select_related("buyer").order_by("scheme", *newest),
        "counts": site.workforces.prefetch_related("parts").order_by("-counted_on"),
        "seasons": site.seasons.order_by("kind", "first_month"),
        "buildings": site.buildings.order_by("kind", "name"),
        "permits": site.permits.order_by("ended_on", "expires_on", "kind"),
        "relations": site.buyer_relations.select_related("buyer").order_by("-since"),
        "successions": SiteSuccession.objects.filter(Q(source=site) | Q(target=site))
        .select_related("source", "target")
        .order_by("-done_at"),
    }
    return {name: list(rows) for name, rows in found.items()}


def doubts(user, *, decided=False):
    """Doubts this person may decide, the likeliest first; or those decided, the newest first."""
    found = permissions.doubts_visible_to(user).select_related("known__programme", "newer__programme", "decided_by")
    if decided:
        return found.exclude(decision="").order_by("-decided_at")
    return found.filter(decision="").order_by("-score", "pk")


def requests_to(site):
    """Requests a factory has not answered, the oldest first."""
    return site.consent_requests.filter(answer="").select_related("buyer").order_by("asked_at")


def namings(*, site=None, buyers=None):
    """Yeses to being named in public, of a factory or of buyers, the open ones first."""
    found = NamingConsent.objects.filter(site=site) if site else NamingConsent.objects.filter(buyer__in=buyers)
    return found.select_related("site", "buyer").order_by(Case(When(ended_at=None, then=0), default=1), "-pk")


def buyer_ledger(user):
    """What factories gave this person's buyers, newest first, each with its `state` today; ended ones too."""
    mine = access.anchors(user, Right.ACT_FOR_BUYER, Buyer)
    rows = list(
        Consent.objects.filter(buyer__in=mine).select_related("site__programme", "buyer", "cycle").order_by("-since")
    )
    days = {}
    for row in rows:
        programme = row.site.programme
        day = days.setdefault(programme.pk, today(programme))
        row.state = consent_state(row.since, row.until, row.ended_at is not None, day)
        row.ended_on = row.ended_at and row.ended_at.astimezone(ZoneInfo(programme.time_zone)).date()
    return sorted(rows, key=lambda row: row.state not in ("open", "later"))


def opened_to(user):
    """Consents in force that open something to this person's buyers, by factory."""
    return (
        permissions.consents(user)
        .select_related("site__programme", "buyer", "cycle")
        .order_by(Lower("site__name"), "buyer__name", "pk")
    )
