"""The only writers of disclosure: set a regime, ask for a release and agree to it, withhold a page at once."""

import hashlib
from datetime import date

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from core import audit, holders, queue, storage
from core.days import today
from core.errors import Denied, Invalid, WrongState
from core.models import Programme
from disclosure import archive, exports, lines, listed_cases, public, queries, rules, signing, withheld
from disclosure.addresses import pages_at
from disclosure.drafts import draft, edition_draft
from disclosure.models import (
    Address,
    DataFile,
    DataPart,
    Entry,
    Forwarding,
    IssueCount,
    Regime,
    RegisterLine,
    Release,
    ReleaseAgreement,
    ReleaseAsk,
    ReleasedFactory,
    RenamedQuestion,
    WithholdingAgreement,
    WithholdingAsk,
)
from disclosure.permissions import check_can_publish


@transaction.atomic
def set_regime(*, programme, name, in_force_from, rule, by, until=None) -> Regime:
    """Set a rule of disclosure from a day until a day; the same again changes nothing. Records regime.set.

    Who may: holders of publish_disclosure. A rule that was applied in a release can only be ended: Raises WrongState.
    Raises Invalid for a rule that cannot be used and for days that touch another regime.
    """
    check_can_publish(by, programme)
    found = rules.rule_problems(rule)
    if found:
        raise Invalid(found[0], [{"place": "rule", "reason": sentence} for sentence in found])
    if not name.strip():
        raise Invalid("Give the rule a name.")
    if until and until < in_force_from:
        raise Invalid("A rule ends on the day it begins or later.")
    Programme.objects.select_for_update().get(pk=programme.pk)
    others = Regime.objects.filter(programme=programme).exclude(in_force_from=in_force_from)
    others = others.filter(Q(until=None) | Q(until__gte=in_force_from))
    if until:
        others = others.filter(in_force_from__lte=until)
    if others.exists():
        raise Invalid("Another rule is in force in this time. End it first.")
    regime = Regime.objects.filter(programme=programme, in_force_from=in_force_from).first()
    if regime is None:
        regime = Regime(programme=programme, in_force_from=in_force_from)
    elif (regime.name, regime.rule, regime.until) == (name, rule, until):
        return regime
    elif (regime.name, regime.rule) != (name, rule) and regime.releases.exists():
        raise WrongState("A release was published under this rule. End it and begin a new one.", code="applied")
    elif until and regime.releases.filter(as_of__gt=until).exists():
        raise WrongState("A release was published under this rule after that day.", code="applied")
    regime.name, regime.rule, regime.until = name, rule, until
    regime.save()
    audit.record(
        "regime.set", regime, by=by, programme=programme, in_force_from=in_force_from, until=until,
        **_as_facts(rule),
    )  # fmt: skip
    return regime


@transaction.atomic
def ask_to_publish(*, programme, as_of: date, publish_on: date | None = None, by) -> ReleaseAsk:
    """Ask a second person to publish what is due on a day, now or on a later day. Records release.asked.

    Who may: holders of publish_disclosure. The same ask waiting already: that one. Raises Invalid for a day to come or
    a publishing day before it, WrongState for a day before the last release, without a regime, or with nothing new.
    """
    check_can_publish(by, programme)
    if publish_on is not None and publish_on < today(programme):
        raise Invalid("The day of publishing is over. Choose today or a later day.")
    Programme.objects.select_for_update().get(pk=programme.pk)
    made = _due(programme, as_of)
    last = _last(programme)
    if last and queries.says_the_same(last, as_of, made):
        raise WrongState("The last release says exactly this. There is nothing to publish.", code="nothing-new")
    contents = _contents(as_of, made)
    about = {"as_of": as_of, "publish_on": publish_on, "contents": contents}
    waiting = queries.release_asks([programme]).filter(agreement=None, **about).first()
    if waiting:
        return waiting
    ask = ReleaseAsk.objects.create(programme=programme, asked_by=by, **about)
    audit.record("release.asked", ask, by=by, programme=programme, **about)
    return ask


