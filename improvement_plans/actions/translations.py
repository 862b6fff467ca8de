"""Writers of translations: who asks for typed words in another language, and who puts them there."""

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from core import audit, languages, translating
from core.errors import Invalid, WrongState
from improvement_plans.models import Translation, TranslationWords
from improvement_plans.permissions import check_can_ask_translation, check_can_translate, programme_of
from improvement_plans.texts import texts_of, thing_of


def wait_again(*, written="", **thing):
    """Words changed: whatever language they were asked for in is asked for anew, but that in which they are `written`.

    `thing`: item, meeting, statement.
    """
    Translation.objects.filter(**thing, done_at__isnull=False).exclude(into=written).update(done_by=None, done_at=None)


@transaction.atomic
def ask_translation(*, into, by, **thing) -> Translation:
    """Ask for the words of one thing in another language. Records translation.asked. Again: unchanged.

    `thing`: one of item, meeting, statement. Who is inside; of a statement its author alone, where the programme is
    the reader she chose.
    """
    (what,) = thing.values()
    check_can_ask_translation(by, what)
    if not into or not languages.checked(into, programme_of(what)):
        raise Invalid(_("Choose the language you read."))
    if not any(one.text and one.language != into for one in texts_of(what)):
        raise WrongState(_("Nothing is written here in another language."))
    asked, new = Translation.objects.get_or_create(**thing, into=into, defaults={"asked_by": by})
    if new:
        audit.record("translation.asked", asked, by=by, programme=programme_of(what), into=into)
    return asked


@transaction.atomic
def translate(*, translation, words, seen=None, by) -> Translation:
    """Put the words into the language they were asked for in. Records translation.written.

    A translator of the programme. `words`: {part: text}; a part left empty is shown as it was written. `seen`: the
    marks of the words she read.
    """
    check_can_translate(by, translation)
    translation = Translation.objects.select_for_update(of=("self",)).get(pk=translation.pk)
    kept = translating.made(texts_of(thing_of(translation)), words, seen)
    row = translation.words.filter(redacted_at=None).first()
    row = row or TranslationWords(translation=translation, salt=TranslationWords.new_salt())
    row.body = kept
    row.save()
    translation.done_by, translation.done_at = by, timezone.now()
    translation.save(update_fields=["done_by", "done_at"])
    audit.record(
        "translation.written", translation, by=by, programme=programme_of(thing_of(translation)),
        into=translation.into, parts=len(kept),
    )  # fmt: skip
    return translation
