"""What is asked. A checklist has versions; a published version is frozen rows: clusters, points, questions, citations.

A draft is one document (the YAML form as JSON); each save is a new revision of it. Publishing turns the newest
revision into rows and a hash. A question's key stands apart from wording, order and version.
"""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone

from core.frozen import Frozen
from core.ids import new_id

FINDING = "finding"


class Checklist(models.Model):
    """The tool, over all its versions. `key` never changes."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    key = models.SlugField(max_length=60, unique=True)
    title = models.CharField(max_length=200)
    subject = models.CharField(max_length=10, choices=[("factory", "factory"), ("programme", "programme")])

    def __str__(self):
        return self.key


class DraftRevision(Frozen):
    """One save of a draft: the whole document as it was then."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    checklist = models.ForeignKey(Checklist, on_delete=models.PROTECT, related_name="drafts")
    version = models.CharField(max_length=20)
    document = models.JSONField()
    saved_at = models.DateTimeField(default=timezone.now)
    saved_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")


class ChecklistVersion(Frozen):
    """One frozen text of a checklist. In force on a day: the greatest `in_force_from` not after it."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    checklist = models.ForeignKey(Checklist, on_delete=models.PROTECT, related_name="versions")
    version = models.CharField(max_length=20)
    country = models.CharField(max_length=2, blank=True, help_text="Empty: for every country")
    title = models.CharField(max_length=200)
    about = models.TextField(blank=True)
    language = models.CharField(max_length=10)
    licence = models.CharField(max_length=40, blank=True)
    in_force_from = models.DateField()
    content_hash = models.CharField(max_length=64, unique=True)
    published_at = models.DateTimeField(default=timezone.now)
    published_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["checklist", "version"], name="version_named_once"),
            models.UniqueConstraint(fields=["checklist", "country", "in_force_from"], name="one_version_a_day"),
        ]

    def __str__(self):
        return f"{self.title}, {self.version}"


class Retirement(Frozen):
    """From this day no new assessment starts on the version. Work begun on it goes on."""

    version = models.OneToOneField(ChecklistVersion, on_delete=models.PROTECT, related_name="retirement")
    on = models.DateField()


class Cluster(Frozen):
    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    version = models.ForeignKey(ChecklistVersion, on_delete=models.PROTECT, related_name="clusters")
    key = models.SlugField(max_length=60)
    title = models.CharField(max_length=120)
    kind = models.CharField(max_length=8, choices=[("core", "core"), ("national", "national")])
    position = models.PositiveSmallIntegerField()

    class Meta:
        ordering = ["position"]
        constraints = [models.UniqueConstraint(fields=["version", "key"], name="cluster_key_once")]


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
    """`text` asks the assessor; `issue` names the violation; `explain` says the rule in plain words to anybody."""

    KINDS = [FINDING, "yes_no", "number", "money", "percent", "text", "date", "choice", "many_choice", "information"]
    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    version = models.ForeignKey(ChecklistVersion, on_delete=models.PROTECT, related_name="questions")
    point = models.ForeignKey(CompliancePoint, on_delete=models.PROTECT, related_name="questions")
    key = models.SlugField(max_length=80)
    kind = models.CharField(max_length=12, choices=[(kind, kind) for kind in KINDS])
    text = models.TextField()
    issue = models.CharField(max_length=120, blank=True)
    explain = models.TextField(blank=True)
    guidance = models.TextField(blank=True)
    sources = models.JSONField(default=list)
    tags = models.JSONField(default=list)
    level = models.CharField(max_length=10, choices=[("enterprise", "enterprise"), ("national", "national")])
    unit = models.CharField(max_length=30, blank=True)
    extent = models.CharField(max_length=40, blank=True, help_text="The noun of «n of N»")
    choices = models.JSONField(default=list)
    required = models.BooleanField(default=True)
    position = models.PositiveSmallIntegerField(help_text="Over the whole version")

    class Meta:
        ordering = ["position"]
        constraints = [
            models.UniqueConstraint(fields=["version", "key"], name="question_key_once"),
            models.CheckConstraint(condition=~Q(kind="finding", issue=""), name="finding_names_its_issue"),
        ]


class Citation(Frozen):
    """What the law says, as the version froze it. `status` is "unchecked" until a lawyer named otherwise."""

    question = models.ForeignKey(Question, on_delete=models.PROTECT, related_name="citations")
    country = models.CharField(max_length=3, help_text="ISO alpha-2, or INT")
    instrument = models.CharField(max_length=30)
    title = models.CharField(max_length=200)
    number = models.CharField(max_length=40, blank=True)
    article = models.CharField(max_length=40, blank=True)
    status = models.CharField(max_length=10, choices=[("unchecked", "unchecked"), ("checked", "checked")])
    position = models.PositiveSmallIntegerField()

    class Meta:
        ordering = ["position"]

    def __str__(self):
        place = ", ".join(part for part in [self.number, f"art. {self.article}" if self.article else ""] if part)
        return f"{self.title} ({place})" if place else self.title
