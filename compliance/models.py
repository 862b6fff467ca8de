"""What was found: assessments, operations, answers, evidence, findings, reports, zero-tolerance cases."""

import secrets

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from checklists.models import ChecklistVersion, Question
from compliance.clocks import DEFAULTS as CLOCKS
from compliance.rules import (
    CANCELLED_BECAUSE,
    CASE_PARTIES,
    CASE_STEPS,
    OUTCOMES,
    PARTIES,
    TIES,
    VISIT_KINDS,
    WORKER_BANDS,
)
from compliance.rules import STATES as ANSWER_STATES
from compliance.states import STATES
from core.access import GrantBase
from core.frozen import Frozen
from core.ids import new_id
from core.models import Payload, Programme
from factories.models import Cycle, Site

PERSON = settings.AUTH_USER_MODEL
ANSWER_CHOICES = [(state, state) for state in ANSWER_STATES]
# What work that was kept aside and then released became.
BECAME = ["applied", "correction-note"]


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
    state = models.CharField(max_length=16, choices=[(state, state) for state in STATES], default="planned")
    planned_from = models.DateField()
    planned_until = models.DateField()
    visited_on = models.DateField(null=True)
    started_at = models.DateTimeField(null=True)
    submitted_at = models.DateTimeField(null=True)
    outcome = models.CharField(
        max_length=10, blank=True, choices=[(word, word) for word in OUTCOMES], help_text="Empty: the visit took place"
    )
    cancelled_because = models.CharField(
        max_length=16, blank=True, choices=[(word, word) for word in CANCELLED_BECAUSE]
    )
    clusters = models.JSONField(default=list, help_text="Of a virtual check: what it asks, beside what is critical")
    departments = models.JSONField(
        default=dict, help_text="How many people work where, as its planner knows: interviews are spread over them"
    )
    interpreter = models.ForeignKey(PERSON, on_delete=models.PROTECT, null=True, related_name="interprets")
    language = models.CharField(
        max_length=10, blank=True, help_text="BCP 47: its report texts are written in it. Empty: that of its checklist"
    )
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

    @property
    def written_in(self):
        """The binding language of its report: that its texts are written in."""
        return self.language or self.version.language


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


class UnionReader(models.Model):
    """Somebody who reads a factory's issued reports for its workers, from when until when (both days included)."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    user = models.ForeignKey(PERSON, on_delete=models.PROTECT, related_name="union_readings")
    site = models.ForeignKey(Site, on_delete=models.PROTECT, related_name="union_readers")
    since = models.DateField()
    until = models.DateField(help_text="The last day")

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(until__gte=F("since")), name="union_reader_ends_after"),
        ]


class Visit(models.Model):
    """Being at a factory to advise, to train or to verify a fix. The visit of an assessment is the assessment itself.

    `announced`: the factory side sees it before it was held. Exactly one of three: to come, held, called off.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    programme = models.ForeignKey(Programme, on_delete=models.PROTECT, related_name="visits")
    site = models.ForeignKey(Site, on_delete=models.PROTECT, related_name="visits")
    kind = models.CharField(max_length=12, choices=[(kind, kind) for kind in VISIT_KINDS])
    announced = models.BooleanField()
    planned_from = models.DateField()
    planned_until = models.DateField()
    held_on = models.DateField(null=True, help_text="Its last day")
    called_off_at = models.DateTimeField(null=True)
    called_off_by = models.ForeignKey(PERSON, on_delete=models.PROTECT, null=True, related_name="+")
    planned_at = models.DateTimeField(default=timezone.now)
    planned_by = models.ForeignKey(PERSON, on_delete=models.PROTECT, related_name="+")

    class Meta:
        indexes = [models.Index(fields=["site", "planned_from"])]
        constraints = [
            models.CheckConstraint(condition=Q(planned_until__gte=F("planned_from")), name="visit_ends_after_start"),
            models.CheckConstraint(condition=Q(held_on=None) | Q(called_off_at=None), name="visit_held_or_called_off"),
            models.CheckConstraint(
                condition=Q(called_off_at=None, called_off_by=None)
                | Q(called_off_at__isnull=False, called_off_by__isnull=False),
                name="visit_call_off_has_who_and_when",
            ),
        ]


