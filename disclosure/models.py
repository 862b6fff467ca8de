"""What becomes public: dated regimes, and releases with their factories and entries.

A release is written once, hashed and chained to the one before. Nothing points at "the current one": it is the
release no other names as its previous.
"""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from core.days import day_of
from core.frozen import Frozen
from core.ids import new_id
from core.models import Programme
from disclosure.portfolio import models as of_portfolios  # noqa: F401 models of this app
from disclosure.rules import CRITICAL, FOUND, PARTIES, REGISTERS, STATUSES, WITHHOLDING_REASONS

PERSON = settings.AUTH_USER_MODEL


class Regime(models.Model):
    """A rule of disclosure of a programme, from a day until a day. It may end, and another may begin later."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    programme = models.ForeignKey(Programme, on_delete=models.PROTECT, related_name="regimes")
    name = models.CharField(max_length=80)
    in_force_from = models.DateField()
    until = models.DateField(null=True, blank=True)
    rule = models.JSONField(
        help_text="tag, from_visit, delay_days, zero_tolerance_delay_days; perhaps low_compliance, other_parties"
    )

    class Meta:
        ordering = ["in_force_from"]
        constraints = [
            models.CheckConstraint(
                condition=Q(until=None) | Q(until__gte=F("in_force_from")), name="regime_ends_after"
            ),
            models.UniqueConstraint(fields=["programme", "in_force_from"], name="regime_begins_once_a_day"),
            models.UniqueConstraint(fields=["programme"], condition=Q(until=None), name="one_regime_without_end"),
        ]


class Release(Frozen):
    """One frozen publication of a programme.

    `manifest` holds {"canonical": how JSON is written, "files": {name: sha256}, "previous": digest}; `digest` is the
    SHA-256 of its canonical JSON. The first releases name no canonical form and have no record, no log and no changes.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    programme = models.ForeignKey(Programme, on_delete=models.PROTECT, related_name="releases")
    number = models.PositiveIntegerField()
    regime = models.ForeignKey(Regime, on_delete=models.PROTECT, related_name="releases")
    rule = models.JSONField(help_text="The regime as it was applied")
    as_of = models.DateField()
    published_at = models.DateTimeField(default=timezone.now)
    published_by = models.ForeignKey(PERSON, on_delete=models.PROTECT, null=True, related_name="+")
    previous = models.OneToOneField("self", on_delete=models.PROTECT, null=True, related_name="next")
    ask = models.OneToOneField(
        "ReleaseAsk", on_delete=models.PROTECT, null=True, related_name="release", help_text="None: made by a command"
    )
    coverage = models.JSONField(help_text="How many factories are here, and why the others are not")
    record = models.JSONField(
        null=True, help_text="threshold of the wider list, regimes in force so far, kinds of change"
    )
    corrections = models.JSONField(null=True, help_text="The log of corrections, disputes and withholdings, up to now")
    changes = models.JSONField(null=True, help_text="What this release changed of the one before, line by line")
    manifest = models.JSONField()
    digest = models.CharField(max_length=64, unique=True)
    signature = models.CharField(max_length=128, blank=True, help_text="Ed25519 over the manifest, hexadecimal")

    class Meta:
        ordering = ["programme", "number"]
        constraints = [
            models.UniqueConstraint(fields=["programme", "number"], name="release_number_once"),
            models.UniqueConstraint(fields=["programme"], condition=Q(previous=None), name="one_first_release"),
            models.CheckConstraint(
                condition=Q(number=1, previous=None) | Q(number__gt=1, previous__isnull=False),
                name="release_is_in_the_chain",
            ),
        ]

    def __str__(self):
        return f"{self.programme.code}-{self.number}"

    @property
    def published_on(self):
        """The day it was published where the programme is, as `as_of` is a day there."""
        return day_of(self.published_at, self.programme.time_zone)


