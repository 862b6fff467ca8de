from django.apps import AppConfig
from django.contrib.auth.signals import user_logged_in
from django.db.models.signals import post_delete, post_save


class Cms(AppConfig):
    name = "cms"

    def ready(self):
        from cms import retention, tasks  # noqa: F401
        from core.models import ProgrammeGrant

        post_save.connect(_grant_changed, sender=ProgrammeGrant)
        post_delete.connect(_grant_changed, sender=ProgrammeGrant)
        user_logged_in.connect(_signed_in)


def _grant_changed(instance, **kwargs):
    """A role was given or ended: Wagtail's group follows."""
    from cms.actions import keep_editor

    if instance.permission.codename == "edit_content" and not kwargs.get("raw"):
        keep_editor(user=instance.user)


def _signed_in(user, **kwargs):
    """A right that ran out since the last time ends here."""
    from cms.actions import EDITORS, keep_editor

    if user.groups.filter(name=EDITORS).exists():
        keep_editor(user=user)
