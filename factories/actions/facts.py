"""What is true of a factory and since when. `Site` shows today's value; each change here keeps both in step.

A day in the future is refused: a fact is recorded when it holds. Nothing is overwritten; what was, ends.
"""

from django.db import transaction
from django.utils.translation import gettext as _

from core import audit
from core.days import today
from core.errors import Invalid, WrongState
from factories import matching, permissions, rules, sectors
from factories.actions.base import valid
from factories.models import (
    Building,
    Enterprise,
    ForeignId,
    Season,
    Site,
    SiteAddress,
    SiteBlock,
    SiteKey,
    SiteLicence,
    SiteName,
    SiteOwner,
    Workforce,
    WorkforcePart,
)

OFFICIAL, ALSO = SiteName.Kind.OFFICIAL, SiteName.Kind.ALSO


def begin(site):
    """The first name, address and keys of a new factory. For actions only."""
    SiteName(site=site, **called(site.name)).save()
    SiteAddress.objects.create(site=site, text=site.address, folded=rules.folded(site.address))
    SiteKey.objects.create(site=site, key=site.match_key)
    index(site)


def called(name) -> dict:
    """What is kept of a name: as it is written, and the two forms in which it is looked for. For actions only."""
    return {"text": name, "folded": rules.folded(name)[:300], "latin": matching.latin(name)[:300]}


def index(site):
    """Lay the place under its blocks, so that imports find it. For actions only."""
    for block in matching.blocks(site.country, site.name, site.address):
        if SiteBlock.objects.filter(block=block).count() < matching.FULL:
            SiteBlock.objects.get_or_create(block=block, site=site)


def locked(site):
    """The factory, held until the transaction ends. For actions only."""
    return Site.objects.select_for_update(of=("self",)).select_related("programme").get(pk=site.pk)


def _on_a_day_come(site, on):
    if site.programme and on > today(site.programme):
        raise Invalid(_("The day lies in the future. Record it when it has come."))


def _follow(model, site, on, **said):
    """End the row that holds, begin the next: on one day, or since ever where nothing held."""
    open_row = model.objects.filter(site=site, until=None, **_one(model)).first()
    if open_row:
        if open_row.since and on < open_row.since:
            raise Invalid(_("That day lies before the present one began."))
        open_row.until = on
        open_row.save(update_fields=["until"])
    return model.objects.create(site=site, since=on, **_one(model), **said)


def _one(model):
    return {"kind": OFFICIAL} if model in (SiteName, SiteAddress) else {}


def place_as(site, *, name, address):
    """Give a locked factory another name or address and the key that goes with it. For actions only."""
    key = rules.match_key(site.country, name, address)
    other = SiteKey.objects.filter(key=key).exclude(site=site).exists()
    if other:
        raise Invalid(_("A factory with this name at this address is known already."))
    site.name, site.address, site.match_key = name, address, key
    valid(site)
    site.save(update_fields=["name", "address", "match_key"])
    SiteKey.objects.get_or_create(key=key, defaults={"site": site})
    index(site)


@transaction.atomic
def rename_site(*, site, name, on, by) -> SiteName:
    """The factory is called otherwise from a day; the old name finds it for ever. A programme manager, or setup.

    Records site.renamed. Raises Invalid where another factory has this name at this address.
    """
    permissions.check_can_manage_factories(by, site.programme)
    site = locked(site)
    _on_a_day_come(site, on)
    name = rules.tidy(name)
    if name == site.name:
        raise WrongState(_("That is its name already."))
    row = _follow(SiteName, site, on, **called(name))
    place_as(site, name=name, address=site.address)
    audit.record("site.renamed", row, by=by, programme=site.programme, site=site.pk, on=on)
    return row


@transaction.atomic
def add_name(*, site, name, language="", by) -> SiteName:
    """Another name the factory is also known by, such as the one in its own script. Records site.name-added.

    Managers of the programme or of the factory, or setup.
    """
    permissions.check_can_record_facts(by, site)
    name = rules.tidy(name)
    said = called(name)
    if not said["folded"]:
        raise Invalid(_("There is no letter or digit in it."))
    row, created = SiteName.objects.get_or_create(
        site=site, kind=ALSO, folded=said["folded"], defaults=said | {"language": language}
    )
    if created:
        audit.record("site.name-added", row, by=by, programme=site.programme, site=site.pk)
    return row


