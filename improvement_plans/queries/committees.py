"""Reads for the screens of committees: who sits, elections, meetings. Names go through `face`."""

from dataclasses import dataclass
from datetime import date

from django.db.models import Prefetch
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.days import today
from core.removals import may_in_programme
from core.words import long_date
from improvement_plans import rules
from improvement_plans.models import Committee, Election, Meeting, MinutesSignature, Plan
from improvement_plans.permissions import SENTENCES, Standing, committees_visible_to, parity_of, standing
from improvement_plans.queries.plans import PEOPLE, card, face, facts_of, language_of, words_of
from improvement_plans.queries.translations import InYourLanguage, in_your_language
from improvement_plans.texts import texts_of


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
    may_remove: bool = False


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
        may_remove=who.staff and may_in_programme(user, committee, committee.site.programme),
    )


# The numbers of a reason in words, by which of them it brings.
NUMBERS = {
    frozenset({"have", "need"}): gettext_lazy("%(have)d of at least %(need)d."),
    frozenset({"have", "most"}): gettext_lazy("%(have)d of at most %(most)d."),
    frozenset({"workers", "need"}): gettext_lazy("%(workers)d people work here; it is asked for from %(need)d."),
    frozenset({"days", "most"}): gettext_lazy("%(days)d days ago; at most %(most)d are allowed."),
    frozenset({"months"}): gettext_lazy("A term is %(months)d months."),
}


def _numbers_of(reason):
    words = NUMBERS.get(frozenset(reason.numbers))
    parts = [words % reason.numbers if words else ""]
    if reason.unchecked:
        parts.append(_("This number of the rule is unchecked."))
    return " ".join(filter(None, parts))


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
    small |= {reason.code: _numbers_of(reason) for reason in counted.reasons}
    warns = _("This warns, it does not stop you.")
    lines = []
    for code in counted.codes:
        good = code in rules.GOOD
        parts = [small.get(code, ""), "" if good or code in counted.blocking else warns]
        lines.append({"code": code, "good": good, "words": SENTENCES[code], "small": " ".join(filter(None, parts))})
    return lines


# --- elections ----------------------------------------------------------------------------------------------------


@dataclass
class Vote:
    """An election as one reader may see it: names of candidates in her committee and the programme only."""

    election: Election
    state: str
    rows: list
    words: list
    may_contest: bool = False
    may_settle: bool = False

    @property
    def stands(self):
        return self.state in (rules.COUNTED, rules.UPHELD)


def votes_of(view) -> list[Vote]:
    """The elections of a committee, newest first. Three queries, however many there were.

    Why it was contested is for the worker side and the programme: a reason may tell who gave it.
    """
    found = view.committee.elections.prefetch_related("candidates__own_name", "words__words")
    who = view.who
    reads_why = who.staff or rules.WORKER in who.sides
    return [_vote(election, who, reads_why) for election in found]


def _vote(election, who, reads_why):
    words = list(election.words.all())
    state = rules.election_state(word.kind for word in words)
    candidates = list(election.candidates.all())
    elected, tied = rules.result({str(one.pk): one.votes for one in candidates}, election.seats)
    rows = []
    for number, one in enumerate(candidates, start=1):
        name = (one.own_name.body or {}).get("name", "") if who.sees_names else ""
        key = str(one.pk)
        rows.append(
            {
                "name": name or _("Candidate %(n)d") % {"n": number},
                "votes": one.votes,
                "elected": key in elected,
                "tied": key in tied,
            }
        )
    return Vote(
        election=election,
        state=state,
        rows=rows,
        words=[(word, words_of(word) if reads_why else "", language_of(word)) for word in words],
        may_contest=(rules.WORKER in who.sides or who.keeper) and state not in (rules.CONTESTED, rules.ANNULLED),
        may_settle=who.keeper and state == rules.CONTESTED,
    )


# --- meetings -----------------------------------------------------------------------------------------------------

# What both signatures make of a meeting: the status of the house it stands with, and its words.
MINUTES_WORDS = {
    "": ("not_started", gettext_lazy("Planned")),
    "unsigned": ("partly", gettext_lazy("Written, nobody has signed")),
    "one_side": ("partly", gettext_lazy("One side has signed")),
    "refused_one_side": ("take_care", gettext_lazy("One side did not sign")),
    "signed": ("done", gettext_lazy("Signed by both sides")),
    "reserved": ("done", gettext_lazy("Signed by both sides, with a reservation")),
    "deadlock": ("take_care", gettext_lazy("Deadlock: one side signed, the other did not")),
    "refused": ("take_care", gettext_lazy("Neither side signed")),
}


def meetings_of(view) -> list[dict]:
    """Meetings of a committee with their state, newest first. Three queries, however many there are."""
    signatures = Prefetch("minutes__signatures", MinutesSignature.objects.order_by("at", "id"))
    found = view.committee.meetings.prefetch_related("minutes", signatures)
    rows = []
    for meeting in found:
        last = max(meeting.minutes.all(), key=lambda one: one.edition, default=None)
        status, words = MINUTES_WORDS[_state(last)]
        rows.append({"meeting": meeting, "status": status, "words": words})
    return rows


