"""The helpdesk: what somebody without an account asks, what she is told, and what of it everybody may read.

Three acts of three people at most: the asker, who stays unknown; whoever answers; and another, who writes question
and answer anew for everybody. What was typed lies apart from the rows and goes when its time is over.
"""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from core.frozen import Frozen, FrozenQuerySet
from core.ids import new_id
from core.models import Payload, Programme

PERSON = settings.AUTH_USER_MODEL


class Enquiry(Frozen):
    """Something somebody asked. A day and no moment, no address of a machine: it leads back to nobody."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    programme = models.ForeignKey(Programme, on_delete=models.PROTECT, related_name="enquiries")
    topic = models.SlugField(max_length=60, blank=True, help_text="Key of a cluster; empty: something else")
    language = models.CharField(max_length=10)
    received_on = models.DateField(help_text="The programme's day")

    class Meta:
        indexes = [models.Index(fields=["programme", "received_on"])]


class EnquiryWords(Payload):
    """{"words", "contact"}: what was asked, and the e-mail address an answer goes to, if one was given."""

    enquiry = models.OneToOneField(Enquiry, on_delete=models.PROTECT, primary_key=True, related_name="words")


class EnquiryAnswer(Frozen):
    """That it was answered, or set aside as nothing to answer."""

    enquiry = models.OneToOneField(Enquiry, on_delete=models.PROTECT, primary_key=True, related_name="answer")
    set_aside = models.BooleanField(default=False)
    answered_by = models.ForeignKey(PERSON, on_delete=models.PROTECT, related_name="+")
    answered_at = models.DateTimeField(default=timezone.now)


class AnswerWords(Payload):
    """{"words"}: what the asker is told."""

    answer = models.OneToOneField(EnquiryAnswer, on_delete=models.PROTECT, primary_key=True, related_name="words")


class PublishedAnswers(FrozenQuerySet):
    def readable(self):
        """Those whose words were not removed since, newest first."""
        return self.filter(words__redacted_at=None).order_by("-published_on", "-pk")


class PublishedAnswer(Frozen):
    """A question and its answer for everybody, written anew by a second person.

    `answered_by` repeats the answer, so that the database can refuse one person alone. `digest` proves the words.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    answer = models.OneToOneField(EnquiryAnswer, on_delete=models.PROTECT, related_name="published")
    topic = models.SlugField(max_length=60, blank=True)
    language = models.CharField(max_length=10)
    published_on = models.DateField(help_text="The programme's day")
    answered_by = models.ForeignKey(PERSON, on_delete=models.PROTECT, related_name="+")
    published_by = models.ForeignKey(PERSON, on_delete=models.PROTECT, related_name="+")
    digest = models.CharField(max_length=64)

    objects = PublishedAnswers.as_manager()

    class Meta:
        indexes = [models.Index(fields=["topic", "published_on"])]
        constraints = [
            models.CheckConstraint(condition=~Q(answered_by=F("published_by")), name="published_answer_takes_two")
        ]


class PublishedWords(Payload):
    """{"question", "answer"}: what everybody reads."""

    published = models.OneToOneField(PublishedAnswer, on_delete=models.PROTECT, primary_key=True, related_name="words")
