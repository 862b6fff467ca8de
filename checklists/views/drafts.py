"""A version on its way: what it holds, what the linter found, who changed what, and its steps to being published."""

from django.http import JsonResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from checklists import actions, queries, rules
from checklists.actions.common import STATE_WORDS
from checklists.exports import to_yaml
from checklists.forms import FileForm, LinkFormSet, NewPointForm, ReturnForm, TextForm
from checklists.imports import parse_yaml
from checklists.rules import adapting, editing
from checklists.views.common import (
    a_draft,
    based_on,
    for_editors,
    may_write,
    nothing,
    page,
    place_words,
    refuse,
    say,
    screen_of,
    spoken,
)
from core.errors import Invalid, Refusal


@for_editors
def index(request):
    """Every draft and every published version."""
    context = {"drafts": list(queries.drafts()), "versions": list(queries.versions()), "file": FileForm()}
    context["files"] = queries.sent_files(request.user).filter(state__in=["reading", "read"])
    for draft in context["drafts"]:
        draft.words = STATE_WORDS[draft.state]
    return page(request, "index", _("Checklists"), context)


@for_editors
def draft(request, draft_id):
    found = a_draft(draft_id)
    document = queries.whole_document(found)
    is_edition = found.head.document["format"] == rules.EDITION_FORMAT
    lints = queries.lint_of(found)
    context = {
        "draft": found,
        "state": STATE_WORDS[found.state],
        "document": document,
        "is_edition": is_edition,
        "lints": [{"level": one.level, "sentence": one.sentence, "where": place_words(document, one.place),
                   "screen": _screen_of(found, document, one.place)} for one in lints],
        "errors": sum(one.level == "error" for one in lints),
        "changes": queries.changes_since(found)[:10],
        "newer_parents": queries.newer_parents(found) if is_edition else [],
        "may_publish": found.state == "in_review" and found.head.saved_by_id != request.user.pk,
        "return_form": ReturnForm(),
        "new_point": NewPointForm(),
        "writable": may_write(found),
        "clusters": _shown(found, document, is_edition),
    }  # fmt: skip
    return page(request, "draft", f"{document['title']}, {found.version}", context)


def _shown(draft, document, is_edition):
    """[(cluster, [(point, its screen, how many changes of the edition touch it)])]. A point of the parent of which
    every question is dropped is still shown, so that it can come back."""
    if not is_edition:
        return [(c, [(p, screen_of(draft, p["key"]), 0) for p in c["points"]]) for c in document["clusters"]]
    edition, parent = draft.head.document, queries.parent_document(draft)
    changes, own = adapting.changes_of(edition), adapting.own_questions(edition)
    made = {point["key"]: point for _cluster, point in editing.points(document)}
    shown = []
    for cluster in parent["clusters"]:
        here = next((each for each in document["clusters"] if each["key"] == cluster["key"]), {"points": []})
        gone = [point | {"questions": []} for point in cluster["points"] if point["key"] not in made]
        rows = []
        for point in [*here["points"], *gone]:
            was = next((each for each in cluster["points"] if each["key"] == point["key"]), {"questions": []})
            asked = {question["key"] for question in [*was["questions"], *point["questions"]]}
            count = sum(len(changes.get(key, [])) + (key in own) for key in asked)
            rows.append((point, screen_of(draft, point["key"]), count))
        shown.append((cluster, rows))
    return shown


def _screen_of(draft, document, place):
    """The screen on which a place of the document is written; "" where there is none."""
    if len(place) >= 4 and place[0] == "clusters" and place[2] == "points":
        return screen_of(draft, document["clusters"][place[1]]["points"][place[3]]["key"])
    if draft.head.document["format"] == rules.EDITION_FORMAT:
        return ""
    if place[:1] in (("checks",), ("sampling",)):
        return reverse(f"checklist_editor:{place[0]}", args=[draft.pk])
    return ""


@for_editors
def head(request, draft_id):
    """The newest revision, asked for while somebody writes, so that she is warned before she saves."""
    found = a_draft(draft_id)
    who = found.head.saved_by.name if found.head.saved_by else _("An import")
    return JsonResponse({"revision": str(found.head_id), "who": who})


@for_editors
def text(request, draft_id):
    """The whole draft as its file: for editions, and for what has no field."""
    found = a_draft(draft_id)
    form = TextForm(request.POST or None, initial={"text": to_yaml(found.head.document), "based_on": found.head_id})
    problems = []
    if request.method == "POST" and form.is_valid():
        try:
            document, line_of = parse_yaml(form.cleaned_data["text"], _("This text"))
            _keep_identity(found, document)
            actions.save_draft(document=document, based_on=based_on(request), by=request.user)
        except Invalid as error:
            form.add_error(None, str(error.sentence))
            problems = [
                {"where": _("line %(n)s") % {"n": line_of(one["place"])}, "sentence": one["reason"]}
                for one in error.problems if "place" in one
            ]  # fmt: skip
        except Refusal as error:
            form.add_error(None, str(error.sentence))
        else:
            say(request, _("Saved as a new revision."))
            return redirect("checklist_editor:draft", found.pk)
    title = f"{found.checklist.title}, {found.version}"
    context = {"draft": found, "form": form, "problems": problems}
    return page(request, "text", _("As a file"), context, (title, _address(found)), status=400 if form.errors else 200)


