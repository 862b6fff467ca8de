"""Ground floor facts: people and how they get in, programmes, roles, the audit record, jobs, redactions."""

import hashlib
import json
import secrets
from datetime import timedelta
from uuid import uuid4

from django.conf import settings
from django.contrib.auth.models import AbstractUser
from django.contrib.sessions.base_session import AbstractBaseSession
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.module_loading import import_string
from django.utils.translation import gettext_lazy as _

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
    administering_until = models.DateTimeField(null=True, editable=False, help_text="End of her last opened session")

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


class Session(AbstractBaseSession):
    """One browser that is signed in, so that its person sees it in a list and can end it.

    Kept: whose it is, rough words for the browser, first and last hour of use. Not kept: where it came from.
    `handle` names it on screens and in the audit record; the key itself is a secret of that browser. For a moment
    two rows may bear it, while Django gives a session a new key.
    """

    handle = models.UUIDField(default=uuid4, db_index=True)
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, null=True, related_name="open_sessions"
    )
    device = models.CharField(max_length=60, blank=True)
    first_seen_at = models.DateTimeField(null=True)
    last_seen_at = models.DateTimeField(null=True)

    @classmethod
    def get_session_store_class(cls):
        return import_string(f"{settings.SESSION_ENGINE}.SessionStore")


class Invitation(models.Model):
    """A programme asks somebody, by e-mail, to sign in and take a role. Good once, for some days.

    The token in the letter is made from the secret key and this row, and never stored; its digest finds the row.
    `role` empty: an account only, for somebody who is named as a factory's manager or a buyer's person afterwards.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    programme = models.ForeignKey(Programme, on_delete=models.PROTECT, related_name="invitations")
    role = models.CharField(max_length=30, blank=True, choices=[(key, key) for key in ROLES])
    email = models.EmailField()
    language = models.CharField(max_length=10, default="en")
    token_digest = models.CharField(max_length=64, unique=True)
    invited_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    created_at = models.DateTimeField(default=timezone.now)
    expires_at = models.DateTimeField()
    withdrawn_at = models.DateTimeField(null=True, blank=True)
    accepted_at = models.DateTimeField(null=True, blank=True)
    accepted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="invitations"
    )

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(accepted_at=None, accepted_by=None)
                | Q(accepted_at__isnull=False, accepted_by__isnull=False, withdrawn_at=None),
                name="invitation_accepted_by_somebody",
            ),
            models.CheckConstraint(condition=Q(expires_at__gt=models.F("created_at")), name="invitation_lasts"),
            models.UniqueConstraint(
                fields=["programme", "email", "role"],
                condition=Q(accepted_at=None, withdrawn_at=None),
                name="invitation_open_once",
            ),
        ]


class MemberCode(models.Model):
    """How somebody without e-mail signs in: a code the programme printed once, then a PIN of her own.

    `code` is a name, not a secret: it says nothing about her. The phone number is kept as a digest only, for nobody
    here rings her. Five wrong PINs take the PIN away; only the programme gives a new paper.
    """

    user = models.OneToOneField(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, primary_key=True, related_name="member_code"
    )
    programme = models.ForeignKey(Programme, on_delete=models.PROTECT, related_name="member_codes")
    code = models.CharField(max_length=8, unique=True, help_text="Such as K7-43-RT")
    phone_digest = models.CharField(max_length=64, blank=True)
    pin = models.CharField(max_length=128, blank=True, help_text="Hashed; empty until chosen, and after a reset")
    wrong = models.PositiveSmallIntegerField(default=0, help_text="Wrong PINs since the last right one")
    locked_at = models.DateTimeField(null=True, blank=True)
    paper_digest = models.CharField(max_length=64, blank=True, help_text="Of the one-time code on the paper")
    paper_until = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(code__regex=r"^[A-Z2-9]{2}-[A-Z2-9]{2}-[A-Z2-9]{2}$"), name="member_code_has_its_form"
            ),
            models.CheckConstraint(condition=Q(wrong__lte=5), name="member_code_five_wrong_pins"),
            models.CheckConstraint(condition=Q(locked_at=None) | Q(pin=""), name="member_code_locked_has_no_pin"),
            models.CheckConstraint(
                condition=Q(paper_digest="", paper_until=None) | (~Q(paper_digest="") & Q(paper_until__isnull=False)),
                name="member_code_paper_has_an_end",
            ),
            models.UniqueConstraint(
                fields=["phone_digest"], condition=~Q(phone_digest=""), name="member_code_phone_once"
            ),
            models.UniqueConstraint(
                fields=["paper_digest"], condition=~Q(paper_digest=""), name="member_code_paper_once"
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


class Periodic(models.Model):
    """When a piece of periodic work is due next. The rhythm stands in the code (core.queue.periodic)."""

    name = models.CharField(max_length=80, primary_key=True)
    due_at = models.DateTimeField()


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


class RemovalAsk(Frozen):
    """Somebody asks that something is removed for good. Nothing happens until a second person agrees (Redaction)."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    programme = models.ForeignKey(Programme, on_delete=models.PROTECT, related_name="removal_asks")
    subject_type = models.CharField(max_length=80)
    subject_id = models.CharField(max_length=64)
    reason = models.CharField(max_length=30)
    asked_at = models.DateTimeField(default=timezone.now)
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["subject_type", "subject_id"], name="removal_asked_once")]