class ReleaseAsk(Frozen):
    """Somebody has looked at what a release would change, and asks a second person to publish it, now or on a day.

    `contents` is a digest of everything it would say: what is agreed is what was looked at, or nothing is published.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    programme = models.ForeignKey(Programme, on_delete=models.PROTECT, related_name="release_asks")
    as_of = models.DateField()
    publish_on = models.DateField(null=True, help_text="None: as soon as the second person agrees")
    contents = models.CharField(max_length=64)
    asked_at = models.DateTimeField(default=timezone.now)
    asked_by = models.ForeignKey(PERSON, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(publish_on=None) | Q(publish_on__gte=F("as_of")), name="released_after_its_day"
            )
        ]


class ReleaseAgreement(Frozen):
    """The second person's word. `asked_by` repeats the ask, so that the database can refuse one person alone."""

    ask = models.OneToOneField(ReleaseAsk, on_delete=models.PROTECT, primary_key=True, related_name="agreement")
    agreed_at = models.DateTimeField(default=timezone.now)
    asked_by = models.ForeignKey(PERSON, on_delete=models.PROTECT, related_name="+")
    agreed_by = models.ForeignKey(PERSON, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints = [models.CheckConstraint(condition=~Q(asked_by=F("agreed_by")), name="release_takes_two_people")]


class Address(Frozen):
    """The last part of a factory's public address, given for life. A factory that is renamed keeps it."""

    slug = models.SlugField(primary_key=True, max_length=120)
    site_id = models.UUIDField(db_index=True)
    given_on = models.DateField()


class Forwarding(Frozen):
    """In this release one page speaks for an old address too: its factory was merged into this one, or taken over.

    What was said of the factory once shown there (`old_site_id`) is part of the page of `site_id`. The same stands in
    the document as `stands_for`. An undo on the factories' floor is seen in the next release.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    release = models.ForeignKey(Release, on_delete=models.PROTECT, related_name="forwardings")
    slug = models.SlugField(max_length=120, db_index=True)
    old_site_id = models.UUIDField()
    site_id = models.UUIDField(db_index=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["release", "slug"], name="forwarded_once"),
            models.CheckConstraint(condition=~Q(old_site_id=F("site_id")), name="forwarded_elsewhere"),
        ]


class RenamedQuestion(Frozen):
    """In this release a question stands under another key than an earlier checklist gave it.

    What was withheld under the old key stays withheld under the new one.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    release = models.ForeignKey(Release, on_delete=models.PROTECT, related_name="renamed")
    old_key = models.CharField(max_length=80)
    question_key = models.CharField(max_length=80)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["release", "old_key", "question_key"], name="renamed_once")]


class ReleasedFactory(Frozen):
    """A factory as one release shows it. `document` is everything its page says; `digest` is that file's SHA-256."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    release = models.ForeignKey(Release, on_delete=models.PROTECT, related_name="factories")
    position = models.PositiveIntegerField(help_text="Its place in the files of the release")
    site_id = models.UUIDField(db_index=True)
    slug = models.SlugField(max_length=120)
    name = models.CharField(max_length=255)
    number = models.CharField(max_length=20)
    country = models.CharField(max_length=2)
    region = models.CharField(max_length=120)
    products = models.CharField(max_length=200)
    workers_band = models.CharField(max_length=20)
    status = models.CharField(max_length=10)
    document = models.JSONField()
    digest = models.CharField(max_length=64)

    class Meta:
        ordering = ["position"]
        indexes = [models.Index(fields=["release", "name"])]
        constraints = [
            models.UniqueConstraint(fields=["release", "slug"], name="released_slug_once"),
            models.UniqueConstraint(fields=["release", "site_id"], name="released_site_once"),
        ]


class Entry(Frozen):
    """One line of a release: one question at one factory, in public words. The same facts stand in the document."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    released_factory = models.ForeignKey(ReleasedFactory, on_delete=models.PROTECT, related_name="entries")
    question_key = models.CharField(max_length=80)
    register = models.CharField(max_length=14, choices=[(name, name) for name in REGISTERS], default=CRITICAL)
    party = models.CharField(
        max_length=24, choices=[(name, name) for name in PARTIES], blank=True, help_text="Empty: the factory's duty"
    )
    cluster = models.CharField(max_length=60)
    issue = models.CharField(max_length=120)
    explain = models.TextField(blank=True)
    status = models.CharField(max_length=20, choices=[(status, status) for status in STATUSES])
    found_on = models.DateField(help_text="The public visit the status stands on")
    since = models.DateField(null=True, help_text="First public visit of the unbroken run of a violation")
    extent = models.JSONField(null=True)
    reported_on = models.DateField(null=True)
    agreed_on = models.DateField(null=True)
    verified_on = models.DateField(null=True)
    confirmed_on = models.DateField(null=True)
    cycles = models.JSONField(help_text="Public visits only, oldest first: visit, on, status, extent")
    position = models.PositiveSmallIntegerField()

    class Meta:
        ordering = ["released_factory__position", "position"]
        indexes = [
            models.Index(fields=["question_key", "status"]),
            models.Index(fields=["released_factory", "status"], name="entry_factory_status"),
        ]
        constraints = [
            models.UniqueConstraint(fields=["released_factory", "question_key"], name="entry_once"),
            models.UniqueConstraint(fields=["released_factory", "position"], name="entry_position_once"),
            models.CheckConstraint(condition=Q(status__in=STATUSES), name="entry_status_is_a_public_word"),
            models.CheckConstraint(
                condition=Q(register="other-party") & ~Q(party="") | ~Q(register="other-party") & Q(party=""),
                name="entry_of_another_party_names_it",
            ),
            models.CheckConstraint(
                condition=Q(status__in=FOUND, since__isnull=False, since__lte=F("found_on"))
                | (~Q(status__in=FOUND) & Q(since=None)),
                name="violation_has_an_age",
            ),
            models.CheckConstraint(
                condition=~Q(status="verified_fixed") | Q(verified_on__isnull=False), name="verified_has_a_day"
            ),
            models.CheckConstraint(
                condition=~Q(status="reported_fixed") | Q(reported_on__isnull=False), name="reported_has_a_day"
            ),
        ]


