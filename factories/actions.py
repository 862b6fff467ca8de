"""The only writers of factories: enrol, import, cycles, managers, buyers, consents.

Each takes `by` (a person, or core.audit.System), asks permissions first and records what it did. Nothing here deletes.
"""

from dataclasses import dataclass, field
from itertools import islice

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from core import access, audit
from core.days import today
from core.errors import Invalid, WrongState
from core.numbers import next_number, next_numbers
from core.roles import Right
from factories import permissions, rules, states
from factories.models import Buyer, BuyerMember, Consent, Cycle, Site, SiteImport, SiteManager
from factories.rules import Refused, SiteRow

SERIES = "factory"
BATCH = 1000


def _valid(thing):
    """The thing, or Invalid with each field that cannot be kept as it is."""
    try:
        thing.full_clean()
    except ValidationError as error:
        problems = [
            {"place": place, "reason": reason} for place, found in error.message_dict.items() for reason in found
        ]
        raise Invalid(" ".join(f"{p['place']}: {p['reason']}" for p in problems), problems) from None
    return thing


# --- sites -----------------------------------------------------------------------------------------------------


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
    if Site.objects.filter(match_key=key).exists():
        raise Invalid(_("A factory with this name at this address is known already. Enrol that one."))
    site = _valid(
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
            status_since=today(programme),
            match_key=key,
        )
    )
    site.save()
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
    """A factory suspends, closes or leaves the programme today, or works again ("active"). Records site.<what>.

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
def open_cycle(*, site, on, by) -> Cycle:
    """Begin the next yearly round of a factory. Who plans visits, or setup. Records cycle.opened."""
    permissions.check_can_open_cycle(by, site)
    site = Site.objects.select_for_update(of=("self",)).select_related("programme").get(pk=site.pk)
    if site.programme is None:
        raise WrongState(_("Enrol the factory in a programme first."))
    if site.status != Site.Status.ACTIVE:
        raise WrongState(_("This factory does not work in the programme now. A cycle needs one that does."))
    last = site.cycles.order_by("-number").first()
    if last and on <= last.opened_on:
        raise Invalid(_("A cycle opens after the one before it."))
    cycle = Cycle.objects.create(
        programme=site.programme, site=site, number=last.number + 1 if last else 1, opened_on=on
    )
    audit.record("cycle.opened", cycle, by=by, programme=site.programme, site=site.pk, number=cycle.number, on=on)
    return cycle


# --- lists -----------------------------------------------------------------------------------------------------


@dataclass
class Outcome:
    """What an import did, or, in a dry run, would do. When refusals stop it, nothing is created or updated."""

    created: int = 0
    updated: int = 0
    unchanged: int = 0
    duplicate: int = 0
    refused: list[Refused] = field(default_factory=list)
    stopped: bool = False


@transaction.atomic
def import_sites(*, rows, refused=(), files=(), programme=None, accept_partial=False, dry_run=False, by) -> Outcome:
    """Create or update factories from rows of lists (`rules.SiteRow`). With a programme they are enrolled.

    With a programme its manager, without one only the command. `refused`: rows the reader could not take. If anything
    is refused, nothing is written unless `accept_partial`. `files`: [{"name", "sha256"}], kept as the source.
    Three queries for every thousand rows. Records sites.imported once.
    """
    permissions.check_can_import(by, programme)
    places, duplicates = rules.first_of_each_place(rows)
    outcome = Outcome(duplicate=duplicates, refused=list(refused))
    new, changed = [], []
    for batch in _batches(places.items()):
        known = {
            site.match_key: site
            for site in Site.objects.select_for_update().filter(match_key__in=[key for key, _row in batch])
        }
        for key, row in batch:
            site = known.get(key)
            if site is None:
                new.append(Site(country=row.country, match_key=key, **row.facts))
            elif programme and site.programme_id not in (None, programme.pk):
                outcome.refused.append(row.refused("name", _("This factory is in another programme.")))
            elif _takes(site, row, programme):
                changed.append(site)
            else:
                outcome.unchanged += 1
    outcome.stopped = bool(outcome.refused) and not accept_partial
    if outcome.stopped:
        return outcome
    outcome.created, outcome.updated = len(new), len(changed)
    if not dry_run:
        _write(new, changed, programme)
        _record_import(outcome, files, programme, by)
    return outcome


def _batches(items):
    items = iter(items)
    while batch := list(islice(items, BATCH)):
        yield batch


def _takes(site, row: SiteRow, programme) -> bool:
    """Put the row's facts on a known site; was anything different, or is it new to the programme?"""
    facts = {name: value for name, value in row.facts.items() if getattr(site, name) != value}
    for name, value in facts.items():
        setattr(site, name, value)
    return bool(facts) or bool(programme and site.programme_id is None)


