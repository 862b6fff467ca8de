"""What a planner needs: which factories are due, who is where when, and what speaks against a plan."""

from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import reduce
from operator import or_

from django.db.models import Exists, Max, OuterRef, Q, Value
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from checklists.models import Cluster
from compliance import rules
from compliance.models import Absence, Advisee, Assessment, AssessmentMember, Interpreter, Tie, VisitMember
from compliance.queries.clocks import Times, due_before, times_of
from compliance.states import VISITING
from core import access
from core.models import User
from core.roles import Right
from core.words import long_date
from factories.models import Season, Site, WorkforcePart

GONE = ("cancelled", "not_held")
WEEKS = 8
# A language counts when at least one in ten workers speaks it.
MANY = 10
LONGEST_PLAN = 31  # days

SHOWS = {
    "due": gettext_lazy("Due"),
    "late": gettext_lazy("Late"),
    "never": gettext_lazy("Never visited"),
    "planned": gettext_lazy("Planned"),
}


def _overlap(first, last, since="since", until="until"):
    """Condition: the span of a row meets these days; an open end goes on."""
    return Q(**{f"{since}__lte": last}) & (Q(**{f"{until}__gte": first}) | Q(**{f"{until}": None}))


def plan_facts(*, times: Times, site, people, first: date, last: date, interpreter=None) -> rules.PlanFacts:
    """What is known of a plan, for rules.plan_warnings. At most five queries."""
    ids = [person.pk for person in people]
    last = min(last, first + timedelta(days=LONGEST_PLAN))
    days = tuple(first + timedelta(days=n) for n in range((last - first).days + 1))
    at_site = Assessment.objects.filter(cycle__site=site, visited_on__isnull=False).exclude(state__in=GONE)
    latest = at_site.filter(visited_on__lt=first).order_by("-visited_on", "-pk").values("pk")[: rules.SAME_PAIR]
    earlier: dict = {}
    for visit, on, user_id in (
        AssessmentMember.objects.filter(assessment__in=latest)
        .order_by("-assessment__visited_on", "-assessment")
        .values_list("assessment", "assessment__visited_on", "user")
    ):
        earlier.setdefault((visit, on), set()).add(user_id)
    marked = _marked(
        tie=Tie.objects.filter(_overlap(first, last), site=site),
        advised=Advisee.objects.filter(site=site, until__lt=first),
        busy=AssessmentMember.objects.filter(
            _overlap(first, last, "assessment__planned_from", "assessment__planned_until"), user__in=ids,
            assessment__state__in=("planned", "in_progress"),
        ),
        on_visit=VisitMember.objects.filter(
            _overlap(first, last, "visit__planned_from", "visit__planned_until"), user__in=ids, visit__held_on=None,
            visit__called_off_at=None,
        ),
        away=Absence.objects.filter(_overlap(first, last), ended_at=None, programme=times.programme),
    )  # fmt: skip
    window = None
    if earlier:
        _visit, on = next(iter(earlier))
        window = (times.due_on("next-from", on), times.due_on("next", on))
    return rules.PlanFacts(
        people=frozenset(ids),
        days=days,
        free={day: times.calendar.holiday(day) for day in days if times.calendar.is_free(day)},
        ties=frozenset(marked["tie"]),
        advised=frozenset(marked["advised"]),
        before=tuple(map(frozenset, earlier.values())),
        busy=frozenset(marked["busy"] | marked["on_visit"]),
        away=frozenset(marked["away"]),
        unspoken=_unspoken(times.programme, site, [*ids, *([interpreter.pk] if interpreter else [])], first),
        peaks=tuple(Season.objects.filter(site=site, kind="peak", until=None).values_list("first_month", "last_month")),
        window=window,
    )


def _marked(**rows) -> dict:
    """{what is known: {ids of the people}} of several querysets about people, in one query."""
    first, *rest = (
        found.order_by().annotate(mark=Value(mark)).values_list("mark", "user_id") for mark, found in rows.items()
    )
    marked: dict = {mark: set() for mark in rows}
    for mark, user_id in first.union(*rest):
        marked[mark].add(user_id)
    return marked


