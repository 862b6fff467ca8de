"""What was true of a factory, and from when until when: names, addresses, owners, licences, ids, people, seasons.

`since` empty: nobody knows. `until` is the first day it no longer holds, empty while it holds. Two changes on one day
leave an empty span, and an old name still finds its factory. Where only one may hold at a time (`alone`), triggers in
the database refuse a second: neither SQLite nor plain PostgreSQL has such a constraint for dates of one factory.
"""

from django.conf import settings
from django.db import DatabaseError, connections, models, transaction
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from core.ids import new_id
from factories.models.buyers import Buyer
from factories.models.places import Enterprise, Site
from factories.rules import BANDS, CONTRACTS, SEXES


class Dated(models.Model):
    """One thing that is true of a factory for a while. `alone`: columns within which spans do not overlap."""

    alone: tuple = ()
    alone_where = ""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    site = models.ForeignKey(Site, on_delete=models.PROTECT, related_name="%(class)ss")
    since = models.DateField(null=True, blank=True)
    until = models.DateField(null=True, blank=True)
    recorded_at = models.DateTimeField(default=timezone.now)

    class Meta:
        abstract = True
        constraints = [
            models.CheckConstraint(
                condition=Q(since=None) | Q(until=None) | Q(until__gte=F("since")), name="%(class)s_ends_after"
            )
        ]


class SiteName(Dated):
    """A name: the official one, one at a time, or another it is also known by (`language` empty: nobody said)."""

    class Kind(models.TextChoices):
        OFFICIAL = "official", _("Official name")
        ALSO = "also", _("Also known as")

    alone = ("site_id",)
    alone_where = "kind = 'official'"

    kind = models.CharField(max_length=10, choices=Kind, default=Kind.OFFICIAL)
    text = models.CharField(max_length=255)
    language = models.CharField(max_length=10, blank=True, help_text="BCP 47")
    folded = models.CharField(max_length=300, db_index=True)
    latin = models.CharField(max_length=300, help_text="In Latin letters whatever its script: what searching compares")

    class Meta(Dated.Meta):
        constraints = [
            *Dated.Meta.constraints,
            models.UniqueConstraint(fields=["site", "folded"], condition=Q(kind="also"), name="other_name_once"),
        ]


class SiteAddress(Dated):
    """Where it stands, one address at a time, or another way the same place is written."""

    alone = ("site_id",)
    alone_where = "kind = 'official'"

    kind = models.CharField(max_length=10, choices=SiteName.Kind, default=SiteName.Kind.OFFICIAL)
    text = models.TextField()
    folded = models.TextField()


class SiteOwner(Dated):
    """The enterprise that owns it."""

    alone = ("site_id",)

    enterprise = models.ForeignKey(Enterprise, on_delete=models.PROTECT, related_name="owned")


class SiteLicence(Dated):
    """A licence to trade, export or operate. Permits that expire and are reminded of stand in permits.py."""

    class Kind(models.TextChoices):
        BUSINESS = "business", _("Business licence")
        EXPORT = "export", _("Export licence")
        TAX = "tax", _("Tax registration")
        OTHER = "other", _("Other licence")

    alone = ("site_id", "kind", "number")

    kind = models.CharField(max_length=10, choices=Kind)
    number = models.CharField(max_length=80)
    authority = models.CharField(max_length=160, blank=True)


