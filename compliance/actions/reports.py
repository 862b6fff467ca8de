"""An issued report: its facts frozen, its proof, its documents, and who opened it."""

from collections import defaultdict
from datetime import date

from django.db import transaction

from checklists.models import Question
from compliance import judging, rules, visit_forms
from compliance.actions.assessments import _refuse_advisers
from compliance.actions.base import locked, move
from compliance.actions.replies import frozen_replies
from compliance.actions.reviewing import check_window_is_over
from compliance.actions.translations import wait_again
from compliance.models import (
    Finding,
    FindingPlace,
    FindingText,
    Report,
    ReportAnswer,
    ReportDocument,
    ReportReply,
)
from compliance.permissions import (
    check_can_read_report,
    check_can_review,
    consents_opening,
    reads_as,
)
from core import audit, queue, redaction, storage
from core.days import today
from core.models import digest_of


@transaction.atomic
def issue_report(*, assessment, by, on: date | None = None) -> Report:
    """Freeze the findings as a report. A lead assessor. Records report.issued; asks for the documents and the plan.

    Refused while the factory may still comment on the draft. A finding question without an answer is issued as "not
    asked", never as anything else. `on` is the programme's
    day of issue, today when left out.
    """
    assessment = locked(assessment)
    check_can_review(by, assessment)
    on = on or today(assessment.programme)
    check_window_is_over(assessment, on)
    row = move(assessment, "issue")
    _refuse_advisers(assessment.cycle.site_id, [by], assessment.visited_on, assessment.visited_on)
    assessment.save(update_fields=["state"])
    programme, cycle = assessment.programme, assessment.cycle
    history = _history(cycle.site_id)
    answers = {answer.question_key: answer for answer in assessment.answers.all()}
    questions = list(Question.objects.filter(version_id=assessment.version_id).select_related("point__cluster"))
    findings, words, places = [], [], []
    for question in questions:
        if question.kind == "finding":
            finding, text, place = _finding(
                question, answers.get(question.key), history[question.key], assessment.visited_on
            )
            findings.append(finding)
            words.append(text)
            places += [place] if place else []
    facts, typed = _report_facts(assessment, questions, answers, judging.judge(assessment, answers).computed)
    visits = Report.objects.filter(assessment__cycle__site_id=cycle.site_id, version=1)
    visits = visits.exclude(assessment__kind="self").count()  # what a factory says of itself is no visit
    report = Report(
        assessment=assessment,
        visited_on=assessment.visited_on,
        issued_on=on,
        issued_by=by,
        visit_count=visits + 1,
        facts=facts,
    )
    report.digest = digest_of(str(report.pk), proof_of(report, findings))
    report.save()
    for held in [*findings, *typed]:
        held.report = report
    Finding.objects.bulk_create(findings)
    FindingText.objects.bulk_create(words)
    FindingPlace.objects.bulk_create(places)
    for model in (ReportAnswer, ReportReply):
        model.objects.bulk_create(one for one in typed if isinstance(one, model))
    audit.record(row.audit, report, by=by, programme=programme, assessment=assessment.pk, digest=report.digest)
    if on == today(programme):
        # A report entered late is drawn when somebody first asks for it.
        queue.enqueue("compliance.make_documents", report_id=report.pk)
    queue.enqueue("improvement_plans.after_report", report_id=report.pk)
    wait_again(assessment)
    return report


