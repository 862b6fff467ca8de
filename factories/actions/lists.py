"""Imports of lists, the doubts they leave, and saved column mappings.

An import takes rows as they come, a thousand at a time, and keeps none. It updates a place it is sure of and makes
the others; where two only look alike it makes the newer one and leaves the doubt to a person. Rows of one import are
taken for one place only where the words of the name are the same: a list names its places itself, and of two almost
alike names in one list a person says whether they are two firms at one address.
"""

from collections import defaultdict
from dataclasses import dataclass, field
from itertools import islice

from django.db import transaction
from django.db.models import Exists, OuterRef, Q
from django.utils import timezone
from django.utils.translation import gettext as _

from core import audit
from core.days import today
from core.errors import Invalid, WrongState
from core.ids import new_id
from core.numbers import next_numbers
from factories import matching, permissions, rules
from factories.actions import facts, succession
from factories.actions.base import valid
from factories.actions.sites import SERIES
from factories.models import (
    ColumnMapping,
    ForeignId,
    ImportDoubt,
    ImportMatch,
    Site,
    SiteAddress,
    SiteBlock,
    SiteImport,
    SiteKey,
    SiteName,
)
from factories.rules import Refused, SiteRow

BATCH = 1000
WRITTEN = ["name", "address", "sector", "region", "products", "isic", "latitude", "longitude",
           "programme", "number", "status_since"]  # fmt: skip


@dataclass
class Outcome:
    """What an import did, or, in a dry run, would do. When refusals stop it, nothing is created or updated."""

    read: int = 0
    created: int = 0
    updated: int = 0
    unchanged: int = 0
    duplicate: int = 0
    doubts: int = 0
    refused: list[Refused] = field(default_factory=list)
    stopped: bool = False


class _TakenBack(Exception):  # noqa: N818
    """Ends a transaction whose work is not to stay."""


def import_sites(
    *, rows, files=(), programme=None, accept_partial=False, dry_run=False, watch=None, after=None, by
) -> Outcome:
    """Create or update factories from rows of lists (`rules.SiteRow`, `rules.Refused`). With a programme: enrolled.

    With a programme its manager, without one only the command. If anything is refused, nothing is written unless
    `accept_partial`. `files`: [{"name", "sha256"}], kept as the source. `watch` is called with the rows of each batch,
    `after` with the record of the import in its transaction.
    A fixed number of queries for every thousand rows. Records sites.imported once. One transaction and no savepoint
    inside it: SQLite would keep every page it changes in memory.
    """
    permissions.check_can_import(by, programme)
    work = _Import(programme)
    outcome = work.outcome
    try:
        with transaction.atomic():
            _index_the_rest()
            for batch in _batches(rows):
                outcome.refused += [row for row in batch if isinstance(row, Refused)]
                work.take([row for row in batch if isinstance(row, SiteRow)])
                if watch:
                    watch(len(batch))
            outcome.stopped = bool(outcome.refused) and not accept_partial
            if outcome.stopped or dry_run:
                raise _TakenBack
            record = _record_import(work, files, by)
            if after:
                after(record)
    except _TakenBack:
        pass
    if outcome.stopped:
        outcome.created = outcome.updated = outcome.doubts = 0
    return outcome


def _batches(items):
    items = iter(items)
    while batch := list(islice(items, BATCH)):
        yield batch


def _index_the_rest():
    """Places that were known before there were blocks."""
    bare = Site.objects.filter(~Exists(SiteBlock.objects.filter(site=OuterRef("pk"))))
    for site in bare.only("country", "name", "address").iterator(chunk_size=BATCH):
        facts.index(site)


