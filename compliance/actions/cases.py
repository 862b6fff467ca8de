"""Cases of serious harm: opened on suspicion, read by the named few, closed with an outcome."""

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from compliance import queries, rules
from compliance.models import (
    AssessmentMember,
    CaseIdentity,
    CaseNote,
    CaseNotice,
    CaseStep,
    ZeroToleranceCase,
)
from compliance.permissions import (
    check_can_open_case,
    check_can_read_case,
    check_can_work_on_case,
    reads_whole_case,
)
from core import access, audit, queue
from core.errors import NOTHING_HERE, Denied, Invalid, WrongState
from core.ids import new_id
from core.roles import Right


def _may_be_named(programme):
    """Ids of who can be named a reader."""
    return set(queries.case_readers(programme).values_list("pk", flat=True))


@transaction.atomic
def open_case(
    *, programme, kind, text, readers, by, cycle=None, site=None, visit=None, do_not_tell=()
) -> ZeroToleranceCase:
    """Open a case on suspicion of serious harm. Staff of the programme; only the readers named can see it.

    From an assessment (`cycle`), from another visit, or at a factory without either. Records case.opened. Nothing
    else anywhere shows that it exists.
    """
    check_can_open_case(by, programme)
    site = site or (visit.site if visit else cycle.site)
    if site.programme_id != programme.pk or any(reader.pk not in _may_be_named(programme) for reader in readers):
        raise Invalid(_("Only people of this programme, and officers named in it, read a case."))
    if set(do_not_tell) - set(rules.CASE_PARTIES):
        raise Invalid(_("Choose who must not be told."))
    case = ZeroToleranceCase.objects.create(
        programme=programme, site=site, cycle=cycle, visit=visit, kind=kind, do_not_tell=sorted(do_not_tell),
        opened_by=by,
    )  # fmt: skip
    CaseNote.objects.create(case=case, written_by=by, body={"text": text}, salt=CaseNote.new_salt())
    for reader in {by, *readers}:
        access.grant(user=reader, right=Right.READ_CASE, anchor=case)
    audit.record("case.opened", case, by=by, programme=programme, kind=kind)
    return case


@transaction.atomic
def open_case_from_tablet(*, assessment, case_id, kind, text, by) -> ZeroToleranceCase:
    """What an assessor wrote of suspected serious harm, with or without a network then. Twice is one case.

    Anybody ever named on the assessment, also after a right was withdrawn or an account closed: it is never refused
    for that. Its readers are those the programme names in its dated setting `harm`, else who plans visits, and the
    author while she may open cases. Each gets one neutral letter. Records case.opened. It touches no assessment,
    no answer, no count.
    """
    if not AssessmentMember.objects.filter(assessment=assessment, user_id=by.pk).exists() or not assessment.cycle_id:
        raise Denied(NOTHING_HERE)
    text = rules.readable(text).strip()
    if kind not in rules.CASE_KINDS or not 0 < len(text) <= rules.MAX_TEXT:
        raise Invalid(_("Say what is suspected and write what you saw."))
    programme = assessment.programme
    case, is_new = ZeroToleranceCase.objects.get_or_create(
        pk=case_id,
        defaults={
            "programme": programme, "site": assessment.cycle.site, "cycle": assessment.cycle, "kind": kind,
            "opened_by": by,
        },
    )  # fmt: skip
    if not is_new:
        if case.opened_by_id != by.pk:
            raise Invalid(_("This cannot be taken under this id."), code="id-used")
        return case
    CaseNote.objects.create(case=case, written_by=by, body={"text": text}, salt=CaseNote.new_salt())
    readers = set(queries.harm_readers(programme))
    if access.has(by, Right.OPEN_ZERO_TOLERANCE, programme):
        access.grant(user=by, right=Right.READ_CASE, anchor=case)
    for reader in readers - {by}:
        access.grant(user=reader, right=Right.READ_CASE, anchor=case)
        queue.enqueue("compliance.write_of_something", user_id=reader.pk, key=new_id())
    audit.record("case.opened", case, by=by, programme=programme, kind=kind)
    return case


