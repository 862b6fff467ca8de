"""Reads for the screens of plans, always scoped by person, with a fixed number of queries.

It refuses to hand a worker's name to anybody but her own committee and the programme: names go through `face`.
"""

from dataclasses import dataclass, field
from datetime import date
from functools import reduce
from operator import or_

from django.db.models import Exists, F, OuterRef, Prefetch, Q, Subquery
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from core import access
from core.days import today
from core.models import Programme
from core.removals import may_in_programme
from core.roles import Right
from factories.models import Site
from improvement_plans import rules
from improvement_plans.models import (
    SIDE_CHOICES,
    Agreement,
    ItemChange,
    ItemFact,
    LadderStep,
    Member,
    Plan,
    PlanItem,
)
from improvement_plans.permissions import (
    OF_SITE,
    SEES_PLANS,
    Standing,
    can_keep_committee,
    committees_visible_to,
    items_visible_to,
    ladder_of,
    offered,
    parity_of,
    plans_visible_to,
    standing,
)
from improvement_plans.queries.evidence import Shown, evidence_of, words_of_question
from improvement_plans.queries.translations import InYourLanguage, in_your_language, issue_in_your_language
from improvement_plans.texts import read_by, texts_of


@dataclass
class Card:
    """One item as a screen shows it. `fix` holds the four days of the running round, for the seam.

    `up`, `down`: on a board, before which item it stands once it was moved by one place; empty where it cannot be.
    """

    item: PlanItem
    status: str
    fix: dict
    late: int = 0
    waits: str = ""
    role: str = ""
    mine: bool = False
    facts: set = field(default_factory=set)
    next_told: str = ""
    came_back: bool = False
    up: str = ""
    down: str = ""

    @property
    def over(self):
        """Nothing is to be done any more: withdrawn, or it goes on in a newer item."""
        return "withdrawn" in self.facts or getattr(self.item, "goes_on", False)

    @property
    def since(self):
        return self.item.duty_since or self.item.added_on

    @property
    def steps(self):
        """[(number, words, the day it was said to be done or None)]."""
        done = self.item.steps_done
        return [
            (number, words, date.fromisoformat(done[str(number)]) if str(number) in done else None)
            for number, words in enumerate(rules.steps_in(self.item.steps), start=1)
        ]

    @property
    def steps_done(self):
        return sum(1 for _number, _words, on in self.steps if on)


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


def with_facts(items):
    """Items that know the days of their running round, whether they go on elsewhere, whether they came back, of what
    kind the assessment was whose report found them, and what a translator made of their words for this reader."""
    here = ItemFact.objects.filter(item=OuterRef("pk"), round=OuterRef("round"))
    days = {f"said_{kind}": Subquery(here.filter(kind=kind).values("on")) for kind in (*rules.FOUR, rules.WITHDRAWN)}
    in_order = ItemFact.objects.filter(item=OuterRef("continues"), kind__in=[rules.VERIFIED, rules.CONFIRMED])
    kind = F("finding__report__assessment__kind")
    return _with_goes_on(items).annotate(
        came_back=Exists(in_order), report_kind=kind, translated=issue_in_your_language(), **days
    )


def said_of(item) -> dict:
    """{kind: day} of the running round, of an item asked for by `with_facts`."""
    days = {kind: getattr(item, f"said_{kind}") for kind in (*rules.FOUR, rules.WITHDRAWN)}
    return {kind: day for kind, day in days.items() if day}


def card(item, said, on) -> Card:
    """An item with the outsiders' word for it on a day."""
    return Card(
        item=item,
        status=rules.item_status(said, due_on=item.due_on, planned=item.planned, today=on),
        fix={f"{kind}_on": said.get(kind) for kind in rules.FOUR},
        late=rules.days_late(item.due_on, on),
        facts=set(said),
        came_back=getattr(item, "came_back", False),
    )


def with_ladder(cards, on, programme_id):
    """Say on each card who is told when it slips once more. One query for any number of cards."""
    ladder, every = ladder_of(programme_id, on)
    for one in cards:
        slips = rules.slips_on(one.item.slips, one.item.due_on, on, every)
        rung = None if one.facts & set(rules.FOUR) else rules.next_rung(slips, ladder)
        one.next_told = TOLD[rung.told] if rung else ""


# Who is told when something slips again.
TOLD = {
    "committee": gettext_lazy("the committee is told"),
    "factory": gettext_lazy("the factory’s management is told"),
    "programme": gettext_lazy("the programme is told"),
    "buyers": gettext_lazy("buyers who may read the plan are told"),
}


