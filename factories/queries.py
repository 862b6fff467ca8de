"""Reads of factories for screens, always as one person may see them. Each takes a fixed number of queries."""

from uuid import UUID
from zoneinfo import ZoneInfo

from django.db.models import Case, Count, Q, When
from django.db.models.functions import Coalesce, Lower
from django.utils.dates import MONTHS

from core import access, redaction
from core.days import day_of, today
from core.models import AuditRecord
from core.roles import Right
from factories import permissions
from factories.matching import latin, pieces
from factories.matching import nearest as matching_nearest
from factories.models import (
    Buyer,
    BuyerRelation,
    ColumnMapping,
    Consent,
    Cycle,
    ForeignId,
    Invited,
    NamingConsent,
    Site,
    SiteAddress,
    SiteName,
    SiteSuccession,
    UploadedList,
    Workforce,
    places_before,
)
from factories.rules import consent_state, folded

LOOKED_AT, NEAREST = 500, 8


def sites(user, words=""):
    """Factories this person may see, by name, those of a register last.

    `words` may be part of a number, a name or an address, in any case.
    """
    registered = Case(When(programme=None, then=1), default=0)
    found = permissions.visible_to(user).filter(survivor=None).select_related("programme")
    found = found.order_by(registered, Lower("name"), "pk")
    words = words.strip()
    if not words:
        return found
    # Vendor codes are between factory and buyer: nobody finds a factory by trying them.
    coded = ForeignId.objects.filter(code__iexact=words).exclude(scheme=ForeignId.Scheme.BUYER)
    hits = [Site.objects.filter(number__icontains=words).values("pk"), coded.values("site")]
    if folded(words):
        hits.append(SiteName.objects.filter(_named(words)).values("site"))
        hits.append(SiteAddress.objects.filter(folded__contains=folded(words)).values("site"))
    told = Q()
    for rows in hits:
        told |= Q(pk__in=rows)
    return found.filter(pk__in=Site.objects.filter(told).values(place=Coalesce("survivor", "pk")))


def _named(words):
    """Condition on SiteName: the words are part of it, as they are written or in Latin letters."""
    written = Q(folded__contains=folded(words))
    return written | Q(latin__contains=latin(words)) if latin(words) else written


def nearest(user, words):
    """Where nothing is called so: the few factories with the nearest names, as this person may see them. Two queries.

    Each with the names that are near as `matched`.
    """
    looked = pieces(words)
    if not looked:
        return []
    near = Q()
    for piece in looked:
        near |= Q(latin__contains=piece)
    seen = permissions.visible_to(user).filter(survivor=None)
    rows = SiteName.objects.filter(near).annotate(place=Coalesce("site__survivor", "site"))
    rows = rows.filter(place__in=seen.values("pk"))
    held = sum(Case(When(latin__contains=piece, then=1), default=0) for piece in looked)
    rows = rows.order_by(-held, "pk").values_list("place", "latin", "text")[:LOOKED_AT]
    names = list(rows)
    order = matching_nearest(words, [(place, name) for place, name, _text in names], NEAREST)
    found = Site.objects.select_related("programme").in_bulk(order)
    for site in found.values():
        texts = dict.fromkeys(text for place, _name, text in names if place == site.pk)
        site.matched = [text for text in texts if folded(text) != folded(site.name)][:2]
    return [found[pk] for pk in order]


