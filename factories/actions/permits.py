"""Permits and the reminders before they expire."""

from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from core import access, audit, holders, letters, scanning
from core.days import today
from core.errors import Invalid, WrongState
from core.models import User
from core.queue import enqueue
from core.roles import Right
from core.storage import sha256_of, store
from factories import permissions, rules
from factories.actions.base import valid
from factories.models import Permit, PermitReminder

BEFORE = (60, 30, 7)
MOST = 20 * 1024 * 1024


@transaction.atomic
def record_permit(
    *, site, kind, issued_on, expires_on=None, number="", authority="", paper=None, replaces=None, by
) -> Permit:
    """A permit of the factory, with its scan (bytes of a photo or a PDF) where there is one. Records permit.recorded.

    Managers of the programme or of the factory, or setup. Reminders go out 60, 30 and 7 days before its last day.
    `replaces`: the permit that ends with this one.
    """
    permissions.check_can_record_facts(by, site)
    if site.programme is None:
        raise WrongState(_("Enrol the factory in a programme first."))
    day = today(site.programme)
    if issued_on > day:
        raise Invalid(_("The day lies in the future. Record it when it has come."))
    permit = Permit(
        site=site, kind=kind, issued_on=issued_on, expires_on=expires_on, number=rules.tidy(number),
        authority=rules.tidy(authority), recorded_by_id=by.pk,
    )  # fmt: skip
    if paper:
        _keep_paper(permit, paper)
    valid(permit).save()
    if replaces is not None:
        end_permit(permit=replaces, on=max(issued_on, replaces.issued_on), by=by)
    if expires_on:
        for days in rules.reminders_due(expires_on, day, BEFORE):
            enqueue(
                "factories.remind_of_permit", due_at=_morning(site.programme, expires_on - timedelta(days=days)),
                permit_id=permit.pk, days=days,
            )  # fmt: skip
    audit.record("permit.recorded", permit, by=by, programme=site.programme, site=site.pk, kind=kind, until=expires_on)
    return permit


def _morning(programme, day):
    """Eight in the morning where the programme is."""
    return datetime.combine(day, time(8), ZoneInfo(programme.time_zone))


def _keep_paper(permit, paper):
    if len(paper) > MOST:
        raise Invalid(_("The paper is larger than 20 MB. Scan it smaller."))
    data, permit.paper_type = scanning.admit(paper)
    holders.check_not_removed(paper, data)
    permit.paper = store().put(data)
    permit.paper_sha256 = sha256_of(data)


@transaction.atomic
def end_permit(*, permit, on, by) -> Permit:
    """A permit is withdrawn or replaced from a day; nobody is reminded of it any more. Records permit.ended.

    Managers of the programme or of the factory, or setup.
    """
    permissions.check_can_record_facts(by, permit.site)
    permit = Permit.objects.select_for_update(of=("self",)).select_related("site__programme").get(pk=permit.pk)
    if permit.ended_on:
        raise WrongState(_("This permit has ended already."))
    permit.ended_on = on
    valid(permit).save()
    audit.record("permit.ended", permit, by=by, programme=permit.site.programme, site=permit.site_id, on=on)
    return permit


@transaction.atomic
def remind_of_permit(*, permit, days, by) -> PermitReminder | None:
    """Write to the factory's managers that something expires, once for each of the days before. Only the program.

    The letter names neither factory nor permit. None when it went out already, or the permit has ended or expired.
    Records permit.reminded.
    """
    permit = Permit.objects.select_for_update(of=("self",)).select_related("site__programme").get(pk=permit.pk)
    programme = permit.site.programme
    gone = permit.ended_on or permit.expires_on is None or programme is None or permit.expires_on < today(programme)
    if gone or PermitReminder.objects.filter(permit=permit, days_before=days).exists():
        return None
    people = User.objects.filter(pk__in=access.holders(Right.MANAGE_FACTORY, permit.site), is_active=True)
    people = list(people.exclude(email=""))
    reminder = PermitReminder.objects.create(
        permit=permit, days_before=days, letters=len(people), sent_at=timezone.now()
    )
    audit.record("permit.reminded", permit, by=by, programme=programme, days=days, letters=len(people))
    for person in people:
        letters.write(
            "something-waits",
            to=person.email,
            language=person.language or settings.LANGUAGE_CODE,
            path="/app/",
            message_key=f"permit-{permit.pk}-{days}-{person.pk}",
        )
    return reminder