def _write(new, changed, programme):
    enrolling = [site for site in (*new, *changed) if programme and site.programme_id is None]
    if enrolling:
        numbers = next_numbers(programme=programme, series=SERIES, count=len(enrolling))
        for site, number in zip(enrolling, numbers, strict=True):
            site.programme, site.number = programme, rules.site_number(programme.code, number)
            site.status_since = today(programme)
    Site.objects.bulk_create(new, batch_size=BATCH)
    fields = ["name", "address", "sector", "latitude", "longitude", "programme", "number", "status_since"]
    Site.objects.bulk_update(changed, fields, batch_size=BATCH)


def _record_import(outcome, files, programme, by):
    record = SiteImport.objects.create(
        programme=programme,
        files=list(files),
        created=outcome.created,
        updated=outcome.updated,
        unchanged=outcome.unchanged,
        duplicate=outcome.duplicate,
        refused=len(outcome.refused),
    )
    audit.record(
        "sites.imported",
        record,
        by=by,
        programme=programme,
        created=outcome.created,
        updated=outcome.updated,
        refused=len(outcome.refused),
    )


# --- people of factories and buyers ----------------------------------------------------------------------------


def _begun(since, now):
    """A grant means "now": what begins later is named when its day has come."""
    if since > now:
        raise Invalid(_("The day lies in the future. Name the person when it has come."))


@transaction.atomic
def name_manager(*, site, user, since, by) -> SiteManager:
    """A person answers for a factory from a day, today or earlier. Same again: unchanged. Records site.manager-named.

    A programme manager, or setup.
    """
    permissions.check_can_manage_factories(by, site.programme)
    if site.programme is None:
        raise WrongState(_("Enrol the factory in a programme first."))
    _begun(since, today(site.programme))
    manager, created = SiteManager.objects.get_or_create(site=site, user=user, until=None, defaults={"since": since})
    access.grant(user=user, right=Right.MANAGE_FACTORY, anchor=site)
    if created:
        audit.record("site.manager-named", manager, by=by, programme=site.programme, site=site.pk, user=user.pk)
    return manager


@transaction.atomic
def end_manager(*, manager, by) -> SiteManager:
    """A person no longer answers for a factory, from now. A programme manager, or setup. Records site.manager-ended."""
    site = manager.site
    permissions.check_can_manage_factories(by, site.programme)
    manager = SiteManager.objects.select_for_update().get(pk=manager.pk)
    if manager.until:
        raise WrongState(_("This person has left the factory’s management already."))
    manager.until = max(manager.since, today(site.programme))
    manager.save(update_fields=["until"])
    access.revoke(user=manager.user, right=Right.MANAGE_FACTORY, anchor=site)
    audit.record("site.manager-ended", manager, by=by, programme=site.programme, site=site.pk, user=manager.user_id)
    return manager


