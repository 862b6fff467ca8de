"""Writers of administrator sessions: the only way an administrator reads what is not hers, for a short time."""

import re
from datetime import timedelta

from django.db import transaction
from django.utils import timezone

from core import access, audit
from core.actions.people import _rights_in_step, check_can_administer
from core.errors import Denied, Invalid, WrongState
from core.models import AdministratorSession, Programme
from core.roles import Right

LONGEST = timedelta(hours=2)
REASONS = ("person-asked", "fault-reported", "data-repair", "authority-asked")
_NUMBER = re.compile(r"[A-Za-z0-9][A-Za-z0-9./-]{1,39}")


@transaction.atomic
def open_session(*, programme, reason, request, minutes=60, by) -> AdministratorSession:
    """Read the programme's reports for a while, two hours at most. An administrator of it, for a numbered request.

    Records administrator.session-opened. One at a time in a programme.
    """
    if isinstance(by, audit.System):
        raise Denied("A session is opened by a person.")
    check_can_administer(by, programme)
    if reason not in REASONS:
        raise Invalid("Choose why the session is needed.")
    if not _NUMBER.fullmatch(request):
        raise Invalid("Give the number of the request: letters, digits, dots and dashes.")
    length = timedelta(minutes=minutes)
    if not timedelta(0) < length <= LONGEST:
        raise Invalid("A session lasts two hours at most.")
    Programme.objects.select_for_update().get(pk=programme.pk)
    now = timezone.now()
    for old in AdministratorSession.objects.filter(user=by, programme=programme, ended_at=None):
        if old.until > now:
            raise WrongState("You have an open session in this programme. End it first.")
        old.ended_at = old.until
        old.save(update_fields=["ended_at"])
    session = AdministratorSession.objects.create(
        user=by, programme=programme, reason=reason, request=request, since=now, until=now + length
    )
    # Sessions in two programmes may overlap: the later end stands on the person's row.
    by.administering_until = max(session.until, by.administering_until or session.until)
    by.save(update_fields=["administering_until"])
    if not access.has(by, Right.READ_REPORTS, programme):
        access.grant(user=by, right=Right.READ_REPORTS, anchor=programme, until=session.until)
    audit.record(
        "administrator.session-opened", session, by=by, programme=programme, reason=reason, request=request,
        minutes=minutes,
    )  # fmt: skip
    return session


@transaction.atomic
def close_session(*, session, by) -> AdministratorSession:
    """End it before its time. Who opened it. Records administrator.session-closed."""
    if session.user_id != by.pk:
        raise Denied("Only who opened this session ends it.")
    session = AdministratorSession.objects.select_for_update().get(pk=session.pk)
    now = timezone.now()
    if session.ended_at or session.until <= now:
        raise WrongState("This session has ended already.")
    session.ended_at = now
    session.save(update_fields=["ended_at"])
    # What her roles say of this right, and nothing more.
    _rights_in_step(session.user, session.programme, [Right.READ_REPORTS], now)
    audit.record("administrator.session-closed", session, by=by, programme=session.programme)
    return session
