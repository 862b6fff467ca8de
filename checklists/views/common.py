"""What the editor's pages share: who may open them, the frame, and how a refusal comes back to the form."""

from functools import wraps
from uuid import UUID

from django.contrib import messages
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.text import Truncator
from django.utils.translation import gettext as _

from checklists import actions, rules
from checklists.models import ChecklistVersion, Draft, DraftRevision
from checklists.permissions import check_can_edit, check_can_translate
from checklists.templatetags.checklist_words import field_words
from core.errors import NOTHING_HERE, Refusal

# What a title or a text that follows says by itself.
LEVELS = {"clusters", "points", "questions", "changes"}


def for_editors(view):
    """Decorator: only who may write checklists. Anybody else is told so, and nothing of what is here."""
    return _door(view, check_can_edit)


def for_translators(view):
    """Decorator: translators and editors."""
    return _door(view, check_can_translate)


def _door(view, check):
    @wraps(view)
    def guarded(request, *args, **kwargs):
        check(request.user)
        return view(request, *args, **kwargs)

    guarded.door = check
    return guarded


def page(request, name, title, context, *crumbs, status=200):
    """A page in the editors' shell. crumbs: (words, address) of the pages above it, under the list of checklists."""
    above = [{"url": reverse("wagtailadmin_home"), "label": _("Home")}]
    above.append({"url": reverse("checklist_editor:index"), "label": _("Checklists")})
    above += [{"url": address, "label": words} for words, address in crumbs]
    frame = {
        "breadcrumbs_items": [*above, {"url": "", "label": title}],
        "header_title": title,
        "header_icon": "list-ul",
    }
    return render(request, f"checklists/editor/{name}.html", frame | context, status=status)


def a_draft(draft_id):
    return get_object_or_404(Draft.objects.select_related("checklist", "head__saved_by"), pk=draft_id)


def a_whole_draft(draft_id):
    """A draft that is written whole. An edition holds only what differs; it has screens of its own."""
    found = a_draft(draft_id)
    if found.head.document["format"] == rules.EDITION_FORMAT:
        nothing()
    return found


def a_version(version_id):
    rows = ChecklistVersion.objects.select_related("checklist", "text", "retirement", "parent")
    return get_object_or_404(rows, pk=version_id)


def nothing():
    raise Http404(NOTHING_HERE)


def say(request, sentence):
    messages.success(request, sentence)


def refuse(request, error):
    """Every sentence of a refusal, the places named as people read them."""
    messages.error(request, str(error.sentence))


def based_on(request):
    """The revision a form says it was made from; None where it says none there is."""
    try:
        return DraftRevision.objects.filter(pk=UUID(request.POST.get("based_on", ""))).first()
    except ValueError:
        return None


def saved(request, form, document):
    """Save a document a screen made, from the revision its form names. What is refused stands on the form.

    Returns (whether it was saved, the places to mend).
    """
    try:
        actions.save_draft(document=document, based_on=based_on(request), by=request.user)
    except Refusal as error:
        form.add_error(None, str(error.sentence))
        return False, spoken(getattr(error, "problems", []), document)
    say(request, _("Saved as a new revision."))
    return True, []


def above(draft):
    """The crumb of a draft, over the pages below it."""
    return f"{draft.checklist.title}, {draft.version}", reverse("checklist_editor:draft", args=[draft.pk])


def screen_of(draft, point):
    """The screen on which a compliance point is written."""
    is_edition = draft.head.document["format"] == rules.EDITION_FORMAT
    return reverse(f"checklist_editor:{'edition-point' if is_edition else 'point'}", args=[draft.pk, point])


def may_write(draft):
    """Is this draft written whole, and now?"""
    return draft.state == "draft" and draft.head.document["format"] != rules.EDITION_FORMAT


def place_words(document, place):
    """Where something stands, in the words of the document itself: titles, texts and the labels of fields."""
    words, node = [], document
    for step in place:
        try:
            node = node[step]
        except (KeyError, IndexError, TypeError):
            node = None
        if isinstance(step, int):
            named = node if isinstance(node, dict) else {}
            words.append(
                Truncator(str(named.get("title") or named.get("text") or named.get("key") or step + 1)).chars(60)
            )
        elif step not in LEVELS:
            words.append(str(field_words(step)))
    return " › ".join(words)


def spoken(problems, document):
    """Problems of a document for a page: [{"where", "sentence"}]."""
    return [
        {"where": place_words(document, one["place"]), "sentence": one["reason"]} for one in problems if "place" in one
    ]


def taken_out(request, draft, without, key, *, kind, to, words):
    """Save the draft without a cluster or a point (`without`: of editing); then `to`, or back to it when refused."""
    try:
        document = without(draft.head.document, key)
        actions.save_draft(document=document, based_on=based_on(request), by=request.user)
    except LookupError:
        nothing()
    except Refusal as error:
        refuse(request, error)
        return redirect(f"checklist_editor:{kind}", draft.pk, key)
    say(request, words)
    return redirect(f"checklist_editor:{to}", draft.pk)
