"""Signed-in addresses of improvement plans, under /app/plans/."""

from django.urls import path

from core.access import object_check, register_doors, signed_in
from improvement_plans import views

app_name = "improvement_plans"
urlpatterns = [
    path("", views.plan_list, name="plans"),
    path("mine/", views.mine, name="mine"),
    path("committees/", views.committee_list, name="committees"),
    path("committees/<uuid:committee_id>/", views.committee, name="committee"),
    path("committees/<uuid:committee_id>/seat/", views.seat, name="seat"),
    path("seats/<uuid:member_id>/end/", views.end_seat, name="end-seat"),
    path("items/<uuid:item_id>/", views.item, name="item"),
    path("items/<uuid:item_id>/answer/", views.answer, name="answer"),
    path("items/<uuid:item_id>/report/", views.report, name="report"),
    path("items/<uuid:item_id>/verify/", views.verify, name="verify"),
    path("items/<uuid:item_id>/reopen/", views.reopen, name="reopen"),
    path("items/<uuid:item_id>/change/", views.change, name="change"),
    path("<uuid:plan_id>/", views.board, name="board"),
    path("<uuid:plan_id>/add/", views.add, name="add"),
    path("<uuid:plan_id>/committee/", views.form_committee, name="form-committee"),
]
register_doors(
    {
        "improvement_plans:plans": signed_in("plans_visible_to the person"),
        "improvement_plans:mine": signed_in("items of the person's own committees and factories"),
        "improvement_plans:committees": signed_in("committees_visible_to the person"),
        "improvement_plans:committee": object_check("committees_visible_to; names by standing"),
        "improvement_plans:seat": object_check("committees_visible_to, check_can_keep_committee"),
        "improvement_plans:end-seat": object_check("committees_visible_to, check_can_keep_committee"),
        "improvement_plans:item": object_check("items_visible_to; words and names by standing"),
        "improvement_plans:answer": object_check("items_visible_to, check_can_sign, check_can_decide"),
        "improvement_plans:report": object_check("items_visible_to, check_can_report"),
        "improvement_plans:verify": object_check("items_visible_to, check_can_verify"),
        "improvement_plans:reopen": object_check("items_visible_to, check_can_verify"),
        "improvement_plans:change": object_check("items_visible_to, check_can_change"),
        "improvement_plans:board": object_check("plans_visible_to"),
        "improvement_plans:form-committee": object_check("plans_visible_to, check_can_keep_committee"),
        "improvement_plans:add": object_check("plans_visible_to, check_can_change"),
    }
)
