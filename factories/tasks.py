"""Background work of factories. Each job can be repeated: a reminder goes once."""

from core.audit import System
from core.queue import job
from factories import actions
from factories.models import Permit

BY = System("reminders")


@job("factories.remind_of_permit")
def remind_of_permit(permit_id, days):
    """Write to a factory's managers some days before a permit expires."""
    actions.remind_of_permit(permit=Permit.objects.get(pk=permit_id), days=int(days), by=BY)
