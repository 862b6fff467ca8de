"""One place becomes another: merges, splits, takeovers, moves, each with its undo; and suspicions kept apart.

Nothing recorded is rewritten. A succession says what follows; readers ask `queries.same_place`.
"""

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from core import audit
from core.days import today
from core.errors import Invalid, WrongState
from core.numbers import next_number
from factories import permissions, rules
from factories.actions import facts
from factories.actions.base import valid
from factories.models import Site, SiteAddress, SiteKey, SiteName, SiteOwner, SiteSuccession, Suspicion

KIND = SiteSuccession.Kind


def _day(site):
    return today(site.programme) if site.programme else timezone.now().date()


def merge(source, target, by, on=None, *, history_follows=True, cycles_follow=True) -> SiteSuccession:
    """The merge itself. For actions only, which have asked the permission."""
    source, target = facts.locked(source), facts.locked(target)
    if source.survivor_id or target.survivor_id:
        raise WrongState(_("One of them stands for another factory already. Choose the one that is left."))
    if source.programme_id and target.programme_id and source.programme_id != target.programme_id:
        raise WrongState(_("They are in two programmes. One must leave its programme first."))
    if source.programme_id and not target.programme_id:
        raise WrongState(_("The one that stays is in no programme. Merge the other way round."))
    row = SiteSuccession(
        kind=KIND.MERGE, source=source, target=target, on=on or _day(target), history_follows=history_follows,
        cycles_follow=cycles_follow, done_by_id=by.pk,
    )  # fmt: skip
    if source.cycles.exists() and target.cycles.exists() and cycles_follow:
        row.cycles_follow = False  # both counted for themselves: two cycles 1 do not become one row of numbers
    return _stand_for(row, by)


def _stand_for(row, by):
    """The source's address leads to the target from now on, and so do those that led to the source."""
    row.kept |= {"stood_for": [str(pk) for pk in row.source.stands_for.values_list("pk", flat=True)]}
    row.save()
    Site.objects.filter(survivor=row.source).update(survivor=row.target)
    Site.objects.filter(pk=row.source.pk).update(survivor=row.target)
    _record(row, by)
    return row


def _record(row, by):
    verb = {
        KIND.MERGE: "site.merge", KIND.SPLIT: "site.split", KIND.TAKEOVER: "site.takeover", KIND.MOVE: "site.move",
    }[row.kind]  # fmt: skip
    audit.record(
        verb, row, by=by, programme=row.target.programme or row.source.programme,
        source=row.source_id, target=row.target_id, history=row.history_follows, cycles=row.cycles_follow,
    )  # fmt: skip


def unmerge(source, by):
    """Undo the merge by which this factory stands for no longer. For actions only."""
    row = SiteSuccession.objects.filter(source=source, kind=KIND.MERGE, undone_at=None).first()
    if row is None:
        raise WrongState(_("This merge has been undone already."))
    return _undo(row, by)


@transaction.atomic
def merge_sites(*, source, target, on, history_follows=True, cycles_follow=True, by) -> SiteSuccession:
    """Two records are one place: `source` leads to `target` from now on. Who keeps both on a list, or setup.

    Where both have cycles of their own the numbers stay apart. Records site.merge.
    """
    permissions.check_can_merge(by, source, target)
    if source.pk == target.pk:
        raise Invalid(_("Choose two factories."))
    return merge(source, target, by, on, history_follows=history_follows, cycles_follow=cycles_follow)


@transaction.atomic
def split_site(*, site, name, address, on, history_follows=False, by) -> SiteSuccession:
    """Part of a factory becomes a factory of its own, with a number of its own. A programme manager, or setup.

    Its cycles begin at one. Records site.split.
    """
    permissions.check_can_manage_factories(by, site.programme)
    site = facts.locked(site)
    _not_ahead(site, on)
    target = _another(site, name=name, address=address, on=on)
    row = SiteSuccession.objects.create(
        kind=KIND.SPLIT, source=site, target=target, on=on, history_follows=history_follows, cycles_follow=False,
        done_by_id=by.pk,
    )  # fmt: skip
    _record(row, by)
    return row


