"""What a person finds on `/app/` of plans: what waits for her, and the place in her menu."""

from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from core import home
from improvement_plans import queries
from improvement_plans.models import Member
from improvement_plans.permissions import plans_visible_to


@home.register_section
def waiting(user):
    """Answers a co-chair owes, what is behind schedule where the person belongs, fixes an adviser should look at."""
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
    check = queries.fixes_to_check(user)
    if check:
        words = ngettext("%(n)d fix is reported and not checked", "%(n)d fixes are reported and not checked", check)
        lines.append(home.Line(words % {"n": check}, reverse("improvement_plans:plans"), order=40))
    return lines


@home.register_place
def place(user):
    """My items for who sits in a committee or manages a factory, the list of plans for other readers."""
    if Member.objects.filter(Q(until=None) | Q(until__gte=queries.yesterday()), user_id=user.pk).exists():
        return home.Place(_("My items"), reverse("improvement_plans:mine"), order=30)
    if plans_visible_to(user).exists():
        return home.Place(_("Plans"), reverse("improvement_plans:plans"), order=30)
    return None
