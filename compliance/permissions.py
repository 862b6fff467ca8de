"""Who may do what with assessments and reports. Default nothing."""

from django.db.models import Exists, OuterRef, Q
from django.utils import timezone
from django.utils.translation import gettext as _

from compliance.models import (
    Assessment,
    AssessmentMember,
    CommentWindow,
    Extract,
    Report,
    ReportTranslation,
    Visit,
    VisitMember,
    ZeroToleranceCase,
)
from core import access, audit
from core.days import in_force
from core.errors import NOTHING_HERE, Denied
from core.models import Programme, RoleAssignment
from core.roles import Right
from factories import permissions as factories
from factories.models import Consent, Site


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


def can_take_draft(user, assessment) -> bool:
    """May this person take its answers away as a file? Who sees it, once it was sent to review and until it is issued:
    then there is the report.
    """
    if assessment.state not in ("in_review", "comment_window") or not assessment.cycle_id:
        return False
    return visible_to(user).filter(pk=assessment.pk).exists()


def check_can_take_draft(user, assessment):
    if not can_take_draft(user, assessment):
        raise Denied(NOTHING_HERE)


# Who may find a report to read: the rights reports_visible_to asks for, for doors and menus.
IN_PROGRAMME = (Right.READ_REPORTS, Right.LEAD_ASSESSMENTS)
OF_SITE = (Right.MANAGE_FACTORY, Right.SIT_WORKER_SIDE, Right.SIT_MANAGEMENT_SIDE, Right.READ_FOR_WORKERS)
WORKER_SIDE = (Right.SIT_WORKER_SIDE, Right.READ_FOR_WORKERS)
READERS = (*IN_PROGRAMME, Right.ASSESS, *OF_SITE, Right.ACT_FOR_BUYER)
# A committee's members and union readers read what their plan is made of, unless their programme set this to false.
FOR_THE_PLAN = (Right.SIT_WORKER_SIDE, Right.SIT_MANAGEMENT_SIDE, Right.READ_FOR_WORKERS)
COMMITTEES_READ = "committees-read-reports"


def reports_visible_to(user, on=None):
    """Issued reports a person may read.

    The programme's staff; who wrote it; the factory's managers; its committee and union readers, unless the programme
    set otherwise; a buyer's people while the factory's consent covers that cycle.
    """
    in_programme = Q()
    for right in IN_PROGRAMME:
        in_programme |= Q(assessment__programme__in=access.anchors(user, right, Programme))
    own = Q(assessment__members__user_id=user.pk) & Q(
        assessment__programme__in=access.anchors(user, Right.ASSESS, Programme)
    )
    for_the_plan = Q(assessment__cycle__site__in=access.anchors_any(user, FOR_THE_PLAN, Site))
    if kept := [programme for programme, may in in_force(COMMITTEES_READ, on).items() if may is False]:
        for_the_plan &= ~Q(assessment__programme__in=kept)
    of_site = for_the_plan | Q(assessment__cycle__site__in=access.anchors(user, Right.MANAGE_FACTORY, Site))
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
    """As what somebody reads a report: worker, management, programme or buyer. Who reads for workers is that first."""
    on_site = access.rights_on(user, report.assessment.cycle.site) if report.assessment.cycle_id else set()
    if access.holds_any(user, WORKER_SIDE):
        return "worker"
    if on_site & {Right.MANAGE_FACTORY, Right.SIT_MANAGEMENT_SIDE}:
        return "management"
    if access.rights_on(user, report.assessment.programme):
        return "programme"
    return "buyer"


def consents_opening(user, report):
    """The consents in force by which this person reads the report, if she reads it for a buyer."""
    if report.assessment.cycle_id is None or reads_as(user, report) != "buyer":
        return Consent.objects.none()
    cycle = report.assessment.cycle
    return factories.consents(user, scope="report").filter(Q(cycle=None) | Q(cycle=cycle), site=cycle.site)


