"""The visit is over: its assessors write at a desk what the factory will read, and say which photos support it."""

from django.db import transaction
from django.utils.translation import gettext as _

from checklists.blueprint import question_facts
from compliance import rules, sync
from compliance.actions.base import locked
from compliance.permissions import check_is_assessor
from core import audit
from core.errors import Invalid, WrongState


def _drafting(assessment, question_key, by):
    """The assessment under a lock, for an assessor of it, while it is written up."""
    assessment = locked(assessment)
    check_is_assessor(by, assessment)
    if assessment.state != "drafting":
        raise WrongState(_("This is done after the visit, until it is sent to review."))
    if question_key not in question_facts(assessment.version_id):
        raise Invalid(_("This question is not in the checklist of this assessment."))
    return assessment


@transaction.atomic
def write_texts(*, assessment, question_key, texts, by) -> list[str]:
    """Write texts of one question: {field note, comment or report text: words}, by their fields in rules.TEXTS.

    An assessor of it, while it is written up. Each that changed becomes an operation like any other, made from what
    stands now. Records answer.written with the fields, which are returned.
    """
    assessment = _drafting(assessment, question_key, by)
    answer = assessment.answers.filter(question_key=question_key).first()
    changed = [
        field for field, words in texts.items() if words != getattr(answer, field, "") or field in _conflicts(answer)
    ]
    for field in changed:
        if field not in rules.TEXTS or not rules.fits("", field, texts[field]):
            raise Invalid(_("Write at most %(n)d characters.") % {"n": rules.MAX_TEXT})
        sync.write_at_desk(assessment=assessment, question_key=question_key, field=field, value=texts[field], by=by)
    if changed:
        audit.record(
            "answer.written", assessment, by=by, programme=assessment.programme, question=question_key, fields=changed
        )
    return changed


def _conflicts(answer):
    return answer.conflicts if answer else ()


@transaction.atomic
def pick_photo(*, assessment, question_key, evidence, picked: bool, by) -> None:
    """A photo or document of this visit supports the answer, or no longer does. An assessor of it, while it is written
    up. Records answer.photo-picked."""
    assessment = _drafting(assessment, question_key, by)
    if evidence.assessment_id != assessment.pk or evidence.redacted_at:
        raise Invalid(_("This photo does not belong to this visit."))
    field = f"photo:{evidence.pk}"
    sync.write_at_desk(assessment=assessment, question_key=question_key, field=field, value=picked, by=by)
    audit.record(
        "answer.photo-picked", assessment, by=by, programme=assessment.programme, question=question_key,
        evidence=evidence.pk, picked=picked,
    )  # fmt: skip
