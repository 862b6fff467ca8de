"""Who may do what with assessments and reports. Default nothing."""

from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext as _

from compliance.models import Assessment, AssessmentMember, Report, ZeroToleranceCase
from core import access, audit
from core.errors import NOTHING_HERE, Denied
from core.models import Programme
from core.roles import Right
from factories import permissions as factories
from factories.models import Site


def _programmes(user, *rights):
    found = Q()
    for right in rights:
        found |= Q(programme__in=access.anchors(user, right, Programme))
    return found


def visible_to(user):
    """Assessments a person may see before issue: her own as an assessor, all of a programme she plans or leads."""
    own = AssessmentMember.objects.filter(assessment=OuterRef("pk"), user_id=user.pk)
    return Assessment.objects.filter(
        _programmes(user, Right.PLAN_VISITS, Right.LEAD_ASSESSMENTS) | (Exists(own) & _programmes(user, Right.ASSESS))
    )


def reports_visible_to(user, on=None):
    """Issued reports a person may read.

    The programme's staff; who wrote it; the factory's managers and committee; a buyer's people while the factory's
    consent covers that cycle.
    """
    in_programme = Q()
    for right in (Right.READ_REPORTS, Right.LEAD_ASSESSMENTS):
        in_programme |= Q(assessment__programme__in=access.anchors(user, right, Programme))
    own = Q(assessment__members__user_id=user.pk) & Q(
        assessment__programme__in=access.anchors(user, Right.ASSESS, Programme)
    )
    of_site = Q()
    for right in (Right.MANAGE_FACTORY, Right.SIT_WORKER_SIDE, Right.SIT_MANAGEMENT_SIDE):
        of_site |= Q(assessment__cycle__site__in=access.anchors(user, right, Site))
    opened = factories.consents(user, on, scope="report")
    by_consent = Q(assessment__cycle__in=opened.exclude(cycle=None).values("cycle")) | Q(
        assessment__cycle__site__in=opened.filter(cycle=None).values("site")
    )
    ids = Report.objects.filter(in_programme | own | of_site | by_consent).values("pk")
    return Report.objects.filter(pk__in=ids)


def check_can_read_report(user, report):
    """Whoever may not read it hears the same as if it did not exist."""
    if not reports_visible_to(user).filter(pk=report.pk).exists():
        raise Denied(NOTHING_HERE)


def reads_as(user, report) -> str:
    """As what somebody reads a report: worker, management, programme or buyer. Who sits for workers is that first."""
    on_site = access.rights_on(user, report.assessment.cycle.site) if report.assessment.cycle_id else set()
    if Right.SIT_WORKER_SIDE in on_site or access.holds_any(user, [Right.SIT_WORKER_SIDE]):
        return "worker"
    if on_site & {Right.MANAGE_FACTORY, Right.SIT_MANAGEMENT_SIDE}:
        return "management"
    if access.rights_on(user, report.assessment.programme):
        return "programme"
    return "buyer"


def check_can_plan(user, programme, rights=None):
    """A programme manager. `rights`: what she holds there, where it was read already."""
    if isinstance(user, audit.System):
        return
    if Right.PLAN_VISITS not in (access.rights_on(user, programme) if rights is None else rights):
        raise Denied(_("Only a programme manager plans visits."))


def check_is_assessor(user, assessment):
    """An assessor named on this assessment who still holds the role."""
    named = AssessmentMember.objects.filter(assessment=assessment, user_id=user.pk).exists()
    if not named or not access.has(user, Right.ASSESS, assessment.programme):
        raise Denied(_("Only its assessors work on this assessment."))


def check_is_lead(user, assessment):
    """The lead assessor named on this assessment."""
    named = AssessmentMember.objects.filter(assessment=assessment, user_id=user.pk, lead=True).exists()
    if not named or not access.has(user, Right.ASSESS, assessment.programme):
        raise Denied(_("Only its lead assessor sends an assessment to review."))


def check_can_review(user, assessment):
    """A lead assessor of the programme."""
    access.check(
        user, Right.LEAD_ASSESSMENTS, assessment.programme, _("Only a lead assessor reviews and issues a report.")
    )


def can_review(user, assessment) -> bool:
    return access.has(user, Right.LEAD_ASSESSMENTS, assessment.programme)


def check_can_open_case(user, programme):
    access.check(user, Right.OPEN_ZERO_TOLERANCE, programme, _("Only the programme's staff opens a case."))


def cases_visible_to(user):
    """Only the readers named on a case; for anybody else it does not exist."""
    return ZeroToleranceCase.objects.filter(pk__in=access.anchors(user, Right.READ_CASE, ZeroToleranceCase))
