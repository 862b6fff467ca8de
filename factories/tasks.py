"""Background work of factories, and what follows when an invitation is accepted. Each can be repeated."""

from datetime import timedelta

from core.audit import System
from core.queue import job, periodic
from factories import actions
from factories.models import Permit, UploadedList

BY = System("reminders")


def name_invited(invitation, user):
    """In the transaction of the acceptance (core.actions.invitations)."""
    actions.name_invited(invitation=invitation, user=user, by=System("invitation"))


@job("factories.remind_of_permit")
def remind_of_permit(permit_id, days):
    """Write to a factory's managers some days before a permit expires."""
    actions.remind_of_permit(permit=Permit.objects.get(pk=permit_id), days=int(days), by=BY)


@job("factories.check_list")
def check_list(list_id):
    """Look through an uploaded list. Again says the same."""
    actions.check_list(uploaded=UploadedList.objects.get(pk=list_id), by=System("import"))


@job("factories.take_list")
def take_list(list_id):
    """Import an uploaded list. One that is taken is not taken again."""
    actions.take_list(uploaded=UploadedList.objects.get(pk=list_id), by=System("import"))


@job("factories.drop_old_lists")
def drop_old_lists():
    """Destroy the files of lists nobody came back to."""
    actions.drop_old_lists(by=System("retention"))


periodic("factories.drop_old_lists", every=timedelta(days=1))
