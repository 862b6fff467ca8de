"""The clusters of a draft: their order, a new one, and what is said of one."""

from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _

from checklists.forms import BasedOn, ClusterForm, NewClusterForm
from checklists.rules import editing
from checklists.views.common import (
    a_whole_draft,
    above,
    for_editors,
    may_write,
    nothing,
    page,
    saved,
    taken_out,
)


@for_editors
def clusters(request, draft_id):
    """All clusters: put in another order, or one more."""
    draft = a_whole_draft(draft_id)
    asked = request.POST.get("do")
    start = {"based_on": draft.head_id}
    head = BasedOn(request.POST if asked == "order" else None, initial=start, auto_id=False)
    fresh = NewClusterForm(request.POST if asked == "add" else None, initial=start)
    problems = []
    if asked == "order" and head.is_valid():
        document = editing.with_clusters_in_order(draft.head.document, request.POST.getlist("cluster"))
        done, problems = saved(request, head, document)
        if done:
            return redirect("checklist_editor:clusters", draft.pk)
    if asked == "add" and fresh.is_valid():
        done, problems = saved(request, fresh, editing.with_new_cluster(draft.head.document, _begun(fresh)))
        if done:
            return redirect("checklist_editor:point", draft.pk, fresh.cleaned_data["point_key"])
    context = {
        "draft": draft, "clusters": draft.head.document["clusters"], "head": head, "fresh": fresh,
        "problems": problems, "writable": may_write(draft),
    }  # fmt: skip
    wrong = head.errors or fresh.errors
    return page(request, "clusters", _("Clusters"), context, above(draft), status=400 if wrong else 200)


def _begun(form):
    """A new cluster as a document holds it, with its first point."""
    said = form.cleaned_data
    question = {"key": f"{said['point_key']}-1", "kind": "yes_no", "text": said["question"], "level": "enterprise"}
    point = {"key": said["point_key"], "title": said["point"], "questions": [question]}
    named = {name: value for name, value in form.cluster().items() if value not in (None, "")}
    return {"key": said["key"], **named, "points": [point]}


@for_editors
def cluster(request, draft_id, cluster):
    """What is said of one cluster; or it is taken out, with all that is in it."""
    draft = a_whole_draft(draft_id)
    if request.POST.get("do") == "drop":
        return taken_out(
            request, draft, editing.without_cluster, cluster, kind="cluster", to="clusters",
            words=_("The cluster is taken out."),
        )  # fmt: skip
    try:
        node = draft.head.document["clusters"][editing.cluster_at(draft.head.document, cluster)]
    except LookupError:
        nothing()
    start = {"based_on": draft.head_id, **node}
    form = ClusterForm(request.POST or None, initial=start, dated="kinds" in node)
    problems = []
    if request.method == "POST" and form.is_valid():
        done, problems = saved(request, form, editing.with_cluster(draft.head.document, cluster, form.cluster()))
        if done:
            return redirect("checklist_editor:clusters", draft.pk)
    context = {
        "draft": draft, "cluster": node, "form": form, "problems": problems, "writable": may_write(draft),
        "questions": sum(len(point["questions"]) for point in node["points"]),
    }  # fmt: skip
    crumbs = [above(draft), (_("Clusters"), reverse("checklist_editor:clusters", args=[draft.pk]))]
    return page(request, "cluster", node["title"], context, *crumbs, status=400 if form.errors else 200)
