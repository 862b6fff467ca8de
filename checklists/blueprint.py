"""A published version as the JSON document the tablet renders and the server checks with. Never changes."""

import functools

from checklists.models import ChecklistVersion, Question

FORMAT = "openfloor-blueprint/1"


def build(version: ChecklistVersion) -> dict:
    """The blueprint of a version: clusters, points, questions in order, with guidance and law. Three queries."""
    clusters = []
    last_cluster = last_point = None
    rows = Question.objects.filter(version=version).select_related("point__cluster").prefetch_related("citations")
    for question in rows:
        cluster, point = question.point.cluster, question.point
        if last_cluster != cluster.key:
            clusters.append({"key": cluster.key, "title": cluster.title, "kind": cluster.kind, "points": []})
            last_cluster = cluster.key
        if last_point != point.key:
            clusters[-1]["points"].append({"key": point.key, "title": point.title, "questions": []})
            last_point = point.key
        clusters[-1]["points"][-1]["questions"].append(
            {
                "key": question.key,
                "kind": question.kind,
                "text": question.text,
                "issue": question.issue,
                "explain": question.explain,
                "guidance": question.guidance,
                "extent": question.extent,
                "required": question.required,
                "tags": question.tags,
                "level": question.level,
                "sources": question.sources,
                "unit": question.unit,
                "choices": question.choices,
                "law": [
                    {"citation": str(citation), "status": citation.status} for citation in question.citations.all()
                ],
            }
        )
    return {
        "format": FORMAT,
        "version": {
            "id": str(version.pk),
            "checklist": version.checklist.key,
            "number": version.version,
            "title": version.title,
            "language": version.language,
            "hash": version.content_hash,
        },
        "clusters": clusters,
    }


@functools.lru_cache(maxsize=16)
def question_facts(version_id) -> dict:
    """{key: (kind, choices, required)} of a version, kept in memory: a published version never changes."""
    rows = Question.objects.filter(version_id=version_id).values_list("key", "kind", "choices", "required")
    return {key: (kind, choices, required) for key, kind, choices, required in rows}
