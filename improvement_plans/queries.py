"""Reads for the screens of plans, always scoped by person, with a fixed number of queries.

It refuses to hand a worker's name to anybody but her own committee and the programme: names go through `face`.
"""

from dataclasses import dataclass, field
from datetime import date, timedelta

from django.db.models import Exists, OuterRef, Prefetch, Q
from django.utils import timezone
from django.utils.translation import gettext as _

from core import access
from core.days import today
from core.models import Programme
from core.roles import Right
from core.words import long_date
from factories.models import Site
from improvement_plans import rules
from improvement_plans.models import (
    Agreement,
    Committee,
    ItemFact,
    Member,
    Plan,
    PlanItem,
)
from improvement_plans.permissions import (
    SENTENCES,
    Standing,
    can_keep_committee,
    committees_visible_to,
    items_visible_to,
    parity_of,
    plans_visible_to,
    standing,
)


@dataclass
class Card:
    """One item as a screen shows it. `fix` holds the four days of the running round, for the seam."""

    item: PlanItem
    status: str
    fix: dict
    late: int = 0
    waits: str = ""
    role: str = ""
    mine: bool = False
    facts: set = field(default_factory=set)

    @property
    def over(self):
        """Nothing is to be done any more: withdrawn, or it goes on in a newer item."""
        return "withdrawn" in self.facts or getattr(self.item, "goes_on", False)

    @property
    def since(self):
        return self.item.duty_since or self.item.added_on


def facts_of(items) -> dict:
    """{item id: {kind: day}} of each item's running round. One query."""
    rounds = {item.pk: item.round for item in items}
    said: dict = {key: {} for key in rounds}
    for item_id, current, kind, on in ItemFact.objects.filter(item__in=list(rounds)).values_list(
        "item_id", "round", "kind", "on"
    ):
        if rounds[item_id] == current:
            said[item_id][kind] = on
    return said


def card(item, said, on) -> Card:
    """An item with the outsiders' word for it on a day."""
    return Card(
        item=item,
        status=rules.item_status(said, due_on=item.due_on, planned=item.planned, today=on),
        fix={f"{kind}_on": said.get(kind) for kind in rules.FOUR},
        late=rules.days_late(item.due_on, on),
        facts=set(said),
    )


def _with_goes_on(items):
    return items.annotate(goes_on=Exists(PlanItem.objects.filter(continues=OuterRef("pk"))))


# --- one plan -----------------------------------------------------------------------------------------------------


@dataclass
class Board:
    """A plan by the outsiders' words: `columns` is [(status, [Card])], `over` what goes on elsewhere.

    `seated`: the reader has or had a seat in its committee; screens then stay the phone's. `inside`: she may look at
    the committee. `keeper`: no committee is written down, and she is one who writes it down.
    """

    plan: Plan
    on: date
    columns: list
    over: list
    seated: bool
    inside: bool
    keeper: bool


def board(user, plan_id) -> Board | None:
    """A plan the person may read, or None. Four queries for any number of items."""
    seat = Member.objects.filter(committee=OuterRef("committee"), user_id=user.pk)
    plan = (
        plans_visible_to(user)
        .select_related("site__programme", "cycle", "committee")
        .annotate(seated=Exists(seat), inside=Exists(committees_visible_to(user).filter(pk=OuterRef("committee"))))
        .filter(pk=plan_id)
        .first()
    )
    if plan is None:
        return None
    on = today(plan.site.programme)
    items = list(_with_goes_on(PlanItem.objects.filter(plan=plan)))
    said = facts_of(items)
    cards = sorted((card(item, said[item.pk], on) for item in items), key=by_urgency)
    columns = [(status, [one for one in cards if one.status == status and not one.over]) for status in rules.BOARD]
    keeper = plan.committee_id is None and can_keep_committee(user, plan.site)
    return Board(plan, on, columns, [one for one in cards if one.over], plan.seated, plan.inside, keeper)


def by_urgency(one):
    return rules.urgency(one.status, one.item.due_on, one.since)


def plans(user):
    """Plans a person may read, newest first within a factory."""
    return (
        plans_visible_to(user)
        .select_related("site__programme", "cycle", "committee")
        .order_by("site__name", "-opened_on", "id")
    )