class _Import:
    """One import at work. What it knows of earlier batches stands in the database: `SiteKey.seen_in`."""

    def __init__(self, programme):
        self.programme = programme
        self.id = new_id()
        self.began = timezone.now()
        self.outcome = Outcome()

    def take(self, rows):
        """One batch."""
        self.outcome.read += len(rows)
        places, duplicates = rules.first_of_each_place(rows)
        self.outcome.duplicate += duplicates
        self.new, self.changed, self.seen = [], {}, []
        self.respelled = {}
        self.keys, self.names, self.addresses, self.ids, self.doubts, self.blocks = [], [], [], [], [], []
        self.matches, self.told = [], []
        known = self._known(places)
        coded = self._coded(places.values())
        unknown = {}
        for key, row in places.items():
            found = known.get(key)
            if found is not None:
                self._known_key(found, row)
            elif (site := next((coded[one] for one in row.ids if one in coded), None)) is not None:
                self._same(site, key, row, held=coded)
            else:
                unknown[key] = row
        if unknown:
            self._look_alike(unknown)
        self._write()

    def _known(self, places):
        keys = SiteKey.objects.select_for_update(of=("self", "site")).select_related("site", "site__survivor")
        return {one.key: one for one in keys.filter(key__in=list(places))}

    def _coded(self, rows):
        codes = {one[2] for row in rows for one in row.ids}
        if not codes:
            return {}
        found = ForeignId.objects.filter(code__in=codes, until=None).select_related("site", "site__survivor")
        return {(one.scheme, one.issuer, one.code): one.site.survivor or one.site for one in found}

    def _elsewhere(self, site, row):
        """Is the place in another programme? Then the row is refused."""
        if self.programme and site.programme_id not in (None, self.programme.pk):
            self.outcome.refused.append(row.refused("name", _("This factory is in another programme.")))
            return True
        return False

    def _known_key(self, key, row):
        site = self.changed.get((key.site.survivor or key.site).pk) or key.site.survivor or key.site
        if self._elsewhere(site, row):
            return
        again = key.seen_in == self.id
        self.seen.append(key.pk)
        was, enrols = self._now(site, row), self._enrols(site)
        changed = self._takes(site, row, again=again, spelled=key.key == site.match_key)
        self.told.append((key, row, _changed(was, site), enrols))
        if again:
            self.outcome.duplicate += 1
        elif changed:
            self.outcome.updated += 1
        else:
            self.outcome.unchanged += 1

    def _same(self, site, key, row, held=(), guessed=False):
        """A row under a new key that speaks of a known place: the spelling is kept as another one of it.

        `held`: foreign ids that were known before. `guessed`: it is written otherwise, so a person may part it again.
        """
        site = self.changed.get(site.pk, site)
        if self._elsewhere(site, row):
            return
        again = site.created_at >= self.began
        was, enrols = self._now(site, row), self._enrols(site)
        self._takes(site, row, again=again, spelled=False)
        if guessed or not again:
            self.matches.append(
                ImportMatch(
                    site=site, key=key, said=row.facts, before=_changed(was, site), enrolled=enrols and not again,
                    codes=[one for one in row.ids if one not in held], raised_in=self.id,
                )
            )  # fmt: skip
        self.keys.append(SiteKey(key=key, site=site, seen_in=self.id))
        if rules.folded(row.name) != rules.folded(site.name):
            self.names.append(SiteName(site=site, kind=facts.ALSO, since=row.on, **facts.called(row.name)))
        if rules.folded(row.address) != rules.folded(site.address):
            self.addresses.append(
                SiteAddress(
                    site=site, kind=facts.ALSO, text=row.address, folded=rules.folded(row.address), since=row.on
                )
            )
        if again:
            self.outcome.duplicate += 1
        else:
            self.outcome.updated += 1

    def _takes(self, site, row, *, again, spelled):
        """Put the row's facts on a known site; was anything different, or is it new to the programme?

        `again`: the place has spoken in this import, so the row only fills what is empty. Not `spelled`: the row calls
        it by an old or another name, which changes nothing.
        """
        said = {name: value for name, value in row.facts.items() if spelled or name not in ("name", "address")}
        if again:
            said = {name: value for name, value in said.items() if getattr(site, name) in ("", None)}
        said = {name: value for name, value in said.items() if getattr(site, name) != value}
        for name in ("name", "address"):
            if name in said:
                self.respelled[site.pk] = site
        for name, value in said.items():
            setattr(site, name, value)
        self._codes(site, row)
        enrols = self._enrols(site)
        if said or enrols:
            self.changed[site.pk] = site
        return bool(said) or enrols

    def _enrols(self, site):
        return bool(self.programme and site.programme_id is None)

    def _now(self, site, row):
        return {name: getattr(site, name) for name in row.facts}

    def _codes(self, site, row):
        self.ids += [ForeignId(site=site, scheme=s, issuer=i, code=c, since=row.on) for s, i, c in row.ids]

    def _look_alike(self, unknown):
        """Rows nobody knows by name: sure ones meet their place, the others become places, unsure ones with a doubt."""
        of_row = {key: matching.blocks(row.country, row.name, row.address) for key, row in unknown.items()}
        wanted = {block for blocks in of_row.values() for block in blocks}
        lying = defaultdict(list)
        found = SiteBlock.objects.filter(block__in=wanted).select_related("site", "site__survivor").order_by("pk")
        for one in found:
            lying[one.block].append(one.site.survivor or one.site)
        for key, row in unknown.items():
            near = {site.pk: site for block in of_row[key] for site in lying[block]}
            hit = matching.best(row, near.values())
            site, alike = hit or (None, None)
            if alike and alike.verdict == "sure" and (site.created_at < self.began or alike.name == 100):
                self._same(site, key, row, guessed=not alike.same_words)
                continue
            made = Site(country=row.country, match_key=key, **row.facts)
            self.new.append(made)
            self.keys.append(SiteKey(key=key, site=made, seen_in=self.id))
            self.names.append(SiteName(site=made, since=row.on, **facts.called(made.name)))
            self.addresses.append(
                SiteAddress(site=made, text=made.address, folded=rules.folded(made.address), since=row.on)
            )
            self._codes(made, row)
            for block in of_row[key]:
                if len(lying[block]) < matching.FULL:
                    lying[block].append(made)
                    self.blocks.append(SiteBlock(block=block, site=made))
            if alike:
                self.doubts.append(
                    ImportDoubt(known=site, newer=made, score=alike.score, because=alike.as_numbers, raised_in=self.id)
                )

    def _write(self):
        changed = [site for site in self.changed.values() if not site._state.adding]
        touched = {site.pk: site for site in (*self.new, *self.changed.values())}
        enrolling = [site for site in touched.values() if self._enrols(site)]
        if enrolling:
            numbers = next_numbers(programme=self.programme, series=SERIES, count=len(enrolling))
            for site, number in zip(enrolling, numbers, strict=True):
                site.programme, site.number = self.programme, rules.site_number(self.programme.code, number)
                site.status_since = today(self.programme)
        self._retell()
        self.outcome.created += len(self.new)
        self.outcome.doubts += len(self.doubts)
        Site.objects.bulk_create(self.new)
        Site.objects.bulk_update(changed, WRITTEN, batch_size=BATCH)
        for model, rows in ((SiteKey, self.keys), (SiteAddress, self.addresses), (SiteBlock, self.blocks)):
            model.objects.bulk_create(rows)
        SiteName.objects.bulk_create(self.names, ignore_conflicts=True)
        ImportDoubt.objects.bulk_create(self.doubts)
        if self.matches:
            ImportMatch.objects.bulk_create(self.matches)
        if self.ids:
            self._write_ids()
        if self.seen:
            SiteKey.objects.filter(pk__in=self.seen).update(seen_in=self.id)
        self._respell()

    def _retell(self):
        """A row that an import was sure of says more: it is kept, so that parting puts that back too. A place that its
        programme's list names in other words is in the programme by those.
        """
        if not self.told:
            return
        standing = ImportMatch.objects.filter(site__in={key.site_id for key, *_rest in self.told}, made=None)
        matches = {match.key: match for match in standing}
        named, changed = set(), []
        for key, row, before, enrols in self.told:
            match = matches.get(key.key)
            if match is None:
                named.add(key.site_id)
            elif before or enrols:
                match.before |= {
                    name: value for name, value in before.items()
                    if name not in match.before or value != match.said.get(name)
                }  # fmt: skip
                match.said |= {name: row.facts[name] for name in before}
                match.enrolled |= enrols
                changed.append(match)
        if self.programme:
            for match in (*matches.values(), *self.matches):
                if match.enrolled and match.site_id in named:
                    match.enrolled = False
                    changed.append(match)
        ImportMatch.objects.bulk_update(
            [match for match in changed if not match._state.adding], ["said", "before", "enrolled"], batch_size=BATCH
        )

    def _write_ids(self):
        codes = {one.code for one in self.ids}
        held = set(ForeignId.objects.filter(code__in=codes, until=None).values_list("scheme", "issuer", "code"))
        fresh = {}
        for one in self.ids:
            if (one.scheme, one.issuer, one.code) not in held:
                fresh.setdefault((one.scheme, one.issuer, one.code), one)
        ForeignId.objects.bulk_create(fresh.values())

    def _respell(self):
        """The same name in other capitals or signs is the same name: the row that holds shows it as it is now."""
        if not self.respelled:
            return
        for model, said in ((SiteName, "name"), (SiteAddress, "address")):
            rows = list(model.objects.filter(site__in=list(self.respelled), kind=facts.OFFICIAL, until=None))
            for row in rows:
                row.text = getattr(self.respelled[row.site_id], said)
            model.objects.bulk_update(rows, ["text"], batch_size=BATCH)


