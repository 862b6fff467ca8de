"""What is being done: committees and their dated seats, plans, items, signatures, and the facts of each fix.

A seat's row is the dated truth; the grants on the site only say "now". Reported, agreed, verified and confirmed are
rows of their own, never one column, and words people typed lie apart from the rows that prove them.
"""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from compliance.models import Finding, Report
from core.frozen import Frozen
from core.ids import new_id
from core.models import Payload, Programme, SentList
from factories.models import Buyer, Cycle, Site
from improvement_plans.models.advisory import (  # noqa: F401 one door for every model
    GROUP_CHOICES,
    WHO_CHOICES,
    AdvisoryCommitment,
    AdvisoryCommittee,
    AdvisoryMeeting,
    AdvisoryMinutes,
    AdvisoryMinutesWords,
    AdvisoryName,
    AdvisoryPaper,
    AdvisorySeat,
    Promise,
)
from improvement_plans.rules import CAUSES, MANAGEMENT, WORKER

PERSON = settings.AUTH_USER_MODEL

SIDE_CHOICES = [(WORKER, _("Worker side")), (MANAGEMENT, _("Management side"))]
CAUSE_WORDS = {
    "nobody_named": _("Nobody was named to do it"),
    "rule_unknown": _("The rule was not known"),
    "not_trained": _("People were not trained"),
    "equipment": _("Equipment or building"),
    "time_or_people": _("Too little time or too few people"),
    "cost": _("Cost"),
    "orders": _("Orders or deadlines"),
    "habit": _("It was always done so"),
    "other": _("Something else"),
}
CAUSE_CHOICES = [(cause, CAUSE_WORDS[cause]) for cause in CAUSES]
PRIORITY_CHOICES = [("high", _("First")), ("medium", _("Soon")), ("low", _("When there is time"))]


class Committee(models.Model):
    """A body of a factory in which workers and management sit."""

    class Kind(models.TextChoices):
        BIPARTITE = "bipartite", _("Bipartite committee")
        SME_TEAM = "sme-team", _("Improvement team")
        OSH = "osh", _("Safety and health committee")
        HARASSMENT = "harassment", _("Harassment complaints committee")

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    site = models.ForeignKey(Site, on_delete=models.PROTECT, related_name="committees")
    kind = models.CharField(max_length=12, choices=Kind)
    formed_on = models.DateField()
    dissolved_on = models.DateField(null=True, blank=True, help_text="The last day on which it can decide")

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(dissolved_on=None) | Q(dissolved_on__gte=F("formed_on")), name="committee_ends_after"
            ),
            models.CheckConstraint(
                condition=Q(kind__in=["bipartite", "sme-team", "osh", "harassment"]), name="committee_kind_is_known"
            ),
            models.UniqueConstraint(
                fields=["site", "kind"], condition=Q(dissolved_on=None), name="committee_kind_once"
            ),
        ]


class Member(models.Model):
    """A dated seat: in office from `since` to `until`, both days included. Who left keeps the row.

    The database also refuses two seats of one person in one committee on the same day, and two co-chairs of one
    side (promises in the second migration). `user` empty: a member without a sign-in, named in `MemberName`.
    """

    class Sex(models.TextChoices):
        FEMALE = "f", _("Woman")
        MALE = "m", _("Man")
        UNSAID = "x", _("Not said")

    class ChosenBy(models.TextChoices):
        ELECTION = "election", _("Elected by workers")
        UNION = "union", _("Named by the union")
        EMPLOYER = "employer", _("Named by the employer")

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    committee = models.ForeignKey(Committee, on_delete=models.PROTECT, related_name="members")
    user = models.ForeignKey(PERSON, on_delete=models.PROTECT, null=True, related_name="committee_seats")
    side = models.CharField(max_length=10, choices=SIDE_CHOICES)
    sex = models.CharField(max_length=1, choices=Sex)
    chosen_by = models.CharField(max_length=8, choices=ChosenBy)
    since = models.DateField()
    until = models.DateField(null=True, blank=True, help_text="The last day in office")
    co_chair = models.BooleanField(default=False)

    class Meta:
        ordering = ["since", "id"]
        indexes = [models.Index(fields=["user", "committee"])]
        constraints = [
            models.CheckConstraint(condition=Q(until=None) | Q(until__gte=F("since")), name="seat_ends_after"),
            models.CheckConstraint(condition=Q(side__in=[WORKER, MANAGEMENT]), name="seat_has_a_side"),
            models.CheckConstraint(condition=Q(sex__in=["f", "m", "x"]), name="seat_sex_is_known"),
            # A worker named by the employer is a fact to record and to warn of; a manager elected is a mistake.
            models.CheckConstraint(
                condition=Q(side=WORKER, chosen_by__in=["election", "union", "employer"])
                | Q(side=MANAGEMENT, chosen_by="employer"),
                name="seat_chosen_by_its_side",
            ),
            models.UniqueConstraint(
                fields=["committee", "user"], condition=Q(until=None), name="one_open_seat_a_person"
            ),
        ]