class VisitMember(models.Model):
    """Who of the programme goes."""

    visit = models.ForeignKey(Visit, on_delete=models.PROTECT, related_name="members")
    user = models.ForeignKey(PERSON, on_delete=models.PROTECT, related_name="visit_seats")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["visit", "user"], name="visitor_once")]


class VisitWords(Payload):
    """What a visit came to (body: {"done", "next_steps", "note"}). The factory reads the first two; the note stays
    with the programme."""

    visit = models.OneToOneField(Visit, on_delete=models.PROTECT, primary_key=True, related_name="words")
    written_at = models.DateTimeField(default=timezone.now)
    written_by = models.ForeignKey(PERSON, on_delete=models.PROTECT, related_name="+")


class ClockReminder(models.Model):
    """That people were reminded of what is due, so that it happens once. `subject`: what the clock runs on."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    programme = models.ForeignKey(Programme, on_delete=models.PROTECT, related_name="+")
    clock = models.CharField(max_length=14, choices=[(name, name) for name in CLOCKS])
    subject = models.UUIDField(help_text="An assessment, or a report for its progress")
    step = models.SmallIntegerField(help_text="Days before it is due; below 0: late")
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["clock", "subject", "step"], name="reminded_of_clock_once")]


class Absence(models.Model):
    """Days somebody of the programme is away: her leave, or the programme's peak of other work. No reason is kept."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    programme = models.ForeignKey(Programme, on_delete=models.PROTECT, related_name="absences")
    user = models.ForeignKey(PERSON, on_delete=models.PROTECT, related_name="absences")
    since = models.DateField()
    until = models.DateField(help_text="The last day")
    ended_at = models.DateTimeField(null=True, help_text="Taken back")

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(until__gte=F("since")), name="absence_ends_after")]


class Tie(models.Model):
    """What a person declared that ties her to a factory, from a day until a day. Never words: a kind is enough."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    user = models.ForeignKey(PERSON, on_delete=models.PROTECT, related_name="ties")
    site = models.ForeignKey(Site, on_delete=models.PROTECT, related_name="ties")
    kind = models.CharField(max_length=12, choices=[(kind, kind) for kind in TIES])
    since = models.DateField()
    until = models.DateField(null=True, help_text="The last day; empty while it lasts")
    declared_at = models.DateTimeField(default=timezone.now)
    declared_by = models.ForeignKey(PERSON, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(until=None) | Q(until__gte=F("since")), name="tie_ends_after"),
            models.UniqueConstraint(fields=["user", "site", "kind"], condition=Q(until=None), name="tie_declared_once"),
        ]


class Interpreter(models.Model):
    """A person who interprets a language for a programme, from a day until a day."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    programme = models.ForeignKey(Programme, on_delete=models.PROTECT, related_name="interpreters")
    user = models.ForeignKey(PERSON, on_delete=models.PROTECT, related_name="interpreting")
    language = models.CharField(max_length=10, help_text="BCP 47")
    since = models.DateField()
    until = models.DateField(null=True, help_text="The last day; empty while it goes on")

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(until=None) | Q(until__gte=F("since")), name="interpreting_ends_after"),
            models.UniqueConstraint(
                fields=["programme", "user", "language"], condition=Q(until=None), name="interprets_once"
            ),
        ]


