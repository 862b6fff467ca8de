"""Writers of signatures: a co-chair's word for a side, on the plan or on the fix."""

from django.db import transaction
from django.utils.translation import gettext as _

from core import audit, languages
from core.errors import WrongState
from improvement_plans.actions.items import check_length, check_runs, day_of, locked, said
from improvement_plans.actions.translations import wait_again
from improvement_plans.models import Agreement, AgreementRemark, ItemFact
from improvement_plans.permissions import check_can_decide, check_can_sign
from improvement_plans.rules import Signature, both_agree, standing_signatures
from improvement_plans.states import ROWS, may_follow

ABOUT = Agreement.About
DECISION = Agreement.Decision


@transaction.atomic
def agree_item(*, item, remark="", language="", by, on=None, about=None, edition=None) -> Agreement:
    """Agree for a side, with or without a remark: to the plan, or, once the fix is reported, that it is fixed.

    A co-chair in office on the day, on a day when the committee may decide. Records item.agreed, and fix.agreed with
    the second side's word on the fix. `about` and `edition` say what the person read; when it changed since, nothing
    is signed. `language`: of the remark.
    """
    decision = DECISION.WITH_REMARK if remark.strip() else DECISION.AGREED
    return _sign(item, decision, remark, language, by, on, about, edition)


@transaction.atomic
def decline_item(*, item, remark="", language="", by, on=None, about=None, edition=None) -> Agreement:
    """Do not agree, for a side. The same people and days; a duty stays the employer's. Records item.declined."""
    return _sign(item, DECISION.DECLINED, remark, language, by, on, about, edition)


def _sign(item, decision, remark, language, by, on, about, edition):
    item = locked(item)
    plan = item.plan
    day = day_of(plan.site, on)
    seat = check_can_sign(by, plan, day)
    check_runs(item)
    facts = said(item)
    now_about = ABOUT.FIX if "reported" in facts else ABOUT.PLAN
    now_edition = item.round if now_about == ABOUT.FIX else item.edition
    if (about or now_about) != now_about or (edition or now_edition) != now_edition:
        raise WrongState(_("This was changed after you opened it. Read it again, then answer."), code="changed")
    _check_open(item, now_about, facts)
    parity = check_can_decide(plan.committee, day)
    remark = check_length(remark)

    given = item.agreements.filter(about=now_about, edition=now_edition)
    last = given.filter(side=seat.side).last()
    if last and (last.member_id, last.decision) == (seat.pk, decision) and not remark:
        return last
    body = languages.written(remark, language, plan.site.programme)
    words = AgreementRemark(body=body, salt=AgreementRemark.new_salt())
    agreement = Agreement.objects.create(
        item=item, about=now_about, edition=now_edition, side=seat.side, member=seat, decision=decision, on=day,
        parity=parity.snapshot(), digest=words.digest if remark else "",
    )  # fmt: skip
    if remark:
        words.agreement = agreement
        words.save()
        wait_again(item=item, written=language)
    programme = plan.site.programme
    verb = "item.declined" if decision == DECISION.DECLINED else "item.agreed"
    audit.record(
        verb, item, by=by, programme=programme, about=str(now_about), edition=now_edition, side=seat.side,
        member=seat.pk, decision=str(decision), answer=parity.answer,
    )  # fmt: skip
    if now_about == ABOUT.FIX and both_agree(standing_of(item)):
        ItemFact.objects.create(item=item, round=item.round, kind="agreed", on=day, by=by)
        audit.record(ROWS["agreed"].audit, item, by=by, programme=programme, round=item.round)
    return agreement


def _check_open(item, about, facts):
    if about == ABOUT.FIX and not may_follow("agreed", facts):
        raise WrongState(_("Both sides have agreed, or the next report has spoken. Nothing is left to sign."))
    if about == ABOUT.PLAN and facts & {"verified", "confirmed"}:
        raise WrongState(_("This is checked already. Nothing is left to sign."))
    if about == ABOUT.PLAN and not item.planned:
        raise WrongState(_("Write first what will change, who does it and by when."))


def standing_of(item):
    """{side: signature that counts} on the fix of the running round."""
    rows = item.agreements.filter(about=ABOUT.FIX, edition=item.round)
    given = [Signature(*row) for row in rows.values_list("about", "edition", "side", "decision")]
    return standing_signatures(given, ABOUT.FIX, item.round)
