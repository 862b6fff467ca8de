"""The frozen rows of a published version."""

from django.db import models
from django.db.models import Q

from checklists import rules
from checklists.models.law import LawRecord
from checklists.models.versions import ChecklistVersion
from core.frozen import Frozen
from core.ids import new_id

FINDING = "finding"


class Cluster(Frozen):
    """`kinds`: core or national, and since when: [{"kind", "from"}]. Which holds on a day is asked, never stored."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    version = models.ForeignKey(ChecklistVersion, on_delete=models.PROTECT, related_name="clusters")
    key = models.SlugField(max_length=60)
    title = models.CharField(max_length=120)
    kinds = models.JSONField(default=list)
    optional = models.BooleanField(default=False, help_text="May be out of scope for one assessment")
    number = models.PositiveSmallIntegerField(null=True, help_text="Its number in the tool, where that is no order")
    group = models.CharField(max_length=60, blank=True)
    position = models.PositiveSmallIntegerField()

    class Meta:
        ordering = ["position"]
        constraints = [models.UniqueConstraint(fields=["version", "key"], name="cluster_key_once")]

    def kind_on(self, day) -> str:
        """Core or national on a day."""
        return rules.kind_on({"kinds": self.kinds}, day)


class CompliancePoint(Frozen):
    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    version = models.ForeignKey(ChecklistVersion, on_delete=models.PROTECT, related_name="points")
    cluster = models.ForeignKey(Cluster, on_delete=models.PROTECT, related_name="points")
    key = models.SlugField(max_length=80)
    title = models.CharField(max_length=160)
    position = models.PositiveSmallIntegerField(help_text="Over the whole version")

    class Meta:
        ordering = ["position"]
        constraints = [models.UniqueConstraint(fields=["version", "key"], name="point_key_once")]


class Question(Frozen):
    """`text` asks the assessor; `issue` names the violation; `explain` says the rule in plain words to anybody.

    Rules (`visible_when` and so on) are texts of the rule language, as checklists/expressions reads it.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    version = models.ForeignKey(ChecklistVersion, on_delete=models.PROTECT, related_name="questions")
    point = models.ForeignKey(CompliancePoint, on_delete=models.PROTECT, related_name="questions")
    key = models.SlugField(max_length=80)
    kind = models.CharField(max_length=12, choices=[(kind, kind) for kind in sorted(rules.KINDS)])
    text = models.TextField()
    issue = models.CharField(max_length=120, blank=True)
    explain = models.TextField(blank=True)
    guidance = models.TextField(blank=True)
    sources = models.JSONField(default=list)
    tags = models.JSONField(default=list)
    level = models.CharField(max_length=10, choices=[("enterprise", "enterprise"), ("national", "national")])
    polarity = models.CharField(max_length=3, choices=[("yes", "yes"), ("no", "no")], default="yes")
    unit = models.CharField(max_length=30, blank=True)
    extent = models.CharField(max_length=40, blank=True, help_text="The noun of «n of N»")
    choices = models.JSONField(default=list)
    required = models.BooleanField(default=True)
    required_when = models.TextField(blank=True)
    visible_when = models.TextField(blank=True)
    compute = models.TextField(blank=True)
    suggest = models.JSONField(default=list)
    constraint = models.JSONField(default=dict)
    columns = models.JSONField(default=list)
    rows = models.JSONField(default=dict)
    sample = models.SlugField(max_length=60, blank=True, help_text="Key of the sampling plan of its records")
    phrases = models.JSONField(default=dict)
    position = models.PositiveSmallIntegerField(help_text="Over the whole version")

    class Meta:
        ordering = ["position"]
        constraints = [
            models.UniqueConstraint(fields=["version", "key"], name="question_key_once"),
            models.CheckConstraint(condition=~Q(kind="finding", issue=""), name="finding_names_its_issue"),
            models.CheckConstraint(condition=Q(polarity__in=["yes", "no"]), name="question_polarity"),
        ]


class Citation(Frozen):
    """What the law says, as the version froze it. The law's own record lives on: it may be checked, or end."""

    question = models.ForeignKey(Question, on_delete=models.PROTECT, related_name="citations")
    law = models.ForeignKey(LawRecord, on_delete=models.PROTECT, null=True, related_name="citations")
    country = models.CharField(max_length=3, help_text="ISO alpha-2, or INT")
    instrument = models.CharField(max_length=30)
    title = models.CharField(max_length=200)
    number = models.CharField(max_length=40, blank=True)
    year = models.CharField(max_length=4, blank=True)
    article = models.CharField(max_length=40, blank=True)
    link = models.CharField(max_length=300, blank=True)
    status = models.CharField(max_length=10, choices=[("unchecked", "unchecked"), ("checked", "checked")])
    position = models.PositiveSmallIntegerField()

    class Meta:
        ordering = ["position"]

    def __str__(self):
        article = f"art. {self.article}" if self.article else ""
        place = ", ".join(part for part in [self.number, self.year, article] if part)
        return f"{self.title} ({place})" if place else self.title


class SamplingPlan(Frozen):
    """How many records or interviews for a headcount, and how they are chosen. One plan of interviews, key ""."""

    version = models.ForeignKey(ChecklistVersion, on_delete=models.PROTECT, related_name="sampling_plans")
    of = models.CharField(max_length=10, choices=[("records", "records"), ("interviews", "interviews")])
    key = models.SlugField(max_length=60, blank=True)
    title = models.CharField(max_length=120, blank=True)
    bands = models.JSONField()
    months = models.JSONField(default=list)
    spread = models.JSONField(default=list)
    notes = models.JSONField(default=list)
    position = models.PositiveSmallIntegerField()

    class Meta:
        ordering = ["position"]
        constraints = [models.UniqueConstraint(fields=["version", "of", "key"], name="sampling_plan_once")]


class Check(Frozen):
    """A rule over several questions: true when something does not fit together."""

    version = models.ForeignKey(ChecklistVersion, on_delete=models.PROTECT, related_name="checks")
    key = models.SlugField(max_length=60)
    when = models.TextField()
    says = models.TextField()
    questions = models.JSONField()
    position = models.PositiveSmallIntegerField()

    class Meta:
        ordering = ["position"]
        constraints = [models.UniqueConstraint(fields=["version", "key"], name="check_key_once")]