class PlanDecision(Payload):
    """That a visit was planned although something spoke against it: what did (codes), and why all the same
    (body: {"why"})."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    assessment = models.ForeignKey(Assessment, on_delete=models.PROTECT, related_name="plan_decisions")
    warnings = models.JSONField(help_text="[[code, id of a person or empty]]")
    decided_at = models.DateTimeField(default=timezone.now)
    decided_by = models.ForeignKey(PERSON, on_delete=models.PROTECT, related_name="+")


class Device(models.Model):
    """A tablet a person registered. Its token is bound to it, kept only as a digest, and can be revoked.

    What it said of itself at its last contact is for people who look after tablets; nothing is decided by it.
    """

    id = models.UUIDField(primary_key=True, editable=False, help_text="Made by the tablet")
    user = models.ForeignKey(PERSON, on_delete=models.PROTECT, related_name="devices")
    name = models.CharField(max_length=80)
    token_digest = models.CharField(max_length=64, unique=True)
    registered_at = models.DateTimeField(default=timezone.now)
    last_contact_at = models.DateTimeField(null=True)
    client_version = models.CharField(max_length=40, blank=True, help_text="Empty: not said yet")
    unsent = models.PositiveIntegerField(null=True, help_text="Changes and photos that waited there; none: not said")
    clock_ahead = models.IntegerField(null=True, help_text="Seconds its clock was before ours; below 0: behind")
    revoked_at = models.DateTimeField(null=True)
    # One silence lasts from one contact to the next; in each, people are told once on day 3 and once on day 5.
    told_of_silence_since = models.DateTimeField(null=True, help_text="The last contact before the silence told of")
    told_on_day = models.PositiveSmallIntegerField(default=0)


class StoreKey(models.Model):
    """What opens a tablet's store when its person forgot how: made on the tablet, kept here sealed with the instance's
    key (core.entrance.sealing), given back to nobody but her, after she signed in. Written once."""

    device = models.OneToOneField(Device, on_delete=models.PROTECT, primary_key=True, related_name="store_key")
    sealed = models.TextField()
    kept_at = models.DateTimeField(default=timezone.now)


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


class Quarantined(models.Model):
    """Work the server could not take, kept aside with its reason, until a manager releases or rejects it.

    Nothing an assessor recorded is destroyed by a server's decision. `body` is the operation as it came; none after
    a lawful removal.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    operation_id = models.UUIDField(help_text="As the tablet named it")
    assessment = models.ForeignKey(Assessment, on_delete=models.PROTECT, related_name="quarantined")
    author = models.ForeignKey(PERSON, on_delete=models.PROTECT, related_name="+")
    device = models.ForeignKey(Device, on_delete=models.PROTECT, related_name="+")
    reason = models.CharField(max_length=40)
    body = models.JSONField(null=True)
    redacted_at = models.DateTimeField(null=True)
    received_at = models.DateTimeField(default=timezone.now)
    decided_at = models.DateTimeField(null=True)
    decided_by = models.ForeignKey(PERSON, on_delete=models.PROTECT, null=True, related_name="+")
    decision = models.CharField(max_length=10, blank=True)
    why = models.CharField(max_length=500, blank=True, help_text="The manager's reason; empty after a lawful removal")
    became = models.CharField(max_length=20, blank=True, choices=[(word, word) for word in BECAME])

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["assessment", "operation_id"], name="quarantined_once"),
            models.CheckConstraint(condition=Q(redacted_at=None) | Q(body=None), name="quarantined_redacted_is_empty"),
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


class EvidenceCover(models.Model):
    """Parts of a photo were covered: a picture of its own, drawn from the pixels. The last one stands.

    `boxes`: [[left, top, width, height]] in percent of the picture; none of them: it is shown whole again.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    evidence = models.ForeignKey(Evidence, on_delete=models.PROTECT, related_name="covers")
    boxes = models.JSONField()
    stored = models.CharField(max_length=64, blank=True, help_text="Of the picture drawn; empty without a box")
    made_by = models.ForeignKey(PERSON, on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["made_at", "id"]


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


class QuestionReview(models.Model):
    """A lead assessor's word on the answer to one question: accepted, or returned. The last word stands.

    `revision` is the answer's when she read it: what is changed afterwards is to be read again.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    assessment = models.ForeignKey(Assessment, on_delete=models.PROTECT, related_name="question_reviews")
    question_key = models.CharField(max_length=80)
    verdict = models.CharField(max_length=8, choices=[("accepted", "accepted"), ("returned", "returned")])
    revision = models.PositiveIntegerField(default=0)
    by = models.ForeignKey(PERSON, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["assessment", "question_key"], name="question_reviewed_once")]


