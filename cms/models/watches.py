"""Who follows what is published, without an account."""

from django.db import models
from django.utils import timezone

from core.ids import new_id


class Watch(models.Model):
    """Somebody without an account follows what is published: all of it, a country, or a factory. No trace of a machine.

    Nothing is sent before `confirmed_at`. Who stops it takes the row away, and her address with it.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    address = models.EmailField()
    country = models.CharField(max_length=2, blank=True)
    factory = models.SlugField(max_length=120, blank=True, help_text="Its public address; with the country empty: all")
    language = models.CharField(max_length=8)
    asked_at = models.DateTimeField(default=timezone.now)
    confirmed_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["address", "country", "factory"], name="watched_once"),
            models.CheckConstraint(condition=models.Q(country="") | models.Q(factory=""), name="one_thing_is_watched"),
        ]


class WatchLetter(models.Model):
    """This release was told to whoever watches: written with the letter, so that a repeat tells nobody twice."""

    watch = models.ForeignKey(Watch, on_delete=models.CASCADE, related_name="letters")
    release_id = models.UUIDField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["watch", "release_id"], name="told_once")]
