"""One compliance point on one screen, and the same as the tablet shows it, with sample answers."""

from django import forms
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from checklists import actions, expressions, queries, rules
from checklists.forms import PointForm, QuestionForm, QuestionFormSet, sample_field
from checklists.models import DraftRevision
from checklists.rules import editing
from checklists.templatetags.checklist_words import field_words
from checklists.views.common import a_draft, for_editors, may_write, nothing, page, say, screen_of, taken_out
from core import statuses
from core.errors import Invalid, Refusal


@for_editors
def point(request, draft_id, key):
    draft = a_draft(draft_id)
    document = draft.head.document
    place = editing.point_place(document, key)
    if place is None:
        nothing()
    cluster = document["clusters"][place[1]]
    node = cluster["points"][place[3]]
    head = PointForm(request.POST or None, initial={"title": node["title"], "based_on": draft.head_id})
    start = [QuestionForm.initial_of(question) for question in node["questions"]]
    formset = QuestionFormSet(request.POST or None, initial=start, prefix="q")
    problems = []
    if request.method == "POST" and head.is_valid() and formset.is_valid():
        try:
            _save(draft, key, head, formset, request.user)
        except Invalid as error:
            head.add_error(None, str(error.sentence))
            problems = [_near(one, place) for one in error.problems if "place" in one]
        except Refusal as error:
            head.add_error(None, str(error.sentence))
        else:
            say(request, _("Saved as a new revision."))
            return redirect("checklist_editor:point", draft.pk, key)
    context = {
        "draft": draft, "cluster": cluster, "point": node, "head": head, "formset": formset, "problems": problems,
        "neighbours": _neighbours(document, key), "writable": may_write(draft),
    }  # fmt: skip
    title = f"{draft.checklist.title}, {draft.version}"
    above = (title, reverse("checklist_editor:draft", args=[draft.pk]))
    wrong = head.errors or (formset.is_bound and not formset.is_valid())
    return page(request, "point", node["title"], context, above, status=400 if wrong else 200)


def _save(draft, key, head, formset, by):
    kept = [form for form in formset.ordered_forms if form not in formset.deleted_forms]
    questions = [form.question() for form in kept]
    document = editing.with_point(draft.head.document, key, head.cleaned_data["title"], questions)
    based_on = DraftRevision.objects.filter(pk=head.cleaned_data["based_on"]).first()
    actions.save_draft(document=document, based_on=based_on, by=by)


@for_editors
@require_POST
def drop(request, draft_id, key):
    """Take a point out, with its questions. Its keys are never used again for something else."""
    return taken_out(
        request, a_draft(draft_id), editing.without_point, key, kind="point", to="draft",
        words=_("The point is taken out."),
    )  # fmt: skip


def _near(problem, place):
    """Where a problem stands, as the screen numbers its questions."""
    here = tuple(problem["place"])
    where = ""
    if here[: len(place)] == place and len(here) > len(place) + 1:
        rest = " › ".join(str(field_words(step)) for step in here[len(place) + 2 :])
        where = _("question %(n)s") % {"n": here[len(place) + 1] + 1} + (f", {rest}" if rest else "")
    return {"where": where or " › ".join(str(field_words(step)) for step in here), "sentence": problem["reason"]}


def _neighbours(document, key):
    keys = [node["key"] for _cluster, node in editing.points(document)]
    at = keys.index(key)
    return {"before": keys[at - 1] if at else "", "after": keys[at + 1] if at + 1 < len(keys) else ""}


@for_editors
def try_it(request, draft_id, key):
    """The point as the tablet shows it, and what the rules make of sample answers. Nothing is kept."""
    draft = a_draft(draft_id)
    document = queries.whole_document(draft)
    place = editing.point_place(document, key)
    if place is None:
        nothing()
    node = document["clusters"][place[1]]["points"][place[3]]
    asked = {question["key"]: question for _c, _p, question in rules.questions(document)}
    here = [question["key"] for question in node["questions"]]
    elsewhere = [other for other in _read_by(node["questions"], document, here) if other in asked and other not in here]
    form = sample_form(request, [asked[each] for each in [*elsewhere, *here]])
    answers = {name: value for name, value in sample_answers(form, asked).items() if value not in (None, "", [])}
    country = document.get("country", "")
    param = queries.parameters(country=country, on=document["in_force_from"]) if country else {}
    facts = {"workers": 800, "women": 600, "men": 200, "migrants": 40, "day": str(document["in_force_from"])}
    judged = expressions.Rules(document).judge(answers, param, facts)
    says = {check["key"]: check["says"] for check in document.get("checks") or []}
    cards = [_card(question, form, judged) for question in node["questions"]]
    context = {
        "draft": draft, "point": node, "cards": cards, "form": form,
        "elsewhere": [{"question": asked[each], "field": form[each]} for each in elsewhere],
        "failed": [says[check] for check in judged.failed if set(_questions_of(document, check)) & set(here)],
        "facts": facts, "param": sorted(param.items()),
    }  # fmt: skip
    title = f"{draft.checklist.title}, {draft.version}"
    above = [(title, reverse("checklist_editor:draft", args=[draft.pk]))]
    above.append((node["title"], screen_of(draft, key)))
    return page(request, "try_it", _("As the tablet shows it"), context, *above)


def _questions_of(document, check_key):
    return next(check.get("questions") or [] for check in document["checks"] if check["key"] == check_key)


def _read_by(questions, document, here):
    """Questions the rules of these read, and those their checks name, in the order of the document."""
    found = set()
    for question in questions:
        for _place, expression in rules.rules_of(question):
            try:
                found |= expressions.reads(expression)
            except Invalid:
                continue
    for check in document.get("checks") or []:
        if set(check.get("questions") or []) & set(here):
            found |= set(check["questions"])
    return [question["key"] for _c, _p, question in rules.questions(document) if question["key"] in found]


def sample_form(request, questions):
    """A form with one field for each of these questions."""
    form = type("SampleForm", (forms.Form,), {})(request.GET or None)
    for question in questions:
        form.fields[question["key"]] = sample_field(question)
    form.is_valid()
    return form


def sample_answers(form, asked):
    """{key: answer as the rules read it} of a form of sample answers."""
    if not form.is_bound:
        return {}
    found = {}
    for name, value in form.cleaned_data.items():
        kind = asked[name]["kind"]
        if kind == "yes_no" and value:
            value = value == "true"
        elif kind == "date" and value:
            value = value.isoformat()
        elif kind == "table" and value:
            value = {"rows": value}
        found[name] = value
    return found


def _card(question, form, judged):
    key = question["key"]
    return {
        "question": question,
        "field": form[key],
        "visible": judged.visible[key],
        "required": judged.required[key],
        "computed": judged.computed.get(key),
        "is_computed": bool(question.get("compute")),
        "rows": judged.rows.get(key),
        "suggested": judged.suggested.get(key),
        "suggests": statuses.status(judged.suggested[key]["state"]).word if judged.suggested.get(key) else "",
        "refused": judged.refused.get(key),
    }
