"""What of compliance can be removed for good, and what follows: answers, reports' documents and files made again.

The same words lie in several places: the change from a tablet, what was kept aside, the issued report. They go
together, and with them the earlier editions of the same text, which nobody would think of by name.
"""

from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from compliance import sync
from compliance.models import (
    Assessment,
    CaseIdentity,
    CaseNote,
    CaseNotice,
    CaseStep,
    CorrectionAsk,
    CorrectionDecision,
    DraftFinding,
    Evidence,
    EvidenceCover,
    FactoryReply,
    FindingPlace,
    FindingText,
    OperationPayload,
    PlanDecision,
    PublicReply,
    PublicReplyDecision,
    Quarantined,
    ReplyDecision,
    ReplyEvidence,
    ReportAnswer,
    ReportDocument,
    ReportReply,
    ReportTranslationWords,
    ReviewComment,
    VisitWords,
)
from core import access, holders, queue, redaction
from core.holders import Holder
from core.removals import Kind, register
from core.roles import Right


def _words_of(value):
    """What somebody typed in the value of a change: a text, or the place an extent names."""
    if isinstance(value, dict):
        value = value.get("where")
    return value if isinstance(value, str) else ""


def _the_same(one, other):
    """Do two texts say the same words, or does one hold the other as whole paragraphs, as merged texts do?"""
    short, long = sorted((one.strip(), other.strip()), key=len)
    return bool(short) and f"\n\n{short}\n\n" in f"\n\n{long}\n\n"


def _editions(changes, words, first=None):
    """Of one question's changes those that say these words, and every earlier edition they were made from.

    `first`: the one that was removed already, whose words are gone.
    """
    known = {str(row.pk): row for row in changes}
    found, ahead = (
        {},
        [
            pk
            for pk, row in known.items()
            if row.pk == first or (row.body and _the_same(_words_of(row.body.get("value")), words))
        ],
    )
    while ahead:
        row = known[ahead.pop()]
        found[row.pk] = row
        ahead += [
            base
            for base in row.operation.base
            if base in known and known[base].pk not in found and known[base].operation.field == row.operation.field
        ]
    return [row for row in found.values() if row.redacted_at is None]


def _everywhere(assessment_id, question_key, words, who, first=None):
    """Remove the same words elsewhere in this assessment; make the answer and the documents again."""
    assessment = Assessment.objects.select_for_update().get(pk=assessment_id)
    reports = set()
    if words:
        changes = OperationPayload.objects.filter(
            operation__assessment=assessment, operation__question_key=question_key
        )
        editions = _editions(changes.select_related("operation"), words, first)
        said = {words} | {_words_of(row.body.get("value")) for row in editions}
        for row in editions:
            redaction.redact(payload=row, **who)
        made = ReportTranslationWords.objects.filter(
            translation__assessment=assessment, question_key=question_key, redacted_at=None
        )
        for row in made:
            if any(_the_same(part["from"], one) for part in row.body.values() for one in said):
                redaction.redact(payload=row, **who)
        for row in Quarantined.objects.filter(assessment=assessment, redacted_at=None):
            if _the_same(_words_of(row.body.get("value")), words):
                _empty_kept_aside(row=row, **who)
        of_finding = {"finding__report__assessment": assessment, "finding__question_key": question_key}
        for model, where in (
            (FindingText, of_finding),
            (FindingPlace, of_finding),
            (ReportAnswer, {"report__assessment": assessment, "question_key": question_key}),
            (ReportReply, {"report__assessment": assessment, "question_key": question_key}),
        ):
            for row in model.objects.filter(redacted_at=None, **where):
                if any(_the_same(said, words) for said in row.body.values()):
                    redaction.redact(payload=row, **who)
                    reports.add(_report_id(row))
        in_draft = {"window__assessment": assessment, "question__key": question_key}
        for model, where in (
            (DraftFinding, in_draft),
            (FactoryReply, {f"draft__{name}": value for name, value in in_draft.items()}),
            (ReplyDecision, {f"draft__{name}": value for name, value in in_draft.items()}),
        ):
            for row in model.objects.filter(redacted_at=None, **where):
                if any(_the_same(said, words) for said in row.body.values() if isinstance(said, str)):
                    redaction.redact(payload=row, **who)
    sync.rebuild(assessment, question_key)
    return reports


