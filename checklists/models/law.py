"""The law behind the questions: records that live on, and dated parameters."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from core.ids import new_id


class Checked(models.Model):
    """Who looked it up, and when. Neither: unchecked. Only an action by a person with the right says so."""

    checked_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    checked_on = models.DateField(null=True)

    class Meta:
        abstract = True

    @property
    def status(self):
        return "checked" if self.checked_on else "unchecked"


def _both_or_neither():
    return Q(checked_by=None, checked_on=None) | Q(checked_by__isnull=False, checked_on__isnull=False)


class LawRecord(Checked):
    """One place of law. Published versions cite it in words of their own; this row knows what became of it."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    country = models.CharField(max_length=3, blank=True, help_text="ISO alpha-2, or INT")
    instrument = models.CharField(max_length=30)
    title = models.CharField(max_length=200)
    number = models.CharField(max_length=40, blank=True)
    year = models.CharField(max_length=4, blank=True)
    article = models.CharField(max_length=40, blank=True)
    in_force_from = models.DateField(null=True)
    in_force_to = models.DateField(null=True, help_text="Its last day; empty while it is in force")
    link = models.CharField(max_length=300, blank=True)

    class Meta:
        ordering = ["country", "title", "number", "year", "article"]
        constraints = [
            models.UniqueConstraint(
                fields=["country", "instrument", "title", "number", "year", "article"], name="law_recorded_once"
            ),
            models.CheckConstraint(condition=_both_or_neither(), name="law_checked_by_and_on"),
            models.CheckConstraint(
                condition=Q(in_force_from=None) | Q(in_force_to=None) | Q(in_force_to__gte=F("in_force_from")),
                name="law_ends_after_it_begins",
            ),
        ]

    def __str__(self):
        article = f"art. {self.article}" if self.article else ""
        place = ", ".join(part for part in [self.number, self.year, article] if part)
        return f"{self.title} ({place})" if place else self.title


class LawParameter(Checked):
    """A number the law of a country sets, from a day: a wage by zone and grade, a cap, an age.

    Two values of one key, zone and grade never hold on one day: the database refuses them (parameter_holds_alone).
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    country = models.CharField(max_length=2)
    key = models.SlugField(max_length=60)
    zone = models.CharField(max_length=60, blank=True)
    grade = models.CharField(max_length=60, blank=True)
    value = models.DecimalField(max_digits=16, decimal_places=4)
    unit = models.CharField(max_length=30, blank=True)
    since = models.DateField()
    until = models.DateField(null=True, help_text="The last day; empty while it holds")
    law = models.ForeignKey(LawRecord, on_delete=models.PROTECT, null=True, related_name="parameters")
    note = models.TextField(blank=True)

    class Meta:
        ordering = ["country", "key", "zone", "grade", "since"]
        constraints = [
            models.UniqueConstraint(fields=["country", "key", "zone", "grade", "since"], name="parameter_begins_once"),
            models.CheckConstraint(condition=Q(until=None) | Q(until__gte=F("since")), name="parameter_ends_later"),
            models.CheckConstraint(condition=_both_or_neither(), name="parameter_checked_by_and_on"),
        ]

    def __str__(self):
        return f"{self.country} {self.key} {self.value.normalize():f}"