@transaction.atomic
def take_over(*, site, enterprise, on, name="", history_follows=True, cycles_follow=True, by) -> SiteSuccession:
    """Another enterprise owns the factory from a day, perhaps under another name. A programme manager, or setup.

    Where history and cycles follow the record goes on; else a new record with a number of its own begins, and the old
    address leads to it. Records site.takeover.
    """
    permissions.check_can_manage_factories(by, site.programme)
    site = facts.locked(site)
    _not_ahead(site, on)
    owner = facts.enterprise_called(enterprise, site.country)
    return _come_after(
        KIND.TAKEOVER, site, on, by, name=rules.tidy(name) or site.name, address=site.address, owner=owner,
        history_follows=history_follows, cycles_follow=cycles_follow,
    )  # fmt: skip


@transaction.atomic
def move_site(*, site, address, on, history_follows=True, cycles_follow=True, by) -> SiteSuccession:
    """The factory works at another address from a day. A programme manager, or setup. Records site.move.

    As for a takeover: where history or cycles do not follow, a new record begins.
    """
    permissions.check_can_manage_factories(by, site.programme)
    site = facts.locked(site)
    _not_ahead(site, on)
    return _come_after(
        KIND.MOVE, site, on, by, name=site.name, address=rules.tidy(address), owner=None,
        history_follows=history_follows, cycles_follow=cycles_follow,
    )  # fmt: skip


def _not_ahead(site, on):
    if on > _day(site):
        raise Invalid(_("The day lies in the future. Record it when it has come."))
    if site.survivor_id:
        raise WrongState(_("Another factory stands for this one. Record it there."))


def _another(site, *, name, address, on):
    """A new record of the same programme, on a number of its own."""
    name, address = rules.tidy(name), rules.tidy(address)
    key = rules.match_key(site.country, name, address)
    if SiteKey.objects.filter(key=key).exists():
        raise Invalid(_("A factory with this name at this address is known already."))
    made = valid(
        Site(
            programme=site.programme,
            number=rules.site_number(site.programme.code, next_number(programme=site.programme, series="factory")),
            enterprise=site.enterprise,
            name=name,
            address=address,
            country=site.country,
            region=site.region,
            sector=site.sector,
            isic=site.isic,
            status_since=on,
            match_key=key,
        )
    )
    made.save()
    facts.begin(made)
    return made


def _come_after(kind, site, on, by, *, name, address, owner, history_follows, cycles_follow):
    row = SiteSuccession(
        kind=kind, source=site, target=site, on=on, history_follows=history_follows,
        cycles_follow=history_follows and cycles_follow, done_by_id=by.pk,
    )  # fmt: skip
    row.kept = {"name": site.name, "address": site.address, "owner": str(site.enterprise_id or "")}
    if not (history_follows and cycles_follow):
        if (name, address) == (site.name, site.address):
            # Two records must not share one key: the older one keeps its name with the day it ended.
            site.match_key = f"{site.match_key[:660]}|until {on.isoformat()}"
            site.save(update_fields=["match_key"])
            row.kept["key"] = True
            SiteKey.objects.filter(key=rules.match_key(site.country, name, address)).update(key=site.match_key)
        row.target = _another(site, name=name, address=address, on=on)
        if owner:
            facts.own(facts.locked(row.target), owner, on)
        return _stand_for(row, by)
    if name != site.name:
        facts._follow(SiteName, site, on, **facts.called(name))
    if address != site.address:
        facts._follow(SiteAddress, site, on, text=address, folded=rules.folded(address))
    if (name, address) != (site.name, site.address):
        facts.place_as(site, name=name, address=address)
    if owner:
        facts.own(site, owner, on)
    row.save()
    _record(row, by)
    return row


@transaction.atomic
def undo_succession(*, succession, by) -> SiteSuccession:
    """Take a merge, split, takeover or move back; what was recorded meanwhile stays where it was recorded.

    Who may do it. The latest of a factory first. Records site.succession-undone.
    """
    permissions.check_can_merge(by, succession.source, succession.target)
    return _undo(succession, by)


