"""Extracts that were taken."""

from django.utils.translation import gettext_lazy as _

from compliance import permissions
from core import access
from core.models import Programme
from core.roles import Right

PURPOSES = {
    "research": _("Research"),
    "statistics": _("Official statistics"),
    "evaluation": _("Evaluation of the programme"),
    "teaching": _("Teaching"),
}


def extract_programmes(user):
    """Programmes of which this person may take extracts."""
    return Programme.objects.filter(pk__in=access.anchors(user, Right.TAKE_EXTRACTS, Programme)).order_by("name")


def extracts(user):
    """Extracts this person may know of, the newest first."""
    return permissions.extracts_visible_to(user).select_related("programme", "taken_by")
