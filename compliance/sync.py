"""Receives operations from tablets: each is stored once, for ever, or kept aside with a reason. Nothing is dropped.

One batch costs the same number of statements whether it holds one operation or three hundred. The merge itself is
pure (rules.py); this file only brings rows to it and writes what comes out.
"""

from collections import defaultdict
from dataclasses import dataclass, replace
from uuid import UUID

from django.db import transaction
from django.db.models import Exists, OuterRef, Q
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from checklists.blueprint import question_facts
from compliance import judging, rules, visit_forms
from compliance.models import (
    Answer,
    Assessment,
    AssessmentMember,
    EvidenceLink,
    FindingPlace,
    Operation,
    OperationPayload,
    Quarantined,
)
from compliance.states import OPEN, step
from core import access, audit
from core.errors import NOTHING_HERE, Denied, Invalid, WrongState
from core.ids import new_id
from core.models import Programme
from core.roles import Right
from factories.models import Cycle

BATCH = 300
PAGE = 1000

REASONS = {
    "unknown-question": gettext_lazy("This question is not in the checklist of this assessment."),
    "unknown-field": gettext_lazy("This part of an answer is not known here."),
    "bad-value": gettext_lazy("This value does not fit the question."),
    "refused-value": gettext_lazy("The checklist says that this value cannot be."),
    "closed": gettext_lazy("The assessment was closed before this arrived."),
    "right-withdrawn": gettext_lazy("You no longer work on this assessment."),
    "account-disabled": gettext_lazy("Your account was disabled before this arrived."),
    "too-large": gettext_lazy("This text is too long."),
    "unproven": gettext_lazy("It came in a file that its tablet did not mark, or the tablet was cut off."),
    "id-used": gettext_lazy("Another change arrived under the same id."),
}


@dataclass
class Incoming:
    """One operation as the tablet sent it."""

    id: UUID
    sequence: int
    question: str
    field: str
    value: object
    base: list
    base_revision: int
    at: str

    def readable(self):
        """The same as it can be kept: one character no database takes must not hold up a whole batch for ever."""
        kept = {name: rules.readable(getattr(self, name)) for name in ("question", "field", "value", "at")}
        return replace(self, **kept)

    @classmethod
    def from_json(cls, body):
        return cls(**{**body, "id": UUID(body["id"])})

    def as_json(self):
        return {
            "id": str(self.id),
            "sequence": self.sequence,
            "question": self.question,
            "field": self.field,
            "value": self.value,
            "base": [str(base) for base in self.base],
            "base_revision": self.base_revision,
            "at": self.at,
        }


@transaction.atomic
def receive(*, assessment_id, device, operations: list, seen: int, proven=True) -> dict:
    """Take a batch. Returns revision, state, receipts (one per operation, in order) and what this tablet has not seen.

    proven: the tablet itself says so; else what is new goes to quarantine.

    Raises Denied for somebody never named on the assessment (the same words as if it did not exist), and Invalid for
    a batch that is too long; then nothing is written and the tablet keeps everything.
    """
    if len(operations) > BATCH:
        raise Invalid(f"Send at most {BATCH} changes at once.", code="too-many")
    operations = [incoming.readable() for incoming in operations]
    assessment, allowed = _locked(assessment_id, device.user_id)
    active = device.user.is_active
    receipts = []
    fresh, refused = [], []
    if operations:
        known, kept_aside = _known(assessment, operations)
        for incoming in operations:
            outcome, reason = _judge(incoming, assessment, allowed, active, known, kept_aside, proven)
            if outcome == "accepted":
                assessment.revision += 1
                fresh.append((incoming, assessment.revision))
                known[incoming.id] = _row(incoming, assessment)
            elif outcome == "quarantined" and incoming.id not in kept_aside:
                refused.append((incoming, reason))
                kept_aside[incoming.id] = reason
            receipts.append([incoming, outcome, reason])
    if fresh:
        _store(assessment, device.user_id, device, fresh)
        conflicts = _apply(assessment, {incoming.question for incoming, _revision in fresh}, known)
        receipts = [
            [
                incoming,
                "conflict" if outcome == "accepted" and (incoming.question, incoming.field) in conflicts else outcome,
                reason,
            ]
            for incoming, outcome, reason in receipts
        ]
        _advance(assessment, device, len(fresh), len(refused))
    if refused:
        _keep_aside(assessment, device, refused)
    sent = {incoming.id for incoming, _revision in fresh}
    unseen, more = _unseen(assessment, seen, sent) if allowed and active else ([], False)
    revisions = {incoming.id: revision for incoming, revision in fresh}
    return {
        "revision": unseen[-1]["revision"] if more else assessment.revision,
        "state": assessment.state,
        "receipts": [
            {
                "id": str(incoming.id),
                "outcome": outcome,
                "reason": str(REASONS[reason]) if reason else None,
                "revision": revisions.get(incoming.id),
            }
            for incoming, outcome, reason in receipts
        ],
        "operations": unseen,
        "more": more,
        "redacted": _redacted(assessment),
        "redacted_last": _redacted_last(assessment),
    }