class ForeignId(Dated):
    """What others call it: its OS ID, its number in a national register (`issuer`), a buyer's vendor code.

    A vendor code is between factory and buyer: nobody else outside the programme sees it.
    """

    class Scheme(models.TextChoices):
        OS_ID = "os-id", _("OS ID")
        NATIONAL = "national", _("National register")
        BUYER = "buyer", _("Buyer’s vendor code")

    alone = ("scheme", "issuer", "buyer_id", "code")

    scheme = models.CharField(max_length=10, choices=Scheme)
    issuer = models.CharField(max_length=60, blank=True)
    buyer = models.ForeignKey(Buyer, on_delete=models.PROTECT, null=True, blank=True, related_name="vendor_codes")
    code = models.CharField(max_length=80, db_index=True)

    class Meta(Dated.Meta):
        constraints = [
            *Dated.Meta.constraints,
            models.CheckConstraint(
                condition=Q(scheme="buyer", buyer__isnull=False) | (~Q(scheme="buyer") & Q(buyer=None)),
                name="vendor_code_has_its_buyer",
            ),
            models.CheckConstraint(condition=~Q(code=""), name="foreign_id_is_not_empty"),
        ]


class Building(Dated):
    """A building of a factory, dormitories among them."""

    class Kind(models.TextChoices):
        PRODUCTION = "production", _("Production")
        DORMITORY = "dormitory", _("Dormitory")
        STORE = "store", _("Store")
        CANTEEN = "canteen", _("Canteen")
        OFFICE = "office", _("Office")
        OTHER = "other", _("Other")

    kind = models.CharField(max_length=10, choices=Kind)
    name = models.CharField(max_length=120)
    address = models.TextField(blank=True, help_text="Empty: at the factory’s address")
    floors = models.PositiveSmallIntegerField(null=True, blank=True)
    beds = models.PositiveIntegerField(null=True, blank=True)

    class Meta(Dated.Meta):
        constraints = [
            *Dated.Meta.constraints,
            models.CheckConstraint(condition=Q(beds=None) | Q(kind="dormitory"), name="beds_stand_in_dormitories"),
        ]


class Season(Dated):
    """Months of each year in which work peaks or is slack; 11 to 2 runs over the year's end."""

    class Kind(models.TextChoices):
        PEAK = "peak", _("Peak season")
        SLACK = "slack", _("Slack season")

    kind = models.CharField(max_length=5, choices=Kind)
    first_month = models.PositiveSmallIntegerField()
    last_month = models.PositiveSmallIntegerField()

    class Meta(Dated.Meta):
        constraints = [
            *Dated.Meta.constraints,
            models.CheckConstraint(
                condition=Q(first_month__range=(1, 12), last_month__range=(1, 12)), name="season_in_months"
            ),
            models.UniqueConstraint(
                fields=["site", "kind", "first_month"], condition=Q(until=None), name="season_once"
            ),
        ]


