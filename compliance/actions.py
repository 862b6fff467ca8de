"""The only writers of compliance. Operations from tablets are written in sync.py, the one other door."""

import hashlib
import secrets
from collections import defaultdict
from contextlib import suppress
from datetime import date

from django.db import transaction
from django.db.models import DateField, Q, Subquery, Value
from django.db.models.functions import Coalesce
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from checklists.blueprint import question_facts
from checklists.models import Question
from compliance import rules, sync
from compliance.models import (
    Advisee,
    Assessment,
    AssessmentMember,
    CaseNote,
    Device,
    Evidence,
    EvidenceLink,
    EvidenceUpload,
    Finding,
    FindingText,
    Quarantined,
    Report,
    ReportDocument,
    ZeroToleranceCase,
)
from compliance.permissions import (
    check_can_open_case,
    check_can_plan,
    check_can_read_report,
    check_can_review,
    check_is_assessor,
    check_is_lead,
    reads_as,
)
from compliance.states import step
from core import access, audit, queue, scanning, storage
from core.days import today
from core.errors import Denied, Invalid, WrongState
from core.models import digest_of
from core.numbers import next_number
from core.roles import Right
from factories.actions import open_cycle
from factories.models import Cycle


def _move(assessment, verb):
    """Change the state by the table, or refuse with a sentence."""
    try:
        row = step(assessment.state, verb)
    except LookupError:
        words = _("This is not possible while the assessment is %(state)s.")
        raise WrongState(words % {"state": assessment.state.replace("_", " ")}) from None
    assessment.state = row.target
    return row


def _locked(assessment):
    return Assessment.objects.select_for_update().get(pk=assessment.pk)


# --- planning ---------------------------------------------------------------------------------------------------


@transaction.atomic
def plan_assessment(
    *, programme, site, version, lead, assessors, planned_from, planned_until, by, cycle=None
) -> Assessment:
    """Plan a visit; unannounced: nothing of it is visible to the factory side. Opens a cycle when none is given.

    A programme manager. `assessors` without the lead. Records assessment.planned. Number: KH-2026-0041.
    """
    people = [lead, *assessors]
    rights = access.rights_among([one for one in (by, *people) if one.pk], programme)
    check_can_plan(by, programme, rights.get(by.pk))
    if site.programme_id != programme.pk:
        raise Invalid(_("This factory is not in the programme."))
    if version.in_force_from > planned_from:
        raise Invalid(_("This version of the checklist is not in force on the first day planned."))
    if version.country not in ("", programme.country):
        raise Invalid(_("This version of the checklist is for another country."))
    if planned_until < planned_from:
        raise Invalid(_("The last day is before the first."))
    if len({person.pk for person in people}) != len(people):
        raise Invalid(_("Name each assessor once."))
    for person in people:
        if Right.ASSESS not in rights[person.pk]:
            raise Invalid(
                _("%(name)s does not hold the role of an assessor in this programme.") % {"name": person.name}
            )
    _refuse_advisers(site, people, planned_from, planned_until)
    year = planned_from.year
    number = next_number(programme=programme, series=f"assessment-{year}")
    assessment = Assessment.objects.create(
        number=f"{programme.code}-{year}-{number:04d}",
        programme=programme,
        cycle=cycle or open_cycle(site=site, on=planned_from, by=by, rights=rights.get(by.pk)),
        version=version,
        planned_from=planned_from,
        planned_until=planned_until,
    )
    AssessmentMember.objects.bulk_create(
        AssessmentMember(assessment=assessment, user=person, lead=person is lead) for person in people
    )
    audit.record(
        "assessment.planned", assessment, by=by, programme=programme, number=assessment.number, version=version.pk
    )
    return assessment


def _refuse_advisers(site, people, planned_from, planned_until):
    """Nobody assesses a factory she advises, or advised since its last cycle began before this visit. One query."""
    last = Cycle.objects.filter(site=site, opened_on__lt=planned_from).order_by("-opened_on").values("opened_on")[:1]
    since = Coalesce(Subquery(last), Value(planned_from, output_field=DateField()))
    advice = Advisee.objects.filter(site=site, user__in=people, since__lte=planned_until).select_related("user")
    found = advice.filter(Q(until=None) | Q(until__gte=since)).first()
    if found:
        raise Invalid(f"{found.user.name} advises this factory or did in this cycle. Name another assessor.")


