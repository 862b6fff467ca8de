"""Buyers, who acts for them, and what a factory's consent opens to them, each from a day until a day."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from core.access import GrantBase
from core.ids import new_id
from core.models import Invitation
from core.roles import anchor_permissions
from factories.models.places import Cycle, Site


class Buyer(models.Model):
    """A brand or retailer that orders from factories. An anchor."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    name = models.CharField(max_length=255, unique=True)

    class Meta:
        permissions = anchor_permissions("buyer")

    def __str__(self):
        return self.name


class BuyerGrant(GrantBase):
    """Who may act for a buyer now. Dated truth: `BuyerMember`."""

    content_object = models.ForeignKey(Buyer, on_delete=models.CASCADE)


class BuyerMember(models.Model):
    """A person who works for a buyer, from when until when."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="buyers")
    buyer = models.ForeignKey(Buyer, on_delete=models.PROTECT, related_name="members")
    since = models.DateField()
    until = models.DateField(null=True, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(until=None) | Q(until__gte=F("since")), name="buyer_member_ends_after"),
            models.UniqueConstraint(fields=["user", "buyer"], condition=Q(until=None), name="buyer_member_once"),
        ]


class Invited(models.Model):
    """What somebody will answer for once an invitation is accepted: a factory, or a buyer. Exactly one."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    invitation = models.ForeignKey(Invitation, on_delete=models.PROTECT, related_name="+")
    site = models.ForeignKey(Site, on_delete=models.PROTECT, null=True, related_name="invited")
    buyer = models.ForeignKey(Buyer, on_delete=models.PROTECT, null=True, related_name="invited")
    asked_at = models.DateTimeField(default=timezone.now)
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    named_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(site=None, buyer__isnull=False) | Q(site__isnull=False, buyer=None),
                name="invited_to_one_thing",
            ),
            models.UniqueConstraint(fields=["invitation", "site"], name="invited_once_a_site"),
            models.UniqueConstraint(fields=["invitation", "buyer"], name="invited_once_a_buyer"),
        ]


class Scope(models.TextChoices):
    """What a consent opens."""

    REPORT = "report", _("The report")
    PROGRESS = "progress", _("The progress of the plan")
    BOTH = "both", _("The report and the progress of the plan")


class Consent(models.Model):
    """A factory's dated permission to one buyer: for one cycle, or for every cycle until it ends.

    `scope`: the issued reports, the progress of what is being put right, or both.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    site = models.ForeignKey(Site, on_delete=models.PROTECT, related_name="consents")
    buyer = models.ForeignKey(Buyer, on_delete=models.PROTECT, related_name="consents")
    cycle = models.ForeignKey(Cycle, on_delete=models.PROTECT, null=True, blank=True, related_name="consents")
    scope = models.CharField(max_length=10, choices=Scope, default=Scope.BOTH)
    since = models.DateField()
    until = models.DateField(null=True, blank=True)
    given_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    ended_at = models.DateTimeField(null=True, blank=True)
    ended_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(until=None) | Q(until__gte=F("since")), name="consent_ends_after"),
            models.CheckConstraint(
                condition=Q(ended_at=None, ended_by=None) | Q(ended_at__isnull=False, ended_by__isnull=False),
                name="consent_end_has_who_and_when",
            ),
            models.CheckConstraint(condition=Q(scope__in=Scope.values), name="consent_scope_is_one"),
        ]


class BuyerRelation(models.Model):
    """That a buyer orders from a factory, from a day until a day. An exit is a record: announced, ended, and why."""

    class Exit(models.TextChoices):
        ORDERS_ENDED = "orders-ended", _("No more orders")
        PRICE = "price", _("Price or quality")
        CONDITIONS = "conditions", _("Working conditions were not put right")
        FACTORY = "factory", _("The factory ended it")
        OTHER = "other", _("Another reason")

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    site = models.ForeignKey(Site, on_delete=models.PROTECT, related_name="buyer_relations")
    buyer = models.ForeignKey(Buyer, on_delete=models.PROTECT, related_name="relations")
    since = models.DateField()
    until = models.DateField(null=True, blank=True)
    exit_reason = models.CharField(max_length=12, choices=Exit, blank=True)
    announced_on = models.DateField(null=True, blank=True)
    recorded_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(until=None) | Q(until__gte=F("since")), name="relation_ends_after"),
            models.CheckConstraint(
                condition=Q(until=None, exit_reason="", announced_on=None)
                | (Q(until__isnull=False) & ~Q(exit_reason="")),
                name="relation_exit_has_its_reason",
            ),
            models.UniqueConstraint(fields=["site", "buyer"], condition=Q(until=None), name="relation_once"),
        ]


class ConsentRequest(models.Model):
    """A buyer asks one factory to let it read. Asked in bulk, answered one by one.

    `words` are the buyer's own and stay between the two and the programme.
    """

    class Answer(models.TextChoices):
        ALLOWED = "allowed", _("Allowed")
        PART = "part", _("Allowed in part")
        REFUSED = "refused", _("Refused")

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    batch = models.UUIDField(help_text="Asked together")
    site = models.ForeignKey(Site, on_delete=models.PROTECT, related_name="consent_requests")
    buyer = models.ForeignKey(Buyer, on_delete=models.PROTECT, related_name="consent_requests")
    scope = models.CharField(max_length=10, choices=Scope, default=Scope.BOTH)
    until = models.DateField()
    words = models.CharField(max_length=300, blank=True)
    redacted_at = models.DateTimeField(null=True, editable=False, help_text="When two people removed the words")
    asked_at = models.DateTimeField(default=timezone.now)
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    answer = models.CharField(max_length=10, choices=Answer, blank=True)
    answered_at = models.DateTimeField(null=True)
    answered_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    consent = models.OneToOneField(Consent, on_delete=models.PROTECT, null=True, related_name="request")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["site", "buyer"], condition=Q(answer=""), name="one_request_waits"),
            models.CheckConstraint(
                condition=Q(answer="", answered_at=None, answered_by=None)
                | (~Q(answer="") & Q(answered_at__isnull=False, answered_by__isnull=False)),
                name="request_answer_has_who_and_when",
            ),
            models.CheckConstraint(
                condition=Q(answer__in=["allowed", "part"], consent__isnull=False)
                | (~Q(answer__in=["allowed", "part"]) & Q(consent=None)),
                name="allowed_request_has_its_consent",
            ),
        ]


class NamingConsent(models.Model):
    """That a buyer may be named in public as a buyer of a factory. It takes two yeses, each with who and when; either
    side ends it. It opens no report.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    site = models.ForeignKey(Site, on_delete=models.PROTECT, related_name="naming_consents")
    buyer = models.ForeignKey(Buyer, on_delete=models.PROTECT, related_name="naming_consents")
    site_said_at = models.DateTimeField(null=True)
    site_said_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    buyer_said_at = models.DateTimeField(null=True)
    buyer_said_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    ended_at = models.DateTimeField(null=True)
    ended_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["site", "buyer"], condition=Q(ended_at=None), name="naming_once"),
            *(
                models.CheckConstraint(
                    condition=Q(**{f"{who}_at": None, f"{who}_by": None})
                    | Q(**{f"{who}_at__isnull": False, f"{who}_by__isnull": False}),
                    name=f"naming_{who}_who_and_when",
                )
                for who in ("site_said", "buyer_said", "ended")
            ),
            models.CheckConstraint(
                condition=Q(site_said_at__isnull=False) | Q(buyer_said_at__isnull=False), name="naming_has_a_yes"
            ),
        ]
