"""Writers of a report's languages: which one is binding, into which its texts are asked for, what a translator makes.

A translation is no part of the issued report and of its proof. It is shown while the words it was made from stand.
"""

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from compliance.actions.base import locked
from compliance.models import Report, ReportTranslation, ReportTranslationWords
from compliance.permissions import TRANSLATED_IN, check_can_discuss, check_can_translate
from compliance.texts import bodies_of, flat, flat_body, texts_of
from core import audit, languages, queue, translating
from core.errors import Invalid, WrongState


@transaction.atomic
def name_language(*, assessment, language, by):
    """Say in which language the texts of a report are written: it is the binding one. Its assessors and lead assessors,
    until the factory reads the draft. Records report.language-named."""
    assessment = locked(assessment)
    check_can_discuss(by, assessment)
    if assessment.state not in ("planned", "in_progress", "drafting", "in_review"):
        raise WrongState(_("The binding language is named before the factory reads the draft."))
    if not language or not languages.checked(language, assessment.programme):
        raise Invalid(_("Choose the language the report texts are written in."))
    if language != assessment.written_in:
        assessment.language = language
        assessment.save(update_fields=["language"])
        audit.record(
            "report.language-named", assessment, by=by, programme=assessment.programme, language=language
        )  # fmt: skip
    return assessment


@transaction.atomic
def ask_report_translation(*, assessment, into, by) -> ReportTranslation:
    """Ask translators of the programme for a report's texts in another of its languages. Its assessors and lead
    assessors, once it is written up. Again: unchanged. Records report.translation-asked."""
    assessment = locked(assessment)
    check_can_discuss(by, assessment)
    if assessment.state not in TRANSLATED_IN:
        raise WrongState(_("There is nothing to translate yet."))
    if into not in languages.of_papers(assessment.programme) or into == assessment.written_in:
        raise Invalid(_("Choose another language in which reports of this programme are made."))
    asked, new = ReportTranslation.objects.get_or_create(assessment=assessment, into=into, defaults={"asked_by": by})
    if new:
        audit.record("report.translation-asked", asked, by=by, programme=assessment.programme, into=into)
    return asked


@transaction.atomic
def translate_report(*, translation, words, seen, by) -> ReportTranslation:
    """Put texts of a report into the language they were asked for in. A translator of the programme. Records
    report.translated; an issued report is drawn again.

    words: {"question part": text}, left empty where the binding words are to stand; seen: the marks of the words she
    read.
    """
    assessment = locked(translation.assessment)
    check_can_translate(by, translation)
    texts = texts_of([assessment])[assessment.pk]
    made: dict = {key: {} for key in {name.split(" ")[0] for name in words}}
    for name, one in translating.made(flat(texts), words, seen).items():
        key, part = name.split(" ")
        made[key][part] = one
    before = bodies_of([translation])[translation.pk]
    changed = {key: body for key, body in made.items() if body != before.get(key, {})}
    ReportTranslationWords.objects.bulk_create(
        ReportTranslationWords(
            translation=translation, question_key=key, body=body, salt=ReportTranslationWords.new_salt(), written_by=by
        )
        for key, body in sorted(changed.items())
    )
    if changed:
        audit.record(
            "report.translated", translation, by=by, programme=assessment.programme, into=translation.into,
            questions=sorted(changed),
        )  # fmt: skip
    wait_again(assessment)
    report = Report.objects.filter(assessment=assessment, superseded_by=None).first()
    if changed and report and not queue.is_waiting("compliance.make_documents", report_id=report.pk):
        queue.enqueue("compliance.make_documents", report_id=report.pk)
    return translation


def wait_again(assessment):
    """What is issued may have other words than a translation was made from: it waits for a translator, or no more."""
    if assessment.state != "issued":
        return
    translations = list(assessment.translations.all())
    if not translations:
        return
    texts, bodies = flat(texts_of([assessment])[assessment.pk]), bodies_of(translations)
    for one in translations:
        open_rows = translating.left(translating.rows(texts, flat_body(bodies[one.pk]), one.into))
        done_at = None if open_rows else one.done_at or timezone.now()
        if done_at != one.done_at:
            one.done_at = done_at
            one.save(update_fields=["done_at"])
