"""Which factory stands for which, since when; and factories suspected of working undeclared for another."""

from django.conf import settings
from django.db import connection, models
from django.db.models import F, Q
from django.db.models.expressions import RawSQL
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from core.ids import new_id
from core.models import Programme
from factories.models.places import Site


class SiteSuccession(models.Model):
    """`target` comes after `source`: two records were one place, one place became two, a new owner, a new address.

    `history_follows`: what was recorded of the source speaks of the target too. `cycles_follow`: its cycles are
    counted on. A takeover or a move in which both follow keeps the record, and source is target. `kept` holds what an
    undo puts back. An undone row stays.
    """

    class Kind(models.TextChoices):
        MERGE = "merge", _("Merged: two records of one place")
        SPLIT = "split", _("Split: part of it became a factory of its own")
        TAKEOVER = "takeover", _("Taken over by another owner")
        MOVE = "move", _("Moved to another address")

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    kind = models.CharField(max_length=10, choices=Kind)
    source = models.ForeignKey(Site, on_delete=models.PROTECT, related_name="successors")
    target = models.ForeignKey(Site, on_delete=models.PROTECT, related_name="predecessors")
    on = models.DateField()
    history_follows = models.BooleanField()
    cycles_follow = models.BooleanField()
    kept = models.JSONField(default=dict)
    done_at = models.DateTimeField(default=timezone.now)
    done_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    undone_at = models.DateTimeField(null=True)
    undone_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(undone_at=None, undone_by=None) | Q(undone_at__isnull=False), name="undo_has_its_time"
            ),
            models.CheckConstraint(
                condition=~Q(source=F("target")) | Q(kind__in=["takeover", "move"]), name="succession_of_two"
            ),
            models.CheckConstraint(
                condition=Q(history_follows=True) | Q(cycles_follow=False), name="cycles_follow_history"
            ),
            models.UniqueConstraint(
                fields=["source"],
                condition=Q(undone_at=None, kind="merge"),
                name="merged_into_one",
            ),
        ]


def places_before(site_ids, *, cycles=False) -> set:
    """Ids of the factories whose history (or cycles) follows to these, with these. One query a generation."""
    follows = {"cycles_follow": True} if cycles else {"history_follows": True}
    reached = new = set(site_ids)
    while new:
        found = SiteSuccession.objects.filter(target__in=new, undone_at=None, **follows).values_list(
            "source", flat=True
        )
        new = set(found) - reached
        reached = reached | new
    return reached


def cycles_before(site_id) -> RawSQL:
    """What `places_before` gives for the cycles of one factory, as a sub-query: no statement of its own."""
    return _before(site_id, "cycles_follow")


def histories_before(site_id) -> RawSQL:
    """The same for its history."""
    return _before(site_id, "history_follows")


def _before(site_id, follows):
    key = Site._meta.pk.get_db_prep_value(site_id, connection)
    return RawSQL(
        "WITH RECURSIVE places (id) AS (SELECT %s UNION SELECT source_id FROM factories_sitesuccession "
        f"JOIN places ON target_id = places.id WHERE {follows} AND undone_at IS NULL) SELECT id FROM places",
        [key],
    )


class Suspicion(models.Model):
    """Somebody saw signs that a factory gives work to one that nobody declared. A suspicion, not a finding.

    Restricted: the programme's managers and lead assessors read it. Nothing public, no issued fact and no import is
    ever made of it; what comes of it is recorded as a factory or a finding of its own.
    """

    class Outcome(models.TextChoices):
        DECLARED = "declared", _("It has been declared since")
        UNFOUNDED = "unfounded", _("It was not so")
        PASSED_ON = "passed-on", _("Passed on to who must act")

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    programme = models.ForeignKey(Programme, on_delete=models.PROTECT, related_name="suspicions")
    giver = models.ForeignKey(Site, on_delete=models.PROTECT, related_name="+", help_text="Who seems to give the work")
    taker = models.ForeignKey(Site, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    words = models.TextField(help_text="What was seen, and where")
    redacted_at = models.DateTimeField(null=True, editable=False, help_text="When two people removed the words")
    seen_on = models.DateField()
    recorded_at = models.DateTimeField(default=timezone.now)
    recorded_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    outcome = models.CharField(max_length=10, choices=Outcome, blank=True)
    closed_at = models.DateTimeField(null=True)
    closed_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(taker=None) | ~Q(taker=F("giver")), name="suspicion_is_about_two"),
            models.CheckConstraint(
                condition=Q(outcome="", closed_at=None, closed_by=None)
                | (~Q(outcome="") & Q(closed_at__isnull=False, closed_by__isnull=False)),
                name="suspicion_outcome_has_who_and_when",
            ),
        ]
