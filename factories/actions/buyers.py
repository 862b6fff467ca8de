"""Buyers, their people, and what a factory lets them read."""

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from core import access, audit
from core.days import today
from core.errors import Invalid, WrongState
from core.ids import new_id
from core.roles import Right
from factories import permissions, rules
from factories.actions.base import begun, valid
from factories.models import (
    Buyer,
    BuyerMember,
    BuyerRelation,
    Consent,
    ConsentRequest,
    NamingConsent,
    Scope,
    Site,
)


@transaction.atomic
def create_buyer(*, name, by) -> Buyer:
    """A new brand or retailer. Who keeps a programme, or setup. Records buyer.created."""
    permissions.check_can_create_buyer(by)
    name = rules.tidy(name)
    if Buyer.objects.filter(name__iexact=name).exists():
        raise Invalid(_("A buyer of this name is known already."))
    buyer = valid(Buyer(name=name))
    buyer.save()
    audit.record("buyer.created", buyer, by=by)
    return buyer


@transaction.atomic
def add_buyer_member(*, buyer, user, since, by) -> BuyerMember:
    """A person acts for a buyer from a day, today or earlier. Same again: unchanged. Records buyer.member-added.

    The buyer's own people; the first is named by who keeps a programme, or setup. Never oneself.
    """
    permissions.check_can_name_buyer_people(by, buyer)
    permissions.check_is_another(by, user)
    # A buyer has no time zone: today has begun as soon as it has begun anywhere.
    begun(since, (timezone.now() + timezone.timedelta(hours=14)).date())
    member, created = BuyerMember.objects.get_or_create(buyer=buyer, user=user, until=None, defaults={"since": since})
    access.grant(user=user, right=Right.ACT_FOR_BUYER, anchor=buyer)
    if created:
        audit.record("buyer.member-added", member, by=by, buyer=buyer.pk, user=user.pk)
    return member


@transaction.atomic
def end_buyer_member(*, member, by) -> BuyerMember:
    """A person no longer acts for a buyer, from now. The buyer's own people. Records buyer.member-ended."""
    permissions.check_can_name_buyer_people(by, member.buyer)
    member = BuyerMember.objects.select_for_update().get(pk=member.pk)
    if member.until:
        raise WrongState(_("This person has left the buyer already."))
    member.until = max(member.since, timezone.now().date())
    member.save(update_fields=["until"])
    access.revoke(user=member.user, right=Right.ACT_FOR_BUYER, anchor=member.buyer)
    audit.record("buyer.member-ended", member, by=by, buyer=member.buyer_id, user=member.user_id)
    return member


@transaction.atomic
def give_consent(*, site, buyer, cycle=None, scope=Scope.BOTH, since, until=None, by) -> Consent:
    """Open one cycle, or every cycle, to one buyer: report, progress or both, from a day, until a day or until ended.

    Only a manager of the factory. Records consent.given. Raises WrongState when the same is open already.
    """
    permissions.check_can_give_consent(by, site)
    if cycle is not None and cycle.site_id != site.pk:
        raise Invalid(_("This cycle belongs to another factory."))
    if until is not None and until < max(since, today(site.programme)):
        raise Invalid(_("Choose a last day that lies ahead."))
    Site.objects.select_for_update().get(pk=site.pk)
    given = Consent.objects.filter(site=site, buyer=buyer, cycle=cycle, ended_at=None)
    if any(one.until is None or one.until >= since for one in given):
        raise WrongState(_("This buyer may read that already. End the first permission to change its day."))
    consent = Consent.objects.create(
        site=site, buyer=buyer, cycle=cycle, scope=scope, since=since, until=until, given_by=by
    )
    audit.record(
        "consent.given",
        consent,
        by=by,
        programme=site.programme,
        site=site.pk,
        buyer=buyer.pk,
        cycle=cycle.number if cycle else None,
        scope=scope,
        until=until,
    )
    return consent


