from django.apps import AppConfig
from django.contrib.auth.signals import user_logged_in
from django.db.models.signals import post_delete, post_save


class Checklists(AppConfig):
    name = "checklists"

    def ready(self):
        from core.models import ProgrammeGrant

        post_save.connect(_grant_changed, sender=ProgrammeGrant, dispatch_uid="checklist-editors")
        post_delete.connect(_grant_changed, sender=ProgrammeGrant, dispatch_uid="checklist-editors")
        user_logged_in.connect(_signed_in, dispatch_uid="checklist-editors")


def _grant_changed(instance, **kwargs):
    """A role was given or ended: the group that opens the editors' shell follows."""
    from checklists.actions import keep_checklist_editor

    if instance.permission.codename == "translate_checklists" and not kwargs.get("raw"):
        keep_checklist_editor(user=instance.user)


def _signed_in(user, **kwargs):
    """A right that ran out since the last time ends here."""
    from checklists.actions import keep_checklist_editor
    from checklists.actions.editors import EDITORS

    if user.groups.filter(name=EDITORS).exists():
        keep_checklist_editor(user=user)