def _undo(row, by):
    row = SiteSuccession.objects.select_for_update(of=("self",)).get(pk=row.pk)
    source, target = facts.locked(row.source), facts.locked(row.target)
    if row.undone_at:
        raise WrongState(_("This has been undone already."))
    later = SiteSuccession.objects.filter(source__in=[source, target], undone_at=None, done_at__gt=row.done_at)
    if later.exists():
        raise WrongState(_("Something later was recorded of these factories. Undo that first."))
    if source.pk == target.pk:
        _put_back(row, source)
    elif row.kind == KIND.SPLIT:
        if target.cycles.exists():
            raise WrongState(_("The new factory has cycles of its own. It stays."))
        Site.objects.filter(pk=target.pk).update(survivor=source)
    else:
        if row.kind != KIND.MERGE and target.cycles.exists():
            raise WrongState(_("The new factory has cycles of its own. It stays."))
        Site.objects.filter(pk=source.pk).update(survivor=None)
        Site.objects.filter(pk__in=row.kept.get("stood_for", [])).update(survivor=source)
        if row.kind != KIND.MERGE:
            Site.objects.filter(pk=target.pk).update(survivor=source)
    row.undone_at, row.undone_by_id = timezone.now(), by.pk
    row.save(update_fields=["undone_at", "undone_by"])
    audit.record(
        "site.succession-undone", row, by=by, programme=target.programme or source.programme, kind=row.kind,
        source=source.pk, target=target.pk,
    )  # fmt: skip
    return row


def _put_back(row, site):
    """The record went on under another name, address or owner: the new rows end where they began, the old hold on."""
    for model, said, now in (
        (SiteName, "name", site.name),
        (SiteAddress, "address", site.address),
        (SiteOwner, "owner", str(site.enterprise_id or "")),
    ):
        if row.kept.get(said, now) == now:
            continue
        extra = {} if model is SiteOwner else {"kind": facts.OFFICIAL}
        holding = model.objects.filter(site=site, until=None, **extra).get()
        holding.until = holding.since
        holding.save(update_fields=["until"])
        before = model.objects.filter(site=site, until=row.on, **extra).exclude(pk=holding.pk).order_by("-recorded_at")
        before = before.first()
        if before:
            before.until = None
            before.save(update_fields=["until"])
    site.enterprise_id = row.kept.get("owner") or None
    site.save(update_fields=["enterprise"])
    if (row.kept["name"], row.kept["address"]) != (site.name, site.address):
        facts.place_as(site, name=row.kept["name"], address=row.kept["address"])


# --- suspicions ------------------------------------------------------------------------------------------------


@transaction.atomic
def record_suspicion(*, giver, words, seen_on, taker=None, by) -> Suspicion:
    """Somebody of the programme saw signs of an undeclared subcontractor. Records suspicion.recorded, ids only.

    Assessors, lead assessors, advisers and managers of the programme. Never public by itself.
    """
    permissions.check_can_record_suspicion(by, giver.programme)
    if seen_on > today(giver.programme):
        raise Invalid(_("The day lies in the future. Record it when it has come."))
    row = Suspicion(
        programme=giver.programme, giver=giver, taker=taker, words=rules.tidy(words), seen_on=seen_on, recorded_by=by
    )
    valid(row).save()
    audit.record("suspicion.recorded", row, by=by, programme=giver.programme, site=giver.pk)
    return row


@transaction.atomic
def close_suspicion(*, suspicion, outcome, by) -> Suspicion:
    """What came of it. Managers and lead assessors of the programme. Records suspicion.closed."""
    permissions.check_can_read_suspicions(by, suspicion.programme)
    suspicion = Suspicion.objects.select_for_update(of=("self",)).select_related("programme").get(pk=suspicion.pk)
    if suspicion.outcome:
        raise WrongState(_("This is closed already."))
    suspicion.outcome, suspicion.closed_at, suspicion.closed_by = outcome, timezone.now(), by
    valid(suspicion).save()
    audit.record("suspicion.closed", suspicion, by=by, programme=suspicion.programme, outcome=outcome)
    return suspicion