def slipped(user, held=None) -> int:
    """How many open items of the person's factories slipped so often that somebody was told of it. One query.

    Both sides are told the same; the programme and buyers from their own rung on. `held`: what she may do anywhere.
    """
    here = LadderStep.objects.filter(item=OuterRef("pk"), round=OuterRef("round"))
    said = ItemFact.objects.filter(item=OuterRef("pk"), round=OuterRef("round"))
    held, told = held or access.held(user), []
    if held.any(*OF_SITE):
        told.append(Q(plan__site__in=access.anchors_any(user, OF_SITE, Site)) & Exists(here))
    if held.any(*SEES_PLANS):
        staffed = Q(plan__site__programme__in=access.anchors_any(user, SEES_PLANS, Programme))
        told.append(staffed & Exists(here.filter(told="programme")))
    if held.any(Right.ACT_FOR_BUYER):
        told.append(Q(plan__in=plans_visible_to(user).values("pk")) & Exists(here.filter(told="buyers")))
    if not told:
        return 0
    items = PlanItem.objects.filter(reduce(or_, told), continued_by=None)
    return items.exclude(Exists(said.filter(kind__in=[*rules.FOUR, "withdrawn"]))).count()


def _with_goes_on(items):
    return items.annotate(goes_on=Exists(PlanItem.objects.filter(continues=OuterRef("pk"))))


# --- one plan -----------------------------------------------------------------------------------------------------


@dataclass
class Board:
    """A plan by the outsiders' words: `columns` is [(status, [Card])], `over` what goes on elsewhere.

    `seated`: the reader has or had a seat in its committee; screens then stay the phone's. `inside`: she may look at
    the committee. `keeper`: no committee is written down, and she is one who writes it down. `changes`, `reports`:
    what the board offers her.
    """

    plan: Plan
    on: date
    columns: list
    over: list
    seated: bool
    inside: bool
    keeper: bool
    changes: bool
    reports: bool

    @property
    def order(self):
        """Ids of the items as they stand, from the first column to the last."""
        return [str(one.item.pk) for _status, cards in self.columns for one in cards]


def board(user, plan_id, held=None) -> Board | None:
    """A plan the person may read, or None. Three queries for any number of items, two more for a buyer.

    A column stands in the committee's order; what nobody put in its place is on top, by urgency.

    `held`: what the person may do anywhere, where that is known (core.access.held_in).
    """
    seat = Member.objects.filter(committee=OuterRef("committee"), user_id=user.pk)
    plan = (
        plans_visible_to(user, held)
        .select_related("site__programme", "cycle", "committee")
        .annotate(
            **offered(user),
            seated=Exists(seat),
            inside=Exists(committees_visible_to(user).filter(pk=OuterRef("committee"))),
        )
        .filter(pk=plan_id)
        .first()
    )
    if plan is None:
        return None
    on = today(plan.site.programme)
    items = with_facts(PlanItem.objects.filter(plan=plan))
    cards = sorted(
        (card(item, said_of(item), on) for item in items), key=lambda one: (one.item.position, *by_urgency(one))
    )
    with_ladder(cards, on, plan.site.programme_id)
    columns = [(status, [one for one in cards if one.status == status and not one.over]) for status in rules.BOARD]
    for _status, column in columns:
        _neighbours(column)
    keeper = plan.committee_id is None and can_keep_committee(user, plan.site)
    over = [one for one in cards if one.over]
    return Board(plan, on, columns, over, plan.seated, plan.inside, keeper, plan.changes_it, plan.reports_it)


def _neighbours(column):
    """Say on each card before which item a move by one place puts it; "end" is after the last one."""
    ids = [str(one.item.pk) for one in column]
    for at, one in enumerate(column):
        one.up = ids[at - 1] if at else ""
        one.down = [*ids, "end"][at + 2] if at + 1 < len(ids) else ""


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
    """{plan id: {status: n}} for the plans of one page. One query."""
    items = with_facts(PlanItem.objects.filter(plan__in=[plan.pk for plan in page]))
    days = {plan.pk: today(plan.site.programme) for plan in page}
    counts: dict = {plan.pk: dict.fromkeys(rules.URGENCY, 0) for plan in page}
    for item in items:
        one = card(item, said_of(item), days[item.plan_id])
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
    managed = access.anchors(user, Right.MANAGE_FACTORY, Site)
    # Their plans first: else a database looks through every item of the programme.
    own = list(Plan.objects.filter(Q(committee__in=list(seats)) | Q(site__in=managed)).values_list("pk", flat=True))
    if not own:
        return []
    items = list(
        with_facts(PlanItem.objects).filter(plan__in=own, continued_by=None).select_related("plan__site__programme")
    )
    if not items:
        return []
    signed = _signatures(items)
    cards = []
    for item in items:
        one = card(item, said_of(item), today(item.plan.site.programme))
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


def this_week(user) -> int:
    """How many things wait for a person: answers she owes, and what she is named in or answers for and that is late."""
    return sum(1 for one in my_items(user) if one.waits or (one.late and (one.mine or one.role == "")))


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


def late_in_programmes(user, day) -> int:
    """How many items of her programmes are past their day and nobody reported a fix. One query."""
    here = ItemFact.objects.filter(item=OuterRef("pk"), round=OuterRef("round"))
    programmes = access.anchors(user, Right.PLAN_VISITS, Programme)
    late = PlanItem.objects.filter(plan__site__programme__in=programmes, continued_by=None, due_on__lt=day)
    return late.exclude(Exists(here.exclude(kind="reopened"))).count()


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
    """One line of an item's history: day, a status or fact, words where the reader may see them. `part`: what they are
    called in a translation.
    """

    on: date
    key: str
    face: Face | None = None
    words: str = ""
    language: str = ""
    change: object = None
    about: str = ""
    typed: object = None
    kind: str = ""
    fields: list = field(default_factory=list)
    part: str = ""


