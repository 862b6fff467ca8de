"""Writers of committees and their dated seats. The grants on the site follow the seats, never the other way round."""

from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from core import access, audit, queue
from core.days import today
from core.errors import Invalid, WrongState, at
from core.roles import Right
from improvement_plans.models import Committee, Member, MemberName, Plan, SeatOrigin
from improvement_plans.permissions import SEAT_RIGHT, check_can_keep_committee
from improvement_plans.rules import MANAGEMENT, SIDES, WORKER, terms_overlap


@transaction.atomic
def create_committee(*, site, kind, formed_on, by) -> Committee:
    """Write down that a factory has a committee. The programme's advisers and keepers. Records committee.created.

    A bipartite committee (or improvement team) takes over plans of the factory that have no committee, or whose
    committee of this kind is dissolved; what the old one signed stands.
    """
    check_can_keep_committee(by, site)
    if site.programme_id is None:
        raise Invalid(_("This factory is in no programme yet. Enrol it first."))
    if kind not in Committee.Kind.values:
        raise Invalid(_("This kind of committee is not known."), at("kind"))
    if Committee.objects.filter(site=site, kind=kind, dissolved_on=None).exists():
        raise WrongState(_("The factory has a committee of this kind already."))
    committee = Committee.objects.create(site=site, kind=kind, formed_on=formed_on)
    audit.record("committee.created", committee, by=by, programme=site.programme, kind=str(kind), on=formed_on)
    if kind in (Committee.Kind.BIPARTITE, Committee.Kind.SME_TEAM):
        orphaned = Q(committee=None) | Q(committee__kind=kind, committee__dissolved_on__isnull=False)
        Plan.objects.filter(orphaned, site=site).update(committee=committee)
    return committee


@transaction.atomic
def dissolve_committee(*, committee, on, by) -> Committee:
    """It decides for the last time on this day, and every seat ends with it. Records committee.dissolved."""
    committee = Committee.objects.select_for_update().get(pk=committee.pk)
    check_can_keep_committee(by, committee.site)
    if committee.dissolved_on:
        raise WrongState(_("This committee is dissolved already."))
    if on < committee.formed_on:
        raise Invalid(_("The last day is before the first."))
    committee.dissolved_on = on
    committee.save(update_fields=["dissolved_on"])
    for member in committee.members.filter(Q(until=None) | Q(until__gt=on), since__lte=on).select_related("user"):
        _end(member, on, by)
    audit.record("committee.dissolved", committee, by=by, programme=committee.site.programme, on=on)
    return committee


@transaction.atomic
def seat_member(
    *, committee, user, side, sex, chosen_by, since, until=None, co_chair=False, name="",
    election=None, union="", outside=False, by,
) -> Member:  # fmt: skip
    """Give a person a seat from `since` to `until`, both included. Records member.seated (no name).

    Advisers and keepers; the factory's manager for the management side only. `user` None: a member who does not sign
    in, by `name`. `election`, `union`, `outside`: how the seat came about. Refuses a second seat in the same committee
    on the same days and a second co-chair of a side.
    """
    committee = Committee.objects.select_for_update(of=("self",)).select_related("site__programme").get(pk=committee.pk)
    check_can_keep_committee(by, committee.site, side)
    _check_seat(committee, user, side, sex, chosen_by, since, until, name)
    for other in committee.members.filter(Q(user=user, user__isnull=False) | Q(co_chair=True)):
        if not terms_overlap(since, until, other.since, other.until):
            continue
        if user is not None and other.user_id == user.pk:
            raise Invalid(
                _("This person has a seat in this committee on some of these days. Nobody sits twice."), at("since")
            )
        if co_chair and other.co_chair and other.side == side:
            raise Invalid(_("This side has a co-chair on some of these days. End that seat first."), at("co_chair"))
    member = Member.objects.create(
        committee=committee, user=user, side=side, sex=sex, chosen_by=chosen_by, since=since, until=until,
        co_chair=co_chair,
    )  # fmt: skip
    if user is None:
        MemberName.objects.create(member=member, body={"name": name.strip()}, salt=MemberName.new_salt())
    if election is not None or union or outside:
        if election is not None and (chosen_by != Member.ChosenBy.ELECTION or election.committee_id != committee.pk):
            raise Invalid(_("This election is not the one that filled this seat."))
        SeatOrigin.objects.create(member=member, election=election, union=union.strip()[:80], outside=outside)
    audit.record(
        "member.seated", member, by=by, programme=committee.site.programme, committee=committee.pk, side=side,
        chosen_by=str(chosen_by), since=since, until=until, co_chair=co_chair,
    )  # fmt: skip
    if user is not None:
        _rights_in_step(user, committee.site)
        if since > today(committee.site.programme):
            queue.enqueue(
                "improvement_plans.seat_begins", due_at=_first_moment(since, committee.site), member_id=member.pk
            )
    return member


