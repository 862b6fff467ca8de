"""Screens on which a programme manager sends in a list: what it would do is shown before anything is done."""

from django.contrib import messages
from django.core.cache import cache
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from core import queue
from core.errors import NOTHING_HERE, Invalid, WrongState
from core.sheets import MAX_BYTES, write_workbook
from factories import actions, permissions, queries
from factories.actions.uploads import progress_key
from factories.imports import shipped_mappings
from factories.list_forms import ColumnsForm, ReadAsForm, UploadForm
from factories.models import UploadedList

PAGE = 20
SHOWN = 50
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
State = UploadedList.State


def lists(request):
    """Send in a list; see those sent before."""
    programmes = permissions.programmes_of_lists(request.user)
    if not programmes:
        raise Http404(NOTHING_HERE)
    form = UploadForm(request.POST or None, request.FILES or None, programmes=programmes)
    if request.method == "POST" and form.is_valid():
        file = form.cleaned_data["file"]
        try:
            uploaded = actions.upload_list(
                programme=form.cleaned_data["programme"],
                name=file.name,
                data=file.read(MAX_BYTES + 1),
                by=request.user,
            )
        except Invalid as error:
            form.add_error("file", str(error.sentence))
        else:
            return redirect("factories:uploaded-list", uploaded.pk)
    page = Paginator(queries.uploaded_lists(request.user), PAGE).get_page(request.GET.get("page"))
    return render(
        request, "factories/lists.html", {"page": page, "form": form}, status=400 if form.errors else 200
    )  # fmt: skip


def uploaded_list(request, pk):
    """One list: how far it is, what it would do, and what the person says to that."""
    uploaded = _own(request, pk)
    columns = read_as = None
    if uploaded.state == State.CHECKED:
        told, posted = uploaded.told, request.POST if request.method == "POST" else None
        asked = posted.get("do") if posted else None
        mappings = {one.name: one.document for one in queries.column_mappings(uploaded.programme)}
        read_as = ReadAsForm(
            posted if asked == "read" else None, mappings=shipped_mappings() | mappings, likely=told.get("likely", ()),
            initial={"encoding": uploaded.encoding, "mapping": (uploaded.mapping or {}).get("name", "")},
        )  # fmt: skip
        if told.get("columns"):
            columns = ColumnsForm(
                posted if asked == "columns" else None, columns=told["columns"], programme=uploaded.programme
            )
    if request.method == "POST" and (done := _act(request, uploaded, read_as, columns)):
        return done
    worked_on = uploaded.state in (State.CHECKING, State.TAKING)
    name = "factories.check_list" if uploaded.state == State.CHECKING else "factories.take_list"
    context = {
        "uploaded": uploaded,
        "told": uploaded.told,
        "sure": queries.matches(request.user).filter(raised_in=uploaded.result_id).count() if uploaded.result_id else 0,
        "refused": uploaded.told.get("refused", [])[:SHOWN],
        "worked_on": worked_on,
        "failed": worked_on and queue.is_dead(name, list_id=uploaded.pk),
        "progress": cache.get(progress_key(uploaded)) if worked_on else None,
        "read_as": read_as,
        "columns": columns,
    }
    wrong = any(form is not None and form.errors for form in (read_as, columns))
    return render(request, "factories/list.html", context, status=400 if wrong else 200)


def _act(request, uploaded, read_as, columns):
    """What the person pressed; None when a form has to be shown again."""
    asked = request.POST.get("do")
    if asked == "want":
        partial = request.POST.get("partial") == "yes"
        actions.want_list(uploaded=uploaded, accept_partial=partial, by=request.user)
    elif asked == "drop":
        actions.drop_list(uploaded=uploaded, by=request.user)
        messages.success(request, _("Thrown away. Nothing of it was kept."))
        return redirect("factories:lists")
    elif asked == "again":
        actions.ask_again(uploaded=uploaded, by=request.user)
    elif asked in ("read", "columns") and uploaded.state != State.CHECKED:
        raise WrongState(_("This list is being worked on, or is done with. Look again in a moment."))
    elif asked == "read" and read_as is not None:
        if not read_as.is_valid():
            return None
        given = read_as.cleaned_data
        actions.read_list_as(
            uploaded=uploaded, encoding=given["encoding"], mapping=given.get("mapping"), by=request.user
        )  # fmt: skip
    elif asked == "columns" and columns is not None:
        if not columns.is_valid():
            return None
        try:
            mapping = actions.save_mapping(
                name=columns.mapping_name, document=columns.cleaned_data["document"],
                programme=uploaded.programme, by=request.user,
            )  # fmt: skip
        except Invalid as error:
            columns.add_error(None, str(error.sentence))
            return None
        actions.read_list_as(
            uploaded=uploaded, encoding=uploaded.encoding, mapping=mapping.document, by=request.user
        )  # fmt: skip
    else:
        raise Http404(NOTHING_HERE)
    return redirect("factories:uploaded-list", uploaded.pk)


@require_safe
def places_to_mend(request, pk):
    """The refused rows as a workbook, to mend the list by."""
    uploaded = _own(request, pk)
    rows = [[_("Line"), _("Column"), _("What is wrong")]]
    rows += [[one["line"], one["column"], one["reason"]] for one in uploaded.told.get("refused", [])]
    response = HttpResponse(write_workbook({"places": rows}), content_type=XLSX)
    response["Content-Disposition"] = 'attachment; filename="places-to-mend.xlsx"'
    response["X-Content-Type-Options"] = "nosniff"
    return response


def _own(request, pk):
    return get_object_or_404(queries.uploaded_lists(request.user), pk=pk)
