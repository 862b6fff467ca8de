"""Who comes into the editors' shell for checklists. What she may do there, permissions.py decides at every page."""

from django.contrib.auth.models import Group, Permission
from django.db import transaction

from core import audit
from core.actions import keep_in_group
from core.roles import Right

EDITORS = "Checklist editors"


@transaction.atomic
def keep_checklist_editor(*, user, by=None) -> bool:
    """Bring a person's place in the group in step with the right she holds now. Records editor.joined or editor.left.

    The group opens the shell and nothing else; Wagtail asks for it. Returns whether she is in it.
    """
    group, made = Group.objects.get_or_create(name=EDITORS)
    if made:
        group.permissions.add(Permission.objects.get(content_type__app_label="wagtailadmin", codename="access_admin"))
    by = by or audit.System("checklists")
    return keep_in_group(user=user, name=EDITORS, right=Right.TRANSLATE_CHECKLISTS, by=by)
