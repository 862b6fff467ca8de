"""Writers of the facts of a fix: reported, verified, confirmed by the next report, opened again, withdrawn."""

from django.db import transaction
from django.utils.translation import gettext as _

from compliance.models import Finding, Report
from core import access, audit, languages
from core.errors import Denied, Invalid, WrongState
from core.roles import Right
from factories.models import Site
from improvement_plans.actions.items import (
    add_items_from_report,
    check_length,
    check_runs,
    day_of,
    locked,
    note_writing,
    open_plan,
    said,
    who,
)
from improvement_plans.actions.translations import wait_again
from improvement_plans.models import FactWords, ItemFact, PlanItem
from improvement_plans.permissions import check_can_report, check_can_verify, is_system
from improvement_plans.rules import in_office
from improvement_plans.states import ROWS, may_follow

# What was planned and goes on when a later report finds the same again.
HANDED_ON = (
    "cause", "steps", "expected", "languages", "cost", "saving", "currency", "priority", "due_on", "first_due_on",
    "slips",
)  # fmt: skip


@transaction.atomic
def report_done(*, item, text, language="", by, on=None) -> ItemFact:
    """The factory says that it is fixed. Its managers and the management side in office. Records fix.reported.

    `text` says what was done; it lies apart. Nobody has checked by this, and nobody has agreed.
    """
    item = locked(item)
    check_can_report(by, item.plan)
    check_runs(item)
    if not may_follow("reported", said(item)):
        raise WrongState(_("This is reported or checked already."))
    if not text.strip():
        raise Invalid(_("Say what was done."))
    return _fact(item, "reported", by, on, text=text, language=language)


@transaction.atomic
def verify_item(*, item, how, text="", language="", by, on=None) -> ItemFact:
    """Somebody of the programme looked: `how` is visit or document. Records fix.verified.

    An adviser or assessor who does not belong to the factory. Reported or not, agreed or not: what was seen was seen.
    """
    item = locked(item)
    check_can_verify(by, item.plan)
    check_runs(item)
    if how not in ("visit", "document"):
        raise Invalid(_("Say how you checked: by a visit or by documents."))
    if not may_follow("verified", said(item)):
        raise WrongState(_("This is checked already."))
    return _fact(item, "verified", by, on, text=text, language=language, how=how)


@transaction.atomic
def reopen_item(*, item, reason, language="", by, on=None) -> PlanItem:
    """It is not fixed: the round ends, and the facts said so far stay in it. Records fix.reopened.

    An adviser or assessor, with a reason. Only what was reported or checked can be opened again.
    """
    item = locked(item)
    check_can_verify(by, item.plan)
    check_runs(item)
    if not said(item) & {"reported", "verified"}:
        raise WrongState(_("Nobody says that this is fixed."))
    if not reason.strip():
        raise Invalid(_("Say what is not fixed."))
    _fact(item, "reopened", by, on, text=reason, language=language)
    return item


def _fact(item, kind, by, on, *, text="", language="", how="", report=None):
    """Write one fact into the running round; `reopened` starts the next round."""
    site = item.plan.site
    text = check_length(text)
    words = FactWords(body=languages.written(text, language, site.programme), salt=FactWords.new_salt())
    fact = ItemFact.objects.create(
        item=item, round=item.round, kind=kind, on=day_of(site, on), how=how, report=report,
        digest=words.digest if text else "", **who(by),
    )  # fmt: skip
    if text:
        words.fact = fact
        words.save()
        wait_again(item=item, written=language)
    audit.record(
        ROWS[kind].audit, item, by=by, programme=site.programme, round=item.round, how=how or None,
        report=report and report.pk,
    )  # fmt: skip
    if kind == "reopened":
        item.round += 1
        item.save(update_fields=["round"])
    return fact


