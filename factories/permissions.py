"""Who may do what with factories, and who sees which. Default nothing.

A programme's staff sees its factories; a factory's managers and committee see their own; a buyer's people see what a
consent opens to them today. Factories known from a register only are seen by those who keep a list of factories.
"""

from collections import defaultdict

from django.db.models import Exists, Q
from django.utils.translation import gettext as _

from core import access
from core.audit import System
from core.days import today
from core.errors import NOTHING_HERE, Denied
from core.models import Programme
from core.roles import Right
from factories.models import Buyer, BuyerMember, Consent, Site

STAFF = (
    Right.MANAGE_FACTORIES,
    Right.PLAN_VISITS,
    Right.ASSESS,
    Right.LEAD_ASSESSMENTS,
    Right.ADVISE,
    Right.READ_REPORTS,
)
OF_THE_FACTORY = (Right.MANAGE_FACTORY, Right.SIT_WORKER_SIDE, Right.SIT_MANAGEMENT_SIDE)


# --- who sees what ---------------------------------------------------------------------------------------------


def staffed_programmes(user):
    """Programmes in whose work this person takes part."""
    held = Q(pk__in=[])
    for right in STAFF:
        held |= Q(pk__in=access.anchors(user, right, Programme))
    return Programme.objects.filter(held)


def own_sites(user):
    """Factories this person manages or in whose committee she sits now."""
    held = Q(pk__in=[])
    for right in OF_THE_FACTORY:
        held |= Q(pk__in=access.anchors(user, right, Site))
    return Site.objects.filter(held)


def in_force(on=None):
    """Condition on Consent: in force on a day; without one, today where each factory stands."""
    if on is not None:
        return Q(ended_at=None) & _covers(on)
    days = defaultdict(list)
    for programme in Programme.objects.only("time_zone"):
        days[today(programme)].append(programme.pk)
    somewhere = Q(pk__in=[])
    for day, programmes in days.items():
        somewhere |= Q(site__programme__in=programmes) & _covers(day)
    return Q(ended_at=None) & somewhere


def _covers(day):
    return Q(since__lte=day) & (Q(until=None) | Q(until__gte=day))


def consents(user, on=None):
    """Consents in force that open something to this person, as somebody who acts for a buyer now."""
    return Consent.objects.filter(in_force(on), buyer__in=access.anchors(user, Right.ACT_FOR_BUYER, Buyer))


def consented_sites(user, on=None):
    """Ids of the factories opened to this person's buyers, as a lazy queryset."""
    return consents(user, on).values("site")


def visible_to(user):
    """Factories this person may see."""
    if isinstance(user, System):
        return Site.objects.all()
    keeps_a_list = Exists(access.anchors(user, Right.MANAGE_FACTORIES, Programme))
    return Site.objects.filter(
        Q(programme__in=staffed_programmes(user))
        | Q(pk__in=own_sites(user))
        | Q(pk__in=consented_sites(user))
        | Q(keeps_a_list, programme=None)
    )


def standing(user, site) -> str:
    """ "staff" of the programme, of the "factory", or "outside". From outside one sees no person and no open cycle."""
    if not user.is_active:
        return "outside"
    if site.programme and access.rights_on(user, site.programme) & set(STAFF):
        return "staff"
    return "factory" if access.rights_on(user, site) & set(OF_THE_FACTORY) else "outside"


# --- who may do what -------------------------------------------------------------------------------------------


def _asks(check):
    """The same question as its check, answered with yes or no."""

    def can(*args) -> bool:
        try:
            check(*args)
        except Denied:
            return False
        return True

    can.__doc__ = f"Yes or no: {check.__name__}."
    return can


def check_can_read_site(user, site):
    """Whoever may not see it hears the same as if it did not exist."""
    if not visible_to(user).filter(pk=site.pk).exists():
        raise Denied(NOTHING_HERE)


def check_can_manage_factories(user, programme):
    """Keepers of the programme's list of factories, and setup."""
    if isinstance(user, System):
        return
    sentence = _("Only a programme manager keeps the list of factories.")
    if programme is None:
        raise Denied(sentence)
    access.check(user, Right.MANAGE_FACTORIES, programme, sentence)


def check_can_import(user, programme):
    """A programme's list: its manager. A register of no programme touches everybody's factories: only the command."""
    if programme is None and not isinstance(user, System):
        raise Denied(_("A register is imported with the command import_factories. Name your programme."))
    check_can_manage_factories(user, programme)


def check_can_open_cycle(user, site):
    """Who plans visits in the programme, and setup."""
    if isinstance(user, System):
        return
    sentence = _("Only a programme manager opens a cycle.")
    if site.programme is None:
        raise Denied(sentence)
    access.check(user, Right.PLAN_VISITS, site.programme, sentence)


def check_can_create_buyer(user):
    """A programme manager of any programme, and setup."""
    if not isinstance(user, System) and not access.has_anywhere(user, Right.MANAGE_FACTORIES, Programme):
        raise Denied(_("Only a programme manager adds a buyer."))


def check_can_name_buyer_people(user, buyer):
    """The buyer's own people; a programme manager names only the first, since a buyer reads in many programmes."""
    if isinstance(user, System) or access.has(user, Right.ACT_FOR_BUYER, buyer):
        return
    if BuyerMember.objects.filter(buyer=buyer).exists():
        raise Denied(_("Only the buyer’s own people name their colleagues."))
    check_can_create_buyer(user)


def check_can_give_consent(user, site):
    """Only who manages the factory now. Not even setup says yes for a factory."""
    if isinstance(user, System):
        raise Denied(_("Only a manager of the factory says who may read its reports."))
    sentence = _("Only a manager of the factory says who may read its reports.")
    access.check(user, Right.MANAGE_FACTORY, site, sentence)


def check_can_read_consents(user, site):
    """The factory's managers, and who keeps the programme's list."""
    if not can_give_consent(user, site) and not can_manage_factories(user, site.programme):
        raise Denied(NOTHING_HERE)


can_read_site = _asks(check_can_read_site)
can_manage_factories = _asks(check_can_manage_factories)
can_import = _asks(check_can_import)
can_open_cycle = _asks(check_can_open_cycle)
can_create_buyer = _asks(check_can_create_buyer)
can_name_buyer_people = _asks(check_can_name_buyer_people)
can_give_consent = _asks(check_can_give_consent)
can_read_consents = _asks(check_can_read_consents)