@transaction.atomic
def end_consent(*, consent, by) -> Consent:
    """Take a permission back, from now. Only a manager of the factory. Records consent.ended.

    What the buyer has read or downloaded stays read: the screen says so before.
    """
    permissions.check_can_give_consent(by, consent.site)
    consent = Consent.objects.select_for_update(of=("self",)).select_related("site__programme").get(pk=consent.pk)
    if consent.ended_at:
        raise WrongState(_("This permission has ended already."))
    consent.ended_at, consent.ended_by = timezone.now(), by
    consent.save(update_fields=["ended_at", "ended_by"])
    audit.record("consent.ended", consent, by=by, programme=consent.site.programme, site=consent.site_id)
    return consent


# --- relations -------------------------------------------------------------------------------------------------


@transaction.atomic
def record_relation(*, site, buyer, since, by) -> BuyerRelation:
    """A buyer orders from a factory, from a day. Same again: unchanged. Records relation.recorded.

    The factory, the buyer, who keeps the programme's list, or setup.
    """
    permissions.check_can_record_relation(by, site, buyer)
    if site.programme and since > today(site.programme):
        raise Invalid(_("The day lies in the future. Record it when it has come."))
    last = BuyerRelation.objects.filter(site=site, buyer=buyer, until__gt=since).exists()
    if last:
        raise Invalid(_("On that day this buyer still ordered here, by an earlier record."))
    row, created = BuyerRelation.objects.get_or_create(site=site, buyer=buyer, until=None, defaults={"since": since})
    if created:
        audit.record("relation.recorded", row, by=by, programme=site.programme, site=site.pk, buyer=buyer.pk, on=since)
    return row


@transaction.atomic
def end_relation(*, relation, until, reason, announced_on=None, by) -> BuyerRelation:
    """A buyer leaves a factory: until which day, why, and when it said so. Records relation.ended.

    The factory, the buyer, who keeps the programme's list, or setup. Consents do not end by it.
    """
    permissions.check_can_record_relation(by, relation.site, relation.buyer)
    relation = (
        BuyerRelation.objects.select_for_update(of=("self",)).select_related("site__programme").get(pk=relation.pk)
    )
    if relation.until:
        raise WrongState(_("This has ended already."))
    relation.until, relation.exit_reason, relation.announced_on = until, reason, announced_on
    valid(relation).save()
    audit.record(
        "relation.ended", relation, by=by, programme=relation.site.programme, site=relation.site_id,
        buyer=relation.buyer_id, on=until, reason=reason,
    )  # fmt: skip
    return relation


# --- requests --------------------------------------------------------------------------------------------------


@transaction.atomic
def request_consents(*, buyer, sites, scope=Scope.BOTH, until, words="", orders=False, by) -> list:
    """A buyer asks several factories at once to let it read until a day. Records consent.requested once a factory.

    The buyer's own people, and only factories it has a relation with; with `orders` it says that it orders from all of
    these, and that is recorded first. A factory that has not answered yet is left out of a second round. Returns the
    requests made.
    """
    permissions.check_can_act_for_buyer(by, buyer)
    sites = list(sites)
    if orders:
        _say_that_it_orders(buyer, sites, by)
    related = set(BuyerRelation.objects.filter(buyer=buyer, until=None, site__in=sites).values_list("site", flat=True))
    if {site.pk for site in sites} - related:
        raise Invalid(_("You can ask factories you order from. Record that you do first."))
    if not sites:
        raise Invalid(_("Choose at least one factory."))
    waiting = set(ConsentRequest.objects.filter(buyer=buyer, answer="").values_list("site", flat=True))
    batch, made = new_id(), []
    for site in sites:
        if site.pk in waiting:
            continue
        if until < today(site.programme):
            raise Invalid(_("Choose a last day that lies ahead."))
        made.append(
            valid(
                ConsentRequest(
                    batch=batch, site=site, buyer=buyer, scope=scope, until=until, words=rules.tidy(words), asked_by=by
                )
            )
        )
    ConsentRequest.objects.bulk_create(made)
    for row in made:
        audit.record(
            "consent.requested", row, by=by, programme=row.site.programme, site=row.site_id, buyer=buyer.pk,
            scope=scope, until=until,
        )  # fmt: skip
    return made


