"""Screens on which somebody of a programme sends in a list: what it would do is shown before anything is done.

An app says by `Pages` what its lists are; its own views call these four.
"""

from collections.abc import Callable
from dataclasses import dataclass

from django import forms
from django.contrib import messages
from django.core.cache import cache
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core import queue
from core.actions import lists
from core.actions.lists import Desk, State
from core.errors import NOTHING_HERE, Invalid, WrongState
from core.sheets import MAX_BYTES, write_workbook

PAGE = 20
SHOWN = 50
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


class UploadForm(forms.Form):
    """A file for one programme, or whatever else a form calls `owner`. What it adds is given to the action."""

    owner = "programme"
    programme = forms.ModelChoiceField(None, label=gettext_lazy("For which programme"), empty_label=None)
    file = forms.FileField(label=gettext_lazy("The list"), allow_empty_file=True)

    def __init__(self, *args, owners, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields[self.owner].queryset = owners
        self.fields[self.owner].label_from_instance = lambda owner: owner.name
        # Here, so that it is in the language of who reads.
        self.fields["file"].help_text = _(
            "A csv, xls, xlsx or ods file of at most %(most)d MB. The first row names the columns."
        ) % {"most": MAX_BYTES // 1024**2}


class ReadAsForm(forms.Form):
    """By which encoding, and which known mapping where there are any."""

    encoding = forms.CharField(label=gettext_lazy("Encoding"), max_length=40, required=False)
    mapping = forms.ChoiceField(label=gettext_lazy("Columns"), required=False)

    def __init__(self, *args, mappings=(), likely=(), **kwargs):
        super().__init__(*args, **kwargs)
        self.mappings = dict(mappings)
        self.fields["mapping"].choices = [("", _("As the columns say"))] + [
            (name, str(document.get("title") or name)) for name, document in self.mappings.items()
        ]
        if not self.mappings:
            del self.fields["mapping"]
        if likely:
            self.fields["encoding"] = forms.ChoiceField(
                label=_("Which one reads right?"),
                widget=forms.RadioSelect,
                choices=[(codec, f"{words}: {example}") for codec, words, example in likely],
            )

    def clean_mapping(self):
        return self.mappings.get(self.cleaned_data["mapping"])


@dataclass(frozen=True)
class Pages:
    """`owners(user)`: for which programmes, or whatever else owns a list, she may send one. `rows(user)`: the lists she
    may look at. `home`, `one`: names of the addresses; `templates`: of both. `columns(posted, uploaded)`: the form that
    says which column is what, with `document(by)`, the mapping it makes. `mappings(uploaded)`: known ones, by name.
    `more(user, uploaded)`: what the page of a list shows besides.
    """

    desk: Desk
    owners: Callable
    rows: Callable
    home: str
    one: str
    templates: tuple
    columns: Callable
    upload: type = UploadForm
    mappings: Callable = lambda uploaded: {}
    more: Callable = lambda user, uploaded: {}


def home(request, pages):
    """Send in a list; see those sent before."""
    owners = pages.owners(request.user)
    if not owners:
        raise Http404(NOTHING_HERE)
    form = pages.upload(request.POST or None, request.FILES or None, owners=owners)
    if request.method == "POST" and form.is_valid():
        given = dict(form.cleaned_data)
        file = given.pop("file")
        try:
            uploaded = lists.upload_list(
                desk=pages.desk, name=file.name, data=file.read(MAX_BYTES + 1), by=request.user, **given
            )
        except Invalid as error:
            form.add_error("file", str(error.sentence))
        else:
            return redirect(pages.one, uploaded.pk)
    page = Paginator(pages.rows(request.user), PAGE).get_page(request.GET.get("page"))
    context = {"page": page, "form": form, "one_name": pages.one}
    return render(request, pages.templates[0], context, status=400 if form.errors else 200)


def one(request, pages, pk):
    """One list: how far it is, what it would do, and what the person says to that."""
    uploaded = _own(request, pages, pk)
    columns = read_as = None
    if uploaded.state == State.CHECKED:
        told, posted = uploaded.told, request.POST if request.method == "POST" else None
        asked = posted.get("do") if posted else None
        read_as = ReadAsForm(
            posted if asked == "read" else None, mappings=pages.mappings(uploaded), likely=told.get("likely", ()),
            initial={"encoding": uploaded.encoding, "mapping": (uploaded.mapping or {}).get("name", "")},
        )  # fmt: skip
        if told.get("columns"):
            columns = pages.columns(posted if asked == "columns" else None, uploaded)
    if request.method == "POST" and (done := _act(request, pages, uploaded, read_as, columns)):
        return done
    job = lists.job_of(pages.desk, uploaded)
    context = {
        "uploaded": uploaded,
        "told": uploaded.told,
        "refused": uploaded.told.get("refused", [])[:SHOWN],
        "worked_on": bool(job),
        "failed": bool(job) and queue.is_dead(job, list_id=uploaded.pk),
        "progress": cache.get(lists.progress_key(uploaded)) if job else None,
        "read_as": read_as,
        "columns": columns,
    } | pages.more(request.user, uploaded)
    wrong = any(form is not None and form.errors for form in (read_as, columns))
    return render(request, pages.templates[1], context, status=400 if wrong else 200)


def _act(request, pages, uploaded, read_as, columns):
    """What the person pressed; None when a form has to be shown again."""
    asked = request.POST.get("do")
    what = {"desk": pages.desk, "uploaded": uploaded, "by": request.user}
    if asked == "want":
        lists.want_list(accept_partial=request.POST.get("partial") == "yes", **what)
    elif asked == "drop":
        lists.drop_list(**what)
        messages.success(request, _("Thrown away. Nothing of it was kept."))
        return redirect(pages.home)
    elif asked == "again":
        lists.ask_again(**what)
    elif asked in ("read", "columns") and uploaded.state != State.CHECKED:
        raise WrongState(_("This list is being worked on, or is done with. Look again in a moment."))
    elif asked == "read" and read_as is not None:
        if not read_as.is_valid():
            return None
        given = read_as.cleaned_data
        lists.read_list_as(encoding=given["encoding"], mapping=given.get("mapping"), **what)
    elif asked == "columns" and columns is not None:
        if not columns.is_valid():
            return None
        try:
            mapping = columns.document(request.user)
        except Invalid as error:
            columns.add_error(None, str(error.sentence))
            return None
        lists.read_list_as(encoding=uploaded.encoding, mapping=mapping, **what)
    else:
        raise Http404(NOTHING_HERE)
    return redirect(pages.one, uploaded.pk)


def places_to_mend(request, pages, pk):
    """The refused rows as a workbook, to mend the list by."""
    uploaded = _own(request, pages, pk)
    rows = [[_("Line"), _("Column"), _("What is wrong")]]
    rows += [[one["line"], one["column"], one["reason"]] for one in uploaded.told.get("refused", [])]
    response = HttpResponse(write_workbook({"places": rows}), content_type=XLSX)
    response["Content-Disposition"] = 'attachment; filename="places-to-mend.xlsx"'
    response["X-Content-Type-Options"] = "nosniff"
    return response


def _own(request, pages, pk):
    return get_object_or_404(pages.rows(request.user), pk=pk)