@transaction.atomic
def note_on_case(*, case, text, by) -> CaseNote:
    """Something more is known. Its readers of the staff. Records case.noted."""
    case = _for_work(case, by)
    text = rules.readable(text).strip()
    if not 0 < len(text) <= rules.MAX_TEXT:
        raise Invalid(_("Write what is known."))
    note = CaseNote.objects.create(case=case, written_by=by, body={"text": text}, salt=CaseNote.new_salt())
    audit.record("case.noted", case, by=by, programme=case.programme)
    return note


@transaction.atomic
def take_step(*, case, step, by, answer="", words="") -> CaseStep:
    """A step of the protocol is taken. Its readers of the staff. The last answer counts. Records case.step-taken."""
    case = _for_work(case, by)
    answers = rules.CASE_STEPS.get(step)
    if answers is None or (answer not in answers if answers else answer):
        raise Invalid(_("Choose what this step came to."))
    words = rules.readable(words).strip()[: rules.MAX_TEXT]
    taken = CaseStep.objects.create(
        case=case, step=step, answer=answer, by=by, body={"words": words}, salt=CaseStep.new_salt()
    )
    audit.record("case.step-taken", case, by=by, programme=case.programme, step=step, answer=answer or "done")
    return taken


MISFITS = {
    "do-not-tell": gettext_lazy("This party must not be told of the case."),
    "best-interest": gettext_lazy("First weigh whether telling serves the child, and write it down."),
    "consent": gettext_lazy("The person harmed has not agreed that the authorities are told."),
    "risk-check": gettext_lazy("First look at what telling the authorities does to migrants, and write it down."),
}


@transaction.atomic
def tell_party(*, case, party, words, by) -> CaseNotice:
    """A party is told, in these words, by a letter with a number of its own. Its readers of the staff.

    Refused for who must not be told, and for authorities before consent or the child's best interest and the risk
    check (rules.telling_misfit). The first letter to an authority starts the hours. Records case.party-told.
    """
    case = _for_work(case, by)
    words = rules.readable(words).strip()
    if party not in rules.CASE_PARTIES or not 0 < len(words) <= rules.MAX_TEXT:
        raise Invalid(_("Choose who is told and write the letter."))
    misfit = rules.telling_misfit(case.kind, party, queries.last_answers(case), case.do_not_tell)
    if misfit:
        raise WrongState(MISFITS[misfit], code=misfit)
    notice = CaseNotice.objects.create(
        case=case, n=case.notices.count() + 1, party=party, told_by=by, body={"words": words},
        salt=CaseNotice.new_salt(),
    )  # fmt: skip
    audit.record("case.party-told", case, by=by, programme=case.programme, party=party, n=notice.n)
    return notice


@transaction.atomic
def acknowledge(*, notice, by) -> CaseNotice:
    """The party says that the letter came. An officer reads hers and says it herself; else staff writes it down.

    Records case.acknowledged. Twice is once.
    """
    notice = CaseNotice.objects.select_for_update(of=("self",)).select_related("case__programme").get(pk=notice.pk)
    check_can_read_case(by, notice.case)
    if not reads_whole_case(by, notice.case) and notice.party != "ministry":
        raise Denied(NOTHING_HERE)
    if notice.acknowledged_at is None:
        notice.acknowledged_at, notice.acknowledged_by = timezone.now(), by
        notice.save(update_fields=["acknowledged_at", "acknowledged_by"])
        audit.record("case.acknowledged", notice.case, by=by, programme=notice.case.programme, n=notice.n)
    return notice


@transaction.atomic
def set_do_not_tell(*, case, parties, by) -> ZeroToleranceCase:
    """Who must not hear of the case. Its readers of the staff. Records case.do-not-tell."""
    case = _for_work(case, by)
    if set(parties) - set(rules.CASE_PARTIES):
        raise Invalid(_("Choose who must not be told."))
    case.do_not_tell = sorted(parties)
    case.save(update_fields=["do_not_tell"])
    audit.record("case.do-not-tell", case, by=by, programme=case.programme, parties=case.do_not_tell)
    return case