class MemberName(Payload):
    """The name of a member who does not sign in (body: {"name": ...}), apart so that it can be removed."""

    member = models.OneToOneField(Member, on_delete=models.PROTECT, primary_key=True, related_name="own_name")


class Plan(models.Model):
    """What a factory does about one cycle's report, or, without a cycle, about a committee's own ideas.

    `committee` may come later: the employer owes a fix from the day of the report, committee or not.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    site = models.ForeignKey(Site, on_delete=models.PROTECT, related_name="plans")
    cycle = models.OneToOneField(Cycle, on_delete=models.PROTECT, null=True, related_name="plan")
    committee = models.ForeignKey(Committee, on_delete=models.PROTECT, null=True, related_name="plans")
    opened_on = models.DateField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(cycle__isnull=False) | Q(committee__isnull=False), name="plan_has_cycle_or_committee"
            ),
        ]


class PlanItem(models.Model):
    """One thing to put right. `edition` grows when what was planned changes, `round` when a fix is opened again.

    `duty`: a legal breach found by assessors. It is the employer's to fix from `duty_since`, agreed or not. What a
    self-assessment says keeps its finding, but is nobody's finding of a breach: its origin is the factory itself.
    `continues`: the earlier item of the same question that a later report found again.
    """

    class Origin(models.TextChoices):
        REPORT = "report", _("Found in a report")
        SELF = "self", _("Found by the factory itself")
        VISIT = "visit", _("Seen on an adviser’s visit")
        IDEA = "idea", _("Committee’s own idea")

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    plan = models.ForeignKey(Plan, on_delete=models.PROTECT, related_name="items")
    finding = models.ForeignKey(Finding, on_delete=models.PROTECT, null=True, related_name="+")
    question_key = models.CharField(max_length=80, blank=True)
    issue = models.CharField(max_length=160)
    origin = models.CharField(max_length=6, choices=Origin)
    cause = models.CharField(max_length=14, choices=CAUSE_CHOICES, blank=True)
    steps = models.TextField(blank=True, help_text="What will change, a step on each line")
    steps_done = models.JSONField(
        default=dict, blank=True, help_text="{number of a step: the day it was said to be done}"
    )
    expected = models.CharField(max_length=200, blank=True, help_text="What will show that it is fixed")
    languages = models.JSONField(default=dict, blank=True, help_text="{typed field: the language it is written in}")
    cost = models.DecimalField(max_digits=14, decimal_places=2, null=True, help_text="Once, in `currency`")
    saving = models.DecimalField(max_digits=14, decimal_places=2, null=True, help_text="In a year, in `currency`")
    currency = models.CharField(max_length=3, blank=True, help_text="ISO 4217")
    priority = models.CharField(max_length=6, choices=PRIORITY_CHOICES, blank=True)
    due_on = models.DateField(null=True, blank=True)
    first_due_on = models.DateField(null=True, blank=True)
    slips = models.PositiveSmallIntegerField(default=0, help_text="How often the day was moved to a later one")
    responsible = models.ForeignKey(Member, on_delete=models.PROTECT, null=True, related_name="answers_for")
    witness = models.ForeignKey(Member, on_delete=models.PROTECT, null=True, related_name="witnesses")
    duty = models.BooleanField(default=False)
    duty_since = models.DateField(null=True)
    edition = models.PositiveSmallIntegerField(default=1)
    round = models.PositiveSmallIntegerField(default=1)
    continues = models.OneToOneField("self", on_delete=models.PROTECT, null=True, related_name="continued_by")
    added_on = models.DateField()
    position = models.PositiveSmallIntegerField(
        default=0, help_text="Its place on the committee’s board, from 1; 0: nobody put it anywhere yet"
    )

    class Meta:
        ordering = ["added_on", "id"]
        indexes = [models.Index(fields=["question_key"])]
        constraints = [
            models.UniqueConstraint(fields=["plan", "finding"], name="item_once_a_finding"),
            models.CheckConstraint(
                condition=Q(duty=False, duty_since=None) | Q(duty=True, duty_since__isnull=False, origin="report"),
                name="item_duty_has_a_finding_and_a_day",
            ),
            models.CheckConstraint(
                condition=Q(origin="report", finding__isnull=False)
                | Q(origin="self")
                | (Q(origin__in=["visit", "idea"]) & Q(finding=None)),
                name="item_of_a_report_has_a_finding",
            ),
            models.CheckConstraint(
                condition=Q(due_on=None, first_due_on=None) | Q(due_on__isnull=False, first_due_on__isnull=False),
                name="item_days_go_together",
            ),
            models.CheckConstraint(condition=~Q(issue=""), name="item_names_its_issue"),
            models.CheckConstraint(condition=Q(edition__gte=1, round__gte=1), name="item_counts_from_one"),
            models.CheckConstraint(condition=~Q(continues=F("id")), name="item_continues_another"),
            models.CheckConstraint(
                condition=Q(cost=None, saving=None) | Q(currency__regex=r"^[A-Z]{3}$"), name="item_money_has_a_currency"
            ),
            models.CheckConstraint(
                condition=(Q(cost=None) | Q(cost__gte=0)) & (Q(saving=None) | Q(saving__gte=0)),
                name="item_money_is_not_owed",
            ),
        ]

    @property
    def planned(self):
        """Has somebody written what will change, by whom and by when?"""
        return bool(self.steps and self.due_on and self.responsible_id)


class StepMark(Frozen):
    """That somebody said of one step of an item that it is done, or is not after all: history, no fact of a fix.

    `number` counts the lines of what was planned in `edition`. What is true now stands in the item's `steps_done`.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    item = models.ForeignKey(PlanItem, on_delete=models.PROTECT, related_name="step_marks")
    edition = models.PositiveSmallIntegerField()
    number = models.PositiveSmallIntegerField()
    done = models.BooleanField()
    side = models.CharField(max_length=10, choices=SIDE_CHOICES, blank=True, help_text="Empty: the programme")
    by = models.ForeignKey(PERSON, on_delete=models.PROTECT, related_name="+")
    on = models.DateField(help_text="The programme's day")
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["at", "id"]
        constraints = [models.CheckConstraint(condition=Q(number__gte=1), name="step_counts_from_one")]