@transaction.atomic
def assign_adviser(*, user, site, since, by) -> Advisee:
    """An adviser begins to help a factory. A programme manager. Records adviser.assigned. The same again: unchanged."""
    check_can_plan(by, site.programme)
    if not access.has(user, Right.ADVISE, site.programme):
        raise Invalid(f"{user.name} does not hold the role of an adviser in this programme.")
    earlier = Advisee.objects.filter(user=user, site=site, until=None).first()
    if earlier:
        return earlier
    advisee = Advisee.objects.create(user=user, site=site, since=since)
    audit.record("adviser.assigned", advisee, by=by, programme=site.programme, user=user.pk, site=site.pk, since=since)
    return advisee


@transaction.atomic
def end_advice(*, advisee, until, by) -> Advisee:
    """An adviser helps a factory no more; `until` is the last day. A programme manager. Records adviser.ended."""
    check_can_plan(by, advisee.site.programme)
    if advisee.until is not None:
        raise WrongState("This advice has ended already.")
    if until < advisee.since:
        raise Invalid("The last day is before the first.")
    advisee.until = until
    advisee.save(update_fields=["until"])
    audit.record("adviser.ended", advisee, by=by, programme=advisee.site.programme, until=until)
    return advisee


@transaction.atomic
def start(*, assessment, by) -> Assessment:
    """Begin. Any of its assessors. Records assessment.started. Twice is once."""
    assessment = _locked(assessment)
    check_is_assessor(by, assessment)
    if assessment.state == "in_progress":
        return assessment
    row = _move(assessment, "start")
    assessment.started_at = timezone.now()
    assessment.save(update_fields=["state", "started_at"])
    audit.record(row.audit, assessment, by=by, programme=assessment.programme)
    return assessment


@transaction.atomic
def cancel(*, assessment, by) -> Assessment:
    """Call a visit off. A programme manager. What was recorded stays. Records assessment.cancelled."""
    assessment = _locked(assessment)
    check_can_plan(by, assessment.programme)
    row = _move(assessment, "cancel")
    assessment.save(update_fields=["state"])
    audit.record(row.audit, assessment, by=by, programme=assessment.programme)
    return assessment


@transaction.atomic
def submit(*, assessment, by, rest_not_asked=False, visited_on=None) -> Assessment:
    """Send to review. Its lead assessor. Records assessment.submitted with how many were left.

    Refused while two values stand against each other, while a photo has not arrived, and while required questions
    have no answer, unless the lead says that the rest was not asked.
    """
    assessment = _locked(assessment)
    check_is_lead(by, assessment)
    row = _move(assessment, "submit")
    answers = {answer.question_key: answer for answer in assessment.answers.all()}
    conflicts = sum(1 for answer in answers.values() if answer.conflicts)
    if conflicts:
        words = ngettext(
            "You and your colleague differ on %(n)d question. Settle it first.",
            "You and your colleague differ on %(n)d questions. Settle them first.",
            conflicts,
        )
        raise WrongState(words % {"n": conflicts}, code="conflicts")
    waiting = photos_waiting(assessment)
    if waiting:
        words = ngettext(
            "%(n)d photo has not arrived yet. It is still on a tablet.",
            "%(n)d photos have not arrived yet. They are still on a tablet.",
            waiting,
        )
        raise WrongState(words % {"n": waiting}, code="photos")
    left = [
        key
        for key, (kind, _, required) in question_facts(assessment.version_id).items()
        if kind == "finding" and required and (key not in answers or answers[key].state is None)
    ]
    if left and not rest_not_asked:
        words = ngettext("%(n)d question has no answer yet.", "%(n)d questions have no answer yet.", len(left))
        raise WrongState(words % {"n": len(left)}, code="left")
    assessment.visited_on = visited_on or today(assessment.programme)
    assessment.submitted_at = timezone.now()
    assessment.save(update_fields=["state", "visited_on", "submitted_at"])
    audit.record(row.audit, assessment, by=by, programme=assessment.programme, left=len(left))
    return assessment


def photos_waiting(assessment) -> int:
    """How many photos are linked to an answer and have not arrived."""
    linked = set(EvidenceLink.objects.filter(assessment=assessment, linked=True).values_list("evidence_id", flat=True))
    return len(linked - set(assessment.evidence.values_list("pk", flat=True)))


