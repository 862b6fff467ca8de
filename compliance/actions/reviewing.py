"""A lead assessor reads what was handed in: edits the words, returns it, or offers the draft to the factory."""

import secrets

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from checklists.blueprint import question_facts
from compliance import queries, rules, sync
from compliance.actions.base import locked, move
from compliance.actions.replies import check_replies_are_decided, make_draft
from compliance.models import Assessment, CommentWindow, QuestionReview, ReviewComment, ReviewDraw, SecondReading
from compliance.permissions import check_can_discuss, check_can_review
from core import audit, queue
from core.days import today
from core.errors import Denied, Invalid, WrongState


def _in_review(assessment, by):
    """The assessment under a lock, for a lead assessor, while it is in review."""
    assessment = locked(assessment)
    check_can_review(by, assessment)
    if assessment.state != "in_review":
        raise WrongState(_("This is done while the assessment is in review."))
    return assessment


def _check_question(assessment, question_key):
    if question_key not in question_facts(assessment.version_id):
        raise Invalid(_("This question is not in the checklist of this assessment."))


@transaction.atomic
def comment(*, assessment, question_key, text, by) -> ReviewComment:
    """Say something to the colleagues about one question. A lead assessor, or an assessor of it. Records
    review.commented."""
    check_can_discuss(by, assessment)
    _check_question(assessment, question_key)
    text = rules.readable(text).strip()
    if not 0 < len(text) <= rules.MAX_TEXT:
        raise Invalid(_("Write something, and at most %(n)d characters.") % {"n": rules.MAX_TEXT})
    said = ReviewComment.objects.create(
        assessment=assessment, question_key=question_key, written_by=by, body={"text": text},
        salt=ReviewComment.new_salt(),
    )  # fmt: skip
    audit.record("review.commented", said, by=by, programme=assessment.programme, question=question_key)
    return said


@transaction.atomic
def accept(*, assessment, question_keys, by) -> int:
    """Accept the answers to these questions as they stand. A lead assessor. Records review.accepted. How many."""
    assessment = _in_review(assessment, by)
    for key in question_keys:
        _check_question(assessment, key)
    _judge(assessment, question_keys, "accepted", by)
    audit.record("review.accepted", assessment, by=by, programme=assessment.programme, n=len(question_keys))
    return len(question_keys)


@transaction.atomic
def return_question(*, assessment, question_key, text, by) -> None:
    """Return one answer with a comment: it goes back with the assessment. A lead assessor. Records review.returned."""
    assessment = _in_review(assessment, by)
    comment(assessment=assessment, question_key=question_key, text=text, by=by)
    _judge(assessment, [question_key], "returned", by)
    audit.record("review.returned", assessment, by=by, programme=assessment.programme, question=question_key)


def _judge(assessment, keys, verdict, by):
    revisions = dict(assessment.answers.filter(question_key__in=keys).values_list("question_key", "revision"))
    QuestionReview.objects.bulk_create(
        [
            QuestionReview(
                assessment=assessment, question_key=key, verdict=verdict, revision=revisions.get(key, 0), by=by
            )
            for key in keys
        ],
        update_conflicts=True,
        unique_fields=["assessment", "question_key"],
        update_fields=["verdict", "revision", "by", "at"],
    )


@transaction.atomic
def draw_second_reading(*, assessment, by, seed="") -> ReviewDraw:
    """Draw by chance which decided answers a second person reads. A lead assessor, once. Records review.drawn.

    `seed` is made here unless a test gives one; with it everybody can draw the same again.
    """
    assessment = _in_review(assessment, by)
    if ReviewDraw.objects.filter(assessment=assessment).exists():
        raise WrongState(_("The questions were drawn already. They are not drawn until they please."))
    decided = set(assessment.answers.filter(state__in=rules.DECIDED).values_list("question_key", flat=True))
    keys = [key for key in question_facts(assessment.version_id) if key in decided]
    seed = seed or secrets.token_hex(8)
    share = queries.second_reading_share(assessment.programme, today(assessment.programme))
    drawn = ReviewDraw.objects.create(
        assessment=assessment, seed=seed, of=len(keys), keys=rules.draw(seed, keys, share), drawn_by=by
    )
    audit.record(
        "review.drawn", drawn, by=by, programme=assessment.programme, seed=seed, of=len(keys), n=len(drawn.keys)
    )
    return drawn


