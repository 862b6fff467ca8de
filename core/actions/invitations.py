"""Writers of invitations: somebody is asked by e-mail to sign in and take a role."""

import hashlib
from datetime import timedelta

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from core import audit, queue
from core.actions.people import assign_role
from core.entrance.sealing import digest
from core.errors import Denied, Invalid, WrongState
from core.ids import new_id
from core.models import Invitation, User
from core.people import check_can_give_role, check_can_keep
from core.roles import ROLES

LASTS = timedelta(days=7)
GONE = "This invitation does not work any more. Ask who invited you for a new one."
PROGRAM = audit.System("invitation")
_follow_ups: list = []


def follow_acceptance(function):
    """An app's own work when an invitation is accepted, in the same transaction: `(invitation=, user=)`.

    Apps register in their AppConfig.ready(): the ground floor knows nobody above it.
    """
    _follow_ups.append(function)
    return function


def token_of(invitation) -> str:
    """The secret of the link. Made from the key each time, so that the database never holds it."""
    return digest("invitation", str(invitation.pk))


def token_digest(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


@transaction.atomic
def invite(*, email, programme, role="", language="en", by) -> Invitation:
    """Ask somebody by e-mail to sign in; `role` "" gives an account only. An open invitation for the same is replaced.

    Who may give the role (check_can_give_role). Records invitation.sent (no address).
    """
    if role and (role not in ROLES or ROLES[role].anchor != "programme"):
        raise Invalid("This role is not held on a programme.")
    email = email.strip().lower()
    check_can_give_role(by, person_of(email), programme, role)
    try:
        validate_email(email)
    except ValidationError:
        raise Invalid("This is no e-mail address.") from None
    if len(email) > User._meta.get_field("username").max_length:
        raise Invalid("This address is too long to sign in with.")
    now = timezone.now()
    programme.invitations.filter(email=email, role=role, accepted_at=None, withdrawn_at=None).update(withdrawn_at=now)
    invitation = Invitation(
        id=new_id(), programme=programme, role=role, email=email, language=language, created_at=now,
        expires_at=now + LASTS, invited_by=None if isinstance(by, audit.System) else by,
    )  # fmt: skip
    invitation.token_digest = token_digest(token_of(invitation))
    invitation.save(force_insert=True)
    audit.record("invitation.sent", invitation, by=by, programme=programme, role=role or "none")
    queue.enqueue("core.send_invitation", invitation_id=invitation.pk)
    return invitation


@transaction.atomic
def withdraw_invitation(*, invitation, by) -> Invitation:
    """The link stops working. Keepers of the programme. Records invitation.withdrawn."""
    invitation = Invitation.objects.select_for_update().get(pk=invitation.pk)
    check_can_keep(by, invitation.programme)
    if invitation.accepted_at or invitation.withdrawn_at:
        raise WrongState("This invitation was accepted or withdrawn already.")
    invitation.withdrawn_at = timezone.now()
    invitation.save(update_fields=["withdrawn_at"])
    audit.record("invitation.withdrawn", invitation, by=by, programme=invitation.programme)
    return invitation


def open_invitation(token: str):
    """The invitation a link belongs to while it works, else None. It dies with the right of who sent it."""
    found = (
        Invitation.objects.select_related("programme", "invited_by")
        .filter(token_digest=token_digest(token), accepted_at=None, withdrawn_at=None, expires_at__gt=timezone.now())
        .first()
    )
    if found and found.invited_by is not None:
        try:
            check_can_give_role(found.invited_by, person_of(found.email), found.programme, found.role)
        except Denied:
            return None
    return found


def person_of(email):
    """Who signs in with this address already, or None."""
    return User.objects.filter(Q(email__iexact=email) | Q(username__iexact=email)).first() if email else None


@transaction.atomic
def accept_invitation(*, token, name="", password=None, by=PROGRAM) -> User:
    """Take the role, once. Somebody new gives a name and a password and signs in with the address from now on;
    somebody who has an account is `by`, signed in. Records invitation.accepted and role.assigned.
    """
    invitation = open_invitation(token)
    if invitation is None:
        raise Invalid(GONE)
    known = person_of(invitation.email)
    if isinstance(by, audit.System):
        if known is not None:
            raise WrongState("Somebody signs in with this address. Sign in first, then open the link again.")
        user = _new_person(invitation, name, password)
    elif known is None or known.pk != by.pk:
        raise Denied("This invitation was sent to somebody else. Sign out first, then open the link again.")
    else:
        user = by
    now = timezone.now()
    taken = Invitation.objects.filter(pk=invitation.pk, accepted_at=None, withdrawn_at=None)
    if not taken.update(accepted_at=now, accepted_by=user):
        raise Invalid(GONE)
    audit.record("invitation.accepted", invitation, by=user, programme=invitation.programme)
    if invitation.role:
        assign_role(user=user, programme=invitation.programme, role=invitation.role, by=PROGRAM)
    for follow in _follow_ups:
        follow(invitation=invitation, user=user)
    return user


def _new_person(invitation, name, password):
    name = name.strip()
    if not name:
        raise Invalid("Write your name.")
    first, _, last = name.partition(" ")
    user = User(
        username=invitation.email, email=invitation.email, first_name=first[:150], last_name=last[:150],
        language=invitation.language,
    )  # fmt: skip
    try:
        validate_password(password, user)
    except ValidationError as error:
        raise Invalid(" ".join(error.messages)) from None
    user.set_password(password)
    user.save()
    audit.record("user.created", user, by=PROGRAM, programme=invitation.programme)
    return user
