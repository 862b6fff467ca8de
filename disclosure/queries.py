"""Reads for the desk and the commands: releases of a person's programmes, what the next would change, is all whole."""

from collections import Counter
from collections.abc import Iterator

from django.db.models import Exists, OuterRef, Prefetch

from disclosure import archive, exports, rules, withheld
from disclosure.drafts import draft
from disclosure.models import Address, DataFile, Entry, Release, ReleaseAsk, ReleasedFactory, WithholdingAsk
from disclosure.permissions import check_can_publish, programmes_of


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
    `issues`: how many of each of rules.CHANGES; `changes`: those that are not unchanged, the gravest first.

    Raises Denied, and WrongState when no regime is in force.
    """
    check_can_publish(user, programme)
    made = draft(programme, as_of)
    last = Release.objects.filter(programme=programme, next=None).first()
    known = dict(last.factories.values_list("site_id", "document")) if last else {}
    known = {str(site_id): document for site_id, document in known.items()}
    new = [document for document in made.documents if document["id"] not in known]
    changed = [
        document
        for document in made.documents
        if document["id"] in known and _content(document) != _content(known[document["id"]])
    ]
    before = {key for document in known.values() for key in _open(document)}
    after = {key for document in made.documents for key in _open(document)}
    changes = _changes(known, {document["id"]: document for document in made.documents})
    return {
        "last": last,
        "rule": made.rule,
        "coverage": made.coverage,
        "new": len(new),
        "changed": len(changed),
        "same": len(made.documents) - len(new) - len(changed),
        "gone": len(known.keys() - {document["id"] for document in made.documents}),
        "opened": len(after - before),
        "ended": len(before - after),
        "issues": Counter(change["kind"] for change in changes),
        "changes": [change for change in changes if change["kind"] != "unchanged"],
    }


def _changes(known, due):
    """Each issue of each factory, as it was and as it would be."""
    changes = []
    for site_id in {*known, *due}:
        was, now = ({e["question_key"]: e for e in side.get(site_id, {}).get("entries", [])} for side in (known, due))
        factory = due.get(site_id) or known[site_id]
        for key in {*was, *now}:
            before, after = was.get(key), now.get(key)
            changes.append(
                {
                    "kind": rules.change(before, after),
                    "slug": factory["slug"],
                    "name": factory["name"],
                    "question_key": key,
                    "issue": (after or before)["issue"],
                    "before": before and before["status"],
                    "after": after and after["status"],
                }
            )
    changes.sort(key=lambda one: (rules.CHANGES.index(one["kind"]), one["slug"], one["question_key"]))
    return changes


def _content(document):
    return {name: value for name, value in document.items() if name != "as_of"}


def _open(document):
    return {
        (document["id"], entry["question_key"])
        for entry in document["entries"]
        if entry["status"] in ("violation_found", "found_again")
    }


def release_files(release) -> dict:
    """The files of a release made again from its rows, its manifest apart."""
    return archive.files(about(release), release.factories.order_by("position").values_list("document", flat=True))


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
    )


def problems() -> Iterator[str]:
    """Everything wrong with the releases in the database, one line each naming the row; nothing when all is whole.

    Recomputes every digest from the rows; a column that no longer says what the document says is named too.
    """
    given = dict(Address.objects.values_list("slug", "site_id"))
    releases = Release.objects.select_related("programme", "previous").order_by("programme__code", "number")
    for release in releases:
        name = str(release)
        manifest = archive.canonical(release.manifest)
        if archive.sha256(manifest) != release.digest:
            yield f"{name}: the manifest or the digest is changed"
        previous = release.previous.digest if release.previous else ""
        if release.manifest.get("previous") != previous:
            yield f"{name}: does not follow the release before"
        factories = release.factories.prefetch_related(
            Prefetch("entries", queryset=Entry.objects.order_by("position"))
        ).order_by("position")
        for factory in factories:
            for line in _problems_of(factory, given):
                yield f"{name}/{line}"
        for line in archive.differences(release.manifest, release_files(release)):
            yield f"{name}/{line}"


def _problems_of(factory: ReleasedFactory, given) -> Iterator[str]:
    document = factory.document
    if archive.sha256(archive.canonical(document)) != factory.digest:
        yield f"{factory.slug}: the document or its digest is changed"
    for field in archive.FACTORY_FIELDS:
        if getattr(factory, field) != document.get(field):
            yield f"{factory.slug}: {field} is not what the document says"
    if str(factory.site_id) != document.get("id") or given.get(factory.slug) != factory.site_id:
        yield f"{factory.slug}: the address leads to another factory"
    rows = [{field: _plain(getattr(entry, field)) for field in archive.ENTRY_FIELDS} for entry in factory.entries.all()]
    entries = [{field: entry[field] for field in archive.ENTRY_FIELDS} for entry in document.get("entries", [])]
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
    releases = Release.objects.select_related("programme").defer("manifest").order_by("-published_at")
    wanted = exports.names()
    missing = ((one, [name for name in wanted if name not in known.get(one.pk, ())]) for one in releases)
    return [(release, names) for release, names in missing if names]