def check_can_plan(user, programme, rights=None):
    """A programme manager. `rights`: what she holds there, where it was read already."""
    if isinstance(user, audit.System):
        return
    if Right.PLAN_VISITS not in (access.rights_on(user, programme) if rights is None else rights):
        raise Denied(_("Only a programme manager plans visits."))


def check_can_declare(user, person, programme):
    """What concerns planning is said by the person herself, who goes to factories, or by who plans visits."""
    if isinstance(user, audit.System):
        return
    if not access.rights_on(person, programme) & set(GOES):
        raise Denied(_("This person does not go to factories for this programme."))
    if user.pk != person.pk and not access.has(user, Right.PLAN_VISITS, programme):
        raise Denied(_("Only she herself or a programme manager says that."))


# Who goes to factories for a programme, and who plans a visit that is no assessment.
GOES = (Right.ASSESS, Right.ADVISE, Right.PLAN_VISITS)
PLANS_VISITS = (Right.PLAN_VISITS, Right.ADVISE)
READS_VISITS = (*GOES, Right.LEAD_ASSESSMENTS)


def visits_visible_to(user):
    """Visits that are no assessment: all of a programme for its staff; of its own factory, for the factory side, those
    that were held and those announced. A verification to come does not exist for it.
    """
    of_site = Q(pk__in=[])
    for right in OF_SITE:
        of_site |= Q(site__in=access.anchors(user, right, Site))
    known = Q(held_on__isnull=False) | Q(announced=True)
    return Visit.objects.filter(_programmes(user, *READS_VISITS) | (of_site & known))


def assessments_held_at(user):
    """Assessments whose visit a person of the factory side knows of, since it was held at her factory."""
    of_site = Q(pk__in=[])
    for right in OF_SITE:
        of_site |= Q(cycle__site__in=access.anchors(user, right, Site))
    return Assessment.objects.filter(of_site, visited_on__isnull=False).exclude(state="cancelled")


def can_read_visits(user, site) -> bool:
    """Staff of the programme who reads visits, and the factory side."""
    if access.rights_on(user, site.programme) & set(READS_VISITS):
        return True
    return bool(access.rights_on(user, site) & set(OF_SITE))


def check_can_plan_visit(user, programme):
    """Who plans visits, or advises, in the programme."""
    if programme is None or not access.rights_on(user, programme) & set(PLANS_VISITS):
        raise Denied(_("Only an adviser or a programme manager plans this visit."))


def check_can_write_up(user, visit):
    """Somebody named on the visit who still goes to factories there, or who plans visits."""
    held = access.rights_on(user, visit.programme)
    named = held & set(GOES) and VisitMember.objects.filter(visit=visit, user_id=user.pk).exists()
    if Right.PLAN_VISITS not in held and not named:
        raise Denied(_("Only who went, or a programme manager, writes this visit up."))


def reads_visit_notes(user, visit) -> bool:
    """The note of a visit is for the programme's staff."""
    return bool(access.rights_on(user, visit.programme) & set(READS_VISITS))


def can_write_up(user, visit) -> bool:
    try:
        check_can_write_up(user, visit)
    except Denied:
        return False
    return True


def check_is_assessor(user, assessment):
    """An assessor named on this assessment who still holds the role."""
    named = AssessmentMember.objects.filter(assessment=assessment, user_id=user.pk).exists()
    if not named or not access.has(user, Right.ASSESS, assessment.programme):
        raise Denied(_("Only its assessors work on this assessment."))


def check_was_assessor(user, assessment):
    """Anybody ever named on this assessment, whatever she may do today: for bytes that are never refused. They count
    only where an answer names them, and that change is judged as any other."""
    if not AssessmentMember.objects.filter(assessment=assessment, user_id=user.pk).exists():
        raise Denied(_("Only its assessors work on this assessment."))


def check_can_take_handover(user, assessment):
    """Who plans the programme's visits, and whoever was ever named on this one."""
    if not access.has(user, Right.PLAN_VISITS, assessment.programme):
        named = AssessmentMember.objects.filter(assessment=assessment, user_id=user.pk).exists()
        if not named:
            raise Denied(NOTHING_HERE)


