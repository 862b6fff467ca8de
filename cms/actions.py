"""The only writers of the public side: editors, languages, the helpdesk, and who follows what is published.

Pages are written through Wagtail's own actions.
"""

from django.conf import settings
from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from wagtail.models import Locale

from checklists import public as checklists
from cms import rules, watching
from cms.addresses import place_of
from cms.models import (
    AnswerWords,
    Enquiry,
    EnquiryAnswer,
    EnquiryWords,
    PublishedAnswer,
    PublishedWords,
    Watch,
    WatchLetter,
)
from cms.permissions import check_can_answer, check_can_publish_answer
from core import audit, letters, queue
from core.actions import keep_in_group
from core.days import today
from core.errors import Denied, Invalid, WrongState
from core.roles import Right
from disclosure import public

EDITORS = "Content editors"
LONGEST = 3000


def keep_editor(*, user, by=None) -> bool:
    """Bring a person's place in the editors' group in step with the right to edit content she holds now.

    The group is how Wagtail knows her. Records editor.joined or editor.left. Returns whether she is an editor.
    """
    return keep_in_group(user=user, name=EDITORS, right=Right.EDIT_CONTENT, by=by or audit.System("cms"))


# --- following what is published ----------------------------------------------------------------------------------

VISITOR = audit.System("visitor")


@transaction.atomic
def ask_to_watch(*, address, country="", factory="", language, by=VISITOR) -> Watch:
    """Somebody wants to hear of releases: a letter asks the address itself. Records watch.asked.

    Raises Invalid for a factory or a country that is not public. Asked again, the letter is sent again.
    """
    if factory and public.factory(factory) is None:
        raise Invalid("No public page has this address.")
    if country and not public.releases_about(country):
        raise Invalid("Nothing of this country is public.")
    about = {"address": address.strip().lower(), "country": country.upper(), "factory": factory}
    watch, new = Watch.objects.get_or_create(**about, defaults={"language": language})
    if not new and not watch.confirmed_at:
        watch.language, watch.asked_at = language, timezone.now()
        watch.save(update_fields=["language", "asked_at"])
    audit.record("watch.asked", watch, by=by)
    queue.enqueue("cms.ask_watcher", watch_id=watch.pk)
    return watch


@transaction.atomic
def confirm_watch(*, watch: Watch, by=VISITOR) -> Watch:
    """Whoever reads this mail said yes. Records watch.confirmed; a second time changes nothing."""
    watch = Watch.objects.select_for_update().get(pk=watch.pk)
    if watch.confirmed_at is None:
        watch.confirmed_at = timezone.now()
        watch.save(update_fields=["confirmed_at"])
        audit.record("watch.confirmed", watch, by=by)
    return watch


@transaction.atomic
def stop_watch(*, watch: Watch, by=VISITOR) -> None:
    """No more letters: the row goes, and the address with it. Records watch.stopped."""
    audit.record("watch.stopped", watch, by=by)
    watch.delete()


@transaction.atomic
def ask_watchers_to_be_told(*, release_id, by) -> int:
    """One job for everybody this release is for. Asked again: who was told already is not told twice."""
    countries = public.countries_of(release_id)
    confirmed = Watch.objects.filter(confirmed_at__isnull=False)
    known = list(
        confirmed.filter(factory="").filter(Q(country="") | Q(country__in=countries)).values_list("pk", flat=True)
    )
    factories = list(confirmed.exclude(factory="").values_list("pk", "factory"))
    shown = public.newly_said(release_id, {slug for _pk, slug in factories})
    known += [pk for pk, slug in factories if slug in shown]
    queue.enqueue_all("cms.tell_watcher", [{"watch_id": pk, "release_id": release_id} for pk in known])
    return len(known)


@transaction.atomic
def tell_watcher(*, watch_id, release_id, by) -> bool:
    """The one letter about a release, unless it was written before or nobody watches any more.

    The row that says so and the letter stand or fall together; a letter sent just before a fall comes again under the
    same Message-ID.
    """
    watch = Watch.objects.select_for_update().filter(pk=watch_id, confirmed_at__isnull=False).first()
    if watch is None:
        return False
    _letter, new = WatchLetter.objects.get_or_create(watch=watch, release_id=release_id)
    if new:
        letters.write(
            "published", to=watch.address, language=watch.language, path=watching.own(watch), stop=watching.stop(watch),
            message_key=f"watch-{watch.pk}-{release_id}",
        )  # fmt: skip
    return new


def keep_languages() -> None:
    """Every language of the settings can be translated into. One that left them keeps its pages."""
    for code, _name in settings.WAGTAIL_CONTENT_LANGUAGES:
        Locale.objects.get_or_create(language_code=code)


# --- the helpdesk -------------------------------------------------------------------------------------------------


