"""Background work of checklists. Each can be repeated."""

from datetime import timedelta

from checklists import actions
from checklists.models import SentFile
from core.audit import System
from core.queue import job, periodic


@job("checklists.read_file")
def read_file(file_id):
    """Read a file somebody sent in. Again says the same."""
    actions.look_through(
        sent=SentFile.objects.select_related("sent_by", "version").get(pk=file_id), by=System("import")
    )


@job("checklists.drop_old_files")
def drop_old_files():
    """Destroy files nobody came back to."""
    actions.drop_old_files(by=System("retention"))


periodic("checklists.drop_old_files", every=timedelta(days=1))
