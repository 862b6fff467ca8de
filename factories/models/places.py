"""Enterprises, sites, who answers for them, cycles. In public words a site is a factory.

`Site` holds what is true today; what was true, and since when, stands in dated.py and is kept in step by the actions.
"""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from core.access import GrantBase
from core.ids import new_id
from core.models import Programme
from core.roles import anchor_permissions
from factories.rules import BANDS


class Enterprise(models.Model):
    """The firm that owns sites."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    name = models.CharField(max_length=255)
    country = models.CharField(max_length=2)


class Site(models.Model):
    """A place where people sew. `programme` empty: known from a register, in no programme yet.

    `match_key` is `rules.match_key(country, name, address)`: two spellings of one place meet there; `SiteKey` holds
    every key it ever had. `survivor`: the factory that stands for this one since a merge, a takeover or a move.
    """

    class Status(models.TextChoices):
        ACTIVE = "active", _("Active")
        SEASONAL = "seasonal", _("Stopped for the season")
        SUSPENDED = "suspended", _("Suspended")
        CLOSED = "closed", _("Closed")
        LEFT = "left", _("Left")

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    programme = models.ForeignKey(Programme, on_delete=models.PROTECT, null=True, related_name="sites")
    number = models.CharField(max_length=20, blank=True, help_text="Such as KH-F-0117, given at enrolment")
    enterprise = models.ForeignKey(Enterprise, on_delete=models.PROTECT, null=True, blank=True, related_name="sites")
    name = models.CharField(max_length=255)
    address = models.TextField()
    country = models.CharField(max_length=2, help_text="ISO 3166-1 alpha-2")
    region = models.CharField(max_length=120, blank=True)
    sector = models.CharField(max_length=120, blank=True)
    isic = models.CharField(max_length=4, blank=True, help_text="Code of ISIC Rev.4, two to four digits")
    products = models.CharField(max_length=200, blank=True)
    latitude = models.FloatField(null=True, blank=True)
    longitude = models.FloatField(null=True, blank=True)
    workers = models.PositiveIntegerField(null=True, blank=True)
    workers_on = models.DateField(null=True, blank=True)
    size_band = models.CharField(max_length=10, blank=True, choices=[(code, words) for code, _below, words in BANDS])
    status = models.CharField(max_length=10, choices=Status, default=Status.ACTIVE)
    status_since = models.DateField(null=True, blank=True, help_text="Empty until a programme has said something")
    match_key = models.CharField(max_length=700, unique=True)
    survivor = models.ForeignKey("self", on_delete=models.PROTECT, null=True, blank=True, related_name="stands_for")
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        permissions = anchor_permissions("site")
        indexes = [models.Index(fields=["programme", "name"]), models.Index(fields=["country"])]
        constraints = [
            models.CheckConstraint(condition=Q(country__regex=r"^[A-Z]{2}$"), name="site_country_is_iso"),
            models.CheckConstraint(
                condition=Q(latitude=None, longitude=None)
                # Not empty is said aloud: a comparison with an empty half is unknown, and unknown passes a check.
                | Q(latitude__isnull=False, longitude__isnull=False)
                & Q(latitude__gte=-90, latitude__lte=90, longitude__gte=-180, longitude__lte=180),
                name="site_coordinates_on_earth",
            ),
            models.CheckConstraint(
                condition=Q(workers=None, workers_on=None) | Q(workers__isnull=False, workers_on__isnull=False),
                name="site_workers_have_a_day",
            ),
            models.UniqueConstraint(fields=["number"], condition=~Q(number=""), name="site_number_once"),
            models.CheckConstraint(
                condition=Q(programme=None, number="") | (Q(programme__isnull=False) & ~Q(number="")),
                name="site_in_programme_has_number",
            ),
            models.CheckConstraint(condition=Q(isic="") | Q(isic__regex=r"^[0-9]{2,4}$"), name="site_isic_is_code"),
            models.CheckConstraint(
                condition=Q(survivor=None) | ~Q(survivor=F("id")), name="site_does_not_survive_itself"
            ),
        ]

    def __str__(self):
        return self.name

    @property
    def ref(self):
        """How its page is addressed: the number people say, or the key before it has one."""
        return self.number or str(self.pk)


class SiteGrant(GrantBase):
    """What a person may do on a site now. Dated truth: `SiteManager` here, committee members one floor up."""

    content_object = models.ForeignKey(Site, on_delete=models.CASCADE)


class SiteManager(models.Model):
    """Who answers for a factory, from when until when."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="managed_sites")
    site = models.ForeignKey(Site, on_delete=models.PROTECT, related_name="managers")
    since = models.DateField()
    until = models.DateField(null=True, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(until=None) | Q(until__gte=F("since")), name="manager_ends_after"),
            models.UniqueConstraint(fields=["user", "site"], condition=Q(until=None), name="manager_once"),
        ]


class Cycle(models.Model):
    """The yearly round of a factory. Plans, assessments and consents all point here."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    programme = models.ForeignKey(Programme, on_delete=models.PROTECT, related_name="cycles")
    site = models.ForeignKey(Site, on_delete=models.PROTECT, related_name="cycles")
    number = models.PositiveSmallIntegerField()
    opened_on = models.DateField()
    known_on = models.DateField(
        null=True, blank=True, help_text="Since when outside the programme one may know of it; empty: not yet"
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["site", "number"], name="cycle_number_once"),
            models.CheckConstraint(condition=Q(number__gte=1), name="cycle_from_one"),
        ]