class ReviewComment(Payload):
    """What staff say to each other about one question (body: {"text": ...}). It never leaves the programme."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    assessment = models.ForeignKey(Assessment, on_delete=models.PROTECT, related_name="review_comments")
    question_key = models.CharField(max_length=80)
    written_by = models.ForeignKey(PERSON, on_delete=models.PROTECT, related_name="+")
    written_at = models.DateTimeField(default=timezone.now)

    class Meta(Payload.Meta):
        indexes = [models.Index(fields=["assessment", "question_key"])]


class ReviewDraw(Frozen):
    """The questions drawn by chance for a second reading, with the seed they can be drawn from again."""

    assessment = models.OneToOneField(
        Assessment, on_delete=models.PROTECT, primary_key=True, related_name="second_reading"
    )
    seed = models.CharField(max_length=32)
    of = models.PositiveIntegerField(help_text="How many decided answers it was drawn from")
    keys = models.JSONField(help_text="The questions drawn, in the checklist's order")
    drawn_at = models.DateTimeField(default=timezone.now)
    drawn_by = models.ForeignKey(PERSON, on_delete=models.PROTECT, related_name="+")


class SecondReading(models.Model):
    """What a second lead assessor came to on a question that was drawn."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    draw = models.ForeignKey(ReviewDraw, on_delete=models.PROTECT, related_name="readings")
    question_key = models.CharField(max_length=80)
    agrees = models.BooleanField()
    read_by = models.ForeignKey(PERSON, on_delete=models.PROTECT, related_name="+")
    read_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["draw", "question_key"], name="second_reading_once")]


class CommentWindow(models.Model):
    """Some working days in which the factory reads the draft and says what it thinks of it. One open at a time.

    It ends with its last day, when a factory manager says that nothing more will come, or when a lead assessor takes
    the draft back.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    assessment = models.ForeignKey(Assessment, on_delete=models.PROTECT, related_name="windows")
    opened_at = models.DateTimeField(default=timezone.now)
    opened_by = models.ForeignKey(PERSON, on_delete=models.PROTECT, related_name="+")
    until = models.DateField(help_text="The last day, where the programme is")
    said_at = models.DateTimeField(null=True, help_text="A factory manager said that nothing more will come")
    said_by = models.ForeignKey(PERSON, on_delete=models.PROTECT, null=True, related_name="+")
    taken_back_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["assessment"], condition=Q(taken_back_at=None), name="window_open_once"),
            models.CheckConstraint(
                condition=Q(said_at=None, said_by=None) | Q(said_at__isnull=False, said_by__isnull=False),
                name="window_said_by_somebody",
            ),
        ]


class DraftFinding(Payload):
    """A non-compliance as the factory reads it in a window (body: text, where, extent_n, extent_of, extent_workers).

    Made when the window opens, so that what it commented on stays known. It names no source and no interview.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    window = models.ForeignKey(CommentWindow, on_delete=models.PROTECT, related_name="drafts")
    question = models.ForeignKey(Question, on_delete=models.PROTECT, related_name="+")

    class Meta(Payload.Meta):
        constraints = [
            *Payload.Meta.constraints,
            models.UniqueConstraint(fields=["window", "question"], name="draft_finding_once"),
        ]


class FactoryReply(Payload):
    """What a factory manager says to a draft finding (body: {"text": ...}). Nobody has checked it. The last stands."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    draft = models.ForeignKey(DraftFinding, on_delete=models.PROTECT, related_name="replies")
    stance = models.CharField(max_length=8, choices=[("agrees", "agrees"), ("disputes", "disputes")])
    said_by = models.ForeignKey(PERSON, on_delete=models.PROTECT, related_name="+")
    said_at = models.DateTimeField(default=timezone.now)


class ReplyEvidence(models.Model):
    """A photo or document the factory sends with a reply. Judged by its content before it is kept."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    draft = models.ForeignKey(DraftFinding, on_delete=models.PROTECT, related_name="evidence")
    stored = models.CharField(max_length=64)
    size = models.PositiveIntegerField()
    media_type = models.CharField(max_length=100)
    sent_by = models.ForeignKey(PERSON, on_delete=models.PROTECT, related_name="+")
    sent_at = models.DateTimeField(default=timezone.now)
    redacted_at = models.DateTimeField(null=True, help_text="The file was destroyed; its hash stays")


