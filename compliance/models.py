"""What was found: assessments, operations, answers, evidence, findings, reports, zero-tolerance cases."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from checklists.models import ChecklistVersion, Question
from compliance.rules import STATES as ANSWER_STATES
from compliance.rules import WORKER_BANDS
from compliance.states import STATES
from core.access import GrantBase
from core.frozen import Frozen
from core.ids import new_id
from core.models import Payload, Programme
from factories.models import Cycle, Site

PERSON = settings.AUTH_USER_MODEL
ANSWER_CHOICES = [(state, state) for state in ANSWER_STATES]


class Assessment(models.Model):
    """The record of one assessment visit. Its subject is exactly one of a factory's cycle or a programme.

    `revision` grows by one with every operation accepted: it is the server's own clock for this record.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    number = models.CharField(max_length=20, unique=True, help_text="Such as KH-2026-0041")
    programme = models.ForeignKey(Programme, on_delete=models.PROTECT, related_name="assessments")
    cycle = models.ForeignKey(Cycle, on_delete=models.PROTECT, null=True, related_name="assessments")
    of_programme = models.ForeignKey(Programme, on_delete=models.PROTECT, null=True, related_name="own_assessments")
    version = models.ForeignKey(ChecklistVersion, on_delete=models.PROTECT, related_name="assessments")
    kind = models.CharField(
        max_length=10,
        choices=[("full", "full"), ("virtual", "virtual"), ("follow-up", "follow-up"), ("self", "self")],
        default="full",
    )
    state = models.CharField(max_length=12, choices=[(state, state) for state in STATES], default="planned")
    planned_from = models.DateField()
    planned_until = models.DateField()
    visited_on = models.DateField(null=True)
    started_at = models.DateTimeField(null=True)
    submitted_at = models.DateTimeField(null=True)
    revision = models.PositiveIntegerField(default=0)
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        indexes = [models.Index(fields=["programme", "state"])]
        constraints = [
            models.CheckConstraint(
                condition=Q(cycle__isnull=False, of_programme=None) | Q(cycle=None, of_programme__isnull=False),
                name="assessment_has_one_subject",
            ),
            models.CheckConstraint(
                condition=Q(planned_until__gte=F("planned_from")), name="assessment_plan_ends_after_start"
            ),
        ]

    def __str__(self):
        return self.number


class AssessmentMember(models.Model):
    """An assessor on an assessment; one of them leads."""

    assessment = models.ForeignKey(Assessment, on_delete=models.PROTECT, related_name="members")
    user = models.ForeignKey(PERSON, on_delete=models.PROTECT, related_name="assessment_seats")
    lead = models.BooleanField(default=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["assessment", "user"], name="assessor_once"),
            models.UniqueConstraint(fields=["assessment"], condition=Q(lead=True), name="one_lead"),
        ]


