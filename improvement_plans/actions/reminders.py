"""Writers of letters about plans: once a week what waits, and each step of the ladder. None says what it is about."""

from zoneinfo import ZoneInfo

from django.db import transaction
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from core import access, audit, letters, queue
from core.days import setting, today
from core.errors import Denied
from core.models import Programme, User
from core.roles import Right
from factories.models import BuyerMember, Consent, SiteManager
from improvement_plans.models import LadderStep, Member, Reminder
from improvement_plans.permissions import is_system
from improvement_plans.rules import WORKER

# When the week's letter goes out, where the programme sets nothing (setting "reminders"): Monday, from eight.
WEEKDAY, HOUR = 1, 8


@transaction.atomic
def remind_of_the_week(*, by) -> int:
    """Ask for the week's letter of every member in office and every manager, on the programme's day and hour.

    The program, each hour; repeatable: a week is asked for once. Returns how many were asked for.
    """
    if not is_system(by):
        raise Denied(_("The program does this by itself."))
    return sum(_ask(programme) for programme in Programme.objects.order_by("pk"))


def _ask(programme):
    there = timezone.now().astimezone(ZoneInfo(programme.time_zone))
    said = setting(programme, "reminders", there.date()) or {}
    if there.isoweekday() != said.get("weekday", WEEKDAY) or there.hour < said.get("hour", HOUR):
        return 0
    year, week, _day = there.isocalendar()
    about = f"week-{year}-{week:02}"
    people = who_works_on_plans(programme) - set(Reminder.objects.filter(about=about).values_list("user_id", flat=True))
    asked = [{"user_id": user_id, "about": about} for user_id in sorted(people)]
    queue.enqueue_all("improvement_plans.write_of_the_week", asked)
    return len(people)


def who_works_on_plans(programme) -> set:
    """Ids of members in office and of managers of a programme's factories today. Two queries."""
    on = today(programme)
    now = Q(until=None) | Q(until__gte=on)
    seats = Member.objects.filter(now, since__lte=on, committee__site__programme=programme, user__is_active=True)
    managers = SiteManager.objects.filter(now, since__lte=on, site__programme=programme, user__is_active=True)
    return {*seats.values_list("user_id", flat=True), *managers.values_list("user_id", flat=True)}


def write_of_steps(*, programme, on, by) -> int:
    """One letter for each person told of what climbed on a day, each in a transaction of its own. Returns how many."""
    users = User.objects.filter(pk__in=_told(programme, on)).order_by("pk")
    return sum(write_letter(user=user, about=f"ladder-{on}", by=by) is not None for user in users)


def _told(programme, on) -> set:
    """Ids of the people of a day's rungs, and always of the worker side of the same factories. Five queries."""
    places: dict = {}
    steps = LadderStep.objects.filter(on=on, item__plan__site__programme=programme)
    for rung, site, cycle in steps.values_list("told", "item__plan__site", "item__plan__cycle"):
        places.setdefault(rung, set()).add((site, cycle))
    now = Q(until=None) | Q(until__gte=on), Q(since__lte=on), Q(user__is_active=True)
    at = {rung: {site for site, _cycle in found} for rung, found in places.items()}
    everywhere = set().union(*at.values())
    seats = Member.objects.filter(*now, committee__site__in=everywhere)
    people = {
        user
        for user, side, site in seats.values_list("user_id", "side", "committee__site")
        if side == WORKER or site in at.get("committee", ())
    }
    people.update(SiteManager.objects.filter(*now, site__in=at.get("factory", ())).values_list("user_id", flat=True))
    if "programme" in at:
        people.update(access.holders(Right.ADVISE, programme).values_list("user_id", flat=True))
    consents = Consent.objects.filter(
        site__in=at.get("buyers", ()), ended_at=None, since__lte=on, scope__in=["progress", "both"]
    ).exclude(until__lt=on)
    buyers = {
        buyer
        for buyer, site, cycle in consents.values_list("buyer_id", "site_id", "cycle_id")
        if any(where == site and cycle in (None, one) for where, one in places["buyers"])
    }
    people.update(BuyerMember.objects.filter(*now, buyer__in=buyers).values_list("user_id", flat=True))
    return people


@transaction.atomic
def write_letter(*, user, about, things=None, by) -> Reminder | None:
    """Write to a person about one thing, once. `things`: how many wait; none, no letter. Records reminder.written.

    None when it was looked at already. Where nothing waits or nothing reaches her, the row says that nothing was sent.
    """
    if not is_system(by):
        raise Denied(_("The program does this by itself."))
    if Reminder.objects.filter(user=user, about=about).exists():
        return None
    words = {"n": things} if things else {}
    name = "this-week" if things else "something-waits"
    sent = things != 0 and letters.reach(
        name, user=user, path=reverse("core:home"), message_key=f"{about}-{user.pk}", **words
    )
    row = Reminder.objects.create(user=user, about=about, sent=sent)
    audit.record("reminder.written", row, by=by, about=about, sent=sent)
    return row
