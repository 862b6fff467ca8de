"""Addresses of the ground floor, under /app/."""

from django.urls import path

from core import administering, background, removing, views
from core.access import object_check, public, register_doors, signed_in
from core.entrance import keeping
from core.entrance import views as entrance

app_name = "core"
urlpatterns = [
    path("", views.home, name="home"),
    path("sign-in/", entrance.SignIn.as_view(), name="sign-in"),
    path("sign-out/", entrance.sign_out, name="sign-out"),
    path("left/", entrance.left, name="left"),
    path("enter/", entrance.enter, name="enter"),
    path("enter/paper/", entrance.enter_paper, name="enter-paper"),
    path("enter/paper/<str:code>/", entrance.enter_with, name="enter-with"),
    path("enter/pin/", entrance.enter_pin, name="enter-pin"),
    path("invitation/", entrance.accept, name="accept"),
    path("invitation/<str:token>/", entrance.invitation, name="invitation"),
    path("account/sessions/", entrance.own_sessions, name="sessions"),
    path("people/", keeping.people, name="people"),
    path("people/add/", keeping.add_member, name="add-member"),
    path("people/invite/", keeping.invite, name="invite"),
    path("people/invitations/<uuid:invitation_id>/withdraw/", keeping.withdraw, name="withdraw-invitation"),
    path("people/paper/<str:sealed>.svg", keeping.paper_picture, name="paper-picture"),
    path("people/paper/<str:sealed>/", keeping.paper, name="paper"),
    path("people/<slug:code>/<uuid:user_id>/", keeping.person, name="person"),
    path("people/<slug:code>/<uuid:user_id>/<slug:verb>/", keeping.act, name="act-on-person"),
    path("removals/", removing.removals_page, name="removals"),
    path("removals/<uuid:ask_id>/agree/", removing.agree, name="agree-to-remove"),
    path("administrator/", administering.sessions, name="administrator-sessions"),
    path("administrator/<uuid:session_id>/close/", administering.close, name="close-administrator-session"),
    path("jobs/", background.jobs, name="jobs"),
    path("jobs/<uuid:job_id>/retry/", background.retry, name="retry-job"),
    path("looks/", views.looks, name="looks"),
]
register_doors(
    {
        "core:home": signed_in("lists only what waits for the person"),
        "core:sign-in": public("the way in for everybody"),
        "core:sign-out": public("the way out; does nothing for a stranger"),
        "core:left": public("says only that one has left"),
        "core:enter": public("member code and PIN; the same words whatever is wrong"),
        "core:enter-paper": public("the one-time code of a printed paper"),
        "core:enter-with": public("the same code as an address; uses nothing up"),
        "core:enter-pin": public("needs the one-time code in the session"),
        "core:invitation": public("the link of a letter; uses nothing up"),
        "core:accept": public("needs the token of an invitation in the session"),
        "core:sessions": signed_in("the person's own open sessions"),
        "core:people": object_check("programmes_kept by the person"),
        "core:add-member": object_check("check_can_print"),
        "core:invite": object_check("check_can_give_role; without a role, check_can_keep"),
        "core:withdraw-invitation": object_check("check_can_keep"),
        "core:paper": object_check("sealed for the person who printed it, for some minutes"),
        "core:paper-picture": object_check("sealed for the person who printed it, for some minutes"),
        "core:person": object_check("programmes_kept by the person"),
        "core:act-on-person": object_check(
            "check_can_give_code, check_can_give_role or check_can_rule_over, by the act"
        ),
        "core:removals": object_check("holders of a right to remove somewhere; each row by its kind's `may`"),
        "core:agree-to-remove": object_check("the kind's `may`; another person than who asked"),
        "core:administrator-sessions": object_check("administrators of a programme; their own sessions"),
        "core:close-administrator-session": object_check("the person's own open session"),
        "core:jobs": object_check("check_can_see_jobs"),
        "core:retry-job": object_check("check_can_see_jobs"),
        "core:looks": signed_in("shows components, no data"),
        "health": public("what answers and counts of jobs, nothing else"),
        "health-live": public("says only that this process answers"),
        "metrics": public("counters, for who knows METRICS_TOKEN; else there is nothing here"),
        "i18n:set_language": public("sets the reader's language"),
    }
)
