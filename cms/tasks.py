"""Background work of the public side: letters to those who follow what is published, and to who asked something."""

from cms import actions, watching
from cms.models import Watch
from core import letters
from core.audit import System
from core.queue import job


@job("cms.ask_watcher")
def ask_watcher(watch_id):
    """Ask an address whether it is really its reader who wants to hear. A repeat is the same message."""
    watch = Watch.objects.filter(pk=watch_id).first()
    if watch:
        letters.write(
            "follow", to=watch.address, language=watch.language, path=watching.asking(watch),
            message_key=f"watch-{watch.pk}-{int(watch.asked_at.timestamp())}",
        )  # fmt: skip


@job("cms.tell_watchers")
def tell_watchers(release_id):
    """A release is out: a letter for each who follows it."""
    actions.ask_watchers_to_be_told(release_id=release_id, by=System("releases"))


@job("cms.tell_watcher")
def tell_watcher(watch_id, release_id):
    """One letter to one address."""
    actions.tell_watcher(watch_id=watch_id, release_id=release_id, by=System("releases"))


@job("cms.tell_asker")
def tell_asker(*, enquiry_id):
    actions.tell_asker(enquiry_id=enquiry_id, by=System("helpdesk"))