class ItemWriting(models.Model):
    """That an edition of an item was written in typed words: what a removal names, for the words stand elsewhere.

    They are the item's own while nobody wrote them anew, and lie in `ItemChangeWords` of the change that did.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    item = models.ForeignKey(PlanItem, on_delete=models.PROTECT, related_name="writings")
    edition = models.PositiveSmallIntegerField()
    redacted_at = models.DateTimeField(null=True, help_text="When two people removed the words")

    class Meta:
        ordering = ["id"]


class ItemChange(Frozen):
    """That a plan item was changed: which fields, the day moved from and to. The words lie in `ItemChangeWords`."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    item = models.ForeignKey(PlanItem, on_delete=models.PROTECT, related_name="changes")
    edition = models.PositiveSmallIntegerField(help_text="The edition this change made")
    fields = models.JSONField(help_text="Codes of what changed")
    from_on = models.DateField(null=True)
    to_on = models.DateField(null=True)
    by = models.ForeignKey(PERSON, on_delete=models.PROTECT, null=True, related_name="+")
    by_system = models.CharField(max_length=60, blank=True)
    on = models.DateField(help_text="The programme's day")
    at = models.DateTimeField(default=timezone.now)
    digest = models.CharField(max_length=64)

    class Meta:
        ordering = ["edition"]
        constraints = [
            models.UniqueConstraint(fields=["item", "edition"], name="item_edition_once"),
            models.CheckConstraint(condition=Q(by=None) ^ Q(by_system=""), name="change_person_or_system"),
        ]


class ItemChangeWords(Payload):
    """Why, and what was written before (body: {"reason": ..., "before": {field: ...}})."""

    change = models.OneToOneField(ItemChange, on_delete=models.PROTECT, primary_key=True, related_name="words")


class Agreement(Frozen):
    """A co-chair's signature: on one edition of the item (the plan is good) or on one round (it is fixed).

    `parity` is what the day's count of both sides said: numbers and codes. The first signature stands when the
    co-chair is replaced before the second one.
    """

    class About(models.TextChoices):
        PLAN = "plan", _("the plan")
        FIX = "fix", _("the fix")

    class Decision(models.TextChoices):
        AGREED = "agreed", _("Agreed")
        WITH_REMARK = "agreed_with_remark", _("Agreed, with a remark")
        DECLINED = "declined", _("Did not agree")

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    item = models.ForeignKey(PlanItem, on_delete=models.PROTECT, related_name="agreements")
    about = models.CharField(max_length=4, choices=About)
    edition = models.PositiveSmallIntegerField(help_text="Of the plan, or the round of the fix")
    side = models.CharField(max_length=10, choices=SIDE_CHOICES)
    member = models.ForeignKey(Member, on_delete=models.PROTECT, related_name="signatures")
    decision = models.CharField(max_length=18, choices=Decision)
    on = models.DateField(help_text="The programme's day")
    at = models.DateTimeField(default=timezone.now)
    parity = models.JSONField()
    digest = models.CharField(max_length=64, blank=True, help_text="Proves the remark, which lies apart")

    class Meta:
        ordering = ["at", "id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(decision="agreed", digest="")
                | (Q(decision="agreed_with_remark") & ~Q(digest=""))
                | Q(decision="declined"),
                name="signature_with_remark_has_one",
            ),
            models.CheckConstraint(condition=Q(about__in=["plan", "fix"]), name="signature_is_about_plan_or_fix"),
            models.CheckConstraint(condition=Q(side__in=[WORKER, MANAGEMENT]), name="signature_has_a_side"),
        ]