@transaction.atomic
def read_second(*, assessment, question_key, agrees, by, text="") -> SecondReading:
    """Say whether a drawn answer holds for a second reader. Another lead assessor than who accepted it, once.

    Where it does not, a comment says why and the question counts as returned. Records review.read-again.
    """
    assessment = _in_review(assessment, by)
    drawn = ReviewDraw.objects.filter(assessment=assessment).first()
    if drawn is None or question_key not in drawn.keys:
        raise Invalid(_("This question was not drawn."))
    if drawn.readings.filter(question_key=question_key).exists():
        raise WrongState(_("This was read a second time already."))
    if assessment.question_reviews.filter(question_key=question_key, by=by).exists():
        raise Denied(_("You read this first. Somebody else reads it a second time."))
    reading = SecondReading.objects.create(draw=drawn, question_key=question_key, agrees=agrees, read_by=by)
    if not agrees:
        return_question(assessment=assessment, question_key=question_key, text=text, by=by)
    audit.record(
        "review.read-again", reading, by=by, programme=assessment.programme, question=question_key, agrees=agrees
    )
    return reading


@transaction.atomic
def send_back(*, assessment, by) -> Assessment:
    """Return from review to the assessors. A lead assessor. Records assessment.returned."""
    assessment = locked(assessment)
    check_can_review(by, assessment)
    row = move(assessment, "return")
    assessment.save(update_fields=["state"])
    audit.record(row.audit, assessment, by=by, programme=assessment.programme)
    return assessment


@transaction.atomic
def edit_report_text(*, assessment, question_key, text, by) -> None:
    """Change the words the factory will read, during review. A lead assessor. Records answer.report-text-edited."""
    assessment = locked(assessment)
    check_can_review(by, assessment)
    if assessment.state != "in_review":
        raise WrongState(_("Report texts are edited while the assessment is in review."))
    _check_question(assessment, question_key)
    if not rules.fits("", "report_text", text):
        raise Invalid(_("Write at most %(n)d characters.") % {"n": rules.MAX_TEXT})
    sync.write_at_desk(assessment=assessment, question_key=question_key, field="report_text", value=text, by=by)
    audit.record("answer.report-text-edited", assessment, by=by, programme=assessment.programme, question=question_key)


@transaction.atomic
def offer(*, assessment, by) -> CommentWindow:
    """Let the factory read the draft and comment on it. A lead assessor. Records assessment.offered with the last day.

    Refused where the programme set no days for it: then the report is issued from review.
    """
    assessment = locked(assessment)
    check_can_review(by, assessment)
    programme = assessment.programme
    row = move(assessment, "offer")
    opened_on = today(programme)
    if not queries.is_offered(programme, opened_on):
        raise WrongState(_("This programme gives no days for comment. Issue the report."))
    _check_is_read(assessment)
    assessment.save(update_fields=["state"])
    window = CommentWindow.objects.create(
        assessment=assessment, opened_by=by, until=queries.last_day(programme, opened_on)
    )
    n = make_draft(window)
    audit.record(row.audit, assessment, by=by, programme=programme, window=window.pk, until=window.until, n=n)
    for person in queries.managers_of(assessment.cycle.site):
        queue.enqueue("compliance.write_of_something", user_id=person.pk, key=f"draft-{window.pk}-{person.pk}")
    return window


def _check_is_read(assessment):
    """Every non-compliance was accepted as it stands now, and nothing stands returned."""
    judged = {review.question_key: review for review in assessment.question_reviews.all()}
    if any(review.verdict == "returned" for review in judged.values()):
        raise WrongState(_("A question is returned to the assessors. Return the assessment, or accept it."))
    found = assessment.answers.filter(state="non_compliant").values_list("question_key", "revision")
    unread = sum(1 for key, revision in found if key not in judged or judged[key].revision != revision)
    if unread:
        words = ngettext(
            "%(n)d non-compliance is not accepted yet. Read it first.",
            "%(n)d non-compliances are not accepted yet. Read them first.",
            unread,
        )
        raise WrongState(words % {"n": unread}, code="unread")


@transaction.atomic
def take_back(*, assessment, by) -> Assessment:
    """Take the draft back from the factory into review; what it said stays. A lead assessor. Records
    assessment.taken-back."""
    assessment = locked(assessment)
    check_can_review(by, assessment)
    row = move(assessment, "take_back")
    assessment.save(update_fields=["state"])
    assessment.windows.filter(taken_back_at=None).update(taken_back_at=timezone.now())
    audit.record(row.audit, assessment, by=by, programme=assessment.programme)
    return assessment


def check_window_is_over(assessment, on) -> None:
    """May the report be issued on this day as far as the factory's window goes? WrongState when not."""
    if assessment.state == "in_review" and queries.is_offered(assessment.programme, on):
        raise WrongState(_("The factory comments first. Offer it the draft."), code="window")
    if assessment.state == "comment_window" and not queries.window_is_over(queries.open_window(assessment), on):
        raise WrongState(_("The factory may still comment. Wait for its last day, or for its word."), code="window")
    if assessment.state == "comment_window":
        check_replies_are_decided(assessment)
