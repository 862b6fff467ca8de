"""What of improvement plans can be removed for good: names and typed words, those of an item wherever they lie."""

from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from core import holders, redaction
from core.holders import Holder
from core.removals import Kind, register
from improvement_plans.actions.items import TYPED
from improvement_plans.models import (
    AdvisoryCommitment,
    AdvisoryMinutesWords,
    AdvisoryName,
    AdvisoryPaper,
    AgendaLine,
    AgreementRemark,
    CandidateName,
    Commitment,
    ElectionWordText,
    FactWords,
    ItemChangeWords,
    ItemEvidence,
    ItemWriting,
    MemberName,
    MinutesSignatureWords,
    MinutesWords,
    PlanItem,
    PlanList,
    PledgeFactWords,
    PledgeWords,
    ProgressWords,
    StatementAnswerWords,
    StatementWords,
    TranslationWords,
)
from improvement_plans.permissions import programme_of
from improvement_plans.texts import thing_of

GONE = "—"  # an item, a promise, a topic has to say something


def _with_translations(who, **thing):
    """What translators made of the words goes with them."""
    of = {f"translation__{name}": one for name, one in thing.items()}
    for words in TranslationWords.objects.filter(redacted_at=None, **of):
        redaction.redact(payload=words, **who)


def _follow(thing_of):
    """What follows a removal: the translations of the thing whose words they were."""

    def follow(*, row, before, **who):
        _with_translations(who, **thing_of(row))

    return follow


def _remove_writing(*, row, **who):
    """What one edition of an item said: in the item while it stands there, else in the change that replaced it.

    What to do is written anew afterwards, and signed anew. An item that goes on from another took its words along.
    """
    recorded = redaction.recorded(thing=row, **who)
    row.redacted_at = timezone.now()
    row.save(update_fields=["redacted_at"])
    item = PlanItem.objects.select_for_update(of=("self",)).get(pk=row.item_id)
    later = list(item.changes.filter(edition__gt=row.edition).select_related("words"))
    for name in TYPED:
        replaced_by = next((change.words for change in later if name in change.fields), None)
        if replaced_by is None:
            _empty(item, name, who)
        elif replaced_by.redacted_at is None:
            redaction.redact(payload=replaced_by, **who)
    _with_translations(who, item=item)
    return recorded


def _called(item):
    return f"{item.plan.site.number} · {item.question_key}" if item.question_key else item.plan.site.number


def _empty(item, name, who):
    words = getattr(item, name)
    if name == "issue":
        if item.finding_id is None:  # what a report found is called by the question, not by a person
            PlanItem.objects.filter(pk=item.pk).update(issue=GONE)
        return
    gone: dict = {name: ""} | ({"steps_done": {}} if name == "steps" else {})
    PlanItem.objects.filter(pk=item.pk).update(**gone)
    if not words:
        return
    beside = PlanItem.objects.filter(continues=item) | PlanItem.objects.filter(continued_by=item)
    for other in beside.filter(**{name: words}):
        writing = other.writings.filter(redacted_at=None).last()
        if writing:
            _remove_writing(row=writing, **who)


def _kind(model, words, item_of, **more):
    """A kind that hangs on a plan item: its programme, and how it is called."""
    register(
        Kind(
            model, words, lambda row: item_of(row).plan.site.programme,
            called=lambda row: _called(item_of(row)), **more,
        )
    )  # fmt: skip


register(
    Kind(
        MemberName, _("The name of a committee member"), lambda row: row.member.committee.site.programme,
        called=lambda row: row.member.committee.site.number,
    )
)  # fmt: skip
_kind(ItemWriting, _("What a plan item says"), lambda row: row.item, remove=_remove_writing)
for _model, _words, _item_of in (
    (ItemChangeWords, _("Why a plan item was changed"), lambda row: row.change.item),
    (AgreementRemark, _("The words of a signature"), lambda row: row.agreement.item),
    (FactWords, _("What was said with a fact"), lambda row: row.fact.item),
):
    _kind(_model, _words, _item_of, follow=_follow(lambda row, item_of=_item_of: {"item": item_of(row)}))


_kind(ItemEvidence, _("A photo or document of a fix"), lambda row: row.item, remove=holders.remove_everywhere)
holders.register(
    Holder(
        ItemEvidence, kept=Q(redacted_at=None, ended_at=None),
        programme_of=lambda row: row.item.plan.site.programme,
    )
)  # fmt: skip