def check_is_lead(user, assessment):
    """The lead assessor named on this assessment."""
    named = AssessmentMember.objects.filter(assessment=assessment, user_id=user.pk, lead=True).exists()
    if not named or not access.has(user, Right.ASSESS, assessment.programme):
        raise Denied(_("Only its lead assessor sends an assessment to review."))


def can_end(user, assessment) -> bool:
    """May this person write down that the visit did not take place? Its lead assessor, and who plans visits."""
    if access.has(user, Right.PLAN_VISITS, assessment.programme):
        return True
    named = AssessmentMember.objects.filter(assessment=assessment, user_id=user.pk, lead=True).exists()
    return named and access.has(user, Right.ASSESS, assessment.programme)


def check_can_review(user, assessment):
    """A lead assessor of the programme."""
    access.check(
        user, Right.LEAD_ASSESSMENTS, assessment.programme, _("Only a lead assessor reviews and issues a report.")
    )


def check_can_discuss(user, assessment):
    """A lead assessor of the programme, or an assessor of this assessment."""
    if not can_review(user, assessment):
        check_is_assessor(user, assessment)


def can_discuss(user, assessment) -> bool:
    try:
        check_can_discuss(user, assessment)
    except Denied:
        return False
    return True


def check_can_see_original(user, assessment):
    """Who covers parts of a photo, and so sees what lies beneath: its assessors and lead assessors."""
    check_can_discuss(user, assessment)


def can_see_original(user, assessment) -> bool:
    return can_discuss(user, assessment)


# From when its texts are there until for ever; before that, and of a visit that was none, there is nothing to read.
TRANSLATED_IN = ("drafting", "in_review", "comment_window", "issued")


def translations_visible_to(user):
    """Reports whose texts a translator of the programme was asked for: none of a factory she belongs to."""
    return ReportTranslation.objects.filter(
        assessment__programme__in=access.anchors(user, Right.TRANSLATE_WORDS, Programme),
        assessment__state__in=TRANSLATED_IN,
    ).exclude(assessment__cycle__site__in=access.anchors_any(user, OF_SITE, Site))


def check_can_translate(user, translation):
    """A translator of the programme. Others hear the same as if it did not exist."""
    if not translations_visible_to(user).filter(pk=translation.pk).exists():
        raise Denied(NOTHING_HERE)


def can_ask_for_correction(user, report) -> bool:
    """A manager of the factory, or the programme's staff: who may read the report for either."""
    site, programme = report.assessment.cycle.site, report.assessment.programme
    if access.holds_any(user, WORKER_SIDE):
        return False
    on_programme = access.rights_on(user, programme) & {*IN_PROGRAMME, Right.ASSESS}
    may = access.has(user, Right.MANAGE_FACTORY, site) or bool(on_programme)
    return may and reports_visible_to(user).filter(pk=report.pk).exists()


def check_can_ask_for_correction(user, report):
    if not can_ask_for_correction(user, report):
        raise Denied(_("The factory’s managers and the programme’s staff ask for a correction."))


def check_can_hand_in(user, report):
    """The programme's staff hand in what another party says of its duty; a factory does not speak for it."""
    if not access.rights_on(user, report.assessment.programme) & {*IN_PROGRAMME, Right.ASSESS}:
        raise Denied(_("The programme’s staff hand in what another party says."))


def can_take_extracts(user, programme) -> bool:
    return access.has(user, Right.TAKE_EXTRACTS, programme)


def check_can_take_extracts(user, programme):
    """An analyst of the programme. Others hear the same as if there were nothing."""
    if not can_take_extracts(user, programme):
        raise Denied(NOTHING_HERE)


def extracts_visible_to(user):
    """What one took oneself; for the programme's managers all that left their programme."""
    managed = access.anchors(user, Right.PLAN_VISITS, Programme)
    return Extract.objects.filter(Q(taken_by=user.pk) | Q(programme__in=managed))


