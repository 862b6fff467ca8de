"""The only writers of the public side: who is an editor, and who follows what is published.

Pages are written through Wagtail's own actions.
"""

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from cms import watching
from cms.models import Watch, WatchLetter
from core import audit, letters, queue
from core.actions import keep_in_group
from core.errors import Invalid
from core.roles import Right
from disclosure import public

EDITORS = "Content editors"


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
