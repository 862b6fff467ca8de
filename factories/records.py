"""What can be written down about a factory on one plain form each: fields, the action that keeps it, who may.

A table, so that the screens need one view. It decides nothing: `actions` do.
"""

from collections.abc import Callable
from typing import NamedTuple

from django import forms
from django.utils.translation import gettext_lazy as _

from core.errors import Invalid
from factories import actions, permissions
from factories.models import Building, Buyer, ForeignId, Permit, Season, Site, SiteLicence, SiteSuccession
from factories.rules import BANDS
from factories.sectors import sector_choices


def _day(label, required=True):
    return forms.DateField(label=label, required=required, widget=forms.DateInput(attrs={"type": "date"}))


def _text(label, most=255, required=True):
    return forms.CharField(label=label, max_length=most, required=required)


def _long(label):
    return forms.CharField(label=label, max_length=1000, widget=forms.Textarea(attrs={"rows": 2}))


def _choice(label, choices, required=True):
    return forms.ChoiceField(label=label, choices=choices, required=required)


def _number(label, required=False, **limits):
    return forms.IntegerField(label=label, min_value=0, required=required, **limits)


def _yes(label):
    return forms.BooleanField(label=label, required=False, initial=True)


FOLLOWS = {"history_follows": _yes(_("Its history follows")), "cycles_follow": _yes(_("Its cycles are counted on"))}


class Record(NamedTuple):
    """One form: its title, its fields, the action it calls (site, by, **fields), who may open it."""

    title: object
    fields: dict
    act: Callable
    check: Callable
    told: object = ""


def _programme(user, site):
    permissions.check_can_manage_factories(user, site.programme)


def _count(*, site, by, women, men, nationalities, languages, contracts, **said):
    parts = [("sex", code, n) for code, n in (("women", women), ("men", men)) if n is not None]
    parts += _parts("nationality", nationalities, str.upper) + _parts("language", languages, str.lower)
    parts += _parts("contract", contracts, str.lower)
    return actions.count_workers(site=site, parts=parts, by=by, **said)


def _parts(by, text, case):
    """[(by, code, count)] of "KH 790, VN 10"."""
    found = []
    for one in filter(None, (part.strip() for part in text.split(","))):
        code, _space, count = one.rpartition(" ")
        if not code or not count.isdigit():
            raise Invalid(_("Write codes and numbers, such as KH 790, VN 10."))
        found.append((by, case(code.strip()), int(count)))
    return found


def _permit(*, site, by, paper, **said):
    return actions.record_permit(site=site, paper=paper.read() if paper else None, by=by, **said)


def _merge(*, site, by, other, **said):
    target = permissions.visible_kept(by).filter(number=other).first()
    if target is None:
        raise Invalid(_("No factory of your list has this number."))
    return actions.merge_sites(source=site, target=target, by=by, **said)


def _relation(*, site, by, **said):
    return actions.record_relation(site=site, by=by, **said)


def _status(*, site, by, status):
    return actions.close_site(site=site, status=status, by=by)


MONTHS = [
    (1, _("January")), (2, _("February")), (3, _("March")), (4, _("April")), (5, _("May")), (6, _("June")),
    (7, _("July")), (8, _("August")), (9, _("September")), (10, _("October")), (11, _("November")), (12, _("December")),
]  # fmt: skip


def _month(label):
    return forms.TypedChoiceField(label=label, choices=MONTHS, coerce=int)


