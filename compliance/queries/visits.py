"""Visits as each reader may see them: the programme's staff all of them, the factory side what it may know."""

from types import SimpleNamespace

from django.db.models import Case, Q, When
from django.utils.translation import gettext_lazy as _

from compliance import permissions, rules
from compliance.models import Visit
from core import access
from core.models import Programme, User
from factories.models import Site

KIND_WORDS = {
    "assessment": _("Assessment"),
    "advisory": _("Advice"),
    "training": _("Training"),
    "verification": _("Verification of what was put right"),
}


def visits(user, *, kind="", words=""):
    """Visits this person may see that are no assessment: those to come first, then the latest held."""
    found = permissions.visits_visible_to(user).select_related("site", "programme")
    if kind in rules.VISIT_KINDS:
        found = found.filter(kind=kind)
    if words.strip():
        found = found.filter(Q(site__name__icontains=words.strip()) | Q(site__number=words.strip()))
    to_come = Case(When(held_on=None, called_off_at=None, then=0), default=1)
    return found.prefetch_related("members__user").order_by(to_come, "-planned_from", "pk")


def visit_of(user, visit_id):
    """One visit with its people and words, if this person may see it."""
    found = permissions.visits_visible_to(user).filter(pk=visit_id)
    return found.select_related("site", "programme", "words__written_by").prefetch_related("members__user").first()


def sees_visits(user) -> bool:
    """Is there a factory or a programme whose visits this person reads? For doors and menus."""
    return access.holds_any(user, (*permissions.READS_VISITS, *permissions.OF_SITE))


def factories_of(user):
    """Factories this person belongs to, by name."""
    held = Q(pk__in=[])
    for right in permissions.OF_SITE:
        held |= Q(pk__in=access.anchors(user, right, Site))
    return Site.objects.filter(held).order_by("name")


def goers(programme):
    """Who can be named on a visit: people of the programme who go to factories."""
    held = Q(pk__in=[])
    for right in permissions.GOES:
        held |= Q(pk__in=access.holders(right, programme))
    return User.objects.filter(held, is_active=True).order_by("first_name", "username")


def visit_programmes(user):
    """Programmes in which this person may plan a visit that is no assessment."""
    held = Q(pk__in=[])
    for right in permissions.PLANS_VISITS:
        held |= Q(pk__in=access.anchors(user, right, Programme))
    return Programme.objects.filter(held).order_by("name")


def visit_history(user, site: Site) -> list:
    """Every visit to one factory this person may know of, the latest first: kind, on, held, called_off, people.

    Assessments are told beside the other visits. The factory side knows of one once it was held; of what is to come
    only what is announced. Three queries.
    """
    rows = [
        SimpleNamespace(
            kind=one.kind, on=one.held_on or one.planned_from, held=bool(one.held_on), called_off=one.called_off_at,
            visit=one, number="", of="", people=[member.user for member in one.members.all()],
        )
        for one in permissions.visits_visible_to(user).filter(site=site).prefetch_related("members__user")
    ]  # fmt: skip
    own = permissions.visible_to(user).filter(cycle__site=site).prefetch_related("members__user")
    seen = {one.pk: one for one in own}
    for one in permissions.assessments_held_at(user).filter(cycle__site=site).exclude(pk__in=seen):
        seen[one.pk] = one
    rows += [
        SimpleNamespace(
            kind="assessment", on=one.visited_on or one.planned_from, held=bool(one.visited_on),
            called_off=one.state == "cancelled", visit=None, of=one.kind,
            # Only who works on it sees its number and who went.
            number=one.number if one in own else "", people=[m.user for m in one.members.all()] if one in own else [],
        )
        for one in seen.values()
    ]  # fmt: skip
    return sorted(rows, key=lambda row: (row.held, row.on), reverse=True)


def site_of_history(user, ref) -> Site | None:
    """The factory of a number whose visits this person may read."""
    found = Site.objects.filter(number=ref, programme__isnull=False).select_related("programme").first()
    return found if found and permissions.can_read_visits(user, found) else None


def open_visits(user):
    """Visits this person is named on that are to be held or written up, the nearest first."""
    return (
        Visit.objects.filter(members__user=user, held_on=None, called_off_at=None)
        .filter(pk__in=permissions.visits_visible_to(user).values("pk"))
        .select_related("site")
        .order_by("planned_from")
    )
