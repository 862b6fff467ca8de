"""Writers of plans and items: what will change, by whom, by when, and why that was changed."""

from django.db import transaction
from django.db.models import Exists, OuterRef
from django.utils.translation import gettext as _

from compliance.models import Finding
from core import audit, languages
from core.days import today
from core.errors import Invalid, WrongState, at
from factories.models import Site
from improvement_plans.actions.translations import wait_again
from improvement_plans.models import (
    PRIORITY_CHOICES,
    Committee,
    ItemChange,
    ItemChangeWords,
    ItemFact,
    ItemWriting,
    Member,
    Plan,
    PlanItem,
    StepMark,
)
from improvement_plans.permissions import check_can_change, check_can_open_plan, is_system
from improvement_plans.rules import CAUSES, MANAGEMENT, REPORTED, WORKER, carried, in_office, steps_in

MAX_TEXT = 4000
MONEY = ("cost", "saving")
FIELDS = (
    "issue", "cause", "steps", "expected", *MONEY, "currency", "priority", "due_on", "responsible", "witness",
)  # fmt: skip
TYPED = ("issue", "steps", "expected")
EMPTY_IS_NONE = (*MONEY, "responsible", "witness")


def who(by) -> dict:
    """The person or the named part of the program, as the columns of a frozen row."""
    return {"by": None, "by_system": by.name} if is_system(by) else {"by": by, "by_system": ""}


def locked(item) -> PlanItem:
    """The item, held until the transaction ends, so that two signatures or facts come one after the other."""
    return PlanItem.objects.select_for_update(of=("self",)).select_related("plan__site__programme").get(pk=item.pk)


def day_of(site, on=None):
    """The programme's day, or a past day that is named. Refuses a day to come."""
    now = today(site.programme)
    if on is not None and on > now:
        raise Invalid(_("This day is still to come."))
    return on or now


def said(item) -> set:
    """Facts of the item's running round."""
    return set(ItemFact.objects.filter(item=item, round=item.round).values_list("kind", flat=True))


def check_runs(item):
    """Refuse an item that goes on elsewhere or rests on nothing any more."""
    if PlanItem.objects.filter(continues=item).exists():
        raise WrongState(_("A later report found this again. It goes on in the newer plan."))
    if item.facts.filter(kind="withdrawn").exists():
        raise WrongState(_("The report was corrected. Nothing is to be done here any more."))


def note_writing(item) -> ItemWriting:
    """This edition says something in typed words, which two people can remove by the row made here."""
    return ItemWriting.objects.create(item=item, edition=item.edition)


def check_length(text) -> str:
    """The text without blanks around it; refuses what is too long to be read."""
    if len(text) > MAX_TEXT:
        raise Invalid(_("Write at most %(n)d characters.") % {"n": MAX_TEXT})
    return text.strip()


@transaction.atomic
def open_plan(*, site, cycle=None, committee=None, by, on=None) -> Plan:
    """Open a factory's plan for a cycle, or a committee's own without one. Records plan.opened.

    The factory's side, the programme's staff. A cycle has one plan: asked again, it is given back, and a committee
    named now is added to it. Without a committee named, the factory's bipartite one is taken.
    """
    check_can_open_plan(by, site)
    site = Site.objects.select_for_update(of=("self",)).select_related("programme").get(pk=site.pk)
    if site.programme_id is None:
        raise Invalid(_("This factory is in no programme yet. Enrol it first."))
    if any(one is not None and one.site_id != site.pk for one in (cycle, committee)):
        raise Invalid(_("Choose a cycle and a committee of this factory."))
    day = day_of(site, on)
    if committee is None:
        committee = Committee.objects.filter(site=site, dissolved_on=None, kind__in=["bipartite", "sme-team"]).first()
    if cycle is not None:
        plan = Plan.objects.filter(cycle=cycle).first()
        if plan is not None:
            if plan.committee_id is None and committee is not None:
                plan.committee = committee
                plan.save(update_fields=["committee"])
            return plan
    elif committee is None:
        raise Invalid(_("A plan without a cycle needs a committee."))
    plan = Plan.objects.create(site=site, cycle=cycle, committee=committee, opened_on=day)
    audit.record(
        "plan.opened", plan, by=by, programme=site.programme,
        cycle=cycle and cycle.pk, committee=committee and committee.pk,
    )  # fmt: skip
    return plan


