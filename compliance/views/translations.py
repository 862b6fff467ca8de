"""A report in other languages: who writes it says which is binding and asks; a translator works side by side."""

from django.contrib import messages
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from compliance import actions, permissions, queries
from compliance.views.base import in_time_of, or_absent
from core import access, languages
from core.errors import Invalid, WrongState
from core.roles import Right
from core.translating import SideBySide


def _discussed(request, number):
    """An assessment of whose report she may speak with its people."""
    found = or_absent(queries.assessment(request.user, number))
    or_absent(found.cycle_id and permissions.can_discuss(request.user, found))
    return found


@require_safe
def report_languages(request, number):
    """The binding language of a report, and how far its translations are."""
    found = _discussed(request, number)
    asked = queries.languages_of_report(found)
    there = {one.translation.into for one in asked} | {found.written_in}
    context = {
        "assessment": found,
        "asked": asked,
        "may_ask": [code for code in languages.of_papers(found.programme) if code not in there],
        "may_translate": found.state in permissions.TRANSLATED_IN,
        "may_name": found.state in ("planned", "in_progress", "drafting", "in_review"),
        "choices": [one for one in languages.choices(found.programme) if one[0]],
    }
    with in_time_of(found.programme):
        return render(request, "compliance/report_languages.html", context)


def _done(request, number, act, words):
    try:
        act()
    except (Invalid, WrongState) as error:
        messages.error(request, error.sentence)
    else:
        messages.success(request, words)
    return redirect("compliance:report-languages", number)


@require_POST
def name_language(request, number):
    """Say in which language its texts are written."""
    found, language = _discussed(request, number), request.POST.get("language", "")
    return _done(
        request, number, lambda: actions.name_language(assessment=found, language=language, by=request.user),
        _("Saved."),
    )  # fmt: skip


@require_POST
def ask_translation(request, number):
    """Ask translators for its texts in another language."""
    found, into = _discussed(request, number), request.POST.get("into", "")
    return _done(
        request, number, lambda: actions.ask_report_translation(assessment=found, into=into, by=request.user),
        _("Translators of the programme are asked."),
    )  # fmt: skip


@require_safe
def translations(request):
    """Reports whose texts wait for the translator. For others this place does not exist."""
    or_absent(access.held_in(request).any(Right.TRANSLATE_WORDS))
    return render(request, "compliance/translations.html", {"waiting": queries.reports_to_translate(request.user)})


def translation(request, translation_id):
    """Each text of a report, and beside it what the translator makes of it."""
    work = or_absent(queries.report_to_translate(request.user, translation_id))
    form, status = SideBySide(request.POST or None, rows=work.rows, into=work.translation.into), 200
    if request.method == "POST" and form.is_valid():
        try:
            actions.translate_report(
                translation=work.translation, words=form.words(), seen=form.seen(), by=request.user
            )
        except (Invalid, WrongState) as error:
            form.add_error(None, error.sentence)
            status = 409 if isinstance(error, WrongState) else 400
        else:
            messages.success(request, _("Saved. It is shown where the words it was made from stand."))
            return redirect("compliance:translation", translation_id)
    return render(request, "compliance/translation.html", {"work": work, "form": form}, status=status)