class ReplyDecision(Payload):
    """What a lead assessor made of a disputed finding, and why (body: {"text": ...}). The last stands."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    draft = models.ForeignKey(DraftFinding, on_delete=models.PROTECT, related_name="decisions")
    outcome = models.CharField(
        max_length=9, choices=[("upheld", "upheld"), ("amended", "amended"), ("withdrawn", "withdrawn")]
    )
    decided_by = models.ForeignKey(PERSON, on_delete=models.PROTECT, related_name="+")
    decided_at = models.DateTimeField(default=timezone.now)


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
    facts = models.JSONField(
        help_text="Factory, checklist, method: as on the day of issue; no person, and of a typed answer the digest only"
    )
    digest = models.CharField(max_length=64, unique=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["assessment", "version"], name="report_version_once")]

    @property
    def written_in(self):
        """The binding language. Reports issued before it was named are in that of their checklist."""
        return self.facts.get("language") or self.assessment.version.language


class ReportAnswer(Payload):
    """A typed answer to a question that is no finding (body: {"text": ...}). The report's facts hold its digest."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    report = models.ForeignKey(Report, on_delete=models.PROTECT, related_name="answers")
    question_key = models.CharField(max_length=80)

    class Meta(Payload.Meta):
        constraints = [
            *Payload.Meta.constraints,
            models.UniqueConstraint(fields=["report", "question_key"], name="report_answer_once"),
        ]


class ReportReply(Payload):
    """The factory's words on one finding before issue, and the reason of the decision (body: {"text", "reason"}).

    The report's facts hold stance, outcome and digest. Unverified, and said to be.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    report = models.ForeignKey(Report, on_delete=models.PROTECT, related_name="replies")
    question_key = models.CharField(max_length=80)

    class Meta(Payload.Meta):
        constraints = [
            *Payload.Meta.constraints,
            models.UniqueConstraint(fields=["report", "question_key"], name="report_reply_once"),
        ]


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
    digest = models.CharField(max_length=64, help_text="Proves the report text, which lies apart")
    place_digest = models.CharField(max_length=64, blank=True, help_text="Proves where it was; empty: no place named")
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


class ReportTranslation(models.Model):
    """That the texts of an assessment's report were asked for in another language. The first one is binding.

    `done_at`: everything that is issued was translated; a new version of the report may take it back.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    assessment = models.ForeignKey(Assessment, on_delete=models.PROTECT, related_name="translations")
    into = models.CharField(max_length=10, help_text="BCP 47")
    asked_by = models.ForeignKey(PERSON, on_delete=models.PROTECT, related_name="+")
    asked_at = models.DateTimeField(default=timezone.now)
    done_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["asked_at", "id"]
        constraints = [models.UniqueConstraint(fields=["assessment", "into"], name="report_translated_once_a_language")]


class ReportTranslationWords(Payload):
    """What a translator made of the texts of one finding (body: {part: {"from": ..., "text": ...}}). The last stands;
    who read a report yesterday can be told what it said then."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    translation = models.ForeignKey(ReportTranslation, on_delete=models.PROTECT, related_name="words")
    question_key = models.CharField(max_length=80)
    written_by = models.ForeignKey(PERSON, on_delete=models.PROTECT, related_name="+")
    written_at = models.DateTimeField(default=timezone.now)

    class Meta(Payload.Meta):
        ordering = ["written_at", "id"]
        indexes = [models.Index(fields=["translation", "question_key"])]


class FindingText(Payload):
    """The words of a finding in the report (body: {"text": ...})."""

    finding = models.OneToOneField(Finding, on_delete=models.PROTECT, primary_key=True, related_name="words")


class FindingPlace(Payload):
    """Where it was found, in the assessor's words (body: {"text": ...}). Only for findings that name a place."""

    finding = models.OneToOneField(Finding, on_delete=models.PROTECT, primary_key=True, related_name="place")


class ReportDocument(models.Model):
    """The rendered report (HTML, PDF) of an issued report, made by a job. Can be made again from the report."""

    report = models.ForeignKey(Report, on_delete=models.PROTECT, related_name="documents")
    language = models.CharField(max_length=10)
    form = models.CharField(max_length=4, choices=[("html", "html"), ("pdf", "pdf")])
    stored = models.CharField(max_length=64)
    made_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["report", "language", "form"], name="document_once")]