def _unspoken(programme, site, people, day) -> tuple:
    """Languages many workers speak, none of the programme's own, which nobody who goes interprets."""
    rows = WorkforcePart.objects.filter(workforce__site=site, by="language").order_by("-workforce__counted_on")
    newest = list(rows.values_list("workforce", "workforce__total", "code", "count"))
    many = {
        code for workforce, total, code, count in newest
        if workforce == newest[0][0] and total and count * MANY >= total and code not in programme.languages
    }  # fmt: skip
    if not many:
        return ()
    spoken = Interpreter.objects.filter(_overlap(day, day), programme=programme, user__in=people)
    return tuple(sorted(many - set(spoken.values_list("language", flat=True))))


def warning_words(found, people) -> list[str]:
    """Each warning as a sentence. people: those it may be about."""
    names = {str(person.pk): person.name for person in people}

    def say(code, about):
        name = names.get(about, "")
        return {
            "tie": lambda: _("%(name)s declared a tie to this factory.") % {"name": name},
            "advised": lambda: _("%(name)s advised this factory before.") % {"name": name},
            "same-pair": lambda: _("The same people assess this factory for the third time in a row."),
            "busy": lambda: _("%(name)s is on another visit in these days.") % {"name": name},
            "leave": lambda: _("%(name)s is away in these days.") % {"name": name},
            "holiday": lambda: _("%(day)s is a public holiday.") % {"day": long_date(date.fromisoformat(about))},
            "weekend": lambda: _("Nobody works on %(day)s.") % {"day": long_date(date.fromisoformat(about))},
            "interpreter": lambda: _("Nobody who goes interprets “%(language)s”.") % {"language": about},
            "peak": lambda: _("The factory has its peak season then."),
            "early": lambda: _("It is not due before %(day)s.") % {"day": long_date(date.fromisoformat(about))},
            "late": lambda: _("It was due until %(day)s.") % {"day": long_date(date.fromisoformat(about))},
        }[code]()

    return [say(code, about) for code, about in found]


# --- the board -------------------------------------------------------------------------------------------------


def board_rows(programme, show: str):
    """Factories of one list of the board, as a queryset to be paged: assessments (due, late, planned) or sites."""
    times = times_of([programme])
    if show == "never":
        any_visit = Assessment.objects.filter(cycle__site=OuterRef("pk")).exclude(state__in=GONE)
        here = Site.objects.filter(programme=programme, status=Site.Status.ACTIVE, survivor=None)
        return here.exclude(Exists(any_visit)).order_by("name")
    if show == "planned":
        planned = Assessment.objects.filter(programme=programme, state="planned", cycle__isnull=False)
        return (
            planned.select_related("cycle__site").prefetch_related("members__user").order_by("planned_from", "number")
        )
    return due_before("next" if show == "late" else "next-from", times)


@dataclass
class BoardRow:
    """One factory of the board: when it was visited last, when it is due, what to heed, who goes."""

    site: Site
    last_on: date | None = None
    due_from: date | None = None
    due_until: date | None = None
    planned: Assessment | None = None
    peaks: list = field(default_factory=list)
    late: bool = False


def fill_board(times: Times, rows, show: str) -> list[BoardRow]:
    """The rows of one page with what stands beside them. Two queries, whatever their number."""
    found = []
    for row in rows:
        if show == "never":
            found.append(BoardRow(site=row))
        elif show == "planned":
            found.append(BoardRow(site=row.cycle.site, planned=row))
        else:
            due = times.due_on("next", row.visited_on)
            opens = times.due_on("next-from", row.visited_on)
            found.append(BoardRow(row.cycle.site, row.visited_on, opens, due, late=due < times.day))
    peaks: dict = {}
    for season in Season.objects.filter(site__in=[row.site.pk for row in found], kind="peak", until=None):
        peaks.setdefault(season.site_id, []).append((season.first_month, season.last_month))
    if show == "planned":
        lasts = Assessment.objects.filter(cycle__site__in=[row.site.pk for row in found], visited_on__isnull=False)
        last_on = dict(lasts.values_list("cycle__site").annotate(on=Max("visited_on")).order_by())
        for one in found:
            one.last_on = last_on.get(one.site.pk)
    for one in found:
        one.peaks = peaks.get(one.site.pk, [])
    return found


