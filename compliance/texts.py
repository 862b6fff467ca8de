"""The texts of a report that are put into other languages, as they stand: in the draft, then in the issued report.

Nothing else of an assessment is here: no field note, no comment, no source.
"""

from django.utils.translation import gettext_lazy as _

from checklists.models import Question
from compliance import rules
from compliance.models import Answer, Finding, ReportTranslationWords
from core.translating import Text

PARTS = {"text": _("Report text"), "where": _("Where it was")}


def parts_of(said, language) -> list[Text]:
    """The texts of one finding, of {part: text}."""
    return [Text(part, words, said[part], language) for part, words in PARTS.items() if said.get(part)]


def texts_of(assessments) -> dict:
    """{assessment id: {question key: [Text]}} of their non-compliances. Three queries; versions are brought along."""
    issued = {one.pk: one for one in assessments if one.state == "issued"}
    drafts = {one.pk: one for one in assessments if one.state != "issued"}
    found: dict = {one.pk: {} for one in assessments}
    for pk, key, said in [*_issued(issued), *_drafted(drafts)]:
        if parts := parts_of(said, (issued.get(pk) or drafts[pk]).written_in):
            found[pk][key] = parts
    return found


def _issued(assessments):
    findings = Finding.objects.filter(
        report__assessment__in=list(assessments), report__superseded_by=None, state="non_compliant"
    )
    for one in findings.select_related("words", "place", "report").order_by("report", "position"):
        words = {"text": one.words, "where": one.place if one.place_digest else None}
        said = {part: (row.body or {}).get("text", "") for part, row in words.items() if row}
        yield one.report.assessment_id, one.question_key, said


def _drafted(assessments):
    """Before issue, what is tagged as serious harm is left out: it is read by as few as can be."""
    of_version = {one.version_id for one in assessments.values()}
    questions = Question.objects.filter(version__in=of_version, kind="finding").order_by("position")
    order = {}
    for n, (version, key, tags) in enumerate(questions.values_list("version_id", "key", "tags")):
        if rules.HARM_TAG not in tags:
            order[version, key] = n
    answers = Answer.objects.filter(assessment__in=list(assessments), state="non_compliant")
    rows = answers.values_list("assessment_id", "question_key", "report_text", "extent_where")
    place = lambda row: order.get((assessments[row[0]].version_id, row[1]))  # noqa: E731
    for pk, key, text, where in sorted((row for row in rows if place(row) is not None), key=place):
        yield pk, key, {"text": text, "where": where}


def bodies_of(translations, **only) -> dict:
    """{translation id: {question key: body}}: what a translator made last of each finding. One query."""
    found: dict = {one.pk: {} for one in translations}
    rows = ReportTranslationWords.objects.filter(translation__in=list(found), redacted_at=None, **only)
    for translation, key, body in rows.order_by("written_at", "id").values_list("translation", "question_key", "body"):
        found[translation][key] = body
    return found


def flat(by_key) -> list[Text]:
    """All texts of a report in a row, each part named with its question."""
    return [one._replace(part=f"{key} {one.part}") for key, parts in by_key.items() for one in parts]


def flat_body(bodies) -> dict:
    """What was made of them, by the same names."""
    return {f"{key} {part}": one for key, body in bodies.items() for part, one in body.items()}
