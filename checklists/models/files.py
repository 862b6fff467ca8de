"""Files somebody sent in on a screen, and saved answers to "which column is what"."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from checklists.models.versions import ChecklistVersion, Draft, DraftRevision
from core.ids import new_id
from core.models import Programme


class QuestionMapping(models.Model):
    """What the columns of one sender's lists of questions mean (see `spreadsheets.mapped`). No programme: for all."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    programme = models.ForeignKey(Programme, on_delete=models.PROTECT, null=True, related_name="question_mappings")
    name = models.SlugField(max_length=60, unique=True)
    document = models.JSONField()
    saved_at = models.DateTimeField(default=timezone.now)
    saved_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")

    def __str__(self):
        return self.name


class SentFile(models.Model):
    """A file with a checklist, or with translated texts of a version, on its way: read by a job, shown, then taken.

    `data` are its bytes until it is taken or dropped. `told` is what reading it found: the problem, the places, what
    cannot be carried, the columns of its sheets. `document` is what it says, in our form; `based_on` the revision of
    its draft that was the newest when it was read. `given` is what the sender said of an XLSForm: its key,
    version and language.
    """

    class State(models.TextChoices):
        READING = "reading", _("Being read")
        READ = "read", _("Read")
        TAKEN = "taken", _("Taken")
        DROPPED = "dropped", _("Thrown away")

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    name = models.CharField(max_length=200)
    data = models.BinaryField(null=True)
    sent_at = models.DateTimeField(default=timezone.now)
    sent_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    version = models.ForeignKey(ChecklistVersion, on_delete=models.PROTECT, null=True, related_name="+")
    encoding = models.CharField(max_length=40, blank=True)
    mapping = models.JSONField(null=True)
    given = models.JSONField(default=dict)
    state = models.CharField(max_length=10, choices=State, default=State.READING)
    told = models.JSONField(default=dict)
    document = models.JSONField(null=True)
    based_on = models.ForeignKey(DraftRevision, on_delete=models.PROTECT, null=True, related_name="+")
    draft = models.ForeignKey(Draft, on_delete=models.PROTECT, null=True, related_name="+")

    class Meta:
        indexes = [models.Index(fields=["sent_by", "state"])]
        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=["taken", "dropped"], data=None)
                | Q(state__in=["reading", "read"], data__isnull=False),
                name="sent_file_is_kept_while_needed",
            ),
            models.CheckConstraint(condition=Q(draft=None) | Q(state="taken"), name="sent_file_becomes_a_draft_once"),
        ]

    def __str__(self):
        return self.name