@transaction.atomic
def send_back(*, assessment, by) -> Assessment:
    """Return from review to the assessors. A lead assessor. Records assessment.returned."""
    assessment = _locked(assessment)
    check_can_review(by, assessment)
    row = _move(assessment, "return")
    assessment.save(update_fields=["state"])
    audit.record(row.audit, assessment, by=by, programme=assessment.programme)
    return assessment


@transaction.atomic
def edit_report_text(*, assessment, question_key, text, by) -> None:
    """Change the words the factory will read, during review. A lead assessor. Records answer.report-text-edited."""
    assessment = _locked(assessment)
    check_can_review(by, assessment)
    if assessment.state != "in_review":
        raise WrongState(_("Report texts are edited while the assessment is in review."))
    if question_key not in question_facts(assessment.version_id):
        raise Invalid(_("This question is not in the checklist of this assessment."))
    if not rules.fits("", "report_text", text):
        raise Invalid(_("Write at most %(n)d characters.") % {"n": rules.MAX_TEXT})
    sync.write_at_desk(assessment=assessment, question_key=question_key, field="report_text", value=text, by=by)
    audit.record("answer.report-text-edited", assessment, by=by, programme=assessment.programme, question=question_key)


# --- issuing ----------------------------------------------------------------------------------------------------


@transaction.atomic
def issue_report(*, assessment, by, on: date | None = None) -> Report:
    """Freeze the findings as a report. A lead assessor. Records report.issued; asks for the documents and the plan.

    A finding question without an answer is issued as "not asked", never as anything else. `on` is the programme's
    day of issue, today when left out.
    """
    assessment = _locked(assessment)
    check_can_review(by, assessment)
    row = _move(assessment, "issue")
    assessment.save(update_fields=["state"])
    programme, cycle = assessment.programme, assessment.cycle
    history = _history(cycle.site_id)
    answers = {answer.question_key: answer for answer in assessment.answers.all()}
    questions = list(Question.objects.filter(version_id=assessment.version_id).select_related("point__cluster"))
    findings, words = [], []
    for question in questions:
        if question.kind == "finding":
            finding, text = _finding(question, answers.get(question.key), history[question.key], assessment.visited_on)
            findings.append(finding)
            words.append(text)
    facts = _report_facts(assessment, questions, answers)
    visits = Report.objects.filter(assessment__cycle__site_id=cycle.site_id, version=1).count()
    on = on or today(programme)
    report = Report(
        assessment=assessment,
        visited_on=assessment.visited_on,
        issued_on=on,
        issued_by=by,
        visit_count=visits + 1,
        facts=facts,
    )
    report.digest = digest_of(str(report.pk), _proof(report, findings))
    report.save()
    for finding in findings:
        finding.report = report
    Finding.objects.bulk_create(findings)
    FindingText.objects.bulk_create(words)
    audit.record(row.audit, report, by=by, programme=programme, assessment=assessment.pk, digest=report.digest)
    if on == today(programme):
        # A report entered late is drawn when somebody first asks for it.
        queue.enqueue("compliance.make_documents", report_id=report.pk)
    queue.enqueue("improvement_plans.after_report", report_id=report.pk)
    return report


def _history(site_id):
    """{question key: [(visited_on, state)]} of a factory's issued reports, oldest first, superseded ones left out."""
    rows = (
        Finding.objects.filter(report__assessment__cycle__site_id=site_id, report__superseded_by=None)
        .order_by("report__visited_on", "report__issued_at")
        .values_list("question_key", "report__visited_on", "state")
    )
    history = defaultdict(list)
    for key, visited_on, state in rows:
        history[key].append((visited_on, state))
    return history


def _finding(question, answer, history, visited_on):
    state = answer.state if answer and answer.state else "not_asked"
    age = rules.age(history, visited_on, state)
    finding = Finding(
        question=question,
        question_key=question.key,
        point_key=question.point.key,
        cluster_key=question.point.cluster.key,
        state=state,
        first_found_on=age.first_found_on,
        times_found=age.times,
        relapsed=age.relapsed,
        position=question.position,
    )
    if answer and state == "non_compliant":
        for name in ("extent_n", "extent_of", "extent_workers", "extent_where"):
            setattr(finding, name, getattr(answer, name))
    text = FindingText(
        finding=finding, body={"text": answer.report_text if answer else ""}, salt=FindingText.new_salt()
    )
    finding.digest = text.digest
    return finding, text


