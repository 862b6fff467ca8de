"""After issue: somebody asks for a correction, a lead assessor decides, and a correction is a new version.

The old version stays as it was and says that it is superseded. What the new one does not change it takes over as it
stands, with its proof; it is as old in public as the first.
"""

from django.db import transaction
from django.utils.translation import gettext as _

from compliance import queries, rules
from compliance.actions.base import locked, move
from compliance.actions.reports import proof_of
from compliance.actions.translations import wait_again
from compliance.models import (
    CorrectionAsk,
    CorrectionDecision,
    Finding,
    FindingPlace,
    FindingText,
    Report,
    ReportAnswer,
    ReportReply,
)
from compliance.permissions import check_can_ask_for_correction, check_can_hand_in, check_can_review
from core import audit, queue
from core.days import today
from core.errors import Invalid, WrongState
from core.models import digest_of


@transaction.atomic
def ask_for_correction(*, report, text, by, question_key="", asked_for="") -> CorrectionAsk:
    """Ask that an issued report is corrected. A manager of the factory, or staff who read it. Records
    correction.asked.

    `asked_for`: staff hand in the word of another party, such as a union, on a question that is that party's duty. It
    needs no account for it, and nobody becomes known as its reader.
    """
    check_can_ask_for_correction(by, report)
    text = rules.readable(text).strip()
    if not 0 < len(text) <= rules.MAX_TEXT:
        raise Invalid(_("Say what is wrong, and how you know."))
    if Report.objects.filter(supersedes=report).exists():
        raise WrongState(_("A new version replaced this report. Ask there."))
    if question_key and not report.findings.filter(question_key=question_key).exists():
        raise Invalid(_("This question is not in the report."))
    if asked_for:
        check_can_hand_in(by, report)
        asked = report.findings.select_related("question").filter(question_key=question_key).first()
        if asked is None or rules.DUTY + asked_for not in asked.question.tags:
            raise Invalid(_("This question is not the duty of that party."))
    ask = CorrectionAsk.objects.create(
        report=report, question_key=question_key, asked_for=asked_for, asked_by=by, body={"text": text},
        salt=CorrectionAsk.new_salt(),
    )  # fmt: skip
    audit.record(
        "correction.asked", ask, by=by, programme=report.assessment.programme, report=report.pk,
        question=question_key or None,
    )  # fmt: skip
    return ask


@transaction.atomic
def refuse_correction(*, ask, reason, by) -> CorrectionDecision:
    """Leave the report as it is, and say why. A lead assessor. Records correction.refused."""
    assessment = _to_decide(ask, reason, by)
    decision = _decided(ask, "refused", reason, by, None)
    audit.record("correction.refused", ask, by=by, programme=assessment.programme, report=ask.report_id)
    return decision