RECORDS = {
    "name": Record(
        _("A new name"), {"name": _text(_("Name")), "on": _day(_("Since"))}, actions.rename_site, _programme,
        _("The old name finds the factory for ever."),
    ),
    "other-name": Record(
        _("Another name it is known by"),
        {"name": _text(_("Name")), "language": _text(_("Language, such as km or zh"), 10, False)},
        actions.add_name,
        permissions.check_can_record_facts,
    ),
    "address": Record(
        _("The address is written otherwise"), {"address": _long(_("Address")), "on": _day(_("Since"))},
        actions.change_address, _programme, _("The place is the same. If it moved, record a move."),
    ),
    "owner": Record(
        _("A new owner"), {"enterprise": _text(_("Enterprise")), "on": _day(_("Since"))}, actions.change_owner,
        _programme,
    ),
    "licence": Record(
        _("A licence"),
        {
            "kind": _choice(_("Kind"), SiteLicence.Kind.choices), "number": _text(_("Number"), 80),
            "authority": _text(_("Given by"), 160, False), "since": _day(_("Since"), False),
        },
        actions.record_licence,
        _programme,
    ),
    "id": Record(
        _("What others call it"),
        {
            "scheme": _choice(_("Kind"), ForeignId.Scheme.choices), "code": _text(_("Code"), 80),
            "issuer": _text(_("Register, for a national number"), 60, False),
            "buyer": forms.ModelChoiceField(
                Buyer.objects.order_by("name"), label=_("Buyer, for a vendor code"), required=False
            ),
            "since": _day(_("Since"), False),
        },
        actions.record_foreign_id,
        _programme,
    ),
    "sector": Record(
        _("What is made there"),
        {
            "isic": forms.ChoiceField(
                label=_("Sector, by ISIC Rev.4"),
                choices=lambda: [
                    *sector_choices("13"), *sector_choices("14"), *sector_choices("15"), *sector_choices(),
                ],
            ),
            "products": _text(_("Products"), 200, False),
        },
        actions.set_sector,
        permissions.check_can_record_facts,
    ),
    "workers": Record(
        _("How many work there"),
        {
            "counted_on": _day(_("Counted on")), "total": _number(_("Workers")),
            "band": _choice(
                _("Or the size, where nobody counted"),
                [("", "—"), *((code, words) for code, _n, words in BANDS)],
                False,
            ),
            "women": _number(_("Women")), "men": _number(_("Men")),
            "nationalities": _text(_("Nationalities, such as KH 790, VN 10"), 300, False),
            "languages": _text(_("Languages, such as km 790, vi 10"), 300, False),
            "contracts": _text(_("Contracts, such as permanent 700, seasonal 100"), 300, False),
        },
        _count,
        permissions.check_can_record_facts,
    ),
    "season": Record(
        _("A season"),
        {
            "kind": _choice(_("Kind"), Season.Kind.choices), "first_month": _month(_("From")),
            "last_month": _month(_("To")),
        },
        actions.record_season,
        permissions.check_can_record_facts,
    ),
    "building": Record(
        _("A building or dormitory"),
        {
            "kind": _choice(_("Kind"), Building.Kind.choices), "name": _text(_("Name"), 120),
            "address": _text(_("Address, if it stands elsewhere"), 500, False), "floors": _number(_("Floors")),
            "beds": _number(_("Beds, in a dormitory")),
        },
        actions.record_building,
        permissions.check_can_record_facts,
    ),
    "permit": Record(
        _("A permit"),
        {
            "kind": _choice(_("Kind"), Permit.Kind.choices), "number": _text(_("Number"), 80, False),
            "authority": _text(_("Given by"), 160, False), "issued_on": _day(_("Issued on")),
            "expires_on": _day(_("Last day"), False),
            "paper": forms.FileField(label=_("Photo or PDF of it"), required=False),
        },
        _permit,
        permissions.check_can_record_facts,
        _("We write to the factory’s managers 60, 30 and 7 days before the last day."),
    ),
    "buyer": Record(
        _("A buyer that orders here"),
        {
            "buyer": forms.ModelChoiceField(Buyer.objects.order_by("name"), label=_("Buyer")),
            "since": _day(_("Since")),
        },
        _relation,
        permissions.check_can_record_facts,
    ),
    "status": Record(
        _("Whether it works"), {"status": _choice(_("From today"), Site.Status.choices)}, _status, _programme
    ),
    "takeover": Record(
        SiteSuccession.Kind.TAKEOVER.label,
        {
            "enterprise": _text(_("New owner")), "name": _text(_("New name, if it has one"), 255, False),
            "on": _day(_("On")),
        }
        | FOLLOWS,
        actions.take_over,
        _programme,
        _("Where history or cycles do not follow, a new record with its own number begins."),
    ),
    "move": Record(
        SiteSuccession.Kind.MOVE.label,
        {"address": _long(_("New address")), "on": _day(_("On"))} | FOLLOWS,
        actions.move_site,
        _programme,
        _("Where history or cycles do not follow, a new record with its own number begins."),
    ),
    "split": Record(
        SiteSuccession.Kind.SPLIT.label,
        {
            "name": _text(_("Name of the new factory")), "address": _long(_("Its address")), "on": _day(_("On")),
            "history_follows": _yes(_("The history follows to the new factory too")),
        },
        actions.split_site,
        _programme,
    ),
    "merge": Record(
        SiteSuccession.Kind.MERGE.label,
        {"other": _text(_("Number of the factory that stays"), 20), "on": _day(_("On"))} | FOLLOWS,
        _merge,
        permissions.check_can_keep_site,
        _("The address of this one leads to the other from then on. You can undo it."),
    ),
}  # fmt: skip


def form_for(record, *args):
    """The form of a record, made from its fields."""
    return type("RecordForm", (forms.Form,), dict(record.fields))(*args)


def offered(user, site):
    """[(key, title)] of the forms this person may open for a factory."""
    if site.survivor_id or site.programme is None:
        return []
    may = {check: permissions.yes_or_no(check)(user, site) for check in {record.check for record in RECORDS.values()}}
    return [(key, record.title) for key, record in RECORDS.items() if may[record.check]]