def _report_facts(assessment, questions, answers):
    """What the report says besides findings, as on the day of issue. No person, no note."""
    site, version = assessment.cycle.site, assessment.version
    return {
        "number": assessment.number,
        "kind": assessment.kind,
        "factory": {
            "number": site.number, "name": site.name, "address": site.address, "country": site.country,
            "region": site.region, "products": site.products, "workers": site.workers,
        },
        "cycle": assessment.cycle.number,
        "checklist": {
            "key": version.checklist.key, "version": version.version, "title": version.title,
            "hash": version.content_hash,
        },
        "information": [
            {"key": question.key, "text": question.text, "value": answers[question.key].value, "unit": question.unit}
            for question in questions
            if question.kind != "finding" and question.key in answers and answers[question.key].value is not None
        ],
        "evidence": assessment.evidence.count(),
    }  # fmt: skip


def _proof(report, findings):
    """What a report's digest is over: its facts and every finding, with the digest of its words."""
    return {
        "assessment": str(report.assessment_id),
        "version": report.version,
        "visited_on": str(report.visited_on),
        "issued_on": str(report.issued_on),
        "visit_count": report.visit_count,
        "facts": report.facts,
        "findings": [
            [
                finding.question_key, finding.state, finding.extent_n, finding.extent_of, finding.extent_workers,
                finding.extent_where, str(finding.first_found_on or ""), finding.times_found, finding.relapsed,
                finding.digest,
            ]
            for finding in findings
        ],
    }  # fmt: skip


def verify_report(report) -> bool:
    """Does the report still say what was issued? Reads only; a lawful removal of words still verifies."""
    findings = list(report.findings.select_related("words"))
    whole = report.digest == digest_of(str(report.pk), _proof(report, findings))
    return whole and all(f.words.redacted_at or f.words.digest == f.digest for f in findings)


@transaction.atomic
def keep_document(*, report, language, form, data: bytes, by) -> ReportDocument:
    """Keep a rendered report beside it. Rendering again replaces the file's name, never the report."""
    document, made = ReportDocument.objects.update_or_create(
        report=report, language=language, form=form, defaults={"stored": storage.store().put(data)}
    )
    audit.record("report.document-made", document, by=by, programme=report.assessment.programme, form=form)
    return document


@transaction.atomic
def ask_for_documents(*, report, by) -> None:
    """Have the report drawn, once, for somebody who may read it and found no file yet."""
    check_can_read_report(by, report)
    Report.objects.select_for_update().get(pk=report.pk)  # two who ask at once ask once
    if not queue.is_waiting("compliance.make_documents", report_id=report.pk):
        queue.enqueue("compliance.make_documents", report_id=report.pk)
        audit.record("report.documents-asked", report, by=by, programme=report.assessment.programme)


@transaction.atomic
def open_report(*, report, by, form="page"):
    """Reading a report is an act: who opened it, and when, is recorded. Raises Denied with the words of absence."""
    check_can_read_report(by, report)
    # What she is now decides for good how the factory sees this: seats and roles end, the record stays.
    audit.record(
        "report.opened", report, by=by, programme=report.assessment.programme, form=form,
        reads_as=reads_as(by, report),
    )  # fmt: skip
    return report


# --- evidence ---------------------------------------------------------------------------------------------------


def keep_evidence(*, assessment, evidence_id, data: bytes, sha256, kind, taken_at, by) -> Evidence:
    """Keep a photo or document. An assessor of it. Same id and bytes again: the same answer. Records evidence.kept.

    What may be kept, and in which form, core.scanning decides. The file is looked at, drawn anew and stored before the
    transaction, which holds other writers up: cut off in between, an unnamed file is left behind and no row.
    """
    check_is_assessor(by, assessment)
    sha256 = sha256.lower()
    if storage.sha256_of(data) != sha256:
        raise Invalid(_("The file arrived damaged. It is sent again."), code="checksum")
    if earlier := _kept_before(assessment, evidence_id, sha256):
        return earlier
    data, media_type = scanning.admit(data)
    facts = {
        "kind": kind, "sha256": sha256, "stored": storage.store().put(data), "size": len(data),
        "media_type": media_type, "author": by, "taken_at": taken_at[:40],
    }  # fmt: skip
    with transaction.atomic():
        evidence, is_new = Evidence.objects.get_or_create(pk=evidence_id, defaults={"assessment": assessment, **facts})
        if not is_new:
            return _kept_before(assessment, evidence_id, sha256)
        EvidenceUpload.objects.filter(pk=evidence_id).delete()
        audit.record("evidence.kept", evidence, by=by, programme=assessment.programme, kind=kind, sha256=sha256)
    return evidence