@transaction.atomic
def create_buyer(*, name, by) -> Buyer:
    """A new brand or retailer. A programme manager of any programme, or setup. Records buyer.created."""
    permissions.check_can_create_buyer(by)
    name = rules.tidy(name)
    if Buyer.objects.filter(name__iexact=name).exists():
        raise Invalid(_("A buyer of this name is known already."))
    buyer = _valid(Buyer(name=name))
    buyer.save()
    audit.record("buyer.created", buyer, by=by)
    return buyer


@transaction.atomic
def add_buyer_member(*, buyer, user, since, by) -> BuyerMember:
    """A person acts for a buyer from a day, today or earlier. Same again: unchanged. Records buyer.member-added.

    The buyer's own people; the first is named by a programme manager, or setup.
    """
    permissions.check_can_name_buyer_people(by, buyer)
    # A buyer has no time zone: today has begun as soon as it has begun anywhere.
    _begun(since, (timezone.now() + timezone.timedelta(hours=14)).date())
    member, created = BuyerMember.objects.get_or_create(buyer=buyer, user=user, until=None, defaults={"since": since})
    access.grant(user=user, right=Right.ACT_FOR_BUYER, anchor=buyer)
    if created:
        audit.record("buyer.member-added", member, by=by, buyer=buyer.pk, user=user.pk)
    return member


@transaction.atomic
def end_buyer_member(*, member, by) -> BuyerMember:
    """A person no longer acts for a buyer, from now. The buyer's own people. Records buyer.member-ended."""
    permissions.check_can_name_buyer_people(by, member.buyer)
    member = BuyerMember.objects.select_for_update().get(pk=member.pk)
    if member.until:
        raise WrongState(_("This person has left the buyer already."))
    member.until = max(member.since, timezone.now().date())
    member.save(update_fields=["until"])
    access.revoke(user=member.user, right=Right.ACT_FOR_BUYER, anchor=member.buyer)
    audit.record("buyer.member-ended", member, by=by, buyer=member.buyer_id, user=member.user_id)
    return member


# --- consents --------------------------------------------------------------------------------------------------


@transaction.atomic
def give_consent(*, site, buyer, cycle=None, since, until=None, by) -> Consent:
    """Open the reports of one cycle, or of every cycle, to one buyer, from a day, until a day or until ended.

    Only a manager of the factory. Records consent.given. Raises WrongState when the same is open already.
    """
    permissions.check_can_give_consent(by, site)
    if cycle is not None and cycle.site_id != site.pk:
        raise Invalid(_("This cycle belongs to another factory."))
    if until is not None and until < max(since, today(site.programme)):
        raise Invalid(_("Choose a last day that lies ahead."))
    Site.objects.select_for_update().get(pk=site.pk)
    given = Consent.objects.filter(site=site, buyer=buyer, cycle=cycle, ended_at=None)
    if any(one.until is None or one.until >= since for one in given):
        raise WrongState(_("This buyer may read that already. End the first permission to change its day."))
    consent = Consent.objects.create(site=site, buyer=buyer, cycle=cycle, since=since, until=until, given_by=by)
    audit.record(
        "consent.given",
        consent,
        by=by,
        programme=site.programme,
        site=site.pk,
        buyer=buyer.pk,
        cycle=cycle.number if cycle else None,
        until=until,
    )
    return consent


@transaction.atomic
def end_consent(*, consent, by) -> Consent:
    """Take a permission back, from now. Only a manager of the factory. Records consent.ended.

    What the buyer has read or downloaded stays read: the screen says so before.
    """
    permissions.check_can_give_consent(by, consent.site)
    consent = Consent.objects.select_for_update(of=("self",)).select_related("site__programme").get(pk=consent.pk)
    if consent.ended_at:
        raise WrongState(_("This permission has ended already."))
    consent.ended_at, consent.ended_by = timezone.now(), by
    consent.save(update_fields=["ended_at", "ended_by"])
    audit.record("consent.ended", consent, by=by, programme=consent.site.programme, site=consent.site_id)
    return consent
