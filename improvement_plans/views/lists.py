"""Screens on which lists of committees and of plan items are brought in; core.list_pages does the work."""

from django.views.decorators.http import require_safe

from core import list_pages
from core.list_pages import Pages
from improvement_plans import forms
from improvement_plans.actions.lists import DESK
from improvement_plans.permissions import plan_lists_visible_to, programmes_of_plan_lists

PAGES = Pages(
    desk=DESK, owners=programmes_of_plan_lists, rows=plan_lists_visible_to,
    home="improvement_plans:plan-lists", one="improvement_plans:plan-list",
    templates=("improvement_plans/lists.html", "improvement_plans/list.html"),
    columns=lambda posted, uploaded: forms.ColumnsForm(posted, uploaded=uploaded), upload=forms.PlanListForm,
)  # fmt: skip


def plan_lists(request):
    """Send in a list; see those sent before."""
    return list_pages.home(request, PAGES)


def plan_list_page(request, pk):
    """One list: how far it is, what it would do, and what the person says to that."""
    return list_pages.one(request, PAGES, pk)


@require_safe
def plan_list_places(request, pk):
    """The refused rows as a workbook, to mend the list by: lines and columns, no cell of the list."""
    return list_pages.places_to_mend(request, PAGES, pk)