def _report_id(row):
    return row.report_id if isinstance(row, (ReportAnswer, ReportReply)) else row.finding.report_id


def _draw_again(report_id):
    """Documents of this report are destroyed and asked for anew."""
    kept = ReportDocument.objects.filter(report_id=report_id)
    names = set(kept.values_list("stored", flat=True))
    kept.delete()
    for name in names:
        holders.let_go(name)
    queue.enqueue("compliance.make_documents", report_id=report_id)


def _after_operation(*, row, before, **who):
    operation = row.operation
    words = _words_of(before["value"])
    for report_id in _everywhere(operation.assessment_id, operation.question_key, words, who, first=row.pk):
        _draw_again(report_id)


def _after_issued(*, row, before, **who):
    own = isinstance(row, (ReportAnswer, ReportReply))
    report = row.report if own else row.finding.report
    key = row.question_key if own else row.finding.question_key
    for words in [said for said in before.values() if isinstance(said, str)] or [before["text"]]:
        for report_id in {report.pk} | _everywhere(report.assessment_id, key, words, who):
            _draw_again(report_id)


def _after_draft(*, row, before, **who):
    """Words of the draft, of a reply or of a decision: the same words in the record and in the report go too."""
    draft = row if isinstance(row, DraftFinding) else row.draft
    assessment_id, key = draft.window.assessment_id, draft.question.key
    for words in (before.get("text", ""), before.get("where", "")):
        for report_id in _everywhere(assessment_id, key, words, who):
            _draw_again(report_id)


def _after_translation(*, row, before, **who):
    """Words a translator wrote are gone: the report says the binding ones."""
    report = row.translation.assessment.reports.filter(superseded_by=None).first()
    if report:
        _draw_again(report.pk)


def _uncover(photo):
    """A photo is gone: what is left of it in the pictures with covers goes too."""
    names = set(photo.covers.exclude(stored="").values_list("stored", flat=True))
    photo.covers.all().delete()
    for name in names:
        holders.let_go(name)


def _empty_kept_aside(*, row, **who):
    recorded = redaction.recorded(thing=row, **who)
    row.body, row.why, row.redacted_at = None, "", timezone.now()
    row.save(update_fields=["body", "why", "redacted_at"])
    return recorded


def _remove_kept_aside(*, row, **who):
    """What came from a tablet and was kept aside, and the same words wherever else they lie."""
    key, words = str(row.body.get("question", "")), _words_of(row.body.get("value"))
    recorded = _empty_kept_aside(row=row, **who)
    for report_id in _everywhere(row.assessment_id, key, words, who):
        _draw_again(report_id)
    return recorded


def _reads_case(user, row, programme):
    return access.has(user, Right.READ_CASE, row.case)


def _question(assessment, *more):
    return " · ".join((assessment.number, *(str(part) for part in more if part)))


def _of_finding(row):
    return row.finding.report.assessment.programme


register(
    Kind(
        OperationPayload, _("A change from a tablet"), lambda row: row.operation.assessment.programme,
        follow=_after_operation,
        called=lambda row: _question(row.operation.assessment, row.operation.question_key, row.operation.field),
    )
)  # fmt: skip
register(
    Kind(
        Quarantined, _("A change that was kept aside"), lambda row: row.assessment.programme,
        remove=_remove_kept_aside,
        called=lambda row: _question(row.assessment, (row.body or {}).get("field")),
    )
)  # fmt: skip
for model, words in ((FindingText, _("The words of a finding")), (FindingPlace, _("The place a finding names"))):
    register(
        Kind(
            model, words, _of_finding, follow=_after_issued,
            called=lambda row: _question(row.finding.report.assessment, row.finding.question_key),
        )
    )  # fmt: skip