def matched_names(sites, words):
    """Put on each of these factories, as `matched`, the other names under which the words find it. One query."""
    for site in sites:
        site.matched = []
    if not folded(words):
        return
    here = {site.pk: site for site in sites}
    places = Site.objects.filter(Q(pk__in=here) | Q(survivor__in=here)).values("pk")
    rows = SiteName.objects.filter(_named(words), site__in=places)
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

    Only the programme's staff sees a cycle before somebody was there for it: its day is the day a visit was planned
    for, and nobody outside must learn it here, be the visit held that day, later or never.
    """
    found = Cycle.objects.filter(site=site).order_by("-number")
    if standing == "staff":
        return found
    found = found.filter(known_on__isnull=False)
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
    _count_openings(rows)
    return sorted(rows, key=lambda row: row.state not in ("open", "later"))


def _count_openings(rows):
    """How often a buyer's people opened a report by each consent, as `opened`. Readers of other sides use none.

    One query, found by the index of what the record is about.
    """
    used = AuditRecord.objects.filter(
        subject_type=Consent._meta.label_lower, subject_id__in=[str(row.pk) for row in rows], verb="consent.used"
    )
    times = dict(used.values_list("subject_id").annotate(n=Count("pk")))
    for row in rows:
        row.opened = times.get(str(row.pk), 0)


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
    found = {name: list(rows) for name, rows in found.items()}
    redaction.explain(found["permits"])
    for season in found["seasons"]:
        season.first_word, season.last_word = MONTHS[season.first_month], MONTHS[season.last_month]
    return found


def doubts(user, *, decided=False):
    """Doubts this person may decide, the likeliest first; or those decided, the newest first."""
    found = permissions.doubts_visible_to(user).select_related("known__programme", "newer__programme", "decided_by")
    if decided:
        return found.exclude(decision="").order_by("-decided_at")
    return found.filter(decision="").order_by("-score", "pk")


def matches(user):
    """Rows that imports were sure of though they wrote a known place otherwise, the newest first; not those parted."""
    found = permissions.matches_visible_to(user).filter(made=None)
    return found.select_related("site__programme").order_by("-raised_at", "-pk")


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
        row.ended_on = row.ended_at and day_of(row.ended_at, programme.time_zone)
    _count_openings(rows)
    return sorted(rows, key=lambda row: row.state not in ("open", "later"))


def asked_of(buyer, words=""):
    """Factories of a programme a buyer orders from now, by name; `words` may be part of a number or a name."""
    related = BuyerRelation.objects.filter(buyer=buyer, until=None).values("site")
    found = Site.objects.filter(pk__in=related, programme__isnull=False).select_related("programme")
    for word in words.split():
        called = SiteName.objects.filter(folded__contains=folded(word)).values("site") if folded(word) else ()
        found = found.filter(Q(number__icontains=word) | Q(pk__in=called))
    return found.order_by(Lower("name"), "pk")


def can_be_asked():
    """Factories a buyer may ask when it says that it orders there: those of a programme. It must know their keys."""
    return Site.objects.filter(programme__isnull=False, survivor=None).select_related("programme")


def opened_to(user):
    """Consents in force that open something to this person's buyers, by factory."""
    return (
        permissions.consents(user)
        .select_related("site__programme", "buyer", "cycle")
        .order_by(Lower("site__name"), "buyer__name", "pk")
    )


# --- head counts -----------------------------------------------------------------------------------------------


def headcount(site, on):
    """(how many worked there, {dimension: {code: how many}}) by the newest count not after a day. One query.

    None where only the size band is known, or nobody had counted by then.
    """
    rows = list(
        Workforce.objects.filter(site=site, counted_on__lte=on)
        .order_by("-counted_on")
        .values_list("pk", "total", "parts__by", "parts__code", "parts__count")
    )
    parts: dict[str, dict[str, int]] = {}
    for count, _total, by, code, n in rows:
        if count == rows[0][0] and by:
            parts.setdefault(by, {})[code] = n
    return (rows[0][1] if rows else None), parts


# --- people ----------------------------------------------------------------------------------------------------

WAITS = {"named_at": None, "invitation__accepted_at": None, "invitation__withdrawn_at": None}


def managers_of(site):
    """Who answers for a factory now."""
    return site.managers.filter(until=None).select_related("user").order_by("since", "pk")


def invited(user):
    """Who was invited to answer for a factory or to act for a buyer, in the programmes this person keeps."""
    kept = permissions.programmes_kept(user)
    found = Invited.objects.filter(invitation__programme__in=kept, **WAITS)
    return found.select_related("invitation", "site", "buyer").order_by("-asked_at")[:50]


def buyers_with_people(words=""):
    """Buyers by name, each with how many people act for it now (`people`)."""
    found = Buyer.objects.annotate(people=Count("members", filter=Q(members__until=None))).order_by(Lower("name"))
    return found.filter(name__icontains=words) if words else found


def uploaded_lists(user):
    """Lists sent in for the programmes this person keeps, the newest first."""
    found = UploadedList.objects.filter(programme__in=permissions.programmes_of_lists(user))
    return found.select_related("programme", "uploaded_by").order_by("-uploaded_at")


def column_mappings(programme):
    """Saved mappings for lists of this programme: its own and those for everybody."""
    return ColumnMapping.objects.filter(Q(programme=None) | Q(programme=programme)).order_by("name")
