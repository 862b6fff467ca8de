"""The advisory committee of a programme: government, employers and workers of a country, by their organisations.

It is no committee of a factory: it has groups and not sides, hears of many factories at once and signs nothing.
"""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from core.frozen import Frozen
from core.ids import new_id
from core.models import Payload, Programme
from improvement_plans.rules import EMPLOYERS, GOVERNMENT, GROUPS, WORKERS

PERSON = settings.AUTH_USER_MODEL
GROUP_CHOICES = [(GOVERNMENT, _("Government")), (EMPLOYERS, _("Employers")), (WORKERS, _("Workers"))]

WHO_CHOICES = [*GROUP_CHOICES, ("programme", _("The programme"))]


class AdvisoryCommittee(models.Model):
    """A programme has one. How many seats each group has is a dated setting of the programme (`advisory`)."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    programme = models.OneToOneField(Programme, on_delete=models.PROTECT, related_name="advisory_committee")
    formed_on = models.DateField()


class AdvisorySeat(models.Model):
    """A dated seat of one group. `user` empty: a member without a sign-in, named in `AdvisoryName`."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    committee = models.ForeignKey(AdvisoryCommittee, on_delete=models.PROTECT, related_name="seats")
    user = models.ForeignKey(PERSON, on_delete=models.PROTECT, null=True, related_name="advisory_seats")
    group = models.CharField(max_length=10, choices=GROUP_CHOICES)
    organisation = models.CharField(max_length=120, help_text="The ministry, federation or union that named her")
    since = models.DateField()
    until = models.DateField(null=True, blank=True, help_text="The last day in office")

    class Meta:
        ordering = ["since", "id"]
        constraints = [
            models.CheckConstraint(condition=Q(until=None) | Q(until__gte=F("since")), name="advisory_seat_ends_after"),
            models.CheckConstraint(condition=Q(group__in=list(GROUPS)), name="advisory_seat_has_a_group"),
            models.CheckConstraint(condition=~Q(organisation=""), name="advisory_seat_has_an_organisation"),
            models.UniqueConstraint(
                fields=["committee", "user"], condition=Q(until=None), name="one_open_advisory_seat_a_person"
            ),
        ]


class AdvisoryName(Payload):
    """The name of a member who does not sign in (body: {"name": ...})."""

    seat = models.OneToOneField(AdvisorySeat, on_delete=models.PROTECT, primary_key=True, related_name="own_name")


class AdvisoryMeeting(models.Model):
    """A day on which the advisory committee meets. That it met say its minutes."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    committee = models.ForeignKey(AdvisoryCommittee, on_delete=models.PROTECT, related_name="meetings")
    planned_on = models.DateField()
    begins_at = models.TimeField(null=True, blank=True)
    place = models.CharField(max_length=80, blank=True)

    class Meta:
        ordering = ["-planned_on", "-id"]
        constraints = [models.UniqueConstraint(fields=["committee", "planned_on"], name="advisory_meeting_once_a_day")]


class Promise(models.Model):
    """What somebody promised in a meeting, and by when. It comes back on every agenda until a meeting closes it.

    `whose`: of which side or group, in words.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    text = models.CharField(max_length=300)
    language = models.CharField(max_length=12, blank=True)
    redacted_at = models.DateTimeField(null=True, editable=False, help_text="When two people removed the words")
    due_on = models.DateField(null=True)

    class Meta:
        abstract = True
        ordering = ["id"]


class AdvisoryCommitment(Promise):
    """What follows from a meeting: which group does it, or the programme."""

    committee = models.ForeignKey(AdvisoryCommittee, on_delete=models.PROTECT, related_name="commitments")
    made_in = models.ForeignKey(AdvisoryMeeting, on_delete=models.PROTECT, related_name="commitments")
    group = models.CharField(max_length=10, choices=WHO_CHOICES)
    closed_in = models.ForeignKey(AdvisoryMeeting, on_delete=models.PROTECT, null=True, related_name="closed")

    class Meta(Promise.Meta):
        constraints = [
            models.CheckConstraint(condition=~Q(text=""), name="advisory_commitment_says_what"),
            models.CheckConstraint(
                condition=Q(group__in=[code for code, _words in WHO_CHOICES]), name="advisory_commitment_says_who"
            ),
        ]

    @property
    def whose(self):
        return self.get_group_display()


class AdvisoryPaper(models.Model):
    """A paper for a meeting: a file, or an address on the web. The programme answers for what it hands over."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    meeting = models.ForeignKey(AdvisoryMeeting, on_delete=models.PROTECT, related_name="papers")
    title = models.CharField(max_length=160)
    language = models.CharField(max_length=12, blank=True)
    link = models.URLField(max_length=500, blank=True)
    stored = models.CharField(max_length=64, blank=True)
    size = models.PositiveIntegerField(default=0)
    media_type = models.CharField(max_length=100, blank=True)
    by = models.ForeignKey(PERSON, on_delete=models.PROTECT, related_name="+")
    on = models.DateField(help_text="The programme's day")
    at = models.DateTimeField(default=timezone.now)
    redacted_at = models.DateTimeField(null=True, editable=False, help_text="When two people removed it")

    class Meta:
        ordering = ["at", "id"]
        constraints = [
            models.CheckConstraint(
                condition=(Q(link="") & ~Q(stored="")) | (~Q(link="") & Q(stored="")) | Q(redacted_at__isnull=False),
                name="advisory_paper_is_a_file_or_a_link",
            ),
            models.CheckConstraint(condition=~Q(title=""), name="advisory_paper_has_a_title"),
        ]


class AdvisoryMinutes(Frozen):
    """What was written of a meeting: one edition; the last one counts.

    `present`: ids of seats. `counted`: {group: [here, in office, seats]} as the rule of that day said.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    meeting = models.ForeignKey(AdvisoryMeeting, on_delete=models.PROTECT, related_name="minutes")
    edition = models.PositiveSmallIntegerField()
    held_on = models.DateField()
    present = models.JSONField(help_text="Ids of the seats that were there")
    counted = models.JSONField()
    by = models.ForeignKey(PERSON, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(default=timezone.now)
    digest = models.CharField(max_length=64)

    class Meta:
        ordering = ["edition"]
        constraints = [
            models.UniqueConstraint(fields=["meeting", "edition"], name="advisory_minutes_edition_once"),
            models.CheckConstraint(condition=Q(edition__gte=1), name="advisory_minutes_count_from_one"),
        ]


class AdvisoryMinutesWords(Payload):
    """body: {"decisions": [...], "notes": ..., "language": ...}"""

    minutes = models.OneToOneField(AdvisoryMinutes, on_delete=models.PROTECT, primary_key=True, related_name="words")
