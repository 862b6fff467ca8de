"""Facts about factories for the floors above: no person, no draft, no exact head count."""

from collections import defaultdict

from django.db.models import F

from factories.models import NamingConsent, Site, SiteSuccession, places_before
from factories.rules import band_words


def site_facts(site_ids) -> dict:
    """{site id: facts} of factories. One query.

    Facts: name, number, address, country (ISO2), region, sector, products, workers_band ("" when not counted), status,
    programme_id.
    """
    fields = ("name", "number", "address", "country", "region", "sector", "products", "status", "programme_id")
    return {
        site.pk: {name: getattr(site, name) for name in fields} | {"workers_band": band_words(site.size_band)}
        for site in Site.objects.filter(pk__in=list(site_ids)).only(*fields, "size_band")
    }


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


def named_buyers(site_ids) -> dict:
    """{site id: names of buyers that may be named in public}: both sides have said yes. One query."""
    names = defaultdict(list)
    both = NamingConsent.objects.filter(
        site__in=list(site_ids), ended_at=None, site_said_at__isnull=False, buyer_said_at__isnull=False
    )
    for site, name in both.order_by("buyer__name").values_list("site", "buyer__name"):
        names[site].append(name)
    return dict(names)
