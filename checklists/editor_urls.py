"""Addresses of the checklist editor, under Wagtail's /cms/checklists/. Each view names its door itself."""

from django.urls import path

from checklists.views import clusters, drafts, editions, files, law, points, samples, versions

app_name = "checklist_editor"
urlpatterns = [
    path("", drafts.index, name="index"),
    path("file/", files.take_file, name="take-file"),
    path("files/<uuid:file_id>/", files.file, name="file"),
    path("files/<uuid:file_id>/state/", files.file_state, name="file-state"),
    path("drafts/<uuid:draft_id>/", drafts.draft, name="draft"),
    path("drafts/<uuid:draft_id>/head/", drafts.head, name="head"),
    path("drafts/<uuid:draft_id>/text/", drafts.text, name="text"),
    path("drafts/<uuid:draft_id>/changes/", drafts.changes, name="changes"),
    path("drafts/<uuid:draft_id>/compare/", versions.compare_draft, name="compare-draft"),
    path("drafts/<uuid:draft_id>/carry-over/<uuid:version_id>/", editions.carry_over, name="carry-over"),
    path("drafts/<uuid:draft_id>/send/", drafts.send, name="send"),
    path("drafts/<uuid:draft_id>/return/", drafts.send_back, name="return"),
    path("drafts/<uuid:draft_id>/publish/", drafts.publish, name="publish"),
    path("drafts/<uuid:draft_id>/points/<slug:key>/", points.point, name="point"),
    path("drafts/<uuid:draft_id>/points/<slug:key>/try/", points.try_it, name="try"),
    path("drafts/<uuid:draft_id>/points/<slug:key>/drop/", points.drop, name="drop-point"),
    path("drafts/<uuid:draft_id>/edition/<slug:key>/", editions.point, name="edition-point"),
    path("drafts/<uuid:draft_id>/clusters/", clusters.clusters, name="clusters"),
    path("drafts/<uuid:draft_id>/clusters/<slug:cluster>/", clusters.cluster, name="cluster"),
    path("drafts/<uuid:draft_id>/sampling/", samples.sampling, name="sampling"),
    path("drafts/<uuid:draft_id>/checks/", samples.checks, name="checks"),
    path("drafts/<uuid:draft_id>/checks/<slug:key>/try/", samples.try_check, name="try-check"),
    path("drafts/<uuid:draft_id>/clusters/<slug:cluster>/add/", drafts.add_point, name="add-point"),
    path("drafts/<uuid:draft_id>/clusters/<slug:cluster>/order/", drafts.order_points, name="order-points"),
    path("versions/<uuid:version_id>/", versions.version, name="version"),
    path("versions/<uuid:version_id>/take/<slug:form>/", versions.take, name="take"),
    path("versions/<uuid:version_id>/begin/", versions.begin, name="begin"),
    path("versions/<uuid:version_id>/retire/", versions.retire, name="retire"),
    path("versions/<uuid:version_id>/translate/", files.translate, name="translate"),
    path("compare/", versions.compare, name="compare"),
    path("law/", law.law, name="law"),
    path("law/<uuid:record_id>/", law.record, name="law-record"),
]
