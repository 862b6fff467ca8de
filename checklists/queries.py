"""Reads of checklists."""

from collections import defaultdict
from functools import lru_cache

from django.db.models import Q
from django.utils.text import slugify

from checklists import linter, permissions, rules
from checklists.likeness import alike
from checklists.models import (
    BridgeRow,
    ChecklistVersion,
    Citation,
    Draft,
    DraftRevision,
    LawParameter,
    LawRecord,
    Question,
    QuestionMapping,
    SentFile,
    Translation,
)


def in_force(*, key: str, country: str, on) -> ChecklistVersion | None:
    """The version in force on a day: the country's own edition before the one for all, the newest that has begun."""
    return (
        ChecklistVersion.objects.filter(checklist__key=key, country__in=[country, ""], in_force_from__lte=on)
        .filter(Q(retirement=None) | Q(retirement__on__gt=on))
        .select_related("checklist")
        .order_by("-country", "-in_force_from")
        .first()
    )


def is_retired(version, on) -> bool:
    """Does nothing new start on the version on this day? No query where the version was read with its retirement."""
    retirement = getattr(version, "retirement", None)
    return retirement is not None and retirement.on <= on


def versions():
    """Every published version, newest first."""
    return ChecklistVersion.objects.select_related("checklist", "retirement").order_by(
        "checklist__key", "-in_force_from"
    )


def version_named(key, version="") -> ChecklistVersion | None:
    """A version by its checklist's key and its own name; without a name the one that comes into force last."""
    found = ChecklistVersion.objects.filter(checklist__key=key).select_related("checklist", "text")
    if version:
        found = found.filter(version=version)
    return found.order_by("-in_force_from", "country").first()


def questions_of(version_id) -> dict:
    """{key: Question} of a version, with point and cluster, in order. One query; frozen, so it may be kept."""
    rows = Question.objects.filter(version_id=version_id).select_related("point__cluster")
    return {question.key: question for question in rows}


# --- drafts -----------------------------------------------------------------------------------------------------


def draft_named(key, version) -> Draft | None:
    """The draft of a version, with its newest revision."""
    return Draft.objects.select_related("head").filter(checklist__key=key, version=version).first()


def drafts():
    """Every version on its way, what is being written first, with its newest revision and who saved it."""
    rows = Draft.objects.filter(state__in=["draft", "in_review"])
    return rows.select_related("checklist", "head__saved_by").defer("head__document").order_by("-head__saved_at")


def newer_parents(draft) -> list[ChecklistVersion]:
    """Published versions that came after the parent an edition names, newest first."""
    rows = draft.checklist.versions.filter(country="").order_by("-in_force_from")
    names = list(rows)
    parent = str(draft.head.document["parent"])
    return names[: next((n for n, each in enumerate(names) if each.version == parent), 0)]


def changes_since(draft, revision=None):
    """Who changed what since a revision, newest first: [(revision, difference from the one it was made from)].

    Without a revision: since the beginning. Two queries and one for the parents of editions.
    """
    rows = list(
        DraftRevision.objects.filter(checklist=draft.checklist, version=draft.version)
        .select_related("saved_by")
        .order_by("saved_at", "id")
    )
    by_id = {row.pk: row for row in rows}
    begun = next((n + 1 for n, row in enumerate(rows) if revision and row.pk == revision.pk), 0)
    parents = _parents(rows)
    found = []
    for row in rows[begun:]:
        earlier = by_id.get(row.based_on_id)
        before = _resolved(earlier.document, parents) if earlier else {}
        found.append((row, rules.difference(before, _resolved(row.document, parents))))
    return found[::-1]


def _parents(rows):
    """{version name: document} of the parents the editions among these revisions name."""
    wanted = {str(row.document.get("parent")) for row in rows if row.document["format"] == rules.EDITION_FORMAT}
    if not wanted:
        return {}
    found = ChecklistVersion.objects.filter(checklist_id=rows[0].checklist_id, version__in=wanted)
    return dict(found.values_list("version", "text__document"))