def _kept_before(assessment, evidence_id, sha256):
    """The same evidence, when it was kept before; WrongState when another file has its id."""
    earlier = Evidence.objects.filter(pk=evidence_id).first()
    if earlier and (earlier.sha256, earlier.assessment_id) != (sha256, assessment.pk):
        raise WrongState(_("Another file arrived under the same id."), code="id-used")
    return earlier


def begin_upload(*, assessment, evidence_id, size: int, sha256, kind, taken_at, path, by) -> list:
    """Announce a file, or go on with one: its parts and where each is sent (core.storage.Part). [] when it is kept.

    An assessor of it. path(number) is our own address of a part. Records evidence.announced the first time.
    """
    check_is_assessor(by, assessment)
    sha256, store = sha256.lower(), storage.store()
    if _kept_before(assessment, evidence_id, sha256):
        return []
    upload = EvidenceUpload.objects.filter(pk=evidence_id).first()
    if upload:
        told = (upload.assessment_id, upload.author_id, upload.sha256, upload.size)
        if told != (assessment.pk, by.pk, sha256, size):
            raise WrongState(_("Another file is on its way under the same id."), code="id-used")
        with suppress(WrongState):  # the store lost it, or was changed for another: from the beginning
            return store.parts(_in_store(upload), path)
    announced = store.create_upload(evidence_id, size, sha256)
    facts = {"kind": kind, "sha256": sha256, "size": size, "taken_at": taken_at[:40], "reference": announced.reference}
    with transaction.atomic():
        upload, is_new = EvidenceUpload.objects.update_or_create(
            pk=evidence_id,
            defaults={"begun_at": timezone.now(), **facts},
            create_defaults={"assessment": assessment, "author": by, **facts},
        )
        if is_new:
            audit.record("evidence.announced", upload, by=by, programme=assessment.programme, size=size)
    return store.parts(announced, path)


def receive_part(*, assessment, evidence_id, number: int, data: bytes, by) -> str:
    """Take one part into the folder; returns its ETag. Who announced it. The same part again replaces it."""
    return storage.store().receive_part(_in_store(_own_upload(assessment, evidence_id, by)), number, data)


def finish_upload(*, assessment, evidence_id, etags: dict, by) -> Evidence:
    """Put the parts together and keep the file (see keep_evidence). Who announced it. Again: the same answer.

    WrongState: a part is missing, nothing is lost. NotNow: something is away, ask again later. Invalid: the file is
    damaged or may not be kept; nothing of it stays here.
    """
    check_is_assessor(by, assessment)
    if kept := Evidence.objects.filter(pk=evidence_id, assessment=assessment, author_id=by.pk).first():
        return kept
    upload, store = _own_upload(assessment, evidence_id, by), storage.store()
    try:
        data = store.complete(_in_store(upload), etags)
        evidence = keep_evidence(
            assessment=assessment, evidence_id=evidence_id, data=data, sha256=upload.sha256, kind=upload.kind,
            taken_at=upload.taken_at, by=by,
        )  # fmt: skip
    except Invalid as refusal:
        _end_upload(upload, by=by, why=refusal.code)
        raise
    store.discard(_in_store(upload))
    return evidence


def drop_upload(*, assessment, evidence_id, by) -> None:
    """Give an upload up; what arrived of it is destroyed. Who announced it. Again: nothing happens."""
    check_is_assessor(by, assessment)
    upload = EvidenceUpload.objects.filter(pk=evidence_id, assessment=assessment, author_id=by.pk).first()
    if upload:
        _end_upload(upload, by=by, why="dropped")


def sweep_uploads(*, by) -> int:
    """Destroy what nobody came back for: uploads older than the longest trip. Only the program itself. How many."""
    if not isinstance(by, audit.System):
        raise Denied(_("Uploads are swept by the program itself."))
    before = timezone.now() - storage.KEPT_FOR
    old = list(EvidenceUpload.objects.select_related("assessment__programme").filter(begun_at__lt=before))
    for upload in old:
        _end_upload(upload, by=by, why="abandoned")
    return len(old) + storage.store().sweep(before)


