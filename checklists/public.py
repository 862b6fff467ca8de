"""What the public side may read of checklists: published texts, nothing of drafts or people."""

from checklists.models import ChecklistVersion, Question


def critical_issues(*, tag: str = "critical-public") -> list[dict]:
    """The issues that become public, from the newest version for all countries of each checklist of factories.

    In the checklists' order, those of one checklist together. Each: key, issue, explain, cluster, point.
    """
    versions = ChecklistVersion.objects.filter(country="", checklist__subject="factory").order_by("in_force_from")
    newest = dict(versions.values_list("checklist_id", "pk"))
    rows = (
        Question.objects.filter(version__in=newest.values(), kind="finding")
        .select_related("point__cluster")
        .order_by("version__checklist__key", "position")
    )
    return [
        {
            "key": question.key,
            "issue": question.issue,
            "explain": question.explain,
            "cluster": question.point.cluster.title,
            "point": question.point.title,
        }
        for question in rows
        if tag in question.tags
    ]