class CorrectionAsk(Payload):
    """Somebody asks that an issued report is corrected (body: {"text": ...}). Empty question: the report as a whole."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    report = models.ForeignKey(Report, on_delete=models.PROTECT, related_name="correction_asks")
    question_key = models.CharField(max_length=80, blank=True)
    asked_for = models.CharField(
        max_length=24,
        blank=True,
        choices=[(party, party) for party in PARTIES],
        help_text="Another party whose duty the question is, when the programme hands its word in",
    )
    asked_by = models.ForeignKey(PERSON, on_delete=models.PROTECT, related_name="+")
    asked_at = models.DateTimeField(default=timezone.now)


class CorrectionDecision(Payload):
    """What a lead assessor decided on such a request, and why (body: {"text": ...}). Accepted makes a new version."""

    ask = models.OneToOneField(CorrectionAsk, on_delete=models.PROTECT, primary_key=True, related_name="decision")
    outcome = models.CharField(max_length=8, choices=[("accepted", "accepted"), ("refused", "refused")])
    decided_by = models.ForeignKey(PERSON, on_delete=models.PROTECT, related_name="+")
    decided_at = models.DateTimeField(default=timezone.now)
    made = models.OneToOneField(Report, on_delete=models.PROTECT, null=True, related_name="correction")

    class Meta(Payload.Meta):
        constraints = [
            *Payload.Meta.constraints,
            models.CheckConstraint(
                condition=Q(outcome="accepted", made__isnull=False) | Q(outcome="refused", made=None),
                name="accepted_correction_made_a_report",
            ),
        ]


class Extract(Frozen):
    """A table of findings an analyst took away: who, when, what for, of which time, and the proof of the file. Which
    factory stood under which code was never kept."""

    PURPOSES = ("research", "statistics", "evaluation", "teaching")

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    programme = models.ForeignKey(Programme, on_delete=models.PROTECT, related_name="extracts")
    taken_by = models.ForeignKey(PERSON, on_delete=models.PROTECT, related_name="+")
    taken_at = models.DateTimeField(default=timezone.now)
    purpose = models.CharField(max_length=10, choices=[(purpose, purpose) for purpose in PURPOSES])
    form = models.CharField(max_length=4, choices=[(form, form) for form in ("csv", "xlsx", "json")])
    since = models.DateField()
    until = models.DateField()
    law_caused = models.BooleanField()
    rows = models.PositiveIntegerField()
    sha256 = models.CharField(max_length=64)

    class Meta:
        ordering = ["-taken_at", "-id"]


class PublicReply(Payload):
    """What a factory, or another party whose duty a question is, says in public of a finding (body: {"text",
    "language"}).

    Nobody has checked whether it is so. Somebody of the programme reads it first, so that no person is named in it.
    It is of the visit's finding, whatever version of the report says it.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    assessment = models.ForeignKey(Assessment, on_delete=models.PROTECT, related_name="public_replies")
    question_key = models.CharField(max_length=80)
    party = models.CharField(max_length=24, blank=True, choices=[(party, party) for party in PARTIES])
    said_by = models.ForeignKey(PERSON, on_delete=models.PROTECT, related_name="+")
    said_at = models.DateTimeField(default=timezone.now)

    class Meta(Payload.Meta):
        ordering = ["said_at", "id"]
        indexes = [models.Index(fields=["assessment", "question_key"])]


class PublicReplyDecision(Payload):
    """May it be published? Returned says why (body: {"text": ...})."""

    reply = models.OneToOneField(PublicReply, on_delete=models.PROTECT, primary_key=True, related_name="decision")
    outcome = models.CharField(max_length=8, choices=[("accepted", "accepted"), ("returned", "returned")])
    decided_by = models.ForeignKey(PERSON, on_delete=models.PROTECT, related_name="+")
    decided_at = models.DateTimeField(default=timezone.now)