def _resolved(document, parents):
    if document["format"] != rules.EDITION_FORMAT:
        return document
    return rules.resolve(parents[str(document["parent"])], document)[0]


def parent_document(draft):
    """The published text an edition is built on."""
    return _parents([draft.head])[str(draft.head.document["parent"])]


def written_document(version):
    """What an editor wrote for a published version: of an edition only what differs from its parent."""
    draft = draft_named(version.checklist.key, version.version)
    return draft.head.document if draft else version.text.document


def whole_document(draft):
    """The whole checklist of a draft's newest revision: an edition resolved with its parent."""
    return _resolved(draft.head.document, _parents([draft.head]))


def lint_of(draft):
    """What the linter finds in a draft, with the newest translations of the version before it."""
    document = whole_document(draft)
    earlier = earlier_of(draft, document)
    sets = newest_translations(earlier) if earlier else []
    return linter.findings(document, [each.document for each in sets])


def carry_over(draft, new_parent):
    """What the editor of an edition looks at when its parent moves to a newer version."""
    return rules.carry_over(parent_document(draft), new_parent.text.document, draft.head.document)


# --- files on their way -------------------------------------------------------------------------------------------


def sent_files(user):
    """Files this person sent in, the newest first, without their bytes."""
    rows = SentFile.objects.filter(sent_by=user).select_related("version__checklist", "draft").order_by("-sent_at")
    return rows.defer("data", "document", "told")


def mappings(user):
    """Saved mappings this person may read with: for everybody, and of her programmes."""
    programmes = permissions.programmes_of_editor(user)
    return QuestionMapping.objects.filter(Q(programme=None) | Q(programme__in=programmes)).order_by("name")


# --- from version to version --------------------------------------------------------------------------------------


def version_before(*, checklist, country, day, parent=None) -> ChecklistVersion | None:
    """The version a bridge leads from: the one before of the same country; for the first edition its parent."""
    before = (
        checklist.versions.filter(country=country, in_force_from__lt=day)
        .select_related("text")
        .order_by("-in_force_from")
        .first()
    )
    return before or parent


def earlier_of(draft, document=None):
    """The version before a draft, or None."""
    document = document or whole_document(draft)
    parent = None
    if draft.head.document["format"] == rules.EDITION_FORMAT:
        parent = version_named(draft.checklist.key, str(draft.head.document["parent"]))
    country, day = document.get("country", ""), document["in_force_from"]
    return version_before(checklist=draft.checklist, country=country, day=day, parent=parent)


def proposed_bridge(draft) -> list[rules.Link]:
    """Which question is which, for a person to confirm; empty for a first version."""
    document = whole_document(draft)
    earlier = earlier_of(draft, document)
    return rules.propose(earlier.text.document, document, alike) if earlier else []


def difference(old: ChecklistVersion, new: ChecklistVersion) -> rules.Difference:
    """What is different between two versions; with the bridge between them, where there is one."""
    rows = BridgeRow.objects.filter(bridge__version=new, bridge__earlier=old)
    links = [rules.Link(*row) for row in rows.values_list("relation", "old_key", "new_key")]
    return rules.difference(old.text.document, new.text.document, links)


def series_of(version_ids) -> dict:
    """{(version id, question key): (cluster key, point key, question key)} over the bridges of these checklists.

    What one question was called in every version leads to what it is called now. Questions that never changed their
    name are not in it. Two queries.
    """
    rows = (
        BridgeRow.objects.filter(bridge__version__checklist__versions__in=version_ids)
        .exclude(relation__in=["new", "dropped"])
        .order_by("bridge__version__in_force_from", "bridge_id", "id")
        .values_list("bridge__earlier_id", "bridge__version_id", "relation", "old_key", "new_key")
        .distinct()
    )
    bridges = defaultdict(list)
    for earlier, version, *link in rows:
        bridges[earlier, version].append(rules.Link(*link))
    joined = rules.series((earlier, version, links) for (earlier, version), links in bridges.items())
    chiefs = {version for version, _ in joined.values()}
    named = Question.objects.filter(version_id__in=chiefs).values_list(
        "version_id", "key", "point__cluster__key", "point__key"
    )
    places = {(version, key): (cluster, point, key) for version, key, cluster, point in named}
    return {place: places[chief] for place, chief in joined.items() if chief in places}


