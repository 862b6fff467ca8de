"""What the public side may read of checklists: published texts, nothing of drafts or people."""

from checklists.models import ChecklistVersion, Citation, Question


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


def law_of(question_ids) -> dict:
    """{question id: [{"country", "title", "number", "year", "article", "checked"}]}: what a version cites, its order.

    `checked`: somebody compared it with the law before the version was published. One query.
    """
    made: dict = {}
    rows = Citation.objects.filter(question__in=list(question_ids)).order_by("question", "position")
    for row in rows.values_list("question_id", "country", "title", "number", "year", "article", "status"):
        names = ("country", "title", "number", "year", "article")
        made.setdefault(row[0], []).append(dict(zip(names, row[1:6], strict=True)) | {"checked": row[6] == "checked"})
    return made
