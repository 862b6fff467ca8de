"""Screens on which a programme manager sends in a list of factories; core.list_pages does the work."""

from django.views.decorators.http import require_safe

from core import list_pages
from core.list_pages import Pages
from factories import actions, permissions, queries
from factories.imports import shipped_mappings
from factories.list_forms import ColumnsForm


def _mappings(uploaded):
    return shipped_mappings() | {one.name: one.document for one in queries.column_mappings(uploaded.programme)}


def _more(user, uploaded):
    sure = queries.matches(user).filter(raised_in=uploaded.result_id).count() if uploaded.result_id else 0
    return {"sure": sure}


PAGES = Pages(
    desk=actions.uploads.DESK, owners=permissions.programmes_of_lists, rows=queries.uploaded_lists,
    home="factories:lists", one="factories:uploaded-list", templates=("factories/lists.html", "factories/list.html"),
    columns=lambda posted, uploaded: ColumnsForm(posted, uploaded=uploaded), mappings=_mappings, more=_more,
)  # fmt: skip


def lists(request):
    """Send in a list; see those sent before."""
    return list_pages.home(request, PAGES)


def uploaded_list(request, pk):
    """One list: how far it is, what it would do, and what the person says to that."""
    return list_pages.one(request, PAGES, pk)


@require_safe
def places_to_mend(request, pk):
    """The refused rows as a workbook, to mend the list by."""
    return list_pages.places_to_mend(request, PAGES, pk)