def _plan_of(row):
    """The plan a progress report, a pledge or what became of one belongs to."""
    return row.plan if hasattr(row, "plan_id") else row.pledge.plan


def _of(path):
    """The programme of a row, by the way to its committee."""

    def programme_of(row):
        for step in path:
            row = getattr(row, step)
        return row.committee.site.programme

    return programme_of


_meeting = _follow(lambda row: {"meeting": row.minutes.meeting_id})
_signed = _follow(lambda row: {"meeting": row.signature.minutes.meeting_id})
_statement = _follow(lambda row: {"statement": row.statement_id})
_answered = _follow(lambda row: {"statement": row.answer.statement_id})
for _model, _words, _path, _after in (
    (CandidateName, _("The name of a candidate"), ("candidate", "election"), None),
    (ElectionWordText, _("Why an election was contested"), ("word", "election"), None),
    (MinutesWords, _("The minutes of a meeting"), ("minutes", "meeting"), _meeting),
    (MinutesSignatureWords, _("Why minutes were not signed"), ("signature", "minutes", "meeting"), _signed),
    (StatementWords, _("A statement of the worker side"), ("statement", "member"), _statement),
    (StatementAnswerWords, _("An answer to a statement"), ("answer", "statement", "member"), _answered),
):
    register(Kind(_model, _words, _of(_path), follow=_after))
register(
    Kind(
        TranslationWords, _("A translation of typed words"),
        lambda row: programme_of(thing_of(row.translation)),
    )
)  # fmt: skip


for _model, _words, _owner in (
    (ProgressWords, _("The words of a progress report"), "report"),
    (PledgeWords, _("What a buyer will change"), "pledge"),
    (PledgeFactWords, _("What became of it"), "fact"),
):
    register(Kind(_model, _words, lambda row, owner=_owner: _plan_of(getattr(row, owner)).site.programme))


def _put_a_dash(column, meetings_of=None):
    """What removes a column that may not be empty, and what was made of it. `meetings_of`: whose words it stood in."""

    def remove(*, row, **who):
        recorded = redaction.recorded(thing=row, **who)
        if getattr(row, column):
            setattr(row, column, GONE)
        row.redacted_at = timezone.now()
        row.save(update_fields=[column, "redacted_at"])
        if meetings_of:
            _with_translations(who, meeting=meetings_of(row))
        return recorded

    return remove


register(
    Kind(
        Commitment, _("What a side promised"), lambda row: row.committee.site.programme,
        remove=_put_a_dash("text", lambda row: row.made_in),
        called=lambda row: row.committee.site.number,
    )
)  # fmt: skip
register(
    Kind(
        AgendaLine, _("A topic of a meeting"), lambda row: row.meeting.committee.site.programme,
        remove=_put_a_dash("topic", lambda row: row.meeting), called=lambda row: row.meeting.committee.site.number,
    )
)  # fmt: skip


# --- the advisory committee ---------------------------------------------------------------------------------------


def _remove_paper(*, row, **who):
    """A file goes from everywhere it is held, an address and the title with it."""
    recorded = holders.remove_everywhere(row=row, **who)
    row.title, row.link = GONE, ""
    row.save(update_fields=["title", "link"])
    return recorded


register(
    Kind(
        AdvisoryName, _("The name of an advisory-committee member"), lambda row: row.seat.committee.programme
    )
)  # fmt: skip
register(
    Kind(
        AdvisoryMinutesWords, _("The minutes of an advisory committee"),
        lambda row: row.minutes.meeting.committee.programme,
    )
)  # fmt: skip
register(
    Kind(
        AdvisoryCommitment, _("What an advisory committee said would be done"),
        lambda row: row.committee.programme, remove=_put_a_dash("text"),
        called=lambda row: row.made_in.planned_on.isoformat(),
    )
)  # fmt: skip
register(
    Kind(
        AdvisoryPaper, _("A paper of an advisory committee"), lambda row: row.meeting.committee.programme,
        remove=_remove_paper, called=lambda row: row.on.isoformat(),
    )
)  # fmt: skip
holders.register(Holder(AdvisoryPaper, programme_of=lambda row: row.meeting.committee.programme))
holders.register(Holder(PlanList, kept=~Q(stored="")))  # the file of a list, until it is taken or dropped
