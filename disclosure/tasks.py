"""Background work of disclosure. Each job can be repeated: what is published already is not published again."""

import logging
from datetime import timedelta

from core.audit import System
from core.days import today
from core.errors import Refusal
from core.models import Programme
from core.queue import job, periodic
from disclosure import actions, queries

log = logging.getLogger(__name__)


@job("disclosure.publish_agreed")
def publish_agreed():
    """Publish what two people agreed to and whose day has come. One that cannot be leaves the others as they are."""
    for ask in queries.release_asks(Programme.objects.all()).exclude(agreement=None):
        if ask.publish_on and ask.publish_on <= today(ask.programme):
            try:
                actions.publish_agreed(ask=ask, by=System("releases"))
            except Refusal as refusal:  # the desk shows that it waits still
                log.warning("release not published: ask %s: %s", ask.pk, refusal.code or "refused")


periodic("disclosure.publish_agreed", every=timedelta(hours=1))


@job("disclosure.make_data_files")
def make_data_files():
    """Make the data files that are missing or no longer say what may be said. Who is interrupted goes on there."""
    for release, names in queries.data_files_to_make():
        for name in names:
            actions.make_data_file(release=release, name=name, by=System("releases"))


periodic("disclosure.make_data_files", every=timedelta(hours=1))
