"""What the public side may read of checklists: published texts, nothing of drafts or people."""

from functools import lru_cache
from typing import NamedTuple

from django.db.models import Count, Subquery, Value

from checklists.models import ChecklistVersion, Citation, Cluster, CompliancePoint, Question, Translation
from checklists.rules import translated


def critical_issues(*, tag: str = "critical-public") -> list[dict]:
    """The issues that become public, from the newest version for all countries of each checklist of factories.

    In the checklists' order, those of one checklist together. Each: key, issue, explain, cluster, point, the keys of
    all three, and the language of the words.
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
            "language": question.version.language,
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


def clusters_of(releases) -> dict:
    """{(day, moment): {key: title}}: what `clusters` gave for a day at the moment a release was made. Two queries.

    So what is bound to a release keeps its words: a checklist published later, also one dated back, changes none.
    """
    versions = list(_of_factories().values_list("pk", "checklist_id", "in_force_from", "published_at"))
    rows = Cluster.objects.filter(version__in=[pk for pk, *_ in versions])
    rows = rows.order_by("version__checklist__key", "position")
    titles: dict = {}
    for version, key, title in rows.values_list("version", "key", "title"):
        titles.setdefault(version, {})[key] = title
    found: dict = {}
    for day, moment in releases:
        held = {checklist: pk for pk, checklist, since, made in versions if since <= day and made <= moment}
        words = found[day, moment] = {}
        for version, own in titles.items():
            if version in held.values():
                words |= own
    return found


class Said(NamedTuple):
    """A sentence of a checklist in another language, and whether somebody reviewed the translation."""

    text: str
    reviewed: bool


def said_in(language) -> dict[str, Said]:
    """{sentence of a published checklist: the same in a language}: issues, explanations, titles; newer ones win.

    A sentence that an edition has changed is not here. One query; a set is read once in the life of the process, for
    it never changes.
    """
    sets = Translation.objects.filter(language=language).order_by("as_of", "added_at", "id")
    return _said(tuple(sets.values_list("pk", flat=True)))


def translations_added() -> Subquery:
    """How many sets of translations there are, as a column of another query: pages are drawn anew when it changes."""
    one = Translation.objects.order_by().annotate(all=Value(1)).values("all")
    return Subquery(one.annotate(n=Count("pk")).values("n"))


@lru_cache(maxsize=16)
def _said(pks):
    sets = {one.pk: one for one in Translation.objects.filter(pk__in=pks)}
    found: dict = {}
    for one in (sets[pk] for pk in pks):
        words = translated(one.document)
        for at, sentence in _sentences(one.version_id):
            if sentence and at in words:
                found[sentence] = Said(words[at], one.status == "reviewed")
    return found


def _sentences(version_id):
    """(address in a translation, sentence) of what a version says in public. Three queries."""
    of_version = {"version": version_id}
    for key, issue, explain in Question.objects.filter(**of_version).values_list("key", "issue", "explain"):
        yield (key, "issue"), issue
        yield (key, "explain"), explain
    for kind, model in (("cluster", Cluster), ("point", CompliancePoint)):
        for key, title in model.objects.filter(**of_version).values_list("key", "title"):
            yield (f"{kind}:{key}", "title"), title


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
    return list(dict(_of_factories().values_list("checklist_id", "pk")).values())


def _of_factories():
    return ChecklistVersion.objects.filter(country="", checklist__subject="factory").order_by("in_force_from")


def _findings():
    rows = Question.objects.filter(version__in=_newest(), kind="finding").select_related("point__cluster", "version")
    return rows.order_by("version__checklist__key", "position")
