"""Signed-in addresses of compliance, under /app/assessments/. A number (KH-2026-0041) comes last: words come first."""

from django.urls import path

from compliance import assigning, views
from core.access import object_check, public, register_doors, signed_in

app_name = "compliance"
urlpatterns = [
    path("", views.assessments, name="assessments"),
    path("plan/", views.plan, name="plan"),
    path("reports/", views.reports, name="reports"),
    path("reports/opened/", views.opened, name="opened"),
    path("reports/<uuid:report_id>/", views.report, name="report"),
    path("reports/<uuid:report_id>/pdf/", views.report_pdf, name="report-pdf"),
    path("reports/<uuid:report_id>/notice/<slug:language>/", views.notice, name="notice"),
    *(
        path(f"reports/<uuid:report_id>/{form}/", views.export, {"form": form}, name=f"export-{form}")
        for form in ("xlsx", "json", "csv")
    ),
    path("reports/copies/", views.copies_taken, name="copies"),
    path("reports/check/", views.check_typed, name="check-typed"),
    path("reports/check/<slug:digest>/", views.check_report, name="check-report"),
    path("reports/<uuid:report_id>/correct/", views.ask_for_correction, name="ask-for-correction"),
    path("corrections/<uuid:ask_id>/", views.correction, name="correction"),
    path("drafts/<uuid:window_id>/", views.draft, name="draft"),
    path("drafts/<uuid:window_id>/end/", views.end_reply, name="end-reply"),
    path("drafts/findings/<uuid:draft_id>/", views.reply, name="reply"),
    path("drafts/files/<uuid:evidence_id>/", views.reply_file, name="reply-file"),
    path("cases/", views.cases, name="cases"),
    path("cases/open/", views.open_case, name="open-case"),
    path("cases/<uuid:case_id>/", views.case, name="case"),
    path("cases/<uuid:case_id>/letter/<int:n>/", views.case_letter, name="case-letter"),
    path("board/", views.board, name="board"),
    path("board/facts/", views.planning_facts, name="planning-facts"),
    path("board/facts/end/<slug:what>/<uuid:pk>/", views.end_planning_fact, name="end-planning-fact"),
    path("due/", views.due, name="due"),
    path("visits/", views.visits, name="visits"),
    path("visits/plan/", views.plan_visit, name="plan-visit"),
    path("visits/of/<slug:ref>/", views.visit_history, name="visit-history"),
    path("visits/<uuid:visit_id>/", views.visit, name="visit"),
    path("visits/<uuid:visit_id>/call-off/", views.call_off_visit, name="call-off-visit"),
    path("companions/", assigning.companions, name="companions"),
    path("companions/name/<slug:kind>/", assigning.assign, name="name-companion"),
    path("companions/end/<slug:kind>/<uuid:pk>/", assigning.end, name="end-companion"),
    path("tablets/", views.tablets, name="tablets"),
    path("tablets/file/", views.take_handover, name="take-handover"),
    path("tablets/<uuid:device_id>/revoke/", views.revoke_tablet, name="revoke-tablet"),
    path("kept-aside/", views.decided, name="decided"),
    path("kept-aside/<uuid:item_id>/", views.decide_kept_aside, name="decide-kept-aside"),
    path("evidence/<uuid:evidence_id>/", views.evidence, name="evidence"),
    path("<slug:number>/", views.assessment, name="assessment"),
    *(
        path(f"<slug:number>/draft/{form}/", views.export_draft, {"form": form}, name=f"draft-{form}")
        for form in ("xlsx", "json", "csv")
    ),
    path("<slug:number>/cancel/", views.cancel, name="cancel"),
    path("<slug:number>/not-held/", views.not_held, name="not-held"),
    path("<slug:number>/submit/", views.submit, name="submit"),
    path("<slug:number>/write/", views.drafting, name="drafting"),
    path("<slug:number>/write/texts/", views.write_texts, name="write-texts"),
    path("<slug:number>/write/photo/", views.pick_photo, name="pick-photo"),
    path("<slug:number>/review/", views.review, name="review"),
    path("<slug:number>/review/text/", views.save_text, name="save-text"),
    path("<slug:number>/review/permit/", views.rest_on_permit, name="rest-on-permit"),
    path("<slug:number>/review/return/", views.send_back, name="send-back"),
    path("<slug:number>/comment/", views.comment, name="comment"),
    path("<slug:number>/review/judge/", views.judge, name="judge"),
    path("<slug:number>/review/offer/", views.offer, name="offer"),
    path("<slug:number>/review/decide/<uuid:draft_id>/", views.decide_reply, name="decide-reply"),
    path("<slug:number>/review/take-back/", views.take_back, name="take-back"),
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
        "compliance:notice": object_check("reports_visible_to, check_can_read_report; the copy is recorded"),
        **{
            f"compliance:export-{form}": object_check("reports_visible_to, check_can_read_report; the copy is recorded")
            for form in ("xlsx", "json", "csv")
        },
        "compliance:copies": object_check("programme managers: copies of their programmes' reports"),
        "compliance:check-typed": public("whether a proof is that of a current report; nothing of what it holds"),
        "compliance:check-report": public("whether a proof is that of a current report; nothing of what it holds"),
        "compliance:ask-for-correction": object_check("reports_visible_to, check_can_ask_for_correction"),
        "compliance:correction": object_check("lead assessors of the programme, check_can_review"),
        "compliance:draft": object_check("windows_visible_to: managers of the factory while the window stands"),
        "compliance:end-reply": object_check("windows_visible_to, check_can_reply"),
        "compliance:reply": object_check("windows_visible_to, check_can_reply; the file through core.scanning"),
        "compliance:reply-file": object_check("can_read_reply: managers of the factory, lead assessors"),
        "compliance:cases": object_check("cases_visible_to the person; absent without any"),
        "compliance:open-case": object_check("an assessment or report the person sees; check_can_open_case"),
        "compliance:case": object_check("cases_visible_to: the readers named; check_can_work_on_case to write"),
        "compliance:case-letter": object_check("cases_visible_to: the readers named; to an officer her ministry's"),
        "compliance:board": object_check("programmes the person plans visits in"),
        "compliance:planning-facts": object_check("programmes the person plans visits in; check_can_declare"),
        "compliance:end-planning-fact": object_check("programmes the person plans visits in; check_can_plan"),
        "compliance:due": signed_in("what is late in programmes the person plans, leads or advises in; else absent"),
        "compliance:visits": signed_in("lists visits_visible_to the person; absent for who reads none anywhere"),
        "compliance:plan-visit": object_check("programmes the person advises or plans visits in; check_can_plan_visit"),
        "compliance:visit-history": object_check("can_read_visits: staff of the programme, the factory side"),
        "compliance:visit": object_check("visits_visible_to the person; check_can_write_up to write it up"),
        "compliance:call-off-visit": object_check("visits_visible_to the person, check_can_write_up"),
        "compliance:companions": object_check("programmes the person plans visits in"),
        "compliance:name-companion": object_check("check_can_plan, check_can_manage_factories, by the kind"),
        "compliance:end-companion": object_check("check_can_plan, check_can_manage_factories, by the kind"),
        "compliance:tablets": signed_in("own tablets; for managers those of their programmes' assessors"),
        "compliance:take-handover": object_check("who plans visits or assesses; check_can_take_handover for the visit"),
        "compliance:revoke-tablet": object_check(
            "own tablets; for managers those of their assessors; check_can_revoke"
        ),
        "compliance:decided": object_check("programmes the person plans visits in"),
        "compliance:decide-kept-aside": object_check("programmes the person plans visits in; check_can_plan"),
        "compliance:evidence": object_check("evidence of assessments visible_to the person"),
        "compliance:assessment": object_check("visible_to the person: own as an assessor, planned or led"),
        **{
            f"compliance:draft-{form}": object_check("visible_to, check_can_take_draft; the copy is recorded")
            for form in ("xlsx", "json", "csv")
        },
        "compliance:cancel": object_check("visible_to, check_can_plan"),
        "compliance:not-held": object_check("visible_to, check_is_lead or who plans visits"),
        "compliance:submit": object_check("visible_to, check_is_lead"),
        "compliance:drafting": object_check("its assessors, as check_is_assessor"),
        "compliance:write-texts": object_check("its assessors, check_is_assessor"),
        "compliance:pick-photo": object_check("its assessors, check_is_assessor; a photo of this visit"),
        "compliance:review": object_check("lead assessors of the programme, as check_can_review"),
        "compliance:save-text": object_check("lead assessors of the programme, check_can_review"),
        "compliance:rest-on-permit": object_check("lead assessors of the programme, check_can_review"),
        "compliance:send-back": object_check("lead assessors of the programme, check_can_review"),
        "compliance:comment": object_check("visible_to, check_can_discuss: its assessors and lead assessors"),
        "compliance:judge": object_check("lead assessors of the programme, check_can_review"),
        "compliance:offer": object_check("lead assessors of the programme, check_can_review"),
        "compliance:decide-reply": object_check("lead assessors of the programme, check_can_review"),
        "compliance:take-back": object_check("lead assessors of the programme, check_can_review"),
        "compliance:issue": object_check("lead assessors of the programme, check_can_review"),
    }
)