@transaction.atomic
def agree_to_publish(*, ask: ReleaseAsk, by) -> Release | None:
    """The second person's word: what was looked at is published, or waits for its day (then None).

    Who may: another holder of publish_disclosure. Records release.agreed. Raises WrongState where the facts have
    changed since the ask: what nobody looked at is never published.
    """
    check_can_publish(by, ask.programme)
    if isinstance(by, audit.System) or ask.asked_by_id == by.pk:
        raise Denied("Another person who publishes for the programme agrees to this.")
    Programme.objects.select_for_update().get(pk=ask.programme_id)
    if ReleaseAgreement.objects.filter(ask=ask).exists():
        raise WrongState("This was agreed already.")
    made = _as_asked(ask)
    ReleaseAgreement.objects.create(ask=ask, asked_by_id=ask.asked_by_id, agreed_by=by)
    audit.record("release.agreed", ask, by=by, programme=ask.programme, asked_by=ask.asked_by_id, as_of=ask.as_of)
    if ask.publish_on and ask.publish_on > today(ask.programme):
        return None
    return _publish(ask.programme, ask.as_of, made, by=by, ask=ask)


@transaction.atomic
def publish_agreed(*, ask: ReleaseAsk, by) -> Release:
    """Publish on its day what two people agreed to. The program only. Raises WrongState where the facts have changed.

    It was published already: that release.
    """
    if not isinstance(by, audit.System):
        raise Denied("What waits for its day is published by the program.")
    Programme.objects.select_for_update().get(pk=ask.programme_id)
    known = Release.objects.filter(ask=ask).first()
    if known:
        return known
    agreement = ReleaseAgreement.objects.get(ask=ask)
    if ask.publish_on and ask.publish_on > today(ask.programme):
        raise WrongState("Its day has not come yet.")
    return _publish(ask.programme, ask.as_of, _as_asked(ask), by=agreement.agreed_by, ask=ask)


@transaction.atomic
def publish_release(*, programme, as_of: date, by) -> Release:
    """Freeze everything due on a day as the next release of a programme, all or nothing. Records release.published.

    The program only, for whoever operates it: a person asks (`ask_to_publish`) and another agrees. The same day with
    the same content again: the release that exists. Raises Invalid for a day to come, WrongState for a day before the
    last release or without a regime.
    """
    if not isinstance(by, audit.System):
        raise Denied("One person asks for a release, and another agrees.")
    Programme.objects.select_for_update().get(pk=programme.pk)
    made = _due(programme, as_of)
    last = _last(programme)
    if last and queries.says_the_same(last, as_of, made):
        return last
    return _publish(programme, as_of, made, by=by)


@transaction.atomic
def publish_edition(*, programme, edition, by) -> tuple[Release, listed_cases.Comparison]:
    """Freeze one edition of a ministry's list as the next release of a register of its own, all or nothing.

    The program only, for whoever operates it. Records release.published. The same edition again: the release that
    exists. Raises WrongState for a day before the last release.
    """
    if not isinstance(by, audit.System):
        raise Denied("A list is replayed by the program.")
    Programme.objects.select_for_update().get(pk=programme.pk)
    last = _last(programme)
    if last and edition.as_of < last.as_of:
        raise WrongState("A later edition is published. History is not written backwards.", code="later-release")
    known = list(last.factories.values_list("document", flat=True)) if last else []
    compared = listed_cases.compare(listed_cases.listed(known), edition.cases)
    made = edition_draft(programme, edition, compared)
    if last and queries.says_the_same(last, edition.as_of, made):
        return last, compared
    return _publish(programme, edition.as_of, made, by=by), compared


def _as_facts(rule):
    """A rule as the audit takes it: ids, codes and whole numbers, in one list without another inside."""
    low = {f"low_{name}": value for name, value in rule.get("low_compliance", {}).items()}
    flat = {name: value for name, value in rule.items() if name != "low_compliance"} | low
    return {name: str(value) if isinstance(value, float) else value for name, value in flat.items()}


def _last(programme):
    return Release.objects.filter(programme=programme, next=None).first()


def _due(programme, as_of):
    """What a release of this day would say."""
    if as_of > today(programme):
        raise Invalid("This day has not come yet. Choose today or an earlier day.")
    last = _last(programme)
    if last and as_of < last.as_of:
        raise WrongState("A later release is published. History is not written backwards.", code="later-release")
    return draft(programme, as_of)


def _contents(as_of, made):
    facts = [as_of.isoformat(), made.rule, made.record, made.coverage, made.corrections, made.digests]
    return archive.sha256(archive.canonical(facts))


def _as_asked(ask):
    """What the release would say now, if that is what was looked at."""
    made = _due(ask.programme, ask.as_of)
    if _contents(ask.as_of, made) != ask.contents:
        raise WrongState("What is due has changed since it was looked at. Look again and ask anew.", code="changed")
    return made