class AgreementRemark(Payload):
    """The words of a signature (body: {"text": ...})."""

    agreement = models.OneToOneField(Agreement, on_delete=models.PROTECT, primary_key=True, related_name="words")


class ItemFact(Frozen):
    """One fact of a fix: reported, agreed, verified, confirmed; besides, reopened and withdrawn.

    `on` is the programme's day it is true for, `at` the moment it was recorded. Each is said once in a round.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    item = models.ForeignKey(PlanItem, on_delete=models.PROTECT, related_name="facts")
    round = models.PositiveSmallIntegerField()
    kind = models.CharField(max_length=9)
    on = models.DateField()
    at = models.DateTimeField(default=timezone.now)
    by = models.ForeignKey(PERSON, on_delete=models.PROTECT, null=True, related_name="+")
    by_system = models.CharField(max_length=60, blank=True)
    how = models.CharField(
        max_length=8, blank=True, choices=[("document", _("by documents")), ("visit", _("by a visit"))]
    )
    report = models.ForeignKey(Report, on_delete=models.PROTECT, null=True, related_name="+")
    digest = models.CharField(max_length=64, blank=True, help_text="Proves the words, which lie apart")

    class Meta:
        ordering = ["round", "at", "id"]
        indexes = [models.Index(fields=["kind", "round", "item"], name="facts_of_a_kind")]  # what waits for a check
        constraints = [
            models.UniqueConstraint(fields=["item", "round", "kind"], name="fact_once_a_round"),
            models.CheckConstraint(condition=Q(by=None) ^ Q(by_system=""), name="fact_person_or_system"),
            models.CheckConstraint(
                condition=Q(kind__in=["reported", "agreed"], by__isnull=False, how="", report=None)
                | Q(kind="verified", by__isnull=False, how__in=["document", "visit"], report=None)
                | Q(kind__in=["confirmed", "withdrawn"], how="", report__isnull=False)
                | Q(kind="reopened", how="") & (Q(report__isnull=False) | (Q(by__isnull=False) & ~Q(digest=""))),
                name="fact_has_what_its_kind_needs",
            ),
        ]


class FactWords(Payload):
    """What was said with a fact (body: {"text": ...})."""

    fact = models.OneToOneField(ItemFact, on_delete=models.PROTECT, primary_key=True, related_name="words")


# --- how a seat came about ----------------------------------------------------------------------------------------


class Election(Frozen):
    """A vote of workers for their seats, as it was counted. What was said against it are rows of their own."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    committee = models.ForeignKey(Committee, on_delete=models.PROTECT, related_name="elections")
    held_on = models.DateField()
    seats = models.PositiveSmallIntegerField()
    eligible = models.PositiveIntegerField(help_text="Who could vote")
    voted = models.PositiveIntegerField(help_text="Papers in the box")
    invalid = models.PositiveIntegerField(default=0, help_text="Papers that could not be counted")
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["-held_on", "-id"]
        constraints = [
            models.UniqueConstraint(fields=["committee", "held_on"], name="election_once_a_day"),
            models.CheckConstraint(
                condition=Q(seats__gte=1, voted__lte=F("eligible"), invalid__lte=F("voted")),
                name="election_counts_are_possible",
            ),
        ]


