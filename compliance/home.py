"""What compliance puts on the home page and in the menu.

Cases of serious harm are never a line of the home page; their place in the menu exists for their readers alone.
"""

from django.urls import reverse
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
def visits(user):
    """Visits an assessor is named on: what is under way first."""
    lines = []
    for visit in queries.own_visits(user)[:MOST]:
        begun = visit.state == "in_progress"
        words = _("Go on with %(number)s") if begun else _("Take %(number)s on your tablet")
        lines.append(
            home.Line(
                words % {"number": visit.number},
                reverse("compliance:assessment", args=[visit.number]),
                order=30 if begun else 50,
                small=_("%(factory)s, from %(day)s")
                % {"factory": visit.cycle.site, "day": long_date(visit.planned_from)},
            )
        )
    return lines


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
def assessments_place(user):
    """For who plans, leads or makes assessments."""
    if queries.works_on_assessments(user):
        return home.Place(_("Assessments"), reverse("compliance:assessments"), order=40)
    return None


@home.register_place
def reports_place(user):
    """For whoever may read a report."""
    if permissions.reports_visible_to(user).exists():
        return home.Place(_("Reports"), reverse("compliance:reports"), order=45)
    return None


@home.register_place
def tablets_place(user):
    """For managers of visits, and for who has a tablet."""
    if access.has_anywhere(user, Right.PLAN_VISITS, Programme) or queries.own_tablets(user).exists():
        return home.Place(_("Tablets"), reverse("compliance:tablets"), order=70)
    return None


@home.register_place
def cases_place(user):
    """For the readers of a case, and nobody else."""
    if permissions.cases_visible_to(user).exists():
        return home.Place(_("Serious harm"), reverse("compliance:cases"), order=90)
    return None