def _changed(was, site):
    """What was there before, of what is different now."""
    return {name: value for name, value in was.items() if getattr(site, name) != value}


def _record_import(work, files, by):
    outcome = work.outcome
    record = SiteImport.objects.create(
        id=work.id,
        programme=work.programme,
        files=list(files),
        created=outcome.created,
        updated=outcome.updated,
        unchanged=outcome.unchanged,
        duplicate=outcome.duplicate,
        refused=len(outcome.refused),
    )
    audit.record(
        "sites.imported",
        record,
        by=by,
        programme=work.programme,
        created=outcome.created,
        updated=outcome.updated,
        refused=len(outcome.refused),
    )
    return record


# --- doubts ----------------------------------------------------------------------------------------------------


def _doubt(doubt):
    return (
        ImportDoubt.objects.select_for_update(of=("self",))
        .select_related("known__programme", "newer__programme")
        .get(pk=doubt.pk)
    )


@transaction.atomic
def decide_doubt(*, doubt, same, by) -> ImportDoubt:
    """A person says whether two places are one; "same" merges the newer into the known one. Records doubt.decided.

    Who keeps the list of factories of both. Raises WrongState when it is decided already.
    """
    permissions.check_can_decide_doubt(by, doubt)
    doubt = _doubt(doubt)
    if doubt.decision:
        raise WrongState(_("This is decided already. Take the decision back first."))
    doubt.decision = ImportDoubt.Decision.SAME if same else ImportDoubt.Decision.DIFFERENT
    doubt.decided_at, doubt.decided_by_id = timezone.now(), by.pk
    if same:
        # The one in a programme stays, whichever came first.
        pair = (doubt.newer, doubt.known)
        if doubt.newer.programme_id and not doubt.known.programme_id:
            pair = (doubt.known, doubt.newer)
        succession.merge(*pair, by)
    doubt.save(update_fields=["decision", "decided_at", "decided_by"])
    audit.record("doubt.decided", doubt, by=by, programme=doubt.known.programme, decision=doubt.decision)
    return doubt