# What of an item can be changed, as its history says it.
FIELD_WORDS = {
    "issue": gettext_lazy("what it is called"),
    "cause": gettext_lazy("cause"),
    "steps": gettext_lazy("what will change"),
    "expected": gettext_lazy("what will show it"),
    "cost": gettext_lazy("cost"),
    "saving": gettext_lazy("saving"),
    "currency": gettext_lazy("currency"),
    "priority": gettext_lazy("priority"),
    "responsible": gettext_lazy("who does it"),
    "witness": gettext_lazy("witness"),
}


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
    may_remove: bool = False
    writing: object = None
    evidence: Shown = field(default_factory=Shown)
    rule: dict = field(default_factory=dict)
    yours: InYourLanguage | None = None

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
        return self.open and self.who.reports and not self.card.facts & {"reported", "verified", "confirmed"}

    @property
    def may_change(self):
        return self.may_mark and "reported" not in self.card.facts

    @property
    def may_mark(self):
        return self.open and self.who.changes and not self.card.facts & {"verified", "confirmed"}

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
        with_facts(items_visible_to(user))
        .select_related(
            "finding__question__version", "plan__site__programme", "plan__cycle", "plan__committee",
            "continues__plan__cycle", "continued_by",
            *(f"{seat}__{part}" for seat in ("responsible", "witness") for part in PEOPLE),
        )
        .prefetch_related(
            Prefetch("facts", ItemFact.objects.select_related("words")),
            Prefetch("changes", ItemChange.objects.select_related("words")),
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
    said = said_of(item)
    one = card(item, said, on)
    with_ladder([one], on, plan.site.programme_id)
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
        may_remove=who.staff and may_in_programme(user, item, plan.site.programme),
        writing=item.writings.last() if who.inside else None,
        later=getattr(item, "continued_by", None),
        open=not one.over and "confirmed" not in said,
        evidence=evidence_of(item, who),
        rule=words_of_question(item.finding.question, get_language()) if item.finding_id else {},
        yours=in_your_language(read_by(texts_of(item), who), who.inside, item=item),
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
            "language": language_of(last.get(side)),
            "you": who.seat is not None and who.seat.co_chair and who.seat.side == side,
        }
        for side in (rules.MANAGEMENT, rules.WORKER)
    ]


def words_of(row) -> str:
    """Words that lie apart from a frozen row; empty when there are none or they were removed."""
    words = getattr(row, "words", None)
    return (words.body or {}).get("text", "") if words else ""


def language_of(row) -> str:
    """The language those words are written in; empty where it is not known."""
    words = getattr(row, "words", None)
    return (words.body or {}).get("language", "") if words else ""


def _typed(row, read) -> dict:
    """The words of a frozen row as what a removal names, for who reads them."""
    words = getattr(row, "words", None) if read else None
    return {"typed": words, "kind": words._meta.label_lower} if words else {}


def kind_of(fact, said) -> str:
    """The kind of a fact; "relapsed" where a later report found again what was checked and in order."""
    if fact.kind == rules.REOPENED and fact.report_id and {(fact.round, k) for k in ("verified", "confirmed")} & said:
        return "relapsed"
    return fact.kind


def history(item, who) -> list[Event]:
    """What happened, newest first. A buyer reads facts and moved days, no words and no person."""
    said = {(fact.round, fact.kind) for fact in item.facts.all()}
    events = [
        (fact.at, Event(fact.on, kind_of(fact, said), words=words_of(fact) if who.inside else "",
                        language=language_of(fact), part=f"fact {fact.pk}",
                        about=fact.get_how_display(), **_typed(fact, who.inside)))
        for fact in item.facts.all()
    ]  # fmt: skip
    events += [(one.at, Event(one.on, "told", about=TOLD[one.told])) for one in item.ladder.all()]
    for change in item.changes.all():
        if who.inside or change.to_on:
            reason = (change.words.body or {}).get("reason", "") if who.inside else ""
            fields = [FIELD_WORDS[name] for name in change.fields if name in FIELD_WORDS] if who.inside else []
            event = Event(
                change.on,
                "changed",
                words=reason,
                language=language_of(change),
                change=change,
                fields=fields,
                part=f"reason {change.pk}",
                **_typed(change, who.inside),
            )
            events.append((change.at, event))
    if who.inside:
        sides = dict(SIDE_CHOICES)
        events += [
            (one.at, Event(one.on, "step-done" if one.done else "step-open", about=one.number,
                           words=sides.get(one.side) or _("The programme")))
            for one in item.step_marks.all()
        ]  # fmt: skip
        events += [
            (one.at, Event(one.on, one.decision, face(one.member, who), words_of(one) if who.sees_names else "",
                           language=language_of(one), part=f"remark {one.pk}",
                           about=one.get_about_display(), **_typed(one, who.sees_names)))
            for one in item.agreements.all()
        ]  # fmt: skip
    return [event for _at, event in sorted(events, key=lambda pair: pair[0], reverse=True)]