@transaction.atomic
def change_address(*, site, address, on, by) -> SiteAddress:
    """The address is written otherwise from a day, the place is the same. For a move, see move_site.

    A programme manager, or setup. Records site.address-changed.
    """
    permissions.check_can_manage_factories(by, site.programme)
    site = locked(site)
    _on_a_day_come(site, on)
    address = rules.tidy(address)
    if address == site.address:
        raise WrongState(_("That is its address already."))
    row = _follow(SiteAddress, site, on, text=address, folded=rules.folded(address))
    place_as(site, name=site.name, address=address)
    audit.record("site.address-changed", row, by=by, programme=site.programme, site=site.pk, on=on)
    return row


def own(site, enterprise, on):
    """Make an enterprise the owner of a locked factory from a day. For actions only."""
    row = _follow(SiteOwner, site, on, enterprise=enterprise)
    site.enterprise = enterprise
    site.save(update_fields=["enterprise"])
    return row


@transaction.atomic
def change_owner(*, site, enterprise, on, by) -> SiteOwner:
    """Another enterprise (a name, or one we know) owns the factory from a day. A programme manager, or setup.

    Records site.owner-changed. Where history stops with the old owner, see take_over.
    """
    permissions.check_can_manage_factories(by, site.programme)
    site = locked(site)
    _on_a_day_come(site, on)
    row = own(site, enterprise_called(enterprise, site.country), on)
    audit.record("site.owner-changed", row, by=by, programme=site.programme, site=site.pk, on=on)
    return row


def enterprise_called(enterprise, country) -> Enterprise:
    """The enterprise of a name in a country, made when it is new. For actions only."""
    if isinstance(enterprise, Enterprise):
        return enterprise
    name = rules.tidy(enterprise)
    known = Enterprise.objects.filter(name__iexact=name, country=country).first()
    if known:
        return known
    made = valid(Enterprise(name=name, country=country))
    made.save()
    return made


@transaction.atomic
def record_licence(*, site, kind, number, authority="", since=None, until=None, by) -> SiteLicence:
    """A licence, from a day until a day. A programme manager, or setup. Records site.licence-recorded."""
    permissions.check_can_manage_factories(by, site.programme)
    locked(site)
    row = SiteLicence(
        site=site, kind=kind, number=rules.tidy(number), authority=rules.tidy(authority), since=since, until=until
    )
    audit.record("site.licence-recorded", _kept(row), by=by, programme=site.programme, site=site.pk)
    return row


@transaction.atomic
def record_foreign_id(*, site, scheme, code, issuer="", buyer=None, since=None, by) -> ForeignId:
    """What others call the factory: OS ID, a national register's number (issuer), a buyer's vendor code (buyer).

    A programme manager, or setup. Records site.id-recorded. Raises Invalid where another factory has it.
    """
    permissions.check_can_manage_factories(by, site.programme)
    locked(site)
    row = ForeignId(
        site=site, scheme=scheme, code=rules.tidy(code), issuer=rules.tidy(issuer), buyer=buyer, since=since
    )
    taken = ForeignId.objects.filter(scheme=row.scheme, issuer=row.issuer, buyer=buyer, code=row.code, until=None)
    if taken.exists():
        raise Invalid(_("A factory has this id already. End it there first."))
    audit.record("site.id-recorded", _kept(row), by=by, programme=site.programme, site=site.pk)
    return row


@transaction.atomic
def record_building(*, site, kind, name, address="", floors=None, beds=None, since=None, by) -> Building:
    """A building or dormitory. Managers of programme or factory, or setup. Records site.building-recorded."""
    permissions.check_can_record_facts(by, site)
    if beds is not None and kind != Building.Kind.DORMITORY:
        raise Invalid(_("Only a dormitory has beds."))
    row = Building(site=site, kind=kind, name=rules.tidy(name), address=rules.tidy(address), floors=floors, beds=beds,
                   since=since)  # fmt: skip
    audit.record("site.building-recorded", _kept(row), by=by, programme=site.programme, site=site.pk)
    return row