def week_grid(all_times: list[Times], first: date, *, pairs=False) -> dict:
    """Who is where in the next weeks: {weeks: [{on, holidays}], rows: [{people: [names], cells: [[what]]}]}.

    A row for each assessor, with her other visits and her leave; or, with `pairs`, one for each set of assessors whose
    visit is planned or under way, the first to go first. what: {kind: visit | other | leave, words, number, since,
    until}. What lasts over a week's end stands in both weeks. Four queries at most, whatever the number of programmes.
    """
    first -= timedelta(days=first.isoweekday() - 1)
    weeks = [first + timedelta(weeks=n) for n in range(WEEKS)]
    end = first + timedelta(weeks=WEEKS) - timedelta(days=1)
    programmes = [times.programme for times in all_times]
    rows: dict = {}
    if not pairs:
        everybody = [access.holders(Right.ASSESS, programme) for programme in programmes]
        held = User.objects.filter(reduce(or_, (Q(pk__in=ids) for ids in everybody)), is_active=True)
        for person in held.order_by("first_name", "username"):
            rows[person.pk] = {"people": [person.name], "cells": [[] for _week in weeks]}
    for key, people, what in _stays(programmes, first, end, pairs):
        if pairs:
            rows.setdefault(key, {"people": people, "cells": [[] for _week in weeks]})
        for n, week in enumerate(weeks):
            if key in rows and what["since"] <= week + timedelta(days=6) and what["until"] >= week:
                rows[key]["cells"][n].append(what)
    return {
        "weeks": [{"on": week, "holidays": _holidays(all_times, week)} for week in weeks],
        "rows": list(rows.values()),
    }


def _stays(programmes, first, end, pairs):
    """(whose row, names, what) of each stay in these days."""
    members = AssessmentMember.objects.filter(
        _overlap(first, end, "assessment__planned_from", "assessment__planned_until"),
        assessment__programme__in=programmes,
    ).exclude(assessment__state__in=GONE)  # fmt: skip
    if pairs:
        members = members.filter(
            assessment__outcome="", assessment__state__in=VISITING, assessment__cycle__isnull=False
        )
    members = members.select_related("user", "assessment__cycle__site", "assessment__of_programme")
    teams: dict = {}
    for one in members.order_by("assessment__planned_from", "assessment__number"):
        teams.setdefault(one.assessment, []).append(one)
    for visit, team in teams.items():
        subject = visit.cycle.site if visit.cycle else visit.of_programme
        what = _stay("visit", visit.planned_from, visit.planned_until, subject.name, visit.number)
        if pairs:
            team.sort(key=lambda one: (not one.lead, one.user.name))
            yield tuple(one.user_id for one in team), [one.user.name for one in team], what
        else:
            yield from ((one.user_id, (), what) for one in team)
    if pairs:
        return
    others = VisitMember.objects.filter(
        _overlap(first, end, "visit__planned_from", "visit__planned_until"), visit__programme__in=programmes,
        visit__called_off_at=None,
    )  # fmt: skip
    for one in others.select_related("visit__site"):
        visit = one.visit
        yield one.user_id, (), _stay("other", visit.planned_from, visit.planned_until, visit.site.name)
    for one in Absence.objects.filter(_overlap(first, end), programme__in=programmes, ended_at=None):
        yield one.user_id, (), _stay("leave", one.since, one.until)


def _stay(kind, since, until, words="", number=""):
    return {"kind": kind, "since": since, "until": until, "words": words, "number": number}


def _holidays(all_times, week):
    days = [week + timedelta(days=n) for n in range(7)]
    named = {(day, times.calendar.holiday(day)) for times in all_times for day in days}
    return sorted((day, name) for day, name in named if name)


def interpreters(programme, on):
    """Who interprets for a programme on a day, each with her `languages`: people by name."""
    rows = Interpreter.objects.filter(_overlap(on, on), programme=programme).select_related("user")
    people: dict = {}
    for row in rows.order_by("user__first_name", "language"):
        people.setdefault(row.user, []).append(row.language)
    return people


def planning_facts(programme, on) -> dict:
    """What was declared for planning in a programme: ties, absences, interpreters that hold on a day or later."""
    later = Q(until=None) | Q(until__gte=on)
    return {
        "ties": Tie.objects.filter(later, site__programme=programme).select_related("user", "site").order_by("pk"),
        "absences": Absence.objects.filter(later, programme=programme, ended_at=None)
        .select_related("user")
        .order_by("since"),
        "interpreters": Interpreter.objects.filter(later, programme=programme).select_related("user").order_by("pk"),
    }


def clusters_of(version):
    """[(key, title)] of the clusters of a checklist, for a check that asks some of them only."""
    return Cluster.objects.filter(version=version).order_by("position").values_list("key", "title")


def plan_decisions(assessment):
    """What spoke against the plan of a visit and why it was made all the same. For who plans."""
    return assessment.plan_decisions.select_related("decided_by").order_by("decided_at")
