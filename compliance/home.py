"""What compliance puts on the home page and in the menu.

Cases of serious harm are never a line of the home page; their place in the menu exists for their readers alone.
"""

from datetime import timedelta

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from compliance import permissions, queries
from core import access, home
from core.models import Programme
from core.roles import Right
from core.words import long_date

MOST = 20


@home.register_section
def reviews(user):
    """Reports a lead assessor is waited for."""
    return [
        home.Line(
            _("Review %(number)s") % {"number": waiting.number},
            reverse("compliance:review", args=[waiting.number]),
            order=20,
            small=_("%(factory)s, in review since %(day)s")
            % {"factory": waiting.cycle.site, "day": long_date(waiting.submitted_at)},
        )
        for waiting in queries.to_review(user)[:MOST]
    ]


@home.register_section
def drafts(user):
    """Drafts a factory manager may comment on."""
    return [
        home.Line(
            _("Comment on the draft report of %(factory)s") % {"factory": window.assessment.cycle.site},
            reverse("compliance:draft", args=[window.pk]),
            order=10,
            small=_("Until %(day)s. Then the report is issued.") % {"day": long_date(window.until)},
        )
        for window in queries.windows(user)[:MOST]
    ]


@home.register_section
def corrections(user):
    """Requests for a correction a lead assessor is waited for."""
    return [
        home.Line(
            _("Decide on a correction of %(number)s") % {"number": ask.report.facts["number"]},
            reverse("compliance:correction", args=[ask.pk]),
            order=22,
            small=_("%(factory)s, asked on %(day)s")
            % {"factory": ask.report.assessment.cycle.site, "day": long_date(ask.asked_at)},
        )
        for ask in queries.corrections_to_decide(user)[:MOST]
    ]


@home.register_section
def public_replies(user):
    """What factories want to say in public and a lead assessor has not read yet."""
    return [
        home.Line(
            _("Read what %(factory)s says in public") % {"factory": reply.assessment.cycle.site},
            reverse("compliance:public-reply", args=[reply.pk]),
            order=24,
            small=_("On a finding of %(number)s, since %(day)s")
            % {"number": reply.assessment.number, "day": long_date(reply.said_at)},
        )
        for reply in queries.public_replies_to_decide(user)[:MOST]
    ]


YEAR = timedelta(days=365)


@home.register_section
def planning(user):
    """For who plans visits: what is late, what waits for a reviewer, what is near, which factories have no visit."""
    if not access.has_anywhere(user, Right.PLAN_VISITS, Programme):
        return []
    day = timezone.now().date()
    found = queries.planner_visits(user, day)
    address = reverse("compliance:assessments")
    lines = []
    if late := found["late"]:
        words = ngettext("%(n)d visit is overdue", "%(n)d visits are overdue", late.n)
        small = _("Its days are over and nothing was sent to review. The first: %(factory)s, until %(day)s.")
        told = small % {"factory": late.cycle.site, "day": long_date(late.planned_until)}
        url = reverse("compliance:assessment", args=[late.number])
        lines.append(home.Line(words % {"n": late.n}, url, order=15, small=told))
    if waiting := found["waiting"]:
        words = ngettext("%(n)d report waits to be issued", "%(n)d reports wait to be issued", waiting.n)
        small = _("A lead assessor is waited for. The first: %(factory)s, since %(day)s.")
        told = small % {"factory": waiting.cycle.site, "day": long_date(waiting.submitted_at)}
        lines.append(home.Line(words % {"n": waiting.n}, f"{address}?state=in_review", order=25, small=told))
    if soon := found["soon"]:
        words = ngettext("%(n)d visit within two weeks", "%(n)d visits within two weeks", soon.n)
        told = _("The next: %(factory)s, from %(day)s.") % {
            "factory": soon.cycle.site, "day": long_date(soon.planned_from)
        }  # fmt: skip
        lines.append(home.Line(words % {"n": soon.n}, f"{address}?state=planned", order=55, small=told))
    if bare := queries.sites_without_visit(user, day - YEAR):
        words = ngettext("%(n)d factory had no visit for a year", "%(n)d factories had no visit for a year", bare)
        small = _("None is planned either.")
        lines.append(home.Line(words % {"n": bare}, reverse("compliance:board"), order=58, small=small))
    return lines


FIELD = 8
PAIRS = 12


@home.register_panel
def field_tablets(user):
    """For who plans visits: where work may lie that is not safe yet, the longest silent first."""
    programme = queries.programmes_with(user, Right.PLAN_VISITS).first()
    rows = list(queries.field_tablets(user)[: FIELD + 1]) if programme else []
    if not rows:
        return None
    context = {"rows": rows[:FIELD], "more": len(rows) > FIELD, "zone": programme.time_zone}
    return home.Panel("compliance/parts/home_tablets.html", context)


@home.register_panel
def next_weeks(user):
    """For who plans visits: which pair goes where in the next weeks."""
    programmes = list(queries.programmes_with(user, Right.PLAN_VISITS))
    if not programmes:
        return None
    times = queries.times_of(programmes)
    grid = queries.week_grid(times, times[0].day, pairs=True)
    context = grid | {"rows": grid["rows"][:PAIRS], "more": max(0, len(grid["rows"]) - PAIRS)}
    return home.Panel("compliance/parts/home_weeks.html", context, wide=True)


