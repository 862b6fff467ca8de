"""Which page answers at a public address: the factory's own, or the one that stands for it since a merge."""

from django.db.models import Q

from disclosure.models import Address, Forwarding, ReleasedFactory


def pages_at(slug):
    """The released pages of the factory at this address, the newest first. A lazy queryset.

    An old address leads to the page that speaks for it in the current release.
    """
    own = Address.objects.filter(slug=slug).values("site_id")
    moved = Forwarding.objects.filter(slug=slug, release__next=None).values("site_id")
    found = ReleasedFactory.objects.filter(Q(site_id__in=own) | Q(site_id__in=moved))
    return found.order_by("-release__published_at")