def _locked(assessment_id, user_id):
    """The assessment under a lock, and whether the person may still work on it. Two statements."""
    assessment = Assessment.objects.select_for_update().filter(pk=assessment_id).first()
    if assessment is None:
        raise Denied(NOTHING_HERE)
    right = access.current_grants(Programme, Right.ASSESS).filter(
        user_id=OuterRef("user_id"), content_object_id=assessment.programme_id
    )
    seat = (
        AssessmentMember.objects.filter(assessment=assessment, user_id=user_id)
        .annotate(allowed=Exists(right))
        .values_list("allowed", flat=True)
        .first()
    )
    if seat is None:
        raise Denied(NOTHING_HERE)
    return assessment, seat


def _known(assessment, operations):
    """Operations the server holds that matter here: same id, or same question; and what was kept aside before."""
    ids = [incoming.id for incoming in operations]
    keys = {incoming.question for incoming in operations}
    rows = Operation.objects.filter(Q(pk__in=ids) | Q(assessment=assessment, question_key__in=keys)).values(
        "id", "assessment_id", "question_key", "field", "base", "revision", "payload__body"
    )
    aside = Quarantined.objects.filter(assessment=assessment, operation_id__in=ids).values_list(
        "operation_id", "reason"
    )
    return {row["id"]: row for row in rows}, dict(aside)


def _row(incoming, assessment):
    return {
        "id": incoming.id,
        "assessment_id": assessment.pk,
        "question_key": incoming.question,
        "field": incoming.field,
        "base": [str(base) for base in incoming.base],
        "revision": assessment.revision,
        "payload__body": {"value": incoming.value},
    }


def _judge(incoming, assessment, allowed, active, known, kept_aside, proven):
    """(outcome, reason code or None) for one operation."""
    if incoming.id in known:
        row = known[incoming.id]
        return ("already", None) if _is_the_same(row, incoming, assessment) else ("quarantined", "id-used")
    if incoming.id in kept_aside:
        return "quarantined", kept_aside[incoming.id]
    if not proven:
        return "quarantined", "unproven"
    if not active:
        return "quarantined", "account-disabled"
    if not allowed:
        return "quarantined", "right-withdrawn"
    if assessment.state not in OPEN:
        return "quarantined", "closed"
    misfit = _misfit(incoming, assessment)
    return ("quarantined", misfit) if misfit else ("accepted", None)


def _misfit(incoming, assessment):
    """Why the checklist of the assessment has no place for this, whoever wrote it and whenever; None when it has."""
    if incoming.question in visit_forms.FORMS:
        return _misfit_of_form(incoming)
    if not _field_is_known(incoming.field):
        return "unknown-field"
    if incoming.field in rules.TEXTS and isinstance(incoming.value, str) and len(incoming.value) > rules.MAX_TEXT:
        return "too-large"
    if rules.of_visit(incoming.question):
        return rules.visit_misfit(incoming.question, incoming.field, incoming.value)
    facts = question_facts(assessment.version_id).get(incoming.question)
    if facts is None:
        return "unknown-question"
    if not rules.fits(facts.kind, incoming.field, incoming.value):
        return "bad-value"
    if incoming.field == "value" and (facts.kind == "finding" or not facts.takes(incoming.value)):
        return "bad-value"
    if incoming.field == "value" and judging.cannot_stand(assessment.version_id, incoming.question, incoming.value):
        return "refused-value"
    return None


def _misfit_of_form(incoming):
    if not visit_forms.is_field(incoming.question, incoming.field):
        return "unknown-field"
    return None if visit_forms.fits(incoming.question, incoming.field, incoming.value) else "bad-value"


def _is_the_same(row, incoming, assessment):
    """Is the operation the server holds under this id the one that came? A removed value can no longer differ."""
    here = (assessment.pk, incoming.question, incoming.field)
    if (row["assessment_id"], row["question_key"], row["field"]) != here:
        return False
    body = row["payload__body"]
    return body is None or rules.canonical(body["value"]) == rules.canonical(incoming.value)


def _field_is_known(field):
    if field in rules.FIELDS:
        return True
    if not field.startswith("photo:"):
        return False
    try:
        UUID(field.removeprefix("photo:"))
    except ValueError:
        return False
    return True


