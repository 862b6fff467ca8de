"""Files of plans and committees. Signed in only: no address opens one by itself."""

from django.http import HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_GET

from core import access
from improvement_plans import exports, queries
from improvement_plans.permissions import standing
from improvement_plans.views.pages import found

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def _file(data, media_type, name):
    return HttpResponse(
        data,
        content_type=media_type,
        headers={
            "Content-Disposition": f'attachment; filename="{name}"',
            "X-Content-Type-Options": "nosniff",
            "Cache-Control": "private, no-store",
        },
    )


def _board(request, plan_id):
    return found(queries.board(request.user, plan_id, access.held_in(request)))


@require_GET
def plan_table(request, plan_id):
    """A plan as a workbook, with the names its reader may see."""
    board = _board(request, plan_id)
    data = exports.plan_workbook(board, standing(request.user, board.plan))
    return _file(data, XLSX, f"plan-{board.plan.site.number}.xlsx")


@require_GET
def plan_days(request, plan_id):
    """The days of a plan as a calendar file: numbers of items, no word of what they are about."""
    board = _board(request, plan_id)

    def address_of(item):
        return request.build_absolute_uri(reverse("improvement_plans:item", args=[item.pk]))

    return _file(exports.plan_calendar(board, address_of), "text/calendar; charset=utf-8", "days.ics")


@require_GET
def committee_table(request, committee_id):
    """A committee as a workbook, with the names its reader may see."""
    view = found(queries.committee_view(request.user, committee_id))
    data = exports.committee_workbook(view, queries.meetings_of(view))
    return _file(data, XLSX, f"committee-{view.committee.site.number}.xlsx")
