"""Facts about factories for the floors above: no person, no draft, no exact head count."""

from factories.models import Site
from factories.rules import workers_band


def site_facts(site_ids) -> dict:
    """{site id: facts} of factories. One query.

    Facts: name, number, address, country (ISO2), region, sector, products, workers_band ("" when not counted), status,
    programme_id.
    """
    fields = ("name", "number", "address", "country", "region", "sector", "products", "status", "programme_id")
    return {
        site.pk: {name: getattr(site, name) for name in fields} | {"workers_band": workers_band(site.workers)}
        for site in Site.objects.filter(pk__in=list(site_ids)).only(*fields, "workers")
    }


def programme_site_ids(programme_id) -> list:
    """Ids of every factory a programme ever enrolled, closed ones too. One query."""
    return list(Site.objects.filter(programme_id=programme_id).values_list("pk", flat=True))