def write_at_desk(*, assessment, question_key, field, value, by) -> None:
    """One change by a reviewer, as an operation like any other, made from the field's heads. Assessment locked."""
    incoming = Incoming(new_id(), 0, question_key, field, value, [], assessment.revision, timezone.now().isoformat())
    known, _aside = _known(assessment, [incoming])
    ops = [rules.Op(str(row["id"]), tuple(row["base"]), None) for row in known.values() if row["field"] == field]
    incoming.base = [op.id for op in rules.heads(ops)]
    assessment.revision += 1
    known[incoming.id] = _row(incoming, assessment)
    _store(assessment, by.pk, None, [(incoming, assessment.revision)])
    _apply(assessment, {question_key}, known)
    assessment.save(update_fields=["revision"])


def cannot_be_released(item, assessment) -> str:
    """The sentence that says why work kept aside cannot become part of the record; "" when it can."""
    if item.body is None:
        return _("Its words were removed by law. Nothing is left to release.")
    if assessment.state in ("cancelled", "not_held"):
        return _("This visit did not take place, so no answer can be made of it. Reject it with the reason.")
    misfit = _misfit(Incoming.from_json(item.body), assessment)
    return str(REASONS[misfit]) if misfit else ""


def release(item, assessment) -> str:
    """Take work that was kept aside, by the merge every change goes through: as its author's and its tablet's, made
    from what it was made from. Assessment locked. Returns what it became, a word of models.BECAME.

    After the report is issued it becomes a note for the next correction: what is issued is frozen. In review it may
    not bring a difference nobody there can settle.
    """
    if sentence := cannot_be_released(item, assessment):
        raise WrongState(sentence)
    if assessment.state == "issued":
        return "correction-note"
    if assessment.state == "comment_window":
        raise WrongState(_("The factory is reading the draft. Take it back first, then release it."))
    incoming = Incoming.from_json(item.body)
    known, _aside = _known(assessment, [incoming])
    if incoming.id in known:  # another change came under this id and keeps it
        incoming = replace(incoming, id=item.pk)
    assessment.revision += 1
    known[incoming.id] = _row(incoming, assessment)
    _store(assessment, item.author_id, item.device, [(incoming, assessment.revision)])
    conflicts = _apply(assessment, {incoming.question}, known)
    if assessment.state == "in_review":
        if conflicts:
            raise WrongState(_("It differs from an answer in review. Return the assessment first, then release it."))
        _photo_is_here(incoming, assessment)
    if assessment.state == "planned":
        assessment.state, assessment.started_at = step("planned", "start").target, timezone.now()
    assessment.save(update_fields=["revision", "state", "started_at"])
    return "applied"


def _photo_is_here(incoming, assessment):
    if incoming.field.startswith("photo:") and incoming.value is True:
        photo = UUID(incoming.field.removeprefix("photo:"))
        if not assessment.evidence.filter(pk=photo).exists():
            raise WrongState(_("Its photo has not arrived yet. Return the assessment first, then release it."))


def rebuild(assessment, question_key) -> None:
    """Make the answer to one question anew from its operations, as after a removal. Assessment locked."""
    rows = Operation.objects.filter(assessment=assessment, question_key=question_key).values(
        "id", "assessment_id", "question_key", "field", "base", "revision", "payload__body"
    )
    _apply(assessment, {question_key}, {row["id"]: row for row in rows})


def _store(assessment, author_id, device, fresh):
    rows, payloads = [], []
    for incoming, revision in fresh:
        payload = OperationPayload(
            operation_id=incoming.id, body={"value": incoming.value}, salt=OperationPayload.new_salt()
        )
        payloads.append(payload)
        rows.append(
            Operation(
                id=incoming.id,
                assessment=assessment,
                question_key=incoming.question,
                field=incoming.field,
                base=[str(base) for base in incoming.base],
                base_revision=incoming.base_revision,
                author_id=author_id,
                device=device,
                sequence=incoming.sequence,
                device_time=incoming.at[:40],
                revision=revision,
                digest=payload.digest,
            )
        )
    Operation.objects.bulk_create(rows)
    OperationPayload.objects.bulk_create(payloads)