@transaction.atomic
def reopen_doubt(*, doubt, by) -> ImportDoubt:
    """Take a decision back: what was merged is two places again and the doubt is open. Records doubt.reopened."""
    permissions.check_can_decide_doubt(by, doubt)
    doubt = _doubt(doubt)
    if not doubt.decision:
        raise WrongState(_("This is open."))
    if doubt.decision == ImportDoubt.Decision.SAME:
        succession.unmerge(doubt.newer if doubt.newer.survivor_id else doubt.known, by)
    doubt.decision, doubt.decided_at, doubt.decided_by = "", None, None
    doubt.save(update_fields=["decision", "decided_at", "decided_by"])
    audit.record("doubt.reopened", doubt, by=by, programme=doubt.known.programme)
    return doubt


# --- sure ones -------------------------------------------------------------------------------------------------


@transaction.atomic
def part_match(*, match, by) -> ImportDoubt:
    """The import was sure and wrong: the row becomes a factory of its own, with the words and ids it brought.

    What the row changed of the known one is put back, unless somebody changed it since. Where only this row took the
    known one into the programme, it leaves the programme again, unless work has begun there. The two stand as a
    decided doubt, which can be taken back like any other. Who keeps the known one on a list. Records match.parted.
    """
    permissions.check_can_part(by, match)
    match = ImportMatch.objects.select_for_update(of=("self",)).select_related("site").get(pk=match.pk)
    if match.made_id:
        raise WrongState(_("These were parted already."))
    site = facts.locked(match.site)
    made = _place_of_its_own(match, site)
    programme = site.programme
    _put_back(match, site)
    now = timezone.now()
    match.made, match.parted_at, match.parted_by_id = made, now, by.pk
    match.save(update_fields=["made", "parted_at", "parted_by"])
    alike = matching.likeness(made, site)
    doubt = ImportDoubt.objects.create(
        known=site, newer=made, score=alike.score, because=alike.as_numbers, raised_in=match.raised_in,
        decision=ImportDoubt.Decision.DIFFERENT, decided_at=now, decided_by_id=by.pk,
    )  # fmt: skip
    left = programme is not None and site.programme is None
    audit.record("match.parted", match, by=by, programme=programme, site=site.pk, made=made.pk, left=left)
    return doubt


