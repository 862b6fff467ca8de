"""Writers of what buyers will change in how they buy: said by themselves, done or taken back by themselves."""

from django.db import transaction
from django.utils.translation import gettext as _

from core import audit, languages
from core.errors import Invalid, WrongState
from improvement_plans.actions.items import check_length, day_of
from improvement_plans.models import Pledge, PledgeFact, PledgeFactWords, PledgeWords
from improvement_plans.permissions import check_can_pledge


@transaction.atomic
def make_pledge(*, plan, buyer, kind, text, due_on=None, language="", by) -> Pledge:
    """A buyer says what it will change: price, lead_time, training or share. Records pledge.made.

    Somebody who acts for the buyer, while the factory's consent opens the plan to it.
    """
    check_can_pledge(by, plan, buyer)
    if kind not in Pledge.Kind.values:
        raise Invalid(_("Say what will change: price, time, training or a share of the cost."))
    text = check_length(text)
    if not text:
        raise Invalid(_("Say what will change, and by how much."))
    on = day_of(plan.site)
    if due_on is not None and due_on < on:
        raise Invalid(_("The day is past already. Choose one to come."))
    words = PledgeWords(body=languages.written(text, language, plan.site.programme), salt=PledgeWords.new_salt())
    words.pledge = Pledge.objects.create(
        plan=plan, buyer=buyer, kind=kind, due_on=due_on, on=on, by=by, digest=words.digest
    )
    words.save()
    audit.record(
        "pledge.made", words.pledge, by=by, programme=plan.site.programme, plan=plan.pk, buyer=buyer.pk, kind=kind,
        due_on=due_on,
    )  # fmt: skip
    return words.pledge


@transaction.atomic
def end_pledge(*, pledge, kind, text, language="", by) -> PledgeFact:
    """The buyer did it (done), or takes it back (withdrawn), and says how. Records pledge.done or pledge.withdrawn.

    Who may make one for this buyer. Once.
    """
    pledge = (
        Pledge.objects.select_for_update(of=("self",))
        .select_related("plan__site__programme", "buyer")
        .get(pk=pledge.pk)
    )
    check_can_pledge(by, pledge.plan, pledge.buyer)
    if kind not in PledgeFact.Kind.values:
        raise Invalid(_("Say whether this is done or taken back."))
    text = check_length(text)
    if not text:
        raise Invalid(_("Say what was done, or why it is taken back."))
    if PledgeFact.objects.filter(pledge=pledge).exists():
        raise WrongState(_("This is done or taken back already."))
    body = languages.written(text, language, pledge.plan.site.programme)
    words = PledgeFactWords(body=body, salt=PledgeFactWords.new_salt())
    words.fact = PledgeFact.objects.create(
        pledge=pledge, kind=kind, on=day_of(pledge.plan.site), by=by, digest=words.digest
    )
    words.save()
    verb = "pledge.done" if kind == PledgeFact.Kind.DONE else "pledge.withdrawn"
    audit.record(verb, pledge, by=by, programme=pledge.plan.site.programme, plan=pledge.plan_id)
    return words.fact
