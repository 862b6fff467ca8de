"""What factories put on the home page and in the menu."""

from datetime import timedelta

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from core import access
from core.home import Line, Place
from core.roles import Right
from core.words import long_date
from factories import permissions
from factories.models import Consent, Site

NOTICE = timedelta(days=30)


def ending_consents(user):
    """Permissions that end within thirty days: for the factory that gave them and the buyer who reads by them."""
    soon = timezone.now().date() + NOTICE
    managed = access.anchors(user, Right.MANAGE_FACTORY, Site)
    given = Consent.objects.filter(permissions.in_force(), site__in=managed, until__lte=soon)
    lines = [
        Line(
            text=_("Decide whether %(buyer)s reads on") % {"buyer": consent.buyer},
            url=reverse("factories:site", args=[consent.site.ref]) + "#readers",
            order=40,
            small=_("Your permission ends on %(day)s.") % {"day": long_date(consent.until)},
        )
        for consent in given.select_related("site", "buyer")
    ]
    received = permissions.consents(user).filter(until__lte=soon).select_related("site", "buyer")
    return lines + [
        Line(
            text=_("Ask %(factory)s to let you read on") % {"factory": consent.site},
            url=reverse("factories:consents"),
            order=60,
            small=_("Its permission to %(buyer)s ends on %(day)s.")
            % {"buyer": consent.buyer, "day": long_date(consent.until)},
        )
        for consent in received
    ]


def factories_place(user):
    """For the programme's staff."""
    if permissions.staffed_programmes(user).exists():
        return Place(_("Factories"), reverse("factories:list"), order=60)
    return None


def own_factory_place(user):
    """For a factory's managers and committee: their own page, or the list when there are several."""
    own = list(permissions.own_sites(user).order_by("name")[:2])
    if not own:
        return None
    if len(own) > 1:
        return Place(_("Our factories"), reverse("factories:list"), order=10)
    return Place(_("Our factory"), reverse("factories:site", args=[own[0].ref]), order=10)


def opened_place(user):
    """For a buyer's people."""
    if access.has_anywhere(user, Right.ACT_FOR_BUYER, permissions.Buyer):
        return Place(_("Opened to us"), reverse("factories:consents"), order=20)
    return None