@transaction.atomic
def ask(*, programme, topic, words, contact, language, by) -> Enquiry:
    """Somebody without an account asks; `by` is the program, which does not know her.

    Records enquiry.received. Raises Invalid for nothing said, or too much.
    """
    words = words.strip()
    if not words or len(words) > LONGEST:
        raise Invalid("Write your question, in 3000 letters at most.")
    if topic and topic not in checklists.clusters():
        raise Invalid("Choose what your question is about.")
    enquiry = Enquiry.objects.create(
        programme=programme, topic=topic, language=language, received_on=today(programme)
    )  # fmt: skip
    EnquiryWords.objects.create(
        enquiry=enquiry, body={"words": words, "contact": contact.strip()}, salt=EnquiryWords.new_salt()
    )
    audit.record("enquiry.received", enquiry, by=by, programme=programme, topic=topic or None)
    return enquiry


@transaction.atomic
def answer_enquiry(*, enquiry, words, by) -> EnquiryAnswer:
    """Answer what was asked. Advisers and content editors. Records enquiry.answered.

    Who left an e-mail address is told that an answer is there; then the address is destroyed.
    """
    asked = _open(enquiry, by)
    words = words.strip()
    if not words:
        raise Invalid("Write the answer.")
    answer = EnquiryAnswer.objects.create(enquiry=enquiry, answered_by=by)
    AnswerWords.objects.create(answer=answer, body={"words": words}, salt=AnswerWords.new_salt())
    audit.record("enquiry.answered", enquiry, by=by, programme=enquiry.programme)
    if asked.body["contact"]:
        queue.enqueue("cms.tell_asker", enquiry_id=enquiry.pk)
    return answer


@transaction.atomic
def set_aside(*, enquiry, by) -> None:
    """There is nothing to answer: what was typed is destroyed at once. Records enquiry.set-aside."""
    _open(enquiry, by)
    EnquiryAnswer.objects.create(enquiry=enquiry, set_aside=True, answered_by=by)
    EnquiryWords.objects.filter(pk=enquiry.pk).update(body=None, salt="", redacted_at=timezone.now())
    audit.record("enquiry.set-aside", enquiry, by=by, programme=enquiry.programme)


def _open(enquiry, by):
    """The words of an enquiry this person may answer and nobody answered yet, held until the transaction ends."""
    check_can_answer(by, enquiry.programme)
    asked = EnquiryWords.objects.select_for_update().get(enquiry=enquiry)
    if EnquiryAnswer.objects.filter(enquiry=enquiry).exists():
        raise WrongState("This was answered already.")
    if asked.redacted_at:
        raise WrongState("What was asked is not kept any more.")
    return asked


@transaction.atomic
def tell_asker(*, enquiry_id, by) -> None:
    """Write the one letter, then destroy the address it went to. A repeat finds none. The program itself only."""
    if not isinstance(by, audit.System):
        raise Denied("The letter is written by the program itself.")
    asked = EnquiryWords.objects.select_for_update().select_related("enquiry").filter(pk=enquiry_id).first()
    if asked is None or asked.redacted_at or not asked.body["contact"]:
        return
    enquiry = asked.enquiry
    letters.write(
        "answer", to=asked.body["contact"], language=enquiry.language, path=f"/ask/{place_of(enquiry)}/",
        message_key=f"enquiry-{enquiry.pk}",
    )  # fmt: skip
    asked.body = asked.body | {"contact": ""}
    asked.save(update_fields=["body"])


@transaction.atomic
def publish_answer(*, answer, topic, language, question, text, by) -> PublishedAnswer:
    """Publish a question and its answer, both written anew. A content editor who did not answer it herself.

    Records enquiry.published. Raises Invalid where the asker's own words are in it, WrongState when it is public.
    """
    check_can_publish_answer(by, answer)
    enquiry = answer.enquiry
    asked = EnquiryWords.objects.select_for_update().get(enquiry=enquiry)
    if answer.set_aside or PublishedAnswer.objects.filter(answer=answer).exists():
        raise WrongState("This was published already, or set aside.")
    if asked.redacted_at:
        raise WrongState("What was asked is not kept any more: nobody can tell whether it is somebody’s own words.")
    question, text = question.strip(), text.strip()
    if not question or not text:
        raise Invalid("Write the question and the answer.")
    if rules.repeats(question, asked.body["words"]) or rules.repeats(text, asked.body["words"]):
        raise Invalid("This repeats what the asker wrote. Say it in words of your own, so that nobody knows who asked.")
    words = PublishedWords(body={"question": question, "answer": text}, salt=PublishedWords.new_salt())
    words.published = PublishedAnswer.objects.create(
        answer=answer, topic=topic, language=language, published_on=today(enquiry.programme),
        answered_by_id=answer.answered_by_id, published_by=by, digest=words.digest,
    )  # fmt: skip
    words.save()
    audit.record("enquiry.published", enquiry, by=by, programme=enquiry.programme, answered_by=answer.answered_by_id)
    return words.published
