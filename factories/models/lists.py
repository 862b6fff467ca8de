"""What lists of factories leave behind: which import, by which keys a place is found again, which doubts are open."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from core.frozen import Frozen
from core.ids import new_id
from core.models import Programme, SentList
from factories.models.places import Site


class SiteImport(Frozen):
    """One import of factory lists: by which programme (empty: a register), of which files, with what result.

    `files` is [{"name", "sha256"}], so that a line of a register can be traced to the bytes it came from.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    at = models.DateTimeField(default=timezone.now)
    programme = models.ForeignKey(Programme, on_delete=models.PROTECT, null=True, related_name="site_imports")
    files = models.JSONField(default=list)
    created = models.PositiveIntegerField()
    updated = models.PositiveIntegerField()
    unchanged = models.PositiveIntegerField()
    duplicate = models.PositiveIntegerField()
    refused = models.PositiveIntegerField()


class SiteKey(models.Model):
    """Every `rules.match_key` a place was ever known by: an old spelling finds it for ever.

    `seen_in` is the import that read the key last: within it the same key again is a duplicate.
    """

    key = models.CharField(max_length=700, unique=True)
    site = models.ForeignKey(Site, on_delete=models.PROTECT, related_name="keys")
    seen_in = models.UUIDField(null=True)


class SiteBlock(models.Model):
    """Short keys under which places that may be the same lie together (`matching.blocks`), so that nobody compares
    each with each."""

    site = models.ForeignKey(Site, on_delete=models.PROTECT, related_name="blocks")
    block = models.CharField(max_length=60)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["block", "site"], name="block_once_a_site")]


class ImportDoubt(models.Model):
    """Two places that may be one. The import has made the newer one; a person says whether they are the same.

    `score` is out of 100, `rules.Likeness` as numbers in `because`. "same" has merged them (`succession`); an undo
    takes the decision back and the doubt is open again.
    """

    class Decision(models.TextChoices):
        SAME = "same", _("The same factory")
        DIFFERENT = "different", _("Two factories")

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    known = models.ForeignKey(Site, on_delete=models.PROTECT, related_name="+")
    newer = models.ForeignKey(Site, on_delete=models.PROTECT, related_name="doubts")
    score = models.PositiveSmallIntegerField()
    because = models.JSONField(default=dict)
    raised_in = models.UUIDField(null=True, help_text="The import")
    raised_at = models.DateTimeField(default=timezone.now)
    decision = models.CharField(max_length=10, choices=Decision, blank=True)
    decided_at = models.DateTimeField(null=True)
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["known", "newer"], name="doubt_once"),
            models.CheckConstraint(condition=~Q(known=F("newer")), name="doubt_is_about_two"),
            models.CheckConstraint(condition=Q(score__lte=100), name="doubt_score_of_100"),
            models.CheckConstraint(
                condition=Q(decision="", decided_at=None, decided_by=None)
                | (~Q(decision="") & Q(decided_at__isnull=False, decided_by__isnull=False)),
                name="doubt_decision_has_who_and_when",
            ),
        ]


class ImportMatch(models.Model):
    """A row an import was sure of, though it wrote a known place otherwise: what it said, and what was there before.

    A person may part them again: the row becomes a place of its own (`made`), and the two stand as a decided doubt.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    site = models.ForeignKey(Site, on_delete=models.PROTECT, related_name="matches")
    key = models.CharField(max_length=700)
    said = models.JSONField(help_text="Facts of the row")
    before = models.JSONField(default=dict, help_text="Facts of the place that the row changed")
    codes = models.JSONField(default=list, help_text="Foreign ids the row brought: scheme, issuer, code")
    enrolled = models.BooleanField(default=False, help_text="Only this row took the place into the list's programme")
    raised_in = models.UUIDField(help_text="The import")
    raised_at = models.DateTimeField(default=timezone.now)
    made = models.OneToOneField(Site, on_delete=models.PROTECT, null=True, related_name="+")
    parted_at = models.DateTimeField(null=True)
    parted_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(made=None, parted_at=None, parted_by=None)
                | Q(made__isnull=False, parted_at__isnull=False, parted_by__isnull=False),
                name="match_parted_has_who_and_when",
            ),
        ]


class ColumnMapping(models.Model):
    """A saved answer to "which column is what" for lists of one sender (see `rules.mapping_problems`)."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    programme = models.ForeignKey(Programme, on_delete=models.PROTECT, null=True, related_name="column_mappings")
    name = models.SlugField(max_length=60, unique=True)
    document = models.JSONField()
    saved_at = models.DateTimeField(default=timezone.now)
    saved_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")


class UploadedList(SentList):
    """A list of factories somebody of a programme sent in. Taken, it has the import it became."""

    programme = models.ForeignKey(Programme, on_delete=models.PROTECT, related_name="uploaded_lists")
    result = models.OneToOneField(SiteImport, on_delete=models.PROTECT, null=True, related_name="uploaded")

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(state="done", result__isnull=False) | (~Q(state="done") & Q(result=None)),
                name="list_taken_has_its_import",
            ),
            SentList.file_is_kept_while_needed("list_file_is_kept_while_needed"),
        ]