class Download(Frozen):
    """A copy of a report that left: which, in which form, to whom. `code` stands on the copy.

    A copy read for workers has no number: from the gaps between the others' numbers nobody learns that there was one.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    report = models.ForeignKey(Report, on_delete=models.PROTECT, related_name="downloads")
    code = models.CharField(max_length=14, unique=True, help_text="Such as K7QP-43RT-MX2A; by chance")
    number = models.PositiveIntegerField(null=True, help_text="Counted in the programme; none for the worker side")
    form = models.CharField(max_length=6, choices=[(form, form) for form in ("pdf", "notice", "xlsx", "json", "csv")])
    language = models.CharField(max_length=10)
    reader = models.ForeignKey(PERSON, on_delete=models.PROTECT, related_name="+")
    reads_as = models.CharField(
        max_length=10, choices=[(side, side) for side in ("worker", "management", "programme", "buyer")]
    )
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        indexes = [models.Index(fields=["report", "at"])]
        constraints = [
            models.CheckConstraint(
                condition=Q(reads_as="worker", number=None) | (~Q(reads_as="worker") & Q(number__isnull=False)),
                name="worker_side_copy_has_no_number",
            ),
        ]


def new_reference() -> str:
    """Eight letters and digits by chance: what a case is called outside, from which nothing can be counted."""
    return "".join(secrets.choice("23456789ABCDEFGHJKMNPQRSTVWXYZ") for _ in range(8))


class ZeroToleranceCase(models.Model):
    """Serious harm suspected. Exists without a finding, and a finding without it. Carries no sequence number.

    Its readers are grants on the case itself; nobody else may learn that it exists. Opened from any visit, or before a
    factory's first cycle. `do_not_tell`: parties that must not hear of it, as codes of rules.CASE_PARTIES.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    programme = models.ForeignKey(Programme, on_delete=models.PROTECT, related_name="zero_tolerance_cases")
    site = models.ForeignKey(Site, on_delete=models.PROTECT, related_name="zero_tolerance_cases")
    cycle = models.ForeignKey(Cycle, on_delete=models.PROTECT, null=True, related_name="zero_tolerance_cases")
    visit = models.ForeignKey(Visit, on_delete=models.PROTECT, null=True, related_name="+")
    reference = models.CharField(max_length=8, unique=True, default=new_reference)
    kind = models.CharField(max_length=40)
    do_not_tell = models.JSONField(default=list)
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


class CaseStep(Payload):
    """One step of the protocol taken, with its answer where it has one and words about it (body: {"words": ...}).

    A step may be taken again: the last answer counts, all are kept.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    case = models.ForeignKey(ZeroToleranceCase, on_delete=models.PROTECT, related_name="steps")
    step = models.CharField(max_length=16, choices=[(step, step) for step in CASE_STEPS])
    answer = models.CharField(max_length=12, blank=True)
    at = models.DateTimeField(default=timezone.now)
    by = models.ForeignKey(PERSON, on_delete=models.PROTECT, related_name="+")

    class Meta(Payload.Meta):
        indexes = [models.Index(fields=["case", "at"])]


class CaseNotice(Payload):
    """That a party was told, with the words it was told (body: {"words": ...}): its letter, and that it said it came.

    `n` counts the letters of this case, so that a letter is called by the case's reference and its place.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    case = models.ForeignKey(ZeroToleranceCase, on_delete=models.PROTECT, related_name="notices")
    n = models.PositiveSmallIntegerField()
    party = models.CharField(max_length=16, choices=[(party, party) for party in CASE_PARTIES])
    told_at = models.DateTimeField(default=timezone.now)
    told_by = models.ForeignKey(PERSON, on_delete=models.PROTECT, related_name="+")
    acknowledged_at = models.DateTimeField(null=True)
    acknowledged_by = models.ForeignKey(PERSON, on_delete=models.PROTECT, null=True, related_name="+")

    class Meta(Payload.Meta):
        constraints = [
            *Payload.Meta.constraints,
            models.UniqueConstraint(fields=["case", "n"], name="case_letter_once"),
            models.CheckConstraint(
                condition=Q(acknowledged_at=None, acknowledged_by=None)
                | Q(acknowledged_at__isnull=False, acknowledged_by__isnull=False),
                name="case_letter_acknowledged_who_and_when",
            ),
        ]


class CaseIdentity(Payload):
    """Who was harmed and how to reach her (body: {"words": ...}): sealed. Reading it is an act with a reason."""

    case = models.OneToOneField(ZeroToleranceCase, on_delete=models.PROTECT, primary_key=True, related_name="identity")
    sealed_at = models.DateTimeField(default=timezone.now)
    sealed_by = models.ForeignKey(PERSON, on_delete=models.PROTECT, related_name="+")


class CaseReminder(models.Model):
    """That the readers of a case were reminded of one of its clocks, so that it happens once."""

    case = models.ForeignKey(ZeroToleranceCase, on_delete=models.PROTECT, related_name="reminders")
    clock = models.CharField(max_length=14)
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["case", "clock"], name="reminded_of_case_once")]


class CaseNote(Payload):
    """What is known of a case, in words, apart and removable."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    case = models.ForeignKey(ZeroToleranceCase, on_delete=models.PROTECT, related_name="notes")
    written_at = models.DateTimeField(default=timezone.now)
    written_by = models.ForeignKey(PERSON, on_delete=models.PROTECT, related_name="+")
