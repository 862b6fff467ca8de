"""What a buyer calls its own factories, for which of ours it takes each, and what changed since it looked last.

All of it is the buyer's own: no other buyer, no factory, nobody of a programme reads it, and nothing of it is
published. So a row can be taken away for good.
"""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from core.ids import new_id
from core.models import SentList

PERSON = settings.AUTH_USER_MODEL


def _one_of_ours(**said):
    return models.ForeignKey("factories.Site", on_delete=models.PROTECT, null=True, related_name="+", **said)


class Followed(models.Model):
    """A factory a buyer follows, in the buyer's own words, under its vendor code.

    `site`: the factory it is taken for. `likely`: one that a person of the buyer still has to say yes or no to.
    `seen`: what the portfolio showed of it when it was looked at last (`rules.changes`).
    """

    class TakenBy(models.TextChoices):
        RULES = "rules", _("by its name and address")
        PERSON = "person", _("by one of your people")

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    buyer = models.ForeignKey("factories.Buyer", on_delete=models.PROTECT, related_name="+")
    code = models.CharField(max_length=80)
    name = models.CharField(max_length=255)
    country = models.CharField(max_length=2)
    address = models.CharField(max_length=1000, blank=True)
    os_id = models.CharField(max_length=80, blank=True)
    added_at = models.DateTimeField(default=timezone.now)
    site = _one_of_ours()
    taken_by = models.CharField(max_length=6, choices=TakenBy, blank=True)
    likely = _one_of_ours()
    another = _one_of_ours(help_text="A person said that it is not this one: not offered again")
    seen = models.JSONField(default=dict)

    class Meta:
        indexes = [models.Index(fields=["buyer", "name"])]
        constraints = [
            models.UniqueConstraint(fields=["buyer", "code"], name="followed_once_a_code"),
            models.CheckConstraint(condition=~Q(code="") & ~Q(name=""), name="followed_has_code_and_name"),
            models.CheckConstraint(
                condition=Q(site=None, taken_by="") | (Q(site__isnull=False, likely=None) & ~Q(taken_by="")),
                name="followed_is_taken_or_open",
            ),
            models.CheckConstraint(
                condition=~Q(site=F("another")) & ~Q(likely=F("another")),
                name="followed_is_not_the_other",
            ),
        ]

    def __str__(self):
        return self.name


class FollowedChange(models.Model):
    """That something the buyer may know of changed at a factory it follows. What it is now stands in the portfolio."""

    class Kind(models.TextChoices):
        FOUND = "found", _("It was found among the factories that are public")
        PUBLIC = "public", _("What is public changed")
        GIVEN = "given", _("The factory gave its permission")
        REFUSED = "refused", _("The factory refused")
        ENDED = "ended", _("The permission ended")
        BEHIND = "behind", _("Its plan fell behind schedule")

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    followed = models.ForeignKey(Followed, on_delete=models.CASCADE, related_name="changes")
    kind = models.CharField(max_length=8, choices=Kind)
    at = models.DateTimeField(default=timezone.now, db_index=True)


class PortfolioReader(models.Model):
    """Whether a person who acts for a buyer wants letters about its portfolio, and when the last one was written."""

    user = models.OneToOneField(PERSON, on_delete=models.PROTECT, primary_key=True, related_name="+")
    letters = models.BooleanField(default=True)
    written_at = models.DateTimeField(null=True)


class PortfolioList(SentList):
    """A list of a buyer's factories under its vendor codes, sent in by one of its people; read by them only."""

    buyer = models.ForeignKey("factories.Buyer", on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints = [SentList.file_is_kept_while_needed("portfolio_list_file_is_kept_while_needed")]

    @property
    def owner(self):
        return self.buyer
