"""Reads of a report's languages: for a translator what she was asked for, for the desks what there is of it."""

from dataclasses import dataclass

from django.db.models import Q
from django.utils.translation import get_language

from checklists.models import Question
from checklists.queries import issues_in
from compliance import rules
from compliance.models import ReportTranslation
from compliance.permissions import translations_visible_to
from compliance.texts import bodies_of, flat, flat_body, parts_of, texts_of
from core import languages, translating


@dataclass
class ToTranslate:
    """The texts of one report: n of them, and how many are to be written, or written anew."""

    translation: ReportTranslation
    rows: list[translating.Row]

    @property
    def into(self):
        return languages.name(self.translation.into)

    @property
    def of(self):
        return len(self.rows)

    @property
    def left(self):
        return translating.left(self.rows)

    @property
    def stale(self):
        return sum(1 for row in self.rows if row.stale_from)


def _all(translations) -> list[ToTranslate]:
    """Each with its rows. A fixed number of queries."""
    found = list(translations.select_related("assessment__version", "assessment__programme"))
    texts, bodies = texts_of({one.assessment_id: one.assessment for one in found}.values()), bodies_of(found)
    return [
        ToTranslate(one, translating.rows(flat(texts[one.assessment_id]), flat_body(bodies[one.pk]), one.into))
        for one in found
    ]


def reports_to_translate(user) -> list[ToTranslate]:
    """What waits for a translator, asked for longest first. A draft's texts may change until it is issued."""
    waiting = translations_visible_to(user).filter(Q(done_at=None) | ~Q(assessment__state="issued"))
    return [one for one in _all(waiting) if one.left]


def report_to_translate(user, translation_id) -> ToTranslate | None:
    """One of them, whether something waits or not, or None: its texts and no factory, no person, nothing else."""
    work = next(iter(_all(translations_visible_to(user).filter(pk=translation_id))), None)
    if work:
        issues = dict(
            Question.objects.filter(version=work.translation.assessment.version_id).values_list("key", "issue")
        )
        issues |= issues_in(get_language())
        for row in work.rows:
            issue = issues[row.text.part.split(" ")[0]]
            row.text = row.text._replace(words=f"{issue} · {row.text.words}")
    return work


def languages_of_report(assessment) -> list[ToTranslate]:
    """Into which languages a report's texts were asked for, with how far they are."""
    return _all(assessment.translations)


def in_other_languages(assessment, item) -> list:
    """[(language, Row)] of the texts of one question, for the desks. Two queries; one where nothing was asked for."""
    asked = list(assessment.translations.all())
    kept_back = assessment.state != "issued" and rules.HARM_TAG in item.question.tags
    if not asked or kept_back or item.state != "non_compliant":
        return []
    said = {"text": item.answer.report_text, "where": item.answer.extent_where}
    parts, bodies = parts_of(said, assessment.written_in), bodies_of(asked, question_key=item.question.key)
    of_question = [(one.into, bodies[one.pk].get(item.question.key, {})) for one in asked]
    return [(into, row) for into, body in of_question for row in translating.rows(parts, body, into)]


def translated_texts(assessment_id, into) -> dict:
    """{question key: body} of the texts of an assessment's report in another language. Two queries at most."""
    asked = list(ReportTranslation.objects.filter(assessment=assessment_id, into=into))
    return bodies_of(asked)[asked[0].pk] if asked else {}
