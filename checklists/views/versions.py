"""Published versions: what they hold, their languages, files to take along, comparisons, and the next one."""

from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.text import slugify
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from checklists import actions, exports, queries, rules
from checklists.forms import EditionForm, NextVersionForm, RetireForm
from checklists.rules import editing
from checklists.views.common import (
    a_draft,
    a_version,
    for_editors,
    for_translators,
    nothing,
    page,
    refuse,
    say,
)
from core.errors import Invalid, Refusal


@for_translators
def version(request, version_id):
    found = a_version(version_id)
    document = found.text.document
    sets = [
        {
            "set": each,
            "missing": len(rules.missing(each.document, document)),
            "stale": len(rules.stale(each.document, document)),
        }
        for each in queries.newest_translations(found)
    ]  # fmt: skip
    day = found.in_force_from.isoformat()
    siblings = [other for other in queries.versions() if other.checklist_id == found.checklist_id]
    context = {
        "version": found,
        "questions": sum(1 for _each in rules.questions(document)),
        "clusters": [(cluster, rules.kind_on(cluster, day)) for cluster in document["clusters"]],
        "translations": sets,
        "formats": sorted(set(exports.FORMATS) - {"translation"}),
        "others": [other for other in siblings if other != found],
        "next_form": NextVersionForm(),
        "edition_form": None if found.country else EditionForm(auto_id="edition_%s"),
        "retire_form": RetireForm(),
        "retirement": getattr(found, "retirement", None),
    }  # fmt: skip
    return page(request, "version", str(found), context)


@for_translators
def take(request, version_id, form):
    """The version as a file."""
    if form not in exports.FORMATS:
        nothing()
    found, language = a_version(version_id), request.GET.get("language", "")
    try:
        made, _unsaid = exports.written(found, form, language)
    except Refusal as error:
        refuse(request, error)
        return redirect("checklist_editor:version", found.pk)
    answer = HttpResponse(made, content_type="application/octet-stream")
    name = slugify(f"{found.checklist.key}-{found.version}-{form}-{language}")
    answer["Content-Disposition"] = f'attachment; filename="{name}.{exports.FORMATS[form]}"'
    return answer


@for_editors
@require_POST
def begin(request, version_id):
    """The next version, or a country's edition, begun as a draft from this one."""
    found = a_version(version_id)
    is_edition = "country" in request.POST and not found.country
    form = (EditionForm if is_edition else NextVersionForm)(request.POST)
    if not form.is_valid():
        refuse(request, Invalid(_("Name the version and its first day; a country is two capital letters.")))
        return redirect("checklist_editor:version", found.pk)
    said = form.cleaned_data
    day = said["in_force_from"].isoformat()
    if is_edition:
        title = said["title"] or f"{found.title}, {said['country']}"
        made = editing.begin_edition(found.text.document, said["country"], said["version"], day, title)
    else:
        made = editing.next_version(queries.written_document(found), said["version"], day)
    try:
        draft = actions.save_draft(document=made, based_on=None, by=request.user)
    except Refusal as error:
        refuse(request, error)
        return redirect("checklist_editor:version", found.pk)
    say(request, _("The draft is begun. What you change in it changes nothing that is published."))
    return redirect("checklist_editor:draft", draft.pk)


@for_editors
@require_POST
def retire(request, version_id):
    found = a_version(version_id)
    form = RetireForm(request.POST)
    if form.is_valid():
        try:
            actions.retire(version=found, on=form.cleaned_data["on"], by=request.user)
            say(request, _("From that day nothing new starts on it. What was begun goes on."))
        except Refusal as error:
            refuse(request, error)
    else:
        refuse(request, Invalid(_("Name the day.")))
    return redirect("checklist_editor:version", found.pk)


@for_editors
def compare(request):
    """What is different between two versions: a page, and a change note when it is printed."""
    old, new = (a_version(request.GET[name]) if request.GET.get(name) else None for name in ("old", "new"))
    if old is None or new is None or old.checklist_id != new.checklist_id:
        nothing()
    context = {"old": old, "new": new, "difference": queries.difference(old, new)}
    return page(request, "compare", _("What changed"), context)


@for_editors
def compare_draft(request, draft_id):
    """What a draft changes against the version before it: what the second person reads."""
    draft = a_draft(draft_id)
    document = queries.whole_document(draft)
    earlier = queries.earlier_of(draft, document)
    links = queries.proposed_bridge(draft)
    found = rules.difference(earlier.text.document if earlier else {}, document, links)
    context = {"old": earlier, "new": draft, "difference": found, "is_draft": True}
    return page(request, "compare", _("What changed"), context)
