"""Permits that expire, with the papers that show them, and which reminders went out."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from core.ids import new_id
from factories.models.places import Site


class Permit(models.Model):
    """A permit of a factory, or a part of it. `paper` is the key of its scan in the store, with its digest beside it:
    an assessment can take the same paper as evidence and prove that it is the same. A digest without a paper: two
    people removed the paper for good.
    """

    class Kind(models.TextChoices):
        FIRE = "fire", _("Fire safety")
        BUILDING = "building", _("Building")
        BOILER = "boiler", _("Boiler and pressure vessels")
        ELECTRICAL = "electrical", _("Electrical safety")
        LIFT = "lift", _("Lifts and hoists")
        ENVIRONMENT = "environment", _("Environment")
        HOURS = "hours", _("Working-time exemption")
        OTHER = "other", _("Other permit")

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    site = models.ForeignKey(Site, on_delete=models.PROTECT, related_name="permits")
    kind = models.CharField(max_length=12, choices=Kind)
    number = models.CharField(max_length=80, blank=True)
    authority = models.CharField(max_length=160, blank=True)
    issued_on = models.DateField()
    expires_on = models.DateField(null=True, blank=True, help_text="Its last day; empty: it does not expire")
    paper = models.CharField(max_length=160, blank=True)
    paper_type = models.CharField(max_length=80, blank=True)
    paper_sha256 = models.CharField(max_length=64, blank=True)
    recorded_at = models.DateTimeField(default=timezone.now)
    recorded_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    ended_on = models.DateField(null=True, blank=True, help_text="Withdrawn, or replaced by a newer one")
    redacted_at = models.DateTimeField(null=True, editable=False, help_text="When two people removed the paper")

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(expires_on=None) | Q(expires_on__gte=F("issued_on")), name="permit_expires_after"
            ),
            models.CheckConstraint(
                condition=Q(ended_on=None) | Q(ended_on__gte=F("issued_on")), name="permit_ends_after"
            ),
            models.CheckConstraint(
                condition=Q(paper="", paper_type="") | (~Q(paper="") & ~Q(paper_sha256="")),
                name="permit_paper_has_digest",
            ),
        ]
        indexes = [models.Index(fields=["expires_on"])]


class PermitReminder(models.Model):
    """That a reminder went out, so that it goes once."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    permit = models.ForeignKey(Permit, on_delete=models.PROTECT, related_name="reminders")
    days_before = models.PositiveSmallIntegerField()
    sent_at = models.DateTimeField(default=timezone.now)
    letters = models.PositiveSmallIntegerField(help_text="To how many people")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["permit", "days_before"], name="reminded_once")]