def _end_upload(upload, *, by, why):
    """Destroy the parts, then the row: cut off in between, the row is found again by the sweep."""
    storage.store().discard(_in_store(upload))
    with transaction.atomic():
        if EvidenceUpload.objects.filter(pk=upload.pk).delete()[0]:
            audit.record("evidence.not-kept", upload, by=by, programme=upload.assessment.programme, why=why)


def _own_upload(assessment, evidence_id, by):
    check_is_assessor(by, assessment)
    upload = EvidenceUpload.objects.filter(pk=evidence_id, assessment=assessment, author_id=by.pk).first()
    if upload is None:
        raise WrongState(_("This upload has ended. Send the file again from its beginning."), code="upload-gone")
    return upload


def _in_store(upload):
    return storage.Upload(upload.pk, upload.size, upload.sha256, upload.reference)


# --- tablets ----------------------------------------------------------------------------------------------------


def token_digest(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


@transaction.atomic
def register_device(*, device_id, name, by) -> str:
    """Bind a tablet to the person signed in and return its token, shown once. Records device.registered.

    A tablet of another person cannot be taken over; the same person again gets a new token.
    """
    device = Device.objects.select_for_update().filter(pk=device_id).first()
    if device and device.user_id != by.pk:
        raise Denied(_("This tablet is registered to somebody else."))
    token = secrets.token_urlsafe(32)
    device, made = Device.objects.update_or_create(
        pk=device_id,
        defaults={
            "user": by, "name": name[:80], "token_digest": token_digest(token), "revoked_at": None,
            "last_seen_at": timezone.now(),
        },
    )  # fmt: skip
    audit.record("device.registered", device, by=by)
    return token


@transaction.atomic
def revoke_device(*, device, by) -> Device:
    """The tablet's token stops working; what it holds unsent waits for its person. Records device.revoked."""
    if device.user_id != by.pk:
        raise Denied(_("Only the person it is registered to can do this."))
    device.revoked_at = timezone.now()
    device.save(update_fields=["revoked_at"])
    audit.record("device.revoked", device, by=by)
    return device


@transaction.atomic
def decide_quarantined(*, item: Quarantined, decision, by) -> Quarantined:
    """A programme manager says what becomes of work kept aside. It stays on record either way."""
    check_can_plan(by, item.assessment.programme)
    if item.decided_at:
        raise WrongState(_("This was decided already."))
    if decision not in ("released", "rejected"):
        raise Invalid(_("Decide released or rejected."))
    item.decision, item.decided_at, item.decided_by = decision, timezone.now(), by
    item.save(update_fields=["decision", "decided_at", "decided_by"])
    audit.record("quarantine.decided", item, by=by, programme=item.assessment.programme, decision=decision)
    return item


# --- zero tolerance ---------------------------------------------------------------------------------------------


@transaction.atomic
def open_case(*, programme, cycle, kind, text, readers, by) -> ZeroToleranceCase:
    """Open a case on suspicion of serious harm. Staff of the programme; only the readers named can see it.

    Records case.opened. Nothing else anywhere shows that it exists.
    """
    check_can_open_case(by, programme)
    case = ZeroToleranceCase.objects.create(programme=programme, cycle=cycle, kind=kind, opened_by=by)
    CaseNote.objects.create(case=case, written_by=by, body={"text": text}, salt=CaseNote.new_salt())
    for reader in {by, *readers}:
        access.grant(user=reader, right=Right.READ_CASE, anchor=case)
    audit.record("case.opened", case, by=by, programme=programme, kind=kind)
    return case


@transaction.atomic
def close_case(*, case, outcome, by) -> ZeroToleranceCase:
    """End a case with its outcome. One of its readers. Records case.closed."""
    access.check(by, Right.READ_CASE, case, _("There is nothing here that you may read."))
    if case.closed_at:
        raise WrongState(_("This case is closed already."))
    case.closed_at, case.closed_by, case.outcome = timezone.now(), by, outcome
    case.save(update_fields=["closed_at", "closed_by", "outcome"])
    audit.record("case.closed", case, by=by, programme=case.programme, outcome=outcome)
    return case
