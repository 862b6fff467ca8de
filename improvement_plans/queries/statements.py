"""Reads for statements of the worker side. Everything goes through `statements_visible_to`: who is no reader finds
nothing, and nothing counts what she does not find.
"""

from dataclasses import dataclass

from django.db.models import Count, F, Prefetch, Q
from django.utils.translation import gettext as _

from core.days import today
from core.removals import may_in_programme
from improvement_plans.models import Member, Statement, StatementAnswer
from improvement_plans.permissions import may_ask_for, reads_for_union, statements_visible_to
from improvement_plans.queries.plans import language_of, name_of, seats_in_office, words_of
from improvement_plans.queries.translations import InYourLanguage, in_your_language
from improvement_plans.rules import WORKER
from improvement_plans.texts import texts_of


def worker_seats(user) -> list[Member]:
    """The person's seats on a worker side, in office today."""
    return [seat for seat in seats_in_office(user) if seat.side == WORKER]


def statements(user):
    """Statements the person may read, newest first; `answers_n` counts what others than the author said."""
    return (
        statements_visible_to(user)
        .select_related("member__user", "member__committee__site__programme")
        .annotate(answers_n=Count("answers", filter=~Q(answers__by=F("member__user"))))
        .order_by("-at", "-id")
    )


def waiting(user) -> int:
    """How many statements of others wait for an answer of the person's. One query."""
    return statements(user).exclude(member__user=user).filter(answers_n=0).count()


def who_answers(statement) -> str:
    """Who answers, in words that name nobody."""
    return {
        Statement.Readers.PROGRAMME: _("The programme answers"),
        Statement.Readers.UNION: _("Your union answers"),
        Statement.Readers.WORKERS: _("Your worker side answers"),
    }[statement.readers]


@dataclass
class StatementView:
    """One statement for one of its readers."""

    statement: Statement
    mine: bool
    author: str
    text: str
    answers: list
    who_answers: str
    late: bool
    may_remove: bool
    language: str
    yours: InYourLanguage

    @property
    def answered(self):
        return any(not one["author"] for one in self.answers)


def statement_view(user, statement_id) -> StatementView | None:
    """One statement, or None. Who answered is named to the author by her role only where she is of the union."""
    answers = Prefetch("answers", StatementAnswer.objects.select_related("words", "by"))
    statement = statements(user).select_related("words").prefetch_related(answers).filter(pk=statement_id).first()
    if statement is None:
        return None
    author = statement.member.user_id
    rows = [
        {
            "row": one,
            "on": one.on,
            "text": words_of(one),
            "language": language_of(one),
            "author": one.by_id == author,
            "you": one.by_id == user.pk,
        }
        for one in statement.answers.all()
    ]
    on = today(statement.member.committee.site.programme)
    return StatementView(
        statement=statement,
        mine=author == user.pk,
        author=name_of(statement.member),
        text=words_of(statement),
        answers=rows,
        who_answers=who_answers(statement),
        late=statement.answer_by < on,
        may_remove=may_in_programme(user, statement, statement.member.committee.site.programme),
        language=language_of(statement),
        yours=in_your_language(texts_of(statement), author == user.pk and may_ask_for(statement), statement=statement),
    )


def readers_for(committee) -> list:
    """Which readers a member can choose in a committee, with words."""
    return [
        (value, words)
        for value, words in Statement.Readers.choices
        if value != Statement.Readers.UNION or reads_for_union(committee.site)
    ]