def counts_of(page) -> dict:
    """{plan id: {status: n}} for the plans of one page, and how many are open. Two queries."""
    items = list(_with_goes_on(PlanItem.objects.filter(plan__in=[plan.pk for plan in page])))
    said = facts_of(items)
    days = {plan.pk: today(plan.site.programme) for plan in page}
    counts: dict = {plan.pk: dict.fromkeys(rules.URGENCY, 0) for plan in page}
    for item in items:
        one = card(item, said[item.pk], days[item.plan_id])
        if not one.over:
            counts[item.plan_id][one.status] += 1
    return counts


# --- my items -----------------------------------------------------------------------------------------------------


def seats_in_office(user) -> list[Member]:
    """The person's seats in office today, each on its own programme's day. One query."""
    found = []
    for seat in Member.objects.filter(user_id=user.pk).select_related("committee__site__programme"):
        committee, on = seat.committee, today(seat.committee.site.programme)
        in_office = rules.in_office(seat.since, seat.until, on)
        if in_office and rules.in_office(committee.formed_on, committee.dissolved_on, on):
            found.append(seat)
    return found


def my_items(user) -> list[Card]:
    """What is open in the person's committees and factories: what waits for her answer first, then by urgency.

    Four queries. `waits` is "plan" or "fix" where her side's signature is missing; `mine` where she is named.
    """
    seats = {seat.committee_id: seat for seat in seats_in_office(user)}
    items = list(
        PlanItem.objects.filter(
            Q(plan__committee__in=list(seats)) | Q(plan__site__in=access.anchors(user, Right.MANAGE_FACTORY, Site))
        )
        .filter(continued_by=None)
        .select_related("plan__site__programme")
        .distinct()
    )
    if not items:
        return []
    said = facts_of(items)
    signed = _signatures(items)
    cards = []
    for item in items:
        one = card(item, said[item.pk], today(item.plan.site.programme))
        if one.over or one.status == "verified_fixed":
            continue
        seat = seats.get(item.plan.committee_id)
        if seat is not None:
            one.mine = seat.pk in (item.responsible_id, item.witness_id)
            one.role = "responsible" if seat.pk == item.responsible_id else "witness" if one.mine else ""
            if seat.co_chair:
                one.waits = waits_for(one, seat.side, signed[item.pk])
        cards.append(one)
    asks = ("fix", "plan", "")
    return sorted(cards, key=lambda one: (asks.index(one.waits), not one.mine, *by_urgency(one)))


def _signatures(items) -> dict:
    given: dict = {item.pk: [] for item in items}
    for item_id, *rest in (
        Agreement.objects.filter(item__in=list(given))
        .order_by("at", "id")
        .values_list("item_id", "about", "edition", "side", "decision")
    ):
        given[item_id].append(rules.Signature(*rest))
    return given


def waits_for(one, side, given) -> str:
    """Which signature of the side is missing: "fix" once it is reported, "plan" once it is planned, or ""."""
    item = one.item
    if "reported" in one.facts:
        if "agreed" in one.facts:
            return ""
        return "" if side in rules.standing_signatures(given, "fix", item.round) else "fix"
    if not item.planned:
        return ""
    return "" if side in rules.standing_signatures(given, "plan", item.edition) else "plan"


def fixes_to_check(user) -> int:
    """How many fixes are reported and nobody of the programme has looked, where the person may verify. One query."""
    held = Q()
    for right in (Right.ADVISE, Right.LEAD_ASSESSMENTS):
        held |= Q(plan__site__programme__in=access.anchors(user, right, Programme))
    here = ItemFact.objects.filter(item=OuterRef("pk"), round=OuterRef("round"))
    return (
        PlanItem.objects.filter(held, continued_by=None)
        .filter(Exists(here.filter(kind="reported")))
        .exclude(Exists(here.filter(kind__in=["verified", "confirmed", "withdrawn"])))
        .count()
    )


# --- one item -----------------------------------------------------------------------------------------------------


@dataclass
class Face:
    """A member as one reader may see her: side, and a name or none."""

    side: str
    words: str
    co_chair: bool = False


