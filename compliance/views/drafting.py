"""The drafting desk."""

from django.contrib import messages
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from compliance import actions, queries
from compliance.forms import DraftForm
from compliance.views.base import in_time_of, or_absent


def _own(request, number):
    return or_absent(queries.own_assessment(request.user, number))


@require_safe
def drafting(request, number):
    """Where an assessor writes up her visit, question by question."""
    found = _own(request, number)
    if found.state != "drafting":
        messages.info(request, _("%(number)s is not being written up.") % {"number": number})
        return redirect("compliance:assessment", number)
    return _desk_page(request, found, request.GET.get("question", ""))


def _desk_page(request, found, question, form=None, stands=None, status=200):
    desk = or_absent(queries.drafting_desk(found, wanted=question, show=request.GET.get("show", "")))
    answer = desk.current.answer
    first = {field: getattr(answer, field) for field in DraftForm.TEXTS} | {"seen": answer.revision}
    context = {
        "assessment": found,
        "desk": desk,
        "item": desk.current,
        "form": form or DraftForm(initial=first),
        "stands": stands,
        "others": queries.in_other_languages(found, desk.current),
        "writes": desk.current.state != "information",
    }
    with in_time_of(found.programme):
        return render(request, "compliance/drafting.html", context, status=status)


@require_POST
def write_texts(request, number):
    """Keep the three texts of one question; not over words a colleague wrote meanwhile."""
    found, question = _own(request, number), request.POST.get("question", "")
    answer = found.answers.filter(question_key=question).first()
    form = DraftForm(request.POST)
    if not form.is_valid():
        return _desk_page(request, found, question, form, status=400)
    texts = {field: form.cleaned_data[field] for field in DraftForm.TEXTS}
    if answer and form.cleaned_data["seen"] != answer.revision:
        stands = [
            (form.fields[field].label, getattr(answer, field))
            for field, words in texts.items()
            if words != getattr(answer, field)
        ]
        again = DraftForm(initial=texts | {"seen": answer.revision})
        return _desk_page(request, found, question, again, stands=stands, status=409)
    actions.write_texts(assessment=found, question_key=question, texts=texts, by=request.user)
    if queries.open_slots(texts["report_text"]):
        messages.warning(request, _("Saved. What stands in curly brackets is still to be filled in."))
    else:
        messages.success(request, _("Saved."))
    return redirect(_at(request, found, request.POST.get("next") if "go_on" in request.POST else question, question))


@require_POST
def pick_photo(request, number):
    """A photo supports the open question, or no longer does."""
    found, question = _own(request, number), request.POST.get("question", "")
    photos = found.evidence.filter(redacted_at=None)
    photo = or_absent(next((one for one in photos if str(one.pk) == request.POST.get("photo")), None))
    picked = request.POST.get("picked") == "yes"
    actions.pick_photo(assessment=found, question_key=question, evidence=photo, picked=picked, by=request.user)
    return redirect(_at(request, found, question) + "#photos")


def _at(request, found, *wanted):
    """The desk at the first of these questions that is one, the list unfolded as it was."""
    show = f"&show={request.GET['show']}" if request.GET.get("show", "").isidentifier() else ""
    return reverse("compliance:drafting", args=[found.number]) + f"?question={next(filter(None, wanted))}{show}"
