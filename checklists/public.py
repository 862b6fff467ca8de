"""What the public side may read of checklists: published texts, nothing of drafts or people."""

from checklists.models import ChecklistVersion, Question


def critical_issues(*, tag: str = "critical-public") -> list[dict]:
    """The issues that become public, from the newest version for all countries, in the checklist's order.

    Each: key, issue, explain, cluster, point.
    """
    version = (
        ChecklistVersion.objects.filter(country="", checklist__subject="factory").order_by("-in_force_from").first()
    )
    if version is None:
        return []
    rows = Question.objects.filter(version=version, kind="finding").select_related("point__cluster")
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