@transaction.atomic
def add_item(
    *, plan, issue, origin=PlanItem.Origin.IDEA, question_key="", language="", by, on=None, **planned
) -> PlanItem:
    """Add what no report found: the committee's idea, a self-check, an adviser's visit. Records item.added.

    The committee, the factory's managers, advisers. `planned`: any of FIELDS but issue. `language`: of its words.
    """
    check_can_change(by, plan)
    if origin not in PlanItem.Origin.values or origin == PlanItem.Origin.REPORT:
        raise Invalid(_("What a report found is added from its finding."), at("origin"))
    return _add(plan, by, on, origin=origin, issue=issue, question_key=question_key, language=language, **planned)


@transaction.atomic
def add_item_from_finding(*, plan, finding, by, on=None, **planned) -> PlanItem:
    """Plan what a report found. Records item.added. `planned`: any of FIELDS but issue.

    When the report brought the item already, what is given is written into it, as long as nothing was planned yet.
    """
    check_can_change(by, plan)
    report = finding.report
    if report.assessment.cycle_id != plan.cycle_id or plan.cycle_id is None:
        raise Invalid(_("This finding belongs to another plan."))
    if finding.state != "non_compliant":
        raise Invalid(_("Only what was found non-compliant is to be fixed."))
    plan = Plan.objects.select_for_update(of=("self",)).select_related("site__programme").get(pk=plan.pk)
    item = PlanItem.objects.filter(plan=plan, finding=finding).first()
    if item is None:
        return _add_found(plan, finding, by, on, **planned)
    if item.planned and planned:
        raise WrongState(_("This is planned already. Change it, and say why."))
    return change_item(item=item, by=by, on=on, **planned) if planned else item


@transaction.atomic
def add_items_from_report(*, plan, report, by, on=None) -> list[PlanItem]:
    """Every non-compliance of an issued report becomes an item, the employer's duty from the day of issue.

    The program, or whoever may change the plan. Repeatable: what is there stays as it is. A corrected report takes
    over the items of the version it corrects. What a factory says of itself is no duty, and nothing new where the
    same is being put right already. Returns the items added now.
    """
    if not is_system(by):
        check_can_change(by, plan)
    if report.assessment.cycle_id != plan.cycle_id or plan.cycle_id is None:
        raise Invalid(_("This report belongs to another plan."))
    plan = Plan.objects.select_for_update(of=("self",)).select_related("site__programme").get(pk=plan.pk)
    there = {
        item.question_key: item
        for item in PlanItem.objects.filter(plan=plan, finding__report__assessment=report.assessment_id)
    }
    found = Finding.objects.filter(report=report, state="non_compliant")
    if report.assessment.kind == "self":
        found = found.exclude(question_key__in=_being_put_right(plan.site).exclude(question_key__in=list(there)))
    added = []
    for finding in found.select_related("question__version", "report__assessment").order_by("position"):
        item = there.get(finding.question_key)
        if item is None:
            added.append(_add_found(plan, finding, by, on))
        elif item.finding_id != finding.pk:
            item.finding = finding
            item.save(update_fields=["finding"])
            audit.record("item.finding-replaced", item, by=by, programme=plan.site.programme, finding=finding.pk)
    return added


def _being_put_right(site):
    """Keys of the questions an item of the factory is about that is neither confirmed nor withdrawn."""
    over = ItemFact.objects.filter(item=OuterRef("pk"), round=OuterRef("round"), kind__in=["confirmed", "withdrawn"])
    running = PlanItem.objects.filter(~Exists(over), plan__site=site, continued_by=None).exclude(question_key="")
    return running.values("question_key")


def _add_found(plan, finding, by, on, **planned):
    found_by = {"origin": PlanItem.Origin.REPORT, "duty": True, "duty_since": finding.report.issued_on}
    if finding.report.assessment.kind == "self":
        found_by = {"origin": PlanItem.Origin.SELF}
    return _add(
        plan, by, on, finding=finding, question_key=finding.question_key, issue=finding.question.issue, **found_by,
        languages={"issue": finding.question.version.language}, **planned,
    )  # fmt: skip


