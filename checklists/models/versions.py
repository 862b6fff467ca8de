"""A checklist over all its versions, the draft of each version, and the published version itself."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone

from checklists import states
from core.frozen import Frozen
from core.ids import new_id


def _person():
    return models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")


class Checklist(models.Model):
    """The tool, over all its versions. `key` never changes."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    key = models.SlugField(max_length=60, unique=True)
    title = models.CharField(max_length=200)
    subject = models.CharField(max_length=10, choices=[("factory", "factory"), ("programme", "programme")])

    def __str__(self):
        return self.key


class DraftRevision(Frozen):
    """One save of a draft: the whole document as it was then, a checklist or an edition of one."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    checklist = models.ForeignKey(Checklist, on_delete=models.PROTECT, related_name="revisions")
    version = models.CharField(max_length=20)
    document = models.JSONField()
    based_on = models.ForeignKey("self", on_delete=models.PROTECT, null=True, related_name="+")
    saved_at = models.DateTimeField(default=timezone.now)
    saved_by = _person()

    class Meta:
        indexes = [models.Index(fields=["checklist", "version"])]


class Draft(models.Model):
    """The text of one version on its way: where it stands, and its newest revision."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    checklist = models.ForeignKey(Checklist, on_delete=models.PROTECT, related_name="drafts")
    version = models.CharField(max_length=20)
    state = models.CharField(max_length=10, choices=[(state, state) for state in states.STATES], default="draft")
    head = models.OneToOneField(DraftRevision, on_delete=models.PROTECT, related_name="+")
    sent_by = _person()
    sent_at = models.DateTimeField(null=True)
    note = models.TextField(blank=True, help_text="What the second person said when she returned it")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["checklist", "version"], name="draft_once"),
            models.CheckConstraint(condition=Q(state__in=states.STATES), name="draft_state"),
            models.CheckConstraint(condition=~Q(state="in_review", sent_at=None), name="draft_in_review_was_sent"),
        ]

    def __str__(self):
        return f"{self.checklist.key}, {self.version}"


class ChecklistVersion(Frozen):
    """One frozen text of a checklist. In force on a day: the greatest `in_force_from` not after it."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    checklist = models.ForeignKey(Checklist, on_delete=models.PROTECT, related_name="versions")
    version = models.CharField(max_length=20)
    parent = models.ForeignKey("self", on_delete=models.PROTECT, null=True, related_name="editions")
    country = models.CharField(max_length=2, blank=True, help_text="Empty: for every country")
    title = models.CharField(max_length=200)
    about = models.TextField(blank=True)
    language = models.CharField(max_length=10)
    licence = models.CharField(max_length=40, blank=True)
    in_force_from = models.DateField()
    content_hash = models.CharField(max_length=64, unique=True)
    published_at = models.DateTimeField(default=timezone.now)
    published_by = _person()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["checklist", "version"], name="version_named_once"),
            models.UniqueConstraint(fields=["checklist", "country", "in_force_from"], name="one_version_a_day"),
            models.CheckConstraint(condition=Q(parent=None) | ~Q(country=""), name="edition_has_its_country"),
        ]

    def __str__(self):
        return f"{self.title}, {self.version}"


class PublishedText(Frozen):
    """The whole document of a version, as it was hashed: for exports, comparisons and editions.

    A table of its own, so that who reads a version does not read a book.
    """

    version = models.OneToOneField(ChecklistVersion, on_delete=models.PROTECT, related_name="text")
    document = models.JSONField()


class Retirement(Frozen):
    """From this day no new assessment starts on the version. Work begun on it goes on."""

    version = models.OneToOneField(ChecklistVersion, on_delete=models.PROTECT, related_name="retirement")
    on = models.DateField()


class Translation(Frozen):
    """A dated set of translated texts of a published version, with its own hash. The newest of a language holds."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    version = models.ForeignKey(ChecklistVersion, on_delete=models.PROTECT, related_name="translations")
    language = models.CharField(max_length=10)
    status = models.CharField(max_length=10, choices=[("unreviewed", "unreviewed"), ("reviewed", "reviewed")])
    as_of = models.DateField()
    document = models.JSONField()
    content_hash = models.CharField(max_length=64, unique=True)
    added_at = models.DateTimeField(default=timezone.now)
    added_by = _person()

    class Meta:
        ordering = ["language", "-as_of", "-id"]

    def __str__(self):
        return f"{self.version}, {self.language}, {self.as_of}"