class Candidate(Frozen):
    """Somebody who could be voted for, and how many did. The name lies apart."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    election = models.ForeignKey(Election, on_delete=models.PROTECT, related_name="candidates")
    votes = models.PositiveIntegerField()
    sex = models.CharField(max_length=1, choices=Member.Sex)
    digest = models.CharField(max_length=64)

    class Meta:
        ordering = ["-votes", "id"]


class CandidateName(Payload):
    """body: {"name": ...}"""

    candidate = models.OneToOneField(Candidate, on_delete=models.PROTECT, primary_key=True, related_name="own_name")


class ElectionWord(Frozen):
    """Somebody contested an election, or the programme settled that. Until it is settled it is no valid election."""

    class Kind(models.TextChoices):
        CONTESTED = "contested", _("Contested")
        UPHELD = "upheld", _("Looked into: it stands")
        ANNULLED = "annulled", _("Looked into: it does not stand")

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    election = models.ForeignKey(Election, on_delete=models.PROTECT, related_name="words")
    kind = models.CharField(max_length=9, choices=Kind)
    on = models.DateField()
    at = models.DateTimeField(default=timezone.now)
    by = models.ForeignKey(PERSON, on_delete=models.PROTECT, related_name="+")
    digest = models.CharField(max_length=64)

    class Meta:
        ordering = ["at", "id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(kind__in=["contested", "upheld", "annulled"]), name="election_word_is_known"
            ),
        ]


class ElectionWordText(Payload):
    """Why (body: {"text": ...})."""

    word = models.OneToOneField(ElectionWord, on_delete=models.PROTECT, primary_key=True, related_name="words")


class SeatOrigin(models.Model):
    """How a seat came about, where more is known than who chose: the election, the union, or that she is no one of
    the factory's own people."""

    member = models.OneToOneField(Member, on_delete=models.PROTECT, primary_key=True, related_name="origin")
    election = models.ForeignKey(Election, on_delete=models.PROTECT, null=True, related_name="seated")
    union = models.CharField(max_length=80, blank=True)
    outside = models.BooleanField(default=False)


# --- meetings -----------------------------------------------------------------------------------------------------


class Meeting(models.Model):
    """A day on which a committee sits. That it was held say its minutes."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    committee = models.ForeignKey(Committee, on_delete=models.PROTECT, related_name="meetings")
    planned_on = models.DateField()
    begins_at = models.TimeField(null=True, blank=True)
    place = models.CharField(max_length=80, blank=True)

    class Meta:
        ordering = ["-planned_on", "-id"]
        constraints = [models.UniqueConstraint(fields=["committee", "planned_on"], name="meeting_once_a_day")]


class Commitment(Promise):
    """What one side promised in a meeting."""

    committee = models.ForeignKey(Committee, on_delete=models.PROTECT, related_name="commitments")
    made_in = models.ForeignKey(Meeting, on_delete=models.PROTECT, related_name="commitments")
    side = models.CharField(max_length=10, choices=SIDE_CHOICES)
    closed_in = models.ForeignKey(Meeting, on_delete=models.PROTECT, null=True, related_name="closed")

    class Meta(Promise.Meta):
        constraints = [
            models.CheckConstraint(condition=~Q(text=""), name="commitment_says_what"),
            models.CheckConstraint(condition=Q(side__in=[WORKER, MANAGEMENT]), name="commitment_has_a_side"),
        ]

    @property
    def whose(self):
        return self.get_side_display()


class AgendaLine(models.Model):
    """One thing to talk about: an open item, an open commitment, or words of its own."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    meeting = models.ForeignKey(Meeting, on_delete=models.PROTECT, related_name="agenda")
    position = models.PositiveSmallIntegerField()
    item = models.ForeignKey(PlanItem, on_delete=models.PROTECT, null=True, related_name="+")
    commitment = models.ForeignKey(Commitment, on_delete=models.PROTECT, null=True, related_name="+")
    topic = models.CharField(max_length=160, blank=True)
    language = models.CharField(max_length=12, blank=True, help_text="Of the topic")
    redacted_at = models.DateTimeField(null=True, editable=False, help_text="When two people removed the words")

    class Meta:
        ordering = ["position"]
        constraints = [
            models.UniqueConstraint(fields=["meeting", "position"], name="agenda_place_once"),
            models.CheckConstraint(
                condition=Q(item__isnull=False, commitment=None, topic="")
                | Q(item=None, commitment__isnull=False, topic="")
                | (Q(item=None, commitment=None) & ~Q(topic="")),
                name="agenda_line_is_one_thing",
            ),
        ]


class Minutes(Frozen):
    """What was written of a meeting: one edition. Who was there as ids of seats, and the day's count of both sides.

    A new edition takes the place of the one before, and the signatures start anew.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    meeting = models.ForeignKey(Meeting, on_delete=models.PROTECT, related_name="minutes")
    edition = models.PositiveSmallIntegerField()
    held_on = models.DateField()
    present = models.JSONField(help_text="Ids of the seats that were there")
    parity = models.JSONField()
    by = models.ForeignKey(PERSON, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(default=timezone.now)
    digest = models.CharField(max_length=64)

    class Meta:
        ordering = ["edition"]
        constraints = [
            models.UniqueConstraint(fields=["meeting", "edition"], name="minutes_edition_once"),
            models.CheckConstraint(condition=Q(edition__gte=1), name="minutes_count_from_one"),
        ]


class MinutesWords(Payload):
    """body: {"notes": ..., "decisions": {agenda line: ...}, "language": ...}"""

    minutes = models.OneToOneField(Minutes, on_delete=models.PROTECT, primary_key=True, related_name="words")


class MinutesSignature(Frozen):
    """A co-chair's word on one edition of the minutes."""

    class Decision(models.TextChoices):
        SIGNED = "signed", _("Signed")
        RESERVED = "reserved", _("Signed, with a reservation")
        REFUSED = "refused", _("Did not sign")

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    minutes = models.ForeignKey(Minutes, on_delete=models.PROTECT, related_name="signatures")
    side = models.CharField(max_length=10, choices=SIDE_CHOICES)
    member = models.ForeignKey(Member, on_delete=models.PROTECT, related_name="+")
    decision = models.CharField(max_length=8, choices=Decision)
    on = models.DateField()
    at = models.DateTimeField(default=timezone.now)
    digest = models.CharField(max_length=64, blank=True)

    class Meta:
        ordering = ["at", "id"]
        constraints = [
            models.CheckConstraint(condition=Q(side__in=[WORKER, MANAGEMENT]), name="minutes_signed_for_a_side"),
            models.CheckConstraint(
                condition=Q(decision="signed", digest="") | (Q(decision__in=["reserved", "refused"]) & ~Q(digest="")),
                name="minutes_reason_is_given",
            ),
        ]