def _add(plan, by, on, *, issue, language="", **facts):
    site = plan.site
    values = {name: facts.pop(name) for name in FIELDS if name in facts}
    day = day_of(site, on)
    item = PlanItem(plan=plan, added_on=day, **facts)
    known = {name: value for name, value in values.items() if _known(value) is not None}
    _write(item, {"issue": issue} | known, day, language)
    item.save(force_insert=True)
    if item.steps or item.expected or not item.finding_id:
        note_writing(item)
    audit.record(
        "item.added", item, by=by, programme=site.programme, plan=plan.pk, origin=str(item.origin), duty=item.duty,
        finding=item.finding_id, due_on=item.due_on,
    )  # fmt: skip
    return item


@transaction.atomic
def change_item(*, item, reason="", language="", by, on=None, **fields) -> PlanItem:
    """Change what is planned: any of FIELDS. Records item.changed.

    The committee, the factory's managers, advisers. Once it is planned, a change needs a reason, opens a new edition,
    and both co-chairs are asked again. Nothing is changed after the fix was reported; what a report named keeps its
    name; a day is moved, never taken away. Unchanged values record nothing. `language`: of the words that are new.
    """
    item = locked(item)
    check_can_change(by, item.plan)
    check_runs(item)
    if said(item) & {REPORTED, "verified", "confirmed"}:
        raise WrongState(_("This is reported fixed. It is changed again only when the fix is opened again."))
    unknown = set(fields) - set(FIELDS)
    if unknown:
        raise Invalid(_("This cannot be changed."))
    before = {name: getattr(item, name) for name in fields}
    changed = [name for name in FIELDS if name in fields and _known(fields[name]) != _known(before[name])]
    if not changed:
        return item
    if "issue" in changed and item.finding_id:
        raise Invalid(_("What a report named keeps its name."))
    if "due_on" in changed and fields["due_on"] is None:
        raise Invalid(_("Name another day. A day is moved, never taken away."))
    reason = check_length(reason)
    if item.planned and not reason:
        raise Invalid(_("Say why this is changed."))
    day = day_of(item.plan.site, on)
    moved = {"from_on": before["due_on"], "to_on": fields["due_on"]} if "due_on" in changed else {}
    _write(item, {name: fields[name] for name in changed}, day, language)
    item.edition += 1
    item.save()
    if any(name in changed for name in TYPED):
        note_writing(item)
        wait_again(item=item)
    elif reason:
        wait_again(item=item, written=language)
    words = ItemChangeWords(
        body={
            "reason": reason,
            "before": {name: _plain(before[name]) for name in changed},
            "language": languages.checked(language, item.plan.site.programme),
        },
        salt=ItemChangeWords.new_salt(),
    )
    words.change = ItemChange.objects.create(
        item=item, edition=item.edition, fields=changed, on=day, digest=words.digest, **moved, **who(by)
    )
    words.save()
    audit.record(
        "item.changed", item, by=by, programme=item.plan.site.programme, fields=changed, edition=item.edition, **moved
    )
    return item


@transaction.atomic
def mark_step(*, item, number, done: bool, edition, by) -> PlanItem:
    """Say of one step that it is done, or is not after all. Records item.step-done or item.step-open.

    Who may change the plan, until the fix was verified. It is no fact of a fix: nothing is reported or agreed by it,
    and no signature starts anew. `edition`: the one on the screen, for a number counts its lines.
    """
    item = locked(item)
    who = check_can_change(by, item.plan)
    check_runs(item)
    if said(item) & {"verified", "confirmed"}:
        raise WrongState(_("This is verified fixed. Its steps stand as they are."))
    if edition != item.edition:
        raise WrongState(_("The plan was changed after you opened it. Read it again."), code="changed")
    if not 1 <= number <= len(steps_in(item.steps)):
        raise Invalid(_("There is no such step."))
    if done == (str(number) in item.steps_done):
        return item
    day = day_of(item.plan.site)
    rest = {key: on for key, on in item.steps_done.items() if key != str(number)}
    item.steps_done = rest | ({str(number): day.isoformat()} if done else {})
    item.save(update_fields=["steps_done"])
    side = who.seat.side if who.seat else MANAGEMENT if who.manager or who.management_member else ""
    StepMark.objects.create(item=item, edition=edition, number=number, done=done, side=side, by=by, on=day)
    verb = "item.step-done" if done else "item.step-open"
    audit.record(verb, item, by=by, programme=item.plan.site.programme, number=number, edition=edition)
    return item


