"""Changes to a draft's document, one screen at a time. What goes in is never changed; a new one comes out."""

from collections.abc import Mapping, Sequence
from copy import deepcopy
from typing import Any

from checklists.rules.editions import EDITION_FORMAT
from checklists.rules.words import Place, items


def points(document: Mapping[str, Any]) -> list[tuple[dict[str, Any], dict[str, Any]]]:
    """Every (cluster, point), in order."""
    return [(cluster, point) for _, cluster in items(document, "clusters") for _, point in items(cluster, "points")]


def point_place(document: Mapping[str, Any], key: str) -> Place | None:
    """Where a point stands, as in `problems`; None where there is none of this key."""
    for c, cluster in items(document, "clusters"):
        for p, point in items(cluster, "points"):
            if point.get("key") == key:
                return ("clusters", c, "points", p)
    return None


def with_point(document: Mapping[str, Any], key: str, title: str, questions: Sequence[Mapping[str, Any]]) -> Any:
    """The document with this title and these questions in the point. LookupError where there is no such point."""
    place = point_place(document, key)
    if place is None:
        raise LookupError(key)
    made = deepcopy(dict(document))
    point = made["clusters"][place[1]]["points"][place[3]]
    point["title"] = title
    point["questions"] = [dict(question) for question in questions]
    return made


def with_new_point(document: Mapping[str, Any], cluster: str, key: str, title: str, question: Mapping[str, Any]) -> Any:
    """The document with a new point at the end of a cluster. LookupError where there is no such cluster."""
    made = deepcopy(dict(document))
    for _, each in items(made, "clusters"):
        if each.get("key") == cluster:
            each.setdefault("points", []).append({"key": key, "title": title, "questions": [dict(question)]})
            return made
    raise LookupError(cluster)


def without_point(document: Mapping[str, Any], key: str) -> Any:
    """The document without a point and its questions. LookupError where there is no such point."""
    place = point_place(document, key)
    if place is None:
        raise LookupError(key)
    made = deepcopy(dict(document))
    del made["clusters"][place[1]]["points"][place[3]]
    return made


def cluster_at(document: Mapping[str, Any], key: str) -> int:
    """Which of the clusters has this key, from 0. LookupError where none has."""
    for n, cluster in items(document, "clusters"):
        if cluster.get("key") == key:
            return n
    raise LookupError(key)


def with_cluster(document: Mapping[str, Any], key: str, said: Mapping[str, Any]) -> Any:
    """The document with what is said of a cluster; its points stay. An empty value takes a name away."""
    made = deepcopy(dict(document))
    at = cluster_at(made, key)
    cluster = {name: value for name, value in {**made["clusters"][at], **said}.items() if value not in (None, "", [])}
    made["clusters"][at] = cluster
    return made


def with_new_cluster(document: Mapping[str, Any], cluster: Mapping[str, Any]) -> Any:
    """The document with a new cluster, its points in it, at the end."""
    made = deepcopy(dict(document))
    made["clusters"] = [*made.get("clusters", []), deepcopy(dict(cluster))]
    return made


def without_cluster(document: Mapping[str, Any], key: str) -> Any:
    """The document without a cluster and all that is in it. LookupError where there is no such cluster."""
    made = deepcopy(dict(document))
    del made["clusters"][cluster_at(made, key)]
    return made


def with_clusters_in_order(document: Mapping[str, Any], order: Sequence[str]) -> Any:
    """The document with its clusters in this order of keys; those not named keep theirs, at the end."""
    made = deepcopy(dict(document))
    place = {key: n for n, key in enumerate(order)}
    made["clusters"].sort(key=lambda cluster: place.get(cluster["key"], len(place)))
    return made


def with_part(document: Mapping[str, Any], name: str, part: Any) -> Any:
    """The document with its sampling plans or its checks as said; an empty part is left out."""
    made = {each: deepcopy(value) for each, value in document.items() if each != name}
    return made | ({name: deepcopy(part)} if part else {})


def bands(steps: Sequence[tuple[int | None, int | None]]) -> list[dict[str, Any]]:
    """Bands of headcount from (up to how many people, how many are taken), each beginning where the last one ended."""
    made: list[dict[str, Any]] = []
    begins = 1
    for last, taken in steps:
        made.append({"from": begins, **({} if last is None else {"to": last}), "take": taken})
        begins = (last or 0) + 1
    return made


def with_order(document: Mapping[str, Any], cluster: str, order: Sequence[str]) -> Any:
    """The document with the points of a cluster in this order of keys; those not named keep theirs, at the end."""
    made = deepcopy(dict(document))
    for _, each in items(made, "clusters"):
        if each.get("key") == cluster:
            place = {key: n for n, key in enumerate(order)}
            each["points"].sort(key=lambda point: place.get(point["key"], len(place)))
            return made
    raise LookupError(cluster)


def next_version(document: Mapping[str, Any], version: str, in_force_from: str) -> Any:
    """A published document as the beginning of its next version."""
    return {**deepcopy(dict(document)), "version": version, "in_force_from": in_force_from}


def begin_edition(document: Mapping[str, Any], country: str, version: str, in_force_from: str, title: str) -> Any:
    """An edition of a published document with no change yet."""
    return {
        "format": EDITION_FORMAT,
        "key": document["key"],
        "parent": document["version"],
        "country": country,
        "version": version,
        "title": title,
        "language": document["language"],
        "in_force_from": in_force_from,
        "licence": document.get("licence") or "CC-BY-4.0",
        "changes": [],
    }