def face(member, who: Standing) -> Face | None:
    """A member for a reader. A worker's name only for her committee and the programme; for buyers no name at all."""
    if member is None:
        return None
    side = _("worker side") if member.side == rules.WORKER else _("management side")
    shown = who.sees_names or (who.inside and member.side == rules.MANAGEMENT)
    name = name_of(member) if shown else ""
    if name:
        return Face(member.side, _("%(name)s, %(side)s") % {"name": name, "side": side}, member.co_chair)
    if member.co_chair:
        words = _("Worker co-chair") if member.side == rules.WORKER else _("Management co-chair")
    else:
        words = _("Member of the worker side") if member.side == rules.WORKER else _("Member of the management side")
    return Face(member.side, words, member.co_chair)


def name_of(member) -> str:
    """The name as it is kept: the person's who signs in, or the seat's own. Empty when it was removed."""
    if member.user_id:
        return member.user.name
    own = getattr(member, "own_name", None)
    return (own.body or {}).get("name", "") if own else ""


@dataclass
class Event:
    """One line of an item's history: day, a status or fact, words where the reader may see them."""

    on: date
    key: str
    face: Face | None = None
    words: str = ""
    change: object = None
    about: str = ""


@dataclass
class ItemView:
    """An item with all a reader may see of it today."""

    card: Card
    plan: Plan
    who: Standing
    on: date
    responsible: Face | None
    witness: Face | None
    history: list
    signatures: list
    about: str
    edition: int
    parity: object = None
    gone: bool = False
    earlier: object = None
    later: object = None
    open: bool = True

    @property
    def item(self):
        return self.card.item

    @property
    def may_sign(self):
        return self.open and self.who.seat is not None and self.who.seat.co_chair and self.signable

    @property
    def signable(self):
        facts = self.card.facts
        if self.about == "fix":
            return not facts & {"agreed", "confirmed"}
        return self.item.planned and not facts & {"verified", "confirmed"}

    @property
    def may_report(self):
        return (
            self.open
            and (self.who.manager or self.who.management_member)
            and not self.card.facts & {"reported", "verified", "confirmed"}
        )

    @property
    def may_change(self):
        inside = self.who.seat or self.who.manager or self.who.management_member or self.who.keeper
        return bool(self.open and inside and not self.card.facts & {"reported", "verified", "confirmed"})

    @property
    def may_verify(self):
        return self.open and self.who.verifier and not self.card.facts & {"verified", "confirmed"}

    @property
    def may_reopen(self):
        return self.open and self.who.verifier and bool(self.card.facts & {"reported", "verified"})


PEOPLE = ("user", "own_name")


def item_view(user, item_id) -> ItemView | None:
    """One item for one reader, or None. The number of queries does not depend on plan, history or committee."""
    item = (
        _with_goes_on(items_visible_to(user))
        .select_related(
            "plan__site__programme", "plan__cycle", "plan__committee", "continues__plan__cycle", "continued_by",
            *(f"{seat}__{part}" for seat in ("responsible", "witness") for part in PEOPLE),
        )
        .prefetch_related(
            Prefetch("facts", ItemFact.objects.select_related("words")),
            Prefetch("agreements", Agreement.objects.select_related("words", "member__user", "member__own_name")),
        )
        .filter(pk=item_id)
        .first()
    )  # fmt: skip
    if item is None:
        return None
    plan = item.plan
    on = today(plan.site.programme)
    who = standing(user, plan)
    said = {fact.kind: fact.on for fact in item.facts.all() if fact.round == item.round}
    one = card(item, said, on)
    about, edition = ("fix", item.round) if "reported" in said else ("plan", item.edition)
    view = ItemView(
        card=one,
        plan=plan,
        who=who,
        on=on,
        responsible=face(item.responsible, who),
        witness=face(item.witness, who),
        history=history(item, who),
        gone=bool(item.responsible and not rules.in_office(item.responsible.since, item.responsible.until, on)),
        signatures=[],
        about=about,
        edition=edition,
        earlier=item.continues,
        later=getattr(item, "continued_by", None),
        open=not one.over and "confirmed" not in said,
    )
    if who.inside:
        view.signatures = _sides(item, about, edition, who)
        if plan.committee_id:
            view.parity = parity_of(plan.committee, on)
    return view