@home.register_section
def visits(user):
    """Visits an assessor is named on: what is to be written up first, then what is under way."""
    kinds = {
        "drafting": (_("Write up %(number)s"), "compliance:drafting", 28),
        "in_progress": (_("Go on with %(number)s"), "compliance:assessment", 30),
        "planned": (_("Take %(number)s on your tablet"), "compliance:assessment", 50),
    }
    lines = []
    for visit in queries.own_visits(user)[:MOST]:
        words, page, order = kinds[visit.state]
        small = _("%(factory)s, from %(day)s") % {
            "factory": visit.cycle.site, "day": long_date(visit.planned_from)
        }  # fmt: skip
        url = reverse(page, args=[visit.number])
        lines.append(home.Line(words % {"number": visit.number}, url, order=order, small=small))
    return lines


LATE_WORDS = {
    "report": lambda n: ngettext("%(n)d report is late", "%(n)d reports are late", n),
    "comment": lambda n: ngettext(
        "The time to comment is over for %(n)d draft", "The time to comment is over for %(n)d drafts", n
    ),
    "progress-1": lambda n: ngettext("%(n)d first progress report is late", "%(n)d first progress reports are late", n),
    "progress-2": lambda n: ngettext(
        "%(n)d second progress report is late", "%(n)d second progress reports are late", n
    ),
    "next": lambda n: ngettext("%(n)d factory is due for a visit", "%(n)d factories are due for a visit", n),
}


@home.register_section
def late(user):
    """What is late by the clocks of the programmes; to a factory's managers, the progress reports they owe."""
    lines = []
    for name, n in queries.late_counts(user).items():
        url = reverse("compliance:due") + f"#due-{name}"
        lines.append(home.Line(LATE_WORDS[name](n) % {"n": n}, url, order=18, small=_("By the programme’s clocks.")))
    for which, report in queries.own_progress_late(user):
        words = _("Send your first progress report") if which == 1 else _("Send your second progress report")
        small = _("On the report of %(day)s. Its day is over.") % {"day": long_date(report.issued_on)}
        lines.append(home.Line(words, reverse("compliance:report", args=[report.pk]), order=28, small=small))
    return lines


@home.register_section
def other_visits(user):
    """Visits to advise, train or verify that this person is named on."""
    return [
        home.Line(
            _("%(kind)s at %(factory)s") % {"kind": queries.KIND_WORDS[visit.kind], "factory": visit.site},
            reverse("compliance:visit", args=[visit.pk]),
            order=45,
            small=_("From %(day)s. Write it up when it was held.") % {"day": long_date(visit.planned_from)},
        )
        for visit in queries.open_visits(user)[:MOST]
    ]


@home.register_section
def kept_aside(user):
    """Work the server could not take waits for a programme manager's word."""
    n = queries.kept_aside(user).count()
    if not n:
        return []
    words = ngettext("Decide on %(n)d piece of work kept aside", "Decide on %(n)d pieces of work kept aside", n)
    small = _("A tablet sent what the server could not take. Nothing is lost.")
    return [home.Line(words % {"n": n}, reverse("compliance:tablets"), order=30, small=small)]


@home.register_section
def to_translate(user):
    """Reports whose texts a translator was asked for."""
    if not access.has_anywhere(user, Right.TRANSLATE_WORDS, Programme):
        return []
    n = len(queries.reports_to_translate(user))
    words = ngettext("%(n)d report waits for a translation", "%(n)d reports wait for a translation", n) % {"n": n}
    return [home.Line(words, reverse("compliance:translations"), order=34)] if n else []


@home.register_section
def unread_reports(user):
    """Reports about a person's own factories she has not opened."""
    return [
        home.Line(
            _("Open the report of %(factory)s") % {"factory": report.facts["factory"]["name"]},
            reverse("compliance:report", args=[report.pk]),
            order=20,
            small=_("Issued on %(day)s") % {"day": long_date(report.issued_on)},
        )
        for report in queries.unread_reports(user, MOST)
    ]


@home.register_place
def assessments_place(user, held):
    """For who plans, leads or makes assessments."""
    if held.any(*queries.STAFF):
        return home.Place(_("Assessments"), reverse("compliance:assessments"), order=40)
    return None


@home.register_place
def reports_place(user, held):
    """For whoever may read reports somewhere."""
    if held.any(*permissions.READERS):
        return home.Place(_("Reports"), reverse("compliance:reports"), order=45)
    return None


@home.register_place
def extracts_place(user, held):
    """For analysts."""
    if held.any(Right.TAKE_EXTRACTS):
        return home.Place(_("Extracts for research"), reverse("compliance:extracts"), order=46)
    return None


@home.register_place
def visits_place(user, held):
    """For the programme's staff, and for the people of a factory."""
    if held.any(*permissions.READS_VISITS, *permissions.OF_SITE):
        return home.Place(_("Visits"), reverse("compliance:visits"), order=42)
    return None


@home.register_place
def tablets_place(user, held):
    """For managers of visits, and for who works with a tablet."""
    if held.any(Right.PLAN_VISITS, Right.ASSESS):
        return home.Place(_("Tablets"), reverse("compliance:tablets"), order=70)
    return None


@home.register_place
def cases_place(user, held):
    """For the readers of a case, and nobody else."""
    if held.any(Right.READ_CASE) and held.any(Right.OPEN_ZERO_TOLERANCE, Right.READ_AGGREGATES):
        return home.Place(_("Serious harm"), reverse("compliance:cases"), order=90)
    return None