def _say_that_it_orders(buyer, sites, by):
    """Record, as of today, the relations that are not recorded yet."""
    here = BuyerRelation.objects.filter(buyer=buyer, site__in=sites)
    known = set(here.filter(until=None).values_list("site", flat=True))
    for site in sites:
        if site.pk not in known:
            record_relation(site=site, buyer=buyer, since=today(site.programme), by=by)


@transaction.atomic
def answer_request(*, request, allow, scope=None, cycle=None, until=None, by) -> ConsentRequest:
    """A factory's yes, its yes to a part (a narrower scope, one cycle, an earlier day), or its no.

    Only a manager of the factory. A yes gives the consent. Records consent.answered.
    """
    permissions.check_can_give_consent(by, request.site)
    request = (
        ConsentRequest.objects.select_for_update(of=("self",))
        .select_related("site__programme", "buyer")
        .get(pk=request.pk)
    )
    if request.answer:
        raise WrongState(_("This request is answered already."))
    if allow:
        until, scope = until or request.until, scope or request.scope
        if until > request.until or (request.scope != Scope.BOTH and scope != request.scope):
            raise Invalid(_("That is more than they asked for."))
        narrower = scope != request.scope or cycle is not None or until < request.until
        request.answer = request.Answer.PART if narrower else request.Answer.ALLOWED
        request.consent = give_consent(
            site=request.site, buyer=request.buyer, cycle=cycle, scope=scope, since=today(request.site.programme),
            until=until, by=by,
        )  # fmt: skip
    else:
        request.answer = request.Answer.REFUSED
    request.answered_at, request.answered_by = timezone.now(), by
    request.save()
    audit.record(
        "consent.answered", request, by=by, programme=request.site.programme, site=request.site_id,
        buyer=request.buyer_id, answer=request.answer,
    )  # fmt: skip
    return request


# --- being named -----------------------------------------------------------------------------------------------


@transaction.atomic
def say_name(*, site, buyer, side, by) -> NamingConsent:
    """One side's yes that the buyer is named in public: "site" or "buyer". Public only when both have said it.

    A manager of the factory for its side, the buyer's own people for theirs. Same again: unchanged. Records
    naming.said.
    """
    if side == "site":
        permissions.check_can_give_consent(by, site)
    else:
        permissions.check_can_act_for_buyer(by, buyer)
    Site.objects.select_for_update().get(pk=site.pk)
    row = NamingConsent.objects.filter(site=site, buyer=buyer, ended_at=None).first()
    row = row or NamingConsent(site=site, buyer=buyer)
    if getattr(row, f"{side}_said_at"):
        return row
    setattr(row, f"{side}_said_at", timezone.now())
    setattr(row, f"{side}_said_by", by)
    row.save()
    audit.record("naming.said", row, by=by, programme=site.programme, site=site.pk, buyer=buyer.pk, side=side)
    return row


@transaction.atomic
def end_naming(*, naming, by) -> NamingConsent:
    """Either side takes its yes back, from now; what was published stays published. Records naming.ended."""
    if not permissions.can_act_for_buyer(by, naming.buyer):
        permissions.check_can_give_consent(by, naming.site)
    naming = NamingConsent.objects.select_for_update(of=("self",)).select_related("site__programme").get(pk=naming.pk)
    if naming.ended_at:
        raise WrongState(_("This has ended already."))
    naming.ended_at, naming.ended_by = timezone.now(), by
    naming.save(update_fields=["ended_at", "ended_by"])
    audit.record("naming.ended", naming, by=by, programme=naming.site.programme, site=naming.site_id)
    return naming
