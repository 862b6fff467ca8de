"""Reads for translations: what of a thing there is in the reader's language, and what waits for a translator."""

from dataclasses import dataclass, field

from django.db.models import OuterRef, Prefetch, Subquery
from django.utils.translation import get_language

from core import languages, translating
from improvement_plans.models import Translation, TranslationWords
from improvement_plans.permissions import programme_of, translations_visible_to
from improvement_plans.texts import SAID, texts_of, thing_of

_WORDS = Prefetch("words", TranslationWords.objects.filter(redacted_at=None), to_attr="kept")


@dataclass
class InYourLanguage:
    """What of a thing's words there is in the reader's language: {part: text}. `waits`: in which they are asked for.

    `into`: in which they can be asked for, the reader's own first; empty for who may not ask.
    """

    language: str
    words: dict = field(default_factory=dict)
    waits: list = field(default_factory=list)
    into: list = field(default_factory=list)


def in_your_language(texts, may_ask, **thing) -> InYourLanguage:
    """For one reader. `thing`: one of item, meeting, statement; `texts`: its words as they stand. Two queries."""
    mine = get_language()
    found = {one.into: one for one in Translation.objects.filter(**thing).prefetch_related(_WORDS)}
    shown = InYourLanguage(mine, words=translating.current(_body(found[mine]), texts) if mine in found else {})
    shown.waits = [languages.name(code) for code, one in found.items() if one.done_at is None]
    if may_ask:
        (what,) = thing.values()
        useful = [
            (code, words)
            for code, words in languages.choices(programme_of(what))
            if code and code not in found and any(one.language != code for one in texts)
        ]
        shown.into = sorted(useful, key=lambda one: one[0] != mine)
    return shown


def _body(translation):
    return translation.kept[0].body if translation.kept else {}


def issue_in_your_language():
    """An annotation of items: what their translation into the reader's language says, as it is kept."""
    words = TranslationWords.objects.filter(
        translation__item=OuterRef("pk"), translation__into=get_language(), redacted_at=None
    )
    return Subquery(words.values("body")[:1])


def to_translate(user):
    """What waits for a translator, asked for longest first."""
    return translations_visible_to(user).filter(done_at=None).order_by("asked_at", "id")


@dataclass
class Work:
    """One thing to translate: each text with what was made of it before."""

    translation: Translation
    rows: list[translating.Row]

    @property
    def into(self):
        return languages.name(self.translation.into)


def work_of(user, translation_id) -> Work | None:
    """What a translator was asked for, or None: its words and no factory, no author, nothing else."""
    translation = (
        translations_visible_to(user)
        .filter(pk=translation_id)
        .select_related(
            "item__plan__site__programme", "meeting__committee__site__programme",
            "statement__member__committee__site__programme", "statement__words",
        )
        .prefetch_related(_WORDS, *(f"item__{rows}__words" for rows, _part, _words in SAID))
        .first()
    )  # fmt: skip
    if translation is None:
        return None
    texts = texts_of(thing_of(translation))
    return Work(translation, translating.rows(texts, _body(translation), translation.into))
