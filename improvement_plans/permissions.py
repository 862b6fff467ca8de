"""Who may do what with committees and plans. Default nothing.

Grants on the site say who belongs here now; the dated seat says whether somebody is in office on the day. A worker's
name is for her own committee and the programme; everybody else reads a side and a role.
"""

from dataclasses import dataclass
from fractions import Fraction

from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from compliance.models import AssessmentMember
from core import access, audit
from core.days import setting, today
from core.errors import NOTHING_HERE, Denied, WrongState
from core.models import Programme
from core.roles import Right
from factories import permissions as factories
from factories.models import Site
from improvement_plans.composition import rule_for
from improvement_plans.models import (
    AdvisoryCommittee,
    AdvisorySeat,
    Committee,
    ElectionWord,
    ItemEvidence,
    ItemFact,
    Member,
    Minutes,
    Plan,
    PlanItem,
    PlanList,
    Statement,
    Translation,
)
from improvement_plans.rules import (
    ANNULLED,
    CONTESTED,
    LADDER,
    MANAGEMENT,
    WORKER,
    Parity,
    Rung,
    Seat,
    election_state,
    in_office,
    parity,
    validity,
)
from improvement_plans.rules.ladder import EVERY

SEES_PLANS = (Right.READ_REPORTS, Right.LEAD_ASSESSMENTS, Right.ADVISE, Right.PLAN_VISITS)
VERIFIES = (Right.ADVISE, Right.LEAD_ASSESSMENTS, Right.ASSESS)
KEEPS_COMMITTEES = (Right.ADVISE, Right.MANAGE_FACTORIES)
OF_SITE = (Right.MANAGE_FACTORY, Right.SIT_WORKER_SIDE, Right.SIT_MANAGEMENT_SIDE)
SEAT_RIGHT = {"worker": Right.SIT_WORKER_SIDE, MANAGEMENT: Right.SIT_MANAGEMENT_SIDE}


def is_system(by):
    """Is it a named part of the program acting by itself?"""
    return isinstance(by, audit.System)


def plans_visible_to(user, held=None):
    """Plans a person may read. `held`: what she may do anywhere, where it is known: it saves asking for consents.

    The programme's staff; the factory's managers and committee members; a buyer's people while the factory's consent
    covers the plan's cycle. A zero-tolerance case is never in a plan.
    """
    found = Q(site__programme__in=access.anchors_any(user, SEES_PLANS, Programme))
    found |= Q(site__in=access.anchors_any(user, OF_SITE, Site))
    if held is None or held.any(Right.ACT_FOR_BUYER):
        opened = factories.consents(user, scope="progress")
        found |= Q(cycle__in=opened.exclude(cycle=None).values("cycle"))
        found |= Q(cycle__isnull=False, site__in=opened.filter(cycle=None).values("site"))
    return Plan.objects.filter(found)


def items_visible_to(user):
    """Items of the plans a person may read, and what an assessor is to check."""
    return PlanItem.objects.filter(Q(plan__in=plans_visible_to(user)) | (waits_for_a_check() & assesses(user)))


def waits_for_a_check():
    """Reported in the running round, and looked at by nobody of the programme: a condition on plan items."""
    here = ItemFact.objects.filter(item=OuterRef("pk"), round=OuterRef("round"))
    return Q(Exists(here.filter(kind="reported"))) & nobody_looked()


def nobody_looked():
    """Looked at by nobody of the programme in the running round, and not gone on elsewhere: a condition on items."""
    here = ItemFact.objects.filter(item=OuterRef("pk"), round=OuterRef("round"))
    looked_at = Exists(here.filter(kind__in=["verified", "confirmed", "withdrawn"]))
    return Q(~looked_at, continued_by=None)


def assesses(user):
    """Items of a cycle the person is named to assess, of a factory she does not belong to: a condition on items.

    She reads no plan: of these items she gets what it takes to check them, until somebody has.
    """
    named = _named(user).filter(assessment__cycle=OuterRef("plan__cycle"))
    return Q(Exists(named)) & ~Q(plan__site__in=access.anchors_any(user, OF_SITE, Site))