class MinutesSignatureWords(Payload):
    """The reservation, or why not (body: {"text": ...})."""

    signature = models.OneToOneField(MinutesSignature, on_delete=models.PROTECT, primary_key=True, related_name="words")


# --- a statement --------------------------------------------------------------------------------------------------


class Statement(Frozen):
    """What a member of the worker side wrote for the readers she chose, and for nobody else. Words lie apart."""

    class Readers(models.TextChoices):
        PROGRAMME = "programme", _("Me and the programme")
        UNION = "union", _("My union")
        WORKERS = "workers", _("The worker side of my committee")

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    member = models.ForeignKey(Member, on_delete=models.PROTECT, related_name="statements")
    readers = models.CharField(max_length=9, choices=Readers)
    answer_by = models.DateField(help_text="The day by which somebody answers")
    on = models.DateField()
    at = models.DateTimeField(default=timezone.now)
    digest = models.CharField(max_length=64)

    class Meta:
        ordering = ["-at", "-id"]
        constraints = [
            models.CheckConstraint(condition=Q(answer_by__gte=F("on")), name="statement_is_answered_later"),
            models.CheckConstraint(
                condition=Q(readers__in=["programme", "union", "workers"]), name="statement_has_readers"
            ),
        ]


class StatementWords(Payload):
    """body: {"text": ..., "language": ...}"""

    statement = models.OneToOneField(Statement, on_delete=models.PROTECT, primary_key=True, related_name="words")


class StatementAnswer(Frozen):
    """One answer, or a further word of the author."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    statement = models.ForeignKey(Statement, on_delete=models.PROTECT, related_name="answers")
    by = models.ForeignKey(PERSON, on_delete=models.PROTECT, related_name="+")
    on = models.DateField()
    at = models.DateTimeField(default=timezone.now)
    digest = models.CharField(max_length=64)

    class Meta:
        ordering = ["at", "id"]


class StatementAnswerWords(Payload):
    """body: {"text": ..., "language": ...}"""

    answer = models.OneToOneField(StatementAnswer, on_delete=models.PROTECT, primary_key=True, related_name="words")


# --- translations -------------------------------------------------------------------------------------------------


class Translation(models.Model):
    """That somebody asked for the typed words of one thing in another language. `done_at` empty: it waits.

    The thing is an item, a meeting or a statement; its words stay where they lie. When they change it waits again.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    item = models.ForeignKey(PlanItem, on_delete=models.PROTECT, null=True, related_name="translations")
    meeting = models.ForeignKey(Meeting, on_delete=models.PROTECT, null=True, related_name="translations")
    statement = models.ForeignKey(Statement, on_delete=models.PROTECT, null=True, related_name="translations")
    into = models.CharField(max_length=12)
    asked_by = models.ForeignKey(PERSON, on_delete=models.PROTECT, related_name="+")
    asked_at = models.DateTimeField(default=timezone.now)
    done_by = models.ForeignKey(PERSON, on_delete=models.PROTECT, null=True, related_name="+")
    done_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["asked_at", "id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(item__isnull=False, meeting=None, statement=None)
                | Q(item=None, meeting__isnull=False, statement=None)
                | Q(item=None, meeting=None, statement__isnull=False),
                name="translation_of_one_thing",
            ),
            models.CheckConstraint(
                condition=Q(done_by=None, done_at=None) | Q(done_by__isnull=False, done_at__isnull=False),
                name="translation_done_by_somebody",
            ),
            *(
                models.UniqueConstraint(fields=[thing, "into"], name=f"translation_once_a_language_{thing}")
                for thing in ("item", "meeting", "statement")
            ),
        ]