def _keep_identity(draft, document):
    """A draft stays the draft of its version: another key or version is another draft."""
    key, version = str(document.get("key")), str(document.get("version"))
    if (key, version) != (draft.checklist.key, draft.version):
        raise Invalid(_("Key and version of a draft stay as they are. Begin another draft for another version."))


def _address(draft):
    return reverse("checklist_editor:draft", args=[draft.pk])


@for_editors
@require_POST
def add_point(request, draft_id, cluster):
    found = a_draft(draft_id)
    form = NewPointForm(request.POST)
    if not form.is_valid():
        refuse(request, Invalid(_("A compliance point needs a key, a title and its first question.")))
        return redirect("checklist_editor:draft", found.pk)
    said = form.cleaned_data
    question = {"key": f"{said['key']}-1", "kind": "yes_no", "text": said["question"], "level": "enterprise"}
    try:
        if found.head.document["format"] == rules.EDITION_FORMAT:
            point = {"key": said["key"], "title": said["title"], "questions": [question]}
            change = {"do": "add-point", "cluster": cluster, "point": point}
            document = adapting.with_change(found.head.document, change)
        else:
            document = editing.with_new_point(found.head.document, cluster, said["key"], said["title"], question)
        actions.save_draft(document=document, based_on=found.head, by=request.user)
    except LookupError:
        nothing()
    except Refusal as error:
        refuse(request, error)
        return redirect("checklist_editor:draft", found.pk)
    return redirect(screen_of(found, said["key"]))


@for_editors
@require_POST
def order_points(request, draft_id, cluster):
    found = a_draft(draft_id)
    try:
        document = editing.with_order(found.head.document, cluster, request.POST.getlist("point"))
        actions.save_draft(document=document, based_on=based_on(request), by=request.user)
        say(request, _("The order is saved."))
    except LookupError:
        nothing()
    except Refusal as error:
        refuse(request, error)
    return redirect("checklist_editor:draft", found.pk)


@for_editors
@require_POST
def send(request, draft_id):
    return _step(request, draft_id, actions.send_to_review, _("Sent. A second person looks it through."))


@for_editors
@require_POST
def send_back(request, draft_id):
    note = request.POST.get("note", "")
    return _step(request, draft_id, actions.return_to_draft, _("It is a draft again."), note=note)


def _step(request, draft_id, action, sentence, **more):
    found = a_draft(draft_id)
    try:
        action(draft=found, by=request.user, **more)
        say(request, sentence)
    except Refusal as error:
        refuse(request, error)
    return redirect("checklist_editor:draft", found.pk)


@for_editors
def publish(request, draft_id):
    """Which question is which, confirmed by a person; then the text is frozen."""
    found = a_draft(draft_id)
    document = queries.whole_document(found)
    earlier = queries.earlier_of(found, document)
    rows = [link._asdict() for link in queries.proposed_bridge(found)]
    formset = LinkFormSet(request.POST or None, initial=rows)
    if request.method == "POST" and formset.is_valid():
        said = [form for form in formset.cleaned_data if form["old"] or form["new"]]  # a row of neither says nothing
        links = [rules.Link(form["relation"], form["old"], form["new"]) for form in said]
        try:
            version = actions.publish(draft=found, bridge=links if earlier else None, by=request.user)
        except Invalid as error:
            refuse(request, error)
            problems = spoken(error.problems, document)
        except Refusal as error:
            refuse(request, error)
            problems = []
        else:
            say(request, _("Version %(version)s is published.") % {"version": version.version})
            return redirect("checklist_editor:version", version.pk)
    else:
        problems = []
    was, now = _texts(earlier.text.document if earlier else {}), _texts(document)
    for form in formset:
        old, new = form["old"].value() or "", form["new"].value() or ""
        form.was, form.now = was.get(old, ""), now.get(new, "")
    ordinary = [form for form in formset if form["relation"].value() == "same"]
    context = {
        "draft": found, "earlier": earlier, "formset": formset, "problems": problems, "document": document,
        "unusual": [form for form in formset if form["relation"].value() != "same"], "ordinary": ordinary,
        "old_keys": was, "new_keys": now,
    }  # fmt: skip
    title = f"{document['title']}, {found.version}"
    return page(request, "publish", _("Publish"), context, (title, _address(found)))


def _texts(document):
    return {question["key"]: question["text"] for _c, _p, question in rules.questions(document)}


@for_editors
def changes(request, draft_id):
    """Who changed what since: every revision, newest first."""
    found = a_draft(draft_id)
    title = f"{found.checklist.title}, {found.version}"
    context = {"draft": found, "changes": queries.changes_since(found)}
    return page(request, "changes", _("Who changed what"), context, (title, _address(found)))
