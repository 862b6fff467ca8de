"""The factory's right of reply, before the report: its managers read the draft and answer, a lead assessor decides.

What is said is added, never written over. The draft names no source, no time and no place of a statement, no
interview, and nothing of serious harm.
"""

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from compliance import queries, rules, sync
from compliance.actions.base import locked
from compliance.models import (
    CommentWindow,
    DraftFinding,
    EvidenceLink,
    FactoryReply,
    ReplyDecision,
    ReplyEvidence,
    ReportReply,
)
from compliance.permissions import check_can_reply, check_can_review
from core import audit, holders, scanning, storage
from core.days import today
from core.errors import Invalid, WrongState

MOST_FILES = 5
OUTCOMES = ("upheld", "amended", "withdrawn")


def make_draft(window) -> int:
    """Write down what the factory reads: every non-compliance but those of serious harm. How many.

    A place is told only where a photo or a document shows it: what rests on what people said could lead to them.
    """
    assessment = window.assessment
    answers = {one.question_key: one for one in assessment.answers.filter(state="non_compliant")}
    links = EvidenceLink.objects.filter(assessment=assessment, linked=True, question_key__in=answers)
    shown = set(links.values_list("question_key", flat=True))
    questions = [one for one in queries.finding_questions(assessment, answers) if rules.HARM_TAG not in one.tags]
    DraftFinding.objects.bulk_create(
        DraftFinding(
            window=window, question=question, body=_as_read(answers[question.key], question.key in shown),
            salt=DraftFinding.new_salt(),
        )
        for question in questions
    )  # fmt: skip
    return len(questions)


def _as_read(answer, shown):
    return {
        "text": answer.report_text, "where": answer.extent_where if shown else "", "extent_n": answer.extent_n,
        "extent_of": answer.extent_of, "extent_workers": answer.extent_workers,
    }  # fmt: skip


def _open(draft, by):
    """The window under its assessment's lock, while a manager of the factory may still answer."""
    assessment = locked(draft.window.assessment)
    check_can_reply(by, draft.window)
    window = CommentWindow.objects.get(pk=draft.window_id)
    if assessment.state != "comment_window" or window.taken_back_at:
        raise WrongState(_("The programme has taken this draft back. It will send it again."))
    if queries.window_is_over(window, today(assessment.programme)):
        raise WrongState(_("The days for comment are over. After issue you may ask for a correction."))
    return assessment


@transaction.atomic
def reply(*, draft, stance, text, by) -> FactoryReply:
    """Say whether the factory agrees with a draft finding or disputes it. A factory manager. Records reply.said.

    Who disputes says why.
    """
    assessment = _open(draft, by)
    text = rules.readable(text).strip()
    if stance not in ("agrees", "disputes"):
        raise Invalid(_("Choose whether you agree."))
    if stance == "disputes" and not text:
        raise Invalid(_("Say what is not right, and how you know."))
    if len(text) > rules.MAX_TEXT:
        raise Invalid(_("Write at most %(n)d characters.") % {"n": rules.MAX_TEXT})
    said = FactoryReply.objects.create(
        draft=draft, stance=stance, said_by=by, body={"text": text}, salt=FactoryReply.new_salt()
    )
    audit.record("reply.said", said, by=by, programme=assessment.programme, question=draft.question.key, stance=stance)
    return said


def send_evidence(*, draft, data: bytes, by) -> ReplyEvidence:
    """Keep a photo or document with a reply. A factory manager. Records reply.evidence-kept.

    What may be kept, and in which form, core.scanning decides; it is looked at before the transaction.
    """
    check_can_reply(by, draft.window)
    if len(data) > settings.EVIDENCE_MAX_BYTES:
        raise Invalid(_("This file is too large."))
    if draft.evidence.count() >= MOST_FILES:
        raise Invalid(_("Send at most %(n)d files with one answer.") % {"n": MOST_FILES})
    sent, (data, media_type) = data, scanning.admit(data)
    holders.check_not_removed(sent, data)
    stored = storage.store().put(data)
    with transaction.atomic():
        assessment = _open(draft, by)
        kept = ReplyEvidence.objects.create(
            draft=draft, stored=stored, size=len(data), media_type=media_type, sent_by=by
        )
        audit.record("reply.evidence-kept", kept, by=by, programme=assessment.programme, question=draft.question.key)
    return kept


@transaction.atomic
def say_no_more(*, window, by) -> CommentWindow:
    """Say that nothing more will come, so that nobody waits. A factory manager. Records reply.ended. Twice is once."""
    assessment = locked(window.assessment)
    check_can_reply(by, window)
    window = CommentWindow.objects.get(pk=window.pk)
    if window.said_at is None and assessment.state == "comment_window":
        window.said_at, window.said_by = timezone.now(), by
        window.save(update_fields=["said_at", "said_by"])
        audit.record("reply.ended", window, by=by, programme=assessment.programme)
    return window


@transaction.atomic
def decide_reply(*, draft, outcome, reason, by, text="", state="undetermined") -> ReplyDecision:
    """Uphold, amend or withdraw a finding the factory disputes, with a reason. A lead assessor. Records reply.decided.

    Amended: `text` is what the report will say. Withdrawn: the answer becomes `state`, which is no non-compliance. Both
    are written like any change of the record.
    """
    assessment = locked(draft.window.assessment)
    check_can_review(by, assessment)
    if assessment.state != "comment_window":
        raise WrongState(_("This is decided while the factory has the draft."))
    reason, text = rules.readable(reason).strip(), rules.readable(text).strip()
    if not 0 < len(reason) <= rules.MAX_TEXT:
        raise Invalid(_("Give the reason. The factory reads it."))
    if outcome not in OUTCOMES:
        raise Invalid(_("Choose whether the finding is upheld, amended or withdrawn."))
    change = {}
    if outcome == "amended":
        if not 0 < len(text) <= rules.MAX_TEXT:
            raise Invalid(_("Write what the report will say."))
        change = {"report_text": text}
    if outcome == "withdrawn":
        if state not in rules.STATES or state == "non_compliant":
            raise Invalid(_("Say what the answer is instead."))
        change = {"state": state}
    for field, value in change.items():
        sync.write_at_desk(assessment=assessment, question_key=draft.question.key, field=field, value=value, by=by)
    decision = ReplyDecision.objects.create(
        draft=draft, outcome=outcome, decided_by=by, body={"text": reason}, salt=ReplyDecision.new_salt()
    )
    audit.record(
        "reply.decided", decision, by=by, programme=assessment.programme, question=draft.question.key, outcome=outcome
    )
    return decision


def check_replies_are_decided(assessment) -> None:
    """WrongState while a finding the factory disputes waits for a lead assessor's word."""
    if any(row.reply and row.reply.stance == "disputes" and row.undecided for row in queries.replies_of(assessment)):
        raise WrongState(_("A disputed finding is not decided yet."), code="undecided")


def frozen_replies(assessment):
    """What the report keeps of the replies: [facts], [ReportReply without its report]. The words lie apart."""
    facts, rows = [], []
    for row in queries.replies_of(assessment):
        if row.reply is None:
            continue
        words = {"text": (row.reply.body or {}).get("text", "")}
        if row.decision:
            words["reason"] = (row.decision.body or {}).get("text", "")
        kept = ReportReply(question_key=row.draft.question.key, body=words, salt=ReportReply.new_salt())
        rows.append(kept)
        facts.append(
            {
                "key": kept.question_key, "stance": row.reply.stance, "files": len(row.files),
                "outcome": row.decision.outcome if row.decision else "", "digest": kept.digest,
            }
        )  # fmt: skip
    return facts, rows