def _named(user):
    """Where the person is named as an assessor, in programmes in which she assesses today, of visits that were held."""
    programmes = access.anchors(user, Right.ASSESS, Programme)
    named = AssessmentMember.objects.filter(user_id=user.pk, assessment__programme__in=programmes)
    return named.exclude(assessment__state__in=["cancelled", "not_held"])


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
    def only_checks(self):
        """An assessor of the cycle: checks fixes and reads no plan."""
        return self.verifier and not self.staff

    @property
    def management_member(self):
        return MANAGEMENT in self.sides

    @property
    def reports(self):
        """Says for the factory that something is fixed."""
        return self.manager or self.management_member

    @property
    def changes(self):
        """Adds and changes items, and puts them in the order in which they are taken up."""
        return bool(self.seat or self.reports or self.keeper)

    @property
    def adds_evidence(self):
        return bool(self.changes or self.verifier and self.staff)

    @property
    def clears(self):
        """Of the programme and not of the factory: says of a photo that it shows no person."""
        return self.staff and not self.manager and not self.sides


def standing(user, plan) -> Standing:
    """What the person is to the plan. Three queries, whatever the plan's size; one more for an assessor."""
    if is_system(user):
        return Standing(staff=True, keeper=True)
    site = plan.site
    on_programme = access.rights_on(user, site.programme) if user.is_active else set()
    on_site = access.rights_on(user, site) if user.is_active else set()
    mine = list(seats_today(user, site.programme).filter(committee__site=site))
    seat = next((one for one in mine if one.committee_id == plan.committee_id), None)
    factory_side = Right.MANAGE_FACTORY in on_site or bool(mine)
    staff = bool(on_programme & set(SEES_PLANS))
    checks = staff and bool(on_programme & set(VERIFIES))
    if not staff and Right.ASSESS in on_programme:
        checks = plan.cycle_id is not None and _named(user).filter(assessment__cycle=plan.cycle_id).exists()
    return Standing(
        staff=staff,
        # Whoever belongs to the factory does not check its fixes, whatever else she holds.
        verifier=checks and not factory_side,
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
    if not who.changes:
        raise Denied(_("Only the committee, the factory and its adviser change a plan."))
    return who


def offered(user):
    """Annotations of plans: does a board offer its reader to put items in order, and to report a fix?

    By what she holds now, so that a board asks nothing more; the acts themselves ask for the seat of the day.
    """
    management = Q(site__in=access.anchors_any(user, (Right.MANAGE_FACTORY, Right.SIT_MANAGEMENT_SIDE), Site))
    keeps = Q(site__programme__in=access.anchors_any(user, KEEPS_COMMITTEES, Programme))
    seats = Member.objects.filter(committee=OuterRef("committee"), user_id=user.pk)
    sits = Q(site__in=access.anchors(user, Right.SIT_WORKER_SIDE, Site)) & Q(Exists(seats))
    return {"reports_it": management, "changes_it": management | keeps | sits}


def check_can_report(user, plan):
    """Report a fix: the factory's managers and the management side in office today."""
    who = standing(user, plan)
    if not who.reports:
        raise Denied(_("Only the factory’s management says that it is fixed."))
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
    "enough_people": gettext_lazy("Enough people"),
    "too_few": gettext_lazy("Too few people"),
    "co_chairs_in_office": gettext_lazy("Both co-chairs are in office"),
    "no_worker_co_chair": gettext_lazy("The worker side has no co-chair"),
    "no_management_co_chair": gettext_lazy("The management side has no co-chair"),
    "equal": gettext_lazy("The sides are equal in number"),
    "not_equal": gettext_lazy("The sides are not equal in number"),
    "no_worker_side": gettext_lazy("Nobody sits on the worker side"),
    "no_management_side": gettext_lazy("Nobody sits on the management side"),
    "worker_chosen_by_employer": gettext_lazy("A member of the worker side was named by the employer"),
    "not_formed": gettext_lazy("The committee was formed later"),
    "dissolved": gettext_lazy("The committee is dissolved"),
    "nobody_sits": gettext_lazy("Nobody sits in this body"),
    "one_person_two_sides": gettext_lazy("One person sits on both sides and counts for neither"),
    "seat_contested": gettext_lazy("A seat comes from an election that is contested"),
    "headcount_unknown": gettext_lazy("It is not written down how many people work here"),
    "not_asked_for": gettext_lazy("The rule does not ask for this body here"),
    "too_few_members": gettext_lazy("There are fewer members than the rule asks for"),
    "too_many_members": gettext_lazy("There are more members than the rule allows"),
    "too_few_worker": gettext_lazy("The worker side has fewer members than the rule asks for"),
    "too_many_worker": gettext_lazy("The worker side has more members than the rule allows"),
    "too_few_management": gettext_lazy("The management side has fewer members than the rule asks for"),
    "too_many_management": gettext_lazy("The management side has more members than the rule allows"),
    "too_few_women": gettext_lazy("There are fewer women than the rule asks for"),
    "women_not_known": gettext_lazy("It is not written down of enough members whether they are women"),
    "women_in_workforce_unknown": gettext_lazy("It is not written down how many women work here"),
    "too_few_outside": gettext_lazy("Too few members come from outside the factory"),
    "worker_not_chosen_so": gettext_lazy("A member of the worker side was not chosen as the rule asks"),
    "management_not_chosen_so": gettext_lazy("A member of the management side was not named as the rule asks"),
    "term_over": gettext_lazy("A member sits longer than the term"),
    "too_many_of_a_union": gettext_lazy("One union has more seats than the rule allows"),
    "meeting_overdue": gettext_lazy("The last meeting was too long ago"),
}