class RegisterLine(models.Model):
    """What the register looks through of one factory of a current release (`lines.py`). Made anew with each."""

    factory = models.OneToOneField(ReleasedFactory, on_delete=models.PROTECT, primary_key=True, related_name="line")
    programme = models.ForeignKey(Programme, on_delete=models.PROTECT, related_name="+")
    sorts_as = models.CharField(max_length=255)
    latin = models.TextField(help_text="Every name, number and place in Latin letters, one a line")
    country = models.CharField(max_length=2)
    region = models.CharField(max_length=120)
    sector = models.CharField(max_length=120)
    products = models.CharField(max_length=300)
    size = models.CharField(max_length=20)
    standing = models.CharField(max_length=10)
    last_on = models.DateField(null=True)

    class Meta:
        indexes = [models.Index(fields=["sorts_as", "factory"], name="register_in_name_order")]


class IssueCount(models.Model):
    """At how many factories of a current release an issue has a status: see `lines.py`. Made anew with each release."""

    release = models.ForeignKey(Release, on_delete=models.PROTECT, related_name="+")
    country = models.CharField(max_length=2)
    sector = models.CharField(max_length=120)
    question_key = models.CharField(max_length=80)
    cluster = models.CharField(max_length=60)
    issue = models.CharField(max_length=120)
    explain = models.TextField(blank=True)
    status = models.CharField(max_length=20)
    n = models.PositiveIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["release", "country", "sector", "question_key", "status"], name="issue_counted_once"
            )
        ]


class WithholdingAsk(Frozen):
    """Somebody asks to withhold a public page or one issue of it at once, or to show it again (`lifts`).

    It lies over the releases; none of them changes. It counts from the moment a second person agrees.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    programme = models.ForeignKey(Programme, on_delete=models.PROTECT, related_name="withholding_asks")
    site_id = models.UUIDField(db_index=True)
    slug = models.SlugField(max_length=120, help_text="As the page was called on that day")
    question_key = models.CharField(max_length=80, blank=True, help_text="Empty: the whole page")
    reason = models.CharField(max_length=30, choices=[(reason, reason) for reason in WITHHOLDING_REASONS])
    lifts = models.ForeignKey("self", on_delete=models.PROTECT, null=True, related_name="lifting")
    asked_at = models.DateTimeField(default=timezone.now)
    asked_by = models.ForeignKey(PERSON, on_delete=models.PROTECT, related_name="+")


class WithholdingAgreement(Frozen):
    """The second person's word. `asked_by` repeats the ask, so that the database can refuse one person alone."""

    ask = models.OneToOneField(WithholdingAsk, on_delete=models.PROTECT, primary_key=True, related_name="agreement")
    on = models.DateField(help_text="The programme's day")
    agreed_at = models.DateTimeField(default=timezone.now)
    asked_by = models.ForeignKey(PERSON, on_delete=models.PROTECT, related_name="+")
    agreed_by = models.ForeignKey(PERSON, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints = [
            models.CheckConstraint(condition=~Q(asked_by=F("agreed_by")), name="withholding_takes_two_people")
        ]


class DataFile(models.Model):
    """A file made of a release for whoever takes the data. It can be made again at any time, so it is no Frozen row.

    `withheld`: the stamp of what was withheld when it was made. Another one now: it is not given out any more.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    release = models.ForeignKey(Release, on_delete=models.PROTECT, related_name="data_files")
    name = models.CharField(max_length=40)
    withheld = models.CharField(max_length=12, blank=True)
    size = models.PositiveBigIntegerField()
    sha256 = models.CharField(max_length=64)
    made_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["release", "name"], name="data_file_once")]


class DataPart(models.Model):
    """A piece of a data file, as it lies in the store: so a large file is read and written a piece at a time."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    file = models.ForeignKey(DataFile, on_delete=models.CASCADE, related_name="parts")
    position = models.PositiveIntegerField()
    size = models.PositiveIntegerField()
    stored = models.CharField(max_length=64)

    class Meta:
        ordering = ["position"]
        constraints = [models.UniqueConstraint(fields=["file", "position"], name="data_part_once")]
