"""Who goes with a factory without assessing it: its adviser, and who reads for a union."""

from django.db import transaction
from django.utils.translation import gettext as _

from compliance.models import (
    Advisee,
    AssessmentMember,
    UnionReader,
)
from compliance.permissions import (
    check_can_plan,
)
from core import access, audit
from core.days import end_of, today
from core.errors import Invalid, WrongState
from core.roles import Right
from factories import permissions as factories


@transaction.atomic
def assign_adviser(*, user, site, since, by) -> Advisee:
    """An adviser begins to help a factory. A programme manager. Records adviser.assigned. The same again: unchanged."""
    check_can_plan(by, site.programme)
    if not access.has(user, Right.ADVISE, site.programme):
        raise Invalid(f"{user.name} does not hold the role of an adviser in this programme.")
    earlier = Advisee.objects.filter(user=user, site=site, until=None).first()
    if earlier:
        return earlier
    seats = AssessmentMember.objects.filter(user=user, assessment__cycle__site=site)
    if seats.exclude(assessment__state__in=["issued", "not_held", "cancelled"]).exists():
        raise Invalid(f"{user.name} is named on an assessment of this factory. Wait until its report is issued.")
    advisee = Advisee.objects.create(user=user, site=site, since=since)
    audit.record("adviser.assigned", advisee, by=by, programme=site.programme, user=user.pk, site=site.pk, since=since)
    return advisee


@transaction.atomic
def end_advice(*, advisee, until, by) -> Advisee:
    """An adviser helps a factory no more; `until` is the last day. A programme manager. Records adviser.ended."""
    check_can_plan(by, advisee.site.programme)
    if advisee.until is not None:
        raise WrongState("This advice has ended already.")
    if until < advisee.since:
        raise Invalid("The last day is before the first.")
    advisee.until = until
    advisee.save(update_fields=["until"])
    audit.record("adviser.ended", advisee, by=by, programme=advisee.site.programme, until=until)
    return advisee


@transaction.atomic
def name_union_reader(*, user, site, until, by, since=None) -> UnionReader:
    """Somebody reads this factory's reports for its workers until a day. A programme manager; not the factory.

    Refused for who is of the factory's management. Records reader.named, without the factory: the record of
    what she reads must not lead to her. Named again: the later word on `until` counts.
    """
    factories.check_can_manage_factories(by, site.programme)
    if site.programme is None:
        raise WrongState(_("Enrol the factory in a programme first."))
    now = today(site.programme)
    since = since or now
    if since > now:
        raise Invalid(_("The first day is today or earlier."))
    if until < now:
        raise Invalid(_("The last day is over already."))
    if access.rights_on(user, site) & {Right.MANAGE_FACTORY, Right.SIT_MANAGEMENT_SIDE}:
        raise Invalid(_("Who is of the factory’s management does not read for its workers."))
    reader = UnionReader.objects.filter(user=user, site=site, until__gte=now).first()
    reader = reader or UnionReader(user=user, site=site, since=since)
    reader.until = until
    reader.save()
    access.grant(user=user, right=Right.READ_FOR_WORKERS, anchor=site, until=end_of(site.programme, until))
    audit.record("reader.named", reader, by=by, programme=site.programme, until=until)
    return reader


@transaction.atomic
def end_union_reader(*, reader, by) -> UnionReader:
    """She reads no more, from now. A programme manager. Records reader.ended."""
    factories.check_can_manage_factories(by, reader.site.programme)
    now = today(reader.site.programme)
    if not access.has(reader.user, Right.READ_FOR_WORKERS, reader.site) or reader.until < now:
        raise WrongState(_("This has ended already."))
    reader.until = max(reader.since, now)
    reader.save(update_fields=["until"])
    access.revoke(user=reader.user, right=Right.READ_FOR_WORKERS, anchor=reader.site)
    audit.record("reader.ended", reader, by=by, programme=reader.site.programme)
    return reader