class TranslationWords(Payload):
    """body: {part: {"from": the words it was made of, "text": ...}}. A part whose words changed since is not shown.

    Removed with the words it was made of; the next translation is a row of its own.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    translation = models.ForeignKey(Translation, on_delete=models.PROTECT, related_name="words")

    class Meta(Payload.Meta):
        constraints = [
            *Payload.Meta.constraints,
            models.UniqueConstraint(
                fields=["translation"], condition=Q(redacted_at=None), name="translation_has_one_text"
            ),
        ]


# --- the ladder ---------------------------------------------------------------------------------------------------


class LadderStep(Frozen):
    """A plan item slipped so often that somebody higher up was told. Each is told once in a round of a fix."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    item = models.ForeignKey(PlanItem, on_delete=models.PROTECT, related_name="ladder")
    round = models.PositiveSmallIntegerField()
    told = models.CharField(max_length=9)
    slips = models.PositiveSmallIntegerField()
    on = models.DateField()
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["at", "id"]
        constraints = [
            models.UniqueConstraint(fields=["item", "round", "told"], name="ladder_step_once"),
            models.CheckConstraint(
                condition=Q(told__in=["committee", "factory", "programme", "buyers"]), name="ladder_step_is_known"
            ),
        ]


# --- evidence of a fix --------------------------------------------------------------------------------------------


