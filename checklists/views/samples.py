"""What is asked of several questions at once: sampling plans, and checks over answers. Each can be tried."""

from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _

from checklists import expressions, queries, rules
from checklists.forms import BasedOn, CheckFormSet, DrawForm, InterviewsForm, RecordsFormSet
from checklists.rules import editing
from checklists.rules import sampling as plans
from checklists.views.common import a_whole_draft, above, for_editors, may_write, nothing, page, place_words, saved
from checklists.views.points import sample_answers, sample_form
from core.errors import Invalid


@for_editors
def sampling(request, draft_id):
    """The plans for records and for interviews; and what they give for a factory of some size."""
    draft = a_whole_draft(draft_id)
    held = draft.head.document.get("sampling") or {}
    posted = request.POST or None
    head = BasedOn(posted, initial={"based_on": draft.head_id}, auto_id=False)
    start = [{"key": key, **plan} for key, plan in (held.get("records") or {}).items()]
    records = RecordsFormSet(posted, initial=start, prefix="r")
    interviews = InterviewsForm(posted, initial=held.get("interviews") or {}, prefix="i")
    problems = []
    if posted and all([head.is_valid(), records.is_valid(), interviews.is_valid()]):
        document = editing.with_part(draft.head.document, "sampling", _sampling(records, interviews))
        done, problems = saved(request, head, document)
        if done:
            return redirect("checklist_editor:sampling", draft.pk)
    draw = DrawForm(request.GET or None)
    context = {
        "draft": draft, "head": head, "records": records, "interviews": interviews, "problems": problems,
        "writable": may_write(draft), "draw": draw, "drawn": _drawn(held, draw) if draw.is_valid() else None,
    }  # fmt: skip
    wrong = posted and not (head.is_valid() and records.is_valid() and interviews.is_valid())
    return page(request, "sampling", _("Sampling plans"), context, above(draft), status=400 if wrong else 200)


def _sampling(records, interviews):
    kept = [form for form in records.forms if form not in records.deleted_forms and form.cleaned_data.get("key")]
    made = {}
    if kept:
        made["records"] = {form.cleaned_data["key"]: form.plan("months") for form in kept}
    asked = interviews.plan("spread", "notes")
    if asked["bands"]:
        made["interviews"] = asked
    return made


def _drawn(held, draw):
    """For each plan: what it is called, how many are taken, and which numbers the seed draws."""
    people, seed = draw.cleaned_data["people"], draw.cleaned_data["seed"]
    found = []
    for key, plan in (held.get("records") or {}).items():
        count = plans.take(plan["bands"], people)
        found.append((plan.get("title") or key, count, plans.draw(f"{seed}:{key}", people, count)))
    if held.get("interviews"):
        found.append((_("Interviews"), plans.take(held["interviews"]["bands"], people), []))
    return found


@for_editors
def checks(request, draft_id):
    """Every check: a rule over answers, and the sentence that is said when they do not fit together."""
    draft = a_whole_draft(draft_id)
    document = draft.head.document
    posted = request.POST or None
    head = BasedOn(posted, initial={"based_on": draft.head_id}, auto_id=False)
    start = [
        check | {"questions": ", ".join(check.get("questions") or [])} for check in document.get("checks") or []
    ]  # fmt: skip
    formset = CheckFormSet(posted, initial=start, prefix="c")
    problems = []
    if posted and head.is_valid() and formset.is_valid():
        kept = [form for form in formset.ordered_forms if form not in formset.deleted_forms]
        reads = _reader(document)
        made = [form.check(reads) for form in kept]
        done, problems = saved(request, head, editing.with_part(draft.head.document, "checks", made))
        if done:
            return redirect("checklist_editor:checks", draft.pk)
    context = {
        "draft": draft, "head": head, "formset": formset, "problems": problems, "writable": may_write(draft),
        "lints": [
            {"level": one.level, "sentence": one.sentence, "where": place_words(document, one.place)}
            for one in queries.lint_of(draft) if one.place[:1] == ("checks",)
        ],
    }  # fmt: skip
    wrong = posted and not (head.is_valid() and formset.is_valid())
    return page(request, "checks", _("Checks"), context, above(draft), status=400 if wrong else 200)


def _reader(document):
    order = [question["key"] for _c, _p, question in rules.questions(document)]

    def reads(expression):
        try:
            found = expressions.reads(expression)
        except Invalid:
            return []  # the linter names the rule; saving asks for the questions
        return [key for key in order if key in found]

    return reads


@for_editors
def try_check(request, draft_id, key):
    """Sample answers to the questions a check reads, and what it says of them. Nothing is kept."""
    draft = a_whole_draft(draft_id)
    document = draft.head.document
    check = next((one for one in document.get("checks") or [] if one["key"] == key), None)
    if check is None:
        nothing()
    asked = {question["key"]: question for _c, _p, question in rules.questions(document)}
    read = set(_reader(document)(check["when"])) | set(check.get("questions") or [])
    here = [each for each in asked if each in read]
    form = sample_form(request, [asked[each] for each in here])
    answers = {name: value for name, value in sample_answers(form, asked).items() if value not in (None, "", [])}
    facts = {"workers": 800, "women": 600, "day": str(document["in_force_from"])}
    country = document.get("country", "")
    param = queries.parameters(country=country, on=document["in_force_from"]) if country else {}
    judged = expressions.Rules(document).judge(answers, param, facts)
    context = {
        "draft": draft, "check": check, "fields": [(asked[each], form[each]) for each in here], "facts": facts,
        "answered": bool(answers), "failed": key in judged.failed,
        "open": [asked[each]["text"] for each in here if each not in answers],
    }  # fmt: skip
    crumbs = [above(draft), (_("Checks"), reverse("checklist_editor:checks", args=[draft.pk]))]
    return page(request, "try_check", _("Try a check"), context, *crumbs)
