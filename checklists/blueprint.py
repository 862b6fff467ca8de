"""A published version as the JSON document the tablet renders and the server checks with.

In the language of its source it never changes. In another language it changes when a newer set of translated texts is
added; it names the hash of both.
"""

import functools
from collections import defaultdict
from typing import Any, NamedTuple

from django.db.models import F

from checklists import rules
from checklists.models import Check, ChecklistVersion, Citation, Question, SamplingPlan
from checklists.queries import translation_of

FORMAT = "openfloor-blueprint/1"
ALWAYS = (
    "key", "kind", "text", "issue", "explain", "guidance", "extent", "required", "tags", "level", "sources", "unit",
    "choices",
)  # fmt: skip
# Given only where there is something.
WHERE_THERE = (
    "visible_when", "required_when", "compute", "suggest", "constraint", "columns", "rows", "sample", "phrases",
)  # fmt: skip
CLUSTER = ("key", "title", "kinds", "optional", "number", "group")
PLACE = ("point__key", "point__title", *(f"point__cluster__{name}" for name in CLUSTER))


def build(version: ChecklistVersion, language: str = "") -> dict:
    """The blueprint of a version: clusters, points, questions in order, with guidance, rules, plans and law.

    Where there is a translation into `language` its texts stand in their places, and what it lacks stays as it is.
    Four queries, and one for the translation. Rows are read as plain values: a long checklist makes thousands of them.
    """
    translation = translation_of(version, language) if language and language != version.language else None
    words = _words(version, translation)
    laws = _laws(version)
    clusters: list[dict] = []
    last_cluster = last_point = None
    for row in Question.objects.filter(version=version).values(*ALWAYS, *WHERE_THERE, "id", "polarity", *PLACE):
        if last_cluster != row["point__cluster__key"]:
            last_cluster = row["point__cluster__key"]
            clusters.append(_cluster(row, words))
        if last_point != row["point__key"]:
            last_point = row["point__key"]
            title = words.get((f"point:{last_point}", "title"), row["point__title"])
            clusters[-1]["points"].append({"key": last_point, "title": title, "questions": []})
        made = _question(row, laws.get(row["id"], []))
        if words:
            rules.say_question(made, words)
        clusters[-1]["points"][-1]["questions"].append(made)
    return {
        "format": FORMAT,
        "version": _head(version, translation, words),
        "clusters": clusters,
    } | _plans(version, words)


def _words(version, translation):
    """The translated texts by their addresses. Of a parent's, those whose source the edition has not changed."""
    if translation is None:
        return {}
    if translation.version_id == version.pk:
        return rules.translated(translation.document)
    return rules.still_said(translation.document, version.text.document)


def _head(version, translation, words):
    head = {
        "id": str(version.pk),
        "checklist": version.checklist.key,
        "number": version.version,
        "title": words.get(("checklist", "title"), version.title),
        "language": version.language,
        "country": version.country,
        "hash": version.content_hash,
    }
    if translation:
        head["translation"] = {
            "language": translation.language,
            "as_of": translation.as_of.isoformat(),
            "status": translation.status,
            "hash": translation.content_hash,
        }
    return head


def _cluster(row, words):
    of = {name: row[f"point__cluster__{name}"] for name in CLUSTER}
    title = words.get((f"cluster:{of['key']}", "title"), of["title"])
    made = {"key": of["key"], "title": title, "kinds": of["kinds"]}
    return made | {name: of[name] for name in ("optional", "number", "group") if of[name]} | {"points": []}


def _question(row, law):
    made = {name: row[name] for name in ALWAYS}
    made |= {name: row[name] for name in WHERE_THERE if row[name]}
    if row["polarity"] != "yes":
        made["polarity"] = row["polarity"]
    return made | {"law": law}


def _laws(version):
    """{question id: its references} of a version."""
    found = defaultdict(list)
    for citation in Citation.objects.filter(question__version=version):
        link = {"link": citation.link} if citation.link else {}
        found[citation.question_id].append({"citation": str(citation), "status": citation.status} | link)
    return found


def _plans(version, words):
    """Sampling plans and checks, where the version has some."""
    made: dict[str, Any] = {}
    for plan in SamplingPlan.objects.filter(version=version):
        body = {
            name: value for name in ("title", "bands", "months", "spread", "notes") if (value := getattr(plan, name))
        }
        if plan.of == "records":
            made.setdefault("records", {})[plan.key] = body
        else:
            made["interviews"] = body
    checks = [
        {
            "key": check.key,
            "when": check.when,
            "says": words.get((f"check:{check.key}", "says"), check.says),
            "questions": check.questions,
        }
        for check in Check.objects.filter(version=version)
    ]
    return ({"sampling": made} if made else {}) | ({"checks": checks} if checks else {})


class Facts(NamedTuple):
    """What the server needs of a question to judge an answer."""

    kind: str
    choices: list
    required: bool
    columns: list
    rows: dict
    tags: list
    cluster: str

    def takes(self, value) -> bool:
        """May this value stand as the answer to this information question?"""
        return rules.answers_value(self.kind, self.choices, value, self.columns, self.rows)


@functools.lru_cache(maxsize=16)
def question_facts(version_id) -> dict:
    """{key: Facts} of a version, kept in memory: a published version never changes."""
    questions = Question.objects.filter(version_id=version_id).annotate(cluster=F("point__cluster__key"))
    rows = questions.values_list("key", *Facts._fields)
    return {key: Facts(*facts) for key, *facts in rows}
