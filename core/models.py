"""Ground floor facts: people, programmes, who holds which role, the audit record, jobs, redactions."""

import hashlib
import json
import secrets

from django.conf import settings
from django.contrib.auth.models import AbstractUser
from django.db import models
from django.db.models import Q
from django.utils import timezone

from core.access import GrantBase
from core.frozen import Frozen
from core.ids import new_id
from core.roles import ROLES, anchor_permissions


class User(AbstractUser):
    """A person who signs in. People are deactivated and pseudonymised, never deleted.

    Worker members may have no e-mail. `language` is the one messages and screens are written in.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    language = models.CharField(max_length=10, default="en")

    @property
    def name(self):
        return self.get_full_name() or self.username


class Programme(models.Model):
    """A country programme: the tenant. `code` prefixes every number people see."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    code = models.CharField(max_length=8, unique=True)
    name = models.CharField(max_length=120)
    country = models.CharField(max_length=2, help_text="ISO 3166-1 alpha-2")
    time_zone = models.CharField(max_length=64)
    languages = models.JSONField(default=list, help_text="BCP 47 codes, the binding one first")
    weekend = models.JSONField(default=list, help_text="ISO weekdays nobody works, 1 = Monday")
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        permissions = anchor_permissions("programme")
        constraints = [
            models.CheckConstraint(condition=Q(code__regex=r"^[A-Z]{2,8}$"), name="programme_code_is_capitals"),
            models.CheckConstraint(condition=Q(country__regex=r"^[A-Z]{2}$"), name="programme_country_is_iso"),
        ]

    def __str__(self):
        return self.code


class ProgrammeSetting(models.Model):
    """A dated setting of a programme: the row in force on a day is the greatest `in_force_from` not after it."""

    programme = models.ForeignKey(Programme, on_delete=models.PROTECT, related_name="settings")
    key = models.CharField(max_length=60)
    value = models.JSONField()
    in_force_from = models.DateField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["programme", "key", "in_force_from"], name="setting_once_a_day")]


class ProgrammeGrant(GrantBase):
    """What a person may do in a programme now. The dated truth is `RoleAssignment`."""

    content_object = models.ForeignKey(Programme, on_delete=models.CASCADE)


class RoleAssignment(models.Model):
    """Who holds which role in a programme, from when until when. Its actions keep the grants in step."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="roles")
    programme = models.ForeignKey(Programme, on_delete=models.PROTECT, related_name="role_assignments")
    role = models.CharField(max_length=30, choices=[(key, key) for key in ROLES])
    since = models.DateTimeField(default=timezone.now)
    until = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(until=None) | Q(until__gte=models.F("since")), name="role_ends_after"),
            models.UniqueConstraint(
                fields=["user", "programme", "role"], condition=Q(until=None), name="role_held_once"
            ),
        ]


class Counter(models.Model):
    """The last number given in a series of a programme."""

    programme = models.ForeignKey(Programme, on_delete=models.PROTECT)
    series = models.CharField(max_length=40)
    value = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["programme", "series"], name="one_counter_a_series")]


class AuditRecord(Frozen):
    """One act. No foreign keys: history must not hold up a lawful removal. Ids and codes only."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    at = models.DateTimeField(default=timezone.now, db_index=True)
    verb = models.CharField(max_length=60)
    subject_type = models.CharField(max_length=80)
    subject_id = models.CharField(max_length=64)
    programme_id = models.UUIDField(null=True)
    actor_id = models.UUIDField(null=True)
    actor_system = models.CharField(max_length=60, blank=True)
    facts = models.JSONField(default=dict)

    class Meta:
        indexes = [models.Index(fields=["subject_type", "subject_id"])]
        constraints = [
            models.CheckConstraint(condition=Q(actor_id=None) ^ Q(actor_system=""), name="audit_person_or_named_system")
        ]


class Job(models.Model):
    """Background work, recorded in the transaction that wants it. This row is the truth; a broker only carries it."""

    class State(models.TextChoices):
        WAITING = "waiting"
        RUNNING = "running"
        DONE = "done"
        DEAD = "dead"

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    name = models.CharField(max_length=80)
    arguments = models.JSONField(default=dict)
    state = models.CharField(max_length=8, choices=State, default=State.WAITING)
    attempts = models.PositiveSmallIntegerField(default=0)
    created_at = models.DateTimeField(default=timezone.now)
    due_at = models.DateTimeField(default=timezone.now)
    leased_until = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)
    error = models.CharField(max_length=200, blank=True, help_text="The kind of error, never its text")

    class Meta:
        indexes = [models.Index(fields=["state", "due_at"])]
        constraints = [
            models.CheckConstraint(
                condition=Q(state="running", leased_until__isnull=False) | ~Q(state="running"),
                name="running_job_has_a_lease",
            ),
            models.CheckConstraint(
                condition=Q(state__in=["done", "dead"], finished_at__isnull=False)
                | Q(state__in=["waiting", "running"], finished_at=None),
                name="finished_job_has_a_time",
            ),
        ]


def digest_of(salt: str, body) -> str:
    """SHA-256 over the salt and the canonical JSON of the body, as hex."""
    text = json.dumps(body, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256((salt + text).encode()).hexdigest()


class Payload(models.Model):
    """Words and values that lie apart from the frozen row that proves them, so that they can be removed lawfully.

    The frozen row keeps `digest_of(salt, body)`. After a redaction body and salt are gone and the hash stays: the
    chain still verifies, and nobody can guess the body by trying.
    """

    body = models.JSONField(null=True)
    salt = models.CharField(max_length=32, blank=True)
    redacted_at = models.DateTimeField(null=True)

    class Meta:
        abstract = True
        constraints = [
            models.CheckConstraint(
                condition=Q(redacted_at=None) | Q(body=None, salt=""), name="%(class)s_redacted_is_empty"
            )
        ]

    @staticmethod
    def new_salt():
        return secrets.token_hex(16)

    @property
    def digest(self):
        return digest_of(self.salt, self.body)


class Redaction(Frozen):
    """That something was removed: what, by which two people, for which class of reason. Not what it said."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    at = models.DateTimeField(default=timezone.now)
    subject_type = models.CharField(max_length=80)
    subject_id = models.CharField(max_length=64)
    reason = models.CharField(max_length=30)
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    agreed_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints = [
            models.CheckConstraint(condition=~Q(asked_by=models.F("agreed_by")), name="redaction_takes_two_people")
        ]
