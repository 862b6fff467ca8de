"""Visits that are no assessment, planned, written up or called off; and that a progress report came."""

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from compliance import rules
from compliance.models import Visit, VisitMember, VisitWords
from compliance.permissions import GOES, check_can_plan_visit, check_can_write_up
from core import access, audit
from core.days import today
from core.errors import Invalid, WrongState


@transaction.atomic
def plan_visit(*, site, kind, people, planned_from, planned_until, by) -> Visit:
    """A visit to advise, to train or to verify. Who plans visits or advises in the programme. Records visit.planned.

    The factory side hears beforehand of advice and training, of a verification never. People: of the programme, who
    goes to factories. A day that has passed is taken: a visit may be written down after it was held.
    """
    programme = site.programme
    check_can_plan_visit(by, programme)
    if kind not in rules.VISIT_KINDS:
        raise Invalid(_("Choose what the visit is for."))
    if planned_until < planned_from:
        raise Invalid(_("The last day is before the first."))
    people = list(people)
    if not people:
        raise Invalid(_("Name who goes."))
    rights = access.rights_among(people, programme)
    for person in people:
        if not rights[person.pk] & set(GOES):
            raise Invalid(_("%(name)s does not go to factories for this programme.") % {"name": person.name})
    visit = Visit.objects.create(
        programme=programme, site=site, kind=kind, announced=kind in rules.ANNOUNCED, planned_from=planned_from,
        planned_until=planned_until, planned_by=by,
    )  # fmt: skip
    VisitMember.objects.bulk_create(VisitMember(visit=visit, user=person) for person in people)
    audit.record("visit.planned", visit, by=by, programme=programme, kind=kind)
    return visit


@transaction.atomic
def write_up_visit(*, visit, held_on, done, next_steps="", note="", by) -> Visit:
    """What was done and what comes next, for the factory to read; the note stays with the programme.

    Who went, or who plans visits. Once: what the factory has read does not change under it. Records visit.written-up.
    """
    visit = Visit.objects.select_for_update().get(pk=visit.pk)
    check_can_write_up(by, visit)
    if visit.held_on or visit.called_off_at:
        raise WrongState(_("This visit is written up, or was called off."))
    if held_on > today(visit.programme):
        raise Invalid(_("The day lies in the future. Write the visit up when it was held."))
    words = {"done": done, "next_steps": next_steps, "note": note}
    words = {name: rules.readable(text).strip() for name, text in words.items()}
    if not words["done"] or max(map(len, words.values())) > rules.MAX_TEXT:
        raise Invalid(_("Write what was done, in at most %(n)d characters.") % {"n": rules.MAX_TEXT})
    visit.held_on = held_on
    visit.save(update_fields=["held_on"])
    VisitWords.objects.create(visit=visit, body=words, salt=VisitWords.new_salt(), written_by=by)
    audit.record("visit.written-up", visit, by=by, programme=visit.programme, on=held_on)
    return visit


@transaction.atomic
def call_off_visit(*, visit, by) -> Visit:
    """It will not be held. Who goes, or who plans visits. Records visit.called-off. Twice is once."""
    visit = Visit.objects.select_for_update().get(pk=visit.pk)
    check_can_write_up(by, visit)
    if visit.held_on:
        raise WrongState(_("This visit was held."))
    if visit.called_off_at:
        return visit
    visit.called_off_at, visit.called_off_by = timezone.now(), by
    visit.save(update_fields=["called_off_at", "called_off_by"])
    audit.record("visit.called-off", visit, by=by, programme=visit.programme)
    return visit
