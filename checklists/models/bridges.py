"""The bridge from the version before to this one: which question is which. Frozen with the version."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone

from checklists.models.versions import ChecklistVersion
from core.frozen import Frozen

RELATIONS = ["same", "reworded", "split", "merged", "new", "dropped"]


class Bridge(Frozen):
    """Confirmed by the person who published; by nobody where the program itself did, and then by keys alone."""

    version = models.OneToOneField(ChecklistVersion, on_delete=models.PROTECT, related_name="bridge")
    earlier = models.ForeignKey(ChecklistVersion, on_delete=models.PROTECT, related_name="bridges_on")
    confirmed_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    confirmed_at = models.DateTimeField(default=timezone.now)


class BridgeRow(Frozen):
    """One pair of keys. A split is one old key in several rows; a merger one new key in several."""

    bridge = models.ForeignKey(Bridge, on_delete=models.PROTECT, related_name="rows")
    relation = models.CharField(max_length=8, choices=[(relation, relation) for relation in RELATIONS])
    old_key = models.CharField(max_length=80, blank=True)
    new_key = models.CharField(max_length=80, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["bridge", "old_key", "new_key"], name="bridge_pair_once"),
            models.CheckConstraint(
                condition=(Q(relation="new", old_key="") & ~Q(new_key=""))
                | (Q(relation="dropped", new_key="") & ~Q(old_key=""))
                | (~Q(relation__in=["new", "dropped"]) & ~Q(old_key="") & ~Q(new_key="")),
                name="bridge_names_both_ends",
            ),
        ]