def _history(site_id):
    """{question key: [(visited_on, state)]} of a factory's issued reports, oldest first; without superseded ones, and
    without what the factory said of itself: it neither begins the age of a finding nor ends it."""
    rows = (
        Finding.objects.filter(report__assessment__cycle__site_id=site_id, report__superseded_by=None)
        .exclude(report__assessment__kind="self")
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
    place = None
    if answer and state == "non_compliant":
        for name in ("extent_n", "extent_of", "extent_workers"):
            setattr(finding, name, getattr(answer, name))
        if answer.extent_where:
            place = FindingPlace(finding=finding, body={"text": answer.extent_where}, salt=FindingPlace.new_salt())
            finding.place_digest = place.digest
    text = FindingText(
        finding=finding, body={"text": answer.report_text if answer else ""}, salt=FindingText.new_salt()
    )
    finding.digest = text.digest
    return finding, text, place


def _report_facts(assessment, questions, answers, computed):
    """What the report says besides findings, as on the day of issue, and the typed answers that lie apart.

    No person, no note, and of what somebody typed the digest only.
    """
    site, version = assessment.cycle.site, assessment.version
    typed, information = [], []
    for question in questions:
        value = answers[question.key].value if question.key in answers else None
        value = computed.get(question.key) if question.compute else value
        if question.kind == "finding" or value is None:
            continue
        said = {"value": value}
        if question.kind in ("text", "information", "table"):  # what people typed may have to be removed
            answer = ReportAnswer(question_key=question.key, body={"text": value}, salt=ReportAnswer.new_salt())
            typed.append(answer)
            said = {"digest": answer.digest}
        information.append({"key": question.key, "text": question.text, "unit": question.unit, **said})
    facts = {
        "number": assessment.number,
        "kind": assessment.kind,
        "language": assessment.written_in,
        "factory": {
            "number": site.number, "name": site.name, "address": site.address, "country": site.country,
            "region": site.region, "products": site.products, "workers": site.workers,
        },
        "cycle": assessment.cycle.number,
        "checklist": {
            "key": version.checklist.key, "version": version.version, "title": version.title,
            "hash": version.content_hash,
        },
        "information": information,
        "evidence": assessment.evidence.count(),
    }  # fmt: skip
    if of_visit := _visit_facts(answers, typed):
        facts["visit"] = of_visit
    replies, replied = frozen_replies(assessment)
    if replies:
        facts["replies"] = replies
    typed += replied
    return facts | _form_facts(assessment, answers), typed


def _form_facts(assessment, answers):
    """Interviews and meetings as counts, each only where there was one."""
    forms = {key: answers[key].value for key in visit_forms.FORMS if key in answers}
    told = {
        "interviews": visit_forms.interviews_in_counts(
            forms.get(visit_forms.INTERVIEWS), judging.interviews_planned(assessment)
        ),
        "opening": visit_forms.meeting_in_counts(forms.get(visit_forms.OPENING)),
        "closing": visit_forms.meeting_in_counts(forms.get(visit_forms.CLOSING)),
    }
    return {name: said for name, said in told.items() if said}


def _visit_facts(answers, typed):
    """What the report says of the visit itself: was it whole, and what makes the record less sure. Only what was said.

    It stays with the report for ever; of the words only their digest, so that they can be removed by law.
    """
    found = {}
    for name, key in (("outcome", rules.OUTCOME), ("reliability", rules.RELIABLE)):
        answer = answers.get(key)
        if answer is None or not (answer.value or answer.report_text.strip()):
            continue
        found[name] = {"said": answer.value}
        if answer.report_text.strip():
            words = ReportAnswer(question_key=key, body={"text": answer.report_text}, salt=ReportAnswer.new_salt())
            typed.append(words)
            found[name] |= {"key": key, "digest": words.digest}
    return found


def proof_of(report, findings):
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
                finding.place_digest, str(finding.first_found_on or ""), finding.times_found, finding.relapsed,
                finding.digest,
            ]
            for finding in findings
        ],
    }  # fmt: skip


def _typed_in(facts):
    return [*facts["information"], *facts.get("visit", {}).values()]


def verify_report(report) -> bool:
    """Does the report still say what was issued? Reads only; a lawful removal of words still verifies."""
    findings = list(report.findings.select_related("words", "place"))
    typed = {row.question_key: row for row in report.answers.all()}
    replied = {row.question_key: row for row in report.replies.all()}
    apart = [
        *((f.words, f.digest) for f in findings),
        *((f.place, f.place_digest) for f in findings if f.place_digest),
        *((typed[said["key"]], said["digest"]) for said in _typed_in(report.facts) if "digest" in said),
        *((replied[said["key"]], said["digest"]) for said in report.facts.get("replies", [])),
    ]
    return report.digest == digest_of(str(report.pk), proof_of(report, findings)) and all(
        redaction.verify(payload, digest) for payload, digest in apart
    )


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
    for consent in consents_opening(by, report):
        audit.record(
            "consent.used", consent, by=by, programme=report.assessment.programme, report=report.pk, form=form
        )  # fmt: skip
    return report
