"""Enrol and close factories, open cycles, name who answers for them."""

from django.db import transaction
from django.utils.translation import gettext as _

from core import access, audit
from core.days import today
from core.errors import Invalid, WrongState
from core.numbers import next_number
from core.roles import Right
from factories import permissions, rules, states
from factories.actions import facts
from factories.actions.base import begun, valid
from factories.models import Cycle, Site, SiteKey, SiteManager, cycles_before

SERIES = "factory"


@transaction.atomic
def create_site(
    *, programme, name, address, country="", region="", sector="", products="", workers=None, workers_on=None, by
) -> Site:
    """A new factory of a programme, enrolled at once. A programme manager, or setup. Records site.enrolled.

    country: ISO2, the programme's where empty. workers: a head count, with the day it was taken.
    Raises Invalid when the place is known already: enrol it instead.
    """
    permissions.check_can_manage_factories(by, programme)
    name, address, country = rules.tidy(name), rules.tidy(address), country or programme.country
    key = rules.match_key(country, name, address)
    if SiteKey.objects.filter(key=key).exists():
        raise Invalid(_("A factory with this name at this address is known already. Enrol that one."))
    site = valid(
        Site(
            programme=programme,
            number=rules.site_number(programme.code, next_number(programme=programme, series=SERIES)),
            name=name,
            address=address,
            country=country,
            region=region,
            sector=sector,
            products=products,
            workers=workers,
            workers_on=workers_on,
            size_band="" if workers is None else rules.band_of(workers),
            status_since=today(programme),
            match_key=key,
        )
    )
    site.save()
    facts.begin(site)
    if workers is not None:
        facts.keep_count(site, workers_on, workers, rules.band_of(workers), by)
    audit.record("site.enrolled", site, by=by, programme=programme, number=site.number)
    return site


@transaction.atomic
def enrol_site(*, site, programme, by) -> Site:
    """Take a factory known from a register into a programme; it gets a number. Records site.enrolled."""
    permissions.check_can_manage_factories(by, programme)
    site = Site.objects.select_for_update().get(pk=site.pk)
    if site.programme_id:
        raise WrongState(_("This factory is in a programme already."))
    site.programme = programme
    site.number = rules.site_number(programme.code, next_number(programme=programme, series=SERIES))
    site.status_since = today(programme)
    site.save(update_fields=["programme", "number", "status_since"])
    audit.record("site.enrolled", site, by=by, programme=programme, number=site.number)
    return site


@transaction.atomic
def close_site(*, site, status, by) -> Site:
    """A factory stops for the season, suspends, closes or leaves the programme today, or works again ("active").

    Records site.<what>.
    Raises WrongState where the table in states.py has no such step.
    """
    permissions.check_can_manage_factories(by, site.programme)
    site = Site.objects.select_for_update(of=("self",)).select_related("programme").get(pk=site.pk)
    try:
        row = states.step_to(site.status, str(status))
    except LookupError:
        raise WrongState(_("A factory that is %(status)s cannot become that.") % {"status": site.status}) from None
    site.status, site.status_since = row.target, today(site.programme)
    site.save(update_fields=["status", "status_since"])
    audit.record(row.audit, site, by=by, programme=site.programme, on=site.status_since)
    return site


@transaction.atomic
def open_cycle(*, site, on, by, rights=None) -> Cycle:
    """Begin the next yearly round of a factory. Who plans visits, or setup. Records cycle.opened.

    `rights`: what she holds in the programme, where it was read already.
    """
    permissions.check_can_open_cycle(by, site, rights)
    site = Site.objects.select_for_update(of=("self",)).select_related("programme").get(pk=site.pk)
    if site.programme is None:
        raise WrongState(_("Enrol the factory in a programme first."))
    if site.survivor_id:
        raise WrongState(_("Another factory stands for this one. Open the cycle there."))
    if site.status != Site.Status.ACTIVE:
        raise WrongState(_("This factory does not work in the programme now. A cycle needs one that does."))
    last = Cycle.objects.filter(site__in=cycles_before(site.pk)).order_by("-number").first()
    if last and on <= last.opened_on:
        raise Invalid(_("A cycle opens after the one before it."))
    cycle = Cycle.objects.create(
        programme=site.programme, site=site, number=last.number + 1 if last else 1, opened_on=on
    )
    audit.record("cycle.opened", cycle, by=by, programme=site.programme, site=site.pk, number=cycle.number, on=on)
    return cycle


@transaction.atomic
def make_cycle_known(*, cycle, on, by) -> Cycle:
    """From now on the factory, its committee and its buyers may know of a cycle, since somebody was there.

    Until then they must not: its day is the day a visit is planned for. Who goes to factories, or the program.
    Records cycle.known. Twice is once.
    """
    permissions.check_can_make_cycle_known(by, cycle)
    cycle = Cycle.objects.select_for_update().get(pk=cycle.pk)
    if cycle.known_on is None:
        cycle.known_on = on
        cycle.save(update_fields=["known_on"])
        audit.record("cycle.known", cycle, by=by, programme=cycle.programme, on=on)
    return cycle


@transaction.atomic
def name_manager(*, site, user, since, by) -> SiteManager:
    """A person answers for a factory from a day, today or earlier. Same again: unchanged. Records site.manager-named.

    A programme manager, an administrator, or setup; never oneself.
    """
    permissions.check_can_name_people(by, site.programme)
    permissions.check_is_another(by, user)
    if site.programme is None:
        raise WrongState(_("Enrol the factory in a programme first."))
    begun(since, today(site.programme))
    manager, created = SiteManager.objects.get_or_create(site=site, user=user, until=None, defaults={"since": since})
    access.grant(user=user, right=Right.MANAGE_FACTORY, anchor=site)
    if created:
        audit.record("site.manager-named", manager, by=by, programme=site.programme, site=site.pk, user=user.pk)
    return manager


@transaction.atomic
def end_manager(*, manager, by) -> SiteManager:
    """A person no longer answers for a factory, from now. Records site.manager-ended.

    A programme manager, an administrator, or setup.
    """
    site = manager.site
    permissions.check_can_name_people(by, site.programme)
    manager = SiteManager.objects.select_for_update().get(pk=manager.pk)
    if manager.until:
        raise WrongState(_("This person has left the factory’s management already."))
    manager.until = max(manager.since, today(site.programme))
    manager.save(update_fields=["until"])
    access.revoke(user=manager.user, right=Right.MANAGE_FACTORY, anchor=site)
    audit.record("site.manager-ended", manager, by=by, programme=site.programme, site=site.pk, user=manager.user_id)
    return manager