def can_reply_in_public(user, report) -> bool:
    """A manager of the factory; the programme's staff, who hand in the word of another party."""
    return can_ask_for_correction(user, report)


def check_can_reply_in_public(user, report, party=""):
    """A factory speaks for itself through its managers, another party through the programme's staff."""
    if not can_reply_in_public(user, report):
        raise Denied(_("The factory’s managers say what it answers in public."))
    if party:
        check_can_hand_in(user, report)
    elif not access.has(user, Right.MANAGE_FACTORY, report.assessment.cycle.site):
        raise Denied(_("The factory’s managers say what it answers in public."))


def windows_visible_to(user):
    """Drafts before a factory's managers: theirs while the window stands, over or not, until the report is issued."""
    return CommentWindow.objects.filter(
        taken_back_at=None,
        assessment__state="comment_window",
        assessment__cycle__site__in=access.anchors(user, Right.MANAGE_FACTORY, Site),
    )


def check_can_reply(user, window):
    """A manager of the factory. Whoever is not hears the same as if there were no draft."""
    if not windows_visible_to(user).filter(pk=window.pk).exists():
        raise Denied(NOTHING_HERE)


def can_read_reply(user, window) -> bool:
    """May this person read what a factory sent with its reply: its managers, and lead assessors of the programme?"""
    assessment = window.assessment
    return access.has(user, Right.MANAGE_FACTORY, assessment.cycle.site) or can_review(user, assessment)


def can_review(user, assessment) -> bool:
    return access.has(user, Right.LEAD_ASSESSMENTS, assessment.programme)


def check_can_revoke(user, device):
    """Who a tablet is registered to, and who plans visits in a programme where that person is an assessor."""
    if device.user_id == user.pk:
        return
    planned = access.anchors(user, Right.PLAN_VISITS, Programme)
    if not Programme.objects.filter(
        Q(pk__in=planned), pk__in=access.anchors(device.user, Right.ASSESS, Programme)
    ).exists():
        raise Denied(_("Only the person it is registered to, or her programme manager, can do this."))


def check_can_open_case(user, programme):
    access.check(user, Right.OPEN_ZERO_TOLERANCE, programme, _("Only the programme's staff opens a case."))


def _officer_in(user):
    """Programmes in whose country the ministry named this person now: a lazy queryset of ids."""
    held = RoleAssignment.objects.filter(user_id=user.pk, role="government-officer")
    return held.filter(Q(until=None) | Q(until__gt=timezone.now())).values("programme")


def cases_visible_to(user):
    """Only the readers named on a case; for anybody else it does not exist.

    A name is not enough: a reader still belongs to the programme's staff, or is still the officer of its country.
    """
    if not user.is_active:
        return ZeroToleranceCase.objects.none()
    belongs = Q(programme__in=access.anchors(user, Right.OPEN_ZERO_TOLERANCE, Programme))
    belongs |= Q(programme__in=_officer_in(user))
    return ZeroToleranceCase.objects.filter(belongs, pk__in=access.anchors(user, Right.READ_CASE, ZeroToleranceCase))


def check_can_read_case(user, case):
    """Whoever is not its reader hears the same as if it did not exist."""
    if not cases_visible_to(user).filter(pk=case.pk).exists():
        raise Denied(NOTHING_HERE)


def reads_whole_case(user, case) -> bool:
    """A reader of the staff. An officer reads the letters to her ministry, the steps and the outcome; no note, no
    identity, nothing of who else was told or must not be."""
    return access.has(user, Right.OPEN_ZERO_TOLERANCE, case.programme) and access.has(user, Right.READ_CASE, case)


def check_can_work_on_case(user, case):
    """A reader of the staff writes on a case. For everybody else it does not exist, an officer among them."""
    if not reads_whole_case(user, case):
        raise Denied(NOTHING_HERE)