def _publish(programme, as_of, made, *, by, ask=None):
    last = _last(programme)
    now = timezone.now()
    previous = last.digest if last else ""
    number = last.number + 1 if last else 1
    changes, kinds = queries.changes_of(last, made.documents)
    record = made.record | {"changes": kinds}
    corrections = queries.first_said(made.corrections, last, number)
    about = archive.about(
        programme=programme.code,
        number=number,
        as_of=as_of.isoformat(),
        published_at=now.isoformat(),
        rule=made.rule,
        coverage=made.coverage,
        previous=previous,
        record=record,
    )
    files = archive.files(about, made.documents, corrections=corrections, changes=changes)
    manifest = archive.manifest_of(archive.digests_of(files), previous)
    text = archive.canonical(manifest)
    release = Release.objects.create(
        programme=programme,
        number=number,
        regime=made.regime,
        rule=made.rule,
        as_of=as_of,
        published_at=now,
        published_by=by if by.pk else None,
        previous=last,
        ask=ask,
        coverage=made.coverage,
        record=record,
        corrections=corrections,
        changes=changes,
        manifest=manifest,
        digest=archive.sha256(text),
        signature=signing.sign(text),
    )
    _freeze(release, made)
    _list(release, last)
    audit.record(
        "release.published", release, by=by, programme=programme, number=release.number, as_of=as_of,
        digest=release.digest, factories=len(made.documents),
    )  # fmt: skip
    queue.enqueue("disclosure.make_data_files")
    queue.enqueue("cms.tell_watchers", release_id=release.pk)
    return release


def _freeze(release, made):
    Address.objects.bulk_create(
        Address(slug=slug, site_id=site_id, given_on=release.as_of) for slug, site_id in made.addresses.items()
    )
    RenamedQuestion.objects.bulk_create(
        RenamedQuestion(release=release, old_key=old, question_key=key) for old, key in sorted(made.renamed)
    )
    for some in queries.batched(enumerate(made.documents, start=1), queries.FACTORIES_AT_ONCE):
        factories = [
            ReleasedFactory(
                release=release,
                position=position,
                site_id=document["id"],
                document=document,
                digest=made.digests[document["slug"]],
                **{name: document[name] for name in archive.FACTORY_FIELDS},
            )
            for position, document in some
        ]
        ReleasedFactory.objects.bulk_create(factories)
        Forwarding.objects.bulk_create(
            Forwarding(release=release, slug=old["slug"], old_site_id=old["id"], site_id=factory.site_id)
            for factory in factories
            for old in factory.document.get("stands_for", ())
        )
        entries = [
            Entry(released_factory=factory, **{name: entry[name] for name in archive.ENTRY_FIELDS})
            for factory in factories
            for entry in map(archive.said, factory.document["entries"])
        ]
        Entry.objects.bulk_create(entries, batch_size=500)


def _list(release, last):
    """Make what searching and counting read, instead of that of the release before."""
    RegisterLine.objects.filter(factory__release=last).delete()
    IssueCount.objects.filter(release=last).delete()
    RegisterLine.objects.bulk_create(
        (
            RegisterLine(factory_id=pk, programme_id=release.programme_id, **lines.line(document))
            for pk, document in _documents(release)
        ),
        batch_size=500,
    )
    counted = lines.counts(document for _pk, document in _documents(release))
    IssueCount.objects.bulk_create((IssueCount(release=release, **row) for row in counted), batch_size=500)


def _documents(release):
    return release.factories.order_by("position").values_list("pk", "document").iterator(chunk_size=200)


# --- withholding at once ------------------------------------------------------------------------------------------


@transaction.atomic
def ask_to_withhold(*, slug, question_key="", reason, by) -> WithholdingAsk:
    """Ask that a public page, or one issue of it, is withheld. Nothing changes until a second person agrees.

    Who may: holders of publish_disclosure in the factory's programme. Records withholding.asked. The same ask
    waiting already: that one. Raises Invalid for a page or an issue that is not public, WrongState where withheld.
    """
    shown = _public_page(slug)
    programme = shown.release.programme
    check_can_publish(by, programme)
    if reason not in rules.WITHHOLDING_REASONS:
        raise Invalid("Choose why it is withheld.")
    if question_key and question_key not in {entry["question_key"] for entry in shown.document["entries"]}:
        raise Invalid("This issue does not stand on the page.")
    Programme.objects.select_for_update().get(pk=programme.pk)
    subject = {"site_id": shown.site_id, "question_key": question_key}
    if withheld.in_force().filter(**subject).exists():
        raise WrongState("This is withheld already.")
    waiting = WithholdingAsk.objects.filter(**subject, reason=reason, lifts=None, agreement=None).first()
    if waiting:
        return waiting
    ask = WithholdingAsk.objects.create(programme=programme, slug=shown.slug, reason=reason, asked_by=by, **subject)
    audit.record("withholding.asked", ask, by=by, programme=programme, factory=shown.slug, reason=reason)
    return ask


