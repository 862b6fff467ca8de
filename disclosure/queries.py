"""Reads for the desk and the commands: releases of a person's programmes, what the next would change, is all whole."""

from collections import Counter
from collections.abc import Iterator
from itertools import islice
from uuid import UUID

from django.db.models import Exists, OuterRef, Prefetch

from disclosure import archive, exports, rules, signing, withheld
from disclosure.drafts import draft
from disclosure.models import Address, DataFile, Entry, Release, ReleaseAsk, ReleasedFactory, WithholdingAsk
from disclosure.permissions import check_can_publish, programmes_of

FACTORIES_AT_ONCE = 100


def batched(things, n) -> Iterator[tuple]:
    """So many at a time."""
    things = iter(things)
    while some := tuple(islice(things, n)):
        yield some


def releases_for(user):
    """The releases of the programmes a person publishes for, newest first."""
    found = Release.objects.filter(programme__in=programmes_of(user)).select_related("programme", "regime")
    return found.order_by("-published_at")


def release_asks(programmes):
    """What was asked and is not published: `agreement` None waits for a second person, else for its day.

    An ask from before the last release has nothing to say any more.
    """
    newer = Release.objects.filter(programme=OuterRef("programme"), published_at__gt=OuterRef("asked_at"))
    found = ReleaseAsk.objects.filter(~Exists(newer), programme__in=programmes, release=None)
    return found.select_related("programme", "asked_by", "agreement").order_by("asked_at")


def release_ask(user, ask_id):
    """One of them, if this person publishes for its programme."""
    return release_asks(programmes_of(user)).filter(pk=ask_id).first()


def preview(*, programme, as_of, user) -> dict:
    """What publishing on this day would change: factories new, changed, the same; issues opened and ended, as counts;
    `issues`: how many of each of rules.CHANGES; `changes`: those that are not unchanged, the gravest first;
    `nothing_new`: the last release says exactly this.

    Raises Denied, and WrongState when no regime is in force.
    """
    check_can_publish(user, programme)
    made = draft(programme, as_of)
    last = Release.objects.filter(programme=programme, next=None).first()
    found = {"new": 0, "changed": 0, "same": 0, "gone": 0, "opened": 0, "ended": 0}
    kinds: Counter = Counter()
    changes = []
    for before, after in _side_by_side(last, made.documents):
        if before is None or after is None:
            found["new" if before is None else "gone"] += 1
        else:
            found["same" if _content(before) == _content(after) else "changed"] += 1
        was, now = _open(before), _open(after)
        found["opened"] += len(now - was)
        found["ended"] += len(was - now)
        for change in _changes(before, after):
            kinds[change["kind"]] += 1
            if change["kind"] != "unchanged":
                changes.append(change)
    changes.sort(key=_gravest)
    return found | {
        "last": last,
        "rule": made.rule,
        "record": made.record,
        "coverage": made.coverage,
        "corrections": len(made.corrections),
        "nothing_new": bool(last) and says_the_same(last, as_of, made),
        "issues": kinds,
        "changes": changes,
    }


def says_the_same(release, as_of, made) -> bool:
    """Is a draft what the release says already? Number and moment of publishing apart."""
    if release.record is None:  # of the first form
        return False
    factories = {name: digest for name, digest in release.manifest["files"].items() if name.startswith("factories/")}
    new = {f"factories/{slug}.json": digest for slug, digest in made.digests.items()}
    record = {name: value for name, value in release.record.items() if name != "changes"}
    log = [{name: value for name, value in line.items() if name != "release"} for line in release.corrections]
    was = (release.as_of, release.rule, record, release.coverage, log, factories)
    return was == (as_of, made.rule, made.record, made.coverage, made.corrections, new)


def changes_of(last, documents) -> tuple[list, dict]:
    """What a release changes of the one before, line by line as it is frozen, and how many issues of each kind.

    A factory that is new, or that stands in the release no more, is one line: `issues` says how many it has.
    """
    lines, kinds = [], dict.fromkeys(rules.CHANGES, 0)
    for before, after in _side_by_side(last, documents):
        found = list(_changes(before, after))
        for change in found:
            kinds[change["kind"]] += 1
        if before is None or after is None:
            factory, kind = after or before, "new" if before is None else "withdrawn"
            whole = {"question_key": "", "issue": "", "register": "", "before": None, "after": None}
            names = {name: factory[name] for name in ("slug", "name")} | {"factory_id": factory["id"]}
            found = [{"kind": kind} | names | whole | {"issues": len(found)}]
        lines += [change for change in found if change["kind"] != "unchanged"]
    return sorted(lines, key=_gravest), kinds


def _gravest(change):
    return rules.CHANGES.index(change["kind"]), change["slug"], change["question_key"]


def _side_by_side(last, documents) -> Iterator[tuple]:
    """(document in the last release, in the new one) of each factory; None where it is not in one of them."""
    known = set(last.factories.values_list("site_id", flat=True)) if last else set()
    here = set()
    for some in batched(documents, FACTORIES_AT_ONCE):
        ids = [document["id"] for document in some]
        found = last.factories.filter(site_id__in=ids).values_list("site_id", "document") if last else ()
        before = {str(site_id): document for site_id, document in found}
        for document in some:
            here.add(UUID(document["id"]))
            yield before.get(document["id"]), document
    for some in batched(sorted(known - here), FACTORIES_AT_ONCE):
        for document in last.factories.filter(site_id__in=some).values_list("document", flat=True):
            yield document, None


