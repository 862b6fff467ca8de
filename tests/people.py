"""Everybody there is, each by what she is: for tables of who may do what, without HTTP and over it."""

from datetime import date, timedelta

from django.contrib.auth.models import AnonymousUser

from core import access
from core import actions as core
from core.roles import Right
from factories import actions as factories
from factories.models import Consent
from tests.world import SETUP

DAY = date(2026, 2, 2)
SEATS = {
    "worker member": Right.SIT_WORKER_SIDE, "management member": Right.SIT_MANAGEMENT_SIDE,
    "union reader": Right.READ_FOR_WORKERS,
}  # fmt: skip
OTHER_ROLES = (
    "administrator", "analyst", "government-officer", "advisory-member", "checklist-editor", "translator",
    "content-editor",
)  # fmt: skip


def _named(world, what, *roles, **more):
    return world.person(what.replace(" ", "").replace("-", ""), *roles, **more)


def buyer_of(world, what):
    """Somebody of a buyer of her own."""
    buyer, person = factories.create_buyer(name=what, by=SETUP), _named(world, what)
    factories.add_buyer_member(buyer=buyer, user=person, since=DAY, by=SETUP)
    return buyer, person


def everybody(world):
    """{what somebody is: the person}: once of each role, and once more of each that could be taken for it."""
    found = {
        "manager": world.sokha, "lead assessor": world.vannak, "its lead": world.chanthou, "its assessor": world.rith,
        "other assessor": world.person("Thida", "assessor"), "adviser": world.dara,
        "manager of JO": world.layla, "assessor of JO": world.omar, "factory manager": world.mony,
    }  # fmt: skip
    for name, right in SEATS.items():
        found[name] = _named(world, name)
        access.grant(user=found[name], right=right, anchor=world.site)
    found["foreign manager"] = world.person("Foreign")
    access.grant(user=found["foreign manager"], right=Right.MANAGE_FACTORY, anchor=world.new_site("Tin Kite"))
    buyers = {}
    for name in ("buyer with consent", "buyer revoked", "buyer expired", "buyer without"):
        buyers[name], found[name] = buyer_of(world, name)
    give = {"site": world.site, "since": DAY, "by": world.mony}
    factories.give_consent(buyer=buyers["buyer with consent"], **give)
    ended = factories.give_consent(buyer=buyers["buyer revoked"], **give)
    factories.end_consent(consent=ended, by=world.mony)
    over = factories.give_consent(buyer=buyers["buyer expired"], until=date(2099, 1, 1), **give)
    Consent.objects.filter(pk=over.pk).update(until=DAY + timedelta(days=5))  # time passed
    for role in OTHER_ROLES:
        found[role] = _named(world, role, role)
    gone = world.person("Gone", "programme-manager", "lead-assessor", "assessor")
    gone.is_active = False
    gone.save()
    found["deactivated manager"] = gone
    found["anonymous"] = AnonymousUser()
    return found


def nearly(world, other_cycle):
    """Those who are nearly somebody else: rights of another country, another factory, another cycle, another time."""
    found = {
        "lead assessor of JO": _named(world, "lead of jo", "lead-assessor", programme=world.other_programme),
        "officer of JO": _named(world, "officer of jo", "government-officer", programme=world.other_programme),
    }
    for name, right in SEATS.items():
        found[f"foreign {name}"] = _named(world, f"foreign {name}")
        access.grant(user=found[f"foreign {name}"], right=right, anchor=world.other_site)
    scopes = {
        "buyer of reports": {"scope": "report"},
        "buyer of progress": {"scope": "progress"},
        "buyer of another cycle": {"cycle": other_cycle},
        "buyer to come": {"since": date(2099, 1, 1)},
        "buyer who left": {},
    }
    for name, scope in scopes.items():
        buyer, found[name] = buyer_of(world, name)
        factories.give_consent(**{"site": world.site, "buyer": buyer, "since": DAY, "by": world.mony} | scope)
        if name == "buyer who left":
            factories.end_buyer_member(member=buyer.members.get(), by=SETUP)
    found["manager who left"] = _named(world, "manager who left")
    manager = factories.name_manager(site=world.site, user=found["manager who left"], since=DAY, by=SETUP)
    factories.end_manager(manager=manager, by=SETUP)
    found["manager no more"] = _named(world, "manager no more", "programme-manager", "lead-assessor")
    for held in found["manager no more"].roles.all():
        core.end_role(assignment=held, by=SETUP)
    return found
