"""How long the public side keeps what nobody confirmed."""

from django.utils.translation import gettext_lazy as _

from cms.models import Watch
from core import retention


def _end_watches(programme, before, most):
    """Addresses whose reader never said yes; of whatever programme."""
    old = Watch.objects.filter(confirmed_at=None, asked_at__lt=before).values_list("pk", flat=True)[:most]
    return Watch.objects.filter(pk__in=list(old)).delete()[1].get("cms.Watch", 0)


retention.register(retention.Class("unconfirmed-watches", 7, _("the address was asked"), _end_watches))
