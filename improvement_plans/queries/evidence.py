"""Reads of the evidence of a fix and of the links by which it comes."""

from dataclasses import dataclass, field

from django.db.models import Count, Q
from django.utils import timezone

from checklists.queries import translation_of
from checklists.rules import translated
from core import redaction
from improvement_plans.models import ItemEvidence, TaskLink
from improvement_plans.permissions import evidence_visible_to


@dataclass
class Shown:
    """Evidence of one item as one reader may see it. `pairs`: rows of (before, after), either may be None."""

    pairs: list = field(default_factory=list)
    hidden: int = 0


def evidence_of(item, who) -> Shown:
    """Photos and documents of an item, before beside after in the order they came. One query, two where some are gone.

    Who is neither of the factory nor of the programme, nor to check it, sees what shows no person, and how many there
    are besides.
    """
    rows = list(item.evidence.select_related("by"))
    redaction.explain(rows)
    seen = [one for one in rows if who.inside or who.verifier or (one.no_person_on and not one.gone)]
    before = [one for one in seen if one.moment == ItemEvidence.Moment.BEFORE]
    after = [one for one in seen if one.moment == ItemEvidence.Moment.AFTER]
    most = max(len(before), len(after))
    pairs = list(zip(before + [None] * (most - len(before)), after + [None] * (most - len(after)), strict=True))
    return Shown(pairs, sum(1 for one in rows if one not in seen and not one.gone))


def evidence_file(user, evidence_id) -> ItemEvidence | None:
    """A photo or document this person may look at, or None."""
    return evidence_visible_to(user).filter(pk=evidence_id).select_related("item__plan__site__programme").first()


def links_of(item) -> list[TaskLink]:
    """The links of an item, newest first, each with `works` and how many files came by it. One query."""
    now = timezone.now()
    rows = list(
        item.task_links.select_related("made_by").annotate(files=Count("sent", filter=Q(sent__redacted_at=None)))
    )
    for one in rows:
        one.works = one.revoked_at is None and one.expires_at > now
    return rows


def words_of_question(question, language) -> dict:
    """{"issue", "explain", "guidance"} of a question in a language somebody translated; else as it was published."""
    words = {}
    if language != question.version.language:
        found = translation_of(question.version, language)
        words = translated(found.document) if found else {}
    return {
        name: words.get((question.key, name)) or getattr(question, name) for name in ("issue", "explain", "guidance")
    }


def title_for(link) -> tuple[str, str]:
    """(language, the item's short title in it): the programme's first language, and no name of anybody or any place."""
    item = link.item
    languages = item.plan.site.programme.languages
    language = languages[0] if languages else "en"
    if item.finding_id is None:
        return language, item.issue
    return language, words_of_question(item.finding.question, language)["issue"]
