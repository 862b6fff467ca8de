"""Who may do what with committees and plans. Default nothing.

Grants on the site say who belongs here now; the dated seat says whether somebody is in office on the day. A worker's
name is for her own committee and the programme; everybody else reads a side and a role.
"""

from dataclasses import dataclass

from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _l

from core import access, audit
from core.days import today
from core.errors import NOTHING_HERE, Denied, WrongState
from core.models import Programme, ProgrammeSetting
from core.roles import Right
from factories import permissions as factories
from factories.models import Site
from improvement_plans.models import Committee, Member, Plan, PlanItem
from improvement_plans.rules import MANAGEMENT, Parity, Seat, parity

SEES_PLANS = (Right.READ_REPORTS, Right.LEAD_ASSESSMENTS, Right.ADVISE, Right.PLAN_VISITS)
VERIFIES = (Right.ADVISE, Right.LEAD_ASSESSMENTS, Right.ASSESS)
KEEPS_COMMITTEES = (Right.ADVISE, Right.MANAGE_FACTORIES)
OF_SITE = (Right.MANAGE_FACTORY, Right.SIT_WORKER_SIDE, Right.SIT_MANAGEMENT_SIDE)
SEAT_RIGHT = {"worker": Right.SIT_WORKER_SIDE, MANAGEMENT: Right.SIT_MANAGEMENT_SIDE}


def is_system(by):
    """Is it a named part of the program acting by itself?"""
    return isinstance(by, audit.System)


def plans_visible_to(user):
    """Plans a person may read.

    The programme's staff; the factory's managers and committee members; a buyer's people while the factory's consent
    covers the plan's cycle. A zero-tolerance case is never in a plan.
    """
    found = Q()
    for right in SEES_PLANS:
        found |= Q(site__programme__in=access.anchors(user, right, Programme))
    for right in OF_SITE:
        found |= Q(site__in=access.anchors(user, right, Site))
    opened = factories.consents(user, scope="progress")
    found |= Q(cycle__in=opened.exclude(cycle=None).values("cycle"))
    found |= Q(cycle__isnull=False, site__in=opened.filter(cycle=None).values("site"))
    return Plan.objects.filter(found)


def items_visible_to(user):
    """Items of the plans a person may read."""
    return PlanItem.objects.filter(plan__in=plans_visible_to(user))


def seats_today(user, programme):
    """The person's seats in office on the programme's day: a queryset. The dated truth, whatever the grants say."""
    on = today(programme)
    if not (user.is_authenticated and user.is_active):
        return Member.objects.none()
    return Member.objects.filter(
        Q(until=None) | Q(until__gte=on), user_id=user.pk, since__lte=on, committee__site__programme=programme
    ).filter(Q(committee__dissolved_on=None) | Q(committee__dissolved_on__gte=on), committee__formed_on__lte=on)


@dataclass(frozen=True)
class Standing:
    """What a person is to one plan today: `seat` in the plan's own committee, `sides` in any of the factory's."""

    staff: bool = False
    verifier: bool = False
    keeper: bool = False
    manager: bool = False
    sides: frozenset = frozenset()
    seat: Member | None = None

    @property
    def sees_names(self):
        return self.staff or self.seat is not None

    @property
    def inside(self):
        """Belongs to the factory or the programme; a buyer does not."""
        return self.staff or self.manager or bool(self.sides)

    @property
    def management_member(self):
        return MANAGEMENT in self.sides


def standing(user, plan) -> Standing:
    """What the person is to the plan. Three queries, whatever the plan's size."""
    if is_system(user):
        return Standing(staff=True, keeper=True)
    site = plan.site
    on_programme = access.rights_on(user, site.programme) if user.is_active else set()
    on_site = access.rights_on(user, site) if user.is_active else set()
    mine = list(seats_today(user, site.programme).filter(committee__site=site))
    seat = next((one for one in mine if one.committee_id == plan.committee_id), None)
    factory_side = Right.MANAGE_FACTORY in on_site or bool(mine)
    return Standing(
        staff=bool(on_programme & set(SEES_PLANS)),
        # Whoever belongs to the factory does not check its fixes, whatever else she holds.
        verifier=bool(on_programme & set(VERIFIES)) and bool(on_programme & set(SEES_PLANS)) and not factory_side,
        keeper=bool(on_programme & set(KEEPS_COMMITTEES)),
        manager=Right.MANAGE_FACTORY in on_site,
        sides=frozenset(one.side for one in mine),
        seat=seat,
    )


def check_can_read_plan(user, plan):
    """Whoever may not read it hears the same as if it did not exist."""
    if not plans_visible_to(user).filter(pk=plan.pk).exists():
        raise Denied(NOTHING_HERE)