@transaction.atomic
def place_item(*, item, order, by) -> PlanItem:
    """Put an item in its place on the committee's board. Records item.placed.

    Who may change the plan. `order`: ids of items of the plan as the board shows them then; what is not named is in no
    place. It says what is taken up first and no part of what is agreed: no edition, and no signature starts anew.
    """
    item = locked(item)
    check_can_change(by, item.plan)
    items = {str(one.pk): one for one in PlanItem.objects.select_for_update().filter(plan=item.plan)}
    if str(item.pk) not in order or len(set(order)) < len(order) or not set(order) <= set(items):
        raise WrongState(_("The plan was changed after you opened it. Read it again."), code="changed")
    moved = []
    for position, key in enumerate(order, start=1):
        if items[key].position != position:
            items[key].position = position
            moved.append(items[key])
    PlanItem.objects.bulk_update(moved, ["position"])
    item.position = items[str(item.pk)].position
    audit.record("item.placed", item, by=by, programme=item.plan.site.programme, position=item.position)
    return item


def _known(value):
    """A value to compare: nothing said is nothing said; a cost of 0 is said."""
    return None if value == "" else value


def _plain(value):
    """A value as it is kept in the words of a change: ids for seats, the machine's form for days."""
    if isinstance(value, Member):
        return str(value.pk)
    return str(value) if value is not None else None


def _write(item, values, day, language=""):
    """Put checked values into an item. Raises Invalid with a sentence for the first that cannot be."""
    for name, side, sentence in (
        ("responsible", MANAGEMENT, _("Only the management side answers for a fix. Choose one of its members.")),
        ("witness", WORKER, _("The witness sits on the worker side. Choose one of its members.")),
    ):
        member = values.get(name)
        if member is None:
            continue
        if member.side != side:
            raise Invalid(sentence)
        if member.committee_id != item.plan.committee_id or not in_office(member.since, member.until, day):
            raise Invalid(_("Choose somebody who is in office in this committee today."))
    if "issue" in values:
        values = values | {"issue": " ".join((values["issue"] or "").split())}
        if not 1 <= len(values["issue"]) <= 160:
            raise Invalid(_("Name the issue in a few words, at most 160 characters."), at("issue"))
    if values.get("cause") and values["cause"] not in CAUSES:
        raise Invalid(_("This cause is not on the list."), at("cause"))
    if "steps" in values:
        values = values | {"steps": check_length(values["steps"] or "")}
        item.steps_done = carried(item.steps, values["steps"], item.steps_done)
    if "expected" in values:
        values = values | {"expected": " ".join((values["expected"] or "").split())}
        if len(values["expected"]) > 200:
            raise Invalid(_("Say in at most 200 characters what will show that it is fixed."), at("expected"))
    _check_money(item, values)
    if values.get("due_on"):
        if values["due_on"] < day:
            raise Invalid(_("The day is past already. Choose one to come."), at("due_on"))
        if item.due_on and values["due_on"] > item.due_on:
            item.slips += 1
        item.first_due_on = item.first_due_on or values["due_on"]
    for name, value in values.items():
        setattr(item, name, value if value is not None or name in EMPTY_IS_NONE else "")
    written_in = languages.checked(language, item.plan.site.programme)
    typed = [name for name in TYPED if values.get(name) and not (name == "issue" and item.finding_id)]
    item.languages = item.languages | dict.fromkeys(typed, written_in)  # a report's issue: its checklist's language


def _check_money(item, values):
    """Numbers of a currency, none below nothing; a priority of the list."""
    after = {name: values.get(name, getattr(item, name)) for name in (*MONEY, "currency")}
    amounts = [after[name] for name in MONEY if after[name] is not None]
    if any(amount < 0 for amount in amounts):
        raise Invalid(_("Write an amount of 0 or more."), at("cost"))
    currency = after["currency"] or ""
    if (amounts or currency) and not (len(currency) == 3 and currency.isascii() and currency.isupper()):
        raise Invalid(_("Say in which currency the amount is, such as USD."), at("currency"))
    if values.get("priority") and values["priority"] not in dict(PRIORITY_CHOICES):
        raise Invalid(_("This priority is not on the list."), at("priority"))