register(
    Kind(
        ReportAnswer, _("A typed answer in a report"), lambda row: row.report.assessment.programme,
        follow=_after_issued, called=lambda row: _question(row.report.assessment, row.question_key),
    )
)  # fmt: skip
register(
    Kind(
        ReportTranslationWords, _("What a translator made of a report text"),
        lambda row: row.translation.assessment.programme, follow=_after_translation,
        called=lambda row: _question(row.translation.assessment, row.question_key, row.translation.into),
    )
)  # fmt: skip
register(
    Kind(
        ReviewComment, _("A comment of a reviewer"), lambda row: row.assessment.programme,
        called=lambda row: _question(row.assessment, row.question_key),
    )
)  # fmt: skip
register(
    Kind(
        ReportReply, _("A factory’s reply in a report"), lambda row: row.report.assessment.programme,
        follow=_after_issued, called=lambda row: _question(row.report.assessment, row.question_key),
    )
)  # fmt: skip
register(
    Kind(
        DraftFinding, _("A finding of a draft"), lambda row: row.window.assessment.programme, follow=_after_draft,
        called=lambda row: _question(row.window.assessment, row.question.key),
    )
)  # fmt: skip
for model, words in ((FactoryReply, _("A factory’s reply")), (ReplyDecision, _("A decision on a reply"))):
    register(
        Kind(
            model, words, lambda row: row.draft.window.assessment.programme, follow=_after_draft,
            called=lambda row: _question(row.draft.window.assessment, row.draft.question.key),
        )
    )  # fmt: skip
register(
    Kind(
        ReplyEvidence, _("A file of a factory’s reply"), lambda row: row.draft.window.assessment.programme,
        remove=holders.remove_everywhere,
        called=lambda row: _question(row.draft.window.assessment, row.draft.question.key),
    )
)  # fmt: skip
register(
    Kind(
        CorrectionAsk, _("A request for a correction"), lambda row: row.report.assessment.programme,
        called=lambda row: _question(row.report.assessment, row.question_key),
    )
)  # fmt: skip
register(
    Kind(
        CorrectionDecision, _("A decision on a correction"), lambda row: row.ask.report.assessment.programme,
        called=lambda row: _question(row.ask.report.assessment, row.ask.question_key),
    )
)  # fmt: skip
register(
    Kind(
        PublicReply, _("What a factory says in public"), lambda row: row.assessment.programme,
        called=lambda row: _question(row.assessment, row.question_key),
    )
)  # fmt: skip
register(
    Kind(
        PublicReplyDecision, _("A decision on what a factory says in public"),
        lambda row: row.reply.assessment.programme,
        called=lambda row: _question(row.reply.assessment, row.reply.question_key),
    )
)  # fmt: skip
for model, words in (
    (CaseNote, _("A note of a case")),
    (CaseStep, _("What was written of a step of a case")),
    (CaseNotice, _("A letter of a case")),
    (CaseIdentity, _("Who was harmed, in a case")),
):
    register(Kind(model, words, lambda row: row.case.programme, may=_reads_case))
register(
    Kind(
        VisitWords, _("The write-up of a visit"), lambda row: row.visit.programme,
        called=lambda row: f"{row.visit.site.number} · {row.visit.held_on}",
    )
)  # fmt: skip
register(
    Kind(
        PlanDecision, _("Why a visit was planned all the same"), lambda row: row.assessment.programme,
        called=lambda row: row.assessment.number,
    )
)  # fmt: skip
register(
    Kind(
        Evidence, _("A photo or document"), lambda row: row.assessment.programme,
        remove=holders.remove_everywhere, called=lambda row: _question(row.assessment, row.kind),
    )
)  # fmt: skip
holders.register(Holder(Evidence, programme_of=lambda row: row.assessment.programme, follow=_uncover))
holders.register(Holder(EvidenceCover, kept=Q()))
holders.register(Holder(ReplyEvidence, programme_of=lambda row: row.draft.window.assessment.programme))
holders.register(Holder(ReportDocument, kept=Q()))