def _changes(before, after):
    """Each issue of a factory, as it was and as it would be."""
    was, now = ({e["question_key"]: e for e in (side or {"entries": []})["entries"]} for side in (before, after))
    factory = after or before
    for key in sorted({*was, *now}):
        old, new = was.get(key), now.get(key)
        entry = archive.said(new or old)
        yield {
            "kind": rules.change(old and archive.said(old), new and archive.said(new)),
            "factory_id": factory["id"],
            "slug": factory["slug"],
            "name": factory["name"],
            "question_key": key,
            "issue": entry["issue"],
            "register": entry["register"],
            "before": old and old["status"],
            "after": new and new["status"],
            "issues": 1,
        }


def first_said(lines, last, number) -> list[dict]:
    """The log with, on each line, the number of the first release that says of it what is said now."""
    known = {_without_release(line): line["release"] for line in (last.corrections or ())} if last else {}
    return [line | {"release": known.get(_without_release(line), number)} for line in lines]


def _without_release(line):
    return tuple(sorted((name, str(value)) for name, value in line.items() if name != "release"))


def _content(document):
    return {name: value for name, value in document.items() if name != "as_of"}


def _open(document):
    return {
        entry["question_key"] for entry in (document or {"entries": []})["entries"] if entry["status"] in rules.OPEN
    }


class ReleasedDocuments:
    """The documents of a release in its order, a hundred at a time; as often as asked for."""

    def __init__(self, release):
        self.rows = release.factories.order_by("position").values_list("document", flat=True)

    def __iter__(self):
        return self.rows.iterator(chunk_size=FACTORIES_AT_ONCE)


def release_files(release) -> Iterator[tuple]:
    """The files of a release made again from its rows, its manifest apart: (name, pieces) one after the other."""
    documents = ReleasedDocuments(release)
    return archive.files(about(release), documents, corrections=release.corrections, changes=release.changes)


def about(release) -> dict:
    """release.json made again from the row."""
    return archive.about(
        programme=release.programme.code,
        number=release.number,
        as_of=release.as_of.isoformat(),
        published_at=release.published_at.isoformat(),
        rule=release.rule,
        coverage=release.coverage,
        previous=release.previous.digest if release.previous else "",
        record=release.record,
    )


def problems() -> Iterator[str]:
    """Everything wrong with the releases in the database, one line each naming the row; nothing when all is whole.

    Recomputes every digest from the rows; a column that no longer says what the document says is named too.
    """
    given = dict(Address.objects.values_list("slug", "site_id"))
    releases = Release.objects.select_related("programme", "previous").order_by("programme__code", "number")
    for release in releases:
        name = str(release)
        form = archive.form_of(release.manifest)
        manifest = form(release.manifest)
        if archive.sha256(manifest) != release.digest:
            yield f"{name}: the manifest or the digest is changed"
        elif not signing.is_signed(release.signature, manifest):
            yield f"{name}: the signature is not by the key in use"
        previous = release.previous.digest if release.previous else ""
        if release.manifest.get("previous") != previous:
            yield f"{name}: does not follow the release before"
        entries = Prefetch("entries", queryset=Entry.objects.order_by("position"))
        factories = release.factories.prefetch_related(entries).order_by("position")
        for factory in factories.iterator(chunk_size=FACTORIES_AT_ONCE):
            for line in _problems_of(factory, given, form):
                yield f"{name}/{line}"
        for line in archive.differences(release.manifest, archive.digests_of(release_files(release))):
            yield f"{name}/{line}"


def _problems_of(factory: ReleasedFactory, given, form) -> Iterator[str]:
    document = factory.document
    if archive.sha256(form(document)) != factory.digest:
        yield f"{factory.slug}: the document or its digest is changed"
    for field in archive.FACTORY_FIELDS:
        if getattr(factory, field) != document.get(field):
            yield f"{factory.slug}: {field} is not what the document says"
    if str(factory.site_id) != document.get("id") or given.get(factory.slug) != factory.site_id:
        yield f"{factory.slug}: the address leads to another factory"
    rows = [{field: _plain(getattr(entry, field)) for field in archive.ENTRY_FIELDS} for entry in factory.entries.all()]
    told = map(archive.said, document.get("entries", []))
    entries = [{field: entry[field] for field in archive.ENTRY_FIELDS} for entry in told]
    for row, entry in zip(rows, entries, strict=False):
        if row != entry:
            yield f"{factory.slug}/{entry['question_key']}: the entry is not what the document says"
    if len(rows) != len(entries):
        yield f"{factory.slug}: {len(rows)} entries stand here, {len(entries)} in the document"


def _plain(value):
    return value.isoformat() if hasattr(value, "isoformat") else value


def withholdings_for(user):
    """(waiting for a second person, withheld now) in the programmes a person publishes for. Two queries."""
    own = {"programme__in": programmes_of(user)}
    waiting = WithholdingAsk.objects.filter(agreement=None, **own).select_related("asked_by")
    return waiting.order_by("asked_at"), withheld.in_force().filter(**own).select_related("agreement")


def withholding(user, ask_id):
    """One ask, if this person publishes for its programme."""
    return WithholdingAsk.objects.filter(pk=ask_id, programme__in=programmes_of(user)).first()


def data_files_to_make() -> list[tuple]:
    """(release, names of its data files that are not made or no longer say what may be said), the newest first."""
    stamps = withheld.stamps()
    known: dict = {}
    for release_id, name, stamp in DataFile.objects.values_list("release_id", "name", "withheld"):
        if stamp == stamps.get(release_id, ""):
            known.setdefault(release_id, set()).add(name)
    releases = (
        Release.objects.select_related("programme")
        .defer("manifest", "corrections", "changes")
        .order_by("-published_at")
    )
    wanted = exports.names()
    missing = ((one, [name for name in wanted if name not in known.get(one.pk, ())]) for one in releases)
    return [(release, names) for release, names in missing if names]