@transaction.atomic
def confirm_from_report(*, report, by) -> dict:
    """Let a report speak on earlier items of its factory. Returns {"confirmed": n, "reopened": n, "withdrawn": n}.

    The program, or a lead assessor. Found compliant: confirmed. Found non-compliant: opened again, and the newer item
    of the question goes on from it. Not asked, not applicable, not determined say nothing. A corrected version takes
    back what it no longer finds. A self-assessment takes back its own and says nothing else: nobody has looked.
    Repeatable: a second run writes nothing.
    """
    site, programme = report.assessment.cycle.site, report.assessment.programme
    if not is_system(by) and not access.has(by, Right.LEAD_ASSESSMENTS, programme):
        raise Denied(_("Only a lead assessor lets a report speak on earlier items."))
    Site.objects.select_for_update(of=("self",)).get(pk=site.pk)
    done = {"confirmed": 0, "reopened": 0, "withdrawn": 0}
    if Report.objects.filter(supersedes=report).exists():
        return done
    states = dict(Finding.objects.filter(report=report).values_list("question_key", "state"))
    for item in _running(site).filter(finding__report__assessment=report.assessment_id).exclude(finding__report=report):
        if states.get(item.question_key) != "non_compliant" and "withdrawn" not in _facts(item):
            _fact(item, "withdrawn", by, report.issued_on, report=report)
            item.continues = None  # what it went on from runs again
            item.save(update_fields=["continues"])
            done["withdrawn"] += 1
    if report.assessment.kind == "self":
        return done
    for item in _running(site):
        facts, state = _facts(item), states.get(item.question_key)
        if "withdrawn" in facts or not _earlier(item, report):
            continue
        if state == "compliant" and may_follow("confirmed", facts):
            _fact(item, "confirmed", by, report.issued_on, report=report)
            done["confirmed"] += 1
        elif state == "non_compliant":
            done["reopened"] += _goes_on(item, facts, report, by)
    return done


def _running(site):
    """Items of a factory about a question that go on in no newer item, oldest first, with their facts."""
    return (
        PlanItem.objects.filter(plan__site=site, continued_by=None)
        .exclude(question_key="")
        .select_related("plan__site__programme", "finding__report", "responsible", "witness")
        .prefetch_related("facts")
        .order_by("added_on", "id")
    )


def _facts(item):
    return {fact.kind for fact in item.facts.all() if fact.round == item.round}


def _earlier(item, report):
    """Was the item there before the visit of the report? Its own report says nothing about it."""
    if item.finding_id:
        if item.finding.report.assessment_id == report.assessment_id:
            return False
        return item.finding.report.visited_on < report.visited_on
    return item.added_on < report.visited_on


def _goes_on(item, facts, report, by) -> int:
    """The report found it again: close the round and hand what was planned on to the newer item. 1 when done now."""
    newer = PlanItem.objects.filter(
        plan__site=item.plan.site, finding__report__assessment=report.assessment_id, question_key=item.question_key
    ).first()
    if newer is None or newer.continues_id:
        return 0
    _fact(item, "reopened", by, report.issued_on, report=report)
    newer.continues = item
    if item.duty and "confirmed" not in facts:
        newer.duty_since = item.duty_since
    # What was being done goes on. What was said to be fixed and is not needs a new plan.
    if not facts & {"reported", "verified", "confirmed"} and not newer.steps and newer.due_on is None:
        for name in HANDED_ON:
            setattr(newer, name, getattr(item, name))
        for name in ("responsible", "witness"):
            member = getattr(item, name)
            if (
                member
                and member.committee_id == newer.plan.committee_id
                and in_office(member.since, member.until, report.issued_on)
            ):
                setattr(newer, name, member)
        if newer.steps:
            note_writing(newer)
    newer.save()
    return 1


@transaction.atomic
def follow_report(*, report, by):
    """After a report is issued: open or extend the plan of its cycle, then let it speak on earlier items.

    The program. Repeatable, and in whatever order reports arrive: every report of the factory visited on that day or
    later speaks again.
    """
    if not is_system(by):
        raise Denied(_("The program does this by itself."))
    cycle = report.assessment.cycle
    if cycle is None or Report.objects.filter(supersedes=report).exists():
        return None
    plan = open_plan(site=cycle.site, cycle=cycle, by=by, on=report.issued_on)
    add_items_from_report(plan=plan, report=report, by=by, on=report.issued_on)
    later = Report.objects.filter(
        assessment__cycle__site=cycle.site, superseded_by=None, visited_on__gte=report.visited_on
    )
    for one in later.order_by("visited_on", "issued_at").select_related("assessment__cycle__site__programme"):
        confirm_from_report(report=one, by=by)
    return plan