@transaction.atomic
def seal_identity(*, case, words, by) -> CaseIdentity:
    """Who was harmed and how to reach her, sealed: written once, read only by an act that says why.

    Its readers of the staff. Records case.identity-sealed.
    """
    case = _for_work(case, by)
    words = rules.readable(words).strip()
    if not 0 < len(words) <= rules.MAX_TEXT:
        raise Invalid(_("Write who it is and how to reach her."))
    if CaseIdentity.objects.filter(case=case).exists():
        raise WrongState(_("An identity is sealed already."))
    sealed = CaseIdentity.objects.create(case=case, sealed_by=by, body={"words": words}, salt=CaseIdentity.new_salt())
    audit.record("case.identity-sealed", case, by=by, programme=case.programme)
    return sealed


@transaction.atomic
def open_identity(*, case, because, by) -> CaseIdentity:
    """Break the seal to read, for one of rules.OPENED_BECAUSE. Its readers of the staff. Records case.identity-opened.

    Every other reader of the staff gets a letter that something waits; the openings stand on the case.
    """
    case = _for_work(case, by, may_be_closed=True)
    if because not in rules.OPENED_BECAUSE:
        raise Invalid(_("Say why you have to know."))
    sealed = CaseIdentity.objects.filter(case=case).first()
    if sealed is None:
        raise WrongState(_("No identity is sealed."))
    staff = access.holders(Right.OPEN_ZERO_TOLERANCE, case.programme).values("user_id")
    for user_id in access.holders(Right.READ_CASE, case).filter(user_id__in=staff).exclude(user_id=by.pk):
        queue.enqueue("compliance.write_of_something", user_id=user_id["user_id"], key=new_id())
    audit.record("case.identity-opened", case, by=by, programme=case.programme, because=because)
    return sealed


@transaction.atomic
def name_reader(*, case, reader, by) -> None:
    """One more person reads the case: of the programme's staff, or an officer named in it. Records case.reader-named.

    Its readers of the staff.
    """
    case = _for_work(case, by)
    if reader.pk not in _may_be_named(case.programme):
        raise Invalid(_("Only people of this programme, and officers named in it, read a case."))
    access.grant(user=reader, right=Right.READ_CASE, anchor=case)
    audit.record("case.reader-named", case, by=by, programme=case.programme, user=reader.pk)


@transaction.atomic
def end_reader(*, case, reader, by) -> None:
    """She reads the case no more; somebody of the staff must be left. Its readers of the staff.

    Records case.reader-ended.
    """
    case = _for_work(case, by)
    staff = access.holders(Right.OPEN_ZERO_TOLERANCE, case.programme).values("user_id")
    left = access.holders(Right.READ_CASE, case).filter(user_id__in=staff).exclude(user_id=reader.pk)
    if not left.exists():
        raise WrongState(_("Nobody of the programme would read this case any more. Name somebody first."))
    access.revoke(user=reader, right=Right.READ_CASE, anchor=case)
    audit.record("case.reader-ended", case, by=by, programme=case.programme, user=reader.pk)


def _for_work(case, by, may_be_closed=False):
    """The case, locked, for a reader of the programme's staff; for everybody else it does not exist."""
    case = ZeroToleranceCase.objects.select_for_update(of=("self",)).select_related("programme").get(pk=case.pk)
    check_can_work_on_case(by, case)
    if case.closed_at and not may_be_closed:
        raise WrongState(_("This case is closed already."))
    return case


@transaction.atomic
def close_case(*, case, outcome, by) -> ZeroToleranceCase:
    """End a case with its outcome. Its readers of the staff. Records case.closed."""
    case = _for_work(case, by)
    if outcome not in rules.CASE_OUTCOMES:
        raise Invalid(_("Choose how it ended."))
    case.closed_at, case.closed_by, case.outcome = timezone.now(), by, outcome
    case.save(update_fields=["closed_at", "closed_by", "outcome"])
    audit.record("case.closed", case, by=by, programme=case.programme, outcome=outcome)
    return case
