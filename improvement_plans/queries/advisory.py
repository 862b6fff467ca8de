"""Reads for the screens of an advisory committee. Its members read aggregates: nothing here names a factory."""

from dataclasses import dataclass, field
from datetime import date

from django.db.models import Count, F

from core import access
from core.days import setting, today
from core.models import Programme
from core.removals import may_in_programme
from core.roles import Right
from improvement_plans import rules
from improvement_plans.models import (
    GROUP_CHOICES,
    AdvisoryCommittee,
    AdvisoryMeeting,
    AdvisoryPaper,
    ItemFact,
    Plan,
    PlanItem,
)
from improvement_plans.permissions import (
    advisory_seats,
    advisory_seats_today,
    advisory_visible_to,
    can_keep_advisory,
)
from improvement_plans.rules.advisory import attendance, days_overdue

FEWEST = 5  # factories below which a figure could be told of one of them


def advisory_committees(user):
    """Advisory committees the person may read."""
    return advisory_visible_to(user).select_related("programme").order_by("programme__name")


def programmes_without(user):
    """Programmes whose manager the person is and which have no advisory committee."""
    mine = Programme.objects.filter(pk__in=access.anchors(user, Right.PLAN_VISITS, Programme))
    return mine.filter(advisory_committee=None).order_by("name")


def sits_on_advisory(user) -> bool:
    """Does the person sit on an advisory committee today?"""
    return bool(advisory_seats_today(user))


@dataclass
class AdvisoryView:
    """An advisory committee on a day: `groups` [(Count, words, seats)], its meetings with who came, figures."""

    committee: AdvisoryCommittee
    on: date
    groups: list
    past: list
    meetings: list
    attended: dict
    overdue: int
    keeper: bool
    figures: dict = field(default_factory=dict)
    may_remove: bool = False
    open_promises: list = field(default_factory=list)


def _name(seat):
    if seat.user_id:
        return seat.user.name
    own = getattr(seat, "own_name", None)
    return (own.body or {}).get("name", "") if own else ""


def _seats(committee):
    """Its seats, each with the name of who sits there; empty where the name was removed. One query."""
    seats = list(committee.seats.select_related("user", "own_name"))
    for seat in seats:
        seat.name = _name(seat)
    return seats


def _last(meeting):
    return max(meeting.minutes.all(), key=lambda one: one.edition, default=None)


def _cells(minutes):
    """[(here, seats or more where more sit)] by group, in the order of the groups."""
    rows = [minutes.counted[group] for group in rules.GROUPS]
    return [{"here": here, "of": max(office, seats)} for here, office, seats in rows]


def advisory_view(user, committee_id) -> AdvisoryView | None:
    """A committee the person may read, or None. A fixed number of queries."""
    committee = advisory_committees(user).filter(pk=committee_id).first()
    if committee is None:
        return None
    programme = committee.programme
    on = today(programme)
    seats = _seats(committee)
    terms = rules.terms_of(setting(programme.pk, "advisory", on))
    now = [seat for seat in seats if rules.in_office(seat.since, seat.until, on)]
    counts = rules.counted(advisory_seats(seats), on, terms)
    words = dict(GROUP_CHOICES)
    meetings = []
    rows = committee.meetings.prefetch_related("minutes").annotate(handed=Count("papers"))
    for meeting in rows.order_by("-planned_on"):
        last = _last(meeting)
        meetings.append({"meeting": meeting, "minutes": last, "cells": _cells(last) if last else None})
    held = [row["minutes"] for row in meetings if row["minutes"]]
    sums = attendance(one.counted for one in held)
    keeper = can_keep_advisory(user, programme)
    return AdvisoryView(
        committee=committee,
        on=on,
        groups=[(one, words[one.group], [seat for seat in now if seat.group == one.group]) for one in counts],
        past=[seat for seat in seats if seat not in now],
        meetings=meetings,
        attended=[{"here": here, "of": of} for here, of in sums.values()] if held else [],
        overdue=days_overdue(terms, max((one.held_on for one in held), default=None), on),
        keeper=keeper,
        figures=figures(programme, on),
        may_remove=keeper and may_in_programme(user, committee, programme),
        open_promises=list(committee.commitments.filter(closed_in=None).select_related("made_in")),
    )


