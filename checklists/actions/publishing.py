"""Publishing: a draft becomes frozen rows with a hash, and a bridge from the version before."""

import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from checklists import linter, rules
from checklists.actions.common import move, person, refuse, whole
from checklists.actions.drafts import locked, save_draft
from checklists.actions.law import record_laws
from checklists.models import (
    Bridge,
    BridgeRow,
    Check,
    ChecklistVersion,
    Citation,
    Cluster,
    CompliancePoint,
    Draft,
    PublishedText,
    Question,
    Retirement,
    SamplingPlan,
)
from checklists.permissions import check_can_edit
from checklists.queries import version_before
from core import audit
from core.errors import Denied, Invalid, WrongState


@transaction.atomic
def publish(*, draft: Draft, by, bridge=None) -> ChecklistVersion:
    """Turn a draft in review into frozen rows with a hash. Records checklist.published.

    By an editor who did not save it last; the program itself publishes what it imports. Refused while the linter
    finds an error. `bridge`: rules.Link rows from the version before, as the person confirmed them (a proposal is
    made by queries.proposed_bridge); the program itself goes by keys alone.
    """
    check_can_edit(by)
    draft = locked(draft)
    if ChecklistVersion.objects.filter(checklist=draft.checklist, version=draft.version).exists():
        raise WrongState(_("This version is published already."), code="published")
    by_program = person(by) is None
    row = move(draft, "import" if by_program and draft.state == "draft" else "publish")
    if not by_program and draft.head.saved_by_id == by.pk:
        raise Denied(_("You saved this text last. A second person publishes it."))
    document, parent = whole(draft.head.document)
    refuse([(found.place, found.sentence) for found in linter.errors(document)], _("This checklist"))
    country = document.get("country", "")
    day = datetime.date.fromisoformat(str(document["in_force_from"]))
    if draft.checklist.versions.filter(country=country, in_force_from=day).exists():
        raise WrongState(_("Another version comes into force on the same day. Choose another day."))
    earlier = version_before(checklist=draft.checklist, country=country, day=day, parent=parent)
    links = _bridge(earlier, document, bridge, by_program)
    version = ChecklistVersion.objects.create(
        checklist=draft.checklist,
        version=draft.version,
        parent=parent,
        country=country,
        title=document["title"],
        about=document.get("about") or "",
        language=document["language"],
        licence=document.get("licence") or "",
        in_force_from=day,
        content_hash=rules.content_hash(document),
        published_by=person(by),
    )
    PublishedText.objects.create(version=version, document=document)
    _write_rows(version, document)
    if earlier:
        made = Bridge.objects.create(version=version, earlier=earlier, confirmed_by=person(by))
        BridgeRow.objects.bulk_create(
            BridgeRow(bridge=made, relation=link.relation, old_key=link.old, new_key=link.new) for link in links
        )
    draft.save(update_fields=["state"])
    audit.record(
        row.audit, version, by=by, checklist=draft.checklist.key, version=version.version,
        content_hash=version.content_hash,
    )  # fmt: skip
    return version


def _bridge(earlier, document, bridge, by_program):
    """The links to freeze; refused where a person confirmed none, or some that do not cover both versions."""
    if earlier is None:
        return []
    old = earlier.text.document
    if bridge is None:
        if not by_program:
            raise Invalid(_("Confirm which question of the version before is which in this one."), code="bridge")
        return rules.by_keys(old, document)
    links = [rules.Link(*link) for link in bridge]
    refuse(rules.bridge_problems(old, document, links), _("This bridge"))
    return links


def _write_rows(version, document):
    clusters, points, questions, cited = {}, {}, [], []
    for position, (cluster, point, question) in enumerate(rules.questions(document), start=1):
        if cluster["key"] not in clusters:
            clusters[cluster["key"]] = Cluster(
                version=version,
                key=cluster["key"],
                title=cluster["title"],
                kinds=rules.kinds_of(cluster),
                optional=cluster.get("optional", False),
                number=cluster.get("number"),
                group=cluster.get("group") or "",
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
        row = _question(version, points[point["key"]], position, question)
        questions.append(row)
        cited += [(row, n, law) for n, law in enumerate(question.get("law") or [], start=1)]
    Cluster.objects.bulk_create(clusters.values())
    CompliancePoint.objects.bulk_create(points.values())
    Question.objects.bulk_create(questions)
    records = record_laws([law for _, _, law in cited])
    Citation.objects.bulk_create(_citation(row, n, law, records[rules.reference(law)]) for row, n, law in cited)
    _write_plans(version, document)


TEXTS = ("issue", "explain", "guidance", "unit", "extent", "required_when", "visible_when", "compute", "sample")
LISTS = ("sources", "tags", "choices", "suggest", "columns")
NAMED = ("constraint", "rows", "phrases")


def _question(version, point, position, question):
    return Question(
        version=version,
        point=point,
        position=position,
        **{name: question[name] for name in ("key", "kind", "text", "level")},
        **{name: question.get(name) or "" for name in TEXTS},
        **{name: question.get(name) or [] for name in LISTS},
        **{name: question.get(name) or {} for name in NAMED},
        polarity=question.get("polarity") or "yes",
        required=question.get("required", True),
    )


def _citation(question, position, law, record):
    """The words of the file, frozen; the status of the law's record on this day, whatever the file says."""
    return Citation(
        question=question,
        law=record,
        position=position,
        status=record.status,
        link=law.get("link") or "",
        **{name: value for name, value in rules.reference(law)._asdict().items()},
    )


def _write_plans(version, document):
    sampling = document.get("sampling") or {}
    plans = [("records", key, plan) for key, plan in (sampling.get("records") or {}).items()]
    if sampling.get("interviews"):
        plans.append(("interviews", "", sampling["interviews"]))
    SamplingPlan.objects.bulk_create(
        SamplingPlan(
            version=version,
            of=of,
            key=key,
            title=plan.get("title") or "",
            bands=plan["bands"],
            **{name: plan.get(name) or [] for name in ("months", "spread", "notes")},
            position=position,
        )
        for position, (of, key, plan) in enumerate(plans, start=1)
    )
    Check.objects.bulk_create(
        Check(version=version, position=position, **check)
        for position, check in enumerate(document.get("checks") or [], start=1)
    )


@transaction.atomic
def import_document(*, document: dict, by) -> tuple[ChecklistVersion, bool]:
    """A file taken in by the program itself: saved and published in one step. Returns (version, created).

    The same text again changes nothing; WrongState when the version is published with another text. A person's
    document goes through save_draft and a second person's review instead.
    """
    check_can_edit(by)
    if person(by):
        raise Denied(_("Save it as a draft and send it to review. A second person publishes it."))
    version = ChecklistVersion.objects.filter(
        checklist__key=document.get("key"), version=str(document.get("version"))
    ).first()
    if version:
        refuse(rules.problems_of(document), _("This checklist"))
        if version.content_hash == rules.content_hash(whole(document)[0]):
            return version, False
    return publish(draft=save_draft(document=document, by=by), by=by), True


@transaction.atomic
def retire(*, version: ChecklistVersion, on, by) -> Retirement:
    """From this day nothing new starts on the version; work begun on it goes on. Records checklist.retired."""
    check_can_edit(by)
    if Retirement.objects.filter(version=version).exists():
        raise WrongState(_("This version is retired already."))
    draft = Draft.objects.select_for_update().get(checklist_id=version.checklist_id, version=version.version)
    row = move(draft, "retire")
    draft.save(update_fields=["state"])
    retirement = Retirement.objects.create(version=version, on=on)
    audit.record(row.audit, version, by=by, on=on)
    return retirement
