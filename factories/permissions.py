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
from core.people import KEEPERS, programmes_kept
from core.roles import Right
from factories.models import Buyer, BuyerMember, Consent, ImportDoubt, ImportMatch, Scope, Site

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


def _held(user, rights):
    held = Q(pk__in=[])
    for right in rights:
        held |= Q(pk__in=access.anchors(user, right, Programme))
    return held


def staffed_programmes(user):
    """Programmes in whose work this person takes part."""
    return Programme.objects.filter(_held(user, STAFF))


def own_sites(user):
    """Factories this person manages or in whose committee she sits now."""
    held = Q(pk__in=[])
    for right in OF_THE_FACTORY:
        held |= Q(pk__in=access.anchors(user, right, Site))
    return Site.objects.filter(held)


def in_force(on=None):
    """Condition on Consent: in force on a day; without one, today where each factory stands."""
    return Q(ended_at=None) & (_covers(on) if on is not None else _where_it_stands(_covers))


def not_over():
    """Condition on Consent: in force today where each factory stands, or it begins later."""
    return Q(ended_at=None) & _where_it_stands(_still)


def _where_it_stands(condition):
    """What a condition says of the day it is today in each programme."""
    days = defaultdict(list)
    for programme in Programme.objects.only("time_zone"):
        days[today(programme)].append(programme.pk)
    somewhere = Q(pk__in=[])
    for day, programmes in days.items():
        somewhere |= Q(site__programme__in=programmes) & condition(day)
    return somewhere


def _still(day):
    return Q(until=None) | Q(until__gte=day)


def _covers(day):
    return Q(since__lte=day) & _still(day)


def consents(user, on=None, scope=None):
    """Consents in force that open something to this person, as somebody who acts for a buyer now.

    scope: only those that open the "report" or the "progress".
    """
    found = Consent.objects.filter(in_force(on), buyer__in=access.anchors(user, Right.ACT_FOR_BUYER, Buyer))
    return found if scope is None else found.filter(scope__in=[scope, Scope.BOTH])


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


def yes_or_no(check):
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


def check_can_name_people(user, programme):
    """Who keeps the programme: its managers, its administrators; and setup. They name who answers for a factory."""
    if isinstance(user, System):
        return
    sentence = _("Only a programme manager or an administrator names who answers for a factory.")
    if programme is None or not access.rights_on(user, programme) & set(KEEPERS):
        raise Denied(sentence)


def check_is_another(user, other):
    """Nobody names herself: who says yes for a factory or a buyer was put there by somebody else."""
    if not isinstance(user, System) and user.pk == other.pk:
        raise Denied(_("Nobody names herself. Ask a colleague to do it."))


def check_can_record_facts(user, site):
    """What a factory knows best about itself: its own managers, keepers of the programme's list, and setup."""
    if isinstance(user, System) or access.has(user, Right.MANAGE_FACTORY, site):
        return
    if not can_manage_factories(user, site.programme):
        raise Denied(_("Only a manager of the factory or of the programme records this."))


def check_can_keep_site(user, site):
    """Keepers of the site's programme; of a place in no programme, keepers of any list; and setup."""
    if site.programme is not None:
        check_can_manage_factories(user, site.programme)
    elif not isinstance(user, System) and not access.has_anywhere(user, Right.MANAGE_FACTORIES, Programme):
        raise Denied(_("Only a programme manager keeps the list of factories."))


def check_can_merge(user, source, target):
    """Who keeps both."""
    check_can_keep_site(user, source)
    check_can_keep_site(user, target)


def doubts_visible_to(user):
    """Doubts about two places both of which this person keeps on a list."""
    keeps = visible_kept(user)
    return ImportDoubt.objects.filter(known__in=keeps, newer__in=keeps)


def visible_kept(user):
    """Factories of the lists this person keeps, and those of no programme."""
    if not access.has_anywhere(user, Right.MANAGE_FACTORIES, Programme):
        return Site.objects.none()
    kept = access.anchors(user, Right.MANAGE_FACTORIES, Programme)
    return Site.objects.filter(Q(programme=None) | Q(programme__in=kept))


def check_can_decide_doubt(user, doubt):
    """A person who keeps both places on a list. Never the program by itself: being unsure is why it asks."""
    if isinstance(user, System):
        raise Denied(_("A person decides whether two factories are one."))
    check_can_merge(user, doubt.known, doubt.newer)


def check_can_part(user, match):
    """A person who keeps the known place on a list says that a row the import was sure of is another place."""
    if isinstance(user, System):
        raise Denied(_("A person decides whether two factories are one."))
    check_can_merge(user, match.site, match.site)


def matches_visible_to(user):
    """Rows an import was sure of, about places this person keeps on a list."""
    return ImportMatch.objects.filter(site__in=visible_kept(user))


