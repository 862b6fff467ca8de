"""What is declared for planning: ties to factories, days away, languages interpreted."""

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from compliance import rules
from compliance.models import Absence, Interpreter, Tie
from compliance.permissions import check_can_declare, check_can_plan
from core import audit
from core.days import today
from core.errors import Invalid, WrongState


@transaction.atomic
def declare_tie(*, user, site, kind, since, by) -> Tie:
    """What ties a person of the programme to a factory. Herself, or who plans visits. Records tie.declared.

    Twice is once. It warns whoever plans; it forbids nothing.
    """
    check_can_declare(by, user, site.programme)
    if kind not in rules.TIES:
        raise Invalid(_("Choose what ties her to the factory."))
    tie, is_new = Tie.objects.get_or_create(
        user=user, site=site, kind=kind, until=None, defaults={"since": since, "declared_by": by}
    )
    if is_new:
        audit.record("tie.declared", tie, by=by, programme=site.programme, user=user.pk, kind=kind)
    return tie


@transaction.atomic
def end_tie(*, tie, by) -> Tie:
    """It ends today. Who plans visits: nobody takes her own tie back. Records tie.ended."""
    check_can_plan(by, tie.site.programme)
    if tie.until:
        raise WrongState(_("This has ended already."))
    tie.until = max(tie.since, today(tie.site.programme))
    tie.save(update_fields=["until"])
    audit.record("tie.ended", tie, by=by, programme=tie.site.programme)
    return tie


@transaction.atomic
def record_absence(*, programme, user, since, until, by) -> Absence:
    """Days a person of the programme is away. Herself, or who plans visits. Records absence.recorded."""
    check_can_declare(by, user, programme)
    if until < since:
        raise Invalid(_("The last day is before the first."))
    absence = Absence.objects.create(programme=programme, user=user, since=since, until=until)
    audit.record("absence.recorded", absence, by=by, programme=programme, user=user.pk, since=since, until=until)
    return absence


@transaction.atomic
def take_absence_back(*, absence, by) -> Absence:
    """She is not away after all. Herself, or who plans visits. Records absence.taken-back. Twice is once."""
    check_can_declare(by, absence.user, absence.programme)
    if absence.ended_at is None:
        absence.ended_at = timezone.now()
        absence.save(update_fields=["ended_at"])
        audit.record("absence.taken-back", absence, by=by, programme=absence.programme)
    return absence


@transaction.atomic
def name_interpreter(*, programme, user, language, since, by) -> Interpreter:
    """A person interprets a language for the programme. Who plans visits. Records interpreter.named. Twice is once."""
    check_can_plan(by, programme)
    if not user.is_active or not language:
        raise Invalid(_("Name a person and a language."))
    row, is_new = Interpreter.objects.get_or_create(
        programme=programme, user=user, language=language, until=None, defaults={"since": since}
    )
    if is_new:
        audit.record("interpreter.named", row, by=by, programme=programme, user=user.pk, language=language)
    return row


@transaction.atomic
def end_interpreter(*, interpreter, by) -> Interpreter:
    """It ends today. Who plans visits. Records interpreter.ended."""
    check_can_plan(by, interpreter.programme)
    if interpreter.until is None:
        interpreter.until = max(interpreter.since, today(interpreter.programme))
        interpreter.save(update_fields=["until"])
        audit.record("interpreter.ended", interpreter, by=by, programme=interpreter.programme)
    return interpreter