class TaskLink(models.Model):
    """An address by which somebody without an account sends photos of one item, and does nothing else.

    The token in it is made from the secret key and this row, and never stored; its digest finds the row.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    item = models.ForeignKey(PlanItem, on_delete=models.PROTECT, related_name="task_links")
    token_digest = models.CharField(max_length=64, unique=True)
    made_by = models.ForeignKey(PERSON, on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField(default=timezone.now)
    expires_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True)
    revoked_by = models.ForeignKey(PERSON, on_delete=models.PROTECT, null=True, related_name="+")

    class Meta:
        ordering = ["-made_at", "-id"]
        constraints = [
            models.CheckConstraint(condition=Q(expires_at__gt=F("made_at")), name="task_link_lasts"),
            models.CheckConstraint(
                condition=Q(revoked_at=None, revoked_by=None) | Q(revoked_at__isnull=False, revoked_by__isnull=False),
                name="task_link_revoked_by_somebody",
            ),
        ]


class ItemEvidence(models.Model):
    """A photo or document of how it was before, or is since. For committee, factory and programme only, until
    somebody of the programme looked and found that it shows no person.

    Sent by a person, or by a link. The file is destroyed when two people remove it, or when it was kept long enough.
    """

    class Moment(models.TextChoices):
        BEFORE = "before", _("Before")
        AFTER = "after", _("After")

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    item = models.ForeignKey(PlanItem, on_delete=models.PROTECT, related_name="evidence")
    moment = models.CharField(max_length=6, choices=Moment)
    stored = models.CharField(max_length=64, help_text="Of the bytes we keep: pictures are made anew")
    size = models.PositiveIntegerField()
    media_type = models.CharField(max_length=100)
    by = models.ForeignKey(PERSON, on_delete=models.PROTECT, null=True, related_name="+")
    link = models.ForeignKey(TaskLink, on_delete=models.PROTECT, null=True, related_name="sent")
    on = models.DateField(help_text="The programme's day")
    at = models.DateTimeField(default=timezone.now)
    no_person_on = models.DateField(null=True)
    no_person_by = models.ForeignKey(PERSON, on_delete=models.PROTECT, null=True, related_name="+")
    ended_at = models.DateTimeField(null=True, help_text="Kept long enough: the file was destroyed")
    redacted_at = models.DateTimeField(null=True, help_text="Two people removed it: the file was destroyed")

    class Meta:
        ordering = ["at", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["item", "moment", "stored"],
                condition=Q(redacted_at=None, ended_at=None),
                name="evidence_once_an_item",
            ),
            models.CheckConstraint(condition=Q(by=None) ^ Q(link=None), name="evidence_from_person_or_link"),
            models.CheckConstraint(
                condition=Q(no_person_on=None, no_person_by=None)
                | Q(no_person_on__isnull=False, no_person_by__isnull=False),
                name="evidence_cleared_by_somebody",
            ),
            models.CheckConstraint(condition=Q(moment__in=["before", "after"]), name="evidence_moment_is_known"),
        ]

    @property
    def is_photo(self):
        return self.media_type == "image/jpeg"

    @property
    def gone(self):
        return bool(self.redacted_at or self.ended_at)


# --- progress reports ---------------------------------------------------------------------------------------------


class ProgressReport(Frozen):
    """What became of a plan by a day: report 1 or 2 of its cycle, frozen when an adviser issues it.

    `facts` are counts, days and ids as they stood that day, never words. A new edition takes the place of the one
    before, which stays.
    """

    class Dialogue(models.TextChoices):
        ON_TRACK = "on_track", _("On track")
        MODERATE = "moderate", _("Moderate progress")
        NONE = "none", _("No progress")

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    plan = models.ForeignKey(Plan, on_delete=models.PROTECT, related_name="progress_reports")
    number = models.PositiveSmallIntegerField()
    edition = models.PositiveSmallIntegerField()
    dialogue = models.CharField(max_length=8, choices=Dialogue)
    facts = models.JSONField()
    on = models.DateField(help_text="The programme's day")
    at = models.DateTimeField(default=timezone.now)
    by = models.ForeignKey(PERSON, on_delete=models.PROTECT, related_name="+")
    digest = models.CharField(max_length=64)

    class Meta:
        ordering = ["number", "edition"]
        constraints = [
            models.UniqueConstraint(fields=["plan", "number", "edition"], name="progress_edition_once"),
            models.CheckConstraint(condition=Q(number__in=[1, 2], edition__gte=1), name="progress_is_first_or_second"),
            models.CheckConstraint(
                condition=Q(dialogue__in=["on_track", "moderate", "none"]), name="progress_dialogue_is_on_the_scale"
            ),
        ]


class ProgressWords(Payload):
    """body: {"done": ..., "dialogue": ..., "next": ...}"""

    report = models.OneToOneField(ProgressReport, on_delete=models.PROTECT, primary_key=True, related_name="words")


# --- what a buyer will change -------------------------------------------------------------------------------------


class Pledge(Frozen):
    """What a buyer says it will change in how it buys, because it bears on what a plan puts right."""

    class Kind(models.TextChoices):
        PRICE = "price", _("Price")
        LEAD_TIME = "lead_time", _("Time between order and delivery")
        TRAINING = "training", _("Training")
        SHARE = "share", _("A share of the cost")

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    plan = models.ForeignKey(Plan, on_delete=models.PROTECT, related_name="pledges")
    buyer = models.ForeignKey(Buyer, on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(max_length=9, choices=Kind)
    due_on = models.DateField(null=True)
    on = models.DateField(help_text="The programme's day")
    at = models.DateTimeField(default=timezone.now)
    by = models.ForeignKey(PERSON, on_delete=models.PROTECT, related_name="+")
    digest = models.CharField(max_length=64)

    class Meta:
        ordering = ["at", "id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(kind__in=["price", "lead_time", "training", "share"]), name="pledge_kind_is_known"
            ),
            models.CheckConstraint(condition=Q(due_on=None) | Q(due_on__gte=F("on")), name="pledge_is_due_later"),
        ]


class PledgeWords(Payload):
    """body: {"text": ...}"""

    pledge = models.OneToOneField(Pledge, on_delete=models.PROTECT, primary_key=True, related_name="words")


class PledgeFact(Frozen):
    """That the buyer did what it said, or took it back. One of both, once."""

    class Kind(models.TextChoices):
        DONE = "done", _("Done, as the buyer says")
        WITHDRAWN = "withdrawn", _("Taken back by the buyer")

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    pledge = models.OneToOneField(Pledge, on_delete=models.PROTECT, related_name="fact")
    kind = models.CharField(max_length=9, choices=Kind)
    on = models.DateField(help_text="The programme's day")
    at = models.DateTimeField(default=timezone.now)
    by = models.ForeignKey(PERSON, on_delete=models.PROTECT, related_name="+")
    digest = models.CharField(max_length=64)

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(kind__in=["done", "withdrawn"]), name="pledge_fact_is_known")]


class PledgeFactWords(Payload):
    """What was done, or why not (body: {"text": ...})."""

    fact = models.OneToOneField(PledgeFact, on_delete=models.PROTECT, primary_key=True, related_name="words")


class Reminder(models.Model):
    """That one thing, a week or a night of the ladder, was looked at for a person. Each once, a letter or none."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    user = models.ForeignKey(PERSON, on_delete=models.PROTECT, related_name="+")
    about = models.CharField(max_length=60)
    sent = models.BooleanField()
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["user", "about"], name="reminder_once")]


# --- lists that are sent in ---------------------------------------------------------------------------------------


class PlanList(SentList):
    """A list of committees with their members, or of plan items, that a programme kept before it came here."""

    class Kind(models.TextChoices):
        MEMBERS = "members", _("Committees and who sits in them")
        ITEMS = "items", _("Items of plans")

    programme = models.ForeignKey(Programme, on_delete=models.PROTECT, related_name="plan_lists")
    kind = models.CharField(max_length=8, choices=Kind)

    class Meta:
        constraints = [
            SentList.file_is_kept_while_needed("plan_list_file_is_kept_while_needed"),
            models.CheckConstraint(condition=Q(kind__in=["members", "items"]), name="plan_list_kind_is_known"),
        ]