def _sides(item, about, edition, who):
    """Both sides' word on what is to be signed now: [{side, signature, you}]; the remark only where names are seen."""
    last = {}
    for agreement in item.agreements.all():
        if (agreement.about, agreement.edition) == (about, edition):
            last[agreement.side] = agreement
    return [
        {
            "side": side,
            "agreement": last.get(side),
            "remark": words_of(last.get(side)) if who.sees_names else "",
            "you": who.seat is not None and who.seat.co_chair and who.seat.side == side,
        }
        for side in (rules.MANAGEMENT, rules.WORKER)
    ]


def words_of(row) -> str:
    """Words that lie apart from a frozen row; empty when there are none or they were removed."""
    words = getattr(row, "words", None)
    return (words.body or {}).get("text", "") if words else ""


def history(item, who) -> list[Event]:
    """What happened, newest first. A buyer reads facts and moved days, no words and no person."""
    events = [
        (fact.at, Event(fact.on, fact.kind, words=words_of(fact) if who.inside else "", about=fact.get_how_display()))
        for fact in item.facts.all()
    ]
    for change in item.changes.select_related("words"):
        if who.inside or change.to_on:
            reason = (change.words.body or {}).get("reason", "") if who.inside else ""
            events.append((change.at, Event(change.on, "changed", words=reason, change=change)))
    if who.inside:
        events += [
            (one.at, Event(one.on, one.decision, face(one.member, who), words_of(one) if who.sees_names else "",
                           about=one.get_about_display()))
            for one in item.agreements.all()
        ]  # fmt: skip
    return [event for _at, event in sorted(events, key=lambda pair: pair[0], reverse=True)]


# --- committees ---------------------------------------------------------------------------------------------------


def committees(user):
    """Committees whose seats the person may look at."""
    return committees_visible_to(user).select_related("site__programme").order_by("site__name", "kind")


@dataclass
class CommitteeView:
    """A committee on a day: who sits, for one reader, and whether it may decide."""

    committee: Committee
    on: date
    parity: object
    sides: list
    past: list
    who: Standing


def committee_view(user, committee_id) -> CommitteeView | None:
    committee = committees(user).filter(pk=committee_id).first()
    if committee is None:
        return None
    on = today(committee.site.programme)
    who = standing(user, Plan(site=committee.site, committee=committee))
    seats = [(member, face(member, who)) for member in committee.members.select_related(*PEOPLE)]
    now = [(m, f) for m, f in seats if rules.in_office(m.since, m.until, on)]
    return CommitteeView(
        committee=committee,
        on=on,
        parity=parity_of(committee, on),
        sides=[(side, [pair for pair in now if pair[0].side == side]) for side in rules.SIDES],
        past=[(m, f) for m, f in seats if not rules.in_office(m.since, m.until, on)],
        who=who,
    )


def yesterday() -> date:
    """The day before today in UTC: earlier than today anywhere."""
    return timezone.now().date() - timedelta(days=1)


def parity_lines(counted) -> list[dict]:
    """The reasons of a count as lines for people: {code, good, words, small}, the good ones first."""
    smaller = _("worker") if counted.worker < counted.management else _("management")
    small = {
        "enough_people": _("%(here)d in office; at least %(need)d are needed."),
        "too_few": _("%(here)d in office; at least %(need)d are needed."),
    }
    numbers = {"here": counted.worker + counted.management, "need": counted.quorum}
    small = {code: text % numbers for code, text in small.items()}
    if counted.chairs_until and all(counted.chairs_until):
        ends = [long_date(day) for day in sorted(counted.chairs_until)]
        same, differ = _("Both terms end on %(one)s."), _("Their terms end on %(one)s and %(other)s.")
        words = same if ends[0] == ends[-1] else differ
        small["co_chairs_in_office"] = words % {"one": ends[0], "other": ends[-1]}
    if counted.emptied_on:
        small["not_equal"] = _("A seat of the %(side)s side is empty: a term ended on %(day)s.") % {
            "side": smaller, "day": long_date(counted.emptied_on),
        }  # fmt: skip
    warns = _("This warns, it does not stop you.")
    lines = []
    for code in counted.codes:
        good = code in rules.GOOD
        parts = [small.get(code, ""), "" if good or code in counted.blocking else warns]
        lines.append({"code": code, "good": good, "words": SENTENCES[code], "small": " ".join(filter(None, parts))})
    return lines
