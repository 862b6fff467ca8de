"""The factory's side of a draft: what it may read, what it said, what was decided."""

from types import SimpleNamespace

from checklists.models import Citation, Question
from compliance import permissions
from compliance.models import CommentWindow, DraftFinding, ReplyEvidence
from compliance.queries.translations import translated_texts
from compliance.queries.windows import open_window
from compliance.queries.words import band_words, extent_words
from compliance.texts import parts_of
from core import redaction, translating


def finding_questions(assessment, keys) -> list:
    """The finding questions of these keys, in the checklist's order. One query."""
    return list(Question.objects.filter(version_id=assessment.version_id, kind="finding", key__in=keys))


def windows(user):
    """Drafts this person may comment on now, the nearest last day first."""
    return permissions.windows_visible_to(user).select_related("assessment__cycle__site").order_by("until")


def window(user, window_id) -> CommentWindow | None:
    """One draft, if this person manages its factory and it is still before her."""
    found = permissions.windows_visible_to(user).filter(pk=window_id)
    return found.select_related("assessment__cycle__site__programme", "assessment__version").first()


def draft_finding(user, draft_id) -> DraftFinding | None:
    """One finding of a draft this person may comment on."""
    found = DraftFinding.objects.filter(pk=draft_id, window__in=permissions.windows_visible_to(user))
    return found.select_related("window__assessment__cycle__site__programme", "question").first()


def drafted(assessment, draft_id) -> DraftFinding | None:
    """One finding of the draft of an assessment the reader already may review."""
    found = DraftFinding.objects.filter(pk=draft_id, window__assessment=assessment)
    return found.select_related("window__assessment", "question").first()


def reply_evidence(user, evidence_id) -> ReplyEvidence | None:
    """A file of a reply: for the managers of the factory and the programme's lead assessors. Two queries."""
    kept = (
        ReplyEvidence.objects.filter(pk=evidence_id, redacted_at=None)
        .select_related("draft__window__assessment__cycle__site", "draft__window__assessment__programme")
        .first()
    )
    return kept if kept and permissions.can_read_reply(user, kept.draft.window) else None


def replies_of(assessment) -> list:
    """Per finding of the draft that stands: draft, the reply and the decision that stand, files. Five queries."""
    return window_rows(open_window(assessment))


def window_rows(window, into=None) -> list:
    """Every finding of a draft with what was said to it: the last reply, the last decision after it, the files.

    `into`: with what a translator made of its words in that language, where it still holds.
    """
    if window is None:
        return []
    drafts = window.drafts.select_related("question__point__cluster").order_by("question__position")
    rows = list(drafts.prefetch_related("replies__said_by", "decisions__decided_by", "evidence"))
    redaction.explain([one for draft in rows for one in draft.evidence.all()])
    assessment = window.assessment
    made = translated_texts(assessment.pk, into) if into and into != assessment.written_in else {}
    return [_row(draft, made.get(draft.question.key, {}), assessment.written_in) for draft in rows]


def _row(draft, made, language):
    reply = max(draft.replies.all(), key=lambda one: one.pk, default=None)
    decision = max(draft.decisions.all(), key=lambda one: one.pk, default=None)
    # A decision on earlier words does not answer later ones.
    undecided = decision is None or (reply is not None and decision.pk < reply.pk)
    body = draft.body or {}
    thing = SimpleNamespace(**({"extent_n": None, "extent_of": None, "extent_workers": ""} | body))
    words = {"text": body.get("text", ""), "where": body.get("where", "")}
    return SimpleNamespace(
        draft=draft, question=draft.question, **words,
        translated=translating.current(made, parts_of(words, language)),
        extent=extent_words(thing, draft.question.extent), workers=band_words(thing), reply=reply, decision=decision,
        undecided=undecided, files=[one for one in draft.evidence.all()], removed_at=draft.redacted_at,
    )  # fmt: skip


def laws_of(rows) -> dict:
    """{question id: [citation]} of the findings of a draft. One query."""
    laws = {}
    for citation in Citation.objects.filter(question__in=[row.question.pk for row in rows]):
        laws.setdefault(citation.question_id, []).append(citation)
    return laws