# --- translations and law -----------------------------------------------------------------------------------------


def newest_translations(version) -> list[Translation]:
    """The newest set of each language of a version."""
    found = {}
    for each in Translation.objects.filter(version=version).order_by("as_of", "added_at", "id"):
        found[each.language] = each
    return [found[language] for language in sorted(found)]


def languages_of(version) -> list[str]:
    """The languages a version can be asked in, its own first; an edition speaks its parent's as well."""
    sets = Translation.objects.filter(version__in=[version.pk, version.parent_id])
    others = sets.values_list("language", flat=True).order_by("language")
    return [version.language, *dict.fromkeys(others)]


def translation_of(version, language) -> Translation | None:
    """The newest set of one language; for an edition that has none, its parent's."""
    sets = Translation.objects.filter(language=language).order_by("-as_of", "-added_at", "-id")
    own = sets.filter(version=version).first()
    return own or (sets.filter(version=version.parent_id).first() if version.parent_id else None)


def issues_in(language) -> dict[str, str]:
    """{question key: its issue} in a language, from every set of translations, newer words over older ones.

    One query; a set is read once in the life of the process, for it never changes.
    """
    sets = Translation.objects.filter(language=language).order_by("as_of", "added_at", "id")
    found: dict[str, str] = {}
    for pk in sets.values_list("pk", flat=True):
        found |= _issues_of(pk)
    return found


@lru_cache(maxsize=128)
def _issues_of(pk):
    texts = Translation.objects.values_list("document", flat=True).get(pk=pk).get("texts", {})
    return {key: words["issue"] for key, words in texts.items() if isinstance(words, dict) and words.get("issue")}


def earlier_translation(version, language) -> Translation | None:
    """The newest set of one language of this version, else of the version of its checklist that came before it."""
    own = translation_of(version, language)
    if own:
        return own
    sets = Translation.objects.filter(
        version__checklist=version.checklist_id, language=language, version__in_force_from__lt=version.in_force_from
    )
    return sets.order_by("-version__in_force_from", "-as_of", "-added_at", "-id").first()


def questions_citing(law: LawRecord):
    """Published questions that cite a law, of versions that are not retired: citations with version and question."""
    return (
        Citation.objects.filter(law=law, question__version__retirement=None)
        .select_related("question__version__checklist")
        .order_by("question__version__checklist__key", "-question__version__in_force_from", "question__position")
    )


def repealed_but_cited(on):
    """Citations of laws that had ended on a day, by questions of versions that are not retired; law by law."""
    return (
        Citation.objects.filter(law__in_force_to__lt=on, question__version__retirement=None)
        .select_related("law", "question__version__checklist")
        .order_by("law__country", "law__title", "law__article", "question__version_id", "question__position")
    )


def parameters(*, country, on, zone="") -> dict:
    """{key: number} of a country's law on a day, for rules: the value of the zone where there is one, else the one
    for all. What the law sets for a grade stands under the key and the grade: minimum-wage-grade-3. One query."""
    rows = LawParameter.objects.filter(country=country, since__lte=on, zone__in=["", zone])
    rows = rows.filter(Q(until=None) | Q(until__gte=on))
    found = {}
    for row in sorted(rows, key=lambda row: bool(row.zone)):
        found["-".join(filter(None, [row.key, slugify(row.grade)]))] = float(row.value)
    return found