class Advisee(models.Model):
    """A factory an adviser helps, from when until when. Who advises a factory does not assess it."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    user = models.ForeignKey(PERSON, on_delete=models.PROTECT, related_name="advisees")
    site = models.ForeignKey(Site, on_delete=models.PROTECT, related_name="advisers")
    since = models.DateField()
    until = models.DateField(null=True, help_text="The last day; empty while it goes on")

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(until=None) | Q(until__gte=F("since")), name="advice_ends_after"),
            models.UniqueConstraint(fields=["user", "site"], condition=Q(until=None), name="advises_once"),
        ]


class Device(models.Model):
    """A tablet a person registered. Its token is bound to it, kept only as a digest, and can be revoked."""

    id = models.UUIDField(primary_key=True, editable=False, help_text="Made by the tablet")
    user = models.ForeignKey(PERSON, on_delete=models.PROTECT, related_name="devices")
    name = models.CharField(max_length=80)
    token_digest = models.CharField(max_length=64, unique=True)
    registered_at = models.DateTimeField(default=timezone.now)
    last_seen_at = models.DateTimeField(null=True)
    revoked_at = models.DateTimeField(null=True)


class Operation(Frozen):
    """One change from a tablet: it sets one field of one question's answer. Never changed, never deleted.

    `base` holds the ids of the operations it was made from; `revision` is the place the server gave it (none in
    quarantine). `digest` proves the payload, which lies apart so that it can be removed lawfully.
    """

    id = models.UUIDField(primary_key=True, editable=False, help_text="Made by the tablet, UUIDv7")
    assessment = models.ForeignKey(Assessment, on_delete=models.PROTECT, related_name="operations")
    question_key = models.CharField(max_length=80)
    field = models.CharField(max_length=60)
    base = models.JSONField(default=list)
    base_revision = models.PositiveIntegerField(default=0)
    author = models.ForeignKey(PERSON, on_delete=models.PROTECT, related_name="+")
    device = models.ForeignKey(Device, on_delete=models.PROTECT, null=True, help_text="None: written at the desk")
    sequence = models.PositiveIntegerField()
    device_time = models.CharField(max_length=40, help_text="As the tablet said it; never decides")
    received_at = models.DateTimeField(default=timezone.now)
    revision = models.PositiveIntegerField(null=True)
    digest = models.CharField(max_length=64)

    class Meta:
        indexes = [models.Index(fields=["assessment", "question_key"])]
        constraints = [
            models.UniqueConstraint(fields=["assessment", "revision"], name="revision_given_once"),
        ]


class OperationPayload(Payload):
    """The value an operation sets."""

    operation = models.OneToOneField(Operation, on_delete=models.PROTECT, primary_key=True, related_name="payload")

    class Meta(Payload.Meta):
        pass


class Quarantined(models.Model):
    """Work the server could not take, kept aside with its reason, until a manager releases or rejects it.

    Nothing an assessor recorded is destroyed by a server's decision. `body` is the operation as it came.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    operation_id = models.UUIDField(help_text="As the tablet named it")
    assessment = models.ForeignKey(Assessment, on_delete=models.PROTECT, related_name="quarantined")
    author = models.ForeignKey(PERSON, on_delete=models.PROTECT, related_name="+")
    device = models.ForeignKey(Device, on_delete=models.PROTECT, related_name="+")
    reason = models.CharField(max_length=40)
    body = models.JSONField()
    received_at = models.DateTimeField(default=timezone.now)
    decided_at = models.DateTimeField(null=True)
    decided_by = models.ForeignKey(PERSON, on_delete=models.PROTECT, null=True, related_name="+")
    decision = models.CharField(max_length=10, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["assessment", "operation_id"], name="quarantined_once"),
            models.CheckConstraint(
                condition=Q(decided_at=None, decided_by=None, decision="")
                | Q(decided_at__isnull=False, decided_by__isnull=False, decision__in=["released", "rejected"]),
                name="quarantine_decision_has_who_and_when",
            ),
        ]