class Workforce(models.Model):
    """How many people worked there on a day: a count, or only the size band where nobody counted."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    site = models.ForeignKey(Site, on_delete=models.PROTECT, related_name="workforces")
    counted_on = models.DateField()
    total = models.PositiveIntegerField(null=True, blank=True)
    band = models.CharField(max_length=10, choices=[(code, words) for code, _below, words in BANDS])
    recorded_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["site", "counted_on"], name="workforce_once_a_day"),
            models.CheckConstraint(
                condition=Q(band__in=[code for code, _below, _words in BANDS]), name="workforce_band_is_one"
            ),
        ]


class WorkforcePart(models.Model):
    """How many of them, by one dimension: a sex, a nationality (ISO2), a language (BCP 47), a kind of contract."""

    class By(models.TextChoices):
        SEX = "sex", _("Sex")
        NATIONALITY = "nationality", _("Nationality")
        LANGUAGE = "language", _("Language")
        CONTRACT = "contract", _("Contract")

    workforce = models.ForeignKey(Workforce, on_delete=models.PROTECT, related_name="parts")
    by = models.CharField(max_length=12, choices=By)
    code = models.CharField(max_length=20)
    count = models.PositiveIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["workforce", "by", "code"], name="workforce_part_once"),
            models.CheckConstraint(condition=~Q(by="sex") | Q(code__in=SEXES), name="workforce_sex_is_one"),
            models.CheckConstraint(
                condition=~Q(by="contract") | Q(code__in=CONTRACTS), name="workforce_contract_is_one"
            ),
        ]


# --- one at a time ---------------------------------------------------------------------------------------------


def forbid_overlaps(sender, using, **kwargs):
    """After each migrate: triggers on every dated table of which only one row may hold at a time."""
    connection = connections[using]
    here = set(connection.introspection.table_names())
    with connection.schema_editor() as editor:
        for model in sender.get_models():
            if issubclass(model, Dated) and model.alone and model._meta.db_table in here:
                for statement in _triggers(model, connection.vendor):
                    editor.execute(statement, params=None)


# Columns in which searching looks for a part of a word.
SEARCHED = ((SiteName, "folded"), (SiteName, "latin"), (SiteAddress, "folded"))


def index_for_search(sender, using, **kwargs):
    """After each migrate, on PostgreSQL: an index for parts of words, where pg_trgm is there or may be made.

    Whoever owns the database may make it (it is a trusted extension). Without it, and on SQLite, searching reads the
    table of names from end to end: slower, never different.
    """
    connection = connections[using]
    here = set(connection.introspection.table_names())
    if connection.vendor != "postgresql" or SiteName._meta.db_table not in here:
        return
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1 FROM pg_extension WHERE extname = 'pg_trgm'")
        if not cursor.fetchone():
            try:
                with transaction.atomic(using=using):
                    cursor.execute("CREATE EXTENSION pg_trgm")
            except DatabaseError:
                return
        for model, column in SEARCHED:
            table = model._meta.db_table
            cursor.execute(
                f"CREATE INDEX IF NOT EXISTS {table}_{column}_parts ON {table} USING gin ({column} gin_trgm_ops)"
            )


def _triggers(model, vendor):
    table = model._meta.db_table
    # PostgreSQL takes no index for IS NOT DISTINCT FROM: each row of a long list would read the whole table.
    null_too = "IS" if vendor == "sqlite" else "IS NOT DISTINCT FROM"
    empty = {field.column for field in model._meta.concrete_fields if field.null}
    first, last = ("'0001-01-01'", "'9999-12-31'") if vendor == "sqlite" else ("'-infinity'::date", "'infinity'::date")
    found = [f"o.{column} {null_too if column in empty else '='} NEW.{column}" for column in model.alone]
    found += [f"{row}.{model.alone_where}" for row in ("o", "NEW") if model.alone_where]
    # An empty span, two changes on one day or one taken back, holds at no time.
    found += [f"COALESCE({row}.since, {first}) <> COALESCE({row}.until, {last})" for row in ("o", "NEW")]
    overlap = (
        f"EXISTS (SELECT 1 FROM {table} o WHERE o.id <> NEW.id AND {' AND '.join(found)}"
        f" AND COALESCE(o.since, {first}) < COALESCE(NEW.until, {last})"
        f" AND COALESCE(NEW.since, {first}) < COALESCE(o.until, {last}))"
    )
    if vendor == "sqlite":
        for verb in ("INSERT", "UPDATE"):
            yield f"DROP TRIGGER IF EXISTS alone_{table}_{verb.lower()}"
            yield (
                f"CREATE TRIGGER alone_{table}_{verb.lower()} BEFORE {verb} ON {table} "
                f"BEGIN SELECT RAISE(ABORT, 'two at one time') WHERE {overlap}; END"
            )
        return
    yield (
        f"CREATE OR REPLACE FUNCTION alone_{table}() RETURNS trigger LANGUAGE plpgsql SET enable_seqscan = off "
        f"AS $$ BEGIN IF {overlap} THEN "
        "RAISE EXCEPTION 'two at one time' USING ERRCODE = 'exclusion_violation'; END IF; RETURN NEW; END $$"
    )
    yield (
        f"CREATE OR REPLACE TRIGGER alone_{table} BEFORE INSERT OR UPDATE ON {table} "
        f"FOR EACH ROW EXECUTE FUNCTION alone_{table}()"
    )
