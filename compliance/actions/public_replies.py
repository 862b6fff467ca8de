"""What a factory says in public of a finding: its own words, which nobody has checked.

Somebody of the programme reads them before they are published, so that no person is named. They appear with the
finding, never before it (disclosure).
"""

from django.db import transaction
from django.utils.translation import gettext as _

from compliance import rules
from compliance.actions.base import locked
from compliance.models import PublicReply, PublicReplyDecision, Report
from compliance.permissions import check_can_reply_in_public, check_can_review
from core import audit, languages
from core.errors import Denied, Invalid, WrongState


@transaction.atomic
def write_public_reply(*, report, question_key, text, language, by, party="") -> PublicReply:
    """Say something of a finding that shall stand beside it in public. Records publicreply.written.

    A manager of the factory. `party`: staff hand in the word of another party on a question that is its duty.
    """
    check_can_reply_in_public(by, report, party)
    text = rules.readable(text).replace("\r\n", "\n").strip()  # a browser counts the end of a line once
    if not 0 < len(text) <= rules.MAX_PUBLIC_REPLY:
        raise Invalid(_("Write something, and at most %(n)d characters.") % {"n": rules.MAX_PUBLIC_REPLY})
    if report.assessment.kind == "self" or Report.objects.filter(supersedes=report).exists():
        raise WrongState(_("Nothing of this report becomes public."))
    found = report.findings.select_related("question").filter(question_key=question_key, state="non_compliant").first()
    if found is None:
        raise Invalid(_("This question is not in the report."))
    if party and rules.DUTY + party not in found.question.tags:
        raise Invalid(_("This question is not the duty of that party."))
    reply = PublicReply.objects.create(
        assessment=report.assessment, question_key=question_key, party=party, said_by=by,
        body=languages.written(text, language, report.assessment.programme), salt=PublicReply.new_salt(),
    )  # fmt: skip
    audit.record(
        "publicreply.written", reply, by=by, programme=report.assessment.programme, report=report.pk,
        question=question_key,
    )  # fmt: skip
    return reply


@transaction.atomic
def decide_public_reply(*, reply, accepted: bool, by, reason="") -> PublicReplyDecision:
    """Let it be published with the next release, or return it and say why. A lead assessor, not who wrote it. Records
    publicreply.accepted or publicreply.returned."""
    assessment = locked(reply.assessment)
    check_can_review(by, assessment)
    if by.pk == reply.said_by_id:
        raise Denied(_("Somebody else reads it before it is published."))
    if PublicReplyDecision.objects.filter(reply=reply).exists():
        raise WrongState(_("This is decided already."))
    reason = rules.readable(reason).strip()
    if not accepted and not 0 < len(reason) <= rules.MAX_TEXT:
        raise Invalid(_("Give the reason. Whoever wrote it reads it."))
    outcome = "accepted" if accepted else "returned"
    decision = PublicReplyDecision.objects.create(
        reply=reply, outcome=outcome, decided_by=by, body={"text": reason}, salt=PublicReplyDecision.new_salt()
    )
    word = "publicreply.accepted" if accepted else "publicreply.returned"
    audit.record(word, reply, by=by, programme=assessment.programme)
    return decision