def figures(programme, on) -> dict:
    """What became of plans over all factories of a programme, each part with its whole. Three queries.

    Empty where fewer than five factories have a plan: a figure would be of one that a member can guess.
    """
    factories = Plan.objects.filter(site__programme=programme).values("site").distinct().count()
    if factories < FEWEST:
        return {}
    open_items = PlanItem.objects.filter(plan__site__programme=programme, continued_by=None)
    said = ItemFact.objects.filter(item__in=open_items.values("pk"), round=F("item__round"), kind__in=rules.FOUR)
    counts = dict(said.order_by().values_list("kind").annotate(n=Count("pk")))
    return {
        "factories": factories,
        "items": open_items.count(),
        "on": on,
        "facts": [(kind, counts.get(kind, 0)) for kind in rules.FOUR],
    }


@dataclass
class AdvisoryMeetingView:
    """One meeting for a reader: what it takes up, its papers, who was there by group, what was decided and follows.

    `carried`: what earlier meetings promised and none before this one closed.
    """

    meeting: AdvisoryMeeting
    committee: AdvisoryCommittee
    on: date
    minutes: object
    groups: list
    papers: list
    decisions: list
    notes: str
    language: str
    keeper: bool
    may_remove: bool
    carried: list
    promised: list
    open_promises: list

    @property
    def edition(self):
        return self.minutes.edition if self.minutes else 0

    @property
    def may_write(self):
        return self.keeper and self.meeting.planned_on <= self.on


def advisory_meeting_view(user, meeting_id) -> AdvisoryMeetingView | None:
    """One meeting, or None. A fixed number of queries."""
    meeting = (
        AdvisoryMeeting.objects.filter(pk=meeting_id, committee__in=advisory_visible_to(user))
        .select_related("committee__programme")
        .first()
    )
    if meeting is None:
        return None
    committee = meeting.committee
    programme = committee.programme
    on = today(programme)
    minutes = meeting.minutes.select_related("words").last()
    day = minutes.held_on if minutes else meeting.planned_on
    seats = [seat for seat in _seats(committee) if rules.in_office(seat.since, seat.until, day)]
    terms = rules.terms_of(setting(programme.pk, "advisory", day))
    present = set(minutes.present) if minutes else set()
    counts = rules.counted(advisory_seats(seats), day, terms, present if minutes else None)
    promises = list(committee.commitments.select_related("made_in", "closed_in"))
    words, body = dict(GROUP_CHOICES), (minutes.words.body or {}) if minutes else {}
    keeper = can_keep_advisory(user, programme)
    return AdvisoryMeetingView(
        meeting=meeting,
        committee=committee,
        on=on,
        minutes=minutes,
        groups=[
            (one, words[one.group], [(seat, str(seat.pk) in present) for seat in seats if seat.group == one.group])
            for one in counts
        ],
        papers=list(meeting.papers.all()),
        decisions=body.get("decisions", []),
        notes=body.get("notes", ""),
        language=body.get("language", ""),
        keeper=keeper,
        may_remove=keeper and may_in_programme(user, committee, programme),
        carried=[one for one in promises if _carried(one, meeting)],
        promised=[one for one in promises if one.made_in_id == meeting.pk],
        open_promises=[one for one in promises if one.closed_in is None],
    )


def _carried(promise, meeting):
    """Was it made before a meeting, and not closed by one before it?"""
    closed = promise.closed_in
    return promise.made_in.planned_on < meeting.planned_on and (
        closed is None or closed.planned_on >= meeting.planned_on
    )


def advisory_paper(user, paper_id) -> AdvisoryPaper | None:
    """A file the person may open, or None."""
    papers = AdvisoryPaper.objects.filter(meeting__committee__in=advisory_visible_to(user), redacted_at=None)
    return papers.filter(pk=paper_id).exclude(stored="").first()