def seats_of(committee) -> list[Seat]:
    """Every seat of a committee, as the rules count it. Two queries."""
    words: dict = {}
    for election_id, kind in ElectionWord.objects.filter(election__committee=committee).values_list(
        "election_id", "kind"
    ):
        words.setdefault(election_id, []).append(kind)
    rows = committee.members.select_related("origin", "origin__election").order_by("since", "id")
    return [_seat(member, words) for member in rows]


def _seat(member, words):
    origin = getattr(member, "origin", None)
    said = words.get(origin.election_id, ()) if origin else ()
    return Seat(
        key=str(member.pk),
        side=member.side,
        since=member.since,
        until=member.until,
        co_chair=member.co_chair,
        chosen_by=member.chosen_by,
        sex=member.sex,
        person=str(member.user_id or ""),
        union=origin.union if origin else "",
        outside=origin.outside if origin else False,
        contested=election_state(said) in (CONTESTED, ANNULLED),
    )


def workforce_on(site, on):
    """(workers, part of women) as counted last on or before a day; None for what nobody counted. Two queries."""
    counted = site.workforces.filter(counted_on__lte=on).order_by("-counted_on").first()
    if counted is None:
        return None, None
    by_sex = dict(counted.parts.filter(by="sex").values_list("code", "count"))
    total = sum(by_sex.values())
    return counted.total, Fraction(by_sex.get("f", 0), total) if total else None


