"""Celery wrappers of the queue, and the jobs that write letters."""

from datetime import timedelta

from celery import shared_task
from django.contrib.auth.tokens import default_token_generator
from django.urls import reverse

from core import holders, letters, queue, retention, storage
from core.actions.invitations import token_of
from core.audit import System
from core.entrance.sessions import SessionStore
from core.models import Invitation, User
from core.words import long_date


@shared_task(name="core.run_job")
def run_job(job_id):
    """Do one recorded job."""
    return str(queue.run(job_id))


@shared_task(name="core.sweep")
def sweep():
    """Send again what was left behind."""
    return queue.sweep()


@queue.job("core.tidy")
def tidy():
    """Take away what is over: sessions that ended, jobs done long ago."""
    SessionStore.clear_expired()
    queue.forget_done()


queue.periodic("core.tidy", every=timedelta(days=1))


@queue.job("core.destroy_file")
def destroy_file(stored):
    """Destroy bytes no row holds any more. Again: nothing happens."""
    if not holders.is_held(stored):
        storage.store().remove(stored)


@queue.job("core.send_invitation")
def send_invitation(invitation_id):
    """The letter with the link. A repeat sends the same link; one no longer open sends nothing."""
    invitation = Invitation.objects.filter(pk=invitation_id, accepted_at=None, withdrawn_at=None).first()
    if invitation is None:
        return
    letters.write(
        "invitation",
        to=invitation.email,
        language=invitation.language,
        path=reverse("core:invitation", args=[token_of(invitation)]),
        until=lambda: long_date(invitation.expires_at),
        message_key=invitation.pk,
    )


@queue.job("core.send_new_password")
def send_new_password(user_id, asked):
    """The letter with the link to choose a new password; the link is made here and never stored."""
    user = User.objects.filter(pk=user_id, is_active=True).exclude(email="").first()
    if user is None:
        return
    key = {"uidb36": user.pk.hex, "key": default_token_generator.make_token(user)}
    letters.write(
        "new-password",
        to=user.email,
        language=user.language,
        path=reverse("account_reset_password_from_key", kwargs=key),
        message_key=asked,
    )


@queue.job("core.tell_of_change")
def tell_of_change(user_id, change):
    """That something changed in how a person signs in; not what."""
    user = User.objects.filter(pk=user_id).exclude(email="").first()
    if user is None:
        return
    path = reverse("core:sign-in")
    letters.write("sign-in-changed", to=user.email, language=user.language, path=path, message_key=change)


@queue.job("core.apply_retention")
def apply_retention():
    """Destroy what is kept long enough."""
    retention.apply(by=System("retention"))


queue.periodic("core.apply_retention", every=timedelta(days=1))