@transaction.atomic
def ask_to_lift(*, ask: WithholdingAsk, by) -> WithholdingAsk:
    """Ask that something withheld is shown again. Holders of publish_disclosure. Records withholding.lift-asked."""
    check_can_publish(by, ask.programme)
    Programme.objects.select_for_update().get(pk=ask.programme_id)
    if not withheld.in_force().filter(pk=ask.pk).exists():
        raise WrongState("This is not withheld.")
    waiting = ask.lifting.filter(agreement=None).first()
    if waiting:
        return waiting
    lift = WithholdingAsk.objects.create(
        programme=ask.programme, site_id=ask.site_id, slug=ask.slug, question_key=ask.question_key,
        reason=ask.reason, lifts=ask, asked_by=by,
    )  # fmt: skip
    audit.record("withholding.lift-asked", lift, by=by, programme=ask.programme, factory=ask.slug)
    return lift


@transaction.atomic
def agree_to_withhold(*, ask: WithholdingAsk, by) -> WithholdingAgreement:
    """The second person's word: from now on it is withheld, or shown again. Another holder of publish_disclosure.

    Records withholding.agreed or withholding.lifted. No release is touched.
    """
    check_can_publish(by, ask.programme)
    if isinstance(by, audit.System) or ask.asked_by_id == by.pk:
        raise Denied("Another person who publishes for the programme agrees to this.")
    Programme.objects.select_for_update().get(pk=ask.programme_id)
    if WithholdingAgreement.objects.filter(ask=ask).exists():
        raise WrongState("This was agreed already.")
    if ask.lifts_id and not withheld.in_force().filter(pk=ask.lifts_id).exists():
        raise WrongState("This is not withheld.")
    agreement = WithholdingAgreement.objects.create(
        ask=ask, on=today(ask.programme), asked_by_id=ask.asked_by_id, agreed_by=by
    )
    facts = {"factory": ask.slug, "reason": ask.reason, "asked_by": ask.asked_by_id}
    if ask.lifts_id:
        audit.record("withholding.lifted", ask, by=by, programme=ask.programme, **facts)
    else:
        audit.record("withholding.agreed", ask, by=by, programme=ask.programme, **facts)
    queue.enqueue("disclosure.make_data_files")
    return agreement


def _public_page(slug):
    """The newest released page at an address."""
    shown = pages_at(slug).select_related("release__programme").first()
    if shown is None:
        raise Invalid("No public page has this address.")
    return shown


# --- data files ---------------------------------------------------------------------------------------------------


def make_data_file(*, release: Release, name: str, by) -> DataFile:
    """Make a data file of a release anew from its rows and what is withheld now. The program only.

    The rows are written when every piece is in the store; the same bytes again are the same pieces.
    """
    if not isinstance(by, audit.System):
        raise Denied("Data files are made by the program itself.")
    stamp = withheld.stamps().get(release.pk, "")
    head = public.head(release.programme.code, release.number)
    whole, parts = hashlib.sha256(), []
    with exports.written(head, name, marked=bool(stamp)) as file:
        while piece := file.read(storage.PART):
            whole.update(piece)
            parts.append((storage.store().put(piece), len(piece)))
    about = {"withheld": stamp, "size": sum(size for _stored, size in parts), "sha256": whole.hexdigest()}
    with transaction.atomic():
        Programme.objects.select_for_update().get(pk=release.programme_id)
        old = DataPart.objects.filter(file__release=release, file__name=name)
        gone = set(old.values_list("stored", flat=True)) - {stored for stored, _size in parts}
        DataFile.objects.filter(release=release, name=name).delete()
        made = DataFile.objects.create(release=release, name=name, **about)
        DataPart.objects.bulk_create(
            DataPart(file=made, position=position, stored=stored, size=size)
            for position, (stored, size) in enumerate(parts)
        )
        for stored in gone:
            holders.let_go(stored)
    return made
