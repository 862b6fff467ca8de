"""A file somebody sent in: how far its reading is, what it would do, and what she says to that."""

from django.core.cache import cache
from django.http import JsonResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from checklists import actions, permissions, queries
from checklists.actions.files import STEPS, progress_key
from checklists.imports import MAX_BYTES
from checklists.mapping_forms import EncodingForm, MappingForm, XlsformForm
from checklists.models import SentFile
from checklists.views.common import a_version, for_editors, for_translators, nothing, page, refuse, say
from core import queue
from core.errors import Invalid, Refusal

SHOWN = 100
State = SentFile.State


@for_editors
@require_POST
def take_file(request):
    """A file on its way to be a draft: nothing is published by a file alone."""
    return _send(request, None, redirect("checklist_editor:index"))


@for_translators
@require_POST
def translate(request, version_id):
    """A file of translated texts, on its way to be a new dated set; sets before it stay."""
    found = a_version(version_id)
    return _send(request, found, redirect("checklist_editor:version", found.pk))


def _send(request, version, back):
    sent = request.FILES.get("file")
    try:
        if sent is None or sent.size > MAX_BYTES:
            raise Invalid(_("Choose a file of at most 10 MB."))
        made = actions.send_file(name=sent.name, data=sent.read(MAX_BYTES + 1), version=version, by=request.user)
    except Refusal as error:
        refuse(request, error)
        return back
    return redirect("checklist_editor:file", made.pk)


@for_translators
def file(request, file_id):
    """One file: how far it is, what it would do, and what the person says to that."""
    sent = _own(request, file_id)
    asked = request.POST.get("do")
    encoding = mapping = form = None
    if sent.state == State.READ:
        if sent.told.get("likely") or sent.name.lower().endswith(".csv"):
            encoding = EncodingForm(request.POST if asked == "encoding" else None, likely=sent.told.get("likely", ()))
        mapping = _mapping_form(request, sent, asked)
        form = _xlsform_form(request, sent, asked)
    if request.method == "POST":
        try:
            if done := _act(request, sent, asked, encoding, mapping, form):
                return done
        except Refusal as error:
            refuse(request, error)
            return redirect("checklist_editor:file", sent.pk)
    told = sent.told
    context = {
        "sent": sent, "told": told, "places": told.get("places", [])[:SHOWN],
        "leavings": told.get("leavings", [])[:SHOWN], "tables": told.get("tables", []), "encoding": encoding,
        "xlsform": form, "mapping": mapping, "table": mapping.table if mapping else None,
        "waiting": sent.state == State.READING,
        "failed": _failed(sent), "step": _step(sent), "steps": STEPS, "shown": SHOWN,
    }  # fmt: skip
    wrong = any(each is not None and each.errors for each in (encoding, mapping, form))
    return page(request, "file", sent.name, context, status=400 if wrong else 200)


def _mapping_form(request, sent, asked):
    tables = sent.told.get("tables")
    if not tables:
        return None
    named = request.POST.get("sheet", request.GET.get("sheet", ""))
    table = next((one for one in tables if one["sheet"] == named), tables[0])
    programmes = permissions.programmes_of_editor(request.user)
    return MappingForm(_with_guesses(request.POST, table, programmes) if asked == "columns" else None, table=table,
                       programmes=programmes)  # fmt: skip


def _xlsform_form(request, sent, asked):
    """Where the file is an XLSForm: the choice of its key, version and language; else None."""
    languages = sent.told.get("languages") or []
    sheets = {table["sheet"].strip().lower() for table in sent.told.get("tables", [])}
    if sent.mapping or not (languages or "survey" in sheets):
        return None
    document = sent.document or {}
    start = {name: document.get(name) for name in ("key", "version", "language")} | sent.given
    posted = request.POST if asked == "form" else None
    return XlsformForm(posted, initial=start, languages=languages, translates=sent.version is not None)


def _with_guesses(posted, table, programmes):
    """What was sent; where another column says the kinds now, what each probably is."""
    if posted.get("kinds_of", "") == posted.get("c-kind", ""):
        return posted
    made = posted.copy()
    for name, field in MappingForm(posted, table=table, programmes=programmes).fields.items():
        if name.startswith("k-"):
            made[name] = field.initial
    return made


def _act(request, sent, asked, encoding, mapping, form):
    """What the person pressed; None when a form has to be shown again."""
    here = redirect("checklist_editor:file", sent.pk)
    match asked:
        case "take":
            taken = actions.take_file(sent=sent, partly=request.POST.get("partly") == "1", by=request.user)
            if taken.draft is None:
                say(request, _("The texts are taken."))
                return redirect("checklist_editor:version", taken.version_id)
            say(request, _("The file is a draft now. Look it through, then send it to review."))
            return redirect("checklist_editor:draft", taken.draft_id)
        case "drop":
            actions.drop_file(sent=sent, by=request.user)
            say(request, _("Thrown away. Nothing of it was kept."))
            if sent.version_id:
                return redirect("checklist_editor:version", sent.version_id)
            return redirect("checklist_editor:index")
        case "again":
            actions.ask_again(sent=sent, by=request.user)
            return here
        case "encoding" if encoding is not None:
            if not encoding.is_valid():
                return None
            actions.read_file_as(
                sent=sent, encoding=encoding.cleaned_data["encoding"], mapping=sent.mapping, by=request.user
            )
            return here
        case "form" if form is not None:
            if not form.is_valid():
                return None
            actions.read_file_as(sent=sent, encoding=sent.encoding, given=form.cleaned_data, by=request.user)
            return here
        case "columns" if mapping is not None:
            return here if _keep(request, sent, mapping) else None
    return nothing()


def _keep(request, sent, form):
    """Keep a mapping and read the file with it. False where the form has to be shown again."""
    if not form.is_valid():
        return False
    said = form.cleaned_data
    try:
        kept = actions.save_mapping(
            name=said["name"], document=said["document"], programme=said["programme"], by=request.user
        )
        actions.read_file_as(sent=sent, encoding=sent.encoding, mapping=kept.document, by=request.user)
    except Invalid as error:
        form.add_error(None, str(error.sentence))
        return False
    return True


@for_translators
def file_state(request, file_id):
    """How far the reading is, asked for while the person waits."""
    sent = _own(request, file_id)
    return JsonResponse({"waiting": sent.state == State.READING and not _failed(sent), "step": _step(sent)})


def _failed(sent):
    return sent.state == State.READING and queue.is_dead("checklists.read_file", file_id=sent.pk)


def _step(sent):
    return cache.get(progress_key(sent), 0) if sent.state == State.READING else STEPS


def _own(request, file_id):
    return get_object_or_404(queries.sent_files(request.user), pk=file_id)
