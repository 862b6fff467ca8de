"""Signed-in addresses of compliance, under /app/assessments/. A number (KH-2026-0041) comes last: words come first."""

from django.urls import path

from compliance import views
from core.access import object_check, register_doors, signed_in

app_name = "compliance"
urlpatterns = [
    path("", views.assessments, name="assessments"),
    path("plan/", views.plan, name="plan"),
    path("reports/", views.reports, name="reports"),
    path("reports/opened/", views.opened, name="opened"),
    path("reports/<uuid:report_id>/", views.report, name="report"),
    path("reports/<uuid:report_id>/pdf/", views.report_pdf, name="report-pdf"),
    path("cases/", views.cases, name="cases"),
    path("cases/open/", views.open_case, name="open-case"),
    path("cases/<uuid:case_id>/", views.case, name="case"),
    path("tablets/", views.tablets, name="tablets"),
    path("tablets/<uuid:device_id>/revoke/", views.revoke_tablet, name="revoke-tablet"),
    path("kept-aside/<uuid:item_id>/", views.decide_kept_aside, name="decide-kept-aside"),
    path("evidence/<uuid:evidence_id>/", views.evidence, name="evidence"),
    path("<slug:number>/", views.assessment, name="assessment"),
    path("<slug:number>/cancel/", views.cancel, name="cancel"),
    path("<slug:number>/submit/", views.submit, name="submit"),
    path("<slug:number>/review/", views.review, name="review"),
    path("<slug:number>/review/text/", views.save_text, name="save-text"),
    path("<slug:number>/review/return/", views.send_back, name="send-back"),
    path("<slug:number>/review/issue/", views.issue, name="issue"),
]
register_doors(
    {
        "compliance:assessments": signed_in("lists visible_to the person; absent for who is no staff"),
        "compliance:plan": object_check("programmes the person plans visits in; check_can_plan"),
        "compliance:reports": signed_in("lists reports_visible_to the person"),
        "compliance:opened": signed_in("what the person opened; for factory managers who opened their own reports"),
        "compliance:report": object_check("reports_visible_to, check_can_read_report; the opening is recorded"),
        "compliance:report-pdf": object_check("reports_visible_to, check_can_read_report; the opening is recorded"),
        "compliance:cases": object_check("cases_visible_to the person; absent without any"),
        "compliance:open-case": object_check("an assessment or report the person sees; check_can_open_case"),
        "compliance:case": object_check("cases_visible_to: the readers named"),
        "compliance:tablets": signed_in("own tablets; for managers those of their programmes' assessors"),
        "compliance:revoke-tablet": object_check("the person's own tablet"),
        "compliance:decide-kept-aside": object_check("programmes the person plans visits in; check_can_plan"),
        "compliance:evidence": object_check("evidence of assessments visible_to the person"),
        "compliance:assessment": object_check("visible_to the person: own as an assessor, planned or led"),
        "compliance:cancel": object_check("visible_to, check_can_plan"),
        "compliance:submit": object_check("visible_to, check_is_lead"),
        "compliance:review": object_check("lead assessors of the programme, as check_can_review"),
        "compliance:save-text": object_check("lead assessors of the programme, check_can_review"),
        "compliance:send-back": object_check("lead assessors of the programme, check_can_review"),
        "compliance:issue": object_check("lead assessors of the programme, check_can_review"),
    }
)