class Answer(models.Model):
    """The answer to one question as the operations make it now. Derived: it can be rebuilt from them.

    Three texts for three readers: `note` stays with the assessors, `comment` is for reviewers, `report_text` is
    what the factory reads.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    assessment = models.ForeignKey(Assessment, on_delete=models.PROTECT, related_name="answers")
    question_key = models.CharField(max_length=80)
    # None is "no answer yet", which is no word of the five.
    state = models.CharField(max_length=14, choices=ANSWER_CHOICES, null=True)  # noqa: DJ001
    value = models.JSONField(null=True)
    extent_n = models.PositiveIntegerField(null=True)
    extent_of = models.PositiveIntegerField(null=True)
    extent_workers = models.CharField(max_length=8, blank=True, choices=[(band, band) for band in WORKER_BANDS])
    extent_where = models.CharField(max_length=200, blank=True)
    note = models.TextField(blank=True)
    comment = models.TextField(blank=True)
    report_text = models.TextField(blank=True)
    ask = models.UUIDField(null=True, help_text="The colleague to be asked")
    conflicts = models.JSONField(default=list, help_text="Fields with two values from one base")
    revision = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["assessment", "question_key"], name="answer_once"),
            models.CheckConstraint(
                condition=Q(extent_n=None) | Q(extent_of=None) | Q(extent_n__lte=F("extent_of")),
                name="extent_n_within_of",
            ),
        ]


class Evidence(models.Model):
    """A photo or document, an object of its own. Linked to many answers; named by its id, never by a file name."""

    id = models.UUIDField(primary_key=True, editable=False, help_text="Made by the tablet")
    assessment = models.ForeignKey(Assessment, on_delete=models.PROTECT, related_name="evidence")
    kind = models.CharField(max_length=10, choices=[("photo", "photo"), ("document", "document")])
    sha256 = models.CharField(max_length=64, help_text="Of the bytes the tablet sent")
    stored = models.CharField(max_length=64, help_text="Of the bytes we keep: pictures are made anew")
    size = models.PositiveIntegerField()
    media_type = models.CharField(max_length=100)
    author = models.ForeignKey(PERSON, on_delete=models.PROTECT, related_name="+")
    taken_at = models.CharField(max_length=40, blank=True, help_text="As the tablet said it")
    received_at = models.DateTimeField(default=timezone.now)
    redacted_at = models.DateTimeField(null=True, help_text="The file was destroyed; its hashes stay")


class EvidenceUpload(models.Model):
    """A photo or document on its way: announced, its parts lie in staging. Gone once kept, given up or abandoned."""

    id = models.UUIDField(primary_key=True, editable=False, help_text="The id the evidence will have")
    assessment = models.ForeignKey(Assessment, on_delete=models.PROTECT, related_name="uploads")
    kind = models.CharField(max_length=10, choices=[("photo", "photo"), ("document", "document")])
    sha256 = models.CharField(max_length=64, help_text="As announced; compared when it is whole")
    size = models.PositiveIntegerField()
    author = models.ForeignKey(PERSON, on_delete=models.PROTECT, related_name="+")
    taken_at = models.CharField(max_length=40, blank=True, help_text="As the tablet said it")
    reference = models.CharField(max_length=1024, blank=True, help_text="What the store calls the upload")
    begun_at = models.DateTimeField(default=timezone.now, db_index=True)


class EvidenceLink(models.Model):
    """Which answers a piece of evidence supports: many to many. Derived from operations."""

    assessment = models.ForeignKey(Assessment, on_delete=models.PROTECT, related_name="evidence_links")
    evidence_id = models.UUIDField(db_index=True, help_text="The photo may arrive after the link")
    question_key = models.CharField(max_length=80)
    linked = models.BooleanField(default=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["assessment", "evidence_id", "question_key"], name="evidence_link_once")
        ]


class Report(Frozen):
    """An issued report: frozen, hashed, numbered; a correction is a new version that names the old."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    assessment = models.ForeignKey(Assessment, on_delete=models.PROTECT, related_name="reports")
    version = models.PositiveSmallIntegerField(default=1)
    supersedes = models.OneToOneField("self", on_delete=models.PROTECT, null=True, related_name="superseded_by")
    visited_on = models.DateField()
    issued_at = models.DateTimeField(default=timezone.now)
    issued_on = models.DateField(help_text="The programme's day")
    issued_by = models.ForeignKey(PERSON, on_delete=models.PROTECT, related_name="+")
    visit_count = models.PositiveSmallIntegerField(help_text="Which issued assessment of this factory it is, from 1")
    facts = models.JSONField(help_text="Factory, checklist, method: as on the day of issue; no person")
    digest = models.CharField(max_length=64, unique=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["assessment", "version"], name="report_version_once")]


