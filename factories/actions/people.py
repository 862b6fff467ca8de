"""Invitations to answer for a factory or to act for a buyer: an invitation of the ground floor, and what follows it."""

from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from core import actions as core
from core import audit
from core.audit import System
from core.days import today
from core.errors import Denied, Invalid, WrongState
from core.models import Programme
from factories import permissions
from factories.actions import facts
from factories.actions.buyers import add_buyer_member
from factories.actions.sites import name_manager
from factories.models import Invited

PROGRAM = System("invitation")


@transaction.atomic
def invite_manager(*, site, email, language="en", by) -> Invited:
    """Ask somebody by e-mail to answer for a factory; she is named when she accepts. Records site.manager-invited.

    A programme manager, an administrator, or setup; never oneself.
    """
    permissions.check_can_name_people(by, site.programme)
    if site.programme is None:
        raise WrongState(_("Enrol the factory in a programme first."))
    site = facts.locked(site)
    if site.survivor_id:
        raise WrongState(_("Another factory stands for this one. Name the person there."))
    row = _invited(site.programme, email, language, by, by, site=site)
    audit.record("site.manager-invited", row, by=by, programme=site.programme, site=site.pk)
    return row


@transaction.atomic
def invite_buyer_member(*, buyer, email, language="en", by) -> Invited:
    """Ask somebody by e-mail to act for a buyer; she is named when she accepts. Records buyer.member-invited.

    The buyer's own people; the first is invited by who keeps a programme, or setup. Never oneself.
    """
    permissions.check_can_name_buyer_people(by, buyer)
    programme, sender = permissions.programmes_kept(by).first() if not isinstance(by, System) else None, by
    if programme is None:
        # The buyer's own people keep no programme: the letter goes out from one the buyer is known in.
        programme, sender = _known_in(buyer), PROGRAM
    row = _invited(programme, email, language, sender, by, buyer=buyer)
    audit.record("buyer.member-invited", row, by=by, buyer=buyer.pk)
    return row


def _known_in(buyer):
    of_sites = Q(sites__buyer_relations__buyer=buyer) | Q(sites__consents__buyer=buyer)
    programme = Programme.objects.filter(of_sites).order_by("code").first()
    programme = programme or Programme.objects.filter(invitations__in=buyer.invited.values("invitation")).first()
    if programme is None:
        raise WrongState(_("This buyer is not known in any programme yet. Ask the programme to invite your colleague."))
    return programme


def _invited(programme, email, language, sender, by, **to):
    if not isinstance(by, System) and email.strip().lower() in (by.email.lower(), by.username.lower()):
        raise Denied(_("Nobody names herself. Ask a colleague to do it."))
    waiting = Invited.objects.filter(
        invitation__programme=programme, invitation__email=email.strip().lower(), invitation__role="",
        invitation__accepted_at=None, invitation__withdrawn_at=None,
    )  # fmt: skip
    before = list(waiting.exclude(**to).values_list("pk", flat=True))
    if waiting.filter(asked_at__gt=timezone.now() - timezone.timedelta(minutes=1), **to).exists():
        raise Invalid(_("This person was invited a moment ago. The letter is on its way."))
    invitation = core.invite(email=email, programme=programme, language=language, by=sender)
    # The newer letter replaces the older one, and carries what that one was for.
    Invited.objects.filter(pk__in=before).update(invitation=invitation)
    return Invited.objects.create(invitation=invitation, asked_by=None if isinstance(by, System) else by, **to)


@transaction.atomic
def name_invited(*, invitation, user, by) -> list:
    """Name the person who accepted, for all that the invitation was for. Only the program, from the acceptance.

    Left out: what its asker may not do any more. Records what name_manager and add_buyer_member record.
    """
    if not isinstance(by, System):
        raise Denied(_("An invitation is accepted by whom it was sent to."))
    rows = Invited.objects.select_for_update(of=("self",)).filter(invitation=invitation, named_at=None)
    named = []
    for row in rows.select_related("site__programme", "site__survivor__programme", "buyer", "asked_by").order_by("pk"):
        if not _still_asked(row, user):
            continue
        if row.site:
            site = row.site.survivor or row.site
            name_manager(site=site, user=user, since=today(site.programme), by=by)
        else:
            add_buyer_member(buyer=row.buyer, user=user, since=timezone.now().date(), by=by)
        row.named_at = timezone.now()
        row.save(update_fields=["named_at"])
        named.append(row)
    return named


def _still_asked(row, user):
    asker = row.asked_by or PROGRAM
    try:
        permissions.check_is_another(asker, user)
        if row.site:
            permissions.check_can_name_people(asker, row.site.programme)
        else:
            permissions.check_can_name_buyer_people(asker, row.buyer)
    except Denied:
        return False
    return True
