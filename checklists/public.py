"""What the public side may read of checklists: published texts, nothing of drafts or people."""

from checklists.models import ChecklistVersion, Citation, Cluster, Question


def critical_issues(*, tag: str = "critical-public") -> list[dict]:
    """The issues that become public, from the newest version for all countries of each checklist of factories.

    In the checklists' order, those of one checklist together. Each: key, issue, explain, cluster, point, and the
    keys of all three.
    """
    return [
        {
            "key": question.key,
            "point_key": question.point.key,
            "cluster_key": question.point.cluster.key,
            "issue": question.issue,
            "explain": question.explain,
            "cluster": question.point.cluster.title,
            "point": question.point.title,
        }
        for question in _findings()
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


def clusters() -> dict[str, str]:
    """{key: title} of the clusters, in the checklists' order. Two queries."""
    rows = Cluster.objects.filter(version__in=_newest()).order_by("version__checklist__key", "position")
    return dict(rows.values_list("key", "title"))


def topics() -> list[dict]:
    """Everything there is to write guidance about: clusters with their points, and those with their questions.

    Each has key and title; a cluster also `points`, a point `questions`. In the checklists' order. Two queries.
    """
    found: dict = {}
    for question in _findings():
        point, cluster = question.point, question.point.cluster
        within = found.setdefault(cluster.key, {"key": cluster.key, "title": cluster.title, "points": {}})
        points = within["points"].setdefault(point.key, {"key": point.key, "title": point.title, "questions": []})
        points["questions"].append({"key": question.key, "title": question.issue})
    return [cluster | {"points": list(cluster["points"].values())} for cluster in found.values()]


def points_of(questions) -> dict[str, str]:
    """{question key: key of its point} for some questions. Two queries."""
    rows = Question.objects.filter(version__in=_newest(), key__in=list(questions))
    return dict(rows.values_list("key", "point__key"))


def _newest():
    """The newest version for all countries of each checklist of factories."""
    versions = ChecklistVersion.objects.filter(country="", checklist__subject="factory").order_by("in_force_from")
    return list(dict(versions.values_list("checklist_id", "pk")).values())


def _findings():
    rows = Question.objects.filter(version__in=_newest(), kind="finding").select_related("point__cluster")
    return rows.order_by("version__checklist__key", "position")