def check_can_keep_committee(user, site, side=None):
    """Advisers and those who keep the list of factories write down committees and seats.

    The factory's manager may seat the management side, never the worker side: its members are chosen by workers.
    """
    if is_system(user):
        return
    if site.programme_id and any(access.has(user, right, site.programme) for right in KEEPS_COMMITTEES):
        return
    if side == MANAGEMENT and access.has(user, Right.MANAGE_FACTORY, site):
        return
    raise Denied(_("The programme writes down who sits in a committee."))


def check_can_open_plan(user, site):
    """The programme's advisers and reviewers, and the factory's side."""
    if is_system(user):
        return
    if site.programme_id and any(access.has(user, right, site.programme) for right in SEES_PLANS):
        return
    if any(access.has(user, right, site) for right in OF_SITE):
        return
    raise Denied(NOTHING_HERE)


def check_can_change(user, plan):
    """Add and change items: members of the plan's committee, the factory's managers, advisers."""
    who = standing(user, plan)
    if not (who.seat or who.manager or who.management_member or who.keeper):
        raise Denied(_("Only the committee, the factory and its adviser change a plan."))
    return who


def check_can_report(user, plan):
    """Report a fix: the factory's managers and the management side in office today."""
    who = standing(user, plan)
    if not (who.manager or who.management_member):
        raise Denied(_("Only the factory’s management reports that something is fixed."))
    return who


def check_can_sign(user, plan, on=None) -> Member:
    """Sign for a side: a co-chair of the plan's own committee, in office on the day (today). Returns the seat."""
    on = on or today(plan.site.programme)
    seat = None
    if not is_system(user) and user.is_active and plan.committee_id:
        seat = (
            Member.objects.filter(Q(until=None) | Q(until__gte=on), since__lte=on)
            .filter(committee=plan.committee_id, user_id=user.pk, co_chair=True)
            .first()
        )
    if seat is None:
        raise Denied(_("Only a co-chair who is in office today signs for a side."))
    return seat


SENTENCES = {
    "enough_people": _l("Enough people"),
    "too_few": _l("Too few people"),
    "co_chairs_in_office": _l("Both co-chairs are in office today"),
    "no_worker_co_chair": _l("The worker side has no co-chair today"),
    "no_management_co_chair": _l("The management side has no co-chair today"),
    "equal": _l("The sides are equal in number"),
    "not_equal": _l("The sides are not equal in number"),
    "no_worker_side": _l("Nobody sits on the worker side today"),
    "no_management_side": _l("Nobody sits on the management side today"),
    "worker_chosen_by_employer": _l("A member of the worker side was named by the employer"),
    "not_formed": _l("The committee was formed later"),
    "dissolved": _l("The committee is dissolved"),
}


def parity_of(committee, on) -> Parity:
    """Count both sides of a committee on a day, by the programme's setting `committee` of that day. Two queries.

    The setting may hold `quorum` (a number of people) and `blocks` (codes that stop a decision instead of warning).
    """
    setting = (
        ProgrammeSetting.objects.filter(programme=committee.site.programme_id, key="committee", in_force_from__lte=on)
        .order_by("-in_force_from")
        .values_list("value", flat=True)
        .first()
    ) or {}
    rows = committee.members.values_list("pk", "side", "since", "until", "co_chair", "chosen_by")
    return parity(
        [Seat(str(pk), *rest) for pk, *rest in rows],
        on,
        formed_on=committee.formed_on,
        dissolved_on=committee.dissolved_on,
        quorum=setting.get("quorum"),
        blocks=setting.get("blocks", ()),
    )


def check_can_decide(committee, on) -> Parity:
    """May the committee decide on this day? Raises WrongState with the first reason against it; warnings pass."""
    counted = parity_of(committee, on)
    if counted.answer == "no":
        raise WrongState(
            _("The committee cannot decide today: %(reason)s.") % {"reason": SENTENCES[counted.blocking[0]]}
        )
    return counted


def check_can_verify(user, plan):
    """Verify or reopen a fix: an adviser or assessor of the programme who does not belong to the factory."""
    who = standing(user, plan)
    if not who.verifier:
        raise Denied(_("Only an adviser or an assessor of the programme checks a fix."))
    return who


def _can(check, *args):
    try:
        check(*args)
    except Denied:
        return False
    return True


def can_keep_committee(user, site, side=None):
    """Yes or no: check_can_keep_committee."""
    return _can(check_can_keep_committee, user, site, side)


def committees_visible_to(user):
    """Committees whose seats a person may look at: the programme's staff and the factory's people. No buyer."""
    found = Q()
    for right in SEES_PLANS:
        found |= Q(site__programme__in=access.anchors(user, right, Programme))
    for right in OF_SITE:
        found |= Q(site__in=access.anchors(user, right, Site))
    return Committee.objects.filter(found)
