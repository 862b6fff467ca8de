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
from core.models import Payload
from factories.models import Cycle, Site
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
    side (promises in the first migration). `user` empty: a member without a sign-in, named in `MemberName`.
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

    class Meta(Payload.Meta):
        pass


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

    `duty`: a legal breach found in a report. It is the employer's to fix from `duty_since`, agreed or not.
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
    steps = models.TextField(blank=True, help_text="What will change")
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

    class Meta:
        ordering = ["added_on", "id"]
        indexes = [models.Index(fields=["question_key"])]
        constraints = [
            models.UniqueConstraint(fields=["plan", "finding"], name="item_once_a_finding"),
            models.CheckConstraint(
                condition=Q(duty=False, duty_since=None)
                | Q(duty=True, duty_since__isnull=False, finding__isnull=False),
                name="item_duty_has_a_finding_and_a_day",
            ),
            models.CheckConstraint(
                condition=Q(origin="report", finding__isnull=False) | (~Q(origin="report") & Q(finding=None)),
                name="item_of_a_report_has_a_finding",
            ),
            models.CheckConstraint(
                condition=Q(due_on=None, first_due_on=None) | Q(due_on__isnull=False, first_due_on__isnull=False),
                name="item_days_go_together",
            ),
            models.CheckConstraint(condition=~Q(issue=""), name="item_names_its_issue"),
            models.CheckConstraint(condition=Q(edition__gte=1, round__gte=1), name="item_counts_from_one"),
            models.CheckConstraint(condition=~Q(continues=F("id")), name="item_continues_another"),
        ]

    @property
    def planned(self):
        """Has somebody written what will change, by whom and by when?"""
        return bool(self.steps and self.due_on and self.responsible_id)


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

    class Meta(Payload.Meta):
        pass


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

    class Meta(Payload.Meta):
        pass


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

    class Meta(Payload.Meta):
        pass
