"""The only writers of checklists: save a draft, publish it, retire a version."""

import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from checklists import rules
from checklists.models import (
    Checklist,
    ChecklistVersion,
    Citation,
    Cluster,
    CompliancePoint,
    DraftRevision,
    Question,
    Retirement,
)
from checklists.permissions import check_can_edit
from core import audit
from core.errors import Invalid, WrongState


def _person(by):
    return by if by.pk else None


@transaction.atomic
def save_draft(*, document: dict, by) -> DraftRevision:
    """Keep a document as a new revision of the draft of its version. Records checklist.draft-saved.

    Raises Invalid with every problem and its place; nothing is written then.
    """
    check_can_edit(by)
    found = rules.problems(document)
    if found:
        raise Invalid(
            f"This checklist cannot be taken: {len(found)} place(s) to mend. First: {found[0][1]}",
            [{"place": place, "reason": sentence} for place, sentence in found],
        )
    checklist, made = Checklist.objects.get_or_create(
        key=document["key"], defaults={"title": document["title"], "subject": document["subject"]}
    )
    if checklist.subject != document["subject"]:
        raise Invalid(_("The subject of a checklist never changes."))
    if checklist.versions.filter(version=str(document["version"])).exists():
        raise WrongState(_("This version is published. Give the new text a new version."), code="published")
    revision = DraftRevision.objects.create(
        checklist=checklist, version=str(document["version"]), document=document, saved_by=_person(by)
    )
    audit.record("checklist.draft-saved", revision, by=by, checklist=checklist.key, version=revision.version)
    return revision


@transaction.atomic
def publish(*, draft: DraftRevision, by) -> ChecklistVersion:
    """Turn a draft into frozen rows with a hash. Records checklist.published."""
    check_can_edit(by)
    document, checklist = draft.document, draft.checklist
    if checklist.versions.filter(version=draft.version).exists():
        raise WrongState(_("This version is published already."), code="published")
    country = document.get("country", "")
    day = datetime.date.fromisoformat(str(document["in_force_from"]))
    if checklist.versions.filter(country=country, in_force_from=day).exists():
        raise WrongState(_("Another version comes into force on the same day. Choose another day."))
    version = ChecklistVersion.objects.create(
        checklist=checklist,
        version=draft.version,
        country=country,
        title=document["title"],
        about=document.get("about") or "",
        language=document["language"],
        licence=document.get("licence") or "",
        in_force_from=day,
        content_hash=rules.content_hash(document),
        published_by=_person(by),
    )
    _write_rows(version, document)
    audit.record(
        "checklist.published", version, by=by, checklist=checklist.key, version=version.version,
        content_hash=version.content_hash,
    )  # fmt: skip
    return version


def _write_rows(version, document):
    clusters, points, questions, citations = {}, {}, [], []
    for position, (cluster, point, question) in enumerate(rules.questions(document), start=1):
        if cluster["key"] not in clusters:
            clusters[cluster["key"]] = Cluster(
                version=version,
                key=cluster["key"],
                title=cluster["title"],
                kind=cluster["kind"],
                position=len(clusters) + 1,
            )
        if point["key"] not in points:
            points[point["key"]] = CompliancePoint(
                version=version,
                cluster=clusters[cluster["key"]],
                key=point["key"],
                title=point["title"],
                position=len(points) + 1,
            )
        row = Question(
            version=version,
            point=points[point["key"]],
            position=position,
            **{name: question[name] for name in ("key", "kind", "text", "level")},
            **{name: question.get(name) or "" for name in ("issue", "explain", "guidance", "unit", "extent")},
            **{name: question.get(name) or [] for name in ("sources", "tags", "choices")},
            required=question.get("required", True),
        )
        questions.append(row)
        citations += [
            Citation(
                question=row,
                position=n,
                status="unchecked",
                **{name: str(law.get(name) or "") for name in ("country", "instrument", "title", "number", "article")},
            )
            for n, law in enumerate(question.get("law") or [], start=1)
        ]
    Cluster.objects.bulk_create(clusters.values())
    CompliancePoint.objects.bulk_create(points.values())
    Question.objects.bulk_create(questions)
    Citation.objects.bulk_create(citations)


@transaction.atomic
def import_document(*, document: dict, by) -> tuple[ChecklistVersion, bool]:
    """Save and publish in one step. Returns (version, created); the same text again changes nothing.

    Raises WrongState when the version is published with another text.
    """
    check_can_edit(by)
    version = ChecklistVersion.objects.filter(
        checklist__key=document.get("key"), version=str(document.get("version"))
    ).first()
    if version and version.content_hash == rules.content_hash(document):
        return version, False
    return publish(draft=save_draft(document=document, by=by), by=by), True


@transaction.atomic
def retire(*, version: ChecklistVersion, on, by) -> Retirement:
    """From this day nothing new starts on the version; work begun on it goes on. Records checklist.retired."""
    check_can_edit(by)
    if Retirement.objects.filter(version=version).exists():
        raise WrongState(_("This version is retired already."))
    retirement = Retirement.objects.create(version=version, on=on)
    audit.record("checklist.retired", version, by=by, on=on)
    return retirement