@transaction.atomic
def record_season(*, site, kind, first_month, last_month, since=None, by) -> Season:
    """Months of each year with much or little work. Managers of the programme or of the factory, or setup.

    Records site.season-recorded.
    """
    permissions.check_can_record_facts(by, site)
    if Season.objects.filter(site=site, kind=kind, first_month=first_month, until=None).exists():
        raise WrongState(_("A season that begins in this month is recorded already. End it first."))
    row = Season(site=site, kind=kind, first_month=first_month, last_month=last_month, since=since)
    audit.record("site.season-recorded", _kept(row), by=by, programme=site.programme, site=site.pk)
    return row


def _kept(row):
    valid(row)
    row.save()
    return row


@transaction.atomic
def end_fact(*, fact, on, by):
    """A licence, an id, a building or a season holds no more from a day. Who may record it. Records site.fact-ended.

    Names, addresses and owners end when the next one begins.
    """
    if isinstance(fact, (Building, Season)):
        permissions.check_can_record_facts(by, fact.site)
    elif isinstance(fact, (SiteLicence, ForeignId)):
        permissions.check_can_manage_factories(by, fact.site.programme)
    else:
        raise WrongState(_("This ends when the next one begins."))
    fact = type(fact).objects.select_for_update(of=("self",)).select_related("site__programme").get(pk=fact.pk)
    if fact.until:
        raise WrongState(_("This has ended already."))
    _on_a_day_come(fact.site, on)
    if fact.since and on < fact.since:
        raise Invalid(_("That day lies before the present one began."))
    fact.until = on
    fact.save(update_fields=["until"])
    audit.record("site.fact-ended", fact, by=by, programme=fact.site.programme, site=fact.site_id, on=on)
    return fact


@transaction.atomic
def count_workers(*, site, counted_on, total=None, band="", parts=(), by) -> Workforce:
    """How many work there on a day: a count, or a size band; parts: (by, code, count). Records site.workers-counted.

    Managers of the programme or of the factory, or setup. The newest count is what `Site` shows. Raises Invalid where
    the parts of one dimension add up to more than the total, WrongState for a second count of one day.
    """
    permissions.check_can_record_facts(by, site)
    site = locked(site)
    _on_a_day_come(site, counted_on)
    if total is None and not band:
        raise Invalid(_("Write a number, or choose a size."))
    too_many = rules.parts_problem(total, parts)
    if too_many:
        raise Invalid(_("The parts add up to more people than work there."), [{"place": too_many}])
    if Workforce.objects.filter(site=site, counted_on=counted_on).exists():
        raise WrongState(_("The workers of that day are counted already."))
    count = keep_count(site, counted_on, total, rules.band_of(total) if total is not None else band, by, parts)
    audit.record("site.workers-counted", count, by=by, programme=site.programme, site=site.pk, on=counted_on)
    return count


def keep_count(site, counted_on, total, band, by, parts=()):
    """Write a count and show it on the factory when it is the newest. For actions only."""
    count = valid(Workforce(site=site, counted_on=counted_on, total=total, band=band, recorded_by_id=by.pk))
    count.save()
    rows = [valid(WorkforcePart(workforce=count, by=kind, code=code, count=n)) for kind, code, n in parts]
    WorkforcePart.objects.bulk_create(rows)
    if not site.workforces.filter(counted_on__gt=counted_on).exists():
        site.size_band = band
        site.workers, site.workers_on = total, counted_on if total is not None else None
        site.save(update_fields=["size_band", "workers", "workers_on"])
    return count


@transaction.atomic
def set_sector(*, site, isic, products=None, by) -> Site:
    """What is made there, by its ISIC Rev.4 code. Managers of the programme or of the factory, or setup.

    Records site.sector-set.
    """
    permissions.check_can_record_facts(by, site)
    if not sectors.is_sector(isic):
        raise Invalid(_("“%(text)s” is no code of ISIC Rev.4.") % {"text": str(isic)[:20]})
    site = locked(site)
    site.isic = isic
    if products is not None:
        site.products = rules.tidy(products)
    valid(site)
    site.save(update_fields=["isic", "products"])
    audit.record("site.sector-set", site, by=by, programme=site.programme, isic=isic)
    return site
