"""What a person finds on `/app/` of plans: what waits for her, and the place in her menu."""

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from core import access, home
from core.roles import Right
from improvement_plans import queries
from improvement_plans.permissions import OF_SITE, SEES_PLANS


@home.register_section
def waiting(user):
    """Answers a co-chair owes, what is behind schedule where the person belongs, fixes an adviser should look at."""
    held = access.held(user)  # what she may not do is not looked for: it is asked of every item of a programme
    cards = queries.my_items(user)
    address = reverse("improvement_plans:mine")
    lines = []
    answers = sum(1 for one in cards if one.waits)
    if answers:
        words = ngettext("%(n)d item waits for your answer", "%(n)d items wait for your answer", answers)
        lines.append(home.Line(words % {"n": answers}, address, order=20))
    late = sum(1 for one in cards if one.status == "behind_schedule")
    if late:
        words = ngettext("%(n)d item is behind schedule", "%(n)d items are behind schedule", late)
        lines.append(home.Line(words % {"n": late}, address, order=30, small=_("In your factory")))
    slipped = queries.slipped(user, held)
    if slipped:
        words = ngettext("%(n)d item slipped again and again", "%(n)d items slipped again and again", slipped)
        lines.append(home.Line(words % {"n": slipped}, reverse("improvement_plans:plans"), order=25))
    wait = queries.waiting(user)
    if wait:
        words = ngettext("%(n)d message waits for an answer", "%(n)d messages wait for an answer", wait)
        lines.append(home.Line(words % {"n": wait}, reverse("improvement_plans:private"), order=15))
    check = queries.fixes_to_check(user, held)
    if check:
        words = ngettext("%(n)d fix is reported and not checked", "%(n)d fixes are reported and not checked", check)
        lines.append(home.Line(words % {"n": check}, reverse("improvement_plans:to-check"), order=40))
    words = queries.to_translate(user).count() if held.any(Right.TRANSLATE_WORDS) else 0
    if words:
        said = ngettext("%(n)d text waits for a translation", "%(n)d texts wait for a translation", words)
        lines.append(home.Line(said % {"n": words}, reverse("improvement_plans:translations"), order=35))
    overdue = queries.late_in_programmes(user, timezone.now().date()) if held.any(Right.PLAN_VISITS) else 0
    if overdue:
        words = ngettext("%(n)d item is behind schedule", "%(n)d items are behind schedule", overdue)
        address = reverse("improvement_plans:plans")
        lines.append(home.Line(words % {"n": overdue}, address, order=45, small=_("In the programme’s factories")))
    return lines


@home.register_place
def place(user, held):
    """My items for who sits in a committee, the list of plans for other readers."""
    if held.any(Right.SIT_WORKER_SIDE, Right.SIT_MANAGEMENT_SIDE):
        return home.Place(_("My items"), reverse("improvement_plans:mine"), order=30)
    if held.any(*SEES_PLANS, *OF_SITE, Right.ACT_FOR_BUYER):
        return home.Place(_("Plans"), reverse("improvement_plans:plans"), order=30)
    if held.any(Right.TRANSLATE_WORDS):
        return home.Place(_("To translate"), reverse("improvement_plans:translations"), order=30)
    return None


@home.register_place
def advisory_place(user, held):
    """The advisory committee for who sits there today. Other readers of figures sit nowhere; staff go by the plans."""
    if not held.any(Right.READ_AGGREGATES) or held.any(*SEES_PLANS) or not queries.sits_on_advisory(user):
        return None
    return home.Place(_("Advisory committee"), reverse("improvement_plans:advisory-list"), order=70)