class AdministratorSession(models.Model):
    """For two hours at most an administrator may read a programme's reports, for a request that has a number.

    The grant carries the same end (core.access reads `until`), so nothing has to run for it to end.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="administrator_sessions")
    programme = models.ForeignKey(Programme, on_delete=models.PROTECT, related_name="administrator_sessions")
    reason = models.CharField(max_length=30)
    request = models.CharField(max_length=40, help_text="The number of the request it serves")
    since = models.DateTimeField(default=timezone.now)
    until = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [models.Index(fields=["user", "until"])]
        constraints = [
            models.CheckConstraint(
                condition=Q(until__gt=models.F("since")) & Q(until__lte=models.F("since") + timedelta(hours=2)),
                name="administrator_session_is_short",
            ),
            models.UniqueConstraint(
                fields=["user", "programme"], condition=Q(ended_at=None), name="administrator_session_open_once"
            ),
        ]


class SentList(models.Model):
    """A list somebody of a programme sent in, on its way: looked through, shown to her, taken or dropped.

    `stored` names the file until the list is taken or dropped; then the file is destroyed. `told` is what a look at the
    list found: counts, refusals, notes, the problem that keeps it from being read. The app says of which programme,
    and what becomes of it (core.actions.lists).
    """

    class State(models.TextChoices):
        CHECKING = "checking", _("Being looked through")
        CHECKED = "checked", _("Looked through")
        TAKING = "taking", _("Being taken")
        DONE = "done", _("Taken")
        DROPPED = "dropped", _("Dropped")

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    name = models.CharField(max_length=200)
    size = models.PositiveIntegerField()
    stored = models.CharField(max_length=64, blank=True)
    uploaded_at = models.DateTimeField(default=timezone.now)
    uploaded_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    encoding = models.CharField(max_length=40, blank=True)
    mapping = models.JSONField(null=True)
    accept_partial = models.BooleanField(default=False)
    state = models.CharField(max_length=10, choices=State, default=State.CHECKING)
    told = models.JSONField(default=dict)

    class Meta:
        abstract = True

    @property
    def owner(self):
        """For whom it was sent in: a programme, where an app does not say otherwise."""
        return self.programme

    @staticmethod
    def file_is_kept_while_needed(name):
        """The promise about its file, for the constraints of a table of such lists."""
        over = {"state__in": ["done", "dropped"]}
        return models.CheckConstraint(condition=Q(stored="", **over) | (~Q(stored="") & ~Q(**over)), name=name)
