"""Signed-in addresses of factories."""

from django.urls import path

from core.access import object_check, register_doors, signed_in
from factories import list_views, people, views

app_name = "factories"
urlpatterns = [
    path("", views.sites, name="list"),
    path("consents/", views.consents, name="consents"),
    path("consents/ask/", views.ask, name="ask"),
    path("consents/naming/", views.buyer_naming, name="buyer-naming"),
    path("people/", people.people, name="people"),
    path("people/buyers/", people.create_buyer, name="create-buyer"),
    path("buyers/<uuid:buyer>/", people.buyer, name="buyer"),
    path("buyers/<uuid:buyer>/<uuid:member>/end/", people.end_member, name="end-member"),
    path("doubts/", views.doubts, name="doubts"),
    path("doubts/<uuid:doubt>/", views.doubt, name="doubt"),
    path("doubts/sure/", views.matches, name="matches"),
    path("doubts/sure/<uuid:match>/", views.match, name="match"),
    path("lists/", list_views.lists, name="lists"),
    path("lists/<uuid:pk>/", list_views.uploaded_list, name="uploaded-list"),
    path("lists/<uuid:pk>/places/", list_views.places_to_mend, name="places-to-mend"),
    path("suspicions/", views.suspicions, name="suspicions"),
    path("suspicions/<uuid:suspicion>/", views.close_suspicion, name="close-suspicion"),
    path("<str:ref>/", views.site, name="site"),
    path("<str:ref>/record/", views.history, name="history"),
    path("<str:ref>/record/<slug:what>/", views.record, name="record"),
    path("<str:ref>/record/<slug:what>/<uuid:pk>/end/", views.end_record, name="end-record"),
    path("<str:ref>/buyers/<uuid:relation>/end/", views.end_relation, name="end-relation"),
    path("<str:ref>/permits/<uuid:permit>/", views.permit_paper, name="permit-paper"),
    path("<str:ref>/requests/<uuid:asked>/", views.answer_request, name="answer-request"),
    path("<str:ref>/naming/", views.site_naming, name="site-naming"),
    path("<str:ref>/managers/<uuid:manager>/end/", people.end_manager, name="end-manager"),
    path("<str:ref>/consents/", views.give_consent, name="give-consent"),
    path("<str:ref>/consents/<uuid:consent>/end/", views.end_consent, name="end-consent"),
]
register_doors(
    {
        "factories:list": signed_in("lists visible_to the person"),
        "factories:consents": signed_in("lists the consents to the person’s buyers"),
        "factories:ask": object_check("check_can_act_for_buyer"),
        "factories:buyer-naming": object_check("check_can_act_for_buyer"),
        "factories:people": object_check("programmes_kept by the person, then check_can_name_people"),
        "factories:create-buyer": object_check("check_can_create_buyer"),
        "factories:buyer": object_check("programmes_kept or check_can_act_for_buyer, then check_can_name_buyer_people"),
        "factories:end-member": object_check("check_can_name_buyer_people"),
        "factories:end-manager": object_check("programmes_kept by the person, then check_can_name_people"),
        "factories:doubts": signed_in("lists doubts_visible_to the person"),
        "factories:doubt": object_check("doubts_visible_to, then check_can_decide_doubt"),
        "factories:matches": signed_in("lists matches_visible_to the person"),
        "factories:match": object_check("matches_visible_to, then check_can_part"),
        "factories:lists": object_check("programmes_of_lists, then check_can_import"),
        "factories:uploaded-list": object_check("uploaded_lists of the programmes kept, then check_can_import"),
        "factories:places-to-mend": object_check("uploaded_lists of the programmes kept"),
        "factories:suspicions": object_check("staffed_programmes to write, check_can_read_suspicions to read"),
        "factories:close-suspicion": object_check("check_can_read_suspicions"),
        "factories:history": object_check("check_can_read_permits"),
        "factories:record": object_check(
            "the check of the form (records.py): check_can_manage_factories or _record_facts"
        ),
        "factories:end-record": object_check("check_can_record_facts, check_can_manage_factories or check_can_merge"),
        "factories:end-relation": object_check("check_can_record_relation"),
        "factories:permit-paper": object_check("check_can_read_permits"),
        "factories:answer-request": object_check("check_can_give_consent"),
        "factories:site-naming": object_check("check_can_give_consent"),
        "factories:site": object_check("visible_to, as check_can_read_site"),
        "factories:give-consent": object_check("check_can_give_consent"),
        "factories:end-consent": object_check("check_can_give_consent"),
    }
)
