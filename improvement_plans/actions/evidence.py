"""Writers of the evidence of a fix: photos and documents, the links by which they come, and who may look at them."""

import hashlib
from datetime import timedelta

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from core import audit, holders, scanning, storage
from core.entrance.sealing import digest
from core.errors import NOTHING_HERE, Denied, Invalid, WrongState
from core.ids import new_id
from improvement_plans.actions.items import check_runs, day_of, locked
from improvement_plans.models import ItemEvidence, PlanItem, TaskLink
from improvement_plans.permissions import can_add_evidence, check_can_add_evidence, check_can_clear

MOST = 24  # files of one item, so that nobody fills the store
MOST_BY_LINK = 8
LASTS = (1, 3, 7)  # days a link may be asked for
SENT = audit.System("task-link")


def add_evidence(*, item, moment, data: bytes, by) -> ItemEvidence:
    """Keep a photo or document of an item: `moment` is before or after. Records item.evidence-kept.

    The committee, the factory's managers, advisers and who verifies. The same file again: the same row. What may be
    kept, and in which form, core.scanning decides; the file is drawn anew and stored before the transaction.
    """
    check_can_add_evidence(by, item.plan)
    return _keep(item, moment, data, by=by)


def send_evidence(*, token: str, moment, data: bytes, by=SENT) -> ItemEvidence:
    """The same by a link, from somebody without an account. Once the link has ended: the words of absence."""
    link = open_link(token)
    if link is None:
        raise Denied(NOTHING_HERE)
    return _keep(link.item, moment, data, by=by, link=link)


def _keep(item, moment, data, *, by, link=None):
    if moment not in ItemEvidence.Moment.values:
        raise Invalid(_("Say whether this shows before or after."))
    if len(data) > settings.EVIDENCE_MAX_BYTES:
        raise Invalid(_("This file is too large. Take the photo with a lower quality."), code="too-large")
    sent, (data, media_type) = data, scanning.admit(data)
    holders.check_not_removed(sent, data)
    name = storage.store().put(data)
    with transaction.atomic():
        item = locked(item)
        check_runs(item)
        here = ItemEvidence.objects.filter(item=item, redacted_at=None, ended_at=None)
        earlier = here.filter(moment=moment, stored=name).first()
        if earlier:
            return earlier
        if link is not None:
            link = TaskLink.objects.select_for_update(of=("self",)).get(pk=link.pk)
            if link.revoked_at:
                raise Denied(NOTHING_HERE)
            if link.sent.count() >= MOST_BY_LINK:
                raise WrongState(_("Enough files came by this link."))
        if here.count() >= MOST:
            raise WrongState(_("There are enough photos and documents of this item."))
        kept = ItemEvidence.objects.create(
            item=item, moment=moment, stored=name, size=len(data), media_type=media_type, link=link,
            by=None if link else by, on=day_of(item.plan.site),
        )  # fmt: skip
        audit.record(
            "item.evidence-kept", kept, by=by, programme=item.plan.site.programme, item=item.pk, moment=moment,
            stored=name, link=link and link.pk,
        )  # fmt: skip
    return kept


@transaction.atomic
def mark_no_person(*, evidence, shows_no_person: bool, by) -> ItemEvidence:
    """Somebody of the programme looked: it shows no person, and whoever reads the plan may see it; or it does after
    all. Records item.evidence-opened or item.evidence-restricted. Said already: nothing happens.
    """
    evidence = (
        ItemEvidence.objects.select_for_update(of=("self",))
        .select_related("item__plan__site__programme")
        .get(pk=evidence.pk)
    )
    plan = evidence.item.plan
    check_can_clear(by, plan)
    if evidence.gone:
        raise WrongState(_("This file is no longer kept."))
    if shows_no_person == (evidence.no_person_on is not None):
        return evidence
    evidence.no_person_on = day_of(plan.site) if shows_no_person else None
    evidence.no_person_by = by if shows_no_person else None
    evidence.save(update_fields=["no_person_on", "no_person_by"])
    verb = "item.evidence-opened" if shows_no_person else "item.evidence-restricted"
    audit.record(verb, evidence, by=by, programme=plan.site.programme, item=evidence.item_id)
    return evidence


# --- by a link ----------------------------------------------------------------------------------------------------


def token_of(link) -> str:
    """The secret of the address. Made from the key each time, so that the database never holds it."""
    return digest("task-link", str(link.pk))


def _token_digest(token):
    return hashlib.sha256(token.encode()).hexdigest()


@transaction.atomic
def make_link(*, item, days: int, by) -> TaskLink:
    """A link for somebody without an account: one item, upload only, for so many days. Records item.link-made.

    Who may add evidence herself. It dies with her right to.
    """
    item = locked(item)
    check_can_add_evidence(by, item.plan)
    check_runs(item)
    if days not in LASTS:
        raise Invalid(_("A link lasts one, three or seven days."))
    now = timezone.now()
    link = TaskLink(id=new_id(), item=item, made_by=by, made_at=now, expires_at=now + timedelta(days=days))
    link.token_digest = _token_digest(token_of(link))
    link.save(force_insert=True)
    audit.record("item.link-made", link, by=by, programme=item.plan.site.programme, item=item.pk, days=days)
    return link


@transaction.atomic
def revoke_link(*, link, by) -> TaskLink:
    """The link stops working. Whoever may add evidence to the item. Records item.link-revoked."""
    link = (
        TaskLink.objects.select_for_update(of=("self",)).select_related("item__plan__site__programme").get(pk=link.pk)
    )
    check_can_add_evidence(by, link.item.plan)
    if link.revoked_at is None:
        link.revoked_at, link.revoked_by = timezone.now(), by
        link.save(update_fields=["revoked_at", "revoked_by"])
        audit.record("item.link-revoked", link, by=by, programme=link.item.plan.site.programme, item=link.item_id)
    return link


def open_link(token: str) -> TaskLink | None:
    """The link of a token while it works, else None: ended, taken back, the item is over, or its maker may no more."""
    link = (
        TaskLink.objects.select_related("item__plan__site__programme", "item__finding__question__version", "made_by")
        .filter(token_digest=_token_digest(token), revoked_at=None, expires_at__gt=timezone.now())
        .first()
    )
    if link is None or not can_add_evidence(link.made_by, link.item.plan):
        return None
    over = PlanItem.objects.filter(continues=link.item).exists() or link.item.facts.filter(kind="withdrawn").exists()
    return None if over else link