class Finding(Frozen):
    """The issued state of one question. No worker, no source, no interview is named in it."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    report = models.ForeignKey(Report, on_delete=models.PROTECT, related_name="findings")
    question = models.ForeignKey(Question, on_delete=models.PROTECT, related_name="+")
    question_key = models.CharField(max_length=80)
    point_key = models.CharField(max_length=80)
    cluster_key = models.CharField(max_length=60)
    state = models.CharField(max_length=14, choices=ANSWER_CHOICES)
    extent_n = models.PositiveIntegerField(null=True)
    extent_of = models.PositiveIntegerField(null=True)
    extent_workers = models.CharField(max_length=8, blank=True)
    extent_where = models.CharField(max_length=200, blank=True)
    digest = models.CharField(max_length=64, help_text="Proves the report text, which lies apart")
    first_found_on = models.DateField(null=True, help_text="Unbroken since; only for a non-compliance")
    times_found = models.PositiveSmallIntegerField(default=0)
    relapsed = models.BooleanField(default=False, help_text="Found before, gone in between, found again")
    position = models.PositiveSmallIntegerField()

    class Meta:
        ordering = ["position"]
        indexes = [models.Index(fields=["question_key", "state"])]
        constraints = [
            models.UniqueConstraint(fields=["report", "question_key"], name="finding_once"),
            models.CheckConstraint(
                condition=Q(state="non_compliant", first_found_on__isnull=False, times_found__gte=1)
                | (~Q(state="non_compliant") & Q(first_found_on=None)),
                name="non_compliance_has_an_age",
            ),
        ]


class FindingText(Payload):
    """The words of a finding in the report (body: {"text": ...})."""

    finding = models.OneToOneField(Finding, on_delete=models.PROTECT, primary_key=True, related_name="words")

    class Meta(Payload.Meta):
        pass


class ReportDocument(models.Model):
    """The rendered report (HTML, PDF) of an issued report, made by a job. Can be made again from the report."""

    report = models.ForeignKey(Report, on_delete=models.PROTECT, related_name="documents")
    language = models.CharField(max_length=10)
    form = models.CharField(max_length=4, choices=[("html", "html"), ("pdf", "pdf")])
    stored = models.CharField(max_length=64)
    made_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["report", "language", "form"], name="document_once")]


class ZeroToleranceCase(models.Model):
    """Serious harm suspected. Exists without a finding, and a finding without it. Carries no sequence number.

    Its readers are grants on the case itself; nobody else may learn that it exists.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    programme = models.ForeignKey(Programme, on_delete=models.PROTECT, related_name="zero_tolerance_cases")
    cycle = models.ForeignKey(Cycle, on_delete=models.PROTECT, related_name="zero_tolerance_cases")
    kind = models.CharField(max_length=40)
    opened_at = models.DateTimeField(default=timezone.now)
    opened_by = models.ForeignKey(PERSON, on_delete=models.PROTECT, related_name="+")
    closed_at = models.DateTimeField(null=True)
    closed_by = models.ForeignKey(PERSON, on_delete=models.PROTECT, null=True, related_name="+")
    outcome = models.CharField(max_length=40, blank=True)

    class Meta:
        permissions = [("read_case", "Read case")]
        constraints = [
            models.CheckConstraint(
                condition=Q(closed_at=None, closed_by=None, outcome="")
                | (Q(closed_at__isnull=False, closed_by__isnull=False) & ~Q(outcome="")),
                name="case_end_has_who_when_outcome",
            )
        ]


class CaseGrant(GrantBase):
    """Who may read a zero-tolerance case now."""

    content_object = models.ForeignKey(ZeroToleranceCase, on_delete=models.CASCADE)


class CaseNote(Payload):
    """What is known of a case, in words, apart and removable."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    case = models.ForeignKey(ZeroToleranceCase, on_delete=models.PROTECT, related_name="notes")
    written_at = models.DateTimeField(default=timezone.now)
    written_by = models.ForeignKey(PERSON, on_delete=models.PROTECT, related_name="+")

    class Meta(Payload.Meta):
        pass