def parity_of(committee, on, *, present=None) -> Parity:
    """Count both sides of a committee on a day and judge it by its rule. A fixed number of queries.

    The programme's setting `committee` may hold `quorum` (a number of people) and `blocks` (codes that stop a decision
    instead of warning). `present`: keys of seats, for a meeting; None counts everybody in office.
    """
    site = committee.site
    said = setting(site.programme_id, "committee", on) or {}
    seats = seats_of(committee)
    rule = rule_for(committee.kind, site.programme.country if site.programme else "", on)
    headcount, women = workforce_on(site, on)
    met_on = (
        Minutes.objects.filter(meeting__committee=committee, held_on__lte=on)
        .order_by("-held_on")
        .values_list("held_on", flat=True)
        .first()
    )
    given = {}
    if rule is not None:
        reasons = validity(rule, seats, headcount, on, women_share=women, met_on=met_on)
        given = {
            "reasons": reasons, "equal": rule.equal, "sided": rule.sided, "each_side": rule.quorum == "each_side",
            "rule": rule.key, "headcount": headcount,
        }  # fmt: skip
    return parity(
        seats,
        on,
        formed_on=committee.formed_on,
        dissolved_on=committee.dissolved_on,
        present=present,
        quorum=said.get("quorum"),
        blocks=said.get("blocks", ()),
        **given,
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
    """Verify or reopen a fix: an adviser or lead assessor of the programme, or an assessor named in a visit of the
    plan's cycle, who does not belong to the factory.
    """
    who = standing(user, plan)
    if not who.verifier:
        raise Denied(_("Only an adviser or an assessor of the programme checks a fix."))
    return who


def check_can_add_evidence(user, plan):
    """Add photos and documents, and make links for those without an account."""
    who = standing(user, plan)
    if not who.adds_evidence:
        raise Denied(_("You cannot add photos here. The committee, the factory and the programme can."))
    return who


def check_can_clear(user, plan):
    """Say of a photo that it shows no person: somebody of the programme who does not belong to the factory."""
    if not standing(user, plan).clears:
        raise Denied(_("Only the programme says that a photo shows no person."))


def check_can_write_progress(user, plan):
    """Issue a progress report: an adviser of the programme who does not belong to the factory."""
    who = standing(user, plan)
    if not (who.clears and access.has(user, Right.ADVISE, plan.site.programme)):
        raise Denied(_("Only an adviser of the programme writes a progress report."))
    return who


def check_can_pledge(user, plan, buyer):
    """Say what a buyer will change: who acts for it, while a consent opens the plan to it."""
    opened = factories.consents(user, scope="progress").filter(buyer=buyer, site=plan.site_id)
    if plan.cycle_id is None or not opened.filter(Q(cycle=None) | Q(cycle=plan.cycle_id)).exists():
        raise Denied(NOTHING_HERE)


def evidence_visible_to(user):
    """Evidence of fixes a person may look at while it is kept.

    Committee, factory and programme; an assessor while she is to check the fix; other readers of the plan only what
    the programme found to show no person.
    """
    own = Q(item__plan__site__programme__in=access.anchors_any(user, SEES_PLANS, Programme))
    own |= Q(item__plan__site__in=access.anchors_any(user, OF_SITE, Site))
    opened = Q(no_person_on__isnull=False, item__plan__in=plans_visible_to(user).values("pk"))
    to_check = Exists(PlanItem.objects.filter(waits_for_a_check(), assesses(user), pk=OuterRef("item")))
    return ItemEvidence.objects.filter(own | opened | to_check, redacted_at=None, ended_at=None)


def _can(check, *args):
    try:
        check(*args)
    except Denied:
        return False
    return True


def can_add_evidence(user, plan):
    """Yes or no: check_can_add_evidence."""
    return _can(check_can_add_evidence, user, plan)


def can_write_progress(user, plan):
    """Yes or no: check_can_write_progress."""
    return _can(check_can_write_progress, user, plan)


def can_keep_committee(user, site, side=None):
    """Yes or no: check_can_keep_committee."""
    return _can(check_can_keep_committee, user, site, side)


def _worker_seat(user, committee):
    """The person's seat in office today on the worker side of one committee, or None."""
    if is_system(user) or not committee.site.programme_id:
        return None
    return seats_today(user, committee.site.programme).filter(committee=committee, side=WORKER).first()


def check_can_contest(user, committee):
    """Contest an election: who sits for the workers, who reads for their union, advisers and keepers."""
    site = committee.site
    if _worker_seat(user, committee) or access.has(user, Right.READ_FOR_WORKERS, site):
        return
    check_can_keep_committee(user, site)


def check_can_meet(user, committee):
    """Plan a meeting and write its minutes: members in office today, advisers and keepers."""
    site = committee.site
    if is_system(user) or any(access.has(user, right, site.programme) for right in KEEPS_COMMITTEES):
        return
    if not seats_today(user, site.programme).filter(committee=committee).exists():
        raise Denied(_("Only the committee’s members and its adviser write down its meetings."))


# --- statements: the one thing the other side never learns of -----------------------------------------------------

READS_STATEMENTS = (Right.ADVISE, Right.LEAD_ASSESSMENTS, Right.PLAN_VISITS)


def statements_visible_to(user):
    """Statements a person wrote, or is a chosen reader of. Who belongs or belonged to a factory's management reads
    none of that factory's but her own, whatever else she is.
    """
    if not (user.is_authenticated and user.is_active):
        return Statement.objects.none()
    programmes = Q(member__committee__site__programme__in=access.anchors_any(user, READS_STATEMENTS, Programme))
    seats = Member.objects.filter(pk__in=[seat.pk for seat in _my_worker_seats(user)])
    chosen = (
        (Q(readers="programme") & programmes)
        | Q(readers="union", member__committee__site__in=access.anchors(user, Right.READ_FOR_WORKERS, Site))
        | Q(readers="workers", member__committee__in=seats.values("committee"))
    )
    return Statement.objects.filter(Q(member__user_id=user.pk) | (chosen & ~_of_their_management(user)))


def _of_their_management(user, path=""):
    """Statements of factories to whose management a person belongs or belonged. `path`: the way to the statement."""
    site = f"{path}member__committee__site__in"
    sat = Member.objects.filter(user_id=user.pk, side=MANAGEMENT)
    return (
        Q(**{site: access.anchors(user, Right.MANAGE_FACTORY, Site)})
        | Q(**{site: access.anchors(user, Right.SIT_MANAGEMENT_SIDE, Site)})
        | Q(**{site: sat.values("committee__site")})
    )


def _my_worker_seats(user):
    """Seats on the worker side that the person holds today, each on its own programme's day. One query."""
    found = Member.objects.filter(user_id=user.pk, side=WORKER).select_related("committee__site__programme")
    return [
        seat
        for seat in found
        if in_office(seat.since, seat.until, today(seat.committee.site.programme))
        and in_office(seat.committee.formed_on, seat.committee.dissolved_on, today(seat.committee.site.programme))
    ]


def check_can_state(user, committee) -> Member:
    """Write a statement: who sits on the worker side today. Returns the seat."""
    seat = _worker_seat(user, committee)
    if seat is None:
        raise Denied(NOTHING_HERE)
    return seat


def check_can_answer_statement(user, statement):
    """Answer: its readers and its author. Others hear the same as if it did not exist."""
    if not statements_visible_to(user).filter(pk=statement.pk).exists():
        raise Denied(NOTHING_HERE)


def reads_for_union(site) -> bool:
    """Does somebody read for the workers' union at this factory today?"""
    on = today(site.programme)
    return site.union_readers.filter(since__lte=on, until__gte=on, user__is_active=True).exists()


def ladder_of(programme_id, on):
    """(rungs, days of one more slip) of a programme on a day: its setting `ladder`, else the default. One query."""
    said = setting(programme_id, "ladder", on) or {}
    rungs = tuple(Rung(one["told"], one["slips"]) for one in said["rungs"]) if "rungs" in said else LADDER
    return rungs, said.get("every", EVERY)


def committees_visible_to(user):
    """Committees whose seats a person may look at: the programme's staff and the factory's people. No buyer."""
    found = Q(site__programme__in=access.anchors_any(user, SEES_PLANS, Programme))
    found |= Q(site__in=access.anchors_any(user, OF_SITE, Site))
    return Committee.objects.filter(found)


# --- lists that are sent in ---------------------------------------------------------------------------------------


def check_can_import_plans(user, programme):
    """Bring in lists of committees and plans: who writes down committees of the programme."""
    if is_system(user) or any(access.has(user, right, programme) for right in KEEPS_COMMITTEES):
        return
    raise Denied(NOTHING_HERE)


def programmes_of_plan_lists(user):
    """Programmes into which a person brings lists of committees and plans."""
    return Programme.objects.filter(pk__in=access.anchors_any(user, KEEPS_COMMITTEES, Programme)).order_by("name")


def plan_lists_visible_to(user):
    """Lists of those programmes, the newest first. They hold counts and places, no name of a member."""
    found = PlanList.objects.filter(programme__in=programmes_of_plan_lists(user).values("pk"))
    return found.select_related("programme", "uploaded_by").order_by("-uploaded_at")


# --- the advisory committee ---------------------------------------------------------------------------------------


def advisory_seats_today(user):
    """Seats on advisory committees that the person holds today, each on its own programme's day. One query.

    A seat says on which committee she sits, and in which group; the right to read aggregates, that she may read there.
    It opens no factory: neither its plan nor its committee nor anything found there.
    """
    held = AdvisorySeat.objects.filter(
        user_id=user.pk, committee__programme__in=access.anchors(user, Right.READ_AGGREGATES, Programme)
    ).select_related("committee__programme")
    return [seat for seat in held if in_office(seat.since, seat.until, today(seat.committee.programme))]


def advisory_seats(rows) -> list[Seat]:
    """Seats of an advisory committee, as the rules count them; a seat's side is its group."""
    return [Seat(key=str(one.pk), side=one.group, since=one.since, until=one.until) for one in rows]


def advisory_visible_to(user):
    """Advisory committees a person may read: the programme's staff, and their members in office today."""
    return AdvisoryCommittee.objects.filter(
        Q(programme__in=access.anchors_any(user, SEES_PLANS, Programme))
        | Q(pk__in=[seat.committee_id for seat in advisory_seats_today(user)])
    )


def check_can_keep_advisory(user, programme):
    """Write down who sits, plan meetings, hand over papers, write minutes: who plans the programme's visits."""
    if not (is_system(user) or access.has(user, Right.PLAN_VISITS, programme)):
        raise Denied(_("Only who runs the programme may write here."))


def can_keep_advisory(user, programme):
    """Yes or no: check_can_keep_advisory."""
    return _can(check_can_keep_advisory, user, programme)


# --- translations of typed words ----------------------------------------------------------------------------------


def programme_of(thing):
    """The programme of an item, a meeting or a statement."""
    if isinstance(thing, PlanItem):
        return thing.plan.site.programme
    committee = thing.member.committee if isinstance(thing, Statement) else thing.committee
    return committee.site.programme


def may_ask_for(statement) -> bool:
    """A statement goes to a translator of the programme only where the programme is the reader its author chose."""
    return statement.readers == Statement.Readers.PROGRAMME


def check_can_ask_translation(user, thing):
    """Ask for words in another language: factory, committee and programme; of a statement its author alone."""
    if isinstance(thing, Statement):
        if not may_ask_for(thing) or thing.member.user_id != user.pk or not user.is_active:
            raise Denied(NOTHING_HERE)
        return
    if isinstance(thing, PlanItem):
        if not standing(user, thing.plan).inside:
            raise Denied(NOTHING_HERE)
    elif not committees_visible_to(user).filter(pk=thing.committee_id).exists():
        raise Denied(NOTHING_HERE)


def translations_visible_to(user):
    """What a translator of a programme was asked for. Of statements only those written to the programme, and none of a
    factory to whose management she belongs or belonged.
    """
    programmes = access.anchors(user, Right.TRANSLATE_WORDS, Programme)
    statements = Q(
        statement__readers=Statement.Readers.PROGRAMME, statement__member__committee__site__programme__in=programmes
    ) & ~_of_their_management(user, "statement__")
    return Translation.objects.filter(
        Q(item__plan__site__programme__in=programmes)
        | Q(meeting__committee__site__programme__in=programmes)
        | statements
    )


def check_can_translate(user, translation):
    """Translate: a translator of the programme. Others hear the same as if it did not exist."""
    if not translations_visible_to(user).filter(pk=translation.pk).exists():
        raise Denied(NOTHING_HERE)