def _put_back(match, site):
    """The known place as it was before the row. What another row that still stands said after it stays, and says from
    now on that it found what was there before this one.
    """
    standing = list(ImportMatch.objects.filter(site=site, made=None).exclude(pk=match.pk).order_by("raised_at"))
    for name, value in match.before.items():
        if getattr(site, name) == match.said[name]:
            setattr(site, name, value)
        for later in standing:
            if later.before.get(name) == match.said[name] and later.raised_at >= match.raised_at:
                later.before[name] = value
                break
    if match.enrolled:
        of_it = SiteImport.objects.filter(programme=site.programme, pk__in=[one.raised_in for one in standing])
        by_list = set(of_it.values_list("pk", flat=True))
        heir = next((one for one in standing if one.raised_in in by_list), None)
        if heir is not None:
            heir.enrolled = True
        elif not _work_has_begun(site):
            site.programme, site.number, site.status_since = None, "", None
    ImportMatch.objects.bulk_update(standing, ["before", "enrolled"])
    valid(site).save()


LISTS_ONLY = {SiteKey, SiteBlock, SiteName, SiteAddress, ForeignId, ImportDoubt, ImportMatch}


def _work_has_begun(site):
    """Does anything stand on this place but what lists say, in this app or above?"""
    if site.status != Site.Status.ACTIVE or site.survivor_id:
        return True
    return any(
        one.related_model._base_manager.filter(**{one.field.name: site}).exists()
        for one in Site._meta.get_fields(include_hidden=True)
        if one.auto_created and one.is_relation and one.related_model not in LISTS_ONLY
    )


def _place_of_its_own(match, site):
    """The row as a factory, in the programme of its list: key, other spelling and ids move from the known one to it.

    A spelling stays with the known one, too, when it was known before the row or another key of it says so.
    """
    record = SiteImport.objects.select_related("programme").get(pk=match.raised_in)
    programme = site.programme if match.enrolled else record.programme
    made = Site(country=site.country, match_key=match.key, programme=programme, **match.said)
    if made.programme:
        (number,) = next_numbers(programme=made.programme, series=SERIES, count=1)
        made.number, made.status_since = rules.site_number(made.programme.code, number), today(made.programme)
    valid(made).save()
    SiteKey.objects.filter(key=match.key).update(site=made)
    name, address = rules.folded(made.name), rules.folded(made.address)
    others = SiteKey.objects.filter(site=site).exclude(key=match.key)
    for model, text, folded, said_by in (
        (SiteName, made.name, name[:300], others.filter(key__startswith=f"{site.country}|{name}|")),
        (SiteAddress, made.address, address, others.filter(key__endswith=f"|{address}")),
    ):
        came = Q(site=site, kind=facts.ALSO, folded=folded, recorded_at__gte=match.raised_at)
        also = model.objects.none() if said_by.exists() else model.objects.filter(came)
        if not also.update(site=made, kind=facts.OFFICIAL):
            said = facts.called(text) if model is SiteName else {"text": text, "folded": rules.folded(text)}
            model.objects.create(site=made, **said)
    for scheme, issuer, code in match.codes:
        ForeignId.objects.filter(site=site, scheme=scheme, issuer=issuer, code=code, until=None).update(site=made)
    facts.index(made)
    return made


# --- mappings --------------------------------------------------------------------------------------------------


@transaction.atomic
def save_mapping(*, name, document, programme=None, by) -> ColumnMapping:
    """Keep the answer to "which column is what" for lists of one sender; the same name again replaces it.

    A programme's manager for the programme, the command for everybody. Records mapping.saved. Raises Invalid with
    every problem of the document.
    """
    permissions.check_can_import(by, programme)
    problems = rules.mapping_problems(document)
    if problems:
        raise Invalid(" ".join(problems), [{"reason": problem} for problem in problems])
    known = ColumnMapping.objects.filter(name=name).first()
    if known and known.programme_id != (programme.pk if programme else None):
        raise Invalid(_("Another mapping has this name."))
    mapping = known or ColumnMapping(name=name, programme=programme)
    mapping.document = dict(document) | {"name": name}
    mapping.saved_at, mapping.saved_by_id = timezone.now(), by.pk
    valid(mapping)
    mapping.save()
    audit.record("mapping.saved", mapping, by=by, programme=programme)
    return mapping
