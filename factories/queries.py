"""Reads of factories for screens, always as one person may see them. Each takes a fixed number of queries."""

from uuid import UUID
from zoneinfo import ZoneInfo

from django.db.models import Case, Q, When
from django.db.models.functions import Lower

from core.days import today
from factories import permissions
from factories.models import Cycle, Site
from factories.rules import consent_state, folded


def sites(user, words=""):
    """Factories this person may see, by name, those of a register last.

    `words` may be part of a number, a name or an address, in any case.
    """
    registered = Case(When(programme=None, then=1), default=0)
    found = permissions.visible_to(user).select_related("programme").order_by(registered, Lower("name"), "pk")
    if not words.strip():
        return found
    wanted = Q(number__icontains=words.strip()) | Q(name__icontains=words.strip())
    if folded(words):
        wanted |= Q(match_key__contains=folded(words))
    return found.filter(wanted)


def site(user, ref) -> Site | None:
    """The factory of a number or a key, if this person may see it."""
    try:
        wanted = Q(pk=UUID(ref))
    except ValueError:
        wanted = Q(number=ref) & ~Q(number="")
    return permissions.visible_to(user).filter(wanted).select_related("programme").first()


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


def opened_to(user):
    """Consents in force that open something to this person's buyers, by factory."""
    return (
        permissions.consents(user)
        .select_related("site__programme", "buyer", "cycle")
        .order_by(Lower("site__name"), "buyer__name", "pk")
    )