def _check_seat(committee, user, side, sex, chosen_by, since, until, name):
    if side not in SIDES:
        raise Invalid(_("Name the side: worker or management."), at("side"))
    if sex not in Member.Sex.values or chosen_by not in Member.ChosenBy.values:
        raise Invalid(_("Say how the member was chosen, and woman, man or not said."), at("chosen_by"))
    if side == MANAGEMENT and chosen_by != Member.ChosenBy.EMPLOYER:
        raise Invalid(_("The management side is named by the employer."), at("chosen_by"))
    if until is not None and until < since:
        raise Invalid(_("The last day is before the first."), at("until"))
    if since < committee.formed_on or (committee.dissolved_on and (until is None or until > committee.dissolved_on)):
        raise Invalid(_("These days are outside the committee’s own."), at("since"))
    if user is None and not name.strip():
        raise Invalid(_("Name the member, or the person who signs in."), at("name"))
    if user is not None and side == WORKER and access.has(user, Right.MANAGE_FACTORY, committee.site):
        raise Invalid(_("Who manages the factory does not sit on the worker side."), at("side"))


@transaction.atomic
def end_seat(*, member, on, by) -> Member:
    """The last day of a seat, earlier than or as planned. Who may seat may end. Records seat.ended.

    What the member signed stands.
    """
    member = Member.objects.select_for_update().get(pk=member.pk)
    check_can_keep_committee(by, member.committee.site, member.side)
    if on < member.since:
        raise Invalid(_("The last day is before the first."))
    if member.until is not None and member.until < on:
        raise WrongState(_("This seat ended earlier."))
    _end(member, on, by)
    return member


def _end(member, on, by):
    member.until = on
    member.save(update_fields=["until"])
    site = member.committee.site
    audit.record("seat.ended", member, by=by, programme=site.programme, on=on)
    if member.user is not None:
        _rights_in_step(member.user, site)


@transaction.atomic
def begin_seat(*, member, by) -> Member:
    """A seat written down for later begins: its right is given. The program, on the day. Records seat.begun.

    Ended or moved in the meantime: nothing is given.
    """
    site = member.committee.site
    check_can_keep_committee(by, site, member.side)
    if member.user is not None:
        _rights_in_step(member.user, site)
        audit.record("seat.begun", member, by=by, programme=site.programme)
    return member


def _rights_in_step(user, site):
    """Make the grants on a site say what the person's seats say today. Repeatable."""
    on = today(site.programme)
    for side, right in SEAT_RIGHT.items():
        seats = Member.objects.filter(Q(until=None) | Q(until__gte=on), since__lte=on)
        ends = list(seats.filter(user=user, side=side, committee__site=site).values_list("until", flat=True))
        if not ends:
            access.revoke(user=user, right=right, anchor=site)
            continue
        last = None if None in ends else _first_moment(max(ends) + timedelta(days=1), site)
        access.grant(user=user, right=right, anchor=site, until=last)


def _first_moment(day, site):
    """Midnight at the start of a day where the factory stands."""
    return datetime.combine(day, time.min, ZoneInfo(site.programme.time_zone))