def check_can_read_suspicions(user, programme):
    """Managers and lead assessors of the programme."""
    if isinstance(user, System) or programme is None:
        raise Denied(NOTHING_HERE)
    if not access.rights_on(user, programme) & {Right.MANAGE_FACTORIES, Right.LEAD_ASSESSMENTS}:
        raise Denied(NOTHING_HERE)


def suspicion_programmes(user):
    """Programmes whose suspicions this person reads."""
    held = Q(pk__in=access.anchors(user, Right.MANAGE_FACTORIES, Programme))
    return Programme.objects.filter(held | Q(pk__in=access.anchors(user, Right.LEAD_ASSESSMENTS, Programme)))


def check_can_record_suspicion(user, programme):
    """Who goes to factories for the programme, and its managers. A person, never the program."""
    rights = {Right.MANAGE_FACTORIES, Right.LEAD_ASSESSMENTS, Right.ASSESS, Right.ADVISE}
    if isinstance(user, System) or programme is None or not access.rights_on(user, programme) & rights:
        raise Denied(_("Only people of the programme write down a suspicion."))


def check_can_read_permits(user, site):
    """The programme's staff, the factory's managers and committee."""
    if isinstance(user, System):
        return
    if standing(user, site) == "outside":
        raise Denied(NOTHING_HERE)


def check_can_import(user, programme):
    """A programme's list: its manager. A register of no programme touches everybody's factories: only the command."""
    if programme is None and not isinstance(user, System):
        raise Denied(_("A register is imported with the command import_factories. Name your programme."))
    check_can_manage_factories(user, programme)


def programmes_of_lists(user):
    """Programmes whose list of factories this person keeps, and into which she imports."""
    return Programme.objects.filter(pk__in=access.anchors(user, Right.MANAGE_FACTORIES, Programme)).order_by("name")


def check_can_open_cycle(user, site, rights=None):
    """Who plans visits in the programme, and setup. `rights`: what she holds there, where it was read already."""
    if isinstance(user, System):
        return
    sentence = _("Only a programme manager opens a cycle.")
    if site.programme is None:
        raise Denied(sentence)
    if Right.PLAN_VISITS not in (access.rights_on(user, site.programme) if rights is None else rights):
        raise Denied(sentence)


def check_can_make_cycle_known(user, cycle):
    """Who plans visits or goes to factories in the programme, and the program itself."""
    if isinstance(user, System):
        return
    if not access.rights_on(user, cycle.programme) & {Right.PLAN_VISITS, Right.ASSESS}:
        raise Denied(_("Only who goes to factories says that somebody was there."))


def check_can_create_buyer(user):
    """A programme manager or an administrator of any programme, and setup."""
    if not isinstance(user, System) and not programmes_kept(user).exists():
        raise Denied(_("Only a programme manager or an administrator adds a buyer."))


def check_can_name_buyer_people(user, buyer):
    """The buyer's own people; who keeps a programme names only the first, since a buyer reads in many programmes."""
    if isinstance(user, System) or access.has(user, Right.ACT_FOR_BUYER, buyer):
        return
    if BuyerMember.objects.filter(buyer=buyer).exists():
        raise Denied(_("Only the buyer’s own people name their colleagues."))
    check_can_create_buyer(user)


def check_can_act_for_buyer(user, buyer):
    """The buyer's own people now. Not even setup speaks for a buyer."""
    sentence = _("Only the buyer’s own people say that.")
    if isinstance(user, System):
        raise Denied(sentence)
    access.check(user, Right.ACT_FOR_BUYER, buyer, sentence)


def check_can_record_relation(user, site, buyer):
    """That a buyer orders there is recorded by the factory, the buyer, or who keeps the programme's list; and setup."""
    if isinstance(user, System) or access.has(user, Right.ACT_FOR_BUYER, buyer):
        return
    check_can_record_facts(user, site)


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


can_read_site = yes_or_no(check_can_read_site)
can_manage_factories = yes_or_no(check_can_manage_factories)
can_import = yes_or_no(check_can_import)
can_open_cycle = yes_or_no(check_can_open_cycle)
can_create_buyer = yes_or_no(check_can_create_buyer)
can_name_people = yes_or_no(check_can_name_people)
can_name_buyer_people = yes_or_no(check_can_name_buyer_people)
can_give_consent = yes_or_no(check_can_give_consent)
can_read_consents = yes_or_no(check_can_read_consents)
can_record_facts = yes_or_no(check_can_record_facts)
can_keep_site = yes_or_no(check_can_keep_site)
can_merge = yes_or_no(check_can_merge)
can_decide_doubt = yes_or_no(check_can_decide_doubt)
can_read_suspicions = yes_or_no(check_can_read_suspicions)
can_record_suspicion = yes_or_no(check_can_record_suspicion)
can_read_permits = yes_or_no(check_can_read_permits)
can_act_for_buyer = yes_or_no(check_can_act_for_buyer)
can_record_relation = yes_or_no(check_can_record_relation)