@transaction.atomic
def correct(*, ask, reason, by, question_key, state, text, extent_n=None, extent_of=None, where="") -> Report:
    """Correct one finding: a new version of the report, which names the old one. A lead assessor. Records
    report.corrected; asks for the documents and the plan.

    Everything else is taken over with its proof. A question whose extent or place is not given has none.
    """
    assessment = _to_decide(ask, reason, by)
    old = Report.objects.select_related("assessment__cycle").get(pk=ask.report_id)
    if Report.objects.filter(supersedes=old).exists():
        raise WrongState(_("A new version replaced this report already. Decide on that one."))
    text, where = rules.readable(text).strip(), rules.readable(where).strip()
    if not question_key:
        raise Invalid(_("Choose where the report is corrected."))
    if state not in rules.STATES:
        raise Invalid(_("Choose what the answer is."))
    if state == "non_compliant" and not text:
        raise Invalid(_("Write what was found."))
    extent = {"n": extent_n, "of": extent_of, "where": where}
    if len(text) > rules.MAX_TEXT or not rules.fits("finding", "extent", extent):
        raise Invalid(_("The extent is not one: so many of so many, and a place of at most 200 characters."))
    held = list(old.findings.select_related("question", "words", "place"))
    if not any(finding.question_key == question_key for finding in held):
        raise Invalid(_("This question is not in the report."))
    row = move(assessment, "correct")  # the old version is superseded; the assessment keeps its state
    on = today(assessment.programme)
    report = Report(
        assessment=old.assessment, version=old.version + 1, supersedes=old, visited_on=old.visited_on, issued_on=on,
        issued_by=by, visit_count=old.visit_count,
        facts=old.facts | {"corrects": {"version": old.version, "issued_on": str(old.issued_on),
                                        "digest": old.digest, "question": question_key}},
    )  # fmt: skip
    findings, words, places = [], [], []
    for before in held:
        changed = before.question_key == question_key
        finding = _changed(before, state, extent_n, extent_of, old) if changed else _again(before)
        if changed:
            told = FindingText(finding=finding, body={"text": text}, salt=FindingText.new_salt())
            finding.digest = told.digest
            if state == "non_compliant" and where:
                place = FindingPlace(finding=finding, body={"text": where}, salt=FindingPlace.new_salt())
                finding.place_digest = place.digest
                places.append(place)
            words.append(told)
        else:
            words.append(_payload(before.words, FindingText, finding=finding))
            if before.place_digest:
                places.append(_payload(before.place, FindingPlace, finding=finding))
        findings.append(finding)
    report.digest = digest_of(str(report.pk), proof_of(report, findings))
    report.save()
    for finding in findings:
        finding.report = report
    Finding.objects.bulk_create(findings)
    FindingText.objects.bulk_create(words)
    FindingPlace.objects.bulk_create(places)
    for model in (ReportAnswer, ReportReply):
        model.objects.bulk_create(
            _payload(one, model, report=report, question_key=one.question_key)
            for one in model.objects.filter(report=old)
        )
    _decided(ask, "accepted", reason, by, report)
    audit.record(
        row.audit, report, by=by, programme=assessment.programme, assessment=assessment.pk, supersedes=old.pk,
        question=question_key, digest=report.digest,
    )  # fmt: skip
    queue.enqueue("compliance.make_documents", report_id=report.pk)
    queue.enqueue("improvement_plans.after_report", report_id=report.pk)
    wait_again(locked(assessment))  # its state stays, whatever was moved above
    return report


def _to_decide(ask, reason, by):
    assessment = locked(ask.report.assessment)
    check_can_review(by, assessment)
    if CorrectionDecision.objects.filter(ask=ask).exists():
        raise WrongState(_("This request is decided already."))
    if not 0 < len(rules.readable(reason).strip()) <= rules.MAX_TEXT:
        raise Invalid(_("Give the reason. Whoever asked reads it."))
    return assessment


def _decided(ask, outcome, reason, by, made):
    body = {"text": rules.readable(reason).strip()}
    return CorrectionDecision.objects.create(
        ask=ask, outcome=outcome, decided_by=by, made=made, body=body, salt=CorrectionDecision.new_salt()
    )


COPIED = (
    "question_id", "question_key", "point_key", "cluster_key", "state", "extent_n", "extent_of", "extent_workers",
    "digest", "place_digest", "first_found_on", "times_found", "relapsed", "position",
)  # fmt: skip


def _again(before):
    return Finding(**{name: getattr(before, name) for name in COPIED})


def _changed(before, state, extent_n, extent_of, old):
    """The finding with another answer, as old as the reports issued before make it."""
    age = rules.age(queries.history_before(old, before.question_key), old.visited_on, state)
    finding = _again(before)
    found = state == "non_compliant"
    finding.state, finding.place_digest = state, ""
    finding.extent_n, finding.extent_of = (extent_n, extent_of) if found else (None, None)
    finding.extent_workers = before.extent_workers if found else ""
    finding.first_found_on, finding.times_found, finding.relapsed = age.first_found_on, age.times, age.relapsed
    return finding


def _payload(before, model, **where):
    """The same words with the same proof; words removed by law stay removed."""
    return model(body=before.body, salt=before.salt, redacted_at=before.redacted_at, **where)
