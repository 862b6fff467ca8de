"""Writers of statements: what a member of the worker side says to the readers she chose, and their answers."""

from datetime import timedelta

from django.db import transaction
from django.utils.translation import gettext as _

from core import audit, languages
from core.days import setting
from core.errors import Invalid
from improvement_plans.actions.items import check_length, day_of
from improvement_plans.actions.translations import wait_again
from improvement_plans.models import (
    Statement,
    StatementAnswer,
    StatementAnswerWords,
    StatementWords,
)
from improvement_plans.permissions import check_can_answer_statement, check_can_state, reads_for_union

# Days until an answer is due, where the programme sets none (setting "statements", "answer_days").
ANSWER_DAYS = 7


@transaction.atomic
def write_statement(*, committee, text, readers, language="", by) -> Statement:
    """A member of the worker side in office today writes to the readers she chose, and to nobody else.

    Records statement.written, without readers and words. Refuses a union where nobody reads for it.
    """
    seat = check_can_state(by, committee)
    site = committee.site
    text = check_length(text)
    if not text:
        raise Invalid(_("Write what you want to say. Any language will do."))
    if readers not in Statement.Readers.values:
        raise Invalid(_("Choose who may read it."))
    if readers == Statement.Readers.UNION and not reads_for_union(site):
        raise Invalid(_("Nobody reads for your union here yet. Choose other readers."))
    day = day_of(site)
    days = (setting(site.programme_id, "statements", day) or {}).get("answer_days", ANSWER_DAYS)
    words = StatementWords(body=_words(text, language, site), salt=StatementWords.new_salt())
    words.statement = Statement.objects.create(
        member=seat, readers=readers, on=day, answer_by=day + timedelta(days=days), digest=words.digest
    )
    words.save()
    audit.record("statement.written", words.statement, by=by, programme=site.programme)
    return words.statement


@transaction.atomic
def answer_statement(*, statement, text, language="", by) -> StatementAnswer:
    """One of its readers answers, or the author adds a word. Records statement.answered."""
    check_can_answer_statement(by, statement)
    text = check_length(text)
    if not text:
        raise Invalid(_("Write an answer."))
    site = statement.member.committee.site
    words = StatementAnswerWords(body=_words(text, language, site), salt=StatementAnswerWords.new_salt())
    words.answer = StatementAnswer.objects.create(statement=statement, by=by, on=day_of(site), digest=words.digest)
    words.save()
    wait_again(statement=statement)
    audit.record("statement.answered", statement, by=by, programme=site.programme)
    return words.answer


def _words(text, language, site):
    return {"text": text, "language": languages.checked(language, site.programme)}