def _state(minutes):
    if minutes is None:
        return ""
    return rules.minutes_state({one.side: one.decision for one in minutes.signatures.all()})


@dataclass
class MeetingView:
    """A meeting for one reader: its agenda with what was decided, who was there by side, who signed."""

    meeting: Meeting
    committee: Committee
    who: Standing
    on: date
    lines: list
    sides: list
    minutes: object
    notes: str
    signatures: list
    state: str
    promised: list
    open_promises: list
    parity: object
    counted: list
    language: str
    yours: InYourLanguage
    may_remove: bool = False

    @property
    def edition(self):
        return self.minutes.edition if self.minutes else 0

    @property
    def status(self):
        return MINUTES_WORDS[self.state][0]

    @property
    def state_words(self):
        return MINUTES_WORDS[self.state][1]

    @property
    def settled(self):
        return self.state in ("signed", "reserved")

    @property
    def may_write(self):
        return (
            (self.who.seat is not None or self.who.keeper) and not self.settled and self.meeting.planned_on <= self.on
        )

    @property
    def asks(self):
        """Does this meeting wait for a signature of the reader's?"""
        return self.may_sign and any(side["you"] and side["signature"] is None for side in self.signatures)

    @property
    def decided(self):
        return [row for row in self.lines if row["decision"]]

    @property
    def undecided(self):
        return [row for row in self.lines if not row["decision"]]

    @property
    def may_sign(self):
        return bool(self.minutes and self.who.seat and self.who.seat.co_chair and not self.settled)


def meeting_view(user, meeting_id) -> MeetingView | None:
    """One meeting for one reader, or None. A fixed number of queries."""
    meeting = (
        Meeting.objects.filter(pk=meeting_id, committee__in=committees_visible_to(user))
        .select_related("committee__site__programme")
        .first()
    )
    if meeting is None:
        return None
    committee = meeting.committee
    on = today(committee.site.programme)
    who = standing(user, Plan(site=committee.site, committee=committee))
    minutes = (
        meeting.minutes.select_related("words")
        .prefetch_related(
            Prefetch(
                "signatures",
                MinutesSignature.objects.select_related("words", "member__user", "member__own_name").order_by(
                    "at", "id"
                ),
            )
        )
        .last()
    )
    day = minutes.held_on if minutes else meeting.planned_on
    present = set(minutes.present) if minutes else set()
    members = [m for m in committee.members.select_related(*PEOPLE) if rules.in_office(m.since, m.until, day)]
    body = (minutes.words.body or {}) if minutes else {}
    return MeetingView(
        meeting=meeting,
        committee=committee,
        who=who,
        on=on,
        lines=_agenda(meeting, body.get("decisions", {}), on),
        sides=[
            (side, [(m, face(m, who), str(m.pk) in present) for m in members if m.side == side]) for side in rules.SIDES
        ],
        minutes=minutes,
        notes=body.get("notes", ""),
        signatures=_signed(minutes, who),
        state=_state(minutes),
        promised=list(meeting.commitments.all()),
        open_promises=list(committee.commitments.filter(closed_in=None).select_related("made_in")),
        parity=None if minutes else parity_of(committee, on),
        language=body.get("language", ""),
        yours=in_your_language(texts_of(meeting), True, meeting=meeting),
        counted=[_sentence(code) for code in minutes.parity["codes"]] if minutes else [],
        may_remove=who.staff and may_in_programme(user, committee, committee.site.programme),
    )


def _sentence(code):
    """One reason of a day that is over, from what is kept beside the minutes."""
    return {"good": code in rules.GOOD, "words": SENTENCES.get(code, code), "small": ""}


def _agenda(meeting, decisions, on):
    """Lines of an agenda with the outsiders' word of their items, and what was decided."""
    lines = list(meeting.agenda.select_related("item__responsible", "commitment__made_in", "commitment__closed_in"))
    items = [line.item for line in lines if line.item_id]
    said = facts_of(items)
    return [
        {
            "line": line,
            "card": card(line.item, said[line.item_id], on) if line.item_id else None,
            "decision": decisions.get(str(line.pk), ""),
        }
        for line in lines
    ]


def _signed(minutes, who):
    last = {one.side: one for one in minutes.signatures.all()} if minutes else {}
    return [
        {
            "side": side,
            "signature": last.get(side),
            "face": face(last[side].member, who) if side in last else None,
            "reason": words_of(last.get(side)),
            "language": language_of(last.get(side)),
            "you": who.seat is not None and who.seat.co_chair and who.seat.side == side,
        }
        for side in (rules.MANAGEMENT, rules.WORKER)
    ]


def there(view) -> list[dict]:
    """How many were there of how many, by side: what the sheet for the notice board says instead of names."""
    return [
        {"side": side, "here": sum(1 for _m, _f, here in seats if here), "seats": len(seats)}
        for side, seats in view.sides
    ]