def _apply(assessment, keys, known):
    """Make the answers of these questions anew from their operations. Returns {(question, field)} in conflict."""
    fields = defaultdict(lambda: defaultdict(list))
    for row in known.values():
        if row["question_key"] in keys and row["assessment_id"] == assessment.pk:
            body = row["payload__body"] or {"value": None}
            op = rules.Op(str(row["id"]), tuple(row["base"]), body["value"], row["revision"])
            fields[row["question_key"]][row["field"]].append(op)
    answers, links, conflicts = [], [], set()
    for key, by_field in fields.items():
        resolved = {field: rules.resolve(field, ops) for field, ops in by_field.items()}
        conflicts |= {(key, field) for field, outcome in resolved.items() if outcome.conflict}
        answers.append(
            answer_of(assessment, key, resolved, max(op.revision or 0 for ops in by_field.values() for op in ops))
        )
        links += [
            EvidenceLink(
                assessment=assessment,
                evidence_id=UUID(field.removeprefix("photo:")),
                question_key=key,
                linked=bool(outcome.value),
            )
            for field, outcome in resolved.items()
            if field.startswith("photo:")
        ]
    Answer.objects.bulk_create(
        answers,
        update_conflicts=True,
        unique_fields=["assessment", "question_key"],
        update_fields=[
            "state", "value", "extent_n", "extent_of", "extent_workers", "extent_where", "note", "comment",
            "report_text", "ask", "conflicts", "revision",
        ],
    )  # fmt: skip
    if links:
        EvidenceLink.objects.bulk_create(
            links,
            update_conflicts=True,
            unique_fields=["assessment", "evidence_id", "question_key"],
            update_fields=["linked"],
        )
    return conflicts


def answer_of(assessment, key, resolved, revision) -> Answer:
    """The answer row that resolved fields make."""

    def value(field, default=None):
        outcome = resolved.get(field)
        return default if outcome is None or outcome.value is None else outcome.value

    if key in visit_forms.FORMS:
        form = {field: outcome.value for field, outcome in resolved.items() if outcome.value is not None}
        resolved = {field: outcome for field, outcome in resolved.items() if outcome.conflict}
        resolved["value"] = rules.Resolved((), form or None, False)
    extent = value("extent", {})
    ask = value("ask", {})
    return Answer(
        assessment=assessment,
        question_key=key,
        state=value("state"),
        value=value("value"),
        extent_n=extent.get("n"),
        extent_of=extent.get("of"),
        extent_workers=extent.get("workers") or "",
        extent_where=extent.get("where") or "",
        note=value("note", ""),
        comment=value("comment", ""),
        report_text=value("report_text", ""),
        ask=ask.get("colleague") or None,
        conflicts=sorted(field for field, outcome in resolved.items() if outcome.conflict),
        revision=revision,
    )


def _advance(assessment, device, accepted, refused):
    started = assessment.state == "planned"
    if started:
        # The first answer starts the assessment: an assessor without network cannot ask first.
        assessment.state = step("planned", "start").target
        assessment.started_at = timezone.now()
    assessment.save(update_fields=["revision", "state", "started_at"])
    audit.record(
        "operations.received", assessment, by=device.user, device=device.pk, accepted=accepted, refused=refused,
        revision=assessment.revision, started=started,
    )  # fmt: skip


def _keep_aside(assessment, device, refused):
    Quarantined.objects.bulk_create(
        Quarantined(
            operation_id=incoming.id,
            assessment=assessment,
            author_id=device.user_id,
            device=device,
            reason=reason,
            body=incoming.as_json(),
        )
        for incoming, reason in refused
    )


def _redacted(assessment):
    """Ids of every change, photo and document that was removed: a tablet destroys its own copy. Few, so all each time.

    What was kept aside bears the id its tablet gave it. Told also to somebody who may no longer work on it: her
    tablet still holds the words.
    """
    gone = {"redacted_at__isnull": False}
    changes = OperationPayload.objects.filter(operation__assessment=assessment, **gone).values_list("pk")
    aside = assessment.quarantined.filter(**gone).values_list("operation_id")
    files = assessment.evidence.filter(**gone).values_list("pk")
    return sorted(str(pk) for (pk,) in changes.union(aside, files))


def _redacted_last(assessment):
    """Questions of which an earlier report's place was removed: a tablet holds it as what was found before."""
    site = Cycle.objects.filter(pk=assessment.cycle_id).values("site")
    places = FindingPlace.objects.filter(finding__report__assessment__cycle__site__in=site, redacted_at__isnull=False)
    return sorted(set(places.values_list("finding__question_key", flat=True)))


def _unseen(assessment, seen, sent):
    rows = list(
        Operation.objects.filter(assessment=assessment, revision__gt=seen)
        .exclude(pk__in=sent)
        .select_related("author", "payload")
        .order_by("revision")[: PAGE + 1]
    )
    page = rows[:PAGE]
    return [
        {
            "id": str(row.pk),
            "question": row.question_key,
            "field": row.field,
            "value": (row.payload.body or {}).get("value"),
            "base": row.base,
            "at": row.device_time,
            "author": {"id": str(row.author_id), "name": row.author.name},
            "device_id": str(row.device_id or ""),
            "revision": row.revision,
        }
        for row in page
    ], len(rows) > PAGE
