"""Screens of statements: always on the phone's frame, so that Leave has its place on each. Thin."""

from django.contrib import messages
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from core.errors import Invalid, WrongState
from improvement_plans import actions, forms, queries
from improvement_plans.permissions import check_can_state
from improvement_plans.views.pages import found, refused, show


@require_GET
def private(request):
    """What the person wrote, and what she is a chosen reader of. For others this place does not exist."""
    rows = list(queries.statements(request.user)[:100])
    seats = queries.worker_seats(request.user)
    found(rows or seats or None)
    mine = [one for one in rows if one.member.user_id == request.user.pk]
    context = {
        "seats": seats,
        "mine": mine,
        "others": [one for one in rows if one.member.user_id != request.user.pk],
        "draft": len(mine),
    }
    return show(request, "improvement_plans/private.html", context, here="private")


def write_statement(request, committee_id):
    """Write to readers of one's choice."""
    committee = found(queries.committees(request.user).filter(pk=committee_id).first())
    check_can_state(request.user, committee)
    readers = queries.readers_for(committee)
    form = forms.StatementForm(request.POST or None, readers=readers, programme=committee.site.programme)
    status = 200
    if request.method == "POST":
        if form.is_valid():
            try:
                made = actions.write_statement(committee=committee, by=request.user, **form.cleaned_data)
            except (Invalid, WrongState) as error:
                status = refused(form, error)
            else:
                messages.success(request, _("It is written. Only the readers you chose can open it."))
                return redirect("improvement_plans:statement", made.pk)
        else:
            status = 400
    written = queries.statements(request.user).filter(member__user=request.user).count()
    context = {"committee": committee, "form": form, "draft": written}
    return show(request, "improvement_plans/write_statement.html", context, here="private", status=status)


@require_GET
def statement(request, statement_id):
    """One statement, who answers and by when, and the answers."""
    return _statement_page(request, found(queries.statement_view(request.user, statement_id)))


def _statement_page(request, view, status=200, form=None):
    written = queries.statements(request.user).filter(member__user=request.user).count()
    form = form or forms.StatementAnswerForm(programme=view.statement.member.committee.site.programme)
    context = {"view": view, "form": form, "draft": written}
    return show(request, "improvement_plans/statement.html", context, here="private", status=status)


@require_POST
def answer_statement(request, statement_id):
    """A reader answers, or the author adds a word."""
    view = found(queries.statement_view(request.user, statement_id))
    form = forms.StatementAnswerForm(request.POST, programme=view.statement.member.committee.site.programme)
    if not form.is_valid():
        return _statement_page(request, view, status=400, form=form)
    try:
        actions.answer_statement(statement=view.statement, by=request.user, **form.cleaned_data)
    except (Invalid, WrongState) as error:
        return _statement_page(request, view, status=refused(form, error), form=form)
    messages.success(request, _("Your words are there."))
    return redirect("improvement_plans:statement", statement_id)
