"""What factories put on the home page and in the menu."""

from datetime import timedelta

from django.db.models import Count, Window
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from core import access
from core.home import Line, Place
from core.models import Programme
from core.roles import Right
from core.words import long_date
from factories import permissions, queries
from factories.models import Consent, ConsentRequest, Permit, Site

NOTICE = timedelta(days=30)
PERMITS = timedelta(days=60)
MOST = 20


def asked_by_buyers(user):
    """For a factory's manager: buyers who ask to read and have no answer yet."""
    managed = access.anchors(user, Right.MANAGE_FACTORY, Site)
    waiting = ConsentRequest.objects.filter(site__in=managed, answer="").select_related("site", "buyer")
    return [
        Line(
            text=_("Answer %(buyer)s") % {"buyer": asked.buyer},
            url=reverse("factories:site", args=[asked.site.ref]) + "#readers",
            order=20,
            small=_("It asks to read about %(factory)s since %(day)s.")
            % {"factory": asked.site, "day": long_date(asked.asked_at)},
        )
        for asked in waiting.order_by("asked_at")[:MOST]
    ]


def open_doubts(user):
    """For who keeps a list: how many pairs may be one factory."""
    n = queries.doubts(user).count()
    if not n:
        return []
    words = ngettext("%(n)d pair may be one factory", "%(n)d pairs may be one factory", n)
    return [Line(text=words % {"n": n}, url=reverse("factories:doubts"), order=50, small=_("Only a person can say."))]


def unanswered(user):
    """For who keeps a list: buyers' requests that a factory leaves without an answer."""
    keeps = access.anchors(user, Right.MANAGE_FACTORIES, Programme)
    found = ConsentRequest.objects.filter(site__programme__in=keeps, answer="")
    waiting = list(found.select_related("site").annotate(n=Window(Count("pk"))).order_by("asked_at")[:1])
    if not waiting:
        return []
    (first,) = waiting
    words = ngettext("%(n)d request of a buyer has no answer", "%(n)d requests of buyers have no answer", first.n)
    small = _("Each factory answers for itself. The oldest: %(factory)s, since %(day)s.")
    told = small % {"factory": first.site, "day": long_date(first.asked_at)}
    address = reverse("factories:site", args=[first.site.ref]) + "#readers"
    return [Line(text=words % {"n": first.n}, url=address, order=65, small=told)]


def ending_permits(user):
    """For a factory's manager: permits that end within sixty days or have ended unnoticed. The letter leads here."""
    managed = access.anchors(user, Right.MANAGE_FACTORY, Site)
    soon = timezone.now().date() + PERMITS
    ending = Permit.objects.filter(site__in=managed, ended_on=None, expires_on__lte=soon).select_related("site")
    return [
        Line(
            text=_("Renew a permit: %(kind)s") % {"kind": permit.get_kind_display()},
            url=reverse("factories:history", args=[permit.site.ref]) + "#permits",
            order=30,
            small=_("%(factory)s, last day %(day)s") % {"factory": permit.site, "day": long_date(permit.expires_on)},
        )
        for permit in ending.order_by("expires_on")[:MOST]
    ]


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


def factories_place(user, held):
    """For the programme's staff; who only administers it finds who answers for its factories."""
    if held.any(*permissions.STAFF):
        return Place(_("Factories"), reverse("factories:list"), order=60)
    if held.any(Right.ADMINISTER):
        return Place(_("Factories’ people"), reverse("factories:people"), order=81)
    return None


def own_factory_place(user, held):
    """For a factory's managers and committee: their own page, or the list when there are several."""
    if not held.any(*permissions.OF_THE_FACTORY):
        return None
    own = list(permissions.own_sites(user).order_by("name")[:2])
    if not own:
        return None
    if len(own) > 1:
        return Place(_("Our factories"), reverse("factories:list"), order=10)
    return Place(_("Our factory"), reverse("factories:site", args=[own[0].ref]), order=10)


def opened_place(user, held):
    """For a buyer's people."""
    if held.any(Right.ACT_FOR_BUYER):
        return Place(_("Opened to us"), reverse("factories:consents"), order=20)
    return None
