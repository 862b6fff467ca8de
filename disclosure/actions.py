"""The only writers of disclosure: set a regime, publish a release."""

from datetime import date

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from core import audit
from core.days import today
from core.errors import Invalid, WrongState
from core.models import Programme
from disclosure import archive, rules
from disclosure.drafts import draft
from disclosure.models import Address, Entry, Regime, Release, ReleasedFactory
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
        **{key: value for key, value in rule.items()},
    )  # fmt: skip
    return regime


@transaction.atomic
def publish_release(*, programme, as_of: date, by) -> Release:
    """Freeze everything due on a day as the next release of a programme, all or nothing. Records release.published.

    Who may: holders of publish_disclosure. The same day with the same content again: the release that exists.
    Raises Invalid for a day to come, WrongState for a day before the last release or without a regime.
    """
    check_can_publish(by, programme)
    if as_of > today(programme):
        raise Invalid("This day has not come yet. Choose today or an earlier day.")
    Programme.objects.select_for_update().get(pk=programme.pk)
    last = Release.objects.filter(programme=programme, next=None).first()
    if last and as_of < last.as_of:
        raise WrongState("A later release is published. History is not written backwards.", code="later-release")
    made = draft(programme, as_of)
    if last and _says_the_same(last, as_of, made):
        return last
    now = timezone.now()
    previous = last.digest if last else ""
    about = archive.about(
        programme=programme.code,
        number=last.number + 1 if last else 1,
        as_of=as_of.isoformat(),
        published_at=now.isoformat(),
        rule=made.rule,
        coverage=made.coverage,
        previous=previous,
    )
    manifest = archive.manifest_of(archive.files(about, made.documents), previous)
    release = Release.objects.create(
        programme=programme,
        number=about["number"],
        regime=made.regime,
        rule=made.rule,
        as_of=as_of,
        published_at=now,
        published_by=by if by.pk else None,
        previous=last,
        coverage=made.coverage,
        manifest=manifest,
        digest=archive.sha256(archive.canonical(manifest)),
    )
    _freeze(release, made)
    audit.record(
        "release.published", release, by=by, programme=programme, number=release.number, as_of=as_of,
        digest=release.digest, factories=len(made.documents),
    )  # fmt: skip
    return release


def _says_the_same(release, as_of, made):
    """Is this what the release says already? Number and moment of publishing apart."""
    factories = {name: digest for name, digest in release.manifest["files"].items() if name.startswith("factories/")}
    new = {f"factories/{d['slug']}.json": archive.sha256(archive.canonical(d)) for d in made.documents}
    return (release.as_of, release.rule, release.coverage, factories) == (as_of, made.rule, made.coverage, new)


def _freeze(release, made):
    Address.objects.bulk_create(
        Address(slug=slug, site_id=site_id, given_on=release.as_of) for slug, site_id in made.addresses.items()
    )
    factories = [
        ReleasedFactory(
            release=release,
            position=position,
            site_id=document["id"],
            document=document,
            digest=archive.sha256(archive.canonical(document)),
            **{name: document[name] for name in archive.FACTORY_FIELDS},
        )
        for position, document in enumerate(made.documents, start=1)
    ]
    ReleasedFactory.objects.bulk_create(factories, batch_size=500)
    Entry.objects.bulk_create(
        [
            Entry(released_factory=factory, **{name: entry[name] for name in archive.ENTRY_FIELDS})
            for factory in factories
            for entry in factory.document["entries"]
        ],
        batch_size=500,
    )
